"""What is told of results that are cut, empty, many, tied, withheld or not to be computed, and how rows are worded."""

from __future__ import annotations

from typing import Any

import pytest

from chartwarden.agent.planning import phrasing, phrasing_counts
from chartwarden.agent.planning.writing import MAX_ROWS, cited, draft_of
from chartwarden.tools.records.query import (
    Anchor,
    Comparison,
    Computed,
    Concept,
    Finding,
    NoteSearch,
    QueryResult,
    RecordQuery,
    Searched,
    Window,
)
from chartwarden.tools.toolbox import ToolCall, ToolResult

GLUCOSE = RecordQuery(types=("Observation",), concept=Concept(words="glucose"))
ORDERS = RecordQuery(types=("MedicationRequest",), concept=Concept(words="statin"))
STROKE = RecordQuery(types=("Condition",), concept=Concept(words="stroke"))


def finding(number: int, kind: str = "Observation", **fields: Any) -> Finding:
    return Finding(reference=f"{kind}/{number}", **{"label": "Glucose", "time": "2020-01-02", **fields})


def told(question: Any, *rows: Finding, **fields: Any) -> ToolResult:
    result = QueryResult(question=question, findings=rows, found=len(rows), **fields)
    return ToolResult(call=ToolCall(name="search_record", question=question), result=result)


def texts(*results: ToolResult) -> list[str]:
    return [sentence.text for sentence in draft_of(results).sentences]


def test_a_failed_call_beside_a_found_row_fails_the_answer_and_shows_the_row() -> None:
    failed = ToolResult(call=ToolCall(name="search_record", question=GLUCOSE), error="No answer within 30 s.")
    draft = draft_of([told(GLUCOSE, finding(1, value=5.0, values=(5.0,))), failed, failed])
    assert draft.outcome == "failed"
    assert [sentence.text for sentence in draft.sentences] == ["Glucose: 5, 2020-01-02.", "No answer within 30 s."]
    assert draft_of([]).outcome == "not_recorded"


def test_one_absence_beside_a_value_is_an_answer_and_units_that_differ_are_none() -> None:
    kilos, pounds = (finding(n, value=70.0, values=(70.0,), unit=unit) for n, unit in ((1, "kg"), (2, "lb")))
    assert draft_of([told(STROKE), told(GLUCOSE, kilos)]).outcome == "answered"
    assert draft_of([told(STROKE), told(STROKE)]).outcome == "not_recorded"
    assert draft_of([told(GLUCOSE, kilos)]).unit == "kg"
    assert draft_of([told(GLUCOSE, kilos, pounds)]).unit == ""
    assert draft_of([told(GLUCOSE, kilos), told(GLUCOSE, pounds)]).unit == ""


def test_notes_withheld_entries_and_a_cut_search_are_told_once() -> None:
    cut = told(GLUCOSE, finding(1, value=5.0, values=(5.0,)), notes=("One is old",), withheld=2, complete=False)
    said = texts(cut, cut)
    assert said[1:] == ["One is old.", "2 entries were withheld from this session.", "The search was incomplete."]


@pytest.mark.parametrize(("rows", "sentences"), [(3, 3), (4, 1)])
def test_what_exists_is_told_one_by_one_and_from_four_on_by_name(rows: int, sentences: int) -> None:
    question = STROKE.model_copy(update={"measure": "exists", "target": "name"})
    found = [finding(n, "Condition", label="Stroke", time=f"2020-01-0{n}") for n in range(1, rows + 1)]
    every = (*(row.reference for row in found), "Condition/9")
    draft = draft_of([told(question, *found, computed=Computed(measure="exists", value=True, over=every))])
    assert draft.value == (True,)
    assert len(draft.sentences) == sentences + 1
    assert (draft.sentences[-1].text, draft.sentences[-1].citations) == (
        "Further entries are recorded.",
        ("Condition/9",),
    )


def test_existence_that_a_cut_search_cannot_deny_is_not_denied() -> None:
    question = STROKE.model_copy(update={"measure": "exists"})
    absent = Computed(measure="exists", value=False)
    assert draft_of([told(question, computed=absent)]).outcome == "not_recorded"
    cut = draft_of([told(question, computed=absent, complete=False)])
    assert [sentence.text for sentence in cut.sentences] == ["The search was incomplete."]
    assert draft_of([told(question)]).value == ()


def test_nothing_counted_is_an_absence_with_a_nought() -> None:
    question = GLUCOSE.model_copy(update={"measure": "count"})
    draft = draft_of([told(question, computed=Computed(measure="count", value=0))])
    assert (draft.outcome, draft.value, draft.sentences[0].kind) == ("not_recorded", (0,), "absence")
    uncounted = draft_of([told(question, finding(1, value=5.0, values=(5.0,)))])
    assert (uncounted.value, uncounted.outcome) == ((), "answered")


@pytest.mark.parametrize(
    ("labels", "told_of"), [(6, "6 entries counted: A; B; C; D; E; F."), (7, "7 observations counted.")]
)
def test_what_was_counted_is_named_up_to_six_names_and_beyond_by_its_kind(labels: int, told_of: str) -> None:
    rows = [finding(n, label="ABCDEFG"[n]) for n in range(labels)]
    assert phrasing_counts.count(GLUCOSE, labels, labels, rows) == told_of
    organisms = GLUCOSE.model_copy(update={"target": "organism", "measure": "count_distinct"})
    assert phrasing_counts.count(organisms, 1, 1, [finding(1, value="E. coli")]) == "1 entry counted: E. coli."


def test_visits_are_counted_by_their_kind() -> None:
    stays = RecordQuery(types=("Encounter",), encounter_kind=("hospital",), measure="count")
    assert phrasing_counts.count(stays, 2, 2, ()) == "2 hospital stays counted."
    visits = stays.model_copy(update={"encounter_kind": ("ambulatory",)})
    assert phrasing_counts.count(visits, 1, 1, ()) == "1 visit counted."


def test_what_cannot_be_computed_is_no_answer_and_shows_what_there_is() -> None:
    question = GLUCOSE.model_copy(update={"measure": "mean"})
    draft = draft_of([told(question, finding(1, value="high", values=("high",)))])
    assert draft.outcome == "not_recorded"
    assert [sentence.text for sentence in draft.sentences] == [
        "Glucose: high, 2020-01-02.", "This could not be computed from what is recorded."
    ]  # fmt: skip
    assert draft_of([told(question)]).sentences[0].kind == "absence"


def test_a_computation_cites_what_it_is_over_and_the_event_it_is_relative_to() -> None:
    question = GLUCOSE.model_copy(update={"measure": "max", "anchor": Anchor(relation="after", event=STROKE)})
    computed = Computed(measure="max", value=9.0, unit="mg/dL", over=("Observation/1", "Observation/2"))
    rows = (finding(1, value=9.0, also=("Condition/1",)), finding(2, value=8.0, also=("Condition/2",)))
    draft = draft_of([told(question, *rows, computed=computed)])
    assert draft.sentences[0].citations == ("Observation/1", "Observation/2", "Condition/1")
    assert (draft.value, draft.unit) == ((9.0,), "mg/dL")
    age = RecordQuery(types=("Patient",), measure="age")
    old = draft_of(
        [told(age, finding(1, "Patient"), computed=Computed(measure="age", value=63, unit="a", how="today"))]
    )
    assert (old.value, old.unit, old.sentences[0].text) == ((63,), "", "Age 63 years (today).")


def test_a_comparison_without_a_verdict_shows_its_sides_and_no_value() -> None:
    question = Comparison(left=GLUCOSE, right=STROKE, relation="before")
    sides = draft_of([told(question, finding(1, value=5.0, values=(5.0,)))])
    assert (sides.outcome, sides.value) == ("not_recorded", ())
    none = draft_of([told(question, set_aside=(finding(2, status="refuted"),))])
    assert [sentence.kind for sentence in none.sentences] == ["absence"]
    apart = Computed(measure="difference", value=2.0, unit="mg/dL", over=("Observation/1",))
    difference = question.model_copy(update={"relation": "difference"})
    draft = draft_of([told(difference, finding(1, value=7.0, values=(7.0,)), computed=apart)])
    assert (draft.sentences[0].text, draft.unit) == ("The difference is 2 mg/dL.", "mg/dL")


def test_rows_beyond_the_most_that_are_told_are_cited_together() -> None:
    rows = [finding(n, value=float(n), values=(float(n),)) for n in range(MAX_ROWS + 2)]
    sentences = draft_of([told(GLUCOSE, *rows)]).sentences
    assert len(sentences) == MAX_ROWS + 1
    assert sentences[-1].citations == (f"Observation/{MAX_ROWS}", f"Observation/{MAX_ROWS + 1}")
    assert len(draft_of([told(GLUCOSE, *rows[:MAX_ROWS])]).sentences) == MAX_ROWS


def test_rows_as_good_as_the_one_told_are_told_as_tied_but_not_beside_arithmetic() -> None:
    row, other = (finding(n, value=5.0, values=(5.0,)) for n in (1, 2))
    assert texts(told(GLUCOSE, row, tied=(other,)))[1] == "Tied with it: Glucose: 2020-01-02."
    kinds = GLUCOSE.model_copy(update={"measure": "distinct"})
    assert len(texts(told(kinds, row, tied=(other,)))) == 1


def test_a_row_without_what_was_asked_is_named_and_no_more_than_three_are() -> None:
    said = texts(told(GLUCOSE, *(finding(n) for n in range(5))))
    assert said == ["Glucose, 2020-01-02."] * 3 + ["No value is recorded there."]
    kinds = GLUCOSE.model_copy(update={"measure": "distinct", "target": "organism"})
    one_of_many = told(kinds, finding(1))
    assert one_of_many.result is not None
    many = one_of_many.model_copy(update={"result": one_of_many.result.model_copy(update={"found": 3})})
    assert texts(many)[-1] == "No organism is recorded in any of the 3 entries of this kind."
    unmarried = RecordQuery(types=("Patient",), target="demographic", field="maritalStatus")
    draft = draft_of([told(unmarried, finding(1, "Patient", value=False))])
    assert (draft.value, draft.sentences[0].text) == ((False,), "maritalStatus: not recorded.")
    died = unmarried.model_copy(update={"field": "deceasedDateTime"})
    for query in (died, died.model_copy(update={"field": "deceased", "negated": True})):
        draft = draft_of([told(query, finding(1, "Patient", value=False))])
        assert (draft.outcome, draft.value) == ("not_recorded", ())
        assert draft.sentences[0].text == "deceased: not recorded."


def test_every_number_of_a_row_and_every_name_once_is_its_value() -> None:
    person = ORDERS.model_copy(update={"target": "person"})
    rows = [finding(n, value=names[0], values=names) for n, names in enumerate([("Ann", "Bob"), ("ann", "Cy")])]
    assert draft_of([told(person, *rows)]).value == ("Ann", "Bob", "Cy")
    assert draft_of([told(ORDERS.model_copy(update={"target": "name"}), *rows)]).value == ("Ann",)
    panel = finding(1, value=120, values=(120, 80))
    assert draft_of([told(GLUCOSE, panel, panel)]).value == (120, 80, 120, 80)
    assert draft_of([told(GLUCOSE, finding(1, value=True, values=(True, 1)))]).value == (True,)


def test_the_resource_that_an_answer_stands_in_is_cited_too() -> None:
    row = finding(1, also=("Practitioner/a",))
    assert cited([row]) == cited([row], GLUCOSE) == ("Observation/1",)
    for changed in ({"target": "person"}, {"anchor": Anchor(relation="after", event=STROKE)}, {"measure": "distinct"}):
        assert cited([row], GLUCOSE.model_copy(update=changed)) == ("Observation/1", "Practitioner/a"), changed


def test_a_row_without_words_is_not_quoted() -> None:
    question = NoteSearch(words="pain")
    quoted = draft_of(
        [told(question, finding(1, "DocumentReference"), finding(2, "DocumentReference", text="No pain."))]
    )
    assert quoted.value == ("No pain.",)
    assert draft_of([told(question, finding(1, "DocumentReference"))]).outcome == "not_recorded"
    assert phrasing.quotation(Finding(reference="DocumentReference/1", text="No pain.")) == '"No pain.".'


# The wording of one row.


KINDS = STROKE.model_copy(update={"measure": "distinct"})
BIRTH = RecordQuery(types=("Patient",), target="demographic")


def wanting(question: RecordQuery, target: str) -> RecordQuery:
    return question.model_copy(update={"target": target})


@pytest.mark.parametrize(
    ("question", "kind", "fields", "said"),
    [
        (ORDERS, "MedicationRequest", {"label": "Simvastatin"}, "Simvastatin, ordered 2020-01-02."),
        (ORDERS, "MedicationAdministration", {"status": "stopped"}, "Glucose, administered 2020-01-02 (stopped)."),
        (ORDERS, "MedicationDispense", {"status": "completed"}, "Glucose, dispensed 2020-01-02."),
        (ORDERS, "MedicationStatement", {"label": ""}, "prescription, reported 2020-01-02."),
        (wanting(ORDERS, "time"), "MedicationRequest", {"values": ("2020-01-02T08:05:59Z",)},
         "Glucose: ordered 2020-01-02 08:05."),
        (wanting(ORDERS, "end"), "MedicationRequest", {"values": ("2021", "2022")},
         "Glucose: 2021, ordered 2020-01-02."),
        (wanting(GLUCOSE, "name"), "Observation", {"value": 5.0}, "Glucose, 2020-01-02."),
        (GLUCOSE, "Observation", {"text": "120 over 80", "values": (120, 80)}, "Glucose: 120 over 80, 2020-01-02."),
        (GLUCOSE, "Observation", {"text": "clear"}, "Glucose: clear, 2020-01-02."),
        (GLUCOSE, "Observation", {"value": "glucose", "time": ""}, "Glucose."),
        (wanting(GLUCOSE, "person"), "Observation", {"values": ("Ann", "Bob")}, "Glucose: Ann, Bob, 2020-01-02."),
        (BIRTH, "Patient", {"value": "1957"}, "date of birth: 1957."),
        (KINDS, "Condition", {"status": "active", "also": ("Condition/2",)}, "Glucose, 2020-01-02."),
        (KINDS, "Condition", {"status": "active", "also": ("Encounter/2",)}, "Glucose, 2020-01-02 (active)."),
    ],
)  # fmt: skip
def test_a_row_is_told_by_name_value_date_and_status(
    question: RecordQuery, kind: str, fields: dict[str, Any], said: str
) -> None:
    assert phrasing.row(question, finding(1, kind, **fields)) == said


@pytest.mark.parametrize(
    ("value", "shown"),
    [(5.0, "5"), (0.1 + 0.2, "0.3"), (999_999.4, "999999"), (1_000_000.126, "1000000.13"), (-2e6, "-2000000.00"),
     (12_345_678, "12345678"), (True, "True"), ("x", "x")],
)  # fmt: skip
def test_a_number_keeps_the_digits_that_matter(value: Any, shown: str) -> None:
    assert phrasing.number(value) == shown


def test_rows_of_one_name_share_a_status_or_tell_none() -> None:
    rows = [finding(n, "MedicationRequest", time=f"2020-01-0{n}", status="active") for n in range(1, 7)]
    assert phrasing.group("Statin", rows) == (
        "Statin: ordered 2020-01-01, 2020-01-02, 2020-01-03, 2020-01-04, 2020-01-05, 2020-01-06 (active)."
    )
    mixed = [rows[0], rows[1].model_copy(update={"status": "stopped", "time": ""})]
    assert phrasing.group("Statin", mixed) == "Statin: ordered 2020-01-01."
    assert phrasing.group("Statin", [mixed[1]]) == "Statin (stopped)."


def test_what_was_searched_is_told_up_to_four_searches() -> None:
    searches = [Searched(query=f"Observation?code={n % 5}", found=0) for n in range(7)] + [Searched(query="x", found=0)]
    assert phrasing.searched(searches).count("Observation?") == 4
    assert phrasing.searched(searches[-1:]) == ""
    assert phrasing.sentence(" Really? ") == "Really?"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"window": Window(reading="in 2019")}, 'No observation for "glucose" is recorded in this period.'),
        (
            {"anchor": Anchor(relation="after", event=STROKE)},
            'No observation for "glucose" is recorded in this period.',
        ),
        ({"route": "IV"}, 'No observation for "glucose" via "IV" is recorded.'),
        ({"specimen": Concept(words="blood")}, 'No observation for "glucose, blood" is recorded.'),
        ({"concept": None}, "No observation is recorded."),
        ({"which": "first", "index": 2}, 'No second observation for "glucose" is recorded.'),
        ({"which": "last", "index": 2}, 'No earlier observation for "glucose" is recorded.'),
    ],
)
def test_an_absence_is_of_what_was_asked(changed: dict[str, Any], said: str) -> None:
    assert phrasing.absence(GLUCOSE.model_copy(update=changed)) == said
