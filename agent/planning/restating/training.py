"""Trains the network from `corpus/`: `python -m chartwarden.agent.planning.restating.training` (needs the extra `dev`).

The plain sentence of each row is learnt beside it.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chartwarden.agent.networks.network import Layer, Member, Network, Table
from chartwarden.agent.networks.packing import Weights, layer, pack
from chartwarden.agent.planning.restating.corpus import Row, corpus_lines, digest, row_of
from chartwarden.agent.planning.restating.features import VERSION, Masked, place_features, sentence_features
from chartwarden.agent.planning.restating.network import PLACE, ROLE, ROLES, SENTENCE, WEIGHTS
from chartwarden.agent.planning.restating.senses import FIELDS, Sense
from chartwarden.agent.planning.restating.sentences import placed_by, plain_sentence

if TYPE_CHECKING:
    import torch

WIDTH = 40
"""Numbers in the row of a feature."""
UNITS = 96
"""Of the layer over a whole question."""
PLACE_UNITS = 64
ROUNDS = 12
BATCH = 64
RATE = 3e-3
"""Of the first steps; it falls to a twentieth by the last."""
FEATURES_LEFT_OUT = 0.25
UNITS_LEFT_OUT = 0.2
LEAST = 3
"""Questions a feature must stand in to be learnt."""
ROLES_COUNT = 2.0
"""What a wrong part counts for, against a wrong field."""


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


@dataclass(frozen=True)
class Known:
    """What is numbered: features and the words of the fields."""

    sentence: dict[str, int]
    place: dict[str, int]
    words: dict[str, tuple[str, ...]]

    @classmethod
    def of(cls, learnt: Sequence[Example]) -> Known:
        """Number what stands in the examples often enough."""
        sentence = Counter(name for one in learnt for name in one.sentence)
        place = Counter(name for one in learnt for features in one.places for name in features)
        words = {name: tuple(sorted({getattr(one.sense, name) for one in learnt})) for name in FIELDS}
        return cls(_numbered(sentence), _numbered(place), words)


def _numbered(counted: Counter[str]) -> dict[str, int]:
    return {name: at for at, name in enumerate(sorted(name for name, count in counted.items() if count >= LEAST))}


def train(learnt: Sequence[Example], *, seed: int = 1, rounds: int = ROUNDS) -> tuple[Known, torch.nn.Module]:
    """Learn one network; the same examples and seed give the same network on the same machine."""
    import torch

    torch.manual_seed(seed)
    known = Known.of(learnt)
    network = _network(known)
    rows = [network.sentence.weight, network.place.weight]
    dense = [one for one in network.parameters() if all(one is not row for row in rows)]
    optimizers = [torch.optim.SparseAdam(rows, lr=RATE), torch.optim.Adam(dense, lr=RATE)]
    prepared = [_prepared(one, known) for one in learnt]
    steps, taken = rounds * -(-len(learnt) // BATCH), 0
    for _ in range(rounds):
        order = torch.randperm(len(prepared)).tolist()
        for start in range(0, len(order), BATCH):
            for optimizer in optimizers:
                optimizer.param_groups[0]["lr"] = RATE * (1 - 0.95 * taken / steps)
                optimizer.zero_grad()
            taken += 1
            loss = _loss(network, [prepared[at] for at in order[start : start + BATCH]])
            torch.autograd.backward(loss)
            for optimizer in optimizers:
                optimizer.step()
    network.eval()
    return known, network


@dataclass(frozen=True)
class _Prepared:
    sentence: torch.Tensor
    places: tuple[torch.Tensor, ...]
    fields: tuple[int, ...]
    parts: tuple[int, ...]


def _prepared(one: Example, known: Known) -> _Prepared:
    import torch

    def numbers(names: Iterable[str], numbered: dict[str, int]) -> torch.Tensor:
        return torch.tensor(sorted(numbered[name] for name in names if name in numbered), dtype=torch.long)

    return _Prepared(
        numbers(one.sentence, known.sentence),
        tuple(numbers(features, known.place) for features in one.places),
        tuple(known.words[name].index(getattr(one.sense, name)) for name in FIELDS),
        tuple(ROLES.index(part) for part in one.parts),
    )


def _network(known: Known) -> Any:
    from torch import nn

    class Learner(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.sentence = nn.EmbeddingBag(len(known.sentence), WIDTH, mode="sum", sparse=True)
            self.place = nn.EmbeddingBag(len(known.place), WIDTH, mode="sum", sparse=True)
            for rows in (self.sentence, self.place):
                nn.init.normal_(rows.weight, std=0.02)
            self.hidden = nn.Linear(WIDTH, UNITS)
            self.fields = nn.ModuleList(nn.Linear(UNITS, len(known.words[name])) for name in FIELDS)
            self.place_hidden = nn.Linear(2 * WIDTH, PLACE_UNITS)
            self.roles = nn.Linear(PLACE_UNITS, len(ROLES))

    return Learner()


def _loss(network: Any, batch: Sequence[_Prepared]) -> torch.Tensor:
    import torch
    from torch.nn import functional

    summed = _summed(network.sentence, [one.sentence for one in batch])
    lit = functional.dropout(functional.relu(network.hidden(summed)), UNITS_LEFT_OUT)
    loss = torch.zeros(())
    for at, head in enumerate(network.fields):
        loss = loss + functional.cross_entropy(head(lit), torch.tensor([one.fields[at] for one in batch]))
    places = [place for one in batch for place in one.places]
    if not places:
        return loss
    owners = torch.tensor([at for at, one in enumerate(batch) for _ in one.places])
    beside = torch.cat([_summed(network.place, places), summed[owners]], 1)
    roles = network.roles(functional.dropout(functional.relu(network.place_hidden(beside)), UNITS_LEFT_OUT))
    parts = torch.tensor([part for one in batch for part in one.parts])
    return loss + ROLES_COUNT * functional.cross_entropy(roles, parts)


def _summed(rows: Any, numbered: Sequence[torch.Tensor]) -> torch.Tensor:
    """Sums of rows, some features left out at random, brought to one length."""
    import torch

    kept = [numbers[torch.rand(len(numbers)) >= FEATURES_LEFT_OUT] for numbers in numbered]
    lengths = torch.tensor([len(numbers) for numbers in kept])
    starts = torch.cat([torch.zeros(1, dtype=torch.long), lengths.cumsum(0)[:-1]])
    summed: torch.Tensor = rows(torch.cat(kept), starts) / lengths.clamp(min=1).sqrt()[:, None]
    return summed


def packed(known: Known, network: Any, learnt: Sequence[Example], corpus: str) -> bytes:
    """The file of the weights, rows as whole numbers of eight bits."""
    heads = {name: _layer(head) for name, head in zip(FIELDS, network.fields, strict=True)}
    sentence = Network(
        _table(known.sentence, network.sentence.weight), (Member(_layer(network.hidden), heads),), known.words
    )
    place = Network(
        _table(known.place, network.place.weight),
        (Member(_layer(network.place_hidden), {ROLE: _layer(network.roles)}),),
        {ROLE: ROLES},
    )
    senses = sorted({astuple(one.sense) for one in learnt})
    return pack(Weights({SENTENCE: sentence, PLACE: place}, VERSION, corpus, {"senses": senses}))


def _table(numbered: dict[str, int], rows: torch.Tensor) -> Table:
    import torch

    step = float(rows.detach().abs().max()) / 127
    numbers = (rows / step).round().to(torch.int8).detach().numpy().tobytes()
    places = {name: at * WIDTH for name, at in numbered.items()}
    return Table(places, memoryview(numbers).cast("b"), step, (0.0,) * WIDTH, (WIDTH,))


def _layer(linear: Any) -> Layer:
    return layer(linear.weight.detach().numpy().T, linear.bias.detach().numpy())


def main() -> None:
    """Train on the whole corpus and write the weights beside the code."""
    lines = corpus_lines()
    if not lines:
        raise SystemExit("the corpus is not there: the wheel leaves it out; train in a checkout")
    learnt = examples(map(row_of, lines))
    known, network = train(learnt)
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().with_name(WEIGHTS)
    target.write_bytes(packed(known, network, learnt, digest(lines)))
    print(f"{len(learnt)} rows, {len(known.sentence)} + {len(known.place)} features: {target}")  # noqa: T201


if __name__ == "__main__":
    main()
