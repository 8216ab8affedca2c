"""Which of what somebody says is the question, and what the rest has to do with it.

People tell a story around a question: why they ask, what they know already, what to call it. What only surrounds the
question is left out; what names the thing that the question calls "it" is put in its place; a story that says more than
that stays with the question, to be read or not understood with it.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.wording.anaphora import DAY_TOLD, pointed_first, points_out, resolved
from chartwarden.agent.planning.wording.askers import asks_again, without_asker
from chartwarden.agent.planning.wording.question_words import AUX, WH
from chartwarden.agent.planning.wording.topics import ITS, POINTS, counted_and_more, listed, of_row

WHEN_OR_WHICH = rf"(?:{WH}|(?:since|from|by) when|(?:from|on|by|at|in) which|(?:on|in|by|at) what)"
"""Question words, also behind a preposition."""
_SAYS = (
    r"(?:(?:please )?(?:could|can|would|will) (?:you|u) (?:please |kindly |just |also )*(?:tell|remind"
    r"|go through|give|show|look "
    r"up|look|check|find|say|list|let|see|pull)|i(?:'d| would) (?:just |really |also )?(?:like|love|want"
    r"|need) to (?:know|find "
    r"out|see|hear|learn|ask)|i (?:just |really )?(?:want|need|have) to (?:know|find out|say|see|tell)"
    r"|what i(?:'d| would)? "
    r"(?:like|want|need)(?: to know)? is|i(?:'m| am) (?:just )?(?:curious|wondering|trying to (?:remember|recall|find "
    r"out)|not sure)|i was wondering|i(?:'d| would)(?: really| just)? be (?:interested|curious|glad|happy|keen"
    r"|pleased) to (?:know|hear|learn|see|find out)|i(?:'ve| have)? (?:wonder|wondered)|do you (?:know|have|see)"
    r"|i don't (?:remember|know|recall)|"
    r"i can't (?:remember|recall)|(?:my|the|a|his|her|someone|somebody)(?: new)? \w+ (?:asked|asks|wants to know"
    r"|would like to know|keeps asking|is asking)(?: me)?|wants me to ask)"
)
_REQUEST = Pattern(
    rf"(?:^|[,:;] |\s[-–] |, |\b)(?:(?:so|but|and|because|well|ok|okay|anyway),? )*(?P<ask>{_SAYS}\b.*"
    rf"|(?<=[,:;] )(?:so|and so) (?:please )?(?:tell|give|show|list|let|check|say|name)\b.*"
    rf"|(?<=[,:;] )(?:so |but |and )?(?:{WHEN_OR_WHICH}|{AUX} (?:i|my|he|she|they|there|it|the))\b.*"
    rf"|(?:(?<=[,:;] so )|(?<=, but ))(?:{WHEN_OR_WHICH}|{AUX})\b.*)$"
)
_PLACES = Pattern(
    r"\b(?:dose|shot|jab|booster|number|no\.?) (?:one|two|three|four|five|six|\d+)\b|\b(?:second|third|fourth|fifth"
    r"|sixth)\b"
    r"|\b(?:first|last|latest|earliest|newest|most recent|previous|next|before|after|since|until|during|highest|lowest"
    r"|worst|best|average|not|never)\b"
)
"""Words of a story that place its thing: it is then more than a name for "it"."""
_TO_COME = Pattern(r"\b(?:schedul|book|plann?|arrang|tim)\w* (?:(?:for|of|the|his|her|my|their|an?) )*next\b")
"""What nobody has done yet places nothing."""
_ASKS_FOR = Pattern(
    r"^(?:and |so )?(?:the )?(?:(?:total|exact|full|overall) )*(?:number|count|tally|dates?(?: and times?)?"
    r"|times?|names?|list) (?:of|when|on which|at which)\b"
)
"""A telegram that asks: "number of ICU admissions since then"."""
_ASKS_OF_THEN = Pattern(
    r"^(?:(?:and|so|but) )?(?:(?:until|till|since|after|before|from|by|up to|in|on|at|during|within|over) )"
    rf"[^,?;:]{{1,40}}, (?:{WH}|{AUX})\b"
)
"""A question behind its time: "until that day, was it given?"."""
_ASKS_LAST = Pattern(
    r"\b(?:when|who|by whom|where|why|how (?:many|much|often)|(?:at |on |in |for )?(?:what|which)(?: (?:value"
    r"|date|day|time|dose|reason|result|number|doctor|route|level|year))?)$"
)
_TELLS = Pattern(
    r"\b(?:i|i'm|i've|i'd|my|we|our|this is|there's|there is|it's)\b"
    r"|\b(?:he|she|they|patient)(?:'s|'re| is| are) (?:booked|scheduled|due|going|coming|waiting|listed|planned"
    r"|seeing)\b"
)
KINDS = Pattern(
    r"\b(?:admi\w+|visits?|tests?|procedures?|prescri\w+|medic\w+|diagnos\w+|icu|hospital\w*|outputs?|intakes?"
    r"|drugs?|vaccin\w+|allerg\w+|microbiolog\w+|discharg\w+|emergency|surger\w+|operation|qa\d|qr\d|qp\d|gender|sex)\b"
)
_THEREUPON = r"(?:(?:after|since|before|following|until) (?:that|then|this|which|it)|afterwards?)"
_DIRECT = Pattern(
    rf"^(?:(?:so|but|and|well|then|of the last two|{_THEREUPON}),? )*(?:{WHEN_OR_WHICH}|{AUX}|any)\b(?<!when)(?<!where)"
    rf"|^(?:(?:so|but|and|well|then|{_THEREUPON}),? )*(?:(?:since|from|by) when"
    r"|(?:when|where)\b(?! (?:i|he|she|they|it|we|you|my|his|her|the) ))"
)
_COMMAND = Pattern(
    r"^(?:(?:please|kindly) )*(?:give|tell|show|list|name|find|report|state|provide|say|count|check|compare|calculate"
    r"|take|read(?= (?:me|us|out|off|back|the)\b)|look up)\b"
)
_EMPTY = Pattern(
    r"^(?:(?:can|could|would|will) you(?: please)?(?![a-z' ]*\b(?:what|which|when|who|why"
    r"|where) \w+ \w+)(?: (?:help|tell|look|check|see|say|find|let)\b[a-z' ]*)?"
    r"|i(?:'m| am) hoping you can[a-z' ]*|"
    r"(?:have|did|do|am|was|had|has|is|does) (?:i|he|she|it|that|this)(?: so| right| true| correct| the case)?"
    r"|what does it say|"
    r"(?:i|we) (?:only|just)? ?(?:need|want|would like|'d like) (?:the|a|its) (?:date|name|number|value|result"
    r"|day|time|figure)s?(?: please)?|"
    r"i'd like the (?:date|name|number|value|result|day|time|figure)s?,?(?: please)?|do you know(?: the (?:date"
    r"|name|day))?|how many (?:[a-z]+ )?(?:is|are|was|were) (?:it|that|they)(?: in (?:all|total)| altogether| now)?|"
    r"only if (?:it|the \w+|there|that) (?:says?|is|are|gives?|states?)\b[a-z ]*|"
    r"(?:and |so )?what (?:do|should|would|can|shall) (?:i|we) (?:put|type|write|enter|fill|say|tell|give|copy|note)"
    r"(?: (?:in|down|there|them|him|her|it|here))*|which (?:number|one|value|date|figure|day) (?:is|was) (?:that|it)|"
    r"what (?:goes|belongs|comes) (?:in|into) (?:it|there|that (?:box|field|line))|what is it come to|"
    r"what (?:would|will) (?:that|it) be(?: here)?|"
    r"(?:(?:just|only) )?(?:the |its |their )?(?:[a-z]+ )?(?:names?|dates?|numbers?|values?|lists?|figures?|counts?"
    r"|days?|years?)(?: of (?:the |each |all )?[a-z]+)?(?: alone| only)? (?:(?:will|would) (?:do|be (?:fine|enough))"
    r"|(?:is|are) (?:enough|fine|all (?:i|we) need)|suffices?)(?: please)?|"
    r"what does (?:the|his|her|my|their) (?:chart|record|file|history)s? (?:say|show|have|give)(?: about (?:it|that))?|"
    r"(?:just |only |i |we )*need(?:ed)? (?:a )?(?:quick )?(?:confirmation|yes or no)|(?:just|only) (?:the|its"
    r"|their) (?:[a-z]+ )?(?:names?|dates?|numbers?|values?|list)(?: please)?|(?:can"
    r"|could|would) you look up the \w+)$"
)
_REPORTED = Pattern(r"\b(?:said|says|told|tells|claims?|claimed|swears?|swore|thinks?|thought)\b")
_UNWANTED = Pattern(
    r"^(?:i|we) (?:do not|don't|didn't) (?:want|need|mean|care (?:about|for)|ask (?:for|about)) "
    r"(?:the |his |her |any |my |their )?(?:\w+ )?qc\d"
)
"""What is not to be looked up, and nothing that is asked about."""
_WHICH_ONE = Pattern(r"^(?:which (?:number|one|value|date|figure|day)|how many times) (?:is|was) (?:that|it)$")
"""Nothing to be asked by itself, and no yes or no of what was told before."""
_OF_KIN = Pattern(
    r"\b(?:mother|father|sister|brother|husband|wife|son|daughter|aunt|uncle|cousin|mum|mom|dad|parents|twin)(?:'s)? "
    r"(?:was|is|has|had|have|got|gets|died|did|does|takes?|took)\b"
)
_OF_THE_PATIENT = Pattern(r"^(?:(?:and|so) )?(?:am|is|are|was|were|do|does|did|have|has|had) (?:i|he|she|they)\b")
"""Asked of the patient what is told of somebody else: "her mother was diabetic. Is she?"."""
_TAIL = Pattern(r",? (?:and|but|because|as) i (?:couldn't|can't|don't|didn't|cannot|could not)\b[a-z' ]*$"
r"|,? if you (?:please|can|don't mind)[a-z ]*$|,? "
                   r"according to (?:what you've got|you|my chart|the chart|my file)$|,? i mean$")  # fmt: skip
_TOPIC = Pattern(
    r"^(?:(?:the|my|his|her|their) )?(?P<name>qc\d+)(?: for (?:the )?patient)?(?:,? (?:looking at|going by|counting"
    r"|taking|considering|using|in|on|from) (?:(?:the|my|his|her|their) )?"
    r"(?:charts?|records?|files?|notes|entries|data))?,? (?P<time>qt\d+)(?: only| alone)?$"
)
"""What is asked about and of which time, set before the question: "potassium up to last month. When was it first
measured?"."""


_PURPOSE = (
    r"(?:purposes?|sake|forms?|sheets?|letters?|claims?|audits?|reviews?|referrals?|reports?|rounds?"
    r"|handover|paperwork|"
    r"questionnaires?|applications?|registry|reconciliation|checklists?|surveys?|study|studies|meetings?"
    r"|records|files?|"
    r"timeline|insurance|passport|certificate|assessment|pre-?op|sign-?out|board|conference|history|intake"
    r"|clinic|notes|counts?|tally|census|stats|statistics|tables?|spreadsheets?|worksheets?|dashboards?|database)"
)
_LABELS = Pattern(
    r"^(?:(?:it's |it is |this is |that's )?"
    rf"(?:for|as part of|in preparation for|in connection with|in|to (?:complete|prepare|finish|fill (?:in|out)|write|"
    rf"update)) (?:[\w'-]+ ){{0,5}}{_PURPOSE}(?:,|:| [-–])? "
    rf"(?=(?:i|we|please|give|list|show|name|tell|state|find|the|any|{WHEN_OR_WHICH}|{AUX}|last|latest|first|all)\b)"
    rf"|(?:[\w'-]+ ){{0,4}}(?:audits?|reviews?|sheets?|claims?|rounds?|qc\d+|handover|questionnaires?|checklists?|"
    rf"reconciliation|med rec|surveys?|meetings?|timeline|forms?|questions?|quer(?:y|ies)|intake|here|speaking"
    rf"|calling|prep)(?<!qc\d)(?<!qc\d\d)(?: for [\w ]+?)?(?:,? (?:of |for |on )?(?:the |this )?patient)?"
    rf"(?: tomorrow| next week| coming up)?(?: ?:| [-–]) (?=.*qc\d|.*\b(?:medic|drug|meds\b|order|prescri|visit"
    rf"|procedure|diagnos|allerg|vaccin|admission|discharge|intake|output))"
    rf"|(?:before|while|now that|as|because|since) (?:we|i|they|he|she) [^:,]*: "
    r"|before (?:we|i) (?:order|request|draw|repeat|book|ring|phone|sign|write)\b"
    rf"[^:,;?]{{0,60}}, (?=(?:{WHEN_OR_WHICH}|{AUX}|please|any|list|show|give|tell)\b)"
    r"|(?:before|ahead of|prior to) (?!qt)[^:,]{3,60}? (?:we|i|they) (?:must|need to|have to|want to|should"
    r"|would like to) (?:know|find out|check|confirm|be sure|see)[:,]? )"
)
"""What a question is asked for: "for the claim form, ...", "stewardship review: ..."."""
_NEEDED = Pattern(
    r"(?:^|[,:;] |[-–] | )(?:(?:and|so|but) )?(?:(?:i|we)(?:'m|'re|'d)? (?:just |now |really |also |still |am "
    r"|are |would )*"
    r"(?:need|looking for|after|like|need to have|have to (?:write down|put down|fill in|give|know|have))|(?<=and )need"
    r"|(?<=so )need)(?: to (?:know|see|find(?: out)?|get|write down|put down|fill in|hear|have|note(?: down)?))? "
    rf"(?P<ask>(?:the|its|his|her|my|a list of|any|all|{WHEN_OR_WHICH}|if|whether)\b.*)$"
)
_UNTOLD = Pattern(
    r"^(?:nobody|no one|none of us)(?: here| yet)? (?:(?:has|had|can|could|ever|will|would) )*(?:told|tells?|said|says?"
    r"|knows?|remembers?|recalls?|(?:is |was )?sure)(?: me| us)?(?: yet)? (?:if|whether) "
)
"""That something is not known to those around, and not that it is not so."""
_BELIEVES = Pattern(
    r"^(?:my|our|his|her|the) (?:[\w'-]+ ){1,2}?(?:thinks?|believes?|says?|said|swears?|insists?|remembers?|reckons?"
    r"|claims?|seems? to (?:think|remember)|(?:is|are) (?:sure|certain|convinced))"
    r"(?: that)? (?=(?:i|he|she|they|we|there)\b)"
)
"""Somebody's word for what is asked about: "my wife thinks he had a flu shot, is that so?"."""
_AUTHOR = Pattern(
    r"\b(?:by|from|was|is) qp\d|\bqp\d+ (?:(?:who|has|had|also) )*(?:prescrib|order|gave|wrote|did|sign|put|start"
    r"|administ|perform|diagnos|record)"
)
"""A person in a story who did what is asked about, and does not only ask."""
_IS_SOMEBODY = Pattern(r"^qp\d+ (?:is|was|will be) (?:seeing|my|his|her|our|their|the|an?|new)\b")
"""Who somebody is says nothing of what is asked."""
_NARROWS = Pattern(
    r"\b(?:only|except|exclud\w+|ignor\w+|apart from|other than|rather than|instead of|leav\w+ out"
    r"|not (?:count\w*|includ\w*|the)|without|just the|mean the|unless"
    r"|(?:day|week|month|year)s? later|next day)\b|\b(?:the|an?) qc\d+ (?:sort|kind|type|variety|one)\b"
)
"""Words of a story that narrow what is asked."""
_SENTENCES = Pattern(
    r"(?<=[?!.;])\s+|,? and (?=(?:then )?(?:(?:tell|give|show) (?:me|us)|(?:say|report|read|state|list|look up|find)"
    r"(?: me| us| out| off| back)*) .*\b(?:then|(?:that|the)(?: very)?(?: same)? day)\b)"
    r"|, then (?=give\b|tell\b|show\b|what\b|list\b)"
    rf"|,? (?:and|but) (?=(?:then|{_THEREUPON}),? (?:{WHEN_OR_WHICH}|{AUX})\b)"
)
_AND_ASKS = Pattern(
    rf"^(?P<story>(?!{WHEN_OR_WHICH}\b|{AUX}\b|when\b)[^:?;.]*?),? and (?:(?:the|my|our|his|her|their|an?) "
    r"(?:[\w'-]+ ){0,2}[\w'-]+ )?(?:asks?|(?:is|are) asking|has asked|wonders?|(?:wants?|needs?|would like) to (?:know"
    rf"|be told|find out|hear))(?: me| us)? (?P<ask>(?:{WHEN_OR_WHICH})\b.*)$"
)
"""Somebody who has something before them, and asks."""
_NAMES_ROW = Pattern(
    r"^(?:the|his|her|my|their) (?:very )?(?:first|last|latest|earliest|most recent|newest|oldest|highest|lowest|worst"
    r"|peak|average|mean|total|number|date|day|name|list)\b(?!.*\b(?:is|was|are|were|has|have|had)\b)"
)
"""What somebody asks for, where it stands as a name and no sentence."""
_FORM_SAYS = Pattern(
    r"^(?:(?:the|his|her|my|their|our|an?|this)\b )?(?:[\w'-]+ ){0,2}(?:form|sheet|card|box|questionnaire|application)"
    r" (?:says|reads|wants|asks(?: for)?):? "
    r"(?=(?:the )?(?:number|date|day|name|list|first|last|latest|highest|lowest)\b)"
)
_STATED_FIRST = Pattern(
    rf"^(?P<story>(?!{WHEN_OR_WHICH}\b|{AUX}\b|when\b)[^:?;.]*?\b(?:is|are|was|were|has|have|had|seems?|got|began"
    rf"|started|took|keeps?)\b[^:?;.]*?)(?: ?:| [-–]) "
    rf"(?P<ask>(?:(?:before|after|since) (?:that|then|it)\b[^?]*?, )?(?:{WHEN_OR_WHICH}|{AUX}"
    r"|(?:please |kindly )*(?:list|give|show|name|tell|state|find|count|report|pull))\b.*)$"
)


ASKS_ON = Pattern(r"\? ?(?:and|or) (?:the|its|that) (?:\w+ )?(?:one|time|reading|value)\b[^.?]*[?.]?$")
"""A second question without a verb: "was it above 5? And the one before?"."""
_AND_ANOTHER = Pattern(r"(?<=\?) ?(?:and|or|plus|also|what about|how about) [^.?]*")
"""A second question of another thing without a verb: "what was the LDL in 2013? And the HDL then?"."""


def asked_of(text: str, informative: frozenset[str], aliases: dict[str, str]) -> str:
    """The text with the story left out, or put where the question points to it.

    `informative`: the placeholders of names that something is known of; `aliases`: each placeholder to the first one of
    the same meaning.
    """
    if ASKS_ON.search(text) or set(_names(_AND_ANOTHER.sub("", text))) & informative < set(_names(text)) & informative:
        return text
    asked = _asked(text, informative, aliases)
    if set(_names(text)) & informative and not re.search(r"q[cpt]\d", asked) and not re.search(r"\w+ \w+", asked):
        return text  # nothing of it is left
    return asked


def _asked(text: str, informative: frozenset[str], aliases: dict[str, str]) -> str:
    unwanted = _UNWANTED.match(text)
    if unwanted and not set(_names(text[unwanted.end() :])) & informative:
        return text
    text = _UNTOLD.sub("whether ", _BELIEVES.sub("", _labelled(text, informative)))
    sentences = [part.strip(" ,") for part in _SENTENCES.split(_told_first(text))]
    plain = [_asked_for(sentence.strip(" ?.!;"), informative) for sentence in sentences if sentence.strip(" ,?.!;")]
    if len(plain) == 1:
        if _begins_with_story(plain[0]):
            return _without_story(plain[0], informative)
        return plain[0] if plain[0] != sentences[0].strip(" ?.!;") else text
    wanted = [part != said.strip(" ?.!;") for part, said in zip(plain, filter(None, sentences), strict=False)]
    if len(plain) == len(wanted) == 2 and wanted[0] and asks_again(plain[1]):
        return plain[0]
    of_kin = bool(_OF_KIN.search(text))
    kept = [part for part in plain if not _EMPTY.match(part) or (of_kin and _OF_THE_PATIENT.match(part))]
    if not kept:
        return text
    asking = [_without_story(part, informative) for part in kept if asks(part)]
    story = [part for part in kept if not asks(part)]
    if not asking:
        if len(kept) == len(plain) or len(story) > 1:
            return text
        if any(map(_WHICH_ONE.match, plain)) or (_REPORTED.search(story[0]) and re.search(r"\b\d", story[0])):
            return text
        row = _FORM_SAYS.sub("", story[0])
        return row if row != story[0] or _NAMES_ROW.match(row) else f"whether {row}"
    if not story:
        return "? ".join(asking) if len(kept) < len(plain) or asking != plain else ". ".join(plain)
    told = ". ".join(story)
    named = frozenset(name for name in aliases if aliases[name] in {aliases.get(n, n) for n in _names(asking[0])})
    pointed = resolved(told, _with_topic(told, asking[0], informative), named, informative)
    if pointed is not None:
        return "? ".join([pointed, *asking[1:]])
    topic = _TOPIC.match(told)
    if topic and topic["name"] in informative and "qt" not in asking[0] and POINTS.search(asking[0]):
        return "? ".join([f"{_joined(topic['name'], asking[0], informative)} {topic['time']}", *asking[1:]])
    dated_thing = _DATED_THING.search(told)
    that = re.search(r"\bthat (qc\d+)\b", asking[0])
    if dated_thing and that and aliases.get(that[1]) == aliases.get(dated_thing["x"]) and "qt" not in asking[0]:
        return "? ".join([f"{asking[0].replace('that qc', 'the qc')} {dated_thing['t']}", *asking[1:]])
    of_told = of_row(told, asking[0], informative)
    if of_told is not None:
        return "? ".join([of_told, *asking[1:]])
    if any(map(points_out, story)) or not _may_be_left_out(told, informative):
        return text
    return "? ".join([_joined(told, asking[0], informative), *asking[1:]])


_DATED_THING = Pattern(r"\b(?P<x>qc\d+)(?: (?:value|reading|level|result|measurement))? (?P<t>qt\d+)$")
"""One dated thing of a story, which the question calls "that weight"."""


def _told_first(text: str) -> str:
    """The text with what a statement tells before a dash, a colon or who asks set off as a sentence of its own."""
    match = _STATED_FIRST.match(text) or _AND_ASKS.match(text)
    return f"{match['story']}. {match['ask']}" if match else pointed_first(text)


def _names(text: str) -> list[str]:
    return re.findall(r"\bqc\d+\b", text)


def _labelled(text: str, informative: frozenset[str]) -> str:
    """The text without what it says it is for."""
    match = _LABELS.match(text)
    if match and _may_be_left_out(match.group(), informative, label=True):
        return text[match.end() :].lstrip()
    return text


def _asked_for(part: str, informative: frozenset[str]) -> str:
    """A sentence without who asks, and why: what they want to know is asked."""
    is_command = _COMMAND.match(part) or _DIRECT.match(part)
    asked = without_asker(part) if not is_command else None
    if asked is not None:
        return asked
    needed = _NEEDED.search(part)
    if needed and needed.start() > 0 and _may_be_left_out(part[: needed.start()], informative):
        return _joined(part[: needed.start()], needed["ask"], informative)
    return needed["ask"] if needed and needed.start() == 0 and not _COMMAND.match(part) else part


def _with_topic(story: str, ask: str, informative: frozenset[str]) -> str:
    """A question that names nothing with what was measured on the day that the story tells."""
    day = DAY_TOLD.search(story)
    if day is None or set(_names(ask)) & informative:
        return ask
    others = [name for name in dict.fromkeys(_names(story)) if name in informative and name not in day["e"]]
    if len(others) != 1:
        return ask
    place = POINTS.search(ask)
    if place and place.end() == len(ask.rstrip(" ?")):
        return f"{ask[: place.start()]}{place['lead'] or ''}{others[0]}"
    return f"{ask} {others[0]}"


_INTENDS = Pattern(
    r"\b(?:i|we)(?:'m| am|'re| are) (?:just |now )?(?:about|going|due|hoping|planning|meant|supposed|here) to "
    r"(?:prescribe|order|admit|discharge|operate|give|start|refer|book|write|vaccinate|request)\b(?:(?!q[a-z]\d)[^.?;,])*"
)
"""What somebody will do, which no record has yet."""


def _may_be_left_out(story: str, informative: frozenset[str], *, label: bool = False) -> bool:
    """Whether a story says nothing but what its thing is called, or nothing at all of the record."""
    if re.search(r"\bq[tnk]\d", story) or _NARROWS.search(story) or _AUTHOR.search(story):
        return False
    if set(_names(story)) & informative:
        return label or not _PLACES.search(_TO_COME.sub("", story))
    return label or not KINDS.search(_INTENDS.sub("", _IS_SOMEBODY.sub("", story)))


def asks(part: str) -> bool:
    if points_out(part):
        return False
    return bool(
        _DIRECT.match(part)
        or _COMMAND.match(part)
        or _ASKS_FOR.match(part)
        or _ASKS_OF_THEN.match(part)
        or _REQUEST.search(part)
        or _NEEDED.search(part)
        or _ASKS_LAST.search(part)
    )


def _begins_with_story(part: str) -> bool:
    found = _REQUEST.search(part)
    return bool(found and found.start("ask") > 0) or bool(_TAIL.search(part))


def _without_story(part: str, informative: frozenset[str]) -> str:
    """One sentence from its request on, where what stands before names nothing else."""
    part = _TAIL.sub("", part)
    if _DIRECT.match(part) or _COMMAND.match(part):
        return part
    found = _REQUEST.search(part)
    if found is None or found.start("ask") == 0:
        return part
    story, ask = part[: found.start("ask")].strip(" ,:;-–"), found["ask"]
    is_told = _TELLS.search(story) or re.search(rf", so {re.escape(ask[:8])}", part)
    if not is_told or not _may_be_left_out(story, informative):
        return part
    return _joined(re.sub(r" (?:so|but|and)$", "", story), ask, informative)


def _joined(story: str, ask: str, informative: frozenset[str]) -> str:
    """A question with what its story is about."""
    named = set(_names(ask))
    kept = [name for name in dict.fromkeys(_names(story)) if name in informative and name not in named]
    if not kept:
        return ask
    place, of_another = POINTS.search(ask), bool(named & informative)
    if place and (not of_another or place["lead"] or len(place.group().split()) > 1):
        are_several = not of_another and place.group().endswith(("them", "these", "those", "they"))
        meant = " and ".join(kept) if are_several else kept[-1]
        return f"{ask[: place.start()]}{place['lead'] or ''}{meant}{ask[place.end() :]}"
    if of_another:
        return ask
    whole = listed(kept, story)
    plain = f"{ITS.sub('the', ask, count=1)} of {whole}" if ITS.search(ask) else f"{ask} {whole}"
    return counted_and_more(ask, whole, story) or plain
