"""`admit`: what may be asked. Fixed rules decide first, then a classifier if there is one; unsure means facts only."""

from __future__ import annotations

from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict

from chartwarden.agent.errors import GateError
from chartwarden.agent.gate.identity import foreign
from chartwarden.agent.gate.reading import cleaned
from chartwarden.agent.gate.rules import ClassId, Language
from chartwarden.agent.gate.texts import gate_failed, no_assessment, offers_for, reason_for
from chartwarden.agent.gate.weighing import ANSWERED, REDIRECTED, REFUSED, Weighed, is_emergency, weigh

Action = Literal["answer", "facts_only", "refuse", "redirect", "emergency", "deny", "mixed"]

MAX_REQUEST_CHARS = 8_000
"""Longer requests are refused: nobody reads them, and patterns need not either."""


class Admission(BaseModel):
    """What the gate decided about a request, before anything else was done with it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    class_id: ClassId
    action: Action
    reason: str = ""
    """One sentence for the person: why it is not answered as asked, or that facts alone are given."""
    record_part: str = ""
    """The part of the request that the record can answer; for `answer` and `facts_only` the whole request."""
    refused: ClassId | None = None
    """For `mixed`: the class of the part that is not answered."""
    offers: tuple[str, ...] = ()
    """Requests the person could make instead."""
    language: Language = "en"
    decided_by: Literal["rules", "classifier", "failure"] = "rules"
    failure: str = ""
    """For the log: the type of the exception that made the gate fail; then the request is refused."""


class Classifier(Protocol):
    """Says which class a request belongs to."""

    def classify(self, request: str, turns: tuple[str, ...]) -> ClassId:
        """The class, one of the taxonomy, or `UNSURE`. Raises when it cannot decide; the request is then refused."""
        ...


def admit(
    request: str,
    *,
    turns: tuple[str, ...] = (),
    classifier: Classifier | None = None,
    known_identifiers: frozenset[str] = frozenset(),
    population: bool = False,
    image_reading: bool = False,
) -> Admission:
    """Decide what may be done with a request. Never raises: a gate that fails refuses.

    Args:
        turns: earlier questions of the conversation, oldest first; they are told to the classifier only.
        known_identifiers: identifiers and names of the session's patient; anybody else's in the request is denied.
        population: the session may ask about several patients.
        image_reading: the session permits a model to describe images.
    """
    permissions: dict[ClassId, bool] = {"X7": population, "R7": image_reading}
    permitted = frozenset(class_id for class_id, is_permitted in permissions.items() if is_permitted)
    try:
        return _admit(request, turns, classifier, known_identifiers, permitted)
    except Exception as error:  # noqa: BLE001 - fail closed: whatever broke, the request is refused and the graph logs it
        return Admission(
            class_id="UNSURE", action="refuse", reason=gate_failed(), decided_by="failure", failure=type(error).__name__
        )


def _admit(
    request: str,
    turns: tuple[str, ...],
    classifier: Classifier | None,
    known_identifiers: frozenset[str],
    permitted: frozenset[ClassId],
) -> Admission:
    if len(request) > MAX_REQUEST_CHARS:
        raise GateError(f"the request has {len(request)} characters; at most {MAX_REQUEST_CHARS} are read")
    text = cleaned(request)
    weighed = weigh(text)
    if is_emergency(text.lower()):
        return Admission(
            class_id="X5", action="emergency", record_part=_facts_beside(weighed), language=weighed.language
        )
    class_id: ClassId = "X6" if foreign(text, known_identifiers) else weighed.class_id
    if classifier is None or class_id != "UNSURE":
        return _admission(class_id, text, weighed, permitted, "rules")
    judged = classifier.classify(text, turns)
    if judged not in ANSWERED | REFUSED | REDIRECTED | {"X5", "X6", "MIX", "UNSURE"}:
        raise GateError(f"the classifier answered {judged!r}, which is no class of the taxonomy")
    return _admission(judged, text, weighed, permitted, "classifier")


def _facts_beside(weighed: Weighed) -> str:
    """What an emergency asks of the record, if anything."""
    return "" if is_emergency(weighed.record_part.lower()) else weighed.record_part


def _action_of(class_id: ClassId, permitted: frozenset[ClassId]) -> Action:
    if class_id in ANSWERED | permitted:
        return "answer"
    if class_id in REFUSED:
        return "refuse"
    if class_id in REDIRECTED:
        return "redirect"
    rest: dict[ClassId, Action] = {"X5": "emergency", "X6": "deny", "MIX": "mixed", "UNSURE": "facts_only"}
    return rest[class_id]


def _admission(
    class_id: ClassId,
    text: str,
    weighed: Weighed,
    permitted: frozenset[ClassId],
    decided_by: Literal["rules", "classifier"],
) -> Admission:
    action = _action_of(class_id, permitted)
    language = weighed.language
    refused = (weighed.refused_part or "X1") if action == "mixed" else None
    reason, record_part, offers = "", "", offers_for(refused or class_id, language)
    if action in ("answer", "facts_only"):
        reason, record_part, offers = no_assessment(language) if action == "facts_only" else "", text, ()
    elif action == "mixed":
        reason, record_part = reason_for(refused or class_id, language), weighed.record_part or text
    elif action != "emergency":
        reason = reason_for(class_id, language)
    return Admission(
        class_id=class_id,
        action=action,
        reason=reason,
        record_part=record_part,
        refused=refused,
        offers=offers,
        language=language,
        decided_by=decided_by,
    )
