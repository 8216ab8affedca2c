"""The lock lets out one patient's record and what it points to, whatever the source returns."""

from __future__ import annotations

import sys

import pytest
from door_records import CANARY, Memory, Told, everything, observation, record, reference_of
from door_scenarios import DISGUISES
from hypothesis import given, settings
from hypothesis import strategies as st

from chartwarden.tools.errors import AccessDenied, SourceFault
from chartwarden.tools.records.compartment import (
    MEMBERSHIP,
    RESOURCE_TYPES,
    is_about,
    is_id,
    plain_reference,
)
from chartwarden.tools.records.lock import FOREIGN_LIMIT, PatientLock
from chartwarden.tools.records.parameters import definitions
from chartwarden.tools.records.scopes import parse_scopes
from chartwarden.tools.records.source import Page

GRANT = parse_scopes("patient/*.rs")


def locked(*resources: dict, obeys: bool = True, told: Told | None = None) -> PatientLock:
    return PatientLock(Memory(*resources, obeys=obeys), "pat-a", GRANT, observer=told)


def found(lock: PatientLock, resource_type: str, *params: tuple[str, str]) -> list[str]:
    return [reference_of(match) for page in lock.search(resource_type, params) for match in page.matches]


def test_the_patient_is_added_to_every_search(source):
    lock = PatientLock(source, "pat-a", GRANT)
    found(lock, "Observation", ("code", "4548-4"))
    found(lock, "Patient")
    found(lock, "Schedule", ("subject", "Patient/pat-a"))
    assert source.asked == [
        ("Observation", (("patient", "pat-a"), ("code", "4548-4"))),
        ("Patient", (("_id", "pat-a"),)),
        ("Schedule", (("actor", "Patient/pat-a"),)),
    ]


@pytest.mark.parametrize(
    "param",
    [("patient", "pat-b"), ("subject", "Patient/pat-b"), ("patient", "pat-a,pat-b"), ("subject:Patient", "pat-b"),
     ("patient:identifier", "x|1"), ("subject:missing", "true"), ("patient.name", "x"), ("subject:Patient.name", "x"),
     ("_has:Observation:patient:code", "x"), ("performer", "Patient/pat-b"), ("performer:Patient", "pat-a"),
     ("_filter", "subject eq Patient/pat-b"), ("_elements", "id"), ("_summary", "count"),
     ("encounter.subject", "Patient/x"),
     ("_list", "1"), ("_query", "x"), ("focus", "http://evil/Patient/pat-b"), ("link", "x")],
)  # fmt: skip
def test_a_search_that_reaches_for_another_patient_is_refused_and_counted(param, source, told):
    lock = PatientLock(source, "pat-a", GRANT, observer=told)
    with pytest.raises(AccessDenied):
        lock.search("Observation", [param])
    assert (source.asked, lock.withheld, told.counts) == ([], 1, {"argument": 1})


@pytest.mark.parametrize("name", ["pat-b/../pat-a", "", "pat a", "pat_a", "a" * 65, "päta", "pat-a\n", "pat%2Da"])
def test_a_patient_that_is_no_id_binds_nothing(name, source):
    with pytest.raises(AccessDenied, match="not a FHIR id"):
        PatientLock(source, name, GRANT)


def test_strangers_are_dropped_counted_and_make_the_page_incomplete(told):
    lock = locked(*everything(), obeys=False, told=told)
    page = next(lock.search("Observation", []))
    assert {reference_of(match)[:17] for match in page.matches} == {"Observation/pat-a"}
    assert not page.complete
    assert "other patients" in page.note
    assert told.counts == {"foreign": 6}
    assert lock.withheld == 6


def test_an_answer_of_strangers_alone_fails_instead_of_being_empty():
    lock = locked(*record("pat-b", "B"), obeys=False)
    with pytest.raises(SourceFault) as caught:
        found(lock, "Observation")
    assert caught.value.code == "foreign"


def test_past_a_threshold_of_strangers_the_source_is_given_up():
    strangers = [observation(f"b-{n}", "pat-b") for n in range(FOREIGN_LIMIT + 1)]
    with pytest.raises(SourceFault, match="given up"):
        found(locked(observation("a", "pat-a"), *strangers, obeys=False), "Observation")


@pytest.mark.parametrize("subject", DISGUISES, ids=repr)
def test_a_disguised_subject_is_a_stranger(subject):
    resource = observation("x", "pat-a")
    resource["subject"] = subject
    if subject is None:
        del resource["subject"]
    lock = locked(observation("y", "pat-a"), resource, obeys=False)
    assert found(lock, "Observation") == ["Observation/y"]


def test_a_versioned_reference_to_the_patient_is_the_patient():
    resource = observation("x", "pat-a", subject={"reference": "Patient/pat-a/_history/3"})
    assert is_about(resource, "pat-a")


def test_what_a_patient_wrote_about_somebody_else_is_not_in_the_record():
    mine = observation("mine", "pat-b", performer=[{"reference": "Patient/pat-a"}])
    assert not is_about(mine, "pat-a")
    reported = observation("reported", "pat-a", performer=[{"reference": "Patient/pat-b"}])
    assert is_about(reported, "pat-a")


def test_a_group_of_several_patients_is_nobodys_record():
    members = [{"entity": {"reference": f"Patient/{who}"}} for who in ("pat-a", "pat-b")]
    assert not is_about({"resourceType": "Group", "id": "g", "member": members}, "pat-a")
    assert is_about({"resourceType": "Group", "id": "g", "member": members[:1]}, "pat-a")


def test_a_linked_patient_is_another_patient(source, told):
    source.resources[0]["link"] = [{"other": {"reference": "Patient/pat-b"}, "type": "seealso"}]
    lock = PatientLock(source, "pat-a", GRANT, observer=told)
    assert lock.patient()["id"] == "pat-a"
    assert lock.read("Patient/pat-b") is None
    assert ("Patient/pat-b", ()) not in source.asked
    assert told.counts == {"foreign": 1}


def test_what_is_shared_is_read_only_where_the_record_points_to_it(source, told):
    lock = PatientLock(source, "pat-a", GRANT, observer=told)
    assert lock.read("Medication/pat-a-med") is None
    assert found(lock, "MedicationRequest") == ["MedicationRequest/pat-a-mr"]
    assert lock.read("Medication/pat-a-med") is not None
    assert lock.read("Medication/pat-b-med") is None
    assert lock.read(f"Practitioner/{CANARY}-prac") is None
    assert found(lock, "Practitioner") == ["Practitioner/prac"]
    assert source.asked[-1] == ("Practitioner", (("_id", "prac"),))


def test_naming_a_holder_opens_nothing_that_the_holder_as_it_passed_does_not_point_to():
    role = {"resourceType": "PractitionerRole", "id": "role"}
    mine = observation("x", "pat-a", performer=[{"reference": "PractitionerRole/role"}])
    forged = observation("y", "pat-a", performer=[{"reference": "PractitionerRole/role"}])
    other = observation("y", "pat-a")
    lock = locked(role, mine, other)
    assert lock.read("PractitionerRole/role", forged) is None  # has not passed
    assert lock.read("Observation/y") == other
    assert lock.read("PractitionerRole/role", forged) is None  # passed, and says something else
    assert lock.read("Observation/x") == mine
    assert lock.read("PractitionerRole/role", mine) == role


def test_a_binary_is_read_only_through_a_document_of_the_record(source):
    lock = PatientLock(source, "pat-a", GRANT)
    assert lock.read("Binary/pat-a-bin") is None
    assert found(lock, "DocumentReference") == ["DocumentReference/pat-a-doc"]
    assert lock.read("Binary/pat-a-bin") is not None


def test_a_document_that_points_to_a_strangers_binary_does_not_open_it(source):
    document = next(resource for resource in source.resources if resource["id"] == "pat-a-doc")
    document["content"][0]["attachment"]["url"] = "Binary/pat-b-bin"
    lock = PatientLock(source, "pat-a", GRANT)
    found(lock, "DocumentReference")
    assert lock.read("Binary/pat-b-bin") is None


def test_a_practitioner_does_not_open_a_binary(source):
    practitioner = next(resource for resource in source.resources if resource["id"] == "prac")
    practitioner["photo"] = [{"url": "Binary/loose"}]
    source.resources.append({"resourceType": "Binary", "id": "loose", "data": "eA=="})
    lock = PatientLock(source, "pat-a", GRANT)
    found(lock, "Observation")
    assert lock.read("Practitioner/prac") is not None
    assert lock.read("Binary/loose") is None


def test_a_shared_resource_that_names_another_patient_does_not_pass(source, told):
    practitioner = next(resource for resource in source.resources if resource["id"] == "prac")
    practitioner["extension"] = [{"url": "x", "valueReference": {"reference": "http://evil.example/Patient/pat-b"}}]
    lock = PatientLock(source, "pat-a", GRANT, observer=told)
    found(lock, "Observation")
    assert lock.read("Practitioner/prac") is None
    assert told.counts == {"foreign": 1}


def test_a_device_belongs_to_the_patient_it_names_or_to_whoever_points_to_it():
    ours = {"resourceType": "Device", "id": "ours", "patient": {"reference": "Patient/pat-a"}}
    theirs = {"resourceType": "Device", "id": "theirs", "patient": {"reference": "Patient/pat-b"}}
    scanner = {"resourceType": "Device", "id": "scanner"}
    pointing = [
        observation(f"o-{d['id']}", "pat-a", device={"reference": f"Device/{d['id']}"}) for d in (theirs, scanner)
    ]
    lock = locked(ours, theirs, scanner, *pointing)
    assert lock.read("Device/ours") is not None
    assert lock.read("Device/scanner") is None
    found(lock, "Observation")
    assert lock.read("Device/scanner") is not None
    assert lock.read("Device/theirs") is None


def test_included_resources_are_checked_whatever_their_order():
    role = {"resourceType": "PractitionerRole", "id": "role", "practitioner": {"reference": "Practitioner/prac"}}
    practitioner = {"resourceType": "Practitioner", "id": "prac"}
    mine = observation("x", "pat-a", performer=[{"reference": "PractitionerRole/role"}])
    unknown = {"resourceType": "Practitioner", "id": "nobody"}

    class WithIncludes(Memory):
        def search(self, resource_type, params):
            yield Page((mine,), (unknown, practitioner, role, observation("b", "pat-b")))

    told = Told()
    page = next(PatientLock(WithIncludes(), "pat-a", GRANT, observer=told).search("Observation", []))
    assert [reference_of(one) for one in page.included] == ["Practitioner/prac", "PractitionerRole/role"]
    assert page.complete
    assert told.counts == {"unreferenced": 1, "foreign": 1}


@pytest.mark.parametrize(
    "inner",
    [{"resourceType": "Patient", "id": "p"}, observation("o", "pat-b"), {"resourceType": "Bundle", "id": "b"}, "x",
     None, {"resourceType": "Organization", "contained": []}, {"id": "untyped"}, {"resourceType": "Binary", "id": "b"}],
)  # fmt: skip
def test_a_resource_that_contains_a_stranger_is_withheld_whole(inner, told):
    lock = locked(observation("x", "pat-a", contained=[inner]), observation("y", "pat-a"), told=told)
    assert found(lock, "Observation") == ["Observation/y"]
    assert told.counts == {"contained": 1}


def test_a_contained_medication_or_referral_of_the_patient_passes():
    inner = [
        {"resourceType": "Medication", "id": "m"},
        {"resourceType": "ServiceRequest", "id": "s", "subject": {"reference": "Patient/pat-a"}},
    ]
    assert found(locked(observation("x", "pat-a", contained=inner)), "Observation") == ["Observation/x"]


def test_a_read_that_returns_something_else_returns_nothing(told):
    class Swaps(Memory):
        def read(self, reference):
            return observation("other", "pat-a")

    assert PatientLock(Swaps(), "pat-a", GRANT, observer=told).read("Observation/asked") is None
    assert told.counts == {"malformed": 1}


@pytest.mark.parametrize(
    "reference", ["", "x", "Patient", "Patient/", "patient/pat-a", "Nonsense/1", "http://h/Patient/pat-a"]
)
def test_what_is_no_reference_is_never_asked(reference, source):
    assert PatientLock(source, "pat-a", GRANT).read(reference) is None
    assert source.asked == []


def test_what_passed_is_remembered_and_nothing_else(source):
    lock = PatientLock(source, "pat-a", GRANT)
    found(lock, "Condition")
    assert lock.retrieved("Condition/pat-a-con") is not None
    assert lock.retrieved("Condition/pat-b-con") is None
    assert lock.retrieved("Observation/pat-a-obs-1") is None
    before = len(source.asked)
    assert lock.read("Condition/pat-a-con") is lock.retrieved("Condition/pat-a-con")
    assert len(source.asked) == before


def test_a_lock_that_searches_again_and_again_holds_the_record_once(source):
    lock = PatientLock(source, "pat-a", GRANT)
    once = len(found(lock, "Observation"))
    for _ in range(20):
        found(lock, "Observation")
    assert 0 < len(lock._unread) == once


def test_a_type_that_belongs_to_no_record_is_not_searched(source):
    lock = PatientLock(source, "pat-a", GRANT)
    for resource_type in ("Bundle", "Binary", "ValueSet", "Nonsense"):
        with pytest.raises(AccessDenied):
            lock.search(resource_type, [])
    assert source.asked == []


def test_the_table_says_what_the_compartment_definition_says():
    official = {name: set(names) for name, names in definitions().compartment.items()}
    ours = set(MEMBERSHIP) - {"Device"}
    assert {name for name, names in official.items() if names} == ours
    known = definitions().parameters
    for name in ours - {"Patient"}:
        assert MEMBERSHIP[name].parameter in known[name], name


def test_every_compartment_type_is_about_its_patient_by_each_of_its_elements():
    for name, membership in MEMBERSHIP.items():
        if name == "Patient":
            continue
        for path in membership.about + membership.by:
            resource: dict = {"reference": "Patient/pat-a"}
            for step in reversed(path.split(".")):
                resource = {step: resource}
            assert is_about({"resourceType": name, "id": "x", **resource}, "pat-a"), (name, path)
            assert not is_about({"resourceType": name, "id": "x", **resource}, "pat-b")


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["Patient/pat-a", "Patient/pat-b"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["reference", "subject", "resourceType", "contained", "id", "meta"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None)
@given(
    st.fixed_dictionaries(
        {"resourceType": st.sampled_from(sorted(RESOURCE_TYPES)) | anything, "id": st.just("x") | anything},
        optional=dict.fromkeys(("subject", "patient", "contained", "meta", "performer", "link", "category"), anything),
    )
)
def test_whatever_a_resource_looks_like_it_is_judged_and_a_stranger_never_passes(resource):
    lock = locked(resource, observation("y", "pat-a"), obeys=False)
    kind = resource["resourceType"]
    if not isinstance(kind, str) or kind not in MEMBERSHIP or kind == "Patient":
        kind = "Observation"
    try:
        pages = list(lock.search(kind, []))
    except SourceFault:
        return
    for page in pages:
        for match in page.matches:
            about = match.get(MEMBERSHIP[kind].about[0], match.get("performer"))
            named = [one.get("reference") for one in (about if isinstance(about, list) else [about])]
            assert "Patient/pat-a" in named
            assert "Patient/pat-b" not in named


@given(st.text(max_size=80))
def test_an_id_is_compared_as_it_stands(text):
    assert is_id(text) is (0 < len(text) <= 64 and all(c.isascii() and (c.isalnum() or c in "-.") for c in text))
    assert plain_reference(f"Patient/{text}") == (f"Patient/{text}" if is_id(text) else None)


def test_a_resource_is_checked_in_a_few_steps_however_many_come_with_it():
    few, many = (_calls_for_each_of(count) for count in (100, 1_000))
    assert many < 1.1 * few  # nothing is looked through again for each
    assert many < MOST_CALLS


MOST_CALLS = 60
"""Of functions, for one resource, those of the source with them; 30 are made."""


def _calls_for_each_of(count: int) -> float:
    """Calls of functions, of Python's own too, for each of so many resources that pass the lock in one page."""
    lock = locked(*(observation(f"o-{number}", "pat-a") for number in range(count)))
    calls = 0

    def called(frame: object, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(called)
    try:
        passed = found(lock, "Observation")
    finally:
        sys.setprofile(before)
    assert len(passed) == count
    return calls / count
