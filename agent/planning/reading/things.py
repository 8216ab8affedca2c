"""What a clause asks about: which kind each name is meant as, and what it is linked to within that kind."""

from __future__ import annotations

import re
from typing import NamedTuple

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.names.mentions import Mention
from chartwarden.agent.planning.reading import domains
from chartwarden.agent.planning.reading.done_about import done_about, planned_for
from chartwarden.agent.planning.reading.drugs import drug_of
from chartwarden.agent.planning.reading.frames import Narrowed, NotUnderstood, Thing
from chartwarden.agent.planning.reading.intents import Operator
from chartwarden.agent.planning.reading.naming import NO_PLACE, is_culture, meant_by_its_words, require_name
from chartwarden.agent.planning.wording.who import WHO
from chartwarden.tools.records.concepts import Link, is_code
from chartwarden.tools.records.elements import MEDICATION_TYPES

_HEAD_VISIT = Pattern(
    r"\b(?:any|which|what|how many|list|all|every|number of|count|first|last|latest|most recent|a|when were"
    r"|when was|dates? of) (?:\w+ ){0,2}(?:visits?|"
    r"encounters?|admissions?|stays?|appointments?|hospitali[sz]ations?)\b|^(?:\w+ ){0,2}(?:visits|encounters|"
    r"admissions|stays|hospitali[sz]ations)\b"
)
_ADMITTED = Pattern(
    r"\b(?:hospitali[sz]ed|(?:re-?)?admitted|seen)\b (?:(?!for\b|with\b)[a-z]+ |qt\d+ ){0,4}"
    r"(?:for|because of|due to|with) (?:the |an? |his |her |my |their )*qc\d"
)
"""Somebody who was in hospital, or seen, for something."""
_OF_ITS_VISITS = Pattern(r"\bqc\d+(?: ?[- ]related)? (?:visits?|encounters?|admissions?|appointments?|stays?)\b")
_CAUGHT = Pattern(
    rf"\b(?:(?:has|have|had) {WHO} (?:ever )?had|caught|suffer\w*|history of"
    rf"|(?:did|does|do) {WHO} (?:(?:ever|last|first|also|really|actually) )*"
    r"(?:have|catch|come down with)|sick with|ill with|down with)\b"
)
_GIVEN = Pattern(
    r"\b(?:vaccin\w*|shots?|jabs?|boosters?|doses?|immuni[sz]\w*|inoculat\w*|toxoid|\w+coccal$|mmrv?|tdap|dtap|td|dt"
    r"|hpv|mcv\w*|ppsv\w*|pcv\w*|ipv|opv|hib|bcg|menacwy|gardasil|cervarix|boostrix|adacel|infanrix|daptacel|prevnar"
    r"|pneumovax|menactra|menveo|bexsero|trumenba|shingrix|zostavax|engerix|recombivax|havrix|vaqta|varivax|rota\w+)\b"
)
_FOR_ALLERGIES = Pattern(r"\b(?:for|against|because of|due to|treat\w*) (?:the |any |an? |his |her |my |their )*allerg")
_SAMPLED = Pattern(
    r"\b(?:specimens?|samples?|cultur\w+|microbiolog\w+|organisms?|bacteri\w+|gr[eo]w\w*|stain\w*|tests?|tested|fluid"
    r"|sent|collected|drawn|isolated|found|positive|negative)\b"
)
"""Words without which what a specimen is called is no specimen: "does he have ascites?"."""
_OTHER_RELATION = Pattern(
    r"\b(?:except|excluding|other than|besides|apart from|unless|instead of|between the first and the second)\b"
)
_ORDERS = Pattern(r"\b(?:(?:prescri|order|tak|administ|receiv)\w*|took|(?<!done )on|given|got)\b")
_TREATS = Pattern(
    r"\btreat\w*|\bfor (?:the |his |her |my |their |this |a |an |patient's |treating |treatment of )*qc\d|"
    r"\bbecause of\b|\bdue to\b|\breason\b|\blinked to\b|\bindication\b|\bmanag\w+"
)
_MEASURED = Pattern(
    r"\b(?:pressure|rate|level|count|score|index|ratio|antibody|antibodies|antigen|titer|titre|concentration"
    r"|interval|saturation|acuity|volume)s?$"
)
_NO_SUBJECT = Pattern(
    r"^(?:was|were|is|are|has been|have been|had been) (?:ever |now |then )*"
    r"(?:given|prescribed|ordered|administered|taken|started|done|recorded|diagnosed)(?: (?:for|by|to|with|at|on|in))?$"
)
"""The end of a sentence whose beginning, which named the thing, is not there."""
_HAS = Pattern(rf"\b(?:do|does) {WHO}(?: still| also| currently)? have\b")
"""What somebody has and not what was done."""
_ANYTHING_OF = Pattern(
    r"\banything\b[^?]* (?:about|on|regarding|concerning|to do with) (?:the |an? |his |her |my )*qc\d"
)
"""No kind of thing is told."""
_OF_ONE_KIND = frozenset({"condition", "observation", "procedure", "immunization"})
"""Kinds whose names say what they are; an allergen is called like other things."""
_FAMILY = "FamilyMemberHistory"


class _Placed(NamedTuple):
    """A name of a clause, the kind it is meant as, and what it is linked to within that kind."""

    mention: Mention
    domain: str
    link: Link | None

    @property
    def is_unknown(self) -> bool:
        """Whether neither the record nor the vocabulary has anything by that name."""
        return _is_unknown(self.mention)


def thing_of(main: str, mentions: list[Mention], operator: Operator | None, before: Thing | None = None) -> Thing:
    """What a clause asks about. `before`: what the question before asked about, where this one leans on it."""
    cues = domains.cued(main)
    if re.search(r"\bwhat happened\b|\bsummar|\boverview\b", main):
        raise NotUnderstood("it asks for a summary; ask for conditions, medications, procedures or results of a time")
    if re.search(r"\bhow (?:long|soon|many days) (?:after|before|between|until|since)\b", main):
        raise NotUnderstood("the time between two events is not worked out; ask when each of them was")
    strong = [name for name, weight in cues if weight == 2]
    of_one_else = _OR_A_RELATIVE.search(main) or not _OF_FAMILY.issuperset(strong)
    if "family" in strong and "family" not in main and of_one_else:
        raise Narrowed("whether a relative is the patient of this record; say the patient")
    if not mentions:
        return _unnamed(main, cues, operator) if before is None else _leaning(main, strong, before)
    placed = _places(main, mentions, cues)
    if _OTHER_RELATION.search(main) or (
        re.search(r"\bbetween\b", main) and operator not in ("change", "trend", "exists", "range", "percent", "rate")
    ):
        raise NotUnderstood("a relation in it was not recognised")
    if ("careplan", 2) in cues and placed[0].domain == "condition":
        return planned_for(mentions, operator)
    about = done_about(main, mentions, operator)
    if about is not None:
        return about
    reason = None if operator == "code" else _reason(main, placed, cues, operator)
    if reason is not None:
        return reason
    first = mentions[0].words
    if placed[0].domain == "immunization" and _CAUGHT.search(main) and not _GIVEN.search(f"{main} {first.lower()}"):
        raise Narrowed(f'whether "{first}" means the disease or the vaccine')
    _require_known(main, placed, operator)
    _require_together(main, placed, operator)
    return Thing(placed[0].domain, tuple((mention, link) for mention, _, link in placed))


_HELD = frozenset({"medication", "procedure", "immunization", "condition"})
"""What a visit holds, and is asked of the one before."""
_FOR_THAT = Pattern(r"\bfor (?:it|that|this|them)\b|\bto treat (?:it|that|this|them)\b")


def _leaning(main: str, strong: list[str], before: Thing) -> Thing:
    """What a clause without a name asks about: what the one before did, or the drugs for the condition it named."""
    if before.domain == "condition" and len(before.links) == 1 and "medication" in strong and _FOR_THAT.search(main):
        return Thing("medication", reason=before.links[0])
    is_held = before.domain in ("encounter", "icu") and len(strong) == 1 and strong[0] in _HELD
    return Thing(strong[0]) if is_held else before


def _is_unknown(mention: Mention) -> bool:
    return not mention.linked.links and not mention.linked.known and not is_code(mention.words)


def _places(main: str, mentions: list[Mention], cues: list[tuple[str, int]]) -> list[_Placed]:
    """The names of a clause, each as what it is meant as."""
    tokens = re.findall(r"\bqc\d+", main)
    if len(tokens) != len(mentions):  # of a clause that names more than is asked about here
        tokens = [NO_PLACE] * len(mentions)
    for token, mention in zip(tokens, mentions, strict=True):
        require_name(mention, token, main, is_known=not _is_unknown(mention))
    named = zip(mentions, tokens, strict=True)
    placed = [_Placed(one, *(meant_by_its_words(one, token, main) or _place(one, main, cues))) for one, token in named]
    ordered = "prescri" in main and {one.domain for one in placed} == {"medication", "intake"}
    return sorted(placed, key=lambda one: one.domain != "medication") if ordered else placed


def _require_known(main: str, placed: list[_Placed], operator: Operator | None) -> None:
    """Raise `NotUnderstood` where nothing is known by a name, unless it is the only one and could be the thing's."""
    unknown = [one.mention for one in placed if one.is_unknown]
    words = ", ".join(f'"{mention.words}"' for mention in unknown)
    if len(unknown) == len(placed) > 1:
        raise NotUnderstood(f"{words} could not be matched with anything")
    if unknown and len(unknown) < len(placed):
        raise NotUnderstood(f"{words} could not be matched with anything in this record or in the vocabulary")
    if unknown and _ANYTHING_OF.search(main):
        raise NotUnderstood(f"what kind of thing {words} is; it could not be matched with anything")
    elsewhere = [one.mention.words for one in placed if _is_elsewhere(one)]
    if elsewhere and operator in ("exists", "count", "list"):
        raise NotUnderstood(f'what "{elsewhere[0]}" is; the record has names that contain it, of another kind')
    stray = [one.mention for one in placed if one.link is None and not one.mention.linked.known]
    if stray and operator in ("list", "count") and not is_code(stray[0].words):
        _require_beside(main, stray[0], placed[0].domain)


def _is_elsewhere(one: _Placed) -> bool:
    """Whether the record has only names of another kind that contain a name which no table knows."""
    linked = one.mention.linked
    if one.link is not None or linked.known or one.domain not in (*_OF_ONE_KIND, "medication"):
        return False
    return bool(linked.links) and all(link.how == "narrower" for link in linked.links)


def _require_together(main: str, placed: list[_Placed], operator: Operator | None) -> None:
    """Raise `NotUnderstood` where a visit or names of another kind cannot be asked for along with the first name."""
    first = placed[0]
    if _HEAD_VISIT.search(main) and first.domain not in ("encounter", "icu", "careunit", "condition"):
        raise NotUnderstood(f'how the visit and "{first.mention.words}" relate')
    strays = [one for one in placed if one.domain != first.domain]
    if not strays:
        return
    if len(strays) == len(placed) - 1 > 1:
        raise NotUnderstood("it names things of several kinds at once")
    if operator not in ("exists", "list", "count", "value", None):
        raise NotUnderstood(f'the part about "{strays[0].mention.words}" could not be placed')


def _require_beside(main: str, unknown: Mention, domain: str) -> None:
    """Raise `NotUnderstood` where a noun says the kind, and a name nobody knows does not go with it.

    "How many zorbax prescriptions" asks for them; of "which shots went into the arm" the arm names no shot.
    """
    noun = domains.BY_NAME[domain].strong.pattern
    if not re.search(noun, main):
        return
    link = r"(?:of|for|with|called|named|against|to|like|is|are|was|were|the|an?|any|his|her|my|patient's)"
    if not re.search(rf"(?:{noun}) (?:{link} )*qc\d|qc\d+ (?:{noun})", main):
        raise NotUnderstood(f'what "{unknown.words}" has to do with it')


_OR_A_RELATIVE = Pattern(r"\b(?:he|she|i|they|me|patient),? or (?:his|her|my|their)\b")
_OF_FAMILY = frozenset({"family", "condition", "note", "report"})
"""What may be told of a relative."""


def _unnamed(main: str, cues: list[tuple[str, int]], operator: Operator | None) -> Thing:
    strong = [name for name, weight in cues if weight == 2]
    if _NO_SUBJECT.match(main):
        raise NotUnderstood("what it asks about: its words name nothing")
    if operator == "who" and not strong and any(n == "medication" for n, _ in cues):
        return Thing("medication")
    if "careunit" in strong or (operator == "where" and not strong):
        return Thing("careunit")
    if {"allergy", "medication"} <= set(strong) and _FOR_ALLERGIES.search(main):
        raise Narrowed("which allergy is meant; what drugs are given for is told by the name of it")
    if _side_by_side(main, strong):
        raise NotUnderstood("it asks for several kinds of thing at once; ask for them one by one")
    if "medication" in strong and "intake" in strong and re.search(r"\bqr\d", main):
        return Thing("medication")  # a route is told of what is ordered
    if strong:
        return Thing(_preferred(main, strong))
    if re.search(r"qr\d", main):
        return Thing("medication")
    if re.search(r"qa\d", main):
        return Thing("encounter")
    weak = [name for name, _ in cues]
    if operator == "age" and not weak:
        return Thing("patient")
    if re.search(r"\bresults?\b", main) and "observation" in weak and operator in ("list", None):
        return Thing("observation")
    if "medication" in weak and _ORDERS.search(main):
        return Thing("medication")
    if operator == "age":
        return Thing("patient")
    if "encounter" in weak or (operator in ("who", "when", "count") and re.search(r"\b(?:seen|saw|see)\b", main)):
        return Thing("encounter")
    raise NotUnderstood("what it asks about was not recognised")


def _side_by_side(main: str, strong: list[str]) -> bool:
    """Whether nouns of two kinds are joined by "and" or "or": neither alone is what is asked."""
    nouns = [(m.start(), m.end(), name) for name in strong for m in domains.BY_NAME[name].strong.finditer(main)]
    return any(
        first != second and re.fullmatch(r"\s*(?:,|and|or|&)\s*(?:the |any |all )?", main[end:start])
        for _, end, first in nouns
        for start, _, second in nouns
    )


def _preferred(main: str, strong: list[str]) -> str:
    """Which of several nouns is the thing asked about, and which only says something of it."""
    if "medication" in strong and "intake" in strong and not re.search(r"\b(?:prescri|medic|drug)\w*", main):
        return "intake"
    for name in ("allergy", "immunization", "micro", "output", "icu"):
        if name in strong:
            return name
    if "condition" in strong and "encounter" in strong:
        return (
            "condition"
            if re.search(
                r"\bdiagnos|\bconditions?\b.*\b(?:list|active)"
                r"|^(?:how many|which|what|list) (?:\w+ )?(?:problems|conditions|disorders|diseases|illnesses)\b",
                main,
            )
            and not re.search(r"\breason|\bwhy|\bfor what", main)
            else "encounter"
        )
    if "medication" in strong and "encounter" in strong:
        return "medication"
    if "medication" in strong and "condition" in strong:
        return "medication"
    if "report" in strong and "observation" in strong:
        return "report"
    return strong[0]


def _place(mention: Mention, main: str, cues: list[tuple[str, int]]) -> tuple[str, Link | None]:
    """The kind a name is meant as, and its link within that kind."""
    linked = mention.linked
    strong = [name for name, weight in cues if weight == 2]
    kinds = {row.kind for row in linked.known}
    if "family" in strong and kinds and not kinds & {"condition", "condition group"} and not linked.of(_FAMILY):
        raise NotUnderstood("whether the relative it speaks of is the patient of this record; say the patient")
    for name in ("family", "allergy", "immunization"):
        if name == "immunization" and not linked.of("Immunization") and linked.of(*MEDICATION_TYPES):
            continue  # the record has the vaccine among its drugs
        if name in strong and (linked.of(*domains.BY_NAME[name].types) or _may_be(mention, name)):
            return name, _first(linked.of(*domains.BY_NAME[name].types))
    if "micro" in strong and re.search(r"\bmicrobiolog|\borganism|\bbacteri|\bculture|\bgrew\b|\btest", main):
        found = linked.of("Specimen") or linked.of("Observation")
        if found:
            return "micro", found[0]
    comes_out = "output" in strong and not {"medication", "intake", "dispense"} & set(strong)
    drug = None if comes_out else drug_of(mention, main, strong)
    if drug is not None:
        return drug
    # What a relative had is never taken for what the patient had.
    own = [link for link in linked.links if link.resource_type != "FamilyMemberHistory"]
    if not _SAMPLED.search(main):
        own = [link for link in own if link.resource_type != "Specimen" or not (kinds or len(own) > 1)]
    if comes_out:
        own = [one for one in own if one.resource_type == "Observation" and not is_culture(one)]  # and no drug
    exact = [link for link in own if link.how != "narrower"]
    for pool in (exact, [link for link in own if _is_likely(link, mention, strong)]):
        for name, _ in cues:
            types = domains.BY_NAME[name].types
            for link in pool:
                if link.resource_type in types and not (name == "micro" and link.resource_type == "Observation"):
                    return name, link
        for name in domains.PREFERENCE:
            for link in pool:
                if domains.TYPE_DOMAINS.get(link.resource_type) == name:
                    return name, link
        if pool:
            return domains.TYPE_DOMAINS.get(pool[0].resource_type, "observation"), pool[0]
    return _unlinked(mention, main, cues), None


def _is_likely(link: Link, mention: Mention, strong: list[str]) -> bool:
    """Whether a name that merely contains the words may be meant: "diabetes" is no "screening test for diabetes"."""
    if link.how != "narrower":
        return True
    domain = domains.TYPE_DOMAINS.get(link.resource_type, "")
    if domain in strong or (domain == "observation" and {"micro", "output"} & set(strong)):
        return True
    if domain in ("careplan", "goal", "careteam"):
        return False  # a plan for something is not that thing
    known = {domains.KIND_DOMAINS.get(row.kind) for row in mention.linked.known}
    return domain in known if known else not strong


def _may_be(mention: Mention, name: str) -> bool:
    kinds = {domains.KIND_DOMAINS.get(row.kind) for row in mention.linked.known}
    return not mention.linked.links or name in kinds or not mention.linked.known or name in ("allergy", "family")


def _unlinked(mention: Mention, main: str, cues: list[tuple[str, int]]) -> str:
    kinds = [domains.KIND_DOMAINS[row.kind] for row in mention.linked.known if row.kind in domains.KIND_DOMAINS]
    said = next((name for name, weight in cues if weight == 2 and name in ("output", "intake")), None)
    if said is not None:
        return said
    for name, _ in cues:
        if name in kinds or (name in ("output", "intake") and {"observation", "medication"} & set(kinds)):
            return name
    if kinds:
        return next((name for name in domains.PREFERENCE if name in kinds), kinds[0])
    strong = [name for name, weight in cues if weight == 2]
    if strong:
        return strong[0]
    if cues and not mention.linked.links:
        if cues[0][0] == "procedure" and _HAS.search(main):
            return "condition"
        return cues[0][0]
    if mention.linked.of("FamilyMemberHistory"):
        return "condition"
    if _MEASURED.search(mention.words.lower()):
        return "observation"
    raise NotUnderstood(f'"{mention.words}" is not known as anything that can be asked of a record')


def _reason(
    main: str,
    placed: list[_Placed],
    cues: list[tuple[str, int]],
    operator: Operator | None,
) -> Thing | None:
    """Medication for a condition: a condition is named, and the words speak of treatment."""
    conditions = [(m, link) for m, name, link in placed if name == "condition"]
    for_it = re.search(r"\b(?:for|because of|due to|with|related to)\b", main)
    if len(placed) == len(conditions) == 1 and (
        (for_it and (_HEAD_VISIT.search(main) or _ADMITTED.search(main))) or _OF_ITS_VISITS.search(main)
    ):
        return Thing("encounter", reason=conditions[0])
    drugs = [(m, link) for m, name, link in placed if name == "medication"]
    spoken = bool(drugs) or any(name == "medication" for name, _ in cues)
    treating = ("medication", 2) in cues or (spoken and _TREATS.search(main))
    if not conditions or len(conditions) > 1 or not treating or len(conditions) + len(drugs) != len(placed):
        return None
    if not drugs and not (
        ("medication", 2) in cues or re.search(r"\btreat|\btak(?:e|ing|en)\b|\bon\b|\border|\bgiven\b", main)
    ):
        return None
    if (
        not drugs
        and ("condition", 2) in cues
        and operator == "exists"
        and re.search(r"\bdiagnos", main)
        and not _TREATS.search(main)
    ):
        return None
    return Thing("medication", tuple(drugs), reason=conditions[0])


def _first(links: tuple[Link, ...]) -> Link | None:
    return links[0] if links else None
