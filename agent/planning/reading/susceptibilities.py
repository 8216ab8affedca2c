"""Questions about which drugs an organism was tested against, and whether it was resistant or susceptible."""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.names.mentions import Mention
from chartwarden.agent.planning.reading.frames import Frame, Named, NotUnderstood, Thing
from chartwarden.agent.planning.reading.intents import Operator, asks_susceptibility
from chartwarden.agent.planning.wording.question_words import is_yes_no
from chartwarden.tools.records.concepts import Link
from chartwarden.tools.records.query import Said

_KIND = Pattern(r"\b(?:drugs?|antibiotics?|antimicrobials?|agents?|medications?|medicines?)\b")
_GENERIC = Pattern(r"(?:antibiotic|antimicrobial|antibacterial)(?: drug| agent| medication)?s?", re.IGNORECASE)
_ASKS_WHICH = Pattern(r"\b(?:which|what|list|all|name|how many)\b")
_ANY_ORGANISM = Pattern(
    r"\b(?:any|some|an?) (?:\w+ )?(?:organism|bacteri\w+|bug|germ|isolate|pathogen|culture)s?\b|\banything\b"
)
_FOUND_WHERE = Pattern(r"\b(?:which|what) (?:\w+ )?(?:specimens?|samples?|sites?|cultures?)\b")
_OF_ALL = Pattern(
    r"\b(?:sensitivit|susceptibilit|antibiogram)\w*\b|\b(?:resistan(?:t|ce)|susceptible"
    r"|sensitive) to (?:anything|any\b)"
)
"""Of every drug that the organism was tested against."""
_ANY_SAID = Pattern(
    r"\b(?:any|some|an?) (?:\w+ )?(?:resist\w+|susceptible|sensitive|intermediate)\b"
    r"|\b(?:any|some|an?)(?:thing|one)? .*\b(?:resist\w+|susceptible|sensitive|intermediate)\b"
)
"""Of any organism and any drug."""
_SAID: tuple[tuple[Said, Pattern], ...] = (
    ("resistant", Pattern(r"\bresist\w+")),
    ("intermediate", Pattern(r"\bintermediate\b")),
    ("susceptible", Pattern(r"\b(?:susceptible|sensitive)\b")),
)


def tested(main: str, mentions: list[Mention]) -> Frame | None:
    """What a clause asks of susceptibility, without its time; None where it asks of something else.

    Raises `NotUnderstood` where more than one drug or organism is named, or none that can be told apart.
    """
    if _FOUND_WHERE.search(main) and any(map(_is_organism, mentions)):
        raise NotUnderstood("in which specimen an organism was found; ask what grew in a specimen or a test")
    generic = [m for m in mentions if _GENERIC.fullmatch(m.words)]
    listed = bool(generic) and bool(re.search(r"\btested\b(?! for\b)", main)) and bool(_ASKS_WHICH.search(main))
    if not (asks_susceptibility(main) or listed) or re.search(r"\ballerg|\bintoleran", main):
        return None
    drugs = [m for m in mentions if m not in generic and _is_drug(m)]
    others = [m for m in mentions if m not in drugs and m not in generic]
    said = next((name for name, pattern in _SAID if pattern.search(main)), None)
    which = (generic or _KIND.search(main) or re.match(r"(?:to )?what\b", main)) and _ASKS_WHICH.search(main)
    of_all = not drugs and bool(_OF_ALL.search(main))
    if said is not None and not drugs and not others and not which and _ANY_SAID.search(main):
        return Frame("exists", Thing("observation"), clause=main, said=said)
    if not drugs and not which and not of_all:
        return None
    if len(drugs) > 1 or len(others) > 1:
        raise NotUnderstood("which organism a susceptibility belongs to is not told apart")
    organism = _organism(others[0]) if others else None
    if drugs and organism is None and re.search(r"\b(?:which|what|how many|list) (?:\w+ )?organisms?\b", main):
        raise NotUnderstood("which organisms said so of one drug is not looked for; ask of one organism")
    if drugs:
        thing = Thing("observation", ((drugs[0], _observed(drugs[0])),))
        exists = said is not None and organism is None and is_yes_no(main) and _ANY_ORGANISM.search(main)
        return Frame("exists" if exists else "interpretation", thing, clause=main, organism=organism, said=said)
    if of_all and not which and organism is None:
        return None
    if organism is None:
        raise NotUnderstood("of which organism a susceptibility is asked")
    if not which and is_yes_no(main):
        return Frame("exists", Thing("observation"), clause=main, organism=organism, said=said)
    if not which:
        return Frame("value", Thing("observation"), clause=main, organism=organism)
    operator: Operator = "count" if re.search(r"\bhow many\b", main) else "list"
    return Frame(operator, Thing("observation"), clause=main, organism=organism, said=said)


def _is_organism(mention: Mention) -> bool:
    entries = [entry for link in mention.linked.of("Observation") for entry in link.entries]
    return any("organism" in coding.system.lower() for entry in entries for coding in entry.codings)


def _is_drug(mention: Mention) -> bool:
    if any(row.kind in ("drug", "drug class") for row in mention.linked.known):
        return True
    entries = [entry for link in mention.linked.of("Observation") for entry in link.entries]
    return any("antibiotic" in coding.system.lower() for entry in entries for coding in entry.codings)


def _organism(mention: Mention) -> Named:
    found = _observed(mention)
    if found is None and not any(row.kind == "organism" for row in mention.linked.known):
        raise NotUnderstood(f'the part about "{mention.words}" could not be placed')
    return mention, found


def _observed(mention: Mention) -> Link | None:
    return next(iter(mention.linked.of("Observation")), None)
