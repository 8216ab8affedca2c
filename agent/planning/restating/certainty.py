"""How certain the network must be for its sense to be taken, beside what the grammar has read, and when it never is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.names.bystanders import left_out as bystanders_of
from chartwarden.agent.planning.names.mentions import Mention
from chartwarden.agent.planning.reading.accounting import OF_THESE, WAS_RANKED, has_bare_number
from chartwarden.agent.planning.reading.comparing import UP_OR_DOWN
from chartwarden.agent.planning.reading.domains import KIND_DOMAINS, TYPE_DOMAINS
from chartwarden.agent.planning.reading.narrowing import is_turned
from chartwarden.agent.planning.reading.ordered_and_given import SET_BESIDE
from chartwarden.agent.planning.reading.relatives import is_relative
from chartwarden.agent.planning.reading.skeleton import Skeleton
from chartwarden.agent.planning.reading.unknown_names import asks_for_unknown
from chartwarden.agent.planning.reading.values_compared import extremum_of
from chartwarden.agent.planning.restating.features import Masked, word_feature
from chartwarden.agent.planning.restating.mismatches import (
    asks_other_kind,
    asks_other_rows,
    leaves_out_what_is_meant,
    reads_more_than_a_sense,
    relates_more,
)
from chartwarden.agent.planning.restating.network import NOTHING, Told, tell, weights
from chartwarden.agent.planning.restating.repeats import are_akin
from chartwarden.agent.planning.restating.senses import Sense, sense_of
from chartwarden.agent.planning.restating.stories import asks, asks_whether, is_of_a_story, told_and_asked
from chartwarden.agent.planning.times.exclusions import LEAVES_OUT_A_ROW, LEFT_OUT, says_left_out
from chartwarden.agent.planning.times.timewords import is_time_of_day
from chartwarden.agent.planning.wording.question_words import PLAIN_AUX, WH
from chartwarden.agent.planning.wording.rank_words import FIRST_OR_LAST, LAST
from chartwarden.agent.planning.wording.topics import named_alone
from chartwarden.tools.records.query import Question

FROM_NOTHING = 0.5
"""Where the grammar reads nothing."""
FROM_NO_NAME = 0.5
"""Where the grammar takes a word that nothing knows for the name of what is asked."""
FROM_BOLDLY = 0.8
"""Where the grammar reads nothing, and nothing is named."""
FROM_OTHERWISE = 0.85
"""Where the grammar reads something else."""
FROM_LESS = 0.9
"""Where the grammar reads nothing, and words of the sentence that asks are left out."""
FROM_SEVERAL = 0.85
"""Where the grammar reads several questions that differ in more than the thing."""
SURELY = 0.97
"""Where the grammar reads what no sense tells, or the question has more in it that a story may well have."""
ALL_BUT_SURE = 0.99
"""Where the grammar reads what training has not seen: another row of the event, or with a name that is left out."""
FROM_PLAINLY = 0.9
"""For a request that the gate would not answer in full: from here on it is one plain question to a record."""
NEVER = 2.0
"""Above any certainty: the grammar has read more than a sense can tell, or the question says more."""

_NAMED = frozenset({"thing", "second", "event", "reason"})
_IN_NO_SENSE = frozenset({"qd", "qn"})
"""Distances and limits: where no sentence has a place for one, it is not left out."""
_SAYS_MORE = Pattern(
    r"\b(?:excluding|except|minus|(?:all|every\w*|each|any\w*)(?: (?!but\b)\w+){0,4} but"
    r"|other than|apart from|besides|in the middle|median|severe|unless|longest|shortest|"
    r"(?:hit|reach\w*|topp?\w*|cross\w*|pass\w*|(?:get|got|went|up|down|close) to|as (?:high|low) as) \d+|"
    r"non-? ?qc\d+|in combination with|concurrently|concomitantly|with each other|"
    r"(?:most|least|less|more) (?:often|frequent(?:ly)?|common(?:ly)?)|"
    r"not (?:the|an?) (?:\w+ ){1,2}(?:kind|sort|type|form|one)|(?:the|his|her|my|their) (?:two|three|four|five) qc\d+|"
    r"(?:per|each) (?:admission|visit|stay|day|week|month|year)|"
    r"only (?:(?!the (?:\w+ )?(?:first|last|latest|newest|final|most recent)\b)the|those|ones)|"
    r"(?<!lumped )(?<!counted )(?<!added )(?<!put )(?<!all )(?<!types )(?<!kinds )together|"
    r"total intake|percent(?:age)?|slope|spread|delta|differences?|"
    r"(?:sheets?|notes?|letters?|summar(?:y|ies)|reports?|forms?) (?:mention|say|state|describe)\w*|"
    r"what (?:did|does|has|had) (?!(?:it|(?:the|my|his|her|their) (?:\w+ )?(?:chart|record|file|entry|field))\b)"
    r"(?:[\w']+ ){1,3}(?:writ\w+|wrote|sa(?:y|id)|chart(?:ed)?)\b|"
    r"(?:readings?|values?|results?|visits?|doses?) ago|qt\d+ (?:of|after|following|prior to)|"
    r"(?:stage|grade|class|phase|type) (?:\d+[a-d]?|i{1,3}v?|iv|vi?)|"
    r"qc\d+ (?:such as|like|with|including|e\.? ?g\.?) qc\d+)\b"
)
"""Relations that no sense has a place for."""
_NEXT = Pattern(r"\bnext(?: one)?[ ?.!]*$|\bnext (?:qc\d|one\b|dose\b|time\b)")
_NAMES_NO_EVENT = Pattern(
    r"\b(?:since|after|before|until) (?:moving|leaving|coming|\w+ing)[ ?.!]*$"
    r"|\bthe (?:day|week|month|year) (?:before|after) (?!(?:last|yesterday|tomorrow|next)\b)"
)
"""What somebody did, which no record has, and a day told by its distance from an event."""
_BETWEEN = Pattern(r"\bbetween (?!qt)(?:[^,.;?]* )?and\b")
_OF_ONE_TIME = frozenset({"exists", "count", "count_distinct", "list", "time", "name", "value"})
"""What is asked of the rows between two events, where no sense has a place for the second."""
_NONE = Pattern(r"^no known\b|\b(?:nobody|no one|neither)\b|\bth(?:at|is) (?:way|manner)\b|\blike th(?:at|is)\b")
"""No sense asks for the opposite, or for what is so as was told before."""
_NOT_THERE = Pattern(r"\b(?:missing|missed|skipped|lacking|refused|declined)\b", re.IGNORECASE)
"""What did not come about, which no sense asks for."""
_NEAREST = Pattern(r"\b(?:closest|nearest)\b")
"""On either side, if no word says which."""
_SIDE = Pattern(r"\b(?:before|ahead of|prior to|preceding|leading up to|after|following|once)\b")
_THAT_DAY = Pattern(
    r"\b(?:that|the same) (?:very |same )?(?:day|date|visit|time|year|month|week|appointment|occasion)\b"
    r"|(?<!,) then(?=[ ?.!]*$)"
)
_AFTER_THAT = Pattern(r"\b(?:since|after|before|until|by) (?:then|that|this)(?! (?:year|month|week|day))\b")
"""To a time or to an event, which the question must tell; of a time the grammar makes the interval that is meant."""
_FROM_THEN = Pattern(
    r"\b(?:since|after|before|until|till|from|by) (?:then\b|that\b|the same\b)"
    r"|\b(?:since|after|before|until|till) (?:i|we|he|she|they) (?!need|want|would|have to|am\b|are\b)"
)
"""From a time told before, or from what somebody did then: no sense has a time but as it was told."""
_HOW_OLD = Pattern(r"\bhow old (?:was|is|were|am|are) (?:i|he|she|they|the patient|patient)\b")
_NO_VALUE = Pattern(r"\b(?:not|don't (?:want|need)) (?:the |its |any )?(?:values?|numbers?|results?|figures?)\b")
_RANKED = Pattern(rf"\b{FIRST_OR_LAST}\b")
_OF_ALL_ROWS = (Sense("observation", "value"), Sense("output", "value"))
_AHEAD_OF = Pattern(r"\b(?:before|prior to|ahead of|preceding) (?:(?:the|an?|his|her|my|their) )?(?P<e>qc\d+)\b")
_ANY = Pattern(
    r"\b(?:any|all|every|each|whatever|anything|everything|the lot|an? (?:drug|medicine|medication|prescription|test"
    r"|procedure|diagnosis|condition))\b"
)
_ONE_BEFORE = Pattern(
    r"\b(?:one|reading|value|result|measurement|entry|what)s? (?:(?:right|just|immediately) )?(?:before|prior to) "
    r"(?:it|that|this)\b"
)
"""To the last of the same things, which is counted from."""
_SENTENCE_ENDS = Pattern(r"(?<=[.;?]) +(?:and |also )?")
_ASKS_BY_ITSELF = Pattern(rf"(?:{WH}|{PLAIN_AUX})\b(?: \S+){{2}}")
_NUMBERED = Pattern(r"\b(?:no\.|number) ?\d")
_WANTS = (
    r"\b{}(?: (?!q[a-z]\d)[\w'-]+)?? "
    r"(?:would like|wants?|needs?|asks?|asked|is asking|has asked|requests?|wishes)\b"
)
"""Behind whoever asks."""
_BOUND = r"\b(?:since|after|following) (?:(?:the|his|her|my|their|its) )?{}\b"
_ASKS_FOR_A_KIND = Pattern(
    r"\b(?:admi\w+|visits?|stays?|encounters?|tests?|procedures?|prescri\w+|medic\w+|drugs?|diagnos\w+|conditions?"
    r"|vaccin\w+|immuni\w+|shots?|jabs?|allerg\w+|orders?|scripts?|intakes?|outputs?|discharg\w+|pills?|meds"
    r"|care ?units?|stayed)\b"
)
_POINTS_TO_A_NAME = Pattern(r"\b(?:it|its|they|them|those|such(?! as\b))\b")
_ONE_OF_THEM = Pattern(r"\b(?:that|the (?:\w+ )?)ones?\b(?! (?:of|time|day|who|that)\b)")
"""Of something told before, or of what is not told at all."""
_TOPIC_STUFF = Pattern(
    r"(?:(?:the|my|his|her|any|all(?: the)?) )?qc\d+ (?:stuff|things?|trouble|business|issues?|problems?) ?[,:]"
)
"""A topic that nothing knows: of it, and not of everything, is asked."""
_CLAUSE_ENDS = Pattern(r" ?[.,;:?()] ?")
_LOOSELY_READ = frozenset({
    "change", "count", "dose", "duration", "exists", "generalPractitioner", "list", "list_location", "sum", "time",
})  # fmt: skip
"""What is asked by "how far back", "how long", "dose two", "in total", "my GP", "hit bottom", or of a kind named."""
_COMPARES = Pattern(
    r"\b(?:high|low|great|small|big|large|few)er\b|\b(?:above|below|under|over|more|less|exceed\w*|ris\w+|rose|"
    r"f[ae]ll\w*|drop\w*|up|down|decreas\w*|increas\w*|climb\w*|came|went|top(?:s|ped)?|worse|better|gone)\b|[<>]"
)
"""Without one of these nothing is compared."""
_ASKER = (
    r"\b(?:i'm|i am|this is|as) (?:the |his |her |their |the patient's )?~\b"
    r"|^~ (?:here|speaking|calling|asking)\b|\b~ (?:is asking|asks|asked|wants to know|is wondering)\b"
)
"""Words around a relative who only asks."""
_OF_THE_PATIENT = Pattern(r"\b(?:i|me|my|patient|patient's)\b")
"""In a sentence that asks: nobody told of before it is meant by that."""
_BY_HOW_MUCH = Pattern(r"\bby (?:how (?:much|many)|what (?:amount|margin))\b")
_NARROWS = Pattern(
    r"\b(?:fasting|non-?fasting|random|post-?prandial|pre-?prandial|supine|prone|standing|sitting|seated|lying|resting|"
    r"left|right|bilateral|planned|elective|fingerstick|capillary|arterial|venous)\b"
)
"""A measurement or a procedure, where no name has taken the word in."""

_LAST_TWO = Pattern(rf"\b{LAST} (?:two|2|couple)\b")
_EACH_OF = Pattern(r"\b(?:list|every|each|different)\b(?: \w+){0,3}? qc\d")


def asks_another(told: Told, question: Masked) -> bool:
    """Whether one of several sentences asks, by itself and for sure, for another kind of thing than the sense told."""
    parts = [part for part in _SENTENCE_ENDS.split(question.text) if _ASKS_BY_ITSELF.match(part)]
    alone = (tell(replace(question, text=part), weights()) for part in parts if part != question.text)
    return any(one.sense.kind not in (NOTHING, told.sense.kind) and one.certainty >= FROM_PLAINLY for one in alone)


def needed(told: Told, question: Masked, read: Sequence[Question], skeleton: Skeleton) -> float:
    """The least certainty with which the sense told is taken, where the grammar has `read` this or nothing."""
    around = bystanders_of(skeleton.said, skeleton.mentions)
    left_out = [
        one
        for one, part in told.parts.items()
        if (part == "other" and one not in around) or (part == "used" and one[:2] == "qc")
    ]
    if read and skeleton.times and _AFTER_THAT.search(skeleton.said):
        return NEVER
    if reads_more_than_a_sense(told, read) or _NONE.search(skeleton.said) or _NOT_THERE.search(skeleton.question):
        return NEVER
    said = skeleton.said
    if any(re.search(_BOUND.format(one), said) and _is_within_what_is_asked(one, said) for one in left_out):
        return NEVER
    least = _beside_more(told, question, skeleton, left_out)
    return least if least == NEVER else max(least, _beside(told, question, read, skeleton, left_out))


def _beside(
    told: Told, question: Masked, read: Sequence[Question], skeleton: Skeleton, left_out: Sequence[str]
) -> float:
    """The least certainty beside what the grammar has read."""
    if not read:
        return _beside_nothing(told, question, skeleton, left_out)
    if asks_for_unknown(read, skeleton):
        return FROM_NO_NAME
    if any(not one.startswith(("qc", "qk")) for one in left_out):
        return NEVER
    sense = sense_of(read)
    drops = any(one.startswith("qc") for one in left_out)
    relates_all = told.sense.ask.startswith(("order_", "than_")) and not left_out
    if sense is None:
        return FROM_SEVERAL if len(read) > 1 else ALL_BUT_SURE if drops or relates_all else NEVER
    is_listed = told.sense.ask == "exists" and sense[0].ask == "list" and _EACH_OF.search(skeleton.said)
    if is_listed or _differ_in_words(sense[0], told.sense):
        return NEVER
    placed = [skeleton.mention(one) for one, part in told.parts.items() if one.startswith("qc") and part != "other"]
    if sense[0] == told.sense:  # of one sense the grammar knows better which names are one thing
        return SURELY if len(placed) > sense[1].names or left_out else NEVER
    if replace(sense[0], event_rank=told.sense.event_rank) == told.sense and sense[0] not in weights().senses:
        return ALL_BUT_SURE
    if sense[0] not in weights().senses:
        if _is_loose(sense[0], told.sense) or _asks_how_much(sense[0], told, skeleton.said):
            return SURELY
        return ALL_BUT_SURE if drops or (relates_all and len(placed) >= sense[1].names) else NEVER
    again = sum(one.startswith("qc") and are_akin(skeleton.mention(one), placed) for one in left_out)
    if len(placed) + again >= sense[1].names:
        return FROM_OTHERWISE
    return SURELY if drops else NEVER


def _beside_nothing(told: Told, question: Masked, skeleton: Skeleton, left_out: Sequence[str]) -> float:
    """The least certainty where the grammar has read nothing: names within what is asked are not left out lightly."""
    text = skeleton.said
    if asks_other_kind(told, text):
        return NEVER
    names = {one: skeleton.mention(one).is_known for one in left_out if one.startswith("qc")}
    if any(is_known and _is_within_what_is_asked(one, text) for one, is_known in names.items()):
        return SURELY
    asked = told_and_asked(text)[1].split(":")[-1]
    for one, is_known in names.items():
        wants = re.search(_WANTS.format(one), text)
        is_met = is_known or (asks_whether(asked) and not _are_common([one], question, text))
        if _is_within_what_is_asked(one, text) or (one in asked and not wants and is_met):
            return FROM_LESS
    if relates_more(told, skeleton, left_out):
        return FROM_LESS
    return FROM_NOTHING if _NAMED.intersection(told.parts.values()) else FROM_BOLDLY


def _differ_in_words(read: Sense, told: Sense) -> bool:
    """Whether two senses differ in what the grammar knows the words of: counted one by one or by what they are,
    ordered or given, whether or when."""
    return (
        {read.ask, told.ask} in ({"count", "count_distinct"}, {"count", "sum"})
        or ({read.kind, told.kind} == {"medication", "intake"} and replace(read, kind=told.kind) == told)
        or (told.ask == "exists" and read.ask == "time" and read.kind == told.kind)
    )


def _asks_how_much(read: Sense, told: Told, text: str) -> bool:
    """Whether a number is asked for, where the grammar reads whether it is lower, or how often somebody takes it."""
    if read.kind != told.sense.kind:
        return False
    is_change = read.ask.startswith("than_") and told.sense.ask == "change"
    is_count = read.ask == "frequency" and told.sense.ask == "count" and read.kind != "medication"
    return is_count or (is_change and bool(_BY_HOW_MUCH.search(text)))


def _is_loose(read: Sense, told: Sense) -> bool:
    """Whether a sense that no training has seen is one that words bring about which people use for other things too."""
    if read.kind == "family" or (read.relation and not told.relation):
        return False
    return read.ask in _LOOSELY_READ and (told.ask != "exists" or read.ask in ("exists", "list"))


def _beside_more(told: Told, question: Masked, skeleton: Skeleton, left_out: Sequence[str]) -> float:
    """The least certainty beside what a question says more, or other, than the sense told."""
    text, parts = skeleton.said, told.parts.values()
    if (
        _IN_NO_SENSE & {one[:2] for one in left_out}
        or any(one[:2] in ("qr", "qa") and not is_of_a_story(one, text) for one in left_out)
        or _SAYS_MORE.search(text)
        or LEFT_OUT.search(text)
        or UP_OR_DOWN.search(text)
        or SET_BESIDE.search(text)
        or (not told.sense.rank and LEAVES_OUT_A_ROW.search(skeleton.question))
        or is_turned(text, skeleton.question)
        or _NAMES_NO_EVENT.search(text)
        or (_BETWEEN.search(text) and told.sense.ask in _OF_ONE_TIME)
        or any(_narrows(skeleton, one) for one in left_out if one.startswith("qc"))
    ):
        return NEVER
    _, asked = told_and_asked(text)
    if (_NUMBERED.search(text) or has_bare_number(asked)) and not re.search(r"\d", told.sense.rank):
        return NEVER
    if skeleton.times and WAS_RANKED.match(asked):
        return NEVER
    if _NEXT.search(asked) and not told.sense.relation:
        return NEVER
    if told.sense.ask.startswith("than_") and not _COMPARES.search(text):
        return NEVER
    if asks_other_rows(told, skeleton) or _turns_another_way(told, text, left_out):
        return NEVER
    if _leaves_out_what_is_asked(told, skeleton, left_out) or leaves_out_what_is_meant(told, skeleton, left_out):
        return NEVER
    names = [skeleton.mention(one) for one in left_out if one.startswith("qc")]
    if any(one.is_known for one in names) and not _NAMED.intersection(parts) and _asks_of_what_was_named(text):
        return NEVER
    if not ("thing" in parts or told.sense.kind == "patient" or _are_common(left_out, question, text)):
        return NEVER
    if _NEAREST.search(text) and not (told.sense.relation in ("before", "after") and _SIDE.search(text)):
        return NEVER
    counts_back = told.sense.rank == "last2" and _ONE_BEFORE.search(text)
    points_back = (_AFTER_THAT.search(text) and not counts_back) or (not skeleton.times and _THAT_DAY.search(text))
    if points_back and not (skeleton.times or "event" in parts):
        return NEVER
    numbers = [one for one in left_out if one.startswith(("qk", "qt"))]
    if any(not is_of_a_story(one, text) for one in numbers):
        return NEVER
    return SURELY if points_back or numbers or _NEAREST.search(text) else 0.0


def _turns_another_way(told: Told, text: str, left_out: Sequence[str]) -> bool:
    """Whether words ask for the other end, for a time from what is told on, or for the last ahead of something."""
    parts, ask = told.parts, told.sense.ask
    extremum = extremum_of(text)
    if _HOW_OLD.search(told_and_asked(text)[1]) and ask not in ("age", "birthDate"):
        return True
    if ask == "value" and (_NO_VALUE.search(text) or (told.sense in _OF_ALL_ROWS and _RANKED.search(text))):
        return True
    if extremum is not None and {"max": "min", "min": "max"}[extremum] in ask.split("_"):
        return True
    if _FROM_THEN.search(text) and told.sense.rank != "last2" and "event" not in parts.values():
        return any(one.startswith("qt") and part == "used" for one, part in parts.items())
    if told.sense.rank == "last2" and not ask.startswith("than_") and _LAST_TWO.search(text):
        return True
    ahead = _AHEAD_OF.search(text)
    return told.sense.rank == "last2" and ahead is not None and ahead["e"] in left_out


def _leaves_out_what_is_asked(told: Told, skeleton: Skeleton, left_out: Sequence[str]) -> bool:
    """Whether a name of the very kind that is asked for, or a route, is left out, where nothing else is named as it."""
    if "thing" in told.parts.values() or told.sense.kind == "micro":
        return False
    if _ONE_OF_THEM.search(skeleton.said) and not _ASKS_FOR_A_KIND.search(skeleton.said):
        return True
    story, asked = told_and_asked(skeleton.said)
    if OF_THESE.search(asked) and not any(_ASKS_FOR_A_KIND.search(told) for told in story):
        return True
    if _TOPIC_STUFF.match(skeleton.said) or named_alone(skeleton.said) in left_out:
        return True
    clauses = _CLAUSE_ENDS.split(skeleton.said)
    for one in left_out:
        is_of_kind = one.startswith("qc") and told.sense.kind in _kinds_of(skeleton.mention(one))
        if is_of_kind and not any(_ANY.search(clause) and one not in clause for clause in clauses):
            return True
    return False


def _kinds_of(mention: Mention) -> set[str]:
    """The kinds that a name can be of; a route is one of the drugs that are given by it."""
    kinds = {TYPE_DOMAINS.get(link.resource_type, "") for link in mention.linked.links}
    kinds |= {"medication" if row.kind == "route" else KIND_DOMAINS.get(row.kind, "") for row in mention.linked.known}
    return kinds


def _asks_of_what_was_named(text: str) -> bool:
    return any(_POINTS_TO_A_NAME.search(one) and asks(one) for one in _CLAUSE_ENDS.split(text))


def _is_within_what_is_asked(one: str, text: str) -> bool:
    """Whether a name stands in the clause that asks, where it may well narrow what is asked, and is not who asks."""
    wants = re.search(_WANTS.format(one), text) is not None
    return not wants and any(one in clause and asks(clause) for clause in _CLAUSE_ENDS.split(text))


def _are_common(left_out: Sequence[str], question: Masked, text: str) -> bool:
    """Whether training has seen every word that nothing knows and that is left out, or it is told in a story: no name
    of what is asked, then."""
    asked = (one for one in left_out if not is_of_a_story(one, text))
    words = (word for one in asked for word in question.unknown.get(one, "").split())
    return all(word_feature(word) in weights().place.table.places for word in words)


def _narrows(skeleton: Skeleton, one: str) -> bool:
    """Whether a word that nothing knows is somebody else, a time, or narrows what is asked."""
    mention = skeleton.mention(one)
    if any(known.kind == "route" for known in mention.linked.known):
        return True
    if mention.is_known:
        return False
    if is_relative(mention.words):
        _, asked = told_and_asked(skeleton.said)
        is_told = is_of_a_story(one, skeleton.said) and _OF_THE_PATIENT.search(asked)
        return not (is_told or re.search(_ASKER.replace("~", one), skeleton.said))
    words = mention.words.lower()
    if is_time_of_day(words) or is_turned(words) or _NARROWS.search(words) or _SAYS_MORE.search(words):
        return True
    return says_left_out(words) and re.search(rf"\b{one}(?: out| aside)? qt", skeleton.said) is not None
