"""A measurement asked for by its course or its place, or at two times: "where does it stand", "now and a year ago"."""

from __future__ import annotations

import re
from collections.abc import Callable

from chartwarden.agent.patterns import Pattern, RewritesBy
from chartwarden.agent.planning.wording.question_words import AS_FOR
from chartwarden.agent.planning.wording.rank_words import FIRST_OR_LAST, LAST
from chartwarden.tools.records.number_words import CARDINALS

_COURSE = Pattern(
    r"\bhow (?:has|have|had|did|does|do|is|are|was|were) (?P<x>(?:the |my |his |her |their |patient's )*(?P<name>qc\d+)"
    r"(?: levels?| values?| readings?| results?)?) (?:been )?(?:(?:develop|evolv"
    r"|progress|behav|var[yi]|fluctuat|trend|mov)"
    r"\w*|look(?:ed|ing)|go(?:ne|ing)|come along|chang(?:ed?|ing)(?= (?:over|across|through|with|in the course)))"
    r"(?: (?:over|across|through|with|in the course of) "
    r"(?:the )?(?:time|years|months|(?:whole )?record|course))?(?! (?:up|down)\b)"
)
"""The course of a measurement is all its values."""
_STOOD_WHERE = Pattern(r"(?P<x>(?:\bthe )?\b(?P<name>qc\d+)) (?:stood|stands|sat|sits|was|is) where\b")
_VALUE_PLACED = Pattern(
    r"\bwhere (?:was|were|is|are|has|have|had|did|does|do) (?P<x>(?:the |my |his |her |their |this |patient's |last "
    r"|latest |most recent |first )*(?P<name>qc\d+)(?: (?:levels?|values?|readings?|results?|counts?))?)(?: been)?"
    r"(?: (?:stand|stood|sit|sat|sitting|standing|lie|lain|lying|come in|land|end up|come out"
    r"|(?P<end>top out|peak|max out|bottom out)))?(?P<rest>[^?]*)"
)
"""The place of a measurement among others is its value, as long as nobody took it there."""
_SOMEBODY_PLACED = Pattern(
    rf"^(?:(?:{AS_FOR}|as far as|on|for) )?(?P<x>(?:(?:the|my|his|her|their) )*(?P<name>qc\d+))"
    r"(?: (?:goes|is concerned))? ?[,:] (?:so |and )?where (?:is|are|am|was|were|do|does|did) (?:he|she|they|i|we|it"
    r"|things|(?:the |this )?(?:patient|person))(?: (?:stand|sit|come in|at|standing|sitting))?"
    r"(?: (?:now|today|currently|right now|at (?:the moment|present)|these days))?(?: (?P<t>qt\d+))?[ ?.]*$"
)
"""Where somebody stands with a measurement is its value, and no place: "in terms of weight, where is she now?"."""
_EXTREMES = {
    None: "",
    "top out": "the highest ",
    "peak": "the highest ",
    "max out": "the highest ",
    "bottom out": "the lowest ",
}
_TAKEN = Pattern(r"\b(?:measured|taken|drawn|done|performed|checked|run|collected|obtained|tested|carried out|made)\b")
_ASKED_PLEASE = Pattern(r"^(?:the |my |his |her )?(qc\d+) (?:measured|taken|recorded|read|reading) (qt\d+),? please")
"""A telegram that asks for the value: "BMI measured on 3 May, please"."""


_NOW = (
    rf"(?:(?:(?:the|its) )?{LAST}(?: (?:one|value|reading|result))?|now|currently|right now"
    r"|at present|at the moment|these days)"
)
_AND_AT = r"(?:,? (?:and|vs\.?|versus|against|(?:as )?compared? (?:to|with)|compares? (?:to|with)|to))"
_NOW_AND_THEN = Pattern(
    r"^(?:(?:whats|what (?:is|was|are|were)|how (?:does|do|did|is)) )?"
    r"(?P<x>(?:(?:the|his|her|my|their) )?(?P<name>qc\d+)"
    r"(?: (?:levels?|values?|readings?|results?))?)(?:,| ?:)? "
    rf"(?:{_NOW}{_AND_AT}(?: (?:that|what it was|it was|the one))?(?: (?:of|from|in))? (?P<then>qt\d+)"
    rf"|(?P<before>qt\d+){_AND_AT} {_NOW})[ ?.]*$"
)
"""What a measurement is now, and what it was at another time."""
_AND_ONE = rf",? (?:(?:and|plus|with|&) )?(?:(?:the|its) )?{FIRST_OR_LAST}\b"
"""Behind the number of entries, what is asked of one of them."""

_LAST_TIME = Pattern(
    r"^(?:and )?(?:(?:the|his|her|my|their) )?(?P<x>qc\d+)(?: (?:levels?|values?|readings?|results?))?,? "
    r"(?:(?:the|from|at) )*(?P<r>last|first) time(?: (?:round|around|out))?[ ?.]*$"
)
"""A value by its occasion, without a verb: "sugar last time?"."""
_LATEST_AND_THEN = Pattern(
    rf"^(?:what (?:is|was|are|were) )?(?:(?:the|his|her|my|their) )?{LAST} (?P<name>qc\d+)"
    rf"(?: (?:levels?|values?|readings?|results?))?{_AND_AT} (?:the|that) (?:one|value|reading|result) "
    r"(?P<then>qt\d+)[ ?.]*$"
)
_SEVERAL_OF = Pattern(
    r"^(?P<head>(?:what (?:is|was|are|were)|list|show|give(?: me)?|tell me)? ?|)(?:(?:the|his|her|my|their|all) )*"
    rf"(?:both|{'|'.join(CARDINALS[2:11])}|[2-9])(?: of)?(?: (?:the|his|her|my|their))? (?P<name>qc\d+)"
    r"(?: (?:values?|readings?|results?|levels?|counts?))?(?:,? (?:side by side|next to each other|together"
    r"|one (?:after|beside) the other))?(?P<times>(?:,? qt\d+)*)[ ?.]*$"
)
"""All of them, told by how many there are: "her two blood counts"."""
_ALL_ALONG = Pattern(
    r"^(?:how (?:has|have|was|were) |what (?:is|was|are|were|has|have) |list |show |give(?: me)? )?"
    r"(?:(?:the|his|her|my|their|all) )*(?P<name>qc\d+)(?: (?:values?|readings?|results?|levels?))?(?: been)?,? "
    r"(?:over time|(?:over|through(?:out)?|across) (?:all )?(?:the|these) years)[ ?.]*$"
)
_HOW_HIGH = Pattern(
    r"^(?!(?:what|how|when|who|why|where|did|was|is|has|have|were|are|do|does|which)\b)"
    r"(?P<x>(?:the |his |her |my )?(?:(?:first|last|latest|next) )?(?P<name>qc\d+)\b[^?;:]*?\b(?:before|after|first"
    r"|last"
    r"|latest|newest|qt\d+)\b[^?;:]*?|(?:the |his |her |my )?(?:first|last|latest|newest) (?P<name2>qc\d+)\b[^?;:]*?)"
    r"(?<!\bor)(?<!\band)(?: ?[,.:]| [-–]) ?(?:and )?how (?:high|low|big|large|much)(?: (?:was|is) (?:it|that))?[ ?.]*$"
)
"""A row, and behind it how high it was: "the last LDL before the stroke - how high?"."""
_COUNT_OF = Pattern(rf"\b(qc\d+) counts?\b(?! of|{_AND_ONE})")
"""What is counted in a sample: "the lymphocyte count"."""


def _placed(measured: frozenset[str], match: re.Match[str]) -> str:
    """A value told by its place: the highest of a time, the last one of it."""
    if match["name"] not in measured or _TAKEN.search(match["rest"]):
        return match.group()
    return f"what was {_EXTREMES[match['end']]}{match['x']}{match['rest']}"


def _now_and_then(measured: frozenset[str], match: re.Match[str]) -> str:
    if match["name"] not in measured:
        return match.group()
    asked = [f"what is the last {match['name']}", f"what was {match['x']} {match['then'] or match['before']}"]
    return "? ".join(asked if match["then"] else reversed(asked))


def _asked(template: str, name: str | int) -> Callable[[frozenset[str], re.Match[str]], str]:
    """What a match is put as where the name in one of its groups is that of a measurement."""
    return lambda measured, match: match.expand(template) if match[name] in measured else match.group()


_OF_MEASURED = RewritesBy[frozenset[str]](
    (
        (_COURSE, _asked(r"what are the values of \g<x>", "name")),
        (_VALUE_PLACED, _placed),
        (_STOOD_WHERE, _asked(r"what was \g<x>", "name")),
        (_ASKED_PLEASE, _asked(r"what was \g<1> \g<2>", 1)),
        (_LAST_TIME, _asked(r"what was the \g<r> \g<x>", "x")),
        (_LATEST_AND_THEN, _asked(r"what is the last \g<name>? what was \g<name> \g<then>", "name")),
        (_NOW_AND_THEN, _now_and_then),
        (_COUNT_OF, _asked(r"\g<1> level", 1)),
    )
)


_ONE_RECORDED = Pattern(
    r"^(?:the |his |her |my )?(?P<name>qc\d+) (?:recorded|measured|taken|noted|charted|documented) (?P<t>qt\d+)[ .]*$"
)
"""A value as it was on a day: "body weight recorded on 19 December 2011."."""


def value_asked(text: str, measured: frozenset[str]) -> str:
    """A skeleton's text with the values of a measurement asked for. `measured`: the placeholders of names of those."""
    if (along := _ALL_ALONG.match(text)) and along["name"] in measured:
        return f"all {along['name']} values"
    if (several := _SEVERAL_OF.match(text)) and several["name"] in measured:
        text = f"{several['head']}all {several['name']} values{several['times']}"
    if (high := _HOW_HIGH.match(text)) and (high["name"] or high["name2"]) in measured:
        text = f"what was {high['x']}"
    if (one := _ONE_RECORDED.match(text)) and one["name"] in measured:
        text = f"what was {one['name']} {one['t']}"
    where = _SOMEBODY_PLACED.match(text)
    if where and where["name"] in measured:
        text = f"what was {where['x']} {where['t']}" if where["t"] else f"what is the last {where['name']}"
    return _OF_MEASURED.put_into(text, measured)
