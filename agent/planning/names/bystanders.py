"""People and papers around a question, which no record holds as a thing asked about: an attorney, a deposition.

They are left out where they stand as who asks or what for ("for the anaesthetist", "request from the estate's
attorney:", "I'm preparing a deposition and need ..."), and only there: "what did the anaesthetist prescribe" asks for
what a person did. A word of `bystanders.csv` by which the record or the tables name something is none.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.names.mentions import Mention
from chartwarden.agent.planning.wording.question_words import AUX, WH
from chartwarden.tools.records.words import plain

_THE = r"(?:the |an? |his |her |my |our |their |some |another )?"
_NOUN = (
    r"(?: (?:department|office|team|people|desk|form|file|sheet|letter|report|paperwork|panel|board|review|check|count|"
    r"request|meeting|purposes?|claim))?"
)
_ONE = rf"{_THE}(?:(?!q[a-z]\d)[\w'-]+ )??qb\d+(?:(?:'s)?(?: of the| -|)? qb\d+)*{_NOUN}"
_ASKING = (
    rf"(?=(?:please |kindly |so |and |also )*(?:{WH}|{AUX}|any|list|give|show|name|tell|state|find|count|i|we|i'd|"
    r"pull|the)\b)"
)
_BEHIND = Pattern(
    r",? (?:for|on behalf of|at the request of|as requested by|to (?:send|give|pass|forward|hand|show)(?: on)? to) "
    rf"{_ONE}(?= ?(?:[?.!,;:]|$))"
)
_IS_THE_REASON = Pattern(
    r"\b(?:visits?|appointments?|admi\w+|encounters?|consult\w*|referr\w+|stays?|seen|came|went|go|goes|going|booked|"
    r"prescribed|prescriptions?|given|taken|takes?|took|used|ordered|orders|written|wrote|done|performed|asked|paid|"
    r"worked|works?|working|waiting|waited|looking|fit|ready|due|safe|cleared|suitable|enough|need\w*)$"
)
"""What came about for somebody is asked for by that."""
_WHETHER = Pattern(rf"(?:and |or |but |so )*(?:{AUX}|need|i need it|we need it)\b")
"""Asked whether something is so for somebody, they are in the answer."""
_BEFORE = Pattern(
    rf"^(?:for|on behalf of|as part of|in preparation for|at the request of) {_ONE}(?: ?[,:]| [-–])? {_ASKING}"
)
_LEADS_IN = Pattern(
    rf"^(?!(?:{WH}|{AUX}|any|list|give|show|name|tell|state|find|count|pull|please)\b)"
    rf"(?P<lead>(?:[\w'&/+-]+ ){{0,5}}?qb\d+[^.:;?]*?) ?(?:[:.]| [-–]) (?=\w)"
)
_SPEAKS = Pattern(
    rf"^(?!(?:{WH}|{AUX}|any|list|give|show|name|tell|state|find|count|pull|please)\b)"
    r"(?P<lead>(?:[\w'&/+-]+ ){0,2}?qb\d+), (?=(?:(?:the|any|his|her|my|their) )?qc\d+(?: [a-z]+)? ?(?:[:,]|[-–] ))"
)
"""Somebody by what they are, before the thing they ask of: "GI secretary, colon polyp: ..."."""
_OF_A_RECORD = Pattern(
    r"\bq[acdknprt]\d|\b(?:visits?|admi\w+|tests?|procedures?|prescri\w+|medic(?!aid|are)\w+|diagnos\w+|icu|hospital\w*|"
    r"drugs?|vaccin\w+|allerg\w+|emergency|surger\w+|results?|conditions?|only|except|not|without)\b"
)
"""Words with which a lead-in may be the topic."""
_AHEAD = Pattern(
    r"^(?:(?:qb\d+|-) ?)+(?:visit|appointment|clinic|meeting)(?: is)? (?:tomorrow|later today|next week|coming up|"
    r"this afternoon)\. "
)
"""What the asker has before them, and no record yet."""
_BUSY_WITH = Pattern(
    r"^(?:i'm|i am|we're|we are) (?:preparing|doing|writing(?: up)?|filling (?:in|out)|completing|finishing|drafting|"
    r"compiling|putting together|working on|busy with) (?:(?!q[a-z]\d)[\w'-]+ ){0,3}qb\d+"
    rf"{_NOUN}(?P<time> (?:for )?qt\d+)?(?: ?[,;.:])?(?: and| so)* (?:(?:i|we) )?(?:need|require|want|would like) "
    r"(?P<ask>.+?)(?P<end> ?[?.!]*)$"
)


_OF_A_CLINIC = 3
"""Words by which somebody is told, with where they work: "GI secretary"."""


def is_bystander(mention: Mention) -> bool:
    """Whether a name is made of such words alone, and neither the record nor the tables have one of them.

    What is only spelt like another word ("anaesthetist" like "anaesthetic") is not named by it.
    """
    said = tuple(plain(mention.words))
    labels = (plain(entry.label) for link in mention.linked.links for entry in link.entries)
    if any(said in row.forms for row in mention.linked.known) or any(set(said).intersection(one) for one in labels):
        return False
    words = re.findall(r"[^\W\d_]+", mention.words.lower().replace("'s", " "))
    if bool(words) and all(map(stands_beside, words)):
        return True
    return 1 < len(words) <= _OF_A_CLINIC and words[-1] in _people() and not mention.is_known


def stands_beside(word: str) -> bool:
    """Whether a lower-case word is one of people, offices and papers that no record holds as a thing asked about."""
    return word in _words() or word.removesuffix("s") in _words()


def without_bystanders(text: str, mentions: Sequence[Mention]) -> str:
    """A skeleton's text without those who ask and what they ask for."""
    theirs = {f"qc{n}" for n, mention in enumerate(mentions) if is_bystander(mention)}
    if not theirs:
        return text
    marked = re.sub(r"\bqc(\d+)\b", lambda found: f"qb{found[1]}" if found[0] in theirs else found[0], text)
    marked = _AHEAD.sub("", marked)
    marked = _BUSY_WITH.sub(lambda found: f"i need {found['ask']}{_time(found)}{found['end']}", marked)
    marked = _BEFORE.sub("", marked)
    marked = _BEHIND.sub(_behind, marked)
    lead = _SPEAKS.match(marked) or _LEADS_IN.match(marked)
    if lead and not _OF_A_RECORD.search(lead["lead"]):
        marked = marked[lead.end() :]
    return re.sub(r"\bqb(?=\d)", "qc", marked)


def left_out(text: str, mentions: Sequence[Mention]) -> frozenset[str]:
    """The placeholders that leaving them out takes from a text."""
    kept = without_bystanders(text, mentions)
    return frozenset(one for one in re.findall(r"\bqc\d+\b", text) if not re.search(rf"\b{one}\b", kept))


def _time(found: re.Match[str]) -> str:
    """The time told with what the asker is busy with, where the question has none."""
    return (found["time"] or "") if "qt" not in found["ask"] else ""


def _behind(found: re.Match[str]) -> str:
    clause = re.split(r"[.,;:?]", found.string[: found.start()])[-1].strip()
    is_asked = len(clause.split()) < 2 or _IS_THE_REASON.search(clause) or _WHETHER.match(clause)
    return found.group() if is_asked else ""


@lru_cache(maxsize=1)
def _words() -> frozenset[str]:
    return frozenset(part for row in _rows() for part in row["word"].split("-"))


@lru_cache(maxsize=1)
def _people() -> frozenset[str]:
    return frozenset(row["word"] for row in _rows() if row["kind"] == "person")


def _rows() -> list[dict[str, str]]:
    text = resources.files(__package__).joinpath("bystanders.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
