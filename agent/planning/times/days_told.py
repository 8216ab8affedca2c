"""One value "from" a day is that of the day, and none of all since then: "the BUN from 2/20/2020"."""

from __future__ import annotations

import re
from dataclasses import replace

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.times.timephrases import TimePhrase, TimeReader

_NAMES = r"(?P<x>qc\d+(?:(?:,? (?:and|&|or) |, |/)(?:(?:the|his|her|my|their) )?qc\d+)*)"
_OF_A_DAY = Pattern(
    rf"(?<!and )\b{_NAMES}(?: (?:value|reading|result|level|figure|number|measurement|score))? qt(?P<n>\d+)\b"
)
_OF_MORE = Pattern(
    r"\b(?:all|any|every|each|many|often|number of|count|counts?|list|average|mean|median|sum|total|trend\w*"
    r"|course|chang\w+"
    r"|differ\w*|highest|lowest|max\w*|min\w*|peak|nadir|first|last|latest|newest|oldest|earliest|most|recent|next|previous"
    r"|before|after|since|until|till|to (?:now|date|today)|onwards?|forwards?|through|up|down|ris\w+|rose|fall\w*"
    r"|fell|drop\w*|increas\w+"
    r"|decreas\w+|higher|lower|ever|again|over|series|values|readings|results|levels|figures|measurements|scores|when"
    r"|history|graph|plot|chart)\b|\bqd\d"
)
"""What is asked of several values, or of a stretch that begins on the day."""


def of_one_day(
    text: str, question: str, times: list[TimePhrase], measured: frozenset[str], reader: TimeReader
) -> list[TimePhrase]:
    """The times of a question, that of "from 2/20/2020" as the day, where a skeleton's `text` asks for one value then.

    `measured`: the placeholders of names of measurements.
    """
    match = _OF_A_DAY.search(text)
    if match is None or not measured.issuperset(re.findall(r"qc\d+", match["x"])):
        return times
    if len(times) > 1 or _OF_MORE.search(f"{text[: match.start()]} {text[match.end() :]}"):
        return times
    phrase = times[int(match["n"])]
    said = question[phrase.start : phrase.end].lower()
    if not said.startswith("from ") or phrase.window is None or phrase.window.end is not None:
        return times
    windows = [one.window for one in reader.read(f"on {said.removeprefix('from ')}")]
    window = windows[0] if len(windows) == 1 else None
    if window is None or not window.is_of_a_day:
        return times
    return [replace(one, window=window) if one is phrase else one for one in times]
