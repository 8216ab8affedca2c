"""What a killed run leaves can be gone on with, and nothing else is mistaken for it."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartwarden.agent.answer import Answer, AuditPosition, Sentence
from chartwarden.agent.batch import answer_row, failed_row
from chartwarden.agent.batch_input import Row, Source
from chartwarden.agent.batch_output import (
    COLUMNS,
    Sink,
    already_answered,
    check_resumable,
    last_id,
    manifest,
    read_manifest,
    write_manifest,
)
from chartwarden.agent.settings import Settings
from chartwarden.tools.errors import UsageError

ROWS: list[dict[str, Any]] = [
    {"id": "q1", "outcome": "answered", "text": 'said "no",\ntwice', "value": [True], "citations": ["Patient/1"]},
    {"id": "q2", "outcome": "failed", "text": "", "value": [], "citations": [], "error": "line 2 is not JSON"},
    {"id": "q3", "outcome": "answered", "text": "Größe", "value": [1.5, "a"], "citations": []},
]


def written(path: Path) -> bytes:
    with Sink(path) as sink:
        for row in ROWS:
            sink.write(row)
    return path.read_bytes()


@pytest.mark.parametrize("name", ["out.jsonl", "out.csv"])
def test_a_run_cut_off_at_any_byte_resumes_to_the_same_bytes(tmp_path: Path, name: str) -> None:
    whole = written(tmp_path / name)
    for cut in range(len(whole)):
        path = tmp_path / f"{cut}-{name}"
        path.write_bytes(whole[:cut])
        done = already_answered(path)
        if done:
            assert last_id(path) == ROWS[done - 1]["id"]
        with Sink(path) as sink:
            for row in ROWS[done:]:
                sink.write(row)
        assert path.read_bytes() == whole
        path.unlink()


def test_nothing_is_answered_where_there_is_no_file(tmp_path: Path) -> None:
    assert already_answered(tmp_path / "out.jsonl") == 0


def test_csv_has_a_column_for_everything_a_row_can_carry() -> None:
    told = Answer(
        outcome="failed", disclaimer="d", planner="p", unit="mg", choices=("a",), error="e", usage={"calls": 1},
        sentences=(Sentence(text="t"),), audit=AuditPosition(seq=1, leaf="00"),
    )  # fmt: skip
    assert set(answer_row("q", told, sentences=True)) <= set(COLUMNS)
    assert set(failed_row(Row(line=2, id="q"), "e")) <= set(COLUMNS)


def test_csv_holds_the_same_fields_as_json_lines(tmp_path: Path) -> None:
    written(tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as stream:
        records = list(csv.DictReader(stream))
    assert [record["text"] for record in records] == [row["text"] for row in ROWS]
    assert [json.loads(record["value"]) for record in records] == [row["value"] for row in ROWS]


@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=20)), min_size=1, max_size=5), st.floats(0, 1))
def test_csv_records_are_counted_whatever_their_cells_hold(
    tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str, str]], share: float
) -> None:
    path = tmp_path_factory.mktemp("csv") / "out.csv"
    with Sink(path) as sink:
        for name, text in cells:
            sink.write({"id": name.replace("\0", ""), "text": text.replace("\0", "")})
    assert already_answered(path) == len(cells)
    os.truncate(path, int(path.stat().st_size * share))
    assert already_answered(path) <= len(cells)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_told_with_the_remedy() -> None:
    with (
        pytest.raises(UsageError, match="'/dev/full': No space left on device; make room and pass --resume"),
        Sink(Path("/dev/full")) as sink,
    ):
        sink.write(ROWS[0])


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        Sink(tmp_path / "none" / "out.jsonl")


def told(tmp_path: Path, **changes: Any) -> dict[str, Any]:
    settings = changes.pop("settings", Settings(data_dir=tmp_path, store="sqlite:///secret-name.db"))
    asked = Source("q.jsonl", "", changes.pop("sha256", "ab"))
    rows = [Row(1, "q1")]
    return manifest(settings, {"planner": "rules"}, asked, None, rows, as_of="2020-01-01", limit=0, sentences=False)


def test_a_manifest_tells_the_run_and_no_secret(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, store="postgresql://me:pass@host/db", server={"token": "hush"})  # type: ignore[arg-type]
    content = told(tmp_path, settings=settings)
    write_manifest(tmp_path / "out.jsonl", content)
    text = (tmp_path / "out.jsonl.manifest.json").read_text(encoding="utf-8")
    assert "hush" not in text
    assert "pass@" not in text
    assert read_manifest(tmp_path / "out.jsonl") == content
    assert set(content["prompts"])


def test_a_run_over_other_questions_or_settings_is_not_gone_on_with(tmp_path: Path) -> None:
    before = told(tmp_path)
    check_resumable(before, told(tmp_path))
    check_resumable(before, told(tmp_path, settings=Settings(data_dir=tmp_path / "moved")))
    with pytest.raises(UsageError, match="questions changed"):
        check_resumable(before, told(tmp_path, sha256="cd"))
    with pytest.raises(UsageError, match="settings changed"):
        check_resumable(before, told(tmp_path, settings=Settings(data_dir=tmp_path, limits={"steps": 3})))  # type: ignore[arg-type]


def test_answers_without_a_manifest_are_not_gone_on_with(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="has no manifest"):
        read_manifest(tmp_path / "out.jsonl")
    (tmp_path / "out.jsonl.manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(UsageError, match="is not JSON"):
        read_manifest(tmp_path / "out.jsonl")
