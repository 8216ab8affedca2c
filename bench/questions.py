"""What one question costs: processor and wall time through the whole graph, by step, and by the size of the record.

    python bench/questions.py [--records DIR] [--questions FILE] [--config FILE.toml] [--limit 300] [--sizes 100,1000]
    python bench/questions.py --data-dir DIR ...     a data directory that is loaded already (its audit log grows)
    python bench/questions.py --limit 0 --access     what the lock costs a resource, and a cohort each patient

Rules planner, durable audit, one question at a time. Processor time is what the question costs; wall time is told
beside it, with the waits for the disk and for whoever else uses the machine. The sizes are cut from the longest record
of the data: its first resources by date, and, beyond its length, copies of them under other ids, years earlier.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gc
import gzip
import json
import os
import platform
import re
import statistics
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from chartwarden import fhir_fixtures
from chartwarden.agent import graph as machine
from chartwarden.agent.assistant import Assistant
from chartwarden.agent.cohort import CohortQuery, ask_cohort
from chartwarden.agent.nodes import Steps
from chartwarden.agent.run import Runs
from chartwarden.agent.session import Session
from chartwarden.agent.settings import Settings
from chartwarden.tools.records.lock import PatientLock
from chartwarden.tools.records.scopes import parse_scopes
from chartwarden.tools.records.source import Capabilities, Page, Resource, SearchParams

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
STEPS = ("admit", "plan", "act", "write", "ground", "release")
WARM_UP = 20
ROUNDS = 20
LOCKED = 1_000
NOBODY, EVERYBODY = "system/*.rs?category=none", "system/*.rs"
"""Scopes of a session over all patients; the first reaches none, as no Patient has a category."""

TEN = (
    "Which allergies are recorded?",
    "How old is the patient?",
    "When was the last encounter?",
    "How many encounters are there?",
    "What was the first {measurement}?",
    "What is the latest {measurement}?",
    "What was the highest {measurement} ever?",
    "How often was {measurement} measured since 2000?",
    "Which medications were prescribed?",
    "Was {condition} ever diagnosed?",
)
"""The questions asked of every size; the names are those that the shortest record has most of, or the longest one."""

Asked = list[tuple[str, Session]]


def timed(ask: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds of processor (all threads of this process) and of wall time."""
    cpu, wall = time.process_time(), time.perf_counter()
    ask()
    return (time.process_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000


def spread(times: list[float]) -> dict[str, float]:
    """Median, 95th percentile and worst."""
    ordered = sorted(times)
    return {"median": statistics.median(ordered), "p95": ordered[int(len(ordered) * 0.95)], "worst": ordered[-1]}


def through_graph(assistant: Assistant, asked: Asked) -> dict[str, Any]:
    """Each question once, by the front door."""
    pairs = [timed(lambda one=one: assistant.answer(*one)) for one in asked]  # type: ignore[misc]
    return {"cpu_ms": spread([cpu for cpu, _ in pairs]), "wall_ms": spread([wall for _, wall in pairs])}


def by_step(assistant: Assistant, asked: Asked) -> dict[str, float]:
    """Mean milliseconds of processor time per question in each step, called as the graph calls them."""
    steps, spent = Steps(Runs(assistant.services)), dict.fromkeys(STEPS, 0.0)
    spent["clarify"] = 0.0
    for question, session in asked:
        state: dict[str, Any] = {"question": question, "turns": []}
        runtime: Any = SimpleNamespace(context=session, stream_writer=lambda chunk: None)
        node = "admit"
        while node != "end":
            start = time.process_time()
            state.update(getattr(steps, node)(state, runtime))
            spent[node] += (time.process_time() - start) * 1000
            node = following(node, state)
    return {name: milliseconds / len(asked) for name, milliseconds in spent.items()}


def following(node: str, state: Any) -> str:
    """The step after `node`, by the graph's own edges."""
    fixed = {"act": "plan", "release": "end"}
    return fixed[node] if node in fixed else str(getattr(machine, f"after_{node}")(state))


def sessions(assistant: Assistant, rows: list[dict[str, Any]]) -> Asked:
    """The questions, each with its session."""
    return [
        (str(row["question"]), assistant.session(row["patient"], acknowledged_by="bench", as_of=row.get("as_of")))
        for row in rows
    ]


def measure(assistant: Assistant, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Figures over a set of questions."""
    asked = sessions(assistant, rows)
    through_graph(assistant, asked[:WARM_UP])
    gc.collect()
    gc.freeze()  # as the commands that run many questions do
    first, again = through_graph(assistant, asked), through_graph(assistant, asked)
    return {"questions": len(asked), "first": first, "again": again, "steps_ms": by_step(assistant, asked)}


# --- the same questions over records of several sizes -----------------------------------------------------------------


def resources(folder: Path) -> Iterator[dict[str, Any]]:
    """Every resource of the NDJSON, Bundle and JSON files in a folder."""
    for path in sorted(path for path in folder.rglob("*") if re.search(r"\.(nd)?json(\.gz)?$", path.name)):
        packed = path.read_bytes()
        text = gzip.decompress(packed) if path.suffix == ".gz" else packed
        if "ndjson" in path.name:
            yield from (json.loads(line) for line in text.splitlines() if line.strip())
            continue
        whole = json.loads(text)
        yield from linked(whole["entry"]) if whole.get("entry") else [whole]


def linked(entries: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The resources of a Bundle with its own references as `Type/id`: outside of it a `urn:uuid:` points nowhere."""
    targets = {
        entry["fullUrl"]: f"{entry['resource']['resourceType']}/{entry['resource']['id']}"
        for entry in entries
        if entry.get("fullUrl", "").startswith("urn:")
    }
    for entry in entries:
        text = json.dumps(entry["resource"])
        yield json.loads(re.sub(r'"(urn:uuid:[^"]+)"', lambda found: f'"{targets.get(found[1], found[1])}"', text))


def owner(resource: dict[str, Any]) -> str:
    """The Patient id a resource is about; empty for what is shared."""
    if resource["resourceType"] == "Patient":
        return str(resource["id"])
    about = resource.get("subject") or resource.get("patient") or {}
    return str(about.get("reference", "")).rpartition("/")[2]


def moment(resource: dict[str, Any]) -> str:
    """The first date in a resource, by which the record is cut."""
    found = re.search(r'"(\d{4}-\d\d-\d\d)', json.dumps({k: v for k, v in resource.items() if k != "meta"}))
    return found.group(1) if found else ""


def ladder(folder: Path, sizes: list[int]) -> dict[int, list[dict[str, Any]]]:
    """By size, the resources of one record of that size."""
    owned: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for resource in resources(folder):
        owned[owner(resource)].append(resource)
    shared = owned.pop("", [])
    patient = max(owned, key=lambda name: (len(owned[name]), name))
    person = next(r for r in owned[patient] if r["resourceType"] == "Patient")
    rest = sorted((r for r in owned[patient] if r is not person), key=lambda r: (moment(r), r["resourceType"], r["id"]))
    made: dict[int, list[dict[str, Any]]] = {}
    for size in sizes:
        copies = [rest]
        while sum(map(len, copies)) < size:
            copies.append([earlier(resource, len(copies)) for resource in rest])
        made[size] = [*shared, person, *[r for copy in copies for r in copy][: size - 1]]
    return made


def earlier(resource: dict[str, Any], years: int) -> dict[str, Any]:
    """The resource again, under another id and so many years before."""
    text = re.sub(
        r'"(\d{4})(-\d\d)', lambda found: f'"{int(found.group(1)) - years}{found.group(2)}', json.dumps(resource)
    )
    return {**json.loads(text), "id": f"{resource['id'][:56]}-c{years}"}


def names(record: list[dict[str, Any]], resource_type: str) -> str:
    """What most resources of a type are about, in the record's own words."""
    codes = [r.get("code", {}) for r in record if r["resourceType"] == resource_type]
    displays = [next((c["display"] for c in code.get("coding", []) if c.get("display")), "") for code in codes]
    return Counter(filter(None, displays)).most_common(1)[0][0] if any(displays) else ""


def flatness(folder: Path, sizes: list[int], settings: Settings) -> dict[str, Any]:
    """The ten questions over one record cut to each size."""
    cut, told = ladder(folder, sizes), {}
    shortest, longest = cut[min(sizes)], cut[max(sizes)]
    words = {
        word: names(shortest, kind) or names(longest, kind) or word
        for word, kind in (("measurement", "Observation"), ("condition", "Condition"))
    }
    ten = [question.format(**words) for question in TEN]
    for size, record in cut.items():
        patient = next(r["id"] for r in record if r["resourceType"] == "Patient")
        with tempfile.TemporaryDirectory() as place:
            file = Path(place) / "record.ndjson"
            file.write_text("".join(json.dumps(resource) + "\n" for resource in record), encoding="utf-8")
            with Assistant.over(file, settings=settings) as assistant:
                session = assistant.session(patient, acknowledged_by="bench", as_of="2250-01-01")
                opening = timed(lambda: assistant.answer(ten[1], session))[0]  # noqa: B023 - called at once
                asked = [(question, session) for question in ten]
                first_asked = [timed(lambda one=one: assistant.answer(*one))[0] for one in asked]  # type: ignore[misc]
                gc.collect()
                gc.freeze()  # as the commands that run many questions do
                runs = [[timed(lambda one=one: assistant.answer(*one)) for one in asked] for _ in range(ROUNDS)]  # type: ignore[misc]
                each = [statistics.median(run[place][0] for run in runs) for place in range(len(asked))]
                outcomes = [assistant.answer(*one).outcome for one in asked]
                told[str(size)] = {
                    "first_ms": opening,
                    "first_asked_ms": first_asked,
                    "cpu_ms": spread([cpu for run in runs for cpu, _ in run]),
                    "wall_ms": spread([wall for run in runs for _, wall in run]),
                    "each_ms": each,
                    "outcomes": outcomes,
                    "steps_ms": by_step(assistant, asked * 3),
                }
                gc.unfreeze()
    return {"questions": ten, "sizes": told}


# --- what is spent on access ------------------------------------------------------------------------------------------


class OnePage:
    """A source that gives the same page to every search: what is timed is whoever stands in front of it."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def search(self, resource_type: str, params: SearchParams) -> Iterator[Page]:
        yield self.page

    def read(self, reference: str) -> Resource | None:
        return None

    def capabilities(self) -> Capabilities:
        return Capabilities("one page")


def lock_cost(folder: Path) -> dict[str, float]:
    """Microseconds of processor time that a lock takes for an Observation of one patient, each round freshly parsed."""
    owned: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for resource in resources(folder):
        if resource["resourceType"] == "Observation":
            owned[owner(resource)].append(resource)
    patient = max(owned, key=lambda name: (len(owned[name]), name))
    text, grant = json.dumps(owned[patient][:LOCKED]), parse_scopes("patient/*.rs")

    def once() -> float:
        lock = PatientLock(OnePage(Page(tuple(json.loads(text)))), patient, grant)
        start = time.process_time()
        passed = sum(len(page.matches) for page in lock.search("Observation", []))
        return (time.process_time() - start) * 1e6 / passed

    return {"resources": len(json.loads(text)), **spread([once() for _ in range(ROUNDS)])}


def cohort_cost(folder: Path) -> dict[str, Any]:
    """Milliseconds of processor time that questions over all patients take, once and for each patient.

    What is spent once is told by a session whose scopes reach no patient.
    """
    held = [resource for resource in resources(folder) if resource["resourceType"] in ("Observation", "Condition")]
    measurement = names(held, "Observation")
    condition = names(held, "Condition").partition(" (")[0]  # SNOMED's tag is no part of what people say
    queries = (
        CohortQuery(kind="observation", words=measurement),
        CohortQuery(kind="observation", words=measurement, since="2015-01-01"),
        CohortQuery(kind="condition", words=condition),
        CohortQuery(kind="condition", words=condition, active_only=True),
        CohortQuery(kind="medication"),
    )
    with Assistant.over(folder, settings=Settings()) as assistant:

        def spent(query: CohortQuery, scopes: str) -> float:
            session = assistant.session(
                "", population=True, purpose="HRESCH", scopes=scopes, acknowledged_by="bench", as_of="2250-01-01"
            )
            return timed(lambda: ask_cohort(assistant, query, session))[0]

        patients = sum(len(page.matches) for page in assistant.services.source.search("Patient", []))
        spent(queries[0], NOBODY)  # the gate is loaded
        once = [statistics.median(spent(query, NOBODY) for _ in range(5)) for query in queries]
        first = spent(queries[0], EVERYBODY) - once[0]
        again = [statistics.median(spent(query, EVERYBODY) for _ in range(5)) for query in queries]
    each = [(whole - part) / patients for whole, part in zip(again, once, strict=True)]
    told = [{"asked": str(query), "once": once[place], "each": each[place]} for place, query in enumerate(queries)]
    return {"patients": patients, "first_ms": first / patients, "ms": told}


# --- the command ------------------------------------------------------------------------------------------------------


def steps_told(spent: dict[str, float]) -> str:
    """Shares of each step."""
    whole = sum(spent.values()) or 1.0
    return ", ".join(f"{name} {spent[name]:.1f} ms {spent[name] / whole:.0%}" for name in STEPS)


def access_told(lock: dict[str, Any], cohort: dict[str, Any]) -> list[str]:
    """The costs of access as lines."""
    told = f"lock, cpu of a resource: median {lock['median']:.1f} µs, worst {lock['worst']:.1f} µs"
    return [
        f"{told} ({lock['resources']} Observations of one patient)",
        f"cohort, cpu of each of {cohort['patients']} patients: {cohort['first_ms']:.1f} ms the first time, then",
        *(f"{run['each']:8.2f} ms (once {run['once']:.0f} ms)  {run['asked']}" for run in cohort["ms"]),
    ]


def shown(figures: dict[str, Any]) -> str:
    """The figures as tables."""
    lines = [figures["machine"], figures["data"]]
    head = f"{'':14}{'cpu median':>11}{'cpu p95':>9}{'worst':>9}{'wall median':>13}{'wall p95':>10}   ms per question"
    if "all" in figures:
        lines += ["", head]
        for name in ("first", "again"):
            lines.append(f"{name + ' pass':14}{_row(figures['all'][name])}")
        lines.append("cpu by step: " + steps_told(figures["all"]["steps_ms"]))
    if "flatness" in figures:
        lines += ["", head]
        sizes = figures["flatness"]["sizes"]
        for size, run in sizes.items():
            lines.append(f"{size + ' resources':14}{_row(run)}   (first question {run['first_ms']:.0f} ms)")
        for size, run in sizes.items():
            lines.append(f"{size} resources, cpu by step: " + steps_told(run["steps_ms"]))
        lines += ["", "cpu median of each question, by size, and cpu of the first time it was asked (ms)"]
        for place, question in enumerate(figures["flatness"]["questions"]):
            times = "".join(f"{run['each_ms'][place]:8.1f}" for run in sizes.values())
            times += "   first" + "".join(f"{run['first_asked_ms'][place]:8.1f}" for run in sizes.values())
            outcomes = "/".join(dict.fromkeys(run["outcomes"][place] for run in sizes.values()))
            lines.append(f"{times}  {question} ({outcomes})")
    if "lock" in figures:
        lines += ["", *access_told(figures["lock"], figures["cohort"])]
    return "\n".join(lines)


def _row(run: dict[str, Any]) -> str:
    cpu, wall = run["cpu_ms"], run["wall_ms"]
    return f"{cpu['median']:11.1f}{cpu['p95']:9.1f}{cpu['worst']:9.1f}{wall['median']:13.1f}{wall['p95']:10.1f}"


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=Path, help="folder of FHIR files")
    parser.add_argument("--data-dir", type=Path, help="a data directory that is loaded already, instead of the files")
    parser.add_argument("--questions", type=Path, help="JSON Lines with question, patient and as_of")
    parser.add_argument("--config", type=Path, help="settings, as TOML")
    parser.add_argument("--limit", type=int, default=300, help="questions to ask (spread over the file); 0: none")
    parser.add_argument("--sizes", default="", help="record sizes to compare, such as 100,1000,10000")
    parser.add_argument("--access", action="store_true", help="also time the lock and questions over all patients")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    if given.config:
        os.environ["CHARTWARDEN_CONFIG"] = str(given.config)
    real = (SHARED / "synthea-r4").is_dir()
    folder = given.records or (SHARED / "synthea-r4" if real else fhir_fixtures.folder())
    questions = given.questions or (SHARED / "ehrqa" / "dev.jsonl" if real else fhir_fixtures.questions())
    figures: dict[str, Any] = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"{dt.date.today().isoformat()}",
        "data": f"{(given.data_dir or folder).name}, {questions.parent.name}/{questions.name}",
    }
    if given.limit:
        rows = [json.loads(line) for line in questions.read_text(encoding="utf-8").splitlines() if line.strip()]
        rows = rows[:: max(1, len(rows) // given.limit)][: given.limit]
        kept = given.data_dir
        opened = Assistant.open(Settings(data_dir=kept)) if kept else Assistant.over(folder, settings=Settings())
        with opened as assistant:
            figures["all"] = measure(assistant, rows)
    if given.sizes:
        figures["flatness"] = flatness(folder, [int(size) for size in given.sizes.split(",")], Settings())
    if given.access:
        figures |= {"lock": lock_cost(folder), "cohort": cohort_cost(folder)}
    with suppress(BrokenPipeError):
        sys.stdout.write((json.dumps(figures) if given.json else shown(figures)) + "\n")


if __name__ == "__main__":
    main()
