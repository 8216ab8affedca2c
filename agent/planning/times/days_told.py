"""One value "from" a day is that of the day, and none of all since then: "the BUN from 2/20/2020"."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.times.timephrases import TimePhrase, TimeReader

_OF_A_DAY = Pattern(
    r"(?:(?:so|and|please|give|tell|show|need|i|me|us|what|how (?:high|low|much)|was|were|is|are|the|his|her|my|their"
    r"|patient's) )*(?P<x>qc\d+)(?: (?:value|reading|result|level|figure|number|measurement|score))? qt(?P<n>\d+)"
    r"(?:,? please)?[ ?.!]*"
)
_A_DAY = dt.timedelta(days=1, hours=1)
"""The longest one, where the clock goes back."""


def of_one_day(
    text: str, question: str, times: list[TimePhrase], measured: frozenset[str], reader: TimeReader
) -> list[TimePhrase]:
    """The times of a question, that of "from 2/20/2020" as the day, where a skeleton's `text` asks for one value then.

    `measured`: the placeholders of names of measurements.
    """
    match = _OF_A_DAY.fullmatch(text)
    if match is None or match["x"] not in measured:
        return times
    phrase = times[int(match["n"])]
    said = question[phrase.start : phrase.end].lower()
    if not said.startswith("from ") or phrase.window is None or phrase.window.end is not None:
        return times
    windows = [one.window for one in reader.read(f"on {said.removeprefix('from ')}")]
    window = windows[0] if len(windows) == 1 else None
    if window is None or not (window.start and window.end and window.end - window.start <= _A_DAY):
        return times
    return [replace(one, window=window) if one is phrase else one for one in times]
