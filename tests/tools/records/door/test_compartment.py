"""What a reference, an id and a resource say about whose record it is: what each rule takes, and what it does not."""

from __future__ import annotations

import pytest

from chartwarden.tools.records.compartment import (
    is_about,
    is_id,
    names_another,
    plain_reference,
    values_at,
)

MINE, OTHER, NOBODY = ({"reference": f"{name}"} for name in ("Patient/pat-a", "Patient/pat-b", "Location/ward"))


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("a", True), ("A-1.b", True), ("0" * 64, True), ("0" * 65, False), ("", False), ("a_b", False), ("a/b", False),
     ("a\n", False)],
)  # fmt: skip
def test_an_id_is_one_to_sixty_four_of_the_letters_of_the_definition(text, is_one):
    assert is_id(text) is is_one


@pytest.mark.parametrize(
    ("reference", "plain"),
    [
        ("Patient/pat-a", "Patient/pat-a"),
        ("Observation/1/_history/2", "Observation/1"),
        ("ValueSet/v", "ValueSet/v"),
        ("Binary/b", "Binary/b"),
        ("Observation/1/_history/", None),
        ("Observation/1/_history/2/3", None),
        ("Observation/" + "1" * 65, None),
        ("Widget/1", None),
        ("observation/1", None),
        ("http://host/Observation/1", None),
        ("#Observation/1", None),
        ("urn:uuid:1", None),
        (None, None),
        (7, None),
        (b"Patient/pat-a", None),
    ],
)
def test_only_a_relative_reference_to_a_known_type_has_a_plain_form(reference, plain):
    assert plain_reference(reference) == plain


@pytest.mark.parametrize(
    ("node", "path", "found"),
    [
        ({"a": 1}, "a", [1]),
        ({"a": [1, [2]]}, "a", [1, [2]]),
        ({"a": {"b": 1}}, "a.b", [1]),
        ({"a": [{"b": 1}, {"b": [2, 3]}, {"c": 4}, "text"]}, "a.b", [1, 2, 3]),
        ([{"a": 1}, {"a": 2}], "a", [1, 2]),
        ({"a": {"b": {"c": 1}}}, "a.b.c", [1]),
        ({"a": None}, "a", []),
        ({"a": [None, {"b": 1}]}, "a.b", [1]),
        ({"b": 1}, "a", []),
        ({"a": 1}, "a.b", []),
        ({"a": {"b": 0}}, "a.b", [0]),
        ("text", "a", []),
    ],
)
def test_values_at_a_path_are_all_of_them_in_order(node, path, found):
    assert list(values_at(node, path)) == found


@pytest.mark.parametrize(
    ("resource", "is_mine"),
    [
        ({"resourceType": "Patient", "id": "pat-a"}, True),
        ({"resourceType": "Patient", "id": "pat-b"}, False),
        ({"resourceType": "Patient", "id": "pat-b", "subject": MINE}, False),
        ({"resourceType": "Observation", "subject": MINE}, True),
        ({"resourceType": "Observation", "subject": MINE, "performer": [OTHER]}, True),
        ({"resourceType": "Observation", "subject": OTHER, "performer": [MINE]}, False),
        ({"resourceType": "Observation", "subject": NOBODY, "performer": [MINE]}, False),
        ({"resourceType": "Observation", "subject": {"display": "Anna"}, "performer": [MINE]}, False),
        ({"resourceType": "Observation", "performer": [NOBODY, MINE]}, True),
        ({"resourceType": "Observation", "performer": [NOBODY, OTHER]}, False),
        ({"resourceType": "Observation", "performer": ["Patient/pat-a"]}, False),
        ({"resourceType": "Observation"}, False),
        ({"resourceType": "Appointment", "participant": [{"actor": NOBODY}, {"actor": MINE}]}, True),
        ({"resourceType": "Appointment", "participant": [{"actor": MINE}, {"actor": OTHER}]}, False),
        ({"resourceType": "Appointment", "participant": [{"actor": NOBODY}]}, False),
        ({"resourceType": "Appointment", "participant": [{"actor": MINE}, {"actor": {"display": "room"}}]}, True),
        ({"resourceType": "Appointment", "participant": [{"actor": MINE}, {"actor": "Patient/pat-a"}]}, False),
        ({"resourceType": "Appointment", "participant": [{"actor": MINE}, {"actor": {"reference": "#p"}}]}, False),
        ({"resourceType": "Provenance", "target": [MINE, NOBODY]}, True),
        ({"resourceType": "Practitioner", "subject": MINE}, False),
        ({"resourceType": ["Patient"], "id": "pat-a"}, False),
        ({"subject": MINE}, False),
    ],
)
def test_a_resource_is_about_a_patient_when_its_subjects_are_that_patient_and_no_other(resource, is_mine):
    assert is_about(resource, "pat-a") is is_mine


@pytest.mark.parametrize(
    ("inner", "is_anothers"),
    [
        ({"resourceType": "Observation"}, False),
        ({"resourceType": "Observation", "subject": MINE}, False),
        ({"resourceType": "Observation", "subject": OTHER}, True),
        ({"resourceType": "Observation", "subject": NOBODY}, True),
        ({"resourceType": "Observation", "subject": {"reference": "#p"}}, True),
        ({"resourceType": "Observation", "performer": [OTHER]}, False),
        ({"resourceType": "Medication"}, False),
        ({"resourceType": "ValueSet"}, True),
        ({"resourceType": "Patient", "id": "pat-a"}, True),
        ({"resourceType": "Bundle"}, True),
        ({"resourceType": "Parameters"}, True),
        ({"resourceType": "Binary"}, True),
        ({"resourceType": None}, True),
        ({}, True),
    ],
)
def test_a_contained_resource_is_anothers_unless_it_can_be_told_that_it_is_not(inner, is_anothers):
    assert names_another(inner, "pat-a") is is_anothers
