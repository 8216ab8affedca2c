"""What a model planner costs, and how far it is from perfect when the model makes no mistake.

    python bench/planning.py economy [--resources 10000] [--json]     # tokens and calls, by Gemma's own tokenizer
    python bench/planning.py perfect [--mode take|fill|withheld] [--questions FILE] [--records DIR] [--limit N]
                                     [--clean] [--json]

The model is played (`players.py`). `economy` asks one made-up record of 10,000 resources. `perfect` has an oracle fill
in the forms for a graded question set: what it then gets wrong, no model can get right. The set's readings stand in the
file that `CHARTWARDEN_CONFIG` names.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, get_args

from players import Count, Mode, Oracle, Played, Told, mends

from chartwarden.agent.assistant import Assistant
from chartwarden.agent.batch import answer_row
from chartwarden.agent.evaluate import evaluate
from chartwarden.agent.llm.chat import ChatMedGemma
from chartwarden.agent.planning.model.planner import ModelPlanner
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.agent.settings import Settings
from chartwarden.tools.records.readings import Readings

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
TOKENIZER = Path.home() / ".cache" / "chartwarden-tests" / "gemma3-270m"


def gemma_count() -> Count | None:
    """Gemma's own tokenizer, where the tests have converted it; None where they have not."""
    if not (TOKENIZER / "tokenizer.json").is_file():
        return None
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(TOKENIZER / "tokenizer.json"))
    return lambda text: len(tokenizer.encode(text, add_special_tokens=False).ids)


def perfect(records: Path, rows: Sequence[dict[str, Any]], mode: Mode) -> dict[str, Any]:
    """The oracle beside the rules planner, and the questions on which it is wrong.

    `take`: it takes the reading offered, right or wrong. `fill` and `withheld`: it fills in the form that the rules'
    reading amounts to, and where the answer is wrong mends one thing of the form until it is right.
    """
    rules: dict[str, dict[str, Any]] = {}
    told: dict[str, dict[str, Any]] = {}
    mended: list[str] = []
    engine = Played() if mode == "take" else Oracle()
    settings = Settings()
    planner: Told | ModelPlanner = (
        Told(engine, mode, readings=settings.readings)
        if isinstance(engine, Oracle)
        else planner_over(engine, readings=settings.readings)
    )
    with (
        Assistant.over(records, planner=planner, settings=settings) as assistant,
        Assistant.over(records, planner=RulesPlanner(settings.readings), settings=settings) as beside,
    ):
        for row in rows:
            rules[row["id"]] = answered(beside, row)
            told[row["id"]] = answered(assistant, row)
            if isinstance(planner, Told) and not is_right(row, told[row["id"]]):
                found = mended_answer(assistant, planner, row)
                if found is not None:
                    told[row["id"]] = found
                    mended.append(row["id"])
    costs = [output for form, _, output in engine.costs if form != "write"]
    return {"mode": mode, "mended": len(mended)} | _beside_rules(rows, told, rules, costs)


def _beside_rules(
    rows: Sequence[dict[str, Any]],
    told: dict[str, dict[str, Any]],
    rules: dict[str, dict[str, Any]],
    costs: Sequence[int],
) -> dict[str, Any]:
    """How the answers that were told compare with those of the rules; `costs`: what was generated for each form."""
    played, by_rules = evaluate(rows, told), evaluate(rows, rules)
    right = {row.id for row in by_rules.rows if row.grade.correct}
    asked = {row["id"]: row for row in rows}
    wrong = [row for row in played.rows if not row.grade.correct]
    return {
        "rows": played.overall.total,
        "played": played.overall.accuracy,
        "rules": by_rules.overall.accuracy,
        "categories": {name: score.accuracy for name, score in played.by_category().items()},
        "citation_precision": played.mean_of("citation_precision"),
        "citation_recall": played.mean_of("citation_recall"),
        "lost": sum(row.id in right for row in wrong),
        "reasons_wrong": Counter(row.grade.reason for row in wrong),
        "examples": [
            {"question": asked[row.id]["question"], "got": told[row.id]["value"], "text": told[row.id]["text"][:200]}
            for row in wrong[:12]
        ],
        "calls_median": statistics.median([one.get("usage", {}).get("calls", 0) for one in told.values()]),
        "generated_before_answer_median": statistics.median(costs or [0]),
    }


def mended_answer(assistant: Assistant, planner: Told, row: dict[str, Any]) -> dict[str, Any] | None:
    """The first right answer over the mends of the form that was filled in; None where no mend helps."""
    if planner.oracle.form is None:
        return None
    for form in mends(planner.oracle.form):
        planner.mend = lambda _, mended=form: mended
        try:
            answer = answered(assistant, row)
        finally:
            planner.mend = lambda same: same
        if is_right(row, answer):
            return answer
    return None


def answered(assistant: Assistant, row: dict[str, Any]) -> dict[str, Any]:
    """The answer to a row of a question set."""
    session = assistant.session(row["patient"], acknowledged_by="bench", as_of=row.get("as_of"))
    return answer_row(row["id"], assistant.answer(row["question"], session))


def is_right(row: dict[str, Any], answer: dict[str, Any]) -> bool:
    """Whether the grader takes the answer."""
    return all(graded.grade.correct for graded in evaluate([row], {row["id"]: answer}).rows)


def planner_over(engine: Played, prompt_tokens: int = 8_000, readings: Readings | None = None) -> ModelPlanner:
    """The model planner, with no rules to fall back on: every step is the played model's."""
    chat = ChatMedGemma(engine=engine)
    return ModelPlanner(chat, rules=RulesPlanner(readings), fall_back=False, prompt_tokens=prompt_tokens)


def large_record(resources: int) -> Iterator[dict[str, Any]]:
    """One made-up patient: half measurements of 150 kinds, the rest diagnoses, drugs, visits, procedures, shots."""
    yield {"resourceType": "Patient", "id": "large", "birthDate": "1950-03-04", "gender": "female"}
    shares = (("Observation", 70), ("MedicationRequest", 12), ("Encounter", 8), ("Procedure", 5), ("Condition", 5))
    kinds = [name for name, share in shares for _ in range(share)]
    subject = {"reference": "Patient/large"}
    for number in range(resources - 1):
        name = kinds[number * 37 % 100]
        year, month, day = 2005 + number % 20, 1 + number * 7 % 12, 1 + number * 11 % 28
        when = f"{year}-{month:02d}-{day:02d}T{number % 24:02d}:30:00Z"
        code = number * 13 % 150
        named = {"coding": [{"system": "http://loinc.org", "code": f"9{code:04d}-1", "display": f"{name} kind {code}"}]}
        one: dict[str, Any] = {"resourceType": name, "id": f"r{number}", "subject": subject}
        if name == "Observation":
            value = {"value": 50 + number % 97, "unit": "mg/dL"}
            one |= {"status": "final", "code": named, "effectiveDateTime": when, "valueQuantity": value}
        elif name == "MedicationRequest":
            one |= {"status": "active", "intent": "order", "medicationCodeableConcept": named, "authoredOn": when}
        elif name == "Encounter":
            one |= {"status": "finished", "class": {"code": "IMP"}, "type": [named], "period": {"start": when}}
        elif name == "Procedure":
            one |= {"status": "completed", "code": named, "performedDateTime": when}
        else:
            active = {"coding": [{"code": "active"}]}
            one |= {"clinicalStatus": active, "code": named, "onsetDateTime": when, "recordedDate": when}
        yield one


LONG = (
    "Summarise the last hospital stay.",
    "What changed since the last visit?",
    "Give me a timeline of everything that happened.",
)
"""Questions that no query answers: a survey gathers a span, whose rows are read slice by slice."""


def economy(resources: int, *, count: Count | None = None, mode: Mode = "take") -> dict[str, Any]:
    """Tokens and calls of questions over one large record."""
    asked = [f"What was the latest Observation kind {code}?" for code in range(0, 150, 8)]
    asked += [f"How many Observation kind {code} results since 2015?" for code in range(1, 150, 16)]
    asked += [f"What was the highest Observation kind {code}?" for code in range(2, 150, 16)]
    large = large_record(resources)
    done = {one["code"]["coding"][0]["display"] for one in large if one["resourceType"] == "Procedure"}
    asked += [f"When was the first {name}?" for name in sorted(done)[:5]]
    asked += ["List all active medications.", "List all conditions."]
    engine = Played(count) if mode == "take" else Oracle(count)
    told = asked_over(resources, engine, mode, [*asked, *LONG])
    prompts = [prompt for one in told for _, prompt, _ in one["costs"]]
    calls = [len(one["costs"]) for one in told]
    before = [sum(output for form, _, output in one["costs"] if form != "write") for one in told]
    costs = [cost for one in told for cost in one["costs"]]
    return {
        "resources": resources,
        "mode": mode,
        "questions": len(told),
        "tokenizer": "Gemma 3" if count else "words and signs",
        "outcomes": dict(Counter(one["outcome"] for one in told)),
        "prompt_tokens_median": statistics.median(prompts),
        "prompt_tokens_max": max(prompts),
        "calls_median": statistics.median(calls),
        "calls_max": max(calls),
        "generated_before_answer_median": statistics.median(before),
        "generated_before_answer_max": max(before),
        "generated_median": statistics.median([sum(output for _, _, output in one["costs"]) for one in told]),
        "by_form": {
            form: {
                "prompt": statistics.median([prompt for name, prompt, _ in costs if name == form]),
                "generated": statistics.median([output for name, _, output in costs if name == form]),
            }
            for form in dict.fromkeys(name for name, _, _ in costs)
        },
        "long": [
            {
                "question": one["question"],
                "outcome": one["outcome"],
                "calls": dict(Counter(form for form, _, _ in one["costs"])),
                "prompt_tokens_max": max(prompt for _, prompt, _ in one["costs"]),
                "generated": sum(output for _, _, output in one["costs"]),
                "rows_found": one["rows"],
                "cited": one["cited"],
                "notices": one["notices"],
            }
            for one in told[-len(LONG) :]
        ],
    }


def asked_over(resources: int, engine: Played, mode: Mode, questions: Sequence[str]) -> list[dict[str, Any]]:
    """What each question over the large record cost, and what came of it."""
    planner = Told(engine, mode) if isinstance(engine, Oracle) else planner_over(engine)
    told = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.ndjson"
        path.write_text("\n".join(json.dumps(one) for one in large_record(resources)), encoding="utf-8")
        with Assistant.over(path, planner=planner) as assistant:
            session = assistant.session("large", acknowledged_by="bench", as_of="2025-06-30T12:00:00Z")
            for question in questions:
                start, rows = len(engine.costs), 0
                for kind, event in assistant.stream(question, session):
                    if kind == "tool" and event.result is not None:
                        rows += len(event.result.findings)
                    answer = event if kind == "answer" else None
                assert answer is not None, "the answer comes last"
                told.append(
                    {
                        "question": question,
                        "outcome": answer.outcome,
                        "costs": engine.costs[start:],
                        "rows": rows,
                        "cited": len(answer.citations),
                        "uncited": [
                            one.text
                            for one in answer.sentences
                            if not one.citations and one.kind not in ("notice", "absence")
                        ],
                        "notices": [one.text for one in answer.sentences if one.kind == "notice"],
                    }
                )
    return told


def main() -> None:
    """Measure one of the two."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("what", choices=["economy", "perfect"])
    parser.add_argument("--resources", type=int, default=10_000)
    parser.add_argument("--questions", type=Path, default=SHARED / "ehrqa" / "dev.jsonl")
    parser.add_argument("--records", type=Path, default=SHARED / "synthea-r4")
    parser.add_argument("--limit", type=int, default=0)
    parser.add_argument("--clean", action="store_true")
    parser.add_argument("--mode", choices=get_args(Mode), default=None)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    if given.what == "economy":
        found = economy(given.resources, count=gemma_count(), mode=given.mode or "take")
    else:
        rows = [json.loads(line) for line in given.questions.read_text(encoding="utf-8").splitlines() if line.strip()]
        rows = [row for row in rows if row.get("clean", True) or not given.clean]
        found = perfect(given.records, rows[: given.limit or None], given.mode or "withheld")
    print(json.dumps(found, indent=None if given.json else 2, ensure_ascii=False))


if __name__ == "__main__":
    main()
