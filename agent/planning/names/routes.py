"""Routes of drugs in a question: as the record writes them, in words, or both beside each other.

Each function gives where a route stands and what it is in the record, the longest names first.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cache

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.names.everyday import EVERYDAY
from chartwarden.agent.planning.names.vocabulary import GRAMMAR
from chartwarden.tools.records.vocabulary import known_forms, rows_by_form
from chartwarden.tools.records.words import FILLERS, plain

VIA = Pattern(
    r"\b(?:via|by way of|by|through|using|per|from|with|over|under|the|as) (?:(?:the|an?|my|his|her|their) )?$"
)
_ORDERED = Pattern(
    r"\b(?:ordered|prescribed|given|taken|take|administered|dispensed|received|started|drugs?|medications?"
    r"|medicines?|meds?|prescriptions?|orders?|doses?|(?:some|any)?things?) $"
)
"""What a route may follow without a preposition, where it is written as the record writes it: "ordered IV DRIP"."""
_OF_DRUGS = Pattern(
    r"\broute|\btablets?\b|\bcapsules?\b|\bsuppositor|\bprescri|\bmedic|\bmeds?\b|\bdrug|\badministered|\bgiven|\border|\bscript|\bshots?\b|\bjabs?\b|\binjection"
    r"|\b(?:any|some)thing (?:by|in(?:to)?|under) "
    r"|\b(?:got|gets?|getting|gotten|tak(?:e|es|en|ing)|took|receiv\w+|gave)\b"
)
_VIA_EXACTLY = Pattern(
    r"(?:\b(?:via|by way of|by|through|using) (?:the |an? )?"
    r"|\broute(?::| of| is)? (?:(?:plain|just|simply|exactly) )?)$"
)
_VIA_SMALL = Pattern(
    r"\b(?:(?:via|by way of|using) (?:the )?|route(?::| of| is)? (?:(?:plain|just|simply|exactly) )?)$"
)
"""Behind which a route is one also where it is typed small: "via po/ng"."""
_AT_A_PLACE = Pattern(r"\b(?:in|at|to|into|inside|from|leaving|left|visited) (?:the |an? )?$")
_PLACES = frozenset({"ED"})
"""Routes that are written as the places of a hospital are: what somebody was in is no route."""
_SPEAKS_OF_DRUGS = Pattern(r"\b(?:(?:some|any)?things?|prescri\w+|medic\w+|meds?|drugs?|order\w*|scripts?)\b")
_ROUTE = Pattern(r"[ -]route\b")
_SPEAKS_OF_SHOTS = Pattern(r"\b(?:vaccin\w*|immuni\w*|shots?|jabs?|boosters?|tetanus)\b")
_READ_PAST = GRAMMAR | EVERYDAY | FILLERS

Found = Iterator[tuple[int, int, str]]


def routes_as_recorded(question: str, names: Collection[str], *, exactly: bool) -> Found:
    """Routes as the record writes them. `exactly`: only behind a word that nothing but a route follows."""
    lead = _VIA_EXACTLY if exactly else VIA
    lowered = question.lower()
    for name in sorted((name for name in names if name.lower() in lowered), key=len, reverse=True):
        for match in re.finditer(rf"(?<![\w/-]){re.escape(name.lower())}(?![\w/]|-(?!route\b))", lowered):
            said = question[match.start() : match.end()]
            after = lowered[match.end() :]
            meant: object = lead.search(lowered[: match.start()]) or re.match(
                r"[ -](?:(?:was|is|as|being) (?:the|its|their) )?(?:route|administration|line|medic\w+|meds?|drugs?"
                r"|orders?|scripts?|rx|prescri\w+)\b",
                after,
            )
            if name.isupper() and " " in name and _OF_DRUGS.search(lowered):
                meant = True  # "IV DRIP, first prescription": as nobody writes anything else
            if not exactly and name.isupper() and not set(plain(name)) <= _READ_PAST:
                meant = meant or _ORDERED.search(lowered[: match.start()])
            is_drip = name == "IV" and after.startswith(" drip")
            is_place = name in _PLACES and _AT_A_PLACE.search(lowered[: match.start()]) and not _ROUTE.match(after)
            is_small = said == name.lower() and name.isupper() and name not in _PLACES
            is_small = is_small and bool(_VIA_SMALL.search(lowered[: match.start()]) or _ROUTE.match(after))
            if (said == name or " " in name or is_small) and meant and not is_drip and not is_place:
                yield *match.span(), name


def routes_left_out(question: str, names: Collection[str]) -> Iterator[tuple[int, int]]:
    """Where a route is said not to be meant beside the one that is: "PO (not PO/NG)". An order has its own alone."""
    for match in _LEFT_OUT.finditer(question):
        rest = f"{question[: match.start()]} {question[match.end() :]}"
        others = (name for name in names if name != match["name"] and name.isupper())
        if match["name"] in names and any(re.search(rf"(?<![\w/-]){re.escape(one)}(?![\w/])", rest) for one in others):
            yield match.span()


_LEFT_OUT = Pattern(
    r"(?:, ?)?\b(?:and |but )?(?:not|excluding|rather than) (?:the )?(?P<name>[A-Z][A-Z/]*(?: [A-Z]+)*)\b"
)


def stands_as_route(said: str, before: str, question: str, names: Collection[str]) -> bool:
    """Whether what only the tables know by a name, as "Td", is a route of the record: "something given TD"."""
    lowered = question.lower()
    is_given = _ORDERED.search(before.lower()) and _SPEAKS_OF_DRUGS.search(lowered)
    return said in names and said.isupper() and bool(is_given) and not _SPEAKS_OF_SHOTS.search(lowered)


_LAY_ROUTE = (
    r"(?:(?:via|through|by|in|into|on|onto|under|over) )?(?:(?:the|my|his|her|an?) )?(?:skin|eyes?|mouth|veins?"
    r"|muscles?"
    r"|nose|ears?|rectum|bottom|lungs|patch|drip|needle|tube)(?: (?:stuff|things?|drops|patches|medicines?|meds"
    r"|drugs?))?"
)
"""Where a drug goes in, as people call it beside the code for it."""


def routes_said_twice(question: str, names: Collection[str]) -> Found:
    """A route in words beside the record's code for it: "transdermal (TD)", "TD route (transdermal)"."""
    small = question.lower()
    told = [name for name in names if name in question or f"({name.lower()})" in small]
    if not told or ("(" not in question and "," not in question):  # a pattern takes long to compile
        return
    words = rf"(?i:{_LAY_ROUTE}|{_route_words()})"
    for name in sorted(told, key=len, reverse=True):
        code = rf"(?<![\w/-])(?:{re.escape(name)}|(?<=\(){re.escape(name.lower())}(?=\)))(?![\w/])"
        both = (
            rf"\b{words}(?: route)? ?(?:\((?:by |via )?(?:the )?(?:route )?{code}(?: route)?\)"
            rf"|, (?:(?:by |via )?(?:the )?route )?{code})"
            rf"|{code}(?:[- ]route)? ?\({words}\)"
        )
        for match in re.finditer(both, question):
            yield *match.span(), name


def routes_in_words(question: str, names: Collection[str]) -> Found:
    """A route in words alone; the record's names for it, or the words where the record has none."""
    lowered = question.lower()
    if not _OF_DRUGS.search(lowered):
        return
    for match in _IN_WORDS.finditer(lowered):
        said = _VEIN.sub("by vein", match.group())
        rows = [row for row in known_forms(plain(said)) if row.kind == "route"]
        if not rows:
            continue
        chosen = [
            name for name in names if any(p.matches(frozenset(plain(name))) for row in rows for p in row.patterns)
        ]
        just = {name for name in chosen if len(plain(name)) == 1}  # "PO" and "ORAL", and not "PO/NG" beside them
        exact = [name for name in names if name == question[match.start() : match.end()]]
        yield *match.span(), "|".join(exact or sorted(just)) or min(chosen, default=match.group())


_VEIN = Pattern(r"^(?:by|through|in|into) (?:(?:the|an?|my|his|her) )?vein$")
_IN_WORDS = Pattern(
    r"\b(?:by[- ]mouth|in(?:to)? the muscle|(?:by|through) (?:the |a )?vein|in(?:to)? (?:the|a|my|his|her) vein"
    r"|under[- ]the[- ]skin|rectal(?= (?:route|meds?|medic\w+|drugs?|orders?|prescri\w+|doses?|tablets?|capsules?"
    r"|suppositor\w+|solutions?|creams?)\b)|orally|intravenously|intravenous"
    r"|intramuscularly|intramuscular|subcutaneously|subcutaneous|subcut|sub-?q"
    r"|intradermally|intradermal|nebuli[sz]ed|transdermally|transdermal|topically|topical|rectally|under the tongue|by"
    r" injection|inhaled|oral|iv|im(?! (?:\w+ing|not|an?|the|just|still|so|my|his|her)\b)|sc|po)\b"
)


@cache
def _route_words() -> str:
    """Every form of a route in the tables, the longest first."""
    forms = {" ".join(form) for form, rows in rows_by_form().items() if any(row.kind == "route" for row in rows)}
    return "|".join(map(re.escape, sorted(forms, key=len, reverse=True)))
