"""Lines that ask several things of one thing, ask once more, or ask of each year: every part of them is asked."""

from __future__ import annotations

import pytest

from chartwarden.agent.gate.admission import admit
from chartwarden.agent.planning.planner import GiveUp
from chartwarden.agent.planning.restating.restating import asks_plainly
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.agent.planning.times.stretches import plain_stretches
from chartwarden.agent.planning.wording.hasty import typed_out
from chartwarden.agent.planning.wording.wanted import Kinds, wanted_apart
from chartwarden.tools.records.query import RecordQuery
from chartwarden.tools.records.readings import Readings

from .conftest import Ask, lookups, shapes

PLANNER = RulesPlanner(Readings())
KINDS = Kinds(frozenset({"qc0"}), frozenset({"qc1"}), frozenset({"qc2"}))


@pytest.mark.parametrize(
    ("said", "apart"),
    [
        ("how many qc3; latest one", ("how many qc3 are there", "when was the last qc3")),
        (
            "qc1 - first, last, how many",
            ("when was qc1 first prescribed", "when was qc1 last prescribed", "how many qc1 are there"),
        ),
        ("which visits qt0? and the reasons", ("list the visits qt0", "why was visits qt0")),
        ("start and stop of qc1", ("when did qc1 start", "when did qc1 end")),
        ("qc2 start/end dates", ("when did qc2 start", "when did qc2 end")),
        ("qc1 infusion: start and stop times", ("when did qc1 infusion start", "when did qc1 infusion end")),
        ("qc3 start and stop", ("when did qc3 start", "when did qc3 end")),
        ("qc0 start and stop", ()),
        ("last qc0 and date", ("what was the last qc0", "when was the last qc0")),
        ("qc0, highest, lowest", ("what was the highest qc0", "what was the lowest qc0")),
        ("when was qc3 first and last", ("when was the first qc3", "when was the last qc3")),
        ("when was my qc0 lowest", ()),
        ("who prescribed qc1 first", ()),
        ("what was the qc0", ()),
        ("highest qc0 and mean qc0", ()),
        ("last visit: what was the qc0 then", ()),
        ("qc1 newest order, date", ()),
        ("qc0: who, when", ()),
        ("qc0, very first one measured: result", ()),
        ("qc1, the first one: dose, who", ("what was the dose of the first qc1", "who prescribed the first qc1")),
        ("qc0 and qc1", ()),
    ],
)
def test_each_thing_wanted_of_one_is_a_question(said: str, apart: tuple[str, ...]) -> None:
    assert wanted_apart(said, KINDS) == apart


@pytest.mark.parametrize(
    ("plain", "others"),
    [
        ("How many flu shots? When was the last flu shot?", ["flu shots: how many, latest one", "flu shot count + last"]
         ),
        (
            "List the blood thinners. When was the blood thinner first prescribed?",
            ["blood thinner name and start date", "blood thinners - which, since when"],
        ),
        (
            "When did the chronic sinusitis start? When did the chronic sinusitis end?",
            ["chronic sinusitis start + stop", "chronic sinusitis: started when, over when", "When did the chronic "
             "sinusitis start and end?"],
        ),
        ("What was the last LDL? When was the last LDL?", ["LDL + date", "latest LDL w date", "last LDL and when"]),
        (
            "What were the last 3 potassium? When were the last 3 potassium?",
            ["potassium last 3 w dates", "last 3 potassium + dates"],
        ),
        ("Was there a flu shot in 2016? Was there a flu shot in 2014?", ["flu shot in 2016? and 2014?"]),
        ("What was the weight in 2016? What was the weight in 2019?", ["weight 2016 2019", "weight in 2016 and in 2019",
                                                                     "weight 2016 vs 2019"]),
        ("What was the LDL in 2016? What was the potassium in 2016?", ["LDL in 2016? and potassium?"]),
        (
            "What was the weight at the last visit? What was the weight at the second to last visit?",
            ["weight last visit vs the visit before", "weight at this visit vs last"],
        ),
        ("What are the last two potassium values?", ["potassium latest and before", "potassium latest vs before"]),
        ("When was the potassium last measured?", ["potassium last measured on", "K last checked on:"]),
        ("When was the weight highest?", ["which day did the scale show the most?", "what day was my weight the most"]
         ),
        ("Who prescribed the last warfarin?", ["latest warfarin was by which doc"]),
        (
            "How many visits between 2012 and 2013?",
            ["visits between 2012 and 2013, I make it a few but what's the actual number",
             "visits between 2012 and 2013 - i think there were 3, whats the real number"],
        ),
        ("Which conditions were first diagnosed in 2011?", ["new problems 2011, ie first recorded that year, which"]),
        ("What was the last creatinine?", ["the weight, no wait, not the weight, the creatinine, latest",
                                           "LDL - sorry, meant creatinine - most recent"]),
        ("What was the potassium in 2017?", ["weight pls, no hang on, not weight, potassium, in 2017",
                                             "LDL 2016 - no sorry potassium, 2017"]),
        ("How old is the patient? What is the patient's sex?", ["age, sex"]),
        ("All discharge dates", ["dates of discharge", "times I was discharged", "discharge dates"]),
        ("Latest weight and LDL?", ["latest weight + LDL", "weight/LDL latest"]),
    ],
)  # fmt: skip
def test_telegrams_ask_all_that_they_want(ask: Ask, plain: str, others: list[str]) -> None:
    wanted = shapes(ask, plain)
    assert {other: shapes(ask, other) for other in others} == dict.fromkeys(others, wanted)


@pytest.mark.parametrize(
    ("line", "measure"),
    [("flu shots per year since 2018", "count"), ("flu shot every year since 2018?", "exists")],
)
def test_each_year_of_a_stretch_is_asked_for_by_itself(ask: Ask, line: str, measure: str) -> None:
    found = [one for one in lookups(ask, line) if isinstance(one, RecordQuery)]
    assert {one.measure for one in found} == {measure}
    years = [one.window.start.year for one in found if one.window and one.window.start]
    assert years == list(range(2018, 2018 + len(found)))
    assert len(found) > 1


@pytest.mark.parametrize(
    "line", ["Flu vaccine doses on record, how many?", "flu shot doses, how many", "flu doses: how many?"]
)
def test_doses_that_are_counted_are_one_thing_asked(ask: Ask, line: str) -> None:
    assert shapes(ask, line) == shapes(ask, "How many flu vaccine doses are on record?")


@pytest.mark.parametrize(
    ("line", "years"),
    [
        ("How many visits in each of the last 2 years?", [2018, 2019, 2020]),
        ("How many visits in each of the years 2016 to 2018?", [2016, 2017, 2018]),
        ("visits in each year from 2016 to 2017, how many?", [2016, 2017]),
    ],
)
def test_each_of_some_years_is_asked_for_by_itself(ask: Ask, line: str, years: list[int]) -> None:
    found = [one for one in lookups(ask, line) if isinstance(one, RecordQuery)]
    assert [one.window.end.year - 1 for one in found if one.window and one.window.end] == years


@pytest.mark.parametrize("line", ["How many visits a year does she have?", "number of flu shots a year"])
def test_a_number_of_each_year_is_not_one_of_all(ask: Ask, line: str) -> None:
    assert isinstance(PLANNER.decide(ask(line)), GiveUp)


@pytest.mark.parametrize(
    "line",
    ["weight each year", "her weight for each year", "what was the weight every year?"],
)
def test_a_value_of_each_year_is_all_its_values(ask: Ask, line: str) -> None:
    assert shapes(ask, line) == shapes(ask, "list all weight values")


@pytest.mark.parametrize("line", ["average weight per year", "weight per year", "lowest weight each year"])
def test_nothing_is_worked_out_over_years(ask: Ask, line: str) -> None:
    assert isinstance(PLANNER.decide(ask(line)), GiveUp)


@pytest.mark.parametrize(
    "line",
    ["hypertension dx date, rx, still active", "last ER visit: date, reason, meds given", "K last, prev, diff"],
)
def test_a_line_is_not_answered_in_part(ask: Ask, line: str) -> None:
    assert isinstance(PLANNER.decide(ask(line)), GiveUp)


@pytest.mark.parametrize("line", ["visits per year", "average visits per year since 2018", "weight every year?"])
def test_years_that_nothing_tells_are_not_guessed(ask: Ask, line: str) -> None:
    assert isinstance(PLANNER.decide(ask(line)), GiveUp)


def test_this_time_of_another_year_is_its_month(ask: Ask) -> None:
    now = ask("x").clock.as_of.replace(tzinfo=None)
    said = plain_stretches("weight this time last year", now, day_first=False)
    assert said == f"weight in {now.year - 1}-{now.month:02d}"
    since = plain_stretches("visits since this time last year", now, day_first=False)
    assert since == f"visits since {now.year - 1}-{now.month:02d}-{now.day:02d}"
    drug = "was I on warfarin this time last year"  # an order of one month does not tell what was taken then
    assert plain_stretches(drug, now, day_first=False) == drug


@pytest.mark.parametrize(
    ("typed", "spelt"),
    [
        ("doesnt matter which", "doesn't matter which"),
        ("whats teh weight", "what's the weight"),
        ("probs n meds", "problems and meds"),
        ("weight hi/lo", "weight highest and lowest"),
        ("weight 2012/2014/2016", "weight 2012, 2014, 2016"),
        ("weight 2012/2013", "weight 2012/2013"),
        ("n of visits", "n of visits"),
        ("im injection", "im injection"),
        ("whn this mnth or last wk", "when this month or last week"),
        ("smth ordered in the past 3 mths", "something ordered in the past 3 months"),
        ("could u look up the bday", "could you look up the birthday"),
        ("how many visits were ther in 2015", "how many visits were there in 2015"),
        ("ther ex and 5 u of insulin", "ther ex and 5 u of insulin"),
        ("last time in hosp, which dept?", "last time in hospital, which department?"),
        ("my fathers last shot", "my father's last shot"),
        ("do my grandmothers and aunts count", "do my grandmothers and aunts count"),
        ("high cholestrol", "high cholesterol"),
    ],
)
def test_words_typed_in_a_hurry(typed: str, spelt: str) -> None:
    assert typed_out(typed) == spelt


def test_a_plain_question_typed_in_a_hurry_is_admitted(ask: Ask) -> None:
    question = "pneumonia shot in the past 12 mos, doesnt matter which kind, y/n"
    clock = ask("x").clock
    admitted = admit(question, asks_plainly=lambda: asks_plainly(question, clock, Readings()))
    assert admitted.action in ("answer", "facts_only")


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("what meds she on", "what meds is she on"),
        ("Which statin pt taking atm?", "Which statin is pt taking right now?"),
        ("how many diff meds i on rn", "how many different meds am i on right now"),
        ("Which meds is she on?", "Which meds is she on?"),
        ("Ask the RN", "Ask the RN"),
        ("no diff in weight", "no diff in weight"),
    ],
)
def test_words_left_out_in_a_hurry_are_put_in(said: str, plain: str) -> None:
    assert typed_out(said) == plain


def test_this_time_is_now_and_nothing_named_before(ask: Ask) -> None:
    now = shapes(ask, "Does she have hypertension now?")
    assert shapes(ask, "hypertension, has pt got it at this time") == now
    assert shapes(ask, "hypertension: does she have that just now?") == now


def test_a_count_behind_a_measurement_is_its_name(ask: Ask) -> None:
    assert shapes(ask, "LDL count: date of most recent one") == shapes(ask, "When was the last LDL measured?")


def test_a_change_is_asked_behind_its_ends(ask: Ask) -> None:
    change = shapes(ask, "How much did the LDL change from the first to the last?")
    assert shapes(ask, "LDL first vs last on record, dropped by how much") == change
    assert shapes(ask, "LDL, first to latest, up by how much?") == change


@pytest.mark.parametrize(
    "line", ["LDL, last one, dropped by how much", "simvastatin sounds odd. Is hypertension down as its indication?"]
)
def test_what_no_reading_tells_is_not_read_past(ask: Ask, line: str) -> None:
    assert isinstance(PLANNER.decide(ask(line)), GiveUp)


def test_which_people_asks_who(ask: Ask) -> None:
    who = shapes(ask, "Who prescribed simvastatin?")
    assert shapes(ask, "Which people prescribed simvastatin?") == who
