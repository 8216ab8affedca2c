"""From a skeleton to clauses: several questions told apart, and the event a question is relative to cut out."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from chartwarden.agent.planning.reading.frames import NotUnderstood
from chartwarden.agent.planning.wording.question_words import AUX, PLAIN_AUX, WH

Relation = Literal[
    "before",
    "after",
    "same_day",
    "same_month",
    "same_year",
    "same_encounter",
    "during",
    "near",
    "first_encounter_after",
]

_RANK = r"(?:very )?(?:first|last|latest|earliest|most recent|newest|oldest|previous)"
_OF_ONE = r"(?:date|day|time|year|value|result|reading|level|figure|reason|dose)"
_SPLIT = re.compile(
    r"\?\s+(?=\w)|;\s+|,? (?:and )?if (?:so|yes|any),? (?=(?:when|what|which|how many)\b)"
    r"|[.!]\s+(?=\w)|,? and (?:also |if so,? )?"
    r"(?=(?:when|who|by whom|why|what|which|how|where|since when|was it|is it|is that (?:over|gone|still)|"
    r"(?:on|at|in) (?:what|which) (?:dates?|days?|years?|times?)(?= ?[?.]*$)|"
    r"did (?:he|she|i|they|the patient)|(?:did|was|were|is|are|has|have) any|(?:was|were|is|are) there)\b)"
    r"|,? (?:and|then|also) (?:also |then )?(?=(?:please )?(?:give|state|report|tell|name|say|provide|show|note|list) "
    r"(?:me |us )?(?:its|the|their|that|his|her|when|who|what|which|how)\b)"
)
_AND_OF_ONE = re.compile(
    r"^(?!.*\bbetween\b)(?P<many>(?:and )?"
    r"(?:[^?;.]*\b(?:how many|number of|count (?:of|the)|total of|tally of?)\b[^?;.]*?"
    r"|[^?;.,]*\bqc\d+(?: \w+)? ?[:,]? (?:count|total|tally)[^?;.,]*?)),?(?: (?:and|plus|with|as well as|then)|(?<=,)) "
    r"(?:(?:also|the|its|their) )*"
    rf"(?:(?P<what>{_OF_ONE})s? (?:of|for) (?:the )?(?P<rank>{_RANK})(?: (?:one|{_OF_ONE}|\w+))?"
    rf"|(?P<rank2>{_RANK})(?: one's)? (?P<what2>{_OF_ONE})|when (?:the )?(?P<rank3>{_RANK})(?: one)?(?: was)?"
    rf"|(?:(?<=the )|(?<=, ))(?P<rank4>{_RANK})(?: one)?"
    r"|(?P<stat>highest|lowest|mean|average|peak)(?: (?:one|value|of (?:them|those|these)))?"
    rf"|(?P<each>(?:dates?|days?|times?) of (?:each|all|every one)(?: one)?"
    r"(?: of (?:them|these|those))?))[ ?.]*$"
)
"""How many there are, and behind that, without a verb, what is asked of one: "the count and the date of the latest"."""
_AND_ITS_TIME = re.compile(
    rf"^(?:what (?:is|was) )?(?P<one>(?:(?:the|his|her|my|their) )?(?:[a-z]+ to )?{_RANK} qc\d+(?: {_OF_ONE})?)"
    r"(?: on (?:file|record))?,? (?:and|with|plus) (?:its|the) (?:dates?|day|time)[ ?.]*$"
)
"""A reading and when it was."""
_TAIL = re.compile(
    r"[,;]? (?:(?:can|could|would) you (?:help|tell me|check|clarify|assist|remind me|let me know)(?: "
    r"me)?(?: with (?:that|"
    r"this))?(?: please)?|please|thanks?(?: you)?|correct|right|is that (?:right|correct)|if (?:any|known|"
    r"recorded|available))[?.! ]*$"
)
_YES_OR_NO = re.compile(r"[\s,;:?(-]*\byes or no\b[\s?.!)]*$")
_LEANING = re.compile(
    r"\b(?:it|that|this|they|them|those|he|she|one)\b|\b(?:each|the (?:very )?(?:first|last|latest|most recent))$"
    r"|\b(?:their|the|its) (?:mean|average|sum|total|highest|lowest)$"
)
_BARE_ASK = re.compile(
    r"^(?:also )?(?:since when|when|why|who|by whom|where|how (?:much|often|many|long)|for what|what for"
    r"|(?:at |in |on )?(?:what|which) "
    r"(?:dose|date|day|year|time|route|strength|frequency|reason|indication)s?)$"
)
_HOW_MANY_OF_IT = re.compile(
    r"^(?:and )?how many(?: (?:readings|values|results|measurements|tests|scores|checks|entries|times))?"
    r"(?: (?:there (?:are|were|have been)|(?:are|were) there|in (?:all|total)|altogether|overall|recorded|taken|done"
    r"|on (?:file|record)))*$"
    r"|^(?:and |so )?how many (?:(?:do|does|did|would) (?:you|we|i|it|that|they) (?:get|have|count|come to|make|reach)"
    r"|(?:is|are|was|were) (?:it|that|they|those))(?: in (?:all|total)| altogether)?$"
)
"""How many rows there are of what the question before names."""
_ITS_VALUE = re.compile(
    r"^(?:and )?what (?:was|is|were) (?:the|its|that) (?:score|value|reading|level|number|figure)"
    r"(?: (?:then|on that day|that day|at that time|on it))?$"
)
_WHEN_EACH = re.compile(
    r"^when (?:was|were) (?:each|every one|each one|each of (?:them|these|those)|all of them)"
    r"(?: (?:given|done|taken|recorded|made|measured))?$"
)
_VISIT = r"(?:visit|encounter|appointment|consultation|admission|stay|contact)"
_CONNECTIVE = re.compile(
    r"\b(?:(?P<near>(?<=qd\d )of(?: the)?)"
    rf"|(?P<next>(?:at|from|during|on|in) (?:the |her |his |my |their )?(?:very )?(?:first|next|earliest|"
    rf"following)? ?{_VISIT} (?:right |just |immediately |directly )?(?:after|following|since))"
    rf"|(?P<visit>(?:at|during|in|on|from) (?:the |that |same )*(?:same )?{_VISIT} (?:when|where|in which|"
    rf"at which|during which|that|of|with|for))"
    rf"|(?P<visit2>(?:at|during|from|in) (?:the |her |his |my |their )?(?=(?:very )?(?:last|first|latest|"
    rf"most recent|previous|second|third) (?:\w+ ){{0,2}}{_VISIT}\b))"
    rf"|(?P<held>(?:of|from|in|for) (?:the |her |his |my |their )?(?=(?:very )?(?:last|first|latest|most recent"
    rf"|previous|second|third|current) (?:\w+ ){{0,2}}{_VISIT}\b))"
    r"|(?P<day>(?:on|from|as of) the (?:same |very )*(?:day|date)(?: (?:of|that|when|on which|as))?"
    r"(?! (?:right |just )?(?:after|before|following|prior|preceding)\b)|(?:on"
    r"|from) (?:day|date) of|the (?:same |"
    r"very )?day(?: (?:of|that|when|on which))?(?= )(?! (?:after|before|following|prior|preceding)\b)"
    r"|at the (?:same )?(?:time|moment) (?:of|that|when|as)|(?:recorded |measured )?when)"
    r"|(?P<unit>(?:(?:in|during|within) )?the (?:very )?(?:same (?:calendar )?(?:month|year)"
    r"(?: (?:as|of|that|when|in which))?"
    r"|(?:calendar )?(?:month|year) (?:of|that|when|in which|(?=(?:he|she|i|they|the patient|patient)\b))))"
    r"|(?P<icu>(?:while |when )?(?:(?:i|he|she|they|patient|the patient) (?:was|were) |being )?(?:in|inside|on)"
    r"(?= (?:the |an? )?(?:(?:icu|intensive care|critical care)\b"
    r"|hospital(?= ?(?:[?.,]|$|qt\d)))))"
    r"|(?P<after>(?:right |just |immediately |shortly |soon |directly |once )?(?:after|following|since|"
    r"subsequent to|once)(?: being| having| the)?)"
    r"|(?P<before>(?:right |just |immediately |shortly |directly )?(?:before|prior to|preceding|until|up (?:to|until)"
    r"|ahead of))"
    r"|(?P<during>during|while|throughout))\b"
)
BOTH_SIDES = re.compile(
    r"\bbefore (?:and|or|as well as) (?:right |just )?after\b|\bafter (?:and|or) (?:just )?before\b"
)
_EITHER_SIDE = re.compile(
    r"(?<=qd\d )(?:(?:before (?:and|or)(?: else)? after|after (?:and|or)(?: else)? before|(?:on )?either side(?: of)?)"
    r"|(?:of|around|from|in either direction from))\b"
)
"""No further from an event than so, whichever came first."""
_HELD = re.compile(
    r"\b(?:medications?|medicines?|meds?|drugs?|prescriptions?|procedures?|diagnoses|conditions|care ?units|wards"
    r"|outputs?|intakes?|inputs?|tests|cultures|results|reports|operations|surgeries|orders|vaccin\w+|qc\d+)\b"
)
"""What a stay holds: "the procedures of the last stay" are those during it, and its length or its end is its own."""
_EVENT_NOUN = re.compile(
    r"\b(?:visits?|appointments?|stays?|admission|admitted|hospitali[sz]\w+|discharg\w+|encounter|icu|surger\w+|operation|"
    r"procedure|emergency|birth|intensive care|critical care|hospital)\b"
)
_QUESTION_START = re.compile(rf"^(?:{WH}|{PLAIN_AUX}|any|give|list|show|tell|name|find)\b")


_GOES_ON = re.compile(r"\b(?:through|thru|until|till|to|up to|onwards?|forwards?)\b")
"""Of a day that something begins with, which is then not all of it: "from the date of the fall to the end of May"."""
_GOES_TO = re.compile(r"\b(?:through|thru|until|till|to)$")
_STATES = re.compile(
    r"\b(?:is|am|are|was|were|has|have|had|been|received|underwent|took|got|'ve|takes?|did)\b"
    r"|\b(?:i'm|we're) (?!looking|asking|wondering|trying|hoping|searching|checking|seeking|after|calling)\w+ing\b"
)
_TOLD = re.compile(
    r"^(?:qt\d+,? )?(?:qp\d+|i|he|she|they|we|somebody|someone|(?:my|the|our|his|her) [a-z]+(?: [a-z]+)?) "
    r"(?:told|said|says|thinks?|wants?|mentions?|gave|came|went|saw|[a-z]+ed)\b"
)
"""Somebody who did or said something."""
_ASKS = re.compile(rf"\b(?:{WH}|whether|if)\b")
_COMMANDS = re.compile(
    r"^(?:please )?(?:give|tell|show|list|name|find|report|state|provide|say|count|identify|check|compare"
    r"|calculate|any)\b"
)
_ASKS_AT_ONCE = re.compile(rf"^{AUX}\b")
_TELLS_ONLY = re.compile(
    r"\b(?:came|went|goes|happened|followed|started|began|begins|stopped|ended|ends|counts?|counted|matters?|interests?"
    r"|already)\b|^(?:please )?(?:go|turn|open|skip|forget|ignore|focus|concentrate|stick|leave|drop|look|only|just"
    r"|with|without|not)\b"
)
_ECHO = re.compile(
    r"^(?:please |also |just )*(?:give|state|report|tell|name|say|provide|show|note|list)\b(?: me| us)?(?: its"
    r"| the| their| "
    r"that| his| her)?(?: (?:exact|recorded|present|current|documented|actual|full|corresponding"
    r"|relevant))*(?: (?P<what>date|"
    r"day|time|value|result|reading|figure|number|unit|status|name|names|reason|dose|dosage|route|count|year"
    r"|finding))s?"
    r"(?: (?:and time|as documented|as recorded|on file|on record|recorded|documented|please|too|as well|for it"
    r"|of it|of "
    r"that|exactly))*$"
)
"""A second sentence that asks for no other thing: "Report the status on file."."""

_RESTATED = re.compile(
    r"^(?:please )?(?:list|give|show|state|name|tell|provide)(?: me)? "
    r"(?:all |every |each )?(?:of )?(?:the |those |these )?"
    r"(?:exact )?(?:dates?|times?|days)(?: and times?)?(?P<times>(?:,? qt\d+)*)$"
)
"""A second sentence that asks for the times again, and may say of which stretch: "List all the times since 2012."."""


@dataclass(frozen=True)
class Clause:
    """A main clause, and the event clause it is relative to."""

    main: str
    event: str = ""
    relation: Relation | None = None
    close: bool = False
    """Whether the row next to the event is meant ("right after")."""
    onwards: bool = False
    """Whether the event only begins a time that goes on ("since")."""


def questions_of(text: str) -> list[str]:
    """The single questions of a text, in order."""
    text = _AND_OF_ONE.sub(_asked_apart, _YES_OR_NO.sub("", _TAIL.sub("", text)).strip(" ?.!,"))
    text = _AND_ITS_TIME.sub(r"what was \g<one>? when was it", text)
    parts = [part.strip(" ,?.!") for part in _SPLIT.split(text)]
    parts = [part for part in parts if part]
    out: list[str] = []
    said = ""
    for place, part in enumerate(parts):
        if place + 1 < len(parts) and _is_statement(part):
            said = (
                f"{said} {part}"
                if re.search(r"q[captr]\d|\b(?:test|procedure|visit|admi|prescri|medic|drug)\w*", part)
                else said
            )
            continue
        if said:
            part, said = f"{part} {said}", ""
        bare = not re.search(r"q[ct]\d", part)
        if (
            out
            and bare
            and re.match(
                r"^(?:what (?:was|is) (?:it|that) called|what (?:was|is) its name|which (?:one )?(?:was|is) it)$", part
            )
        ):
            continue
        restated = _RESTATED.match(part)
        if out and restated and re.match(r"(?:at |on )?(?:when|what (?:times?|dates?|days?))\b", out[-1]):
            out[-1] += restated["times"]
            continue
        out.append(part)
    return out


def _asked_apart(match: re.Match[str]) -> str:
    """What is asked of one of several things that are counted, as a question of its own."""
    what = match["what"] or match["what2"] or "date"
    rank = match["rank"] or match["rank2"] or match["rank3"] or match["rank4"]
    if match["stat"]:
        return f"{match['many']}? what was the {match['stat']}"
    if match["each"]:
        return f"{match['many']}? when was each one"
    head = "when" if what in ("date", "day", "time", "year") else "why" if what == "reason" else f"what {what}"
    many = re.sub(r"^(?!.*\b(?:how many|number|count (?:of|the))\b)(.*\bqc\d+).*$", r"how many \1", match["many"])
    return f"{many}? {head} was the {rank} one"


def single_questions(text: str) -> list[str]:
    """`questions_of` a text. Raises `NotUnderstood` where a part asks nothing and tells what no question takes in."""
    parts = questions_of(text)
    for part in parts if len(parts) > 1 else ():
        if _TELLS_ONLY.search(part) and not _ASKS.search(part) and not _asks_by_form(part):
            told = re.sub(r" ?\bq[a-z]\d+", "", part).strip()
            raise NotUnderstood(f'what is told beside the question ("{told}")')
    return parts


def asks_yes_or_no(text: str) -> bool:
    """Whether a text says that it wants a yes or a no, and is one question."""
    return bool(_YES_OR_NO.search(text)) and len(questions_of(text)) == 1


_EXTREME_HAD = re.compile(
    r"^(?:(?:the|his|her|my|their) )?(?:very )?(?:highest|lowest|peak|worst) qc\d+ (?:that )?"
    r"(?:he|she|they|i|the patient)(?:'s|'ve| has| have)?(?: ever)?(?: had| got| reached)?(?: ever)?$"
)
"""What is asked for, with a clause of whose it was: "the lowest HDL he's ever had"."""


def _is_statement(part: str) -> bool:
    """Whether a sentence states something and asks nothing."""
    if _ASKS.search(part) or _asks_by_form(part) or _EXTREME_HAD.match(part):
        return False
    return bool(_STATES.search(part) or _TOLD.match(part))


def _asks_by_form(part: str) -> bool:
    return bool(_COMMANDS.match(part) or _ASKS_AT_ONCE.match(part))


def leans(part: str, *, of_value: bool = False) -> bool:
    """Whether a question refers back to the one before with a pronoun and names nothing itself.

    `of_value`: whether that one is of a measurement, whose value "the score" is then.
    """
    if "qc" in part:
        return False
    if of_value and _ITS_VALUE.match(part):
        return True
    return bool(_LEANING.search(part)) or any(
        one.match(part) for one in (_BARE_ASK, _ECHO, _HOW_MANY_OF_IT, _WHEN_EACH)
    )


def clause_of(text: str) -> Clause:
    """Cut the event clause out of a question, if there is one."""
    text = turned(text.strip(" ?.!,"))
    text = _EITHER_SIDE.sub("of", text)
    near = re.match(r"qd\d+ ", text)
    start = _fronted(text, near.end() if near else 0)
    if start is not None:
        return replace(start, main=f"{start.main} {near.group().strip()}") if near else start
    for match in _CONNECTIVE.finditer(text):
        before, rest = text[: match.start()].strip(" ,"), text[match.end() :].strip(" ,")
        if not before or not _is_event(rest) or not _asks(before) or re.match(r"(?:from|between) ", before):
            continue
        if match["day"] and (_GOES_TO.search(before) or (match["day"].startswith("from") and _GOES_ON.search(rest))):
            continue
        if match["held"] and not _HELD.search(before):
            continue
        event, tail = _event_end(rest)
        close = bool(re.match(r"(?:right|just|immediately|directly) ", match.group()))
        onwards = "since" in match.group()
        return Clause(f"{before} {tail}".strip(), event, _relation(match, event), close, onwards)
    return Clause(text)


_TURN = re.compile(
    r"\b(?:what|which|how (?:many|much|high|low)|who|was there|were there|is there)\b|(?<=\w )(?:what|"
    r"which|how (?:many|much|high|low)|who) (?:was|were|is|are|did|do|does|has|have|\w+)\b"
)
_LEADING = re.compile(
    r"^(?P<lead>(?:(?:(?:looking|going|judging) (?:at|by|from|through)|according to|based on)"
    r" (?:everything |all |what is )*(?:in |on )?(?:(?:the|my|his|her|their) )?(?:whole |full )?"
    r"(?:records?|charts?|files?|history)? ?"
    r"(?:charted|recorded|documented)? ?(?:of |for |up )?(?:(?:the )?patient )?)?"
    r"(?:(?:qt\d+|(?:for |regarding |concerning |about |in the case of |with )?(?:the )?patient)\s*,\s*|"
    r"(?:qt\d+|for (?:the )?patient) (?=\w))+)"
)


_ADVERBIAL = re.compile(
    r"^(?P<adverb>at (?:present|the (?:moment|present time|present)|this (?:time|point|stage|moment)|any (?:time|point|"
    r"stage)(?: (?:ever|at all|in the past))?|some (?:time|point|stage))|currently|presently|as of now|(?:right )?now|"
    r"to date|so far|(?:up to|until) now|overall|in (?:total|all)|all told|altogether|historically|in the past|"
    r"previously|ever|most recently|lately|of late|recently|these days|nowadays|across the (?:record|chart)|"
    r"in (?:the|this|her|his|my) (?:whole |entire |full )?(?:record|chart|file|history)),? "
    rf"(?=(?:please )?(?:{WH}|{PLAIN_AUX}|give|list|show|name|tell|state|report|count)\b)"
)
"""An adverb before the question, which says the same after it."""


def turned(text: str) -> str:
    """A question with the times, adverbs and addressing of the patient that stand before it put at its end."""
    text = text.lstrip(" ,")
    adverb = _ADVERBIAL.match(text)
    if adverb:
        text = f"{text[adverb.end() :].rstrip(' ,?.!')} {adverb['adverb']}"
    match = _LEADING.match(text)
    if match is None or match.end() >= len(text):
        return text
    times = " ".join(re.findall(r"qt\d+", match["lead"]))
    return f"{text[match.end() :].strip(' ,')} {times}".strip()


def _fronted(text: str, place: int) -> Clause | None:
    match = _CONNECTIVE.match(text, place)
    if match is None:
        return None
    event, comma, main = text[match.end() :].partition(",")
    turn = _TURN.search(text, match.end())
    if turn is not None and (not comma or turn.start() < match.end() + len(event)):
        event, comma, main = text[match.end() : turn.start()], ",", text[turn.start() :]
    main = main.strip()
    if not comma or not _is_event(event) or not (_QUESTION_START.match(main) or "q" in main):
        return None
    if match.group() == "when" and (not re.search(r"q[c]\d", main) or re.match(rf"{AUX}\b", event.strip())):
        return None  # "when was it given, ..." asks for the time, and tells none
    relation = _relation(match, event)
    if relation == "same_day":
        main = re.sub(r"\b(?:on )?(?:the|that) (?:same )?(?:day|date)\b|\bat the same time\b", " ", main)
    return Clause(main.strip(), event.strip(), relation)


def _is_event(rest: str) -> bool:
    return bool(re.search(r"qc\d", rest) or _EVENT_NOUN.search(rest))


def _asks(before: str) -> bool:
    """Whether what stands before a connective names a thing of its own."""
    return bool(re.search(r"qc\d", before)) or bool(
        re.search(
            r"\b(?:medications?|medicines?|meds?|drugs?|prescri\w+|procedures?|diagnos\w+|conditions?|problems|disorders|visits?"
            r"|admi\w+|hospitali\w+|encounters?|vaccin\w+|immuni\w+|shots?|jabs?|outputs?|intakes?|inputs?|infus\w+"
            r"|tests?|surger\w+|operations?|units?|"
            r"wards?|specimens?|cultures?|organisms?|doses?|results?|reports?|labs?|vitals?|measurements)\b"
            r"|\bwhat (?:else )?(?:was|were|got|had been|has been) (?:ordered|prescribed|given|administered|started)\b"
            r"|\b(?:any|some)thing (?:(?:else|new|at all|been|was|is) )*(?:ordered|prescribed|given|administered"
            r"|started)\b"
            r"|\bwhat (?:was|were|am|is|are|did|have|has|had) (?:i|he|she|they|the patient|patient)\b.*"
            r"\b(?:given|get|got|prescribed|ordered|receive[ds]?|administered|taking|take)\b",
            before,
        )
    )


def _event_end(rest: str) -> tuple[str, str]:
    """Where the event clause ends: at a comma that something else follows."""
    event, comma, tail = rest.partition(",")
    return (event.strip(), tail.strip()) if comma and re.search(r"qc\d", event) else (rest, "")


_STATE = re.compile(r"(?:the patient|patient|he|she|they|i) (?:was|were|am|is) (?:still |also )?qc\d+[ ?.]*$")
"""What somebody was for a time: "when she was pregnant"."""


def _relation(match: re.Match[str], event: str) -> Relation:
    if match["next"]:
        return "first_encounter_after"
    if match["held"]:
        return "during"
    if match["visit2"] and match.group().startswith(("during", "in")):
        return "during"
    if match["visit"] or match["visit2"]:
        return "same_encounter"
    if match["day"]:
        return "during" if match.group().startswith("when") and _STATE.match(event.strip()) else "same_day"
    if match["unit"]:
        return "same_month" if "month" in match["unit"] else "same_year"
    if match["near"]:
        return "near"
    if match["after"]:
        return "after"
    return "before" if match["before"] else "during"
