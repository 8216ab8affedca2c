"""Less is told around a question that is not understood; what bounds it is put into it, or keeps it from being read."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.asides.scenes import less_told, without_happening
from chartwarden.agent.planning.planner import GiveUp
from chartwarden.agent.planning.rules import RulesPlanner

from .conftest import Ask, queries


@pytest.mark.parametrize(
    ("told", "less"),
    [
        ("They took fluid off my lung. How much pleural output was there?", "How much pleural output was there?"),
        ("Dad had his bypass in May 2014 - when did he leave hospital?", "when did he leave hospital in May 2014?"),
        ("ICU, May 2014: how much blood went in?", "how much blood went in in the ICU in May 2014?"),
        ("She cut her hand in May 2014. When was her last tetanus shot?", None),
        ("Fasting: what was the last potassium?", None),
        ("Zorbaxol. When was it given?", None),
        ("time on the machine (Zorb Ventilation), in hours", "time on the Zorb Ventilation, in hours"),
        ("zorba drip (charted as Zorbaxol) - highest rate?", "Zorbaxol - highest rate?"),
        ("age at the admission (May 2014)?", "age at the admission in May 2014?"),
        ("Is she on zorbaxol for her bones now?", "Is she on zorbaxol now?"),
        ("Do we need an interpreter - what language does she speak?", "what language does she speak?"),
        ("Which visits were for her back?", None),
        ("Was the stroke before May? When was the fall?", None),
    ],
)
def test_less_is_told_where_nothing_of_it_bounds(told: str, less: str | None) -> None:
    assert next((one.text for one in less_told(told)), None) == less


def test_what_happened_at_home_dates_nothing_that_is_ranked(ask: Ask) -> None:
    fell = "She fell at home last month. When was her last potassium?"
    assert without_happening(fell) == "When was her last potassium?"
    assert queries(ask, fell) == queries(ask, "When was her last potassium?")
    for one in (
        "She fell last month. Was potassium measured since then?",
        "She was admitted last month. Last potassium?",
    ):
        assert without_happening(one) == one


@pytest.mark.parametrize(
    "question",
    [
        "Zorbaxol: how many prescriptions are there?",
        "Blorpitis. When was it diagnosed?",
        "Fasting: the last potassium?",
    ],
)
def test_a_topic_that_nobody_knows_is_not_left_out(ask: Ask, question: str) -> None:
    step = RulesPlanner().decide(ask(question))
    if not isinstance(step, GiveUp):
        assert all("potassium" not in str(query) or "zorb" in str(query) for query in queries(ask, question))


def test_what_is_left_out_is_told(ask: Ask) -> None:
    reading = RulesPlanner().read(ask("Renal nurse: when was the last potassium?"))
    assert reading.explanation[0] == 'read without what stands around it: "when was the last potassium?"'
