"""Procedures told by where or under what they are filed: in intensive care, in a category, among those that are coded.

How many there are, which, and which was the first or the last: "EKGs in the ICU on 3 May: how many?".
"""

from __future__ import annotations

import re

from chartwarden.agent.planning.facts.counted_off import Words, words_for
from chartwarden.agent.planning.reading.skeleton import Skeleton
from chartwarden.agent.planning.wording.question_words import is_yes_no
from chartwarden.tools.records.manifest import Manifest
from chartwarden.tools.records.query import Anchor, Concept, RecordQuery

_CODED_IN = "ICD"
"""Procedures of a hospital are coded in it, and what is charted at a bedside is not."""


def procedures_asked(skeleton: Skeleton, manifest: Manifest) -> tuple[RecordQuery, ...] | None:
    """The query of such a question; None where it is none, or a word of it is left over."""
    category = _category(skeleton, manifest)
    named = _named(skeleton, category)
    words = Words(skeleton, "procedure", named)
    if category:
        spelled = r" ?".join(map(re.escape, re.findall(r"\w+|[^\w ]", category.lower())))
        words.left = re.sub(r"\s+", " ", re.sub(spelled, " ", words.left))
    of_category = bool(words.take("category"))
    coded = words.take("coded")
    if coded:
        words.take("not_charted")
    status = _status(words)
    counted, listed = bool(words.take("count")), bool(words.take("list"))
    on_first_day = words.take("icu_day")
    things, in_icu = words.take("thing"), bool(words.take("icu"))
    window, distinct, which = words.window(), words.take("distinct"), words.which()
    if len({one.codings for one in named.values()}) > 1 or of_category != bool(category):
        return None
    if not (named or things or category) or not (in_icu or category or coded or status) or (distinct and named):
        return None
    words.take("done")
    query = RecordQuery(types=("Procedure",), concept=next(iter(named.values()), None), window=window, target="name")
    query = query.model_copy(
        update={"encounter_kind": ("icu",) if in_icu else (), "category": (category,) if category else ()}
    )
    if coded:
        query = query.model_copy(update={"code_prefix": "*", "field": _system(coded[0])})
    query = query.model_copy(update={"status": status})
    if on_first_day:
        stays = RecordQuery(types=("Encounter",), encounter_kind=("icu",), target="time")
        query = query.model_copy(update={"anchor": Anchor(event=stays, relation="same_day")})
    if counted:
        query = query.model_copy(update={"measure": "count_distinct" if distinct else "count"})
        return (query,) if words.are_used_up() and not which.is_said else None
    told = words_for("procedure", "icu_day").sub(" ", words.whole)
    of_unit = in_icu and not words_for("stay", "one_stay").search(told)
    if named or is_yes_no(words.whole) or not (category or coded or status or of_unit):
        return None
    if not (listed or coded or which.is_said or (of_unit and window)):
        return None
    row = {"which": which.which, "index": which.index} if which.is_said else {"measure": "distinct"}
    return (query.model_copy(update=row),) if words.are_used_up() else None


def _system(told: str) -> str:
    """The code system that is told, in the edition that is."""
    edition = re.search(r"9|10", told)
    return f"{_CODED_IN}-{edition.group()}" if edition else _CODED_IN


_STATUSES = {"stopped": "stopped", "aborted": "stopped", "completed": "completed", "in progress": "in-progress"}


def _status(words: Words) -> tuple[str, ...]:
    """The status that procedures must have, as FHIR has it; what tells it is gone then."""
    told = words_for("procedure", "status").search(words.left)
    if told is None:
        return ()
    words.take("status")
    return (_STATUSES[(told["a"] or told["b"]).replace("-", " ")],)


def _category(skeleton: Skeleton, manifest: Manifest) -> str:
    """The category of procedures that a question names as one, as the record writes it; empty where it names none."""
    text = skeleton.question.lower()
    if not words_for("procedure", "category").search(text):
        return ""
    found = [entry.label or entry.text for entry in manifest.words("category", "Procedure")]
    told = [one for one in found if one and one.lower() in text]
    of_its_own = [one for one in told if not words_for("procedure", "thing").fullmatch(one.lower())]
    return max(of_its_own or told, key=len, default="")


def _named(skeleton: Skeleton, category: str) -> dict[str, Concept]:
    named: dict[str, Concept] = {}
    for n, mention in enumerate(skeleton.mentions):
        linked = mention.linked.of("Procedure")
        is_other = words_for("procedure", "icu").fullmatch(mention.words.lower())
        if linked and not is_other and mention.words.lower() not in category.lower():
            named[f"qc{n}"] = linked[0].concept(mention.words)
    return named
