"""Questions planned by a real, small model: every step valid, every limit kept, nothing claimed of the answers.

    python bench/small_model.py --checkpoint DIR [--device cuda:0] [--questions 53] [--out FILE]   # in this process
    python bench/small_model.py --endpoint http://127.0.0.1:8080/v1 [--questions 53] [--out FILE]

The questions are the 53 that come with the made-up patients, three of which the gate turns away. With `--out` every
question is kept as it is answered, and a run that was cut off goes on where it stopped. Prints calls, tokens, seconds,
and failures by cause.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from chartwarden import fhir_fixtures
from chartwarden.agent.assistant import Assistant
from chartwarden.agent.audit.reading import one
from chartwarden.agent.llm.chat import ChatMedGemma
from chartwarden.agent.llm.engine import Engine
from chartwarden.agent.planning.model.planner import ModelPlanner
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.agent.settings import Limits, ModelSettings, Settings

LIMITS = Limits(generated_tokens=600, seconds=90, prompt_tokens=3_000)
OVER_S = 60
"""Reading a prompt is not interrupted: on a slow machine a question may run over by one prompt."""
UNENDED = ("failed_invalid", "failed_empty")
"""Failures that a grammar excludes: an output that is no step."""
OUTCOMES = ("answered", "not_recorded", "failed", "needs_clarification")
TURNED_AWAY = ("refused", "redirected", "denied", "emergency")
"""Outcomes of the gate: no model was asked, so it has nothing to show in the log."""


def engine_for(checkpoint: str, endpoint: str, device: str) -> Engine:
    """The model in this process, or behind a server."""
    from chartwarden.agent.llm.selection import build

    urls = (endpoint,) if endpoint else ()
    return build(ModelSettings(planner="model", checkpoint=checkpoint, device=device, endpoint=urls))


def questions(count: int) -> list[dict[str, Any]]:
    """The first of the questions about the made-up patients."""
    lines = fhir_fixtures.questions().read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines[:count]]


def asked(engine: Engine, rows: Iterable[dict[str, Any]], keep: Callable[[dict[str, Any]], None]) -> None:
    """Put each question to a planner that has no rules to fall back on, and hand on what it cost."""
    planner = ModelPlanner(
        ChatMedGemma(engine=engine), rules=RulesPlanner(), fall_back=False, prompt_tokens=LIMITS.prompt_tokens
    )
    house = Settings(limits=LIMITS)
    with Assistant.over(fhir_fixtures.folder(), settings=house, planner=planner) as assistant:
        for row in rows:
            session = assistant.session(row["patient"], acknowledged_by="bench", as_of=row["as_of"])
            began = time.monotonic()
            answer = assistant.answer(row["question"], session)
            seconds = round(time.monotonic() - began, 1)
            logged = answer.audit is not None and one(assistant.services.log.storage, answer.audit.seq).texts["plan"]
            keep(
                {
                    "id": row["id"],
                    "outcome": answer.outcome,
                    "seconds": seconds,
                    "usage": dict(answer.usage),
                    "logged": bool(logged),
                }
            )


def faults(done: dict[str, Any]) -> list[str]:
    """Which of the promises a question broke."""
    usage = done["usage"]
    broken = [f"{name}: {usage[name]}" for name in UNENDED if name in usage]
    is_turned_away = done["outcome"] in TURNED_AWAY and not usage
    if not is_turned_away and done["outcome"] not in OUTCOMES:
        broken.append(f"outcome {done['outcome']} after {usage.get('calls', 0)} calls of the model")
    if not is_turned_away and not done["logged"]:
        broken.append("the log does not tell what the model said")
    if usage.get("generated_tokens", 0) > LIMITS.generated_tokens:
        broken.append(f"{usage['generated_tokens']} tokens generated of {LIMITS.generated_tokens}")
    if done["seconds"] > LIMITS.seconds + OVER_S:
        broken.append(f"{done['seconds']} s of {LIMITS.seconds}")
    return broken


def summary(told: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What the questions cost together."""
    failures: Counter[str] = Counter()
    for done in told:
        failures.update({name: count for name, count in done["usage"].items() if name.startswith("failed_")})
    costs = {
        name: [done["usage"].get(name, 0) for done in told]
        for name in ("calls", "prompt_tokens", "generated_tokens", "repairs")
    }
    return {
        "questions": len(told),
        "outcomes": dict(Counter(done["outcome"] for done in told)),
        "promises_broken": {done["id"]: wrong for done in told if (wrong := faults(done))},
        "failures_by_cause": dict(failures),
        **{f"{name}_total": sum(values) for name, values in costs.items()},
        **{f"{name}_median": statistics.median(values) for name, values in costs.items()},
        "seconds_median": statistics.median(done["seconds"] for done in told),
        "seconds_max": max(done["seconds"] for done in told),
    }


def main() -> None:
    """Ask, keep, and tell."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--checkpoint", default="")
    where.add_argument("--endpoint", default="")
    parser.add_argument("--device", default="cpu", help="of weights in this process: cpu, auto, cuda:0")
    parser.add_argument("--questions", type=int, default=53)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    told: list[dict[str, Any]] = []
    if given.out and given.out.exists():
        told = [json.loads(line) for line in given.out.read_text(encoding="utf-8").splitlines()]
    before = {done["id"] for done in told}

    def keep(done: dict[str, Any]) -> None:
        told.append(done)
        if given.out:
            with given.out.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(done) + "\n")

    engine = engine_for(given.checkpoint, given.endpoint, given.device)
    try:
        asked(engine, [row for row in questions(given.questions) if row["id"] not in before], keep)
    finally:
        engine.close()
    print(json.dumps(summary(told), indent=2))


if __name__ == "__main__":
    main()
