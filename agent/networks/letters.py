"""What the features of every network share."""

from __future__ import annotations

from collections.abc import Iterator


def letters_of(word: str) -> Iterator[str]:
    """Runs of three to five letters of a word with its edges: what misspelt and inflected words share."""
    if word[0].isalpha():
        edged = f"_{word}_"
        for size in (3, 4, 5):
            for start in range(len(edged) - size + 1):
                yield f"c: {edged[start : start + size]}"
