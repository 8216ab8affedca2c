"""Known kinds of question told in other words: a delivery, the drug beside another, a row by its occasion."""

from __future__ import annotations

import pytest

from .made_up import (
    LOINC,
    SNOMED,
    Answered,
    answered_over,
    coded,
    done,
    dosage,
    encounter,
    had,
    measured,
    ordered,
    patient,
    planned,
    row,
)

AST = coded("Aspartate aminotransferase", "1920-8", LOINC)
LDL, HDL = coded("LDL Cholesterol", "18262-6", LOINC), coded("HDL Cholesterol", "2085-9", LOINC)
WEIGHT, HEIGHT = coded("Body Weight", "29463-7", LOINC), coded("Body Height", "8302-2", LOINC)
POLYP = coded("Polyp size greatest dimension", "33756-8", LOINC)
TWICE = dosage(None, "PO", repeat={"frequency": 2, "period": 1, "periodUnit": "d"})
WARD = row("Organization", "ward", name="Elm Street Hospital")
CLINIC = row("Organization", "clinic", name="Harbour Clinic")
RECORD = [
    patient("1984-03-02", "female", deceasedDateTime="2020-02-09T10:00:00Z", multipleBirthInteger=2),
    WARD,
    CLINIC,
    encounter("e1", "IMP", "2015-04-20T08:00:00Z", "2015-04-23T09:00:00Z",
              serviceProvider={"reference": "Organization/ward", "display": "Elm Street Hospital"}),
    encounter("e2", "AMB", "2015-04-28T08:00:00Z", "2015-04-28T09:00:00Z",
              serviceProvider={"reference": "Organization/clinic", "display": "Harbour Clinic"}),
    done("p1", coded("Cesarean section", "11466000", SNOMED), "2015-04-20T10:00:00Z", at="e1"),
    done("p2", coded("Epidural anesthesia", "18946005", SNOMED), "2015-04-20T09:30:00Z", at="e1"),
    done("p3", coded("Childbirth", "66348005", SNOMED), "2018-09-01T10:00:00Z"),
    ordered("m1", "Amoxicillin 250 MG Oral Capsule", "2016-01-04T09:00:00Z"),
    ordered("m2", "Doxycycline 100 MG Oral Tablet", "2017-05-06T09:00:00Z"),
    ordered("m3", "Azithromycin 500 MG Oral Tablet", "2018-07-08T09:00:00Z"),
    ordered("m4", "Enalapril 5 MG Oral Tablet", "2016-02-01T09:00:00Z"),
    ordered("m5", "Enalapril 5 MG Oral Tablet", "2016-03-02T09:00:00Z", "active", dosageInstruction=TWICE),
    had("c1", coded("Laceration of hand", "284549007", SNOMED), "2017-06-01", "2017-06-15"),
    had("c2", coded("Streptococcal sore throat", "43878008", SNOMED), "2016-11-03", "2016-11-10"),
    had("c3", coded("Stroke", "230690007", SNOMED), "2020-02-09"),
    measured("a1", AST, "2016-01-05T08:00:00Z", 52, "U/L"),
    measured("a2", AST, "2017-01-05T08:00:00Z", 21, "U/L"),
    measured("l1", LDL, "2016-01-05T08:00:00Z", 140, "mg/dL"),
    measured("l2", LDL, "2016-07-05T08:00:00Z", 128, "mg/dL"),
    measured("l3", LDL, "2017-08-09T08:00:00Z", 97, "mg/dL"),
    measured("h1", HDL, "2016-01-05T08:00:00Z", 41, "mg/dL"),
    measured("h2", HDL, "2016-07-05T08:00:00Z", 44, "mg/dL"),
    measured("w1", WEIGHT, "2019-03-04T08:00:00Z", 61, "kg"),
    measured("w2", WEIGHT, "2019-03-05T08:00:00Z", 64, "kg"),
    measured("s1", POLYP, "2019-03-04T08:00:00Z", 4, "mm"),
    planned("k1", "Asthma self management", "2012-01-01", activity=[{"detail": {"code": coded("Breathing control")}}]),
    row("ImagingStudy", "i1", status="available", started="2017-06-01T09:00:00Z",
        modality=[coded("Digital Radiography", "DX")]),
    done("p4", coded("Ankle X-ray", "19490002", SNOMED), "2017-06-01T09:00:00Z"),
    done("p5", coded("Bone density scan", "312681000", SNOMED), "2017-09-01T09:00:00Z"),
]  # fmt: skip
answered = answered_over(RECORD, as_of="2020-06-01")


@pytest.mark.parametrize(
    ("question", "value"),
    [
        # how a child was born, and what was done there
        ("mode of delivery, April 2015?", ["Cesarean section"]),
        ("How did she deliver in September 2018?", ["Childbirth"]),
        ("delivery of 20 April 2015: vaginal or c-section?", ["Cesarean section"]),
        ("Was the delivery in September 2018 a caesarean?", [False]),
        ("Did I have an epidural when my baby was born in April 2015?", [True]),
        ("On 20 April 2015 the baby came - by which mode of delivery?", ["Cesarean section"]),
        # the drug next to another one
        ("Which antibiotic did I have just before I was switched to azithromycin?", ["Doxycycline 100 MG Oral Tablet"]),
        ("What antibiotic preceded doxycycline?", ["Amoxicillin 250 MG Oral Capsule"]),
        ("Which antibiotic did they put me on after amoxicillin?", ["Doxycycline 100 MG Oral Tablet"]),
        ("Before azithromycin she took another antibiotic. What was it?", ["Doxycycline 100 MG Oral Tablet"]),
        # one row of a measurement, by its occasion or its place
        ("LDL value at the second lipid panel (chronological order).", [128]),
        ("what was the HDL the second time lipids were checked?", [44]),
        ("3rd LDL on file (oldest = 1st)", [97]),
        ("LDL, last minus the one before", [-31]),
        ("lowest LDL, with date", [97, "2017-08-09T08:00:00Z"]),
        ("polyp size mm", [4]),
        ("first AST over 30, date", ["2016-01-05T08:00:00Z"]),
        # two dates, and numbers with units
        ("weight gain 4 to 5 March 2019", [3]),
        ("weight 4 Mar 2019 -> 5 Mar 2019, how much did it go up?", [3]),
        ("Compare the LDL from 5 July 2016 and 9 August 2017.", [128, 97]),
        ("Absolute difference in LDL between the measurements of 5 July 2016 and 9 August 2017.", [-31]),
        ("LDL on 15/07/2016 and on 09/08/2017", [97]),
        ("How many AST results were above 35 U/L?", [1]),
        ("How often was the AST over 20 units per litre?", [2]),
        # orders and their strength
        ("active enalapril order - doses per day?", [2]),
        ("How many milligrams is the enalapril I was given for my blood pressure?", [5]),
        ("Days between the first and the second enalapril 5 mg order", [30]),
        ("I've had enalapril prescribed more than once; on what date was the second one ordered?",
         ["2016-03-02T09:00:00Z"]),
        ("Count all orders for enalapril, irrespective of strength.", [2]),
        # conditions, plans, studies and places
        ("hand lac - resolved when", ["2017-06-15"]),
        ("I was seen for a throat infection in November 2016. What did they say it was?",
         ["Streptococcal sore throat"]),
        ("How many days was she ill with the sore throat in November 2016?", [7]),
        ("Which diagnosis was entered on the day she died, 9 February 2020?", ["Stroke"]),
        ("Age at death in completed years.", [35]),
        ("She is one of a multiple birth: which number in birth order?", [2]),
        ("Is he a twin?", [2]),
        ("T1 or T2 diabetes ever on file? (prediabetes doesn't count)", [False]),
        ("asthma self mgmt plan activities", ["Breathing control"]),
        ("Number of imaging studies on record.", [1]),
        ("Names of every institution that hosted an encounter in April 2015.",
         ["Elm Street Hospital", "Harbour Clinic"]),
        # how it went on, what is not asked, and where all of it was
        ("How long did the sore throat drag on?", [7]),
        ("When did I grow out of the sore throat?", ["2016-11-10"]),
        ("Was the sore throat resolved, or was it just left?", [True]),
        ("The last LDL - not when it was measured, only what it was", [97]),
        ("Which hospital stay was the longest?", ["2015-04-20T08:00:00Z"]),
        ("Disch date of the last hospital stay", ["2015-04-23T09:00:00Z"]),
        ("Names of the institutions of all visits", ["Elm Street Hospital", "Harbour Clinic"]),
        ("Hospital, April 2015. Was she there?", [True]),
        ("Sore throat, the first episode: start and end dates", ["2016-11-03", "2016-11-10"]),
    ],
)  # fmt: skip
def test_it_is_answered_as_its_plain_wording_is(answered: Answered, question: str, value: list[object]) -> None:
    given = answered(question)
    told = [round(one, 1) if isinstance(one, float) else one for one in given.value]
    assert told == value, given.text


@pytest.mark.parametrize(
    "question",
    ["Who saw me at the visit on 28 April 2015? What did they zorble?", "How strong is it?", "4th LDL (newest = 1st)"],
)
def test_a_word_that_is_left_over_is_not_passed_over(answered: Answered, question: str) -> None:
    assert answered(question).outcome != "answered"
