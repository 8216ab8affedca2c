"""What is asked of stays in intensive care by the hospital stay they belong to.

how many ICU stays belong to the 3 May admission | hours from admission to ICU | hours between her two ICU stays
"""

from __future__ import annotations

import re

from chartwarden.agent.planning.facts.counted_off import words_for
from chartwarden.agent.planning.facts.stay_told import Asked, told_stay
from chartwarden.agent.planning.wording.question_words import is_yes_no
from chartwarden.tools.records.query import Anchor, Comparison, IntervalUnit, RecordQuery

_ICU = RecordQuery(types=("Encounter",), encounter_kind=("icu",), target="time")
_UNITS: tuple[tuple[str, IntervalUnit], ...] = (("hours", "h"), ("minutes", "min"), ("days", "d"))


def icu_within(asked: Asked) -> RecordQuery | None:
    """How many stays in intensive care one hospital stay had."""
    many = " ".join(asked.words.take("icu_many"))
    number = re.search(r"\bqk(\d+)", many)
    if not many or asked.names or not (number or asked.take("count") or many.startswith("often ")):
        return None
    if not words_for("stay", "one_stay").search(asked.words.left):
        return None
    asked.take("part_of")
    stay = _the_stay(asked)
    if stay is None:
        return None
    query = _ICU.model_copy(update={"anchor": _during(stay), "measure": "count", "target": "name"})
    if number is None:
        return query
    least = asked.skeleton.quantities[int(number[1])]
    if least.relation not in ("gt", "ge") or not is_yes_no(asked.words.whole):
        return None
    index = least.number + (least.relation == "gt")
    return query.model_copy(update={"measure": "exists", "which": "first", "index": index})


def icu_held(asked: Asked) -> RecordQuery | None:
    """Whether one hospital stay had any time in intensive care."""
    if asked.names or not is_yes_no(asked.words.whole) or not asked.take("icu_any"):
        return None
    if not words_for("stay", "one_stay").search(asked.words.left):
        return None
    asked.take("icu_held")
    stay = _the_stay(asked)
    if stay is None:
        return None
    return _ICU.model_copy(update={"anchor": _during(stay), "measure": "exists"})


def until_icu(asked: Asked) -> Comparison | None:
    """How long after a hospital stay began somebody came to intensive care."""
    if asked.names or asked.words.has("between") or not asked.words.has("how_long"):
        return None
    unit = _unit(asked)
    if not asked.take("icu_reached") or not asked.take("since_then"):
        return None
    asked.take("how_long", "lasted", "i_mean", "start")
    stay = _the_stay(asked)
    if stay is None:
        return None
    first = stay if stay.which != "all" else stay.model_copy(update={"which": "first"})
    reached = _ICU.model_copy(update={"anchor": _during(first), "which": "first"})
    return Comparison(left=first, right=reached, relation="time_after", unit=unit)


def between_icu(asked: Asked) -> Comparison | None:
    """How long two stays in intensive care were apart."""
    if asked.names or not asked.take("icu_two"):
        return None
    unit = _unit(asked)
    asked.take("how_long", "lasted")
    if not asked.take("between", "outside_icu"):
        return None
    asked.take("between", "outside_icu", "part_of", "i_mean")
    if words_for("stay", "hospital").search(asked.words.left):
        stay = _the_stay(asked)
        if stay is None:
            return None
        base = _ICU.model_copy(update={"anchor": _during(stay)})
    else:
        base = _ICU.model_copy(update={"window": asked.words.window()})
    left = base.model_copy(update={"which": "first", "target": "end"})
    right = base.model_copy(update={"which": "first", "index": 2})
    return Comparison(left=left, right=right, relation="interval", unit=unit)


def _unit(asked: Asked) -> IntervalUnit:
    return next((unit for name, unit in _UNITS if asked.take(name)), "h")


def _during(stay: RecordQuery) -> Anchor:
    return Anchor(event=stay, relation="during")


def _the_stay(asked: Asked) -> RecordQuery | None:
    """The hospital stay that is told, by its time, its rank or its length."""
    stay = told_stay(asked, kind="hospital")
    if stay is None or stay.encounter_kind not in ((), ("hospital",)):
        return None
    if not (stay.window or asked.which.is_said or asked.by_length):
        return None
    row = asked.row() if asked.which.is_said or asked.by_length else {}
    return stay.model_copy(update={"target": "time", **row, "encounter_kind": ("hospital",)})
