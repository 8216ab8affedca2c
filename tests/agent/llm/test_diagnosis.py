"""The doctor tells what a question would use, and its smoke test generates one decision."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from chartwarden.agent.cli.doctor import doctor
from chartwarden.agent.llm.diagnosis import decide_once
from chartwarden.agent.llm.scripted import ScriptedEngine


def _run(*arguments: str, env: dict[str, str]) -> Any:
    app = typer.Typer()
    app.command()(doctor)
    return CliRunner().invoke(app, list(arguments), env=env)


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {"HF_HUB_CACHE": str(tmp_path), "CHARTWARDEN_DATA_DIR": str(tmp_path), "HF_HOME": str(tmp_path)}


def test_a_bare_machine_plans_with_rules_and_says_how_to_get_the_model(env: dict[str, str]) -> None:
    found = json.loads(_run("--json", "--smoke", env=env).stdout)
    assert found["planner"] == "rules"
    assert "hf download google/medgemma-27b-it" in found["reasons"][0]
    assert [weights["found"] for weights in found["weights"]] == [False, False, False]
    assert found["libraries"]["torch"]
    assert found["hardware"]["memory_gib"] > 1
    assert found["licence"]["accepted"].startswith("unknown")
    assert found["smoke"]["passed"]


def test_the_text_names_planner_reason_and_what_is_missing(env: dict[str, str]) -> None:
    text = _run(env=env).stdout
    assert "planner: rules" in text
    assert "google/medsiglip-448, not on this machine" in text


def test_a_dead_endpoint_is_told_and_fails_the_smoke_test(env: dict[str, str]) -> None:
    env |= {"CHARTWARDEN_MODEL__ENDPOINT": '["http://127.0.0.1:9/v1"]', "CHARTWARDEN_MODEL__ENDPOINT_MODEL": "m"}
    result = _run("--json", "--smoke", env=env)
    found = json.loads(result.stdout)
    assert found["planner"] == "model at an endpoint"
    assert found["endpoint"]["reachable"] is False
    assert found["smoke"]["passed"] is False
    assert result.exit_code == 1


def test_a_person_reads_why_the_endpoint_fails_and_what_the_smoke_test_came_to(env: dict[str, str]) -> None:
    assert "passed" in _run("--smoke", env=env).stdout.partition("Smoke test")[2]
    env |= {"CHARTWARDEN_MODEL__ENDPOINT": '["http://127.0.0.1:9/v1"]', "CHARTWARDEN_MODEL__ENDPOINT_MODEL": "m"}
    result = _run("--smoke", env=env)
    _, _, told = result.stdout.partition("Endpoint\n")
    assert "127.0.0.1:9" in told
    assert "reachable: False" in told
    assert "failed" in told.partition("Smoke test")[2]
    assert result.exit_code == 1


@pytest.mark.parametrize(
    ("text", "passed"),
    [
        ('{"tool":"search_record","resource":"Condition","words":"drugs"}', True),
        ('{"tool":"diagnose","resource":"Condition","words":""}', False),
        ("Let me think", False),
    ],
)
def test_a_decision_must_follow_its_schema(text: str, passed: bool) -> None:
    engine = ScriptedEngine([text])
    assert decide_once(engine).passed == passed
    assert engine.closed
