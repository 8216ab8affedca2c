"""Findings to sentences and typed values."""

from __future__ import annotations

import datetime as dt

import pytest

from chartwarden.agent.planning import phrasing, phrasing_counts, phrasing_times
from chartwarden.agent.planning.writing import draft_of
from chartwarden.tools.records.query import (
    Comparison,
    Computed,
    Concept,
    Finding,
    NoteSearch,
    QueryResult,
    RecordQuery,
    Searched,
    Threshold,
    Window,
)
from chartwarden.tools.toolbox import ToolCall, ToolResult

GLUCOSE = RecordQuery(types=("Observation",), concept=Concept(words="glucose"), which="last")


def told(result: QueryResult) -> ToolResult:
    return ToolResult(call=ToolCall(name="search_record", question=result.question), result=result)


def row(number: int, **fields: object) -> Finding:
    return Finding.model_validate(
        {"reference": f"Observation/{number}", "label": "Glucose", "time": "2020-01-02", **fields}
    )


def test_a_value_is_given_in_full_and_told_with_unit_date_and_citation() -> None:
    finding = row(1, value=85.78253447, values=(85.78253447,), unit="mg/dL")
    draft = draft_of([told(QueryResult(question=GLUCOSE, findings=(finding,), found=1))])
    assert (draft.outcome, draft.value, draft.unit) == ("answered", (85.78253447,), "mg/dL")
    assert draft.sentences[0].text == "Glucose: 85.7825 mg/dL, 2020-01-02."
    assert draft.sentences[0].citations == ("Observation/1",)


def test_a_report_that_ends_a_sentence_does_not_end_ours() -> None:
    asked = RecordQuery(types=("DiagnosticReport",), target="value")
    written = Finding(reference="DiagnosticReport/1", label="Chest CT", text="No embolism.", time="2024-02-03")
    assert phrasing.row(asked, written) == "Chest CT: No embolism. (2024-02-03)."
    assert phrasing.row(asked, written.model_copy(update={"time": ""})) == "Chest CT: No embolism."


def test_an_absence_says_what_was_looked_for_and_gives_no_value() -> None:
    searched = (Searched(query="Observation?combo-code=2339-0", found=0),)
    draft = draft_of([told(QueryResult(question=GLUCOSE, searched=searched))])
    assert (draft.outcome, draft.value) == ("not_recorded", ())
    assert [sentence.kind for sentence in draft.sentences] == ["absence", "notice"]
    assert draft.sentences[0].text == 'No observation for "glucose" is recorded.'
    assert "Observation?combo-code=2339-0" in draft.sentences[1].text


def test_what_is_recorded_as_refuted_is_told_apart_from_what_is_not_recorded() -> None:
    refuted = Finding(reference="Condition/9", label="Asthma", time="2019-03-01", status="refuted")
    query = RecordQuery(types=("Condition",), concept=Concept(words="asthma"), measure="exists", target="name")
    computed = Computed(measure="exists", value=False)
    draft = draft_of([told(QueryResult(question=query, set_aside=(refuted,), computed=computed))])
    assert draft.value == (False,)
    assert draft.sentences[1].text == "Asthma, 2019-03-01: recorded as refuted."
    assert draft.sentences[1].citations == ("Condition/9",)


def test_a_count_cites_every_row_it_counts() -> None:
    query = GLUCOSE.model_copy(update={"which": "all", "measure": "count"})
    rows = tuple(row(n) for n in range(3))
    computed = Computed(measure="count", value=3, over=tuple(r.reference for r in rows))
    draft = draft_of([told(QueryResult(question=query, findings=rows, computed=computed, found=3))])
    assert draft.value == (3,)
    assert draft.sentences[0].kind == "computation"
    assert draft.sentences[0].citations == ("Observation/0", "Observation/1", "Observation/2")


def test_a_list_names_each_thing_once() -> None:
    query = RecordQuery(types=("Condition",), measure="distinct", target="name")
    rows = tuple(
        Finding(reference=f"Condition/{n}", label=name, value=name, values=(name, str(n)))
        for n, name in enumerate(("Asthma", "Gout", "asthma"))
    )
    assert draft_of([told(QueryResult(question=query, findings=rows, found=3))]).value == ("Asthma", "Gout")


def test_a_panel_gives_all_its_components_in_order() -> None:
    text = "Systolic: 120 mm[Hg]; Diastolic: 80 mm[Hg]"
    finding = row(1, value=120, values=(120, 80), unit="mm[Hg]", text=text)
    draft = draft_of([told(QueryResult(question=GLUCOSE, findings=(finding,), found=1))])
    assert draft.value == (120, 80)
    assert text in draft.sentences[0].text


def test_a_comparison_says_yes_or_no_with_both_sides() -> None:
    question = Comparison(left=GLUCOSE, right=GLUCOSE.model_copy(update={"index": 2}), relation="lt")
    rows = (row(1, value=80.0, values=(80.0,), unit="mg/dL"), row(2, value=90.0, values=(90.0,), unit="mg/dL"))
    computed = Computed(measure="lt", value=True, over=("Observation/1", "Observation/2"))
    draft = draft_of([told(QueryResult(question=question, findings=rows, computed=computed, found=2))])
    assert draft.value == (True,)
    assert draft.sentences[0].text == "Yes: 80 mg/dL is lower than 90 mg/dL."
    assert set(draft.sentences[0].citations) == {"Observation/1", "Observation/2"}


def test_a_failed_call_is_never_an_absence() -> None:
    failed = ToolResult(
        call=ToolCall(name="search_record", question=GLUCOSE), error="The record could not be searched."
    )
    draft = draft_of([failed])
    assert (draft.outcome, draft.value) == ("failed", ())
    assert [sentence.kind for sentence in draft.sentences] == ["notice"]


def test_an_incomplete_search_is_told() -> None:
    draft = draft_of([told(QueryResult(question=GLUCOSE, findings=(row(1, value=1, values=(1,)),), complete=False))])
    assert "The search was incomplete." in [sentence.text for sentence in draft.sentences]


def test_notes_are_quoted_verbatim() -> None:
    question = NoteSearch(words="smoking")
    finding = Finding(reference="DocumentReference/1", label="Progress note", time="2020-01-02", text="Denies smoking.")
    draft = draft_of([told(QueryResult(question=question, findings=(finding,), found=1))])
    assert draft.sentences[0].kind == "quotation"
    assert draft.sentences[0].text == '"Denies smoking." (Progress note, 2020-01-02).'


def test_a_row_that_does_not_say_what_was_asked_is_no_answer() -> None:
    query = GLUCOSE.model_copy(update={"target": "interpretation"})
    draft = draft_of([told(QueryResult(question=query, findings=(row(1),), found=1))])
    assert (draft.outcome, draft.value) == ("not_recorded", ())
    assert draft.sentences[0].citations == ("Observation/1",)


@pytest.mark.parametrize(
    ("measure", "computed", "told"),
    [
        ("min", {"value": 3.1, "unit": "mmol/L"}, "Glucose: lowest value 3.1 mmol/L, 2020-01-02."),
        (
            "change",
            {"value": -0.5, "unit": "%", "how": "last 7 - first 7.5"},
            "changed by -0.5 % (last 7 - first 7.5).",
        ),
        ("trend", {"value": "fell", "how": "7.5 then 7"}, "Glucose: fell (7.5 then 7)."),
        (
            "percent",
            {"value": -6.25, "unit": "%", "how": "last 7.5 - earlier 8"},
            "changed by -6.25 % of the earlier value (last 7.5 - earlier 8).",
        ),
        ("range", {"value": 4.0, "unit": "kg", "how": "9 - 5"}, "highest less lowest 4 kg (9 - 5)."),
        (
            "elapsed",
            {"value": 3, "unit": "mo", "how": "since 2020-01-02"},
            "3 completed months ago (since 2020-01-02).",
        ),
        (
            "duration",
            {"value": 2.5, "unit": "d", "how": "to 2020-01-04"},
            "Glucose: duration 2.5 days (to 2020-01-04).",
        ),
        (
            "mean",
            {"value": 1.23456789, "over": ("Observation/1", "Observation/2")},
            "mean of 2 values, 1.23457 (rounded).",
        ),
        ("sum", {"value": 2_000_000.129, "over": ("Observation/1",)}, "sum of 1 values, 2000000.13 (rounded)."),
    ],
)
def test_arithmetic_is_told_with_its_working(measure: str, computed: dict[str, object], told: str) -> None:
    question = GLUCOSE.model_copy(update={"measure": measure})
    result = Computed.model_validate({"measure": measure, **computed})
    assert phrasing.computation(question, result, [row(1)]).endswith(told)


@pytest.mark.parametrize(
    ("relation", "is_so", "told"),
    [
        ("gt", True, "Yes: 9 mg/dL is higher than 7 mg/dL."),
        ("lt", False, "No: 9 mg/dL is not lower than 7 mg/dL."),
    ],
)
def test_a_comparison_names_both_sides_and_a_denial_denies(relation: str, is_so: bool, told: str) -> None:
    question = Comparison.model_validate({"left": GLUCOSE, "right": GLUCOSE, "relation": relation})
    rows = [row(1, value=9.0, unit="mg/dL"), row(2, value=7.0, unit="mg/dL")]
    assert phrasing.comparison(question, is_so, rows) == told
    assert phrasing.comparison(question, is_so, rows[:1]) == ("Yes." if is_so else "No.")


@pytest.mark.parametrize(
    ("relation", "is_so", "told"),
    [
        ("before", True, "Yes: Glucose, 2020-01-02 is before Glucose, 2020-01-02."),
        ("same_day", False, "No: Glucose, 2020-01-02 is not on the same day as Glucose, 2020-01-02."),
    ],
)
def test_an_order_names_both_sides_and_a_denial_denies(relation: str, is_so: bool, told: str) -> None:
    question = Comparison.model_validate({"left": GLUCOSE, "right": GLUCOSE, "relation": relation})
    assert phrasing_times.order(question, is_so, [row(1), row(2)]) == told


def test_an_end_is_told_as_that_and_which_of_two_came_first_by_its_name() -> None:
    ended = GLUCOSE.model_copy(update={"target": "end"})
    question = Comparison(left=ended, right=GLUCOSE, relation="before", tells="side")
    rows = [row(1, value="2020-02-03"), row(2, label="Potassium")]
    assert phrasing_times.order(question, True, rows) == (
        "Yes: The end of Glucose, 2020-02-03 is before Potassium, 2020-01-02."
    )
    first = Computed(measure="before", value="Potassium")
    assert phrasing_times.which_of_two(question, first, rows) == (
        "Potassium is before the other: the end of Glucose, 2020-02-03, and Potassium, 2020-01-02."
    )
    level = Computed(measure="before", value="the same")
    assert phrasing_times.which_of_two(question, level, rows).startswith("Both at the same time: ")


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (
            {"threshold": Threshold(relation="gt", value=7, unit="%")},
            'No observation for "glucose" above 7 % is recorded.',
        ),
        (
            {"threshold": Threshold(relation="outside_range")},
            'No observation for "glucose" outside its reference range is recorded.',
        ),
        ({"person": "Dr. Quill"}, 'No observation for "glucose" by "Dr. Quill" is recorded.'),
        ({"status": ("active",)}, 'No observation for "glucose" with status active is recorded.'),
    ],
)
def test_an_absence_tells_every_limit_that_was_looked_for(changed: dict[str, object], told: str) -> None:
    assert phrasing.absence(GLUCOSE.model_copy(update=changed)) == told


def test_an_absence_among_notes_tells_author_document_and_whether_a_whole_one_was_meant() -> None:
    found = NoteSearch(words="smoking", author="Dr. Quill", document="discharge summary")
    assert (
        phrasing.absence(found) == 'No note or report with "smoking" by "Dr. Quill" in "discharge summary" was found.'
    )
    assert phrasing.absence(NoteSearch(words="discharge summary", whole=True)) == (
        'No note or report called "discharge summary" was found.'
    )


def test_many_rows_of_one_name_are_told_by_their_first_and_last_dates() -> None:
    rows = [row(n, time=f"2020-0{n}-01") for n in range(1, 8)]
    told = phrasing.tied("Glucose", rows)
    assert told.startswith("Tied with it: Glucose: 2020-01-01, 2020-02-01, 2020-03-01, 2020-05-01, ")
    assert told.endswith("2020-06-01, 2020-07-01 and further dates.")


def test_different_things_are_counted_apart_from_their_entries() -> None:
    question = GLUCOSE.model_copy(update={"measure": "count_distinct"})
    rows = [row(1), row(2, label="Potassium")]
    assert phrasing_counts.count(question, 2, 5, rows) == "2 different, among 5 entries: Glucose; Potassium."
    assert phrasing_counts.count(GLUCOSE, 1, 1, rows[:1]) == "1 entry counted: Glucose."
    apart = Comparison(left=GLUCOSE, right=GLUCOSE, relation="interval", unit="wk")
    assert phrasing_times.interval(apart, Computed(measure="interval", value=3, unit="wk"), rows) == (
        "3 weeks between Glucose, 2020-01-02, and Potassium, 2020-01-02."
    )


def _counted(start: str, end: str, value: int) -> ToolResult:
    window = Window(start=dt.datetime.fromisoformat(f"{start}T00:00Z"), end=dt.datetime.fromisoformat(f"{end}T00:00Z"))
    question = RecordQuery(types=("Encounter",), measure="count", target="name", window=window)
    rows = tuple(row(number) for number in range(value))
    computed = Computed(measure="count", value=value, over=tuple(one.reference for one in rows))
    searched = (Searched(query="Encounter?date=ge2018-01-01", found=value),)
    return told(QueryResult(question=question, findings=rows, computed=computed, found=value, searched=searched))


def test_numbers_of_several_times_are_told_with_their_times() -> None:
    times = [("2018-01-01", "2019-01-01", 2), ("2019-05-01", "2019-06-01", 1), ("2019-05-03", "2019-05-04", 0),
             ("2020-02-03", "2020-05-01", 1)]  # fmt: skip
    draft = draft_of([_counted(*one) for one in times])
    assert [sentence.text.split(",")[0] for sentence in draft.sentences] == [
        "In 2018", "In 2019-05", "On 2019-05-03", "From 2020-02-03 to 2020-04-30",
    ]  # fmt: skip
    assert draft.sentences[2].text == "On 2019-05-03, no encounter is recorded."
    assert not any(sentence.text.startswith("Searched") for sentence in draft.sentences)
    alone = draft_of([_counted(*times[0])])
    assert alone.sentences[0].text.startswith("2 visits counted")


def test_what_was_searched_is_told_where_none_of_the_times_has_any() -> None:
    draft = draft_of([_counted("2018-01-01", "2019-01-01", 0), _counted("2019-01-01", "2020-01-01", 0)])
    assert [sentence.text for sentence in draft.sentences][:2] == [
        "In 2018, no encounter is recorded.", "Searched: Encounter?date=ge2018-01-01.",
    ]  # fmt: skip
    assert draft.outcome == "not_recorded"
