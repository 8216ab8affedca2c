"""One entry, its resources: what each kind and each fact of an entry turns into, and what it does not."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from chartwarden.agent.audit import fhir_codes as codes
from chartwarden.agent.audit.entries import Entry
from chartwarden.agent.audit.fhir_codes import AI, AIAST, BALP
from chartwarden.agent.audit.fhir_export import FhirExport

RULES = {"planner": "rules", "version": "1"}


def entry(kind: str, facts: dict[str, Any] | None = None, **named: Any) -> Entry:
    fields: dict[str, Any] = {
        "seq": 7, "leaf": "ab" * 32, "prev": "", "log_id": "log1", "time": "2026-03-01T09:00:00+00:00",
        "session": "s1", "user": "dr.who", "role": "physician", "purpose": "TREAT", "patient": "pseudo",
        "planner": RULES, "code": "1.0", "text": {},
    }  # fmt: skip
    return Entry(**{**fields, "kind": kind, "facts": facts or {}, **named})


def events(one: Entry, **options: Any) -> list[dict[str, Any]]:
    return list(FhirExport("log1", **options).audit_events(one))


def event(one: Entry, **options: Any) -> dict[str, Any]:
    (found,) = events(one, **options)
    return found


def profiles(resource: dict[str, Any]) -> list[str]:
    return resource.get("meta", {}).get("profile", [])


def entities(found: dict[str, Any]) -> list[str]:
    return [one["type"]["code"] for one in found["entity"]]


@pytest.mark.parametrize("kind", [*codes.EVENTS])
def test_each_kind_has_its_event_type_its_subtype_and_our_name_for_it(kind):
    system, code, display, action = codes.EVENTS[kind]
    found = event(entry(kind))
    assert found["type"] == {"system": system, "code": code, "display": display}
    assert (found["action"], found["id"], found["recorded"]) == (action, "audit-7", "2026-03-01T09:00:00+00:00")
    named = [coding["code"] for coding in found["subtype"]]
    assert named == [*([codes.SUBTYPES[kind][1]] if kind in codes.SUBTYPES else []), kind]


def test_a_kind_that_is_not_known_is_exported_as_an_activity():
    assert event(entry("something new"))["type"]["code"] == "110100"


@pytest.mark.parametrize(
    ("kind", "facts", "outcome", "said"),
    [
        ("gate", {}, "0", None),
        ("gate", {"error": ""}, "0", None),
        ("gate", {"error": "timeout"}, "8", "timeout"),
        ("denied", {}, "4", "denied"),
        ("denied", {"reason": "scope"}, "4", "scope"),
        ("denied", {"error": "no patient"}, "4", "no patient"),
        ("denied", {"reason": "scope", "error": "no patient"}, "4", "scope"),
        ("refusal", {"reason": "diagnosis"}, "4", "diagnosis"),
        ("answer", {"outcome": "answered"}, "0", "outcome: answered"),
        ("answer", {"outcome": "not_found"}, "0", "outcome: not_found"),
        ("answer", {}, "0", "outcome: "),
        ("answer", {"outcome": "refused"}, "4", "outcome: refused"),
        ("answer", {"outcome": "redirected"}, "4", "outcome: redirected"),
        ("answer", {"outcome": "denied"}, "4", "outcome: denied"),
        ("answer", {"outcome": "emergency"}, "4", "outcome: emergency"),
        ("answer", {"outcome": "failed"}, "8", "outcome: failed"),
        ("tool_call", {"searched": ["Condition"], "error": "timeout"}, "8", "timeout"),
        ("tool_call", {"searched": ["Condition"]}, "0", None),
    ],
)
def test_the_outcome_of_an_event_is_that_of_its_entry(kind, facts, outcome, said):
    found = event(entry(kind, facts))
    assert (found["outcome"], found.get("outcomeDesc")) == (outcome, said)


@pytest.mark.parametrize(
    ("kind", "facts", "made"),
    [
        ("tool_call", {"tool": "search_record", "searched": ["Condition", "Observation"]},
         [("search", "E", "audit-7-0"), ("search", "E", "audit-7-1")]),
        ("tool_call", {"tool": "show_resource", "searched": ["Condition/1"]}, [("read", "R", "audit-7")]),
        ("tool_call", {"tool": "search_record", "searched": []}, [("read", "R", "audit-7")]),
        ("tool_call", {"tool": "search_record"}, [("read", "R", "audit-7")]),
        ("image_read", {"searched": ["Media"]}, [("read", "R", "audit-7")]),
        ("image_read", {}, [("read", "R", "audit-7")]),
    ],
)  # fmt: skip
def test_a_call_is_a_search_for_each_of_its_queries_or_else_a_read(kind, facts, made):
    found = events(entry(kind, facts))
    assert [(one["subtype"][0]["code"], one["action"], one["id"]) for one in found] == made
    flow = ["chartwarden 1.0", "record source"]
    if made[0][0] == "read":
        flow.reverse()
    assert [agent["who"].get("display") for agent in found[0]["agent"]] == [*flow, None]


@pytest.mark.parametrize(
    ("kind", "facts", "profile"),
    [
        ("tool_call", {"searched": ["Condition"]}, "PatientQuery"),
        ("tool_call", {"searched": ["Condition"], "error": "timeout"}, None),
        ("tool_call", {"references": ["Condition/1"]}, "PatientRead"),
        ("tool_call", {"references": ["Condition/1"], "error": "timeout"}, None),
        ("tool_call", {"references": ["Condition/1", "Condition/2"]}, None),
        ("tool_call", {"references": []}, None),
        ("export", {}, "PrivacyDisclosure.Source"),
        ("gate", {}, None),
    ],
)
def test_a_pattern_of_the_profile_is_named_where_the_event_follows_it(kind, facts, profile):
    assert profiles(event(entry(kind, facts))) == ([BALP + profile] if profile else [])


def test_an_event_names_what_it_was_about():
    read = event(entry("tool_call", {"references": ["Condition/1", "Patient/pseudo"]}))
    assert entities(read) == ["1", "XrequestId", "4", "2", "2"]
    pseudonym = {"system": "urn:chartwarden:pseudonym:log1", "value": "pseudo"}
    whom = {"type": "Patient", "identifier": pseudonym}
    assert [one["what"] for one in read["entity"][3:]] == [{"reference": "Condition/1"}, whom]
    assert read["entity"][0]["what"] == whom
    assert read["entity"][1]["what"]["identifier"]["value"] == "s1"
    assert read["entity"][2]["what"]["identifier"] == {"system": "urn:chartwarden:audit:log1", "value": "7"}
    assert read["entity"][2]["detail"] == [{"type": "leaf", "valueString": "ab" * 32}]
    search = event(entry("tool_call", {"searched": ["Condition?code=x"]}))
    assert entities(search) == ["2", "1", "XrequestId", "4"]
    assert base64.b64decode(search["entity"][0]["query"]) == b"Condition?code=x"
    for kind, identifier in (("answer", "answer-7"), ("export", "export-7")):
        assert event(entry(kind))["entity"][-1]["what"]["identifier"]["value"] == identifier


def test_without_a_patient_none_is_named():
    for kind in ("gate", "export"):
        found = event(entry(kind, patient=""))
        assert entities(found) == ["XrequestId", "4"]
        assert profiles(found) == []


@pytest.mark.parametrize("known", ["p1", "Patient/p1"])
def test_a_patient_who_may_be_named_is_named_in_reference_and_query(known):
    patients = {"pseudo": known}
    search = event(entry("tool_call", {"searched": ["Condition?patient=pseudo"]}), patients=patients)
    assert base64.b64decode(search["entity"][0]["query"]) == b"Condition?patient=p1"
    assert search["entity"][1]["what"] == {"reference": "Patient/p1"}
    read = event(entry("tool_call", {"references": ["Patient/pseudo", "Patient/x"]}), patients=patients)
    assert [one["what"]["reference"] for one in read["entity"][-2:]] == ["Patient/p1", "Patient/x"]
    other = event(entry("tool_call", {"searched": ["Condition?patient=pseudo"]}), patients={"somebody": "p2"})
    assert base64.b64decode(other["entity"][0]["query"]) == b"Condition?patient=pseudo"


def test_the_person_asks_and_the_software_does_not():
    found = event(entry("gate"))
    source, destination, person = found["agent"]
    assert [agent["requestor"] for agent in found["agent"]] == [False, False, True]
    assert [agent["type"]["coding"][0]["code"] for agent in (source, destination)] == ["110153", "110152"]
    assert (person["name"], person["who"]["identifier"]["value"]) == ("dr.who", "dr.who")
    assert person["role"] == [{"text": "physician"}]
    purpose = [codes.concept(codes.ACT_REASON, "TREAT")]
    assert (person["purposeOfUse"], found["purposeOfEvent"]) == (purpose, purpose)
    bare = event(entry("gate", user="", role="", purpose=""))
    assert bare["agent"][2]["name"] == bare["agent"][2]["who"]["identifier"]["value"] == "unknown"
    assert not {"role", "purposeOfUse"} & set(bare["agent"][2])
    assert "purposeOfEvent" not in bare
    assert event(entry("export"))["agent"][1]["who"]["display"] == "file of the exporting person"


@pytest.mark.parametrize("kind", ["break_glass_start", "break_glass_end"])
def test_breaking_the_glass_is_for_an_emergency_whatever_the_session_is_for(kind):
    assert event(entry(kind))["purposeOfEvent"][0]["coding"][0]["code"] == "ETREAT"


# Answers


def answered(*kinds: str, export: FhirExport | None = None, **named: Any) -> dict[str, dict[str, Any]]:
    facts = {"outcome": "answered", "sentences": [{"kind": kind} for kind in kinds], "citations": ["Condition/1"]}
    made = (export or FhirExport("log1")).resources([entry("answer", {**facts, **named.pop("facts", {})}, **named)])
    return {resource["resourceType"]: resource for resource in made}


@pytest.mark.parametrize(
    ("kinds", "asserted"),
    [(("assertion",), True), (("quotation", "assertion"), True), (("quotation",), False), (("notice",), False),
     (("quotation", "notice"), False), ((), True)],
)  # fmt: skip
def test_only_what_software_worded_is_labelled_as_asserted_by_it(kinds, asserted):
    found = answered(*kinds)
    assert found["DocumentReference"].get("meta") == ({"security": [AIAST]} if asserted else None)
    assert found["Provenance"].get("reason") == ([{"coding": [AIAST]}] if asserted else None)
    assert profiles(found["Provenance"]) == ([AI + "StructureDefinition/AI-Provenance"] if asserted else [])


def test_a_provenance_leads_from_the_question_and_what_was_cited_to_the_answer():
    both = list(
        FhirExport("log1").resources([entry("question", seq=6), entry("answer", {"citations": ["Patient/pseudo"]})])
    )
    provenance = both[-1]
    assert provenance["target"] == [{"reference": "DocumentReference/answer-7"}]
    assert [one["role"] for one in provenance["entity"]] == ["derivation", "source"]
    assert provenance["entity"][0]["what"] == {"reference": "DocumentReference/question-6"}
    assert provenance["entity"][1]["what"]["identifier"]["value"] == "pseudo"
    assert [agent["who"].get("display") for agent in provenance["agent"]] == [None, "dr.who"]
    alone = answered("assertion")["Provenance"]
    assert [one["role"] for one in alone["entity"]] == ["source"]
    assert "entity" not in answered("assertion", facts={"citations": []})["Provenance"]
    assert answered(user="")["Provenance"]["agent"][1]["who"]["identifier"]["value"] == "unknown"


def test_a_question_belongs_to_the_next_answer_of_its_session():
    asked = [
        entry("question", seq=1), entry("question", seq=2, session="s2"), entry("answer", seq=3),
        entry("answer", seq=4, session="s2"), entry("answer", seq=5),
    ]  # fmt: skip
    made = [one for one in FhirExport("log1").resources(asked) if one["resourceType"] == "Provenance"]
    origins = [[used["what"]["reference"] for used in one.get("entity", ())] for one in made]
    assert origins == [["DocumentReference/question-1"], ["DocumentReference/question-2"], []]


@pytest.mark.parametrize(
    ("wanted", "texts", "data"),
    [(True, {"answer": "Ja."}, "SmEu"), (False, {"answer": "Ja."}, None), (True, {}, None)],
)
def test_a_text_goes_along_where_it_is_wanted_and_still_there(wanted, texts, data):
    found = answered(export=FhirExport("log1", texts=wanted), texts=texts)["DocumentReference"]
    attachment = found["content"][0]["attachment"]
    assert attachment.get("data") == data
    assert attachment["title"] == "answer of audit entry 7"
    assert found["subject"]["identifier"]["value"] == "pseudo"
    assert "subject" not in answered(patient="")["DocumentReference"]


@pytest.mark.parametrize(
    ("planner", "name", "kind"),
    [
        ({"planner": "model", "checkpoint": "medgemma", "revision": "r1"}, "medgemma", "Large-Language-Models"),
        ({"planner": "rules", "name": "other"}, "rules", "Rule-Based-Systems"),
        ({"name": "other"}, "other", "Rule-Based-Systems"),
        ({}, "rules", "Rule-Based-Systems"),
    ],
)
def test_the_planner_is_a_device_with_all_that_is_known_of_it(planner, name, kind):
    device = answered(planner={**planner, "dtype": ""})["Device"]
    is_model = kind.startswith("Large")
    (named,) = device["deviceName"]
    assert named == {"name": name, "type": "model-name" if is_model else "user-friendly-name"}
    assert device["extension"][0]["valueCodeableConcept"]["coding"][0]["code"] == kind
    assert device["version"] == [
        {"type": {"text": "software"}, "value": "1.0"}, *([{"type": {"text": "revision"}, "value": "r1"}] * is_model)
    ]  # fmt: skip
    told = {one["type"]["text"]: one["valueCode"][0]["text"] for one in device["property"]}
    assert told == planner


def test_a_device_is_written_once_for_each_planner_and_version():
    export = FhirExport("log1")
    planners = [RULES, RULES, {**RULES, "version": "2"}]
    made = [export.resources([entry("answer", planner=planner)]) for planner in planners]
    made.append(export.resources([entry("answer", code="2.0")]))
    devices = [sum(one["resourceType"] == "Device" for one in resources) for resources in made]
    assert devices == [1, 0, 1, 1]
