"""What the network counts in a masked question: its words and their order, and what stands around each placeholder.

A placeholder counts as the kind of thing it may be (`<drug>`, `<condition>`, `<time>`), so that the sentence decides
and never the name. Words that neither the record nor the tables know count as themselves, because most of them belong
to the story around a question. A feature is a readable string.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from chartwarden.agent.networks.letters import letters_of
from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.names.mentions import Mention
from chartwarden.agent.planning.reading.skeleton import Skeleton

VERSION = 1
"""Of the features: weights are read only by the features they were trained on."""
_TOKEN = Pattern(r"q[a-z]\d+|\d+(?:[.,/:-]\d+)*%?|[^\W\d_]+(?:-[^\W\d_]+)*|'[a-z]+|[?!,;:.]|\S")
_PLACEHOLDER = Pattern(r"q[a-z]\d+")
_MARKS = frozenset("?.;:!")
_STEM = 5
_AROUND = 5
"""Words on either side of a placeholder that count by their distance."""
_KINDS = {
    "qt": "<time>", "qp": "<person>", "qr": "<route>", "qa": "<source>",
    "qn": "<limit>", "qk": "<quantity>", "qd": "<distance>",
}  # fmt: skip
PLACEHOLDER_KINDS = {kind.strip("<>"): lead for lead, kind in _KINDS.items()}
"""The beginning of a placeholder by the kind it stands for, of those that are no names."""
_ASKING = frozenset({
    "who", "what", "when", "which", "where", "why", "how", "was", "is", "are", "were", "did", "does", "do", "has",
    "have", "date", "any", "list", "many",
})  # fmt: skip


@dataclass(frozen=True)
class Masked:
    """A question as the network sees it."""

    text: str
    """With placeholders, as in `Skeleton.said`."""
    kinds: dict[str, str]
    """What each name may be: `qc0` a `drug`, a `Procedure`, `unknown`."""
    unknown: dict[str, str]
    """The words of the names that nothing is known of."""

    @cached_property
    def tokens(self) -> tuple[str, ...]:
        """Words, signs, and the kinds of placeholders in angle brackets."""
        return tuple(self._shown(word) for word in _TOKEN.findall(self.text.lower()))

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each placeholder stands among the tokens: for one that stands twice, the last place."""
        words = _TOKEN.findall(self.text.lower())
        return {word: at for at, word in enumerate(words) if _PLACEHOLDER.fullmatch(word)}

    def _shown(self, word: str) -> str:
        if _PLACEHOLDER.fullmatch(word):
            return _KINDS.get(word[:2]) or f"<{self.kinds.get(word, 'unknown')}>"
        return "<number>" if word[0].isdigit() else word


def masked(skeleton: Skeleton) -> Masked:
    """The masked question of a skeleton."""
    kinds = {f"qc{n}": kind_of(mention) for n, mention in enumerate(skeleton.mentions)}
    unknown = {
        f"qc{n}": mention.words.lower() for n, mention in enumerate(skeleton.mentions) if kinds[f"qc{n}"] == "unknown"
    }
    return Masked(skeleton.said, kinds, unknown)


def kind_of(mention: Mention) -> str:
    """What a name may be: by the tables, else by the type of the record's own entries, else `unknown`."""
    if mention.linked.known:
        return mention.linked.known[0].kind.replace(" ", "_")
    links = mention.linked.links
    plain = sorted({link.resource_type for link in links if link.how != "narrower"})
    types = plain or sorted({link.resource_type for link in links})
    return types[0].lower() if types else "unknown"


def sentence_features(question: Masked) -> frozenset[str]:
    """Features of the whole question."""
    tokens = question.tokens
    found = set(_of_words(tokens))
    found.update(f"unknown: {words}" for words in question.unknown.values())
    parts = _parts(tokens)
    if len(parts) > 1:
        for mark, part in (("first", parts[0]), ("last", parts[-1])):
            stems = [_stem(word) for word in part]
            found.update(f"{mark} part: {stem}" for stem in stems)
            found.update(f"{mark} part: {one} {two}" for one, two in itertools.pairwise(stems))
    found.add(f"names: {sum(_is_name(word) for word in tokens)}")
    return frozenset(found)


def _of_words(tokens: tuple[str, ...]) -> Iterator[str]:
    marked = ["^", *tokens, "$"]
    stems = [_stem(word) for word in marked]
    for at, word in enumerate(marked):
        yield f"w: {word}"
        yield f"s: {stems[at]}"
        if at + 1 < len(marked):
            yield f"w: {word} {marked[at + 1]}"
            yield f"s: {stems[at]} {stems[at + 1]}"
        if at + 2 < len(marked):
            yield f"s: {' '.join(stems[at : at + 3])}"
        for away in (2, 3, 4):
            if at + away < len(marked):
                yield f"g: {stems[at]} … {stems[at + away]}"
        yield from letters_of(word)
    yield f"opens: {' '.join(stems[1:3])}"
    yield f"ends: {' '.join(stems[-3:])}"


def place_features(question: Masked, placeholder: str) -> frozenset[str]:
    """Features of one placeholder: its kind, the words around it, and where it stands."""
    tokens, at = question.tokens, question.places[placeholder]
    stems = [*["^"] * _AROUND, *map(_stem, tokens), *["$"] * _AROUND]
    kind, here = tokens[at], at + _AROUND
    found = {f"kind: {kind}"}
    for away in range(1, _AROUND + 1):
        before, behind = stems[here - away], stems[here + away]
        found |= {f"-{away}: {before}", f"+{away}: {behind}", f"-: {before}", f"+: {behind}"}
        if away < 3:
            found |= {f"{kind} -{away}: {before}", f"{kind} +{away}: {behind}"}
    for size in (2, 3):
        found.add(f"before: {' '.join(stems[here - size : here])}")
        found.add(f"behind: {' '.join(stems[here + 1 : here + 1 + size])}")
    found.add(f"between: {stems[here - 1]} … {stems[here + 1]}")
    found.update(f"left: {stem}" for stem in stems[_AROUND:here])
    found.update(f"right: {stem}" for stem in stems[here + 1 : -_AROUND])
    for word in question.unknown.get(placeholder, "").split():
        found |= {word_feature(word), f"stem: {word[:_STEM]}"}
    found.update(_of_position(tokens, at))
    return frozenset(found)


def word_feature(word: str) -> str:
    """The feature of a placeholder for a word of it that nothing knows."""
    return f"word: {word}"


def _of_position(tokens: tuple[str, ...], at: int) -> Iterator[str]:
    kind = tokens[at]
    names = [place for place, word in enumerate(tokens) if _is_name(word)]
    index = sum(place < at for place in names)
    yield f"name {index} of {len(names)}"
    yield f"name {index}"
    alike = [place for place, word in enumerate(tokens) if word == kind]
    yield f"of its kind {alike.index(at)} of {len(alike)}"
    yield from (f"{kind} with {tokens[place]}" for place in names if place != at)
    marks = [word in _MARKS for word in tokens[:-1]]
    yield f"part {sum(marks[:at])} of {sum(marks)}"
    yield f"asked behind: {any(word in _ASKING for word in tokens[at + 1 :])}"


def _is_name(word: str) -> bool:
    return word.startswith("<") and word not in ("<number>", "<time>")


def _stem(word: str) -> str:
    return word if word[0] == "<" else word[:_STEM]


def _parts(tokens: tuple[str, ...]) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    for word in tokens:
        if word in _MARKS:
            parts.append([])
        else:
            parts[-1].append(word)
    return [part for part in parts if part]
