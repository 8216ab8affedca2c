"""A blood pressure and its two numbers, however they are called."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.wording.pressures import pressures_plainly


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("last BP, the top number?", "last systolic blood pressure?"),
        ("her last BP: only the lower number, please", "her last diastolic blood pressure"),
        ("the lower figure at her first BP reading", "her first diastolic blood pressure"),
        ("a BP was taken, what was the lower figure", "a BP was taken, what was the diastolic blood pressure"),
        ("Newest BP, need both top and bottom number", "Newest BP"),
        (
            "systolic minus diastolic on the first BP?",
            "difference between first systolic and diastolic blood pressure?",
        ),
        ("BP (the systolic number only)", "systolic BP"),
        ("the lower number of her last blood pressure", "her last diastolic blood pressure"),
        ("blood pressure above 140, systolic?", "systolic blood pressure above 140?"),
        ("both numbers of the last BP", "systolic and diastolic blood pressure"),
        ("sys/dias today", "systolic and diastolic today"),
        ("latest pulse pressure?", "latest difference between systolic and diastolic blood pressure?"),
        ("what was her pressure at the last visit", "what was her blood pressure at the last visit"),
        ("was the top number the worst it's ever been?", "was the top number the highest?"),
        ("his pressure ulcer", "his pressure ulcer"),
        ("bring both, top and bottom", "bring both, top and bottom"),
    ],
)
def test_each_number_is_called_by_its_name(said: str, plain: str) -> None:
    assert pressures_plainly(said) == plain
