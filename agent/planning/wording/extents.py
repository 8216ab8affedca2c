"""Which of all rows are meant, said in other words: past or present, this year alone, all but the newest.

The rules are about a question as it is typed: each says the same as the grammar has it.
"""

from __future__ import annotations

import re

from chartwarden.agent.planning.wording.said import said_plainly, whole_words

_EXTREME_OF = dict.fromkeys(("below", "under", "lower than", "beneath"), "lowest value")
_EXTREME_OF |= dict.fromkeys(("above", "over", "higher than", "beyond"), "highest value")


def _at_any_time(match: re.Match[str]) -> str:
    """ "Past or present" behind a thing: at any time. Before it, and of a list of both, nothing is left of it."""
    of_all = re.match(r"(?:please )?(?:list|show|give|what|which|all|every|how many)\b", match.string.lower())
    is_said = re.search(r"\bever\b", match.string[: match.start()])
    return "" if of_all or is_said or re.match(r" [a-z]", match.string[match.end() :]) else "ever"


def _only_then(match: re.Match[str]) -> str:
    """A stretch of time that alone is meant: every time of a question limits it."""
    is_time = re.search(r"\d{4}|year|month|week", match["y"])
    return f"during {match['y'].removeprefix('in ')}," if is_time else match.group()


_SAID = whole_words(
    (
        (
            r"(?:past|previous|former|historical)(?:ly)?,? (?:or|and|&) (?:at )?(?:present|current(?:ly)?|now"
            r"|active|ongoing)"
            r"|(?:present|current|active|ongoing),? (?:or|and|&) (?:past|previous|former|historical|stopped)"
            r"|(?:(?:whether|be it) )?(?:active|current),? or (?:not|inactive|otherwise|over|resolved|closed)"
            r"|(?:currently|now|at present),? or (?:in the past|previously|formerly)"
            r"|in the past,? or (?:currently|now|at present)",
            _at_any_time,
        ),
        (
            r"(?P<n>(?:(?:med(?:ication|icine|s)?|drug|problem|condition|allergy) list|meds|medications|medicines|drugs"
            r"|problems|conditions|diagnoses|prescriptions)),? (?:just |only )?(?:the )?(?P<a>active|current|open"
            r"|ongoing) (?:stuff|ones?|things?|items?|entries|bits)(?: only| alone)?",
            r"\g<a> \g<n>",
        ),
        (
            r"(?P<x>(?:acute|chronic|viral|bacterial|mild|moderate|severe|recurrent|seasonal|allergic|left"
            r"|right|old|new)"
            r"(?:,? or |, )(?:(?:acute|chronic|viral|bacterial|mild|moderate|severe|recurrent|seasonal|allergic|left"
            r"|right|old|new)(?:,? or |, ))*)(?:otherwise|whatever|any other|not),?(?= [a-z])",
            "any kind of",
        ),
        (
            r"^leaving (?:out|aside|off) (?:whatever|anything|everything|what|those|the ones|all)(?: (?:that|which))?"
            r"(?:'s| is| has| have| are|'ve)?(?: been| since| already| now)* (?:resolved|closed|over|gone|finished),"
            r"(?= .*\b(?:still|active|current(?:ly)?|now|today|open)\b)",
            "",
        ),
        (
            r"^(?:please )?(?:(?:when )?(?:looking|going) (?:only|just|solely|exclusively)|(?:only|just) looking) "
            r"(?:at|by|in|within) (?P<y>(?:(?:the )?(?:last|past|this|previous) |in |the year "
            r"|calendar )?[^,:;?]{3,30}?),",
            _only_then,
        ),
        (
            r"(?P<x>[a-z][\w' -]*?) (?:has |had )?never (?:(?:went|gone|dropped|fell|fallen|got|dipped|sank"
            r"|sunk|was) )?"
            r"(?P<side>below|under|lower than|beneath|above|over|higher than|beyond) (?:which|what)(?: (?:value"
            r"|number"
            r"|level|figure|reading|point|mark))?(?=[ ?.]*$|,)",
            lambda m: f"what was the {_EXTREME_OF[m['side'].lower()]} of {m['x']}",
        ),
        (
            r"(?:which|what) (?:value|number|level|figure|reading|point|mark) (?:did|has|had)"
            r" (?P<x>[a-z][\w' -]*?) never "
            r"(?:go|gone|drop(?:ped)?|fall(?:en)?|get|got|dip(?:ped)?|sink|sunk|been)? ?"
            r"(?P<side>below|under|lower than|beneath|above|over|higher than|beyond)(?=[ ?.]*$|,)",
            lambda m: f"what was the {_EXTREME_OF[m['side'].lower()]} of {m['x']}",
        ),
        (
            r"(?:skip|pass over|leave (?:out|aside|off)|set aside|ignore|disregard|forget(?: about)?|never mind"
            r"|not) the "
            r"(?:very )?(?:last|latest|most recent|newest|final)(?: (?:one|result|value|reading|measurement"
            r"|entry|check))?"
            r"(?:,? (?:and|but)|[,;:])* (?:then )?(?P<v>(?:give|tell|show|take|read|report|find)(?: me| us)? )?"
            r"(?:the )?(?:one|result|value|reading|measurement|entry|check|what (?:was|came))"
            r" (?:(?:just|right|immediately|directly) )?(?:preceding|before|prior|ahead of|previous)(?: to)?"
            r"(?: (?:it|that|this|that one))?(?=[ ?.]*$|[,;])",
            r"\g<v>the second to last one",
        ),
    )
)


def within_plainly(question: str) -> str:
    """The question with such words said plainly."""
    return said_plainly(question, _SAID)
