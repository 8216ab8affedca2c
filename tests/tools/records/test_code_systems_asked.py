"""A code system goes by a name from where a word of it begins, and dilutions are kept in an extension of that name."""

from __future__ import annotations

from chartwarden.tools.records.attributes import attribute
from chartwarden.tools.records.code_systems import codes_by_system
from chartwarden.tools.records.query import Coding


def test_letters_in_the_middle_of_a_word_are_no_system() -> None:
    codings = [Coding(system="http://example.org/clinic-d-items", code="7"), Coding(system="x/proc-icd9", code="4523")]
    assert [code for _, code in codes_by_system(codings, "icd")] == ["4523"]


def test_a_dilution_is_no_other_extension() -> None:
    extensions = [
        {"url": "http://example.org/weight", "valueQuantity": {"value": 3}},
        {"url": "http://example.org/dilution-details", "valueQuantity": {"value": 8, "comparator": "<="}},
    ]
    assert attribute({"resourceType": "Observation", "extension": extensions}, "dilution")[0] == ["<=8"]
