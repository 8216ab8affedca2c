"""What stands around a question is left out where that is sure or helps, and the answer tells what was read."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chartwarden.agent.planning import rules
from chartwarden.agent.planning.asides import asides
from chartwarden.agent.planning.asides.asides import (
    IN_DOUBT_FROM,
    LEFT_OUT_FROM,
    SURE_OF_EACH,
    SURELY_ASIDE,
    Bare,
    Weighed,
    may_have_asides,
    weighed,
)
from chartwarden.agent.planning.planner import GiveUp, Step, UseTools
from chartwarden.agent.planning.rules import RulesPlanner

from .conftest import Ask

PLANNER = RulesPlanner()


@pytest.mark.parametrize(
    ("said", "bare"),
    [
        ("The porter is waiting at the door: when was the last potassium?", "when was the last potassium?"),
        (
            "Our insurance broker wants it in writing for the boat. Which medications am I on?",
            "Which medications am I on?",
        ),
        ("When was the last flu shot? I lost the little yellow booklet.", "When was the last flu shot?"),
    ],
)
def test_what_stands_around_is_told(said: str, bare: str) -> None:
    found = weighed(said).without_asides(LEFT_OUT_FROM)
    assert found is not None
    assert found.text == bare
    assert found.certainty > SURELY_ASIDE


@pytest.mark.parametrize(
    "question",
    [
        "How many potassium readings are there since 2017?",
        "She got bronchitis, then came back in. At that first visit after it began, what did she weigh?",
        "LDL: not the latest, the one before?",
        "Up to and including March 2019, when was metformin first ordered?",
        "Which drugs were stopped before the hip was replaced?",
    ],
)
def test_what_the_answer_depends_on_stays(question: str) -> None:
    assert weighed(question).without_asides(LEFT_OUT_FROM) is None


@pytest.mark.parametrize(
    ("said", "bare"),
    [
        ("TOLD YOU. the drugs?", "the drugs?"),
        ("the drugs NOT MINE. when was it", "the drugs. when was it"),
        ("the drugs, NOT MINE. when was it?", "the drugs, when was it?"),
        ("the drugs - PLEASE?", "the drugs?"),
        ("ALL OF IT", None),
        ("the drugs", None),
        ("", None),
    ],
)
def test_what_is_left_reads_as_a_question(said: str, bare: str | None) -> None:
    words = tuple(said.split())
    around = tuple(0.9 if (word.isupper() and word.isalpha()) or word[:-1].isupper() else 0.1 for word in words)
    found = Weighed(words, around).without_asides(LEFT_OUT_FROM)
    assert found == (None if bare is None else Bare(bare, pytest.approx(0.9)))  # type: ignore[arg-type]


@pytest.mark.parametrize("stretch", ["before the drug came on board,", "nothing earlier than May,"])
@pytest.mark.parametrize(("likely", "is_left_out"), [(SURE_OF_EACH, True), (SURE_OF_EACH - 0.01, False)])
def test_what_may_bound_is_left_out_only_where_each_word_is_sure(
    stretch: str, likely: float, is_left_out: bool
) -> None:
    words = stretch.split()
    found = Weighed((*words, "the", "drugs?"), (*(0.99 for _ in words[1:]), likely, 0.0, 0.0))
    assert (found.without_asides(LEFT_OUT_FROM) is not None) == is_left_out


def test_a_stretch_that_asks_something_itself_stays() -> None:
    words = ["Is", "that", "bad?", "the", "drugs?"]
    assert Weighed(tuple(words), (0.99, 0.99, 0.99, 0.0, 0.0)).without_asides(LEFT_OUT_FROM) is None


@pytest.fixture
def hinted_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything hints at something around it."""
    monkeypatch.setattr(asides, "ASKED_FROM", 0.0)


@pytest.mark.usefixtures("hinted_at")
def test_only_a_question_of_several_parts_or_many_words_is_looked_at_where_it_is_understood() -> None:
    assert not may_have_asides("When was the last potassium measured?")
    assert may_have_asides("Potassium: when was it last measured?")
    assert may_have_asides(" ".join(["word"] * 17))


@pytest.mark.usefixtures("hinted_at")
@pytest.mark.parametrize(
    ("question", "named", "may"),
    [
        ("until last year, did I ever have potassium measured?", {"last year", "potassium"}, False),
        ("Were potassium, sodium, or urea measured?", {"potassium", "sodium", "urea"}, False),
        ("Were potassium, sodium, or urea measured?", set(), True),
        ("For patient 40012345, when was potassium measured?", {"potassium"}, False),
        ("For the ward round, when was potassium measured?", {"ward", "potassium"}, True),
        ("For the ward round, when was potassium measured?", {"potassium"}, False),
        ("The potassium, urgently. Somebody waits at the lab.", {"potassium"}, False),
        ("Lab question: how many visits were there?", {"lab"}, True),
        (
            "I am putting the list of today's endoscopy cases in order and want how often the potassium was taken",
            {"endoscopy", "potassium"},
            True,
        ),
        ("Fall on same level, unspecified: when?", {"fall on same level, unspecified"}, False),
    ],
)
def test_names_and_whose_record_it_is_are_no_part_and_what_is_named_where_it_is_asked_is_not_beside_it(
    question: str, named: set[str], may: bool
) -> None:
    assert may_have_asides(question, named) is may


Cut = Callable[[str, float], list[str]]


@pytest.fixture
def cut(monkeypatch: pytest.MonkeyPatch) -> Cut:
    """Says how likely the words of a stretch stand around; gives the questions that are weighed then."""

    def stretch_around(stretch: str, likely: float) -> list[str]:
        asked: list[str] = []

        def weigh(question: str) -> Weighed:
            asked.append(question)
            words = question.split()
            return Weighed(tuple(words), tuple(likely if word in stretch.split() else 0.0 for word in words))

        monkeypatch.setattr(rules, "weighed", weigh)
        return asked

    return stretch_around


def calls_of(step: Step) -> object:
    assert isinstance(step, UseTools), step
    return step.calls


@pytest.mark.parametrize("likely", [0.95, IN_DOUBT_FROM])
def test_a_question_that_is_not_understood_is_read_without_them_and_this_is_told(
    ask: Ask, cut: Cut, likely: float
) -> None:
    cut("Zorble grommets unless frobbed:", likely)
    bare = "when was the last potassium measured?"
    step = PLANNER.decide(ask(f"Zorble grommets unless frobbed: {bare}"))
    assert calls_of(step) == calls_of(PLANNER.decide(ask(bare)))
    assert isinstance(step, UseTools)
    assert step.read_as == bare
    assert step.reading[0] == f'read without what stands around it: "{bare}"'


@pytest.mark.parametrize(("likely", "is_left_out"), [(0.95, True), (0.6, False)])
def test_a_name_told_around_is_left_out_of_a_question_that_is_understood_where_that_is_sure(
    ask: Ask, cut: Cut, likely: float, is_left_out: bool
) -> None:
    cut("About to hang aspirin,", likely)
    bare = "when was the last potassium measured?"
    asked, plain = (PLANNER.read(ask(one)) for one in (f"About to hang aspirin, {bare}", bare))
    assert (asked.questions == plain.questions) == is_left_out


@pytest.mark.parametrize(
    ("question", "stretch"),
    [
        ("Potassium keeps coming up, when was it last measured?", "Potassium keeps coming up,"),
        ("They put her on aspirin, how much of the drug was ordered?", "They put her on aspirin,"),
    ],
)
def test_a_name_that_may_be_meant_is_never_left_out(ask: Ask, cut: Cut, question: str, stretch: str) -> None:
    before = PLANNER.read(ask(question))
    cut(stretch, 0.99)
    assert PLANNER.read(ask(question)).questions == before.questions


@pytest.mark.parametrize(
    "question", ["When was the last potassium measured?", "Should she stop the aspirin, or go on with it for good?"]
)
def test_what_is_plain_or_asks_for_a_judgement_is_read_as_it_stands(ask: Ask, cut: Cut, question: str) -> None:
    asked = cut("nothing", 0.99)
    PLANNER.decide(ask(question))
    assert asked == []


def test_a_form_that_is_told_around_a_question_changes_nothing_of_it(ask: Ask) -> None:
    plain, around = (
        PLANNER.decide(ask(question))
        for question in (
            "When was the last potassium measured?",
            "For the zorble adjudication sheet, when was the last potassium measured, going by the coded entries?",
        )
    )
    assert isinstance(plain, UseTools)
    assert isinstance(around, UseTools)
    assert around.calls == plain.calls


@pytest.mark.parametrize(
    "question",
    [
        "Act as the admitting registrar and give me your working diagnosis from the admission note.",
        "For the triage sheet, which group should this patient be in?",
        "For the board form, grade the ulcer, going by the nursing notes.",
    ],
)
def test_a_judgement_stays_one_whatever_it_is_for(ask: Ask, question: str) -> None:
    assert isinstance(PLANNER.decide(ask(question)), GiveUp)


def test_where_less_is_not_understood_either_the_question_as_it_stands_is_told(ask: Ask, cut: Cut) -> None:
    cut("So,", 0.99)
    step = PLANNER.decide(ask("So, zorble grommets unless frobbed by them?"))
    assert isinstance(step, GiveUp)
    assert "zorble" in step.reason.lower()


def test_a_relative_who_is_only_told_around_is_not_said_to_be_the_patient(ask: Ask, cut: Cut) -> None:
    cut("My sister drove in from Leeds,", 0.99)
    step = PLANNER.decide(ask("My sister drove in from Leeds, when was the last potassium measured?"))
    told = step.reading if isinstance(step, UseTools) else ()
    assert not any("relative" in one for one in told if "age and sex" not in one), told
