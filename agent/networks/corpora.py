"""What networks and encoders learn from: the lines of a checkout's files, which the wheel leaves out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


def lines_in(folder: Path, ending: str) -> list[str]:
    """The lines of the files of a corpus, in a fixed order; none where the corpus is not there."""
    files = sorted(folder.glob(f"*{ending}"))
    return [line for one in files for line in one.read_text(encoding="utf-8").splitlines() if line.strip()]


def digest(lines: Iterable[str]) -> str:
    """SHA-256 of the lines."""
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def in_checkout(rows: list[T]) -> list[T]:
    """The rows of a corpus; says so and ends where none is there, so that no good weights are written over."""
    if not rows:
        raise SystemExit("the corpus is not there: the wheel leaves it out; train in a checkout")
    return rows
