"""How and to where a stay ended, in words: "against advice", "to a nursing home", "with home health care"."""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path

from chartwarden.agent.patterns import Choices, Pattern


@lru_cache(maxsize=1)
def _dispositions() -> Choices:
    """Each way of saying one, and what the record calls it (`RecordQuery.disposition`)."""
    with (Path(__file__).parent / "dispositions.csv").open(encoding="utf-8", newline="") as table:
        return Choices((row["recorded"], Pattern(row["said"])) for row in csv.DictReader(table))


def disposition_said(words: str) -> str:
    """What the record calls the disposition that the words are; empty for any other words."""
    return _dispositions().name_of(words)
