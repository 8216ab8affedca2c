"""Verification, one difference at a time: a log built by hand that is whole, and the same with one thing changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
import pytest

from chartwarden.agent.audit import entries, merkle
from chartwarden.agent.audit import verify as verification
from chartwarden.agent.audit.chain import EMPTY, BodyRow, BrokenLink, Chain, Row, follow
from chartwarden.agent.audit.checkpoints import sign
from chartwarden.agent.audit.entries import Context, commitment
from chartwarden.agent.audit.keys import Keys, open_keys, rotate
from chartwarden.agent.audit.merkle import Frontier
from chartwarden.agent.audit.verify import AnchorNotes, Problem, verify

CONTEXT = Context("s1", "dr.who", "physician", "TREAT", "", {}, "1")
START = "2026-03-01T09:00:00+00:00"
SECOND = "2026-03-01T09:00:{:02}+00:00"
"""The moment of an entry."""


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return open_keys(tmp_path_factory.mktemp("walk") / "keys")


@dataclass
class Made:
    """A log as verification reads one."""

    keys: Keys
    stored: list[Row] = field(default_factory=list)
    texts: list[BodyRow] = field(default_factory=list)
    triggers: tuple[str, ...] = ()

    def rows(self) -> Iterator[Row]:
        yield from self.stored

    def bodies(self, start: int | None, stop: int | None) -> list[BodyRow]:
        return [
            text for text in self.texts
            if (start is None or text.entry_seq >= start) and (stop is None or text.entry_seq < stop)
        ]  # fmt: skip

    def missing_triggers(self) -> tuple[str, ...]:
        return self.triggers

    def root(self, size: int) -> bytes:
        frontier = Frontier()
        for row in self.stored[:size]:
            frontier = frontier.append(row.leaf)
        return frontier.root()

    def note(self, size: int, time: str = START) -> str:
        """The checkpoint of the first `size` entries."""
        return sign(self.keys, size, self.root(size), time)

    def problems(self, anchors: Sequence[AnchorNotes] | None = None, **named: Any) -> list[tuple[str, int | None]]:
        return [(problem.kind, problem.seq) for problem in verify(self, self.keys.verifiers, anchors, **named).problems]


Step = tuple[str, dict[str, Any], dict[str, str]]


def gate(**facts: Any) -> Step:
    return "gate", facts, {}


def built(keys: Keys, *steps: Step | Callable[[Chain], Step], contexts: Sequence[Context] = ()) -> Made:
    """A log of these entries, a second apart, behind the one that names the signing key."""
    chain = Chain(keys.log_id, EMPTY)
    first: Step = ("configuration", {"event": "log created", "verifier": str(keys.verifier)}, {})
    for number, step in enumerate((first, *steps)):
        kind, facts, texts = step(chain) if callable(step) else step
        context = contexts[number] if number < len(contexts) else CONTEXT
        note = entries.note(context, kind, facts, texts)  # type: ignore[arg-type]
        note.time = SECOND.format(number)
        chain.add(note)
    return Made(keys, chain.rows, chain.bodies)


def checkpoint(signer: Keys, *, size: int | None = None, root: bytes | None = None) -> Callable[[Chain], Step]:
    """A checkpoint entry over what stands before it, or over something else."""

    def made(chain: Chain) -> Step:
        covered = chain.tail.size if size is None else size
        note = sign(signer, covered, root or chain.tail.frontier.root(), SECOND.format(chain.tail.size))
        return "checkpoint", {"note": note, "size": covered}, {}

    return made


def whole(keys: Keys) -> Made:
    """0 configuration, 1 question with a text, 2 answer with two, 3 checkpoint, 4 erase of 1, 5 gate, 6 gate."""
    made = built(
        keys,
        ("question", {}, {"question": "Any asthma?"}),
        ("answer", {"outcome": "answered"}, {"answer": "Asthma.", "plan": "Condition"}),
        checkpoint(keys),
        ("erase", {"entries": [[1, 1]]}, {}),
        gate(n=5),
        gate(n=6),
    )
    made.texts = [text for text in made.texts if text.entry_seq != 1]
    return made


def changed(row: Row, *, leaf: bool = True, **fields: Any) -> Row:
    """The row with fields of its body changed, and, unless told otherwise, its leaf made anew."""
    body = entries.canonical({**orjson.loads(row.body), **fields})
    return replace(row, body=body, leaf=merkle.leaf_hash(body) if leaf else row.leaf)


def anchor(*noted: str, name: str = "anchor") -> AnchorNotes:
    return AnchorNotes(name, noted)


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


def without(*seqs: int) -> Callable[[Made], None]:
    def damage(made: Made) -> None:
        made.stored = [row for row in made.stored if row.seq not in seqs]

    return damage


def with_row(seq: int, change: Callable[[Row], Row]) -> Callable[[Made], None]:
    def damage(made: Made) -> None:
        made.stored[seq] = change(made.stored[seq])

    return damage


def twice(seq: int) -> Callable[[Made], None]:
    return lambda made: made.stored.insert(seq + 1, made.stored[seq])


def rubbish(raw: bytes) -> Callable[[Row], Row]:
    return lambda row: replace(row, body=raw, leaf=merkle.leaf_hash(raw))


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
