"""A visit, a stay or a day told by its time, its kind, what it was for or what happened there, cut out of a question.

    which problems were added | at the | check-up qt0
    what was he started on | at the | visit where qc0 was found
    when was he discharged | from the | inpatient stay for qc0

What is left is what is asked of it. Every word of the visit is taken; with one too many nothing is cut out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.wording.rank_words import ANY_RANK

SOMEBODY = r"(?:he|she|i|they|we|the patient|patient|him|her|me|them|us)"
_THE = r"(?:(?:the|an?|his|her|my|their|our|this|that|patient's|the patient's) )"
_KIND = (
    r"(?:er|ed|a&e|emergency(?: room| department)?|icu|intensive care|hospital|in-?patient|out-?patient|ambulatory"
    r"|clinic|office)"
)
_HEAD = (
    r"(?:visit|appointment|encounter|admission|stay|hospitali[sz]ation|check-?up|consultation|attendance|session"
    r"|presentation|episode of care|physical|exam|examination|review|follow-?up|trip)"
)
_FOUND = (
    r"(?:(?:was|were|got|had been|is|has been) )?(?:first |newly |initially |originally )?"
    r"(?:found|diagnosed|picked up|discovered|noted|recorded|entered|coded|documented|detected|identified|confirmed"
    r"|made|came up|turned up|started|begun|began|prescribed|ordered|given|administered|done|performed|carried out"
    r"|put in|placed|inserted|removed|taken out|introduced|initiated|added|spotted|established|flagged|charted)"
)
_GOT = (
    rf"{SOMEBODY} (?:was|were|got|had|has|is|received|underwent)? ?(?:been )?(?:first |newly "
    rf"|told (?:{SOMEBODY} had )?)?"
    r"(?:diagnosed with|found to have|put on|started on|prescribed|given|vaccinated (?:for|against|with)"
    r"|noted to have)?"
)
_WHERE = r"(?:where|when|at which|in which|during which|on which)"
_TAILS: tuple[tuple[str, str], ...] = (
    ("time", r"(?:(?:that|which) )?(?:(?:was|of|on|in|from|dated|held|booked) )*(?:the )?(?P<{0}>qt\d+)"),
    ("began", r"(?:(?:that|which) )?(?:had )?(?:began|begun|started|starting|beginning) (?:on |in )?(?P<{0}>qt\d+)"),
    ("ended", r"(?:(?:that|which) )?(?:had )?(?:ended|finished|ending|closed) (?:on |in )?(?P<{0}>qt\d+)"),
    ("reason", rf"(?:for|because of|due to|about|over|with(?: an?)?|concerning) {_THE}?(?P<{{0}}>qc\d+)"),
    (
        "day",
        rf"(?:on )?the (?:very )?(?:same )?day (?:that |of |when )?(?P<{{0}}>(?:{SOMEBODY} )?{_THE}?qc\d+(?: qt\d+)?)",
    ),
    ("where", rf"{_WHERE} (?P<{{0}}>{_THE}*qc\d+ {_FOUND}|{_GOT} ?{_THE}?qc\d+)"),
)
_NOUN = (
    rf"(?:very )?(?P<mods>(?:(?:{ANY_RANK}|{_KIND}|qt\d+|qc\d+|same|single|one) )*)"
    rf"(?P<head>{_HEAD}|qc\d+(?: {_HEAD})?)(?![\w'-])"
)
_BOUND = r"(?:at|on|in|during|from|of|for|to|over|within|throughout|after)"
_LEAD = Pattern(rf"(?:{_BOUND} )?{_THE}?{_NOUN}")
_PLACE = Pattern(
    r"(?:(?:while|when) (?:[a-z]+ ){1,3})?(?:in|at|to|into|on) (?:the |an? )?"
    r"(?P<kind>er|ed|a&e|emergency(?: room| department)|icu|intensive care(?: unit)?)(?P<t> qt\d+)"
)
"""A place told with a time: the visit there that was then."""
_STAYED = Pattern(
    rf"(?:when|while|as|the time) {SOMEBODY} (?:was|were|got) (?:being )?(?P<kind>hospitali[sz]ed"
    rf"|admitted(?: to (?:the )?"
    r"(?:hospital|icu))?|in (?:the )?(?:hospital|icu)|an? in-?patient|kept in)"
    rf"(?: (?:for|with|because of) {_THE}?(?P<reason>qc\d+))?(?P<t> qt\d+)?"
)
_END = Pattern(
    r"[ ,]*(?P<rest>last|end|take|finish|begin|start|over|about|for|like|there|then"
    r"|(?:booked|coded|filed|recorded|listed|logged)(?: (?:in )?(?:under|to|as|with))?|under)?[ ?.!]*$"
)
_TAIL_PATTERNS = tuple((name, Pattern(rf",? {said.format('x')}(?![\w'-])")) for name, said in _TAILS)
_HEAD_TAILS = 4
"""More than anybody says of one visit."""


@dataclass(frozen=True)
class VisitTold:
    """What is asked, and the visit that it is asked of."""

    ask: str
    """What is left of the question, with `it` in the place of a visit that stands within it."""
    head: str
    """What the visit is called: `visit`, `admission`, or a name."""
    mods: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    where: str = ""
    """What happened there: `qc0 was found`."""
    by_end: bool = False
    """Whether the times are those of its end."""
    of_day: bool = False
    """Whether `where` tells what was on its day, and not what was there."""
    said: str = ""
    """The visit as it was said, with what it is bound by."""

    @property
    def is_placed(self) -> bool:
        """Whether more than a rank or a kind tells which visit it is."""
        named = [mod for mod in self.mods if mod.startswith("qc")]
        return bool(self.times or self.reasons or self.where or named)

    @property
    def rank(self) -> str:
        """The word that says which of several it is."""
        return " ".join(mod for mod in self.mods if re.fullmatch(ANY_RANK, mod))


def visits_in(text: str) -> Iterator[VisitTold]:
    """Each way to cut one visit out of a question that leaves no word of it over, the widest first."""
    text = _PLEASE.sub("", text).strip(" ?.!,")
    for start in _starts(text):
        stayed = _PLACE.match(text, start) or _STAYED.match(text, start)
        if stayed is not None:
            yield from _of_place(text, start, stayed)
            continue
        lead = _LEAD.match(text, start)
        if lead is None:
            continue
        tails, end = _tails(text, lead.end())
        mods = _mods(lead["mods"])
        times = tuple(one for one in mods if one.startswith("qt")) + tuple(x for n, x in tails if n in _TIMED)
        told = VisitTold(
            "",
            lead["head"],
            mods,
            times,
            tuple(x for n, x in tails if n == "reason"),
            next((x for n, x in tails if n in ("where", "day")), ""),
            any(n == "ended" for n, _ in tails),
            of_day=any(n == "day" for n, _ in tails),
        )
        if told.is_placed or told.rank:
            yield from _around(text, start, end, told, lead.group().partition(" ")[0])


_TIMED = frozenset({"time", "began", "ended"})


def _starts(text: str) -> list[int]:
    return [0, *(match.end() for match in re.finditer(r"[ ,]+", text))]


def _mods(said: str) -> tuple[str, ...]:
    return tuple(match.group() for match in re.finditer(rf"{ANY_RANK}|{_KIND}|q[tc]\d+", said))


def _tails(text: str, end: int) -> tuple[list[tuple[str, str]], int]:
    """What is said behind the word for a visit, and where that ends."""
    found: list[tuple[str, str]] = []
    for _ in range(_HEAD_TAILS):
        for name, pattern in _TAIL_PATTERNS:
            match = pattern.match(text, end)
            if match is not None:
                found.append((name, match["x"]))
                end = match.end()
                break
        else:
            break
    return found, end


def _of_place(text: str, start: int, match: re.Match[str]) -> Iterator[VisitTold]:
    time = (match["t"] or "").strip()
    reason = match.groupdict().get("reason") or ""
    if not time and not reason:
        return
    kind = match["kind"]
    is_unit = re.match(r"er\b|ed\b|a&e|emergency|icu|intensive", kind)
    mods = (kind,) if is_unit else ("icu",) if "icu" in kind else ()
    head = "visit" if is_unit and not re.match("icu|intensive", kind) else "stay"
    told = VisitTold("", head, mods, (time,) if time else (), (reason,) if reason else ())
    yield from _around(text, start, match.end(), told, match.group().partition(" ")[0])


def _around(text: str, start: int, end: int, told: VisitTold, first: str) -> Iterator[VisitTold]:
    """What is asked, before or behind the visit."""
    before, behind = text[:start].strip(" ,:"), text[end:]
    bound = first if re.fullmatch(_BOUND, first) else ""
    told = replace(told, said=text[start:end] if bound else f"at {text[start:end]}")
    last = _END.fullmatch(behind)
    if before and last is not None:
        rest = last["rest"] or ""
        yield replace(told, ask=f"{before} {bound} it {rest}".replace("  ", " ").strip())
    if not before and (behind.lstrip()[:1] in (",", ":", "-") or bound or first in ("when", "while", "as")):
        asked = _PLEASE.sub("", behind.strip(" ,:?.!-"))
        if asked:
            yield replace(told, ask=f"{asked} {bound or 'at'} it")


_PLEASE = Pattern(r",? ?\b(?:please|pls)\b")
_TWO_ASKED = Pattern(r"(?P<a>.+?),? and (?:also )?(?P<b>(?:what|which|who|when|where|why|how)\b[^?]*?)[ ?.]*")
_OF_ANOTHER = Pattern(rf"\bqt\d|\b(?:{_HEAD})s?\b|\b(?:it|that|then|after|before|since)\b")


def both_of_one_visit(said: str) -> str:
    """A sentence that asks two things of one visit as two, each with the visit; unchanged where it asks no two."""
    match = _TWO_ASKED.fullmatch(said)
    if match is None or " " not in match["b"].strip() or _OF_ANOTHER.search(match["b"]):
        return said
    told = next((one for one in visits_in(match["a"]) if one.is_placed), None)
    if told is not None and told.head.startswith("qc") and told.said not in match["a"]:
        return said  # a name that nothing puts at a visit
    return f"{match['a']}? {match['b']} {told.said}?" if told is not None else said
