"""Words as the record and the question are compared by: folded, singular, one spelling, abbreviations written out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

_WORD = re.compile(r"[^\W_]+(?:\.\d+)?(?:'[a-z]+)?%?\+?")
_TAG = re.compile(
    r"\s*\((?:disorder|finding|situation|procedure|observable entity|regime/therapy|event|substance|product|"
    r"organism|morphologic abnormality|qualifier value|person|body structure)\)\s*$",
    re.IGNORECASE,
)
_ACRONYMS = re.compile(r"[A-Z]{2,}s")
"""Abbreviations in the plural, which no rule for words tells: "MRIs", "CTs"."""
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\ufeff\u00ad"))

# fmt: off
FILLERS = frozenset({
    "a", "an", "and", "any", "as", "at", "be", "by", "for", "from", "her", "his", "in", "into", "is", "its",
    "my", "of", "on", "or", "other", "per", "s", "some", "that", "the", "their", "these", "this", "those",
    "through", "to", "using", "via", "with", "your",
})
# fmt: on
"""Words that carry no meaning of their own in a name: ignored when names are compared as sets of words."""
LETTERED = frozenset({"hepatitis", "hep", "influenza", "flu", "vitamin", "hemophilia", "haemophilia"})
"""Names that a letter tells apart: "hepatitis A"."""
# fmt: off
GENERIC = frozenset({
    "1", "10", "2", "3", "4", "5", "6", "7", "8", "9", "abnormal", "acute", "adult", "allergy", "blood", "body",
    "capsule", "care", "chronic", "condition", "count", "date", "day", "disease", "disorder", "dose", "drug",
    "exam", "examination", "finding", "first", "history", "hour", "hr", "i", "ii", "iii", "infection",
    "injection", "injury", "iv", "left", "level", "lower", "measurement", "medication", "medicine", "mg",
    "mild", "ml", "normal", "oral", "other", "pack", "pain", "part", "primary", "problem", "procedure", "rate",
    "result", "right", "score", "screening", "second", "secondary", "serum", "severe", "side", "solution",
    "syndrome", "tablet", "test", "therapy", "third", "total", "type", "unit", "unspecified", "upper", "urine",
    "vaccine", "value",
})
# fmt: on
"""Words that alone say too little to link a name that has more words."""
NOT_BLOOD = frozenset({"cerebral", "csf", "fluid", "saliva", "semen", "spinal", "sputum", "stool", "sweat", "urine"})
"""Specimens other than blood, which set a measurement apart from another of the same name."""

_SINGULAR_ENDINGS = ("ss", "us", "is", "ous", "ics", "eas")
# fmt: off
_SAME_IN_PLURAL = frozenset({
    "abs", "diabetes", "gas", "has", "herpes", "mellitus", "pus", "rabies", "sepsis", "series", "tetanus",
    "was", "yes",
})
# fmt: on


class Word(NamedTuple):
    """One normalised word and where it stands in the text."""

    text: str
    start: int
    end: int


def entries(count: int) -> str:
    """`1 entry`, `2 entries`."""
    return f"{count} entry" if count == 1 else f"{count} entries"


def strip_tag(name: str) -> str:
    """A SNOMED CT name without its semantic tag: `Anemia (disorder)` -> `Anemia`."""
    return _TAG.sub("", name)


def fold(text: str) -> str:
    """Lower case, compatibility forms made plain, invisible characters removed. Never changes the length of ASCII."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", text.translate(_INVISIBLE)).lower()


_IRREGULAR = {"feet": "foot", "teeth": "tooth"}


@lru_cache(maxsize=16384)
def singular(word: str) -> str:
    """A folded word in the singular, as far as a rule can tell."""
    if word.endswith("'s"):
        return word[:-2]
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) < 4 or not word.endswith("s") or word in _SAME_IN_PLURAL or word.endswith(_SINGULAR_ENDINGS):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    return word[:-1]


def words_of(text: str) -> list[Word]:
    """The words of a text with their places, folded and singular."""
    folded = fold(text.replace("\u2019", "'").replace("\u2011", "-"))
    if len(folded) != len(text):
        text = folded
    found = []
    for match in _WORD.finditer(folded):
        word = match.group()
        shouted = word.endswith("s") and _ACRONYMS.fullmatch(text, match.start(), match.end())
        found.append(Word(word[:-1] if shouted else singular(word), match.start(), match.end()))
    return found


@lru_cache(maxsize=65536)
def plain(text: str) -> tuple[str, ...]:
    """A name as the tuple of its words, in order."""
    return tuple(word.text for word in words_of(text))


def key_of(words: Iterable[str]) -> frozenset[str]:
    """Words as a set without fillers; the letter of "hepatitis A" is none."""
    said = tuple(words)
    key = frozenset(said) - FILLERS
    return key | {"a"} if any(pair[0] in LETTERED and pair[1] == "a" for pair in pairwise(said)) else key
