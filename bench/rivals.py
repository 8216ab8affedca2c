"""What the record store is measured against: JSON in SQLite, DuckDB over NDJSON, Medplum's in-memory repository.

Each gets the search that suits it best. They do less: none knows intervals of dates, chains, composites or units.
"""

from __future__ import annotations

import importlib.util
import json
import math
import random
import shutil
import sqlite3
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROUNDS = 200
REPEATS = 4
CODE = "8302-2"
MEDPLUM = "5.2.13"
Timing = tuple[float, ...]
"""Median and 95th percentile in milliseconds, by the clock and then by the processor."""


def timed(action: Callable[[str], object], patients: list[str], rounds: int = ROUNDS) -> Timing:
    """Run an action for random patients, each `REPEATS` times, not in a row; the best of these counts.

    That is what a search costs when nobody else wants the processor. What differs is left to the patients.
    """
    chosen = random.Random(5).choices(patients, k=rounds)
    wall, cpu = [math.inf] * rounds, [math.inf] * rounds
    for _ in range(REPEATS):
        for n, patient in enumerate(chosen):
            begun, spent = time.perf_counter(), time.thread_time()
            action(patient)
            cpu[n] = min(cpu[n], (time.thread_time() - spent) * 1000)
            wall[n] = min(wall[n], (time.perf_counter() - begun) * 1000)
    wall.sort()
    cpu.sort()
    at = int(rounds * 0.95)
    return tuple(round(one, 4) for one in (statistics.median(wall), wall[at], statistics.median(cpu), cpu[at]))


def lines_in(folder: Path) -> Iterator[tuple[str, str]]:
    """Type and JSON of every resource."""
    for path in sorted(folder.glob("*.ndjson")):
        with path.open() as lines:
            for line in lines:
                yield path.stem, line


def sqlite_json(folder: Path, patients: list[str]) -> dict[str, Any]:
    """One table of JSON text with an expression index, as one would write it in an afternoon."""
    with tempfile.TemporaryDirectory() as scratch:
        raw = sqlite3.connect(Path(scratch) / "json.db")
        raw.execute("CREATE TABLE r (type TEXT, body TEXT)")
        begun = time.process_time()
        raw.executemany("INSERT INTO r VALUES (?, ?)", lines_in(folder))
        raw.execute("CREATE INDEX s ON r (type, json_extract(body, '$.subject.reference'))")
        raw.commit()
        spent = time.process_time() - begun
        sql = (
            "SELECT r.body FROM r, json_each(json_extract(body, '$.code.coding')) c WHERE r.type = 'Observation' AND"
            " json_extract(r.body, '$.subject.reference') = ? AND json_extract(c.value, '$.code') = ?"
        )

        def search(patient: str) -> object:
            return [json.loads(row[0]) for row in raw.execute(sql, (f"Patient/{patient}", CODE))]

        found = {"patient + code": timed(search, patients, 100), "import_cpu_s": round(spent, 2)}
        raw.close()
        return found


def duckdb_ndjson(folder: Path, patients: list[str]) -> dict[str, Any]:
    """DuckDB reading the NDJSON of one type where it lies, and the same once it is a table."""
    if importlib.util.find_spec("duckdb") is None:
        return {"skipped": "duckdb is not installed: pip install duckdb"}
    import duckdb

    path = folder / "Observation.ndjson"
    connection = duckdb.connect()
    where = "subject.reference = ? AND list_contains(list_transform(code.coding, lambda c: c.code), ?)"
    source = f"read_json('{path}', format = 'newline_delimited')"

    def over(table: str) -> Callable[[str], object]:
        return lambda p: connection.execute(
            f"SELECT to_json(t) FROM {table} t WHERE {where}", [f"Patient/{p}", CODE]
        ).fetchall()

    found = {"patient + code, over the file": timed(over(source), patients, 2)}
    connection.execute(f"CREATE TABLE o AS SELECT * FROM {source}")
    found["patient + code, as a table"] = timed(over("o"), patients, 20)
    return found


def medplum(folder: Path, patients: list[str]) -> dict[str, Any]:
    """`MemoryRepository` of @medplum/fhir-router, fetched from npm into a scratch folder and kept there."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return {"skipped": "node or npm is not installed"}
    scratch = Path(tempfile.gettempdir()) / f"chartwarden-bench-medplum-{MEDPLUM}"
    if not (scratch / "node_modules").is_dir():
        scratch.mkdir(exist_ok=True)
        packages = [f"@medplum/{name}@{MEDPLUM}" for name in ("fhir-router", "core", "definitions")]
        done = subprocess.run([npm, "install", "--no-save", "--prefix", str(scratch), *packages], capture_output=True)
        if done.returncode:
            return {"skipped": f"npm could not install @medplum/fhir-router {MEDPLUM}"}
    script = Path(__file__).with_name("medplum.mjs")
    command = [node, "--max-old-space-size=16000", str(script), str(scratch / "node_modules"), str(folder), CODE, "5"]
    done = subprocess.run([*command, *patients[:5]], capture_output=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


RIVALS: dict[str, Callable[[Path, list[str]], dict[str, Any]]] = {
    "sqlite-json": sqlite_json,
    "duckdb": duckdb_ndjson,
    "medplum": medplum,
}
