"""Where somebody was admitted from, as people say it, is the source that the record writes."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.names.sources import sources_in_words

RECORDED = (
    "EMERGENCY ROOM",
    "PHYSICIAN REFERRAL",
    "TRANSFER FROM HOSPITAL",
    "INTERNAL TRANSFER TO OR FROM PSYCH",
    "TRANSFER FROM SKILLED NURSING FACILITY",
)


@pytest.mark.parametrize(
    ("question", "words", "source"),
    [
        ("How often was she admitted from the ED?", "ED", "EMERGENCY ROOM"),
        ("Came in by way of the emergency department: last date?", "emergency department", "EMERGENCY ROOM"),
        ("Admissions with the source being the ER: how many?", "ER", "EMERGENCY ROOM"),
        ("Last admission, source of admission: physician referral?", "physician referral", "PHYSICIAN REFERRAL"),
        ("First admission following a referral from my GP?", "referral from my GP", "PHYSICIAN REFERRAL"),
        ("First admission from psych, when?", "psych", "INTERNAL TRANSFER TO OR FROM PSYCH"),
        ("Last admission from a nursing home?", "nursing home", "TRANSFER FROM SKILLED NURSING FACILITY"),
    ],
)
def test_a_source_in_words_is_the_one_the_record_has(question: str, words: str, source: str) -> None:
    ((start, end, name),) = sources_in_words(question, RECORDED)
    assert (question[start:end], name) == (words, source)


def test_a_source_that_the_record_lacks_is_kept_in_its_words() -> None:
    ((_, _, name),) = sources_in_words("When was he last admitted through the ER?", ("CLINIC REFERRAL",))
    assert name == "ER"


@pytest.mark.parametrize(
    "question",
    ["When was the last ER visit?", "Was he admitted after he was discharged from the ER?", "Notes from the ER?"],
)
def test_what_is_no_source_of_an_admission_is_none(question: str) -> None:
    assert not list(sources_in_words(question, RECORDED))
