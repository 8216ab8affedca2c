"""The time between the two there are of one thing, in a skeleton: "gap between the two colonoscopies in months".

Which two are meant is told only where the record has no more than two (`reading/intervals.require_no_third`).
"""

from __future__ import annotations

from chartwarden.agent.patterns import Pattern

_UNIT = r"(?:days|weeks|months|years|hours)"
_OWN = r"(?:(?:the|his|her|my|their|these|those|patient's) )*"
_ROWS = r"(?: (?:visits|doses|shots|orders|prescriptions|tests|procedures|results|readings|ones))?"
_THE_TWO = rf"{_OWN}(?:(?:two|2|both)(?: of)? )?{_OWN}(?P<x>qc\d+){_ROWS}"
_BETWEEN = Pattern(
    r"^(?:(?:what|how (?:big|long|large)) (?:is|was) )?(?:the )?(?:(?:amount of )?time|interval|gap|distance"
    r"|spacing|span"
    rf"|(?:number of )?(?P<u>{_UNIT})|how (?:long|much time)|how many (?P<v>{_UNIT}))"
    r"(?: (?:in (?P<w>days|weeks|months|years)|elapsed|passed|went by|lay|lie|(?:was|were|is|are) (?:there|it)"
    r"|went)){0,2}"
    rf" between {_THE_TWO}(?:,? (?:in|as) (?P<y>{_UNIT}))?(?: (?:elapsed|passed|went by))?[ ?.]*$"
)
_APART = Pattern(
    rf"^how (?:far|long|many (?P<u>{_UNIT})) apart (?:were|are|was|did) {_THE_TWO}(?: (?:done|performed|given|taken))?"
    rf"(?:,? (?:in|as) (?P<v>{_UNIT}))?[ ?.]*$"
)


def time_between_both(text: str) -> str:
    """A skeleton's text as the time from the first to the last of a thing; as it is, where that is not asked."""
    match = _BETWEEN.match(text) or _APART.match(text)
    if match is None:
        return text
    groups = match.groupdict()
    unit = next((groups[name] for name in ("u", "v", "w", "y") if groups.get(name)), "")
    return f"how {f'many {unit}' if unit else 'long'} between the first and last {match['x']}"


def asks_of_both(said: str) -> bool:
    """Whether a skeleton as it was said asks for the time between the two there are, and names neither."""
    return (_BETWEEN.match(said) or _APART.match(said)) is not None
