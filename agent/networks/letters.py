"""What the features of every network share."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=4096)  # questions are made of few words, and every network asks for the same
def letters_of(word: str) -> tuple[str, ...]:
    """Runs of three to five letters of a word with its edges: what misspelt and inflected words share."""
    if not word[0].isalpha():
        return ()
    edged = f"_{word}_"
    return tuple(f"c: {edged[start : start + size]}" for size in (3, 4, 5) for start in range(len(edged) - size + 1))
