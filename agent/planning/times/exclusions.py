"""Times that are left out of others: "in the past 5 years, not counting this year"."""

from __future__ import annotations

import datetime as dt
import re

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.times.timephrases import TimePhrase
from chartwarden.tools.records.query import Window

LEFT_OUT = Pattern(
    r",? ?\(?\b(?:but |and )?(?:(?:not|without|n't) (?:counting|including|considering)|excluding|exclusive of"
    r"|except(?:ing)?(?: for)?|leaving (?:out|aside)|leave out|setting aside|apart from|aside from|other than|besides"
    r"|without|minus|but not|ignoring|disregarding|skipping|skip|outside(?: of)?|save for"
    r"|(?:don't|do not) (?:count|include))"
    r"(?: (?:anything|those|the ones|what was|everything))?(?: (?:from|in|of|during))? qt(?P<n>\d+)\b\)?"
)
"""A time that is left out, in a skeleton."""
LEAVES_OUT_A_ROW = Pattern(
    r"\b(?:leav(?:e|ing) (?:out|off|aside)|skip(?:ping)?|ignor(?:e|ing)|exclud(?:e|ing)|discount(?:ing)?|without|minus"
    r"|except(?:ing)?(?: for)?|apart from|aside from|other than|omit(?:ting)?|not counting|but not)"
    r" (?:(?:the|my|his|her|their|very) )*(?:first|last|latest|most recent|earliest|oldest|newest|highest|lowest|two"
    r"|three|outliers?)\b",
    re.IGNORECASE,
)
"""One of the rows that is left out of the others."""
_LEAVES_OUT = Pattern(
    r"(?:exclu(?:ding|sive|ded|des?)|except(?:ing|ed)?|omit(?:ting|ted)?|leav(?:e|ing)|minus|ignor(?:e|ing)"
    r"|disregard(?:ing)?|barring|skip(?:ping)?|besides|aside|forget(?:ting)?)\b",
    re.IGNORECASE,
)


def says_left_out(words: str) -> bool:
    """Whether words that nothing knows say that something is left out, and so are no name of a thing."""
    return bool(_LEAVES_OUT.match(words.strip()))


def without_excluded(text: str, times: list[TimePhrase], now: dt.datetime) -> tuple[str, str]:
    """The text with a time cut by the one that is left out of it, and what cannot be cut.

    `now`: the moment of asking, where an open time ends for the record.
    """
    match = LEFT_OUT.search(text)
    if match is None:
        return text, ""
    said = re.sub(r"qt\d+", "", match.group()).strip(" ,()")
    rest = f"{text[: match.start()]} {text[match.end() :]}"
    tokens = list(dict.fromkeys(re.findall(r"\bqt(\d+)\b", rest)))
    out = times[int(match["n"])]
    whole = times[int(tokens[0])].window if tokens else Window(reading="") if match.start() == 0 else None
    left = _cut(whole, out.window, now) if len(tokens) < 2 else None
    if left is None or LEFT_OUT.search(rest):
        return text, said
    kept = times[int(tokens[0])] if tokens else out
    times.append(TimePhrase(kept.start, kept.end, left))
    rest = re.sub(rf"\bqt{tokens[0]}\b", f"qt{len(times) - 1}", rest) if tokens else f"{rest} qt{len(times) - 1}"
    return re.sub(r"\s+", " ", rest).strip(" ,"), ""


def _cut(whole: Window | None, out: Window | None, now: dt.datetime) -> Window | None:
    """What is left of a time at one end when another is taken from its other end; None where it is not one stretch."""
    if whole is None or out is None or (out.start is None and out.end is None):
        return None
    if whole.end is not None and out.start == whole.end:
        return whole  # "until last year, not counting this year"
    reaches_start = out.start is None or (whole.start is not None and out.start <= whole.start)
    reaches_end = out.end is None or out.end >= min(whole.end or now, now)
    if reaches_start == reaches_end:
        return None
    start, end = (out.end, whole.end) if reaches_start else (whole.start, out.start)
    if (start is not None and end is not None and start >= end) or _apart(whole, out):
        return None
    until = f" to before {end.date()}" if end else ""
    reading = (
        f"{whole.reading} {out.reading} What is left was read as {f'from {start.date()}' if start else 'any time'}"
    )
    return Window(start=start, end=end, reading=f"{reading}{until}.")


def _apart(whole: Window, out: Window) -> bool:
    """Whether two times have nothing in common, so that the one says nothing of the other."""
    before = out.end is not None and whole.start is not None and out.end <= whole.start
    after = out.start is not None and whole.end is not None and out.start >= whole.end
    return before or after
