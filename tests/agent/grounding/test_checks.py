"""Each check on its own: which kinds of sentence it looks at, and the last of several things being wrong."""

from __future__ import annotations

import datetime as dt
from typing import Any, get_args

import pytest

from chartwarden.agent.answer import Sentence, SentenceKind
from chartwarden.agent.gate.taxonomy import Language
from chartwarden.agent.grounding import Evidence
from chartwarden.agent.grounding.checks import (
    absence,
    case_of,
    citations,
    dates,
    extent,
    names,
    numbers,
    quotations,
    statuses,
)
from chartwarden.agent.grounding.vocabulary import reporting, status_words
from chartwarden.tools.records.moments import Clock
from chartwarden.tools.records.query import Coding, Computed, Concept, Finding, QueryResult, RecordQuery, Searched

CLOCK = Clock(as_of=dt.datetime(2025, 6, 30, 12, tzinfo=dt.UTC), timezone="UTC")
KINDS: tuple[SentenceKind, ...] = get_args(SentenceKind)
ROW = "Condition/c"


def recorded(label: str, *, computed: Computed | None = None, resource: dict[str, Any] | None = None) -> Evidence:
    """A run that found one condition of that name in a search for asthma."""
    condition = {"resourceType": "Condition", "id": "c", "code": {"text": label}, **(resource or {})}
    row = Finding(reference=ROW, label=label, time="2020-02-03", status="active")
    question = RecordQuery(
        types=("Condition",), concept=Concept(words="asthma", codings=(Coding(code="1"),)), which="first"
    )
    searched = (Searched(query="Condition?code=1", found=1),)
    result = QueryResult(question=question, findings=(row,), found=1, searched=searched, computed=computed)
    return Evidence((result,), {ROW: condition}, CLOCK)


def problem(
    check: Any,
    text: str,
    evidence: Evidence,
    kind: SentenceKind = "assertion",
    cited: tuple[str, ...] = (ROW,),
    language: Language = "en",
) -> str:
    found: str = check(case_of(Sentence(text=text, kind=kind, citations=cited), evidence, language, text.casefold()))
    return found


def looked_at(check: Any, text: str, evidence: Evidence, cited: tuple[str, ...] = (ROW,)) -> set[str]:
    """Kinds of sentence in which the check finds something wrong."""
    return {kind for kind in KINDS if problem(check, text, evidence, kind, cited)}


NOT_NOTICE = set(KINDS) - {"notice"}


@pytest.mark.parametrize(
    ("check", "text", "kinds"),
    [
        (citations, "Gout (Condition/other).", set(KINDS)),
        (numbers, "Gout, 9.", set(KINDS)),
        (dates, "Gout on 1999-01-01.", set(KINDS)),
        (dates, "Gout on 2025-06-30.", {"assertion", "computation", "reported_opinion"}),  # the day of asking
        (names, "Gout and lupus.", set(KINDS)),
        (names, "Gout was recorded as resolved.", {"assertion", "computation", "reported_opinion", "quotation"}),
        (absence, "Gout never was recorded.", NOT_NOTICE),
        (statuses, "Gout was administered in the family.", set()),
        (extent, "The last gout.", {"assertion", "computation", "reported_opinion", "absence"}),
        (quotations, "“Gout” and “lupus”.", set(KINDS)),
        (quotations, "“Gout” and “asthma”.", set(KINDS) - {"notice", "absence"}),  # asked for, so told of an absence
        (quotations, "Gout.", {"quotation"}),
    ],
)
def test_kinds_of_sentence_a_check_looks_at(check: Any, text: str, kinds: set[str]) -> None:
    assert looked_at(check, text, recorded("Gout")) == kinds


def test_a_status_that_changes_the_meaning_may_be_left_out_of_a_notice_alone() -> None:
    refuted = recorded("Gout", resource={"verificationStatus": {"coding": [{"code": "refuted"}]}})
    assert looked_at(statuses, "Gout.", refuted) == NOT_NOTICE


def test_which_kinds_need_citations() -> None:
    found = recorded("Gout")
    assert looked_at(citations, "Gout.", found, ()) == {"assertion", "reported_opinion", "quotation", "computation"}
    over_none = recorded("Gout", computed=Computed(measure="exists", value=False))
    over_some = recorded("Gout", computed=Computed(measure="exists", value=True, over=(ROW,)))
    assert problem(citations, "No.", over_none, "computation", ()) == ""
    assert problem(citations, "Yes.", over_some, "computation", ()) == "no citation"
    both = Evidence((*over_some.results, *over_none.results), over_some.resources, CLOCK)
    assert problem(citations, "No.", both, "computation", ()) == ""


def test_every_citation_is_checked_and_names_the_resource_behind_it() -> None:
    found = recorded("Gout")
    assert problem(citations, "Gout (Condition/c).", found) == ""
    assert problem(citations, "Gout.", found, cited=(ROW, "Condition/gone")).endswith("not retrieved in this run")
    renamed = Evidence(found.results, {**found.resources, "Condition/a": found.resources[ROW]}, CLOCK)
    other = Evidence(found.results, {**found.resources, "Condition/z": found.resources[ROW]}, CLOCK)
    for evidence, name in ((renamed, "Condition/a"), (other, "Condition/z")):
        assert "does not name the resource" in problem(citations, "Gout.", evidence, cited=(name,))


# Numbers


@pytest.mark.parametrize(
    ("label", "text", "passes"),
    [
        ("Diabetes type 2", "Diabetes of type 2 was recorded.", True),
        ("Diabetes type 2", "Diabetes of type 1 was recorded.", False),  # although one row was found
        ("Diabetes type 2", "Diabetes of class 2 was recorded.", False),
        ("Fracture type 2 or type 3", "Fracture of type 3.", True),
        ("Fracture type 2 or type 3", "Fracture of type 2 and of type 4.", False),
        ("Pneumococcal 23 valent", "Pneumococcal, 23 valent.", True),
        ("Pneumococcal 23 valent", "Pneumococcal, 1 valent.", False),
        ("Pneumococcal 23 valent", "Valent 23.", False),
        ("Stage 8 wound", "Wound, eight.", True),
        ("Stage 8 wound", "Wound, nine.", False),
        ("Stage 8.5 wound", "Wound, eight.", False),
        ("Stage 18 wound", "Wound, eight.", False),
        ("Insulin 500 MG", "Insulin, 500 mg.", True),
        ("Insulin 500 mg", "Insulin, 0.5 g.", True),
        ("Insulin 500 MG", "Insulin, 500 kg.", False),
        ("Insulin 12.54 MG", "Insulin, about 13 mg.", False),  # a name is told as it stands
        ("Two vessels", "Vessels, two.", True),
        ("Vessels", "Vessels, one found.", True),
        ("Vessels", "Vessels: 1 found, 2 found.", False),
    ],
)
def test_a_number_of_a_name_stays_beside_its_word(label: str, text: str, passes: bool) -> None:
    assert (problem(numbers, text, recorded(label)) == "") is passes


def test_which_number_contradicts_a_name_is_told_apart_from_one_that_is_nowhere() -> None:
    assert "in a name" in problem(numbers, "Diabetes of type 1.", recorded("Diabetes type 2"))
    assert "in a name" in problem(numbers, "Pneumococcal, 1 valent.", recorded("Pneumococcal 23 valent"))
    assert "cited resources" in problem(numbers, "Diabetes, 7.", recorded("Diabetes type 2"))


def test_a_number_of_the_resource_bears_out_what_is_told_and_not_what_is_computed() -> None:
    computed = Computed(measure="count", value=1, over=(ROW,))
    dosed = recorded("Gout", computed=computed, resource={"onsetAge": {"value": 47, "unit": "a"}})
    assert looked_at(numbers, "Gout, 47.", dosed) == {"computation"}
    assert looked_at(numbers, "Gout, 1.", dosed) == set()


def test_a_number_may_be_told_rounded_where_that_is_said() -> None:
    weighed = recorded("Gout", resource={"onsetAge": {"value": 47.6, "unit": "kg"}})
    assert problem(numbers, "Gout, about 48 kg.", weighed) == ""
    assert problem(numbers, "Gout, 48 kg.", weighed) != ""


# Dates


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("Gout on 2020-02-03.", True),
        ("Gout on 2020-02-03 and on 2021-02-03.", False),
        ("Gout on 2025-06-30.", False),
        ("Gout until 2025-06-30.", True),  # a date of something else is any that is known
        ("Gout in 1912.", True),
        ("Gout, 1912 and 2021-02-03.", False),
        ("Gout in 1911.", False),
        ("Gout in 1913.", False),
    ],
)
def test_every_date_is_that_of_the_row_or_a_number_of_the_record(text: str, passes: bool) -> None:
    counted = recorded("Gout", resource={"onsetAge": {"value": 1912}})
    assert (problem(dates, text, counted) == "") is passes


# Names


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("Gout was recorded.", ""),
        ("Gout is recorded as active.", ""),
        ("Gout is recorded as resolved.", "a status is not the one recorded"),
        ("Gout and lupus.", "a name or word is not in the cited resources"),
        ("Gout G47.", "a code or identifier is not in the cited resources"),
        ("Gout M10 and G47.", "a code or identifier is not in the cited resources"),
        ("Gout M10, for the 1st time.", ""),
        ("Asthma was recorded.", "a name or word is not in the cited resources"),
    ],
)
def test_words_statuses_and_codes_are_those_recorded(text: str, wrong: str) -> None:
    coded = recorded("Gout", resource={"code": {"text": "Gout", "coding": [{"code": "M10"}]}})
    assert problem(names, text, coded) == wrong


def test_an_absence_may_name_what_was_asked_and_any_status() -> None:
    for kind in ("absence", "notice"):
        assert problem(names, "No asthma is recorded as resolved.", recorded("Gout"), kind) == ""
        assert problem(names, "No asthma is recorded as active/resolved.", recorded("Gout"), kind) == ""
        assert problem(names, "No lupus is recorded.", recorded("Gout"), kind) != ""


@pytest.mark.parametrize("language", get_args(Language))
def test_a_word_that_is_a_status_never_passes_as_a_word_of_reporting(language: Language) -> None:
    for word in reporting(language) & status_words(language):
        assert problem(names, f"Gout, {word}.", recorded("Gout"), language=language) != "", word
    assert problem(names, "Gout, partial/unknown.", recorded("Gout"), language=language) != ""


# Quotations


@pytest.mark.parametrize(
    ("source", "quoted", "passes"),
    [
        ("Lungs clear. Heart normal.", "Heart normal", True),
        ("Lungs clear. Heart normal.", "heart normal", False),
        ("Lungs clear. Heart normal.", "Lungs [...] normal", True),
        ("Lungs clear. Heart normal.", "Lungs [...] enlarged", False),
        ("Lungs clear. Heart normal.", "Lungs … Heart", True),
        ("No pneumonia. Effusion present.", "pneumonia", False),
        ("No pneumonia. Effusion present.", "Effusion present", True),  # the denial was in the sentence before
        ("No sign of pneumonia.", "pneumonia", False),
        ("No (pneumonia).", "pneumonia", False),
        ("No pneumonia then; pneumonia now.", "pneumonia", True),  # the second time it is stated
        ("No pneumonia then; no pneumonia now.", "pneumonia", False),
        ("possible pneumonia", "pneumonia", False),
        ("pneumonia", "pneumonia", True),  # at the very beginning
    ],
)
def test_a_quotation_is_verbatim_and_not_torn_out_of_a_denial(source: str, quoted: str, passes: bool) -> None:
    noted = recorded("Gout", resource={"note": [{"text": source}]})
    assert (problem(quotations, f"It says “{quoted}”.", noted, "quotation") == "") is passes


def test_a_denial_on_the_line_before_says_nothing_of_the_next() -> None:
    noted = recorded("Gout", resource={"note": [{"text": "No"}, {"text": "pneumonia"}]})
    assert problem(quotations, "It says “pneumonia”.", noted, "quotation") == ""


def test_the_last_of_several_quotations_is_checked_too() -> None:
    noted = recorded("Gout", resource={"note": [{"text": "Lungs clear."}]})
    assert problem(quotations, "“Lungs clear” and “asthma”, “lupus”.", noted, "absence") != ""
    assert problem(quotations, "“Lungs clear” and “asthma”.", noted, "absence") == ""
    assert problem(quotations, "“lupus”, then “Lungs clear”.", noted, "quotation") != ""
