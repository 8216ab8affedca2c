"""What people say of somebody's weight and height, as the measurement it is: "have I got taller", "weigh at 50".

The rules are about a question as it is typed, before names are looked for in it: each says the same in other words.
"""

from __future__ import annotations

import re

from chartwarden.agent.planning.wording.said import said_plainly, whole_words

_WHO = r"(?:he|she|i|they|we|the patient|this patient)"
_SIZES = {
    "heavier": ("weight", "up"), "fatter": ("weight", "up"), "lighter": ("weight", "down"),
    "thinner": ("weight", "down"), "slimmer": ("weight", "down"),
    "taller": ("height", "up"), "shorter": ("height", "down"),
    "grow": ("height", "up"), "grown": ("height", "up"), "shrink": ("height", "down"), "shrunk": ("height", "down"),
}  # fmt: skip
_EXTREMES = {"heaviest": "highest", "tallest": "highest", "lightest": "lowest", "shortest": "lowest"}
_END = r"(?=[ ?.!]*$|,| (?:between|from|since|in|over|during|after|before|by|compared|than|at all)\b)"
_AT_AGE = re.compile(
    rf"\bat (?P<n>[1-9]\d?)(?=[ ?.!]*$|,| (?:was|did|what|how) )(?! ?(?:{_WHO} )?(?:o'?clock|am|pm))", re.IGNORECASE
)
_OF_SIZE = re.compile(r"\bhow (?:tall|heavy|light)\b|\b(?:weigh(?:ed|s)?|tall)\b", re.IGNORECASE)
"""Of what somebody is at an age, and no measurement is at."""


def _went(match: re.Match[str]) -> str:
    measured, way = _SIZES[match["how"].lower()]
    return f"{match['aux']} the {measured} {'go' if match['aux'].lower() == 'did' else 'gone'} {way}"


_SAID = whole_words(
    (
        (
            r"(?P<e>heaviest|tallest|lightest|shortest)(?P<and> (?:and|to|versus|vs|minus|or) (?:my |his |her |the )?)"
            r"(?P<f>heaviest|tallest|lightest|shortest)(?= (?:weight|height)\b)",
            lambda m: f"{_EXTREMES[m['e'].lower()]}{m['and']}{_EXTREMES[m['f'].lower()]}",
        ),
        (
            r"(?P<e>heaviest|lightest)(?= (?:recorded |measured |body )?weight\b)"
            r"|(?P<f>tallest|shortest)(?= (?:recorded |measured |body )?height\b)",
            lambda m: _EXTREMES[(m["e"] or m["f"]).lower()],
        ),
        (
            rf"(?P<aux>did|has|have) {_WHO} (?:ever |really |actually )?(?:get|got|gotten|become|grow|grown) "
            rf"(?:any |a bit |a little )?(?P<how>taller|shorter|heavier|lighter|thinner|slimmer|fatter){_END}",
            _went,
        ),
        (
            rf"(?P<aux>did|has|have) {_WHO} (?:ever |really |actually )?(?P<how>grow|grown|shrink|shrunk)"
            rf"(?: any| in height)?{_END}",
            _went,
        ),
    )
)


def sized_plainly(question: str) -> str:
    """The question with what it says of weight and height said of the measurement."""
    question = said_plainly(question, _SAID)
    return _AT_AGE.sub(r"at age \g<n>", question) if _OF_SIZE.search(question) else question
