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
from chartwarden.agent.planning.reading.fates import ENDED, OUT_OF_CARE, OVER, fate_in, tells_an_end
from chartwarden.agent.planning.reading.ranks import counts_back
from chartwarden.agent.planning.reading.skeleton import Skeleton
from chartwarden.agent.planning.reading.values_compared import extremum_of
from chartwarden.agent.planning.restating.network import Told
from chartwarden.agent.planning.restating.repeats import are_akin, are_listed
from chartwarden.agent.planning.restating.stories import asks_more, told_and_asked
from chartwarden.agent.planning.times.exclusions import says_left_out
from chartwarden.agent.planning.wording.afterthoughts import SORT_ALONE
from chartwarden.agent.planning.wording.authorship import WHO_ORDERS
from chartwarden.agent.planning.wording.question_words import PLAIN_AUX, WH
from chartwarden.agent.planning.wording.rank_words import FIRST_OR_LAST
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
_BY_WHOM = Pattern(
    r"\bwho (?:(?:first|last|originally|most recently) )?(?:prescribed|ordered|wrote|diagnosed|signed)\b|\bwhom\b"
    r"|\bindividuals?\b|\b(?:what|which|how many|number of)(?: different)? "
    rf"(?:{WHO_ORDERS}|people|persons?)\b"
)
_ASKS_THE_TIME = Pattern(
    rf"\b(?:what|which) (?:was|is) qt\d|^when(?: qt\d)? {PLAIN_AUX}\b(?!.*\b(?:what|which|how)\b)"
    r"|^how (?:old|recent|long ago)\b"
)
"""What was the last day that ...?"""
_NO_TIMES = frozenset({"value", "dose", "name", "list", "max", "min", "mean"})
"""What is asked where no time is."""
_OF_ENDS = frozenset({"end", "duration", "interval"})
"""What is asked of the end of a drug."""
_GOES = Pattern(
    r"\b(?:heal\w*|cured?|recover\w*|better|well again|rid|shak\w+|shook|shift\w*|done with|no qc\d+|no longer|clos\w+"
    r"|remission|subsid\w+|abat\w+|pass(?:ed)?|go(?:es|ing)?|went|lift\w*|behind|free|off|of|out|through|lasts?|lasted"
    r"|until|till|complet\w+|disappear\w*|vanish\w*|settl\w+|let up|put right)\b"
)
"""What a condition does in the end, and people do with it."""
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
_NOT_THAT_ROW = Pattern(
    r"\b(?:but|and|just|only)?,? ?not (?:counting |including )?(?:(?:the|my|his|her|their) )?(?:very )?"
    rf"{FIRST_OR_LAST}\b"
)
"""A row that is left out, where all are counted or listed."""
_OF_MANY = ("count", "count_distinct", "list")
_NEWEST, _OLDEST = r"(?:newest|latest|last|most recent)", r"(?:first|earliest|oldest)"
_AND_THE = r"(?: \w+)?,? (?:and|plus) (?:the )?"
_BOTH_ENDS = Pattern(rf"\b(?:{_NEWEST}{_AND_THE}{_OLDEST}|{_OLDEST}{_AND_THE}{_NEWEST})\b")
"""Two rows, of which a sense tells one."""
_COUNTS_ROWS = Pattern(
    r"\bhow many (?:qc\d+ )?(?:readings|values|results|measurements|checks|entries|episodes|doses|shots|visits"
    r"|prescriptions)\b"
)
"""How many there are, and not what came of them."""
_HOW_LONG = Pattern(r"\bhow long\b(?! (?:ago|back)\b)")
_AND_LATER = Pattern(
    r"\band (?:any|anything|something|was|were|is|are|has|have)\b[^?]*\b(?:since|later|afterwards?|thereafter|newer)\b"
)
"""A second question, of what came after the first."""
_SEVERAL = Pattern(
    r"\b(?:readings|measurements|values|results) (?:in|over|from|for|between|across|throughout|during)\b"
)
_IN_THE_ICU = Pattern(r"\b(?:\w*icus?|intensive|critical|ccu|units?|itu)\b")
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
_AMOUNT = Pattern(
    r"\btotal (?:qc\d+ )?(?:amount|volume|output|intake|dose)\b"
    r"(?! (?:events?|entries|records|counts?|numbers?|occurrences))"
    r"|\bhow many (?:m?ls?|ccs?|(?:milli)?lit(?:er|re)s?|ounces)\b"
)
_GROWTH = Pattern(r"\b(?:no|without|with|any) growth\b|\b(?:grew|growing) (?:nothing|something|anything)\b")
_SPECIMEN_TYPE = Pattern(
    r"\b(?:specimen|sample) (?:type|kind|source)\b|\b(?:type|kind|source) of (?:specimen|sample)\b"
)
_DRUGS_FOR = Pattern(
    r"\b(?:meds?|medic\w+|drugs?|prescri\w+|tablets?|pills?|scripts?)(?: \w+){0,2} for (?:(?:the|his|her|my|their"
    r"|an?) )*"
    r"(?P<x>qc\d+)"
)
_WITHOUT = Pattern(r"\b(?:with no|without(?: any)?|lacking) (qc\d+)")
_IS_IT = Pattern(r"\W*(?:and |so |but )?(?:was|is|were|are) (?:it|that|this)\b")
_ASKS_WH = Pattern(rf"\b{WH}\b")
"""A yes or no of what something was, and no question for its time."""
_WHAT_IT_IS = Pattern(r"\bwhat (?:exactly )?(?:is|was|are|were) (?:it|that|this|they|those|qc\d+)(?: exactly)?[ ?.!]*$")
_FOR_WHAT = Pattern(r"\b(?:for|why|reasons?|indications?|purpose|treat\w*|against|because|diagnos\w+)\b")
"""What a thing is in general is no reason that it was given for."""
_ANY_REASON = Pattern(r"\bany (?:\w+ )?(?:reason|indication)s?\b(?! (?:to|not|why)\b)")
_BETWEEN_SEVERAL = Pattern(r"\bbetween (?:the|his|her|my|their) (?:\w+ )?qc\d+(?=[ ?.]*$|,)")
_AT_ITS_EXTREME = Pattern(r"\bat (?:its|their|his|her) (?:very )?(?:highest|lowest)\b")
_AND_SINCE_WHEN = Pattern(r"\band since when\b")
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
    r"(?! (?:by|for|in|on|at|qt)\b)(?: (?:the|a|an|his|her|him|them|me|my|that|some))* qc\d"
    r"|\bby (qc\d+)\b"
)
"""A name that nothing knows, of whoever did what is asked about."""
_OF_ALL = Pattern(r"\b(?:all|every|each)(?: of)?(?: (?:the|his|her|my|their))? qc\d|\bqp\d+ (?:the )?(?:first|last)\b")
"""Said of all that somebody ordered, or of one of it."""
_DENIED = Pattern(
    r"^(?:so )?no qc\d|\bnot (?:the |a )?(?:count|number)\b"
    r"|\bfor (?:(?:the|his|her|my|their) )?qc\d+,? or (?:for )?(?:(?:the|his|her|my|their) )?qc\d"
)
"""That something was not or is not asked for, or for which of two things it was."""
_SO_OFTEN = Pattern(
    r"\b(?:every|each) (?:single )?(?:year|month|week)\b"
    r"|\b(?:twice|thrice)\b(?! (?:a|an|per|daily|each|every|weekly|as)\b)",
    re.IGNORECASE,
)
"""How often something was."""


_WORKED_OUT = Pattern(
    r"\b(?:averag\w*|avg|mean\w*|typical\w*|usual\w*|normally|general\w*|sum\w*|total\w*|altogether|add\w*|combin\w*"
    r"|how much"
    r"|all told|in all|on the whole|hover\w*|middle|central|overall|amount\w*|work\w* out|cumulat\w*|aggregat\w*"
    r"|tall(?:y|ied))\b"
)
"""What a mean or a sum is asked with."""


_MOVED = Pattern(
    r"\b(?:go(?:ne|es|ing)?|went|come|came|creep\w*|crept|trend\w*|head\w*) (?:back )?(?:up|down)\b"
    r"|\b(?:rise[ns]?|rose|fell|fallen|drop(?:ped|s)?|increas\w+|decreas\w+|climb\w*|declin\w+|chang\w+|var(?:y|ied))\b"
)
"""That values differ is asked, and not whether there are any."""
_SPREAD = Pattern(
    r"\b(?:differ\w*|apart|spread|gap|distance|separat\w*|minus|less|subtract\w*|take away|swing\w*|swung"
    r"|var(?:y|ied|ies|iation)|fluctuat\w*|amplitude|delta|span\w*|between|from|to|how (?:much|far|big|wide|large))\b"
)
"""What the highest less the lowest is asked with; else it is both of them."""


_ENDED = (("resolved",), ("stopped",))


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
    text, sense = skeleton.said, told.sense
    _, asked = told_and_asked(text)
    if _asks_what_became(told, skeleton) or _DENIED.search(text) or asks_more(told, text):
        return True
    if sense.ask == "exists" and (_SO_OFTEN.search(skeleton.question) or ("qp" in text and _OF_ALL.search(text))):
        return True
    if any(not skeleton.mention(name).is_known for found in _BY_SOMEBODY.findall(text) for name in found if name):
        return True
    if sense.rank in ("first", "last") and _BOTH_ENDS.search(asked):
        return True
    if sense.ask not in _OF_MANY and _COUNTS_ROWS.search(asked):
        return True
    if sense.ask == "end" and sense.kind == "condition" and not any(one.search(text) for one in (OVER, ENDED, _GOES)):
        return True
    if sense.ask == "value" and not sense.rank and extremum_of(skeleton.text) is not None:
        return True
    if sense.ask in ("mean", "sum") and not _WORKED_OUT.search(text):
        return True
    if sense.ask == "exists" and sense.kind == "observation" and _MOVED.search(text):
        return True
    if (sense.ask == "exists" and _ANY_REASON.search(asked)) or _BETWEEN_SEVERAL.search(text):
        return True
    if sense.ask == "range" and not _SPREAD.search(text):
        return True
    spoken = _spoken(skeleton)
    if sense.ask in _OF_MANY and (_AMOUNT.search(spoken) or _GROWTH.search(spoken)):
        return True
    purpose = _DRUGS_FOR.search(text)
    if purpose and told.parts.get(purpose["x"], "other") == "other":
        return not is_bystander(skeleton.mention(purpose["x"]))
    lacking = _WITHOUT.search(text)
    if lacking and told.parts.get(lacking[1], "other") == "other":
        return True
    if sense.ask not in ("specimen", "exists") and _SPECIMEN_TYPE.search(asked):
        return True
    if "reason" in sense.ask and _WHAT_IT_IS.search(text) and not _FOR_WHAT.search(text):
        return True
    if sense.ask == "time" and _IS_IT.match(asked) and not _ASKS_WH.search(asked):
        return True
    if sense.ask in _OF_MANY and not sense.rank and _NOT_THAT_ROW.search(text):
        return True
    if sense.ask in (*_OF_MANY, "name") and _HOW_LONG.search(asked):
        return True
    if not sense.relation and _AND_LATER.search(asked):
        return True
    if not sense.relation and sense.ask in ("value", "list") and _AT_ITS_EXTREME.search(text):
        return True
    if sense.ask in _OF_MANY and _AND_SINCE_WHEN.search(asked):
        return True
    if sense.rank in ("first", "last") and counts_back(asked):
        return True
    if sense.rank == "last" and not _AT_LAST.search(text) and _SEVERAL.search(skeleton.question.lower()):
        return True
    if sense.ask.startswith("order_") and OVER.search(asked):
        return True
    if sense.kind == "icu" and not _IN_THE_ICU.search(skeleton.said):
        return True
    if sense.kind in ("encounter", "icu") and sense.ask == "time" and re.search(OUT_OF_CARE, asked):
        return True
    ends = _ENDS_THERE.search(_spoken(skeleton))
    if ends and sense.ask != "end" and not sense.relation and not (ends["other"] and _is_open(skeleton, ends["other"])):
        return True
    if sense.ask in _NO_TIMES and _ASKS_THE_TIME.search(asked):
        return True
    if skeleton.text.startswith("why ") and "reason" not in sense.ask and sense.ask != "exists":
        return True
    if sense.ask in ("list", "name", "count", "count_distinct", "time") and _BY_WHOM.search(asked):
        return True
    holds = sense.kind in ("medication", "condition") and sense.ask in ("list", "count_distinct") and not sense.status
    if holds and not skeleton.times and _HOLDS_NOW.search(asked):
        return True
    if not re.match(r"first|last\d", sense.rank) or sense.relation or sense.ask.startswith(_MAY_RELATE):
        return False
    if any(nth != int(re.sub(r"\D", "", sense.rank) or 1) for nth in _numbers(text)):
        return True
    return sense.rank == "first" and bool(_AT_LAST.search(text)) and not _AT_FIRST.search(text)


def _asks_what_became(told: Told, skeleton: Skeleton) -> bool:
    """Whether the sentence that asks speaks of what became of something: a sense tells its end at most."""
    _, asked = told_and_asked(_spoken(skeleton))
    is_drug = told.sense.kind in ("medication", "intake")
    return bool(fate_in(asked)) or (is_drug and told.sense.ask not in _OF_ENDS and tells_an_end(asked))


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
    is_counted = told.sense.ask in _OF_MANY and _HOW_OFTEN_THAT.match(asked.strip())
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
