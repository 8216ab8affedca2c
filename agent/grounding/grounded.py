"""`ground`: every sentence of a draft against the resources it cites. What fails is quoted instead, or dropped."""

from __future__ import annotations

from dataclasses import dataclass

from chartwarden.agent.answer import Draft, Sentence, Verdict
from chartwarden.agent.gate.fixed import language_of
from chartwarden.agent.gate.taxonomy import Language
from chartwarden.agent.gate.texts import nothing_supported
from chartwarden.agent.grounding.checks import CHECKS, case_of
from chartwarden.agent.grounding.evidence import Evidence
from chartwarden.agent.grounding.quoting import quotations_of
from chartwarden.agent.grounding.values import value_is_given
from chartwarden.tools.records.query import Scalar


@dataclass(frozen=True)
class Grounded:
    """A draft in which every sentence is proven, and what was taken out of it."""

    draft: Draft
    rejected: tuple[Sentence, ...] = ()
    """Sentences that failed, each with its verdict, as the planner wrote them."""


def ground(draft: Draft, evidence: Evidence) -> Grounded:
    """Check a draft sentence by sentence.

    A sentence that fails is replaced by quotations of what it cites, where that can be proven; else it is dropped. A
    draft that loses all its sentences becomes `failed`: never an absence, because nothing was shown to be absent.
    """
    told = " ".join(sentence.text for sentence in draft.sentences).casefold()
    language = language_of(told)
    kept: list[Sentence] = []
    rejected: list[Sentence] = []
    for sentence in draft.sentences:
        judged = judge(sentence, evidence, language, told)
        if _passes(judged):
            kept.append(judged)
            continue
        rejected.append(judged)
        quoted = (judge(quotation, evidence, language, told) for quotation in quotations_of(sentence, evidence))
        kept += [quotation for quotation in quoted if _passes(quotation) and quotation not in kept]
    has_content = any(sentence.kind != "notice" for sentence in kept) or not _has_content(draft)
    if not kept or not has_content:
        said = Sentence(text=nothing_supported(language), kind="notice", verdict=Verdict(label="not_addressed"))
        return Grounded(Draft(outcome="failed", sentences=(said,)), tuple(rejected))
    borne_out = value_is_given(draft, evidence)
    outcome = draft.outcome
    if outcome == "not_recorded" and not any(sentence.kind == "absence" for sentence in kept):
        outcome = "failed" if rejected else outcome
    value: tuple[Scalar, ...] = draft.value if borne_out else ()
    return Grounded(
        draft.model_copy(
            update={
                "outcome": outcome,
                "sentences": tuple(kept),
                "value": value,
                "unit": draft.unit if borne_out else "",
            }
        ),
        tuple(rejected),
    )


def judge(sentence: Sentence, evidence: Evidence, language: Language, told: str) -> Sentence:
    """The sentence with its verdict: which of the eight checks it failed, and why, in fixed words."""
    case = case_of(sentence, evidence, language, told)
    problems = [(name, problem) for name, check in CHECKS if (problem := check(case))]
    if not problems:
        label = "not_addressed" if sentence.kind == "notice" else "supported"
        return sentence.model_copy(update={"verdict": Verdict(label=label)})
    detail = "; ".join(dict.fromkeys(problem for _, problem in problems))
    failed = tuple(name for name, _ in problems)
    return sentence.model_copy(update={"verdict": Verdict(label="not_supported", failed=failed, detail=detail)})


def _passes(sentence: Sentence) -> bool:
    return sentence.verdict is not None and sentence.verdict.label != "not_supported"


def _has_content(draft: Draft) -> bool:
    return any(sentence.kind != "notice" for sentence in draft.sentences)
