"""Fixtures every test may use: a data directory of its own, and an assistant over the made-up patients."""

from __future__ import annotations

import gc
import itertools
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

# The suite runs in as many processes as there are cores, and what the tests train and run is tiny: beside other work
# the threads of numpy and of torch wait for each other, and a test takes several times as long.
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(name, "1")

# Logs and stores are synced many thousand times, and on a disk the tests wait longer for that than for anything else.
IN_MEMORY, ROOM = Path("/dev/shm"), 2 * 1024**3
if IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free >= ROOM:
    os.environ.setdefault("TMPDIR", str(IN_MEMORY))

gc.disable()  # while tests are collected: hardly anything of that is garbage


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: the garbage collector passes over it from here on.

    It also looks less often, for what tests leave behind in cycles is little beside what they load and keep.
    """
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()


SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def data_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Names of folders that are not there yet. `mktemp` would list all the earlier ones for each new one."""
    parent = tmp_path_factory.mktemp("data")
    return (parent / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def private_environment(data_folders: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees or writes the person's own data directory, configuration or tracing."""
    for name in ("CHARTWARDEN_CONFIG", "CHARTWARDEN_STORE", "CHARTWARDEN_SCOPES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CHARTWARDEN_DATA_DIR", str(next(data_folders)))
    monkeypatch.setenv("LANGSMITH_TRACING", "false")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of real and synthetic records beside the project; skips where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"needs the Synthea and MIMIC-IV demo records and their questions in {SHARED_DATA}")
    return SHARED_DATA


@pytest.fixture(scope="session")
def vcr_markers() -> None:
    """Of pytest-recording, for langchain-tests: nothing is recorded here, and its own are made for each test."""


@pytest.fixture(scope="session")
def block_network() -> None:
    """The same."""


@pytest.fixture(scope="session")
def vcr() -> None:
    """The same."""
