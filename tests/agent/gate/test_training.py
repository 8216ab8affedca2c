"""The weights of the gate: they belong to the corpus, are read without a model library, and explain themselves."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys

import pytest

from chartwarden.agent.errors import GateError
from chartwarden.agent.gate import admit, scoring, training
from chartwarden.agent.gate.features import features_of
from chartwarden.agent.gate.reading import parts_of
from chartwarden.agent.gate.taxonomy import ANSWERED, LANGUAGES

FACTS = {"answer", "facts_only"}


def test_the_weights_of_the_package_were_trained_on_the_corpus_of_the_package() -> None:
    assert scoring.weights().corpus == training.corpus_digest(), "run python -m chartwarden.agent.gate.training"


def test_the_corpus_is_as_wide_as_promised_and_says_nothing_twice_in_two_ways() -> None:
    rows = training.corpus()
    classes = {row.class_id for row in rows}
    assert {row.language for row in rows} == set(LANGUAGES)
    assert {"X1", "X2", "X3", "X4", "X5", "X6", "X7", "X8", "X9", "X10", "X11", "K1", "R7", "MIX", "UNSURE"} <= classes
    labels: dict[str, set[str]] = {}
    for row in rows:
        labels.setdefault(row.text.casefold(), set()).add(row.class_id)
    assert not {text: found for text, found in labels.items() if len(found) > 1}


def test_what_it_was_taught_it_knows() -> None:
    taught = [row for row in training.corpus() if row.class_id in ANSWERED | {"X1", "X2", "X3", "X4"}][::40]
    wrong = [row.text for row in taught if (admit(row.text).action in FACTS) != (row.class_id in ANSWERED)]
    assert len(wrong) / len(taught) < 0.05, wrong


def test_what_a_request_is_about_does_not_change_its_features() -> None:
    assert features_of("Should I stop ramipril?") == features_of("Should I stop lisinopril?")
    assert features_of("Was the potassium 3.1 on 2023-01-02?") == features_of("Was the sodium 141 on 2021-05-06?")


def test_a_decision_can_be_told_from_the_features_that_carried_it() -> None:
    spoke = [name for name, added in scoring.why("Should I stop ramipril?", "X2", 40) if added > 0]
    assert any("must" in name for name in spoke)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "What was the last potassium, and should I replace it?",
            ("What was the last potassium", "should I replace it?"),
        ),
        ("K 2.9 - replace?", ("K 2.9", "replace?")),
        ("List the allergies and the problems.", ("List the allergies and the problems.",)),
        ("Seit wann nimmt er es und soll er es weiternehmen?", ("Seit wann nimmt er es", "soll er es weiternehmen?")),
        ("Dr. Lee saw him. When?", ("Dr. Lee saw him.", "When?")),
    ],
)
def test_a_request_is_parted_where_another_one_begins(text: str, parts: tuple[str, ...]) -> None:
    assert parts_of(text) == parts


def test_judging_needs_no_model_library() -> None:
    code = (
        "import sys\nfrom chartwarden.agent.gate import admit\nadmit('Should I stop ramipril?')\n"
        "print([name for name in ('numpy', 'scipy', 'sklearn', 'torch') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.slow
def test_the_same_rows_give_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "JOINED", 5)
    rows = training.corpus()[::20]
    assert training.train(rows) == training.train(rows)


def test_weights_for_other_features_are_refused() -> None:
    packed = gzip.compress(json.dumps({"features_version": 0}).encode() + b"\n\n\n\n")
    with pytest.raises(GateError, match="train again"):
        scoring.read_weights(packed)
