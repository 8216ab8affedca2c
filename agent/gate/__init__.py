"""The gate: what may be asked (`admit`) and what may be said (`release`). The test is authorship, not topic."""

from chartwarden.agent.gate.admission import Action, Admission, Classifier, admit, unread
from chartwarden.agent.gate.identity import as_the_patient, foreign, mentioned_identifiers, mentioned_people
from chartwarden.agent.gate.releasing import may_leave, release
from chartwarden.agent.gate.taxonomy import ClassId, Language
from chartwarden.agent.gate.texts import (
    disclaimer,
    emergency_template,
    gate_failed,
    no_assessment,
    nothing_supported,
    offers_for,
    reason_for,
)

__all__ = [
    "Action",
    "Admission",
    "ClassId",
    "Classifier",
    "Language",
    "admit",
    "as_the_patient",
    "disclaimer",
    "emergency_template",
    "foreign",
    "gate_failed",
    "may_leave",
    "mentioned_identifiers",
    "mentioned_people",
    "no_assessment",
    "nothing_supported",
    "offers_for",
    "reason_for",
    "release",
    "unread",
]
