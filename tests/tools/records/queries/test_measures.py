"""Arithmetic over rows: unit-aware, with its working, and silent where there is nothing to work out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartwarden.tools.records.moments import Calendar, completed_years, parse
from chartwarden.tools.records.query import Coding, Computed, Concept, QueryResult, RecordQuery, Threshold, Window
from chartwarden.tools.records.values import Value, satisfies

Ask = Callable[..., QueryResult]
WEIGHT = Concept(words="weight", codings=(Coding(code="w"),))


def weight(identity: str, when: str, value: float, unit: str = "kg", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": identity,
        "status": "final",
        "code": {"coding": [{"system": "s", "code": "w", "display": "Weight"}]},
        "effectiveDateTime": when,
        "valueQuantity": {"value": value, "unit": unit, **more},
    }


ROWS = (weight("a", "2020-01-01", 80.0), weight("b", "2021-01-01", 70.0), weight("c", "2022-01-01", 90.0))


def computed(ask: Ask, measure: Any, *rows: dict[str, Any], **more: Any) -> Computed | None:
    return ask(RecordQuery(types=("Observation",), concept=WEIGHT, measure=measure, **more), *rows).computed


@pytest.mark.parametrize(
    ("measure", "value", "over"),
    [
        ("min", 70.0, ("b",)),
        ("max", 90.0, ("c",)),
        ("mean", 80.0, ("a", "b", "c")),
        ("sum", 240.0, ("a", "b", "c")),
        ("change", 10.0, ("a", "c")),
        ("percent", 12.5, ("a", "c")),
        ("trend", "rose", ("b", "c")),
        ("count", 3, ("a", "b", "c")),
        ("exists", True, ("a", "b", "c")),
    ],
)
def test_each_measure_gives_its_value_and_what_it_was_worked_out_over(
    ask: Ask, measure: str, value: Any, over: tuple[str, ...]
) -> None:
    found = computed(ask, measure, *ROWS)
    assert found is not None
    assert (found.value, found.over) == (value, tuple(f"Observation/{identity}" for identity in over))


def test_the_row_of_an_extreme_is_the_finding(ask: Ask) -> None:
    found = ask(RecordQuery(types=("Observation",), concept=WEIGHT, measure="min", target="time"), *ROWS)
    assert [f.values for f in found.findings] == [("2021-01-01",)]


def test_mixed_units_are_converted_to_the_commonest_and_told(ask: Ask) -> None:
    rows = (*ROWS, weight("d", "2023-01-01", 220.462262, "[lb_av]"))
    query = RecordQuery(types=("Observation",), concept=WEIGHT, measure="max")
    found = ask(query, *rows)
    assert found.computed is not None
    assert found.computed.value == pytest.approx(100.0, abs=1e-4)
    assert found.computed.unit == "kg"
    assert any("converted" in note for note in found.notes)


def test_what_cannot_be_converted_stays_out_and_is_told(ask: Ask) -> None:
    found = ask(
        RecordQuery(types=("Observation",), concept=WEIGHT, measure="max"), *ROWS, weight("d", "2023", 999.0, "mm")
    )
    assert found.computed is not None
    assert found.computed.value == 90.0
    assert any("not comparable" in note for note in found.notes)


def test_a_bound_is_no_number_to_calculate_with(ask: Ask) -> None:
    found = ask(
        RecordQuery(types=("Observation",), concept=WEIGHT, measure="mean"),
        *ROWS,
        weight("d", "2023", 500.0, comparator=">"),
    )
    assert found.computed is not None
    assert found.computed.value == 80.0
    assert any(">500" in note for note in found.notes)


@pytest.mark.parametrize("measure", ["min", "mean", "change", "trend", "duration"])
def test_nothing_is_worked_out_over_nothing(ask: Ask, measure: str) -> None:
    assert computed(ask, measure) is None


def test_a_change_takes_two_values(ask: Ask) -> None:
    assert computed(ask, "change", ROWS[0]) is None


@pytest.mark.parametrize(("unit", "value"), [("d", 10 / 731), ("wk", 70 / 731), ("mo", 10 / 731 * 365.25 / 12)])
def test_a_rate_is_the_change_by_the_time_between_the_ends(ask: Ask, unit: str, value: float) -> None:
    found = computed(ask, "rate", *ROWS, unit=unit)
    assert found is not None
    assert found.value == pytest.approx(value)
    assert found.unit == f"kg/{unit}"


@pytest.mark.parametrize(
    ("measure", "rows"),
    [
        ("percent", (weight("a", "2020-01-01", 0.0), weight("b", "2021-01-01", 5.0))),
        ("percent", ROWS[:1]),
        ("rate", (weight("a", "2020", 80.0), weight("b", "2021-01-01", 70.0))),
        ("rate", (weight("a", "2020-01-01T08:00:00Z", 80.0), weight("b", "2020-01-01T10:00:00Z", 70.0))),
    ],
)
def test_what_has_no_percentage_or_rate_has_none(ask: Ask, measure: str, rows: tuple[dict[str, Any], ...]) -> None:
    assert computed(ask, measure, *rows, unit="a") is None


def test_distinct_things_are_counted_once(ask: Ask) -> None:
    other = {**weight("x", "2020-01-01", 1.0), "code": {"coding": [{"system": "s", "code": "h", "display": "Height"}]}}
    found = ask(RecordQuery(types=("Observation",), measure="count_distinct", target="name"), *ROWS, other)
    assert found.computed is not None
    assert found.computed.value == 2
    assert sorted(f.label for f in found.findings) == ["Height", "Weight"]


@pytest.mark.parametrize(
    ("start", "end", "value", "unit"),
    [
        ("2020-01-01T00:00:00Z", "2020-01-01T06:30:00Z", 6.5, "h"),
        ("2020-01-01T00:00:00Z", "2020-01-11T00:00:00Z", 10.0, "d"),
    ],
)
def test_a_stay_lasts_from_its_start_to_its_end(ask: Ask, start: str, end: str, value: float, unit: str) -> None:
    stay = {"resourceType": "Encounter", "id": "e", "status": "finished", "period": {"start": start, "end": end}}
    found = ask(RecordQuery(types=("Encounter",), which="last", measure="duration"), stay).computed
    assert found is not None
    assert (found.value, found.unit) == (value, unit)


def test_age_is_in_completed_years_at_the_row(ask: Ask) -> None:
    condition = {"resourceType": "Condition", "id": "c", "code": {"text": "Gout"}, "onsetDateTime": "2010-05-03"}
    query = RecordQuery(types=("Condition",), which="first", measure="age")
    found = ask(query, condition).computed
    assert found is not None
    assert (found.value, found.over) == (49, ("Condition/c", "Patient/p"))
    vague = ask(query, {**condition, "onsetDateTime": "2010"})
    assert vague.computed is None
    assert any("not exact enough" in note for note in vague.notes)


def test_the_patient_has_an_age_now_and_on_a_day(ask: Ask) -> None:
    query = RecordQuery(types=("Patient",), measure="age")
    now = ask(query).computed
    assert now is not None
    assert now.value == 64
    day = Window(start=dt.datetime(2000, 5, 4, tzinfo=dt.UTC), end=dt.datetime(2000, 5, 5, tzinfo=dt.UTC))
    then = ask(query.model_copy(update={"window": day})).computed
    assert then is not None
    assert then.value == 40


@pytest.mark.parametrize(
    ("value", "relation", "limit", "expected"),
    [
        (Value(5, comparator="<"), "lt", 5, True),
        (Value(5, comparator="<"), "lt", 6, True),
        (Value(5, comparator="<"), "lt", 3, None),
        (Value(5, comparator="<"), "gt", 5, False),
        (Value(5, comparator="<"), "ge", 3, None),
        (Value(5, comparator="<="), "ge", 5, None),
        (Value(5, comparator=">"), "gt", 5, True),
        (Value(5, comparator=">="), "gt", 5, None),
        (Value(5, comparator=">="), "ge", 5, True),
        (Value(5, comparator=">"), "lt", 5, False),
        (Value(5, comparator=">"), "eq", 7, None),
        (Value(5.0), "eq", 5, True),
        (Value(5.0), "le", 4.9, False),
    ],
)
def test_bounds_pass_a_threshold_only_when_every_number_they_allow_does(
    value: Value, relation: Any, limit: float, expected: bool | None
) -> None:
    assert satisfies(value, Threshold(relation=relation, value=limit), {}) is expected


@given(
    bound=st.integers(-5, 5),
    comparator=st.sampled_from(["<", "<=", ">", ">="]),
    relation=st.sampled_from(["lt", "le", "gt", "ge"]),
    limit=st.integers(-6, 6),
)
def test_a_bound_never_says_what_one_of_its_numbers_contradicts(
    bound: int, comparator: str, relation: Any, limit: int
) -> None:
    said = satisfies(Value(bound, comparator=comparator), Threshold(relation=relation, value=limit), {})
    tried = [bound + step / 2 for step in range(-40, 41)]
    allowed = [n for n in tried if {"<": n < bound, "<=": n <= bound, ">": n > bound, ">=": n >= bound}[comparator]]
    truths = {{"lt": n < limit, "le": n <= limit, "gt": n > limit, "ge": n >= limit}[relation] for n in allowed}
    assert said is None or truths == {said}


RANGE = {"referenceRange": [{"low": {"value": 60, "unit": "kg"}, "high": {"value": 85, "unit": "kg"}}]}


@pytest.mark.parametrize(
    ("relation", "expected"),
    [("above_range", ["c"]), ("below_range", ["d"]), ("outside_range", ["c", "d"]), ("within_range", ["a", "b"])],
)
def test_values_are_held_against_the_reference_range_of_the_record(
    ask: Ask, relation: Any, expected: list[str]
) -> None:
    rows = [{**row, **RANGE} for row in (*ROWS, weight("d", "2023-01-01", 50_000, "g"))]
    query = RecordQuery(types=("Observation",), concept=WEIGHT, threshold=Threshold(relation=relation))
    assert [f.reference.split("/")[1] for f in ask(query, *rows).findings] == expected


def test_the_interpretation_of_the_record_goes_before_its_range(ask: Ask) -> None:
    row = {**ROWS[0], **RANGE, "interpretation": [{"coding": [{"code": "HH"}]}]}
    query = RecordQuery(types=("Observation",), concept=WEIGHT, threshold=Threshold(relation="above_range"))
    assert len(ask(query, row).findings) == 1


def test_a_value_without_any_range_is_neither_inside_nor_outside_and_that_is_told(ask: Ask) -> None:
    query = RecordQuery(
        types=("Observation",), concept=WEIGHT, threshold=Threshold(relation="above_range"), measure="exists"
    )
    found = ask(query, *ROWS)
    assert found.computed is not None
    assert found.computed.value is None
    assert "3 entries with no flag and no reference range to tell by." in found.notes


@pytest.mark.parametrize(
    ("relation", "expected"), [("outside_range", 1), ("within_range", 0), ("above_range", 0), ("below_range", 0)]
)
def test_a_flag_that_says_abnormal_tells_no_side(ask: Ask, relation: Any, expected: int) -> None:
    row = {**ROWS[0], "interpretation": [{"coding": [{"code": "A"}]}]}
    query = RecordQuery(types=("Observation",), concept=WEIGHT, threshold=Threshold(relation=relation))
    assert len(ask(query, row).findings) == expected


def test_a_result_in_words_is_abnormal_where_its_flag_says_so(ask: Ask) -> None:
    row = {key: value for key, value in ROWS[0].items() if key != "valueQuantity"}
    row |= {"valueString": "present", "interpretation": [{"coding": [{"code": "A"}]}]}
    query = RecordQuery(types=("Observation",), concept=WEIGHT, threshold=Threshold(relation="outside_range"))
    assert len(ask(query, row).findings) == 1


def test_what_was_entered_in_error_is_not_counted_among_those_without_a_range(ask: Ask) -> None:
    query = RecordQuery(types=("Observation",), concept=WEIGHT, threshold=Threshold(relation="outside_range"))
    assert not any("no flag" in note for note in ask(query, {**ROWS[0], "status": "entered-in-error"}).notes)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2000, 12, 31)), st.dates(dt.date(2001, 1, 1), dt.date(2099, 12, 31)))
def test_an_age_grows_by_one_on_the_birthday(born: dt.date, day: dt.date) -> None:
    birth, at = parse(born.isoformat()), parse(day.isoformat())
    assert birth is not None
    assert at is not None
    years = completed_years(birth, at)
    assert years is not None
    had = (day.month, day.day) >= (born.month, born.day)
    assert years == day.year - born.year - (0 if had else 1)


@pytest.mark.parametrize("text", ["", "soon", "2020-13", "2020-02-30", "20200101T", "12:30"])
def test_what_is_no_date_is_read_as_none(text: str) -> None:
    assert parse(text) is None


def test_a_day_of_the_calendar_is_that_of_the_zone() -> None:
    late = parse("2020-03-01T23:30:00-05:00")
    assert late is not None
    assert Calendar("UTC", by_record=False).day(late.start) == dt.date(2020, 3, 2)
    assert Calendar("UTC", by_record=True).day(late.start) == dt.date(2020, 3, 1)


def test_nights_are_the_dates_between_the_ends_of_stays(ask: Ask) -> None:
    stays = [
        {"resourceType": "Encounter", "id": str(n), "status": "finished", "class": {"code": "IMP"}, "period": period}
        for n, period in enumerate(
            (
                {"start": "2020-01-01T22:00:00Z", "end": "2020-01-02T06:00:00Z"},
                {"start": "2020-03-01T08:00:00Z", "end": "2020-03-04T20:00:00Z"},
            )
        )
    ]
    found = ask(RecordQuery(types=("Encounter",), measure="duration", target="duration", unit="night"), *stays).computed
    assert found is not None
    assert (found.value, found.unit) == (4, "night")


@pytest.mark.parametrize(
    ("measure", "limit", "told"),
    [
        ("commonest", None, ["Weight"]),
        ("rarest", None, ["Height", "Pulse"]),
        ("commonest", 2, ["Weight", "Height", "Pulse"]),
    ],
)
def test_what_there_are_most_of_is_told_with_all_that_are_level(
    ask: Ask, measure: Any, limit: int | None, told: list[str]
) -> None:
    others = [
        {**weight(code, "2020-01-01", 1.0), "code": {"coding": [{"system": "s", "code": code, "display": name}]}}
        for code, name in (("h", "Height"), ("p", "Pulse"))
    ]
    asked = RecordQuery(types=("Observation",), measure=measure, target="name", limit=limit)
    result = ask(asked, *ROWS, *others)
    assert [row.label for row in result.findings] == told
    assert result.findings[0].text == ("3 of 5 entries" if measure == "commonest" else "1 of 5 entries")
