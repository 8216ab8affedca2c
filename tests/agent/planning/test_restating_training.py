"""Training of the networks that restate, on a corpus small enough to know the answers of."""

from __future__ import annotations

import json
from typing import Any

import numpy
import pytest
from scipy.sparse import csr_matrix

from chartwarden.agent.planning.restating import training
from chartwarden.agent.planning.restating.corpus import Row, row_of
from chartwarden.agent.planning.restating.learning import Examples
from chartwarden.agent.planning.restating.network import read_weights, tell

TAUGHT = [
    ("when did my {condition:thing} begin?", ["condition", "time", "first"]),
    ("{condition:thing}, was it ever there {time:used}?", ["condition", "exists"]),
    ("how much {drug:thing} for the {condition:reason}?", ["medication", "dose"]),
    ("the {observation:other} aside, which {drug:thing} now?", ["medication", "list", "", "current"]),
    ("{observation:thing} ahead of the {Procedure:event}?",
     ["observation", "value", "last", "", "before", "procedure", "first"]),
]  # fmt: skip


def rows() -> list[Row]:
    return [
        row_of(json.dumps({"text": f"{opening}{text}", "sense": sense}))
        for text, sense in TAUGHT
        for opening in ("", "so, ", "please: ", "now ", "hello, ", "doctor, ", "and ", "well, ")
    ]


@pytest.mark.parametrize("members", [1, 2])
def test_a_small_corpus_is_learnt_to_its_answers(members: int) -> None:
    packed = training.train(training.examples(rows()), "digest", members=members, rounds=150)
    learnt = read_weights(packed)
    assert learnt.corpus == "digest"
    assert len(learnt.sentence.members) == len(learnt.place.members) == members
    assert len(learnt.senses) == len(TAUGHT)
    for row in rows():
        told = tell(row.question, learnt)
        assert (told.sense, told.parts) == (row.sense, row.parts)
        assert told.certainty > 0.5


def test_the_same_rows_give_the_same_bytes() -> None:
    learnt = training.examples(rows())
    assert training.train(learnt, rounds=2) == training.train(learnt, rounds=2)


def test_a_field_that_never_differs_cannot_be_learnt() -> None:
    with pytest.raises(ValueError, match="the same status, relation, event"):
        training.train(training.examples(rows()[:24]))


def test_the_plain_sentence_of_a_row_is_learnt_beside_it_and_no_row_twice() -> None:
    row = row_of(json.dumps({"text": "{drug:thing}: the most recent script?", "sense": ["medication", "time", "last"]}))
    found = training.examples([row, row])
    assert len(found) == 2
    assert "w: prescribed" in found[1].sentence
    assert {one.parts for one in found} == {("thing",)}


def examples(starts: list[int]) -> Examples:
    nothing: Any = csr_matrix((0, 0))
    return Examples(nothing, nothing, numpy.array(starts), {}, numpy.zeros((0, 0), dtype=numpy.float32))


@pytest.mark.parametrize(
    ("batch", "places", "owners"),
    [
        ([0, 1, 2, 3], [0, 1, 2, 3, 4, 5], [0, 0, 2, 3, 3, 3]),
        ([3, 1, 0], [3, 4, 5, 0, 1], [0, 0, 0, 2, 2]),
        ([1], [], []),
    ],
)
def test_placeholders_belong_to_their_questions_in_any_order(
    batch: list[int], places: list[int], owners: list[int]
) -> None:
    found, owned = examples([0, 2, 2, 3, 6]).places_of(batch)
    assert (list(found), list(owned)) == (places, owners)
