"""What in a request says who the patient is: hospital numbers, `Patient/id`, UUIDs, and where they are seen.

One rule for whoever reads requests. The gate denies a request with an identifier that is not the session's patient's,
so what a planner finds by the same rule is the patient's own and only says "the patient".
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_UUID_FORM = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_KEYED = re.compile(
    r"\b(?:patient(?:in|en|e)?|paciente|pt|mrn|medical record(?: number)?|chart|record|case|account|hospital|subject|"
    r"fall|patienten-?id|akte|expediente|historia|dossier|ssn|social security)"
    r"(?:[ -]?(?:number|numbers|no|nr|id|mrn|code|nummer|número|numéro|n[°º]))?\.?"
    r"(?: (?:with|of|mit|con|avec)(?: the)?)?"
    r"(?: (?:id|mrn|number|identifier|no|nr))?\.?(?: is)?\s*[:#=]?\s*"
    rf"(?P<id>{_UUID_FORM}|(?=[\w.-]*\d)[A-Za-z]{{0,6}}[-_.]?\d[\w-]{{2,}})\b(?![/.]\d)",
    re.IGNORECASE,
)
"""A number with a word in front that says whose or what it is."""
_REFERENCE = re.compile(r"\bPatient/(?P<id>[A-Za-z0-9.-]{1,64})\b")
_UUID = re.compile(rf"\b(?P<id>{_UUID_FORM})\b", re.IGNORECASE)
_BARE = re.compile(r"(?<![\w.\-/|:#%])(?P<id>\d{7,12})(?![\w\-/|%]|[.:]\d)")
_CODE_BEFORE = re.compile(
    r"\b(?:snomed|sct|loinc|rxnorm|rxcui|cvx|ndc|icd|icd-?10|icd-?9|cpt|atc|codes?|concept|phone|tel|telephone|fax|kode|código|"
    r"ingredient|barcode|lot|serial|accession|order|npi|gtin|formulary)\W*(?:ct|code|number|no)?\W*(?:is)?\W*$",
    re.IGNORECASE,
)
"""What makes of a bare number something else than a patient's."""
_FORMULARY_CODE_BEFORE = re.compile(
    r"\b(?!(?:MRN|PID|PAT|BED|ICU|ROOM|WARD|CASE|UNIT)\d)[A-Z]{3,}\d+[A-Z]*(?: one| code)?\s*[,;(/]?\s*$"
)
_PACKAGE_BEHIND = re.compile(
    r"\s*[,;(/]?\s*(?:(?:the|an?) )?(?:bag|vial|sol(?:utio)?n|syringe|amp(?:oule|ule)?|bottle|inj(?:ection)?"
    r"|tab(?:let)?|cap(?:sule)?|patch|susp(?:ension)?|piggyback|premix|package|pack)\b",
    re.IGNORECASE,
)
"""Between them a number of eleven digits is a package's: "(CALG1I, 63323031110, the bag)". Either alone may stand
beside a patient's number: "HBA1C, 63323031110", "63323031110 tablet list"."""
_DATE = re.compile(
    r"(?:19|20|21|22)\d{2}(?:(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:\d{4}|\d{2})?|(?:-\d{2}){0,2})"
    r"|\d{1,2}(?:st|nd|rd|th|er|re|[eè]me)|\d{1,2}-\d{1,2}",
    re.IGNORECASE,
)
"""Also a day alone, or two: "the note on the patient of the 8th", "food record 3-9 May"."""
_PLACE = (
    r"(?:bed|(?:side |single |isolation )?room|bay|cubicle|cabin|bett|zimmer|cama|habitaci[oó]n|box|lit|chambre)"
    r"(?: (?:no\.?|number|nr\.?))? ?(?:\d{1,4}[a-z]?|[a-z]\d{0,2})\b"
)
_OWN = (
    r"\b(?:my|our|this|meine?[mnrs]?|unsere?[mnrs]?|diese[mnrs]?|mi|nuestr[oa]|est[ea]|mon|ma|notre|ce|cette) (?:own )?"
    r"(?:patient(?:in|e)?|paciente)\b"
)
_LIES_IN = re.compile(
    rf"(?<!not )(?P<mine>{_OWN})(?:,| -)? \(?(?:(?:in|im|auf|du|au|(?:en|de|dans)(?: l[ae])?) )?{_PLACE}\)?"
    rf"|\b{_PLACE}(?:,| -|:| is| ist| es| est)? (?P<own>{_OWN})",
    re.IGNORECASE,
)
"""The asker's own patient beside the place they lie in."""
_IN_FRONT = re.compile(
    r"\b(?:the|this) (?:(?:old|elderly|young|little|nice) )?(?:patient|person|gentleman|lady|man|woman|boy|girl|child"
    r"|baby|chap|lad|resident|client) (?:(?:who is |who's )?(?:sitting|sat|standing|lying|here|right) ){0,2}"
    r"in front of (?:me|us)\b"
    r"(?!,? (?:in|at|of) (?:the|a|this) (?:queue|line|till|desk|bus|waiting))",
    re.IGNORECASE,
)
"""In a queue it is somebody else."""
_LONGEST_NUMBER = 10
"""Digits of the longest hospital number a planner takes for one without a word that says so."""


@dataclass(frozen=True, order=True)
class Identifier:
    """One that stands in a text."""

    start: int
    """Where its phrase begins: `patient with ID 40000032`."""
    end: int
    id: str
    """As written."""

    @property
    def may_be_a_package(self) -> bool:
        """Whether it is a bare number as long as the code of a drug's package (NDC, 11 digits).

        Where the gate is in doubt it denies. A planner leaves it to the vocabulary, which knows the record's codes.
        """
        return self.end - self.start == len(self.id) > _LONGEST_NUMBER and self.id.isdigit()


def identifiers_in(text: str) -> tuple[Identifier, ...]:
    """The identifiers in a text, in their order. Dates and what is called a code are none."""
    found: list[Identifier] = []
    for pattern in (_KEYED, _REFERENCE, _UUID, _BARE):
        for match in pattern.finditer(text):
            is_other = pattern is _BARE and (_CODE_BEFORE.search(text[: match.start()]) or _is_of_package(match))
            if is_other or (pattern in (_KEYED, _BARE) and _DATE.fullmatch(match["id"])):
                continue
            if all(match.end() <= one.start or one.end <= match.start() for one in found):
                found.append(Identifier(match.start(), match.end(), match["id"]))
    return tuple(sorted(found))


def _is_of_package(match: re.Match[str]) -> bool:
    """Whether a bare number is the code of a drug's package (NDC), by what stands on both sides of it."""
    is_long = len(match["id"]) == _LONGEST_NUMBER + 1
    before, behind = match.string[: match.start()], match.string[match.end() :]
    return is_long and bool(_FORMULARY_CODE_BEFORE.search(before) and _PACKAGE_BEHIND.match(behind))


def whoever_is_seen(text: str) -> str:
    """The text with the session's patient called that where whoever sees them tells where they are.

    "The lady in front of me" is the patient, "my patient in bed 3" is my patient.
    """
    return _LIES_IN.sub(lambda lies: lies["mine"] or lies["own"], _IN_FRONT.sub("the patient", text))
