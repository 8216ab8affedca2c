"""When a log signs itself, how many entries a transaction takes, and what it refuses to go on from."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from chartwarden.agent.audit import log as logging
from chartwarden.agent.audit import writing
from chartwarden.agent.audit.keys import open_keys
from chartwarden.agent.audit.log import AuditLog, Trail, operator
from chartwarden.agent.errors import AuditError

if TYPE_CHECKING:
    from tests.agent.audit.conftest import Place

Opens = Callable[..., Trail]


class Clock:
    """The monotonic clock, set by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr(writing.time, "monotonic", lambda: self.now)


def kinds(log: AuditLog) -> str:
    """First letters of the kinds: c for configuration, k for checkpoint, g for gate, s for the end of a session."""
    letters = {"configuration": "c", "checkpoint": "k", "gate": "g", "session_end": "s"}
    names = [logging.entries.parse(row.seq, row.leaf, row.body).kind for row in log.storage.rows()]
    return "".join(letters[name] for name in names)


@pytest.mark.parametrize(
    ("every", "written"),
    [(1, "cgkgkgkgkgkgk"), (2, "cgkggkggkg"), (4, "cgggkggg"), (7, "cggggggk"), (8, "cgggggg")],
)
def test_a_checkpoint_comes_with_the_entry_that_makes_so_many(place: Place, trail: Opens, every: int, written: str):
    with place.open(entries=every) as log:
        for number in range(6):
            trail(log, patient="").commit("gate", {"n": number})
        assert kinds(log) == written
        assert log._writer.uncovered == len(written) - 1 - written.rfind("k")


def test_a_checkpoint_comes_when_so_many_seconds_have_gone_by(place: Place, trail: Opens, monkeypatch):
    clock = Clock(monkeypatch)
    with place.open(minutes=1.0) as log:
        assert log._writer.seconds_between == 60
        for gone, written in ((59.9, "cg"), (0.1, "cggk"), (59.9, "cggkg"), (0.2, "cggkggk")):
            clock.now += gone
            trail(log, patient="").commit("gate", {})
            assert kinds(log) == written


def test_a_checkpoint_that_is_asked_for_is_not_made_twice(place: Place, trail: Opens):
    with place.open(entries=5) as log:
        trail(log, patient="").commit("gate", {})
        log.checkpoint()
        assert kinds(log) == "cgk"
        trail(log, patient="").commit("session_end", {})
        assert kinds(log) == "cgksk"
    with place.open() as log:
        assert kinds(log) == "cgksk"
        assert log._writer.uncovered == 0


def test_a_log_that_goes_on_counts_from_its_last_checkpoint(place: Place, trail: Opens):
    with place.open() as log:
        trail(log, patient="").commit("gate", {})
    with place.open(entries=3) as log:
        assert (kinds(log), log._writer.uncovered) == ("cgk", 0)
        for written in ("cgkg", "cgkgg", "cgkgggk"):
            trail(log, patient="").commit("gate", {})
            assert kinds(log) == written


@pytest.mark.parametrize("most", [1, 2, 3, 10])
def test_a_transaction_takes_so_many_entries_and_a_commit_waits_for_its_own(place, trail, most, monkeypatch):
    monkeypatch.setattr(logging, "BATCH", most)
    with place.open() as log:
        asked, sizes = trail(log, patient=""), []
        write = log._writer.write
        monkeypatch.setattr(log._writer, "write", lambda batch: (sizes.append(len(batch)), write(batch)))
        for _ in range(4):
            asked.note("gate", {})
        position = asked.commit("gate", {})
        assert (position.seq, kinds(log)) == (5, "cggggg")
        assert sizes == [min(most, 5 - start) for start in range(0, 5, most)]


def test_what_was_noted_is_written_when_the_log_is_closed(place: Place, trail: Opens):
    log = place.open()
    trail(log, patient="").note("gate", {})
    log.close()
    log.close()
    with place.open() as again:
        assert kinds(again) == "cgk"


def test_an_idle_log_has_one_timer_and_none_when_all_is_signed(place: Place, trail: Opens):
    with place.open() as log:
        trail(log, patient="").commit("gate", {})
        timer = log._timer
        assert timer is not None
        assert (timer.interval, timer.daemon) == (3600, True)
        trail(log, patient="").commit("gate", {})
        assert log._timer is timer
        log._sign_in_time()
        assert kinds(log) == "cggk"
        assert log._timer is None
        log._sign_in_time()
        assert kinds(log) == "cggk", "nothing new is signed again"
        timer.cancel()
    assert threading.active_count() >= 1


def test_a_trail_without_a_patient_names_none(place: Place, trail: Opens):
    with place.open() as log:
        assert trail(log, patient="").context.patient == ""
        assert trail(log).context.patient == log.keys.pseudonym("p1")
        trail(log, patient="").commit("gate", {})
        for session, patient in (("s1", "p1"), ("s1", "p1"), ("s1", "p2"), ("s2", "p1"), ("s2", "p1")):
            trail(log, session, patient).commit("gate", {}, {"question": "q"})
        named = [body.text.decode() for body in log.storage.bodies(None, None) if body.name == "patient"]
        assert named == ["p1", "p2", "p1"]


def test_the_entries_of_an_erasure_are_named_once_in_order(place: Place, trail: Opens):
    with place.open() as log:
        for number in range(5):
            trail(log, patient="").commit("gate", {"n": number}, {"question": "q"})
        position = log.erase([4, 1, 2, 4], reason="request", by="officer")
        (row,) = log.storage.rows(position.seq, position.seq + 1)
        entry = logging.entries.parse(row.seq, row.leaf, row.body)
        assert entry.facts == {"entries": [[1, 2], [4, 4]], "by": "officer", "reason": "request"}
        assert log.storage.seqs_with_text() == [3, 5]
    assert place.verify().erased == 3


def test_the_operator_is_whom_the_system_names_or_a_number(monkeypatch):
    import getpass

    monkeypatch.setattr(getpass, "getuser", lambda: "officer")
    assert operator() == "officer"

    def nobody() -> str:
        raise KeyError("no such user")

    monkeypatch.setattr(getpass, "getuser", nobody)
    monkeypatch.setattr(logging.os, "getuid", lambda: 4711)
    assert operator() == "4711"


def test_keys_of_another_log_and_a_first_entry_that_is_gone_stop_the_start(place: Place, trail: Opens):
    with place.open() as log:
        trail(log, patient="").commit("gate", {})
    others = place.folder / "others"
    open_keys(others)
    with pytest.raises(AuditError, match="belong to another log"):
        AuditLog.open(place.url, key_dir=others)
