"""The query form: it says whatever the rules planner's readings say, and nothing that contradicts itself."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import chartwarden.prompts
from chartwarden import fhir_fixtures
from chartwarden.agent.answer import Draft
from chartwarden.agent.assistant import Assistant
from chartwarden.agent.errors import ModelOutputError
from chartwarden.agent.planning.model.candidates import Offered, offered_for
from chartwarden.agent.planning.model.filled_forms import NotExpressible, filled_from
from chartwarden.agent.planning.model.form_queries import queries_of
from chartwarden.agent.planning.model.forms import check, choice_form, image_form, query_form, which_form, words_form
from chartwarden.agent.planning.model.planner import PROMPTS
from chartwarden.agent.planning.model.slices import slice_form, survey_form
from chartwarden.agent.planning.model.writing import answer_form, draft_from, material_of
from chartwarden.agent.planning.planner import PlanningContext, Step, UseTools
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.tools.records.query import (
    Anchor,
    Comparison,
    Computed,
    Concept,
    Finding,
    Question,
    RecordQuery,
    Threshold,
    Window,
)
from chartwarden.tools.toolbox import ToolCall, ToolResult

Ask = Callable[..., PlanningContext]
LOOK = {
    "types": ["Observation"], "concepts": [], "measure": "none", "which": "all", "index": 1, "limit": 0, "by": "time",
    "target": "value", "only": [], "since": "", "until": "", "compared": "none", "than": "", "unit": "",
    "relative": "none", "to": 0, "within": "",
}  # fmt: skip


class Watched(RulesPlanner):
    """Keeps every context and step."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[PlanningContext, Step]] = []

    def decide(self, context: PlanningContext) -> Step:
        step = super().decide(context)
        self.seen.append((context, step))
        return step


@pytest.fixture(scope="module")
def readings() -> list[tuple[PlanningContext, tuple[Question, ...]]]:
    """How the rules read the questions of the made-up patients."""
    planner = Watched()
    with Assistant.over(fhir_fixtures.folder(), planner=planner) as assistant:
        for line in fhir_fixtures.questions().read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            session = assistant.session(row["patient"], acknowledged_by="Test", as_of=row["as_of"])
            assistant.answer(row["question"], session)
    return [
        (context, tuple(call.question for call in step.calls if call.question is not None))
        for context, step in planner.seen
        if isinstance(step, UseTools) and all(call.name == "search_record" for call in step.calls)
    ]


def meant(question: Question | None) -> Any:
    """A question without the words it was read from."""
    if isinstance(question, Comparison):
        return question.relation, meant(question.left), meant(question.right)
    if not isinstance(question, RecordQuery):
        return question
    told: dict[str, Any] = question.model_dump()
    for role in ("concept", "reason", "specimen", "derived_from", "component"):
        if told[role] is not None:
            codes = {(coding["system"], coding["code"]) for coding in told[role]["codings"]}
            told[role] = (codes, set(told[role]["texts"])) if codes or told[role]["texts"] else told[role]["words"]
    told["window"] = (told["window"]["start"], told["window"]["end"]) if told["window"] else None
    told["anchor"] = (question.anchor.relation, meant(question.anchor.event)) if question.anchor else None
    return told


@pytest.mark.parametrize("is_offered", [True, False], ids=["reading offered", "reading withheld"])
def test_a_form_says_what_a_reading_says(
    readings: list[tuple[PlanningContext, tuple[Question, ...]]], is_offered: bool
) -> None:
    said = 0
    for context, questions in readings:
        offered = offered_for(context, questions if is_offered else ())
        form = filled_from(questions, offered, context)
        check(json.loads(json.dumps(form)), query_form(context, offered))
        assert list(map(meant, queries_of(form, offered, context))) == list(map(meant, questions)), context.question
        said += 1
    assert said > 40


def filled(*looks: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {
        "compare": "none",
        "tells": "none",
        "told_in": "d",
        "missing": "",
        **fields,
        "looks": [{**LOOK, **look} for look in looks],
    }


def key_of(offered: Offered, label: str) -> str:
    return next(one.key for one in offered.concepts if label in one.label)


def test_looks_stand_alone_compare_or_lean_on_an_event(ask: Ask) -> None:
    context = ask("Was the potassium lower after warfarin than before it?")
    offered = offered_for(context)
    potassium, warfarin = key_of(offered, "Potassium"), key_of(offered, "Warfarin")
    event = {"types": ["MedicationRequest"], "concepts": [warfarin], "which": "first", "target": "time"}
    after = {"concepts": [potassium], "which": "first", "relative": "after", "to": 3}
    before = {"concepts": [potassium], "which": "last", "relative": "before", "to": 3}
    (question,) = queries_of(filled(after, before, event, compare="lt"), offered, context)
    assert isinstance(question, Comparison)
    assert question.left.anchor is not None
    assert question.left.anchor.event.types == ("MedicationRequest",)
    assert question.right.anchor is not None
    assert (question.left.anchor.relation, question.right.anchor.relation) == ("after", "before")
    alone = queries_of(filled({"concepts": [potassium]}, event), offered, context)
    assert [isinstance(one, RecordQuery) for one in alone] == [True, True]


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (filled({}, compare="lt"), "needs two looks"),
        (filled({"relative": "after", "to": 1}), "in a circle"),
        (filled({"relative": "after", "to": 2}, {"relative": "after", "to": 1}), "in a circle"),
        (filled({}, {"relative": "after", "to": 3}, {"relative": "after", "to": 2}), "in a circle"),
        (filled({"relative": "after", "to": 2}), "another look"),
        (filled({"since": "2020-02-01", "until": "2020-01-01"}), "since must be before until"),
        (filled({"since": "2100-02-29"}), "no day of the calendar"),
        (filled({"compared": "gt", "than": ""}), "needs a number"),
        (filled({"concepts": ["k0"]}), "words of the question in missing"),
        (filled({"concepts": ["k0"]}, missing="bilirubin"), "words of the question"),
        (filled({"concepts": ["k0"]}, missing="potassium"), "the record does have"),
        (filled({"concepts": ["k0", "k1"]}, missing="selenium"), "stands alone"),
        (filled({"only": ["field:gender", "field:name"]}), "two of field"),
    ],
    ids=[
        "one side", "itself", "circle", "circle aside", "none such", "backwards", "no date", "no number", "unnamed",
        "not asked", "not missing", "missing and not", "two fields",
    ],
)  # fmt: skip
def test_a_form_that_contradicts_itself_is_told_why(ask: Ask, form: dict[str, Any], said: str) -> None:
    context = ask("What were the potassium and the selenium?")
    with pytest.raises(ModelOutputError, match=said):
        queries_of(form, offered_for(context), context)


WORDED = [
    ("since", "", True), ("since", "2020-03-01", True), ("until", "2024-02-29", True),
    ("until", "2020-03-01T23:59:59", True), ("since", "2023-02-29", False), ("since", "2020-04-31", False),
    ("since", "2020-13-01", False), ("since", "last spring", False), ("since", "2020-03-01T24:00:00", False),
    ("until", "2025-06-30T12:00+00:00 (0", False), ("than", "", True), ("than", "-7.5", True), ("than", "1e+06", True),
    ("than", "high", False), ("than", "7.5 %", False), ("than", "<5", False),
]  # fmt: skip


@pytest.mark.parametrize(("field", "words", "is_valid"), WORDED)
def test_dates_and_numbers_cannot_be_written_wrongly(ask: Ask, field: str, words: str, is_valid: bool) -> None:
    context = ask("What was the potassium?")
    form = query_form(context, offered_for(context))
    written = filled({field: words})
    if is_valid:
        assert check(written, form) == written
    else:
        with pytest.raises(ModelOutputError, match=f"{field} must "):
            check(written, form)


def test_what_the_record_lacks_is_asked_for_by_the_words_of_the_question(ask: Ask) -> None:
    context = ask("Was selenium ever measured?")
    form = filled({"concepts": ["k0"], "measure": "exists"}, missing="selenium")
    (question,) = queries_of(form, offered_for(context), context)
    assert isinstance(question, RecordQuery)
    assert question.concept is not None
    assert (question.concept.words, question.concept.is_linked) == ("selenium", False)


def test_conditions_become_the_fields_of_the_query(ask: Ask) -> None:
    context = ask("Was anything given via PO/NG to an inpatient, by whom?")
    offered = offered_for(context)
    route = next(word.key for word in offered.words if word.word == "PO/NG")
    only = ["status:active", "status:completed", "encounter_kind:inpatient", f"route:{route}"]
    form = filled({"types": ["MedicationRequest"], "only": only, "measure": "never"})
    (question,) = queries_of(form, offered, context)
    assert isinstance(question, RecordQuery)
    assert (question.status, question.encounter_kind, question.route) == (
        ("active", "completed"), ("inpatient",), "PO/NG",
    )  # fmt: skip
    assert (question.measure, question.negated) == ("exists", True)


def test_a_query_about_what_is_not_offered_has_no_form(ask: Ask) -> None:
    question = RecordQuery(types=("MedicationRequest",), route="by catapult")
    context = ask("What was given by catapult?")
    with pytest.raises(NotExpressible, match="the route"):
        filled_from((question,), offered_for(context), context)


@pytest.mark.parametrize("field", ["ended", "lasting", "planned"])
def test_which_time_of_a_row_the_dates_are_about_is_told(ask: Ask, field: str) -> None:
    context = ask("How many discharges were there in 2019?")
    start, end = dt.datetime(2019, 1, 1, tzinfo=dt.UTC), dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    window = Window(start=start, end=end, reading="in 2019")
    question = RecordQuery(types=("Encounter",), measure="count", window=window, **{field: True})
    form = filled_from((question,), offered_for(context), context)
    assert form["looks"][0]["only"] == [f"time:{field}"]
    assert list(map(meant, queries_of(form, offered_for(context), context))) == [meant(question)]


STAY = RecordQuery(types=("Encounter",), encounter_kind=("hospital",), which="last")
FIRST_STAY = STAY.model_copy(update={"which": "first"})
ANY_ORGANISM = Concept(words="")
FORMED: list[tuple[str, Question]] = [
    ("a length in months", STAY.model_copy(update={"measure": "duration", "unit": "mo"})),
    ("which of two", Comparison(left=FIRST_STAY, right=STAY, relation="before", tells="side")),
    ("years between two", Comparison(left=FIRST_STAY, right=STAY, relation="interval", unit="a")),
    ("within days of an event",
     STAY.model_copy(update={"anchor": Anchor(event=FIRST_STAY, relation="after", within=dt.timedelta(days=30))})),
    ("within months of an event",
     STAY.model_copy(update={"anchor": Anchor(event=FIRST_STAY, relation="after", within_months=6)})),
    ("diagnosed at both stays", RecordQuery(types=("Condition",), also_in=RecordQuery(types=("Condition",)))),
    ("diagnosed only now", RecordQuery(types=("Condition",), not_in=RecordQuery(types=("Condition",), which="first"))),
    ("a part of a result", RecordQuery(types=("Observation",), part_of=RecordQuery(types=("DiagnosticReport",)))),
    ("resistant, or not", RecordQuery(types=("Observation",), said="resistant", held=True, measure="exists")),
    ("cultures that grew anything", RecordQuery(types=("Observation",), yielded=ANY_ORGANISM, measure="count")),
    ("a dose above a limit",
     RecordQuery(types=("MedicationRequest",), threshold=Threshold(of="dose", relation="gt", value=25, unit="mg"))),
    ("equal to a decimal",
     RecordQuery(types=("Observation",), threshold=Threshold(relation="eq", value=7.0, unit="%", decimals=1))),
    ("told in a unit", RecordQuery(types=("Observation",), measure="sum", in_unit="L")),
    ("an attribute", RecordQuery(types=("ImagingStudy",), target="attribute", field="modality")),
    ("the value of a reading",
     RecordQuery(types=("Observation",), coded="former smoker", disposition="home", one_of=("M", "Married"))),
]  # fmt: skip


@pytest.mark.parametrize("question", [one for _, one in FORMED], ids=[name for name, _ in FORMED])
def test_what_a_query_says_beside_its_rows_is_said_by_its_form(ask: Ask, question: Question) -> None:
    context = ask("How was it?")
    offered = offered_for(context, (question,))
    form = filled_from((question,), offered, context)
    check(json.loads(json.dumps(form)), query_form(context, offered))
    assert queries_of(form, offered, context) == (question,)


UNTOLD: list[tuple[str, Question, str]] = [
    ("two events", STAY.model_copy(update={"until": FIRST_STAY}), "what a look does not tell: until"),
    ("an event and a list",
     STAY.model_copy(update={"anchor": Anchor(event=FIRST_STAY, relation="after"), "also_in": FIRST_STAY}),
     "leans on two others"),
    ("from an event on",
     STAY.model_copy(update={"anchor": Anchor(event=FIRST_STAY, relation="after", onwards=True)}),
     "beginning of an event"),
    ("a unit of an event",
     STAY.model_copy(update={"anchor": Anchor(event=FIRST_STAY.model_copy(update={"unit": "h"}), relation="after")}),
     "a unit of one look alone"),
    ("equal however told",
     RecordQuery(types=("Observation",), threshold=Threshold(relation="eq", value=7)), "equal to any decimal"),
    ("a status of ours", RecordQuery(types=("Condition",), status=("unheard-of",)), "the status"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("question", "said"), [(one, said) for _, one, said in UNTOLD], ids=[name for name, *_ in UNTOLD]
)
def test_a_query_with_what_no_form_tells_has_none(ask: Ask, question: Question, said: str) -> None:
    context = ask("How many visits were there?")
    with pytest.raises(NotExpressible, match=said):
        filled_from((question,), offered_for(context, (question,)), context)


def test_a_length_of_time_needs_an_event(ask: Ask) -> None:
    context = ask("How many visits were there?")
    with pytest.raises(ModelOutputError, match="within needs an event"):
        queries_of(filled({"within": "30d"}), offered_for(context), context)


def test_the_value_of_a_panel_is_every_number_and_an_age_is_in_years() -> None:
    pressure = Finding(
        reference="Observation/1", label="Blood pressure", value=134, unit="mm[Hg]", values=(134, 84), text="134/84"
    )
    call = ToolCall(name="search_record", question=RecordQuery(types=("Observation",)))
    material = material_of((pressure,), (ToolResult(call=call),))
    sentence = {"kind": "assertion", "from": ["f1"], "text": "{f1.label}: {f1.value}."}
    form = {"outcome": "answered", "told": "sentences", "value": ["f1.value"], "sentences": [sentence]}
    draft = draft_from(form, material, Draft(outcome="answered"), "What is the blood pressure?")
    assert (draft.value, draft.unit) == ((134, 84), "mm[Hg]")
    worked_out = Computed(measure="age", value=52, unit="a", over=("Patient/p",))
    mean = Computed(measure="mean", value=7.671428571, unit="%", over=("Observation/1",))
    material = type(material)(findings={}, computed={"c1": worked_out, "c2": mean})
    told = {"kind": "computation", "from": ["c1"], "text": "{c1}; {c2}."}
    draft = draft_from({**form, "value": ["c1"], "sentences": [told]}, material, Draft(outcome="answered"), "How old?")
    assert (draft.value, draft.unit) == ((52,), "")
    assert draft.sentences[0].text == "52 years; 7.67143 % (rounded)."


def test_the_worked_example_of_every_prompt_is_a_filled_form(ask: Ask) -> None:
    """One example each, in the very fields of its form: a small model copies what it is shown."""
    context = ask("Anything?")
    offered = offered_for(context)
    row = Finding(reference="Observation/1", label="Potassium", value=4, time="2020-01-01")
    shown = {
        "plan_choose": choice_form(context, offered.concepts, has_reading=True, images=()),
        "plan_query": query_form(context, offered),
        "plan_words": words_form(),
        "plan_image": image_form(["Media/chest-2"]),
        "plan_survey": survey_form(context),
        "plan_which": which_form(offered.concepts),
        "write_slice": slice_form(2, 2),
        "write_answer": answer_form(material_of((row,), ())),
    }
    assert set(shown) == set(PROMPTS)
    for name, form in shown.items():
        text = (Path(chartwarden.prompts.__file__).parent / f"{name}.md").read_text(encoding="utf-8")
        assert text.startswith("<!-- "), name
        (example,) = re.findall(r"^Example\n(?:.*\n)*?Answer: (.*)$", text, re.MULTILINE)
        check(json.loads(example), form)
        assert text.rstrip().endswith("Answer with one line of compact JSON:"), name
