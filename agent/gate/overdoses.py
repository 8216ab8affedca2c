"""An overdose just taken, told in the present or of a moment ago: `languages/overdose.toml` has its words.

A verb of taking beside more than anybody is prescribed at once. That is nobody's usual way to speak of anything else,
whatever is asked of the record beside it, so it is not left to what was learnt.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib import resources

from chartwarden.agent.gate.fixed import is_told_of_the_past, pieces_of
from chartwarden.agent.gate.reading import asks, folded
from chartwarden.agent.patterns import Pattern

_COLON = Pattern(r" ?: +")
"""Ends what is told before a question, as a semicolon does. In vital signs it stands before a value."""
_TELEGRAM = Pattern(
    r"^(?:has|have|hat)(?! (?:s?he|they|it|the|this|any|er|sie|der|die|das|herr|frau|mrs?|ms|patient\w*)\b)[^?]*$"
)
"""What begins as a question does and is none: nobody stands behind the verb ("has swallowed 40 tablets")."""


def tells_of_overdose(text: str) -> bool:
    """Whether some statement of a text, not a question, tells of an overdose that was just taken."""
    taken, amounts, otherwise = _read()
    return any(
        taken.search(one)
        and any(amount.search(one) for amount in amounts)
        and (not asks(one) or _TELEGRAM.match(one))
        and not otherwise.search(one)
        and not is_told_of_the_past(one)
        for one in pieces_of(_COLON.sub("; ", folded(text)))
    )


@lru_cache(maxsize=1)
def _read() -> tuple[Pattern, tuple[Pattern, ...], Pattern]:
    """What was done, of how much, and the words by which it is something else."""
    file = resources.files(__package__).joinpath("languages", "overdose.toml")
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    return (
        Pattern(table["taken"]),
        tuple(map(Pattern, (*table["packs"], *table["everything"], table["counts"]))),
        Pattern(table["otherwise"]),
    )
