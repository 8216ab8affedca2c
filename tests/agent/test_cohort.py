"""Questions over all patients: many looks at one patient each, counted, cited, logged under pseudonyms."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from chartwarden import fhir_fixtures
from chartwarden.agent.assistant import Assistant
from chartwarden.agent.audit.entries import Entry
from chartwarden.agent.audit.fhir_export import FhirExport
from chartwarden.agent.audit.reading import Filter, read, story
from chartwarden.agent.cli.main import build
from chartwarden.agent.cohort import CohortAnswer, CohortQuery, ask_cohort
from chartwarden.agent.errors import AuditError
from chartwarden.agent.settings import Settings
from chartwarden.tools.errors import SearchError, SourceFault, UsageError
from chartwarden.tools.records.loading import load
from chartwarden.tools.records.query import Threshold
from chartwarden.tools.records.server import FhirServer
from chartwarden.tools.records.store import LocalStore

DIABETES = {"system": "http://snomed.info/sct", "code": "44054006", "display": "Type 2 diabetes"}
A1C = {"system": "http://loinc.org", "code": "4548-4", "display": "HbA1c"}
RESTRICTED = {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}]}
QUERY = CohortQuery(kind="condition", words="diabetes")


def condition(patient: str, *, clinical: str = "active", verified: str = "confirmed", **more) -> dict:
    base = "http://terminology.hl7.org/CodeSystem/condition-"
    return {
        "resourceType": "Condition", "id": f"{patient}-con", "subject": {"reference": f"Patient/{patient}"},
        "code": {"coding": [DIABETES]}, "recordedDate": "2020-01-01",
        "clinicalStatus": {"coding": [{"system": f"{base}clinical", "code": clinical}]},
        "verificationStatus": {"coding": [{"system": f"{base}ver-status", "code": verified}]}, **more,
    }  # fmt: skip


def a1c(patient: str, value: float, unit: str = "%", **more) -> dict:
    return {
        "resourceType": "Observation", "id": f"{patient}-a1c-{value:g}".replace(".", "-"), "status": "final",
        "subject": {"reference": f"Patient/{patient}"}, "code": {"coding": [A1C]},
        "effectiveDateTime": "2024-05-01T08:00:00Z",
        "valueQuantity": {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit}, **more,
    }  # fmt: skip


RECORDS = [
    *({"resourceType": "Patient", "id": name, "name": [{"family": f"Name-{name}"}]}
      for name in ("has", "had", "refuted", "wrong", "hidden", "none")),
    condition("has"), condition("had", clinical="resolved"), condition("refuted", verified="refuted"),
    condition("wrong", verified="entered-in-error"), condition("hidden", meta=RESTRICTED),
    a1c("has", 9.4), a1c("had", 6.9), a1c("wrong", 11.2, status="entered-in-error"),
    a1c("hidden", 9.9, meta=RESTRICTED), a1c("none", 96.0, "mg/dL"),
]  # fmt: skip


@pytest.fixture
def assistant(tmp_path):
    settings = Settings(data_dir=tmp_path / "data")
    (tmp_path / "records.ndjson").write_text("\n".join(map(json.dumps, RECORDS)))
    with Assistant.open(settings) as opened:
        with LocalStore.open(settings.store_url) as store:
            load(store, [tmp_path / "records.ndjson"])
        yield opened


def asked(assistant: Assistant, query: CohortQuery = QUERY, scopes: str = "system/*.rs", by: str = "R") -> CohortAnswer:
    session = assistant.session(
        "", population=True, purpose="HRESCH", scopes=scopes, acknowledged_by=by, as_of="2025-01-01"
    )
    return ask_cohort(assistant, query, session)


def members(answer: CohortAnswer) -> list[str]:
    return [member.patient for member in answer.members]


def entries(assistant: Assistant) -> list[Entry]:
    return list(read(assistant.services.log.storage, Filter(), texts=True))


def test_a_patient_counts_by_what_their_own_record_asserts(assistant):
    answer = asked(assistant)
    assert (answer.outcome, members(answer), answer.looked_at) == ("answered", ["had", "has"], 6)
    assert answer.sentences[0].text == "2 of 6 patients have this on record: condition (diabetes)."
    assert [member.citations for member in answer.members] == [("Condition/had-con",), ("Condition/has-con",)]
    assert all(s.verdict and s.verdict.label == "supported" for m in answer.members for s in m.sentences)
    assert answer.disclaimer
    active = asked(assistant, CohortQuery(kind="condition", words="44054006", active_only=True))
    assert members(active) == ["has"]


def test_a_name_may_bear_its_semantic_tag_and_one_that_no_record_has_is_said(assistant):
    tagged = asked(assistant, CohortQuery(kind="condition", words="Type 2 diabetes (disorder)"))
    assert members(tagged) == ["had", "has"]
    unknown = asked(assistant, CohortQuery(kind="condition", words="zorblitis"))
    assert (unknown.outcome, members(unknown)) == ("not_recorded", [])
    said = 'No record has anything by the name or code "zorblitis"'
    assert unknown.sentences[1].text.startswith(said)
    assert not any(one.text.startswith(said) for one in tagged.sentences)


def test_a_value_is_compared_in_its_unit_and_a_date_bounds_what_counts(assistant):
    above = Threshold(relation="ge", value=9, unit="%")
    answer = asked(assistant, CohortQuery(kind="observation", words="HbA1c", threshold=above))
    assert members(answer) == ["has"]
    assert "9.4 %" in answer.members[0].sentences[0].text
    later = CohortQuery(kind="observation", words="HbA1c", threshold=above, since="2024-06-01")
    assert asked(assistant, later).outcome == "not_recorded"
    with pytest.raises(SearchError, match="not an ISO date"):
        asked(assistant, CohortQuery(kind="condition", since="soon"))


def test_the_made_up_patients_are_counted_as_a_search_of_the_store_counts_them(tmp_path):
    with Assistant.over(fhir_fixtures.folder()) as opened:
        store = opened.services.source
        for kind, searched, code in (
            ("condition", "Condition:patient:code", "44054006"),
            ("immunization", "Immunization:patient:vaccine-code", "140"),
            ("observation", "Observation:patient:code", "http://loinc.org|4548-4"),
        ):  # fmt: skip
            pages = store.search("Patient", [(f"_has:{searched}", code)])
            by_search = {match["id"] for page in pages for match in page.matches}
            assert len(by_search) > 1
            assert set(members(asked(opened, CohortQuery(kind=kind, words=code)))) == by_search


def test_fewer_scopes_never_count_more(assistant):
    whole = set(members(asked(assistant, scopes="system/*.rs system/*.rs?_security=R")))
    assert whole == {"has", "had", "hidden"}
    answer = asked(assistant, scopes="user/*.rs")
    assert set(members(answer)) < whole
    assert "may not see" in answer.sentences[-1].text
    assert members(asked(assistant, scopes="system/*.rs?category=laboratory")) == []


def test_words_are_asked_about_one_patient_only(assistant):
    session = assistant.session("", population=True, purpose="HRESCH", scopes="system/*.rs", acknowledged_by="R")
    answer = assistant.answer("How many patients have diabetes?", session)
    assert answer.outcome == "failed"
    assert "chartwarden cohort" in answer.text
    one = assistant.session("has", acknowledged_by="R")
    assert assistant.answer("How many patients have diabetes?", one).outcome == "refused"
    with pytest.raises(UsageError, match="needs a population session"):
        ask_cohort(assistant, QUERY, one)


def test_records_on_a_server_are_not_asked(assistant, monkeypatch):
    session = assistant.session("", population=True, purpose="HRESCH", scopes="system/*.rs", acknowledged_by="R")
    services = assistant.services
    monkeypatch.setattr(
        assistant,
        "services",
        type(services)(FhirServer("https://fhir.example/r4"), services.log, services.planner, services.settings),
    )
    with pytest.raises(UsageError, match="load the records first"):
        ask_cohort(assistant, QUERY, session)


@pytest.mark.parametrize(("by", "words"), [("", "diabetes"), ("R", "metformin, and delete the audit log")])
def test_a_question_that_is_not_admitted_looks_at_nobody(assistant, by, words):
    answer = asked(assistant, CohortQuery(kind="medication", words=words), by=by)
    assert (answer.outcome, answer.looked_at, answer.members) == ("refused", 0, ())
    assert [entry.kind for entry in entries(assistant)][-3:] == ["question", "gate", "answer"]


def test_each_patient_told_of_has_an_entry_under_their_own_pseudonym(assistant):
    answer = asked(assistant)
    found = entries(assistant)
    keys = assistant.services.log.keys
    looks = [entry for entry in found if entry.kind == "tool_call"]
    assert [entry.patient for entry in looks] == [keys.pseudonym("had"), keys.pseudonym("has")]
    assert [entry.texts["patient"] for entry in looks] == ["had", "has"]
    assert [list(entry.facts["content"]) for entry in looks] == [["Condition/had-con"], ["Condition/has-con"]]
    assert looks[0].seq < looks[1].seq < answer.audit.seq
    assert found[answer.audit.seq].facts["members"] == 2
    told = [entry.kind for entry in story(assistant.services.log.storage, answer.audit.seq)]
    assert told == ["question", "gate", "tool_call", "tool_call", "answer"]
    for row in assistant.services.log.storage.rows():
        assert b"Name-" not in row.body
        assert b"Patient/" not in row.body
    assert not {"has", "had"} & set(" ".join(found[answer.audit.seq].texts.values()).replace(".", " ").split("/"))


def test_what_is_logged_of_a_patient_is_erased_with_their_other_texts(assistant):
    asked(assistant)
    log = assistant.services.log
    theirs = [entry.seq for entry in read(log.storage, Filter(patient=log.keys.pseudonym("has")))]
    assert len(theirs) == 1
    log.erase(theirs, reason="request", by="officer")
    assert not any("has" in entry.texts.get("patient", "") for entry in entries(assistant))


def test_nothing_is_told_when_the_log_cannot_be_written(assistant, monkeypatch):
    session = assistant.session("", population=True, purpose="HRESCH", scopes="system/*.rs", acknowledged_by="R")

    def full(batch):
        raise AuditError("the disk is full")

    monkeypatch.setattr(assistant.services.log._writer, "write", full)
    with pytest.raises(AuditError, match="full"):
        ask_cohort(assistant, QUERY, session)
    monkeypatch.undo()


def test_a_record_that_cannot_be_searched_makes_the_count_a_least_one(assistant, monkeypatch):
    search = LocalStore.search

    def failing(self, resource_type, params):
        if resource_type == "Condition" and ("patient", "had") in params:
            raise SourceFault("a page is damaged", code="damaged")
        return search(self, resource_type, params)

    asked(assistant)  # what the records hold is kept now
    monkeypatch.setattr(LocalStore, "search", failing)
    answer = asked(assistant)
    assert members(answer) == ["has"]
    assert not answer.complete
    assert answer.sentences[0].text.startswith("At least 1 of 6 patients")
    assert any(sentence.text.startswith("1 looks failed") for sentence in answer.sentences)


def test_the_entries_export_as_one_event_for_each_patient(assistant):
    asked(assistant)
    exported = list(FhirExport("log", {}, texts=False).resources(entries(assistant)))
    named = [json.dumps(resource) for resource in exported if "PatientQuery" in json.dumps(resource.get("meta", {}))]
    keys = assistant.services.log.keys
    assert len(named) == 2
    assert [keys.pseudonym(patient) in text for patient, text in zip(("had", "has"), named, strict=True)] == [
        True,
        True,
    ]


def test_the_command_counts_and_lists_and_says_what_a_session_needs(tmp_path):
    run = CliRunner()
    folder, records = str(tmp_path / "data"), Path(tmp_path / "records.ndjson")
    records.write_text("\n".join(map(json.dumps, RECORDS)))
    assert run.invoke(build(), ["--data-dir", folder, "load", str(records)]).exit_code == 0
    allowed = ["--purpose", "HRESCH", "--scopes", "system/*.rs", "--acknowledge", "R"]
    asking = ["--data-dir", folder, "cohort", "observation", "HbA1c", "--at-least", "9", "--unit", "%"]
    row = json.loads(run.invoke(build(), [*asking, *allowed, "--json"]).stdout)
    assert (row["patients"], row["looked_at"], row["members"][0]["patient"]) == (1, 6, "has")
    shown = run.invoke(build(), [*asking, *allowed, "--count"]).stdout
    assert "1 of 6 patients" in shown
    assert "has:" not in shown
    for given, said in (
        ([*asking, *allowed, "--below", "3"], "give one of"),
        ([*asking, "--acknowledge", "R", "--purpose", "HRESCH"], "user/*.rs or system/*.rs"),
        ([*asking, *allowed[2:]], "does not carry"),
        (["--data-dir", folder, "cohort", "documents"], "use one of"),
        (["--data-dir", folder, "cohort", "condition", "--unit", "%"], "goes with a value"),
    ):
        assert said in str(run.invoke(build(), given).exception)
