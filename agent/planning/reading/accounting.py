"""Words of relation and numbers that a reading left over: with one of them left, another question would be answered."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.reading.arithmetic import WORKS_OUT, ends_of, is_of_each, is_worked_out
from chartwarden.agent.planning.reading.beside import SIDE
from chartwarden.agent.planning.reading.domains import BY_NAME
from chartwarden.agent.planning.reading.frames import Frame, Narrowed, NotUnderstood
from chartwarden.agent.planning.reading.skeleton import Skeleton
from chartwarden.agent.planning.wording.rank_words import ANY_RANK
from chartwarden.agent.planning.wording.topics import leaves_out_person
from chartwarden.agent.planning.wording.who import WHO
from chartwarden.tools.records.number_words import CARDINALS

_POINTING = Pattern(
    r"\b(?:that(?: very| same)*|the(?: very)? same) "
    r"(?:day|date|time|moment|minute|instant|visit|appointment|occasion|year|month)\b|\bback then\b|(?<!,) then$"
    r"|(?<!one )(?<!value )(?<!reading )(?<!result )(?<!time )\b(?:before|after|since|until|till|by) (?:that|then)\b"
)
"""Words that point to a time told elsewhere."""
_RELATIONS = Pattern(
    r"\b(?:before|after|prior to|preceding|preced(?:e|es|ed)|following|until|since|between|predat\w+|postdat\w+"
    r"|closest|nearest|closely|minus|(?:all|every\w*|each|any\w*)(?: +(?!but\b)\w+){0,4} +but"
    r"|versus|than|compared (?:with|to)|relative to|except|excluding|unless|without|in addition to|"
    r"alongside|in combination with|concurrently with|concomitantly with|"
    r"(?:every|each) (?:other |second |third )?(?:year|month|week|day|season)|"
    r"annually|yearly|most (?:often|frequently|common|commonly|frequent|admissions|visits|stays|prescriptions|drugs"
    r"|procedures|tests|orders)|(?:least|less) (?:often|frequently|common)|fewest|per (?:admission|visit|stay|day|year)"
    r"|if (?:i|we|you|one|he|she|they|the patient|patient) (?:\w+ )?(?:stop|start|take|took|had|have|do|did|go|went)\w*"
    r"|qd\d+|same (?:hour|day|week|month|year|time|visit|stay|admission|encounter)|"
    r"(?:readings?|values?|measurements?|results?|tests?|visits?|doses?) (?:ago|back|earlier))\b"
)
_NUMBERS = Pattern(r"(?<![\w.:/-])\d+(?:\.\d+)?(?![\w/-]|:\d)")
_TWO_NUMBERS = Pattern(r"(?<![\w.:/-])\d{2,3} ?/ ?\d{2,3}(?![\w/.-])")
"""Of a blood pressure that is told or claimed."""
_HARMLESS = Pattern(
    r"\b(?:since when|ever before|as before|before now|so far|other than that|rather than|within "
    r"(?:the |this |his |her |my )?(?:normal|reference|range|limits|record|chart|file|patient)\w*"
    r"|without (?:a )?date|in "
    r"(?:the )?following|the following|look(?:ed)? after|care after|type \d|stage \d|grade \d|phase \d|part \d"
    r"|number \d+)\b"
)
_PICKED = Pattern(
    r"\b(?:the )?(?:one |reading |value |result |measurement )?(?:just |right )?(?:before|preceding|prior to"
    r"|previous to) (?:the |"
    r"my |his |her )?(?:last|latest|most recent|newest|current|that|it|previous)\b|\bthe one before\b|\b(?:last"
    r"|latest|first|"
    r"earliest|past|previous|most recent) \d+\b|\bbefore that\b|\bthan (?:the )?(?:one|last|previous|first|before|it)\b"
)


_SECOND = Pattern(
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


_JOINS = Pattern(r"\b(?:and|or|nor|plus|versus|as well as|along with|together with)\b|[,;/&()]")


def has_bare_number(text: str) -> bool:
    """Whether a text has a number that stands for nothing that was taken out of it."""
    return bool(_NUMBERS.search(_PICKED.sub(" ", _HARMLESS.sub(" ", re.sub(r"\bq[a-z]\d+\b", " ", text)))))


def require_joined(clause: str, tokens: Sequence[str]) -> None:
    """Raise `NotUnderstood` where things are asked for one by one that no word of the clause puts side by side."""
    places = sorted(clause.find(token) for token in tokens)
    for first, second in itertools.pairwise(places):
        if first >= 0 and not _JOINS.search(clause[first:second]):
            raise NotUnderstood("how the things it names belong together")


_ONE_BEFORE = Pattern(r"\bone (?:just |right )?before\b(?! qt)")
OF_THESE = Pattern(r"\b(?:one|any|some|either|none|all|each|which) of (?:these|those|them)(?= ?[?,.]|$| qt)")
"""Of things that were named elsewhere, or nowhere."""
_NEXT = Pattern(r"\bnext\b(?! (?:to|of kin|door)\b)")
WAS_RANKED = Pattern(rf"(?:was|is|were|are) (?:(?:the|his|her|my|their|patient's|very) )*{ANY_RANK}\b")
"""Whether one row was of a time: that others were of it says nothing, but for the first before and the last since."""
_MORE = Pattern(
    rf"^(?:(?:were|was|are|is) there |(?:did|has|have|had|does) {WHO} (?:have|had|get|got) )?"
    r"(?:more|fewer) (?!than\b|recent|about\b|details?\b|info)"
)
_WITHOUT_VALUES = frozenset({"condition", "allergy", "immunization", "procedure"})
"""What is of no size: where something is less than something else there, it is not what is named."""


_SUCH = Pattern(r"\bsuch (?:an? )?(?!as\b|q[a-z]\d)[a-z]+")


_OF_SEVERAL = Pattern(r"(?:(?:at|on|in) )?(?:what|which) (?:times|dates|days|occasions)\b")


def _are_all_told(frame: Frame, clause: str, found: re.Match[str]) -> bool:
    """Whether all of what the words before name in the plural is meant: "hospital visits, all of them"."""
    domain = BY_NAME.get(frame.thing.domain)
    before = clause[: found.start()]
    if domain is None or not (found.group().startswith(("all of", "each of")) or before.endswith("every ")):
        return False
    if frame.operator == "when" and _OF_SEVERAL.match(clause):
        return True
    nouns = [noun for words in (domain.strong, domain.weak) if words for noun in words.finditer(before)]
    return any(noun.group().endswith("s") for noun in nouns)


_BESIDE_RANGE = Pattern(r"\b(?:mean|average|median|sum|total)\b")
_BY_TIME = Pattern(r"\b(?:per|by|each|every) (?:day|week|month|year|visit|stay)\b")
_BY_YEAR = Pattern(r"\b(?:per|by|each|every|broken down by|grouped by) (?:calendar )?(?:year|month)\b")
_OF_EACH_TIME = Pattern(
    r"\b(?:per|by|each|every|broken down by|grouped by) (?:calendar )?(?:year|month|decade|admission"
    r"|stay|visit|encounter|hospitali[sz]ation|specimen|unit|ward)\b"
    r"|\b(?:in|for|during|over) (?:each|every)(?: one)?(?: of)?(?: the)?(?: years| months)? ?(?:$|qt\d)"
)
_A_YEAR = Pattern(
    r"\b(?:how many|number of)\b.*\ba (?:year|month)\b(?! (?:ago|before|after|earlier|later|back|old|from|since|apart))"
)
"""A number of each year, and not of a year: "how many visits a year?"."""
_PER_YEAR = Pattern(r"\bper (?:calendar )?(?:year|month)\b")
_OF_VALUES = frozenset({"min", "max", "mean", "range", "change", "trend"})
ONE_VALUE = Pattern(r"(?<!\blab )(?<!\btest )\b(?:value|reading|level|figure|score)\b(?! of\b)")
"""Which is of one measurement."""
_SET_AGAINST_A_TIME = Pattern(r"\b(?:compared (?:with|to)|against|versus) (?:in )?qt\d+(?! (?:and|to|until)\b)")
_OF_DOSES = Pattern(
    r"\b(?:dos\w+|strengths?|amounts?|m[gl]s?|mcg|milligrams?|grams?|units?|rates?|infus\w+|given|administ\w+"
    r"|prescri\w+|order\w*|got|received?|taken?)\b"
)
"""Of a drug, what is compared or averaged is a dose, where the words say so."""


def require_worked_out(frame: Frame, clause: str) -> None:
    """Raise where a word is for something worked out ("difference", "slope"), and nothing is; or in percent of what
    is itself in percent."""
    if is_of_each(clause):
        raise NotUnderstood("the changes from each value to the next; ask for the values, or for two of them")
    if frame.extremum and frame.operator in ("percent", "rate"):
        raise NotUnderstood("from which value on the change is asked; ask for it from the first to the last")
    is_set_against = frame.operator == "change" and _SET_AGAINST_A_TIME.search(clause)
    if is_set_against or (frame.extremum and frame.operator == "change" and ends_of(clause) is None):
        raise NotUnderstood("between which two values the change is asked; name both")
    counts_each = frame.operator == "count" and (_OF_EACH_TIME.search(clause) or _A_YEAR.search(clause))
    if counts_each or (frame.operator == "list" and _PER_YEAR.search(clause)):
        raise NotUnderstood(
            "which months or years the numbers are of; ask for those of up to twelve years ("
            '"visits per year since 2015"), or for the dates'
        )
    is_by_year = frame.thing.domain == "observation" and frame.operator in ("value", "list", "min", "max", "mean")
    if is_by_year and _BY_YEAR.search(clause):
        raise NotUnderstood("what is to be told of each month or year; ask for all values of a time")
    if frame.operator in ("change", "percent", "range") and _BY_TIME.search(clause):
        raise NotUnderstood("what is to be told of each month, week or year; ask for the values")
    if frame.operator == "range" and _BESIDE_RANGE.search(clause):
        raise NotUnderstood("which of the numbers is meant; ask for them one by one")
    word = is_worked_out(clause)
    if word and frame.operator not in WORKS_OUT and frame.threshold is None:
        raise NotUnderstood(f'what the "{word}" is worked out of')
    is_drug = frame.thing.domain in ("medication", "intake", "dispense") and frame.thing.links
    if is_drug and frame.operator in _OF_VALUES and not _OF_DOSES.search(clause):
        named = frame.thing.links[0][0].words
        raise NotUnderstood(f'whether a level of "{named}" was measured; this record has none by that name')
    is_of_any = frame.thing.domain == "observation" and not (frame.thing.links or frame.flagged)
    if is_of_any and (frame.operator in (*_OF_VALUES, "sum") or ONE_VALUE.search(clause)):
        raise NotUnderstood("of which measurement a number is worked out; name it")
    links = [link for _, link in frame.thing.links if link is not None]
    if frame.operator in ("percent", "rate") and frame.thing.domain != "observation":
        raise NotUnderstood("of which measurement the change is asked; name it")
    units = {unit for link in links for entry in link.entries for unit in entry.units}
    if frame.operator == "percent" and "%" in units:
        raise Narrowed("whether percent of the earlier value or percentage points are asked; ask for the values")


_FOR_IT = Pattern(r"\bfor (?:it|that|this|them|those)(?= ?(?:[?.,]|$)| now\b| currently\b| at present\b)")


_FOR_LAY = Pattern(
    r"\bfor (?:(?:the|his|her|my|their) )?(?:memory|sleep|sleeping|moods?|breathing|digestion|swelling"
    r"|itching|waterworks"
    r"|bowels?|joints?|bones?|skin|balance|appetite|energy|concentration|periods?|hormones?|circulation|tummy|stomach"
    r"|eyes?|ears?|nerves?|bladder|nose|throat|legs?|feet|hands?|head)\b"
)
"""What a drug is for by an everyday word: a part of the body or what it does."""


def require_such_told(frame: Frame, clause: str, *, leaning: bool = False) -> None:
    """Raise `NotUnderstood` where a clause asks of "such a test", and nothing in it tells what that is."""
    such = _SUCH.search(clause)
    is_told = frame.thing.links or frame.thing.reason or frame.source or frame.route
    if such and not is_told and not leaning and frame.thing.domain != "patient":
        raise NotUnderstood(f'what "{such.group()}" is')
    purpose = _FOR_IT.search(clause) or _FOR_LAY.search(clause)
    if purpose and frame.thing.domain == "medication" and not (is_told or leaning or frame.event):
        raise Narrowed(f'what "{purpose.group()}" means; name the condition')


_WORDED_LIMIT = Pattern(
    rf"\b(?:over|above|under|below|beyond) (?:{'|'.join(CARDINALS[1:13])})\b"
    r"(?! (?:days?|weeks?|months?|years?|hours?)\b)"
)
"""A limit in words, which none of the limits read is."""


def require_all_read(frame: Frame, clause: str, *, leaning: bool = False) -> None:
    """Raise `NotUnderstood` where a relation, a number or a pointer of the clause is in no part of its reading.

    `leaning`: whether the question before is there to point to.
    """
    if frame.thing.domain == "patient":
        return
    unnamed = OF_THESE.search(clause)
    if unnamed and not frame.thing.links and not leaning and not _are_all_told(frame, clause, unnamed):
        raise NotUnderstood(f'what "{unnamed.group()}" are')
    if sign := re.search(r"[<>]", clause):
        raise NotUnderstood(f'what "{sign.group()}" compares')
    worded = _WORDED_LIMIT.search(clause) if frame.thing.domain == "observation" and frame.threshold is None else None
    if worded is not None:
        raise NotUnderstood(f'what "{worded.group()}" compares')
    rest = _PICKED.sub(" ", _HARMLESS.sub(" ", re.sub(r"\bq[a-z]\d+\b", " ", clause)))
    pointing = _POINTING.search(_HARMLESS.sub(" ", re.sub(r"\bq[a-z]\d+\b", " ", clause)).rstrip())
    if pointing and frame.event is None and frame.window is None and not leaning:
        raise NotUnderstood(f'which time "{pointing.group().strip()}" is')
    if leaning and frame.window is not None and frame.which.index > 1 and _ONE_BEFORE.search(clause):
        raise NotUnderstood("which time it was before; ask for the one before a date")
    following = _NEXT.search(rest)
    opens = frame.window is not None and frame.window.start is not None and frame.window.end is None
    if following and frame.event is None and not opens and not leaning:
        raise NotUnderstood(f'what "{following.group()}" follows')
    number = _NUMBERS.search(rest)
    if number and frame.which.limit is None:
        raise NotUnderstood(f'what the number "{number.group()}" stands for')
    pair = _TWO_NUMBERS.search(rest)
    if pair and frame.thing.domain == "observation":
        raise Narrowed(f'what the numbers "{pair.group()}" stand for; ask for the value')
    relation = _RELATIONS.search(rest)
    if _MORE.match(clause) and frame.operator not in ("order", "change", "trend"):
        raise NotUnderstood("what there were more of; ask for each of them by itself")
    compared = frame.direction and frame.thing.domain not in _WITHOUT_VALUES
    if relation is None or frame.event is not None or frame.other is not None or compared or frame.notes:
        return
    if frame.commonness and relation.group().startswith(("most", "least")):
        return
    if (
        frame.operator in ("change", "trend", "order", "min", "max", "range", "percent", "rate")
        or frame.negated
        or frame.threshold is not None
    ):
        return
    raise NotUnderstood(f'what "{relation.group()}" relates')


def require_several_counted(frame: Frame) -> None:
    """Of the last one there is one: "how many" asks for its value, or of all of them."""
    of_one = frame.which.is_said and frame.which.limit is None and frame.window is None
    if frame.operator == "count" and of_one and frame.thing.domain in ("observation", "condition"):
        raise NotUnderstood("what is counted of one entry; ask for its value, or how many there are")


_OF_NOTHING = Pattern(
    r"^(?:(?:and|so|but) )?(?:(?:when|why|who|where|how often|how many times) )?(?:was|is|were|are|has|had) "
    r"(?:it|this|that|they)(?: (?:ever|been|last|first|also|already))* "
    r"(?:given|prescribed|ordered|administered|done|taken|measured|recorded|started|stopped)(?: [a-z]+)?[ ?.]*$"
)


def require_pointed_at(skeleton: Skeleton) -> None:
    """Raise `Narrowed` where the question points to what is told nowhere, leaves out somebody who is told first, or
    begins with the side of the body that is meant."""
    side = SIDE.match(skeleton.text)
    if side is not None:
        raise Narrowed(f'which of them are "{side["w"]}"; ask for what is recorded')
    if _OF_NOTHING.match(skeleton.text):
        raise Narrowed("what is pointed to; name it")
    if leaves_out_person(skeleton.said, skeleton.text):
        raise Narrowed("what is asked of the person named")


def require_certain(skeleton: Skeleton) -> None:
    """Raise `NotUnderstood` where a time is none that begins and ends, or a unit is none that is recorded."""
    if skeleton.vague:
        raise NotUnderstood(f'the time "{skeleton.vague}" has no certain beginning and end; give dates instead')
    if skeleton.unit_gap:
        raise NotUnderstood(skeleton.unit_gap)
