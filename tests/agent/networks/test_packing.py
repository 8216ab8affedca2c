"""The file of weights: what was packed is read again, and what does not fit is not read."""

from __future__ import annotations

import gzip
import json

import pytest

from chartwarden.agent.networks.network import Layer, Member, Network, Table
from chartwarden.agent.networks.packing import Weights, pack, unpack


def table(names: tuple[str, ...], widths: tuple[int, ...], numbers: list[int]) -> Table:
    width = sum(widths)
    places = {name: width * at for at, name in enumerate(names)}
    return Table(places, memoryview(bytes(one % 256 for one in numbers)).cast("b"), 0.25, (0.5,) * width, widths)


def member(width: int) -> Member:
    return Member(Layer(((1.0,) * width,), (0.125,)), {"head": Layer(((2.0,), (-3.0,)), (0.0, 1.0))})


LABELS = {"head": ("yes", "no")}
NETWORKS = {
    "whole": Network(
        table(("w: a", "s: naïve … <drug>"), (2, 1), [1, -2, 3, -128, 127, 0]), (member(2), member(1)), LABELS
    ),
    "part": Network(table(("w: a",), (1,), [-7]), (member(1),), LABELS),
}
TRAINED = Weights(NETWORKS, 3, "abc", {"senses": [["drug", "dose"]]})


def test_what_was_packed_is_read_again_and_gives_the_same_bytes() -> None:
    packed = pack(TRAINED)
    again = unpack(packed, 3)
    assert again == TRAINED
    assert list(again.networks["whole"].table.rows(["s: naïve … <drug>"]).popitem()[1]) == [-128, 127, 0]
    assert list(again.networks["part"].table.rows(["w: a"])["w: a"]) == [-7]
    assert pack(again) == packed


@pytest.mark.parametrize("version", [2, 4])
def test_weights_for_other_features_are_refused_by_their_number(version: int) -> None:
    with pytest.raises(ValueError, match=f"features 3, not {version}: train again"):
        unpack(pack(TRAINED), version)


@pytest.mark.parametrize(("names", "rows"), [("w: a", "123"), ("w: a\nw: b\nw: c", "123" * 3), ("w: a\nw: b", "12345")])
def test_rows_that_are_too_few_or_too_many_are_no_weights(names: str, rows: str) -> None:
    whole = {"features": 2, "step": 1, "bias": [0, 0, 0], "widths": [3], "members": [], "labels": {}}
    head = {"features_version": 3, "corpus": "", "networks": {"whole": whole}, "notes": {}}
    packed = gzip.compress("\n\n".join((json.dumps(head), names, rows)).encode())
    with pytest.raises(ValueError, match="are no rows of"):
        unpack(packed, 3)
