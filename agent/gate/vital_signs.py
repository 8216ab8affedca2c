"""Vital signs told in a request that nobody has without being in danger: "sats 74 % on a non-rebreather".

The limits are data (`languages/vital_signs.toml`), well beyond those from which the National Early Warning Score 2 of
the Royal College of Physicians (2017) calls for an emergency assessment: what is merely abnormal is for the record and
for those who look after the patient.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from chartwarden.agent.gate.fixed import is_told_of_the_past, statements_of
from chartwarden.agent.gate.reading import folded


@dataclass(frozen=True)
class Sign:
    """One sign: how its value is told, and between which values it belongs to a person in danger."""

    told: tuple[re.Pattern[str], ...]
    danger: tuple[tuple[float, float], ...]

    def fails(self, text: str) -> bool:
        """Whether the folded text tells a value of this sign that lies in one of these ranges, ends included."""
        values = (float(match[1].replace(",", ".")) for pattern in self.told for match in pattern.finditer(text))
        return any(low <= value <= high for value in values for low, high in self.danger)


def tells_failing_vital_signs(text: str) -> bool:
    """Whether some statement of a text, not a question, tells of vital signs that fail now.

    A value told of the past, or as a limit ("below 82"), is none.
    """
    if not any(map(str.isdigit, text)):
        return False
    signs, otherwise = _read()
    return any(
        any(sign.fails(one) for sign in signs) and not otherwise.search(one) and not is_told_of_the_past(one)
        for one in statements_of(folded(text))
    )


@lru_cache(maxsize=1)
def _read() -> tuple[tuple[Sign, ...], re.Pattern[str]]:
    """The signs, and the words by which a value is a limit or of another day."""
    table = tomllib.loads(
        resources.files(__package__).joinpath("languages", "vital_signs.toml").read_text(encoding="utf-8")
    )
    number, between = table["number"], table["between"]
    signs = tuple(
        Sign(
            tuple(
                re.compile(pattern)
                for pattern in (
                    rf"\b(?:{one['names']}){between}{number}{one.get('behind', '')}",
                    *([rf"(?<![\d.,/]){number} ?(?:{one['units']})"] if "units" in one else []),
                )
            ),
            tuple((low, high) for low, high in one["danger"]),
        )
        for one in table["sign"]
    )
    return signs, re.compile(table["otherwise"])
