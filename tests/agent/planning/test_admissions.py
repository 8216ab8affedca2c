"""Stays that somebody came to by way of emergency, where the record tells no source of admission."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chartwarden.agent.answer import Answer
from chartwarden.agent.assistant import Assistant
from chartwarden.agent.settings import Settings
from chartwarden.tools.records.loading import load
from chartwarden.tools.records.store import LocalStore


def _visit(patient: str, kind: str, start: str, hours: int) -> dict[str, Any]:
    begun = dt.datetime.fromisoformat(start)
    return {
        "resourceType": "Encounter",
        "id": f"{patient}-{kind.lower()}-{begun:%Y%m%d}",
        "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": kind},
        "type": [{"text": {"EMER": "Emergency visit", "IMP": "Inpatient stay"}.get(kind, "Check-up")}],
        "subject": {"reference": f"Patient/{patient}"},
        "period": {"start": start, "end": (begun + dt.timedelta(hours=hours)).isoformat()},
    }


RECORDS = [
    *({"resourceType": "Patient", "id": name, "gender": "male", "birthDate": "1950-03-04"} for name in ("led", "not")),
    _visit("led", "IMP", "2015-02-01T08:00:00+00:00", 40),
    _visit("led", "EMER", "2017-06-09T22:00:00+00:00", 3),
    _visit("led", "IMP", "2017-06-10T02:00:00+00:00", 60),
    _visit("led", "EMER", "2018-01-05T10:00:00+00:00", 2),
    _visit("led", "EMER", "2019-09-09T10:00:00+00:00", 1),
    _visit("led", "IMP", "2019-09-09T10:00:00+00:00", 24),
    _visit("not", "IMP", "2015-02-01T08:00:00+00:00", 40),
    _visit("not", "EMER", "2018-01-05T10:00:00+00:00", 2),
    _visit("not", "AMB", "2018-03-05T10:00:00+00:00", 1),
    _visit("not", "AMB", "2020-03-05T10:00:00+00:00", 1),
]


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder: Path = tmp_path_factory.mktemp("stays")
    settings = Settings(data_dir=folder / "data")
    (folder / "records.ndjson").write_text("\n".join(map(json.dumps, RECORDS)))
    with Assistant.open(settings) as opened:
        with LocalStore.open(settings.store_url) as store:
            load(store, [folder / "records.ndjson"])
        yield opened


def asked(assistant: Assistant, patient: str, question: str) -> Answer:
    session = assistant.session(patient, acknowledged_by="R", as_of="2021-01-01T12:00:00+00:00")
    return assistant.answer(question, session)


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("How many times was he admitted via A&E?", 2),
        ("Number of admissions through the ER since 2018?", 1),
        ("Was he ever admitted by way of the emergency department?", True),
        ("When was he last admitted via the ER?", "2019-09-09T10:00:00+00:00"),
        ("last admitted via the ER", "2019-09-09T10:00:00+00:00"),
        ("first admission through emergency", "2017-06-10T02:00:00+00:00"),
    ],
)
def test_an_emergency_visit_that_leads_into_a_stay_tells_how_it_came_about(
    assistant: Assistant, question: str, value: Any
) -> None:
    answer = asked(assistant, "led", question)
    assert answer.value[0] == value
    assert "within a day after an emergency visit" in answer.text
    assert any("-imp-" in citation for citation in answer.citations)


@pytest.mark.parametrize(
    "question",
    [
        "Was he ever admitted via the ER?",
        "How many times was he admitted through A&E?",
        "Was he ever admitted from another hospital?",
        "Was he ever admitted on a referral by his GP?",
    ],
)
def test_what_no_entry_tells_of_an_admission_is_not_understood(assistant: Assistant, question: str) -> None:
    answer = asked(assistant, "not", question)
    assert (answer.outcome, answer.value) == ("failed", ())


def test_visits_to_the_emergency_department_are_visits(assistant: Assistant) -> None:
    assert asked(assistant, "led", "How many ER visits?").value == (3,)
    assert asked(assistant, "led", "When was he last in the ER?").value == ("2019-09-09T10:00:00+00:00",)


@pytest.mark.parametrize("question", ["visits per year", "How many visits each year?", "number of visits by year"])
def test_numbers_per_year_without_a_stretch_are_from_the_first_on_record(assistant: Assistant, question: str) -> None:
    answer = asked(assistant, "not", question)
    assert answer.value == (1, 0, 0, 2, 0, 1, 0)
    assert "from 2015 on" in answer.text


def test_visits_of_one_name_are_told_with_all_their_dates(assistant: Assistant) -> None:
    answer = asked(assistant, "led", "Which ER visits did he have?")
    assert answer.value == ("Emergency visit",)
    assert answer.text.startswith("Emergency visit, 2017-06-09 22:00, 2018-01-05 10:00, 2019-09-09 10:00.")
    assert len(answer.citations) == 3


@pytest.mark.parametrize(
    "question",
    ["How long from the last ER visit to the next visit?", "Time from the last ER visit to the following visit?"],
)
def test_the_next_visit_is_the_one_after_the_other(assistant: Assistant, question: str) -> None:
    assert asked(assistant, "not", question).value == (59,)
