"""Questions about several kinds of thing at once: kinds named side by side, and what happened in a time or a stay."""

from __future__ import annotations

import re
from dataclasses import replace

from chartwarden.agent.planning import domains
from chartwarden.agent.planning.frames import Frame, NotUnderstood, Thing
from chartwarden.agent.planning.intents import Operator
from chartwarden.agent.planning.ranks import Which
from chartwarden.tools.records.query import Window

_OVERVIEW = re.compile(
    r"^(?:please )?(?:what (?:has |had )?(?:happened|changed|went on|took place|was going on|is new|was new"
    r"|'s new)|summari[sz]e|"
    r"(?:an? |the |a brief |short )*(?:summary|overview) of|overview|summary|what (?:was|were) done)\b"
)
_STAY = re.compile(
    r"\b(?P<how>since|after|following)? ?(?:the |his |her |my |their |patient's )*(?P<which>last|first|latest"
    r"|most recent|previous|"
    r"second|third|current) (?P<what>(?:hospital |inpatient |icu |er |ed |emergency (?:room |department )?"
    r"|intensive care )?"
    r"(?:visit|stay|admission|encounter|hospitali[sz]ation|appointment))\b"
)
_ONE_KIND = re.compile(r"\b(?:procedures?|medications?|drugs?|diagnoses|tests?|surger\w+|operations?)\b")
_WHOLE = re.compile(r"\b(?:patient|record|chart|history|case|file|everything|me)\b")
_LISTED: tuple[tuple[str, Operator], ...] = (
    ("encounter", "list"), ("condition", "list"), ("medication", "list"), ("procedure", "list"),
    ("immunization", "list"), ("observation", "count"),
)  # fmt: skip
"""What an overview tells of each kind."""


def overview(clause: str, window: Window | None) -> list[Frame]:
    """The frames of an overview of a time or a stay; empty for a clause that asks for none.

    Raises `NotUnderstood` for an overview of something else.
    """
    if not _OVERVIEW.search(clause) or "qc" in clause or _ONE_KIND.search(clause):
        return []
    stay, event, relation = _STAY.search(clause), None, ""
    if stay is not None:
        kind = "icu" if re.search(r"icu|intensive", stay["what"]) else "encounter"
        ordinal = {"first": Which("first"), "second": Which("first", 2), "third": Which("first", 3)}
        which = ordinal.get(stay["which"], Which("last", 2 if stay["which"] == "previous" else 1))
        kinds = ("emergency",) if re.search(r"\b(?:er|ed|emergency)\b", stay["what"]) else ()
        if (
            re.search(r"\b(?:hospital|inpatient|admission|hospitali\w+|stay)\b", stay["what"])
            and kind != "icu"
            and not kinds
        ):
            kinds = ("hospital",)
        event = Frame(
            "when", Thing(kind), which, window, kinds=("icu",) if kind == "icu" else kinds, clause=stay.group()
        )
        relation, window = ("after" if stay["how"] else "during"), None
    elif window is None and not _WHOLE.search(clause):
        raise NotUnderstood("of what time or stay an overview is wanted")
    frame = Frame("list", Thing("encounter"), window=window, event=event, relation=relation)
    listed = [entry for entry in _LISTED if not (stay and not stay["how"] and entry[0] == "encounter")]
    return [
        replace(frame, operator=operator, thing=Thing(name), clause=domains.BY_NAME[name].noun)
        for name, operator in listed
    ]


def kinds_apart(clause: str) -> list[str]:
    """A clause that names kinds side by side ("drugs and procedures in 2015") once for each; else the clause alone."""
    beside = _BESIDE_NAME.search(clause)
    if beside is not None and _listable(beside["noun"] or beside["noun2"]):
        first, second = (beside["name"], beside["noun"]) if beside["name"] else (beside["noun2"], beside["name2"])
        return [f"{clause[: beside.start()]}{one}{clause[beside.end() :]}" for one in (first, second)]
    if "qc" in clause:
        return [clause]
    nouns = sorted(
        (found.start(), found.end(), domain.name)
        for domain in domains.DOMAINS
        for found in domain.strong.finditer(clause)
        if domain.name in _LISTABLE and found.group().endswith("s")
    )
    for place in range(len(nouns) - 1):
        chain = [nouns[place]]
        for noun in nouns[place + 1 :]:
            if noun[2] == chain[-1][2] or not _JOINED.fullmatch(clause[chain[-1][1] : noun[0]]):
                break
            chain.append(noun)
        if len(chain) > 1:
            start, end = chain[0][0], chain[-1][1]
            return [f"{clause[:start]}{clause[a:b]}{clause[end:]}" for a, b, _ in chain]
    return [clause]


_BESIDE_NAME = re.compile(
    r"\b(?P<name>qc\d+)(?:,? and|,? or|,| &) (?:the |any |all |new )*(?P<noun>[a-z]+s)\b(?! of\b)"
    r"|\b(?P<noun2>[a-z]+s)(?:,? and|,? or|,| &) (?:the |any |all |new )*(?P<name2>qc\d+)\b"
)


def _listable(noun: str) -> bool:
    return any(domain.strong.fullmatch(noun) for domain in domains.DOMAINS if domain.name in _LISTABLE)


_JOINED = re.compile(r"\s*(?:,|,? and|,? or|&|as well as|along with)\s*(?:the |any |all |new |which )*")
_LISTABLE = frozenset(
    {
        "medication",
        "procedure",
        "condition",
        "immunization",
        "allergy",
        "encounter",
        "report",
        "careplan",
        "device",
        "goal",
    }
)
