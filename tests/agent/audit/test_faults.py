"""Killed processes, full and read-only disks, a database server that dies: nothing acknowledged is ever lost."""

from __future__ import annotations

import multiprocessing
import os
import random
import runpy
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from chartwarden.agent.audit import dialects
from chartwarden.agent.audit.log import Trail
from chartwarden.agent.audit.storage import Storage
from chartwarden.agent.errors import AuditError

if TYPE_CHECKING:
    from tests.agent.audit.conftest import Place

WRITER = Path(__file__).with_name("writer.py")
WRITERS = 3


FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["chartwarden.agent.audit.log"])


class Killable:
    """A writer in a process of its own, and what it has been told so far."""

    def __init__(self, place: Place, session: str, *more: str, threads: int = 2) -> None:
        self._said = place.folder / f"said-{session}"
        self._process = FORKS.Process(
            target=runpy.run_path,
            args=(
                str(WRITER),
                {"ARGUMENTS": [str(self._said), *arguments(place, session, threads), *more]},
                "__main__",
            ),
        )
        self._process.start()

    def said(self) -> str:
        return self._said.read_text("utf-8") if self._said.exists() else ""

    def wait_for_first(self) -> None:
        """Return once an entry is acknowledged: the writer is under way."""
        deadline = time.monotonic() + 60
        while not self.said():
            assert time.monotonic() < deadline, "the writer does not get under way"
            time.sleep(0.002)

    def kill(self) -> None:
        self._process.kill()

    def end(self) -> str:
        """Wait for its end; all that it said."""
        self._process.join(120)
        assert self._process.exitcode is not None, "the writer hangs"
        return self.said()


def arguments(place: Place, session: str, threads: int) -> list[str]:
    place.anchor.parent.mkdir(exist_ok=True)
    return [place.url, str(place.keys), str(place.anchor), session, str(threads)]


def acknowledged(output: str) -> dict[int, str]:
    """What a writer was told is durable; a line the kill cut short was not told whole."""
    lines = [line.split() for line in output.splitlines() if not line.startswith("refused")]
    return {int(parts[0]): parts[1] for parts in lines if len(parts) == 2 and len(parts[1]) == 64}


def missing(place: Place, told: dict[int, str]) -> list[int]:
    with closing(Storage.open(place.url, read_only=True)) as storage:
        leaves = {row.seq: row.leaf.hex() for row in storage.rows()}
    return [seq for seq, leaf in told.items() if leaves.get(seq) != leaf]


def kill_rounds(place: Place, rounds: int) -> int:
    """Kill three writers at random moments, `rounds` times over one log; how many entries were acknowledged."""
    with place.open():
        pass
    chance = random.Random(20260301)
    told: dict[int, str] = {}
    for number in range(rounds):
        writers = [Killable(place, f"r{number}w{w}") for w in range(WRITERS)]
        for writer in writers:
            writer.wait_for_first()
        time.sleep(chance.uniform(0.0, 0.15))
        for writer in writers:
            writer.kill()
        for writer in writers:
            told |= acknowledged(writer.end())
        report = place.verify()
        assert report.intact, report.problems
        assert missing(place, told) == []
    with place.open():  # the log goes on after every kind of death
        pass
    assert place.verify().intact
    return len(told)


def test_killed_writers_lose_no_acknowledged_entry(anywhere: Place) -> None:
    assert kill_rounds(anywhere, 1) >= WRITERS


@pytest.mark.slow
def test_killed_writers_lose_nothing_in_sixty_rounds(
    anywhere: Place, record_property: Callable[[str, object], None]
) -> None:
    count = kill_rounds(anywhere, 60)
    record_property("acknowledged", count)
    assert count > 60 * WRITERS


@pytest.mark.slow
def test_eight_processes_write_one_chain(anywhere: Place) -> None:
    with anywhere.open():
        pass
    writers = [Killable(anywhere, f"w{w}", "60") for w in range(8)]
    told: dict[int, str] = {}
    for writer in writers:
        found = acknowledged(writer.end())
        assert len(found) == 120
        assert not found.keys() & told.keys()
        told |= found
    assert missing(anywhere, told) == []
    assert anywhere.verify().intact


def test_a_log_left_in_the_middle_of_a_transaction_is_rolled_back_and_verifies(
    place: Place, trail: Callable[..., Trail]
) -> None:
    """The files as a crash in rollback mode leaves them: pages already written, the journal still full."""
    with place.open() as log:
        trail(log).commit("gate", {})
    crashed = place.folder / "crashed.db"
    with closing(dialects.sqlite_module().connect(place.database, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = TRUNCATE")
        connection.execute("PRAGMA cache_size = 1")
        connection.execute("BEGIN IMMEDIATE")
        for seq in range(100, 400):
            connection.execute("INSERT INTO audit_entry VALUES (?, ?, ?, ?)", (seq, b"x" * 900, b"", b""))
        shutil.copy(place.database, crashed)
        shutil.copy(f"{place.database}-journal", f"{crashed}-journal")
    assert Path(f"{crashed}-journal").stat().st_size > 0
    report = replace(place, url=f"sqlite:///{crashed}").verify()
    assert report.intact
    assert report.entries < 100


def test_a_file_that_cannot_grow_stops_the_release_and_loses_nothing(place: Place) -> None:
    """RLIMIT_FSIZE is a disk that is full for this process: writes beyond it fail."""
    output = Killable(place, "w", "10000", str(256 * 1024)).end()
    assert "refused" in output
    told = acknowledged(output)
    assert told
    assert missing(place, told) == []
    with place.open() as log:
        log.record("configuration", {"event": "there is room again"})
    assert place.verify().intact


@pytest.fixture
def small_disk(place: Place) -> Iterator[Place]:
    """A file system of 600 KiB, where this user may mount one."""
    mount = place.folder / "disk"
    mount.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(mount)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("a disk that runs full needs a user who may mount a file system")
    try:
        yield replace(place, url=f"sqlite:///{mount / 'audit.db'}")
    finally:
        subprocess.run(["umount", str(mount)], check=True)


def test_a_full_disk_stops_the_release_and_loses_nothing(small_disk: Place, trail: Callable[..., Trail]) -> None:
    told: dict[int, str] = {}
    log = small_disk.open()
    asked = trail(log)

    def fill() -> None:
        for number in range(10_000):
            position = asked.commit("tool_call", {"n": number}, {"arguments": "x" * 500})
            told[position.seq] = position.leaf

    with pytest.raises(AuditError, match=r"full.*Free space"):
        fill()
    with pytest.raises(AuditError, match="takes no more entries"):
        asked.commit("answer", {})
    log.close()
    assert len(told) > 20
    assert missing(small_disk, told) == []
    assert small_disk.verify().intact


def test_a_read_only_disk_stops_the_release(small_disk: Place, trail: Callable[..., Trail]) -> None:
    with small_disk.open() as log:
        trail(log).commit("gate", {})
    mount = Path(str(small_disk.url).removeprefix("sqlite:///")).parent
    subprocess.run(["mount", "-o", "remount,ro", str(mount)], check=True)
    with pytest.raises(AuditError, match=r"cannot be (opened|written)"):
        small_disk.open()
    assert small_disk.verify().intact, "a read-only log can still be verified"


def test_an_anchor_that_cannot_be_written_stops_the_release(place: Place, trail: Callable[..., Trail]) -> None:
    log = place.open()
    asked = trail(log)
    asked.commit("gate", {})
    place.anchor.unlink(missing_ok=True)
    place.anchor.mkdir()
    with pytest.raises(AuditError, match=r"anchor .* cannot be written"):
        asked.commit("session_end", {})
    with pytest.raises(AuditError, match="takes no more entries"):
        asked.commit("answer", {})
    log.close()


def test_an_entry_is_synced_before_it_is_acknowledged(place: Place) -> None:
    """A system-call trace: between any two acknowledgements lies a sync of the database or its journal."""
    if shutil.which("strace") is None:
        pytest.skip("the strace program is not installed")
    trace = place.folder / "trace"
    place.anchor.parent.mkdir(exist_ok=True)
    command = [
        "strace",
        "-f",
        "-y",
        "-qq",
        "-o",
        str(trace),
        "-e",
        "trace=fsync,fdatasync,write",
        sys.executable,
        str(WRITER),
    ]
    given = ["-", *arguments(place, "w", 1), "5"]
    done = subprocess.run([*command, *given], capture_output=True, text=True, check=False, timeout=60)
    if "ptrace" in done.stderr:
        pytest.skip("strace may not trace processes here (ptrace is not permitted)")
    events = []
    for line in trace.read_text("utf-8", "replace").splitlines():
        if "sync(" in line and "audit.db" in line:
            events.append("sync")
        elif "write(1<" in line:
            events.append("told")
    assert events.count("told") == 5
    told_at = [at for at, event in enumerate(events) if event == "told"]
    assert all(events[at - 1] == "sync" for at in told_at)


SERVER = Path(os.environ.get("CHARTWARDEN_TEST_POSTGRES_BIN", "/usr/lib/postgresql/15/bin"))


def as_server_user(*command: str) -> list[str]:
    """PostgreSQL refuses to run as root."""
    return ["su", "postgres", "-c", " ".join(command)] if os.geteuid() == 0 else list(command)


@pytest.fixture
def own_server(place: Place) -> Iterator[tuple[Place, Path]]:
    """A PostgreSQL server that a test may kill."""
    if not (SERVER / "initdb").exists():
        pytest.skip(f"there is no PostgreSQL in {SERVER}; name its folder in CHARTWARDEN_TEST_POSTGRES_BIN")
    folder = Path("/tmp") / f"chartwarden-pg-{os.getpid()}"  # short: a socket's path has a limit
    folder.mkdir(mode=0o700)
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    data = folder / "data"
    subprocess.run(
        as_server_user(f"{SERVER}/initdb", "-D", str(data), "-U", "chart", "--auth=trust"),
        check=True,
        capture_output=True,
    )
    try:
        start_server(data)
        yield replace(place, url=f"postgresql://chart@/postgres?host={folder}&port=54399"), data
    finally:
        subprocess.run(
            as_server_user(f"{SERVER}/pg_ctl", "-D", str(data), "-m", "immediate", "stop"),
            check=False,
            capture_output=True,
        )
        shutil.rmtree(folder)


def start_server(data: Path) -> None:
    options = f"-p 54399 -k {data.parent} -c listen_addresses=''"
    subprocess.run(
        as_server_user(
            f"{SERVER}/pg_ctl", "-D", str(data), "-o", f'"{options}"', "-l", str(data.parent / "log"), "-w", "start"
        ),
        check=True,
        capture_output=True,
    )


def kill_server_rounds(place: Place, data: Path, rounds: int) -> int:
    with place.open():
        pass
    chance = random.Random(20260302)
    told: dict[int, str] = {}
    for number in range(rounds):
        writers = [Killable(place, f"r{number}w{w}") for w in range(WRITERS)]
        for writer in writers:
            writer.wait_for_first()
        time.sleep(chance.uniform(0.0, 0.2))
        os.kill(int((data / "postmaster.pid").read_text().splitlines()[0]), signal.SIGKILL)
        for writer in writers:
            output = writer.end()
            assert "refused" in output, "the loss of the server must be told"
            told |= acknowledged(output)
        for _ in range(50):  # the server's children notice their parent's death first
            try:
                start_server(data)
                break
            except subprocess.CalledProcessError:
                time.sleep(0.2)
        assert place.verify().intact
        assert missing(place, told) == []
    return len(told)


@pytest.mark.postgres_fault
def test_a_killed_database_server_loses_no_acknowledged_entry(
    own_server: tuple[Place, Path], record_property: Callable[[str, object], None]
) -> None:
    place, data = own_server
    count = kill_server_rounds(place, data, int(os.environ.get("CHARTWARDEN_TEST_ROUNDS", "10")))
    record_property("acknowledged", count)
    assert count > 0
