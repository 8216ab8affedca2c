"""How runs over many questions begin, stop and are told, and what a wrong beginning is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chartwarden import fhir_fixtures

CLOCK = ("--as-of", fhir_fixtures.AS_OF, "--acknowledge", "Dr. Reader")
ALLERGIES = {"id": "1", "patient": "adeyemi-1957", "question": "Which allergies are recorded?"}
AGE = {"id": "2", "patient": "haddad", "question": "How old is the patient?"}
Runs = Callable[..., Any]


def lines(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def batch(chartwarden: Runs, made_up: Path, tmp_path: Path) -> Runs:
    """Runs `chartwarden batch` over the made-up patients; answers go to `out.jsonl`."""
    questions = lines(tmp_path / "q.jsonl", ALLERGIES, AGE)

    def run(*more: str, code: int = 0, asked: Path = questions) -> Any:
        out = ("--out", str(tmp_path / "out.jsonl"))
        ran = chartwarden("batch", str(asked), *out, *CLOCK, "--data-dir", str(made_up), *more)
        assert ran.returncode == code, ran.stderr
        return ran

    return run


def answered(folder: Path) -> list[str]:
    return [json.loads(line)["id"] for line in (folder / "out.jsonl").read_text(encoding="utf-8").splitlines()]


def test_answers_of_before_are_never_written_over(batch: Runs, tmp_path: Path) -> None:
    batch()
    before = (tmp_path / "out.jsonl").read_bytes()
    assert "out.jsonl' exists; pass --resume to go on with it, or another --out" in batch(code=2).stderr
    assert (tmp_path / "out.jsonl").read_bytes() == before


def test_a_limited_run_asks_the_first_questions_and_is_not_resumed_with_another_limit(
    batch: Runs, tmp_path: Path
) -> None:
    assert "answers written: 1 in" in batch("--limit", "1").stderr
    assert answered(tmp_path) == ["1"]
    assert "cannot be resumed" in batch("--resume", code=2).stderr


def test_a_finished_run_that_is_resumed_asks_nothing(batch: Runs, tmp_path: Path) -> None:
    batch()
    again = batch("--resume")
    assert "answers written: 0 (2 stood there before)" in again.stderr
    assert answered(tmp_path) == ["1", "2"]


def test_a_resumed_run_keeps_the_clock_it_began_with(
    chartwarden: Runs, made_up: Path, tmp_path: Path, batch: Runs
) -> None:
    batch()
    out = tmp_path / "out.jsonl"
    first, second = out.read_text(encoding="utf-8").splitlines(keepends=True)
    out.write_text(first, encoding="utf-8")
    named = ("--acknowledge", "Dr. Reader", "--data-dir", str(made_up), "--out", str(out), "--resume")
    assert chartwarden("batch", str(tmp_path / "q.jsonl"), *named).returncode == 0
    again = json.loads(out.read_text(encoding="utf-8").splitlines()[1])
    kept = json.loads(second)
    assert (again["text"], again["value"]) == (kept["text"], kept["value"]), "the age is that of the first run's clock"


def test_answers_that_are_not_those_of_the_run_are_not_gone_on_with(batch: Runs, tmp_path: Path) -> None:
    batch()
    out = tmp_path / "out.jsonl"
    first, second = out.read_text(encoding="utf-8").splitlines(keepends=True)
    for others in (second, first + second + second):
        out.write_text(others, encoding="utf-8")
        assert "does not hold the answers its manifest tells of; start a new --out" in batch("--resume", code=2).stderr
        assert out.read_text(encoding="utf-8") == others


def test_a_question_out_of_time_fails_and_the_run_says_so(batch: Runs, tmp_path: Path) -> None:
    ran = batch("--seconds", "0.000001", code=1)
    assert "2 failed" in ran.stderr
    told = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {row["outcome"] for row in told} == {"failed"}
    assert not any(row["citations"] for row in told)


def test_of_many_unusable_lines_the_first_are_named_and_the_rest_counted(batch: Runs, tmp_path: Path) -> None:
    odd = tmp_path / "odd.jsonl"
    odd.write_text("{broken\n" * 25 + json.dumps(AGE) + "\n" + json.dumps(AGE) + "\n", encoding="utf-8")
    told = batch(asked=odd, code=1).stderr
    assert told.count("not a question: line") == 20
    assert "and 5 more lines that are no question" in told
    assert "1 ids stand on more than one line" in told


def graded(kind: str, value: Any, **more: Any) -> dict[str, Any]:
    return {"expected": {"kind": kind, "value": value}, "as_of": fhir_fixtures.AS_OF, **more}


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    """Three questions with what is expected: right, wrong, and of an answer that is not there."""
    rows = (
        AGE | graded("number", 34, category="about the patient"),
        ALLERGIES | graded("set", ["Peanut"], category="allergies"),
        {"id": "3", "patient": "haddad", "question": "What was the last INR?"} | graded("none", None, clean=False),
    )
    return lines(tmp_path / "expected.jsonl", *rows)


def test_an_evaluation_shows_categories_reasons_and_the_first_wrong_answers(
    chartwarden: Runs, made_up: Path, asked: Path, tmp_path: Path
) -> None:
    named = ("--acknowledge", "Dr. Reader", "--data-dir", str(made_up))
    kept = tmp_path / "kept.jsonl"
    ran = chartwarden("evaluate", str(asked), "--out", str(kept), "--wrong", "1", *named)
    assert ran.returncode == 0, ran.stderr
    for category in ("about the patient", "allergies", "overall", "mean of categories"):
        assert category in ran.stdout
    assert "Which allergies are recorded?" in ran.stdout
    assert "'value': ['Peanut']" in ran.stdout
    assert "citation precision: no evidence to compare with" in ran.stdout
    assert "ms median" in ran.stdout
    clean = json.loads(chartwarden("evaluate", str(asked), str(kept), "--clean", "--json").stdout)
    assert clean["label"] == "2 questions"
    again = chartwarden("evaluate", str(asked), "--out", str(kept), *named)
    assert again.returncode == 2
    assert "kept.jsonl' exists; name another file for the answers" in again.stderr


def test_an_evaluation_in_which_questions_fail_is_an_exit_code(
    chartwarden: Runs, made_up: Path, asked: Path, tmp_path: Path
) -> None:
    lines(asked, {"id": "1", "patient": "nobody-here", "question": "How old is the patient?"} | graded("number", 1))
    ran = chartwarden("evaluate", str(asked), "--acknowledge", "Dr. Reader", "--data-dir", str(made_up))
    assert ran.returncode == 1
    assert "1 expected answered, came failed\n" in ran.stdout


def test_an_absence_that_answers_a_question_for_a_fact_is_told_as_right(
    chartwarden: Runs, asked: Path, tmp_path: Path
) -> None:
    """A yes/no question that nothing answers is not recorded, which counts as no."""
    lines(asked, *({"id": name, "patient": "p", "question": "Asthma?"} | graded("boolean", False) for name in "abc"))
    answers = [{"id": name, "outcome": "not_recorded", "value": []} for name in "ab"]
    lines(tmp_path / "answers.jsonl", *answers, {"id": "c", "outcome": "failed", "value": []})
    shown = chartwarden("evaluate", str(asked), str(tmp_path / "answers.jsonl")).stdout
    assert "2 expected answered, came not_recorded; 2 of them right\n" in shown
    assert "1 expected answered, came failed\n" in shown


def test_a_comparison_lists_as_many_changes_as_are_wanted(chartwarden: Runs, asked: Path, tmp_path: Path) -> None:
    rows = [json.loads(line) for line in asked.read_text(encoding="utf-8").splitlines()]
    right = lines(tmp_path / "right.jsonl", *({"id": row["id"], "outcome": "answered",
                  "value": [row["expected"]["value"]]} for row in rows[:2]))  # fmt: skip
    wrong = lines(tmp_path / "wrong.jsonl", *({"id": row["id"], "outcome": "failed", "value": []} for row in rows[:2]))
    shown = chartwarden("evaluate", "compare", str(asked), str(right), str(wrong), "--changes", "1").stdout
    assert "2 right (answered) -> wrong (failed): How old is the patient?" in shown
    assert "and 1 more; --changes N lists more, --json all of them" in shown
    assert "only right.jsonl 2, only wrong.jsonl 0" in shown
