"""Visits told by their time, their kind, what they were for or what happened there, and what is asked of them."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.planner import GiveUp, UseTools
from chartwarden.agent.planning.reading.visits_told import both_of_one_visit, visits_in
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.agent.planning.wording.stays_before import stays_behind, visits_plainly
from chartwarden.tools.records.query import RecordQuery
from chartwarden.tools.records.readings import Readings

from .conftest import Ask

PLANNER = RulesPlanner(Readings())


def _query(ask: Ask, question: str) -> RecordQuery:
    step = PLANNER.decide(ask(question))
    assert isinstance(step, UseTools), step
    assert len(step.calls) == 1
    query = step.calls[0].question
    assert isinstance(query, RecordQuery)
    return query


@pytest.mark.parametrize(
    ("question", "types", "measure"),
    [
        ("Which problems were put down at the prenatal visit on 3 May 2019?", "Condition", "distinct"),
        ("What new diagnosis came up at the prenatal visit of 3 May 2019?", "Condition", "distinct"),
        ("What was he started on at the visit where the hypertension was found?", "MedicationRequest", "distinct"),
        (
            "Give me everything that was prescribed at the appointment for the sinusitis.",
            "MedicationRequest",
            "distinct",
        ),
        ("procedures coded for the 3 May 2019 admission?", "Procedure", "distinct"),
        ("Which shots did she get at the visit where the warfarin was started?", "Immunization", "distinct"),
        ("What did they do for her in the emergency room on 3 May 2019?", "Procedure", "distinct"),
        ("Potassium recorded during the admission for the stroke?", "Observation", "none"),
        ("Was a colonoscopy done at the emergency visit for the ankle sprain?", "Procedure", "exists"),
    ],
)
def test_what_a_visit_holds_is_asked_of_that_visit(ask: Ask, question: str, types: str, measure: str) -> None:
    query = _query(ask, question)
    assert (query.types, query.measure, query.window) == ((types,), measure, None)
    assert query.anchor is not None
    visit = query.anchor.event
    assert visit.types == ("Encounter",)
    assert visit.window is not None or visit.reason is not None or visit.anchor is not None


@pytest.mark.parametrize(
    ("question", "target", "kinds"),
    [
        ("When was she discharged from the inpatient stay for the stroke?", "end", ("inpatient",)),
        ("How long did the emergency encounter for her stroke last?", "duration", ("emergency",)),
        ("Which clinician is listed on the encounter of 3 May 2019?", "person", ()),
        ("Where did the visit of 3 May 2019 take place?", "location", ()),
        ("On what date was the visit at which the hypertension was found?", "time", ()),
        ("Which service was the May 2019 admission booked under?", "service", ("hospital",)),
        ("What discharge disposition is recorded for the stay that began on 3 May 2019?", "disposition", ("hospital",)),
        ("When I was hospitalised on 3 May 2019, which ward did they put me on first?", "location", ("hospital",)),
    ],
)
def test_the_visit_itself_is_asked_for(ask: Ask, question: str, target: str, kinds: tuple[str, ...]) -> None:
    query = _query(ask, question)
    assert (query.types, query.target, query.encounter_kind, query.ended) == (("Encounter",), target, kinds, False)


def test_a_visit_for_something_counts_where_it_was_diagnosed(ask: Ask) -> None:
    query = _query(ask, "When was she discharged from the inpatient stay for the stroke?")
    assert query.reason is not None
    assert query.recorded_there


def test_the_first_unit_is_that_of_the_stay(ask: Ask) -> None:
    query = _query(ask, "During the May 2019 admission, which ward was she on first?")
    assert (query.which, query.target) == ("first", "location")


def test_what_else_was_diagnosed_is_without_what_places_the_visit(ask: Ask) -> None:
    query = _query(ask, "At the appointment where the stroke was found, what else did they diagnose?")
    assert query.types == ("Condition",)
    assert query.not_in is not None
    assert query.not_in.concept is not None
    assert query.not_in.concept.words.lower() == "stroke"


def test_two_things_asked_of_one_visit_are_both_of_it() -> None:
    said = "which diagnosis was made at the visit qt0, and what drug was started?"
    assert both_of_one_visit(said) == (
        "which diagnosis was made at the visit qt0? what drug was started at the visit qt0?"
    )
    assert both_of_one_visit("who saw her at the visit qt0, and what was done after that?").count("?") == 1


def test_a_word_too_many_leaves_the_visit_in_its_place() -> None:
    assert not list(visits_in("what was done at the visit qt0 when the roof leaked"))


def test_what_came_after_a_visit_is_none_of_it(ask: Ask) -> None:
    step = PLANNER.decide(ask("Which drugs were prescribed after the prenatal visit on 3 May 2019?"))
    queries = [call.question for call in step.calls] if isinstance(step, UseTools) else []
    anchors = [one.anchor for one in queries if isinstance(one, RecordQuery)]
    assert all(one is None or one.relation == "after" for one in anchors)


@pytest.mark.parametrize(
    ("question", "types"),
    [
        ("Did he get to the ER on the day he died?", "Encounter"),
        ("Was she in hospital the day she passed away?", "Encounter"),
        ("What diagnoses were recorded on the day of his death?", "Condition"),
    ],
)
def test_a_day_can_be_told_by_the_death(ask: Ask, question: str, types: str) -> None:
    query = _query(ask, question)
    assert query.types == (types,)
    assert query.anchor is not None
    assert (query.anchor.event.types, query.anchor.relation) == (("Patient",), "same_day")


def test_the_same_day_is_that_of_what_is_left_out(ask: Ask) -> None:
    query = _query(ask, "Besides the stroke, what else was he diagnosed with that very same day?")
    assert query.anchor is not None
    assert query.anchor.relation == "same_day"
    assert query.anchor.event.concept is not None
    assert query.concept is not None
    assert "Stroke" not in {coding.display for coding in query.concept.codings}


def test_a_stay_that_is_told_before_goes_behind_what_is_asked() -> None:
    assert stays_behind("she was in the surgical icu twice. when did she leave it for the last time?") == (
        "when did she leave the surgical icu for the last time"
    )
    told = "during the stay that began qt0 he drifted in and out of intensive care. "
    asked = stays_behind(f"{told}how many separate icu stays is that?")
    assert asked == "how many icu stays were there during the stay that began qt0"


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("the inpatient stay for his appendix", "the inpatient stay for appendicitis"),
        ("who saw her on 2 May 2019, when the baby came?", "who saw her on 2 May 2019?"),
        ("what was diagnosed then, as worded in the chart", "what was diagnosed then"),
        ("the stay starting 2 May 2019", "the stay of 2 May 2019"),
        ("her appendix came out", "her appendix came out"),
    ],
)
def test_a_visit_is_told_plainly(said: str, plain: str) -> None:
    assert visits_plainly(said) == plain


def test_a_pregnancy_that_ended_then_is_told_by_its_end(ask: Ask) -> None:
    query = _query(ask, "Any stroke during the sinusitis that ended in May 2019?")
    assert query.anchor is not None
    assert query.anchor.event.ended


def test_a_visit_to_nobody_knows_what_is_not_understood(ask: Ask) -> None:
    assert isinstance(PLANNER.decide(ask("What was started at the visit where the zorbium was found?")), GiveUp)
