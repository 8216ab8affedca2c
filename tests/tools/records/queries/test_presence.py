"""Whether a test found its thing: by the first words of its result, and by nothing that stands behind them."""

from __future__ import annotations

from typing import Any

import pytest

from chartwarden.tools.records.query import RecordQuery

from .conftest import Ask
from .resources import coded, concept

NITRITE = concept("5802-4")


def said(ask: Ask, **result: Any) -> object:
    """The yes or no to whether the one result on record was positive; None where it decides neither."""
    row = {
        "resourceType": "Observation", "id": "n", "status": "final", "subject": {"reference": "Patient/p"},
        "code": coded("5802-4", "Nitrite"), "effectiveDateTime": "2020-01-02", **result,
    }  # fmt: skip
    query = RecordQuery(types=("Observation",), concept=NITRITE, measure="exists", held=True, said="present")
    computed = ask(query, row).computed
    assert computed is not None
    return computed.value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("POSITIVE by immunoassay.   (Reference range: negative).", True),
        ("Positive; earlier sample negative", True),
        ("Reactive", True),
        ("2+", True),
        ("Negative for antibody. A positive result tells of an infection in the past.", False),
        ("Not reactive", False),
        ("non-reactive", False),
        ("RNA not detected.  Performed elsewhere.", False),
        ("No parasites seen", False),
        ("Trace", None),
        ("Equivocal, weakly positive", None),
        ("Test not performed", None),
        ("No sample received", None),
        ("Gram positive cocci in chains", None),
        ("see comment", None),
    ],
)
def test_the_first_words_of_a_result_decide(ask: Ask, text: str, expected: bool | None) -> None:
    assert said(ask, valueString=text) is expected


def test_a_flag_counts_and_may_contradict(ask: Ask) -> None:
    flag = {
        "interpretation": [
            coded("POS", "Positive", "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation")
        ]
    }
    assert said(ask, **flag) is True
    assert said(ask, valueString="positive", **flag) is True
    assert said(ask, valueString="negative", **flag) is None
