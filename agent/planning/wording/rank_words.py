"""The words that say which row of several is meant, as patterns.

Of measurements more words are ranks ("initial", "baseline", "current"): where those are meant too, a pattern adds them.
"""

from __future__ import annotations

from chartwarden.tools.records.number_words import ORDINALS

_FIRST = "first|earliest|oldest"
_LAST = "last|latest|most recent|newest"

FIRST = rf"(?:{_FIRST})"
LAST = rf"(?:{_LAST})"
FIRST_OR_LAST = rf"(?:{_FIRST}|{_LAST})"
RANK = rf"(?:very )?{FIRST_OR_LAST}"
ANY_RANK = rf"(?:{_FIRST}|{_LAST}|final|second|third|previous)"
"""Also a row between the two ends."""
RANK_OR_EXTREME = rf"(?:{_FIRST}|{_LAST}|highest|lowest)"
"""A row told by its time or by its value."""
RANK_OR_PREVIOUS = rf"(?:{_FIRST}|{_LAST}|previous)"
"""Also the one before the last."""


def in_words(rank: str) -> str:
    """A rank by its word: "3rd" as "third", up to the tenth; any other as it is."""
    number = int(rank[:-2]) if rank[0].isdigit() else 0
    return ORDINALS[number - 1] if 0 < number <= 10 else rank
