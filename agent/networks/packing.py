"""The file that training leaves: networks, what they were trained on, and notes of the room they belong to.

One gzip stream: a line of JSON with everything but the rows, an empty line, the names of the features, one a line, an
empty line, and the rows, eight bits a number. Network after network, in the order of the JSON.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, field
from typing import Any

from chartwarden.agent.networks.network import Layer, Member, Network, Table

_EMPTY_LINE = b"\n\n"


@dataclass(frozen=True)
class Weights:
    """What training left."""

    networks: dict[str, Network]
    features_version: int
    """Of the features: weights are read only by the features they were trained on."""
    corpus: str
    """SHA-256 of the corpus they were trained on."""
    notes: dict[str, Any] = field(default_factory=dict)
    """What else the room keeps with them: anything JSON can say."""


def pack(trained: Weights) -> bytes:
    """The file of these weights; the same weights give the same bytes."""
    head = {
        "features_version": trained.features_version,
        "corpus": trained.corpus,
        "networks": {name: _told(one) for name, one in trained.networks.items()},
        "notes": trained.notes,
    }
    tables = [one.table for one in trained.networks.values()]
    text = json.dumps(head, ensure_ascii=False, separators=(",", ":"))
    names = "\n".join(name for table in tables for name in table.places)
    rows = b"".join(table.numbers for table in tables)
    return gzip.compress(_EMPTY_LINE.join((text.encode(), names.encode(), rows)), mtime=0)


def unpack(packed: bytes, features_version: int) -> Weights:
    """The weights of a file. `ValueError` where they are for other features, or rows and names do not fit."""
    head, _, rest = gzip.decompress(packed).partition(_EMPTY_LINE)
    told: dict[str, Any] = json.loads(head)
    if told["features_version"] != features_version:
        raise ValueError(
            f"the weights are for features {told['features_version']}, not {features_version}: train again"
        )
    listed, _, rows = rest.partition(_EMPTY_LINE)
    names, numbers = listed.decode().split("\n"), memoryview(rows).cast("b")
    heights = {name: one["features"] for name, one in told["networks"].items()}
    size = sum(height * sum(told["networks"][name]["widths"]) for name, height in heights.items())
    if (len(names), len(numbers)) != (sum(heights.values()), size):
        raise ValueError(f"{len(names)} features and {len(numbers)} numbers are no rows of {heights} features")
    networks: dict[str, Network] = {}
    for name, one in told["networks"].items():
        count, width = one["features"], sum(one["widths"])
        networks[name] = _network(one, names[:count], numbers[: count * width])
        names, numbers = names[count:], numbers[count * width :]
    return Weights(networks, features_version, told["corpus"], told["notes"])


def _told(network: Network) -> dict[str, Any]:
    table = network.table
    return {
        "features": len(table.places),
        "step": table.step,
        "bias": table.bias,
        "widths": table.widths,
        "members": [
            {"hidden": vars(one.hidden), "heads": {name: vars(head) for name, head in one.heads.items()}}
            for one in network.members
        ],
        "labels": network.labels,
    }


def _network(told: dict[str, Any], names: list[str], numbers: memoryview) -> Network:
    width = sum(told["widths"])
    places = dict(zip(names, range(0, len(numbers), width), strict=True))
    members = (
        Member(_layer(one["hidden"]), {name: _layer(head) for name, head in one["heads"].items()})
        for one in told["members"]
    )
    return Network(
        Table(places, numbers, told["step"], tuple(told["bias"]), tuple(told["widths"])),
        tuple(members),
        {name: tuple(words) for name, words in told["labels"].items()},
    )


def _layer(told: dict[str, Any]) -> Layer:
    return Layer(tuple(map(tuple, told["weights"])), tuple(told["bias"]))
