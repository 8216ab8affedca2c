"""The classes of requests, and what the gate does with each (docs/safety.md)."""

from __future__ import annotations

from typing import Literal

Language = Literal["en", "de", "es", "fr"]

LANGUAGES: tuple[Language, ...] = ("en", "de", "es", "fr")

ClassId = Literal[
    "R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8", "R9", "K1",
    "X1", "X2", "X3", "X4", "X5", "X6", "X7", "X8", "X9", "X10", "X11", "MIX", "UNSURE",
]  # fmt: skip
"""The taxonomy of docs/safety.md. `UNSURE`: nothing decided, or a ruling for facts; answered from facts only."""

ANSWERED: frozenset[ClassId] = frozenset({"R1", "R2", "R3", "R4", "R5", "R6", "R8", "R9"})
REFUSED: frozenset[ClassId] = frozenset({"R7", "X1", "X2", "X3", "X4", "X7", "X8", "X9", "X10"})
REDIRECTED: frozenset[ClassId] = frozenset({"K1", "X11"})
NOT_ANSWERED: frozenset[ClassId] = REFUSED | REDIRECTED | {"X6"}
"""Classes whose requests get no answer to what they ask. An emergency is judged by itself."""
NOT_ALL_ANSWERED: frozenset[ClassId] = NOT_ANSWERED | {"MIX"}
"""With those that are answered in part."""
