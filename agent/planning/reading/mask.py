"""A question with the spans that have been read taken out, and what stands for them in its skeleton."""

from __future__ import annotations

import re


def _own_words(text: str) -> str:
    """What somebody typed, in lower case, with nothing in it that looks like a placeholder."""
    return re.sub(r"\bq([acdknprt])(?=\d)", r"q \1 ", text.lower())


class Mask:
    """Collects spans of the question and what stands for them."""

    def __init__(self, question: str) -> None:
        self.question = question
        self.spans: list[tuple[int, int, str]] = []

    @property
    def taken(self) -> list[tuple[int, int]]:
        return [(start, end) for start, end, _ in self.spans]

    def free(self, start: int, end: int) -> bool:
        return all(end <= begin or stop <= start for begin, stop, _ in self.spans)

    def add(self, start: int, end: int, token: str) -> None:
        self.spans.append((start, end, token))

    def blanked(self) -> str:
        """The lower-case question with what is taken blanked out by `¤`, every place kept."""
        text = list(self.question.lower() if len(self.question.lower()) == len(self.question) else self.question)
        for start, end, _ in self.spans:
            text[start:end] = "¤" * (end - start)
        return "".join(text)

    def text(self) -> str:
        out, place = [], 0
        for start, end, token in sorted(self.spans):
            out += [_own_words(self.question[place:start]), f" {token} "]
            place = end
        out.append(_own_words(self.question[place:]))
        text = re.sub(r"#\s?(?=\d)", "number ", re.sub(r" [&+] ", " and ", "".join(out)))
        text = re.sub(r"[^\w\s,'?;:.%/()<>=-]", " ", text)
        return re.sub(r"\s+", " ", text.replace(" ,", ",")).strip()
