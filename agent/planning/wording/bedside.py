"""What is said at a bedside of infusions, cultures, and of both ends of what went on for a while.

The rules are about a question as it is typed, before names are looked for in it: each says the same in other words.
"""

from __future__ import annotations

from chartwarden.agent.planning.wording.said import said_plainly, whole_words

_STARTED = r"(?:start(?:ed|ing|s)?|beg(?:in|an|un)|put (?:in|on)|placed|inserted|opened)"
_ENDED = r"(?:stop(?:ped|ping|s)?|end(?:ed|s)?|finish(?:ed)?|discontinued|over|removed|taken (?:out|off))"

_SAID = whole_words((
    (r"(?<!iv )(?<!intravenous )(?P<n>drip|gtt)(?P<s>s?)(?! (?:rate|route|chamber)s?\b)", r"infusion\g<s>"),
    (r"antibiograms?", "sensitivities"),
    (
        rf"(?P<q>when (?P<a>did|was|were) (?P<x>[^?,;]+?) (?:first )?(?P<s>{_STARTED})) and (?:when (?:was|did) it )?"
        rf"(?:last |finally )?(?P<e>{_ENDED})(?=[ ?.]*$)",
        r"\g<q>? when \g<a> \g<x> \g<e>",
    ),
    (
        r"(?P<x>[^?,;:]+?)[,:]? (?P<s>start|begin(?:ning)?)(?:s|ed)?,? (?:and|to|/|&) (?:stop|end|finish)(?:s|ped|ed)?"
        r"(?: (?:dates?|times?|dates? and times?))?(?=[ ?.]*$)",
        r"when did \g<x> start? when did \g<x> stop",
    ),
    (r"(?P<x>[^?,;:]+? infusions?) start(?:ed)?(?: dates?| times?)?(?=[ ?.]*$)", r"when did \g<x> start"),
    (
        r"(?P<x>[^?,;:]+?)[,:]? (?:with )?(?:the |their )?(?:dates? (?:and|&|/) (?:the )?(?:results?|findings?)"
        r"|(?:results?|findings?) (?:and|&|/|with) (?:the |their )?dates?)(?=[ ?.]*$)",
        r"all \g<x> results",
    ),
))  # fmt: skip


def bedside_plainly(question: str) -> str:
    """The question with such words said as the grammar has them."""
    return said_plainly(question, _SAID)
