"""From a text to the questions it asks: told apart, with what only tells, echoes or thanks left out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.reading.frames import Frame, NotUnderstood
from chartwarden.agent.planning.wording.anaphora import IN_THE_SAME, pointing
from chartwarden.agent.planning.wording.question_words import AUX, WH
from chartwarden.agent.planning.wording.rank_words import FIRST_OR_LAST, RANK_OR_PREVIOUS
from chartwarden.agent.planning.wording.who import WHO

_RANK = rf"(?:very )?{RANK_OR_PREVIOUS}"
_OF_ONE = r"(?:date|day|time|year|value|result|reading|level|figure|reason|dose)"
_SPLIT = Pattern(
    r"\?\s+(?=\w)|;\s+|[,.]? (?:and |but )?if (?:so|yes|any|not|no|none),? (?=(?:when|what|which|how many|who|why)\b)"
    r"|[.!]\s+(?=\w)|,? and (?:also |if so,? )?"
    r"(?=(?:when|who|by whom|why|what|which|how|where|since when|was it|is it|is that (?:over|gone|still)|"
    r"(?:on|at|in) (?:what|which) (?:dates?|days?|years?|times?)(?= ?[?.]*$)|"
    r"(?<=, and )any (?:medic\w*|meds|drugs|prescri\w*|proced\w*|vacc\w*|diagn\w*)|"
    rf"did {WHO}|(?:did|was|were|is|are|has|have) any|(?:was|were|is|are) there)\b)"
    r"|,? (?:and|then|also) (?:also |then )?(?=(?:please )?(?:give|state|report|tell|name|say|provide|show|note|list) "
    r"(?:me |us )?(?:its|the|their|that|his|her|when|who|what|which|how)\b)"
)
_AND_OF_ONE = Pattern(
    r"^(?!.*\bbetween\b)(?P<many>(?:and )?"
    r"(?:[^?;.]*\b(?:how many|number of|count (?:of|the)|total of|tally of?)\b[^?;.]*?"
    r"|[^?;.,]*\bqc\d+(?: \w+){0,2} ?[:,]? (?:total )?(?:number|count|total|tally)[^?;.,]*?))"
    r"[,;]?(?: (?:and|plus|with|as well as|then)|(?<=[,;])) (?:(?:also|the|its|their) )*"
    rf"(?:(?P<what>{_OF_ONE})s? (?:of|for) (?:the )?(?P<rank>{_RANK})(?: (?:one|{_OF_ONE}|\w+))?"
    rf"|(?P<rank2>{_RANK})(?: one's)? (?P<what2>{_OF_ONE})|when (?:the )?(?P<rank3>{_RANK})(?: one)?(?: was)?"
    rf"|(?:(?<=the )|(?<=[,;] )|(?<=and ))(?P<rank4>{_RANK})(?: one)?"
    r"|(?P<stat>highest|lowest|mean|average|peak)(?: (?:one|value|of (?:them|those|these)))?"
    rf"|(?P<each>(?:dates?|days?|times?) of (?:each|all|every one)(?: one)?(?: of (?:them|these|those))?))[ ?.]*$"
)
"""How many there are, and behind that, without a verb, what is asked of one: "the count and the date of the latest"."""
_AND_ITS_TIME = Pattern(
    rf"^(?:what (?:is|was) )?(?P<one>(?:(?:the|his|her|my|their) )?(?:[a-z]+ to )?{_RANK} qc\d+(?: {_OF_ONE})?)"
    r"(?: on (?:file|record)| (?:ever )?(?:recorded|measured|taken|done))?,? (?:and|with|plus) "
    r"(?:(?:its|the) (?:dates?|day|time)|when(?: (?:was it|it was))?)[ ?.]*$"
)
"""A reading and when it was."""
_AND_ONE_MORE = Pattern(
    rf"^(?P<ask>(?!.*\bbetween\b)(?:(?:at|on|by) )?{WH}\b[^?;,]*?),? (?:and|plus|with) (?:also )?(?:the|its|their) "
    r"(?P<what>date|day|time|dose|dosage|reason|indication|doctor|prescriber|route|strength|frequency|result|outcome"
    r"|status)s?(?: (?:of it|for it|too|as well|please))*[ ?.]*$"
)
"""A second thing that is asked of the same row, behind the question: "when was it first ordered, and the dose?"."""
_ASKED_OF_IT = {
    "date": "when was it", "day": "when was it", "time": "when was it", "reason": "why", "indication": "why",
    "doctor": "who", "prescriber": "who", "result": "what was the result of it", "outcome": "what was the result of it",
    "status": "what is the status of it",
}  # fmt: skip
_DONE_ALONE = Pattern(
    r"^(?:(?:was|were|has|have) )?(?:(?:there )?any )?(?:been )?(?P<done>(?:(?:ever|already|yet|also) )*"
    r"(?:given|ordered|prescribed|administered|dispensed|started|measured|taken|done"
    r"|checked|performed|recorded|diagnosed|tested|drawn|found|noted|charted|documented)"
    r"(?:,? (?:qt\d+|ever|at all|yet|again|for (?:me|him|her)|to (?:me|him|her)|(?:for |to |in )?(?:the )?patient))*)$"
)
"""Whether what is named before was done, without a word for it: "heparin. Given on Monday?", "was any given?"."""
_SHORT_ASKS = (
    (Pattern(r"^(?:to where|where to)$"), Pattern(r"\bdischarg"), "where was it to"),
    (
        Pattern(r"^(?:via|through|by|from) what(?: (?:source|way|route))?$"),
        Pattern(r"\badmi"),
        "what was the admission source of it",
    ),
)
"""Questions of two words, what they are asked of, and the same in full."""
_PLAIN_HEADS = {"for what": "why", "what for": "why", "by whom": "who", "who by": "who"}
_BARE_HEAD = (
    r"\b(?:since when|for what|what for|why|when|who|by whom|who by|what dose|which dose|how (?:much|often|long))\b"
)
_SEVERAL_ASKS = Pattern(
    rf"^(?P<x>(?!(?:{WH}|{AUX})\b)[^?;,-]*\bqc\d+[^?;,-]*?)(?P<asks>(?: ?[,-]+ ?(?:and )?{_BARE_HEAD}){{2,}})[ ?.]*$"
)
"""A telegram of one thing and several question words: "amoxicillin - for what - when"."""
_BOTH_WHEN = Pattern(
    r"^(?P<x>[^?;:,]*\bqc\d+(?: (?!when\b)[a-z]+)?) ?[,:;-]* (?:when )?"
    rf"(?P<r>{_RANK}) (?P<v>[a-z]+(?:ed|en|one))(?P<w> when)?,? (?:and |then )?(?:when )?(?P<s>{_RANK})"
    r"(?: (?P<u>[a-z]+(?:ed|en|one)))?(?(w)(?: when)?| when)[ ?.]*$"
)
"""The times of two rows, told behind what is asked about: "aspirin: first ordered when, last ordered when"."""
_TAIL = Pattern(
    r"[,;]? (?:(?:can|could|would) you (?:help|tell me|check|clarify|assist|remind me|let me know)(?: "
    r"me)?(?: with (?:that|"
    r"this))?(?: please)?|please|thanks?(?: you)?|correct|right|is that (?:right|correct)|if (?:any|known|"
    r"recorded|available))[?.! ]*$"
)
_YES_OR_NO = Pattern(r"[\s,;:?(-]*\byes or no\b[\s?.!)]*$")
_LEANING = Pattern(
    rf"\b(?:it|that|this|they|them|those|he|she|one)\b|\b(?:each|the (?:very )?{FIRST_OR_LAST})$"
    rf"|^when (?:was|were) the (?:very )?{FIRST_OR_LAST} (?:time|occasion)$"
    r"|\b(?:their|the|its) (?:mean|average|sum|total|highest|lowest)$|^which (?:ones? )?grew (?:some|any)thing$"
)
_BARE_ASK = Pattern(
    r"^(?:also )?(?:since when|when|why|who|by whom|who by|where|how (?:much|often|many|long)|for what|what for"
    r"|(?:when|who|why|where) [a-z]+(?:ed|en)(?: (?:out|in|off|up))?|(?:at |in |on )?(?:what|which) "
    r"(?:dose|date|day|year|time|route|strength|frequency|reason|indication)s?)$"
)
_HOW_MANY_OF_IT = Pattern(
    r"^(?:and )?how many(?: (?:readings|values|results|measurements|tests|scores|checks|entries|times))?"
    r"(?: (?:there (?:are|were|have been)|(?:are|were) there|in (?:all|total)|altogether|overall|recorded|taken|done"
    r"|on (?:file|record)))*$"
    r"|^(?:and |so )?how many (?:(?:do|does|did|would) (?:you|we|i|it|that|they) (?:get|have|count|come to|make|reach)"
    r"|(?:is|are|was|were) (?:it|that|they|those))(?: in (?:all|total)| altogether)?$"
)
"""How many rows there are of what the question before names."""
_FOUND_FIRST = Pattern(
    rf"^(?:please )?(?:find|locate|look (?:up|for)|go (?:back )?to|pull(?: up)?|take|get|pick(?: out)?)(?: me)? "
    rf"(?:the |my |his |her |their )?(?:{_RANK}|highest|lowest|peak)\b"
)
"""A row to be found, of which a second request asks something."""
_ITS_VALUE = Pattern(
    rf"^(?:and )?(?:what|when) (?:was|is|were) (?:the|its|that) (?:(?:{_RANK}|highest|lowest) )?"
    r"(?:score|value|reading|result|level|number|figure)(?: (?:then|on that day|that day|at that time|on it))?$"
)
_WHEN_EACH = Pattern(
    r"^when (?:was|were) (?:each|every one|each one|each of (?:them|these|those)|all of them)"
    r"(?: (?:given|done|taken|recorded|made|measured))?$"
)
_STATES = Pattern(
    r"\b(?:is|am|are|was|were|has|have|had|been|received|underwent|took|got|'ve|takes?|did)\b"
    r"|\b(?:i'm|we're) (?!looking|asking|wondering|trying|hoping|searching|checking|seeking|after|calling)\w+ing\b"
)
_TOLD = Pattern(
    r"^(?:qt\d+,? )?(?:qp\d+|i|he|she|they|we|somebody|someone|(?:my|the|our|his|her) [a-z]+(?: [a-z]+)?) "
    r"(?:told|said|says|thinks?|wants?|mentions?|gave|came|went|saw|[a-z]+ed)\b"
)
"""Somebody who did or said something."""
_ASKS = Pattern(rf"\b(?:{WH}|whether|if)\b")
_COMMANDS = Pattern(
    r"^(?:please )?(?:give|tell|show|list|name|find|report|state|provide|say|count|identify|check|compare"
    r"|calculate|any)\b"
)
_ASKS_AT_ONCE = Pattern(rf"^{AUX}\b")
_TELLS_ONLY = Pattern(
    r"\b(?:came|went|goes|happened|followed|started|began|begins|stopped|ended|ends|counts?|counted|matters?|interests?"
    r"|already)\b|^(?:please )?(?:go|turn|open|skip|forget|ignore|focus|concentrate|stick|leave|drop"
    r"|look(?! up)|only|just|with|without|not)\b"
)
_ECHO = Pattern(
    r"^(?:please |also |just )*(?:give|state|report|tell|name|say|provide|show|note|list)\b(?: me| us)?(?: its"
    r"| the| their| that| his| her)?(?: (?:exact|recorded|present|current|documented|actual|full|corresponding"
    r"|relevant))*(?: (?P<what>date|"
    r"day|time|value|result|reading|figure|number|unit|status|name|names|reason|dose|dosage|route|count|year"
    r"|finding))s?"
    r"(?: (?:and time|as documented|as recorded|on file|on record|recorded|documented|please|too|as well|for it"
    r"|of it|of that|exactly))*$"
)
"""A second sentence that asks for no other thing: "Report the status on file."."""
_ASKS_A_DATE = Pattern(r"\bwhen\b|\b(?:the|which|what) (?:exact )?(?:date|day|time)\b")
_DATE_AGAIN = Pattern(r"^(?:the |what |which |exact )*(?:dates?|day|when)(?: please| exactly)?$")
"""The date asked for once more behind a sentence that asks for it: "Looking for the day ... Date?"."""
_NAME_AGAIN = Pattern(r"^(?:what (?:was|is) (?:it|that) called|what (?:was|is) its name|which (?:one )?(?:was|is) it)$")
"""What was named, asked for once more."""
_PEOPLE_AGAIN = Pattern(
    r"^(?:(?:please |just |and )*(?:list|give|name|show|state|tell)(?: me)? |(?:i|we) (?:want|need|would like) )?"
    r"(?:the |all )*(?:names? of )?(?:all |each |every |the |any |of |those )*"
    r"(?:prescribers?|doctors?|clinicians?|physicians?|practitioners?|providers?|people|names)"
    r"(?: (?:involved|please|by name|there (?:are|were)))*$"
)
_WHO_DID = Pattern(
    r"^(?:and |so )?(?:who(?:m|'s|'ve)?|by whom|which (?:doctor|clinician|prescriber|provider|physician)s?)\b"
)
"""Those who did something, and a second sentence that only asks for them again: "names of all prescribers, please"."""
_RESTATED = Pattern(
    r"^(?:please )?(?:list|give|show|state|name|tell|provide)(?: me)? "
    r"(?:all |every |each )?(?:of )?(?:the |those |these )?"
    r"(?:exact )?(?:dates?|times?|days)(?: and times?)?(?P<times>(?:,? qt\d+)*)$"
)
"""A second sentence that asks for the times again, and may say of which stretch: "List all the times since 2012."."""


_TELLS_OF_CARE = Pattern(r"q[captr]\d|\b(?:test|procedure|visit|admi|prescri|medic|drug)\w*")


def questions_of(text: str) -> list[str]:
    """The single questions of a text, in order."""
    text = _AND_OF_ONE.sub(_asked_apart, _YES_OR_NO.sub("", _TAIL.sub("", text)).strip(" ?.!,"))
    text = _AND_ONE_MORE.sub(_one_more, text)
    text = _AND_ITS_TIME.sub(r"what was \g<one>? when was it", text)
    if asks := _SEVERAL_ASKS.match(text):
        text = f"{asks['x']}, {'? '.join(_PLAIN_HEADS.get(one, one) for one in re.findall(_BARE_HEAD, asks['asks']))}"
    text = _BOTH_WHEN.sub(
        lambda m: f"when was {m['x']} {m['r']} {m['v']}? when was {m['x']} {m['s']} {m['u'] or m['v']}", text
    )
    parts = [part.strip(" ,?.!") for part in _SPLIT.split(text)]
    parts = [part for part in parts if part]
    out: list[str] = []
    said = ""
    for place, part in enumerate(parts):
        if place + 1 < len(parts) and _is_statement(part):
            said = f"{said} {part}" if _TELLS_OF_CARE.search(part) else said
            continue
        if said:
            part, said = f"{part} {said}", ""
        if out and _NAME_AGAIN.match(part):
            continue
        if out and _PEOPLE_AGAIN.match(part) and _WHO_DID.match(out[-1]):
            continue
        if out and _DATE_AGAIN.match(part) and _ASKS_A_DATE.search(out[-1]):
            continue
        if out and _DATE_AGAIN.match(part):
            part = "when was it"
        if out and part == "how often" and re.search(r"\b(?:dos(?:e|age)|strength)\b", out[-1]):
            part = "what is the dosing frequency of it"  # and not how many orders there are
        part = _in_full(part, out[-1]) if out else part
        restated = _RESTATED.match(part)
        if out and restated and re.match(r"(?:at |on )?(?:when|what (?:times?|dates?|days?))\b", out[-1]):
            out[-1] += restated["times"]
            continue
        out.append(part)
    return out


def _in_full(part: str, before: str) -> str:
    """A question without a verb, or of two words, asked of what the one before names."""
    done = _DONE_ALONE.match(part) if "qc" in before else None
    if done is not None:
        return f"was it {done['done']}"
    return next((full for said, of, full in _SHORT_ASKS if said.match(part) and of.search(before)), part)


def _one_more(match: re.Match[str]) -> str:
    """The second thing asked of one row as a question of its own, where it is of a kind of entry, and another thing."""
    ask, what = match["ask"], match["what"]
    second = _ASKED_OF_IT.get(what, f"what {what}")
    is_again = what in ask or (second == "when was it" and _ASKS_A_DATE.search(ask)) or ask.startswith(second)
    return match.group() if is_again or not _OF_A_KIND.search(ask) else f"{ask}? {second}"


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


_ASKS_OF_ONE = Pattern(
    rf"^(?:(?:and|so|then|also|please) )*(?:since when|on what (?:day|date)|(?:what|which) (?:day|date|year)|{WH})?"
    rf"(?: ?{AUX}\b)?(?: there (?:an? |any )?)? ?"
)
"""What a question begins with that is told as an event then: "when was she diagnosed with asthma"."""
_OF_SEVERAL = Pattern(r"\b(?:how (?:many|often)|number of|count|list|all|every|each|which|average|mean|sum|total)\b")
_OF_A_KIND = Pattern(
    r"\bqc\d|\b(?:medic\w+|meds?|drugs?|prescri\w+|procedures?|diagnos\w+|conditions?|visits?|encounters?|tests?"
    r"|labs?|vaccin\w+|shots?|jabs?|allerg\w+)\b|\b(?:on|taking|take|given)$"
)
_ONE_ROW = Pattern(rf"\b(?:{_RANK}|highest|lowest|peak|max(?:imum)?|min(?:imum)?)\b")
_LEADS = {"since": "after", "until": "before"}


def _of_the_one_before(part: str, before: str) -> str:
    """A question of something else that points to the one before ("... and what was the weight then?"), asked of the
    time of that, or relative to what it asks for. Raises `NotUnderstood` where that is neither one time nor one event.
    """
    pointed = pointing(part)
    if pointed is None or not _OF_A_KIND.search(pointed[0]) or re.search(r"\bq[td]\d", part):
        return part
    rest, relation, unit = pointed
    times = re.findall(r"\bqt\d+\b", before)
    if times and not _ONE_ROW.search(before) and relation == "same" and unit != "day":
        return f"{rest} {' '.join(times)}"
    event = _ASKS_OF_ONE.sub("", before, count=1).strip()
    are_several = times or _OF_SEVERAL.search(before) or len(set(re.findall(r"qc\d+", event))) > 1
    if "qc" not in event or pointing(before) or (are_several and not _ONE_ROW.search(before)):
        raise NotUnderstood('which time "then" is; ask for them one by one')
    lead = IN_THE_SAME.get(unit, "on the day") if relation == "same" else _LEADS.get(relation, relation)
    return f"{rest} {lead} {event}"


def single_questions(text: str) -> list[str]:
    """`questions_of` a text. Raises `NotUnderstood` where a part asks nothing and tells what no question takes in."""
    parts = questions_of(text)
    asked = [part if at == 0 else _of_the_one_before(part, parts[at - 1]) for at, part in enumerate(parts)]
    taken_in = [at for at in range(1, len(parts)) if asked[at] != parts[at] and only_finds(parts[at - 1])]
    parts = [part for at, part in enumerate(asked) if at + 1 not in taken_in]
    for part in parts if len(parts) > 1 else ():
        if _TELLS_ONLY.search(part) and not _ASKS.search(part) and not _asks_by_form(part):
            told = re.sub(r" ?\bq[a-z]\d+", "", part).strip()
            raise NotUnderstood(f'what is told beside the question ("{told}")')
    return parts


def asks_yes_or_no(text: str) -> bool:
    """Whether a text says that it wants a yes or a no, and is one question."""
    return bool(_YES_OR_NO.search(text)) and len(questions_of(text)) == 1


_EXTREME_HAD = Pattern(
    r"^(?:(?:the|his|her|my|their) )*(?:very )?(?:highest|lowest|peak|worst) (?:(?:his|her|my|their|the) )*qc\d+"
    r"(?:(?:'s| has| have| had| was| were)?(?: ever)? (?:been|gone|got|reached|was)(?: to)?(?: ever)?$"
    rf"|(?: that)? {WHO}(?:'s|'ve| has| have)?(?: ever)?(?: had| got| reached)?(?: ever)?$)"
)
"""What is asked for, with a clause of whose it was: "the lowest HDL he's ever had"."""


def _is_statement(part: str) -> bool:
    """Whether a sentence states something and asks nothing."""
    if _ASKS.search(part) or _asks_by_form(part) or _EXTREME_HAD.match(part):
        return False
    return bool(_STATES.search(part) or _TOLD.match(part))


def _asks_by_form(part: str) -> bool:
    return bool(_COMMANDS.match(part) or _ASKS_AT_ONCE.match(part))


def only_finds(part: str) -> bool:
    """Whether a part says which row is meant, and asks nothing of it: "find the last order, and tell me its date"."""
    return bool(_FOUND_FIRST.match(part)) and not re.search(r"\bnames?\b", part)


WHEN_IT_WAS = Pattern(
    r"(?:and )?(?:when|(?:at |on )?(?:what|which) (?:time|date|day)) (?:was|is|did|does) "
    rf"(?:it|that|this|the (?:very )?{FIRST_OR_LAST})(?: one)?(?: (?:happen|take place|occur|fall|be|recorded|on))*$"
)
"""The time of what was told before, be it a beginning or an end."""
_TOLD_WHOLE = Pattern(
    rf"\b(?:{WH}|whether|if|list|all|any|every|each|some|both|highest|lowest|number|count|total|tally|dates?|times?"
    r"|names?|values?|results?|readings?|doses?|reasons?|anything|everything|yes|no|ever|still|current(?:ly)?|active)\b"
)
"""What asks something of the rows that a telegram names."""
_PART_OF_IT = Pattern(
    r"^(?:(?:and|so) )?(?:(?:what|which) (?:was|is|were|are) the (?:organisms?|bugs?|dose|dosage|route|strength)"
    r"(?: (?:called|named|found|grown|isolated|given|ordered|prescribed|recorded))?"
    r"|(?:what|which (?:organisms?|bugs?))(?: was| were| has| had)?(?: (?:it|they))? (?:grew|grown?|isolated|found)"
    r"|(?:the )?names? of the (?:organisms?|bugs?)|(?:the )?(?:organism|bug)(?:'s)?(?: name)?)$"
)
"""What is asked of a row without a word that points to it."""


_OF_ROWS = frozenset({"list", "value", "exists", "when", "end"})
"""What a telegram comes to that only names rows."""


def is_topic(part: str, text: str, read: Sequence[Frame]) -> bool:
    """Whether a part only names what the next one asks about: a telegram at the beginning that ends without a question
    mark, so that nothing is asked by it alone.

    `text`: the whole of it; `read`: what the part comes to by itself.
    """
    behind = text[len(part) :].lstrip(" ,")
    if not text.startswith(part) or not behind.startswith((".", ";", ":", "-", "\u2013")):
        return False
    if not read or any(frame.operator not in _OF_ROWS for frame in read):
        return False
    return not (_TOLD_WHOLE.search(part) or _asks_by_form(part) or _is_statement(part))


def leans(part: str, *, of_value: bool = False, of_row: bool = False) -> bool:
    """Whether a question refers back to the one before with a pronoun and names nothing itself.

    `of_value`: whether that one is of a measurement, whose value "the score" is then; `of_row`: whether it only names
    a row, of which "the dose" is asked then.
    """
    if "qc" in part:
        return False
    if (of_value and _ITS_VALUE.match(part)) or (of_row and _PART_OF_IT.match(part)):
        return True
    return bool(_LEANING.search(part)) or any(
        one.match(part) for one in (_BARE_ASK, _ECHO, _HOW_MANY_OF_IT, _WHEN_EACH)
    )
