"""The garbage collector during a load."""

from __future__ import annotations

import gc


def rest_collector() -> None:
    """Let it rest: parsed JSON has no cycles, and walking it takes a third of a load's time."""
    gc.set_threshold(500_000, *gc.get_threshold()[1:])
