"""Vectors of pictures, beside the records, searched exactly.

In PostgreSQL they are tables of the records' database. Beside an SQLite store they are a file of their own: a load puts
a changed copy of the store in its place, so whatever else wrote to the store meanwhile would be lost, or torn with it.

One row a picture (a frame of a source), by patient: there is no search across patients. The vectors of one patient
are held as one block once searched, and read again when rows were added or removed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    NullPool,
    Table,
    Text,
    bindparam,
    create_engine,
    delete,
    func,
    insert,
    inspect,
    make_url,
    select,
    update,
)
from sqlalchemy.exc import ProgrammingError

from chartwarden.tools.images import pgvector
from chartwarden.tools.images.content import library

metadata = MetaData()
vectors = Table(
    "image_vector",
    metadata,
    Column("n", Integer, primary_key=True, autoincrement=True),
    Column("model", Text, nullable=False),
    Column("patient", Text, nullable=False),
    Column("reference", Text, nullable=False, comment="Type/id of the image (study or single picture)"),
    Column("place", Text, nullable=False, comment="holder and place of the source"),
    Column("frame", Integer, nullable=False),
    Column("digest", Text, nullable=False, comment="SHA-256 of the file"),
    Column("vector", LargeBinary, nullable=False, comment="float32, little endian, unit length"),
    comment="vectors of pictures; can be computed again",
)
by_picture = Index(
    "image_vector_picture",
    vectors.c.model, vectors.c.patient, vectors.c.reference, vectors.c.place, vectors.c.frame,
    unique=True,
)  # fmt: skip
by_patient = Index("image_vector_patient", vectors.c.patient)
by_content = Index("image_vector_content", vectors.c.model, vectors.c.digest, vectors.c.frame)
changes = Table(
    "image_vector_change",
    metadata,
    Column("model", Text, primary_key=True),
    Column("patient", Text, primary_key=True),
    Column("number", Integer, nullable=False, comment="of the last change to this patient's vectors"),
)
_KEPT_BLOCKS = 8
_ROWS_PER_READ = 20_000


@dataclass(frozen=True)
class Key:
    """Which picture a vector is of."""

    reference: str
    place: str
    frame: int = 0


@dataclass(frozen=True)
class Entry:
    """A vector to keep."""

    key: Key
    digest: str
    vector: Any
    """Unit length, shape (dimensions,)."""


@dataclass(frozen=True)
class Hit:
    """A picture and how similar it is: the cosine, from -1 to 1, good for ranking alone."""

    key: Key
    score: float


@dataclass(frozen=True)
class Block:
    """All vectors of one patient and model, ready to search."""

    keys: Sequence[Key]
    matrix: Any
    """Shape (n, dimensions), float32."""

    def nearest(self, query: Any, limit: int) -> list[Hit]:
        """The `limit` pictures most similar to a unit vector, exactly, best first."""
        numpy = library("numpy")
        if not len(self.keys):
            return []
        scores = self.matrix @ query
        count = min(limit, len(scores))
        best = numpy.argpartition(scores, len(scores) - count)[-count:]
        order = best[numpy.lexsort((best, -scores[best]))]
        return [Hit(self.keys[place], float(scores[place])) for place in order]


@dataclass
class VectorIndex:
    """The vectors in one database."""

    engine: Engine
    _blocks: dict[tuple[str, str], tuple[int, Block]] = field(default_factory=dict, repr=False)

    @classmethod
    def beside(cls, store_url: str) -> VectorIndex:
        """The vectors that belong to the record store at a SQLAlchemy URL. Nothing is made before `prepare`."""
        url = make_url(store_url)
        if url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:"):
            url = url.set(database=f"{url.database}.vectors")
        return cls(create_engine(url, poolclass=NullPool))

    def prepare(self) -> None:
        """Make the tables where they are missing; a new database file is its owner's alone."""
        path = self._file()
        if path is not None:
            path.touch(mode=0o600)
        metadata.create_all(self.engine)
        if self.engine.dialect.name == "postgresql":
            self._prepare_pgvector()

    def nearest(self, model: str, patient: str, query: Any, limit: int) -> list[Hit]:
        """The patient's pictures most similar to a unit vector, exactly, best first.

        In PostgreSQL with pgvector the database searches; elsewhere the patient's vectors are held here as one block.
        """
        if self.engine.dialect.name == "postgresql":
            with self.engine.connect() as connection:
                if pgvector.is_ready(connection):
                    rows = pgvector.nearest(connection, model, patient, query, limit)
                    return [Hit(Key(reference, place, frame), float(score)) for reference, place, frame, score in rows]
        return self.block(model, patient).nearest(query, limit)

    def known(self, model: str, patient: str) -> dict[Key, str]:
        """What is indexed already, with the digest of the file it was made from."""
        t = vectors.c
        query = select(t.reference, t.place, t.frame, t.digest).where(t.model == model, t.patient == patient)
        with self.engine.connect() as connection:
            return {
                Key(reference, place, frame): digest for reference, place, frame, digest in connection.execute(query)
            }

    def has_any(self, patient: str) -> bool:
        """Whether any picture of the patient is indexed, by whatever model."""
        path = self._file()
        if path is not None and not path.exists():
            return False  # connecting would leave an empty database behind
        query = select(vectors.c.n).where(vectors.c.patient == patient).limit(1)
        with self.engine.connect() as connection:
            if not inspect(connection).has_table(vectors.name):
                return False
            return connection.execute(query).first() is not None

    def cached(self, model: str, digest: str, frame: int) -> Any | None:
        """The vector of the same file wherever it was met before, or None."""
        t = vectors.c
        query = select(t.vector).where(t.model == model, t.digest == digest, t.frame == frame).limit(1)
        with self.engine.connect() as connection:
            found = connection.execute(query).scalar()
        return None if found is None else library("numpy").frombuffer(found, dtype="<f4")

    def add(self, model: str, patient: str, entries: Iterable[Entry]) -> None:
        """Keep vectors, in one transaction; an entry of the same key is replaced."""
        rows = [
            {
                "model": model,
                "patient": patient,
                "reference": one.key.reference,
                "place": one.key.place,
                "frame": one.key.frame,
                "digest": one.digest,
                "vector": one.vector.astype("<f4").tobytes(),
            }
            for one in entries
        ]
        if not rows:
            return
        with self.engine.begin() as connection:
            self._remove(connection, model, patient, {(row["reference"], row["place"], row["frame"]) for row in rows})
            connection.execute(insert(vectors), rows)
            if connection.dialect.name == "postgresql" and pgvector.is_ready(connection):
                pgvector.fill(connection)
            _note_change(connection, model, patient)

    def remove(self, model: str, patient: str, keys: Iterable[Key]) -> int:
        """Forget pictures that are no longer in the record; returns how many."""
        with self.engine.begin() as connection:
            gone = self._remove(connection, model, patient, {(key.reference, key.place, key.frame) for key in keys})
            _note_change(connection, model, patient)
            return gone

    def block(self, model: str, patient: str) -> Block:
        """All vectors of one patient; held until rows change."""
        t = vectors.c
        mine = (t.model == model) & (t.patient == patient)
        last = select(changes.c.number).where(changes.c.model == model, changes.c.patient == patient)
        with self.engine.connect() as connection:
            number = connection.execute(last).scalar() or 0
            held = self._blocks.get((model, patient))
            if held is not None and held[0] == number:
                return held[1]
            count = connection.execute(select(func.count()).where(mine)).scalar_one()
            query = select(t.reference, t.place, t.frame, t.vector).where(mine).order_by(t.n)
            with closing(connection.execution_options(yield_per=_ROWS_PER_READ).execute(query)) as rows:
                block = _read(rows, count)
        while len(self._blocks) >= _KEPT_BLOCKS:
            self._blocks.pop(next(iter(self._blocks)), None)  # another thread may have let it go
        self._blocks[model, patient] = (number, block)
        return block

    def _prepare_pgvector(self) -> None:
        """Use pgvector where the server has it and lets us; exact search in this process is no worse without it."""
        with self.engine.connect() as connection:
            try:
                if pgvector.prepare(connection):
                    pgvector.fill(connection)
                connection.commit()
            except ProgrammingError:  # creating an extension is the privilege of the database's owner
                connection.rollback()

    def _file(self) -> Path | None:
        """The database's file, where it is one."""
        name = self.engine.url.database
        is_file = self.engine.dialect.name == "sqlite" and name and name != ":memory:"
        return Path(name) if is_file and name else None

    def _remove(self, connection: Connection, model: str, patient: str, places: set[tuple[str, str, int]]) -> int:
        if not places:
            return 0
        t = vectors.c
        gone = delete(vectors).where(
            t.model == model,
            t.patient == patient,
            t.reference == bindparam("r"),
            t.place == bindparam("p"),
            t.frame == bindparam("f"),
        )
        rows = [{"r": reference, "p": place, "f": frame} for reference, place, frame in places]
        return connection.execute(gone, rows).rowcount


def _note_change(connection: Connection, model: str, patient: str) -> None:
    """Give the patient's vectors a new change number, in the transaction of the change."""
    mine = (changes.c.model == model) & (changes.c.patient == patient)
    bumped = connection.execute(update(changes).where(mine).values(number=changes.c.number + 1))
    if bumped.rowcount == 0:
        connection.execute(insert(changes).values(model=model, patient=patient, number=1))


def _read(rows: Any, count: int) -> Block:
    numpy = library("numpy")
    keys: list[Key] = []
    matrix = None
    for reference, place, frame, data in islice(rows, count):  # a row added meanwhile waits for the next search
        vector = numpy.frombuffer(data, dtype="<f4")
        if matrix is None:
            matrix = numpy.empty((count, len(vector)), dtype=numpy.float32)
        matrix[len(keys)] = vector
        keys.append(Key(reference, place, frame))
    return Block(keys, numpy.empty((0, 0), dtype=numpy.float32) if matrix is None else matrix[: len(keys)])
