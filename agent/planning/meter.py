"""`Meter`: what one question costs a model, what it may yet cost, and what the model said on the way.

The limits of a question are enforced against this; it is made with the question's run and is empty where no model
takes part.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from chartwarden.tools.records.query import Finding

MAX_SAID_CHARS = 2_000
"""Longest output of a model that is kept for the log, whole."""


@dataclass
class Meter:
    """Counts by name, and the raw decisions. Safe to add to from several threads."""

    generated_limit: int = 2_000
    """Tokens the model may generate for one question."""
    seconds_limit: float = 120.0
    """Seconds the model may take for one question, everything else included."""
    started: float = field(default_factory=time.monotonic)
    counts: Counter[str] = field(default_factory=Counter)
    said: list[str] = field(default_factory=list)
    """Every prompt's name and what the model answered: for the log's erasable text alone."""
    sent: list[str] = field(default_factory=list)
    """Every prompt as the model was shown it, for the same."""
    write_next: bool = False
    """The model has said that one look is enough: what is found next is written without asking it again."""
    is_survey: bool = False
    """The model has asked for a span of time rather than a fact: its rows are read slice by slice."""
    kept: tuple[tuple[Finding, ...], int] | None = None
    """What a survey kept of its rows, and how many it did not read: an answer that is mended does not read again."""
    _guard: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def add(self, **counts: int) -> None:
        """Add to the counts by name."""
        with self._guard:
            self.counts.update(counts)

    def asked(self, prompt: str, text: str) -> None:
        """Keep a prompt as it is sent, under its name."""
        with self._guard:
            self.sent.append(f"=== {prompt} ===\n{text}")

    def heard(self, prompt: str, answer: str) -> None:
        """Keep what the model answered to a prompt."""
        cut = "" if len(answer) <= MAX_SAID_CHARS else " [cut]"
        with self._guard:
            self.said.append(f"{prompt}: {answer[:MAX_SAID_CHARS]}{cut}")

    def usage(self) -> dict[str, int]:
        """The counts that are not zero."""
        with self._guard:
            return {name: count for name, count in sorted(self.counts.items()) if count}

    @property
    def tokens_left(self) -> int:
        """Tokens that may still be generated."""
        return max(self.generated_limit - self.counts["generated_tokens"], 0)

    @property
    def seconds_left(self) -> float:
        """Seconds that are left, 0 when there are none."""
        return max(self.seconds_limit - (time.monotonic() - self.started), 0.0)
