"""Options every command shares: where they may stand, what they outrank, and what is said of wrong ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from chartwarden.agent.cli.options import settings_of, shared, shared_first
from chartwarden.agent.settings import Settings


@pytest.mark.parametrize(
    ("words", "ordered"),
    [
        (["ask", "Any?", "--data-dir", "x", "--json"], ["--data-dir", "x", "ask", "Any?", "--json"]),
        (["ask", "--store=sqlite://", "--audit", "y"], ["--store=sqlite://", "--audit", "y", "ask"]),
        (["ask", "--", "--data-dir", "x"], ["ask", "--", "--data-dir", "x"]),  # a question may look like an option
        (["ask", "--stores", "x"], ["ask", "--stores", "x"]),
        (["ask", "--config"], ["--config", "ask"]),
    ],
)
def test_shared_options_may_stand_anywhere(words: list[str], ordered: list[str]) -> None:
    assert shared_first(words) == ordered


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Settings]:
    """The settings a command sees that is given these options."""
    monkeypatch.delenv("CHARTWARDEN_CONFIG", raising=False)
    seen: list[Settings] = []
    app = typer.Typer()
    app.callback()(shared)

    @app.command()
    def look(ctx: typer.Context) -> None:
        seen.append(settings_of(ctx))

    def run(*words: str) -> Settings:
        monkeypatch.setenv("CHARTWARDEN_CONFIG", "")  # what a command sets is undone behind the test
        monkeypatch.delenv("CHARTWARDEN_CONFIG")
        result = CliRunner().invoke(app, shared_first(["look", *words]), catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return seen[-1]

    return run


def test_each_shared_option_sets_its_setting(settings: Callable[..., Settings], tmp_path: Path) -> None:
    found = settings(
        "--data-dir", str(tmp_path), "--store", "sqlite:///r.db", "--audit", "sqlite:///a.db",
        "--planner", "rules", "--endpoint", "http://127.0.0.1:1/v1,,http://127.0.0.1:2/v1",
    )  # fmt: skip
    assert (found.data_dir, found.store, found.audit.url) == (tmp_path, "sqlite:///r.db", "sqlite:///a.db")
    assert found.model.planner == "rules"
    assert [str(url) for url in found.model.endpoint] == ["http://127.0.0.1:1/v1", "http://127.0.0.1:2/v1"]
    assert str(settings("--fhir", "https://fhir.example/r4").server.url).startswith("https://fhir.example/r4")


def test_an_option_outranks_the_config_file(settings: Callable[..., Settings], tmp_path: Path) -> None:
    config = tmp_path / "chartwarden.toml"
    config.write_text('store = "sqlite:///of-file.db"\n[audit]\nurl = "sqlite:///of-file-too.db"\n', "utf-8")
    found = settings("--config", str(config), "--store", "sqlite:///of-option.db")
    assert (found.store, found.audit.url) == ("sqlite:///of-option.db", "sqlite:///of-file-too.db")


def test_wrong_options_are_told_with_their_value_or_setting(
    chartwarden: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHARTWARDEN_CONFIG", "")
    gone = chartwarden("doctor", "--config", str(tmp_path / "gone.toml"))
    assert gone.returncode == 2
    assert "gone.toml' does not exist; pass the path of a TOML file" in gone.stderr
    (tmp_path / "half.toml").write_text("[limits\n")
    half = chartwarden("doctor", "--config", str(tmp_path / "half.toml"))
    assert half.returncode == 2
    assert "the config file is not TOML: Expected ']'" in half.stderr
    (tmp_path / "more.toml").write_text("[limits]\nstep = 4\n")
    assert "there is no setting 'limits.step'" in chartwarden("doctor", "--config", str(tmp_path / "more.toml")).stderr
    monkeypatch.setenv("CHARTWARDEN_CONFIG", "")  # what `--config` set is undone behind the test
    monkeypatch.setenv("CHARTWARDEN_IMAGES__FOLDERS", "one,two")
    listed = chartwarden("doctor", "--data-dir", str(tmp_path))
    assert listed.returncode == 2
    assert """a list is written as JSON: '["one", "two"]'""" in listed.stderr
    monkeypatch.delenv("CHARTWARDEN_IMAGES__FOLDERS")
    odd = chartwarden("doctor", "--planner", "oracle", "--data-dir", str(tmp_path))
    assert odd.returncode == 2
    assert "the setting 'model.planner' is not usable" in odd.stderr
