"""What was configured, and what changed since: an entry for each, without a secret in it."""

from __future__ import annotations

import pytest

from chartwarden.agent.audit.entries import Entry
from chartwarden.agent.audit.log import open_log
from chartwarden.agent.audit.reading import Filter, read, review
from chartwarden.agent.settings import Settings


@pytest.fixture
def opened(tmp_path):
    """Opens the log with settings, and gives the entries about settings so far."""

    def told(**given: object) -> list[Entry]:
        with open_log(Settings(data_dir=tmp_path / "data", **given)) as log:
            wanted = Filter(kinds=frozenset({"configuration"}))
            return [entry for entry in read(log.storage, wanted) if "verifier" not in entry.facts]

    return told


def test_settings_are_told_once_and_then_only_what_changed(opened, tmp_path):
    (first,) = opened()
    assert first.facts["event"] == "settings"
    default = first.facts["settings"]["scopes"]
    assert default == Settings().scopes
    assert len(opened()) == 1
    changed = opened(scopes="patient/Observation.rs", audit={"keep_text_days": 30})[-1]
    assert changed.facts == {
        "event": "settings changed",
        "changed": {
            "audit.keep_text_days": [2190, 30], "scopes": [default, "patient/Observation.rs"],
        },
    }  # fmt: skip
    back = opened()[-1]
    assert back.facts["changed"]["scopes"] == ["patient/Observation.rs", default]
    assert len(opened()) == 3
    with open_log(Settings(data_dir=tmp_path / "data")) as log:
        assert sum("settings changed" in reason for _, reason in review(log.storage, Filter())) == 2


def test_no_secret_is_in_an_entry_or_in_the_file_beside_it(opened, tmp_path):
    server = {"url": "https://fhir.example/r4", "auth": "bearer", "token": "hush-1", "password": "hush-2"}
    (entry,) = opened(server=server, store="postgresql://me:hush-3@host/db", model={"endpoint": ("http://a:hush-4@b",)})
    assert entry.facts["settings"]["server.auth"] == "bearer"
    assert entry.facts["settings"]["store"] == "postgresql://***@host/db"
    kept = tmp_path / "data" / "keys" / "settings.json"
    assert kept.stat().st_mode & 0o077 == 0
    assert "hush" not in f"{entry}{kept.read_text()}"


def test_a_damaged_file_of_settings_is_told_as_a_change(opened, tmp_path):
    opened()
    (tmp_path / "data" / "keys" / "settings.json").write_text("{")
    assert opened()[-1].facts["event"] == "settings changed"
