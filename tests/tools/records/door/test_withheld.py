"""Why the lock withholds: every reason, with the nearest thing that passes, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from door_records import CONFIDENTIALITY, Memory, Told, observation, record, reference_of

from chartwarden.tools.errors import AccessDenied, SourceFault
from chartwarden.tools.records.lock import FOREIGN_LIMIT, PatientLock
from chartwarden.tools.records.scopes import parse_scopes
from chartwarden.tools.records.source import Page, Resource

GRANT = parse_scopes("patient/*.rs")
MINE, OTHER = {"reference": "Patient/pat-a"}, {"reference": "Patient/pat-b"}
RESTRICTED = {"security": [{"system": CONFIDENTIALITY, "code": "R"}]}


def pointing(*references: str) -> Resource:
    """An observation of the patient that points to these."""
    return observation("pointing", "pat-a", performer=[{"reference": reference} for reference in references])


class Pages(Memory):
    """A source whose every search gives these pages."""

    def __init__(self, *pages: Page) -> None:
        super().__init__()
        self.pages = pages

    def search(self, resource_type, params):
        self.asked.append((resource_type, tuple(params)))
        yield from self.pages


def paged(*pages: Page, told: Told | None = None, scopes: str = "patient/*.rs") -> PatientLock:
    return PatientLock(Pages(*pages), "pat-a", parse_scopes(scopes), observer=told)


# Searching


@pytest.mark.parametrize(
    "own",
    [(name, value) for name in ("patient", "subject", "subject:Patient", "patient:Patient")
     for value in ("pat-a", "Patient/pat-a")],
)  # fmt: skip
def test_the_bound_patient_may_be_named_again_and_is_asked_for_once(own, source):
    list(PatientLock(source, "pat-a", GRANT).search("Observation", [own, ("code", "x")]))
    assert source.asked == [("Observation", (("patient", "pat-a"), ("code", "x")))]


@pytest.mark.parametrize(
    "param",
    [("code", "x"), ("code:text", "sugar"), ("date", "ge2020"), ("performer", "Patient/pat-a"),
     ("performer", "Practitioner/p,Patient/pat-a"), ("encounter.class", "AMB"), ("medication:Medication", "m"),
     ("_include", "Observation:performer"), ("_revinclude", "Provenance:target"), ("_sort", "-date"), ("_count", "5"),
     ("_id", "patient"), ("_include", "Observation:subject:Patient/x")],
)  # fmt: skip
def test_a_search_that_stays_with_the_patient_goes_through_as_it_is(param, source):
    list(PatientLock(source, "pat-a", GRANT).search("Observation", [param]))
    assert source.asked == [("Observation", (("patient", "pat-a"), param))]


@pytest.mark.parametrize(
    "param",
    [("_has:Observation:patient:code", "x"), ("_filter", "x"), ("_query", "x"), ("_list", "1"), ("_elements", "id"),
     ("_summary", "true"), ("_contained", "true"), ("_containedType", "container"), ("_type", "Patient"),
     ("link", "x"), ("beneficiary", "x"), ("individual", "x"), ("candidate", "x"), ("member", "x"), ("actor", "x"),
     ("performer:Patient", "x"), ("performer:RelatedPerson", "x"), ("performer:Person", "x"), ("performer:Group", "x"),
     ("encounter.patient", "x"), ("encounter.subject:Patient.name", "x"), ("encounter.participant:Person.name", "x"),
     ("performer", "Practitioner/p,Patient/pat-b"), ("performer", "Patient/pat-a,Patient/pat-b"),
     ("patient", "Patient/pat-b"), ("subject:Patient", "Patient/pat-b")],
)  # fmt: skip
def test_a_search_that_could_leave_the_patient_is_refused_before_it_is_sent(param, source, told):
    lock = PatientLock(source, "pat-a", GRANT, observer=told)
    with pytest.raises(AccessDenied, match="bound to the session"):
        lock.search("Observation", [("code", "x"), param])
    assert (source.asked, told.counts) == ([], {"argument": 1})


@pytest.mark.parametrize(("many", "searches"), [(0, []), (1, [1]), (50, [50]), (51, [50, 1]), (120, [50, 50, 20])])
def test_a_shared_type_is_searched_by_the_ids_the_record_points_to_fifty_at_a_time(many, searches):
    names = [f"p{number:03}" for number in range(many)]
    source = Memory(pointing(*[f"Practitioner/{name}" for name in reversed(names)], "Location/ward"))
    lock = PatientLock(source, "pat-a", GRANT)
    list(lock.search("Observation", []))
    list(lock.search("Practitioner", [("family", "x")]))
    asked = [dict(params) for kind, params in source.asked if kind == "Practitioner"]
    assert [len(params["_id"].split(",")) for params in asked] == searches
    assert [name for params in asked for name in params["_id"].split(",")] == names
    assert all(params["family"] == "x" for params in asked)


def test_a_type_of_nobodys_record_is_counted_as_a_call_that_tried_to_leave(source, told):
    with pytest.raises(AccessDenied, match="no resource of that type"):
        PatientLock(source, "pat-a", GRANT, observer=told).search("ValueSet", [])
    assert told.counts == {"argument": 1}


# Pages


def test_a_page_of_the_patient_alone_passes_as_it_came(told):
    page = Page((observation("x", "pat-a"),), total=7, note="", complete=True)
    lock = paged(page, told=told)
    assert list(lock.search("Observation", [])) == [page]
    assert (lock.withheld, told.counts) == (0, {})


@pytest.mark.parametrize(("complete", "note"), [(True, ""), (False, "stopped at the budget")])
def test_what_the_grant_withholds_takes_the_total_and_leaves_completeness(complete, note, told):
    matches = (observation("x", "pat-a"), observation("y", "pat-a", meta=RESTRICTED))
    (page,) = paged(Page(matches, total=2, complete=complete, note=note), told=told).search("Observation", [])
    assert (page.matches, page.total, page.complete, page.note) == (matches[:1], None, complete, note)
    assert told.counts == {"label": 1}


@pytest.mark.parametrize(("note", "kept"), [("", "other patients"), ("stopped at the budget", "stopped at the budget")])
def test_a_page_with_a_stranger_is_not_complete_and_keeps_the_note_it_had(note, kept):
    matches = (observation("b", "pat-b"), observation("x", "pat-a"))
    (page,) = paged(Page(matches, total=2, note=note)).search("Observation", [])
    assert (page.matches, page.total, page.complete) == (matches[1:], None, False)
    assert kept in page.note


def test_strangers_a_source_dropped_itself_count_like_those_dropped_here(told):
    lock = paged(Page((observation("x", "pat-a"),), total=1, foreign=2), told=told)
    (page,) = lock.search("Observation", [])
    assert (len(page.matches), page.total, page.complete) == (1, 1, False)
    assert (lock.withheld, told.counts) == (2, {"foreign": 2})
    with pytest.raises(SourceFault, match="given up"):
        list(paged(Page((), foreign=1)).search("Observation", []))


@pytest.mark.parametrize(("strangers", "believed"), [(FOREIGN_LIMIT, True), (FOREIGN_LIMIT + 1, False)])
@pytest.mark.parametrize("where", ["one page", "two pages", "in what is included"])
def test_a_source_is_believed_up_to_the_limit_of_strangers_wherever_they_were(strangers, believed, where, told):
    own = (observation("x", "pat-a"),)
    others = tuple(observation(f"b-{number}", "pat-b") for number in range(strangers - 1))
    last = Page(own, foreign=1)
    pages = {
        "one page": [Page((*own, *others), foreign=1)],
        "two pages": [Page((*own, *others)), last],
        "in what is included": [Page(own, others), last],
    }[where]
    lock = paged(*pages, told=told)
    if believed:
        assert len(list(lock.search("Observation", []))) == len(pages)
    else:
        with pytest.raises(SourceFault):
            list(lock.search("Observation", []))
    assert told.counts == {"foreign": strangers}
    assert lock.withheld == strangers


def test_a_stranger_among_the_matches_is_told_once_and_what_is_included_is_told_apart(told):
    matches = (observation("x", "pat-a"), observation("b", "pat-b"))
    included = (observation("c", "pat-b"), observation("y", "pat-a", meta=RESTRICTED))
    lock = paged(Page(matches, included), told=told)
    (page,) = lock.search("Observation", [])
    assert page.included == ()
    assert told.counts == {"foreign": 2, "label": 1}
    assert lock.withheld == 3


def test_matches_keep_their_order_though_some_must_wait_for_those_that_point_to_them():
    organisation = {"resourceType": "Organization", "id": "o"}
    role = {"resourceType": "PractitionerRole", "id": "r", "organization": {"reference": "Organization/o"}}
    loose = {"resourceType": "Organization", "id": "loose"}
    mine = pointing("PractitionerRole/r")
    (page,) = paged(Page((organisation, loose, role, mine))).search("Observation", [])
    assert [reference_of(one) for one in page.matches] == [
        "Organization/o", "PractitionerRole/r", "Observation/pointing",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("resource", "scopes", "reason"),
    [
        ({"resourceType": "Observation", "subject": MINE}, "patient/*.rs", "malformed"),
        ({"resourceType": "Observation", "id": "a b", "subject": MINE}, "patient/*.rs", "malformed"),
        ({"resourceType": "Observation", "id": 7, "subject": MINE}, "patient/*.rs", "malformed"),
        ({"resourceType": 7, "id": "x", "subject": MINE}, "patient/*.rs", "malformed"),
        ({"id": "x", "subject": MINE}, "patient/*.rs", "malformed"),
        (observation("b", "pat-b"), "patient/*.rs", "foreign"),
        ({"resourceType": "Patient", "id": "pat-b"}, "patient/*.rs", "foreign"),
        ({"resourceType": "ValueSet", "id": "v"}, "patient/*.rs", "type"),
        ({"resourceType": "Widget", "id": "v"}, "patient/*.rs", "type"),
        ({"resourceType": "Practitioner", "id": "nobody"}, "patient/*.rs", "unreferenced"),
        ({"resourceType": "Practitioner", "id": "p", "managed": OTHER}, "patient/*.rs", "foreign"),
        ({"resourceType": "Practitioner", "id": "p", "x": [{"y": OTHER}]}, "patient/*.rs", "foreign"),
        ({"resourceType": "Practitioner", "id": "p", "managed": MINE}, "patient/*.rs", None),
        ({"resourceType": "Practitioner", "id": "p"}, "patient/*.rs", None),
        ({"resourceType": "Binary", "id": "b"}, "patient/*.rs", None),
        ({"resourceType": "Binary", "id": "other"}, "patient/*.rs", "unreferenced"),
        ({"resourceType": "Binary", "id": "b", "securityContext": MINE}, "patient/*.rs", None),
        ({"resourceType": "Binary", "id": "b", "securityContext": OTHER}, "patient/*.rs", "foreign"),
        ({"resourceType": "Binary", "id": "b", "securityContext": "Patient/pat-a"}, "patient/*.rs", "foreign"),
        ({"resourceType": "Binary", "id": "b", "securityContext": {"reference": "Observation/pointing"}},
         "patient/*.rs", None),
        ({"resourceType": "Binary", "id": "b", "securityContext": {"reference": "Observation/unseen"}},
         "patient/*.rs", "foreign"),
        (observation("x", "pat-a", contained="text"), "patient/*.rs", "contained"),
        (observation("x", "pat-a", contained={"resourceType": "Medication"}), "patient/*.rs", "contained"),
        (observation("x", "pat-a", contained=[]), "patient/*.rs", None),
        (observation("x", "pat-a", contained=[{"resourceType": "Medication", "contained": []}]),
         "patient/*.rs", "contained"),
        (observation("x", "pat-a", contained=[{"resourceType": "Medication", "meta": RESTRICTED}]),
         "patient/*.rs", "contained"),
        (observation("x", "pat-a", contained=[{"resourceType": "Medication"}, observation("y", "pat-b")]),
         "patient/*.rs", "contained"),
        (observation("x", "pat-a", meta=RESTRICTED), "patient/*.rs", "label"),
        ({"resourceType": "Condition", "id": "c", "subject": MINE}, "patient/Observation.rs", "scope"),
        (observation("x", "pat-a"), "patient/Observation.rs", None),
    ],
)  # fmt: skip
def test_each_resource_is_withheld_for_its_reason_or_passes(resource, scopes, reason, told):
    pointed = observation("pointing", "pat-a", performer=[{"reference": "Practitioner/p"}])
    pointed["derivedFrom"] = [{"attachment": {"url": "Binary/b"}}]
    lock = paged(Page((pointed,), (resource,)), told=told, scopes=scopes)
    (page,) = lock.search("Observation", [])
    assert (page.included, told.counts) == (((resource,), {}) if reason is None else ((), {reason: 1}))
    assert lock.withheld == (reason not in (None, "unreferenced"))


# What points to what


@pytest.mark.parametrize(
    ("element", "opens"),
    [
        ({"performer": [{"reference": "Practitioner/p"}]}, "Practitioner/p"),
        ({"performer": [{"reference": "Practitioner/p/_history/4"}]}, "Practitioner/p"),
        ({"component": [{"a": {"b": [{"c": {"reference": "Device/d"}}]}}]}, "Device/d"),
        ({"photo": {"url": "Binary/b"}}, "Binary/b"),
        ({"photo": {"reference": "Binary/b"}}, "Binary/b"),
        ({"photo": {"url": "Practitioner/p"}}, None),
        ({"photo": {"url": "http://host/Binary/b"}}, None),
        ({"photo": {"display": "Practitioner/p"}}, None),
        ({"performer": [{"reference": ["Practitioner/p"]}]}, None),
        ({"performer": [{"reference": "http://host/Practitioner/p"}]}, None),
        ({"performer": [{"reference": "ValueSet/v"}]}, None),
    ],
)
def test_a_reference_or_the_link_of_an_attachment_opens_what_it_names(element, opens):
    held = [{"resourceType": kind, "id": name}
            for kind, name in (("Practitioner", "p"), ("Device", "d"), ("Binary", "b"), ("ValueSet", "v"))]  # fmt: skip
    pointer = {"resourceType": "Observation", "id": "o", "subject": MINE, **element}
    lock = PatientLock(Memory(pointer, *held), "pat-a", GRANT)
    list(lock.search("Observation", []))
    read = [reference_of(found) for one in held if (found := lock.read(reference_of(one))) is not None]
    assert read == ([opens] if opens else [])


# Reading


@pytest.mark.parametrize(
    ("reference", "scopes", "reason", "is_asked"),
    [
        ("Observation/x", "patient/*.rs", None, True),
        ("Observation/x/_history/2", "patient/*.rs", None, True),
        ("Patient/pat-a", "patient/*.rs", None, True),
        ("nonsense", "patient/*.rs", "argument", False),
        ("http://host/Observation/x", "patient/*.rs", "argument", False),
        ("Observation/x", "patient/Observation.s", "scope", False),
        ("Observation/x", "patient/Condition.rs", "scope", False),
        ("Patient/pat-b", "patient/*.rs", "foreign", False),
        ("Observation/b", "patient/*.rs", "foreign", True),
        ("Practitioner/p", "patient/*.rs", "unreferenced", False),
        ("Binary/b", "patient/*.rs", "unreferenced", False),
        ("ValueSet/v", "patient/*.rs", "type", False),
        ("Observation/secret", "patient/*.rs", "label", True),
        ("Observation/absent", "patient/*.rs", "", True),
    ],
)
def test_a_read_gives_the_resource_or_nothing_and_the_observer_the_reason(reference, scopes, reason, is_asked, told):
    source = Memory(
        {"resourceType": "Patient", "id": "pat-a"}, {"resourceType": "Patient", "id": "pat-b"},
        observation("x", "pat-a"), observation("b", "pat-b"), observation("secret", "pat-a", meta=RESTRICTED),
        {"resourceType": "Practitioner", "id": "p"}, {"resourceType": "Binary", "id": "b"},
        {"resourceType": "ValueSet", "id": "v"},
    )  # fmt: skip
    lock = PatientLock(source, "pat-a", parse_scopes(scopes), observer=told)
    found = lock.read(reference)
    assert (found is not None) is (reason is None)
    assert told.counts == ({reason: 1} if reason else {})
    assert bool(source.asked) is is_asked
    assert lock.retrieved(reference) is found


@pytest.mark.parametrize("change", [{"id": "y"}, {"resourceType": "Condition"}])
def test_a_source_that_reads_something_else_is_not_believed(change, told):
    class Swaps(Memory):
        def read(self, reference):
            return {**observation("x", "pat-a"), **change}

    assert PatientLock(Swaps(), "pat-a", GRANT, observer=told).read("Observation/x") is None
    assert told.counts == {"malformed": 1}


def test_a_record_without_its_patient_is_told_as_such():
    assert PatientLock(Memory(*record("pat-a", "A")), "pat-a", GRANT).patient()["id"] == "pat-a"
    with pytest.raises(AccessDenied, match="no Patient resource"):
        PatientLock(Memory(), "pat-a", GRANT).patient()
    with pytest.raises(AccessDenied, match="no Patient resource"):
        PatientLock(Memory(*record("pat-a", "A")), "pat-a", parse_scopes("patient/Observation.rs")).patient()


# The manifest


class Keeps(Memory):
    """A source that keeps what is made of a record."""

    def __init__(self, *resources: Resource) -> None:
        super().__init__(*resources)
        self.kept: dict[tuple[str, str], bytes] = {}

    def cached(self, patient_id: str, name: str, build: Callable[[], bytes]) -> bytes:
        key = (patient_id, name)
        if key not in self.kept:
            self.kept[key] = build()
        return self.kept[key]


def test_a_record_is_surveyed_once_in_the_life_of_a_lock_and_its_strangers_are_told(told):
    source = Memory(*record("pat-a", "A"), observation("b", "pat-b"), obeys=False)
    lock = PatientLock(source, "pat-a", GRANT, observer=told)
    first = lock.manifest()
    asked = len(source.asked)
    assert asked > 0
    assert lock.manifest() is first
    assert len(source.asked) == asked
    assert first.counts["Observation"] == 6
    assert told.counts["foreign"] > 0


def test_a_manifest_is_kept_for_each_grant_and_what_a_lock_has_seen_does_not_depend_on_it():
    source = Keeps(*record("pat-a", "A"))
    first = PatientLock(source, "pat-a", GRANT)
    counts = first.manifest().counts
    asked = len(source.asked)
    again = PatientLock(source, "pat-a", GRANT)
    assert again.manifest() == first.manifest()
    assert len(source.asked) == asked
    assert len(source.kept) == 1
    narrow: dict[str, Any] = PatientLock(source, "pat-a", parse_scopes("patient/Condition.rs")).manifest().counts
    assert (set(narrow), set(counts) > set(narrow)) == ({"Condition"}, True)
    assert len(source.kept) == 2
    assert {patient for patient, _ in source.kept} == {"pat-a"}
    assert [lock.retrieved("Condition/pat-a-con") for lock in (first, again)] == [None, None]
