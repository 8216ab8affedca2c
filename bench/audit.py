"""How fast the audit log is, against what the same disk and processor can do at all.

    python bench/audit.py [--rounds 8] [--seconds 1] [--folder DIR] [--postgres URL] [--json]

- Durable appends a second with one writer, and with 16 concurrent questions that share transactions (group commit),
  against the bare rate of "append a kilobyte, fsync" on the same disk. Bare and log take turns, slice by slice, and
  each round has a ratio of its own: the median is told with the lowest and the highest.
- On PostgreSQL also single INSERTs of a kilobyte, each its own commit, against the same: what the server can do.
- Entries verified a second, against hashing the same bytes with SHA-256 and nothing else.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from chartwarden.agent.audit import dialects
from chartwarden.agent.audit.keys import VERIFIERS, read_verifiers
from chartwarden.agent.audit.log import AuditLog, Trail
from chartwarden.agent.audit.storage import Storage
from chartwarden.agent.audit.verify import anchor_notes, verify

TOOL_CALL = {
    "tool": "search_record",
    "searched": ["Observation?code=http://loinc.org|2085-9&date=ge2010-03-01"],
    "references": [f"Observation/{number}" for number in range(8)],
    "content": {f"Observation/{number}": "ab" * 32 for number in range(2)},
    "found": 8,
    "complete": True,
    "withheld": 0,
    "error": "",
}
ANSWER = {"outcome": "answered", "citations": ["Observation/3"], "sentences": [{"kind": "computation", "failed": []}]}
PLANNER = {"planner": "rules", "version": "1"}


def bare_fsyncs(folder: Path, seconds: float) -> float:
    """Appends of one kilobyte, each with an fsync, a second."""
    path = folder / "bare"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        return rate(lambda: (os.write(descriptor, b"x" * 1024), os.fsync(descriptor)), seconds)
    finally:
        os.close(descriptor)
        path.unlink()


def rate(step: Callable[[], object], seconds: float) -> float:
    """How often `step` runs a second."""
    count, start = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - start) < seconds:
        step()
        count += 1
    return count / elapsed


def trail_of(log: AuditLog, number: int) -> Trail:
    return log.trail(
        session_id=f"s{number}", user="bench", role="", purpose="TREAT", patient=f"p{number}", planner=PLANNER
    )


def one_writer(log: AuditLog, seconds: float) -> float:
    """Entries a second when each waits for the disk before the next."""
    trail = trail_of(log, 0)
    return rate(lambda: trail.commit("tool_call", TOOL_CALL), seconds)


def questions(log: AuditLog, threads: int, seconds: float) -> float:
    """Entries a second of this many questions at once: seven entries each, three of them waited for."""
    done = [0] * threads
    stop = time.perf_counter() + seconds

    def ask(number: int) -> None:
        trail = trail_of(log, number)
        while time.perf_counter() < stop:
            trail.note("question", {"characters": 30}, {"question": "What was the lowest HDL?"})
            trail.note("gate", {"when": "before", "class": "lookup", "action": "answer"})
            trail.commit("tool_call", TOOL_CALL, {"arguments": "{}"})
            trail.commit("tool_call", TOOL_CALL, {"arguments": "{}"})
            trail.note("denied", {"reason": "outside the compartment", "count": 1})
            trail.note("gate", {"when": "after", "verdict": "released"})
            trail.commit("answer", ANSWER, {"answer": "The lowest HDL was 38 mg/dL.", "plan": "Observation"})
            done[number] += 1

    workers = [threading.Thread(target=ask, args=(number,)) for number in range(threads)]
    start = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    elapsed = time.perf_counter() - start
    return sum(done) * 7 / elapsed


def plain_inserts(url: str, seconds: float) -> float:
    """INSERTs of one kilobyte into a table of its own, each its own commit, a second."""
    import psycopg

    where = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(where, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS plain")
        cursor.execute("CREATE TABLE plain (seq bigserial PRIMARY KEY, body bytea NOT NULL)")
        insert, values = "INSERT INTO plain (body) VALUES (%b)", (b"x" * 1024,)
        found = rate(lambda: cursor.execute(insert, values, prepare=True), seconds)
        cursor.execute("DROP TABLE plain")
        return found


def verification(url: str, keys: Path) -> dict[str, float]:
    """Entries verified a second, and hashed a second."""
    with closing(Storage.open(url, read_only=True)) as storage:
        bodies = [row.body for row in storage.rows()]
        start = time.perf_counter()
        for body in bodies:
            hashlib.sha256(b"\x00" + body).digest()
        hashing = time.perf_counter() - start
        start = time.perf_counter()
        report = verify(storage, read_verifiers(keys / VERIFIERS), [anchor_notes(keys / "checkpoints.txt")])
        verifying = time.perf_counter() - start
    if not report.intact:
        raise SystemExit(f"the log does not verify: {report.problems[0]}")
    return {"entries": len(bodies), "verified_per_s": len(bodies) / verifying, "hashed_per_s": len(bodies) / hashing}


def measure(url: str, folder: Path, rounds: int, seconds: float) -> dict[str, Any]:
    """All figures of one database."""
    keys = folder / f"keys-{time.monotonic_ns()}"
    with AuditLog.open(url, key_dir=keys) as log:
        one_writer(log, seconds / 4)  # connections and caches are made
        single = beside_bare(lambda: one_writer(log, seconds), folder, rounds, seconds)
        many = beside_bare(lambda: questions(log, 16, seconds), folder, rounds, seconds)
    plain = {}
    if url.startswith("postgres"):
        plain = {"plain_inserts": beside_bare(lambda: plain_inserts(url, seconds), folder, rounds, seconds)}
    return {"one_writer": single, "sixteen_questions": many, **plain, **verification(url, keys)}


def beside_bare(subject: Callable[[], float], folder: Path, rounds: int, seconds: float) -> dict[str, Any]:
    """A rate against bare fsyncs, in turns; each round is held against the bare rates before and after it."""
    bare, rates = [bare_fsyncs(folder, seconds)], []
    for _ in range(rounds):
        rates.append(subject())
        bare.append(bare_fsyncs(folder, seconds))
    ratios = sorted(own / statistics.mean(bare[at : at + 2]) for at, own in enumerate(rates))
    return {
        "per_s": statistics.median(rates),
        "bare_per_s": statistics.median(bare),
        "ratio": statistics.median(ratios),
        "lowest": ratios[0],
        "highest": ratios[-1],
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=8, help="turns of bare disk and log")
    parser.add_argument("--seconds", type=float, default=1.0, help="length of each turn")
    parser.add_argument("--folder", type=Path, help="folder on the disk to measure; default: a temporary one")
    parser.add_argument("--postgres", help="an empty PostgreSQL database to measure too")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as name:
        folder = Path(name)
        module = dialects.sqlite_module()
        label = f"{module.__name__} {module.sqlite_version} ({' '.join(dialects.journal(module.sqlite_version_info))})"
        results = {label: measure(f"sqlite:///{folder / 'audit.db'}", folder, given.rounds, given.seconds)}
        if given.postgres:
            results["PostgreSQL"] = measure(given.postgres, folder, given.rounds, given.seconds)
    if given.json:
        print(json.dumps(results, indent=2))
        return
    for label, figures in results.items():
        show(label, figures)


def show(label: str, figures: dict[str, Any]) -> None:
    """Print the figures of one database."""
    print(label)
    for name, words in (
        ("one_writer", "one writer   "), ("sixteen_questions", "16 questions "), ("plain_inserts", "plain INSERT "),
    ):  # fmt: skip
        if (found := figures.get(name)) is None:
            continue
        print(
            f"  {words} {found['per_s']:,.0f} entries a second; bare fsync {found['bare_per_s']:,.0f}; ratio "
            f"{found['ratio']:.2f} ({found['lowest']:.2f} to {found['highest']:.2f})"
        )
    print(
        f"  verification  {figures['verified_per_s']:,.0f} entries a second over {figures['entries']:,}; "
        f"SHA-256 alone {figures['hashed_per_s']:,.0f}"
    )


if __name__ == "__main__":
    main()
