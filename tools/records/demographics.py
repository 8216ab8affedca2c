"""Who the patient is: the fields of a Patient, as recorded."""

from __future__ import annotations

from typing import Any

from chartwarden.tools.records import values
from chartwarden.tools.records.chart import Chart, human_name, references
from chartwarden.tools.records.elements import first_text, parts, walk
from chartwarden.tools.records.query import Scalar

_FIELDS = {
    "deceased": ("deceasedDateTime", "deceasedBoolean"),
    "telecom": ("telecom.value",),
    "identifier": ("identifier.value",),
    "language": ("communication.language",),
    "generalPractitioner": ("generalPractitioner.display",),
    "contact": ("contact.name.text", "contact.name.family"),
    "city": ("address.city",),
    "state": ("address.state",),
    "postalCode": ("address.postalCode",),
    "country": ("address.country",),
    "street": ("address.line",),
    "multipleBirth": ("multipleBirthInteger", "multipleBirthBoolean"),
}
_IDENTIFIERS = {"mrn": "MR", "socialSecurity": "SS", "driversLicense": "DL", "passport": "PPN"}
"""Identifiers that are asked for by their kind, by its code (HL7 v2 table 0203)."""

_EXTENSIONS = {
    "race": "us-core-race",
    "ethnicity": "us-core-ethnicity",
    "birthSex": "us-core-birthsex",
    "birthPlace": "patient-birthPlace",
    "mothersMaidenName": "patient-mothersMaidenName",
}
DEMOGRAPHICS = (
    "birthDate", "gender", "name", "address", "phone", "email", "maritalStatus", "deceasedDateTime", *_FIELDS,
    *_IDENTIFIERS, *_EXTENSIONS,
)  # fmt: skip
"""The fields of a patient that are asked for by name."""


def demographic(patient: dict[str, Any], name: str, chart: Chart) -> tuple[Scalar, ...]:
    """A demographic field of the Patient, as recorded. An unknown field is read as an element of that name."""
    if name == "name":
        return tuple(word for word in [human_name(patient)] if word)
    if name == "maidenName":
        return tuple(str(n["family"]) for n in parts(patient, "name") if n.get("use") == "maiden" and n.get("family"))
    if name == "address":
        return tuple(filter(None, (_address(node) for node in parts(patient, "address"))))
    if name in _IDENTIFIERS:
        return tuple(str(node["value"]) for node in parts(patient, "identifier") if _is_of_kind(node, name))
    if name in ("phone", "email"):
        return tuple(str(n["value"]) for n in parts(patient, "telecom") if n.get("system") == name and n.get("value"))
    if name in _EXTENSIONS:
        return tuple(_extension(patient, _EXTENSIONS[name]))
    if name == "generalPractitioner":
        people = references(walk(patient, name))
        return tuple(filter(None, (chart.person_name(person, patient) for person in people)))
    if name in ("deceased", "deceasedDateTime") and not chart.exists_yet(
        chart.moment(first_text(patient, ("deceasedDateTime",)))
    ):
        return (False,)
    for path in _FIELDS.get(name, (name,)):
        found = [scalar for node in walk(patient, path) for scalar in _plain(node)]
        if found:
            return tuple(dict.fromkeys(found))
    return (False,) if name in ("deceased", "deceasedDateTime") else ()


def _is_of_kind(identifier: dict[str, Any], name: str) -> bool:
    codes = {coding.code for coding in values.codings_of(identifier.get("type"))}
    return _IDENTIFIERS[name] in codes and bool(identifier.get("value"))


def _plain(node: Any) -> list[Scalar]:
    if isinstance(node, str | int | float | bool):
        return [node]
    return list(values.concept_scalars(node))


def _address(node: dict[str, Any]) -> str:
    lines = [word for name in ("line", "city", "state", "postalCode", "country") for word in walk(node, name)]
    return str(node.get("text") or ", ".join(str(word) for word in lines if word))


def _extension(patient: dict[str, Any], name: str) -> list[Scalar]:
    for extension in parts(patient, "extension"):
        if not str(extension.get("url", "")).endswith(name):
            continue
        inner = {str(part.get("url")): part for part in parts(extension, "extension")} or {"": extension}
        for part in (inner.get("text"), inner.get("ombCategory"), inner.get("")):
            for key, node in (part or {}).items():
                if key.startswith("value"):
                    return [_address(node)] if key == "valueAddress" else _plain(node)
    return []
