"""What may go wrong during a load: killed processes, two loaders, readers, damaged files. Slow."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from chartwarden.tools.errors import ChartwardenError
from chartwarden.tools.records.loading import load
from chartwarden.tools.records.store import LocalStore

pytestmark = pytest.mark.slow

LOADER = """
import sys
from chartwarden.tools.records import reading
from chartwarden.tools.records.loading import load
from chartwarden.tools.records.store import LocalStore
reading.CHUNK_BYTES = 100_000
with LocalStore.open(sys.argv[1]) as store:
    print("loading", flush=True)
    load(store, sys.argv[3:], jobs=int(sys.argv[2]))
"""
PER_FILE = 4_000
ROUNDS = 20


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    found = []
    for name in "ab":
        path = tmp_path / f"{name}.ndjson"
        with path.open("w") as file:
            for n in range(PER_FILE):
                resource = {
                    "resourceType": "Observation", "id": f"{name}{n}", "status": "final",
                    "code": {"coding": [{"system": "urn:c", "code": str(n % 50)}]},
                    "subject": {"reference": f"Patient/p{n % 20}"}, "effectiveDateTime": "2020-01-01",
                }  # fmt: skip
                file.write(json.dumps(resource) + "\n")
        found.append(path)
    return found


def start(url: str, *paths: Path, jobs: int = 1) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", LOADER, url, str(jobs), *map(str, paths)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def counts(url: str) -> tuple[int, int]:
    """Observations by type, and by an index of their own."""
    with LocalStore.open(url) as store:
        (page,) = store.search("Observation", [("_summary", "count")])
        (indexed,) = store.search("Observation", [("status", "final"), ("_summary", "count")])
    assert page.total is not None
    assert indexed.total is not None
    return page.total, indexed.total


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_load_killed_at_any_moment_leaves_whole_files_only(jobs: int, tmp_path: Path, files: list[Path]) -> None:
    url = f"sqlite:///{tmp_path}/records.db"
    with LocalStore.open(url) as store:
        load(store, files[:1])
    rnd = random.Random(7)
    for _ in range(ROUNDS):
        process = start(url, files[1], jobs=jobs)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(rnd.random() * 0.8 * jobs)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        total, indexed = counts(url)
        assert total == indexed
        assert total in (PER_FILE, 2 * PER_FILE)
    with LocalStore.open(url) as store:
        load(store, files)
    assert counts(url) == (2 * PER_FILE, 2 * PER_FILE)


@pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="this system has no /proc, in which processes are looked up"
)
def test_the_workers_of_a_killed_load_end_too(tmp_path: Path, files: list[Path]) -> None:
    process = start(f"sqlite:///{tmp_path}/records.db", *files, jobs=2)
    workers: list[str] = []
    while len(workers) < 1 and process.poll() is None:
        workers = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    assert len(workers) == 1
    time.sleep(1.0)
    process.kill()
    process.communicate()
    until = time.monotonic() + 30
    while any(alive(int(worker)) for worker in workers) and time.monotonic() < until:
        time.sleep(0.1)
    assert not any(alive(int(worker)) for worker in workers)


def test_two_loaders_take_turns(tmp_path: Path, files: list[Path]) -> None:
    url = f"sqlite:///{tmp_path}/records.db"
    processes = [start(url, path) for path in files]
    for process in processes:
        process.communicate()
        assert process.returncode == 0
    assert counts(url) == (2 * PER_FILE, 2 * PER_FILE)


def test_a_reader_is_neither_blocked_nor_shown_half_a_load(tmp_path: Path, files: list[Path]) -> None:
    url = f"sqlite:///{tmp_path}/records.db"
    with LocalStore.open(url) as store:
        load(store, files[:1])
        process = start(url, files[1])
        slowest = 0.0
        while process.poll() is None:
            begun = time.perf_counter()
            (page,) = store.search("Observation", [("patient", "p1"), ("_summary", "count")])
            slowest = max(slowest, time.perf_counter() - begun)
            assert page.total in (PER_FILE // 20, PER_FILE // 10)
        process.communicate()
        assert slowest < 1.0


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_full_disk_is_told_and_changes_nothing(jobs: int, tmp_path: Path, files: list[Path]) -> None:
    url = f"sqlite:///{tmp_path}/records.db"
    with LocalStore.open(url) as store:
        load(store, files[:1])
    limited = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({1 << 19}, {1 << 19}))\n" + LOADER
    command = [sys.executable, "-c", "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n" + limited]
    done = subprocess.run([*command, url, str(jobs), str(files[1])], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "as it was before" in done.stderr or "no room" in done.stderr
    assert counts(url) == (PER_FILE, PER_FILE)


def test_a_damaged_page_is_an_error_and_never_an_empty_answer(tmp_path: Path, files: list[Path]) -> None:
    path = tmp_path / "records.db"
    with LocalStore.open(f"sqlite:///{path}") as store:
        load(store, files[:1])
    raw = bytearray(path.read_bytes())
    for page in range(4, len(raw) // 8192):
        raw[page * 8192 : page * 8192 + 64] = os.urandom(64)
    path.write_bytes(raw)
    with (
        pytest.raises(ChartwardenError),
        LocalStore.open(f"sqlite:///{path}") as store,
    ):
        list(store.search("Observation", [("patient", "p1"), ("code", "5")]))
