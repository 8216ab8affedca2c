"""Words to codes, over small manifests made by hand."""

from __future__ import annotations

import csv
from importlib.resources import files

import pytest

from chartwarden.tools.records.concepts import link, respell
from chartwarden.tools.records.manifest import Entry, Manifest
from chartwarden.tools.records.query import Coding
from chartwarden.tools.records.record_vocabulary import vocabulary_of
from chartwarden.tools.records.vocabulary import KINDS, meanings, pattern_of, written_out
from chartwarden.tools.records.words import plain, singular, strip_tag

LOINC, SNOMED = "http://loinc.org", "http://snomed.info/sct"


def entry(resource_type: str, display: str, code: str = "x", system: str = "", element: str = "code") -> Entry:
    coding = Coding(system=system, code=code, display=display)
    return Entry(resource_type=resource_type, element=element, codings=(coding,), count=1)


def manifest(*entries: Entry) -> Manifest:
    return Manifest(counts={}, entries=entries)


def labels(words: str, record: Manifest, *types: str, broad: bool = False) -> list[str]:
    return [e.label for item in link(words, record, types, broad=broad).links for e in item.entries]


LABS = manifest(
    entry("Observation", "Hemoglobin A1c/Hemoglobin.total in Blood", "4548-4", LOINC),
    entry("Observation", "Hemoglobin [Mass/volume] in Blood", "718-7", LOINC),
    entry("Observation", "Glucose", "2339-0", LOINC),
    entry("Observation", "Glucose [Presence] in Urine by Test strip", "25428-4", LOINC),
    entry("Observation", "Potassium", "6298-4", LOINC),
    entry("Observation", "Creatinine", "38483-4", LOINC),
    entry("Observation", "Leukocytes [#/volume] in Blood by Automated count", "6690-2", LOINC),
    entry("Observation", "Erythrocyte distribution width [Entitic volume] by Automated count", "21000-5", LOINC),
)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("A1c", "4548-4"), ("HbA1c", "4548-4"), ("glycated hemoglobin", "4548-4"), ("Hgb",
        "718-7"), ("hemoglobin", "718-7"),
        ("haemoglobin", "718-7"), ("blood sugar", "2339-0"), ("glucose", "2339-0"), ("K", "6298-4"), ("Cr", "38483-4"),
        ("white count", "6690-2"), ("WBC", "6690-2"), ("RDW", "21000-5"), ("urine glucose",
        "25428-4"), ("4548-4", "4548-4"),
    ],
)  # fmt: skip
def test_a_clinicians_word_for_a_test_is_its_code(words: str, code: str) -> None:
    best = link(words, LABS).links[0]
    assert [coding.code for e in best.entries for coding in e.codings] == [code]


def test_a_letter_tells_one_hepatitis_from_another() -> None:
    shots = manifest(entry("Immunization", "Hep B, adult", "43", "http://hl7.org/fhir/sid/cvx"))
    assert labels("hepatitis A", shots) == []
    assert labels("hepatitis A vaccine", shots) == []
    assert labels("hepatitis B vaccine", shots) == ["Hep B, adult"]


def test_a_picture_and_the_making_of_it_are_one_procedure() -> None:
    record = manifest(entry("Procedure", "Aortography", "88.42"), entry("Procedure", "Cystography", "87.77"))
    assert labels("aortograms", record) == ["Aortography"]


@pytest.mark.parametrize(
    ("words", "display"),
    [
        ("heart attack", "Myocardial Infarction"),
        ("high blood pressure", "Hypertension"),
        ("HTN", "Hypertension"),
        ("sprained ankle", "Sprain of ankle"),
        ("laceration of the foot", "Laceration of foot"),
        ("strep throat", "Streptococcal sore throat (disorder)"),
        ("viral pharyngitis", "Acute viral pharyngitis (disorder)"),
        ("E. coli UTI", "Escherichia coli urinary tract infection"),
        ("broken rib", "Fracture of rib"),
        ("Alzheimer's", "Alzheimer's disease (disorder)"),
    ],
)
def test_lay_terms_and_word_order_do_not_matter(words: str, display: str) -> None:
    names = (
        "Myocardial Infarction", "Hypertension", "Sprain of ankle", "Laceration of foot", "Laceration of hand",
        "Streptococcal sore throat (disorder)", "Acute viral pharyngitis (disorder)", "Fracture of rib",
        "Escherichia coli urinary tract infection", "Alzheimer's disease (disorder)", "Fracture of forearm",
    )  # fmt: skip
    record = manifest(*(entry("Condition", name, str(n)) for n, name in enumerate(names)))
    assert labels(words, record) == [display]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("statin", ["Simvastatin 20 MG Oral Tablet", "Simvistatin 10 MG"]),
        ("blood thinner", ["Warfarin Sodium 5 MG Oral Tablet"]),
        ("Zocor", ["Simvastatin 20 MG Oral Tablet", "Simvistatin 10 MG"]),
        ("painkiller", ["Ibuprofen 200 MG Oral Tablet"]),
        ("amoxicillin-clavulanate", ["Amoxicillin 250 MG / Clavulanate 125 MG Oral Tablet"]),
        ("paracetamol", []),
    ],
)
def test_brands_and_classes_are_the_drugs_they_hold(words: str, names: list[str]) -> None:
    drugs = ("Simvastatin 20 MG Oral Tablet", "Simvistatin 10 MG", "Warfarin Sodium 5 MG Oral Tablet",
             "Ibuprofen 200 MG Oral Tablet", "Amoxicillin 250 MG / Clavulanate 125 MG Oral Tablet")  # fmt: skip
    record = manifest(*(entry("MedicationRequest", d, str(n), element="medication") for n, d in enumerate(drugs)))
    assert sorted(labels(words, record)) == names


def test_a_brand_of_a_combination_is_no_drug_of_one_ingredient() -> None:
    drugs = (
        "Oxycodone Hydrochloride 15 MG Oral Tablet",
        "Acetaminophen 325 MG / Oxycodone Hydrochloride 5 MG Oral Tablet",
    )
    record = manifest(*(entry("MedicationRequest", d, str(n), element="medication") for n, d in enumerate(drugs)))
    assert labels("Percocet", record) == [drugs[1]]
    assert sorted(labels("oxycodone", record)) == sorted(drugs)


def test_devices_and_joints_go_by_the_names_of_the_ward() -> None:
    device = "Insertion of biventricular implantable cardioverter defibrillator"
    joints = ("Osteoarthritis of hip", "Osteoporosis (disorder)")
    record = manifest(
        entry("Procedure", device, "447365002"),
        entry("Procedure", "Bone density scan (procedure)", "312681000"),
        *(entry("Condition", name, str(n)) for n, name in enumerate((*joints, "Asthma"))),
    )
    for words in ("biventricular ICD", "ICD", "CRT-D"):
        assert labels(words, record) == [device]
    assert sorted(labels("bone or joint disorders", record)) == sorted(joints)


def test_an_exact_name_stands_alone_unless_any_kind_is_asked_for() -> None:
    record = manifest(
        entry("Condition", "Sinusitis (disorder)", "36971009", SNOMED),
        entry("Condition", "Chronic sinusitis (disorder)", "40055000", SNOMED),
    )
    assert labels("sinusitis", record) == ["Sinusitis (disorder)"]
    assert sorted(labels("sinusitis", record, broad=True)) == ["Chronic sinusitis (disorder)", "Sinusitis (disorder)"]


def test_icd_codes_place_a_diagnosis_whatever_it_is_called() -> None:
    record = manifest(entry("Condition", "Unspecified essential hypertension", "4019", "http://example.org/icd9"))
    assert labels("high blood pressure", record) == ["Unspecified essential hypertension"]


def test_the_identifying_word_of_a_formulary_is_matched_exactly() -> None:
    codes = (Coding(system="ndc", code="63739002401"),)
    drug = Entry(resource_type="MedicationRequest", element="medication", codings=codes, identifiers=("ASPI81INDP",))
    concept = link("ASPI81INDP", manifest(drug)).concepts[0]
    assert (concept.texts, concept.codings) == (("ASPI81INDP",), ())


def test_a_formulary_code_is_never_part_of_a_mixture() -> None:
    mixture = Entry(resource_type="MedicationRequest", element="medication", identifiers=("Morphine--MORPD5W",))
    assert link("MORPD5W", manifest(mixture)).links == ()


def test_known_and_absent_is_told_from_unknown() -> None:
    assert [row.name for row in link("troponin", LABS).known] == ["troponin"]
    assert link("troponin", LABS).links == ()
    assert link("flurbinoxate", LABS).known == ()


def test_a_spelling_mistake_is_read_over() -> None:
    vocabulary = vocabulary_of(LABS)
    assert respell("creatinin", vocabulary) == "creatinine"
    assert respell("metformn", vocabulary) == "metformin"
    assert respell("potassium", vocabulary) is None


def test_the_index_of_a_manifest_is_built_once() -> None:
    assert vocabulary_of(LABS) is vocabulary_of(LABS)


@pytest.mark.parametrize("table", sorted(KINDS))
def test_a_table_is_whole(table: str) -> None:
    text = files("chartwarden.tools.records.vocabulary").joinpath(f"{table}.csv").read_text("utf-8")
    rows = list(csv.reader(text.splitlines()))
    assert rows[0] == ["concept", "forms", "codes", "words", "groups", "source"]
    assert all(len(row) == 6 and row[0] and row[1] and row[5] for row in rows[1:])


def test_every_group_that_is_named_exists() -> None:
    names = {meaning.name for meaning in meanings()}
    missing = {group for m in meanings() if m.kind in ("drug", "condition") for group in m.groups} - names
    assert missing == set()


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("vaccines", "vaccine"),
        ("allergies", "allergy"),
        ("diabetes", "diabetes"),
        ("pus", "pus"),
        ("alzheimer's", "alzheimer"),
    ],
)
def test_plurals_are_made_singular(word: str, expected: str) -> None:
    assert singular(word) == expected


def test_names_are_folded_the_same_on_both_sides() -> None:
    assert plain("Glomerular filtration rate/\u200b1.73 sq M") == plain("glomerular filtration rate/1.73 sq m")
    assert strip_tag("Anemia (disorder)") == "Anemia"
    assert written_out(plain("E. coli")) == ("escherichia", "coli")
    assert pattern_of("diabetes -pre").matches(frozenset({"type", "2", "diabetes"}))


def test_a_drug_and_its_brand_beside_it_are_given_under_one_name() -> None:
    def given(display: str) -> Entry:
        return entry("MedicationAdministration", display, display, "s", "medication")

    record = manifest(given("Midazolam"), given("Midazolam (Versed)"), given("Midazolam (Bolus)"))
    assert labels("Midazolam", record) == ["Midazolam", "Midazolam (Versed)"]


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("mag sulfate", "Magnesium Sulfate"),
        ("MgSO4", "Magnesium Sulfate"),
        ("k chloride", "Potassium Chloride"),
        ("K phos", "Potassium Phosphate"),
        ("ca gluconate", "Calcium Gluconate"),
        ("na bicarb", "Sodium Bicarbonate"),
    ],
)
def test_a_salt_is_known_by_its_short_name(said: str, named: str) -> None:
    salts = (
        "Magnesium Sulfate",
        "Potassium Chloride",
        "Potassium Phosphate",
        "Calcium Gluconate",
        "Sodium Bicarbonate",
    )
    record = manifest(*(entry("MedicationRequest", salt, element="medication") for salt in salts))
    assert labels(said, record, "MedicationRequest") == [named]
