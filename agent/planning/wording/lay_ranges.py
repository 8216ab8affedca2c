"""What people say for a result in or out of its reference range, where the grammar has one plain word."""

from __future__ import annotations

from chartwarden.agent.planning.wording.said import said_plainly, whole_words

_REFERENCE = (
    r"(?:the |their |its |his |her |my )?(?:lab(?:oratory)?'?s? |own |stated |printed |normal |reference )*"
    r"(?:range|limits)(?! of)"
)
_FLAG = r"abnormal|flagged|out of range|not normal|elevated"
_BLOOD = (
    r"(?:blood pressure|bp|cholesterol|(?:blood )?(?:lipids?|fats?|sugars?|glucose)|triglycerides?|uric acid|pressure)"
)
_SAID = whole_words(
    (
        (
            rf"(?P<x>{_BLOOD}) (?:being|running|which (?:is|was)|that(?:'s| is| was)) "
            r"(?:a bit |rather |too |so |quite )?(?P<h>high|raised|elevated|low)",
            r"\g<h> \g<x>",
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
    return said_plainly(question, _SAID)
