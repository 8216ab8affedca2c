"""What the classifier of the gate counts in a request: its words and their order, and what words do (`cues.toml`).

What a request is about must not decide, only what is asked of it: names of drugs, tests, conditions and procedures that
the vocabulary knows are replaced by their kind, and numbers by a sign. A feature is a readable string, so that a
decision can be told from the features that carried it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from chartwarden.agent.gate.reading import folded, parts_of, without_strength
from chartwarden.agent.networks.letters import letters_of
from chartwarden.tools.records.vocabulary import known_forms

VERSION = 2
"""Of the features: weights are read only by the features they were trained on."""

_POLITE = re.compile(
    r"^(?:(?:and|so|hi|hello|hey|ok|okay|well|please|pls|now|then|just|also|sorry|excuse me|quick question|bitte"
    r"|por favor|s'il (?:te|vous) plait|bonjour|hola|hallo)[,:!]? +)*"
    r"(?:(?:would you be able to |(?:can|could|would|will) you (?:please |kindly |possibly |quickly )?|please |kindly "
    r"|i(?:'d| would)? (?:just )?(?:like|want|need|wish|love) to |are you able to |do you know |let me )"
    r"(?:(?:tell|show|give|inform|remind|let) (?:me|us)(?: know)?|know|find out|see|specify|determine|identify|confirm"
    r"|provide(?: me with)?|check|verify|ascertain|look up|clarify|state)?\b"
    r"|(?:tell me|let me know|determine|identify|specify|verify|confirm|ascertain|check)\b"
    r"(?= (?:if|whether|when|what|how|which|who))"
    r"|(?:konnen sie|konnten sie|kannst du|konntest du) (?:mir )?(?:bitte )?(?:sagen|zeigen|nennen|mitteilen)?"
    r"|(?:puedes|puede|podrias|podria) (?:decirme|mostrarme|indicarme|darme)"
    r"|(?:pouvez-vous|peux-tu|pourriez-vous|pourrais-tu) (?:me )?(?:dire|montrer|donner|indiquer))[ ,:]*"
)
"""Politeness in front of a request: it says nothing about what is asked."""
_TOKEN = re.compile(r"\d+(?:[.,/:-]\d+)*%?|[^\W\d_]+(?:-[^\W\d_]+)*|'[a-z]+|[?!,;:.]|\S")
# fmt: off
_COMMON = frozenset({
    "a", "all", "an", "and", "as", "at", "be", "do", "for", "had", "has", "he", "i", "in", "is", "it", "no", "not",
    "of", "on", "one", "or", "pain", "she", "the", "they", "to", "was", "we", "you",
})
# fmt: on
"""Words that are some abbreviation too, and are never meant as one."""
_LONGEST_NAME = 3
_STEM = 5
_LENGTHS = (4, 8, 15, 25)
"""Words from which on a request counts as one step longer."""


def features_of(text: str) -> frozenset[str]:
    """The features of a cleaned request or of a part of one."""
    tokens = _tokens(text)
    found = set(_of_words(tokens))
    cues = [cues_at(tokens, at) for at in range(len(tokens))]
    found.update(_of_cues(cues, ""))
    parts = parts_of(text)
    if len(parts) > 1:
        for mark, part in (("first", parts[0]), ("last", parts[-1])):
            of_part = _tokens(part)
            found.update(f"{mark} opens: {' '.join(of_part[:size])}" for size in (1, 2))
            found.update(f"{mark} part: {cue}" for at in range(len(of_part)) for cue in cues_at(of_part, at))
        found.add(f"parts: {min(len(parts), 4)}")
    found.add(f"length: {sum(len(tokens) >= limit for limit in _LENGTHS)}")
    if text.rstrip().endswith("?"):
        found.add("ends in ?")
    return frozenset(found)


def _of_words(tokens: list[str]) -> Iterator[str]:
    marked = ["^", *tokens, "$"]
    stems = [word if word[0] == "<" else word[:_STEM] for word in marked]
    for at, word in enumerate(marked):
        yield f"w: {word}"
        if len(word) > _STEM and word[0] != "<":
            yield f"s: {word[:_STEM]}"
        rest = marked[at + 1 : at + 3]
        for size in range(1, len(rest) + 1):
            yield f"w: {word} {' '.join(rest[:size])}"
        for away in (2, 3, 4):
            if at + away < len(stems):
                yield f"g: {stems[at]} … {stems[at + away]}"
        yield from letters_of(word)
    for size in (1, 2, 3):
        yield f"opens: {' '.join(tokens[:size])}"


def _of_cues(cues: Sequence[frozenset[str]], mark: str) -> Iterator[str]:
    """Cues alone, in order with whatever stands between them left out, and together anywhere."""
    line = [frozenset("^"), *(found for found in cues if found), frozenset("$")]
    every: set[str] = set()
    for at, here in enumerate(line):
        every |= here
        for cue in here:
            yield f"q: {cue}"
            for away in (1, 2, 3):
                if at + away < len(line):
                    for other in line[at + away]:
                        yield f"q: {cue} {other}" if away == 1 else f"q: {cue} … {other}"
            if at + 2 < len(line):
                for second in line[at + 1]:
                    for third in line[at + 2]:
                        yield f"q: {cue} {second} {third}"
    ordered = sorted(every)
    for at, cue in enumerate(ordered):
        for other in ordered[at + 1 :]:
            yield f"both: {cue}, {other}"


def _tokens(text: str) -> list[str]:
    """Folded words and punctuation, with names the vocabulary knows and numbers replaced by what they are."""
    words = _TOKEN.findall(_POLITE.sub("", folded(without_strength(text)), count=1))
    found: list[str] = []
    at = 0
    while at < len(words):
        if words[at][0].isdigit():
            found.append("<number>")
            at += 1
            continue
        for size in range(min(_LONGEST_NAME, len(words) - at), 0, -1):
            kind = _kind_of(tuple(words[at : at + size]))
            if kind:
                found.append(f"<{kind}>")
                at += size
                break
        else:
            found.append(words[at])
            at += 1
    return found


@lru_cache(maxsize=20_000)
def _kind_of(words: tuple[str, ...]) -> str:
    if not all(word[0].isalpha() for word in words) or (len(words) == 1 and (words[0] in _COMMON or len(words[0]) < 2)):
        return ""
    meanings = known_forms(words)
    return meanings[0].kind if meanings else ""


@dataclass(frozen=True)
class Cues:
    """What words do in a request, read from `cues.toml`."""

    words: dict[str, frozenset[str]]
    stems: dict[str, frozenset[str]]
    phrases: dict[tuple[str, ...], frozenset[str]]


@lru_cache(maxsize=1)
def _cues() -> Cues:
    data = tomllib.loads(resources.files(__package__).joinpath("cues.toml").read_text(encoding="utf-8"))["cues"]
    words: dict[str, set[str]] = {}
    stems: dict[str, set[str]] = {}
    phrases: dict[tuple[str, ...], set[str]] = {}
    for cue, listed in data.items():
        for entry in folded(listed).split():
            if "_" in entry:
                phrases.setdefault(tuple(entry.split("_")), set()).add(cue)
            elif entry.endswith("*"):
                stems.setdefault(entry[:-1], set()).add(cue)
            else:
                words.setdefault(entry, set()).add(cue)
    return Cues(
        {word: frozenset(found) for word, found in words.items()},
        {stem: frozenset(found) for stem, found in stems.items()},
        {phrase: frozenset(found) for phrase, found in phrases.items()},
    )


def cues_at(tokens: Sequence[str], at: int) -> frozenset[str]:
    """The cues of the word at a place, and of the phrases that begin there."""
    word = tokens[at]
    found = _cues_of(word)
    for size in (2, 3):
        found |= _cues().phrases.get(tuple(tokens[at : at + size]), frozenset())
    return found | {word} if word[0] == "<" or word in "?!" else found


@lru_cache(maxsize=20_000)
def _cues_of(word: str) -> frozenset[str]:
    cues = _cues()
    found = cues.words.get(word, frozenset())
    for size in range(3, len(word) + 1):
        found |= cues.stems.get(word[:size], frozenset())
    return found
