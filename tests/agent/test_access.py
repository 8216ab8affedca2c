"""Who may ask, and what lies on the disk: sessions, private files, and the connection to a server."""

from __future__ import annotations

import datetime as dt
import os
import stat

import pytest
from pydantic import ValidationError

from chartwarden import fhir_fixtures
from chartwarden.agent.answer import Sentence
from chartwarden.agent.assistant import Assistant
from chartwarden.agent.audit.reading import Filter, read
from chartwarden.agent.fhir_connection import connect
from chartwarden.agent.private_files import private_dir, private_file
from chartwarden.agent.session import Session
from chartwarden.agent.settings import ServerSettings, Settings
from chartwarden.tools.errors import ConfigurationError, UsageError
from chartwarden.tools.records.query import Finding, QueryResult
from chartwarden.tools.records.scopes import parse_scopes

NOW = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)


def session(**given) -> Session:
    return Session(**{"patient": "pat-a", "as_of": NOW, **given})


@pytest.mark.parametrize("patient", ["", "pat a", "pat_a", "a/b", "x" * 65, "päta"])
def test_a_session_without_a_patient_that_could_exist_is_refused(patient):
    with pytest.raises(UsageError, match="bound to one patient"):
        session(patient=patient)


def test_a_session_cannot_be_changed():
    bound = session()
    with pytest.raises(ValidationError):
        bound.patient = "pat-b"
    with pytest.raises(ValidationError):
        bound.grant = parse_scopes("system/*.rs")


def test_a_session_with_an_unknown_field_is_refused_without_repeating_its_value():
    with pytest.raises(ValidationError) as caught:
        session(patients="CANARY-B-4")
    assert "CANARY-B-4" not in str(caught.value)


def test_a_value_of_the_record_that_does_not_fit_is_not_repeated_in_the_error():
    for model, given in (
        (Finding, {"reference": "Observation/1", "text": ["CANARY-B-5"]}),
        (QueryResult, {"question": {"types": ["Observation"]}, "notes": [{"x": "CANARY-B-5"}]}),
        (Sentence, {"text": {"x": "CANARY-B-5"}}),
    ):
        with pytest.raises(ValidationError) as caught:
            model.model_validate(given)
        assert "CANARY-B-5" not in str(caught.value)


POPULATION = {"patient": "", "population": True, "purpose": "HRESCH", "grant": parse_scopes("system/*.rs")}


def test_a_population_session_needs_a_flag_a_scope_a_purpose_and_no_patient():
    assert session(**POPULATION).population
    for change, said in (
        ({"patient": "pat-a"}, "not both"),
        ({"grant": parse_scopes("patient/*.rs")}, "user/\\*.rs or system/\\*.rs"),
        ({"grant": parse_scopes("system/*.rs patient/*.rs")}, "no patient/ scope"),
        ({"grant": parse_scopes("user/Observation.rs")}, "user/\\*.rs or system/\\*.rs"),
        ({"grant": parse_scopes("system/*.r")}, "user/\\*.rs or system/\\*.rs"),
        ({"purpose": "TREAT"}, "does not carry"),
        ({"population": False}, "bound to one patient"),
    ):
        with pytest.raises(UsageError, match=said):
            session(**{**POPULATION, **change})


posix = pytest.mark.skipif(os.name != "posix", reason="this system has no POSIX modes of files")


@posix
def test_a_data_directory_is_made_for_its_owner_alone(tmp_path):
    folder = private_dir(tmp_path / "a" / "data")
    file = private_file(folder / "records.db")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert private_dir(folder) == folder


@posix
@pytest.mark.parametrize("mode", [0o750, 0o705, 0o701, 0o777])
def test_a_data_directory_that_others_can_reach_is_refused_with_the_remedy(mode, tmp_path):
    folder = private_dir(tmp_path / "data")
    folder.chmod(mode)
    with pytest.raises(ConfigurationError, match=f"chmod 700 {folder}"):
        private_dir(folder)


@posix
@pytest.mark.parametrize(
    "name", ["records.db", "records.db-wal", "records.db-shm", "records.db-journal", "keys/signing.pem"]
)
def test_any_file_in_it_that_others_can_read_is_refused(name, tmp_path):
    folder = private_dir(tmp_path / "data")
    path = folder / name
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.touch(mode=0o600)
    path.chmod(0o640)
    with pytest.raises(ConfigurationError, match=f"chmod 600 {path}"):
        private_dir(folder)


@posix
def test_a_link_is_not_written_through(tmp_path):
    folder = private_dir(tmp_path / "data")
    (folder / "records.db").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ConfigurationError, match="cannot use the file"):
        private_file(folder / "records.db")
    assert not (tmp_path / "elsewhere").exists()


def test_whoever_asks_for_a_patient_who_is_not_there_is_written_down():
    with Assistant.over(fhir_fixtures.folder() / "lindqvist.json") as assistant:
        with pytest.raises(UsageError, match="no patient has"):
            assistant.session("nobody", user="curious", purpose="TREAT")
        (entry,) = read(assistant.services.log.storage, Filter(kinds=frozenset({"denied"})), texts=True)
        assert entry.user == "curious"
        assert entry.patient == assistant.services.log.keys.pseudonym("nobody")
        assert entry.texts == {"patient": "nobody"}
        assert entry.facts["reason"] == "patient not found"


def test_an_empty_store_is_told_from_a_patient_who_is_not_in_it(tmp_path):
    with (
        Assistant.open(Settings(data_dir=tmp_path / "data")) as assistant,
        pytest.raises(ConfigurationError, match="no records are loaded yet; load some with `chartwarden load FOLDER`"),
    ):
        assistant.session("nobody")


@posix
def test_a_signing_key_that_others_can_read_is_refused(tmp_path):
    key = tmp_path / "key.pem"
    key.write_text("x")
    key.chmod(0o644)
    settings = ServerSettings(url="https://fhir.example/r4", auth="smart", client_id="me", private_key=key)
    with pytest.raises(ConfigurationError, match=f"chmod 600 {key}"):
        connect(settings)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"auth": "smart", "client_id": "me"}, "server.private_key"),
        ({"auth": "bearer"}, "token"),
        ({"auth": "basic"}, "user name"),
        ({"url": "http://fhir.example/r4"}, "https://"),
    ],
)
def test_a_connection_that_cannot_work_says_what_is_missing(given, said):
    with pytest.raises(ConfigurationError, match=said):
        connect(ServerSettings(**{"url": "https://fhir.example/r4", **given}))


def test_secrets_of_the_settings_are_not_printed():
    settings = ServerSettings(url="https://fhir.example/r4", auth="bearer", token="hush", password="hush")
    assert "hush" not in f"{settings!r} {settings} {settings.model_dump_json()}"
    with connect(settings) as server:
        assert "hush" not in repr(server)
