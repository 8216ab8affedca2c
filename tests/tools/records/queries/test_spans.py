"""How long something went on, how long apart two rows or their ends are, and which of two came first."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from chartwarden.tools.records.execution import run
from chartwarden.tools.records.moments import Clock
from chartwarden.tools.records.query import Coding, Comparison, Concept, Finding, QueryResult, RecordQuery, Window
from chartwarden.tools.records.readings import Readings

NOW = Clock(dt.datetime(2024, 1, 1, tzinfo=dt.UTC), "UTC")


def done(identity: str, name: str, start: str, end: str = "") -> dict[str, Any]:
    return {
        "resourceType": "Procedure",
        "id": identity,
        "status": "completed",
        "code": {"coding": [{"code": name, "display": name}]},
        "performedPeriod": {"start": start} | ({"end": end} if end else {}),
    }


def ill(identity: str, name: str, start: str, end: str = "") -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "id": identity,
        "code": {"coding": [{"code": name, "display": name}]},
        "clinicalStatus": {"coding": [{"code": "resolved" if end else "active"}]},
        "onsetDateTime": start,
    } | ({"abatementDateTime": end} if end else {})


PATIENT = {"resourceType": "Patient", "id": "p", "birthDate": "1980-06-15"}
RECORD = (
    PATIENT,
    done("line", "line", "2021-03-01T08:00:00Z", "2021-03-02T20:30:00Z"),
    done("tube", "tube", "2021-03-01T09:00:00Z", "2021-03-01T18:00:00Z"),
    done("drain", "drain", "2021-03-01T08:00:00Z"),
    ill("cough", "cough", "2020-06-10", "2020-07-01"),
    ill("gout", "gout", "2019-02-28"),
)


def of(name: str, kind: str = "Procedure", **given: Any) -> RecordQuery:
    concept = Concept(words=name, codings=(Coding(code=name, display=name),))
    return RecordQuery(types=(kind,), concept=concept, **{"which": "first", "target": "time", **given})


def answered(record: Any, question: RecordQuery | Comparison) -> QueryResult:
    return run(question, record(*RECORD), NOW, Readings())


def value_of(result: QueryResult) -> Any:
    return result.computed.value if result.computed is not None else None


@pytest.mark.parametrize(
    ("unit", "value", "told"),
    [
        ("d", 36.5, "h"),
        ("h", 36.5, "h"),
        ("min", 2190, "min"),
        ("24h", 1.5208, "d"),
        ("date", 1, "d"),
        ("night", 1, "night"),
        ("wk", 0.1, "wk"),
    ],
)
def test_a_length_is_told_in_the_unit_asked(record: Any, unit: str, value: float, told: str) -> None:
    computed = answered(record, of("line", measure="duration", target="duration", unit=unit)).computed
    assert computed is not None
    assert (computed.value, computed.unit) == (value, told)
    assert computed.over == ("Procedure/line",)


def test_days_without_a_time_of_day_have_no_length_in_hours(record: Any) -> None:
    query = of("cough", "Condition", measure="duration", target="duration", unit="h")
    result = answered(record, query)
    assert value_of(result) is None
    assert "The dates are not exact enough for the time between them." in result.notes
    assert value_of(answered(record, query.model_copy(update={"unit": "date"}))) == 21


@pytest.mark.parametrize(
    ("left", "right", "unit", "value"),
    [
        (of("line"), of("tube"), "min", 60),
        (of("tube", target="end"), of("line", target="end"), "h", 26.5),
        (of("gout", "Condition"), of("cough", "Condition", target="end"), "mo", 16),
    ],
)
def test_the_time_between_two_is_from_the_end_where_that_is_meant(
    record: Any, left: RecordQuery, right: RecordQuery, unit: Any, value: float
) -> None:
    result = answered(record, Comparison(left=left, right=right, relation="interval", unit=unit))
    assert value_of(result) == value
    assert {finding.reference for finding in result.findings} == set(result.computed.over if result.computed else ())


def test_the_first_and_the_last_of_one_entry_are_no_time_apart(record: Any) -> None:
    last = of("line").model_copy(update={"which": "last"})
    result = answered(record, Comparison(left=of("line"), right=last, relation="interval"))
    assert value_of(result) is None
    assert "Both sides are one and the same entry." in result.notes


def test_what_has_not_ended_is_no_time_from_it(record: Any) -> None:
    result = answered(record, Comparison(left=of("drain", target="end"), right=of("tube"), relation="interval"))
    assert value_of(result) is None


@pytest.mark.parametrize(
    ("left", "right", "relation", "value"),
    [
        (of("tube"), of("line"), "before", "line"),
        (of("tube"), of("line"), "after", "tube"),
        (of("tube", target="end"), of("line", target="end"), "before", "tube"),
        (of("drain"), of("line"), "before", "the same"),
    ],
)
def test_which_of_two_came_first_is_told_by_its_name(
    record: Any, left: RecordQuery, right: RecordQuery, relation: Any, value: str
) -> None:
    assert value_of(answered(record, Comparison(left=left, right=right, relation=relation, tells="side"))) == value


def test_whether_an_end_came_first(record: Any) -> None:
    question = Comparison(left=of("tube", target="end"), right=of("line", target="end"), relation="before")
    assert value_of(answered(record, question)) is True
    assert value_of(answered(record, question.model_copy(update={"left": of("line", target="end")}))) is None


def test_the_age_at_an_end(record: Any) -> None:
    query = of("cough", "Condition", measure="age")
    assert value_of(answered(record, query)) == 39
    result = answered(record, query.model_copy(update={"target": "end"}))
    assert value_of(result) == 40
    assert isinstance(result.findings[0], Finding)
    assert value_of(answered(record, of("gout", "Condition", measure="age", target="end"))) is None


def test_the_one_that_ended_last_is_not_the_one_that_began_last(record: Any) -> None:
    query = RecordQuery(types=("Procedure",), which="last", by="end", target="name")
    ended = answered(record, query).findings
    assert len(ended) == 1
    assert ended[0].value in ("line", "tube")


@pytest.mark.parametrize(("day", "is_over"), [(dt.datetime(2030, 1, 1, tzinfo=dt.UTC), True), (None, False)])
def test_whether_a_condition_was_over_by_a_day(record: Any, day: dt.datetime | None, is_over: bool) -> None:
    (cough,) = answered(record, of("cough", "Condition", target="time")).findings
    began = dt.datetime.fromisoformat(str(cough.value)[:10]).replace(tzinfo=dt.UTC)
    until = Window(end=day or began + dt.timedelta(days=1))
    query = of("cough", "Condition", measure="exists", target="end").model_copy(update={"which": "last"})
    ended = query.model_copy(update={"window": until, "then": until, "ended": True})
    still = query.model_copy(update={"window": until, "then": until, "lasting": True})
    assert value_of(answered(record, ended)) is is_over
    assert day is not None or value_of(answered(record, still)) is True


def test_which_of_two_lasted_longer_is_told_by_its_name(record: Any) -> None:
    left, right = (of(name).model_copy(update={"target": "duration"}) for name in ("line", "tube"))
    longer = answered(record, Comparison(left=left, right=right, relation="gt", tells="side"))
    shorter = answered(record, Comparison(left=left, right=right, relation="lt", tells="side"))
    assert {value_of(longer), value_of(shorter)} == {"line", "tube"}
