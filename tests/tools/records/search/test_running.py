"""One small world: what each condition finds, and that conditions together find what they find apart.

Which condition drives a search and which only probes, whether one patient or everyone is asked about, and how many
bodies are read at a time, must not be seen in what is found.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
from collections.abc import Iterator
from typing import Any

import pytest

from chartwarden.tools.records.loading import load
from chartwarden.tools.records.parameters import definitions
from chartwarden.tools.records.search import planning, running
from chartwarden.tools.records.search.matching import filter_matches
from chartwarden.tools.records.search.query import Filter, Parser
from chartwarden.tools.records.store import LocalStore

UCUM = "http://unitsofmeasure.org"


def coded(*codes: str, **more: Any) -> dict[str, Any]:
    return {"coding": [{"system": "urn:c", "code": code} for code in codes], **more}


def measured(value: float, unit: str = "mg") -> dict[str, Any]:
    return {"value": value, "system": UCUM, "code": unit, "unit": unit}


def observation(name: str, who: str, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation", "id": name, "status": "final", "subject": {"reference": f"Patient/{who}"}, **more
    }  # fmt: skip


PARTS = [{"code": coded("sys"), "valueQuantity": measured(120)}, {"code": coded("dia"), "valueQuantity": measured(80)}]
RECORDS: list[dict[str, Any]] = [
    {"resourceType": "Patient", "id": "a", "name": [{"family": "Muster"}], "birthDate": "1970-01-01", "gender": "male",
     "managingOrganization": {"reference": "Organization/h"}, "generalPractitioner": [{"reference": "Practitioner/d"}]},
    {"resourceType": "Patient", "id": "b", "name": [{"family": "Other"}], "birthDate": "1980-01-01"},
    {"resourceType": "Patient", "id": "c", "name": [{"family": "Nobody"}]},
    {"resourceType": "Organization", "id": "h", "name": "Hospital", "partOf": {"reference": "Organization/g"}},
    {"resourceType": "Organization", "id": "g", "name": "Group", "partOf": {"reference": "Organization/h"}},
    {"resourceType": "Practitioner", "id": "d", "name": [{"family": "Doctor"}]},
    observation("1", "a", code=coded("x"), effectiveDateTime="2020-01-05", valueQuantity=measured(5)),
    observation("2", "a", code=coded("x", "y"), effectiveDateTime="2020-01-04", valueQuantity=measured(0.005, "g")),
    observation("3", "a", code=coded("y", text="Sugar"), status="amended", valueString="high",
                performer=[{"reference": "Patient/b"}, {"reference": "Practitioner/d"}]),
    observation("4", "b", code=coded("x"), effectiveDateTime="2020-01-03", valueQuantity=measured(50)),
    observation("5", "b", code=coded("z"), component=PARTS, effectiveDateTime="2021"),
    observation("6", "b", code=coded("z"), component=[{**PARTS[0], "valueQuantity": measured(80)}, PARTS[1]],
                specimen={"reference": "#s"},
                contained=[{"resourceType": "Specimen", "id": "s", "type": coded("blood")}]),
    observation("7", "a", code={"text": "Sugar"}, subject={"identifier": {"system": "urn:i", "value": "7"}}),
    {"resourceType": "Provenance", "id": "p", "target": [{"reference": "Observation/1"}],
     "agent": [{"who": {"reference": "Practitioner/d"}}], "recorded": "2020-01-05T00:00:00Z"},
]  # fmt: skip

FOUND: dict[tuple[str, str], str] = {
    ("_id", "1,4,9"): "14",
    ("_id:not", "1,4,9"): "23567",
    ("code", "x"): "124",
    ("code", "urn:c|x"): "124",
    ("code", "urn:d|x"): "",
    ("code", "urn:c|"): "123456",
    ("code", "x,z"): "12456",
    ("code:not", "x"): "3567",
    ("code:text", "sug"): "37",
    ("code:missing", "true"): "",
    ("code:missing", "false"): "1234567",
    ("status", "final"): "124567",
    ("status:not", "final"): "3",
    ("date", "2020-01-04"): "2",
    ("date", "ge2020-01-04"): "125",
    ("date", "2020"): "124",
    ("date:missing", "true"): "367",
    ("date:missing", "false"): "1245",
    ("value-quantity", "5||mg"): "12",
    ("value-quantity", f"5|{UCUM}|mg"): "12",
    ("value-quantity", "gt5||mg"): "4",
    ("value-quantity", "5"): "1",
    ("value-quantity:missing", "false"): "124",
    ("value-string", "hi"): "3",
    ("value-string:exact", "high"): "3",
    ("value-string:exact", "hig"): "",
    ("value-string:contains", "ig"): "3",
    ("subject", "Patient/b"): "456",
    ("subject:missing", "false"): "1234567",
    ("subject:identifier", "urn:i|7"): "7",
    ("performer", "Practitioner/d"): "3",
    ("performer:missing", "true"): "124567",
    ("combo-code", "dia"): "56",
    ("component-code", "sys"): "56",
    ("code-value-quantity", "urn:c|x$gt4||mg"): "124",
    ("component-code-value-quantity", "sys$120"): "5",
    ("component-code-value-quantity", "sys$80"): "6",
    ("component-code-value-quantity", "sys$120,dia$80"): "56",
    ("combo-code-value-quantity", "dia$80"): "56",
    ("subject.family", "mus"): "123",
    ("subject:Patient.birthdate", "ge1975"): "456",
    ("patient.organization.name", "hosp"): "123",
    ("patient._id", "b"): "456",
    ("performer.family", "doctor"): "3",
    ("specimen.type", "blood"): "6",
    ("_has:Provenance:target:agent", "Practitioner/d"): "1",
    ("_has:Provenance:target:recorded", "gt2021"): "",
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStore]:
    folder = tmp_path_factory.mktemp("running")
    (folder / "all.ndjson").write_text("\n".join(map(json.dumps, RECORDS)))
    with LocalStore.open(f"sqlite:///{folder}/records.db") as opened:
        load(opened, [folder / "all.ndjson"])
        yield opened


def found(store: LocalStore, *params: tuple[str, str], of: str = "Observation") -> str:
    """Ids in order."""
    return "".join(resource["id"] for page in store.search(of, params) for resource in page.matches)


def together(*params: tuple[str, str]) -> list[str]:
    return sorted(set.intersection(*(set(FOUND[param]) for param in params)))


@pytest.mark.parametrize("param", FOUND, ids="=".join)
def test_each_condition_finds_what_it_says(store, param):
    assert sorted(found(store, param)) == [*FOUND[param]]


@pytest.mark.parametrize("chunk", [1, 2, 500])
def test_two_conditions_find_what_both_find(store, chunk, monkeypatch):
    monkeypatch.setattr(running, "CHUNK", chunk)
    for one, other in itertools.combinations(FOUND, 2):
        if chunk == 500 or hash_of(one, other) % 8 == 0:
            assert sorted(found(store, one, other)) == together(one, other), (one, other)


def hash_of(*params: tuple[str, str]) -> int:
    return sum(map(ord, repr(params)))


@pytest.mark.parametrize(("who", "whose"), [("a", "123"), ("b", "456"), ("c", ""), ("unknown", "")])
def test_a_condition_about_one_patient_finds_what_it_finds_of_that_patient(store, who, whose):
    for param, hits in FOUND.items():
        expected = sorted(set(hits) & set(whose))
        for naming in (("patient", who), ("subject", f"Patient/{who}"), ("patient:Patient", who)):
            assert sorted(found(store, naming, param)) == expected, (naming, param)
            assert sorted(found(store, param, naming, ("_sort", "-date"))) == expected, (naming, param)


@pytest.mark.parametrize(("who", "whose"), [("a", "123"), ("b", "3456"), ("c", ""), ("unknown", "")])
def test_a_compartment_holds_what_a_patient_had_a_part_in(store, who, whose):
    for param, hits in (*FOUND.items(), (("status", "final,amended"), "1234567")):
        pages = store.search_compartment(who, "Observation", [param])
        assert sorted(one["id"] for page in pages for one in page.matches) == sorted(set(hits) & set(whose)), param


@pytest.mark.parametrize(
    ("params", "hits"),
    [
        ([("_id", "a")], "a"),
        ([("_id", "a,b")], "ab"),
        ([("_id:not", "a")], "bc"),
        ([("_id", "unknown")], ""),
        ([("_has:Observation:patient:code", "x")], "ab"),
        ([("_has:Observation:patient:code", "z")], "b"),
        ([("_has:Observation:subject:code", "y")], "a"),
        ([("_has:Observation:performer:code", "y")], "b"),
        ([("_has:Observation:patient:code", "z"), ("_id", "a")], ""),
        ([("_has:Observation:patient:code", "z"), ("_id", "b")], "b"),
        ([("_has:Observation:patient:code", "x"), ("gender", "male")], "a"),
        ([("_has:Observation:patient:_has:Provenance:target:agent", "Practitioner/d")], "a"),
        ([("organization.name", "hosp")], "a"),
        ([("organization.partof.name", "gro")], "a"),
        ([("general-practitioner.family", "doc")], "a"),
        ([("gender:missing", "true")], "bc"),
        ([("birthdate", "lt1975")], "a"),
    ],
)
def test_patients_are_found_by_themselves_and_by_what_points_to_them(store, params, hits):
    assert "".join(sorted(found(store, *params, of="Patient"))) == hits


def test_the_matcher_finds_what_the_store_finds():
    class NoValueSets:
        def members(self, url: str) -> frozenset[tuple[str, str]]:
            return frozenset()

    parser = Parser(dt.UTC, NoValueSets())
    resources = [one for one in RECORDS if one["resourceType"] == "Observation"]
    for param, hits in FOUND.items():
        condition = parser.condition("Observation", *param)
        if isinstance(condition, Filter):
            passing = "".join(one["id"] for one in resources if filter_matches(condition, one, dt.UTC))
            assert passing == hits, param


@pytest.mark.parametrize(
    ("sort", "order"),
    [("date", "4215736"), ("-date", "5124736"), ("_id", "1234567"), ("-_id", "7654321"), ("status,-_id", "3765421"),
     ("-status,date", "4215763"), ("value-quantity", "2147356"), ("", "7123456")],
)  # fmt: skip
@pytest.mark.parametrize("count", [1, 2, 3, 7, 8])
def test_pages_follow_one_another_in_order_and_none_is_left_out(store, sort, order, count):
    """Ties are in the order of numbers, where 7, which is of no known patient, comes first."""
    sorting = [("_sort", sort)] if sort else []
    pages = [*store.search("Observation", [*sorting, ("_count", str(count)), ("_total", "accurate")])]
    assert "".join(one["id"] for page in pages for one in page.matches) == order
    assert [len(page.matches) for page in pages] == [len(order[n : n + count]) for n in range(0, 7, count)]
    assert {page.total for page in pages} == {7}
    assert [bool(page.next) for page in pages] == [True] * (len(pages) - 1) + [False]
    for page, rest in itertools.pairwise(pages):
        after = [*sorting, ("_count", str(count)), ("_page", page.next)]
        assert next(iter(store.search("Observation", after))).matches == rest.matches


def test_a_total_is_told_where_it_is_asked_for(store):
    def totals(*params: tuple[str, str]) -> set[int | None]:
        return {page.total for page in store.search("Observation", [("code", "x"), *params])}

    assert totals() == {None}
    assert totals(("_total", "none")) == {None}
    assert totals(("_total", "accurate")) == totals(("_count", "0")) == totals(("_summary", "count")) == {3}


@pytest.mark.parametrize(
    ("of", "params", "included"),
    [
        ("Observation", [("_id", "3")], []),
        ("Observation", [("_id", "3"), ("_include", "Observation:performer")], ["Patient/b", "Practitioner/d"]),
        ("Observation", [("_id", "3"), ("_include", "Observation:performer:Practitioner")], ["Practitioner/d"]),
        ("Observation", [("_id", "3"), ("_include", "Observation:*")], ["Patient/a", "Patient/b", "Practitioner/d"]),
        ("Observation", [("_id", "3"), ("_include", "Observation:*:Patient")], ["Patient/a", "Patient/b"]),
        ("Observation", [("_id", "3"), ("_include", "Patient:organization")], []),
        ("Observation", [("_id", "1"), ("_include", "Observation:subject"), ("_include", "Patient:organization")],
         ["Patient/a"]),
        ("Observation", [("_id", "1"), ("_include", "Observation:subject"),
                         ("_include:iterate", "Patient:organization")], ["Organization/h", "Patient/a"]),
        ("Patient", [("_id", "a"), ("_include", "Patient:organization"), ("_include:iterate", "Organization:partof")],
         ["Organization/g", "Organization/h"]),
        ("Observation", [("_id", "1"), ("_revinclude", "Provenance:target")], ["Provenance/p"]),
        ("Observation", [("_id", "2"), ("_revinclude", "Provenance:target")], []),
        ("Observation", [("_id", "1"), ("_revinclude", "Provenance:target:Observation")], ["Provenance/p"]),
        ("Observation", [("_id", "1"), ("_revinclude", "Provenance:target:Patient")], []),
        ("Patient", [("_id", "b"), ("_revinclude", "Observation:subject")],
         ["Observation/4", "Observation/5", "Observation/6"]),
        ("Patient", [("_id", "b"), ("_revinclude", "Observation:performer")], ["Observation/3"]),
        ("Patient", [("_id", "a"), ("_revinclude", "Observation:subject"), ("_revinclude", "Provenance:target")],
         ["Observation/1", "Observation/2", "Observation/3"]),
        ("Patient", [("_id", "a"), ("_revinclude", "Observation:subject"),
                     ("_revinclude:iterate", "Provenance:target")],
         ["Observation/1", "Observation/2", "Observation/3", "Provenance/p"]),
        ("Organization", [("_id", "g,h"), ("_include:iterate", "Organization:partof")], []),
    ],
)  # fmt: skip
def test_what_comes_along_is_what_was_asked_for_once(store, of, params, included):
    (page,) = store.search(of, params)
    assert sorted(f"{one['resourceType']}/{one['id']}" for one in page.included) == included


def test_contained_resources_are_found_at_the_end_of_a_chain_alone(store):
    assert found(store, ("type", "blood"), of="Specimen") == ""
    assert found(store, ("specimen.type", "blood"), ("patient", "b")) == "6"
    assert found(store, ("specimen.type", "other")) == ""


def test_what_puts_a_resource_into_a_chart_is_known_by_its_number():
    inside = planning._inside("Observation")
    known = definitions().parameters["Observation"]
    assert inside >= set(known["subject"].sps) | set(known["performer"].sps)
    assert not inside & set(known["encounter"].sps)
