"""`chartwarden load` and `chartwarden search`, through the command line, and what they say when something is wrong."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from chartwarden.agent.audit.keys import open_keys
from chartwarden.agent.audit.reading import Filter, read
from chartwarden.agent.audit.storage import Storage
from chartwarden.agent.cli.load import load
from chartwarden.agent.cli.options import shared, shared_first
from chartwarden.agent.cli.search import search
from chartwarden.agent.errors import AuditError
from chartwarden.tools.errors import ConfigurationError, SearchError, UsageError

Json = dict[str, Any]
Runs = Callable[..., Result]
PATIENT: Json = {
    "resourceType": "Patient", "id": "a", "identifier": [{"system": "urn:mrn", "value": "7"}], "gender": "female"
}  # fmt: skip


def observation(number: int) -> Json:
    code = {"coding": [{"system": "urn:c", "code": str(number % 2)}]}
    return {
        "resourceType": "Observation", "id": f"o{number}", "status": "final", "code": code,
        "subject": {"reference": "Patient/a"},
    }  # fmt: skip


@pytest.fixture
def run(tmp_path: Path) -> Runs:
    """Runs a command on a data directory of its own; errors come out as exceptions."""
    app = typer.Typer()
    app.callback()(shared)
    app.command("load")(load)
    app.command("search")(search)

    def invoke(*words: str, code: int = 0) -> Result:
        arguments = ["--data-dir", str(tmp_path / "data"), *words]
        result = CliRunner().invoke(app, shared_first(arguments), catch_exceptions=False)
        assert result.exit_code == code, result.output
        return result

    return invoke


@pytest.fixture
def loaded(run: Runs, tmp_path: Path) -> Runs:
    (tmp_path / "a.ndjson").write_text("\n".join(map(json.dumps, [PATIENT, *map(observation, range(7))])))
    run("load", str(tmp_path / "a.ndjson"), "--json")
    return run


def test_a_load_says_what_it_did(run: Runs, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(PATIENT))
    facts = json.loads(run("load", str(tmp_path / "a.json"), "--json").stdout)
    assert (facts["files"], facts["resources"], facts["added"], facts["types"]) == (1, 1, 1, {"Patient": 1})
    assert "1 unchanged" in run("load", str(tmp_path / "a.json")).stdout


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "empty"),
        ('{"resourceType": "Bundle", "type": "collection"}', "no-entries"),
        ('{"resourceType": "Bundle", "type": "collection", "entry": [{"resource": {"resourceType": "Pat', ""),
        ('{"resourceType": "Pati', ""),
        ("this is no JSON", ""),
        ('{"resourceType": "Nonsense", "id": "1"}', "not-fhir"),
    ],
    ids=["empty file", "Bundle without entries", "truncated Bundle", "truncated resource", "no JSON", "no such type"],
)
def test_what_cannot_be_read_is_told_with_its_file(run: Runs, tmp_path: Path, content: str, code: str) -> None:
    path = tmp_path / "odd.json"
    path.write_text(content)
    facts = json.loads(run("load", str(path), "--json", code=1).stdout)
    assert (facts["resources"], facts["unreadable"]) == (0, 1)
    assert [problem["file"] for problem in facts["problems"]] == [str(path)]
    assert code in ("", facts["problems"][0]["code"])


def test_a_resource_without_an_id_gets_the_same_one_each_time(run: Runs, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"resourceType": "Patient", "gender": "male"}')
    first = json.loads(run("load", str(tmp_path / "a.json"), "--json").stdout)
    again = json.loads(run("load", str(tmp_path / "a.json"), "--json").stdout)
    assert (first["added"], again["unchanged"]) == (1, 1)
    assert first["problems"][0]["code"] == "no-id"


def test_a_path_that_does_not_exist_is_named(run: Runs, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nowhere"):
        run("load", str(tmp_path / "nowhere"))


def test_a_folder_without_records_is_told_from_an_empty_load(run: Runs, tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "readme.txt").write_text("no FHIR here")
    with pytest.raises(UsageError, match=r"nothing to load in .*notes; of a folder, \*\.json, "):
        run("load", str(tmp_path / "notes"))


def test_a_search_prints_a_searchset(loaded: Runs) -> None:
    bundle = json.loads(loaded("search", "Observation?code=urn:c|1", "--patient", "a").stdout)
    assert (bundle["resourceType"], bundle["type"], bundle["total"]) == ("Bundle", "searchset", 3)
    assert [entry["resource"]["id"] for entry in bundle["entry"]] == ["o1", "o3", "o5"]
    assert [link["relation"] for link in bundle["link"]] == ["self"]
    nothing = json.loads(loaded("search", "Observation?code=none", "--population").stdout)
    assert nothing["total"] == 0
    assert "entry" not in nothing


def test_pages_are_linked(loaded: Runs) -> None:
    url, found, links = "Patient/a/Observation?_count=3&_total=accurate", [], 0
    while url:
        bundle = json.loads(loaded("search", url).stdout)
        assert bundle["total"] == 7
        found += [entry["resource"]["id"] for entry in bundle["entry"]]
        url = next((link["url"] for link in bundle["link"] if link["relation"] == "next"), "")
        links += bool(url)
    assert (found, links) == ([f"o{n}" for n in range(7)], 2)


def test_ids_and_counts_alone(loaded: Runs) -> None:
    assert loaded("search", "Observation?code=0", "--patient", "urn:mrn|7", "--count").stdout == "4\n"
    result = loaded("search", "Observation?patient=a&_count=2", "--ids")
    assert result.stdout.splitlines() == ["Observation/o0", "Observation/o1"]
    assert "next page: Observation?" in result.stderr


def test_a_search_is_in_the_audit_log_before_it_is_printed(loaded: Runs, tmp_path: Path) -> None:
    loaded("search", "Observation?code=0", "--patient", "a")
    loaded("search", "Observation?subject=Patient/a", "--ids")
    loaded("search", "Observation?code=0", "--population", "--count")
    folder = tmp_path / "data"
    with closing(Storage.open(f"sqlite:///{folder / 'audit.db'}", read_only=True)) as storage:
        found = list(read(storage, Filter(kinds=frozenset({"tool_call"})), texts=True))
    own = open_keys(folder / "keys").pseudonym("a")
    assert [entry.patient for entry in found] == [own, own, ""]
    assert [entry.facts["population"] for entry in found] == [False, False, True]
    assert found[1].texts["searched"] == "Observation?subject=Patient/a"
    (folder / "keys" / "signing.key").chmod(0o644)
    with pytest.raises(ConfigurationError, match="can be reached by other users"):
        loaded("search", "Observation?code=0", "--population")
    (folder / "keys" / "signing.key").chmod(0o600)
    (folder / "audit.db").write_bytes(b"not a database")
    with pytest.raises(AuditError, match="not a database"):
        loaded("search", "Observation?code=0", "--population")


def test_a_count_is_of_all_matches_however_they_would_be_shown(loaded: Runs) -> None:
    for more in ("", "&_count=2", "&_summary=count", "&_elements=id&_sort=-date", "&_include=Observation:subject"):
        assert loaded("search", f"Observation?patient=a{more}", "--count").stdout == "7\n"
    assert loaded("search", "Observation?patient=zzz", "--count").stdout == "0\n"
    assert loaded("search", "Observation/$lastn?code=0", "--patient", "a", "--count").stdout == "4\n"
    assert loaded("search", "Patient/a/$everything", "--count").stdout == "8\n"


def test_what_is_printed_keeps_every_digit_and_links_to_itself(loaded: Runs, tmp_path: Path) -> None:
    line = '{"resourceType":"Observation","id":"d","status":"final","subject":{"reference":"Patient/a"},"code":{},'
    line += '"valueQuantity":{"value":7.10}}'
    (tmp_path / "digits.ndjson").write_text(line)
    loaded("load", str(tmp_path / "digits.ndjson"))
    for query in ("Observation?_id=d", "Patient/a/$everything"):
        printed = loaded("search", query, "--population").stdout
        assert line in printed
        assert json.loads(printed)["link"] == [{"relation": "self", "url": query}]
    subset = json.loads(loaded("search", "Observation?_id=d&_elements=status", "--population").stdout)
    assert "valueQuantity" not in subset["entry"][0]["resource"]


def test_a_search_says_whose_records_and_what_it_does_not_know(loaded: Runs) -> None:
    with pytest.raises(UsageError, match="whose records"):
        loaded("search", "Observation?code=0")
    with pytest.raises(UsageError, match="0 patients are known"):
        loaded("search", "Observation", "--patient", "zzz")
    with pytest.raises(SearchError, match="did you mean 'code'"):
        loaded("search", "Observation?codee=0", "--patient", "a")
    result = loaded("search", "Observation?codee=0&code=0", "--patient", "a", "--lenient")
    assert "left out: codee" in result.stderr
    assert json.loads(result.stdout)["link"][0]["url"] == "Patient/a/Observation?code=0"


@pytest.mark.parametrize("command", [("search", "Observation?code=1", "--patient", "a"), ("load", "a.ndjson")])
def test_a_server_is_neither_searched_nor_loaded_and_its_place_not_taken_by_the_store(
    loaded: Runs, command: tuple[str, ...]
) -> None:
    with pytest.raises(UsageError, match=r"about the store, and the records are on https://fhir.example/r4"):
        loaded(*command, "--fhir", "https://fhir.example/r4")


def test_a_store_of_a_newer_program_is_left_alone(loaded: Runs, tmp_path: Path) -> None:
    path = tmp_path / "data" / "records.db"
    raw = sqlite3.connect(path)
    raw.execute("UPDATE meta SET value = '99' WHERE name = 'schema'")
    raw.commit()
    raw.close()
    before = path.read_bytes()
    with pytest.raises(ConfigurationError, match="newer version"):
        loaded("load", str(tmp_path / "a.ndjson"))
    assert path.read_bytes() == before


def test_a_folder_that_cannot_be_written_is_named(run: Runs, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(PATIENT))
    below_a_file = tmp_path / "a.json" / "records.db"  # not even root makes a folder of a file
    with pytest.raises(ConfigurationError, match=r"cannot write in .*a\.json .*--data-dir or --store"):
        run("load", str(tmp_path / "a.json"), "--store", f"sqlite:///{below_a_file}")
