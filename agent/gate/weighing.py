"""Which class a request belongs to: fixed words first, then the classifier, over the whole and over its parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from chartwarden.agent.gate.fixed import is_tampering, language_of, statements_of, tells_of_emergency
from chartwarden.agent.gate.overdoses import tells_of_overdose
from chartwarden.agent.gate.reading import asks, is_bare_question, parts_of, without_correction
from chartwarden.agent.gate.scoring import Judged, judge, weights
from chartwarden.agent.gate.second_opinion import PART_BESIDE_FROM, alarms_of, judged
from chartwarden.agent.gate.taxonomy import (
    ANSWERED,
    NOT_ALL_ANSWERED,
    NOT_ANSWERED,
    REDIRECTED,
    REFUSED,
    ClassId,
    Language,
)
from chartwarden.agent.gate.vital_signs import tells_failing_vital_signs
from chartwarden.agent.networks.packing import Weights

REFUSE_FROM = 0.5
"""Probability of the classes that get no answer from which a request gets none, whatever the record holds."""
DOUBTFUL_FROM = 0.4
"""The same, from which it is held to recorded facts, whatever its parts look like."""
LEANS_FROM = 0.25
"""The same, from which a request held to recorded facts gets none if the planner cannot read it as one for them."""
DOUBT_FROM = 0.2
"""The same, from which it is held to recorded facts where a part bears it out: doubt neither refuses nor frees it."""
MIXED_REFUSAL_FROM = 0.5
"""The same, from which a request of several parts is answered in one and refused in the other."""
PART_FROM = 0.9
"""How sure the classifier must be of one part alone to refuse it although the whole looks harmless."""
ASKS_FROM = 0.8
"""Probability of the answered classes from which a part of a refused request is answered."""
MIXED_FROM = 0.6
"""Probability of a mixed request from which it is one, although no part of it stands alone."""
EMERGENCY_FROM = 0.25
"""The score trained for emergencies from which one is assumed; by held-out files, for recall first."""
EMERGENCY_CLASS_FROM = 0.42
"""The same for the class among the others: the two are wrong about different wordings."""
BOTH_SUSPECT_FROM = 0.08, 0.3
"""The trained score and the encoder's from which the two together raise it for the whole: "compressions on"."""
TOLD_BESIDE_FROM = 0.8, 0.85
"""The same for what stands beside something else: a part, or a statement in front of a question ..."""
WHOLE_SECONDED_FROM = 0.08
"""... where the encoder has not read the whole as plainly calm, as "they stopped my tablets, may I take them?" ..."""
FAINT_BELOW = 0.5, 0.1
"""... or the whole is suspect as well, though below these scores: then a part must bear it out, as chat does not."""
CALM_BELOW = 0.95, 0.005
"""The trained score and the encoder's below which the whole raises none: "for his hypertension, what is he on?"."""
MAX_FRAGMENT = 6
"""Words a part may have that asks nothing and belongs to the one behind it: `in 2015, did she`, `my ear, when did`."""
PART_REFUSED_FROM = 0.2
"""Probability of the classes that get no answer which some part of a mixed request must have."""
_LEAST = 2
"""Letters and digits without which nothing is asked."""
_WHOLE: frozenset[ClassId] = frozenset({"X6", "X7", "X9", "X10"})
"""Refused as a whole: no part of such a request is answered."""


@dataclass(frozen=True)
class Weighed:
    """What a request comes to."""

    class_id: ClassId
    language: Language
    record_part: str
    """The parts that ask something the record can answer."""
    refused_part: ClassId | None = None
    """For a mixed request: the class of what is not answered."""
    by_words: bool = False
    """Whether fixed words decided, and not the classifier."""
    leaning: ClassId | None = None
    """For `UNSURE`: the class it is refused as where the planner cannot read it as a question to the record."""


def weigh(text: str, trained: Weights | None = None) -> Weighed:
    """Weigh a cleaned request.

    Args:
        trained: the network alone judges, with these weights: for cross-validation.
    """
    text = without_correction(text)
    language = language_of(text)
    if sum(map(str.isalnum, text)) < _LEAST:
        return Weighed("UNSURE", language, text)

    parts = parts_of(text) or (text,)
    beside = parts if len(parts) > 1 else ()
    if trained is None:
        whole, each = judged(text, beside, language)
    else:
        whole, *each = (judge(one, trained) for one in (text, *beside))
    each = each or [whole]
    asking = " ".join(_asking(list(zip(parts, each, strict=True))))
    in_words = tells_of_emergency(text) or tells_failing_vital_signs(text) or tells_of_overdose(text)
    raised = _alarms(whole)
    alarms = in_words or (raised and not _is_faint(whole))
    if alarms or (trained is None and _is_told_beside(text, dict(zip(parts, each, strict=True)), language, raised)):
        return Weighed("X5", language, asking if len(parts) > 1 else "", by_words=in_words)
    if is_tampering(text):
        return Weighed("X10", language, "", by_words=True)
    alone = [one for part, one in zip(parts, each, strict=True) if " " in part] or [whole]  # a word alone tells nothing
    bearing = alone if all(" " in part or is_bare_question(part) for part in parts) else [whole]
    return _told_apart(text, language, whole, alone, asking, _is_in_doubt(whole, bearing))


def _asking(parts: list[tuple[str, Judged]]) -> Iterator[str]:
    """The parts that ask something the record can answer, each with the fragment in front that says when or of what."""
    front = ""
    for part, one in parts:
        if asks(part) and one.total(ANSWERED) >= ASKS_FROM:
            yield f"{front}, {part}" if front else part
        front = "" if asks(part) or len(part.split()) > MAX_FRAGMENT else part


def _alarms(one: Judged) -> bool:
    trained, seconded = CALM_BELOW
    is_calm = one.emergency < trained and one.seconded is not None and one.seconded < seconded
    least, beside = BOTH_SUSPECT_FROM
    if one.emergency >= least and (one.seconded or 0.0) >= beside:
        return True
    return (one.emergency >= EMERGENCY_FROM and not is_calm) or one.scores["X5"] >= EMERGENCY_CLASS_FROM


def _is_faint(one: Judged) -> bool:
    """Whether an alarm is one of the lowest trained scores alone."""
    trained, seconded = FAINT_BELOW
    is_class = one.scores["X5"] >= EMERGENCY_CLASS_FROM
    return one.emergency < trained and one.seconded is not None and one.seconded < seconded and not is_class


def _is_told_beside(text: str, parts: dict[str, Judged], language: Language, suspect: bool) -> bool:
    """Whether a part, or a statement that is none, tells of an emergency: "her face has dropped, what is she on?".

    Args:
        suspect: the whole, faintly, raises the alarm too.
    """
    least, seconded = TOLD_BESIDE_FROM
    statements = (one for one in statements_of(text) if one != text and one not in parts and " " in one)
    heard = {one: part for one, part in parts.items() if one != text} | {
        one: judge(one, weights()) for one in statements
    }
    told = [one for one, judgement in heard.items() if judgement.emergency >= least]
    if not told:
        return False
    whole, *each = alarms_of([text, *told], language)
    return (suspect or whole >= WHOLE_SECONDED_FROM) and max(each) >= seconded


def _refusal(one: Judged) -> float:
    return one.total(NOT_ALL_ANSWERED)


def _told_apart(
    text: str, language: Language, whole: Judged, parts: list[Judged], asking: str, in_doubt: bool
) -> Weighed:
    refusal = _refusal(whole)
    worst = max(parts, key=lambda one: one.total(NOT_ANSWERED))
    part_alone = worst.total(NOT_ANSWERED) >= PART_FROM and refusal >= PART_BESIDE_FROM
    is_sure = refusal >= REFUSE_FROM or part_alone
    is_mixed = (bool(asking) and len(parts) > 1) or whole.scores["MIX"] >= MIXED_FROM
    is_mixed = is_mixed and worst.total(NOT_ALL_ANSWERED) >= PART_REFUSED_FROM
    if not is_sure and not (is_mixed and refusal >= MIXED_REFUSAL_FROM):
        is_unsure = in_doubt or refusal >= DOUBTFUL_FROM
        leaning = _likeliest_refusal(whole) if is_unsure and refusal >= LEANS_FROM else None
        return Weighed("UNSURE" if is_unsure else whole.likeliest(ANSWERED), language, text, leaning=leaning)
    among = whole if refusal >= MIXED_REFUSAL_FROM else worst
    class_id = _likeliest_refusal(among)
    if is_mixed and class_id not in _WHOLE:
        return Weighed("MIX", language, asking or text, _likeliest_refusal(worst))
    return Weighed(class_id, language, "")


def _is_in_doubt(whole: Judged, parts: list[Judged]) -> bool:
    """Whether a request may be one that gets no answer. A mixture that no part bears out is two plain questions."""
    if whole.total(NOT_ANSWERED) >= DOUBT_FROM or _is_unsure(whole):
        return True
    return _refusal(whole) >= DOUBT_FROM and any(_refusal(one) >= DOUBT_FROM or _is_unsure(one) for one in parts)


def _is_unsure(one: Judged) -> bool:
    return one.scores["UNSURE"] == max(one.scores.values())


def _likeliest_refusal(one: Judged) -> ClassId:
    """The likeliest class of the likeliest way not to answer: refused, redirected or denied."""
    ways: tuple[frozenset[ClassId], ...] = (REFUSED, REDIRECTED, frozenset({"X6"}))
    return one.likeliest(max(ways, key=one.total))
