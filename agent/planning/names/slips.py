"""A word of the grammar with a slip of the pen: "recieved", "perscribed", "vacine".

Only slips that leave no other word are put right: two letters changed about, or one within the word left out or put in.
A letter exchanged for another makes real words of real words ("prevented", "presented"), and so does one at the end.
Long words are put right before anything else is read (`words_put_right`), since what stands around a question and
what is told before it are read by its words too; the names of the record and of the tables are among them.
Of a few words that stand in every other question shorter ones are slips too ("curent", "alergy"), and of their long
ones so are two slips in a word ("alergeis").
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib import resources
from string import ascii_lowercase

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.names.everyday import EVERYDAY
from chartwarden.agent.planning.names.vocabulary import GRAMMAR
from chartwarden.tools.records.record_vocabulary import Vocabulary
from chartwarden.tools.records.words import FILLERS, singular

_LEAST = 6
"""Letters of the shortest word that is looked at."""
_LEAST_LEFT_OUT = 8
"""The same where a letter may have been left out or put in."""
_ASKING = ("what", "when", "where", "which", "whose")
"""Short words that are looked at too: without them nothing is asked."""
_SMALL = ("was", "were", "have", "does", "there", "ever", "many")
"""Short words of which two letters may be changed about."""
_RANKING = (
    "first", "last", "latest", "recent", "recently", "newest", "oldest", "earliest", "previous", "current", "highest",
    "lowest", "average", "number", "result", "results", "reading", "readings", "active",
)  # fmt: skip
"""Words that say which of the rows is meant: of six letters and more, one of them may be left out or put in too."""
_LEAST_RANKING = 6
_END = 2
"""Letters at the end that must be right: they inflect a word."""


# fmt: off
_FREQUENT = frozenset({
    "current", "currently", "latest", "recent", "previous", "active", "allergy", "allergies", "allergic", "medicine",
    "medicines", "medication", "medications", "doctor", "doctors", "visit", "visits", "vaccine", "vaccines",
    "vaccinations", "results", "surgery", "surgeries", "problems", "history", "hospital", "highest", "lowest",
    "average", "reason", "diagnosis", "diagnoses", "prescribed", "prescription", "prescriptions", "measured", "weight",
    "height", "procedure", "procedures", "actually", "exactly", "definitely", "already", "altogether", "really",
    "originally", "probably", "separate", "separately", "admission", "admissions", "admitted", "discharge",
    "discharged", "administered", "administration", "occurred", "encounter", "encounters", "inpatient", "frequency",
    "hospitalized", "hospitalised", "hospitalization", "hospitalisation", "beginning", "careunit", "diagnosed",
    "documented", "something", "disposition", "surveillance", "performed", "microbiology", "estimated", "sensitive",
    "prescribe", "completed", "infusion", "infusions", "susceptible", "interpretation", "transfer", "screened",
    "milligrams", "different", "ordered", "condition", "conditions", "disease", "diseases", "disorder", "disorders",
    "infection", "infections", "chronic", "childhood", "respiratory", "diabetic",
})
# fmt: on
_VOWELS = "aeiou"
_TWO_FROM = 8
"""Letters of the shortest word that is known with two slips in it."""


@lru_cache(maxsize=1024)
def put_right(word: str) -> str:
    """The one word of the grammar that a word is a slip of; empty where there is none, or several."""
    word = word.lower()
    if frequent := _slips_of_frequent().get(word, ""):
        return frequent
    if len(word) < _LEAST or not word.isalpha():
        near = [one for one in (*_ASKING, *_SMALL, *_RANKING) if len(one) == len(word) and _is_changed_about(word, one)]
        near += [one for one in _ASKING if len(one) == len(word) + 1 > len("what") and _without_one(one, word)]
    else:
        near = [known for known in _of_length(len(word)) if _is_changed_about(word, known)]
    if not near and len(word) >= _LEAST_LEFT_OUT:
        near = [known for known in _of_length(len(word) + 1) if _without_one(known, word)]
        near += [known for known in _of_length(len(word) - 1) if _without_one(word, known)]
    if not near:
        ranking = [one for one in _RANKING if len(one) >= _LEAST_RANKING]
        near = [one for one in ranking if len(one) == len(word) + 1 and _without_one(one, word)]
        near += [one for one in ranking if len(one) == len(word) - 1 and _without_one(word, one)]
    return near[0] if len(near) == 1 else ""


@lru_cache(maxsize=1)
def _slips_of_frequent() -> dict[str, str]:
    """Each slip of a frequent word that is one of no other, and no word itself."""
    once: dict[str, set[str]] = {}
    twice: dict[str, set[str]] = {}
    for known in _FREQUENT:
        slips = set(_slips(known))
        for slip in slips - GRAMMAR:
            once.setdefault(slip, set()).add(known)
        if len(known) >= _TWO_FROM:
            for second in {two for one in slips for two in _slips(one)} - GRAMMAR:
                twice.setdefault(second, set()).add(known)
    found = {**twice, **once}  # a word is a slip of what it is one slip away from
    return {slip: words.pop() for slip, words in found.items() if len(words) == 1}


def _slips(word: str) -> Iterator[str]:
    """A word with a letter within it left out, doubled, changed about with the next, or a vowel taken for another."""
    for at in range(1, len(word)):
        before, letter, behind = word[:at], word[at], word[at + 1 :]
        yield f"{before}{letter}{letter}{behind}"
        if behind:
            yield f"{before}{behind}"
            yield f"{before}{behind[0]}{letter}{behind[1:]}"
            if letter in _VOWELS:
                yield from (f"{before}{other}{behind}" for other in _VOWELS if other != letter)


@lru_cache
def _of_length(length: int) -> tuple[str, ...]:
    return tuple(sorted(known for known in GRAMMAR if len(known) == length and known.isalpha()))


def _is_changed_about(word: str, known: str) -> bool:
    if word[:1] != known[0]:
        return False
    at = next((n for n, (one, other) in enumerate(zip(word, known, strict=True)) if one != other), -1)
    return 0 < at < len(word) - 1 and f"{word[:at]}{word[at + 1]}{word[at]}{word[at + 2 :]}" == known


def _without_one(longer: str, shorter: str) -> bool:
    """Whether one word is the other without a letter that stands neither first nor at its end."""
    if longer[0] != shorter[0] or longer[-_END:] != shorter[-_END:]:
        return False
    return any(f"{longer[:at]}{longer[at + 1 :]}" == shorter for at in range(1, len(longer) - 1))


_LONG = Pattern(r"(?<![\w'/.])(?<!\d-)[A-Za-z][a-z]{5,}(?![\w/-])")
_DIGRAPH = Pattern(r"ae|oe")
"""What is "e" in American spelling, as records and tables have it."""
_LEAST_LONG = 7
"""Letters of the shortest word that is put right before anything else is read, and of what it is put right to; of a
frequent word one letter fewer."""


@lru_cache(maxsize=1)
def _language() -> frozenset[str]:
    """All words that are none of a record: those that questions are made of, and everyday ones."""
    said = tomllib.loads(resources.files(__package__).joinpath("spelt.toml").read_text(encoding="utf-8"))
    return GRAMMAR | EVERYDAY | FILLERS | frozenset(said["words"]["asked"].split())


def words_put_right(question: str, vocabulary: Vocabulary, own: Iterable[str] = ()) -> tuple[str, tuple[str, ...]]:
    """The question with slips in its long words put right, and what was read so of the record's and tables' names.

    Only a word that nothing knows is looked at, and only where it is a slip of one word alone. `own`: the
    patient's names.
    """
    names_of_patient = {word for name in own for word in name.lower().split()}
    told: dict[str, None] = {}
    names = vocabulary.spelt

    def known(word: str) -> bool:
        return not {word, singular(word)}.isdisjoint(_language()) or singular(word) in names

    def put(match: re.Match[str]) -> str:
        said = match.group()
        word = said.lower()
        is_name = said != word and match.start() > 0 and match.string[match.start() - 2] not in ".?!:"
        if is_name or word in names_of_patient:
            return said  # somebody's name, or one of the record: those are read as they are spelt
        if known(word):
            return said
        if frequent := _slips_of_frequent().get(word):
            meant = {frequent}
        elif len(word) < _LEAST_LONG:
            return said
        elif (american := _DIGRAPH.sub("e", word)) != word and singular(american) in names:
            meant = {american}
        else:
            meant = {one for one in _meant_by(word) if one in _language() or singular(one) in names}
            meant = meant or set(_two_slips_of(word))
        if len(meant) != 1:
            return said
        right = meant.pop()
        if right not in _language():
            told[f'"{word}" was read as "{right}"'] = None
        return right.capitalize() if said != word else right

    return _LONG.sub(put, question), tuple(told)


@lru_cache(maxsize=256)
def _two_slips_of(word: str) -> frozenset[str]:
    """The words of questions that a long word is two slips away from; none of a record's or the tables' names."""
    if len(word) < _TWO_FROM:
        return frozenset()
    return frozenset(known for known in _long_words(word[0], word[-1]) if _slips_apart(word, known))


@lru_cache
def _long_words(first: str, last: str) -> tuple[str, ...]:
    """The long words that questions are made of with these letters at their ends."""
    return tuple(sorted(one for one in GRAMMAR if len(one) >= _LEAST_LEFT_OUT and one[0] == first and one[-1] == last))


def _slips_apart(word: str, known: str, most: int = 2, *, odd: int = 1, before: str = "") -> bool:
    """Whether a word is another one with two letters changed about or doubled, and one left out or put in.

    Two letters that are left out or put in make real words of real words: "secretions", "sections".
    """
    while word and known and word[0] == known[0]:
        before, word, known = word[0], word[1:], known[1:]
    if not most or not (word or known):
        return not (word or known)
    if len(word) > 1 and word[:2] == known[1::-1] and _slips_apart(word[2:], known[2:], most - 1, odd=odd):
        return True
    put_in, left_out = odd - (word[:1] != before), odd - (known[:1] != before)
    if word and put_in >= 0 and _slips_apart(word[1:], known, most - 1, odd=put_in, before=before):
        return True
    return bool(known) and left_out >= 0 and _slips_apart(word, known[1:], most - 1, odd=left_out, before=known[0])


def _meant_by(word: str) -> set[str]:
    """What a word may be a slip of: with a letter within it left out or doubled, or two changed about."""
    found = {f"{word[:at]}{letter}{word[at:]}" for at in range(1, len(word)) for letter in ascii_lowercase}
    for at in range(1, len(word)):
        if word[at] == word[at - 1]:
            found.add(f"{word[:at]}{word[at + 1 :]}")
        if at < len(word) - 1:
            found.add(f"{word[:at]}{word[at + 1]}{word[at]}{word[at + 2 :]}")
    return {one for one in found if len(one) >= _LEAST_LONG} - {word}
