"""Words of relation and numbers that a reading left over: with one of them left, another question would be answered."""

from __future__ import annotations

import re

from chartwarden.agent.planning.frames import Frame, NotUnderstood

_RELATIONS = re.compile(
    r"\b(?:before|after|prior to|preceding|preced(?:e|es|ed)|following|until|since|between|predat\w+|postdat\w+|"
    r"versus|than|compared (?:with|to)|relative to|except|excluding|unless|without|in addition to|"
    r"alongside|in combination with|concurrently with|concomitantly with|(?:every|each) (?:year|month|week|season)|"
    r"annually|yearly|most (?:often|frequently|common|commonly|frequent|admissions|visits|stays|prescriptions|drugs"
    r"|procedures|tests|orders)|(?:least|less) (?:often|frequently|common)|fewest|per (?:admission|visit|stay|day|year)"
    r"|if (?:i|we|you|one|he|she|they|the patient|patient) (?:\w+ )?(?:stop|start|take|took|had|have|do|did|go|went)\w*"
    r"|qd\d+|same (?:hour|day|week|month|year|time|visit|stay|admission|encounter)|"
    r"(?:readings?|values?|measurements?|results?|tests?|visits?|doses?) (?:ago|back|earlier))\b"
)
_NUMBERS = re.compile(r"(?<![\w.:/-])\d+(?:\.\d+)?(?![\w:/-])")
_HARMLESS = re.compile(
    r"\b(?:since when|ever before|as before|before now|so far|(?:more than|at least) (?:one|once|twice|thrice|"
    r"(?:\d+|two|three|four|five|six|seven|eight|nine|ten) (?:times|occasions))|other than that|rather than"
    r"|within "
    r"(?:the |this |his |her |my )?(?:normal|reference|range|limits|record|chart|file|patient)\w*"
    r"|without (?:a )?date|in "
    r"(?:the )?following|the following|look(?:ed)? after|care after|type \d|stage \d|grade \d|phase \d|part \d"
    r"|number \d+)\b"
)
_PICKED = re.compile(
    r"\b(?:the )?(?:one |reading |value |result |measurement )?(?:just |right )?(?:before|preceding|prior to"
    r"|previous to) (?:the |"
    r"my |his |her )?(?:last|latest|most recent|newest|current|that|it|previous)\b|\bthe one before\b|\b(?:last"
    r"|latest|first|"
    r"earliest|past|previous|most recent) \d+\b|\bbefore that\b|\bthan (?:the )?(?:one|last|previous|first|before|it)\b"
)


_SECOND = re.compile(
    r"\b(?:last|final|latest|first|next|earlier|later)\b(?: (?:one|value|result|reading|measurement|level|figure|test|"
    r"measured|recorded|taken))* (?:just |right |immediately )?(?:before|preceding|prior to|after|following|beforehand|"
    r"afterwards?)(?: (?:it|that|this|then))?$"
)


def require_one_relation(clause: str) -> None:
    """Raise `NotUnderstood` where a clause relative to one event speaks of a second relation ("the last before it")."""
    rest = _PICKED.sub(" ", _HARMLESS.sub(" ", clause))
    relation = _SECOND.search(clause) or _RELATIONS.search(rest)
    if relation is not None:
        raise NotUnderstood(f'what "{relation.group()}" relates')


def require_all_read(frame: Frame, clause: str) -> None:
    """Raise `NotUnderstood` where a relation or a number of the clause is in no part of its reading."""
    if frame.thing.domain == "patient":
        return
    rest = _PICKED.sub(" ", _HARMLESS.sub(" ", re.sub(r"\bq[a-z]\d+\b", " ", clause)))
    number = _NUMBERS.search(rest)
    if number and frame.which.limit is None:
        raise NotUnderstood(f'what the number "{number.group()}" stands for')
    relation = _RELATIONS.search(rest)
    if relation is None or frame.event is not None or frame.other is not None or frame.direction or frame.notes:
        return
    if frame.operator in ("change", "trend", "order", "min", "max") or frame.negated or frame.threshold is not None:
        return
    raise NotUnderstood(f'what "{relation.group()}" relates')
