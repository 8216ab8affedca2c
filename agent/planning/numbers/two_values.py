"""What is asked of two values of one measurement, each told by its time, or the two there are: which is the higher,
what it is, when it was, and whether it fell or rose between them."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.numbers.named import KIND, Named, link_of
from chartwarden.agent.planning.wording.question_words import is_yes_no
from chartwarden.tools.records.query import Comparison, RecordQuery, Window

_OF_THE_VALUE = Pattern(
    r"\b(?:higher|lower|bigger|smaller) (?:of (?:the|these|those|them)\b|one\b|values?\b|results?\b|readings?\b|"
    r"figures?\b|numbers?\b|levels?\b|measurements?\b|scores?\b)"
)
UPWARDS = ("higher", "taller", "heavier", "bigger", "above", "exceed", "exceeds", "exceeded")
DOWNWARDS = ("lower", "lighter", "smaller", "below")
ROSE = (
    "rise", "gain", "increase", "rose", "risen", "gained", "increased", "grown", "grow", "grew", "went up", "go up",
    "gone up", "come up", "climb", "climbed", "shot up", "raised", "jumped", "up",
)  # fmt: skip
FELL = (
    "drop", "fall", "decrease", "decline", "dropped", "fell", "fallen", "declined", "went down", "go down",
    "gone down", "come down", "reduced", "lowered", "down",
)  # fmt: skip
_AROUND = ("until", "between", "single", "or", "than", "one_of_them")
OUT = ("between", "given", "drained", "volume", "amount", "icu", "each", "single", "this_stay", "via")
"""What may be said of an output beside what is asked of it."""
_BOTH = Pattern(r"\b(?:two|both)\b")


def higher(named: Named) -> Comparison | RecordQuery | None:
    """The higher or the lower of two values: its time where that is asked, else the value where that is."""
    said = named.said
    relation = one_way(said.texts("further"), UPWARDS, DOWNWARDS)
    if not said.has("further") or not relation or not said.only("further", "when", *_AROUND):
        return None
    typed = named.skeleton.typed
    is_time, is_value = said.has("when"), bool(_OF_THE_VALUE.search(typed))
    if not (is_time or is_value) or is_yes_no(typed):
        return None
    if named.windows:
        windows = _in_order(named)
        if windows is None:
            return None
        left, right = (_at(named, window) for window in windows)
        return Comparison(left=left, right=right, relation=relation, tells="side" if is_time else "value")
    if not (_BOTH.search(typed) and _values(named) == 2):
        return None
    target: Literal["time", "value"] = "time" if is_time else "value"
    which: Literal["first", "last"] = "last" if relation == "gt" else "first"
    return named.query(KIND).model_copy(update={"by": "value", "which": which, "target": target})


def of_two_times(named: Named) -> Comparison | None:
    """At which of two times more or less came out in all, or whether it did at the first that is told."""
    said = named.said
    ways = {text in ("more", "most", *UPWARDS) for one in ("more", "less", "further") for text in said.texts(one)}
    told = ("more", "less", "further", "when", "sum", "or", "than", "until", "one_of_them", *OUT)
    if (
        len(named.things) != 1
        or not named.is_output
        or len(named.windows) != 2
        or len(ways) != 1
        or not said.only(*told)
    ):
        return None
    left, right = (
        named.query(KIND).model_copy(update={"target": "value", "window": window, "measure": "sum"})
        for window in named.windows
    )
    asks_which = said.has("when", "or", "one_of_them")
    return Comparison(left=left, right=right, relation="gt" if ways.pop() else "lt", tells="side" if asks_which else "")


def moved(named: Named) -> Comparison | None:
    """Whether a value fell or rose from one time to another: "did it fall between 2013 and 2018?"."""
    said = named.said
    texts = (*said.texts("difference"), *said.texts("moved"))
    relation = one_way(texts, ROSE, FELL)
    windows = _in_order(named)
    if not relation or windows is None or not said.only("difference", "moved", "until", "between"):
        return None
    left, right = (_at(named, window) for window in windows[::-1])
    return Comparison(left=left, right=right, relation=relation)


def _in_order(named: Named) -> tuple[Window, ...] | None:
    """Two times in their order, each of which has no more than one value."""
    if len(named.windows) != 2 or not all(is_one_value(named, window) for window in named.windows):
        return None
    return tuple(sorted(named.windows, key=lambda one: one.start or dt.datetime.min.replace(tzinfo=dt.UTC)))


def is_one_value(named: Named, window: Window) -> bool:
    """Whether a time has no more than one value, so that it tells which is meant."""
    link = link_of(named.things[0], KIND)
    if link is None or window.start is None or window.end is None:
        return False
    start, end = (int(edge.timestamp()) // 60 for edge in (window.start, window.end))
    times = [minute for entry in link.entries for minute in entry.minutes if start <= minute < end]
    return len(set(times)) <= 1


def _values(named: Named) -> int:
    link = link_of(named.things[0], KIND)
    return len({minute for entry in link.entries for minute in entry.minutes}) if link is not None else 0


def _at(named: Named, window: Window) -> RecordQuery:
    return named.query(KIND).model_copy(update={"target": "value", "window": window, "which": "last"})


def one_way(texts: tuple[str, ...], up: tuple[str, ...], down: tuple[str, ...]) -> Literal["gt", "lt"] | None:
    """In which direction words point, all of them alike."""
    if not texts or not all(text in (*up, *down) for text in texts):
        return None
    ways = {text in up for text in texts}
    if len(ways) != 1:
        return None
    return "gt" if ways.pop() else "lt"
