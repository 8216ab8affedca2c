"""Words of a question that its sense, as the network tells it, has no place for: with them it asks for other rows.

Each is worth its cost where it was counted: what it declines would have been answered wrongly far more often than
rightly. A network that learnt from words and their neighbours is sure of a sense and of a time, and knows nothing of
what ends at the time, or of who is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.names.bystanders import is_bystander
from chartwarden.agent.planning.reading.fates import fate_in, tells_an_end
from chartwarden.agent.planning.reading.ranks import counts_back
from chartwarden.agent.planning.reading.skeleton import Skeleton
from chartwarden.agent.planning.reading.values_compared import extremum_of
from chartwarden.agent.planning.restating.network import Told
from chartwarden.agent.planning.restating.repeats import are_akin, are_listed
from chartwarden.agent.planning.restating.sense_words import OF_MANY, are_missing, are_out_of_place, is_of_amounts
from chartwarden.agent.planning.restating.senses import Sense
from chartwarden.agent.planning.restating.stories import asks_more, told_and_asked
from chartwarden.agent.planning.times.exclusions import says_left_out
from chartwarden.agent.planning.wording.afterthoughts import SORT_ALONE
from chartwarden.agent.planning.wording.question_words import PLAIN_AUX
from chartwarden.tools.records.number_words import CARDINALS, ORDINALS
from chartwarden.tools.records.query import Question, RecordQuery

_ENDS_THERE = Pattern(
    r"\b(?:(?:end|stop)(?:s|ed|p?ing|ped)?|clos(?:e|es|ed|ing)|goes (?:only )?back|cut-?off"
    r"|(?:timeline|stretch|period|window|record|story|log)\b[^.;?]* (?:starts?|begins?)(?= (?:on |at |in |with )?qt))"
    r"(?: (?:on|at|in|with|to|from|of|back|only))* qt(?P<one>\d+)"
    r"|\bqt(?P<other>\d+),? (?:forward|onwards?|and (?:later|after|earlier|before|everything|since)"
    r"|or (?:later|after|earlier|before)|was out|(?:counted|included)(?! in\b))\b"
    r"|\b(?:older|newer|earlier|later) than (?:that|qt(?P<than>\d+))"
    r"|\bnothing (?:from|in|on|during) qt\d|\bsince(?: then)?(?= ?(?:[?.]|$))"
)
"""A stretch of time that ends or begins at what the reader of times took for all of it."""
_OF_ENDS = frozenset({"end", "duration", "interval"})
"""What is asked of the end of a drug."""
_HOLDS_NOW = Pattern(
    r"\b(?:current(?:ly)?|at present|presently|right now|these days|as of (?:now|today)|live|on board|still"
    r"|active(?:ly)?|ongoing|at the moment)\b"
)
_COUNTED = "|".join(CARDINALS[2:11])
_NTH = Pattern(
    rf"\b(?:number|no\.) ?(?P<n>\d{{1,2}}\b|{_COUNTED})|\bdose (?P<dose>{_COUNTED})\b"
    rf"|\b(?P<nth>{'|'.join(ORDINALS[1:10])})\b"
)
_AT_FIRST = Pattern(
    r"\b(?:first|earliest|oldest|initial(?:ly)?|original(?:ly)?|start\w*|beg[iau]n\w*|debut|opening|onset|new(?:ly)?)\b"
)
_AT_LAST = Pattern(r"\b(?:last|latest|most recent(?:ly)?|newest|final)\b")
_SEVERAL = Pattern(
    r"\b(?:readings|measurements|values|results) (?:in|over|from|for|between|across|throughout|during)\b"
)
_INSTEAD = Pattern(r"\b(?:instead|rather|not|n't)\b")
_OF_KIND = {
    "medication": Pattern(r"\b(?:prescri\w+|scripts?|rx|medicines?|medications?|meds?|drugs?|pills?)\b"),
    "condition": Pattern(r"\b(?:diagnos\w+|dx|conditions?|problems?|disease)\b"),
    "immunization": Pattern(r"\b(?:vaccin\w+|immuni[sz]\w+|shots?|jabs?|boosters?)\b"),
    "procedure": Pattern(r"\bprocedures?\b"),
    "allergy": Pattern(r"\ballerg\w+"),
}
"""Words for the kinds of entries."""
_OF_THAT_CLASS = Pattern(
    r"\b(?:that|this|the same) (?:(?:drug|medication|whole) )?(?:class|group|family|kind|type|sort|category)\b"
)
_IS_TREATED = (
    r"\b{} (?:regimens?|medic(?:ation|ine)s?|meds|drugs?|pills?|tablets?|treatments?|therap(?:y|ies)|prescriptions?"
    r"|scripts?)\b"
)
"""Behind what the drugs are for."""
_DRUGS_FOR = Pattern(
    r"\b(?:meds?|medic\w+|drugs?|prescri\w+|tablets?|pills?|scripts?)(?: \w+){0,2} for (?:(?:the|his|her|my|their"
    r"|an?) )*(?P<x>qc\d+)"
)
_WITHOUT = Pattern(r"\b(?:with no|without(?: any)?|lacking) (qc\d+)")
_HOW_OFTEN_THAT = Pattern(
    r"(?:and |so )?how (?:often|many times) (?:was|is|has|did) (?:that|it|this)"
    r"(?: (?:happen(?:ed)?|been|be|in all|all told))?$"
)
_SUCH_TESTS = Pattern(r"\b(?:such|these|those) (?:\w+ )?tests?\b")
_RELATES = Pattern(
    r"\b(?:before|after|since|until|till|prior to|preced\w+|following|than|predat\w+|postdat\w+|ahead of|leading up to"
    r"|between|within)\b(?! (?:qt\d|(?:the |a )?(?:qt|now|then|that|this)\b))"
)
_CLAUSE_ENDS = Pattern(r" ?[.,;:?()] ?| [-–] ")
_ASKS_WHETHER = Pattern(rf"(?:(?:and|so|but) )?{PLAIN_AUX}\b")
_MAY_RELATE = ("order_", "than_", "change")
_BY_SOMEBODY = Pattern(
    r"\b(qc\d+)(?: (?!was\b|were\b|is\b|the\b)[a-z]+)?,? (?:(?:had|has|was|is|the one|who|also|really) )*"
    r"(?:prescrib\w+|order(?:ed|s|ing)|wrote|signed|started|diagnosed|gave|administered|performed|recorded)"
    r"(?! (?:by|for|in|on|at|qt)\b)(?: (?:the|a|an|his|her|him|them|me|my|that|some))* qc\d|\bby (qc\d+)\b"
)
"""A name that nothing knows, of whoever did what is asked about."""
_OF_ALL = Pattern(r"\b(?:all|every|each)(?: of)?(?: (?:the|his|her|my|their))? qc\d|\bqp\d+ (?:the )?(?:first|last)\b")
"""Said of all that somebody ordered, or of one of it."""
_SO_OFTEN = Pattern(
    r"\b(?:every|each) (?:single )?(?:year|month|week)\b"
    r"|\b(?:twice|thrice)\b(?! (?:a|an|per|daily|each|every|weekly|as)\b)",
    re.IGNORECASE,
)
"""How often something was."""
_ENDED = (("resolved",), ("stopped",), ("completed",))


def reads_more_than_a_sense(told: Told, read: Sequence[Question]) -> bool:
    """Whether the grammar has read what no sense has a place for: an end, a denial, two rows or times, two kinds."""
    queries = [one for one in read if isinstance(one, RecordQuery)]
    if any(one.status[:1] in _ENDED or (one.negated and one.measure == "exists") for one in queries):
        return True  # a sense tells only what is so, and is so now
    if "reason" not in told.parts.values() and any(one.types == ("Encounter",) and one.reason for one in queries):
        return True
    if len({one.types for one in queries if one.concept is None and one.target == "name"}) > 1:
        return True  # kinds side by side
    windows = {one.window and (one.window.start, one.window.end) for one in queries}
    if len(windows) > 1 or len({one.which for one in queries if one.which != "all"}) > 1:
        return True  # "the first and the last", "now and in 2018"
    if len({one.field for one in queries if one.field}) > 1:
        return True
    asked = {(one.measure, one.target == "time") for one in queries}
    return told.sense.ask == "exists" and {("none", True), ("exists", False)} <= asked  # whether and when


def asks_other_rows(told: Told, skeleton: Skeleton) -> bool:
    """Whether words ask for other rows than the sense: of another stretch of time, rank or status, or for a person."""
    text, spoken, sense = skeleton.said, _spoken(skeleton), told.sense
    _, asked = told_and_asked(text)
    return (
        _asks_what_became(sense, spoken)
        or asks_more(told, text)
        or are_missing(sense, text)
        or are_out_of_place(sense, text, asked)
        or is_of_amounts(sense, spoken)
        or _is_of_somebody_or_for(told, skeleton)
        or _is_of_another_time(sense, skeleton, spoken, asked)
        or _is_another_row(sense, skeleton, asked)
        or (skeleton.text.startswith("why ") and "reason" not in sense.ask and sense.ask != "exists")
    )


def _asks_what_became(sense: Sense, spoken: str) -> bool:
    """Whether the sentence that asks speaks of what became of something: a sense tells its end at most."""
    _, asked = told_and_asked(spoken)
    is_drug = sense.kind in ("medication", "intake")
    return bool(fate_in(asked)) or (is_drug and sense.ask not in _OF_ENDS and tells_an_end(asked))


def _is_of_somebody_or_for(told: Told, skeleton: Skeleton) -> bool:
    """Whether a name that plays no part is of whoever did it, of what drugs are for, or of what is lacking."""
    text = skeleton.said
    if any(not skeleton.mention(name).is_known for found in _BY_SOMEBODY.findall(text) for name in found if name):
        return True
    if told.sense.ask == "exists" and "qp" in text and _OF_ALL.search(text):
        return True
    purpose, lacking = _DRUGS_FOR.search(text), _WITHOUT.search(text)
    if purpose and told.parts.get(purpose["x"], "other") == "other":
        return not is_bystander(skeleton.mention(purpose["x"]))
    return lacking is not None and told.parts.get(lacking[1], "other") == "other"


def _is_of_another_time(sense: Sense, skeleton: Skeleton, spoken: str, asked: str) -> bool:
    """Whether a stretch of time ends where the sense has all of it, or what holds now or recurs is asked for."""
    ends = _ENDS_THERE.search(spoken)
    if ends and sense.ask != "end" and not sense.relation and not (ends["other"] and _is_open(skeleton, ends["other"])):
        return True
    if sense.ask == "exists" and _SO_OFTEN.search(skeleton.question):
        return True
    holds = sense.kind in ("medication", "condition") and sense.ask in ("list", "count_distinct") and not sense.status
    return holds and not skeleton.times and bool(_HOLDS_NOW.search(asked))


def _is_another_row(sense: Sense, skeleton: Skeleton, asked: str) -> bool:
    """Whether the words count to another row than the sense, or tell an extreme, several rows, or the other end."""
    text = skeleton.said
    if sense.ask == "value" and not sense.rank and extremum_of(skeleton.text) is not None:
        return True
    if sense.rank in ("first", "last") and counts_back(asked):
        return True
    if sense.rank == "last" and not _AT_LAST.search(text) and _SEVERAL.search(skeleton.question.lower()):
        return True
    if not re.match(r"first|last\d", sense.rank) or sense.relation or sense.ask.startswith(_MAY_RELATE):
        return False
    if any(nth != int(re.sub(r"\D", "", sense.rank) or 1) for nth in _numbers(text)):
        return True
    return sense.rank == "first" and bool(_AT_LAST.search(text)) and not _AT_FIRST.search(text)


def asks_other_kind(told: Told, text: str) -> bool:
    """Whether the sentence that asks has words for one kind of entry, and the sense is of another."""
    sense, (_, asked) = told.sense, told_and_asked(text)
    if _SUCH_TESTS.search(asked) and sense.kind not in ("observation", "micro", "procedure", "report"):
        return True
    told_then = [one for one, part in told.parts.items() if one.startswith("qt") and part != "other"]
    if sense.kind == "allergy" and any(one not in asked for one in told_then):
        return True  # what somebody is, and not what was so at the time of the story
    if sense.kind == "encounter" and sense.ask == "exists" and re.match(r"(?:what|which)\b", asked.strip()):
        return True
    if sense.kind not in (*_OF_KIND, "observation"):
        return False
    kinds = {kind for kind, words in _OF_KIND.items() if words.search(asked)}
    if "reason" in told.parts.values():
        kinds.discard("condition")
    return bool(kinds) and not kinds.intersection((sense.kind, sense.event))


def leaves_out_what_is_meant(told: Told, skeleton: Skeleton, left_out: Sequence[str]) -> bool:
    """Whether a known name that is left out is what "that class" points to, what the drugs asked for are taken for, or
    all that is named where a yes or no is asked; or whether the sort of what is asked about is left out."""
    text = skeleton.said
    known = [one for one in left_out if one.startswith("qc") and skeleton.mention(one).is_known]
    if known and _OF_THAT_CLASS.search(text):
        return True
    if told.sense.kind == "medication" and any(re.search(_IS_TREATED.format(one), text) for one in known):
        return True
    if _is_of_the_story(told, text, known) or _is_one_of_several(told, skeleton, left_out):
        return True
    if any(one in left_out or _is_any_name(skeleton, one) for one in _sorts(text)):
        return True
    if told.sense.ask != "exists":
        return False
    named = [re.findall(r"\bqc\d+\b", clause) for clause in _CLAUSE_ENDS.split(text) if _ASKS_WHETHER.match(clause)]
    return any(one and set(one) <= set(known) for one in named)


def _is_one_of_several(told: Told, skeleton: Skeleton, left_out: Sequence[str]) -> bool:
    """Whether a name that is left out stands in a list with the one thing that is taken, and is no kind of it."""
    things = [one for one, part in told.parts.items() if part == "thing" and one.startswith("qc")]
    return any(
        are_listed(one, thing, skeleton.said)
        and not (skeleton.mention(one).is_known and are_akin(skeleton.mention(one), [skeleton.mention(thing)]))
        for thing in things
        for one in left_out
    )


def _is_of_the_story(told: Told, text: str, left_out: Sequence[str]) -> bool:
    """Whether how often "that" was is asked of a story, and a known name of it is left out."""
    story, asked = told_and_asked(text)
    is_counted = told.sense.ask in OF_MANY and _HOW_OFTEN_THAT.match(asked.strip())
    return bool(is_counted) and any(one in sentence for one in left_out for sentence in story)


def _sorts(text: str) -> list[str]:
    """What stands for a sort of something named elsewhere: "the viral sort"."""
    return [match["a"] for match in SORT_ALONE.finditer(text) if match["a"].startswith("qc")]


def _is_any_name(skeleton: Skeleton, one: str) -> bool:
    """Whether a word only stands in the names of several things."""
    return all(link.how == "narrower" for link in skeleton.mention(one).linked.links)


def relates_more(told: Told, skeleton: Skeleton, left_out: Sequence[str]) -> bool:
    """Whether the sentence that asks relates or takes away something, speaks of both ends, and the sense does not."""
    sense, (_, asked) = told.sense, told_and_asked(skeleton.said)
    if sense.relation or sense.rank == "last2" or sense.ask.startswith(_MAY_RELATE):
        return False
    takes_away = any(says_left_out(skeleton.mention(one).words) for one in left_out if one.startswith("qc"))
    both = _AT_LAST.search(asked) and re.search(r"\b(?:first|earliest|oldest)\b", asked) and not _INSTEAD.search(asked)
    return bool(_RELATES.search(asked) or takes_away or both)


def _numbers(text: str) -> list[int]:
    """Which of the rows a text counts to: "number four", "the fourth"."""
    found = [match["n"] or match["dose"] or match["nth"] for match in _NTH.finditer(text)]
    return [
        int(one) if one.isdigit() else (CARDINALS if one in CARDINALS else ("", *ORDINALS)).index(one) for one in found
    ]


def _spoken(skeleton: Skeleton) -> str:
    """The question with the words that nothing knows in their places."""
    known = {f"qc{n}": one for n, one in enumerate(skeleton.mentions) if one.is_known}

    def said(match: re.Match[str]) -> str:
        return match.group() if match.group() in known else skeleton.mention(match.group()).words.lower()

    return re.sub(r"\bqc\d+\b", said, skeleton.said)


def _is_open(skeleton: Skeleton, time: str) -> bool:
    """Whether a time was read as having no beginning or no end."""
    window = skeleton.window(f"qt{time}")
    return window is not None and (window.start is None or window.end is None)
