"""What a thread keeps for itself for as long as it lives."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class PerThread(Generic[T]):
    """One value a thread, handed back when the thread ends or keeps another.

    Programs run each question in threads of its own (LangGraph does so to tell of steps as they happen), so what a
    thread opened must not outlive it.
    """

    def __init__(self, handed_back: Callable[[T], None]) -> None:
        """`handed_back` takes what a thread kept; it is called in any thread, so it must not wait for a lock."""
        self._handed_back = handed_back
        self._local = threading.local()

    def get(self) -> T | None:
        """What this thread keeps."""
        hold: _Hold[T] | None = getattr(self._local, "hold", None)
        return hold.value if hold is not None else None

    def let_go(self) -> None:
        """Hand back what this thread keeps, if anything."""
        self._local.hold = None

    def keep(self, value: T) -> None:
        """Keep a value in this thread, in place of the one before."""
        self._local.hold = _Hold(value, self._handed_back)


class _Hold(Generic[T]):
    """A thread's hold on its value: it goes with the thread."""

    __slots__ = ("_handed_back", "value")

    def __init__(self, value: T, handed_back: Callable[[T], None]) -> None:
        self.value = value
        self._handed_back = handed_back

    def __del__(self) -> None:
        self._handed_back(self.value)
