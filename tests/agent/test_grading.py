"""Graders judge by type, and a failure is never an absence."""

from __future__ import annotations

import pytest

from chartwarden.agent.grading import Expected, fold_unit, grade, same_text


@pytest.mark.parametrize(
    ("expected", "value", "right"),
    [
        (Expected("boolean", True), [True], True),
        (Expected("boolean", True), ["yes"], True),
        (Expected("boolean", False), [], True),
        (Expected("boolean", True), [], False),
        (Expected("number", 5.4, tolerance=0.05), [5.42], True),
        (Expected("number", 5.4, tolerance=0.05), [5.46], False),
        (Expected("number", 5.4), [5.44], True),
        (Expected("number", 5.4), [5.5], False),
        (Expected("number", 3, tolerance=0), [], False),
        (Expected("number", 0, tolerance=0), [], True),
        (Expected("number", -1.5, tolerance=0.1, ignore_sign=True), [1.5], True),
        (Expected("date", "2020-01-02"), ["2020-01-02T03:04:05+00:00"], True),
        (Expected("date", "2020-01-02"), ["2020-01-01T23:30:00-05:00"], True),
        (Expected("date", "2020-01-02"), ["2020-01"], False),
        (Expected("datetime", "2180-05-07T17:15:00-04:00"), ["2180-05-07T21:15:30Z"], True),
        (Expected("datetime", "2180-05-07T17:15:00-04:00"), ["2180-05-07T17:16:00-04:00"], False),
        (Expected("string", "Chronic sinusitis (disorder)"), ["chronic sinusitis"], True),
        (Expected("string", "Chronic sinusitis (disorder)"), ["chronic"], False),
        (Expected("string", "Sinusitis"), ["no sinusitis"], False),
        (Expected("any_of", ["AMBI5", "Zolpidem Tartrate"]), ["Zolpidem Tartrate", "AMBI5"], True),
        (Expected("any_of", ["AMBI5"]), ["AMBI5", "other"], False),
        (Expected("set", ["a b", "c"]), ["c", "A B"], True),
        (Expected("set", ["a", "c"]), ["a"], False),
        (Expected("set", ["a"]), ["a", "c"], False),
        (Expected("list", [120, 80], tolerance=0.5), ["120/80"], True),
        (Expected("list", [120, 80], tolerance=0.5), [80, 120], False),
    ],
)
def test_an_answer_is_graded_by_its_type(expected: Expected, value: list[str | float | bool], right: bool) -> None:
    assert grade(expected, "answered", value).correct is right


def test_absence_is_right_only_where_it_was_stated() -> None:
    nothing = Expected("none")
    assert grade(nothing, "not_recorded", []).correct
    assert not grade(nothing, "answered", [1]).correct
    assert not grade(nothing, "failed", []).correct
    assert grade(nothing, "answered", []).reason == "answered_unanswerable"


def test_a_wrong_unit_is_wrong_and_a_missing_one_is_not() -> None:
    expected = Expected("number", 120, unit="mm[Hg]", tolerance=1)
    assert grade(expected, "answered", [120], "mmHg").correct
    assert grade(expected, "answered", [120]).correct
    assert grade(expected, "answered", [120], "kPa").reason == "wrong_unit"


def test_an_alternative_is_as_good_as_the_expected_value() -> None:
    expected = Expected("string", "Foley", alternatives=("Void",))
    assert grade(expected, "answered", ["Void"]).correct


def test_partial_sets_are_told_by_f1() -> None:
    assert grade(Expected("set", ["a", "b"]), "answered", ["a"]).f1 == pytest.approx(2 / 3)


def test_units_and_titles_fold() -> None:
    for one, other in [("mm Hg", "mm[Hg]"), ("days", "d"), ("Hours", "h"), ("bpm", "/min"), ("(score)", "{score}")]:
        assert fold_unit(one) == fold_unit(other)
    assert fold_unit("mg") != fold_unit("mcg")
    assert same_text("Dr. Jeri Hansen", "Jeri Hansen")
