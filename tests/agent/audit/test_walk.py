"""Verification, one difference at a time: a log built by hand that is whole, and the same with one thing changed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chartwarden.agent.audit import verify as verification
from chartwarden.agent.audit.entries import commitment
from chartwarden.agent.audit.keys import open_keys, rotate
from chartwarden.agent.audit.verify import Problem, verify

from .made_logs import (
    SECOND,
    Made,
    Step,
    anchor,
    built,
    changed,
    checkpoint,
    gate,
    rubbish,
    twice,
    whole,
    with_row,
    without,
)


@pytest.mark.parametrize("chunk", [1, 2, 3, 7, 8])
def test_a_whole_log_is_told_whole_whatever_it_is_read_in(keys, chunk, monkeypatch):
    monkeypatch.setattr(verification, "CHUNK", chunk)
    made = whole(keys)
    report = verify(made, keys.verifiers, [anchor(made.note(3), made.note(6))])
    assert report.problems == ()
    assert report.notices == ()
    assert report.intact
    assert (report.log_id, report.entries, report.root) == (keys.log_id, 7, made.root(7).hex())
    assert (report.first_time, report.last_time) == (SECOND.format(0), SECOND.format(6))
    assert (report.checkpoints, report.anchored, report.texts, report.erased) == (1, 6, 2, 1)


# Rows


REPLACED = [("frontier", 5), ("replaced", 5)]


@pytest.mark.parametrize(
    ("damage", "problems", "said"),
    [
        (without(5), [("missing", 5)], "entry 5 is missing"),
        (without(4, 5), [("missing", 4), ("erasure", 1)], "entries 4 to 5 are missing"),
        (without(6), [], ""),
        (twice(5), [("misplaced", 5)], "a number that no entry can have"),
        (with_row(5, lambda row: changed(row, leaf=False, user="x")), [("altered", 5)], "do not hash to its leaf"),
        (with_row(5, lambda row: changed(row, user="x")), REPLACED, "frontier does not fit"),
        (with_row(6, lambda row: changed(row, user="x")), [("frontier", 6)], "frontier does not fit"),
        (with_row(5, lambda row: changed(row, seq=6)), [("misplaced", 5), *REPLACED], "written as entry 6"),
        (with_row(5, lambda row: changed(row, log_id="x")), [("misplaced", 5), *REPLACED], "for another log"),
        (with_row(5, lambda row: changed(row, prev="00")), [("replaced", 4), *REPLACED],
         "entry 5 was written after another entry 4"),
        (with_row(0, lambda row: changed(row, leaf=False, prev="00")), [("altered", 0), ("replaced", 0)], ""),
        (with_row(5, rubbish(b"not JSON")), [("altered", 5), *REPLACED], "not an audit entry of a known version"),
        (with_row(5, rubbish(b"[]")), [("altered", 5), *REPLACED], "not an audit entry of a known version"),
        (with_row(5, lambda row: changed(row, v=2)), [("altered", 5), *REPLACED], "not an audit entry of a known"),
        (with_row(5, lambda row: changed(row, facts=7)), REPLACED, ""),
        (with_row(5, lambda row: changed(row, text=7)), REPLACED, ""),
        (with_row(5, lambda row: replace(row, frontier=bytes(64))), [("frontier", 5)], "frontier does not fit"),
        (with_row(5, lambda row: replace(row, frontier=b"")), [("frontier", 5)], "frontier does not fit"),
        (with_row(6, lambda row: replace(row, frontier=bytes(96))), [("frontier", 6)], "frontier does not fit"),
    ],
)  # fmt: skip
def test_each_damage_to_a_row_is_told_where_it_is_and_only_there(keys, damage, problems, said):
    made = whole(keys)
    damage(made)
    report = verify(made, keys.verifiers)
    found = [(problem.kind, problem.seq) for problem in report.problems]
    assert sorted(found, key=str) == sorted(problems, key=str)
    assert any(said in problem.what for problem in report.problems) or not said


def test_an_empty_log_is_told(keys):
    assert Made(keys).problems() == [("empty", None)]


def test_a_missing_trigger_is_told_for_each(keys):
    made = whole(keys)
    made.triggers = ("one", "two")
    assert made.problems() == [("trigger", None)] * 2


def test_keys_of_another_log_are_told(keys, tmp_path):
    others = open_keys(tmp_path / "others")
    report = verify(built(keys, gate()), others.verifiers)
    assert ("other log", 0) in [(problem.kind, problem.seq) for problem in report.problems]


# Texts


def erased(made: Made, seq: int) -> Made:
    made.texts = [text for text in made.texts if text.entry_seq != seq]
    return made


@pytest.mark.parametrize(
    ("named", "seq", "counts", "problems"),
    [
        ([[1, 3]], 1, 2, []),
        ([[1, 3]], 2, 2, []),
        ([[1, 3]], 3, 2, []),
        ([[2, 2]], 2, 2, []),
        ([[1, 1], [3, 3]], 3, 2, []),
        ([[2, 3]], 1, 0, [("erasure", 1)]),
        ([[1, 2]], 3, 0, [("erasure", 3)]),
        ([[1, 1], [3, 3]], 2, 0, [("erasure", 2)]),
        ([], 2, 0, [("erasure", 2)]),
        ([[5, 5]], 5, 0, [("erasure", 5)]),
    ],
)
def test_a_text_may_be_gone_where_a_later_entry_says_so(keys, named, seq, counts, problems):
    answer: Step = ("answer", {}, {"answer": "a", "plan": "b"})
    made = erased(built(keys, answer, answer, answer, ("erase", {"entries": named}, {}), answer), seq)
    report = verify(made, keys.verifiers)
    assert [(problem.kind, problem.seq) for problem in report.problems] == problems
    assert (report.erased, report.texts) == (counts, 6)
    if problems:
        assert "2 of its texts are gone" in report.problems[0].what
        assert report.problems[0].since == "unknown"


@pytest.mark.parametrize(
    ("change", "problems", "counted"),
    [
        (lambda text: text, [], 2),
        (lambda text: replace(text, text=b"other"), [("text", 2)], 2),
        (lambda text: replace(text, salt=b"other"), [("text", 2)], 2),
        (lambda text: replace(text, name="more"), [("text", 2), ("erasure", 2)], 2),
        (lambda text: replace(text, entry_seq=5), [("text", 5), ("erasure", 2)], 2),
        (lambda text: replace(text, entry_seq=99), [("text", 99), ("erasure", 2)], 2),
        (lambda text: replace(text, entry_seq=-1), [("text", -1), ("erasure", 2)], 2),
    ],
)
def test_a_text_counts_where_its_entry_committed_to_it(keys, change, problems, counted):
    made = whole(keys)
    made.texts[0] = change(made.texts[0])
    assert made.problems() == problems
    assert verify(made, keys.verifiers).texts == counted


def test_a_copy_without_texts_says_that_they_were_not_checked(keys):
    made = whole(keys)
    made.texts = []
    assert made.problems() == [("erasure", 2)]
    report = verify(made, keys.verifiers, has_texts=False)
    assert report.intact
    assert (report.texts, report.erased) == (0, 0)
    assert any("not in the export" in notice for notice in report.notices)


def test_the_commitment_of_a_text_is_over_salt_and_content():
    assert len({commitment(b"s", b"ab"), commitment(b"sa", b"bc"), commitment(b"t", b"ab")}) == 3
    assert commitment(b"s", b"ab") == commitment(b"s", b"ab")


# Checkpoints inside the log


@pytest.mark.parametrize("size", [0, 1, 3])
def test_a_checkpoint_of_another_size_was_replayed(keys, size):
    made = built(keys, gate(), checkpoint(keys, size=size), gate())
    assert made.problems() == [("checkpoint", 2)]
    assert "replayed" in verify(made, keys.verifiers).problems[0].what


def test_a_checkpoint_over_other_entries_does_not_count(keys):
    report = verify(built(keys, gate(), checkpoint(keys, root=bytes(32))), keys.verifiers)
    assert [(problem.kind, problem.seq) for problem in report.problems] == [("checkpoint", 2)]
    assert "over other entries" in report.problems[0].what
    assert report.checkpoints == 0


def test_a_key_counts_from_the_entry_that_puts_it_in_use(keys, tmp_path):
    old = open_keys(tmp_path / "keys")
    new = rotate(old)
    announced: Step = ("configuration", {"verifier": str(new.verifier)}, {})
    cases = {
        (old, "before"): [],
        (new, "before"): [("checkpoint", 2)],
        (old, "after"): [("checkpoint", 3)],
        (new, "after"): [],
    }
    for (signer, when), problems in cases.items():
        steps = [gate(), checkpoint(signer), announced] if when == "before" else [gate(), announced, checkpoint(signer)]
        assert replace(built(old, *steps), keys=new).problems() == problems, (when, problems)
    stranger: Step = ("configuration", {"verifier": str(keys.verifier)}, {})
    report = verify(built(old, stranger), old.verifiers)
    assert [(problem.kind, problem.seq) for problem in report.problems] == [("checkpoint", 1)]
    assert "not among the trusted" in report.problems[0].what


def test_a_change_of_settings_puts_no_key_in_use(keys):
    assert built(keys, ("configuration", {"event": "settings"}, {}), checkpoint(keys)).problems() == []


def test_a_problem_says_since_when_the_log_was_whole(keys):
    made = built(keys, gate(), checkpoint(keys), gate(), gate())
    made.stored[1] = changed(made.stored[1], leaf=False, user="x")
    made.stored[4] = changed(made.stored[4], leaf=False, user="x")
    first, last = verify(made, keys.verifiers).problems
    assert first.since == f"after {SECOND.format(0)}, no checkpoint before it"
    assert last.since == f"after {SECOND.format(3)}, whole up to entry 1 by the checkpoint at entry 2"
    assert str(last) == f"entry 4: {last.what} ({last.since})"
    assert str(Problem("trigger", None, "gone", "long ago")) == "log: gone (long ago)"
    made = built(keys, gate())
    made.stored[0] = changed(made.stored[0], leaf=False, user="x")
    assert verify(made, keys.verifiers).problems[0].since == "no checkpoint before it"
