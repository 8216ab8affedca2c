"""What a store keeps of the resources it parsed: the same answers, worked out once."""

from __future__ import annotations

import orjson
import pytest

from chartwarden.tools.records.bodies import KEPT_BYTES, Codec
from chartwarden.tools.records.kept import Kept, once_kept
from chartwarden.tools.records.source import Resource

asked: list[str] = []


@once_kept
def name_of(resource: Resource) -> str:
    asked.append(resource["id"])
    return f"{resource['resourceType']}/{resource['id']}"


@once_kept
def length_of(resource: Resource) -> int:
    return len(resource)


@pytest.fixture(autouse=True)
def nothing_asked() -> None:
    asked.clear()


def test_what_is_worked_out_of_a_kept_resource_is_worked_out_once() -> None:
    kept = Kept({"resourceType": "Observation", "id": "a"})
    assert [name_of(kept), name_of(kept)] == ["Observation/a"] * 2
    assert asked == ["a"]
    assert length_of(kept) == 2  # each function has its own


def test_of_any_other_resource_it_is_worked_out_each_time() -> None:
    plain = {"resourceType": "Observation", "id": "a"}
    assert name_of(plain) == "Observation/a"
    plain["id"] = "b"
    assert name_of(plain) == "Observation/b"


def test_a_kept_resource_is_the_resource() -> None:
    resource = {"resourceType": "Observation", "id": "a", "component": [{"valueInteger": 1}]}
    kept = Kept(resource)
    name_of(kept)
    assert kept == resource
    assert orjson.dumps(kept) == orjson.dumps(resource)


def test_a_codec_keeps_what_is_short_by_its_bytes() -> None:
    codec = Codec({})
    first, other = ({"resourceType": "Basic", "id": one} for one in "ab")
    packed = codec.pack(orjson.dumps(first))
    assert codec.load(0, packed) is codec.load(0, bytes(bytearray(packed)))
    assert codec.load(0, codec.pack(orjson.dumps(other))) == other
    long = {"resourceType": "Basic", "id": "c", "text": {"div": "".join(map(chr, range(0x4E00, 0x5200)))}}
    packed = codec.pack(orjson.dumps(long))
    assert len(packed) > KEPT_BYTES
    assert codec.load(0, packed) == long
    assert codec.load(0, packed) is not codec.load(0, packed)
