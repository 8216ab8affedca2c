"""Questions about several kinds of thing at once: kinds named side by side, and what happened in a time or a stay."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.names.mentions import Mention
from chartwarden.agent.planning.reading import domains
from chartwarden.agent.planning.reading.frames import Frame, Named, NotUnderstood, Thing
from chartwarden.agent.planning.reading.intents import Operator
from chartwarden.agent.planning.reading.ranks import Which
from chartwarden.tools.records.query import Relation, Window

_OVERVIEW = Pattern(
    r"^(?:please )?(?:what (?:has |had )?(?:happened|changed|went on|took place|was going on|is new|was new"
    r"|'s new)|summari[sz]e|"
    r"(?:an? |the |a brief |short )*(?:summary|overview) of|overview|summary|what (?:was|were) done"
    r"|(?:tell me|everything|what all) (?:about|from|of|at|on|during|happened|was done))\b"
)
_OF_ONE_STAY = Pattern(r"^(?:please )?(?:tell me|everything|what all)\b")
"""What is such a question only where it is of a visit or a stay."""
_STAY = Pattern(
    r"\b(?P<how>since|after|following)? ?(?:the |his |her |my |their |patient's )*(?P<which>last|first|latest"
    r"|most recent|previous|"
    r"second|third|current) (?P<what>(?:hospital |inpatient |icu |er |ed |emergency (?:room |department )?"
    r"|intensive care )?"
    r"(?:visit|stay|admission|encounter|hospitali[sz]ation|appointment))\b"
)
_STAYS_THEN = Pattern(
    r"\b(?P<how>since|after|following)? ?(?:the |his |her |my |their |patient's )*(?:qt\d+ )?"
    r"(?P<what>(?:hospital |inpatient |icu |er |ed |emergency (?:room |department )?|intensive care )?"
    r"(?:stay|admission|hospitali[sz]ation|visit|encounter|appointment)s?)\b"
)
"""A stay that only its time places: each stay of that time."""
_SAID = Pattern(
    r"\b(?:what|has|had|have|was|were|is|'s|happened|changed|went on|took place|going on|new|done|summari[sz]e|summary"
    r"|overview|brief|short|of|on|in|at|to|with|for|from|during|over|since|after|following|the|an?"
    r"|his|her|my|their|patient(?:'s)?|him|me|them|he|she|i|they|us|please|all|everything|whole|entire|full|medical"
    r"|clinical|record|chart|history|case|file|last|first|latest|most recent|previous|second|third|current|hospital"
    r"|inpatient|icu|er|ed|emergency|room|department|intensive care|visits?|stays?|admissions?|encounters?"
    r"|hospitali[sz]ations?|appointments?|time|times|year|years|month|week|day|period|that|this|it|then|there|here"
    r"|so far|medically|healthwise|recorded|documented|noted|and|year's|past|been|ever|anything|health|care|qt\d+)\b"
)
"""The words an overview is asked in: with another one, something else of it would be asked."""
_ONE_KIND = Pattern(r"\b(?:procedures?|medications?|drugs?|diagnoses|tests?|surger\w+|operations?)\b")
_WHOLE = Pattern(r"\b(?:patient|record|chart|history|case|file|everything|me)\b")
_LISTED: tuple[tuple[str, Operator], ...] = (
    ("encounter", "list"), ("condition", "list"), ("medication", "list"), ("procedure", "list"),
    ("immunization", "list"), ("observation", "count"),
)  # fmt: skip
"""What an overview tells of each kind."""


def overview(clause: str, window: Window | None, names: Callable[[str], Mention]) -> list[Frame]:
    """The frames of an overview of a time or a stay; empty for a clause that asks for none.

    `names`: what each placeholder stands for: a visit may be told by what it is called.
    Raises `NotUnderstood` for an overview of something else.
    """
    if not _OVERVIEW.search(clause) or _ONE_KIND.search(clause):
        return []
    clause, visit = _visit_named(clause, names)
    if "qc" in clause or (_OF_ONE_STAY.match(clause) and _stay_of(clause, window) is None):
        return []
    if beside := re.sub(r"[^a-z]+", " ", _SAID.sub(" ", clause)).strip():
        raise NotUnderstood(f'what "{beside}" has to do with an overview; ask for one of a time or of a stay')
    found = _stay_of(clause, window)
    if found is None and re.search(r"\b(?:icu|intensive care|er|ed|emergency)\b", clause):
        raise NotUnderstood("of which stay an overview is wanted; say the first, the last or that of a time")
    if found is None and window is None and not _WHOLE.search(clause):
        raise NotUnderstood("of what time or stay an overview is wanted")
    event, relation = found or (None, "")
    if event is not None and visit is not None:
        event = replace(event, thing=Thing("encounter", (visit,)), kinds=())
    is_itself = event is not None and relation == "during"
    if event is not None and is_itself and event.which.is_said and event.kinds in ((), ("emergency",)):
        relation = "same_encounter"  # of a stay it is all of its time
    frame = Frame("list", Thing("encounter"), window=None if event else window, event=event, relation=relation)
    listed = [
        replace(frame, operator=operator, thing=Thing(name), clause=domains.BY_NAME[name].noun)
        for name, operator in _LISTED
        if not (is_itself and name == "encounter")
    ]
    # Of the visit itself, what it is called and what for.
    itself = (
        [replace(event, operator="list"), replace(event, operator="why")] if event is not None and is_itself else []
    )
    return [*itself, *listed]


def _visit_named(clause: str, names: Callable[[str], Mention]) -> tuple[str, Named | None]:
    """A clause with the one name of it that visits go by in the word for a visit, and that name."""
    tokens = list(dict.fromkeys(re.findall(r"\bqc\d+", clause)))
    if len(tokens) != 1:
        return clause, None
    mention = names(tokens[0])
    links = mention.linked.of("Encounter")
    if not links or len(mention.linked.types) > 1:
        return clause, None
    return re.sub(rf"\b{tokens[0]}\b(?: (?:visit|encounter|appointment))?", "visit", clause), (mention, links[0])


def _stay_of(clause: str, window: Window | None) -> tuple[Frame, Relation] | None:
    """The stay that an overview is of, and whether of it or of the time after it; None for one of a time alone."""
    stay = _STAY.search(clause) or (_STAYS_THEN.search(clause) if window is not None else None)
    if stay is None:
        return None
    rank = stay.groupdict().get("which")
    ordinal = {"first": Which("first"), "second": Which("first", 2), "third": Which("first", 3), None: Which()}
    which = ordinal.get(rank, Which("last", 2 if rank == "previous" else 1))
    kinds: tuple[str, ...] = ()
    if re.search(r"icu|intensive", stay["what"]):
        kinds = ("icu",)
    elif re.search(r"\b(?:er|ed|emergency)\b", stay["what"]):
        kinds = ("emergency",)
    elif re.search(r"\b(?:hospital|inpatient|admission|hospitali\w+|stay)\b", stay["what"]):
        kinds = ("hospital",)
    thing = Thing("icu" if kinds == ("icu",) else "encounter")
    event = Frame("when", thing, which, window, kinds=kinds, clause=stay.group())
    return event, "after" if stay["how"] else "during"


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


_BESIDE_NAME = Pattern(
    r"\b(?P<name>qc\d+)(?:,? and|,? or|,| &) (?:the |any |all |new )*(?P<noun>[a-z]+s)\b(?! of\b)"
    r"|\b(?P<noun2>[a-z]+s)(?:,? and|,? or|,| &) (?:the |any |all |new )*(?P<name2>qc\d+)\b"
)


def _listable(noun: str) -> bool:
    return any(domain.strong.fullmatch(noun) for domain in domains.DOMAINS if domain.name in _LISTABLE)


_JOINED = Pattern(r"\s*(?:,|,? and|,? or|&|as well as|along with)\s*(?:the |any |all |new |which )*")
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
