"""Fixtures every test may use: a data directory of its own, and an assistant over the made-up patients."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(autouse=True)
def private_environment(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees or writes the person's own data directory, configuration or tracing."""
    for name in ("CHARTWARDEN_CONFIG", "CHARTWARDEN_STORE", "CHARTWARDEN_SCOPES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CHARTWARDEN_DATA_DIR", str(tmp_path_factory.mktemp("data") / "chartwarden"))
    monkeypatch.setenv("LANGSMITH_TRACING", "false")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of real and synthetic records beside the project; skips where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"the real records are not at {SHARED_DATA}")
    return SHARED_DATA
