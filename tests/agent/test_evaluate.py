"""An evaluation tells right from wrong, and neither from a grader that broke."""

from __future__ import annotations

from typing import Any

import pytest

from chartwarden.agent.evaluate import compare, evaluate
from chartwarden.tools.errors import UsageError


def question(name: str, expected: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": name, "question": "Any?", "category": "c", "expected": expected} | more


def answer(value: Any, outcome: str = "answered", **more: Any) -> dict[str, Any]:
    return {"outcome": outcome, "value": [value], "elapsed_ms": 4.0} | more


YES = {"kind": "boolean", "value": True}


def test_a_grader_that_breaks_is_neither_right_nor_wrong() -> None:
    broken = question("b", {"kind": "number", "value": "not a number"})
    report = evaluate([question("a", YES), broken], {"a": answer(True), "b": answer(3)})
    assert report.overall.total == report.overall.right == 1
    assert set(report.grader_errors) == {"b"}
    assert report.figures()["grader_errors"] == 1


def test_a_missing_answer_is_wrong_and_its_outcome_says_so() -> None:
    report = evaluate([question("a", YES)], {})
    assert report.overall.right == 0
    assert report.outcomes() == {("answered", "missing"): 1}
    assert report.latency_ms(0.5) is None


@pytest.mark.parametrize(
    ("expected", "outcome"), [({"kind": "none"}, "not_recorded"), ({"kind": "none", "outcome": "refused"}, "refused")]
)
def test_outcomes_are_told_as_expected_and_as_they_came(expected: dict[str, Any], outcome: str) -> None:
    report = evaluate([question("a", expected)], {"a": {"outcome": outcome, "value": []}})
    assert report.outcomes() == {(outcome, outcome): 1}


def test_citations_are_judged_by_precision_and_recall() -> None:
    row = question("a", YES, evidence=["A/1", "A/2"], evidence_ok=["B/1"])
    report = evaluate([row], {"a": answer(True, citations=["A/1", "B/1", "C/1"])})
    assert report.mean_of("citation_precision") == 0.5
    assert report.mean_of("citation_recall") == 0.5


def test_a_question_without_an_expectation_cannot_be_graded() -> None:
    with pytest.raises(UsageError, match="'a' carries no `expected`"):
        evaluate([{"id": "a", "question": "Any?"}], {})
    with pytest.raises(UsageError, match="'a' carries no `expected`"):
        evaluate([question("a", {"kind": "poem"})], {})


def test_two_runs_are_compared_row_by_row() -> None:
    rows = [question(str(number), YES) for number in range(20)]
    right = evaluate(rows, {row["id"]: answer(True) for row in rows})
    worse = evaluate(rows, {row["id"]: answer(int(row["id"]) >= 8) for row in rows})
    compared = compare(right, worse)
    assert (compared.rows, compared.both, compared.only_first, compared.only_second) == (20, 12, 8, 0)
    assert compared.difference == pytest.approx(0.4)
    assert compared.interval[0] > 0
    assert compared.p_value == pytest.approx(2 / 2**8)
    assert [change.id for change in compared.changes] == [str(number) for number in range(8)]
    assert compared.changes[0].right == (True, False)
    assert [score.accuracy for score in compared.categories["c"]] == [1.0, 0.6]


def test_a_changed_outcome_is_told_where_both_runs_are_wrong() -> None:
    rows = [question("a", YES), question("b", YES)]
    said = evaluate(rows, {"a": answer(False), "b": answer(True)})
    failed = evaluate(rows, {"a": {"outcome": "failed", "value": []}, "b": answer(True)})
    compared = compare(said, failed)
    assert [(change.id, change.right, change.outcomes) for change in compared.changes] == [
        ("a", (False, False), ("answered", "failed"))
    ]
    assert compared.p_value == 1.0


def test_only_questions_that_both_runs_answered_are_paired() -> None:
    rows = [question("a", YES), question("b", YES)]
    broken = [question("a", YES), question("b", {"kind": "number", "value": "many"})]
    compared = compare(evaluate(rows, {"a": answer(True)}), evaluate(broken, {"a": answer(True), "b": answer(3)}))
    assert (compared.rows, compared.both) == (1, 1)


def test_runs_over_different_questions_cannot_be_compared() -> None:
    first, second = (evaluate([question(name, YES)], {}) for name in "ab")
    with pytest.raises(UsageError, match="share no row id"):
        compare(first, second)
