"""Which of all rows are meant, said in other words: past or present, this year alone, all but the newest.

The rules are about a question as it is typed: each says the same as the grammar has it.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern, whole_words

_EXTREME_OF = dict.fromkeys(("below", "under", "lower than", "beneath"), "lowest value")
_UP = r"(?:higher|greater|bigger|larger|more|heavier|worse|above|over|up)"
_DOWN = r"(?:lower|smaller|less|lighter|below|under|down)"
_OTHERS = (
    r"(?:(?:all|any|every one) )?(?:of )?(?:(?:the|its|my|his|her|their) )?(?:rest|others|lot|pack|other (?:ones?"
    r"|readings|values|results))(?: of (?:them|it))?"
)
_BEAT = (
    rf"(?:(?:really |clearly |easily )*(?:topp(?:ed|ing|s)?|top(?:s|ped)|beat(?:s|ing|en)?|exceed(?:s|ed)|outdid"
    rf"|outstripped|surpassed|overtopped) {_OTHERS}|(?:came|comes|come) out on top(?: of {_OTHERS})?|(?:(?:was|is|were"
    rf"|being|must have been|stood|sat|came in|went) )?(?:(?:way|far|much|well|right) )?(?:up )?(?P<w>{_UP}|{_DOWN})"
    rf"(?: (?:than|from))? {_OTHERS})"
)
"""What is said of the highest or the lowest of several values, against all others."""
_SORT = r"(?:acute|chronic|viral|bacterial|strep\w*|fungal|recurrent|seasonal|allergic)"
_SIDE_GONE = r"(?:furthest|farthest|most)"
_WENT_TO = r"(?:dropped|fallen|dipped|sunk|gone|risen|climbed|reached|come|crept|shot)"
_EXTREME_OF |= dict.fromkeys(("above", "over", "higher than", "beyond"), "highest value")


def _at_any_time(match: re.Match[str]) -> str:
    """ "Past or present" behind a thing: at any time. Before it, and of a list of both, nothing is left of it."""
    of_all = re.match(r"(?:please )?(?:list|show|give|what|which|all|every|how many)\b", match.string.lower())
    is_said = re.search(r"\bever\b", match.string[: match.start()])
    return "" if of_all or is_said or re.match(r" [a-z]", match.string[match.end() :]) else "ever"


def _above_all(match: re.Match[str]) -> str:
    """The one value that was above or below all others."""
    extreme = "lowest" if match["w"] and re.fullmatch(_DOWN, match["w"], re.IGNORECASE) else "highest"
    return f"the {extreme} {match.groupdict().get('x') or 'one'}"


def _at_the_scale(match: re.Match[str]) -> str:
    """ "The heaviest she has ever been": the highest weight, whose name is not said again."""
    extreme = {"heaviest": "highest", "fattest": "highest", "lightest": "lowest", "thinnest": "lowest"}
    said = extreme[match["e"].lower()]
    if "weigh" in match.string.lower():
        return said
    return f"{said} weight" if match["been"] or not match.start() else match.group()


def _only_then(match: re.Match[str]) -> str:
    """A stretch of time that alone is meant: every time of a question limits it."""
    is_time = re.search(r"\d{4}|year|month|week", match["y"])
    return f"during {match['y'].removeprefix('in ')}," if is_time else match.group()


_NEWEST = Pattern(r"\b(?:newest|latest|oldest|earliest|most recent|last|first)\b", re.IGNORECASE)


def _of_all(match: re.Match[str]) -> str:
    """Nothing for "open or closed" beside the newest or the oldest; elsewhere it may ask which of the two it is."""
    return "" if _NEWEST.search(match.string) else match.group()


_OPEN = r"(?:still )?(?:open|active|current|ongoing|unresolved)"
_CLOSED = r"(?:closed|resolved|inactive|over|finished)"
_SAID = whole_words(
    (
        (
            rf"\(? ?(?:(?:be it|whether|no matter (?:if|whether)|regardless of whether)(?: (?:it|they) (?:is|are))? )?"
            rf"(?:{_OPEN},? or (?:not|{_CLOSED})|{_CLOSED},? or (?:not|{_OPEN})) ?\)?",
            _of_all,
        ),
        (
            r"(?:there(?:'s| is| was| must be| must have been| has to be| will be| were|'s got to be) )?(?:exactly "
            r"|just )?(?:the |an? )?(?:single )?one (?:of (?:them|those|these) )?"
            r"(?:(?P<x>(?!(?:that|which|must|came|was|is|has)\b)"
            rf"[\w-]+(?: [\w-]+){{0,3}}?) )?(?:(?:that|which|to have) )?{_BEAT}",
            _above_all,
        ),
        (
            rf"{_SIDE_GONE} (?P<s>up|down) (?P<x>[^,;?]{{3,60}}?) (?P<h>has|have|had|ever|went|got|did|is|was)"
            r"(?P<r>(?: ever)?(?: gone| been| got(?:ten)?| go| get)?)(?![\w'])",
            lambda m: f"{'highest' if m['s'].lower() == 'up' else 'lowest'} {m['x']} {m['h']}{m['r']}",
        ),
        (
            r"(?:the )?(?P<e>most|least) (?:that )?(?P<w>it|that|this|he|she|they|i)(?P<h>'s| has|'ve| have) (?:ever )?"
            r"(?P<v>been|got(?:ten)? to|reached|gone(?: to)?)(?= ?[?.,]|$| q| in| since)",
            lambda m: f"the {'highest' if m['e'].lower() == 'most' else 'lowest'} {m['w']}{m['h']} {m['v']}",
        ),
        (
            r"(?:the )?(?P<e>most|least) (?:that )?(?P<x>(?:his|her|my|their|the patient's) (?!(?:doctor|gp|nurse)\b)"
            r"[\w' -]{2,40}?)(?: has| have| had)?(?: ever)? (?:scored|reached|been|got(?:ten)? to|gone to|measured"
            r"|c[ao]me to)(?= ?[?.,]|$| q| in| since| ever\b)",
            lambda m: f"the {'highest' if m['e'].lower() == 'most' else 'lowest'} {m['x']}",
        ),
        (
            r"(?P<e>lowest|highest)(?: that)?(?P<x>(?: (?!it\b|that\b|this\b)[\w'-]+){0,5}?)(?: (?:it|that|this))?"
            rf"(?:'s| has| had) ever {_WENT_TO}(?: down| up)?(?: to)?(?! date\b)",
            r"\g<e>\g<x> ever",
        ),
        (r"(?:of |(?<=, ))all[- ]time(?=[ ?.,;]*$)", "on record"),
        (
            r"(?<=[,:–-] )(?:the |its |his |her )?(?P<e>low|high) point(?=[ ?.]*$)",
            lambda m: f"{m['e'].lower()}est value",
        ),
        (
            r"(?P<e>lowest|highest|worst|best)(?: that)? (?:he|she|they|i)(?:'s|'ve| has| have)? ever (?:rated|scored"
            r"|graded) (?:his|her|their|my) pain",
            r"\g<e> pain score",
        ),
        (r"^not the (?:current|present)(?= )", "not the latest"),
        (
            r"^(?:ever )?(?P<n>(?:over|above|under|below|more than|less than) \d+(?:\.\d+)? ?(?:kg|kilos?|kilograms?"
            r"|lbs?"
            r"|pounds?))(?: ever| at any (?:point|time))?(?=[ ?.]*$| (?:since|in|before|after|between)\b)",
            r"was the weight ever \g<n>",
        ),
        (r"^(?:the )?(?:bathroom )?scales(?= ?[:,–-])", "body weight"),
        (r"how many (?:at|on|by|per) (?:the )?(?:last|latest|most recent) count", "the latest value"),
        (
            rf"which (?:(?:reading|one|value|result|of them|of those) )?{_BEAT}",
            lambda m: f"what was {_above_all(m)}",
        ),
        (
            r"how far (?P<s>up|down) (?P<a>did|does|has|have) (?P<x>[^,;?]{2,50}?) (?P<e>ever )?"
            r"(?P<v>get|got|been|gone|go)(?P<f> ever)?(?= ?[?.,]|$| (?:since|from|in|between|during|until|over|before"
            r"|after)\b)",
            lambda m: (
                f"how {'high' if m['s'].lower() == 'up' else 'low'} {m['a']} {m['x']} ever {m['v']}"
                if m["e"] or m["f"] or m["v"].lower() == "been"
                else m.group()
            ),
        ),
        (
            r"where (?:did|does|do|has|have) (?P<x>[^,;?]{2,60}?) (?:ever )?(?P<e>bottom(?:ed)? out|top(?:ped)? out"
            r"|max(?:ed)? out|peak(?:ed)?)",
            lambda m: f"what was the {'lowest' if 'bottom' in m['e'].lower() else 'highest'} of {m['x']}",
        ),
        (
            r"(?P<e>heaviest|fattest|lightest|thinnest)(?P<been>(?: (?:that )?(?:he|she|they|i|we|the patient|patient"
            r"|dad|mum|mom)(?:'s|'ve| has| have| had| was| were)?(?: ever)?(?: been| weighed| was| got)?)?)"
            r"(?= weight| reading| value| figure| on record| and| in | since | at |[ ?.]*$|,)",
            _at_the_scale,
        ),
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
            rf",? (?:{_SORT}(?:,? or |, ))+(?:otherwise|whatever|whichever|any other|what have you)"
            r"(?: (?:kind|sort|type)s?)?(?= ?[,:;?.])",
            " of any kind",
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
            r"^(?:please )?(?:(?:when )?(?:looking|going) (?:only|just|solely|exclusively)|(?:only|just) looking"
            r"|(?:when|if)"
            r" (?:you|we|i) (?:only |just )?look) (?:at|by|in|within) (?P<y>(?:(?:the )?(?:last|past|this|previous) "
            r"|in |the year "
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
    return _SAID.put_into(question)
