"""How fast questions are answered through the whole graph, and where the time goes.

    python bench/agent.py [--questions FILE] [--records DIR] [--limit 400] [--rounds 1] [--json]

Rules planner, durable audit on. Each question goes through gate, planning, tools, grounding, release and log, one at a
time and sixteen at once. Beside that: the share of each step, and the state machine against the same steps called one
after another without it, on the same questions. Data: Synthea records with their questions where they lie in
`../shared/data`, else the made-up patients.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import statistics
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from chartwarden import fhir_fixtures
from chartwarden.agent import graph as machine
from chartwarden.agent.assistant import Assistant
from chartwarden.agent.nodes import Steps
from chartwarden.agent.run import Runs
from chartwarden.agent.session import Session

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
STEPS = ("admit", "plan", "act", "write", "ground", "release")
WARM_UP = 20


def data(records: Path | None, questions: Path | None) -> tuple[Path, list[dict[str, Any]]]:
    """A folder of records and the questions over it."""
    real = (SHARED / "synthea-r4").is_dir()
    folder = records or (SHARED / "synthea-r4" if real else fhir_fixtures.folder())
    asked = questions or (SHARED / "ehrqa" / "dev.jsonl" if real else fhir_fixtures.questions())
    return folder, [json.loads(line) for line in asked.read_text(encoding="utf-8").splitlines() if line.strip()]


def through_graph(assistant: Assistant, asked: list[tuple[str, Session]], at_once: int) -> dict[str, float]:
    """Questions a second, and milliseconds of one question: of the processor on average, and by the clock."""

    def one(question: tuple[str, Session]) -> float:
        start = time.perf_counter()
        assistant.answer(*question)
        return (time.perf_counter() - start) * 1000

    start, used = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(at_once) as pool:
        times = sorted(pool.map(one, asked))
    seconds, used = time.perf_counter() - start, time.process_time() - used
    return {
        "questions_per_s": len(asked) / seconds,
        "cpu_ms": used * 1000 / len(asked),
        "median_ms": statistics.median(times),
        "p95_ms": times[int(len(times) * 0.95)],
        "worst_ms": times[-1],
    }


def without_machine(assistant: Assistant, asked: list[tuple[str, Session]]) -> tuple[dict[str, float], list[float]]:
    """The same steps as the graph takes, called directly: seconds of each step, and milliseconds of each question."""
    steps = Steps(Runs(assistant.services))
    spent: dict[str, float] = defaultdict(float)
    times = []
    for question, session in asked:
        state: dict[str, Any] = {"question": question, "turns": []}
        runtime: Any = SimpleNamespace(context=session, stream_writer=lambda chunk: None)
        node, begun = "admit", time.perf_counter()
        while node != "end":
            start = time.perf_counter()
            state.update(getattr(steps, node)(state, runtime))
            spent[node] += time.perf_counter() - start
            node = following(node, state)
        times.append((time.perf_counter() - begun) * 1000)
    return dict(spent), times


def following(node: str, state: Any) -> str:
    """The step after `node`, by the graph's own edges."""
    edges: dict[str, Any] = {
        "admit": machine.after_admit, "plan": machine.after_plan, "clarify": machine.after_clarify,
        "write": machine.after_write, "ground": machine.after_ground,
        "act": lambda state: "plan", "release": lambda state: "end",
    }  # fmt: skip
    return str(edges[node](state))


def fsyncs_per_s(folder: Path, seconds: float = 1.0) -> float:
    """What the disk does at most: a kilobyte and an fsync, again and again."""
    path, count, start = folder / "bare", 0, time.perf_counter()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    while time.perf_counter() - start < seconds:
        os.write(descriptor, b"x" * 1024)
        os.fsync(descriptor)
        count += 1
    os.close(descriptor)
    return count / (time.perf_counter() - start)


def measure(folder: Path, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Everything this bench tells, as plain data."""
    with Assistant.over(folder) as assistant:
        gc.freeze()  # as the commands that run many questions do
        sessions = []
        for row in rows:
            with suppress(Exception):
                session = assistant.session(row["patient"], acknowledged_by="bench", as_of=row.get("as_of"))
                sessions.append((str(row["question"]), session))
        through_graph(assistant, sessions[:WARM_UP], 1)
        one, sixteen = through_graph(assistant, sessions, 1), through_graph(assistant, sessions, 16)
        spent, bare = without_machine(assistant, sessions)
        whole = sum(spent.values())
        disk = fsyncs_per_s(assistant.services.settings.data_dir)
    return {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "data": f"{folder.name}, {len(sessions)} questions",
        "fsyncs_per_s": disk,
        "one_at_a_time": one,
        "sixteen_at_once": sixteen,
        "share_of_step": {step: spent.get(step, 0.0) / whole for step in STEPS},
        "bare_median_ms": statistics.median(bare),
        "machine_overhead_ms": one["median_ms"] - statistics.median(bare),
    }


def shown(figures: dict[str, Any]) -> str:
    """The figures as a table."""
    lines = [figures["machine"], figures["data"], f"disk: {figures['fsyncs_per_s']:.0f} fsyncs/s", ""]
    lines.append(f"{'':18}{'questions/s':>12}{'cpu ms':>9}{'median ms':>11}{'p95 ms':>9}{'worst ms':>10}")
    for name in ("one_at_a_time", "sixteen_at_once"):
        run = figures[name]
        lines.append(
            f"{name.replace('_', ' '):18}{run['questions_per_s']:12.1f}{run['cpu_ms']:9.1f}{run['median_ms']:11.1f}"
            f"{run['p95_ms']:9.1f}{run['worst_ms']:10.1f}"
        )
    lines += ["", "share of each step: " + ", ".join(f"{k} {v:.0%}" for k, v in figures["share_of_step"].items())]
    lines.append(
        f"the same steps without the state machine: {figures['bare_median_ms']:.1f} ms median; "
        f"the machine adds {figures['machine_overhead_ms']:.1f} ms"
    )
    return "\n".join(lines)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=Path, help="folder of FHIR files")
    parser.add_argument("--questions", type=Path, help="JSON Lines of questions over them")
    parser.add_argument("--limit", type=int, default=400, help="questions to ask (spread over the file)")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    folder, rows = data(given.records, given.questions)
    figures = measure(folder, rows[:: max(1, len(rows) // given.limit)][: given.limit])
    print(json.dumps(figures) if given.json else shown(figures))


if __name__ == "__main__":
    main()
