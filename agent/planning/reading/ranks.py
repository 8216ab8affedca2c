"""Which of the rows a clause means: "the last", "the third", "the one before", "the first two"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from chartwarden.agent.patterns import Pattern
from chartwarden.tools.records.number_words import CARDINALS, ORDINALS

_ORDINALS = {word: n for n, word in enumerate(ORDINALS[1:10], start=2)} | {"2nd": 2, "3rd": 3}
_ORDINALS |= {f"{n}th": n for n in range(4, 11)}
_ORDINAL = "|".join(_ORDINALS)
_COUNT_WORDS = {CARDINALS[n]: n for n in range(2, 11)} | {"couple of": 2}
_NTH_LAST = Pattern(rf"\b(?P<n>{_ORDINAL})[- ](?:to[- ])?(?:the[- ])?(?:last|latest|most recent(?:ly)?|newest|final)\b")
_BEFORE_LAST = Pattern(
    r"\b(?:last (?:\w+ ){0,3}(?:but|bar) one|next[- ]to[- ]last|penultimate|second last|one before (?:the )?"
    r"(?:last|latest|most recent|that|newest|current)|"
    r"(?:before|preceding|prior to|just before) (?:the |my |his |her )?(?:last|latest|most recent|newest|"
    r"current)(?: one| reading| value| measurement| result)?|the one before(?! qc)|previous to (?:the )?(?:last|"
    r"latest))\b"
)
_PREVIOUS = Pattern(r"\b(?:previous|prior)\b(?! to\b)(?!ly)")
_NTH = Pattern(rf"\b(?P<n>{_ORDINAL})\b(?! degree)")
_LAST_N = Pattern(
    r"\b(?P<which>last|latest|most recent|past|previous|first|earliest) (?P<n>\d{1,3}|two|three|four|five|"
    r"six|seven|eight|nine|ten|couple of)\b(?! (?:years|months|weeks|days|hours))"
)
_FIRST = Pattern(
    r"\b(?:first(?:ly)?|1st|earliest|initial(?:ly)?|original(?:ly)?|oldest|for the first time|start date)\b"
)
_LAST = Pattern(
    r"\b(?:last|latest|most recent(?:ly)?|newest|final|current(?:ly)?|recent(?:ly)?|present|now|up to date|lately)\b"
)


@dataclass(frozen=True)
class Which:
    """Which of the rows: `which`, counted from there, and how many."""

    which: Literal["all", "first", "last"] = "all"
    index: int = 1
    limit: int | None = None

    @property
    def is_said(self) -> bool:
        """Whether the clause said anything of it."""
        return self.which != "all"


_GOES_ON = Pattern(r"(?<=\bhow long did )(?P<s>[^,;?]*?\b)last$|(?<=\bhow long does )(?P<t>[^,;?]*?\b)last$")
"""The verb: "how long did it last"."""
_BEFORE_THAT = Pattern(r"\b(?:before|prior to|ahead of) (?:that|it|this|then)(?: one)?$|\bbeforehand$")
_AFTER_THAT = Pattern(r"\b(?:after|following) (?:that|it|this)(?: one)?$|\bafterwards?$")
CAME_TO_AN_END = Pattern(
    r"^when (?:did|was|were) .*\b(?:end|ended|finish|finished|completed|stop|stopped|discontinued)$"
)
"""Of something that goes on, or is done again and again: when the last of it ended."""
NEWLY = Pattern(r"\bfirst (?:recorded|diagnosed|noted|documented|seen|appeared|entered|found|charted)\b")
"""Of things in the plural: that they were new then, and not which of them is meant."""
OF_THOSE = Pattern(r"\b(?:of (?:those|these|them)|(?:those|these)(?: ones)?$)")
"""The rows that were asked for before, by what they are now."""
OF_NOW = Pattern(
    r"\b(?:is|are|am)\b.*\b(?:now|currently|at present|these days|nowadays|at the moment)\b"
    r"|^(?:and )?what(?:'s| is) the (?:latest|most recent|newest)\b"
)
"""Of a question that leans: what is so today, whatever the time of the one before."""


AN_EARLIER_ONE = Pattern(r"\b(?:an?|any) (?:earlier|previous|prior) (?:ones?|times?|doses?|shots?|entry)$")


def next_to_that(which: Which, clause: str) -> Which:
    """The row a leaning clause means: that of the question before, or the one next to it ("and before that?")."""
    if AN_EARLIER_ONE.search(clause) and which.limit is None and which.which != "first":
        return Which("last", which.index + 1)
    if which.limit is None and which.which == "last" and _BEFORE_THAT.search(clause):
        return Which("last", which.index + 1)
    if which.limit is None and which.which == "first" and _AFTER_THAT.search(clause):
        return Which("first", which.index + 1)
    return which


def counts_back(text: str) -> bool:
    """Whether words count back from the last: "the second to last"."""
    return bool(_NTH_LAST.search(text) or _BEFORE_LAST.search(text))


def which_of(clause: str) -> Which:
    """Which of the rows a clause means."""
    clause = _GOES_ON.sub(lambda m: m["s"] or m["t"] or "", clause)
    if match := _NTH_LAST.search(clause):
        return Which("last", _ORDINALS[match["n"]])
    if _BEFORE_LAST.search(clause):
        return Which("last", 2)
    if match := _LAST_N.search(clause):
        number = int(match["n"]) if match["n"].isdigit() else _COUNT_WORDS[match["n"]]
        return Which("first" if match["which"] in ("first", "earliest") else "last", 1, number)
    if match := _NTH.search(clause):
        return Which("first", _ORDINALS[match["n"]])
    if _PREVIOUS.search(clause):
        return Which("last", 2)
    firsts = [match.start() for match in _FIRST.finditer(clause)]
    lasts = [match.start() for match in _LAST.finditer(clause)]
    if firsts and (not lasts or firsts[-1] > lasts[-1]):
        return Which("first")
    return Which("last") if lasts else Which()


def ranks_of_two(left: str, right: str) -> tuple[Which, Which]:
    """Which rows of two things are compared, by the words on either side of what relates them: unless they say it, the
    first or the last of both, as of the one that is told, and the first."""
    one, other = which_of(left), which_of(right)
    default = next((which for which in (one, other) if which in (Which("first"), Which("last"))), Which("first"))
    return one if one.is_said else default, other if other.is_said else default
