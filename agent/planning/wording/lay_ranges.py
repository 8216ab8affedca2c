"""What people say for a result beyond its reference range or a limit, where the grammar has one plain word."""

from __future__ import annotations

from chartwarden.agent.patterns import whole_words
from chartwarden.tools.records.number_words import CARDINALS

_REFERENCE = (
    r"(?:the |their |its |his |her |my )?(?:lab(?:oratory)?'?s? |own |stated |printed |normal |reference )*"
    r"(?:range|limits)(?! of)"
)
_FLAG = r"abnormal|flagged|out of range|not normal|elevated"
_BLOOD = (
    r"(?:blood pressure|bp|cholesterol|(?:blood )?(?:lipids?|fats?|sugars?|glucose)|triglycerides?|uric acid|pressure)"
)
_MOVES = (
    r"(?:creep|crept|edg(?:e|ed)|inch(?:ed)?|sneak(?:ed)?|snuck|shoot|shot|spik(?:e|ed)|drift(?:ed)?|soar(?:ed)?"
    r"|jump(?:ed)?|tip(?:ped)?|nudged?|push(?:ed)?|slip(?:ped)?|slid(?:e|ed)?|sink|sank|sunk|dip(?:ped)?|plunged?"
    r"|tumbled?|crash(?:ed)?|stray(?:ed)?|wander(?:ed)?)"
)
"""How a value gets beyond a limit; that it did so fast or slowly says nothing of the limit."""
_LIMIT = r"(?:the )?\d+(?:\.\d+)?"
_SAID = whole_words(
    (
        (
            rf"{_MOVES}(?: (?:back|all the way|right))?(?: (?:up|down))?(?: to)? (?P<w>above|over|past|beyond|below"
            rf"|under|beneath)(?= {_LIMIT})",
            lambda m: f"go {'above' if m['w'].lower() in ('past', 'beyond') else m['w']}",
        ),
        (rf"(?:break|broken?|crack(?:ed)?)(?= {_LIMIT}(?: ?[a-z%/]+\d?)?[ ?.]*$)", "go above"),
        (
            rf"(?P<x>{_BLOOD}) (?:being|running|which (?:is|was)|that(?:'s| is| was)) "
            r"(?:a bit |rather |too |so |quite )?(?P<h>high|raised|elevated|low)",
            r"\g<h> \g<x>",
        ),
        (
            r"(?P<r>(?:(?:great|high|low|small)er than|(?:more|less) than|above|over|below|under|exceed(?:s|ed|ing)?"
            r"|at (?:least|most)))"
            rf" (?P<n>{'|'.join(CARDINALS[1:])})(?=[ ]*(?:[?.,;!]|$)| (?:points?|out of ten|mmol|kg)\b)",
            lambda m: f"{m['r']} {CARDINALS.index(m['n'].lower())}",
        ),
        (rf"(?:leave|left) {_REFERENCE}", "go out of range"),
        (rf"(?:out of|outside(?: of)?|beyond|not (?:in|within|inside)) {_REFERENCE}", "out of range"),
        (rf"(?P<w>above|over|below|under) {_REFERENCE}", r"\g<w> range"),
        (rf"(?:in|within|inside) {_REFERENCE}", "within range"),
        (rf"(?P<f>{_FLAG}) (?:results|values|findings|readings|tests)(?! of\b)", r"\g<f> labs"),
        (
            rf"(?P<w>which|what|did any|were any|have any|are any) (?:of (?:the|his|her|my|their) )?(?:test )?"
            rf"(?:results|values|readings|tests) (?P<v>were|was|are|came back|come back|have been)"
            rf"(?= (?:\w+ )?(?:{_FLAG}))",
            r"\g<w> labs \g<v>",
        ),
    )
)


def ranges_in_plain_words(question: str) -> str:
    """The question with such words said plainly."""
    return _SAID.put_into(question)
