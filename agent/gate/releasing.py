"""`release`: what may be said. A sentence leaves because it is attributed, not because its words look harmless.

Attribution is the kind of the sentence and the verdict of grounding: an assertion its citation supports, a
computation, an opinion reported with its author, an absence with its search, a verbatim quotation, or fixed text of
ours. A list of advising and judging words is a second net behind that.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from chartwarden.agent.answer import Draft, Outcome, Sentence
from chartwarden.agent.gate.admission import Admission
from chartwarden.agent.gate.texts import (
    emergency_template,
    no_assessment,
    offer_line,
    read_as_line,
    reason_for,
    withheld_by_gate,
)
from chartwarden.tools.records.findings import NO_VALUE

if TYPE_CHECKING:
    from chartwarden.agent.grounding.evidence import Evidence
    from chartwarden.tools.records.query import Finding

_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|„[^“”]*[“”]|«[^»]*»")
_NO_AUTHOR = re.compile(
    r"\b(?:author not recorded|no (?:recorded )?author|author unknown|unknown author|unsigned)\b", re.IGNORECASE
)
_DATED = re.compile(r"\d{4}|\bundated\b|\bno (?:recorded )?date\b|\bdate not recorded\b", re.IGNORECASE)

_OUTCOMES: dict[str, Outcome] = {
    "refuse": "refused",
    "redirect": "redirected",
    "emergency": "emergency",
    "deny": "denied",
}


def release(draft: Draft, admission: Admission, evidence: Evidence, *, read_as: str = "") -> Draft:
    """What of a grounded draft may leave, with the texts the gate adds.

    `read_as`: the question in plain words, told beside what was found where it was not read as it stands.
    """
    if admission.action == "emergency":
        facts = _leaving(draft, evidence) if admission.record_part else ()
        return Draft(outcome="emergency", sentences=(_notice(emergency_template(admission.language)), *facts))
    if admission.action == "deny":
        return Draft(outcome="denied", sentences=(_notice(admission.reason),))
    leaving = _leaving(draft, evidence)
    if admission.action in ("refuse", "redirect"):
        given = leaving if admission.record_part and draft.outcome == "answered" else ()
        return Draft(
            outcome=_OUTCOMES[admission.action], sentences=(_notice(admission.reason), *given, *_offers(admission))
        )
    return _answered(draft, admission, leaving, read_as)


def _answered(draft: Draft, admission: Admission, leaving: tuple[Sentence, ...], read_as: str) -> Draft:
    added = {
        "mixed": (_notice(admission.reason), *_offers(admission)),
        "facts_only": (_notice(no_assessment(admission.language)),) if draft.outcome == "answered" else (),
    }.get(admission.action, ())
    if any(sentence.kind != "notice" for sentence in draft.sentences) and not any(s.kind != "notice" for s in leaving):
        stopped = (_notice(withheld_by_gate(admission.language)), _notice(reason_for("X1", admission.language)))
        return Draft(outcome="refused", sentences=(*stopped, *added))
    if draft.sentences and not leaving:  # a notice is stopped too where it says what only a quotation may
        leaving = (_notice(withheld_by_gate(admission.language)),)
    told = (_notice(read_as_line(read_as, admission.language)),) if read_as and leaving else ()
    return draft.model_copy(update={"sentences": (*leaving, *told, *added)})


def _leaving(draft: Draft, evidence: Evidence) -> tuple[Sentence, ...]:
    return tuple(sentence for sentence in draft.sentences if may_leave(sentence, evidence))


def may_leave(sentence: Sentence, evidence: Evidence) -> bool:
    """Whether a sentence is attributed, and says nothing of its own outside quotations."""
    label = sentence.verdict.label if sentence.verdict is not None else None
    if sentence.kind == "notice":
        return label != "not_supported" and _is_neutral(sentence.text, evidence)
    if label != "supported":
        return False
    if sentence.kind == "reported_opinion" and not _is_attributed(sentence, evidence):
        return False
    if sentence.kind == "assertion" and _rests_on_free_text(sentence, evidence):
        is_told_as_theirs = bool(_QUOTED.search(sentence.text)) or _is_attributed(sentence, evidence)
        return is_told_as_theirs and _is_neutral(sentence.text, evidence)
    return sentence.kind == "quotation" or _is_neutral(sentence.text, evidence)


def _rests_on_free_text(sentence: Sentence, evidence: Evidence) -> bool:
    """Whether all an assertion cites is narrative: then it is somebody's wording, to be quoted or told as theirs."""
    rows = _cited_rows(sentence, evidence)
    return bool(rows) and all(
        row.text and not row.text.startswith(NO_VALUE) and row.value is None and not row.values for row in rows
    )


def _cited_rows(sentence: Sentence, evidence: Evidence) -> list[Finding]:
    return [row for reference in sentence.citations for _, row in evidence.found.get(reference, ())]


def _is_attributed(sentence: Sentence, evidence: Evidence) -> bool:
    """Whether an opinion is told with its author and date, or with the lack of them."""
    rows = _cited_rows(sentence, evidence)
    authors = [row.author for row in rows if row.author]
    folded = sentence.text.casefold()
    named = any(author.casefold() in folded for author in authors) if authors else bool(_NO_AUTHOR.search(folded))
    return named and bool(_DATED.search(folded))


def _is_neutral(text: str, evidence: Evidence) -> bool:
    """Whether the text, without quotations and names of the record, is free of advice, judgement and prediction."""
    prose = _QUOTED.sub(" ", text).casefold().replace("’", "'")
    for name in evidence.row_names:  # `At risk for falls` is a problem's name, not our judgement
        prose = prose.replace(name, " ")
    words, phrases = _tone()
    return not (words & set(re.findall(r"[\w'-]+", prose)) or any(phrase.search(prose) for phrase in phrases))


def _offers(admission: Admission) -> tuple[Sentence, ...]:
    line = offer_line(admission.offers, admission.language)
    return (_notice(line),) if line else ()


def _notice(text: str) -> Sentence:
    return Sentence(text=text, kind="notice")


@lru_cache(maxsize=1)
def _tone() -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    data = tomllib.loads(resources.files(__package__).joinpath("languages", "tone.toml").read_text(encoding="utf-8"))
    return frozenset(data["words"].split()), tuple(
        re.compile(rf"\b{re.escape(phrase)}\b") for phrase in data["phrases"]
    )
