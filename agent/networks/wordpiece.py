"""Words cut into the pieces that a BERT encoder knows: WordPiece, uncased.

As in Devlin et al. (2019) and the tokenizer of the checkpoint, but that Chinese characters are not set apart, which an
encoder of English never meets: text in lower case without accents, signs apart, and each word cut from the left into
the longest pieces the vocabulary has.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

_CONTINUED = "##"
"""Before a piece that does not begin a word."""
_UNKNOWN, _BEGIN, _END = "[UNK]", "[CLS]", "[SEP]"
_LONGEST = 100
"""Characters of a word; a longer one is unknown as a whole."""


@dataclass(frozen=True)
class WordPiece:
    """A vocabulary of pieces with their numbers."""

    numbers: Mapping[str, int]

    def __call__(self, text: str, at_most: int) -> list[int]:
        """The numbers of a text, with the marks of its beginning and end; what goes beyond `at_most` is cut off."""
        pieces = [number for word in _words(text) for number in self._pieces(word)]
        return [self.numbers[_BEGIN], *pieces[: at_most - 2], self.numbers[_END]]

    def words(self, words: Iterable[str], at_most: int) -> tuple[list[int], list[int | None]]:
        """The same of a text that is told word by word, and where each word begins: None for what is cut off."""
        numbers, begins = [self.numbers[_BEGIN]], list[int | None]()
        for word in words:
            begins.append(len(numbers) if len(numbers) < at_most - 1 else None)
            numbers += (number for part in _words(word) for number in self._pieces(part))
        return [*numbers[: at_most - 1], self.numbers[_END]], begins

    def _pieces(self, word: str) -> list[int]:
        pieces: list[int] = []
        start = 0
        while start < len(word) <= _LONGEST:
            lead = _CONTINUED if start else ""
            end = next((e for e in range(len(word), start, -1) if lead + word[start:e] in self.numbers), None)
            if end is None:
                break
            pieces.append(self.numbers[lead + word[start:end]])
            start = end
        return pieces if start == len(word) else [self.numbers[_UNKNOWN]]


def _words(text: str) -> Iterator[str]:
    word = ""
    for sign in unicodedata.normalize("NFD", text.lower()):
        category = unicodedata.category(sign)
        is_sign = category[0] == "P" or (sign.isascii() and sign.isprintable() and not sign.isalnum() and sign != " ")
        if category == "Mn" or (category in ("Cc", "Cf") and not sign.isspace()):
            continue
        if is_sign or sign.isspace():
            yield from filter(None, (word, sign.strip()))
            word = ""
        else:
            word += sign
    if word:
        yield word
