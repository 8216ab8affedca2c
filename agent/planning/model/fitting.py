"""Fitting a prompt into its budget, counted in the model's own tokens: what is too long is cut, and the cut is told.

A prompt is a template and its values. Values of several lines may lose lines from their middle; the first and the last
lines stay, and a line of our own says how many are left out. A prompt over its budget is therefore shortened, never
failed and never sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from chartwarden.prompts import render

KEPT_AT_LEAST = 2
"""Lines of a value that are shown however little room there is: the first and the last."""
LINE_CHARS = 400
"""Longest line once lines alone do not make room."""
TEXT_CHARS = 1_200
"""Longest single text (the question) in a prompt that is still too long then."""
SAFETY = 0.92
"""How far below the budget a cut aims, because tokens are not spread evenly over lines."""


@dataclass(frozen=True)
class Lines:
    """A value of a prompt that may be cut in its middle."""

    lines: tuple[str, ...]
    nothing: str = "none"
    """What stands there when there are no lines."""

    def shown(self, keep: int, line_chars: int) -> str:
        """At most `keep` lines: the first and the last ones, and how many are left out."""
        lines = [shortened(line, line_chars) for line in dict.fromkeys(self.lines)]
        if len(lines) > keep:
            head = keep - keep // 2
            tail = keep - head
            cut = f"... {len(lines) - keep} lines between are left out for length ..."
            lines = [*lines[:head], cut, *lines[len(lines) - tail :]]
        return "\n".join(lines) or self.nothing


def shortened(text: str, chars: int) -> str:
    """A text of at most about `chars` characters, its end kept, the cut told."""
    if len(text) <= chars:
        return text
    return f"{text[: chars * 2 // 3]} [... cut ...] {text[-chars // 3 :]}"


def fitted(prompt: str, values: Mapping[str, str | Lines], budget: int, count: Callable[[str], int]) -> tuple[str, int]:
    """The text of a prompt within `budget` tokens, and its length in tokens."""
    lists = {name: value for name, value in values.items() if isinstance(value, Lines)}
    plain = {name: value for name, value in values.items() if isinstance(value, str)}
    keep = {name: len(set(value.lines)) for name, value in lists.items()}
    line_chars, text_chars = 4_000, max([len(text) for text in plain.values()] or [0])
    while True:
        shown = {name: value.shown(keep[name], line_chars) for name, value in lists.items()}
        texts = {name: shortened(text, text_chars) for name, text in plain.items()}
        text = render(prompt, **texts, **shown)
        used = count(text)
        if used <= budget:
            return text, used
        longest = max(shown, key=lambda name: len(shown[name]) if keep[name] > KEPT_AT_LEAST else 0, default="")
        if longest and keep[longest] > KEPT_AT_LEAST:
            keep[longest] = _fewer(keep[longest], len(shown[longest]), len(text), budget * SAFETY / used)
        elif line_chars > LINE_CHARS:
            line_chars = LINE_CHARS
        elif text_chars > 80:
            text_chars = min(TEXT_CHARS, text_chars // 2)
        elif line_chars > 40:
            line_chars //= 2
        else:
            return text, used  # the bare template: the smallest budget that settings allow holds it


def _fewer(lines: int, chars: int, all_chars: int, share: float) -> int:
    """How many lines of a part of `chars` characters to keep, so that the whole shrinks to `share` of itself."""
    room = max(chars - all_chars * (1 - share), 0) / max(chars, 1)
    return max(min(int(lines * room), lines - 1), KEPT_AT_LEAST)
