"""Trains the network from `corpus/`: `python -m chartwarden.agent.planning.restating.training` (needs the extra `dev`).

The plain sentence of each row is learnt beside it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, replace
from pathlib import Path

import numpy

from chartwarden.agent.networks.corpora import digest, in_checkout
from chartwarden.agent.networks.learning import Numbers, matrix, numbered, table
from chartwarden.agent.networks.network import Member, Network
from chartwarden.agent.networks.packing import Weights, pack
from chartwarden.agent.planning.restating.corpus import Row, corpus_lines, row_of
from chartwarden.agent.planning.restating.features import VERSION, Masked, place_features, sentence_features
from chartwarden.agent.planning.restating.learning import Examples, Learner
from chartwarden.agent.planning.restating.network import PLACE, ROLE, ROLES, SENTENCE, WEIGHTS
from chartwarden.agent.planning.restating.senses import FIELDS, Sense
from chartwarden.agent.planning.restating.sentences import placed_by, plain_sentence

MEMBERS = 1
"""Pairs of networks that are averaged: they differ in where they began and in what was left out."""
ROUNDS = 12
LEAST = 3
"""Questions a feature must stand in to be learnt."""
LEVELS = 127
"""Numbers of a row are told from so many below zero to so many above."""


@dataclass(frozen=True)
class Example:
    """One question to learn from, with its features."""

    sense: Sense
    sentence: frozenset[str]
    places: tuple[frozenset[str], ...]
    parts: tuple[str, ...]


def examples(rows: Iterable[Row]) -> list[Example]:
    """Rows, and the plain sentence of each, once each."""
    found: dict[tuple[str, str], Example] = {}
    for row in rows:
        for question, parts in ((row.question, row.parts), *_plain(row)):
            features = tuple(place_features(question, placeholder) for placeholder in question.places)
            played = tuple(parts[placeholder] for placeholder in question.places)
            example = Example(row.sense, sentence_features(question), features, played)
            found.setdefault((" ".join(question.tokens), repr(question.unknown)), example)
    return list(found.values())


def _plain(row: Row) -> list[tuple[Masked, dict[str, str]]]:
    placed = placed_by(row.parts, row.question.text)
    sentence = plain_sentence(row.sense, placed)
    return [] if sentence is None else [(replace(row.question, text=sentence.lower(), unknown={}), row.parts)]


def train(learnt: Sequence[Example], corpus: str = "", *, members: int = MEMBERS, rounds: int = ROUNDS) -> bytes:
    """The file of weights for these examples; the same examples and libraries give the same bytes.

    `ValueError` where a field of the sense is the same in all of them: there is nothing to tell apart.
    """
    sentence = numbered((one.sentence for one in learnt), LEAST)
    place = numbered((features for one in learnt for features in one.places), LEAST)
    words = {name: tuple(sorted({getattr(one.sense, name) for one in learnt})) for name in FIELDS}
    alike = [name for name, said in words.items() if len(said) < 2]
    if alike:
        raise ValueError(f"every example has the same {', '.join(alike)}; add some with another to the corpus")
    told = Examples(
        sentences=matrix([one.sentence for one in learnt], sentence),
        places=matrix([features for one in learnt for features in one.places], place),
        starts=numpy.cumsum([0, *(len(one.places) for one in learnt)]),
        fields={name: _is(words[name], [getattr(one.sense, name) for one in learnt]) for name in FIELDS},
        parts=_is(ROLES, [part for one in learnt for part in one.parts]),
    )
    pairs = [Learner(told, seed).learn(rounds) for seed in range(members)]
    sentences = table(list(sentence), [one.sentence for one in pairs], levels=LEVELS)
    places = table(list(place), [one.place for one in pairs], levels=LEVELS)
    networks = {
        SENTENCE: Network(sentences, tuple(map(_of_words, pairs)), words),
        PLACE: Network(places, tuple(map(_of_parts, pairs)), {ROLE: ROLES}),
    }
    senses = sorted({astuple(one.sense) for one in learnt})
    return pack(Weights(networks, VERSION, corpus, {"senses": senses}))


def _is(words: Sequence[str], said: Sequence[str]) -> Numbers:
    """For each thing said and each word, one where it is that word."""
    return numpy.eye(len(words), dtype="float32")[[words.index(one) for one in said]]


def _of_words(pair: Learner) -> Member:
    return Member(pair.hidden.layer(), {name: head.layer() for name, head in pair.fields.items()})


def _of_parts(pair: Learner) -> Member:
    return Member(pair.place_hidden.layer(), {ROLE: pair.roles.layer()})


def main() -> None:
    """Train on the whole corpus and write the weights beside the code."""
    lines = in_checkout(corpus_lines())
    learnt = examples(map(row_of, lines))
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().with_name(WEIGHTS)
    target.write_bytes(train(learnt, digest(lines)))
    print(f"{len(learnt)} rows: {target}")  # noqa: T201


if __name__ == "__main__":
    main()
