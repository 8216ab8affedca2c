"""How charts, coders and researchers speak of stays, routes, hours, units of care and the form of an answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chartwarden.agent.planning.names.routes import stands_as_route
from chartwarden.agent.planning.planner import GiveUp, UseTools
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.agent.planning.times.daywords import plain_days
from chartwarden.agent.planning.wording.body import body_plainly
from chartwarden.agent.planning.wording.framing import undressed
from chartwarden.agent.planning.wording.occasions import visits_named
from chartwarden.tools.records.manifest import Entry, Manifest
from chartwarden.tools.records.query import Coding, RecordQuery
from chartwarden.tools.records.readings import Readings

from .conftest import Ask

PLANNER = RulesPlanner(Readings())


def queries(ask: Ask, question: str, manifest: Manifest | None = None) -> list[RecordQuery]:
    context = ask(question)
    step = PLANNER.decide(replace(context, manifest=manifest) if manifest else context)
    assert isinstance(step, UseTools), step
    found = [call.question for call in step.calls]
    assert all(isinstance(one, RecordQuery) for one in found)
    return found  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("When was I discharged after my first stay?", "When was I discharged from the first stay?"),
        (
            "After the very first stay, when did he get discharged?",
            "when did he get discharged from the very first stay?",
        ),
        ("After her last admission when was she sent home?", "when was she sent home from the last admission?"),
        ("When was I let out after my last hospital stay", "When was I let out from the last hospital stay"),
        ("When was I discharged after the first ICU stay?", "When was I discharged after the first ICU stay?"),
        ("Which part of the hospital was I in to begin with?", "which unit of the hospital was I first in?"),
        ("Which section of the hospital did he start out in?", "which unit of the hospital was he first in?"),
        ("Where was she initially?", "Where was she initially?"),
        ("all my hospital check-in times", "all my hospital admission times"),
        ("check-out dates from the hospital", "hospital discharge dates from the hospital"),
        ("When was the hotel check-in?", "When was the hotel check-in?"),
        ("Was she ever coded with gout, and at which admission?", "Was she ever coded with gout, and when was it?"),
        ("In which admission was the biopsy done?", "when was the biopsy done?"),
        (
            "Was he readmitted within 30 days of the first discharge?",
            "Was he admitted within 30 days after the first discharge?",
        ),
        ("How many readmissions were there?", "How many readmissions were there?"),
    ],
)
def test_stays_and_their_ends_in_other_words(said: str, plain: str) -> None:
    assert visits_named(said) == plain


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("What grew in the last culture? Organism name(s) only.", "What grew in the last culture?"),
        ("What was the last drug prescribed? Drug name only.", "What was the last drug prescribed?"),
        ("When was the last dose? Just the date, please.", "When was the last dose?"),
        ("How many visits in 2019? Number only.", "How many visits in 2019?"),
        ("What was the last drug prescribed? Date only.", "What was the last drug prescribed? Date only."),
        ("When was the last dose? Name of the drug only.", "When was the last dose? Name of the drug only."),
        ("The eye clinic asked me this. When was the last visit?", "When was the last visit?"),
        ("Question from the wound clinic. Which drugs is he on?", "Which drugs is he on?"),
        ("The eye clinic wrote. What did they prescribe?", "The eye clinic wrote. What did they prescribe?"),
        ("The eye clinic prescribed something. What was it?", "The eye clinic prescribed something. What was it?"),
    ],
)
def test_who_asks_and_in_which_form_is_left_out(said: str, plain: str) -> None:
    assert undressed(said) == plain


@pytest.mark.parametrize(
    ("said", "is_route"),
    [
        ("When was I first prescribed something given TD?", True),
        ("first drug ordered TD", True),
        ("When did I get the shot given TD?", False),
        ("When was I given TD?", False),
    ],
)
def test_a_route_that_is_also_a_vaccine_is_told_by_what_is_said_of_it(said: str, is_route: bool) -> None:
    assert stands_as_route("TD", said[: said.index("TD")], said, {"TD", "PO"}) is is_route
    assert not stands_as_route("Td", said[: said.index("TD")], said, {"TD", "PO"})


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("output between 0700 and 1900 on 5 March 2020", "output between 2020-03-05 07:00 and 2020-03-05 19:00"),
        ("output from 10 pm to 6 am on 5 March 2020", "output between 2020-03-05 22:00 and 2020-03-06 06:00"),
        ("output on 2020-03-05 07:00-19:00", "output between 2020-03-05 07:00 and 2020-03-05 19:00"),
        ("output after 18:00 on 5 March 2020", "output after 2020-03-05 18:00"),
        ("output before 6 am on 2020-03-05", "output before 2020-03-05 06:00"),
        ("output between 2016 and 2018", "output between 2016 and 2018"),
    ],
)
def test_hours_of_a_date(ask: Ask, said: str, plain: str) -> None:
    assert plain_days(said, ask("").clock.as_of) == plain


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("When was the arterial line pulled?", "When did the arterial line end?"),
        ("when did the chest tube come out", "when did the chest tube end"),
        ("When was the mole removed?", "When was the mole removed?"),
        ("How much urine did he put out on 5 March 2020?", "How much urine output was there on 5 March 2020?"),
    ],
)
def test_what_stays_in_for_a_time_has_an_end(said: str, plain: str) -> None:
    assert body_plainly(said).lower() == plain.lower()


@pytest.mark.parametrize(
    ("question", "which"),
    [
        ("List my hospital discharge times", "all"),
        ("When were all the discharges?", "all"),
        ("When was I discharged?", "last"),
        ("When was I discharged after the last ICU stay?", "first"),
        ("After the stroke, when did he leave the hospital?", "first"),
    ],
)
def test_ends_of_stays_are_all_the_last_or_the_next(ask: Ask, question: str, which: str) -> None:
    (query,) = queries(ask, question)
    assert (query.types, query.target, query.which) == (("Encounter",), "end", which)


@pytest.mark.parametrize(
    ("question", "measure"),
    [
        ("Prescriptions written, everything up to last year. How many?", "count_distinct"),
        (
            "Pharmacy count: prescriptions written for the patient, everything up to last year. How many?",
            "count_distinct",
        ),
        ("Hospital stays, all of them since 2015. How many altogether?", "count"),
        ("total LOS in 2019", "sum"),
        ("total length of stay", "sum"),
    ],
)
def test_numbers_in_telegrams(ask: Ask, question: str, measure: str) -> None:
    (query,) = queries(ask, question)
    assert query.measure == measure


def test_admissions_for_what_visits_are_named_for_are_the_admissions_among_them(ask: Ask, manifest: Manifest) -> None:
    named = tuple(
        Entry(
            resource_type="Encounter",
            element="code",
            codings=(Coding(system="http://snomed.info/sct", code=code, display=display),),
            count=2,
        )
        for code, display in (("1", "Asthma follow-up"), ("2", "Emergency hospital admission for asthma"))
    )
    record = replace_entries(manifest, named)
    for question in ("When was the first asthma admission?", "When was she first admitted for asthma?"):
        (query,) = queries(ask, question, record)
        assert query.concept is not None
        assert [one.code for one in query.concept.codings] == ["2"]
    (query,) = queries(ask, "How many visits for asthma?", record)
    assert query.concept is not None
    assert {one.code for one in query.concept.codings} == {"1", "2"}


def replace_entries(manifest: Manifest, more: tuple[Entry, ...]) -> Manifest:
    return manifest.model_copy(update={"entries": (*manifest.entries, *more)})


@pytest.mark.parametrize(
    "question",
    [
        "Which conditions were resolved within 30 days of onset?",
        "How many diagnoses by admission?",
        "Which organism grew in more than one culture?",
        "Days from hospital admission to the colonoscopy in the March 2019 stay",
        "Which organisms grew from the sinusitis?",
    ],
)
def test_what_no_reading_holds_is_not_read_past(ask: Ask, question: str) -> None:
    assert isinstance(PLANNER.decide(ask(question)), GiveUp)
