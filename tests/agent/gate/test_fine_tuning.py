"""Fine-tuning learns from labelled requests, from a checkpoint in the format of transformers."""

from __future__ import annotations

from pathlib import Path

import pytest

from chartwarden.agent.gate import fine_tuning
from chartwarden.agent.gate.training import Row
from chartwarden.agent.networks import fine_tuning as shared
from chartwarden.agent.networks.encoder import unpack
from chartwarden.agent.networks.fine_tuning import Rates
from chartwarden.agent.networks.pieces import Pieces

pytest.importorskip("transformers")
FACTS = ("list the drugs", "show the tests", "list tests", "show the drugs", "list the tests")
ADVICE = ("should i stop them", "must i start", "should i start the drugs", "must i stop the tests", "should i stop")


def rows() -> list[Row]:
    told = [Row(text, "R1", "en") for text in FACTS] + [Row(text, "X2", "en") for text in ADVICE]
    return [*told, Row("ist das schlimm", "X1", "de")]


def test_what_was_learnt_tells_the_classes_apart(
    checkpoint: Path, known: Pieces, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fine_tuning, "joined", lambda rows: [])
    monkeypatch.setattr(shared, "WARMING", 5)
    rates = Rates(1e-2, 1e-2)
    encoder = unpack(fine_tuning.fine_tune(rows(), checkpoint, known, rounds=60, rates=rates), known)
    assert (encoder.labels, encoder.corpus) == (("R1", "X2"), fine_tuning.digest_of(rows()[:-1])), (
        "of the language it reads, and no other"
    )
    for text in FACTS:
        assert encoder.probabilities(text)["R1"] > 0.6
    for text in ADVICE:
        assert encoder.probabilities(text)["X2"] > 0.6
