"""The words that say which row of several is meant, as patterns.

Of measurements more words are ranks ("initial", "baseline", "current"): where those are meant too, a pattern adds them.
"""

from __future__ import annotations

_FIRST = "first|earliest|oldest"
_LAST = "last|latest|most recent|newest"

FIRST = rf"(?:{_FIRST})"
LAST = rf"(?:{_LAST})"
FIRST_OR_LAST = rf"(?:{_FIRST}|{_LAST})"
ANY_RANK = rf"(?:{_FIRST}|{_LAST}|final|second|third|previous)"
"""Also a row between the two ends."""
RANK_OR_EXTREME = rf"(?:{_FIRST}|{_LAST}|highest|lowest)"
"""A row told by its time or by its value."""
RANK_OR_PREVIOUS = rf"(?:{_FIRST}|{_LAST}|previous)"
"""Also the one before the last."""
