"""A mixture's name that is read out in pieces is the one name that the record has of them."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.names.told_in_pieces import in_whole
from chartwarden.tools.records.manifest import Entry, Manifest
from chartwarden.tools.records.query import Coding
from chartwarden.tools.records.record_vocabulary import Vocabulary

WHOLE = "Calcium Gluconate--CALG1I--63323031110_Bag--BAG"


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    labels = (WHOLE, "Calcium Gluconate--CALG2I--63323031111_Bag--BAG", "63323031112")
    entries = tuple(
        Entry(
            resource_type="MedicationRequest",
            element="medication",
            codings=(Coding(system="http://example.org/drugs", code=label, display=label),),
        )
        for label in labels
    )
    return Vocabulary(Manifest(counts={"MedicationRequest": 3}, entries=entries))


@pytest.mark.parametrize(
    ("told", "whole"),
    [
        ("Was calcium gluconate (CALG1I, 63323031110, the bag) ordered?", f"Was {WHOLE} ordered?"),
        ("My calcium gluconate, the CALG1I one, 63323031110 bag, BAG. How many?", f"My {WHOLE}. How many?"),
        ("calcium gluconate, CALG1I, 63323031110: ever?", f"{WHOLE}: ever?"),
        (f"Was {WHOLE} ordered?", f"Was {WHOLE} ordered?"),
    ],
)
def test_pieces_are_put_together(vocabulary: Vocabulary, told: str, whole: str) -> None:
    assert in_whole(told, vocabulary) == whole


@pytest.mark.parametrize(
    "told",
    [
        "Was calcium gluconate (CALG2I, 63323031110, the bag) ordered?",
        "Was calcium carbonate (CALG1I, 63323031110, the bag) ordered?",
        "Was 63323031110 ordered?",
        "Was aspirin (ASPI, 63323031112, the tablet) ordered?",
    ],
)
def test_pieces_of_different_names_stay_as_they_are(vocabulary: Vocabulary, told: str) -> None:
    assert in_whole(told, vocabulary) == told
