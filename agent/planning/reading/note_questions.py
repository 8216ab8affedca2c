"""Questions about notes: what they say, what one of them says, or which there are."""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.reading.frames import Frame, NotUnderstood
from chartwarden.tools.records.concepts import Link
from chartwarden.tools.records.query import NoteSearch

_SAY = Pattern(
    r"\bnotes?\b|\bletters?\b|\bdischarge summar|\bdocuments? (?:say|mention|state)|\breports? (?:say|mention|state)"
)
_CONTENT = Pattern(
    r"\b(?:says?|said|states?|stated|reads?|read out|written|contents?|quote[sd]?|word for word|verbatim|the text of)\b"
    r"|^what(?:'s| is| was) in (?:the |that |her |his |my )?(?:last |latest |newest |most recent )?"
    r"(?:qc\d+|note|letter)\b"
)
_MENTION = Pattern(
    r"\b(?:mention(?:s|ed|ing)?(?: of)?|reference to|(?:says?|said) (?:anything|something) (?:about|of)|speaks? of"
    r"|talks? about|discuss(?:es|ed)?)\b(?: (?P<words>(?!q[a-z]\d)[a-z][a-z' -]*?))?(?=,| in\b| within\b| anywhere\b|"
    r" or\b| and\b|[?.]|$)"
)
_OF_A_STAY = Pattern(
    r"\b(?:from|of|at|during|after|before|for) (?:the |that |her |his |my |their )?(?:last |latest |first |previous "
    r"|most recent )?(?:visit|stay|admission|appointment|encounter|hospitali[sz]ation)\b"
)
_WHOLE = 50
"""Sentences of one note that are quoted at most."""


def note_search(frame: Frame) -> NoteSearch | None:
    """The search in notes that a clause asks for; None where it asks for no words, but which, when, who or how many.

    `NotUnderstood` where it asks for words and does not say which, or for those of another document than the newest.
    """
    links = frame.thing.links
    words = " ".join(mention.words for mention, _ in links)
    if any(not _is_document(link) for _, link in links):
        is_said = frame.thing.domain == "note" or (bool(_SAY.search(frame.clause)) and frame.thing.domain != "micro")
        return _about(words, frame) if is_said else None
    if frame.thing.domain != "note":
        return None
    if mentioned := _MENTION.search(frame.clause):
        return _about(_topic(mentioned), frame)
    if frame.operator not in ("list", "value", "result", "exists") or not _CONTENT.search(frame.clause):
        return None
    if frame.which.which == "first" or frame.which.index != 1:
        raise NotUnderstood("which note is to be read; the newest is, or that of a date")
    _place(frame)
    return NoteSearch(
        words=words or "note", document=words, author=frame.person, window=frame.window, whole=True, limit=_WHOLE,
        types=("DocumentReference",),
    )  # fmt: skip


def _about(words: str, frame: Frame) -> NoteSearch:
    """The sentences about a topic."""
    _place(frame)
    mentioned = _MENTION.search(frame.clause)
    if frame.thing.links and mentioned is not None and mentioned["words"]:
        raise NotUnderstood(f'whether "{mentioned["words"]}" is to be looked for as well; ask for each by itself')
    return NoteSearch(words=words, author=frame.person, window=frame.window)


def _place(frame: Frame) -> None:
    if frame.event is not None or _OF_A_STAY.search(frame.clause):
        raise NotUnderstood("which notes belong to an event; ask for those of a date")


def _is_document(link: Link | None) -> bool:
    return link is not None and link.resource_type == "DocumentReference"


def _topic(mentioned: re.Match[str]) -> str:
    words = re.sub(r"^(?:any|the|an?|his|her|my|their) ", "", (mentioned["words"] or "").strip())
    if not words:
        raise NotUnderstood("what to look for in the notes was not recognised")
    return words
