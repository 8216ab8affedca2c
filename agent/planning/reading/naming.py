"""Names that cannot be meant as a thing by themselves: words of a class, modifiers, and what only contains a word."""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.names.mentions import Mention
from chartwarden.agent.planning.names.vocabulary import MODIFIERS
from chartwarden.agent.planning.reading.fates import is_fate
from chartwarden.agent.planning.reading.frames import Narrowed, NotUnderstood
from chartwarden.agent.planning.reading.relatives import is_relative
from chartwarden.agent.planning.times.exclusions import says_left_out
from chartwarden.agent.planning.times.timewords import is_time_of_day
from chartwarden.agent.planning.wording.rank_words import RANK_OR_EXTREME
from chartwarden.tools.records.concepts import Link
from chartwarden.tools.records.elements import MEDICATION_TYPES
from chartwarden.tools.records.words import GENERIC, plain

_CLASSED = (
    r"conditions|problems?|diagnos[ei]s|illness(?:es)?|history|comorbidit\w+|complaints?|meds|medications|medicines|drugs"
    r"|pills|orders|procedures|tests|labs|results|allerg(?:y|ies)|vaccin(?:es|ations)|visits?|appointments?"
)
"""Nouns that a class stands before ("cardiac meds"), and seldom a name."""


_TESTS = r"(?:labs?(?: (?:results|work|tests|values))?|bloods|blood (?:tests?|work)|numbers|figures|values|levels)"
_DRUG_NOUN = r"(?:meds?|medications?|medicines?|drugs?|pills?|tablets?)"
_TAKEN_AWAY = Pattern(r"(?:been )?(?:remov(?:e|es|ed|ing|al)|excised|cut out)")
_SO_OFTEN = Pattern(r"(?:once|twice|thrice)(?: more)?")
NO_PLACE = "(?!)"
"""The pattern of a name whose place in the clause is not known: it matches nowhere."""


def require_name(mention: Mention, token: str, main: str, *, is_known: bool) -> None:
    """Raise `NotUnderstood` where a word that nothing knows says of which class things are, or how they compare."""
    words = mention.words.lower()
    if words in ("fluid", "fluids") and re.search(r"\btotal\b|\bintakes?\b|\bdrain\w*", main):
        raise Narrowed(f'which "{words}" are counted; name one')
    if words == "icd" and re.search(rf"\b{token}\W*(?:\d+ )?codes?\b", main):
        raise Narrowed("that codes are asked for; ask for the things, which are cited with their codes")
    if set(words.split()) <= MODIFIERS | {"main", "principal", "primary", "secondary"}:
        gap = Narrowed if main.count("qc") == 1 else NotUnderstood  # of a name it may be a part
        raise gap(f'which of them are "{words}"; ask for what is recorded')
    if not is_known and re.search(rf"\b{token} (?:{_CLASSED})\b(?!,|:| (?:of|for|called|named)\b)", main):
        raise Narrowed(f'what belongs to "{words}"; name the thing itself')
    other = mention.linked.links and not mention.linked.known and not mention.linked.of(*MEDICATION_TYPES)
    if other and re.search(rf"\b{token} {_DRUG_NOUN}\b(?!,|:| (?:of|for|called|named)\b)", main):
        raise Narrowed(f'which drugs are those of the "{words}"; name the drug, or what it is for')
    is_illness = mention.linked.of("Condition") or any(row.kind.startswith("condition") for row in mention.linked.known)
    if is_illness and not mention.linked.of("Observation") and re.search(rf"\b{token} {_TESTS}\b", main):
        raise Narrowed(f'which tests are those of the "{words}"; name the test')
    if _is_drug_with_level(mention, token, main) and not _is_known_as_measured(mention):
        raise Narrowed(f'whether a level of "{words}" was measured; this record has none by that name')
    if _REACTION.fullmatch(words) and not mention.linked.links and re.search(r"\bq[td]\d|^when\b", main):
        raise Narrowed("when somebody reacted; ask for the allergies and their reactions, which have no such time")
    if not is_known and re.fullmatch(r"[a-z]+iest", words):
        raise NotUnderstood(f'what "{words}" compares')
    if not is_known and set(plain(words)) <= GENERIC:
        raise NotUnderstood(f'which "{words}" are meant; name one')
    if not is_known and re.search(rf"\b{token} than\b", main):
        raise NotUnderstood(f'what "{words} than" compares')


_REACTION = Pattern(r"(?:allergic|drug|adverse(?: drug)?) reactions?|reactions?")
"""What an allergy does, where no diagnosis is called so."""
_AND_RANK = rf"(?:,? (?:(?:the|my|his|her) )?{RANK_OR_EXTREME})?"
_LEVEL = (
    r"(?:(?:peak|trough|blood|serum|drug) )?(?:levels?|troughs?|concentrations?|titers?|titres?|values?|results?"
    r"|readings?)\b"
)
_DRUG_FORM = (
    r"(?:pills?|tablets?|capsules?|supplements?|supplementation|replacements?|infusions?|drips?|gel|cream|ointment)\b"
)


_DRUGS_FOR = (
    rf"\b{_DRUG_NOUN}\b (?:(?!qc\d|(?:before|after|since|until|during|when|and|or|at|with"
    rf"|on the day)\b)[a-z]+ ){{0,8}}?"
    r"(?:for|against|to treat) (?:(?:the|this|that|an?|any|his|her|my|their|patient's) )*"
)
"""Before what drugs are given for."""
_NO_REASON = r"\b(?! (?:visit|appointment|encounter|admission|stay|test|check|panel|shot|vaccin))"
_BY_ITSELF = frozenset({"Observation", "Procedure", "Immunization"})


def meant_by_its_words(mention: Mention, token: str, main: str) -> tuple[str, Link | None] | None:
    """What a name is meant as by the words around it alone: a drug, or what drugs are for. None for any other name.

    Raises `Narrowed` where drugs are asked for that are for a measurement, a procedure or a vaccine.
    """
    linked = mention.linked
    others = {link.resource_type for link in linked.links if link.how != "narrower"} & _BY_ITSELF
    is_reason = any(
        link.resource_type == "Condition" and (link.how != "narrower" or not others) for link in linked.links
    )
    if not is_reason and not linked.of(*MEDICATION_TYPES) and re.search(f"{_DRUGS_FOR}{token}{_NO_REASON}", main):
        if any(row.kind.startswith("condition") for row in linked.known):
            return "condition", None
        is_other = others or {row.kind for row in linked.known} == {"observation"}
        if is_other and not re.search(r"\bvaccin|\bshot|\bjab", f"{main} {mention.words.lower()}"):
            raise Narrowed(f'what drugs have to do with "{mention.words}"; name the condition that they are for')
    if _is_drug_with_level(mention, token, main) and _is_known_as_measured(mention):
        return "observation", None  # "the last potassium value", of which the record has only drugs
    return _taken_as_drug(mention, token, main)


def _is_drug_with_level(mention: Mention, token: str, main: str) -> bool:
    """Whether a level is asked of what the record has only drugs of."""
    is_drug_alone = bool(mention.linked.of(*MEDICATION_TYPES)) and not mention.linked.of("Observation")
    said = (
        rf"\b{token}{_AND_RANK} {_LEVEL}|\b{_LEVEL} (?:(?:of|for) )?(?:the |my |his |her )?{token}\b"
        rf"|\b{token},? (?:what|how high|how low) (?:was|is|were) (?:the|his|her|its|their) {RANK_OR_EXTREME} {_LEVEL}"
    )
    return is_drug_alone and bool(re.search(said, main))


def _is_known_as_measured(mention: Mention) -> bool:
    """Whether the tables know a name as that of a measurement and of nothing else."""
    return {row.kind for row in mention.linked.known} == {"observation"}


def _taken_as_drug(mention: Mention, token: str, main: str) -> tuple[str, Link | None] | None:
    """A drug that is named like a measurement: "is she on calcium?", "potassium pills". None for any other name."""
    ordered = mention.linked.of("MedicationRequest")
    if ordered or not (
        mention.linked.of("Observation") or any(one.kind == "observation" for one in mention.linked.known)
    ):
        return None
    being = r"\b(?:is|are|am|was|were|been) (?:[a-z]+ ){0,3}(?:on|taking)"
    taken = rf"{being} (?:any |an? )?{token}(?! \w*(?:panel|test|monitor))"
    return ("medication", None) if re.search(rf"\b{token} {_DRUG_FORM}|{taken}(?=$| qt\d)", main) else None


def is_outside_brackets(mention: Mention, link: Link) -> bool:
    """Whether a name that merely contains the words does so outside brackets: "lines" are no "(access line)"."""
    if link.how != "narrower" or mention.linked.known:
        return True
    wanted = set(plain(mention.words))
    return any(wanted & set(plain(re.sub(r"\([^()]*\)", " ", one.label))) for one in link.entries)


def is_culture(link: Link) -> bool:
    """Whether a name that merely contains the words is a test of what came out."""
    return link.how == "narrower" and all(re.search(r"(?i)culture|stain|smear", one.label) for one in link.entries)


def require_a_thing(named: Mention) -> None:
    """Raise `NotUnderstood` where words that were taken for a name are a time, an exception, a fate or somebody."""
    words, linked = named.words, named.linked
    if is_time_of_day(words) and (named.via_spelling or all(link.how == "narrower" for link in linked.links)):
        raise NotUnderstood(f'which date "{words}" is; give dates instead')
    if says_left_out(words) and not (linked.links and " " in words.strip()):
        raise NotUnderstood(f'what "{words}" leaves out')
    if _TAKEN_AWAY.fullmatch(words.lower()) and not linked.links and not linked.known:
        raise NotUnderstood(f'what was "{words}"; name the operation')
    if _SO_OFTEN.fullmatch(words.lower()) and not linked.links:
        raise NotUnderstood(f'how often each of them was ("{words}"); ask how many there are')
    if is_fate(words) and not linked.links:
        raise NotUnderstood(f'what became of it ("{words}"); ask when it was ordered or when it ended')
    if is_relative(words) and not linked.links and not linked.known:
        raise NotUnderstood(f'whether "{words}" is the patient of this record; say the patient')
