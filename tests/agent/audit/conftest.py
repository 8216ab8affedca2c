"""A log of one's own for each test, and the databases it can live in."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from chartwarden.agent.audit.keys import CHECKPOINTS, VERIFIERS, Keys, open_keys, read_verifiers
from chartwarden.agent.audit.log import AuditLog, Trail
from chartwarden.agent.audit.storage import Storage
from chartwarden.agent.audit.verify import AnchorNotes, Report, anchor_notes, verify

DATABASES = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@dataclass(frozen=True)
class Place:
    """Where a test's log lives, and how it is opened and verified."""

    url: str
    folder: Path

    @property
    def keys(self) -> Path:
        return self.folder / "keys"

    @property
    def database(self) -> Path:
        return self.folder / "audit.db"

    @property
    def anchor(self) -> Path:
        return self.folder / "elsewhere" / "anchor.txt"

    def open(self, *, entries: int = 500, minutes: float = 60.0) -> AuditLog:
        self.anchor.parent.mkdir(exist_ok=True)
        return AuditLog.open(
            self.url,
            key_dir=self.keys,
            anchors=[self.anchor],
            checkpoint_entries=entries,
            checkpoint_minutes=minutes,
        )

    def verify(self, *, anchored: bool = True, notes: tuple[AnchorNotes, ...] | None = None) -> Report:
        known = list(notes or ())
        if notes is None:
            files = (self.anchor, self.keys / CHECKPOINTS)
            known = [anchor_notes(path) for path in files if path.exists()]
        storage = Storage.open(self.url, read_only=True)
        try:
            return verify(storage, read_verifiers(self.keys / VERIFIERS), known if anchored else None)
        finally:
            storage.close()


def trail_of(log: AuditLog, session: str = "s1", patient: str = "p1", user: str = "dr.who") -> Trail:
    """A trail as the assistant opens one."""
    return log.trail(
        session_id=session,
        user=user,
        role="physician",
        purpose="TREAT",
        patient=patient,
        planner={"planner": "rules", "version": "1"},
    )


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A SQLite log."""
    return Place(f"sqlite:///{tmp_path / 'audit.db'}", tmp_path)


@pytest.fixture
def trail() -> Callable[..., Trail]:
    """Opens trails."""
    return trail_of


@contextmanager
def schema_of_its_own() -> Iterator[str]:
    """A URL that leads to an empty schema on the server that CHARTWARDEN_TEST_POSTGRES names."""
    server = os.environ.get("CHARTWARDEN_TEST_POSTGRES")
    if not server:
        pytest.skip("CHARTWARDEN_TEST_POSTGRES names no PostgreSQL server")
    url = sa.make_url(server).set(drivername="postgresql+psycopg")
    schema = f"audit_{uuid.uuid4().hex[:12]}"
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
    yield url.update_query_dict({"options": f"-csearch_path={schema}"}).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"DROP SCHEMA {schema} CASCADE")
    engine.dispose()


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """A schema of its own."""
    with schema_of_its_own() as url:
        yield url


@pytest.fixture
def postgres_place(postgres_url: str, tmp_path: Path) -> Place:
    """A log on the server."""
    return Place(postgres_url, tmp_path)


@pytest.fixture(params=DATABASES)
def anywhere(request: pytest.FixtureRequest) -> Place:
    """A log on either database."""
    return request.getfixturevalue("place" if request.param == "sqlite" else "postgres_place")


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    """Keys to sign a log that is built by hand."""
    return open_keys(tmp_path_factory.mktemp("walk") / "keys")
