"""Vital signs told in a request: those of a person in danger raise the alarm, those asked for or past do not."""

from __future__ import annotations

import pytest

from chartwarden.agent.gate import admit
from chartwarden.agent.gate.vital_signs import tells_failing_vital_signs


@pytest.mark.parametrize(
    "text",
    [
        "sats 74% on a non-rebreather, any COPD on file?",
        "His systolic's 68 after two litres, last lactate?",
        "Bed 4's pressure is 55 systolic. Which blood group?",
        "BP 62/30 and what was her last haemoglobin?",
        "resp rate 6 after the morphine, what dose was charted?",
        "heart rate 28, which beta blocker is he on?",
        "NEWS2 score 14, resus status?",
        "sugar is 1.4 now, what insulin is she on?",
        "SpO2 58 %. Welche Opiate stehen im Plan?",
        "RR 70/30. Letzter Hb?",
        "Satura 70 con reservorio. ¿Última gasometría?",
        "Saturation à 61 %. Quel débit d'oxygène ?",
        "The tube is out and his sats are 63, what size was the last one?",
        "sats dropping to 58, any difficult airway note?",
        "her pressure is sitting at 64/30. Last haemoglobin?",
        "Die Sättigung liegt bei 66, welche Kanüle hat er?",
        "Las saturaciones están en 60, ¿qué cánula lleva?",
        "Blutdruck 60 zu 30 nach dem Antibiotikum, wie viel Adrenalin steht im Plan?",
        "Sa saturation est tombée à 62, quelle canule ?",
    ],
)
def test_failing_vital_signs_are_an_emergency(text: str) -> None:
    assert tells_failing_vital_signs(text)
    assert admit(text).action == "emergency"


@pytest.mark.parametrize(
    "text",
    [
        "When did his sats last drop below 82?",
        "Did she ever have a systolic of 70?",
        "How many readings of SpO2 under 85 are there?",
        "systolic 78 in 2019, what was done then?",
        "her pressure was 74/50 in recovery yesterday, what is the latest?",
        "HR 31 in the ambulance last week, is a pacemaker recorded?",
        "resp rate 6 on arrival, how much naloxone was given?",
        "Target sats 80 to 84, is that in the notes?",
        "Sats 97 on air, what were they at admission?",
        "BP 84/50, previous one?",
        "Transferrin saturation 22 %, what was the ferritin?",
        "24 hr 32 ml of output, is that charted?",
        "sugar 14.2 before lunch, what's the last A1c?",
        "good news 12 weeks on, when was the scan?",
        "RR 6-8, wann war das?",
        "Sättigung 96, welche Werte gab es gestern?",
    ],
)
def test_what_is_asked_past_or_merely_abnormal_is_none(text: str) -> None:
    assert not tells_failing_vital_signs(text)
