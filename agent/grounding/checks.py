"""The eight checks of one sentence. Each names what it failed in fixed words and never repeats record text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from chartwarden.agent.answer import Sentence
from chartwarden.agent.gate.taxonomy import Language
from chartwarden.agent.grounding.claims import (
    absence_problem,
    extent_problem,
    negation_problem,
    status_problem,
)
from chartwarden.agent.grounding.evidence import Evidence, Support, without_code_texts
from chartwarden.agent.grounding.matching import date_is_given, number_is_given
from chartwarden.agent.grounding.mentions import (
    Mentions,
    Told,
    folded,
    mentions_of,
    number_of,
    quotations_in,
    without_quotations,
    words_in,
)
from chartwarden.agent.grounding.vocabulary import is_among, plainly_reporting, reporting, status_words

_ROUNDED = re.compile(
    r"\b(?:rounded|about|approximately|roughly|circa|ca|gerundet|etwa|redondeado|environ|arrondi)\b|[≈~]"
)
_ORDINAL = re.compile(r"^\d+(?:st|nd|rd|th|er|e|ª|º|\.)$", re.IGNORECASE)
_OTHER_DATES = re.compile(
    r"\b(?:until|to|through|end|ended|ends|abated|abatement|resolved on|stopped on|since|from|start|started|authored|"
    r"issued|born|birth|birthdate|discharged|admitted|discharge|admission|expires|valid|before|after|between|"
    r"onset|recorded on|period|bis|von|seit|geboren|hasta|desde|nacid[oa]|jusqu'|depuis|née?)\b"
)
_CUT = re.compile(r"\s*\[\.\.\.\]\s*|\s*…\s*")
_UNCERTAIN_BEFORE = re.compile(
    r"\b(?:no|not|without|denies|denied|negative for|absence of|rule out|r/o|possible|probable|suspected|questionable|"
    r"history of|family history of|risk of|unlikely|if|kein\w*|ohne|sin|pas de|sans)(?:\s+\w+){0,3}\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Case:
    """One sentence on trial, with what it may rest on."""

    sentence: Sentence
    mentions: Mentions
    support: Support
    evidence: Evidence
    language: Language
    told: str
    """Everything the draft says, for things that may be told in another sentence."""


Check = Callable[[Case], str]
"""What is wrong, in fixed words; empty when nothing is."""


def case_of(sentence: Sentence, evidence: Evidence, language: Language, told: str) -> Case:
    """Take a sentence to trial."""
    everything = sentence.kind in ("notice", "absence")
    support = Support(evidence, sentence.citations, everything=everything)
    spoken = without_quotations(sentence.text)
    spoken = without_code_texts(spoken, evidence) if everything else support.without_told_whole(spoken)
    mentions = replace(mentions_of(spoken), quotations=quotations_in(sentence.text))
    return Case(sentence, mentions, support, evidence, language, told)


def citations(case: Case) -> str:
    """C1: every citation was retrieved in this run through the lock, and what needs citations has them."""
    sentence = case.sentence
    for reference in sentence.citations:
        resource = case.evidence.resources.get(reference)
        if resource is None:
            return "a cited resource was not retrieved in this run"
        if f"{resource.get('resourceType')}/{resource.get('id')}" != reference:
            return "a citation does not name the resource behind it"
    if any(reference not in sentence.citations for reference in case.mentions.references):
        return "a reference in the text is not among the citations"
    if not sentence.citations and _needs_citations(case):
        return "no citation"
    return ""


def _needs_citations(case: Case) -> bool:
    if case.sentence.kind in ("assertion", "reported_opinion", "quotation"):
        return True
    if case.sentence.kind != "computation":
        return False
    computed = [result.computed for result in case.evidence.results if result.computed is not None]
    return not any(not one.over for one in computed)


def numbers(case: Case) -> str:
    """C2: every number with its unit is one of the cited resources or of a logged computation."""
    declared = bool(_ROUNDED.search(case.mentions.prose))
    said = [Told(number_of(word)) for word in case.mentions.number_words if word not in case.support.words]
    computed_only = case.sentence.kind == "computation"
    for told in (*case.mentions.amounts, *said):
        first = case.support.computed_amounts if computed_only else case.support.row_amounts
        if number_is_given(told.amount, first, is_declared_rounded=declared):
            continue
        if _contradicts_a_name(told, case.support):
            return "a number in a name is not the recorded one"
        given = case.support.computed_amounts if computed_only else case.support.measured_amounts
        if not number_is_given(told.amount, given, is_declared_rounded=declared) and not _is_in_a_text(
            told, case.support
        ):
            return "a number or its unit is not in the cited resources"
    return ""


def _contradicts_a_name(told: Told, support: Support) -> bool:
    """Whether the record has the word next to the number with other numbers only (`type 2`, told as `type 1`)."""
    number = r"(?<![\d.])(\d+(?:\.\d+)?)"
    beside = []
    if told.before:
        beside.append(rf"\b{re.escape(told.before)}[ #-]*{number}")
    if told.after and not told.amount.unit:
        beside.append(rf"{number}[ -]*{re.escape(told.after)}\b")
    for pattern in beside:
        recorded = re.findall(pattern, support.folded)
        if recorded and not any(Decimal(one) == told.amount.number for one in recorded):
            return True
    return False


def _is_in_a_text(told: Told, support: Support) -> bool:
    """Whether a text of the record has the number with its unit, or next to the same word (`type 2`, `23 valent`)."""
    if told.amount.unit:
        return number_is_given(told.amount, support.text_amounts, is_declared_rounded=False)
    number = re.escape(told.written or f"{told.amount.number:f}")
    if told.before and re.search(rf"\b{re.escape(told.before)}[ #-]*{number}(?!\d|\.\d)", support.folded):
        return True
    if told.after and re.search(rf"(?<![\d.]){number}[ -]*{re.escape(told.after)}", support.folded):
        return True
    return not told.before and not told.after and bool(re.search(rf"(?<![\d.]){number}(?!\d|\.\d)", support.folded))


def dates(case: Case) -> str:
    """C3: every date, at the precision it is told with, is one of the cited resources or of the window searched."""
    zone = case.evidence.clock.timezone
    for written in case.mentions.dates:
        if date_is_given(written, case.support.row_moments, zone):
            continue
        if _names_a_part(case) and date_is_given(written, case.support.moments, zone):
            continue
        if written.may_be_number and any(amount.number == written.year for amount in case.support.amounts):
            continue
        return "a date is not in the cited resources"
    return ""


def _names_a_part(case: Case) -> bool:
    """Whether a date may be another than that of the row: its end, its issue, a birth, or one in a quoted text."""
    return case.sentence.kind in ("notice", "absence", "quotation") or bool(_OTHER_DATES.search(case.mentions.prose))


def names(case: Case) -> str:
    """C4: every word that is not one of reporting is a word of the cited resources."""
    states = status_words(case.language)
    told = plainly_reporting(case.language)
    if case.sentence.kind in ("absence", "notice"):
        told |= states | case.evidence.asked_words
    elif any(word not in case.support.states_told for word in case.mentions.words if word in states):
        return "a status is not the one recorded"
    if not _are_known([word for word in case.mentions.words if word not in states], told, case.support):
        return "a name or word is not in the cited resources"
    codes = [folded(token) for token in case.mentions.codes if not _ORDINAL.match(token)]
    return "" if _are_known(codes, told, case.support) else "a code or identifier is not in the cited resources"


def _are_known(words: list[str], told: frozenset[str], support: Support) -> bool:
    """Whether every word may be told, or is one of the record's."""
    unknown = [word for word in words if not is_among(word, told)]
    if unknown:
        of_rows = told | support.row_words
        unknown = [word for word in unknown if not is_among(word, of_rows)]
    if unknown:
        of_all = told | support.words
        unknown = [word for word in unknown if not is_among(word, of_all)]
    return not unknown


def absence(case: Case) -> str:
    """C5: an absence is backed by a logged search that found nothing; nothing else denies."""
    if case.sentence.kind == "absence":
        return absence_problem(case.mentions, case.evidence, case.language, case.told)
    if case.sentence.kind == "notice":
        return ""
    return negation_problem(case.sentence, case.mentions, case.support)


def statuses(case: Case) -> str:
    """C6: entered-in-error is excluded; refuted, unconfirmed, planned, not done and family history are told as such."""
    if case.sentence.kind == "notice":
        return ""
    return status_problem(case.sentence, case.mentions, case.support, case.told)


def extent(case: Case) -> str:
    """C7: first, last, all, highest only over complete searches, and only where that was what was asked."""
    if case.sentence.kind in ("notice", "quotation"):
        return ""
    return extent_problem(case.mentions, case.support, case.sentence.kind)


def quotations(case: Case) -> str:
    """C8: what stands in quotation marks is verbatim in the source, and not torn out of a denial."""
    if case.sentence.kind == "quotation" and not case.mentions.quotations:
        return "nothing is quoted"
    for quoted in case.mentions.quotations:
        pieces = [piece for piece in _CUT.split(quoted) if piece]
        if all(_is_verbatim(piece, case.support) for piece in pieces):
            continue
        asked = reporting(case.language) | case.evidence.asked_words
        if case.sentence.kind in ("notice", "absence") and words_in(quoted) <= asked:
            continue
        return "a quotation is not verbatim in the source"
    return ""


def _is_verbatim(piece: str, support: Support) -> bool:
    wanted = " ".join(piece.split())
    position = support.quotable.find(wanted)
    while position >= 0:
        line = support.quotable.rfind("\n", 0, position) + 1
        clause = re.split(r"[.;:!?]\s", support.quotable[line:position])[-1]
        if not _UNCERTAIN_BEFORE.search(clause.rstrip(" \"'(")):
            return True
        position = support.quotable.find(wanted, position + 1)
    return False


CHECKS: tuple[tuple[str, Check], ...] = (
    ("C1", citations),
    ("C2", numbers),
    ("C3", dates),
    ("C4", names),
    ("C5", absence),
    ("C6", statuses),
    ("C7", extent),
    ("C8", quotations),
)
