"""Orders told by a diagnosis, another drug or whoever did not write them; care plans; the degree in a name; bouts."""

from __future__ import annotations

from typing import Any

import pytest

from .made_up import SNOMED, Answered, Row, answered_over, coded, done, encounter, had, ordered, patient, planned

_BURN, _CUT, _GRIP, _BOUT, _KIDNEY = "2011-03-04", "2012-12-28", "2013-05-06", "2014-07-01", "2015-08-01"


def _had(identity: str, code: str, name: str, start: str, end: str = "") -> Row:
    over = f"{end}T09:00:00Z" if end else ""
    return had(identity, coded(name, code, SNOMED), f"{start}T09:00:00Z", over, at=f"v{start}")


def _order(identity: str, code: str, name: str, day: str, by: str, **more: Any) -> Row:
    drug = coded(name, code, "http://www.nlm.nih.gov/research/umls/rxnorm")
    return ordered(
        identity, drug, f"{day}T09:00:00Z", at=f"v{day}", requester={"reference": f"Practitioner/{by}"}, **more
    )


def _plan(identity: str, name: str, start: str, end: str, reason: str, *points: str) -> Row:
    activity = [{"detail": {"status": "completed", "code": coded(one)}} for one in points]
    return planned(identity, name, start, end, addresses=[{"reference": f"Condition/{reason}"}], activity=activity)


RECORD = [
    patient("1990-02-03", "male"),
    {"resourceType": "Practitioner", "id": "ada", "name": [{"given": ["Ada"], "family": "Quill"}]},
    {"resourceType": "Practitioner", "id": "ben", "name": [{"given": ["Ben"], "family": "Ferrer"}]},
    *(encounter(f"v{day}", "AMB", f"{day}T09:00:00Z", f"{day}T10:00:00Z")
      for day in (_BURN, _CUT, _GRIP, _BOUT, _KIDNEY)),
    _had("c1", "403191005", "Second degree burn", _BURN, "2011-04-01"),
    _had("c2", "284551006", "Laceration of foot", _CUT, "2013-01-11"),
    _had("c3", "10509002", "Acute bronchitis (disorder)", _GRIP, "2013-05-20"),
    _had("c4", "10509002", "Acute bronchitis (disorder)", _BOUT, "2014-07-09"),
    _had("c5", "431855005", "Chronic kidney disease stage 1 (disorder)", _KIDNEY),
    _order("o1", "313782", "Acetaminophen 325 MG Oral Tablet", _BURN, "ada"),
    _order("o2", "308192", "Amoxicillin 500 MG Oral Tablet", _BURN, "ada"),
    _order("o3", "310965", "Ibuprofen 200 MG Oral Tablet", _CUT, "ben"),
    _order("o4", "313782", "Acetaminophen 325 MG Oral Tablet", _GRIP, "ben",
           reasonReference=[{"reference": "Condition/c3"}]),
    _order("o5", "310796", "Hydrochlorothiazide 6.25 MG", _BOUT, "ada"),
    _order("o6", "310798", "Hydrochlorothiazide 25 MG", _KIDNEY, "ada"),
    done("p1", coded("Suture open wound", "288086009", SNOMED), f"{_CUT}T09:30:00Z",
         reasonReference=[{"reference": "Condition/c2"}]),
    _plan("b1", "Burn care", f"{_BURN}T09:00:00Z", "2011-04-01T09:00:00Z", "c1", "Dressing change management",
          "Behavior to prevent infection"),
    _plan("b2", "Respiratory therapy", f"{_BOUT}T09:00:00Z", "", "c4", "Deep breathing and coughing exercises"),
]  # fmt: skip
answered = answered_over(RECORD, as_of="2016-01-01T00:00:00Z")


def _values(answered: Answered, question: str) -> tuple[object, ...]:
    answer = answered(question)
    return tuple(value[:10] if isinstance(value, str) and value[:2] == "20" else value for value in answer.value)


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("Who ordered the amoxicillin for the burn?", ("Ada Quill",)),
        ("Name of the clinician who ordered the acetaminophen at the March 2011 burn", ("Ada Quill",)),
        ("who prescribed acetaminophen for the bronchitis in May 2013?", ("Ben Ferrer",)),
        ("When was ibuprofen ordered for the foot laceration?", (_CUT,)),
        ("Has anybody other than Ada Quill ever written a prescription for this patient?", (True,)),
        ("Has anyone besides Ada Quill prescribed his hydrochlorothiazide?", (False,)),
        ("Who other than Ada Quill prescribed his acetaminophen?", ("Ben Ferrer",)),
    ],
)
def test_who_ordered_a_drug_for_a_diagnosis_or_beside_somebody(
    answered: Answered, question: str, value: tuple[object, ...]
) -> None:
    assert _values(answered, question) == value


def test_an_order_of_the_visit_is_told_to_name_no_reason(answered: Answered) -> None:
    assert "without a reason of its own" in answered("Who ordered the amoxicillin for the burn?").text
    with_its_own = answered("Who ordered acetaminophen for the bronchitis in May 2013?").text
    assert "without a reason of its own" not in with_its_own
    assert _values(answered, "Was amoxicillin ordered for the burn?") == (False,)


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("Were acetaminophen and amoxicillin begun on the same date?", (True,)),
        ("Did amoxicillin and ibuprofen start on one day?", (False,)),
        ("What two drugs were ordered on the day they found the burn?",
         ("Acetaminophen 325 MG Oral Tablet", "Amoxicillin 500 MG Oral Tablet")),
        ("When he burned himself he got an antibiotic on top of the acetaminophen. Which one?",
         ("Amoxicillin 500 MG Oral Tablet",)),
        ("HCTZ was stepped up from 6.25 mg to 25 mg: how many days after the first order was the 25 mg order "
         "written?", (396,)),
        ("I had two prescriptions for hydrochlorothiazide. How many days apart were they?", (396,)),
        ("what was ordered just after Christmas 2012?", ("Ibuprofen 200 MG Oral Tablet",)),
    ],
)  # fmt: skip
def test_drugs_beside_another_one_or_on_the_day_of_something(
    answered: Answered, question: str, value: tuple[object, ...]
) -> None:
    assert sorted(map(str, _values(answered, question))) == sorted(map(str, value))


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("Which entered this man's chart earlier: the foot laceration or the burn?", ("Second degree burn",)),
        ("What degree was the burn?", ("Second degree burn",)),
        ("chronic kidney disease - what stage?", ("Chronic kidney disease stage 1 (disorder)",)),
        ("Going by onset date, what is the newest diagnosis anywhere in the chart (open or closed)?",
         ("Chronic kidney disease stage 1 (disorder)",)),
        ("He's had bronchitis twice. What day did the second bout start?", ("2014-07-01",)),
        ("When did they close the burn diagnosis?", ("2011-04-01",)),
        ("How many days was the foot laceration open?", (14,)),
        ("Patient age, in completed years, when the burn was marked resolved", (21,)),
        ("Which procedures are linked to the foot laceration as their reason?", ("Suture open wound",)),
    ],
)  # fmt: skip
def test_conditions_in_the_words_of_their_course(answered: Answered, question: str, value: tuple[object, ...]) -> None:
    assert _values(answered, question) == value


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("Is the burn care plan still running?", (False,)),
        ("which care plans are no longer running", ("Burn care",)),
        ("Which plans ended in 2011?", ("Burn care",)),
        ("Was there a care plan for the bronchitis?", (True,)),
        ("Does the burn care plan include dressing changes?", (True,)),
        ("Does the burn plan mention coughing exercises?", (False,)),
        ("What are the things listed in the burn plan?",
         ("Dressing change management", "Behavior to prevent infection")),
    ],
)  # fmt: skip
def test_care_plans_and_their_points(answered: Answered, question: str, value: tuple[object, ...]) -> None:
    assert _values(answered, question) == value


def test_what_is_of_another_kind_is_not_left_out(answered: Answered) -> None:
    assert answered("Was ibuprofen ordered at any time other than the burn?").outcome == "failed"
