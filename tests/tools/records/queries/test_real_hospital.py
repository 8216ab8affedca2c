"""A hundred real, de-identified hospital records: with the right query, the published answer.

FHIRPath-QA train over MIMIC-IV demo on FHIR, its clean rows. The queries are made here from the text of a question
by its template and by exact names, so that what is tested is what a query means, not how a question is understood.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chartwarden.tools.records.execution import run
from chartwarden.tools.records.loading import load
from chartwarden.tools.records.lock import PatientLock
from chartwarden.tools.records.manifest import Entry, Manifest
from chartwarden.tools.records.moments import Clock
from chartwarden.tools.records.query import Coding, Concept, QueryResult, RecordQuery, Threshold, Window
from chartwarden.tools.records.readings import Readings
from chartwarden.tools.records.scopes import parse_scopes
from chartwarden.tools.records.store import LocalStore

DATA = Path(__file__).parents[5] / "shared" / "data"
RECORDS, QUESTIONS = DATA / "mimic-iv-demo-fhir", DATA / "fhirpath-qa" / "train.jsonl"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not QUESTIONS.exists(), reason=f"needs the MIMIC-IV demo records and FHIRPath-QA in {DATA}"),
]

ZONE = ZoneInfo("America/New_York")
READINGS = Readings(episode_time="encounter", care_unit="encounter")
TESTS = "http://mimic.mit.edu/fhir/mimic/CodeSystem/mimic-microbiology-test"
ANY_TEST = Concept(words="microbiology test", codings=(Coding(system=TESTS),))
NOTHING = Concept(words="nothing of this record")
EMERGENCY_FILES = ("ED.ndjson", "SignsED.ndjson")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStore]:
    files = [path for path in sorted(RECORDS.glob("*.ndjson.gz")) if not path.stem.endswith(EMERGENCY_FILES)]
    with LocalStore.open(f"sqlite:///{tmp_path_factory.mktemp('real') / 'records.db'}") as opened:
        load(opened, files)
        yield opened


class Asked:
    """One row of the set: its window, and what of the record its words name."""

    def __init__(self, row: dict[str, Any], manifest: Manifest) -> None:
        self.manifest = manifest
        self.now = dt.datetime.fromisoformat(row["as_of"])
        self.window, self.text = window_of(row["question"], self.now.astimezone(ZONE))
        self.which: Any = "first" if re.search(r"\bfirst\b", self.text) else "last"

    def query(self, resource_type: str, **more: Any) -> RecordQuery:
        return RecordQuery(types=(resource_type,), window=self.window, **more)

    def concept(self, *types: str) -> Concept | None:
        return concept_of(self._named(self.manifest.named(*types)))

    def thing(self, resource_type: str) -> Concept:
        return self.concept(resource_type) or NOTHING

    def several(self, resource_type: str) -> Concept:
        found = [pair for pair in self._named(self.manifest.named(resource_type), every=True) if len(pair[0]) > 3]
        whole = [p for p in found if not any(p[0] != other[0] and p[0] in other[0] for other in found)]
        return concept_of(whole) or NOTHING

    def word(self, element: str, resource_type: str) -> str:
        found = self._named(self.manifest.words(element, resource_type))
        return found[0][0] if found else "not among the words of this record"

    def _named(self, entries: tuple[Entry, ...], every: bool = False) -> list[tuple[str, Entry]]:
        found = []
        for entry in entries:
            names = {
                entry.text,
                *entry.identifiers,
                *(c.display for c in entry.codings),
                *(c.code for c in entry.codings),
            }
            found += [
                (name, entry)
                for name in names
                if len(name) > 1 and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", self.text)
            ]
        longest = max((len(name) for name, _ in found), default=0)
        return found if every else [(name, entry) for name, entry in found if len(name) == longest]


def concept_of(found: list[tuple[str, Entry]]) -> Concept | None:
    codings = [c for name, entry in found for c in entry.codings if name in (c.code, c.display)]
    texts = [name for name, entry in found if name == entry.text or name in entry.identifiers]
    return Concept(words=found[0][0], codings=tuple(codings), texts=tuple(texts)) if found else None


def micro(asked: Asked, target: Any) -> RecordQuery:
    specimen = asked.concept("Specimen")
    named: dict[str, Any] = (
        {"concept": ANY_TEST, "specimen": specimen} if specimen else {"concept": asked.thing("Observation")}
    )
    return asked.query("Observation", which=asked.which, target=target, **named)


def compared(asked: Asked) -> RecordQuery:
    more = re.search("greater|above|higher|more|exceed", asked.text)
    number = re.search(r"\d+\.\d+", asked.text)
    assert number is not None
    threshold = Threshold(relation="gt" if more else "lt", value=float(number[0]))
    return asked.query("Observation", concept=asked.thing("Observation"), threshold=threshold, measure="exists")


ORDER, GIVEN = "MedicationRequest", "MedicationAdministration"
ICU: dict[str, Any] = {"encounter_kind": ("icu",)}
HOSPITAL: dict[str, Any] = {"encounter_kind": ("hospital",)}
OUTPUT: dict[str, Any] = {"category": ("Output",)}


def plain(resource_type: str, named: bool = False, **more: Any) -> Callable[[Asked], RecordQuery]:
    """A query of one type; `named` by the thing the question names; first or last where a target is wanted."""

    def build(asked: Asked) -> RecordQuery:
        concept = {"concept": asked.thing(resource_type)} if named else {}
        chosen = {"which": asked.which} if "measure" not in more and "which" not in more else {}
        return asked.query(resource_type, **concept, **chosen, **more)

    return build


TEMPLATES: dict[str, Callable[[Asked], RecordQuery]] = {
    "careunit": plain("Encounter", target="location"),
    "count-drugs-prescribed": plain(ORDER, measure="count_distinct", target="name"),
    "count-hospital-visits": plain("Encounter", measure="count", **HOSPITAL),
    "count-icu-visits": plain("Encounter", measure="count", **ICU),
    "count-input-intake-events": plain(GIVEN, named=True, measure="count", **ICU),
    "count-output-events": plain("Observation", named=True, measure="count", **OUTPUT),
    "count-procedure-events": plain("Procedure", named=True, measure="count"),
    "count-specific-drug-prescriptions": plain(ORDER, named=True, measure="count"),
    "diagnosis-name": plain("Condition", target="name"),
    "drug-dose": plain(ORDER, named=True, target="dose"),
    "drug-name": plain(ORDER, target="name"),
    "drug-name-route": lambda a: a.query(ORDER, which=a.which, target="name", route=a.word("route", ORDER)),
    "has-any-diagnosis": plain("Condition", measure="exists"),
    "has-any-medication": plain(ORDER, measure="exists"),
    "has-any-procedure": plain("Procedure", measure="exists"),
    "has-diagnosis": plain("Condition", named=True, measure="exists"),
    "has-drug-prescribed": plain(ORDER, named=True, measure="exists"),
    "has-hospital-admission": plain("Encounter", measure="exists", **HOSPITAL),
    "has-input-intake": plain(GIVEN, named=True, measure="exists", **ICU),
    "has-multiple-drugs-or": lambda a: a.query(ORDER, concept=a.several(ORDER), measure="exists"),
    "has-output-events": plain("Observation", named=True, measure="exists", **OUTPUT),
    "has-procedure": plain("Procedure", named=True, measure="exists"),
    "has-vital-comparison": compared,
    "list-admission-times": plain("Encounter", which="all", target="time", **HOSPITAL),
    "micro-test-name": lambda a: a.query("Observation", concept=ANY_TEST, which=a.which, target="name"),
    "organism-name": lambda a: micro(a, "organism"),
    "output-name": plain("Observation", target="name", **OUTPUT),
    "patient-birth-date": lambda a: RecordQuery(types=("Patient",), target="demographic", field="birthDate"),
    "patient-gender": lambda a: RecordQuery(types=("Patient",), target="demographic", field="gender"),
    "procedure-name": plain("Procedure", target="name"),
    "time-admission-route": lambda a: a.query(
        "Encounter", which=a.which, target="time", admit_source=a.word("admitSource", "Encounter"), **HOSPITAL
    ),
    "time-drug-route": lambda a: a.query(ORDER, which=a.which, target="time", route=a.word("route", ORDER)),
    "time-hospital-admission": plain("Encounter", target="time", **HOSPITAL),
    "time-hospital-discharge": plain("Encounter", target="end", **HOSPITAL),
    "time-intake": plain(GIVEN, target="time"),
    "time-micro-test": lambda a: a.query("Observation", concept=ANY_TEST, which=a.which, target="time"),
    "time-micro-test-specific": lambda a: micro(a, "time"),
    "time-prescription": plain(ORDER, target="time"),
    "time-procedure": plain("Procedure", target="time"),
    "time-specific-diagnosis": plain("Condition", named=True, target="time"),
    "time-specific-drug": plain(ORDER, named=True, target="time"),
    "time-specific-intake": plain(GIVEN, named=True, target="time", **ICU),
    "time-specific-output": plain("Observation", named=True, target="time", **OUTPUT),
    "time-specific-procedure": plain("Procedure", named=True, target="time"),
    "time-vital-measurement": plain("Observation", named=True, target="time"),
    "vital-measurement": plain("Observation", named=True, target="value"),
}

_PREPOSITION = r"(?:\b(since|until|in|on|at|during)\s+)?"
_UNIT = (
    r"(\d+ (?:year|month|day)s? ago|(?:last|this) (?:year|month)|yesterday|today|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"
    r"|\d\d/\d\d/\d{4}|\d\d/\d{4}|\b[12]\d{3}\b(?![\d-]))"
)


def window_of(question: str, now: dt.datetime) -> tuple[Window | None, str]:
    """The window by the set's own reading (its README), and the question without it and without patient numbers."""
    text = re.sub(r"(patient )?\b1\d{7}\b", "", question)
    found = list(re.finditer(_PREPOSITION * 2 + _UNIT, text))
    if not found:
        return None, text
    match = max(found, key=lambda m: (bool(m[1]), len(m[0])))
    start, end = bounds(match[3], now, instants=(match[2] or match[1]) in ("since", "until"))
    rest = text[: match.start()] + text[match.end() :]
    if (match[2] or match[1]) == "since":
        return Window(start=start), rest
    if (match[2] or match[1]) == "until":
        return Window(end=max(end, start + dt.timedelta(seconds=1))), rest
    return Window(start=start, end=end), rest


def day(year: int, month: int = 1, of: int = 1) -> dt.datetime:
    return dt.datetime(year + (month - 1) // 12, (month - 1) % 12 + 1, of, tzinfo=ZONE)


def bounds(unit: str, now: dt.datetime, instants: bool) -> tuple[dt.datetime, dt.datetime]:
    ago = re.fullmatch(r"(\d+) (year|month|day)s? ago", unit)
    months = now.year * 12 + now.month - 1
    if (ago and ago[2] == "day") or (unit == "yesterday" and instants):
        instant = now - dt.timedelta(days=int(ago[1]) if ago else 1)
        return instant, instant
    if (ago and ago[2] == "month") or unit in ("last month", "this month"):
        first = months - (int(ago[1]) if ago else unit == "last month")
        return day(0, first + 1), day(0, first + 2)
    if ago or unit in ("last year", "this year"):
        year = now.year - (int(ago[1]) if ago else unit == "last year")
        return day(year), day(year + 1)
    if unit in ("yesterday", "today"):
        start = day(now.year, now.month, now.day) - dt.timedelta(days=unit == "yesterday")
        return start, start + dt.timedelta(days=1)
    numbers = [int(part) for part in re.split(r"[-/ :]", unit)]
    if len(numbers) == 6:
        at = dt.datetime(*numbers, tzinfo=ZONE)  # type: ignore[arg-type, misc]
        return at, at + dt.timedelta(seconds=1)
    if len(numbers) == 3:
        return day(numbers[2], numbers[1], numbers[0]), day(numbers[2], numbers[1], numbers[0]) + dt.timedelta(days=1)
    if len(numbers) == 2:
        return day(numbers[1], numbers[0]), day(numbers[1], numbers[0] + 1)
    return day(numbers[0]), day(numbers[0] + 1)


def plain_value(value: Any) -> str:
    text = str(value["start"] if isinstance(value, dict) else value)
    return text[:16] if re.match(r"\d{4}-\d\d-\d\dT", text) else "".join(text.split()).lower()


def is_right(row: dict[str, Any], result: QueryResult) -> bool:
    options = [row["expected"], *row["alt"]]
    if result.computed is not None:
        return [result.computed.value] in options or (not row["expected"] and not result.computed.value)
    if row["type"] == "any-coding":
        given = {plain_value(value) for finding in result.findings for value in finding.values}
        return any(given <= set(map(plain_value, option)) and bool(given) == bool(option) for option in options)
    several = row["template"] == "organism-name"
    values = [value for finding in result.findings for value in (finding.values if several else finding.values[:1])]
    return any(sorted(map(plain_value, values)) == sorted(map(plain_value, option)) for option in options)


def test_the_right_query_gives_the_published_answer(store: LocalStore) -> None:
    rows = [row for row in map(json.loads, QUESTIONS.read_text().splitlines()) if row["clean"]]
    grant = parse_scopes("patient/*.rs")
    wrong = []
    for row in rows:
        lock = PatientLock(store, row["patient"], grant)
        asked = Asked(row, lock.manifest())
        clock = Clock(asked.now, "America/New_York")
        result = run(TEMPLATES[row["template"]](asked), lock, clock, READINGS)
        if not is_right(row, result):
            wrong.append((row["template"], row["question"], row["expected"], [f.values for f in result.findings]))
    assert len(rows) > 1_000
    assert len(wrong) <= len(rows) // 100, wrong[:20]
