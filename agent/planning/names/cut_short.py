"""Names that are typed as their beginnings: "amox" for amoxicillin, "mening" for meningococcal.

Only drugs, vaccines and measurements that this record has are named so, and only where all its names that begin so
mean one thing. Of a word nothing else is known: what the tables or everyday speech have is never cut short.
"""

from __future__ import annotations

import re
from functools import cache

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.names.everyday import EVERYDAY
from chartwarden.agent.planning.names.given_names import GIVEN_NAMES
from chartwarden.agent.planning.names.mentions import Mention, relink
from chartwarden.agent.planning.names.vocabulary import GRAMMAR, MODIFIERS, NOT_NAMES
from chartwarden.tools.records.concepts import Linked, link
from chartwarden.tools.records.elements import MEDICATION_TYPES
from chartwarden.tools.records.record_vocabulary import Named, Vocabulary
from chartwarden.tools.records.vocabulary import known_forms, rows_by_form
from chartwarden.tools.records.words import FILLERS, GENERIC, plain

_LEAST = 4
"""Letters of the shortest beginning."""
_TYPES = {"drug": MEDICATION_TYPES, "vaccine": ("Immunization",), "observation": ("Observation",)}
"""Kinds of things whose names are cut short, and what the record holds them as."""
_ASKED_FOR = {
    "drug": r"prescri\w+|scripts?|rx|tablets?|capsules?|inhalers?|refill\w*|dispens\w+|dosages?|taking|takes?|took"
    r"|(?:is|are|am|was|were|been)(?: \w+){0,2} on",
    "vaccine": r"vaccin\w+|vax\w*|shots?|jabs?|immuni[sz]\w+|boosters?",
    "observation": r"levels?|values?|results?|readings?|measur\w+",
}
"""Words with which each kind is asked for."""
_OTHER_WORDS = """
activate adder adjust angio bind boost breath calm card cardi carb cent chicken circ clar clot colo comp concert
contra core crest deca delta drink electro endo estimate finger flex flux frag gent gest glut halo hemat hepat histo
hydro intern intra lact lock love lymph macro mann meth micro miner mono multi myco nasal naso neur neuro numb opera
oper ortho pace pack pane pant para peri perc pipe plaque plate pram preg press prev prim prima prob probe proc prof
prop proven pseudo pulm regla resp rheum rheuma season sediment sept shin sine sing solu spec stat steno stim surg
temper tenor thrombo thyro tram trim ultra urin vale vaso volt
"""
"""What begins some such name and is another word, or the beginning of many words."""
_ENGLISH = GRAMMAR | EVERYDAY | FILLERS | MODIFIERS | GIVEN_NAMES | frozenset(_OTHER_WORDS.split())
_BEHIND = r"[\s,:.–-]*(?:(?:last|latest|first|most recent|current|was|is|were|are|been|ever|when|how many) ?)*"
_FOR_WHAT = Pattern(r"\b(?:for|by|from|at|in|into|with|to|against|of (?:an?|the|his|her|my)|dr\.?|doctor) (?:\w+ )?$")
"""Before a word that says what for, by whom or where."""
_CLASS = Pattern(r"\W*(?:medicines?|medications?|meds?|drugs?|pills?|treatments?|problems?|pain|allerg)\b")
"""Behind a word that says of which class things are."""


def meant(question: str, start: int, end: int, vocabulary: Vocabulary, *, broad: bool) -> Mention:
    """A span taken for the name of something, with its spelling put right or what was cut short filled in."""
    mention = relink(question[start:end], start, end, vocabulary, broad=broad)
    if mention.is_known:
        return mention
    is_called = (
        start and question[start : start + 1].isupper() and not question[start:end].isupper()
    )  # "Was Vera given any?"
    full = "" if is_called else _filled_in(question, start, end, vocabulary)
    if not full:
        return mention
    return Mention(start, end, mention.words, link(full, vocabulary.manifest, broad=broad), via_spelling=full)


def _filled_in(question: str, start: int, end: int, vocabulary: Vocabulary) -> str:
    """The words of a span in full; empty where none is cut short, or it could be of several things."""
    said = plain(question[start:end])
    short = [word for word in said if _may_be_cut(word, vocabulary)]
    before, behind = question[:start].lower(), question[end:].lower()
    if len(short) != 1 or _FOR_WHAT.search(before) or _CLASS.match(behind) or "allerg" in question.lower():
        return ""
    kind = _asked_for(before, behind)
    found = set()
    for word in _words_in_full(short[0], kind, vocabulary):
        full = " ".join(word if one == short[0] else one for one in said)
        linked = link(full, vocabulary.manifest)
        begin = vocabulary.by_word[word] if len(said) == 1 else []
        if _is_one_thing(linked, begin) and (not kind or linked.of(*_TYPES[kind])):
            found.add(full)
    return found.pop() if len(found) == 1 else ""


def _may_be_cut(word: str, vocabulary: Vocabulary) -> bool:
    """Whether neither the record, the tables nor everyday speech has a word."""
    if len(word) < _LEAST or not word.isascii() or not word.isalpha():
        return False
    return not (word in vocabulary.by_word or word in _in_use() or word in _ENGLISH)


@cache
def _in_use() -> frozenset[str]:
    """The words of the tables but for those that only begin a longer name that can be cut short ("amox clav")."""
    longer = {
        form for form, rows in rows_by_form().items() if len(form) > 1 and all(row.kind in _TYPES for row in rows)
    }
    return frozenset(word for form in rows_by_form() for word in (form[1:] if form in longer else form))


@cache
def _in_tables() -> frozenset[str]:
    """Every word of every form of the tables."""
    return frozenset(word for form in rows_by_form() for word in form)


def _asked_for(before: str, behind: str) -> str:
    """The kind of thing that is asked for: by the word behind a name, else by the only one in the question."""
    for kind, words in _ASKED_FOR.items():
        if re.match(rf"{_BEHIND}(?:{words})\b", behind):
            return kind
    kinds = [kind for kind, words in _ASKED_FOR.items() if re.search(rf"\b(?:{words})\b", f"{before} ¤ {behind}")]
    return kinds[0] if len(kinds) == 1 else ""


def _words_in_full(short: str, kind: str, vocabulary: Vocabulary) -> list[str]:
    """The words of this record's names that begin so; none where one of them is of no name that is cut short."""
    types = _TYPES[kind] if kind else tuple(one for some in _TYPES.values() for one in some)
    begin = [word for word in vocabulary.by_word if word.startswith(short) and word.isalpha()]
    if not kind and not _is_unmistakable(short, begin, vocabulary):
        return []
    found = []
    for word in begin:
        named = [one for one in vocabulary.by_word[word] if one.entry.resource_type in types]
        rows = any(row.kind in _TYPES and (not kind or row.kind == kind) for row in known_forms((word,)))
        leads = (
            any(name[0] == word for one in named for name in one.names) and word not in GENERIC | NOT_NAMES | GRAMMAR
        )
        if named and (rows or leads):
            found.append(word)
        elif named:
            return []  # a salt or a form, by which many things are named
    return found


def _is_unmistakable(short: str, begin: list[str], vocabulary: Vocabulary) -> bool:
    """Whether half of a word is typed, and medicine has no other word that begins so."""
    if any(2 * len(short) < len(word) for word in begin):
        return False
    if any(one.entry.resource_type not in _ALL for word in begin for one in vocabulary.by_word[word]):
        return False
    rows = {(row.kind, row.name) for word in begin for row in known_forms((word,))}
    others = {word for word in _in_tables() if word.startswith(short)} - set(begin)
    return all(rows & {(row.kind, row.name) for row in known_forms((word,))} for word in others)


_ALL = frozenset(one for some in _TYPES.values() for one in some) | {"AllergyIntolerance", "DiagnosticReport"}


def _is_one_thing(linked: Linked, begin: list[Named]) -> bool:
    """Whether a name in full is of one drug, vaccine or measurement, and so are all names of the kind that begin so."""
    if not linked.links or not linked.types <= _ALL:
        return False
    best = linked.links[0]
    if best.how not in ("name", "synonym") and len({entry.label for entry in best.entries}) > 1:
        return False
    alike = {one.entry.label for one in begin if one.entry.resource_type == best.resource_type}
    return alike <= {entry.label for entry in best.entries}
