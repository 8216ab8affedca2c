"""Evaluation: a batch that carries `expected`, graded overall and by category. Files are read in `published.py`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from chartwarden.agent.grading import Expected, Grade, Kind, grade
from chartwarden.agent.statistics import bootstrap_interval, mcnemar_exact, paired_interval, wilson_interval
from chartwarden.tools.errors import UsageError

FHIRPATH_QA_KINDS: Mapping[str, Kind] = {
    "boolean": "boolean", "count": "number", "number": "number", "datetime": "datetime", "date": "date",
    "string": "string", "any-coding": "any_of", "strings": "set", "datetimes": "set",
}  # fmt: skip


GRADER_FAULTS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What an expectation or an answer of an unexpected shape raises inside a grader."""


@dataclass(frozen=True)
class Graded:
    """One graded row."""

    id: str
    category: str
    grade: Grade
    expected_outcome: str
    """What the outcome should be."""
    outcome: str
    """What it is; `missing` where there is no answer."""
    citation_precision: float | None
    citation_recall: float | None
    elapsed_ms: float
    usage: Mapping[str, int] = field(default_factory=dict)
    """What a model cost for this row: calls, tokens, repairs, failures by cause."""


@dataclass
class Score:
    """Right answers of a group."""

    right: int = 0
    total: int = 0

    @property
    def accuracy(self) -> float:
        """Share of right answers, 0 to 1."""
        return self.right / self.total if self.total else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """95 % Wilson interval of the share, which stays inside 0 to 1 for few rows too."""
        return wilson_interval(self.right, self.total)


@dataclass
class Report:
    """An evaluation."""

    rows: list[Graded] = field(default_factory=list)
    """Rows that were graded, right or wrong."""
    grader_errors: dict[str, str] = field(default_factory=dict)
    """Rows whose grader broke, by id with the reason: neither right nor wrong."""

    def by_category(self) -> dict[str, Score]:
        """Scores per category, in order of appearance."""
        scores: dict[str, Score] = defaultdict(Score)
        for row in self.rows:
            scores[row.category].total += 1
            scores[row.category].right += row.grade.correct
        return dict(scores)

    @property
    def overall(self) -> Score:
        """Score over all rows."""
        return Score(sum(row.grade.correct for row in self.rows), len(self.rows))

    @property
    def category_mean(self) -> float:
        """Mean of the category accuracies."""
        scores = self.by_category().values()
        return sum(score.accuracy for score in scores) / len(scores) if scores else 0.0

    def interval(self) -> tuple[float, float]:
        """95 % bootstrap interval of the mean of the category accuracies."""
        groups: dict[str, list[bool]] = defaultdict(list)
        for row in self.rows:
            groups[row.category].append(row.grade.correct)
        return bootstrap_interval(list(groups.values()))

    def outcomes(self) -> Counter[tuple[str, str]]:
        """How often which outcome was expected and which one came."""
        return Counter((row.expected_outcome, row.outcome) for row in self.rows)

    def latency_ms(self, share: float) -> float | None:
        """The time that `share` of the answers took at most, in milliseconds; None where no time was kept."""
        times = sorted(row.elapsed_ms for row in self.rows if row.elapsed_ms)
        return times[min(len(times) - 1, int(share * len(times)))] if times else None

    def reasons(self) -> Counter[str]:
        """Why rows are wrong."""
        return Counter(row.grade.reason for row in self.rows if not row.grade.correct)

    def figures(self) -> dict[str, Any]:
        """Every figure, as plain JSON."""
        low, high = self.interval()
        return {
            "overall": self.overall.accuracy,
            "category_mean": self.category_mean,
            "category_mean_interval": [low, high],
            "rows": self.overall.total,
            "grader_errors": len(self.grader_errors),
            "categories": {name: score.accuracy for name, score in self.by_category().items()},
            "category_intervals": {name: list(score.interval) for name, score in self.by_category().items()},
            "reasons": dict(self.reasons()),
            "outcomes": [
                {"expected": expected, "came": came, "rows": count}
                for (expected, came), count in sorted(self.outcomes().items())
            ],
            "citation_precision": self.mean_of("citation_precision"),
            "citation_recall": self.mean_of("citation_recall"),
            "median_ms": self.latency_ms(0.5),
            "p95_ms": self.latency_ms(0.95),
            "usage_per_question": self.usage_per_question(),
        }

    def usage_per_question(self) -> dict[str, float]:
        """Mean of what a model cost, by name, over all rows; empty where none was asked."""
        total: Counter[str] = Counter()
        for row in self.rows:
            total.update(row.usage)
        return {name: count / len(self.rows) for name, count in sorted(total.items())}

    def mean_of(self, name: str) -> float | None:
        """Mean of a per-row figure over the rows that have it."""
        values = [value for row in self.rows if (value := getattr(row, name)) is not None]
        return sum(values) / len(values) if values else None


def expected_of(row: Mapping[str, Any]) -> Expected:
    """The expectation of a question row, in our format or in FHIRPath-QA's. `UsageError` when it has none."""
    if isinstance(given := row.get("expected"), dict) and given.get("kind") in get_args(Kind):
        return Expected(
            kind=given["kind"],
            value=given.get("value"),
            unit=given.get("unit", ""),
            tolerance=given.get("tolerance"),
            ignore_sign=bool(given.get("abs", False)),
        )
    if isinstance(given, list) and row.get("type") in FHIRPATH_QA_KINDS:
        kind = FHIRPATH_QA_KINDS[row["type"]]
        value, *others = [_fhirpath_value(kind, published) for published in (given, *row.get("alt", []))]
        tolerance = None
        if kind == "number":
            tolerance = 0.0 if row["type"] == "count" else abs(float(value)) / 1000
        return Expected(kind, value, tolerance=tolerance, alternatives=tuple(others))
    raise UsageError(f"row {row.get('id')!r} carries no `expected` that can be graded")


def _fhirpath_value(kind: Kind, published: list[Any]) -> Any:
    """A published answer, which is always a list, as our graders take it; a Period answers with its start."""
    plain = [one.get("start") if isinstance(one, dict) else one for one in published]
    return plain if kind in ("set", "any_of") else next(iter(plain), None)


def evaluate(questions: Iterable[Mapping[str, Any]], answers: Mapping[str, Mapping[str, Any]]) -> Report:
    """Grade the answers (by id) to the questions. A missing answer is wrong; a broken grader is a `grader_error`."""
    report = Report()
    for row in questions:
        answer = answers.get(str(row["id"]), {})
        expected = expected_of(row)
        try:
            graded = grade(expected, answer.get("outcome", ""), answer.get("value", []), answer.get("unit", ""))
        except GRADER_FAULTS as fault:
            report.grader_errors[str(row["id"])] = f"{type(fault).__name__}: {fault}"
            continue
        report.rows.append(_graded(row, answer, graded, expected))
    return report


def _graded(row: Mapping[str, Any], answer: Mapping[str, Any], graded: Grade, expected: Expected) -> Graded:
    precision, recall = _citations(row, answer.get("citations", []))
    absent = "not_recorded" if expected.kind == "none" else "answered"
    given = row["expected"]
    return Graded(
        id=str(row["id"]),
        category=str(row.get("category") or row.get("template") or "all"),
        grade=graded,
        expected_outcome=str(given.get("outcome", absent)) if isinstance(given, dict) else absent,
        outcome=answer.get("outcome") or "missing",
        citation_precision=precision,
        citation_recall=recall,
        elapsed_ms=float(answer.get("elapsed_ms", 0.0)),
        usage=answer.get("usage") or {},
    )


def _citations(row: Mapping[str, Any], cited: list[str]) -> tuple[float | None, float | None]:
    """Precision over rows that cite, recall over rows with evidence."""
    evidence, free = set(row.get("evidence", [])), set(row.get("evidence_ok", []))
    if not evidence:
        return None, None
    counted = [reference for reference in cited if reference in evidence or reference not in free]
    hits = {reference for reference in counted if reference in evidence}
    precision = len(hits) / len(counted) if counted else None
    if row.get("evidence_mode") == "any":
        return precision, 1.0 if hits else 0.0
    return precision, len(hits) / len(evidence)


@dataclass(frozen=True)
class Change:
    """A question that two runs answer differently: another grade, or another outcome."""

    id: str
    category: str
    right: tuple[bool, bool]
    """Whether the first and the second run are right."""
    outcomes: tuple[str, str]


@dataclass(frozen=True)
class Comparison:
    """Two runs over the same rows."""

    rows: int
    both: int
    only_first: int
    only_second: int
    p_value: float
    """Exact McNemar, two-sided."""
    interval: tuple[float, float] = (0.0, 0.0)
    """95 % bootstrap interval of the difference in accuracy, first minus second."""
    categories: Mapping[str, tuple[Score, Score]] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    """In the order of the questions."""

    @property
    def difference(self) -> float:
        """Accuracy of the first less that of the second, -1 to 1."""
        return (self.only_first - self.only_second) / self.rows


def compare(first: Report, second: Report) -> Comparison:
    """Pair two evaluations by row id. `UsageError` when they share none."""
    others = {row.id: row for row in second.rows}
    pairs = [(row, others[row.id]) for row in first.rows if row.id in others]
    if not pairs:
        raise UsageError("the two runs share no row id; compare runs over the same questions")
    right = [(row.grade.correct, other.grade.correct) for row, other in pairs]
    counts = Counter(right)
    only_first, only_second = counts[True, False], counts[False, True]
    sides = (Report([row for row, _ in pairs]).by_category(), Report([other for _, other in pairs]).by_category())
    return Comparison(
        rows=len(pairs),
        both=counts[True, True],
        only_first=only_first,
        only_second=only_second,
        p_value=mcnemar_exact(only_first, only_second),
        interval=paired_interval([one - two for one, two in right]),
        categories={name: (sides[0][name], sides[1][name]) for name in sides[0]},
        changes=tuple(
            Change(row.id, row.category, (row.grade.correct, other.grade.correct), (row.outcome, other.outcome))
            for row, other in pairs
            if row.grade.correct != other.grade.correct or row.outcome != other.outcome
        ),
    )
