"""Finding words in notes, reports and documents, and quoting the sentence that carries them, verbatim."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from chartwarden.tools.records.attachments import Passage, passages
from chartwarden.tools.records.chart import Chart
from chartwarden.tools.records.compile import compile_query
from chartwarden.tools.records.elements import shape_of
from chartwarden.tools.records.query import Finding, NoteSearch, QueryResult, RecordQuery
from chartwarden.tools.records.rows import Row

MAX_QUOTE = 400
"""Longest quotation in characters; a longer sentence is cut around the words, and the cut is shown by `[...]`."""

# fmt: off
_STOP = frozenset(
    {
        "a", "an", "and", "any", "are", "as", "at", "be", "been", "by", "did", "do", "does", "for", "from",
        "had", "has", "have", "he", "her", "his", "if", "in", "is", "it", "its", "me", "my", "of", "on", "or",
        "she", "that", "the", "their", "there", "they", "this", "to", "was", "were", "what", "when", "which",
        "who", "with", "you", "your",
    }
)
# fmt: on
_WORD = re.compile(r"\w+(?:[.'’-]\w+)*")
_BREAK = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[\"'(\[]?[A-Z0-9])|\n\s*\n|\n")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Dr|Mr|Mrs|Ms|St|vs|approx|no|No|dept|Pt|pt|resp|e\.g|i\.e|q\.d|b\.i\.d|t\.i\.d|p\.o|Fig|ca)|\b[A-Z])\.$"
)
_ITEM = re.compile(r"\s*(?:[-*•#]|\d+[.)])\s|\s*[A-Z][\w /]{0,40}:")
_WRAPPED = 55
"""A line this long without a full stop may go on in the next one."""


def search_notes(question: NoteSearch, chart: Chart) -> QueryResult:
    """Sentences that carry every word asked for, newest documents first."""
    words = () if question.whole else content_words(question.words)
    query = RecordQuery(types=question.types, window=question.window)
    found: dict[tuple[str, str], tuple[Row, Passage]] = {}
    read, read_all = 0, True
    for resource_type, params in compile_query(query, chart):
        of_type = 0
        for page in chart.pages(resource_type, (*params, *_newest_first(resource_type, chart))):
            for resource in page:
                row = Row(resource, chart)
                if _is_readable(row, question, chart):
                    read += 1
                    quoted = {
                        (row.reference, text): (row, passage)
                        for text, passage in _quotations(row, words, chart)
                        if _is_by(row, text, question.author)
                    }
                    of_type += len(quoted)
                    found.update(quoted)
            if of_type >= question.limit and _newest_first(resource_type, chart):
                read_all = False
                break
    ordered = sorted(found.items(), key=lambda entry: _recency(entry[1][0]), reverse=True)
    if question.whole:
        ordered = [entry for entry in ordered if entry[0][0] == ordered[0][0][0]]
    findings = tuple(_finding(row, text, passage) for (_, text), (row, passage) in ordered[: question.limit])
    if len(found) > len(findings) or not read_all:
        chart.note(f"The {len(findings)} newest sentences are shown; there are more.")
    if read and not found:
        chart.note(f"{read} documents were read in full.")
    return QueryResult(question=question, findings=findings, found=len(found), read_all=read_all)


def _is_by(row: Row, sentence: str, author: str) -> bool:
    """Whether the author asked for wrote the document, or is named in the sentence."""
    asked = content_words(author) if author else ()
    written = content_words(" ".join(row.people_names)) if asked else ()
    return set(asked) <= set(written) or (bool(asked) and carries(sentence, asked))


def _recency(row: Row) -> tuple[float, str]:
    return row.moment.start.timestamp() if row.moment else 0.0, row.reference


def _newest_first(resource_type: str, chart: Chart) -> tuple[tuple[str, str], ...]:
    """The order in which reading may stop at the limit; none where the source cannot give it."""
    name = shape_of(resource_type).date_param
    if not chart.supports(resource_type, name) or chart.manifest.uncovered.get(resource_type):
        return ()
    return (("_sort", f"-{name}"), ("_count", "40"))


def _is_readable(row: Row, question: NoteSearch, chart: Chart) -> bool:
    if not chart.exists_yet(row.moment):
        return False
    if row.no_fact == "entered in error" or row.resource.get("docStatus") == "entered-in-error":
        chart.note("Documents marked as entered in error were not read.")
        return False
    if question.document and not carries(row.label, content_words(question.document)):
        return False
    window = question.window
    if window is None:
        return True
    return row.moment is not None and bool(chart.calendar.within(row.moment, window.start, window.end))


def _quotations(row: Row, words: tuple[str, ...], chart: Chart) -> Iterator[tuple[str, Passage]]:
    seen: set[str] = set()
    for passage in passages(row.resource, chart.resolve):
        # Most texts carry none of the words: a look for their stems spares taking them apart.
        folded = _folded(passage.text)
        if not all(word[: max(4, len(word) - 3)] in folded for word in words):
            continue
        for sentence in sentences(passage.text):
            if (not words or carries(sentence, words)) and sentence not in seen:
                seen.add(sentence)
                yield shortened(sentence, words), passage


def _finding(row: Row, quoted: str, passage: Passage) -> Finding:
    return Finding(
        reference=row.reference,
        label=row.label,
        value=quoted,
        time=row.moment.recorded if row.moment else "",
        status=row.no_fact or row.status_text,
        author=", ".join(row.people_names[:2]),
        text=quoted,
        values=(quoted,),
        also=passage.also,
    )


def sentences(text: str) -> Iterator[str]:
    """The sentences, headings (with what follows them) and list items of a text, each a verbatim slice of it."""
    start = 0
    for match in _BREAK.finditer(text):
        if match.start() < start or _goes_on(text, start, match):
            continue
        piece = text[start : match.start()].strip()
        if piece:
            yield piece
        start = match.end()
    rest = text[start:].strip()
    if rest:
        yield rest


def _goes_on(text: str, start: int, match: re.Match[str]) -> bool:
    """Whether the sentence goes on behind a possible break: an abbreviation, a wrapped line, a heading."""
    gap = match.group()
    if "\n" not in gap:
        return _ABBREVIATION.search(text[max(start, match.start() - 12) : match.start()]) is not None
    line = text[max(start, text.rfind("\n", 0, match.start()) + 1) : match.start()].rstrip()
    following = text[match.end() : match.end() + 60]
    heading = line.startswith("#") or line.endswith(":")
    if heading or gap.count("\n") > 1 or _ITEM.match(following) or line.endswith((".", "!", "?")):
        return heading and not _ITEM.match(following)
    return following[:1].islower() or len(line) >= _WRAPPED


def content_words(phrase: str) -> tuple[str, ...]:
    """The words of a phrase that carry meaning, folded; all of them when none does."""
    words = tuple(dict.fromkeys(map(_folded, _WORD.findall(phrase))))
    return tuple(word for word in words if word not in _STOP) or words


def carries(sentence: str, words: tuple[str, ...]) -> bool:
    """Whether every word is in the sentence, plural and ending aside."""
    present = [_folded(word) for word in _WORD.findall(sentence)]
    return bool(words) and all(any(_alike(word, other) for other in present) for word in words)


_ENDINGS = ("s", "es", "ed", "ing", "d")


def _alike(wanted: str, present: str) -> bool:
    if wanted == present:
        return True
    short, long = sorted((wanted, present), key=len)
    return len(short) >= 4 and long.startswith(short) and long[len(short) :] in _ENDINGS


def _folded(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word)
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


def shortened(sentence: str, words: tuple[str, ...]) -> str:
    """The sentence, cut around the first of the words when it is longer than a quotation may be."""
    if len(sentence) <= MAX_QUOTE:
        return sentence
    hits = [m.start() for m in _WORD.finditer(sentence) if any(_alike(word, _folded(m.group())) for word in words)]
    centre = hits[0] if hits else 0
    start = max(0, min(centre - MAX_QUOTE // 3, len(sentence) - MAX_QUOTE))
    piece = sentence[start : start + MAX_QUOTE].strip()
    return ("[...] " if start else "") + piece + (" [...]" if start + MAX_QUOTE < len(sentence) else "")
