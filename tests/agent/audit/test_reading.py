"""Reading, reviewing, proving and exporting what the log holds."""

from __future__ import annotations

import base64
import importlib
import json
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chartwarden.agent.audit import merkle, proofs, reading
from chartwarden.agent.audit.checkpoints import notes, opened
from chartwarden.agent.audit.fhir_codes import AIAST, BALP
from chartwarden.agent.audit.fhir_export import FhirExport
from chartwarden.agent.audit.keys import open_keys
from chartwarden.agent.audit.log import Trail
from chartwarden.agent.audit.reading import Filter
from chartwarden.agent.audit.storage import Storage
from chartwarden.agent.errors import AuditError

from .held_trees import subtree_of

if TYPE_CHECKING:
    from tests.agent.audit.conftest import Place

Opens = Callable[..., Trail]
MODEL = {"planner": "model", "checkpoint": "google/medgemma-27b-it", "revision": "abc", "dtype": "bfloat16"}


def ask(trail: Trail, question: str, outcome: str = "answered", kind: str = "assertion", patient: str = "p1") -> int:
    """One question as the assistant logs it; the answer's number."""
    trail.note("question", {"characters": len(question)}, {"question": question})
    trail.note("gate", {"when": "before", "class": "lookup", "action": "answer"})
    trail.commit(
        "tool_call",
        {
            "tool": "search_record",
            "searched": [f"Condition?patient=Patient/{patient}", "Observation?code=718-7"],
            "references": ["Condition/c1", f"Patient/{patient}"],
            "content": {"Condition/c1": "aa" * 32},
            "found": 1,
            "complete": True,
            "withheld": 0,
            "error": "",
        },
        {"arguments": '{"name": "search_record"}'},
    )
    sentence = {"kind": kind, "citations": ["Condition/c1"], "label": "supported", "failed": []}
    facts = {"outcome": outcome, "citations": ["Condition/c1", f"Patient/{patient}"], "sentences": [sentence]}
    return trail.commit("answer", facts, {"answer": "Asthma.", "plan": "Condition"}).seq


@pytest.fixture
def filled(place: Place, trail: Opens) -> Place:
    """Two people asking about two patients, and a few things to review."""
    with place.open() as log:
        first, second = trail(log), trail(log, "s2", "p2", "nurse")
        ask(first, "Any asthma?")
        ask(second, "Any diabetes?", outcome="refused", patient="p2")
        second.commit("denied", {"reason": "outside the compartment", "count": 2})
        first.commit(
            "tool_call", {"tool": "show_resource", "searched": ["Condition/c1"], "references": ["Condition/c1"]}
        )
        first.commit(
            "tool_call", {"tool": "search_record", "searched": ["Condition"], "error": "timeout", "withheld": 3}
        )
        first.commit("break_glass_start", {"reason": "emergency"})
        first.commit("break_glass_end", {})
        first.commit("export", {"what": "conversation"}, {"file": "x.md"})
        first.commit("session_end", {})
    return place


@pytest.fixture
def storage(filled: Place) -> Iterator[Storage]:
    with closing(Storage.open(filled.url, read_only=True)) as opened_storage:
        yield opened_storage


def kinds(storage: Storage, **wanted: Any) -> list[str]:
    return [entry.kind for entry in reading.read(storage, Filter(**wanted))]


def test_entries_are_filtered(filled: Place, storage: Storage) -> None:
    pseudonym = open_keys(filled.keys).pseudonym("p2")
    assert kinds(storage, patient=pseudonym) == ["question", "gate", "tool_call", "answer", "denied"]
    assert kinds(storage, user="nurse") == kinds(storage, patient=pseudonym)
    assert kinds(storage, outcome="refused") == ["answer"]
    assert kinds(storage, kinds=frozenset({"question"})) == ["question", "question"]
    moments = [entry.time for entry in reading.read(storage, Filter())]
    assert len(kinds(storage, since=moments[4])) == len(moments) - 4
    assert len(kinds(storage, until=moments[4])) == 4


def test_a_story_is_one_whole_question(storage: Storage) -> None:
    answers = [entry.seq for entry in reading.read(storage, Filter(kinds=frozenset({"answer"})))]
    for seq in (answers[0], answers[0] - 1, answers[0] - 3):
        story = reading.story(storage, seq)
        assert [entry.kind for entry in story] == ["question", "gate", "tool_call", "answer"]
        assert story[0].texts["question"] == "Any asthma?"
        assert story[2].facts["content"] == {"Condition/c1": "aa" * 32}
        assert story[3].texts["answer"] == "Asthma."
    assert [entry.kind for entry in reading.story(storage, 0)] == ["configuration"]


def test_an_entry_that_does_not_exist_is_told(storage: Storage) -> None:
    with pytest.raises(AuditError, match="no audit entry 999"):
        reading.one(storage, 999)


def test_the_review_lists_what_a_privacy_officer_looks_at(storage: Storage) -> None:
    found = [(entry.kind, why) for entry, why in reading.review(storage, Filter(session="s1"))]
    assert ("tool_call", "3 resources withheld by the lock or the scopes") in found
    assert ("tool_call", "the call failed: timeout") in found
    assert ("break_glass_start", "reason: emergency") in found
    second = [why for _, why in reading.review(storage, Filter(session="s2"))]
    assert second == ["outcome: refused", "count: 2, reason: outside the compartment"]


def test_stored_frontiers_give_every_proof(filled: Place, storage: Storage) -> None:
    leaves = [row.leaf for row in storage.rows()]
    from_rows, from_leaves = proofs.stored_subtree(storage), subtree_of(leaves)
    size = len(leaves)
    for index in range(size):
        assert merkle.inclusion_proof(index, size, from_rows) == merkle.inclusion_proof(index, size, from_leaves)
        assert merkle.consistency_proof(index + 1, size, from_rows) == merkle.consistency_proof(
            index + 1, size, from_leaves
        )


def test_a_proof_convinces_whoever_holds_the_public_key(filled: Place, storage: Storage) -> None:
    verifiers = open_keys(filled.keys).verifiers
    (note, *_) = notes(filled.anchor.read_text("utf-8"))
    proof = json.loads(json.dumps(proofs.inclusion(storage, 3, note, opened(note, verifiers))))
    assert "entry 3 is in the log" in proofs.check(proof, verifiers)
    for changed in (
        {"seq": 4},
        {"body": proof["body"].replace("tool_call", "tool_cell")},
        {"path": proof["path"][:-1]},
        {"checkpoint": note.replace("\ntime 2", "\ntime 3")},
        {"proof": "consistency"},
        {"path": ["zz"]},
    ):
        with pytest.raises(AuditError):
            proofs.check({**proof, **changed}, verifiers)


def test_a_log_proves_that_it_only_grew(filled: Place, trail: Opens) -> None:
    with filled.open() as log:
        ask(trail(log), "Another?")
    verifiers = open_keys(filled.keys).verifiers
    first, *_, last = notes(filled.anchor.read_text("utf-8"))
    with closing(Storage.open(filled.url, read_only=True)) as storage:
        proof = proofs.consistency(storage, opened(first, verifiers), first, opened(last, verifiers), last)
    assert "begins with that of" in proofs.check(proof, verifiers)
    with pytest.raises(AuditError, match="does not hold"):
        proofs.check({**proof, "path": proof["path"][1:]}, verifiers)


@given(st.dictionaries(st.sampled_from(["proof", "path", "checkpoint", "seq", "body", "old_checkpoint"]), st.text()))
@settings(max_examples=60, deadline=None)
def test_rubbish_is_no_proof(proof: dict[str, str]) -> None:
    with pytest.raises(AuditError):
        proofs.check(proof, ())


def exported(storage: Storage, **options: Any) -> list[dict[str, Any]]:
    entries = reading.read(storage, Filter(), texts=options.get("texts", False))
    return list(FhirExport("log1", **options).resources(entries))


def of_type(resources: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return [resource for resource in resources if resource["resourceType"] == name]


@pytest.mark.parametrize("identify", [False, True])
@pytest.mark.parametrize("texts", [False, True])
def test_every_exported_resource_is_valid_fhir(storage: Storage, identify: bool, texts: bool) -> None:
    known = reading.patients(storage)
    resources = exported(storage, patients=known if identify else {}, texts=texts)
    for resource in resources:
        name = resource["resourceType"]
        model = getattr(importlib.import_module(f"fhir.resources.R4B.{name.lower()}"), name)
        model.model_validate(resource)
    assert {resource["resourceType"] for resource in resources} == {
        "AuditEvent",
        "DocumentReference",
        "Device",
        "Provenance",
    }
    identifiers = [(resource["resourceType"], resource["id"]) for resource in resources]
    assert len(set(identifiers)) == len(identifiers)


def test_by_default_an_export_names_no_patient_and_holds_no_text(storage: Storage) -> None:
    for resource in exported(storage):
        words = json.dumps(resource)
        raw = [base64.b64decode(entity["query"]).decode() for entity in resource.get("entity", ()) if "query" in entity]
        for secret in ("Patient/p1", "Patient/p2", "Asthma.", "Any asthma?"):
            assert secret not in words + " ".join(raw)


def test_a_search_follows_the_patient_query_pattern(storage: Storage) -> None:
    known = reading.patients(storage)
    events = [event for event in of_type(exported(storage, patients=known), "AuditEvent") if "-" in event["id"][6:]]
    event = events[0]
    assert event["meta"]["profile"] == [BALP + "PatientQuery"]
    assert (event["type"]["code"], event["subtype"][0]["code"], event["action"]) == ("rest", "search", "E")
    assert [agent["type"]["coding"][0]["code"] for agent in event["agent"]] == ["110153", "110152", "IRCP"]
    assert sum(agent["requestor"] for agent in event["agent"]) == 1
    by_type = {entity["type"]["code"]: entity for entity in event["entity"]}
    assert base64.b64decode(by_type["2"]["query"]) == b"Condition?patient=Patient/p1"
    assert by_type["1"]["what"] == {"reference": "Patient/p1"}
    assert by_type["XrequestId"]["what"]["identifier"]["value"] == "s1"


def test_failures_denials_and_overrides_are_told_as_such(storage: Storage) -> None:
    events = {event["subtype"][-1]["code"]: event for event in of_type(exported(storage), "AuditEvent")}
    assert (events["denied"]["type"]["code"], events["denied"]["outcome"]) == ("110113", "4")
    assert events["break_glass_start"]["subtype"][0]["code"] == "110127"
    assert events["break_glass_start"]["purposeOfEvent"][0]["coding"][0]["code"] == "ETREAT"
    assert events["export"]["meta"]["profile"] == [BALP + "PrivacyDisclosure.Source"]
    failed = [event for event in of_type(exported(storage), "AuditEvent") if event["outcome"] == "8"]
    assert [event["outcomeDesc"] for event in failed] == ["timeout"]
    assert "meta" not in failed[0], "the pattern is for searches that succeeded"


def test_an_answer_is_labelled_as_asserted_by_software(place: Place, trail: Opens) -> None:
    with place.open() as log:
        by_model = replace(trail(log).context, planner=MODEL)
        model_trail = replace(trail(log), context=by_model)
        ask(model_trail, "Any asthma?")
        ask(model_trail, "What does the note say?", kind="quotation")
        with closing(Storage.open(place.url, read_only=True)) as storage:
            resources = exported(storage)
    answers = [document for document in of_type(resources, "DocumentReference") if document["id"].startswith("answer")]
    assert [document.get("meta") for document in answers] == [{"security": [AIAST]}, None]
    (device,) = of_type(resources, "Device")
    assert device["deviceName"][0]["name"] == "google/medgemma-27b-it"
    provenance = of_type(resources, "Provenance")[0]
    assert provenance["reason"][0]["coding"] == [AIAST]
    assert provenance["agent"][0]["who"] == {"reference": f"Device/{device['id']}"}
    assert {"role": "source", "what": {"reference": "Condition/c1"}} in provenance["entity"]
    assert provenance["entity"][0]["what"]["reference"].startswith("DocumentReference/question-")
