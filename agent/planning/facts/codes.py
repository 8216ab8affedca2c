"""What a code of the record stands for there: the name of the entries that carry it, and no explanation of it."""

from __future__ import annotations

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.facts.counted_off import Words
from chartwarden.agent.planning.reading.skeleton import Skeleton
from chartwarden.tools.records.concepts import link
from chartwarden.tools.records.manifest import Manifest
from chartwarden.tools.records.query import Coding, Concept, RecordQuery

_CODE = Pattern(r"(?<![\w.])(?:[a-z]{0,2}\d[\da-z]*(?:\.[\da-z]+)?|[a-z]\d[\da-z]*\.[\da-z]+)(?![\w.])")
"""Digits, with letters in front or behind, and a point: I10, 250.00, E11.9, 44054006."""
_LEAST = 3
_WITH_DIGIT = Pattern(r"\d")
_PLACEHOLDER = Pattern(r"q[a-z]\d+")
"""What stands for a time or a name that was taken out, and is no code."""
_AS_QUESTION = Pattern(r"^what(?:'s| is| was)(?: (?:the )?(?:code )?)|= ?\?|\?\?")
_LETTER = Pattern(r"[a-z]")


def code_asked(skeleton: Skeleton, manifest: Manifest) -> tuple[RecordQuery, ...] | None:
    """The query of a question for what a code means; None where it is none, or a word of it is left over."""
    words = Words(skeleton, "code")
    codes = codes_in(words.left)
    words.take_all(_CODE)
    asks = words.take("meaning") or _AS_QUESTION.search(words.whole)
    spoken = words.take("code")
    if len(codes) != 1 or not asks or not _is_spoken_of(codes, bool(spoken), words.whole):
        return None
    if words.window() is not None or not words.are_used_up():
        return None
    code = codes[0].upper()
    concept, types = coded_so(code, manifest)
    if concept is None:
        return (RecordQuery(types=("Condition",), concept=Concept(words=code), measure="distinct", target="name"),)
    return (RecordQuery(types=types, concept=concept, measure="distinct", target="name"),)


def codes_in(text: str) -> list[str]:
    """What may be codes in a text, as they stand there."""
    found = (match.group() for match in _CODE.finditer(text))
    return [one for one in found if len(one) >= _LEAST and _WITH_DIGIT.search(one) and not _PLACEHOLDER.fullmatch(one)]


def coded_so(code: str, manifest: Manifest) -> tuple[Concept | None, tuple[str, ...]]:
    """What carries a code in the record, and of which types that is; None where nothing does."""
    code = code.upper()
    linked = [one for one in link(code, manifest).links if one.how in ("code", "name")]
    if not linked:
        return None, ()
    wanted = code.replace(".", "")
    codings = [
        coding for one in linked for entry in one.entries for coding in entry.codings
        if coding.code.replace(".", "").upper() == wanted
    ]  # fmt: skip
    types = tuple(dict.fromkeys(one.resource_type for one in linked))
    told = tuple(dict.fromkeys(codings)) or (Coding(code=code),)
    return Concept(words=code, codings=told, via=f"code {code}"), types


def _is_spoken_of(codes: list[str], spoken: bool, text: str) -> bool:
    """Whether a number is meant as a code: said to be one, or written with a letter as no other number is."""
    return (
        spoken
        or "stand" in text
        or "decode" in text
        or bool(_AS_QUESTION.search(text))
        or bool(_LETTER.search(codes[0]))
    )
