"""The encoder of the gate learns new requests and keeps what it knew."""

from __future__ import annotations

from pathlib import Path

import pytest

from chartwarden.agent.gate import going_on
from chartwarden.agent.gate.fine_tuning import Course, Examples, Judge, digest_of, importance_of, labels_of
from chartwarden.agent.gate.going_on import gone_on
from chartwarden.agent.gate.training import Row, corpus
from chartwarden.agent.networks import fine_tuning as shared
from chartwarden.agent.networks.encoder import unpack
from chartwarden.agent.networks.fine_tuning import Learner, Rates
from chartwarden.agent.networks.pieces import Pieces

pytest.importorskip("transformers", reason="needs transformers (the extra medgemma)")
KNOWN = (("list the drugs", "R1"), ("show the tests", "R1"), ("should i stop them", "X2"), ("must i start", "X2"))
NEW = (("son my list", "X2"), ("son my stop", "R1"))
LABELS = ("R1", "X2")


def rows_of(told: tuple[tuple[str, str], ...]) -> list[Row]:
    return [Row(text, class_id, "en") for text, class_id in told]  # type: ignore[arg-type]


@pytest.fixture
def begun(checkpoint: Path, known: Pieces, monkeypatch: pytest.MonkeyPatch) -> bytes:
    monkeypatch.setattr(going_on, "joined", lambda rows: [])
    monkeypatch.setattr(going_on, "KEPT", 1)
    monkeypatch.setattr(shared, "WARMING", 5)
    rows = rows_of(KNOWN)
    judge = Judge(Learner.begun(checkpoint, len(LABELS)), LABELS)
    examples = Examples([known.cut(row.text, 12) for row in rows], labels_of(rows, LABELS), importance_of(rows))
    judge.learn(examples, Course(0, Rates(1e-2, 1e-2), 40))
    return judge.learner.packed(LABELS, digest_of(rows), known, 12)


def test_new_requests_are_learnt_and_the_others_kept(begun: bytes, known: Pieces) -> None:
    before = unpack(begun, known)
    assert before.probabilities(["son my list"])[0]["X2"] < 0.6
    every = rows_of((*KNOWN, *NEW))
    encoder = unpack(gone_on(every, rows_of(NEW), begun, known, Course(1, Rates(3e-3, 1e-2), 40)), known)
    assert encoder.corpus == digest_of(every) != before.corpus
    for text, class_id in (*KNOWN, *NEW):
        assert encoder.probabilities([text])[0][class_id] > 0.6, text


def test_what_is_no_new_file_of_the_corpus_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for given in ([], ["en_pairs_4", "no_such_file"]):
        monkeypatch.setattr("sys.argv", ["going_on", *given])
        with pytest.raises(SystemExit, match="names of new files of the corpus"):
            going_on.main()


def test_the_rows_of_some_files_are_had(written: list[Row]) -> None:
    some = corpus(["en_pairs_4", "en_pairs_5"])
    assert some == [*corpus(["en_pairs_4"]), *corpus(["en_pairs_5"])]
    assert set(some) < set(written)
