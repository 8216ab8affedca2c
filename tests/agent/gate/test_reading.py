"""How a request is read before it is judged, and the fixed texts that answer it."""

from __future__ import annotations

import pytest

from chartwarden.agent.gate import texts
from chartwarden.agent.gate.reading import asks, cleaned, folded, is_bare_question, parts_of, words_of
from chartwarden.agent.gate.taxonomy import LANGUAGES, Language


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("  What\tis\n it ?  ", "What is it ?"),
        ("ｗｈａｔ", "what"),
        ("st\u200bop", "stop"),
        ("patient’s “dose” „x” «y» ‐ ‑", 'patient\'s "dose" "x" "y" - -'),
        ("Stоp", "Stop"),
        ("Стоп", "Стоп"),
        ("a\x07b", "a b"),
        ("", ""),
    ],
)
def test_a_request_has_one_spelling(text: str, plain: str) -> None:
    assert cleaned(text) == plain


@pytest.mark.parametrize("part", ["why?", "Warum?", "¿Cuándo?", "qui ?", "Who"])
def test_one_question_word_is_a_bare_question(part: str) -> None:
    assert is_bare_question(part)


@pytest.mark.parametrize("part", ["advise", "safe?", "why not?", "?", "whyever"])
def test_any_other_part_is_no_bare_question(part: str) -> None:
    assert not is_bare_question(part)


def test_lower_case_without_accents() -> None:
    assert folded("ÄRZTIN Straße Ángel") == "arztin strasse angel"
    assert folded("STOP") == "stop"


def test_words_are_letters_with_what_is_left_out_between_them() -> None:
    assert words_of("I'd take a B12 l'aspirine, x") == ["i'd", "take", "a", "l'aspirine"]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("What is it? Stop it!", ("What is it?", "Stop it!")),
        ("One; what two; three", ("One;", "what two;", "three")),
        ("What is it, and what was it", ("What is it", "what was it")),
        ("What is it, and the rest", ("What is it, and the rest",)),
        ("The dose, and the route? What is it?", ("The dose, and the route?", "What is it?")),
        ("K? what is it? x", ("K?", "what is it?")),
        ("one - two, what three", ("one", "two", "what three")),
        ("", ()),
    ],
)
def test_parts_are_what_could_be_asked_alone(text: str, parts: tuple[str, ...]) -> None:
    assert parts_of(text) == parts


@pytest.mark.parametrize(
    ("part", "is_asked"),
    [("the dose? ", True), ("What dose", True), ("... ¿Qué dosis", True), ("The dose", False), ("12", False)],
)
def test_a_part_asks_by_its_mark_or_by_its_first_word(part: str, is_asked: bool) -> None:
    assert asks(part) is is_asked


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fixed_text_is_there_and_says_something_of_its_own(language: Language) -> None:
    said = [
        texts.disclaimer(language),
        texts.disclaimer(language, "full"),
        texts.emergency_template(language),
        texts.no_assessment(language),
        texts.gate_failed(language),
        texts.withheld_by_gate(language),
        texts.nothing_supported(language),
        *(texts.reason_for(one, language) for one in ("X1", "X2", "X6", "X7", "X9", "X10", "K1", "R7")),
    ]
    assert all(said)
    assert len(set(said)) == len(said)
    assert texts.reason_for("R1", language) == ""
    assert texts.offers_for("UNSURE", language) == ()


def test_offers_are_one_line_and_nothing_without_them() -> None:
    line = texts.offer_line(("List the diagnoses.", "Show the notes."))
    assert line.endswith(" List the diagnoses. Show the notes.")
    assert texts.offer_line(()) == ""
    assert texts._texts() is texts._texts()
