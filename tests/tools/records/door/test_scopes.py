"""Scopes are parsed once, give only reading, and fewer of them never show more."""

from __future__ import annotations

import pytest
from door_records import CATEGORY, CONFIDENTIALITY, Memory, everything, observation, reference_of
from hypothesis import given, settings
from hypothesis import strategies as st

from chartwarden.tools.errors import AccessDenied, ScopeError
from chartwarden.tools.records.lock import PatientLock
from chartwarden.tools.records.scopes import Grant, parse_scopes

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
