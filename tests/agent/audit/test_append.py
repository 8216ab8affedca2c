"""An append in one step: only behind the very entry the writer knows to be the last, and by one writer alone."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from chartwarden.agent.audit import dialects, entries
from chartwarden.agent.audit.chain import Chain, Tail
from chartwarden.agent.audit.entries import Context
from chartwarden.agent.audit.log import Trail
from chartwarden.agent.audit.merkle import Frontier
from chartwarden.agent.audit.storage import Storage
from tests.agent.audit.conftest import Place

Opens = Callable[..., Trail]
SYSTEM = Context("s", "u", "r", "TREAT", "", {}, "1")


@pytest.fixture
def filled(anywhere: Place, trail: Opens) -> Place:
    """Three entries and a checkpoint."""
    with anywhere.open() as log:
        trail(log).note("question", {}, {"question": "a"})
        trail(log).commit("answer", {})
    return anywhere


def behind(tail: Tail, count: int = 1, text: str = "") -> Chain:
    """New entries behind a tail."""
    chain = Chain("log", tail)
    for number in range(count):
        chain.add(entries.note(SYSTEM, "gate", {"n": number}, {"question": text} if text else {}))
    return chain


@pytest.mark.parametrize("text", ["", "a question"])
def test_entries_and_texts_are_appended_behind_the_last_entry(filled: Place, text: str) -> None:
    with closing(Storage.open(filled.url)) as storage:
        chain = behind(storage.tail(), 3, text)
        assert storage.append_behind(storage.tail(), chain.rows, chain.bodies)
        assert storage.tail() == chain.tail
        assert [*storage.rows(4, None)] == chain.rows
        assert storage.bodies(4, None) == chain.bodies


@pytest.mark.parametrize("text", ["", "a question"])
@pytest.mark.parametrize(
    "other",
    [
        lambda tail, shorter: shorter,
        lambda tail, shorter: replace(tail, leaf=b"x" * 32),
        lambda tail, shorter: replace(tail, frontier=Frontier.from_bytes(4, b"x" * 32)),
        lambda tail, shorter: behind(tail).tail,
    ],
    ids=["others appended", "another leaf", "another frontier", "cut"],
)
def test_behind_any_other_entry_nothing_is_appended(filled: Place, other, text: str) -> None:
    with closing(Storage.open(filled.url)) as storage:
        tail, texts = storage.tail(), storage.bodies(None, None)
        shorter = storage.at(tail.size - 2)
        assert shorter is not None
        chain = behind(other(tail, shorter), 3, text)
        assert not storage.append_behind(other(tail, shorter), chain.rows, chain.bodies)
        assert storage.tail() == tail
        assert storage.bodies(None, None) == texts


def test_of_writers_that_know_the_same_last_entry_one_appends(filled: Place) -> None:
    """Entries of all sizes, so that a later one must not find a place behind a number that is taken."""
    writers = [Storage.open(filled.url) for _ in range(4)]
    start = threading.Barrier(len(writers))
    for _ in range(15):
        tail, appended = writers[0].tail(), []

        def append(storage: Storage, count: int, tail: Tail = tail, appended: list[Tail] = appended) -> None:
            chain = behind(tail, count, "a question")
            start.wait()
            if storage.append_behind(tail, chain.rows, chain.bodies):
                appended.append(chain.tail)

        threads = [threading.Thread(target=append, args=(one, count)) for count, one in enumerate(writers, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(appended) == 1
        assert writers[0].tail() == appended[0]
        assert [row.seq for row in writers[0].rows(tail.size, None)] == [*range(tail.size, appended[0].size)]
        assert len(writers[0].bodies(tail.size, None)) == appended[0].size - tail.size
    for storage in writers:
        storage.close()


def test_a_lone_writer_takes_one_step_for_each_append(anywhere: Place, trail: Opens, monkeypatch) -> None:
    with anywhere.open() as log:
        asked = trail(log)
        monkeypatch.setattr(Storage, "appending", lambda self: pytest.fail("the log was locked and looked at"))
        told = [asked.commit("gate", {"n": number}, {"arguments": "a"} if number % 2 else None) for number in range(9)]
    assert [position.seq for position in told] == [*range(1, 10)]
    assert anywhere.verify().intact


def test_one_step_is_not_tried_in_vain_again_and_again(anywhere: Place, trail: Opens, monkeypatch) -> None:
    """While others append too, each writer looks first; alone again, it does not."""
    tried: list[bool] = []
    real = Storage.append_behind

    def counted(*given) -> bool:
        tried.append(real(*given))
        return tried[-1]

    monkeypatch.setattr(Storage, "append_behind", counted)
    with anywhere.open() as one, anywhere.open() as other:
        a, b = trail(one, "a"), trail(other, "b")
        for _ in range(4):
            a.commit("gate", {})
            b.commit("gate", {})
        assert tried == [True, False, False]
        for _ in range(3):
            b.commit("gate", {})
        assert tried == [True, False, False, True, True]
    assert anywhere.verify().intact


@pytest.mark.postgres
def test_a_server_with_another_isolation_level_does_not_stop_two_writers(
    postgres_url: str, trail: Opens, tmp_path: Path
) -> None:
    """Under it, a writer that waited for the lock would see the log as it was before the wait."""
    url = postgres_url.replace("search_path", "default_transaction_isolation%3Dserializable%20-csearch_path")
    place = Place(url, tmp_path)
    assert "serializable" in sa.make_url(url).query["options"]
    with place.open() as one, place.open() as other:
        threads = [
            threading.Thread(target=lambda log=log, name=name: [trail(log, name).commit("gate", {}) for _ in range(20)])
            for name, log in (("a", one), ("b", other))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert place.verify().entries >= 41
    assert place.verify().intact


@pytest.mark.postgres
def test_a_writer_that_holds_the_lock_is_not_overtaken(postgres_url: str, trail: Opens, tmp_path: Path) -> None:
    place = Place(postgres_url, tmp_path)
    with place.open() as log:
        trail(log).commit("gate", {})
    engine = sa.create_engine(sa.make_url(postgres_url))
    with closing(Storage.open(postgres_url)) as storage, engine.connect() as holder:
        dialects.lock(holder)
        chain = behind(storage.tail())
        assert not storage.append_behind(storage.tail(), chain.rows, chain.bodies)
        holder.rollback()
        assert storage.append_behind(storage.tail(), chain.rows, chain.bodies)
    engine.dispose()
