"""Where in a record the thing of a frame is looked for: types, codes, and what tells it from others of a type."""

from __future__ import annotations

from dataclasses import dataclass

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.microbiology import microbiology, susceptibility_tests
from chartwarden.agent.planning.reading import domains
from chartwarden.agent.planning.reading.drugs import TO_DRUGS, of_drugs
from chartwarden.agent.planning.reading.frames import Frame, Named, NotUnderstood, Thing
from chartwarden.tools.records.manifest import Manifest
from chartwarden.tools.records.query import Coding, Concept

_VITALS = Pattern(r"\bvitals?\b|\bvital signs?\b")
_LABS = Pattern(r"\blabs?\b|\blaboratory\b|\bblood (?:tests?|work)\b")
_WITHOUT_VALUES = ("allergy", "condition", "immunization", "careplan")


@dataclass(frozen=True)
class Sought:
    """What a search for a thing asks of each entry."""

    types: tuple[str, ...]
    concept: Concept | None
    specimen: Concept | None = None
    category: tuple[str, ...] = ()


def sought(frame: Frame, manifest: Manifest) -> Sought:
    """What is searched for the thing of a frame. `NotUnderstood` for a limit or a range of what has no value."""
    thing = frame.thing
    if thing.domain not in domains.BY_NAME:
        raise NotUnderstood("what of the patient is asked for")
    linked = {link.resource_type for _, link in thing.links if link is not None}
    found = _by_domain(frame, linked, manifest)
    also = (one for one in thing.also if manifest.counts.get(one) and one not in found.types)
    _require_values(frame, linked)
    return Sought((*found.types, *also), found.concept, found.specimen, found.category)


def _by_domain(frame: Frame, linked: set[str], manifest: Manifest) -> Sought:
    """The same by the kind of thing and by the types that its names are linked to."""
    thing, concept = frame.thing, concept_of(frame.thing)
    types = domains.types_present(thing.domain, manifest.counts)
    if thing.domain == "micro":
        concept, specimen = (None, concept) if "Specimen" in linked else (concept, None)
        return Sought(("Observation",), concept or microbiology(manifest), specimen)
    if thing.domain == "output":
        return Sought(("Observation",), concept, category=() if concept is not None else ("Output",))
    if thing.domain == "allergy" and concept is None and TO_DRUGS.search(frame.clause):
        return Sought(types, concept, category=of_drugs(manifest))
    if thing.domain == "medication" and concept is None and thing.reason is None and not frame.route:
        return Sought(domains.with_vaccines(types, manifest.counts, frame.clause), concept)
    if linked and not linked & set(types):
        types = tuple(sorted(linked))
    if thing.domain == "observation" and concept is None:
        is_tested = bool(frame.organism or frame.said)
        return Sought(types, susceptibility_tests(manifest) if is_tested else None, category=_category(frame.clause))
    return Sought(types, concept)


def _require_values(frame: Frame, linked: set[str]) -> None:
    if frame.flagged and linked and not linked & {"Observation", "DiagnosticReport"}:
        raise NotUnderstood("what is held against a reference range; only results have one")
    has_values = frame.thing.domain not in _WITHOUT_VALUES
    if frame.threshold is not None and (linked - {"Observation"} or not has_values):
        raise NotUnderstood("what the limit is of; ask for the doses, or for the values of a measurement")


def _category(clause: str) -> tuple[str, ...]:
    if _VITALS.search(clause):
        return ("vital-signs",)
    return ("laboratory",) if _LABS.search(clause) else ()


def concept_of(thing: Thing) -> Concept | None:
    """The concept of what is asked about; an unlinked one where nothing of the record is meant."""
    return concept_from(thing.links) if thing.links else None


def concept_from(links: tuple[Named, ...]) -> Concept:
    """The concept that names stand for together, with how each of them was found."""
    codings: dict[Coding, None] = {}
    texts: dict[str, None] = {}
    reasons: dict[str, None] = {}
    for mention, link in links:
        if link is None:
            continue
        same = [other for other in mention.linked.links if other.resource_type == link.resource_type]
        for part in [link, *(other for other in same if other is not link and other.how == link.how)]:
            concept = part.concept(mention.via_spelling or mention.words)
            codings.update(dict.fromkeys(concept.codings))
            texts.update(dict.fromkeys(concept.texts))
        reasons[f"spelling: {mention.via_spelling}; {link.via}" if mention.via_spelling else link.via] = None
    words = " or ".join(mention.words for mention, _ in links)
    return Concept(words=words, codings=tuple(codings), texts=tuple(texts), via="; ".join(reasons))
