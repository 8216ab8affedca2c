"""The kinds of things a record holds: the words that speak of each, and the FHIR types that hold it."""

from __future__ import annotations

from dataclasses import dataclass

from chartwarden.agent.patterns import Pattern, Several
from chartwarden.agent.planning.wording.who import WHO
from chartwarden.tools.records.elements import MEDICATION_TYPES


@dataclass(frozen=True)
class Domain:
    """One kind of thing."""

    name: str
    types: tuple[str, ...]
    noun: str
    """As an answer calls it."""
    strong: Pattern
    """Nouns that can mean nothing else."""
    weak: Pattern | None = None
    """Verbs and nouns that several kinds share."""


def _domain(name: str, types: tuple[str, ...], noun: str, strong: str, weak: str = "") -> Domain:
    return Domain(name, types, noun, Pattern(rf"\b(?:{strong})\b"), Pattern(rf"\b(?:{weak})\b") if weak else None)


DOMAINS: tuple[Domain, ...] = (
    _domain(
        "icu",
        ("Encounter",),
        "intensive care stay",
        r"icu(?: (?:visit|stay|admission)s?)?|intensive care(?: unit)?|critical care",
    ),
    _domain(
        "careunit",
        ("Encounter",),
        "care unit",
        r"care ?units?|wards?|(?:hospital )?unit (?:was|were|am|is)|units? (?:was|were|am|is) "
        rf"{WHO}|units (?:did )?{WHO} (?:was|were"
        r"|stay(?:ed)? (?:in|on|at)|pass(?:ed)? through|(?:go|went|moved?) (?:through|to|between)|visit(?:ed)?)",
    ),
    _domain(
        "micro",
        ("Observation",),
        "microbiology test",
        r"microbiolog\w+(?: tests?)?|cultures?|gram stain|organisms?|bacteri\w+|grew",
    ),
    _domain(
        "output",
        ("Observation",),
        "output",
        r"outputs?|drained|c[ao]me out of (?:him|her|me|them|the patient|the drain\w*)|put out",
    ),
    _domain(
        "intake",
        ("MedicationAdministration",),
        "administration",
        r"intakes?|inputs?|infus\w+|(?:tak(?:en|e|ing)|took) (?:something |anything )?in(?! (?:as|to|by|for|q[tnk]\d))"
        r"|running(?= qt\d|[?.]?$)|(?:go(?:es|ing)?|went|gone|ran|run|running) (?:(?:in)?to (?:me|him|her"
        r"|them|the patient|patient)\b|in(?=[,.?]|$))",
        r"administered|administration|administrations",
    ),
    _domain("allergy", ("AllergyIntolerance",), "allergy", r"allerg\w+|intoleran\w+|anaphyla\w+"),
    _domain(
        "immunization",
        ("Immunization",),
        "immunization",
        r"vaccin\w*|immuni[sz]\w*|(?:shots?|jabs?)(?! \(?qr\d)|boosters?|inoculat\w+",
        r"doses?",
    ),
    _domain(
        "dispense",
        ("MedicationDispense",),
        "dispensing",
        r"dispens\w+|picked up|filled|refill\w*|(?:from|at|by) (?:the |a |my |his |her |their )?pharmacy",
    ),
    _domain(
        "statement",
        ("MedicationStatement",),
        "medication statement",
        r"medication statements?|home medications?|self.reported medications?",
    ),
    _domain(
        "medication",
        ("MedicationRequest",),
        "prescription",
        r"prescri\w+|medications?|medicines?|meds?|drugs?|pills?|tablets?|rx|scripts?|pharmaceuticals?|pharmacological|"
        r"dosages?|dosing",
        r"(?<!in )(?<!ical )order(?:ed|s|ing)?|tak(?:e|es|ing|en)|took|put on|dose|use[ds]?|using|therap\w+|treat\w+"
        r"|receiv\w+|given|got|get|start\w*(?! dates?\b)|administ\w+|stop\w*"
        r"|on(?! (?:record|file|(?:the )?patient|(?:the|his|her|my|their) (?:record|chart|system|list|conditions))\b)",
    ),
    _domain("careplan", ("CarePlan",), "care plan", r"care ?plans?|plans? of care|treatment plans?"),
    _domain("careteam", ("CareTeam",), "care team", r"care teams?"),
    _domain("goal", ("Goal",), "goal", r"goals?"),
    _domain(
        "family",
        ("FamilyMemberHistory",),
        "family history",
        r"family (?:member )?histor\w+|(?:mother|father|parent|sibling|brother|sister|relative|grand\w+)s?(?:'s)?|"
        r"runs? in (?:the|his|her|my|their|our|the patient's) family",
    ),
    _domain("device", ("Device", "DeviceUseStatement"), "device", r"devices?|implanted devices?"),
    _domain("coverage", ("Coverage",), "coverage", r"insur\w+|coverage|payers?|payors?|medicare|medicaid"),
    _domain("imaging", ("ImagingStudy",), "imaging study", r"imaging stud\w+|imaging|images?|scans?|radiology stud\w+"),
    _domain("report", ("DiagnosticReport",), "report", r"(?:diagnostic |lab |laboratory |radiology )?reports?|panels?"),
    _domain("note", ("DocumentReference",), "note", r"notes?|letters?|documents|discharge summar\w+|clinic letter"),
    _domain(
        "procedure",
        ("Procedure",),
        "procedure",
        r"procedures?|underwent|undergo\w*|surger\w+|operations?|operated|interventions?",
        r"performed|done|carried out|conducted|perform|had|have|received?",
    ),
    _domain(
        "encounter",
        ("Encounter",),
        "encounter",
        r"encounters?|visits?|visited|appointments?|admissions?|admit\w*|discharg\w+|hospitali[sz]\w+|(?:hospital |"
        r"inpatient )?stays?|emergency (?:room|department)|er visits?|ed visits?|"
        r"(?:the )?(?:er|ed|hospital)|checked in(?:to)?|inpatient|left the hospital",
    ),
    _domain(
        "condition",
        ("Condition",),
        "diagnosis",
        r"diagnos\w+|conditions?|diseases?|disorders?|illness\w*|problems?|episodes?|comorbidit\w+|ailments?|"
        r"morbidit\w+",
        r"onset|suffer\w*|develop\w*|had|have|has|having|history|resolved?|clear(?:ed)?|affected|active|got|"
        r"get|began|start\w*|over|appear\w*",
    ),
    _domain(
        "observation",
        ("Observation",),
        "observation",
        r"measur\w+|readings?|levels?|labs?|laboratory|blood (?:tests?|work)|vital signs?|vitals|scores?|values?|"
        r"observations?|(?:what|which) (?:number|figure|rating)(?! (?:of|do|does)\b)",
        r"check\w*|results?|tests?|tested|recorded|status|high|low|above|below|rate|assessed|taken|reported",
    ),
)
"""In order of how specific their words are."""

BY_NAME = {domain.name: domain for domain in DOMAINS}

STAYS = frozenset({"encounter", "icu"})
"""Kinds that are stays."""
TYPE_DOMAINS: dict[str, str] = {
    "Condition": "condition", "MedicationRequest": "medication", "MedicationAdministration": "intake",
    "MedicationDispense": "dispense", "MedicationStatement": "statement", "Observation": "observation",
    "Immunization": "immunization", "Procedure": "procedure", "Encounter": "encounter", "AllergyIntolerance": "allergy",
    "DiagnosticReport": "report", "DocumentReference": "note", "CarePlan": "careplan", "CareTeam": "careteam",
    "Goal": "goal", "FamilyMemberHistory": "family", "Device": "device", "DeviceUseStatement": "device",
    "Coverage": "coverage", "ImagingStudy": "imaging", "Specimen": "micro",
}  # fmt: skip
KIND_DOMAINS: dict[str, str] = {
    "observation": "observation", "drug": "medication", "drug class": "medication", "condition": "condition",
    "condition group": "condition", "vaccine": "immunization", "allergen": "allergy", "procedure": "procedure",
    "encounter": "encounter", "organism": "observation",
}  # fmt: skip
PREFERENCE = (
    "condition", "observation", "medication", "immunization",
    "procedure", "allergy", "encounter", "intake", "statement",
    "dispense", "report", "imaging", "careplan", "goal", "device", "family", "note", "coverage", "careteam",
)  # fmt: skip
"""Which kind a name is taken for when the question does not say and the record has it as several."""
_STRONG = Several(domain.strong for domain in DOMAINS)
_WEAKLY_CUED = tuple(domain for domain in DOMAINS if domain.weak is not None)
_WEAK = Several(domain.weak for domain in _WEAKLY_CUED if domain.weak is not None)


def cued(clause: str) -> list[tuple[str, int]]:
    """Kinds the words of a clause speak of, with 2 for a strong cue and 1 for a weak one, strong ones first."""
    strong = [DOMAINS[place].name for place, _ in _STRONG.matches_in(clause)]
    weak = [_WEAKLY_CUED[place].name for place, _ in _WEAK.matches_in(clause)]
    return [(name, 2) for name in strong] + [(name, 1) for name in weak if name not in strong]


def types_present(name: str, counts: dict[str, int]) -> tuple[str, ...]:
    """The FHIR types to search for a kind; for prescriptions, what the record has of the medication types."""
    types = BY_NAME[name].types
    if name == "medication" and not counts.get("MedicationRequest"):
        held = tuple(t for t in MEDICATION_TYPES if counts.get(t))
        return held[:1] or types
    return tuple(t for t in types if counts.get(t)) or types


_GIVEN = Pattern(r"\b(?:given|gave|give|administered|got|gotten|get|received?)\b")
_OF_DRUGS = Pattern(
    r"\b(?:medic\w*|meds?|drugs?|prescri\w*|scripts?|rx|pills?|tablets?|order\w*|antibiotics?|take[ns]?|taking|on"
    r"|dos\w+|infus\w+|drips?)\b"
)


def with_vaccines(types: tuple[str, ...], counts: dict[str, int], clause: str) -> tuple[str, ...]:
    """The types to search for drugs, and vaccines where a clause asks what was given, and not that it be a drug."""
    asks = counts.get("Immunization") and _GIVEN.search(clause) and not _OF_DRUGS.search(clause)
    return (*types, "Immunization") if asks and types == ("MedicationRequest",) else types
