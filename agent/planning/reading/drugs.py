"""A drug that is named: whether its orders, its doses given, its dispensings or what was told of it is asked for.

And which allergies are to drugs.
"""

from __future__ import annotations

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.names.mentions import Mention
from chartwarden.agent.planning.reading.frames import Narrowed
from chartwarden.agent.planning.reading.naming import is_outside_brackets
from chartwarden.tools.records.concepts import Link
from chartwarden.tools.records.elements import MEDICATION_TYPES
from chartwarden.tools.records.manifest import Manifest

_DOSES_GIVEN = Pattern(
    r"\b(?:(?:how many|number of|count(?: of)?|first|last|latest) (?:\w+ )?doses?|(?:how many|number of) times)\b"
    r"(?!.*\b(?:prescri\w+|order\w*)\b).*\b(?:given|received?|administered|got|get|had|have|gave)\b|"
    r"\badministrations\b"
)
"""Doses are given, prescriptions are ordered."""
_ORDERED = Pattern(r"\b(?:prescri\w+|order\w*|medications?|drugs?|dos(?:e|age)s?)\b")
_GIVEN = Pattern(
    r"\b(?:administered|administration|had|have|taken|take|took|infus\w+|hung|given?|gave|got|get|receiv\w+)\b"
)
_MEASURED = Pattern(r"\b(?:level|measured|value|reading|output|outputs|procedure)s?\b")
_RANK = {"name": 0, "code": 0, "same words": 1, "synonym": 1, "group": 2, "narrower": 3, "spelling": 4}
"""How well a name fits, by how it was linked: the smaller the better."""


def drug_of(mention: Mention, main: str, strong: list[str]) -> tuple[str, Link | None] | None:
    """The kind a drug's name is meant as and its link there; None where the name is rather no drug's.

    The medication types tell one drug in several ways. `strong`: the kinds the clause's nouns speak of.
    """
    links = {
        kind: next((one for one in mention.linked.of(kind) if is_outside_brackets(mention, one)), None)
        for kind in MEDICATION_TYPES
    }
    if not any(links.values()) or _is_rather_other(mention, main, strong, links):
        return None
    if "dispense" in strong:
        return "dispense", links["MedicationDispense"]
    given, ordered = links["MedicationAdministration"], links["MedicationRequest"]
    if given is not None and _asks_doses(given, ordered, main, strong):
        return "intake", given
    for kind, domain in (
        ("MedicationRequest", "medication"),
        ("MedicationStatement", "statement"),
        ("MedicationAdministration", "intake"),
        ("MedicationDispense", "dispense"),
    ):
        if links[kind] is not None:
            return domain, links[kind]
    return None


def _is_rather_other(mention: Mention, main: str, strong: list[str], links: dict[str, Link | None]) -> bool:
    """Whether the record has something that is no drug by that name, and it fits better."""
    best = mention.linked.links[0]
    is_other = best.how in ("name", "synonym") and best.resource_type not in MEDICATION_TYPES
    if is_other and not (strong or links["MedicationRequest"] or links["MedicationAdministration"]):
        return True
    other = next((link for link in mention.linked.links if link.resource_type not in MEDICATION_TYPES), None)
    if other is None or other.how not in ("name", "synonym", "group") or {"medication", "intake"} & set(strong):
        return False
    drug = min(_RANK[link.how] for link in links.values() if link)
    return _RANK[other.how] < drug or bool(_MEASURED.search(main))


def _asks_doses(given: Link, ordered: Link | None, main: str, strong: list[str]) -> bool:
    """Whether the doses given are asked for, and not what was ordered."""
    if "intake" in strong or _DOSES_GIVEN.search(main):
        return True
    if ordered is not None and given.is_verbatim and not ordered.is_verbatim:
        return True
    fits = given.how == "name" or (given.how == "synonym" and (ordered is None or ordered.how == "synonym"))
    is_named = fits and any(c.display for entry in given.entries for c in entry.codings)
    if not is_named or _ORDERED.search(main):
        return False
    return ordered is None or bool(_GIVEN.search(main))


TO_DRUGS = Pattern(
    r"\b(?:drugs?|medications?|medicines?|meds) (?:(?:is|are|was|were|am|does|do|did|has|have|had)\b[\w' ]* )?"
    r"(?:allerg|intoleran)|\b(?:allerg|intoleran)\w+ to (?:\w+ )?(?:drugs?|medications?|medicines?|meds)\b"
)


def of_drugs(manifest: Manifest) -> tuple[str, ...]:
    """The category of allergies to drugs; `NotUnderstood` in a record that does not tell allergies apart."""
    if manifest.counts.get("AllergyIntolerance") and not manifest.words("category", "AllergyIntolerance"):
        raise Narrowed("which of the allergies are to drugs; the record does not say, so ask for all of them")
    return ("medication",)
