"""What is asked in steps, in a skeleton: an event, the visit after it, and what was measured there.

"Asthma, first diagnosis; then the visit right after it; weight there?" asks for the weight at the visit right after the
first diagnosis of asthma. A bound that stands before a colon, or is told twice over, is the bound of what is asked.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern, Rewrites
from chartwarden.agent.planning.wording.rank_words import FIRST_OR_LAST

_OWN = r"(?:(?:the|an?|his|her|my|their|patient's) )*"
_RANK = rf"(?:very )?(?:{FIRST_OR_LAST}|initial)"
_NOUN = r"(?:diagnosis|prescription|order|dose|shot|vaccination|procedure)"
_DONE = r"(?:diagnosed|prescribed|ordered|started|given|performed|done|recorded)"
_EVENT = (
    rf"(?P<event>{_OWN}(?:(?P<r>{_RANK}) )?(?P<x>qc\d+),? {_OWN}(?:(?P<s>{_RANK}) )?(?P<noun>{_NOUN})"
    rf"|{_OWN}(?:(?P<q>{_RANK}) )?(?P<of>{_NOUN}) (?:of|for) {_OWN}(?P<y>qc\d+)"
    rf"|{_OWN}(?P<z>qc\d+)(?: (?:was|is|got))?(?: (?P<t>first|last|initially))? (?P<done>{_DONE})"
    rf"|{_OWN}(?P<bare>qc\d+)(?=,? (?:and )?then (?:at )?(?:the )?first (?:visit|encounter) after))"
)
_JUST = r"(?:right|just|immediately|directly|straight|soon|shortly)"
_NEXT_VISIT = (
    rf"(?:and )?(?:then )?(?:at |on |take |find |go to )?{_OWN}(?:(?:(?:very )?next|following|first|subsequent) "
    rf"(?:visit|encounter|appointment|contact)(?: {_JUST})?(?: (?:after(?:wards)?|following))?(?: (?:it|that|this)"
    rf"(?: (?:was )?(?:first )?{_DONE})?)?"
    rf"|(?:visit|encounter|appointment|contact) (?:(?:{_JUST}|next) )?(?:after(?:wards)?|following)(?: (?:it|that"
    r"|this))?)"
)
_VALUE = r"(?:(?:value|reading|result|level|figure|number) )?"
_IN_STEPS = Pattern(
    rf"^{_EVENT}[ ,;:.–-]+{_NEXT_VISIT}[ ,;:.–-]+(?:(?:and )?then )?(?:(?:what|how high|how much) (?:was|is) )?"
    rf"{_OWN}(?:serum |plasma |blood )?(?P<b>qc\d+) ?{_VALUE}(?:(?:was |is )?(?:measured|taken|recorded|checked"
    r"|found|seen) ?)?(?:there|then|at (?:it|that (?:visit|one|time)|this visit))?(?: ?=)?"
    r"(?: ?[.,;:–-]+ ?(?:(?:the |its )?(?:value|result|reading|figure)|how (?:high|low|much)(?: was (?:it"
    r"|that))?))?[ ?.]*$"
)
_BOUND = r"(?:before|after|since|until|prior to|following|preceding)"
_TOLD_TWICE = Rewrites(
    (
        # a bound before a colon
        (
            rf"^(?P<e>{_BOUND} {_OWN}(?:{_RANK} )?(?:(?:diagnosis|start|onset) of )?qc\d+(?: (?:was"
            rf"|were) (?:{_RANK} )?{_DONE}| {_NOUN})?) ?[:–-] (?=\w)",
            r"\g<e>, ",
        ),
        # a bound said again of the row
        (
            r"^(?P<e>(?:before|prior to|after|since"
            r"|following) [^?;:.]*?\bqc\d+\b[^?;:.]*?, [^?;:.]*\bqc\d+\b[^?;:.]*?),? "
            rf"(?P<r>(?:the |its )?{_RANK}(?: (?:one|reading|value|result|measurement|level))?) (?:(?:just|right) )?"
            r"(?:up to|up until|until|before|prior to|preceding|ahead of|after|following|since) (?:that|the|this) "
            r"(?:diagnosis|illness|event|time|point|day|news|finding|condition|prescription|start)(?=[ ?.]*$)",
            r"\g<e>, \g<r>",
        ),
    )
)


def in_steps(text: str) -> str:
    """A skeleton's text with what is asked in steps put as one question."""
    text = _TOLD_TWICE.put_into(text)
    match = _IN_STEPS.match(text)
    if match is None:
        return text
    name = match["x"] or match["y"] or match["z"] or match["bare"]
    rank = match["r"] or match["s"] or match["q"] or match["t"] or ""
    if name == match["b"] or re.search(r"\blast|latest|recent|newest\b", rank):
        return text
    done = match["done"]
    done = "diagnosed" if match["bare"] else done
    event = f"{name} was first {done}" if done else f"the first {match['noun'] or match['of']} of {name}"
    return f"what was the {match['b']} at the visit right after {event}"
