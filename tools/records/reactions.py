"""What an allergy does to the patient: the manifestations of its recorded reactions, and how severe they are."""

from __future__ import annotations

from chartwarden.tools.records import values
from chartwarden.tools.records.elements import first_text, parts, walk
from chartwarden.tools.records.query import Scalar
from chartwarden.tools.records.source import Resource


def manifestations(allergy: Resource) -> list[Scalar]:
    """The signs and symptoms of all recorded reactions, each by its names and codes."""
    found = (word for node in walk(allergy, "reaction.manifestation") for word in values.concept_scalars(node))
    return list(dict.fromkeys(found))


def severities(allergy: Resource) -> list[Scalar]:
    """How severe the recorded reactions are, then the criticality of the allergy: what it could do another time."""
    found = [str(severity) for severity in walk(allergy, "reaction.severity")]
    return list(dict.fromkeys([*found, *filter(None, [first_text(allergy, ("criticality",))])]))


def reactions_in_words(allergy: Resource) -> str:
    """Each reaction with its severity, and the criticality: "Hives (moderate); criticality high"."""
    told = []
    for reaction in parts(allergy, "reaction"):
        signs = ", ".join(filter(None, (values.name_of(node) for node in walk(reaction, "manifestation"))))
        severity = first_text(reaction, ("severity",))
        told += [f"{signs} ({severity})" if signs and severity else signs or severity]
    criticality = first_text(allergy, ("criticality",))
    told += [f"criticality {criticality}"] if criticality else []
    return "; ".join(dict.fromkeys(filter(None, told)))
