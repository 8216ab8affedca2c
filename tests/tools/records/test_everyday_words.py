"""What people call illnesses, operations, drugs, vaccines and allergies, over one record made by hand."""

from __future__ import annotations

import pytest

from chartwarden.tools.records.concepts import link
from chartwarden.tools.records.manifest import Entry, Manifest
from chartwarden.tools.records.query import Coding
from chartwarden.tools.records.vocabulary import known_forms, meanings
from chartwarden.tools.records.words import key_of, plain

SYSTEMS = {"MedicationRequest": "http://www.nlm.nih.gov/research/umls/rxnorm", "Observation": "http://loinc.org"}

RECORDED = {
    "Condition": (
        "Brain damage - traumatic", "Bleeding from anus", "Protracted diarrhea", "Rupture of appendix",
         "Cholelithiasis",
        "Acute Cholecystitis", "Tear of meniscus of knee", "Injury of medial collateral ligament of knee",
        "Injury of anterior cruciate ligament", "Rupture of patellar tendon", "Closed fracture of hip",
        "Injury of tendon of the rotator cuff of shoulder", "Recurrent urinary tract infection",
         "Recurrent rectal polyp",
        "Metastasis from malignant tumor of prostate (disorder)", "Neoplasm of prostate", "Smokes tobacco daily",
        "Nonproliferative diabetic retinopathy due to type 2 diabetes mellitus (disorder)",
        "Proliferative diabetic retinopathy due to type II diabetes mellitus (disorder)", "Alcoholism",
        "Concussion with no loss of consciousness", "Chronic obstructive bronchitis (disorder)", "Chronic sinusitis",
        "Suspected lung cancer (situation)", "Small cell carcinoma of lung (disorder)", "Coronary Heart Disease",
        "Unspecified essential hypertension", "Other secondary pulmonary hypertension", "Portal hypertension",
        "Pneumonitis due to inhalation of food or vomitus", "Retention of urine, unspecified", "Atelectasis",
        "Osteoarthritis of hip",
    ),
    "Procedure": (
        "Laparoscopic Removal of Gall Bladder", "Bilateral tubal ligation", "Vasectomy", "Total knee replacement",
        "Pelvis X-ray", "Fine needle aspiration biopsy of lung (procedure)", "Biopsy of colon", "Colonoscopy",
        "Nasal sinus endoscopy (procedure)", "Cognitive and behavioral therapy",
         "Admission to trauma surgery department",
        "Depression screening using Patient Health Questionnaire Nine Item score (procedure)",
        "Combined chemotherapy and radiation therapy (procedure)", "Removal of intrauterine device",
        "Excision of fallopian tube and surgical removal of ectopic pregnancy", "PA Catheter", "Multi Lumen",
        "Replacement of contraceptive intrauterine device", "Transplant of lung (procedure)",
        "Lung volume reduction surgery (procedure)", "Non-invasive Ventilation",
    ),
    "MedicationRequest": (
        "ferrous sulfate 325 MG Oral Tablet", "Leucovorin 100 MG Injection",
         "Sodium Chloride 9 MG/ML Injectable Solution",
        "120 ACTUAT Fluticasone propionate 0.044 MG/ACTUAT Metered Dose Inhaler", "predniSONE 5 MG Oral Tablet",
        "200 ACTUAT Albuterol 0.09 MG/ACTUAT Metered Dose Inhaler", "Hydrocortisone 10 MG/ML Topical Cream",
        "60 ACTUAT Fluticasone propionate 0.25 MG/ACTUAT / salmeterol 0.05 MG/ACTUAT Dry Powder Inhaler",
        "Rocuronium bromide 10 MG/ML Injectable Solution", "Sertraline 100MG", "Camila 28 Day Pack",
    ),
    "Observation": ("FEV1/FVC", "Walnut IgE Ab in Serum", "Peanut IgE Ab in Serum", "Microalbumin Creatinine Ratio"),
    "Immunization": ("Pneumococcal conjugate PCV 13", "zoster", "Tdap"),
    "AllergyIntolerance": ("Dander (animal) allergy", "Allergy to nut", "Allergy to peanuts", "Shellfish allergy"),
}  # fmt: skip


def _entry(resource_type: str, display: str) -> Entry:
    coding = Coding(system=SYSTEMS.get(resource_type, "http://snomed.info/sct"), code=display, display=display)
    element = "medication" if resource_type == "MedicationRequest" else "code"
    return Entry(resource_type=resource_type, element=element, codings=(coding,), count=1)


RECORD = Manifest(
    counts={},
    entries=tuple(_entry(resource_type, name) for resource_type, names in RECORDED.items() for name in names),
)


def labels(words: str, *types: str) -> set[str]:
    return {entry.label for one in link(words, RECORD, types).links for entry in one.entries}


@pytest.mark.parametrize(
    ("words", "display"),
    [
        ("TBI", "Brain damage - traumatic"), ("traumatic brain injury", "Brain damage - traumatic"),
        ("rectal bleeding", "Bleeding from anus"), ("BRBPR", "Bleeding from anus"),
        ("chronic diarrhoea", "Protracted diarrhea"), ("perforated appendix", "Rupture of appendix"),
        ("gall stones", "Cholelithiasis"), ("inflamed gall bladder", "Acute Cholecystitis"),
        ("meniscal tear", "Tear of meniscus of knee"), ("MCL injury", "Injury of medial collateral ligament of knee"),
        ("torn ACL", "Injury of anterior cruciate ligament"), ("patellar tendon tear", "Rupture of patellar tendon"),
        ("fractured neck of femur", "Closed fracture of hip"), ("recurrent UTIs", "Recurrent urinary tract infection"),
        ("metastatic prostate cancer", "Metastasis from malignant tumor of prostate (disorder)"),
        ("NPDR", "Nonproliferative diabetic retinopathy due to type 2 diabetes mellitus (disorder)"),
        ("PDR", "Proliferative diabetic retinopathy due to type II diabetes mellitus (disorder)"),
        ("concussion without LOC", "Concussion with no loss of consciousness"),
        ("IHD", "Coronary Heart Disease"), ("pulmonary hypertension", "Other secondary pulmonary hypertension"),
        ("aspiration pneumonia", "Pneumonitis due to inhalation of food or vomitus"),
        ("urinary retention", "Retention of urine, unspecified"),
        ("cholecystectomy", "Laparoscopic Removal of Gall Bladder"),
        ("lap chole", "Laparoscopic Removal of Gall Bladder"),
        ("gallbladder removal", "Laparoscopic Removal of Gall Bladder"), ("tubes tied", "Bilateral tubal ligation"),
        ("TKR", "Total knee replacement"), ("pelvic X-ray", "Pelvis X-ray"),
        ("joint replacement", "Total knee replacement"),
        ("lung biopsy", "Fine needle aspiration biopsy of lung (procedure)"), ("bowel biopsy", "Biopsy of colon"),
        ("nasal endoscopy", "Nasal sinus endoscopy (procedure)"), ("CBT", "Cognitive and behavioral therapy"),
        ("PHQ-9", "Depression screening using Patient Health Questionnaire Nine Item score (procedure)"),
        ("chemoradiation", "Combined chemotherapy and radiation therapy (procedure)"),
        ("salpingectomy", "Excision of fallopian tube and surgical removal of ectopic pregnancy"),
        ("Swan-Ganz", "PA Catheter"), ("triple lumen catheter", "Multi Lumen"), ("BiPAP", "Non-invasive Ventilation"),
        ("lung transplantation", "Transplant of lung (procedure)"),
        ("iron", "ferrous sulfate 325 MG Oral Tablet"), ("folinic acid", "Leucovorin 100 MG Injection"),
        ("normal saline", "Sodium Chloride 9 MG/ML Injectable Solution"), ("Lustral", "Sertraline 100MG"),
        ("SABA", "200 ACTUAT Albuterol 0.09 MG/ACTUAT Metered Dose Inhaler"),
        ("paralytic", "Rocuronium bromide 10 MG/ML Injectable Solution"), ("mini pill", "Camila 28 Day Pack"),
        ("FEV1 ratio", "FEV1/FVC"), ("tree nut IgE", "Walnut IgE Ab in Serum"),
        ("Prevnar", "Pneumococcal conjugate PCV 13"), ("Shingrix", "zoster"), ("Boostrix", "Tdap"),
        ("cat hair", "Dander (animal) allergy"), ("crustaceans", "Shellfish allergy"),
    ],
)  # fmt: skip
def test_what_people_call_a_thing_is_the_thing(words: str, display: str) -> None:
    assert display in labels(words)


@pytest.mark.parametrize(
    ("words", "display"),
    [
        ("hip pain", "Closed fracture of hip"), ("hip osteoarthritis", "Closed fracture of hip"),
        ("hip fracture", "Osteoarthritis of hip"), ("fracture", "Injury of tendon of the rotator cuff of shoulder"),
        ("vertebral fracture", "Injury of tendon of the rotator cuff of shoulder"), ("injury", "Rupture of appendix"),
        ("gallstones", "Acute Cholecystitis"), ("cholecystitis", "Cholelithiasis"),
        ("lung cancer", "Suspected lung cancer (situation)"),
        ("suspected lung cancer", "Small cell carcinoma of lung (disorder)"),
        ("metastatic prostate cancer", "Neoplasm of prostate"), ("rectal bleeding", "Recurrent rectal polyp"),
        ("NPDR", "Proliferative diabetic retinopathy due to type II diabetes mellitus (disorder)"),
        ("PDR", "Nonproliferative diabetic retinopathy due to type 2 diabetes mellitus (disorder)"),
        ("MCL tear", "Tear of meniscus of knee"), ("torn meniscus", "Injury of anterior cruciate ligament"),
        ("infection", "Chronic obstructive bronchitis (disorder)"), ("lung disease", "Chronic sinusitis"),
        ("drug abuse", "Smokes tobacco daily"), ("pulmonary hypertension", "Unspecified essential hypertension"),
        ("hypertension", "Portal hypertension"), ("pneumothorax", "Atelectasis"),
        ("vasectomy", "Bilateral tubal ligation"), ("tubal ligation", "Vasectomy"),
        ("surgery", "Admission to trauma surgery department"),
        ("surgery", "Replacement of contraceptive intrauterine device"),
        ("joint replacement", "Replacement of contraceptive intrauterine device"),
        ("gallbladder removal", "Removal of intrauterine device"), ("lung biopsy", "Biopsy of colon"),
        ("upper endoscopy", "Nasal sinus endoscopy (procedure)"), ("upper endoscopy", "Colonoscopy"),
        ("lung transplant", "Lung volume reduction surgery (procedure)"),
        ("rescue inhaler", "120 ACTUAT Fluticasone propionate 0.044 MG/ACTUAT Metered Dose Inhaler"),
        ("LABA", "200 ACTUAT Albuterol 0.09 MG/ACTUAT Metered Dose Inhaler"),
        ("oral steroid", "Hydrocortisone 10 MG/ML Topical Cream"),
        ("topical steroid", "predniSONE 5 MG Oral Tablet"), ("tree nut IgE", "Peanut IgE Ab in Serum"),
        ("tree nut", "Allergy to peanuts"), ("PCV20", "Pneumococcal conjugate PCV 13"),
    ],
)  # fmt: skip
def test_what_sounds_alike_is_another_thing(words: str, display: str) -> None:
    assert display not in labels(words)


@pytest.mark.parametrize(
    "words",
    [
        "Istin", "Calpol", "Nurofen", "Seroxat", "Clexane", "Losec", "Eloxatin", "Telfast", "Ozempic", "Mounjaro",
        "Trelegy", "Gleevec", "suxamethonium", "CLL", "HFpEF", "PCOS", "pink eye", "slipped disc", "bedsore", "KUB",
        "TURP", "ERCP", "RCC", "MenACWY", "Jynneos", "MMRV", "sesame", "anti-CCP", "CA 19-9",
    ],
)  # fmt: skip
def test_what_a_clinician_writes_is_known_beyond_any_record(words: str) -> None:
    assert known_forms(plain(words))


def test_no_form_of_several_words_shrinks_to_one_letter() -> None:
    keys = {form: key_of(form) for row in meanings() for form in row.forms if len(form) > 1}
    assert not [form for form, key in keys.items() if len(key) == 1 and len("".join(key)) == 1]
