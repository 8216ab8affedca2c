"""Which of two readings is taken: that of the whole question, or that of less of it."""

from __future__ import annotations

import datetime as dt

import pytest

from chartwarden.agent.planning.understood import JUDGED, Reading, gives_way
from chartwarden.tools.records.query import Coding, Concept, NoteSearch, RecordQuery, Window

POTASSIUM = Concept(words="potassium", codings=(Coding(system="http://loinc.org", code="2823-3"),))
ASPIRIN = Concept(words="aspirin", codings=(Coding(system="http://rxnorm", code="1191"),))
VALUE = RecordQuery(types=("Observation",), concept=POTASSIUM, which="last")
TIME = VALUE.model_copy(update={"target": "time"})
YESTERDAY = VALUE.model_copy(update={"window": Window(start=dt.datetime(2025, 6, 29, tzinfo=dt.UTC))})
DRUGS = RecordQuery(types=("MedicationRequest",))
ALLERGIES = RecordQuery(types=("AllergyIntolerance",))
K, BOTH = frozenset({"potassium"}), frozenset({"potassium", "aspirin"})
ONLY_ASPIRIN = frozenset({"aspirin"})
NOT_READ = Reading(problem="The question was not understood: why.")


def read(query: RecordQuery, names: frozenset[str] = K, told: frozenset[str] | None = None, **more: object) -> Reading:
    return Reading(questions=(query,), names=names, told=names if told is None else told, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("reading", "again", "bare"),
    [
        pytest.param(NOT_READ, read(VALUE), "the last potassium?", id="what was not understood"),
        pytest.param(NOT_READ, read(VALUE, unknown=True), "the zorble?", id="also where nothing knows what is left"),
        pytest.param(read(VALUE, unknown=True), read(VALUE), "the last potassium?", id="a word that nothing knows"),
        pytest.param(read(YESTERDAY, told=K | {"yesterday"}), read(VALUE), "the last potassium?", id="a time told"),
        pytest.param(
            read(YESTERDAY, told=K | {"yesterday"}, read_as="what was it yesterday?"), read(VALUE),
            "the last potassium?", id="a time told around what was said again",
        ),
        pytest.param(read(VALUE, BOTH), read(VALUE), "the last potassium?", id="a name told beside a name"),
        pytest.param(
            read(VALUE, BOTH), read(VALUE), "He had a potassium. When was it?", id="it, of a name in a sentence before"
        ),
        pytest.param(
            read(VALUE, BOTH), read(VALUE), "is there a potassium?", id="there is something, which points nowhere"
        ),
        pytest.param(read(ALLERGIES, ONLY_ASPIRIN), read(ALLERGIES, frozenset()), "allergies?", id="needs no name"),
    ],
)  # fmt: skip
def test_less_is_taken(reading: Reading, again: Reading, bare: str) -> None:
    assert gives_way(reading, again, bare, bare)


@pytest.mark.parametrize(
    ("reading", "again", "bare"),
    [
        pytest.param(NOT_READ, NOT_READ, "why?", id="not understood either"),
        pytest.param(read(VALUE, unknown=True), read(TIME, unknown=True), "when?", id="nothing knows what is left"),
        pytest.param(read(VALUE), read(TIME), "when?", id="nothing was taken for anything"),
        pytest.param(
            read(TIME, told=K | {"attorney"}, read_as="when was potassium last measured?"), read(VALUE),
            "the last potassium", id="what was said again asks for something else",
        ),
        pytest.param(read(VALUE, BOTH), read(DRUGS, frozenset()), "which drugs?", id="nothing named is left"),
        pytest.param(read(VALUE, BOTH), read(VALUE), "how high was the potassium when she had it?", id="it"),
        pytest.param(read(VALUE, ONLY_ASPIRIN), read(ALLERGIES, frozenset()), "an allergy to those?", id="those"),
        pytest.param(
            NOT_READ.__class__(problem=NOT_READ.problem, names=BOTH), read(DRUGS, frozenset()), "which drugs?",
            id="nor of what was not understood",
        ),
    ],
)  # fmt: skip
def test_the_whole_question_stays(reading: Reading, again: Reading, bare: str) -> None:
    assert not gives_way(reading, again, bare, bare)


@pytest.mark.parametrize(
    ("reading", "is_doubtful"),
    [
        (NOT_READ, True),
        (Reading(problem=f"The question was not understood: {JUDGED}."), False),
        (Reading(problem="Which one?", choices=("a", "b")), False),
        (Reading(questions=(NoteSearch(words="zorble"),), unknown=True), True),
        (read(VALUE), False),
    ],
)
def test_a_reading_is_doubtful_where_less_may_help_and_it_asks_for_no_judgement(
    reading: Reading, is_doubtful: bool
) -> None:
    assert reading.is_doubtful is is_doubtful


def test_a_reading_is_settled_once_nothing_more_need_be_known() -> None:
    assert read(VALUE).is_settled
    assert not NOT_READ.is_settled
    assert not Reading(questions=(VALUE,), needs_more=True).is_settled
