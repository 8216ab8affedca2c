"""What the words of an event say: what it is, which of its rows, and whether its beginning or its end is meant."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from chartwarden.agent.patterns import Pattern, Rewrites
from chartwarden.agent.planning.names.mentions import Mention
from chartwarden.agent.planning.reading.skeleton import Skeleton
from chartwarden.agent.planning.wording.who import WHO

_TOKEN = r"q[ct]\d+|[a-z0-9][a-z0-9'-]*"


@lru_cache(maxsize=1)
def _table() -> tuple[Mapping[str, frozenset[str]], Rewrites]:
    """The lists of `words.toml`, and what several words say as one."""
    read = tomllib.loads(resources.files(__package__).joinpath("words.toml").read_text(encoding="utf-8"))
    said: dict[str, str] = read.pop("phrases")
    phrases = sorted(said.items(), key=lambda one: -len(one[0]))
    rewrites = Rewrites((rf"(?<![\w-]){re.escape(words)}(?![\w-])", put) for words, put in phrases)
    return {name: frozenset(words.split()) for name, words in read.items()}, rewrites


def words(name: str) -> frozenset[str]:
    """One of the lists of words."""
    return _table()[0][name]


def courtesy(piece: str) -> bool:
    """Whether a piece of a question is nothing but what stands around it."""
    return set(re.findall(r"[a-z0-9/']+", piece)) <= words("courtesies")


_NO_NAMES = ("starts", "ends", "ranks", "fillers")
"""Lists of words that a record may have as names of things, and that are none here."""


def plainly(skeleton: Skeleton) -> str:
    """A skeleton as it was said, with the words that nothing knows put back, and a thing named twice by one name."""
    first: dict[object, str] = {}

    def back(match: re.Match[str]) -> str:
        mention = skeleton.mention(match.group())
        said = mention.words.lower()
        if not mention.is_known or any(said in words(name) for name in _NO_NAMES):
            return said
        return first.setdefault(_entries(mention) or said, match.group())

    typed = _named_exactly(skeleton)
    text = re.sub(r"\bre ?- ?(?=[a-z])", "re-", re.sub(r"\bqc\d+\b", back, typed))
    text = _TIME_FIRST.compiled.sub(r"\g<q> \g<t>", text)
    text = _HEADED.compiled.sub(
        r"how many \g<u> of \g<x>", _ITS_ENDS.sub(" ", text) if _IN_UNITS.search(text) else text
    )
    text = _REMAINED.sub("until the discharge", _OF_ONE_STAY.sub("", _OF_WHOM.sub("", _WHOSE.sub("", text))))
    text = _table()[1].put_into(text)
    return _ONE_BEFORE.sub("penultimate one", text) if _THE_LAST.search(text) else text


_GLOSSED = Pattern(r"\b(?P<x>qc\d+)\b(?P<between>[^()]*)\( ?(?P<y>qc\d+)")
_HEADED = Pattern(r"^(?P<x>qc\d+)(?: \( ?\))? (?P<u>hours|hrs|minutes|days)(?=(?:,? (?:in |on )?qt\d+)? ?(?:[?.]|$))")
_TIME_FIRST = Pattern(
    r"^(?P<t>qt\d+) ?[-–—:,] (?P<q>(?:(?:total )?(?:hours|hrs|minutes|days)|how many|how long|duration|length)\b"
    r"[^?.;:]*?)[ ?.]*$"
)
"""A time that heads a question for a length."""
_ITS_ENDS = Pattern(r"\(? ?(?:(?:from )?(?:the )?(?:start|beginning) to (?:the )?(?:end|finish)) ?\)?")
_IN_UNITS = Pattern(r"^qc\d+ (?:hours|hrs|minutes|days) ?[?.]?")


def _named_exactly(skeleton: Skeleton) -> str:
    """The sentence as it was said, with a name that brackets tell more exactly by that alone: "vent (CPAP)"."""
    said = skeleton.said
    told = _GLOSSED.search(said)
    if told is None or not _says_more(skeleton.mention(told["y"]), skeleton.mention(told["x"])):
        return said
    rest = re.sub(r"^,? ?", "", said[told.end() :])
    return f"{said[: told.start()]}{told['y']}{told['between']}({rest}".replace("()", " ")


def _says_more(one: Mention, other: Mention) -> bool:
    """Whether a name is of some of what another is of, or that is of nothing in the record."""
    first, second = _entries(one), _entries(other)
    return bool(first) and first != second and (first < second or not second)


def _entries(mention: Mention) -> frozenset[tuple[str, str]]:
    """What a name means in the record, by which another name for the same is known."""
    return frozenset((link.resource_type, entry.label) for link in mention.linked.links for entry in link.entries)


_ONE_BEFORE = Pattern(
    r"(?<=\band )(?:the |that )?(?:one|stay|admission|visit) (?:right |just )?before(?: (?:that|it)(?: one)?)?"
    r"(?=[ ?.]*$)"
)
_THE_LAST = Pattern(r"\b(?:last|latest|most recent)\b")
_OF_ONE_STAY = Pattern(
    r"(?<![\w-])(?:(?:of|in|during) (?:the|that) same (?:stay|admission)|(?:of|in) that stay)(?![\w-])"
)
"""That both ends are of one stay, which they are anyway."""
_REMAINED = Pattern(rf"(?<![\w-])did {WHO} remain in (?:the )?hospital(?![\w-])")
_WHOSE = Pattern(r"^[^,:?.]{0,40}\bpatient ?: |^(?:for|of|about|regarding|re) (?:the |this )?patient ?[,:] ")
_OF_WHOM = Pattern(r"(?:, [^,:?.]{0,40}\bpatient|, if (?:you|i) (?:would|may|could|please|can))(?=[ ?.]*$)")
"""Who the patient is, told by what they have, before a question or behind it; and politeness."""


@dataclass(frozen=True)
class Side:
    """An event, as its words tell it."""

    name: str = ""
    """The placeholder of what is named; empty for a stay, or what the words point to."""
    stay: str = ""
    """The words for a stay or a visit."""
    at: str = ""
    """`start` or `end`, where the words say which."""
    rank: str = ""
    length: str = ""
    """`longest` or `shortest`."""
    times: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    points: bool = False
    """Whether a pronoun stands for what is meant."""
    while_there: bool = False
    """Whether intensive care is told as where the thing was, and no stay of its own."""
    several: bool = False
    """Whether it is two rows that are told together."""

    @property
    def is_named(self) -> bool:
        """Whether the words say themselves what it is."""
        return bool(self.name or self.stay)

    @property
    def text(self) -> str:
        """The event in the words of the grammar."""
        parts = [self.length, self.rank, self.stay or " ".join((self.name, *self.kinds)), *self.times]
        return " ".join(part for part in parts if part)


_FOR = Pattern(
    r"\b(?:for|with|because of|due to) (?:(?:the|an?|his|her|my|their|that|this) )*qc\d"
    r"|\bqc\d+ (?:er |ed |emergency |inpatient |hospital )*(?:visit|encounter|appointment|admission|stay)\b"
)
"""A visit told by what it was for."""
_NUMBERED = Pattern(r"\bqc\d+ (?:one|two|three|four|five)\b")
"""One of several by its number, which no record tells."""
DEATH = "death"
"""The one event of a patient that is no entry of its own."""
_DISCHARGES = frozenset({"discharge", "discharged", "discharges", "released", "release"})


def side_of(phrase: str) -> Side | None:
    """What the words of an event say; None where one of them is not accounted for, or two things are named."""
    tokens = re.findall(_TOKEN, phrase)
    if _NUMBERED.search(phrase) or re.sub(_TOKEN, "", phrase).strip(" ,'\"()/?.!&"):
        return None
    names, times, at = list[str](), list[str](), ""
    ranks, kinds, stays, lengths = list[str](), list[str](), list[str](), list[str]()
    points = several = False
    for token in tokens:
        is_known = token in words("fillers")
        if re.fullmatch(r"qc\d+", token):
            names += [] if token in names else [token]
            continue
        if re.fullmatch(r"qt\d+", token):
            times.append(token)
            continue
        for name, found in (("starts", "start"), ("ends", "end")):
            if token in words(name):
                at, is_known = at or found, True
        for name, into in (("ranks", ranks), ("kinds", kinds), ("stays", stays), ("lengths", lengths)):
            if token in words(name):
                into.append(token)
                is_known = True
        points |= token in words("points")
        several |= token in words("several")
        if not (is_known or token in words("points") or token in words("several")):
            return None
    if len(names) > 1 or len(lengths) > 1 or len(ranks) > 1:
        return None
    stay = _stay(stays, at, bool(times))
    if names and stay and not _FOR.search(phrase) and stays != ["icu"]:
        return None
    rank = "" if ranks in (["next"], ["following"], ["subsequent"]) else "".join(ranks)
    return Side(
        name="".join(names), stay=stay, at=at, rank=rank, length="".join(lengths), times=tuple(times),
        kinds=tuple(dict.fromkeys(kinds)), points=points, several=several,
        while_there=bool(names and stay and not _FOR.search(phrase)),
    )  # fmt: skip


def _stay(said: list[str], at: str, is_dated: bool) -> str:
    """A stay in the words of the grammar: the kind of it, or a discharge where its day is told."""
    if not said:
        return ""
    if {"death", "died", "dying"} & set(said):
        return DEATH
    if "icu" in said or "intensive" in said:
        return "icu stay ended" if at == "end" and is_dated else "icu stay"
    if at == "end" and is_dated and set(said) <= _DISCHARGES | {"hospital"}:
        return "he was discharged"
    if {"er", "ed", "emergency"} & set(said):
        return "emergency visit"
    if {"visit", "visits", "encounter", "encounters", "appointment", "attendance", "attendances"} & set(said):
        return "inpatient encounter" if "inpatient" in said else "encounter"
    return "hospital stay"
