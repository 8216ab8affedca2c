"""What notes, letters and reports say, where the grammar reads nothing else: the sentences that name the thing, quoted.

A question such as "what did the cardiology letter give as the cause of her syncope" asks for somebody's words. Which
of them answer it is for the reader to judge: every sentence about the thing is quoted with its author and date.
"""

from __future__ import annotations

import re

from chartwarden.agent.planning.skeleton import Skeleton
from chartwarden.tools.records.query import NoteSearch
from chartwarden.tools.records.words import plain

_DOCUMENT = re.compile(
    r"\b(?:notes?|letters?|reports?|summar(?:y|ies)|documents?|documentation|consults?|consultations?|write-?ups?|"
    r"impression|assessments?|conclusions?|clerking|handover|plans?)\b"
)
_AUTHOR = re.compile(
    r"\b(?:\w+(?:olog(?:ists?|y)|iatr(?:ists?|icians?|y|ics))(?:'s)?|an(?:a)?esthetists?(?:'s)?|doctors?"
    r"|physicians?|consultants?|surgeons?|nurses?|therapists?|"
    r"physios?|dieti[ct]ians?|midwife|pharmacists?|radiographers?|teams?|gp|registrar|resident|anybody"
    r"|anyone|somebody)\b"
)
_SAYING = re.compile(
    r"\b(?:sa(?:y|ys|id)|wr(?:ite|ites|ote|itten)|document(?:s|ed)?|not(?:e|es|ed)(?= (?:down|that|about|as))|"
    r"mention(?:s|ed)?|stat(?:e|es|ed)|conclud\w+|describ\w+|list(?:s|ed)?|recommend\w*|advis\w+|propos\w+|suggest\w*|"
    r"g[ai]ve|given as|put down|set|made of|explain\w*|comment\w*|quot\w+|according to|as written|lay down|laid down)\b"
)
_IMPRESSION = re.compile(r"\b(?:impression|conclusion|assessment|differential|opinion|view)\b")


def said_in_documents(skeleton: Skeleton) -> NoteSearch | None:
    """The search for what documents say about the things a question names; None where it asks for no such thing."""
    text = skeleton.question.lower()
    asks_for_words = bool(_SAYING.search(text) or _IMPRESSION.search(text)) and bool(
        _AUTHOR.search(text) or _DOCUMENT.search(text)
    )
    named = [one for one in skeleton.mentions if not _is_of_the_frame(one.words)]
    things = [one.words for one in named if one.linked.links or one.linked.known] or [one.words for one in named]
    if not asks_for_words or len(things) != 1:
        return None
    windows = [phrase.window for phrase in skeleton.times]
    if len(windows) > 1 or None in windows:
        return None
    return NoteSearch(words=things[0], window=windows[0] if windows else None)


def _is_of_the_frame(words: str) -> bool:
    text = " ".join(plain(words))
    return bool(_DOCUMENT.fullmatch(text) or _AUTHOR.fullmatch(text) or _SAYING.fullmatch(text))
