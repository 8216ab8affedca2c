"""What is worked out of measured values: of two or three of one panel, or of all that there are of one.

"Total cholesterol to HDL ratio of the last panel", "LDL minus HDL", "anion gap, newest chemistry", "non-HDL?";
"median of her potassiums", "by how much do the last two weights differ?", "what percentage of her
weight has she lost, first to last?", "has the weight changed at all?".
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.facts.counted_off import Words, table
from chartwarden.agent.planning.names.mentions import Mention
from chartwarden.agent.planning.reading.skeleton import Skeleton
from chartwarden.agent.planning.wording.question_words import ends_in_yes_no, is_yes_no
from chartwarden.tools.records.concepts import Link, link
from chartwarden.tools.records.manifest import Manifest
from chartwarden.tools.records.number_words import CARDINALS
from chartwarden.tools.records.query import Comparison, Question, RecordQuery, Window

_KIND = "Observation"
_OTHERS = frozenset({"Condition", "Procedure", "MedicationRequest", "MedicationAdministration", "Immunization"})
_AND_THE_TWO = Pattern(r"\b(?:and|with|plus) (?:the |their )?(?:difference|change|gap)\b")
"""The values are asked for too."""
_SIDE = Pattern(r"(?:below|above|under|lighter|heavier|lower|higher|less)\b")
_CHANGE = Pattern(r"\b(?:chang\w*|var(?:y|ied|ies)|mov(?:e|ed)|differ\w*|fluctuat\w*)\b")


_NAMED = Pattern(r"\bqc\d+\b")


class _Quantity(NamedTuple):
    """A quantity with a name of its own that is worked out of others."""

    name: str
    words: Pattern
    told: Pattern
    """What may stand beside it, that says how it is worked out."""
    of: tuple[str, ...]
    by: str


@lru_cache(maxsize=1)
def _quantities() -> tuple[_Quantity, ...]:
    return tuple(
        _Quantity(name, Pattern(row["words"]), Pattern(row["told"]), tuple(row["of"]), row["by"])
        for name, row in table()["quantity"].items()
    )


def worked_out(skeleton: Skeleton, manifest: Manifest) -> tuple[Question, ...] | None:
    """The query of such a question; None where it is none, or a word of it is left over."""
    if skeleton.thresholds or skeleton.people or skeleton.besides:
        return None
    told = _quantity(skeleton, manifest) or _of_one_or_two(skeleton)
    return (told,) if told is not None else None


def _quantity(skeleton: Skeleton, manifest: Manifest) -> Question | None:
    """A quantity that has a name of its own and is worked out of others: where the record has it, that is told."""
    whole = Words(skeleton, "worked").whole
    for one in _quantities():
        if not one.words.search(whole):
            continue
        words = Words(skeleton, "worked")
        words.take_all(one.words)
        if link(one.name, manifest, (_KIND,)).links:
            return None
        words.take_all(one.told)
        parts = [link(part, manifest, (_KIND,)).links for part in one.of]
        links = [found[0] for found in parts if found]
        if len(links) < len(parts) or is_yes_no(words.whole):
            return None
        return _compared(words, [_of(found, part) for found, part in zip(links, one.of, strict=True)], links, one.by)
    return None


def unworked(skeleton: Skeleton, manifest: Manifest) -> str:
    """A quantity that is named, and that the record has only the parts of: no absence of it is told."""
    whole = Words(skeleton, "worked").whole
    for one in _quantities():
        if not one.words.search(whole) or link(one.name, manifest, (_KIND,)).links:
            continue
        if all(link(part, manifest, (_KIND,)).links for part in one.of):
            return one.name
    return ""


def _of(found: Link, words: str) -> RecordQuery:
    return RecordQuery(types=(_KIND,), concept=found.concept(words), target="value")


def _measured(skeleton: Skeleton) -> dict[str, tuple[Mention, Link]]:
    """What is measured of all that is named, by its placeholder."""
    return {
        f"qc{n}": (one, one.linked.of(_KIND)[0])
        for n, one in enumerate(skeleton.mentions)
        if one.linked.of(_KIND) and _OTHERS.isdisjoint(one.linked.types) and not one.linked.members
    }


def _of_one_or_two(skeleton: Skeleton) -> Question | None:
    named = _measured(skeleton)
    words = Words(skeleton, "worked", named)
    order = sorted(named, key=words.whole.find)
    entries = {frozenset(entry.label for entry in named[token][1].entries): token for token in reversed(order)}
    tokens = [token for token in order if token in entries.values()]
    if len(tokens) not in (1, 2):
        return None
    if len(tokens) == 2 and is_yes_no(words.whole):
        return None
    ratio = words.take("ratio") if len(tokens) == 2 else []
    links = [named[token][1] for token in tokens]
    queries = [_of(found, named[token][0].words) for token, found in zip(tokens, links, strict=True)]
    if len(tokens) == 1:
        words.take_all(_NAMED)
        return _of_all(words, queries[0], links[0])
    minus = words.take("minus")
    if bool(ratio) is bool(minus):
        return None
    words.take_all(_NAMED)
    return _compared(words, queries, links, "ratio" if ratio else "difference")


def _compared(words: Words, queries: list[RecordQuery], links: list[Link], by: str) -> Comparison | None:
    """Numbers of one panel: of the last one, where no other is told."""
    which, window = words.which(), words.window()
    words.take("panel")
    if which.index > 1 or which.limit or not words.are_used_up():
        return None
    if window is not None and not which.is_said and any(len(_minutes(one, window)) > 1 for one in links):
        return None
    row: dict[str, Any] = {"which": which.which if which.is_said else "last", "window": window}
    left, right, *more = (query.model_copy(update=row) for query in queries)
    return Comparison.model_validate({"left": left, "right": right, "relation": by, "less": more[0] if more else None})


def _of_all(words: Words, query: RecordQuery, found: Link) -> Question | None:
    """What is worked out of the values of one measurement."""
    for read in (_apart, _in_percent, _median, _spread, _at_all):
        kept = words.left
        asked = read(words, query, found)
        if asked is not None and words.are_used_up():
            return asked
        words.left = kept
    return None


def _apart(words: Words, query: RecordQuery, found: Link) -> Question | None:
    """How far the last two, or the first two, are apart."""
    last, first = words.take("last_two"), words.take("first_two")
    apart, further = words.take("minus"), words.take("differ")
    if bool(last) is bool(first) or ends_in_yes_no(words.whole) or not (apart or further):
        return None
    words.take("unit")
    if not (words.take("amount") or apart) and all(map(_SIDE.match, further)):
        return None  # which of them is higher is a yes or no
    if _AND_THE_TWO.search(words.whole):
        return None
    return query.model_copy(update={"which": "last" if last else "first", "limit": 2, "measure": "change"})


def _in_percent(words: Words, query: RecordQuery, found: Link) -> Question | None:
    """The change from the first to the last, in percent of the first."""
    if is_yes_no(words.whole) or not words.take("percent") or not words.take("differ"):
        return None
    words.take("amount")
    window = words.window()
    ends = words.take_all(Pattern(r"\b(?:first|earliest|initial|oldest)\b")) and words.take_all(
        Pattern(r"\b(?:last|latest|most recent|newest|now|current)\b")
    )
    if not (ends or window):
        return None
    words.take("between")
    return query.model_copy(update={"measure": "percent", "window": window})


def _median(words: Words, query: RecordQuery, found: Link) -> Question | None:
    if is_yes_no(words.whole) or not words.take("median"):
        return None
    window = words.window()
    counted = words.take("so_many")
    there = len(_minutes(found, window))
    if any(one not in (str(there), *CARDINALS[there : there + 1]) for one in counted):
        return None
    return query.model_copy(update={"measure": "median", "window": window})


def _spread(words: Words, query: RecordQuery, found: Link) -> Question | None:
    """The highest less the lowest."""
    both = words.take("highest") and words.take("lowest")
    minus = words.take("minus") + words.take("spread")
    if is_yes_no(words.whole) or not minus or not (both or any("spread" in one for one in minus)):
        return None
    words.take("between")
    return query.model_copy(update={"measure": "range", "window": words.window()})


def _at_all(words: Words, query: RecordQuery, found: Link) -> Question | None:
    """Whether there is any difference among all values."""
    if not words.take("at_all") or not _CHANGE.search(words.left):
        return None
    words.take("differ")
    words.take_all(_CHANGE)
    words.take("between")
    return query.model_copy(update={"measure": "same", "negated": True, "window": words.window()})


def _minutes(found: Link, window: Window | None) -> set[int]:
    """The times of all values, in a window or ever."""
    times = {minute for entry in found.entries for minute in entry.minutes}
    if window is None:
        return times
    start = window.start.timestamp() / 60 if window.start else float("-inf")
    end = window.end.timestamp() / 60 if window.end else float("inf")
    return {minute for minute in times if start <= minute < end}
