"""Not recorded is told of a thing that a question names, and of no word that names nothing."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.asides.provenance import without_provenance, without_row_words
from chartwarden.agent.planning.earned import unearned
from chartwarden.tools.records.query import Concept, RecordQuery

from .made_up import Answered, answered_over, coded, done, dosage, encounter, given, had, ordered, patient, period, row

ICU = {"type": [coded("Intensive care")], "partOf": {"reference": "Encounter/stay"}}
CVX = "http://hl7.org/fhir/sid/cvx"


def vaccine(identity: str, day: str) -> dict[str, object]:
    return {
        "resourceType": "Immunization",
        "id": identity,
        "status": "completed",
        "vaccineCode": coded("DTaP", "20", CVX),
        "patient": {"reference": "Patient/p"},
        "occurrenceDateTime": day,
    }


RECORD = [
    patient("1949-03-11", "female"),
    encounter("stay", "IMP", "2018-06-10T09:00:00Z", "2018-06-20T15:00:00Z"),
    encounter("icu", "ACUTE", "2018-06-12T10:00:00Z", "2018-06-14T16:00:00Z", **ICU),
    encounter("er", "EMER", "2018-02-03T10:00:00Z", "2018-02-03T14:00:00Z"),
    ordered("t1", "Torsemide", "2018-06-11T09:00:00Z", at="stay", dosageInstruction=dosage(40, "PO", "DAILY")),
    ordered("l1", "Lasix 40mg", "2018-06-12T09:00:00Z", at="stay"),
    ordered("l2", "Furosemide 10 MG/ML Injection", "2018-06-15T09:00:00Z", at="stay"),
    given("g1", "Esmolol", "2018-06-13T08:00:00Z", 20, "mg", at="icu"),
    done("p1", "Colonoscopy", period("2018-06-16T08:00:00Z", "2018-06-16T08:40:00Z"), at="stay"),
    had("c1", coded("Empyema", "5109", "http://example.org/icd9"), "2018-06-10T09:00:00Z"),
    vaccine("v1", "2015-01-04"),
    vaccine("v2", "2015-03-04"),
    row("DiagnosticReport", "r1", status="final", code=coded("Renal Panel"), effectiveDateTime="2018-06-11T07:00:00Z"),
]  # fmt: skip
answered = answered_over(RECORD, as_of="2019-01-01")


@pytest.mark.parametrize(
    "question",
    [
        "What was the smallest dose of Torsemide (loop diuretic), in mg, that any nurse ever ordered?",
        "How many mg was the last Esmolol drip she was handed by anybody there?",
        "Which item of documentation has the Torsemide as told by the team?",
        "Who is the performer registered for the zorbled emergency encounter of 3 February 2018?",
        "How many days after the Lasix tablets were first ordered was the furosemide injection ordered?",
        "ICU stay of 12 June 2018, three units: which was the second one?",
    ],
)
def test_what_the_record_holds_is_never_told_as_missing(answered: Answered, question: str) -> None:
    assert answered(question).outcome != "not_recorded", answered(question).text


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("DTaP doses up to now", (2,)),
        ("DTaP doses in 2016", (0,)),
        ("Number of Renal Panel reports issued", (1,)),
        ("How many minutes did the colonoscopy of June 2018 take, going by its recorded start and end?", (40.0,)),
        ("When was the listed Torsemide item first ordered?", ("2018-06-11T09:00:00Z",)),
        ("When was Torsemide (as charted) first ordered, according to the entries?", ("2018-06-11T09:00:00Z",)),
    ],
)
def test_words_of_the_record_are_read_past(answered: Answered, question: str, value: tuple[object, ...]) -> None:
    assert [str(one)[:10] for one in answered(question).value] == [str(one)[:10] for one in value]


@pytest.mark.parametrize(
    "question",
    [
        "Was pericarditis ever diagnosed?",
        "Was Esomeprazole ever ordered?",
        "What did the surgeon write about the stoma?",
    ],
)
def test_what_is_named_and_is_not_there_is_not_recorded(answered: Answered, question: str) -> None:
    assert answered(question).outcome == "not_recorded"


def test_an_everyday_word_is_no_thing() -> None:
    def of(words: str) -> str:
        return unearned((RecordQuery(types=("Encounter",), concept=Concept(words=words)),), words)

    assert of("participant")
    assert of("mg")
    assert of("entry, pericarditis")
    assert not of("pericarditis")
    assert not of("Entry")  # a name that is written as one
    unlinked = Concept(words="overdose", texts=("overdose",))
    second = RecordQuery(types=("Condition",), concept=unlinked, which="first", index=2)
    assert unearned((second,), "second er admission for overdose")
    assert not unearned((second,), "the second overdose")


@pytest.mark.parametrize(
    ("said", "bare"),
    [
        ("Last sodium, as listed?", "Last sodium?"),
        ("Last sodium, going by the entries?", "Last sodium?"),
        ("Last sodium (recorded)?", "Last sodium?"),
        ("how many admission records are there?", "how many admissions are there?"),
        ("the nurse listed as performer of the biopsy", "the nurse of the biopsy"),
        ("the sodium was listed as low", "the sodium was listed as low"),
        ("Which drugs are listed in the letter?", "Which drugs are listed in the letter?"),
        ("was it as charted in May?", "was it as charted in May?"),
        ("vancomycin (given), how many doses?", "vancomycin (given), how many doses?"),
        ("aspirin orders put in as held", "aspirin orders put in as held"),
        ("all visits, by date", "all visits, by date"),
    ],
)
def test_that_the_record_tells_it_is_left_out(said: str, bare: str) -> None:
    assert without_provenance(said) == bare


def test_words_of_rows_are_left_out_beside_names() -> None:
    assert "when was the sodium taken?" in without_row_words("when was the documented sodium reading taken?")
    assert set(without_row_words("was it recorded in May?")) == {"was it recorded in May?"}
