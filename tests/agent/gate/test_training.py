"""The weights of the gate: they belong to the corpus, are read without a model library, and explain themselves."""

from __future__ import annotations

import subprocess
import sys

import numpy
import pytest
import scipy.sparse as sparse

from chartwarden.agent.gate import admit, scoring, training
from chartwarden.agent.gate.features import VERSION, features_of
from chartwarden.agent.gate.learning import Examples, Learner
from chartwarden.agent.gate.reading import parts_of
from chartwarden.agent.gate.taxonomy import ANSWERED, LANGUAGES
from chartwarden.agent.networks.network import Layer, Network
from chartwarden.agent.networks.packing import unpack

FACTS = {"answer", "facts_only"}


def test_the_weights_of_the_package_were_trained_on_the_corpus_of_the_package() -> None:
    assert scoring.weights().corpus == training.corpus_digest(), "run python -m chartwarden.agent.gate.training"


def test_the_corpus_is_as_wide_as_promised_and_says_nothing_twice_in_two_ways(
    written: list[training.Row],
) -> None:
    classes = {row.class_id for row in written}
    assert {row.language for row in written} == set(LANGUAGES)
    assert {"X1", "X2", "X3", "X4", "X5", "X6", "X7", "X8", "X9", "X10", "X11", "K1", "R7", "MIX", "UNSURE"} <= classes
    labels: dict[str, set[str]] = {}
    for row in written:
        labels.setdefault(row.text.casefold(), set()).add(row.class_id)
    assert not {text: found for text, found in labels.items() if len(found) > 1}


def test_what_it_was_taught_it_knows(written: list[training.Row]) -> None:
    taught = [row for row in written if row.class_id in ANSWERED | {"X1", "X2", "X3", "X4"}][::120]
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


def test_judging_needs_no_model_library_and_its_import_no_numbers() -> None:
    code = (
        "import sys\nfrom chartwarden.agent.gate import admit\nassert 'numpy' not in sys.modules\n"
        "admit('Should I stop ramipril?')\n"
        "print([name for name in ('scipy', 'sklearn', 'torch') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.slow
def test_the_same_rows_give_the_same_bytes(monkeypatch: pytest.MonkeyPatch, written: list[training.Row]) -> None:
    monkeypatch.setattr(training, "JOINED", 5)
    rows = written[::20]
    assert training.train(rows) == training.train(rows)


def packing(**rows: list[list[float]]) -> Network:
    """What is read again of members whose rows for the named features are these."""
    one = numpy.ones(4, dtype=numpy.float32)
    examples = Examples(sparse.csr_matrix(numpy.ones((4, len(rows)))), numpy.ones((4, 2)), one[:2], one, one, one)
    members = [Learner(examples, 2, seed) for seed in range(2)]
    for at, member in enumerate(members):
        member.rows.rows.value = numpy.array([row[at] for row in rows.values()])
        member.rows.bias.value = numpy.array([0.123456789, -1.0])
        member.hidden.weights.value = numpy.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
        member.hidden.bias.value = numpy.array([0.5, 0.0, -0.5])
        member.out.weights.value = numpy.array([[1.0, 0.0, 7.0], [0.0, 1.0, 8.0], [0.0, 0.0, 9.0]])
        member.out.bias.value = numpy.array([0.25, 0.0, 4.0])
    trained = unpack(training._packed([f"w: {name}" for name in rows], ["R1", "X2"], members, "digest"), VERSION)
    assert trained.corpus == "digest"
    return trained.networks[scoring.REQUEST]


def test_packing_keeps_every_number_to_its_place_and_rounds_the_rows_to_levels() -> None:
    kept = packing(stop=[[5.0, -5.0], [1.0, 0.0]], it=[[2.0, -1.0], [-2.0, 0.4]])
    assert kept.labels == {"class": ("R1", "X2"), "alarm": ("X5",)}
    rows = {name: list(row) for name, row in kept.table.rows(["w: stop", "w: it"]).items()}
    assert rows == {"w: stop": [5, -5, 1, 0], "w: it": [2, -1, -2, 0]}
    assert kept.table.step == pytest.approx(training.SCALE, rel=0.01)
    assert (kept.table.bias, kept.table.widths) == ((0.12346, -1.0, 0.12346, -1.0), (2, 2))
    first = kept.members[0]
    assert first.hidden == Layer(((1.0, 4.0), (2.0, 5.0), (3.0, 6.0)), (0.5, 0.0, -0.5))
    assert first.heads == {
        "class": Layer(((1.0, 0.0, 0.0), (0.0, 1.0, 0.0)), (0.25, 0.0)),
        "alarm": Layer(((7.0, 8.0, 9.0),), (4.0,)),
    }


def test_a_small_corpus_is_learnt_to_its_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("MEMBERS", 2), ("ROUNDS", 40), ("JOINED", 0)):
        monkeypatch.setattr(training, name, value)
    told = [("Which labs are shown?", "R1"), ("Should he stop it?", "X2"), ("He collapsed, help now!", "X5")]
    rows = [training.Row(text, class_id, "fr") for text, class_id in told for _ in range(30)]  # type: ignore[arg-type]
    learnt = training.trained_on(rows)
    for text, class_id in told:
        judged = scoring.judge(text, learnt)
        assert max(judged.scores, key=lambda one: judged.scores[one]) == class_id
        assert (judged.emergency > 0.5) == (class_id == "X5")


def test_patterns_are_written_out_and_joined_requests_are_mixed_or_stay_answered() -> None:
    drawn = {training._drawn("(a|b) (c|) ?", training.random.Random(seed)) for seed in range(40)}
    assert drawn == {"a c?", "b c?", "a?", "b?"}
    rows = [training.Row("What is it?", "R1", "en", group="g"), training.Row("Should he stop?", "X2", "en")]
    made = training.joined(rows)
    assert {row.class_id for row in made} == {"MIX", "R1"}
    assert len(made) == 2 * training.JOINED
    assert all(row.text.startswith("What is it") and row.weight == training.PATTERN_WEIGHT for row in made)
    assert all(("stop" in row.text) == (row.class_id == "MIX") for row in made)


def test_parts_are_taken_from_answered_requests_alone() -> None:
    rows = [training.Row("He fell. What is it?", "R1", "en"), training.Row("He fell. Should he stop?", "X2", "en")]
    parts = training.parted(rows)
    assert [part.text for part in parts] == ["He fell.", "What is it?"]
    assert all(part.is_part and part.weight == training.PART_WEIGHT for part in parts)
