"""What is asked of an entry by the name of an attribute (`attributes.toml`).

The modality of a scan, the site of a line, the serial number of a device, the activities of a care plan.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from chartwarden.agent.patterns import Pattern, Several
from chartwarden.agent.planning.facts.counted_off import Words, table, words_for
from chartwarden.agent.planning.names.mentions import Mention
from chartwarden.agent.planning.reading.kinds_told import TAKEN_OUT
from chartwarden.agent.planning.reading.skeleton import Skeleton
from chartwarden.agent.planning.wording.question_words import is_yes_no
from chartwarden.tools.records.concepts import Link
from chartwarden.tools.records.manifest import Manifest
from chartwarden.tools.records.query import Coding, Concept, RecordQuery

_KNOWN_AS = {
    "AllergyIntolerance": ("allergen",), "Immunization": ("vaccine",), "Procedure": ("procedure",),
    "CarePlan": ("condition", "condition group"), "Condition": ("condition", "condition group"),
    "MedicationRequest": ("drug",), "ImagingStudy": (), "Device": (), "DiagnosticReport": (),
}  # fmt: skip
"""Kinds of names of the tables that an entry of a type can go by."""
_WHERE_ALONE = Pattern(r"\bwhere\b(?! (?:exactly )?(?:on|in) (?:the|my|his|her|their) (?:body|person))")
_ASKS_TIME = Pattern(r"\b(?:when|dates?|day|time)\b")
_DONE = Pattern(r"\b(?:done|performed|carried out)\b")
_OF_NAME = Pattern(r"\b(?:procedures?|place|room|hospital)\b")


@dataclass(frozen=True)
class _Attribute:
    """What is asked for, and which types have it."""

    words: Pattern
    types: tuple[str, ...]
    target: str
    field: str
    is_open: bool
    """Whether a yes or no asks for something else."""


@lru_cache(maxsize=1)
def _attributes() -> tuple[_Attribute, ...]:
    return tuple(
        _Attribute(
            Pattern(row["words"]),
            tuple(row["types"]),
            row.get("target", "attribute"),
            row.get("field", ""),
            row.get("is_open", False),
        )
        for row in table()["attribute"]
    )


@lru_cache(maxsize=1)
def _told() -> Several:
    return Several(one.words for one in _attributes())


def attribute_asked(skeleton: Skeleton, manifest: Manifest) -> tuple[RecordQuery, ...] | None:
    """The queries of a question for an attribute of an entry; None where it asks for none, or a word is left over."""
    text = Words(skeleton, "facts").whole
    told = (_attributes()[place] for place, _ in _told().matches_in(text))
    asked = [one for one in told if not (one.is_open and is_yes_no(text))]
    types = [name for one in asked for name in one.types if _is_of(name, one, text, skeleton)]
    for resource_type in dict.fromkeys(types):
        wanted = [one for one in asked if resource_type in one.types]
        if len(wanted) > 1 and not _ASKS_TIME.search(text):  # "the plan set up on 3 May: its activities"
            wanted = [one for one in wanted if one.target != "time"]
        found = _asked_of(resource_type, wanted, skeleton, manifest)
        if found is not None:
            return found
    return None


def _is_of(resource_type: str, asked: _Attribute, text: str, skeleton: Skeleton) -> bool:
    """Whether an entry of a type is spoken of: by its noun, or by a name that only such an entry has."""
    if (
        asked.field == "modality"
        or asked.types == ("Device",)
        or (resource_type == "Device" and not _names(skeleton, "Immunization"))
    ):
        return True
    named = bool(_names(skeleton, resource_type))
    return bool(words_for("nouns", resource_type).search(text)) or (named and resource_type != "CarePlan")


def _asked_of(
    resource_type: str, asked: list[_Attribute], skeleton: Skeleton, manifest: Manifest
) -> tuple[RecordQuery, ...] | None:
    names = _names(skeleton, resource_type)
    if resource_type == "AllergyIntolerance":
        is_severity = any(one.target == "severity" for one in asked)  # of the reaction, which is told with it
        asked = [one for one in asked if one.target != "result" or (names and not is_severity)]
    words = Words(skeleton, "facts", names)
    text = " ".join((words.whole, *(mention.words.lower() for mention, _ in names.values())))
    ends = [one for one in asked if one.target == "end"]
    if any(not one.words.search(words.whole) for one in ends):
        return None  # the name of what was done has such a word, and no end is asked for
    if not asked or any(not _may_ask(one, resource_type, text, names, manifest) for one in asked):
        return None
    query = RecordQuery(types=(resource_type,), window=words.window())
    if resource_type == "ImagingStudy":
        query = _of_picture(query, words, skeleton)
    elif resource_type == "CarePlan" and words.take_all(words_for("facts", "active")):
        query = query.model_copy(update={"status": ("active",)})
    which = words.which()
    if resource_type == "DiagnosticReport" and query.window is None:
        return None
    for one in asked:
        words.take_all(words_for("facts", "end") if one.target == "end" else one.words)
    if resource_type == "AllergyIntolerance":
        words.take("reaction")
    counted = resource_type == "CarePlan" and words.take("count")
    if counted and any(one.target != "result" for one in asked):
        return None
    words.take_all(words_for("nouns", resource_type))
    named = _of_names(query, names, words)
    if named is None:
        return None
    row: dict[str, object] = {"which": which.which, "index": which.index, "limit": which.limit}
    if not which.is_said:
        row = {"which": "last"} if ends else {"measure": "distinct"}
    if counted:
        row |= {"measure": "count_distinct"}
    removal = _own_removal(names, manifest) if ends else None
    if removal is not None:
        return (named.model_copy(update={"concept": removal, "target": "time", **row}),)
    return tuple(named.model_copy(update={"target": one.target, "field": one.field, **row}) for one in asked)


def _of_names(query: RecordQuery, names: dict[str, tuple[Mention, Link | None]], words: Words) -> RecordQuery | None:
    """Entries of the one thing that the names and all words left over tell; None where they tell no one thing."""
    (resource_type,) = query.types
    if resource_type != "ImagingStudy":
        names = {token: (mention, _narrowed(found, words.over())) for token, (mention, found) in names.items()}
        concept, is_one = _concept(names, resource_type)
        if not is_one:
            return None
        query = query.model_copy(update={"concept": concept})
        query = _of_plan(query, names) if resource_type == "CarePlan" else query
    return query if words.are_used_up() or _are_named(words.over(), names) else None


def _may_ask(
    asked: _Attribute, resource_type: str, text: str, names: dict[str, tuple[Mention, Link | None]], manifest: Manifest
) -> bool:
    """Whether an attribute can be meant: "where" may be a place, and what is "out" may have been taken out."""
    kept = words_for("facts", "kept_in")
    if asked.field == "stage":  # else it is told by the name alone
        links = [found for _, found in names.values() if found is not None]
        return not any(asked.words.search(entry.label.lower()) for found in links for entry in found.entries)
    if asked.target == "end":
        return any(kept.search(mention.words.lower()) for mention, _ in names.values())
    if resource_type == "DiagnosticReport":
        return bool(names)
    if asked.field == "bodySite" and resource_type == "Procedure":
        if not names or (manifest.counts and not manifest.words("bodySite", "Procedure")):
            return False
        if _DONE.search(text) and _WHERE_ALONE.search(text):
            return False
        return bool(words_for("facts", "placed").search(text) or kept.search(text))
    return True


def _own_removal(names: dict[str, tuple[Mention, Link | None]], manifest: Manifest) -> Concept | None:
    """The taking out, where the record has it as an entry of its own."""
    removals = [e for e in manifest.named("Procedure") if TAKEN_OUT.match(e.label)]
    for mention, _ in names.values():
        said = mention.words.lower()
        meant = [e for e in removals if said in e.label.lower() or e.label.lower() in said]
        if meant:
            codings = tuple(dict.fromkeys(coding for entry in meant for coding in entry.codings))
            return Concept(words=meant[0].label, codings=codings, via="name in the record")
    return None


def _names(skeleton: Skeleton, resource_type: str) -> dict[str, tuple[Mention, Link | None]]:
    """The names that entries of a type go by, with their links: a name of a kind of theirs may be of none."""
    found: dict[str, tuple[Mention, Link | None]] = {}
    for n, mention in enumerate(skeleton.mentions):
        linked = mention.linked.of(resource_type)
        known = any(row.kind in _KNOWN_AS[resource_type] for row in mention.linked.known)
        if resource_type == "CarePlan" and not linked:
            linked = mention.linked.of("Condition")
        is_noun = words_for("nouns", resource_type).fullmatch(mention.words.lower())
        of_device = resource_type == "Device" and not _says_what(mention.words.lower())
        is_asked = _says_what(mention.words.lower()) and all(one.how == "narrower" for one in linked)
        if (linked or known or of_device) and not (is_noun or is_asked):
            found[f"qc{n}"] = (mention, next(iter(linked), None))
    return found


def _says_what(words: str) -> bool:
    """Whether a word that nothing knows asks for an attribute, and names no device."""
    return any(_told().matches_in(words))


def _concept(names: dict[str, tuple[Mention, Link | None]], resource_type: str) -> tuple[Concept | None, bool]:
    """The one thing that names are for, and whether they are for one."""
    concepts = {}
    for mention, found in names.values():
        concept = Concept(words=mention.words)
        if found is not None and found.resource_type == resource_type:
            concept = found.concept(mention.words)
        concepts[concept.codings or concept.words.lower()] = concept
    return next(iter(concepts.values()), None), len(concepts) < 2


def _narrowed(found: Link | None, over: frozenset[str]) -> Link | None:
    """A link to only those entries whose names hold the words left over too: "physical" beside "therapy"."""
    if found is None or not over:
        return found
    kept = tuple(entry for entry in found.entries if over <= set(entry.label.lower().split()))
    return replace(found, entries=kept) if kept else found


def _are_named(over: frozenset[str], names: dict[str, tuple[Mention, Link | None]]) -> bool:
    """Whether words left over are of the names of what is linked."""
    labels = [
        entry.label.lower().split() for _, found in names.values() if found is not None for entry in found.entries
    ]
    return bool(labels) and all(over <= set(label) for label in labels)


def _of_plan(query: RecordQuery, names: dict[str, tuple[Mention, Link | None]]) -> RecordQuery:
    """Plans of a name, or for a condition of it."""
    reasons = [found.concept(mention.words) for mention, found in names.values() if found is not None
               and found.resource_type == "Condition"]  # fmt: skip
    of_both = [
        mention.linked.of("Condition")[0].concept(mention.words)
        for mention, found in names.values()
        if found is not None and found.resource_type == "CarePlan" and mention.linked.of("Condition")
    ]
    reason = next(iter([*reasons, *of_both]), None)
    return query.model_copy(update={"reason": reason, "either": True}) if reason is not None else query


def plan_named(skeleton: Skeleton) -> tuple[dict[str, Mention], RecordQuery] | None:
    """The care plans that names tell, by what they are called or what they are for; None for none, or for several."""
    names = {
        token: (mention, found)
        for token, (mention, found) in _names(skeleton, "CarePlan").items()
        if mention.words.lower() not in ("management", "care")
    }
    concept, is_one = _concept(names, "CarePlan")
    if not names or not is_one:
        return None
    query = RecordQuery(types=("CarePlan",), concept=concept)
    return {token: mention for token, (mention, _) in names.items()}, _of_plan(query, names)


def _of_picture(query: RecordQuery, words: Words, skeleton: Skeleton) -> RecordQuery:
    """Imaging studies of a modality and of a part of the body."""
    concept, site = None, ""
    for name, told in table()["modalities"].items():
        if words.take_all(Pattern(rf"\b(?:{told['words']})\b")):
            codings = tuple(Coding(code=code) for code in told["codes"])
            concept = Concept(words=name, codings=codings, via="modality")
    for site_words, told in table()["parts"].items():
        if words.take_all(Pattern(rf"\b(?:{told})\b")):
            site = f"{site}|{site_words}" if site else site_words
    return query.model_copy(update={"concept": concept, "body_site": site})
