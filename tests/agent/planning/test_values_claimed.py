"""A value that is claimed, or a limit said of one reading, is held against that reading, and the answer tells it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from chartwarden.agent.answer import Answer
from chartwarden.agent.assistant import Assistant
from chartwarden.agent.planning.wording.values_claimed import value_claimed
from chartwarden.fhir_fixtures import folder
from chartwarden.tools.records.query import Threshold
from chartwarden.tools.records.values import Value, satisfies


class Asked:
    """Questions about one made-up patient."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._session = assistant.session("adeyemi-1957", acknowledged_by="Dr. Reader")

    def answer(self, question: str) -> Answer:
        return self._assistant.answer(question, self._session)

    def value(self, question: str) -> tuple[object, ...]:
        return self.answer(question).value


@pytest.fixture(scope="module")
def asked() -> Iterator[Asked]:
    with Assistant.over(folder()) as assistant:
        yield Asked(assistant)


@pytest.mark.parametrize(
    ("claim", "asks", "question"),
    [
        ("LDL was 55", True, "was LDL equal to 55?"),
        ("LDL was 55", False, ""),
        ("Potassium 3.7", True, "was Potassium equal to 3.7?"),
        ("I have her creatinine on 3 May 2020 as 1.4", True, "was her creatinine on 3 May 2020 equal to 1.4?"),
        ("the chart says sodium 141 on 3 May 2020", True, "was sodium equal to 141 on 3 May 2020?"),
        ("Confirm the weight in May 2020 was 76.4 kg", False, "was the weight in May 2020 equal to 76.4 kg?"),
        ("was the last potassium 3.7", False, "was the last potassium equal to 3.7?"),
        ("was the LDL ever 55", False, "was there ever any LDL equal to 55?"),
        ("the last BP was 134/84", True, "was the last systolic blood pressure equal to 134? "
         "was the last diastolic blood pressure equal to 84?"),
        ("was her BP ever 134/84", False, ""),
        ("was the stroke 3 years ago", False, ""),
        ("was the last visit 5 May 2020", False, ""),
        ("is her diabetes type 2", False, ""),
        ("was the sodium above 140", False, ""),
        ("was she 61", False, ""),
        ("the last visit was 2019", True, ""),
        ("BP 120/80, when", True, ""),
        ("the weight was around 62", True, ""),
        ("she has taken in dextrose 5%", True, ""),
        ("the T-score was -3.6", True, "was the T-score equal to -3.6?"),
        ("Last Foley output was 175 mL", True, "was Last Foley output equal to 175 mL?"),
    ],
)  # fmt: skip
def test_a_claimed_value_is_put_as_a_question(claim: str, asks: bool, question: str) -> None:
    assert value_claimed(claim, asks=asks) == question


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("LDL was 92, right?", (True,)),
        ("LDL was 55, right?", (False,)),
        ("Her last creatinine was 1.4, correct?", (False,)),
        ("I have the creatinine on 4 March 2025 as 1.4, is that right?", (True,)),
        ("Was the weight 74 kg in March 2024?", (True,)),
        ("Was the weight 74.3 kg in March 2024?", (False,)),
        ("Was her first weight 83.1 kg?", (True,)),
        ("The highest HbA1c was 8.4, right?", (True,)),
        ("The highest HbA1c was 11.9, right?", (False,)),  # entered in error
        ("Was the HbA1c ever 7.6?", (True,)),
        ("Was the HbA1c ever 6.5?", (False,)),
        ("The last BP was 134/84, correct?", (True, True)),
        ("The last BP was 134/80, correct?", (True, False)),
        ("Is the last creatinine above 2?", (True,)),
        ("Is the last creatinine above 2.5?", (False,)),
        ("Was the second HbA1c above 8.2?", (False,)),
        ("Was the LDL 90 or more in 2025?", (True,)),  # a value, and no number of them
    ],
)
def test_a_claimed_value_is_held_against_the_record(asked: Asked, question: str, value: tuple[object, ...]) -> None:
    assert asked.value(question) == value


def test_what_is_recorded_is_told_either_way(asked: Asked) -> None:
    answer = asked.answer("LDL was 55, right?")
    assert answer.outcome == "answered"
    assert answer.sentences[0].text == "No."
    assert "92 mg/dL" in answer.text
    assert any("Observation/" in one for sentence in answer.sentences for one in sentence.citations)


def test_a_claim_with_advice_behind_it_stays_refused(asked: Asked) -> None:
    assert asked.answer("LDL was 55, right? So I should stop the statin?").outcome == "refused"


@pytest.mark.parametrize(
    ("number", "told", "decimals", "is_so"),
    [(146.5448, 146.5, 1, True), (146.5448, 147, 0, True), (146.5448, 146, 0, False), (5.04, 5, 0, True)],
)
def test_a_recorded_number_is_rounded_to_the_one_told(number: float, told: float, decimals: int, is_so: bool) -> None:
    threshold = Threshold(relation="eq", value=told, decimals=decimals)
    assert satisfies(Value(number=number), threshold, {}) is is_so


def test_a_number_told_in_another_unit_is_converted() -> None:
    threshold = Threshold(relation="eq", value=76.3, unit="kg", decimals=1)
    assert satisfies(Value(number=168.2, unit="[lb_av]"), threshold, {})
    assert not satisfies(Value(number=169.2, unit="[lb_av]"), threshold, {})


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("Was the HbA1c in 2019 higher than in 2021?", (True,)),
        ("Was the weight on 6 March 2022 lower than on 8 March 2024?", (False,)),
        ("Is the creatinine higher than it was in 2023?", (True,)),
        ("Was the creatinine in 2023 higher than in 2025?", (False,)),
        ("Was the HbA1c higher in 2023 than in 2024?", (True,)),
        ("Was the creatinine in 2024 higher than in 2025?", ()),  # higher than one of the two
    ],
)
def test_the_values_of_two_times_are_held_against_each_other(
    asked: Asked, question: str, value: tuple[object, ...]
) -> None:
    assert asked.value(question) == value


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("Was the HbA1c higher in 2019 or in 2021?", ("2019",)),
        ("In which year was the HbA1c lower, 2019 or 2021?", ("2021",)),
        ("When was the HbA1c higher, in 2021 or 2019?", ("2019",)),
        ("Which was higher, the HbA1c in 2019 or in 2021?", ("2019",)),
        ("HbA1c in 2019 compared to 2021: higher or lower?", ("higher",)),
        ("Was the HbA1c in 2021 higher or lower than in 2019?", ("lower",)),
        ("Was the mean creatinine higher in 2024 than in 2025?", (False,)),
        ("Was the average creatinine lower in 2024 or 2025?", ("2024-01-01",)),
        ("Was the highest creatinine in 2024 greater than in 2025?", (False,)),
        ("Was the last creatinine higher or lower than the one before?", ("rose",)),
        ("Creatinine up or down since 2023?", None),
        ("Was the peak creatinine in 2024 higher than the lowest in 2025?", ()),
        ("Was the HbA1c ever higher in 2019 or 2021?", ()),
        ("Was the creatinine higher in 2024 or 2025?", ()),
    ],
)
def test_which_of_two_times_is_the_higher_one_and_in_which_direction_they_differ(
    asked: Asked, question: str, value: tuple[object, ...] | None
) -> None:
    told = asked.value(question)
    if value is None:
        assert not any(isinstance(one, bool) for one in told)
        return
    assert (
        tuple(
            one[: len(want)] if isinstance(one, str) and isinstance(want, str) else one
            for one, want in zip(told, value, strict=True)
        )
        == value
    )


def test_two_means_are_told_with_what_they_were_made_of(asked: Asked) -> None:
    answer = asked.answer("Was the mean creatinine higher in 2024 than in 2025?")
    assert answer.sentences[0].text.startswith("No: the mean of 1 values, 1.5 mg/dL")
    assert len(answer.sentences[0].citations) >= 3


def test_values_that_do_not_all_compare_alike_are_told(asked: Asked) -> None:
    text = asked.answer("Was the creatinine in 2024 higher than in 2025?").text
    assert "Not all values of the two compare alike" in text
    assert "1.5 mg/dL" in text


def test_hypertension_is_a_cardiovascular_disease_and_no_heart_disease(asked: Asked) -> None:
    assert "Essential hypertension" in asked.answer("Which cardiovascular conditions does she have?").text
    assert "Essential hypertension" not in asked.answer("Which heart diseases does she have?").text
    assert asked.answer("Any circulatory condition before 2012?").value == (True,)


def test_the_clock_of_the_session_still_bounds_a_claim() -> None:
    early = dt.datetime(2024, 6, 1, tzinfo=dt.UTC)
    with Assistant.over(folder()) as assistant:
        session = assistant.session("adeyemi-1957", acknowledged_by="Dr. Reader", as_of=early)
        assert assistant.answer("Her last creatinine was 1.5, correct?", session).value == (True,)
