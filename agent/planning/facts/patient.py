"""What is asked of the patient as a person.

Marital status, language, where they live, numbers they go by, and whether, when and of what they died.
"""

from __future__ import annotations

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.facts.counted_off import Words, table, words_for
from chartwarden.agent.planning.reading.skeleton import Skeleton
from chartwarden.agent.planning.wording.question_words import is_yes_no
from chartwarden.tools.records.concepts import link
from chartwarden.tools.records.manifest import Manifest
from chartwarden.tools.records.query import Concept, RecordQuery

_MARITAL = {
    "S": ("S", "Never Married", "Single"), "M": ("M", "Married"), "D": ("D", "Divorced"), "W": ("W", "Widowed"),
    "L": ("L", "Legally Separated"),
}  # fmt: skip
"""HL7 v3 MaritalStatus by its codes, and their names."""
_NUMBERS = ("socialSecurity", "driversLicense", "passport", "mrn", "email", "birthPlace", "mothersMaidenName",
            "maidenName", "multipleBirth")  # fmt: skip
_PLACES = ("state", "city", "postalCode", "country", "street")
_ASKS_WHAT = Pattern(r"^(?:what|which)\b|[,:;.-] ?(?:what|which)\b")
CAUSE_OF_DEATH = "cause of death"
_CAUSE_NAMED = Pattern(r"\bcauses?\b|\bcertif")


def person_asked(skeleton: Skeleton, manifest: Manifest) -> tuple[RecordQuery, ...] | None:
    """The queries of a question about the patient as a person; None where it is none, or a word of it is left over."""
    words = Words(skeleton, "person")
    if words.has("others"):
        return None
    if aged := _age_at_stay(Words(skeleton, "person")):
        return aged
    if words.window() is not None:
        return None
    for reader in (_pregnant, _number, _marital, _language, _birth_place, _place, _death):
        asked = reader(words, manifest)
        if asked is not None:
            return asked if words.are_used_up() else None
    return None


def _pregnant(words: Words, manifest: Manifest) -> tuple[RecordQuery, ...] | None:
    """Whether a pregnancy is recorded as going on, whatever that is to be known for."""
    if not words.take("pregnant"):
        return None
    words.take("purpose")
    if not words.take("present") or words.has("when"):
        return None
    linked = link("pregnancy", manifest, ("Condition",)).links
    concept = linked[0].concept("pregnancy") if linked else Concept(words="pregnancy")
    return (RecordQuery(types=("Condition",), concept=concept, status=("active",), measure="exists", target="name"),)


def _age_at_stay(words: Words) -> tuple[RecordQuery, ...] | None:
    """How old somebody was when a stay, told by its rank or its time, began or ended."""
    if not words.take("age"):
        return None
    stays, ended = words.take("stay"), words.take("stay_ends")
    kind = "icu" if words.take("icu") else "hospital"
    window, which = words.window(), words.which()
    if not (stays or ended) or words.has("died") or (window is None and not which.is_said):
        return None
    words.take("stay_begins")
    words.take("age_fill")
    query = RecordQuery(types=("Encounter",), encounter_kind=(kind,), window=window, ended=bool(ended and window))
    told = {"which": which.which if which.is_said else "first", "index": which.index, "measure": "age"}
    query = query.model_copy(update={**told, "target": "end" if ended else "time"})
    return (query,) if words.are_used_up() else None


def _of_patient(field: str, **more: object) -> tuple[RecordQuery, ...]:
    query = RecordQuery(types=("Patient",), target="demographic", field=field)
    return (query.model_copy(update=dict(more)),)


def _marital(words: Words, manifest: Manifest) -> tuple[RecordQuery, ...] | None:
    """Whether somebody is married, or which status is recorded where it is not one that is asked about."""
    if words.take("marital"):
        words.take("household")
        said = [code for code in _MARITAL if words.take_all(words_for("married", code))]
        if len(said) == 1 and is_yes_no(words.whole):
            return _of_patient("maritalStatus", measure="exists", one_of=_MARITAL[said[0]])
        return _of_patient("maritalStatus")
    said = [code for code in _MARITAL if words.take_all(words_for("married", code))]
    if not said:
        return None
    words.take("present")
    if len(said) > 1 or _ASKS_WHAT.search(words.whole):
        return _of_patient("maritalStatus")
    return _of_patient("maritalStatus", measure="exists", one_of=_MARITAL[said[0]])


def _language(words: Words, manifest: Manifest) -> tuple[RecordQuery, ...] | None:
    """Which language is spoken, or whether it is one that is named."""
    if not words.take("language"):
        return None
    words.take("present")
    names = table()["person"]["languages"]
    said = [(code, found) for code, name in names.items() if (found := words.take_all(Pattern(rf"\b(?:{name})\b")))]
    if len(said) == 1 and not _ASKS_WHAT.search(words.whole) and (is_yes_no(words.whole) or len(words.whole) < 30):
        code, found = said[0]
        return _of_patient("language", measure="exists", one_of=(code, f"{code}-us", found[0]))
    return None if said else _of_patient("language")


def _number(words: Words, manifest: Manifest) -> tuple[RecordQuery, ...] | None:
    found = [name for name in _NUMBERS if words.take(name)]
    return _of_patient(found[0]) if len(found) == 1 else None


def _birth_place(words: Words, manifest: Manifest) -> tuple[RecordQuery, ...] | None:
    """Where somebody was born, asked by a word for a place."""
    if not (words.has("born") and words.take("born_where")):
        return None
    words.take("born")
    also = _of_patient("birthDate") if words.take("when") else ()
    return (*also, *_of_patient("birthPlace"))


def _place(words: Words, manifest: Manifest) -> tuple[RecordQuery, ...] | None:
    """Parts of the address, each by itself."""
    found = [name for name in _PLACES if words.has(name)]
    for name in found:
        words.take(name)
    if not found:
        return None
    words.take("lives")
    words.take("present")
    return tuple(query for name in found for query in _of_patient(name))


def _death(words: Words, manifest: Manifest) -> tuple[RecordQuery, ...] | None:
    """Whether somebody is alive or has died, when, and of what by the certificate."""
    certificate = words.has("certificate")
    alive = words.take("alive")
    of_cause = words.has("died") and words.take("cause")
    died = words.take("died")
    if of_cause:
        words.take("certificate")
        return None if alive else _cause(words, manifest)
    if not (died or alive) or certificate:
        return None
    if words.take("when") or "dod" in died:
        return None if alive else _of_patient("deceasedDateTime")
    words.take("present")
    if alive and died and not Pattern(r"\bor\b").search(words.left):
        return None
    words.take_all(Pattern(r"\bor\b"))
    return _of_patient("deceased", measure="exists", negated=bool(alive))


def _cause(words: Words, manifest: Manifest) -> tuple[RecordQuery, ...] | None:
    """What a certificate gives as the cause: an observation of that name. Nothing else of the record says why."""
    linked = link(CAUSE_OF_DEATH, manifest, ("Observation",)).links
    if manifest.counts and not linked and not _CAUSE_NAMED.search(words.whole):
        return None
    concept = linked[0].concept(CAUSE_OF_DEATH) if linked else Concept(words=CAUSE_OF_DEATH)
    return (RecordQuery(types=("Observation",), concept=concept, which="last", target="value"),)
