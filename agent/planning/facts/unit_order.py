"""Which unit somebody came to after another one, within a stay."""

from __future__ import annotations

import datetime as dt

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.facts.counted_off import Words, words_for
from chartwarden.agent.planning.facts.stay_told import Asked, told_stay
from chartwarden.agent.planning.names.care_units import IN_BRACKETS
from chartwarden.agent.planning.reading.ranks import Which, which_of
from chartwarden.agent.planning.wording.question_words import is_yes_no
from chartwarden.agent.planning.wording.who import WHO
from chartwarden.tools.records.query import Anchor, RecordQuery

_EMERGENCY = Pattern(r"\b(?:the )?(?:er|ed|a&e|casualty|emergency(?: (?:room|department|dept|ward))?)\b")

_ICU_LEFT = Pattern(
    r"\b(?<!to )(?<!to the )(?<!into )(?<!into the )(?:icu|itu|intensive care|critical care)(?: unit)?\b"
    r"(?! (?:stay|admission))"
)
_RANKED_ICU = Pattern(
    r"\b(?:very )?(?:first|1st|second|2nd|third|3rd|last|latest|most recent|final) (?:icu|itu|intensive care"
    r"|critical care)(?: unit)? (?:stay|admission|visit|episode|spell|stint|time)\b"
)
_ASKS_WHEN = Pattern(r"^when (?:was|were|did|is|does|has)\b(?![^,]*, (?:to |on |in |into )?(?:which|what|where)\b)")
_WHENCE = Pattern(r"\bfrom (?:which|what|where)\b")
"""The unit before is asked for."""
_INTENSIVE = "intensive care"
"""Any unit of it, where none is named."""
_WHOLE_STAY = Pattern(r"\b(?:admission|stay|hospitali[sz]ation)\b")
_HAD = Pattern(
    r"\b(?:had|held|housed|(?:was |been )?(?:looking after|caring for|looked after|cared for|lying|staying|kept"
    rf"|located|nursed|housed|treated)|lay|physically|(?:was|were) {WHO}(?! in hospital))\b"
)
_WITHIN_A_STAY = ("hospital", "icu")
"""A stay in intensive care has units of its own, and is a part of the hospital stay."""
_SOON = dt.timedelta(days=1)
"""Another unit is the next one where somebody came to it from there, and not at a later stay."""


def next_unit(asked: Asked) -> RecordQuery | None:
    """The unit that came next after one that is named; None for any other question."""
    words = asked.words
    if not (words.has("unit") and words.has("next")) or _WHENCE.search(words.left) or _ASKS_WHEN.match(words.left):
        return None
    names = [entry.label for entry in asked.manifest.words("location", "Encounter")]
    whole_stay = bool(_WHOLE_STAY.search(words.left))
    rank = next(iter(words.take_all(_RANKED_ICU)), "")
    left = _taken(words, names) or (_INTENSIVE if words.take_all(_ICU_LEFT) or rank else "")
    if not left or (rank and left != _INTENSIVE):
        return None
    asked.take("next", "unit", "moved", "whom", "icu", "hospital", "visit", "discharged", "leave", "during")
    there = RecordQuery(types=("Encounter",), place=left, target="end", which="first")
    if left == _INTENSIVE:
        row = which_of(rank.split(" icu")[0]) if rank else Which("last")
        there = RecordQuery(
            types=("Encounter",), encounter_kind=("icu",), target="end", which=row.which, index=row.index
        )
    window = words.window()
    if window is not None and left == _INTENSIVE and not whole_stay:
        there = there.model_copy(update={"window": window, "ended": True})
    elif window is not None:
        stay = RecordQuery(
            types=("Encounter",), encounter_kind=("hospital",), window=window, lasting=True, target="time"
        )
        there = there.model_copy(update={"anchor": Anchor(event=stay, relation="during")})
    return RecordQuery(
        types=("Encounter",), encounter_kind=("hospital",), target="location", limit=1,
        anchor=Anchor(event=there, relation="after", within=_SOON),
    )  # fmt: skip


def _taken(words: Words, names: list[str]) -> str:
    """The unit that was left, as the record names it; its words are gone then."""
    for name in sorted(names, key=len, reverse=True):
        short = IN_BRACKETS.search(name)
        for said in (name.lower(), IN_BRACKETS.sub("", name).strip().lower(), short["short"].lower() if short else ""):
            if said and f" {said} " in f" {words.left.replace(',', ' ').replace('?', ' ').replace('.', ' ')} ":
                words.left = words.left.replace(said, " ", 1)
                return name
    found = words.take_all(_EMERGENCY)
    return next((name for name in names if found and name.lower() == "emergency department"), "")


def unit_then(asked: Asked) -> RecordQuery | None:
    """The unit somebody was in at a moment, where it is said that the unit had them; None for any other question."""
    words = asked.words
    if not (words.has("unit") and words.take_all(_HAD)):
        return None
    kinds = ("icu",) if any(map(_ICU_LEFT.search, words.take("unit"))) else ()
    asked.take("or_unit", "moved", "whom")
    window = words.window()
    if window is None:
        return None
    return RecordQuery(
        types=("Encounter",), encounter_kind=kinds, window=window, lasting=True, measure="distinct", target="location"
    )


def units_of(asked: Asked) -> RecordQuery | None:
    """The units that somebody was in at a stay, or how many different ones; None for any other question."""
    words = asked.words
    if asked.names or is_yes_no(words.whole) or not words.take("units_many"):
        return None
    counted = bool(words_for("stay", "count").search(words.whole))
    asked.take("count", "each_once", "units_told", "during")
    if any(words.has(name) for name in ("next", "unit_first", "unit_last")):
        return None
    stay = told_stay(asked)
    if stay is None or not stay.encounter_kind or stay.encounter_kind == ("emergency",) or stay.anchor or stay.reason:
        return None
    row = asked.row() if asked.which.is_said or asked.by_length else {}
    update = {"measure": "count_distinct" if counted else "distinct", "target": "location"}
    if stay.encounter_kind == ("icu",):
        return stay.model_copy(update={**row, **update})
    there = Anchor(event=stay.model_copy(update={**row, "target": "time"}), relation="during")
    return RecordQuery(types=("Encounter",), encounter_kind=_WITHIN_A_STAY, anchor=there).model_copy(update=update)


_UNIT_RANKED = Pattern(
    r"\b(?:the )?(?:very )?(?P<rank>first|initial|last|final) (?:(?:hospital|nursing) )?(?:care ?)?(?:wards?|units?"
    r"|floors?|locations?|departments?)\b(?! (?:stay|admission|visit))"
)


def unit_at_end(asked: Asked) -> RecordQuery | None:
    """The first or the last unit of one stay."""
    words = asked.words
    if is_yes_no(words.whole) or not words.has("unit") or not (words.has("unit_first") or words.has("unit_last")):
        return None
    if (told := _UNIT_RANKED.search(words.left)) is not None:
        is_first = told["rank"] in ("first", "initial")
        is_last = not is_first
        words.take_all(_UNIT_RANKED)
    else:
        is_first, is_last = asked.take("unit_first"), asked.take("unit_last")
    asked.take("unit", "moved", "units_told", "during")
    query = told_stay(asked, kind="hospital")
    if query is None or is_first is is_last:
        return None
    kinds, which = query.encounter_kind or ("hospital",), "first" if is_first else "last"
    if asked.which.is_said or asked.by_length:
        there = Anchor(event=query.model_copy(update={**asked.row(), "target": "time"}), relation="during")
        there_too = {"which": which, "target": "location", "anchor": there}
        return RecordQuery(types=("Encounter",), encounter_kind=_WITHIN_A_STAY).model_copy(update=there_too)
    if not query.window:
        return None
    return query.model_copy(update={"encounter_kind": kinds, "target": "location", "which": which})
