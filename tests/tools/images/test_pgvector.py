"""PostgreSQL gives the same neighbours, with pgvector and without."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from typing import Any

import numpy
import pytest
from sqlalchemy import create_engine, text

from chartwarden.tools.images import pgvector
from chartwarden.tools.images.index import Entry, Key, VectorIndex

pytestmark = pytest.mark.postgres


@pytest.fixture
def index() -> Iterator[VectorIndex]:
    """An index in a schema of its own on the server that CHARTWARDEN_TEST_POSTGRES names."""
    server = os.environ.get("CHARTWARDEN_TEST_POSTGRES")
    if not server:
        pytest.skip("CHARTWARDEN_TEST_POSTGRES names no PostgreSQL server")
    schema = f"images_{uuid.uuid4().hex[:8]}"
    owner = create_engine(server)
    with owner.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    engine = create_engine(server, connect_args={"options": f"-c search_path={schema},public"})
    yield VectorIndex(engine)
    engine.dispose()
    with owner.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    owner.dispose()


def _unit(rows: int, seed: int) -> Any:
    matrix = numpy.random.default_rng(seed).normal(size=(rows, 48)).astype(numpy.float32)
    return matrix / numpy.linalg.norm(matrix, axis=1, keepdims=True)


def _entries(matrix: Any) -> list[Entry]:
    return [Entry(Key(f"Media/{n}", "m data:0"), f"digest-{n}", row) for n, row in enumerate(matrix)]


def test_the_database_finds_what_exact_search_finds(index: VectorIndex) -> None:
    index.prepare()
    matrix, query = _unit(300, 1), _unit(1, 2)[0]
    index.add("m", "p", _entries(matrix))
    index.add("m", "q", _entries(_unit(5, 3)))
    found = index.nearest("m", "p", query, 12)
    exact = index.block("m", "p").nearest(query, 12)
    assert [hit.key for hit in found] == [hit.key for hit in exact]
    assert [hit.score for hit in found] == pytest.approx([hit.score for hit in exact], abs=1e-6)
    assert index.remove("m", "p", [exact[0].key]) == 1
    assert index.nearest("m", "p", query, 1)[0].key == exact[1].key


def test_vectors_from_before_the_extension_are_taken_over(index: VectorIndex) -> None:
    index.prepare()
    with index.engine.begin() as connection:
        if not pgvector.is_ready(connection):
            pytest.skip("the server of CHARTWARDEN_TEST_POSTGRES does not have the extension pgvector")
        connection.execute(text(f"DROP TABLE {pgvector.TABLE}"))
    index.add("m", "p", _entries(_unit(20, 1)))
    query = _unit(1, 2)[0]
    without = index.nearest("m", "p", query, 5)
    index.prepare()
    with index.engine.connect() as connection:
        assert pgvector.is_ready(connection)
        assert connection.execute(text(f"SELECT count(*) FROM {pgvector.TABLE}")).scalar() == 20
    assert [hit.key for hit in index.nearest("m", "p", query, 5)] == [hit.key for hit in without]
