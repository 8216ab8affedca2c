"""An encoder is asked where the network is in doubt, and only there."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from chartwarden.agent.gate import fine_tuning, second_opinion, training
from chartwarden.agent.gate.fixed import language_of
from chartwarden.agent.gate.reading import cleaned
from chartwarden.agent.gate.scoring import Judged
from chartwarden.agent.gate.second_opinion import FIRST_OF_EACH, PART_BESIDE_FROM, encoder, judged
from chartwarden.agent.gate.taxonomy import Language
from chartwarden.agent.gate.training import Row
from chartwarden.agent.gate.weighing import weigh


class Opinion:
    """Stands for the encoder: says one thing and counts how often it is asked."""

    def __init__(self, **probabilities: float) -> None:
        self.said, self.asked = probabilities, 0

    def probabilities(self, texts: Sequence[str]) -> list[dict[str, float]]:
        self.asked += 1
        return [self.said for _ in texts]


def both(monkeypatch: pytest.MonkeyPatch, refusal: float, opinion: Opinion) -> Judged:
    first = Judged({"R1": 1 - refusal, "X1": refusal}, 0.1)
    monkeypatch.setattr(second_opinion, "weights", lambda: None)
    monkeypatch.setattr(second_opinion, "judge", lambda text, trained: first)
    monkeypatch.setattr(second_opinion, "encoder", lambda language: opinion)
    return judged("is it bad", (), "en")[0]


@pytest.mark.parametrize("refusal", [0.0, 0.0249, 0.9801, 1.0])
def test_where_the_network_is_sure_nothing_else_is_asked(monkeypatch: pytest.MonkeyPatch, refusal: float) -> None:
    opinion = Opinion(R1=1.0)
    assert both(monkeypatch, refusal, opinion).scores["X1"] == refusal
    assert not opinion.asked


@pytest.mark.parametrize("refusal", [0.025, 0.5, 0.98])
def test_in_doubt_both_count(monkeypatch: pytest.MonkeyPatch, refusal: float) -> None:
    opinion = Opinion(R1=0.2, X1=0.5, X2=0.3)
    found = both(monkeypatch, refusal, opinion)
    assert opinion.asked == 1
    assert found.scores == pytest.approx(
        {"R1": 0.4 * (1 - refusal) + 0.6 * 0.2, "X1": 0.4 * refusal + 0.6 * 0.5, "X2": 0.6 * 0.3}
    )
    assert found.emergency == 0.1


@pytest.mark.parametrize(("told", "alarm"), [(0.96, 0.1), (0.97, 0.97), (0.99, 0.99)])
def test_an_encoder_that_is_sure_of_an_emergency_raises_the_alarm(
    monkeypatch: pytest.MonkeyPatch, told: float, alarm: float
) -> None:
    assert both(monkeypatch, 0.5, Opinion(R1=1 - told, X5=told)).emergency == alarm


@pytest.mark.parametrize(("text", "times"), [("ist es schlimm", 2), ("bad", 1)])
def test_a_word_alone_is_left_to_the_network(monkeypatch: pytest.MonkeyPatch, text: str, times: int) -> None:
    opinion = Opinion(R1=1.0)
    both(monkeypatch, 0.5, opinion)
    judged(text, (), "de")
    assert opinion.asked == times


class Listening(Opinion):
    """Takes a longer text for worse, and keeps what it is asked together."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[list[str]] = []

    def probabilities(self, texts: Sequence[str]) -> list[dict[str, float]]:
        self.heard.append(list(texts))
        return [{"R1": 1 - len(text) / 100, "X1": len(text) / 100} for text in texts]


def listening(monkeypatch: pytest.MonkeyPatch, refusals: dict[str, float]) -> Listening:
    listener = Listening()
    monkeypatch.setattr(second_opinion, "weights", lambda: None)
    monkeypatch.setattr(second_opinion, "judge", lambda text, _: Judged({"X1": refusals[text]}, 0.1))
    monkeypatch.setattr(second_opinion, "encoder", lambda language: listener)
    return listener


def test_a_request_and_its_parts_are_asked_about_together(monkeypatch: pytest.MonkeyPatch) -> None:
    refusals = {"is it bad": 0.5, "what is it": 0.0, "bad": 0.5, "is it very bad": 0.6}
    listener = listening(monkeypatch, refusals)
    whole, parts = judged("is it bad", list(refusals)[1:], "en")
    assert listener.heard == [["is it bad", "is it very bad"]]
    assert [one.scores["X1"] for one in (whole, *parts)] == pytest.approx(
        [0.4 * 0.5 + 0.6 * 0.09, 0.0, 0.5, 0.4 * 0.6 + 0.6 * 0.14]
    )
    assert [one.seconded for one in (whole, *parts)] == [0.0, None, None, 0.0]


@pytest.mark.parametrize(
    ("refusal", "heard"),
    [
        (0.02, []),
        (PART_BESIDE_FROM - 0.001, [["what is it and is it bad"]]),
        (PART_BESIDE_FROM, [["what is it and is it bad", "is it bad"]]),
        (1.0, [["is it bad"]]),
    ],
)
def test_nothing_is_asked_about_parts_that_cannot_refuse_the_whole(
    monkeypatch: pytest.MonkeyPatch, refusal: float, heard: list[list[str]]
) -> None:
    listener = listening(monkeypatch, {"what is it and is it bad": refusal, "what is it": 0.0, "is it bad": 0.9})
    _, parts = judged("what is it and is it bad", ("what is it", "is it bad"), "en")
    assert listener.heard == heard
    assert (parts[1].scores["X1"] < 0.9) == any("is it bad" in texts for texts in heard)


@pytest.mark.parametrize("language", FIRST_OF_EACH)
def test_each_encoder_of_the_package_was_fine_tuned_on_the_corpus_as_it_stands(
    language: Language, written: list[Row], drawn: list[Row]
) -> None:
    rows = fine_tuning.learnt_from([*written, *drawn], language)
    assert encoder(language).corpus == fine_tuning.digest_of(rows), "run python -m chartwarden.agent.gate.going_on"
    assert encoder(language) is encoder(language)


def test_english_has_an_encoder_of_its_own_and_the_other_languages_one_together() -> None:
    assert encoder("de") is encoder("es") is encoder("fr") is not encoder("en")


def test_the_language_of_the_whole_request_decides_who_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Language] = []

    def chosen(language: Language) -> Opinion:
        asked.append(language)
        return Opinion(R1=1.0)

    monkeypatch.setattr(second_opinion, "encoder", chosen)
    monkeypatch.setattr(second_opinion, "SURE_OF_AN_ANSWER", 0.0)
    monkeypatch.setattr(second_opinion, "SURE_OF_NONE", 1.0)
    weigh(cleaned("Meine Mutter nimmt ein neues Mittel. Hat die Ärztin es verordnet?"))
    assert set(asked) == {"de"}
    asked.clear()
    weigh(cleaned("My mother takes a new drug. Did the doctor order it?"))
    assert set(asked) == {"en"}


@pytest.mark.parametrize(
    ("fact", "judgement"),
    [
        (
            "What did the cardiologist write about the ejection fraction?",
            "What should we do about the ejection fraction?",
        ),
        ("Which antibiotic did they stop on Monday?", "Which antibiotic would you stop on Monday?"),
    ],
)
def test_the_encoder_tells_a_fact_from_a_judgement(fact: str, judgement: str) -> None:
    assert refused(fact) < 0.5 < refused(judgement)


@pytest.mark.parametrize(
    ("fact", "judgement"),
    [
        ("Welches Antibiotikum wurde am Montag abgesetzt?", "Welches Antibiotikum soll ich am Montag absetzen?"),
        ("¿Qué antibiótico le pusieron el lunes?", "¿Qué antibiótico le pondrías el lunes?"),
        ("Quel antibiotique a été arrêté lundi ?", "Quel antibiotique faut-il arrêter lundi ?"),
    ],
)
def test_in_other_languages_too(fact: str, judgement: str) -> None:
    assert refused(fact) < 0.5 < refused(judgement)


def refused(text: str) -> float:
    said = encoder(language_of(text)).probabilities([text])[0]
    return sum(share for label, share in said.items() if label in training.TURNED_AWAY)
