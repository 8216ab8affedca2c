"""Scopes are parsed once, give only reading, and fewer of them never show more."""

from __future__ import annotations

import pytest
from door_records import CATEGORY, CONFIDENTIALITY, Memory, everything, observation, reference_of
from hypothesis import given, settings
from hypothesis import strategies as st

from chartwarden.tools.errors import AccessDenied, ScopeError
from chartwarden.tools.records.lock import PatientLock
from chartwarden.tools.records.scopes import Grant, codes_of, parse_scopes, sensitive_labels

TYPES = ["*", "Patient", "Observation", "Condition", "MedicationRequest", "Medication", "Practitioner"]
LIMITS = [
    "",
    "?category=vital-signs",
    f"?category={CATEGORY}|laboratory",
    "?category=vital-signs,laboratory",
    "?_security=R",
]
scopes = st.builds(
    lambda level, kind, letters, limit: f"{level}/{kind}.{letters}{limit}",
    st.sampled_from(["patient", "user", "system"]),
    st.sampled_from(TYPES),
    st.sampled_from(["r", "s", "rs", "read"]),
    st.sampled_from(LIMITS),
)


@pytest.mark.parametrize(
    "text",
    ["patient/*.rs", "patient/*.read", "user/Observation.rs system/Patient.r",
     "openid launch/patient patient/Condition.s", f"patient/Observation.rs?category={CATEGORY}|vital-signs"],
)  # fmt: skip
def test_a_grant_reads_back_as_the_same_grant(text):
    assert parse_scopes(str(parse_scopes(text))) == parse_scopes(text)


@given(st.lists(scopes, min_size=1, max_size=5))
def test_any_grant_reads_back_as_the_same_grant(words):
    grant = parse_scopes(" ".join(words))
    assert parse_scopes(str(grant)) == grant


def test_version_one_scopes_are_translated():
    assert parse_scopes("patient/Observation.read") == parse_scopes("patient/Observation.rs")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "permit nothing"),
        ("openid launch/patient", "permit nothing"),
        ("patient/*.cruds", "only ever read"),
        ("patient/*.*", "only ever read"),
        ("patient/Observation.write", "only ever read"),
        ("patient/Observation.c", "only ever read"),
        ("patient/Observation.ur", "letters of 'cruds'"),
        ("patient/Observation.sr", "letters of 'cruds'"),
        ("patient/Observation.rsx", "letters of 'cruds'"),
        ("patient/Observations.rs", "no FHIR R4 resource type"),
        ("patient/observation.rs", "not a SMART scope"),
        ("patients/*.rs", "not a SMART scope"),
        ("patient/*", "not a SMART scope"),
        ("patient/*.rs?", "not a SMART scope"),
        ("patient/*.rs\u00a0user/*.rs.", "not a SMART scope"),
        ("patient/Observation.rs?code=1234", "cannot be enforced"),
        ("patient/Observation.rs?category=", "cannot be enforced"),
        ("patient/Observation.rs?category=a&category=b", "cannot be enforced"),
        ("patient/Observation.rs?category", "not parameter=value"),
        ("everything", "not a SMART scope"),
    ],
)
def test_what_is_unknown_or_more_than_reading_is_refused_with_a_reason(text, said):
    with pytest.raises(ScopeError, match=said):
        parse_scopes(text)


RESTRICTED = {"security": [{"system": CONFIDENTIALITY, "code": "R"}]}
RECORDS = [
    *everything(),
    observation("pat-a-secret", "pat-a", meta=RESTRICTED),
    observation("pat-a-none", "pat-a", category=[]),
]


def _visible(grant: Grant) -> set[str]:
    """Everything a session with the grant can get out of the record."""
    lock = PatientLock(Memory(*RECORDS), "pat-a", grant)
    seen: set[str] = set()
    for resource_type in ("Patient", "Observation", "Condition", "MedicationRequest", "Medication", "Practitioner"):
        try:
            pages = list(lock.search(resource_type, []))
        except AccessDenied:
            continue
        seen |= {reference_of(match) for page in pages for match in page.matches}
    for resource in RECORDS:
        found = lock.read(reference_of(resource))
        seen |= {reference_of(found)} if found else set()
    return seen


@settings(max_examples=40, deadline=None)
@given(st.lists(scopes, min_size=1, max_size=4), scopes)
def test_fewer_scopes_never_show_more(words, more):
    few = _visible(parse_scopes(" ".join(words)))
    many = _visible(parse_scopes(" ".join([*words, more])))
    assert few <= many


def test_a_category_shows_only_that_category():
    grant = parse_scopes("patient/Observation.rs?category=vital-signs patient/Condition.rs")
    assert _visible(grant) == {"Observation/pat-a-vital", "Condition/pat-a-con"}


def test_a_category_with_a_system_is_not_met_by_the_code_alone():
    assert _visible(parse_scopes("patient/Observation.rs?category=http://other|vital-signs")) == set()


def test_reading_and_searching_are_two_permissions():
    assert _visible(parse_scopes("patient/Condition.r")) == {"Condition/pat-a-con"}
    lock = PatientLock(Memory(*everything()), "pat-a", parse_scopes("patient/Condition.r"))
    with pytest.raises(AccessDenied, match="do not permit searching Condition"):
        lock.search("Condition", [])


def test_a_restricted_resource_needs_a_scope_that_names_its_label():
    assert "Observation/pat-a-secret" not in _visible(parse_scopes("patient/*.rs"))
    both = _visible(parse_scopes("patient/*.rs patient/*.rs?_security=R"))
    assert both - _visible(parse_scopes("patient/*.rs")) == {"Observation/pat-a-secret"}
    assert _visible(parse_scopes("patient/*.rs?_security=R")) == {"Observation/pat-a-secret"}


def test_only_a_scope_over_everything_reaches_beyond_one_patient():
    grant = parse_scopes("patient/*.rs user/Condition.rs")
    assert grant.needs_patient
    assert not grant.reaches_beyond_one_patient
    assert parse_scopes("system/*.rs").reaches_beyond_one_patient
    assert parse_scopes("user/*.s").reaches_beyond_one_patient
    for narrower in ("patient/*.rs", "system/*.r", "system/Condition.rs"):
        assert not parse_scopes(narrower).reaches_beyond_one_patient
    assert not parse_scopes("user/*.rs system/*.rs").needs_patient


@pytest.mark.parametrize(
    ("text", "type_", "reads", "searches"),
    [
        ("patient/Condition.rs", "Condition", True, True),
        ("patient/Condition.r", "Condition", True, False),
        ("patient/Condition.s", "Condition", False, True),
        ("patient/*.s", "Condition", False, True),
        ("patient/*.r", "Condition", True, False),
        ("patient/Condition.r patient/Condition.s", "Condition", True, True),
        ("patient/Condition.r patient/Observation.s", "Condition", True, False),
        ("patient/Condition.s patient/Observation.r", "Condition", False, True),
        ("patient/Observation.rs", "Condition", False, False),
    ],
)
def test_a_permission_counts_for_its_own_type_and_letter(text, type_, reads, searches):
    grant = parse_scopes(text)
    assert (grant.permits_read(type_), grant.permits_search(type_)) == (reads, searches)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("patient/Condition.read", "patient/Condition.rs"),
        ("patient/*.s", "patient/*.s"),
        ("user/Condition.r", "user/Condition.r"),
        ("system/Observation.rs patient/Condition.rs openid", "patient/Condition.rs system/Observation.rs"),
        ("patient/Observation.rs?_security=R,V&category=b,a", "patient/Observation.rs?category=a,b&_security=R,V"),
    ],
)
def test_a_grant_is_written_in_one_way(text, written):
    assert str(parse_scopes(text)) == written


VITAL = [{"coding": [{"system": CATEGORY, "code": "vital-signs"}]}]


@pytest.mark.parametrize(
    ("scope", "resource", "permitted"),
    [
        ("patient/*.rs", {"resourceType": "Observation"}, True),
        ("patient/Observation.rs", {"resourceType": "Observation"}, True),
        ("patient/Observation.rs", {"resourceType": "Condition"}, False),
        ("patient/*.rs?category=vital-signs", {"resourceType": "Observation", "category": VITAL}, True),
        ("patient/*.rs?category=vital-signs", {"resourceType": "Observation"}, False),
        ("patient/*.rs?category=laboratory,vital-signs", {"resourceType": "Observation", "category": VITAL}, True),
        ("patient/*.rs?category=laboratory", {"resourceType": "Observation", "category": VITAL}, False),
        ("patient/*.rs", {"resourceType": "Observation", "meta": {"security": [{"code": "R"}]}}, False),
        ("patient/*.rs?_security=R", {"resourceType": "Observation", "meta": {"security": [{"code": "R"}]}}, True),
        ("patient/*.rs?_security=R", {"resourceType": "Observation"}, False),
        ("patient/*.rs?_security=HIV", {"resourceType": "Observation", "meta": {"security": [{"code": "R"}]}}, False),
        ("patient/*.rs?_security=R",
         {"resourceType": "Observation", "meta": {"security": [{"code": "R"}, {"code": "HIV"}]}}, False),
        ("patient/*.rs?_security=R,HIV",
         {"resourceType": "Observation", "meta": {"security": [{"code": "R"}, {"code": "HIV"}]}}, True),
        ("patient/*.rs?_security=R&category=vital-signs",
         {"resourceType": "Observation", "meta": {"security": [{"code": "R"}]}}, False),
        ("patient/*.rs?_security=R&category=vital-signs",
         {"resourceType": "Observation", "category": VITAL, "meta": {"security": [{"code": "R"}]}}, True),
        ("patient/Condition.rs patient/*.rs?_security=R", {"resourceType": "Observation"}, False),
    ],
)  # fmt: skip
def test_a_resource_is_seen_where_one_scope_meets_its_type_its_category_and_all_its_labels(scope, resource, permitted):
    assert parse_scopes(scope).permits(resource) is permitted


@pytest.mark.parametrize(
    ("meta", "labels"),
    [
        (None, set()),
        ({}, set()),
        ({"security": None}, set()),
        ({"security": []}, set()),
        ({"security": [{"code": "N"}]}, set()),
        ({"security": [{"display": "R"}]}, set()),
        ({"security": [{"code": "N"}, {"code": "R"}, {"code": "PSY"}]}, {"R", "PSY"}),
        ({"security": [{"code": " hiv "}]}, {"HIV"}),
        ({"security": {"code": "N"}}, {"V"}),
        ({"security": [{"code": "N"}, "R"]}, {"V"}),
        ({"security": "N"}, {"V"}),
        (["N"], {"V"}),
        ("N", {"V"}),
    ],
)
def test_the_sensitive_labels_are_those_of_the_two_value_sets_and_a_list_that_is_none_is_the_strictest(meta, labels):
    assert sensitive_labels({"resourceType": "Observation", "meta": meta}) == labels


def test_a_resource_without_meta_has_no_label():
    assert sensitive_labels({"resourceType": "Observation"}) == frozenset()


@pytest.mark.parametrize(
    ("concepts", "codes"),
    [
        ({"coding": [{"system": "s", "code": "a"}]}, {"a", "s|a"}),
        ([{"coding": [{"code": "a"}]}, {"coding": [{"system": "s", "code": "b"}, {"code": "c"}]}],
         {"a", "|a", "b", "s|b", "c", "|c"}),
        ([{"text": "a"}], set()),
        ([{"coding": {"code": "a"}}], set()),
        ([{"coding": ["a", {"system": "s"}, {"code": 7}]}], set()),
        (["a"], set()),
        (None, set()),
    ],
)  # fmt: skip
def test_the_codes_of_a_concept_are_told_with_and_without_their_system(concepts, codes):
    assert codes_of(concepts) == codes
