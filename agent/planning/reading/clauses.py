"""From a question to its clause: the event that it is relative to cut out."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.wording.question_words import AUX, PLAIN_AUX, WH
from chartwarden.agent.planning.wording.who import WHO
from chartwarden.tools.records.query import Relation

_VISIT = r"(?:visit|encounter|appointment|consultation|admission|stay|contact)"
_CONNECTIVE = Pattern(
    r"\b(?:(?P<near>(?<=qd\d )of(?: the)?)"
    rf"|(?P<next>(?:at|from|during|on|in) (?:the |her |his |my |their )?(?:very )?(?:first|next|earliest|"
    rf"following)? ?{_VISIT} (?:right |just |immediately |directly )?(?:after|following|since))"
    rf"|(?P<visit>(?:at|during|in|on|from) (?:the |that |same )*(?:same )?{_VISIT} (?:when|where|in which|"
    rf"at which|during which|that|of|with|for))"
    rf"|(?P<visit2>(?:at|during|from|in) (?:the |her |his |my |their )?(?=(?:very )?(?:last|first|latest|"
    rf"most recent|previous|second|third) (?:\w+ ){{0,2}}{_VISIT}\b))"
    rf"|(?P<held>(?:of|from|in|for) (?:the |her |his |my |their )?(?=(?:very )?(?:last|first|latest|most recent"
    rf"|previous|second|third|current) (?:\w+ ){{0,2}}{_VISIT}\b|(?:hospital |icu )?{_VISIT} qt\d))"
    r"|(?P<day>(?:on|from|as of) the (?:same |very )*(?:day|date)(?: (?:of|that|when|on which|as))?"
    r"(?! (?:right |just )?(?:after|before|following|prior|preceding)\b)|(?:on|from) (?:day|date) of|the (?:same |"
    r"very )?day(?: (?:of|that|when|on which))?(?= )(?! (?:after|before|following|prior|preceding)\b)"
    r"|at the (?:same )?(?:time|moment) (?:of|that|when|as)|(?:recorded |measured )?(?<!since )when)"
    r"|(?P<unit>(?:(?:in|during|within) )?the (?:very )?(?:same (?:calendar )?(?:month|year)"
    rf"(?: (?:as|of|that|when|in which))?|(?:calendar )?(?:month|year) (?:of|that|when|in which|(?={WHO}\b))))"
    rf"|(?P<icu>(?:while |when )?(?:{WHO} (?:was|were) |being )?(?:in|inside|on)"
    r"(?= (?:the |an? )?(?:(?:icu|intensive care|critical care)\b|hospital(?= ?(?:[?.,]|$|qt\d)))))"
    r"|(?P<after>(?:right |just |immediately |shortly |soon |directly |once )?(?:after|following|since(?! when\b)|"
    r"subsequent to|once)(?: being| having| the)?)"
    r"|(?P<before>(?:right |just |immediately |shortly |directly )?(?:before|prior to|preceding|until|up (?:to|until)"
    r"|ahead of))|(?P<during>during|while|throughout))\b"
)
BOTH_SIDES = Pattern(r"\bbefore (?:and|or|as well as) (?:right |just )?after\b|\bafter (?:and|or) (?:just )?before\b")
_EITHER_SIDE = Pattern(
    r"(?<=qd\d )(?:(?:before (?:and|or)(?: else)? after|after (?:and|or)(?: else)? before|(?:on )?either side(?: of)?)"
    r"|(?:of|around|from|in either direction from))\b"
)
"""No further from an event than so, whichever came first."""
_HELD = Pattern(
    r"\b(?:medications?|medicines?|meds?|drugs?|prescriptions?|procedures?|diagnoses|conditions|care ?units|wards"
    r"|outputs?|intakes?|inputs?|tests|cultures|results|reports|operations|surgeries|orders|vaccin\w+|qc\d+)\b"
)
"""What a stay holds: "the procedures of the last stay" are those during it, and its length or its end is its own."""
_EVENT_NOUN = Pattern(
    r"\b(?:visits?|appointments?|stays?|admission|admitted|hospitali[sz]\w+|discharg\w+|encounter|icu|surger\w+|operation|"
    r"procedure|emergency|birth|intensive care|critical care|hospital)\b"
)
_QUESTION_START = Pattern(rf"^(?:{WH}|{PLAIN_AUX}|any|give|list|show|tell|name|find)\b")


_GOES_ON = Pattern(r"\b(?:through|thru|until|till|to|up to|onwards?|forwards?)\b")
"""Of a day that something begins with, which is then not all of it: "from the date of the fall to the end of May"."""
_GOES_TO = Pattern(r"\b(?:through|thru|until|till|to)$")


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


_TURN = Pattern(
    r"\b(?:what|which|how (?:many|much|high|low)|who|was there|were there|is there)\b|(?<=\w )(?:what|"
    r"which|how (?:many|much|high|low)|who) (?:was|were|is|are|did|do|does|has|have|\w+)\b"
)
_LEADING = Pattern(
    r"^(?P<lead>(?:(?:(?:looking|going|judging) (?:at|by|from|through)|according to|based on)"
    r" (?:everything |all |what is )*(?:in |on )?(?:(?:the|my|his|her|their) )?(?:whole |full )?"
    r"(?:records?|charts?|files?|history)? ?(?:charted|recorded|documented)? ?(?:of |for |up )?(?:(?:the )?patient )?)?"
    r"(?:(?:qt\d+|(?:for |regarding |concerning |about |in the case of |with )?(?:the )?patient)\s*,\s*|"
    r"(?:qt\d+|for (?:the )?patient) (?=\w))+)"
)


_ADVERBIAL = Pattern(
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
            r"|admi\w+|discharg\w+|(?:leave|left) (?:the )?(?:hospital|icu)"
            r"|hospitali\w+|encounters?|(?:icu|intensive care|critical care) (?:stays?|visits?|admissions?)"
            r"|vaccin\w+|immuni\w+|shots?|jabs?|outputs?|intakes?|inputs?|infus\w+"
            r"|tests?|surger\w+|operations?|units?|notes?|letters?|documents|"
            r"wards?|specimens?|cultures?|organisms?|doses?|results?|reports?|labs?|vitals?|measurements)\b"
            r"|\bwhat (?:else )?(?:was|were|got|had been|has been) (?:ordered|prescribed|given|administered|started)\b"
            r"|\b(?:any|some)thing (?:(?:else|new|at all|been|was|is) )*(?:ordered|prescribed|given|administered"
            rf"|started)\b|\bwhat (?:was|were|am|is|are|did|have|has|had) {WHO}\b.*"
            r"\b(?:given|get|got|prescribed|ordered|receive[ds]?|administered|taking|take)\b",
            before,
        )
    )


def _event_end(rest: str) -> tuple[str, str]:
    """Where the event clause ends: at a comma that something else follows."""
    event, comma, tail = rest.partition(",")
    return (event.strip(), tail.strip()) if comma and re.search(r"qc\d", event) else (rest, "")


_STATE = Pattern(rf"{WHO} (?:was|were|am|is) (?:still |also )?qc\d+[ ?.]*$")
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
