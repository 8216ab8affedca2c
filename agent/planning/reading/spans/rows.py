"""One row told by an end or by its length, in words: a stay after a discharge, the longest one, what was taken out."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.reading.spans.words import Side, courtesy, side_of, words

_PIECES = Pattern(r" ?[?.!;:]+(?= |$)| [-–—]+ ")
_AGAIN = frozenset({"another", "any", "again", "further", "new", "more", "repeat", "subsequent", "bounce", "bounced"})
_AFTER = Pattern(r"^(?:(?:after|of|from|following|since|the|his|her|my|their|that) )+")
_ASKS = Pattern(
    r"^(?:and |so )?(?:admitted|(?:next )?hospital admission|hospitali[sz]ed"
    r"|was|were|is|did|has|had|have|any|does|do|another|next)\b"
)


@dataclass(frozen=True)
class Readmission:
    """Another stay, the end of the one before, and the placeholder of how long after it at most."""

    stay: Side
    left: Side
    within: str


def readmission_of(text: str) -> Readmission | None:
    """The readmission that a question asks about; None where a word of it is not accounted for."""
    pieces = [piece.strip(" ,") for piece in _PIECES.split(text) if piece.strip(" ,") and not courtesy(piece)]
    asking = [piece for piece in pieces if re.search(r"\bqd\d", piece)]
    if len(asking) != 1 or len(pieces) > 2:
        return None
    about = [side_of(piece) for piece in pieces if piece != asking[0]]
    if any(side is None or side.at != "end" for side in about):
        return None
    match = re.match(r"^(?P<before>.*?)\b(?P<qd>qd\d+)\b(?P<after>.*)$", asking[0])
    assert match is not None, "it has been found"
    before, after = match["before"].strip(" ,"), match["after"].strip(" ,")
    told, comma, question = after.partition(", ")
    if comma and set(re.findall(r"[a-z]+", before)) <= {"in", "the", "within", "and"}:
        before, after = question, told
    return _of(before, after, match["qd"], about[0] if about else None)


def _of(before: str, after: str, within: str, about: Side | None) -> Readmission | None:
    again = " ".join(word for word in before.split() if word not in _AGAIN and word != "there")
    stay, left = side_of(again), side_of(_AFTER.sub("", f"{after} "))
    if stay is None or not stay.stay or stay.name or stay.rank or stay.times or not _ASKS.match(before):
        return None
    if left is not None and not left.is_named and about is not None:
        left = replace(about, times=left.times or about.times)
    if left is None or not left.stay or left.name or left.at != "end":
        return None
    return Readmission(
        replace(stay, at="", stay="hospital stay" if "discharged" in stay.stay else stay.stay), left, within
    )


_TIME_ASKED = Pattern(
    r"\bwhen\b|\b(?:admission|start|begin\w*|end|discharge|exact|first)? ?(?:time|date|day)\b"
    r"|\bstart(?:ed)?\b|\bbegan\b"
)
_LENGTH_ASKED = Pattern(r"\bhow (?:long|many)\b|\b(?:hours|minutes|days|weeks|length|duration)\b")
_TELLS_LENGTH = Pattern(
    r"(?:\(? ?(?:duration|length|long) ?[=:] ?|\(? ?(?:counted|measured|timed|going) (?:as )?|\( ?)?\b(?:from )?"
    r"(?:the )?(?:admission|start|beginning) (?:time )?to (?:the )?(?:discharge|end|finish)\b(?: time)? ?\)?"
)
"""How the length of a stay is told, and no end that is asked for."""
_BESIDE = frozenset(
    {"all", "ever", "lasted", "did", "how", "give", "show", "state", "what", "by", "length", "had", "times"}
)


def longest_stay(text: str) -> Side | None:
    """The longest or the shortest stay, of which the beginning or the end is asked for."""
    text = _TELLS_LENGTH.sub(" ", text)
    if _LENGTH_ASKED.search(text) or not _TIME_ASKED.search(text):
        return None
    kept = (word for word in re.findall(r"[a-z0-9]+", text) if word not in _BESIDE | words("courtesies") - {"one"})
    side = side_of(" ".join(kept))
    if side is None or not side.length or not side.stay or side.rank or side.several:
        return None
    stay = "hospital stay" if "discharged" in side.stay else side.stay
    return replace(side, stay=stay)


def end_of(text: str) -> Side | None:
    """Something that was in place, of which it is asked when it was taken out: "central line out when?"."""
    if not re.search(r"\b(?:when|what time)\b.*\bremov|\bremov.*\b(?:when|what time)\b", text):
        return None
    side = side_of(re.sub(r"\bwhat(?= time\b)", " ", text))
    is_one = side is not None and side.name and side.at == "end" and not (side.several or side.stay or side.length)
    return side if is_one else None


_AGE = Pattern(
    r"^(?:and )?(?:(?:at )?what (?:was (?:the |his |her |my |their )?)?age\b|how old\b|(?:the |his |her |my )?age\b)"
)
_OF_AGE = frozenset(
    {"old", "age", "aged", "years", "whole", "how", "what", "time", "by", "full", "completed", "exactly"}
)


def age_at_end(text: str) -> Side | None:
    """Something of which it is asked how old the patient was when it ended."""
    if not _AGE.match(text):
        return None
    side = side_of(" ".join(word for word in re.findall(r"[a-z0-9'-]+", text) if word not in _OF_AGE))
    is_one = side is not None and side.at == "end" and (side.name or side.rank or side.times) and not side.several
    return side if is_one else None
