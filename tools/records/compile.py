"""`RecordQuery` to FHIR search: the narrowest searches whose union surely holds every row that is meant.

A search may find more than is meant, never less: every criterion is checked again in code, on the session's clock
and calendar. So a parameter a source does not declare is left out, and date bounds are widened by a day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from chartwarden.tools.records.chart import Chart
from chartwarden.tools.records.elements import shape_of
from chartwarden.tools.records.encounters import CLASSES
from chartwarden.tools.records.manifest import Entry
from chartwarden.tools.records.query import Coding, Concept, RecordQuery, Window

Params = tuple[tuple[str, str], ...]

_VALUES_PER_SEARCH = 40
"""Values OR-ed in one parameter: keeps a URL of a remote server under 4 kB."""

_SLACK = dt.timedelta(days=1)


def compile_query(query: RecordQuery, chart: Chart, encounter: str = "") -> list[tuple[str, Params]]:
    """The searches to run: (type, parameters) each. `encounter` narrows to the rows of that `Encounter/id`."""
    searches: list[tuple[str, Params]] = []
    for resource_type in query.types:
        common = (*_category(query, resource_type, chart), *_status(query, resource_type, chart))
        parameter = shape_of(resource_type).encounter_param
        if encounter and chart.supports(resource_type, parameter):
            common = (*common, (parameter, encounter))
        window = query.window
        # servers differ in whether a period that began before is found
        if window is not None and (query.lasting or query.ended):
            window = window.model_copy(update={"start": None})
        for dates in _dates(window, resource_type, chart):
            for codes in _codes(query, resource_type, chart):
                searches.append((resource_type, (*codes, *common, *dates)))
    return list(dict.fromkeys(searches))


def _codes(query: RecordQuery, resource_type: str, chart: Chart) -> list[Params]:
    """Parameter sets for the concept, one search each; an empty set means the whole type."""
    concept = query.component or query.concept if resource_type == "Observation" else query.concept
    if concept is None or query.either:
        return [()]
    if not concept.is_linked:
        return []
    meant = entries_of(concept, resource_type, chart)
    codings = dict.fromkeys([c for c in concept.codings if c.code or not meant])
    codings.update(dict.fromkeys(coding for entry in meant for coding in entry.codings if coding.code))
    texts = [entry.text for entry in meant if entry.text and not entry.codings and not entry.through]
    sets: list[Params] = []
    for _, parameter in shape_of(resource_type).code:
        names = _parameters(parameter, resource_type, chart)
        if not names:
            return [()]
        for name in names:
            sets += [((name, values),) for values in _batched(map(token, codings))]
            sets += [((f"{name}:text", escape(text)),) for text in texts]
    if texts and shape_of(resource_type).titles:
        return [()]
    through = sorted({reference for entry in meant for reference in entry.through})
    if "#" in through:
        # Codes inside a contained Medication are found by no parameter every source has.
        return [()]
    sets += [(("medication", values),) for values in _batched(through)]
    return list(dict.fromkeys(sets)) or [()]


def _parameters(parameter: str, resource_type: str, chart: Chart) -> tuple[str, ...]:
    """The parameters that together find what `parameter` finds, as far as the source declares them."""
    if chart.supports(resource_type, parameter):
        return (parameter,)
    apart = ("code", "component-code") if parameter == "combo-code" else ()
    return apart if apart and all(chart.supports(resource_type, name) for name in apart) else ()


def entries_of(concept: Concept, resource_type: str, chart: Chart) -> list[Entry]:
    """The entries of the manifest that the concept was linked to."""
    matcher = chart.matcher(concept)
    return [
        entry
        for entry in chart.manifest.named(resource_type)
        if matcher.means(entry.codings, (entry.text, *entry.identifiers))
    ]


def _category(query: RecordQuery, resource_type: str, chart: Chart) -> Params:
    parameter = shape_of(resource_type).category_param
    if not query.category or not chart.supports(resource_type, parameter):
        return ()
    return ((parameter, ",".join(escape(code) for code in query.category)),)


def _status(query: RecordQuery, resource_type: str, chart: Chart) -> Params:
    """Status and class of encounter, where what the record says now is what counts.

    A clinicalStatus is not: it is worked out for the moment of asking.
    """
    params: list[tuple[str, str]] = []
    plain = shape_of(resource_type).status == "status" and resource_type != "Encounter"
    if query.status and plain and chart.supports(resource_type, "status"):
        params.append(("status", ",".join(map(escape, query.status))))
    classes = [code for kind in query.encounter_kind for code in sorted(CLASSES.get(kind, ()))]
    narrow = resource_type == "Encounter" and classes and all(kind in CLASSES for kind in query.encounter_kind)
    if narrow and chart.supports(resource_type, "class"):
        params.append(("class", ",".join(classes)))
    return tuple(params)


def _dates(window: Window | None, resource_type: str, chart: Chart) -> list[Params]:
    """Bounds around the window. What has no time the parameter covers is fetched by itself."""
    shape = shape_of(resource_type)
    if window is None or not chart.supports(resource_type, shape.date_param):
        return [()]
    if resource_type == "MedicationRequest" and chart.readings.prescription_time == "validity":
        return [()]
    bounds = []
    if window.start is not None and window.start.year > 1:
        bounds.append((shape.date_param, f"ge{_day(window.start - _SLACK)}"))
    if window.end is not None and window.end.year < 9999:
        bounds.append((shape.date_param, f"lt{_day(window.end + 2 * _SLACK)}"))
    if not bounds:
        return [()]
    covered = chart.manifest.complete and not chart.manifest.uncovered.get(resource_type)
    if covered or not shape.fallback:
        return [tuple(bounds)]
    return [tuple(bounds), ((f"{shape.date_param}:missing", "true"),)]


def _day(instant: dt.datetime) -> str:
    return instant.astimezone(dt.UTC).date().isoformat()


def token(coding: Coding) -> str:
    """A coding as a token search value; a code without a system is searched in any system."""
    code = escape(coding.code)
    return f"{escape(coding.system)}|{code}" if coding.system else code


def escape(value: str) -> str:
    """Escape what separates values in FHIR search (R4 search, 3.1.1.4.0.1)."""
    return value.replace("\\", "\\\\").replace(",", "\\,").replace("|", "\\|").replace("$", "\\$")


def _batched(values: Iterable[str]) -> list[str]:
    unique = [value for value in dict.fromkeys(values) if value]
    return [",".join(unique[at : at + _VALUES_PER_SEARCH]) for at in range(0, len(unique), _VALUES_PER_SEARCH)]
