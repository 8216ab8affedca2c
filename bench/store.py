"""What the record store costs: import, size, latency, beside rivals measured in the same run.

    python bench/replicate.py ../shared/data/synthea-r4 population --copies 65
    python bench/store.py population --store sqlite:////tmp/bench.db --rivals sqlite-json duckdb medplum
    python bench/store.py population --store sqlite:////tmp/bench.db postgresql://localhost/bench

    python bench/store.py --plot docs/records-scaling.svg small.json large.json

CPU time is given beside wall time, since the machine may be shared. Latencies are warm (each search is run four times,
the best counts), include decompression and JSON parsing, and are taken over random patients. With `--plot` nothing is
measured: what earlier runs printed is drawn.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from plot import log_plot
from rivals import CODE, RIVALS, Timing, lines_in, timed

from chartwarden.tools.records.loading import load
from chartwarden.tools.records.requests import bundle, parse_request, run_request
from chartwarden.tools.records.store import LocalStore

CATEGORY = "vital-signs"
MAX_PATIENTS = 2_000


def patients_in(folder: Path) -> list[str]:
    """Some patient ids."""
    with (folder / "Patient.ndjson").open() as lines:
        return [json.loads(line)["id"] for line, _ in zip(lines, range(MAX_PATIENTS), strict=False)]


def load_facts(store: LocalStore, folder: Path, jobs: int) -> dict[str, Any]:
    """Import everything."""
    cpu = time.process_time()
    report = load(store, [folder], jobs=jobs)
    cpu = time.process_time() - cpu
    return {
        "resources": report.resources,
        "wall_s": round(report.seconds, 1),
        "per_wall_s": round(report.resources / report.seconds),
        "per_cpu_s": round(report.resources / cpu),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def latencies(store: LocalStore, patients: list[str]) -> dict[str, Timing]:
    """The searches an agent makes, and some about everyone."""

    def search(kind: str, *params: tuple[str, str]) -> Callable[[str], object]:
        def run(patient: str) -> object:
            filled = [(name, value.replace("{p}", patient)) for name, value in params]
            return list(store.search(kind, filled))

        return run

    newest = (("patient", "{p}"), ("category", CATEGORY), ("date", "ge2012"), ("_sort", "-date"), ("_count", "20"))

    has = search("Patient", ("_id", "{p}"), ("_has:Observation:patient:code", CODE))
    chain = search("Observation", ("patient", "{p}"), ("encounter.status", "finished"), ("code", CODE))

    def first_page(patient: str) -> object:
        return next(store.search("Observation", [(n, v.replace("{p}", patient)) for n, v in newest]), None)

    def everything(patient: str) -> object:
        """A whole Bundle, ready to be sent."""
        request = parse_request(f"Patient/{patient}/$everything")
        answers, left_out = run_request(store, request)
        return b"".join(bundle(request, left_out, answers))

    return {
        "read": timed(lambda p: store.read(f"Patient/{p}"), patients),
        "patient + code": timed(search("Observation", ("patient", "{p}"), ("code", CODE)), patients),
        "patient + category + date + sort, 20": timed(first_page, patients),
        "$lastn, one code": timed(lambda p: list(store.lastn([("patient", p), ("code", CODE)])), patients),
        "_has, one patient": timed(has, patients),
        "chain": timed(chain, patients),
        "composite, one patient": timed(
            search("Observation", ("patient", "{p}"), ("combo-code-value-quantity", "8480-6$gt120")), patients
        ),
        "$everything": timed(everything, patients, 100),
        "count by code, everyone": timed(search("Observation", ("code", CODE), ("_summary", "count")), patients, 10),
        "stamp": timed(store.stamp, patients),
    }  # fmt: skip


def store_facts(url: str, folder: Path, patients: list[str], jobs: int) -> dict[str, Any]:
    """What one store costs; an empty one is filled first."""
    facts: dict[str, Any] = {}
    with LocalStore.open(url) as store:
        if store.read(f"Patient/{patients[0]}") is None:
            facts["import"] = load_facts(store, folder, jobs)
            if url.startswith("sqlite:///"):
                size = Path(url.removeprefix("sqlite:///")).stat().st_size
                facts["bytes_per_resource"] = round(size / facts["import"]["resources"])
        facts["latency_ms"] = latencies(store, patients)
    return facts


def plotted(results: list[dict[str, Any]]) -> str:
    """How the median cost of each search, in CPU time, grows with the population."""
    results.sort(key=lambda found: found["resources"])
    names = [name for name in results[0]["latency_ms"] if name != "stamp"]
    lines = {name: [(r["resources"], r["latency_ms"][name][2]) for r in results] for name in names}
    return log_plot("Cost of a search, SQLite", "resources in the store", "ms of CPU, median", lines)


def main() -> None:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inputs", type=Path, nargs="+", metavar="FOLDER", help="with --plot: results of earlier runs")
    parser.add_argument("--plot", type=Path, metavar="SVG", help="draw earlier results")
    parser.add_argument("--store", nargs="+", help="URLs; a new store is filled, an existing one is used as it is")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--rivals", nargs="*", choices=RIVALS, default=[])
    given = parser.parse_args()
    if given.plot:
        given.plot.write_text(plotted([json.loads(path.read_text()) for path in given.inputs]))
        return
    if not given.store:
        parser.error("--store URL says where to put the records")
    folder: Path = given.inputs[0]
    patients = patients_in(folder)
    facts: dict[str, Any] = {"resources": sum(1 for _ in lines_in(folder))}
    first, *others = given.store
    facts.update(store_facts(first, folder, patients, given.jobs))
    for url in others:
        facts[url.partition(":")[0]] = store_facts(url, folder, patients, given.jobs)
    for name in given.rivals:
        facts[name] = RIVALS[name](folder, patients)
    print(json.dumps(facts, indent=1))


if __name__ == "__main__":
    main()
