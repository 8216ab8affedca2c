"""The plain sentence for a sense, in the words of `sentences.toml`."""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.restating.senses import Sense
from chartwarden.tools.records.number_words import ORDINALS

_LAST_RANK = 10
"""The grammar reads no word for a later one."""
_TAILS = {"qp": "by", "qr": "via", "qa": "from", "qn": "", "qt": ""}
"""How a person, a route, a source, a limit and a time are put behind a sentence, in this order."""


@dataclass(frozen=True)
class Placed:
    """The placeholders of a question by the part they play."""

    thing: str = ""
    """`qc0`, or several with what joins them: `qc0 or qc1`."""
    second: str = ""
    event: str = ""
    reason: str = ""
    others: tuple[str, ...] = ()
    """Times, people, routes, sources and limits, as placeholders."""


def placed_by(parts: Mapping[str, str], text: str) -> Placed | None:
    """The placeholders of a masked text by the part each plays; None where no word joins several that play one."""

    def of(part: str) -> list[str]:
        return [one for one, played in parts.items() if played == part]

    named = {part: _joined(of(part), text) for part in ("thing", "second", "event", "reason")}
    if None in named.values():
        return None
    return Placed(**{part: said or "" for part, said in named.items()}, others=tuple(of("used")))


def plain_sentence(sense: Sense, placed: Placed | None) -> str | None:
    """The sentence that asks for this of these, with placeholders; None where there is none."""
    if placed is None:
        return None
    words = _main(sense, placed)
    if words is None:
        return None
    if sense.relation:
        event = _event(sense, placed)
        if event is None:
            return None
        words = words.replace("{event}", event) if "{event}" in words else f"{words} {_relation(sense, event)}"
    elif placed.event:
        return None
    if placed.reason:
        words = f"{words} for {placed.reason}"
    tails = [f"{lead} {one}".strip() for kind, lead in _TAILS.items() for one in placed.others if one.startswith(kind)]
    return f"{' '.join((words, *tails))}?"


def _main(sense: Sense, placed: Placed) -> str | None:
    asked = f"{sense.ask}_{sense.status}" if sense.status else sense.ask
    if sense.ask == "value" and not sense.rank:
        asked = "value_all"
    table = _sentences().get("around" if sense.relation == "around" else sense.kind, {})
    said = _alternative(table.get(asked, ""), placed.thing)
    if said is None or ("{other}" in said) != bool(placed.second):
        return None
    said = said.replace("{other}", placed.second)
    if "{rank}" not in said and sense.rank not in ("", *_IMPLIED.get(sense.ask, ())):
        return None
    return _ranked(said, sense.rank)


_IMPLIED = {
    "than_gt": ("last2",), "than_lt": ("last2",), "end": ("last",), "status": ("last",), "age": ("first",),
    "frequency": ("last",), "instructions": ("last",), "value": ("first", "last"),
}  # fmt: skip
"""Ranks that a sentence means without saying so."""


def _event(sense: Sense, placed: Placed) -> str | None:
    rank, _, end = sense.event_rank.partition("_")
    table = _sentences()["event"]
    at_extreme = f"{sense.event}_{rank}"
    said = _alternative(table.get(at_extreme, table.get(sense.event, "")), placed.event)
    return None if said is None or end else _ranked(said, "" if at_extreme in table else rank)


def _relation(sense: Sense, event: str) -> str:
    return _sentences()["relation"][sense.relation].replace("{event}", event)


def _alternative(entry: str, named: str) -> str | None:
    """The sentence for something named, or for nothing; None where the table has none."""
    with_name, _, without = entry.partition("|")
    said = (with_name if named else without).strip(" ?")
    return said.replace("{it}", named) if said else None


def _ranked(said: str, rank: str) -> str | None:
    """The sentence with its rank in words; None for a rank that has no word."""
    match = re.fullmatch(r"(first|last)?(\d*)", rank)
    if match is None:
        return None
    end, place = match[1] or "", int(match[2] or 1)
    if place > _LAST_RANK:
        return None
    word = end if place == 1 else ORDINALS[place - 1] if end == "first" else f"{ORDINALS[place - 1]} most recent"
    return re.sub(r" +", " ", said.replace("{rank}", word))


@lru_cache(maxsize=1)
def _sentences() -> Mapping[str, Mapping[str, str]]:
    text = resources.files(__package__).joinpath("sentences.toml").read_text(encoding="utf-8")
    tables: Mapping[str, Mapping[str, str]] = tomllib.loads(text)
    return tables


_ONE_OF = Pattern(r"\b(?:one|any|either|some) of (?:these|those|the following|them|the)?(?: \w+)?[^.;?]*$")
"""Before a list: one of it is enough."""
_OR_AGAIN = Pattern(r",? or (?:the |an? )?q[a-z]\d")
"""Behind a list: one more that was named before."""
_JOINS = Pattern(r"\b(?:and|or|nor|plus|versus|as well as|along with)\b|[,;/&()-]")
_SENTENCE_ENDS = Pattern(r"[.;?!] ")


def _joined(tokens: Sequence[str], text: str) -> str | None:
    """Placeholders side by side, joined by "or" where the text says so between two; None where nothing joins two of
    one sentence."""
    if len(tokens) < 2:
        return "".join(tokens)
    between = [text[text.find(one) : text.find(other)] for one, other in itertools.pairwise(tokens)]
    if not all(_JOINS.search(words) and not _SENTENCE_ENDS.search(words) for words in between):
        return None
    listed = text[text.find(tokens[-1]) + len(tokens[-1]) :]
    is_any = any(re.search(r"\bor\b|/", words) for words in between) or _OR_AGAIN.match(listed)
    is_any = is_any or _ONE_OF.search(text[: text.find(tokens[0])])
    return (" or " if is_any else " and ").join(tokens)
