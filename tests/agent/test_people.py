"""Patients are found by name only where scopes allow it, and never unlogged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from chartwarden import fhir_fixtures
from chartwarden.agent.assistant import Assistant
from chartwarden.agent.audit.reading import Filter, read
from chartwarden.agent.people import find_people
from chartwarden.agent.settings import Settings
from chartwarden.tools.errors import AccessDenied


@pytest.fixture(scope="module")
def opened() -> Iterator[Assistant]:
    with Assistant.over(fhir_fixtures.folder()) as assistant:
        yield assistant


def ids(assistant: Assistant, words: str) -> set[str]:
    return {str(patient["id"]) for patient in find_people(assistant.services, words, user="Dr. Reader")}


def test_people_are_found_by_parts_of_their_name_and_by_birth_date(opened: Assistant) -> None:
    assert ids(opened, "adey") == {"adeyemi-1957", "adeyemi-1975"}
    assert ids(opened, "Ruth Folake") == {"adeyemi-1957"}
    assert ids(opened, "1957-03-12") == {"adeyemi-1957"}
    assert ids(opened, "Nobody, Known") == set()


def test_a_search_for_people_stands_in_the_log_under_each_patient_who_is_shown(opened: Assistant) -> None:
    log = opened.services.log
    ids(opened, "adey")
    *of_patients, search = list(read(log.storage, Filter(), texts=True))[-3:]
    assert search.facts == {"tool": "find_people", "by": "name", "found": 2, "withheld": 0}
    assert (search.patient, search.texts) == ("", {})
    assert {entry.patient for entry in of_patients} == {
        log.keys.pseudonym(patient) for patient in ("adeyemi-1957", "adeyemi-1975")
    }
    for entry in (*of_patients, search):
        assert (entry.kind, entry.user, entry.session) == ("tool_call", "Dr. Reader", search.session)
    for entry in of_patients:
        assert entry.facts["references"] == [f"Patient/{entry.patient}"]
        assert entry.texts["searched"] == "adey"
        assert log.keys.pseudonym(entry.texts["patient"]) == entry.patient
    assert b"adey" not in b"".join(row.body for row in log.storage.rows(of_patients[0].seq, None))


def test_words_that_find_nobody_are_kept_with_the_search(opened: Assistant) -> None:
    ids(opened, "Nobody, Known")
    entry = list(read(opened.services.log.storage, Filter(), texts=True))[-1]
    assert (entry.patient, entry.facts["found"], entry.texts) == ("", 0, {"searched": "Nobody, Known"})


def test_without_a_scope_for_it_nobody_is_looked_up(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", scopes="patient/*.rs")
    with (
        Assistant.over(fhir_fixtures.folder() / "tan.json", settings=settings) as assistant,
        pytest.raises(AccessDenied, match=r"user/Patient\.rs"),
    ):
        find_people(assistant.services, "Tan", user="Dr. Reader")


def test_a_patient_under_a_security_label_is_not_among_those_found(tmp_path: Path) -> None:
    hidden: dict[str, Any] = {
        "resourceType": "Patient", "id": "hidden", "name": [{"family": "Quill"}],
        "meta": {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}]},
    }  # fmt: skip
    shown = {"resourceType": "Patient", "id": "shown", "name": [{"family": "Quill"}]}
    (tmp_path / "people.ndjson").write_bytes(b"\n".join(map(orjson.dumps, (hidden, shown))))
    with Assistant.over(tmp_path / "people.ndjson") as assistant:
        assert ids(assistant, "Quill") == {"shown"}
        (*_, search) = read(assistant.services.log.storage, Filter())
        assert search.facts["withheld"] == 1
