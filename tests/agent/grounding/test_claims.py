"""Absence, denial and state: each rule by what it lets pass and what it stops, one difference apart."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from chartwarden.agent.answer import Sentence, SentenceKind
from chartwarden.agent.grounding.claims import absence_problem, negation_problem, status_problem
from chartwarden.agent.grounding.evidence import Evidence, Support
from chartwarden.agent.grounding.mentions import mentions_of
from chartwarden.tools.records.moments import Clock
from chartwarden.tools.records.query import (
    Coding,
    Computed,
    Concept,
    Finding,
    QueryResult,
    RecordQuery,
    Searched,
    Window,
)

CLOCK = Clock(as_of=dt.datetime(2025, 6, 30, 12, tzinfo=dt.UTC), timezone="UTC")
SEARCHED = (Searched(query="Condition?code=x", found=0),)


def asked(resource_type: str = "Condition", words: str = "", *, linked: bool = True, **named: Any) -> RecordQuery:
    codings = (Coding(code="x", display=words),) if linked else ()
    return RecordQuery(
        types=(resource_type,), concept=Concept(words=words, codings=codings) if words else None, **named
    )


def support_of(*results: QueryResult, resources: tuple[dict[str, Any], ...] = (), **named: Any) -> Support:
    seen = {f"{one['resourceType']}/{one['id']}": one for one in resources}
    return Support(Evidence(results, seen, CLOCK), tuple(seen), **named)


def one(resource: dict[str, Any], label: str = "", **row: Any) -> Support:
    """The support of one cited resource that is a row of a result."""
    found = Finding(reference=f"{resource['resourceType']}/{resource['id']}", label=label, **row)
    question = asked(resource["resourceType"], label)
    return support_of(
        QueryResult(question=question, findings=(found,), searched=SEARCHED, found=1), resources=(resource,)
    )


# Absence


def absent(text: str, *results: QueryResult, told: str = "") -> str:
    return absence_problem(mentions_of(text), Evidence(results, {}, CLOCK), "en", told)


EMPTY = QueryResult(question=asked(words="asthma"), searched=SEARCHED)
FOUND = QueryResult(
    question=asked(words="asthma"), findings=(Finding(reference="Condition/a", label="Asthma"),), searched=SEARCHED
)


@pytest.mark.parametrize(
    ("result", "is_backed"),
    [
        (EMPTY, True),
        (FOUND, False),
        (EMPTY.model_copy(update={"complete": False}), False),
        (EMPTY.model_copy(update={"searched": (*SEARCHED, Searched(query="q", found=0, complete=False))}), False),
        (FOUND.model_copy(update={"computed": Computed(measure="count", value=0)}), True),
        (FOUND.model_copy(update={"computed": Computed(measure="exists", value=False)}), True),
        (FOUND.model_copy(update={"computed": Computed(measure="exists", value=True)}), False),
        (FOUND.model_copy(update={"computed": Computed(measure="count", value=2)}), False),
        (QueryResult(question=asked(words="asthma", linked=False)), True),  # the record has no code to search for
        (QueryResult(question=asked(words="asthma")), False),  # it has one, and nothing was searched
        (QueryResult(question=asked()), False),
    ],
)
def test_an_absence_rests_on_a_search_that_was_run_whole_and_found_nothing(
    result: QueryResult, is_backed: bool
) -> None:
    problem = absent("No asthma is recorded.", result)
    assert (problem == "") is is_backed
    assert is_backed or problem == "no complete search of this run found nothing"


@pytest.mark.parametrize("text", ["No asthma is recorded.", "Asthma was recorded 0 times.", "Asthma: zero recorded."])
def test_ways_to_deny(text: str) -> None:
    assert absent(text, EMPTY) == ""


@pytest.mark.parametrize(
    "text", ["Asthma is recorded.", "Asthma was recorded 10 times.", "Asthma was recorded 0.5 times."]
)
def test_an_absence_has_to_deny(text: str) -> None:
    assert absent(text, EMPTY) == "an absence that denies nothing"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("In 2019, no asthma is recorded.", ""),
        ("No asthma is recorded on 2019-05-03.", ""),
        ("In 2020, no asthma is recorded.", "the search that found nothing was for something else"),
        ("In 2018, no asthma is recorded.", "the search that found nothing was for something else"),
        ("No asthma is recorded on 2020-01-01.", "the search that found nothing was for something else"),
    ],
)
def test_an_absence_in_a_time_rests_on_a_search_of_that_time(text: str, problem: str) -> None:
    year = Window(start=dt.datetime(2019, 1, 1, tzinfo=dt.UTC), end=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    searched = EMPTY.question.model_copy(update={"window": year})
    assert absent(text, EMPTY.model_copy(update={"question": searched})) == problem
    assert absent(text, EMPTY) == ""  # what is not there at all is not there in any year


def test_an_absence_names_what_was_searched_or_set_aside_and_nothing_else() -> None:
    assert absent("No diabetes is recorded.", EMPTY) == "the search that found nothing was for something else"
    assert absent("No “diabetes” is recorded.", EMPTY) == "the search that found nothing was for something else"
    aside = EMPTY.model_copy(update={"set_aside": (Finding(reference="Condition/b", label="Croup", status="refuted"),)})
    assert absent("No asthma is recorded; croup refuted.", aside) == ""
    other = QueryResult(question=asked(words="diabetes"), searched=SEARCHED)
    assert absent("No diabetes is recorded.", EMPTY, other) == ""  # any one of the empty searches backs it


def test_what_was_found_and_could_not_be_put_in_order_is_no_absence() -> None:
    passed_over = EMPTY.model_copy(update={"found": 3})
    assert absent("No asthma is recorded.", passed_over) == "the search that found nothing was for something else"
    assert absent("No end is recorded in the 3 entries of this kind.", passed_over) == ""
    fifth = EMPTY.question.model_copy(update={"which": "last", "index": 5})
    assert absent("No asthma is recorded.", passed_over.model_copy(update={"question": fifth})) == ""


def test_what_was_withheld_from_an_empty_search_is_told() -> None:
    withheld = EMPTY.model_copy(update={"withheld": 1})
    assert "withheld" in absent("No asthma is recorded.", withheld)
    assert absent("No asthma is recorded.", withheld, told="1 entry was withheld") == ""


# Denial


def denied(text: str, support: Support, kind: SentenceKind = "assertion") -> str:
    return negation_problem(Sentence(text=text, kind=kind), mentions_of(text), support)


def truth(value: bool, measure: str = "exists") -> Support:
    computed = Computed(measure=measure, value=value)
    return support_of(QueryResult(question=asked(words="asthma"), computed=computed, searched=SEARCHED))


@pytest.mark.parametrize(
    ("text", "value", "problem"),
    [
        ("Yes: asthma.", True, ""),
        ("Yes: asthma.", False, "it says yes where the computation says no"),
        ("Ja, Asthma.", False, "it says yes where the computation says no"),
        ("No: asthma.", False, ""),
        ("No, asthma.", True, "it says no where the computation says yes"),
        ("Nein.", True, "it says no where the computation says yes"),
        ("Asthma.", False, "it does not tell that the computation says no"),
        ("Asthma.", True, ""),
        ("Asthma is not recorded.", False, ""),
        ("Asthma is not recorded.", True, "it denies something, and the cited resources do not"),
    ],
)
def test_yes_and_no_follow_the_computed_truth(text: str, value: bool, problem: str) -> None:
    assert denied(text, truth(value), "computation") == problem


def test_only_a_computation_of_existence_has_to_say_no() -> None:
    assert denied("Asthma.", truth(False, "rose"), "computation") == ""
    assert denied("Asthma.", truth(False)) == ""
    assert denied("Asthma is not recorded.", truth(False)) != ""  # a false truth excuses computations alone


def test_no_in_front_of_a_name_is_a_denial_and_not_an_answer() -> None:
    support = one({"resourceType": "Condition", "id": "a", "code": {"text": "Asthma"}}, "Asthma")
    assert denied("No asthma.", support) == "it denies something, and the cited resources do not"
    assert denied("No known asthma.", support) != ""


def test_a_denial_the_record_words_itself_may_be_told() -> None:
    allergy = one(
        {"resourceType": "AllergyIntolerance", "id": "a", "code": {"text": "No known allergy"}}, "No known allergy"
    )
    assert denied("Recorded: no known allergy.", allergy) == ""
    assert denied("Recorded: no allergy.", allergy) != ""
    assert denied("Recorded: not known allergy.", allergy) != ""


@pytest.mark.parametrize(
    ("status", "text", "passes"),
    [
        ("not-done", "Biopsy, not done.", True),
        ("not-done", "Biopsy, not given.", True),
        ("not-done", "Biopsy, not performed.", True),
        ("completed", "Biopsy, not done.", False),
        ("completed", "Biopsy, not performed.", False),
        ("not-done", "Biopsy, not wanted.", False),
    ],
)
def test_a_denial_may_be_the_recorded_status(status: str, text: str, passes: bool) -> None:
    procedure = {"resourceType": "Procedure", "id": "p", "status": status, "code": {"text": "Biopsy"}}
    assert (denied(text, one(procedure, "Biopsy", status=status, value=1, author="x", time="2020")) == "") is passes


@pytest.mark.parametrize(
    ("row", "passes"),
    [
        ({"value": 1, "author": "Dr. A", "time": "2020"}, False),
        ({"author": "Dr. A", "time": "2020"}, True),
        ({"value": 1, "time": "2020"}, True),
        ({"value": 1, "author": "Dr. A"}, True),
    ],
)
def test_a_row_may_be_told_as_lacking_what_it_lacks(row: dict[str, Any], passes: bool) -> None:
    observation = {"resourceType": "Observation", "id": "o", "code": {"text": "Sodium"}}
    support = one(observation, "Sodium", **row)
    assert (denied("Sodium (author not recorded).", support) == "") is passes
    assert (denied("Sodium, no value.", support) == "") is passes
    assert denied("Sodium was not recorded.", support) != ""
    assert denied("Sodium, no date.", support) != ""


# State


def stated(text: str, support: Support) -> str:
    return status_problem(Sentence(text=text, kind="assertion"), mentions_of(text), support, "")


def condition(clinical: str = "", verification: str = "", text: str = "Asthma") -> dict[str, Any]:
    resource: dict[str, Any] = {"resourceType": "Condition", "id": "c", "code": {"text": text}}
    if clinical:
        resource["clinicalStatus"] = {"coding": [{"code": clinical}]}
    if verification:
        resource["verificationStatus"] = {"coding": [{"code": verification}]}
    return resource


HIDDEN = "the status of a cited resource changes its meaning and is not told"


@pytest.mark.parametrize(
    ("resource", "told"),
    [
        (condition(verification="refuted"), "refuted"),
        (condition(verification="refuted"), "ruled out"),
        (condition(verification="unconfirmed"), "not confirmed"),
        (condition(verification="provisional"), "provisional"),
        (condition(verification="differential"), "differential"),
        (condition(verification="entered-in-error"), "entered in error"),
        ({"resourceType": "Procedure", "id": "p", "status": "not-done"}, "not performed"),
        ({"resourceType": "ServiceRequest", "id": "s", "status": "active", "intent": "proposal"}, "proposed"),
        ({"resourceType": "CarePlan", "id": "s", "status": "draft", "intent": "plan"}, "planned, draft"),
        ({"resourceType": "Appointment", "id": "s", "status": "cancelled"}, "canceled"),
        ({"resourceType": "Observation", "id": "s", "status": "preliminary"}, "preliminary"),
    ],
)
def test_a_status_that_changes_the_meaning_is_told(resource: dict[str, Any], told: str) -> None:
    support = one(resource, "Asthma")
    assert stated(f"Asthma ({told}).", support) == ""
    assert stated("Asthma.", support) == HIDDEN
    assert stated("Asthma (final).", support) == HIDDEN


@pytest.mark.parametrize("state", ["resolved", "inactive", "remission"])
@pytest.mark.parametrize("word", ["current", "currently", "active", "ongoing", "still", "now", "at present"])
def test_what_has_ended_is_not_told_as_current(state: str, word: str) -> None:
    assert stated(f"Asthma, {word}.", one(condition(state), "Asthma")) == "told as current, and recorded as ended"
    assert stated(f"Asthma, {word}.", one(condition("active"), "Asthma")) == ""
    assert stated("Asthma.", one(condition(state), "Asthma")) == ""
    assert stated(f"Asthma, no longer {word}.", one(condition(state), "Asthma")) == ""


def test_an_order_that_is_stopped_is_ended_whatever_its_intent() -> None:
    order = {"resourceType": "MedicationRequest", "id": "m", "status": "stopped", "intent": "order"}
    assert stated("Metformin is currently prescribed.", one(order, "Metformin")) != ""
    order["status"] = "active"
    assert stated("Metformin is currently prescribed.", one(order, "Metformin")) == ""


def test_one_row_that_goes_on_makes_the_sentence_current() -> None:
    ended, active = condition("resolved"), condition("active") | {"id": "d"}
    rows = tuple(Finding(reference=f"Condition/{name}", label="Asthma") for name in ("c", "d"))
    result = QueryResult(question=asked(words="asthma"), findings=rows, searched=SEARCHED)
    assert stated("Asthma, still active.", support_of(result, resources=(ended, active))) == ""


@pytest.mark.parametrize(
    ("kind", "passes"),
    [
        ("MedicationRequest", False),
        ("ServiceRequest", False),
        ("CarePlan", False),
        ("MedicationAdministration", True),
        ("Immunization", True),
        ("MedicationStatement", True),
        ("Medication", True),
    ],
)
def test_an_order_is_not_told_as_an_administration(kind: str, passes: bool) -> None:
    support = one({"resourceType": kind, "id": "m", "status": "active"}, "Metformin")
    for text in ("Metformin was given.", "Metformin, administered.", "Metformin administration."):
        assert (stated(text, support) == "") is passes
    assert stated("Metformin was ordered.", support) == ""


def test_an_order_beside_its_administration_may_be_told_as_given() -> None:
    order = {"resourceType": "MedicationRequest", "id": "m", "status": "active"}
    given = {"resourceType": "MedicationAdministration", "id": "m", "status": "completed"}
    result = QueryResult(question=asked("MedicationRequest", "metformin"), searched=SEARCHED)
    assert stated("Metformin was given.", support_of(result, resources=(order, given))) == ""


@pytest.mark.parametrize("word", ["family history", "mother", "her brother", "grandmother"])
def test_what_a_relative_had_is_told_as_the_relatives(word: str) -> None:
    resource = {"resourceType": "FamilyMemberHistory", "id": "f", "status": "completed"}
    assert stated(f"Breast cancer ({word}).", one(resource, "Breast cancer")) == ""
    assert stated("Breast cancer.", one(resource, "Breast cancer")) == "family history is told as the patient's own"
    assert stated("Breast cancer.", one(condition(text="Breast cancer"), "Breast cancer")) == ""


@pytest.mark.parametrize(
    ("label", "text", "passes"),
    [
        ("No known allergy", "Recorded: known allergy.", False),
        ("No known allergy", "Recorded: no known allergy.", True),
        ("Suspected lung cancer", "Lung cancer is recorded.", False),
        ("Suspected lung cancer", "Suspected: lung cancer.", True),
        ("Suspected lung cancer", "Cancer is recorded.", True),
        ("Lung cancer", "Lung cancer is recorded.", True),
        ("Suspected gout", "Gout is recorded.", False),
        ("Suspected flu", "Flu is recorded.", True),  # too short a word to tell whether it is this name
        ("History of", "A history is recorded.", True),
        ("Family history of gout", "Gout is in the history.", False),
        ("Family history of gout", "Gout is in the family history.", True),
    ],
)
def test_the_word_that_qualifies_a_name_stays_with_it(label: str, text: str, passes: bool) -> None:
    problem = stated(text, one(condition(text=label), label))
    assert problem == ("" if passes else "a qualifier of the recorded name is left out")


@pytest.mark.parametrize("status", ["active", "final"])
def test_only_what_a_model_saw_has_to_be_told_by_its_name(status: str) -> None:
    assert stated("It was recorded.", one(condition("active"), "Asthma", status=status)) == ""
    seen = one(condition("active"), "Asthma", status="ai-observation")
    assert stated("It was recorded.", seen) == "what a model saw in an image is not told as such"
    assert stated("Asthma was recorded.", seen) == ""
