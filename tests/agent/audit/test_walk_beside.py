"""A whole log held against what stands beside it: anchors, clocks, and what others appended."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chartwarden.agent.audit import entries
from chartwarden.agent.audit.chain import EMPTY, BrokenLink, Chain, follow
from chartwarden.agent.audit.checkpoints import sign
from chartwarden.agent.audit.keys import open_keys
from chartwarden.agent.audit.verify import AnchorNotes, verify

from .made_logs import (
    CONTEXT,
    SECOND,
    START,
    Made,
    anchor,
    built,
    changed,
    gate,
    rubbish,
    twice,
    whole,
    with_row,
    without,
)

# Anchors


def test_an_anchor_vouches_up_to_its_last_checkpoint_that_fits(keys):
    made = whole(keys)
    for size in (1, 3, 7):
        report = verify(made, keys.verifiers, [anchor(made.note(1), made.note(size, SECOND.format(30)))])
        assert (report.problems, report.anchored) == ((), size)
    made.stored[5] = changed(made.stored[5], leaf=False, user="x")
    report = verify(made, keys.verifiers, [anchor(made.note(2), made.note(5))])
    assert report.problems[0].since.endswith("whole up to entry 4 by anchor")


def test_an_anchor_that_knows_other_entries_tells_since_when(keys):
    made = whole(keys)
    wrong = sign(keys, 5, bytes(32), "2026-03-02T00:00:00+00:00")
    report = verify(made, keys.verifiers, [anchor(made.note(2), wrong, made.note(6, "2026-03-03T00:00:00+00:00"))])
    (problem,) = report.problems
    assert (problem.kind, problem.seq, report.anchored) == ("rewritten", None, 6)
    assert "the first 5 entries" in problem.what
    assert problem.since.startswith("changed since 2026-03-02T00:00:00+00:00; whole up to entry")


@pytest.mark.parametrize(
    ("sizes", "is_export", "problems", "noticed"),
    [
        ([7], False, [], False),
        ([7, 9], False, [("cut", 7)], False),
        ([9], False, [("cut", 7)], False),
        ([7, 9], True, [], True),
        ([9], True, [("cut", 7)], False),
        ([6, 9], True, [("cut", 7)], False),
        ([7, 9, 12], False, [("cut", 7)], False),
    ],
)
def test_a_log_shorter_than_its_anchor_was_cut_unless_it_is_a_copy_that_ends_at_a_checkpoint(
    keys, sizes, is_export, problems, noticed
):
    made = whole(keys)
    longer = built(keys, *[gate(n=n) for n in range(12)])
    noted = [made.note(size) if size <= 7 else longer.note(size) for size in sizes]
    report = verify(made, keys.verifiers, [anchor(*noted)], is_export=is_export)
    assert [(problem.kind, problem.seq) for problem in report.problems] == problems
    assert any("went on after the export" in notice and "9 entries" in notice for notice in report.notices) is noticed
    if problems:
        assert "signed checkpoint of 9" in report.problems[0].what


@pytest.mark.parametrize(
    ("later", "earlier", "problems"),
    [
        ("2026-03-01T09:05:00+00:00", "2026-03-01T09:00:00+00:00", []),
        ("2026-03-01T09:00:00+00:00", "2026-03-01T09:00:00+00:00", []),
        ("2026-03-01T09:00:00+00:00", "2026-03-01T09:04:59+00:00", []),
        ("2026-03-01T09:00:00+00:00", "2026-03-01T09:05:00+00:00", []),
        ("2026-03-01T09:00:00+00:00", "2026-03-01T09:05:01+00:00", [("anchor", None)]),
        ("2026-03-01T09:00:00+00:00", "2026-03-01T11:05:01+02:00", [("anchor", None)]),
        ("2026-03-01T09:00:00+00:00", "then", []),
        ("then", "2026-03-01T09:30:00+00:00", []),
        ("2026-03-01T09:00:00", "2026-03-01T09:30:00+00:00", []),
    ],
)
def test_a_smaller_log_signed_after_a_larger_one_by_more_than_clocks_differ_is_a_replay(keys, later, earlier, problems):
    """`later` is the time of the larger log, which the anchor got first."""
    made = whole(keys)
    assert made.problems([anchor(made.note(6, later), made.note(3, earlier))]) == problems


def test_a_larger_log_may_be_signed_at_any_later_time(keys):
    made = whole(keys)
    noted = [made.note(3), made.note(6, "2026-04-01T00:00:00+00:00"), made.note(7, "2026-05-01T00:00:00+00:00")]
    assert made.problems([anchor(*noted)]) == []


def test_the_same_note_twice_is_a_replay_in_one_anchor_and_none_in_two(keys):
    made = whole(keys)
    assert made.problems([anchor(made.note(3)), anchor(made.note(3), name="other")]) == []
    report = verify(made, keys.verifiers, [anchor(made.note(3), made.note(6), made.note(3))])
    (problem,) = report.problems
    assert problem.what == "checkpoint 3 of anchor was replayed: 3 entries, 6 before it"


def test_two_roots_of_one_size_are_a_split_view(keys):
    made = whole(keys)
    other = sign(keys, 5, bytes(32), "2026-03-01T08:00:00+00:00")
    report = verify(made, keys.verifiers, [anchor(made.note(5)), anchor(other, name="their copy")])
    split, rewritten = report.problems
    assert (split.kind, split.seq, split.since) == ("split view", 4, "made 2026-03-01T08:00:00+00:00")
    assert "5 entries were signed (anchor, their copy)" in split.what
    assert rewritten.kind == "rewritten"


def test_what_nobody_trusted_signed_is_a_forgery_in_our_name_or_another_log(keys, tmp_path):
    made, others = whole(keys), open_keys(tmp_path / "others")
    theirs = sign(others, 3, bytes(32), START)
    forged = made.note(3).replace("\n3\n", "\n4\n")
    assert made.problems([anchor(made.note(3), theirs)]) == []
    assert made.problems([anchor(theirs)]) == [("other log", None)]
    assert made.problems([anchor(made.note(6), forged)]) == [("anchor", None)]
    assert made.problems([anchor(made.note(6), "one line that is no note")]) == [("anchor", None)]


@pytest.mark.parametrize(
    ("anchors", "said"),
    [(None, "without anchors"), ((), "hold no checkpoint of this log yet"), ((AnchorNotes("a", ()),), "hold no check")],
)
def test_what_could_not_be_held_against_an_anchor_is_said(keys, anchors, said):
    report = verify(whole(keys), keys.verifiers, anchors)
    assert report.intact
    assert [said in notice for notice in report.notices] == [True]


# Clocks


@pytest.mark.parametrize(
    ("kinds", "sessions", "moments", "noticed"),
    [
        (("gate", "gate"), ("s", "s"), (SECOND.format(9), SECOND.format(10)), []),
        (("gate", "gate"), ("s", "s"), (SECOND.format(9), SECOND.format(9)), []),
        (("gate", "gate"), ("s", "s"), (SECOND.format(9), SECOND.format(8)), [2]),
        (("gate", "gate"), ("s", "t"), (SECOND.format(9), SECOND.format(8)), []),
        (("session_end", "gate"), ("s", "s"), (SECOND.format(9), SECOND.format(8)), []),
    ],
)
def test_a_clock_that_goes_back_within_a_session_is_noticed(keys, kinds, sessions, moments, noticed):
    chain = Chain(keys.log_id, EMPTY)
    chain.add(entries.note(CONTEXT, "configuration", {"verifier": str(keys.verifier)}, {}))
    for kind, session, moment in zip(kinds, sessions, moments, strict=True):
        note = entries.note(replace(CONTEXT, session=session), kind, {}, {})
        note.time = moment
        chain.add(note)
    report = verify(Made(keys, chain.rows), keys.verifiers, [])
    back = [notice for notice in report.notices if "clock" in notice]
    assert report.intact
    assert len(back) == len(noticed)
    assert all(f"entry {seq}" in notice for seq, notice in zip(noticed, back, strict=True))


# Following what others appended


def test_following_whole_rows_gives_their_end_and_the_key_they_put_in_use(keys):
    made = whole(keys)
    end, announced = follow(EMPTY, made.stored, keys.log_id)
    assert (end.size, end.leaf, end.frontier.root()) == (7, made.stored[-1].leaf, made.root(7))
    assert announced == str(keys.verifier)
    halfway, _ = follow(EMPTY, made.stored[:4], keys.log_id)
    assert follow(halfway, made.stored[4:], keys.log_id) == (end, "")
    more = built(keys, ("configuration", {"event": "settings"}, {}))
    assert follow(EMPTY, more.stored, keys.log_id)[1] == str(keys.verifier)


@pytest.mark.parametrize(
    ("change", "seq", "what"),
    [
        (without(5), 5, "is missing"),
        (twice(5), 6, "is missing"),
        (with_row(5, lambda row: changed(row, leaf=False, user="x")), 5, "was altered"),
        (with_row(5, rubbish(b"not JSON")), 5, "is not an audit entry"),
        (with_row(5, rubbish(b"[]")), 5, "is not an audit entry"),
        (with_row(5, rubbish(b"{}")), 5, "is not an audit entry"),
        (with_row(5, lambda row: changed(row, seq=6)), 5, "belongs to another place"),
        (with_row(5, lambda row: changed(row, log_id="x")), 5, "belongs to another place"),
        (with_row(5, lambda row: changed(row, prev="00")), 5, "does not follow"),
        (with_row(5, lambda row: changed(row, user="x")), 5, "has a frontier that does not fit"),
        (with_row(5, lambda row: replace(row, frontier=bytes(64))), 5, "has a frontier that does not fit"),
        (with_row(0, lambda row: changed(row, prev="00")), 0, "does not follow"),
    ],
)  # fmt: skip
def test_what_does_not_fit_stops_at_the_first_row_and_says_what_it_is(keys, change, seq, what):
    made = whole(keys)
    change(made)
    with pytest.raises(BrokenLink, match=what) as caught:
        follow(EMPTY, made.stored, keys.log_id)
    assert caught.value.seq == seq
    assert str(caught.value).startswith(f"audit entry {seq} ")
