"""The criteria of a query, checked in code on each row: what a search found is only what may be meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable

from chartwarden.tools.records import values
from chartwarden.tools.records.attributes import ATTRIBUTES, attribute
from chartwarden.tools.records.chart import Chart, human_name
from chartwarden.tools.records.code_systems import codes_by_system
from chartwarden.tools.records.compile import compile_query
from chartwarden.tools.records.doses import amount_of
from chartwarden.tools.records.elements import walk
from chartwarden.tools.records.encounters import NONE_RECORDED, kinds_of
from chartwarden.tools.records.query import Concept, RecordQuery
from chartwarden.tools.records.rows import Row
from chartwarden.tools.records.wholes import grown

Test = Callable[[Row], bool]


def tests_of(query: RecordQuery, chart: Chart) -> list[Test]:
    """What a row has to pass, cheapest first. The window and the anchor are not among them: they need time."""
    tests: list[Test] = [lambda row: row.is_planned if query.planned else chart.exists_yet(row.moment)]
    if query.either and query.reason is not None:
        of_it, for_it = _concept(query), _reason(query.reason)
        tests.append(lambda row: of_it(row) or for_it(row))
    elif query.concept is not None or query.component is not None:
        tests.append(_concept(query))
    if query.category:
        tests.append(_category(query.category))
    if query.status:
        tests.append(_status(frozenset(query.status)))
    if query.route:
        tests.append(_coded(query.route.split("|"), "dosageInstruction.route", "dosage.route", "route"))
    if query.admit_source:
        tests.append(_coded((query.admit_source,), "hospitalization.admitSource"))
    if query.place:
        tests.append(_place(query.place))
    if query.disposition:
        tests.append(_disposition(query.disposition))
    if query.code_prefix:
        tests.append(_code_begins(query.code_prefix, query.field))
    if query.body_site:
        tests.append(_body_site(query.body_site))
    if query.encounter_kind:
        tests.append(_encounter_kind(frozenset(query.encounter_kind), chart))
    if query.person:
        tests.append(_person(query.person))
    if query.specimen is not None:
        tests.append(_specimen(query.specimen, chart))
    if query.derived_from is not None:
        tests.append(_derived(query.derived_from, chart))
    if query.said is not None and not query.held:
        tests.append(says(query.said))
    if query.yielded is not None and not query.held:
        tests.append(yields(query.yielded))
    if query.coded:
        tests.append(_coded_value(query.coded))
    if query.one_of and query.field in ATTRIBUTES and not query.held:
        wanted = frozenset(map(fold, query.one_of))
        tests.append(lambda row: any(fold(str(one)) in wanted for one in attribute(row.resource, query.field)[0]))
    if query.reason is not None and not query.either:
        for_it = _reason(query.reason)
        there = diagnosed_at(query.reason, chart) if query.recorded_there else frozenset()
        tests.append(
            lambda row: for_it(row) or (row.encounter_reference in there and _is_told_there(row, query, chart))
        )
    return tests


def _is_told_there(row: Row, query: RecordQuery, chart: Chart) -> bool:
    """Whether a visit or an order counts as for what was diagnosed there: an order only that names no reason itself."""
    if row.type != "MedicationRequest":
        return True
    if row.reasons:
        return False
    if query.concept is not None and _concept(query)(row):
        chart.note("An order without a reason of its own was written at the visit where that was diagnosed.")
    return True


def tells(row: Row, query: RecordQuery) -> bool:
    """Whether the row has what is wanted at all: a culture an organism, a measurement a value, an infusion an end."""
    if query.target == "organism":
        return bool(row.resource.get("hasMember"))
    if query.target in ("end", "duration") and row.type in ("MedicationAdministration", "Procedure"):
        return not any(name.endswith("DateTime") for name in row.resource)  # what was done at a moment did not go on
    if query.target == "attribute" and query.field == "most_an_hour":
        return bool(attribute(row.resource, query.field)[0])  # only a few orders set such a limit
    if query.target in ("strength", "infusion_rate"):
        return amount_of(row, query.target) is not None
    if query.target == "value" and row.type == "Observation":
        wanted = query.component or query.concept
        holder = row.holder(wanted) or {}
        return row.value(wanted) is not None or "component" in holder or {"specimen", "hasMember"} <= holder.keys()
    return True


def _concept(query: RecordQuery) -> Test:
    concept, component = query.concept, query.component

    def test(row: Row) -> bool:
        wanted = component or concept
        assert wanted is not None, "tests_of asks only for a query with either"
        if row.type != "Observation":
            return concept is None or row.is_about(concept)
        holder = row.holder(wanted)
        if holder is None:
            return False
        # A component within the panel that was named, or the same measurement standing alone.
        return component is None or concept is None or holder is row.resource or row.is_about(concept)

    return test


def _category(wanted: tuple[str, ...]) -> Test:
    folded = {word.casefold() for word in wanted}

    def test(row: Row) -> bool:
        return any(c.code.casefold() in folded or c.display.casefold() in folded for c in row.categories)

    return test


def _status(wanted: frozenset[str]) -> Test:
    """Diagnoses without a clinical status pass: `lacks_status` says of which it cannot be told."""

    def test(row: Row) -> bool:
        return not wanted.isdisjoint(row.clinical_statuses) or lacks_status(row, wanted)

    return test


def lacks_status(row: Row, wanted: Collection[str]) -> bool:
    """Whether a status is asked of a diagnosis that has none: nobody recorded whether it was over."""
    return bool(wanted) and row.type == "Condition" and "clinicalStatus" not in row.resource and row.end is None


def _coded(wanted: Iterable[str], *paths: str) -> Test:
    folded = frozenset(map(fold, wanted))

    def test(row: Row) -> bool:
        words = (word for path in paths for node in walk(row.resource, path) for word in values.concept_scalars(node))
        return any(fold(word) in folded for word in words)

    return test


def _place(wanted: str) -> Test:
    """The name of where a stretch was spent has all the words; intensive care is called so, or an ICU."""
    words = fold(_INTENSIVE_CARE.sub("icu", fold(wanted))).split()

    def test(row: Row) -> bool:
        name = fold(_INTENSIVE_CARE.sub("icu", fold(place_of_row(row))))
        return bool(name) and all(word in name for word in words)

    return test


_INTENSIVE_CARE = re.compile(r"(?:intensive|critical) care(?: unit)?")


def place_of_row(row: Row) -> str:
    """The name of where a stretch of a stay was spent."""
    node = row.place.get("location") if row.place is not None else None
    if not isinstance(node, dict):
        return ""
    target = row.chart.resolve(node, row.resource)
    return (human_name(target) if target is not None else "") or str(node.get("display", ""))


def _disposition(wanted: str) -> Test:
    """The name of where somebody went has the words, or is them; or there is none."""
    if wanted == NONE_RECORDED:
        return lambda row: not any(True for _ in walk(row.resource, "hospitalization.dischargeDisposition"))
    parts = [fold(one) for one in wanted.split("|")]

    def is_meant(name: str) -> bool:
        return any(name == part[1:] if part.startswith("=") else part in name for part in parts)

    def test(row: Row) -> bool:
        nodes = list(walk(row.resource, "hospitalization.dischargeDisposition"))
        if row.type == "Encounter" and not nodes:
            row.chart.note("Visits and stays with no recorded disposition do not count.")
        return any(is_meant(fold(word)) for node in nodes for word in values.concept_scalars(node))

    return test


def _code_begins(prefix: str, system: str) -> Test:
    folded = prefix.casefold().rstrip("*")
    return lambda row: any(code.casefold().startswith(folded) for _, code in codes_by_system(row.codings, system))


def diagnosed_at(concept: Concept, chart: Chart) -> frozenset[str]:
    """The encounters at which something was recorded as a diagnosis that is one, as far as it is known by now."""
    searches = compile_query(RecordQuery(types=("Condition",), concept=concept), chart)
    rows = (Row(resource, chart) for name, params in searches for resource in chart.search(name, params))
    found = (row for row in rows if row.is_about(concept) and not row.no_fact and chart.exists_yet(row.moment))
    return frozenset(row.encounter_reference for row in found if row.encounter_reference)


def _body_site(wanted: str) -> Test:
    folded = [fold(one) for one in wanted.split("|")]

    def test(row: Row) -> bool:
        nodes = (node for path in row.shape.body_site for node in walk(row.resource, path))
        words = [fold(word) for node in nodes for word in values.concept_scalars(node)]
        return any(one in word for one in folded for word in words)

    return test


def _encounter_kind(wanted: frozenset[str], chart: Chart) -> Test:
    known: dict[str, bool] = {}

    def test(row: Row) -> bool:
        encounter = row.encounter
        if encounter is None:
            return False
        key = row.encounter_reference
        if key not in known:
            known[key] = not wanted.isdisjoint(kinds_of(encounter, chart))
        return known[key]

    return test


_ABSENT = re.compile(r"\b(?:(?<!gram )neg(?:ative)?|not|absent|none|no|non-?reactive|nd)\b", re.I)
_IN_DOUBT = re.compile(
    r"\b(?:trace|equivocal|indeterminate|borderline|few|rare|inconclusive|invalid|unknown|pending|cancel\w*|insufficient"
    r"|unsatisfactory|not (?:done|performed|tested|available|received)|no (?:specimen|sample))\b",
    re.I,
)
_PRESENT = re.compile(
    r"\b(?:(?<!gram )pos(?:itive)?|det(?:ected)?|found|present|reactive|finding of)\b|\+|^[a-z]+ in [a-z]+", re.I
)
"""Whether a test for a thing found it, as results say it: "Urine nitrite negative", "++", "Blood in urine"."""
_BEHIND_IT = re.compile(r"\.\s|[(;]")
"""What begins a range or a comment behind the verdict: "POSITIVE BY EIA. (Reference Range-Negative)"."""
_SAYS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "resistant": (("R",), ("resistant",)),
    "susceptible": (("S",), ("susceptible",)),
    "intermediate": (("I",), ("intermediate",)),
    "indeterminate": (("IND",), ("indeterminate",)),
    "undecided": (("I", "IND"), ("intermediate", "indeterminate")),
}
"""By which codes, and by which words at its beginning, a result says so."""


def _told(row: Row) -> list[str]:
    """The words of a coded result, its interpretation and its text."""
    nodes = (node for path in ("valueCodeableConcept", "interpretation") for node in walk(row.resource, path))
    words = [word for node in nodes for word in values.concept_scalars(node)]
    return words + [text for text in (row.resource.get("valueString"),) if isinstance(text, str)]


def presence(row: Row) -> str:
    """Whether a test says that what it looks for is `present` or `absent`; empty where it says neither, or both."""
    verdicts = {verdict for text in _told(row) if (verdict := _verdict(_BEHIND_IT.split(text)[0]))}
    return verdicts.pop() if len(verdicts) == 1 and "doubt" not in verdicts else ""


def _verdict(said: str) -> str:
    """What is said first of it; `doubt` where anything leaves that open."""
    if _IN_DOUBT.search(said):
        return "doubt"
    absent, present = _ABSENT.search(said), _PRESENT.search(said)
    if absent is not None and (present is None or absent.start() <= present.start()):
        return "absent"
    return "present" if present is not None else ""


def says(wanted: str) -> Test:
    """Whether a row says that an organism is resistant, susceptible or neither of them, or that a thing was found."""
    if wanted in ("present", "absent"):
        return lambda row: presence(row) == wanted
    codes, told = _SAYS[wanted]
    return lambda row: any(word in codes or fold(word).startswith(told) for word in _told(row))


def _coded_value(wanted: str) -> Test:
    phrase = fold(wanted)
    words = set(phrase.split())

    def test(row: Row) -> bool:
        if isinstance(text := row.resource.get("valueString"), str):
            return f" {phrase} " in f" {' '.join(re.findall(r'[a-z0-9]+', fold(text)))} "
        nodes = walk(row.resource, "valueCodeableConcept")
        return any(words <= set(fold(word).split()) for node in nodes for word in values.concept_scalars(node))

    return test


def yields(wanted: Concept) -> Test:
    """Whether what is meant is among the members of a row's result."""
    return lambda row: bool(grown(row, wanted))


_TITLES = frozenset({"dr", "mr", "mrs", "ms", "prof", "md", "phd", "np", "pa", "rn", "doctor"})


def _person(wanted: str) -> Test:
    words, is_other = set(_name_words(wanted.removeprefix("!"))), wanted.startswith("!")

    def test(row: Row) -> bool:
        return bool(words) and any((words <= set(_name_words(name))) is not is_other for name in row.people_names)

    return test


def _name_words(name: str) -> Iterable[str]:
    return (word for word in fold(name).replace(".", " ").replace(",", " ").split() if word not in _TITLES)


def _derived(wanted: Concept, chart: Chart) -> Test:
    def test(row: Row) -> bool:
        sources = (chart.resolve(node, row.resource) for node in walk(row.resource, "derivedFrom"))
        return any(source is not None and Row(source, chart).is_about(wanted) for source in sources)

    return test


def _specimen(wanted: Concept, chart: Chart) -> Test:
    def test(row: Row) -> bool:
        nodes = row.resource.get("specimen")
        for node in nodes if isinstance(nodes, list) else [nodes]:
            specimen = chart.resolve(node, row.resource)
            if specimen is not None and Row(specimen, chart).is_about(wanted):
                return True
        return row.type == "Specimen" and row.is_about(wanted)

    return test


def _reason(wanted: Concept) -> Test:
    matcher = values.Matcher(wanted)
    return lambda row: matcher.names((node for node, _ in row.reasons), ())


def fold(text: str) -> str:
    """Text for comparison: case and runs of space do not matter."""
    return " ".join(text.casefold().split())
