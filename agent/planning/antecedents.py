"""What the last question was about, where it was answered, in words: the thing, its row, and the day that was told."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.planner import Turn
from chartwarden.tools.records.query import Comparison, QueryResult, Question, RecordQuery


@lru_cache(maxsize=1)
def said() -> Mapping[str, Any]:
    """What rows are called, by their type and kind, and how each measure is asked for."""
    with resources.files("chartwarden.agent.planning").joinpath("leaning.toml").open("rb") as file:
        return tomllib.load(file)


_CHOOSES = Pattern(
    r"\b(?:first|second|third|fourth|fifth|last|latest|newest|earliest|oldest|recent|highest|lowest|longest|shortest)\b"
)


@dataclass(frozen=True)
class Antecedent:
    """What the question before was about, in words."""

    query: RecordQuery
    name: str
    """One of it: "hospital stay", "urine culture"."""
    many: str
    row: str
    """The row that was told ("the last hospital stay"); empty where there were several."""
    day: str
    """The one day that was told; empty where there was none, or several."""
    label: str = ""
    """What all rows that were told are called; empty where they are called otherwise."""

    @property
    def is_stay(self) -> bool:
        """Whether it is a stay or a visit, that things are done at."""
        return self.query.types == ("Encounter",)

    @property
    def when(self) -> str:
        """The day that "then" is put as: the one that was told, or that was asked about."""
        window = self.query.window
        if self.day or window is None or window.start is None:
            return self.day
        one_day = window.end is None or (window.end - window.start).days == 1
        return window.start.date().isoformat() if one_day else ""

    @property
    def entries(self) -> str:
        """Its rows, as entries of the record: orders of a drug that is named, and else what they are."""
        is_drug = self.query.concept is not None and self.query.types == ("MedicationRequest",)
        return f"{self.many} orders" if is_drug else self.many

    def is_left_open(self, asked: str, questions: Sequence[Question]) -> bool:
        """Whether one row would be told of the several things that were told, and no word of `asked` says which."""
        several = self.query.which == "all" and self.query.concept is None and not self.label
        if not several or _CHOOSES.search(asked.lower()):
            return False
        alike = (one for one in questions if isinstance(one, RecordQuery) and one.types == self.query.types)
        return any(one.which != "all" and one.measure == "none" for one in alike)

    def words(self) -> dict[str, str]:
        """What a sentence asks about it by; a word that there is none of is empty."""
        query, of_all = self.query, self.query.which == "all"
        kind = query.types[0]
        kinds = said()["types"][kind][1]
        whole = self.name if query.concept is not None else f"the {self.many}"
        counted = said()["counted"].get(kind, "") if query.concept is not None else ""
        return {
            "name": self.name if query.concept is not None else self.label if self.row else "",
            "many": self.many,
            "kinds": kinds,
            "one": self.row,
            "row": self.row or (whole if of_all else ""),
            "when": self.when,
            "dosed": f"{self.name}{of_number(query)}" or whole,
            "counted": (counted or "how many {many}?").format(name=self.name, many=self.many),
        }


def of_number(query: RecordQuery) -> str:
    """What of a drug is highest or lowest; nothing of what is measured itself."""
    if not query.types[0].startswith("Medication"):
        return ""
    return " infusion rate" if query.target == "infusion_rate" else " dose"


def antecedent_of(turns: tuple[Turn, ...]) -> Antecedent | None:
    """What the last question was about; None where it was not answered, or was about several things."""
    calls = turns[-1].calls if turns else ()
    queries = [_compared(call.question) for call in calls if call.question is not None]
    asked = [one for one in queries if one is not None and one.types != ("Patient",)]
    if not asked or None in queries:
        return None
    if len({(one.types, one.concept.words if one.concept else "", one.encounter_kind) for one in asked}) > 1:
        stays = [one and (one if one.is_stay else at_stay(one)) for one in map(named, asked)]
        rows = {one.row if one is not None else "" for one in stays}
        return stays[0] if len(rows) == 1 and "" not in rows else None  # of all that was at one stay, the stay
    return named(asked[-1], turns[-1].day, turns[-1].label)


def _compared(question: Question) -> RecordQuery | None:
    """A query, or the first of two of the same thing that were held against each other."""
    if isinstance(question, Comparison):
        left, right = question.left, question.right
        return left if left.types == right.types and left.concept == right.concept else None
    return question if isinstance(question, RecordQuery) else None


def at_stay(before: Antecedent) -> Antecedent | None:
    """The stay that something was asked of, where it is not asked about itself."""
    anchor = before.query.anchor
    if before.is_stay or anchor is None or anchor.event.types != ("Encounter",):
        return None
    return named(anchor.event)


def row_told(results: Sequence[QueryResult]) -> tuple[str, str]:
    """The calendar day and the name of all rows that results tell, where it is one."""
    findings = [finding for result in results for finding in result.findings]
    days, labels = {finding.time[:10] for finding in findings}, {finding.label for finding in findings}
    one_day = len(days) == 1 and all(len(day) == len("2000-01-01") for day in days)
    return days.pop() if one_day else "", labels.pop() if len(labels) == 1 else ""


def named(query: RecordQuery, day: str = "", label: str = "") -> Antecedent | None:
    """What a query is about, in words, with the day and the name of the rows told; None for what has no such words."""
    one = said()["types"].get(query.types[0])
    if query.types == ("Encounter",) and query.encounter_kind:
        one = said()["kinds"].get(query.encounter_kind[0], one)
    if one is None or any(said()["types"].get(kind) != said()["types"][query.types[0]] for kind in query.types):
        return None  # several kinds have no one name
    if query.part_of is not None and query.concept is None:
        return None
    name, many = one
    told = query.specimen if query.specimen is not None and query.specimen.words else query.concept
    if told is not None and told.words:
        name = many = told.words
        name = name.removesuffix("s") if name.endswith(("cultures", "tests", "stays", "visits", "orders")) else name
    rank = rank_of(query)
    row = f"the {rank} {name}" if rank else ""
    return Antecedent(query, name, many, row + of_number(query) if row and _is_extreme(query) else row, day, label)


def _is_extreme(query: RecordQuery) -> bool:
    return query.measure in ("max", "min") or query.by == "value"


_NTH = {1: "", 2: "second", 3: "third", 4: "fourth"}


def rank_of(query: RecordQuery) -> str:
    """The words for the one row of a query; empty where it has several."""
    if query.limit not in (None, 1):
        return ""
    if query.which == "all":
        extreme = {"max": "highest", "min": "lowest"}
        return extreme.get(query.measure, "")
    if query.by == "value":
        length = query.types == ("Encounter",)
        words = ("longest", "shortest") if length else ("highest", "lowest")
        return words[query.which == "first"] if query.index == 1 else ""
    if query.index not in _NTH:
        return ""
    nth = _NTH[query.index]
    return (nth or "first") if query.which == "first" else f"{nth} to last" if nth else "last"


@lru_cache(maxsize=1)
def _short() -> tuple[tuple[Pattern, frozenset[str], tuple[str, ...]], ...]:
    """What is asked in few words: how, of which types, and the sentences that it is put as."""
    table = said()["short"]
    filling = "|".join(word.strip() for word in table["filling"].split("|"))
    return tuple(
        (
            Pattern(rf"^{table['lead']}(?:{one['says']})(?: (?:{filling}))*[ ?.!,]*$", re.IGNORECASE),
            frozenset(one.get("types", ())),
            tuple(one["as"]),
        )
        for one in table["asks"]
    )


def asked_in_few_words(asked: str, before: Antecedent) -> Iterator[str]:
    """What is asked of what was told before in words that name nothing, in full."""
    for pattern, types, sentences in _short():
        match = pattern.match(asked) if not types or before.query.types[0] in types else None
        if match is None:
            continue
        told, put = before.words(), {key: word or "" for key, word in match.groupdict().items()}
        lacks = {f"{{{key}}}" for key, word in told.items() if not word}
        yield from (
            " ".join(one.format(**told, **put).split()) for one in sentences if not any(k in one for k in lacks)
        )
        return
