"""`admit`: what may be asked. Fixed words decide first, then a classifier; doubt means facts only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict

from chartwarden.agent.errors import GateError
from chartwarden.agent.gate.fixed import is_tampering, tells_of_emergency
from chartwarden.agent.gate.identity import as_the_patient, foreign
from chartwarden.agent.gate.reading import cleaned
from chartwarden.agent.gate.taxonomy import ANSWERED, REDIRECTED, REFUSED, ClassId, Language
from chartwarden.agent.gate.texts import gate_failed, no_assessment, offers_for, reason_for
from chartwarden.agent.gate.weighing import Weighed, weigh

DecidedBy = Literal["rules", "weights", "plain question", "classifier", "failure"]
"""Fixed words or a name; the classifier of the package; that all of it is one plain question to a record; a configured
classifier; nothing, because the gate failed."""

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
    leaning: ClassId | None = None
    """For `facts_only`: the class it is refused as where no planner can read it as a question to the record."""
    offers: tuple[str, ...] = ()
    """Requests the person could make instead."""
    language: Language = "en"
    decided_by: DecidedBy = "weights"
    failure: str = ""
    """For the log: the type of the exception that made the gate fail; then the request is refused."""


class Spent(Protocol):
    """Takes down what a classifier costs, under the names of a question's meter."""

    def add(self, **counts: int) -> None:
        """Add to the counts by name: `calls`, `prompt_tokens`, `generated_tokens`."""
        ...


class Classifier(Protocol):
    """Says which class a request belongs to."""

    def classify(self, request: str, turns: tuple[str, ...], spent: Spent | None = None) -> ClassId:
        """The class, one of the taxonomy, or `UNSURE`. Raises when it cannot decide; the request is then refused."""
        ...


def admit(
    request: str,
    *,
    turns: tuple[str, ...] = (),
    classifier: Classifier | None = None,
    spent: Spent | None = None,
    known_identifiers: frozenset[str] = frozenset(),
    population: bool = False,
    image_reading: bool = False,
    asks_plainly: Callable[[], bool] | None = None,
) -> Admission:
    """Decide what may be done with a request. Never raises: a gate that fails refuses.

    Args:
        turns: earlier questions of the conversation, oldest first; they are told to the classifier only.
        spent: takes down what the classifier costs.
        known_identifiers: identifiers and names of the session's patient; anybody else's in the request is denied.
        population: the session may ask about several patients.
        image_reading: the session permits a model to describe images.
        asks_plainly: tells whether the request, as a whole, is one plain question to a record; asked only where the
            weights would not answer all of it, and then facts are given.
    """
    permissions: dict[ClassId, bool] = {"X7": population, "R7": image_reading}
    permitted = frozenset(class_id for class_id, is_permitted in permissions.items() if is_permitted)
    try:
        return _admit(request, turns, classifier, spent, known_identifiers, permitted, asks_plainly)
    except Exception as error:  # noqa: BLE001 - fail closed: whatever broke, the request is refused and the graph logs it
        return Admission(
            class_id="UNSURE", action="refuse", reason=gate_failed(), decided_by="failure", failure=type(error).__name__
        )


def _admit(
    request: str,
    turns: tuple[str, ...],
    classifier: Classifier | None,
    spent: Spent | None,
    known_identifiers: frozenset[str],
    permitted: frozenset[ClassId],
    asks_plainly: Callable[[], bool] | None,
) -> Admission:
    if len(request) > MAX_REQUEST_CHARS:
        raise GateError(f"the request has {len(request)} characters; at most {MAX_REQUEST_CHARS} are read")
    text = cleaned(request)
    by_words = is_tampering(text) or tells_of_emergency(text)  # of what was said, before any name is taken out of it
    weighed = weigh(text if by_words else as_the_patient(text, known_identifiers))
    decided = admission_of(text, weighed, known_identifiers, permitted)
    # An alarm is never in doubt: of "dad is fitting, what meds is he on" the end alone is a plain question.
    in_doubt = decided.decided_by == "weights" and decided.action not in ("answer", "deny", "emergency")
    if in_doubt and asks_plainly is not None and asks_plainly():
        return _admission("UNSURE", text, weighed, permitted, "plain question")
    if classifier is None or decided.class_id != "UNSURE":
        return decided
    judged = classifier.classify(text, turns, spent)
    if judged not in ANSWERED | REFUSED | REDIRECTED | {"X5", "X6", "MIX", "UNSURE"}:
        raise GateError(f"the classifier answered {judged!r}, which is no class of the taxonomy")
    return _admission(judged, text, weighed, permitted, "classifier")


def admission_of(
    text: str, weighed: Weighed, known_identifiers: frozenset[str], permitted: frozenset[ClassId] = frozenset()
) -> Admission:
    """What becomes of a weighed request where no other classifier is asked."""
    if weighed.class_id != "X5" and not weighed.by_words and foreign(text, known_identifiers):
        return _admission("X6", text, weighed, permitted, "rules")
    return _admission(weighed.class_id, text, weighed, permitted, "rules" if weighed.by_words else "weights")


def unread(admission: Admission) -> Admission:
    """What becomes of a request that the planner could not read as a question to the record.

    Doubt that leans to a refusal is settled by that: what asks for a fact can be read, what asks for a judgement
    leaves words over. Of a mixed request nothing is left but the part that is refused. Any other request stays as it
    was admitted.
    """
    class_id = {"facts_only": admission.leaning, "mixed": admission.refused}.get(admission.action)
    if class_id is None:
        return admission
    language = admission.language
    return Admission(
        class_id=class_id,
        action=_action_of(class_id, frozenset()),
        reason=reason_for(class_id, language),
        offers=offers_for(class_id, language),
        language=language,
        decided_by=admission.decided_by,
    )


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
    decided_by: DecidedBy,
) -> Admission:
    action = _action_of(class_id, permitted)
    language = weighed.language
    refused = (weighed.refused_part or "X1") if action == "mixed" else None
    reason, record_part, offers = "", "", offers_for(refused or class_id, language)
    if action in ("answer", "facts_only"):
        reason, record_part, offers = no_assessment(language) if action == "facts_only" else "", text, ()
    elif action == "mixed":
        reason, record_part = reason_for(refused or class_id, language), weighed.record_part or text
    elif action == "emergency":
        record_part = weighed.record_part if weighed.class_id == "X5" else ""
    else:
        reason = reason_for(class_id, language)
    return Admission(
        class_id=class_id,
        action=action,
        reason=reason,
        record_part=record_part,
        refused=refused,
        leaning=weighed.leaning if action == "facts_only" and decided_by == "weights" else None,
        offers=offers,
        language=language,
        decided_by=decided_by,
    )
