"""Questions in which people marked what stands around what is asked.

A line of `corpus/*.txt` is one question, with marks around each such stretch; most have none:

    ⟦Kitchen needs this before the tray goes up:⟧ every allergy the chart has for this patient.
    ⟦I know I had⟧ the shingles vaccine⟦, just not when⟧. What's the date of the latest one?
    In the last eight years, how many times was the patient at the hospital?

What is left asks the same, and reads as a question by itself. Numbers of patients and names of
people in them are made up but for one number of the open MIMIC demo; drugs, tests and dates are the askers' own.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from chartwarden.agent.networks.corpora import lines_in

_HERE = Path(__file__).resolve().parent
_OPENS, _CLOSES = "⟦", "⟧"


@dataclass(frozen=True)
class Marked:
    """One question, word by word."""

    words: tuple[str, ...]
    around: tuple[bool, ...]
    """For each word, whether it stands around what is asked."""

    @property
    def lead(self) -> Marked:
        """What stands around, in front of the first word that does not."""
        count = next((at for at, around in enumerate(self.around) if not around), len(self.words))
        return Marked(self.words[:count], self.around[:count])

    def __add__(self, other: Marked) -> Marked:
        return Marked(self.words + other.words, self.around + other.around)


def corpus_lines() -> list[str]:
    """The lines of the corpus, in a fixed order: a checkout's, because the wheel leaves them out."""
    return lines_in(_HERE / "corpus", ".txt")


def marked(line: str) -> Marked:
    """One line of the corpus. A word stands around what is asked where more than half of its letters are marked.

    `ValueError` for marks that do not close.
    """
    words, around, is_marked = [""], [list[bool]()], False
    for sign in line:
        if sign in (_OPENS, _CLOSES):
            if is_marked == (sign == _OPENS):
                raise ValueError(f"marks that do not close: {line[:200]}")
            is_marked = sign == _OPENS
        elif sign.isspace():
            words.append("")
            around.append([])
        else:
            words[-1] += sign
            around[-1] += [is_marked] * (2 if sign.isalnum() else 0) or [is_marked]
    if is_marked:
        raise ValueError(f"marks that do not close: {line[:200]}")
    told = [(word, sum(one) * 2 > len(one)) for word, one in zip(words, around, strict=True) if word]
    return Marked(tuple(word for word, _ in told), tuple(one for _, one in told))
