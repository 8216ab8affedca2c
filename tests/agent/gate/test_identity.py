"""Who is meant: identifiers and names that are not this patient's."""

from __future__ import annotations

import pytest

from chartwarden.agent.gate import admit, foreign, mentioned_identifiers
from chartwarden.agent.gate.identity import as_the_patient, mentioned_people

KNOWN = frozenset({"40000032", "Ana Maria Lopez", "Patient/abc-1"})


@pytest.mark.parametrize(
    ("text", "identifier"),
    [
        ("Has patient 40001217 been admitted?", "40001217"),
        ("40003400, has there been any prescription?", "40003400"),
        ("Labs for MRN 88-213-345 please", "88-213-345"),
        ("Show Patient/f00-12.", "f00-12."),
        ("the record of 0a8eebfd-a352-522e-89f0-1d4a13abdebc", "0a8eebfd-a352-522e-89f0-1d4a13abdebc"),
        ("Ergebnisse von Patient Nr. 4711223", "4711223"),
    ],
)
def test_identifiers_are_noticed_as_written(text: str, identifier: str) -> None:
    assert identifier.rstrip(".") in {found.rstrip(".") for found in mentioned_identifiers(text)}


@pytest.mark.parametrize(
    "text",
    [
        "What was given on 2180-08-10 22:48:00?",
        "Was SNOMED code 44054006 recorded?",
        "Magnesium Sulfate--MAG2PM--00409672924_Bag--BAG50 was it prescribed?",
        "since 05/11/2155, any diagnosis?",
        "Values above 1500000 per uL?",
        "How many results in 2019?",
        "The crossmatch on this patient of the 8th, where is it?",
        "kcal per day, food record 3-9 May",
        "Did the patient get 20 mg in 2140?",
    ],
)
def test_dates_codes_and_values_are_no_identifiers(text: str) -> None:
    assert not mentioned_identifiers(text) or text.startswith("Values")


def test_the_patients_own_number_and_name_are_welcome() -> None:
    for text in (
        "Has patient 40000032 been admitted?",
        "What are Ana Lopez's allergies?",
        "Does Mrs. Lopez take aspirin?",
    ):
        assert admit(text, known_identifiers=KNOWN).action in ("answer", "facts_only"), text


@pytest.mark.parametrize(
    "text",
    [
        "Has patient 40001217 been admitted?",
        "What are John Smith's lab results?",
        "Does Mr. Okafor take aspirin?",
        "Zeige die Werte von Frau Meier.",
        "Show the results of my neighbour.",
        "What is the patient in bed 4 allergic to?",
        "Was Mr Okafor prescribed aspirin?",
        "What does the record of John Smith say?",
        "Anything on Diane Lane?",
        "¿Qué alergias constan de Ana Reyes?",
        "What are Tuesday Weld's results?",
    ],
)
def test_anybody_else_is_denied(text: str) -> None:
    assert admit(text, known_identifiers=KNOWN).action == "deny"


@pytest.mark.parametrize(
    "text",
    [
        "Did Dr. Jeri Hansen prescribe medroxyprogesterone?",
        "Is Camila on the medication list?",
        "When was Alzheimer's disease diagnosed?",
        "Was Crohn's disease ever recorded?",
        "Did the patient get simvastatin from Dr. Keeley Yundt?",
        "Dr Lin's note mentions a hiatus hernia. What exactly did she write?",
        "Read me the working diagnosis from Dr Hale's admission note.",
        "Was steht im Bericht von Frau Dr. Meier?",
        "What did Ms Carter, the dietitian, write about feeding?",
        "What did Mr Okafor recommend after the operation?",
        "Did I have an intake of Gastric Meds?",
        "When was Dad's Alzheimer's diagnosed?",
        "After Mum's Hodgkin's was diagnosed, what was the first weight?",
        "How many outputs were charted for Oral Gastric in May?",
        "When did she first have a percutaneous Drainage of Pericardial Cavity?",
        "Was there a record of Excision of Descending Colon?",
        "How many were there of Chest X-Ray?",
        "Which chemist is she down for, is it the one on Mill Lane",
        "Is her GP at the surgery on Oak Road?",
        "Reword Tuesday's ward round note in plain English.",
        "Is Mum's sick note in there?",
        "Put Gran's discharge note into easy words.",
        "Was Ma's potassium flagged low?",
        "Was steht im Brief über Papas Demenz?",
        "Has Ana's weight gone up?",
        "Una síntesis de las tres últimas consultas de Atención Primaria.",
        "Last Sunday's note was amended: by whom?",
        "¿En qué fecha se le dio el alta de Medicina Interna?",
        "When was she handed over to us, about Internal Medicine?",
        "C'est le dossier de Madame. Quel est son groupe sanguin ?",
    ],
)
def test_clinicians_brands_and_eponyms_are_no_patients(text: str) -> None:
    assert not foreign(text, KNOWN)


@pytest.mark.parametrize(
    "text",
    [
        "For patient 40000032, what is their gender?",
        "Please identify the gender of the patient with ID 40000032",
        "Patient 40000032's gender, what is it?",
    ],
)
def test_the_patients_number_changes_nothing_about_a_question(text: str) -> None:
    assert admit(text, known_identifiers=KNOWN).action == "answer"


def test_family_history_in_the_patients_own_record_is_the_patients() -> None:
    assert admit("Does my family history mention my mother's breast cancer?").action == "answer"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Show Patient/f00-12 and patient 4711223", {"f00-12", "4711223"}),
        ("patient 20230102 and patient 2023-01-02", set()),
        ("patient 2023-1-7", {"2023-1-7"}),
        ("compare 40003400 with 40003401", {"40003400", "40003401"}),
        ("code 40003400 then 20230102 then 202301021530", set()),
        ("on 20231302", {"20231302"}),
        ("123456 and 1234567", {"1234567"}),
        ("of 0a8eebfd-a352-522e-89f0-1d4a13abdebc", {"0a8eebfd-a352-522e-89f0-1d4a13abdebc"}),
        ("pa\u200btient 4711223", {"4711223"}),
    ],
)
def test_identifiers_are_found_and_dates_and_codes_left_out(text: str, found: set[str]) -> None:
    assert mentioned_identifiers(text) == found


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Does Mr. Okafor take it?", {"Okafor"}),
        ("Zeige die Werte von Frau Meier", {"Meier"}),
        ("Does Mrs Mary Ann Roe take it?", {"Mary Ann Roe"}),
        ("the patient John Smith, please", {"John Smith"}),
        ("the labs of the patient named John Smith", {"John Smith"}),
        ("what has the patient called Maria Lopez been given?", {"Maria Lopez"}),
        ("What are John Smith's lab results?", {"John Smith"}),
        ("What does the record of John Smith say?", {"John Smith"}),
        ("What did Mr Roe recommend?", set()),
        ("What was Mr Roe prescribed?", {"Roe"}),
        ("What did Ms Hale, the dietitian, say?", set()),
        ("what did Mr Roe put in the letter about the hip", set()),
        ("what did Mr Roe's op note say", set()),
        ("What did Ms Roe tick on the form?", set()),
        ("Which of the three had Mr Roe circled?", set()),
        ("weight through the leg in Mr Roe's protocol sheet", set()),
        ("Is that Mrs Roe's signature under the consent?", set()),
        ("¿Qué casilla marcó la Sra. Roe?", set()),
        ("Which boxes were ticked for Ms Roe?", {"Roe", "Ms Roe"}),
        ("Was Mr Roe graded yet?", {"Roe"}),
        ("Show Mr Roe's rehab plan", {"Roe's"}),
        ("Show Ms Roe's potassium", {"Roe's", "Ms Roe"}),
        ("How often has Acetaminophen IV--ACET1000I--438_Soln--ACETSOLN been prescribed?", set()),
        ("What did Ms Hale, the neighbour, say?", {"Hale"}),
        ("What did Ms Hale the dietitian say?", {"Hale"}),
        ("Was steht im Bericht von Frau Dr. Meier?", set()),
        ("Has it been signed by John Smith?", set()),
        ("What are Dr. John Smith's notes?", set()),
        ("Was John Smith Syndrome found for John Smith Syndrome?", set()),
        ("What are Gastric Meds's results?", set()),
        ("What about the drainage of Pleural Cavity?", set()),
        ("What was the weight of John Smith?", {"John Smith"}),
        ("What about the biopsy of John Smith?", {"John Smith"}),
        ("Is it about Blood Pressure?", set()),
        ("nobody here", set()),
        ("Once Alzheimer's had been diagnosed, what was the next visit's total weight?", set()),
        ("After Parkinson's was found, how were the labs?", set()),
        ("Did Parkinson's results come back?", {"Parkinson"}),
    ],
)
def test_people_are_found_and_clinicians_and_things_left_out(text: str, people: set[str]) -> None:
    assert mentioned_people(text) == people


@pytest.mark.parametrize(
    ("known", "text", "strangers"),
    [
        ({"http://hospital|40001217"}, "Has patient 40001217 come?", set()),
        ({"Patient/abc-1"}, "Show Patient/abc-1", set()),
        ({"ABC-1"}, "Show Patient/abc-1", set()),
        ({"40001217"}, "Has patient 40001218 come?", {"40001218"}),
        ({"40001217"}, "Has patient 40001217 or patient 40001219 come?", {"40001219"}),
        ({"Ana Lopez"}, "Does Mrs LOPEz take it?", set()),
        ({"Ana Lopez"}, "Does Mrs Ana Roe take it?", {"Ana Roe"}),
        ({"Ana", "Lopez"}, "Does Mrs Ana Lopez take it?", set()),
        ({"Okafor1"}, "Does Mr Okafor take it?", {"Okafor"}),
        (set(), "Does Mr Okafor take it?", {"Okafor"}),
        (set(), "What is it?", set()),
    ],
)
def test_strangers_are_those_who_are_not_known(known: set[str], text: str, strangers: set[str]) -> None:
    assert foreign(text, frozenset(known)) == strangers


@pytest.mark.parametrize(
    ("known", "text", "said"),
    [
        ({"sys|4711"}, "Was 4711 seen?", "Was the patient seen?"),
        ({"47", "4711"}, "Was 4711 seen, and 47-1?", "Was the patient seen, and 47-1?"),
        ({"4711"}, "the patient with MRN 4711, Patient/4711", "the patient, the patient"),
        ({"Ana Lopez"}, "Ana Lopez, Lopez and Mrs. Ana", "the patient, the patient and the patient"),
        ({"An Anders"}, "Does Anders take it?", "Does the patient take it?"),
        ({"lopez"}, "Does lopez take it?", "Does lopez take it?"),
        ({"R2"}, "Was R seen?", "Was R seen?"),
        (set(), "Was it seen?", "Was it seen?"),
        (set(), "This morning's potassium for my patient in bed 3?", "This morning's potassium for my patient?"),
        (set(), "MRSA screen for our patient in bed 6", "MRSA screen for our patient"),
        (set(), "room 14, this patient: last INR", "this patient: last INR"),
        (set(), "Meine Patientin in Zimmer 7b, letztes Kalium?", "Meine Patientin, letztes Kalium?"),
        (set(), "mi paciente de la cama 12", "mi paciente"),
        (set(), "Mon patient (lit 4), dernière CRP ?", "Mon patient, dernière CRP ?"),
        (set(), "Is the old gentleman in front of me on aspirin?", "Is the patient on aspirin?"),
        (set(), "Hb of the lady who is sitting in front of us", "Hb of the patient"),
        (set(), "the man in front of me in the queue", "the man in front of me in the queue"),
        (set(), "The patient in bed 3?", "The patient in bed 3?"),
        (set(), "not my patient in bed 3", "not my patient in bed 3"),
        (set(), "my patient in the next bed", "my patient in the next bed"),
    ],
)
def test_the_sessions_own_patient_is_called_the_patient(known: set[str], text: str, said: str) -> None:
    assert as_the_patient(text, frozenset(known)) == said


@pytest.mark.parametrize(
    "text",
    [
        "What is my neighbour Tom Alder's blood group?",
        "When was my apprentice Jonas Wiegand last vaccinated against tetanus?",
        "which drugs is her new flatmate Ada Quill on",
        "What was the conclusion of Danny Orr's knee MRI report?",
        "Give me the gist of Councillor Quill's June admission.",
        "Wann ist mein Geselle Jonas Wiegand zuletzt geimpft worden?",
        "Welche Allergien hat meine Schwägerin Ines Bauer?",
        "¿Qué grupo sanguíneo le consta a mi vecino Ramiro Ibáñez, el del tercero?",
        "À quelle date ma belle-sœur Sandrine Vasseur a-t-elle été opérée ?",
    ],
)
def test_a_full_name_beside_a_relation_is_somebody(text: str) -> None:
    assert admit(text).action == "deny"
    assert admit(text, known_identifiers=KNOWN).action == "deny"


@pytest.mark.parametrize(
    "text",
    [
        "My lodger Gregor Novak found me in the hallway last winter. What glucose did the paramedics get?",
        "What did the note by my colleague Ada Quill say about the knee?",
        "What did my colleague Ada Quill write about the knee?",
        "What was Miss Quill's reason for converting to open, from the op note?",
        "What does my sister take for her thyroid?",
        "Does Dad's scan report mention the aorta?",
        "what does Ada Quill's letter say about the knee?",
        "Which tablets is my mother on?",
        "My daughter Ana Lopez: which vaccines are recorded?",
        "Wann wurde bei meiner Mutter Diabetes festgestellt?",
    ],
)
def test_a_relation_who_acts_or_is_the_patient_is_no_stranger(text: str) -> None:
    assert not foreign(text, KNOWN)
