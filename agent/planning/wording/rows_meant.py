"""Which of the rows is meant, said in other words: the one before the newest, the nearest before an event, the extreme.

The same for a row told by what it is not: nothing is left of that where the question says which row it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from chartwarden.agent.patterns import Pattern, Rewrites
from chartwarden.agent.planning.wording.newest import two_latest
from chartwarden.agent.planning.wording.rank_words import FIRST_OR_LAST
from chartwarden.agent.planning.wording.told_patterns import THE
from chartwarden.tools.records.number_words import CARDINALS, ORDINALS

_RANK = rf"(?:{FIRST_OR_LAST}|final|initial)"
_OTHER_RANK = r"(?:earlier|older|previous|prior|other|former|later|newer|early)"
_OF_ROWS = r"(?: (?:ones?|entries|entry|orders?|values?|results?|readings?|measurements?|visits?|doses?|stays?))?"
_ROW = r"(?:one|entry|reading|value|result|measurement|figure|number|check|test|score)"
_AHEAD = (
    r"(?:(?:just |right |immediately |directly |shortly |next )*(?:before|ahead of|prior to|preceding|previous to)"
    r"|(?:that |which )?(?:came |comes |came in |was taken |was |is )?(?:just |right |immediately |directly |next )*"
    r"(?:before|ahead of|prior to|preceding))"
)
_LATEST = r"(?:very )?(?:newest|latest|most recent|final|last|current)"
_ORDINALS = dict(zip(CARDINALS[1:11], ORDINALS, strict=False)) | {str(n): ORDINALS[n - 1] for n in range(1, 11)}
_DIGIT = (
    rf"(?P<n>{'|'.join(_ORDINALS)})(?![\w/-]|\.\d|:\d|,? ?(?:and|to|or) \d"
    r"| (?:years?|months?|weeks?|days?|hours?|mg|ml))"
)
_TIMES_COUNTED = r"dose|shot|jab|injection|vaccination|booster|round|episode|occasion|reading|measurement|result|visit"


def _numbered(match: re.Match[str]) -> str:
    ordinal = _ORDINALS[match["n"]]
    return f"{ordinal} {' '.join(part for part in (match['name'], match['noun']) if part).strip()}"


_SEVERAL = Pattern(
    rf"\b(?:(?:{'|'.join(CARDINALS[2:11])}|few|several|\d+) {_RANK}|{_RANK} (?:{'|'.join(CARDINALS[2:11])}|few|\d+))\b"
)
_RANKS_SAID = {"newest": "latest", "oldest": "earliest"}
_AT_ITS = {
    "low": "lowest", "lowest": "lowest", "bottom": "lowest", "high": "highest", "highest": "highest",
    "top": "highest", "peak": "highest", "maximum": "highest", "minimum": "lowest",
}  # fmt: skip
_HIT = {"topped out": "highest", "maxed out": "highest", "peaked": "highest", "bottomed out": "lowest"}


def _not_the_others(match: re.Match[str]) -> str:
    """Which of the rows is not meant, where the question says which is: nothing is left of it."""
    rest = f"{match.string[: match.start()]} {match.string[match.end() :]}"
    counted = re.search(r"\b(?:before|after|preceding|prior|previous|ago|but one)\b", rest)
    if _SEVERAL.search(rest) and re.search(rf"\b{_RANK}\b", match.group()):
        return match.group()  # one of the several is taken away
    return "" if re.search(rf"\b{_RANK}\b", rest) and not counted else match.group()


def _of_stretch(match: re.Match[str]) -> str:
    """The extreme of a measurement and the day of it."""
    return f"on what day was the {_AT_ITS[match['e']]} {match['x']}{match['t'] or ''}"


_KNOWN_LATEST = Pattern(r"\b(?:(?:very )?(?:latest|last|newest|most recent|final)\b|qt\d+ 's\b)")
_ONE_BEFORE = Pattern(
    rf"\b(?:the|that|its) (?:{_ROW}|time|earlier one) (?:(?:that|which) )?(?:came |comes |was |is )?(?:taken "
    rf"|recorded |made )?"
    r"(?:just |right |immediately |directly )*(?:before|ahead of)(?: (?:it|that(?: last)?(?: one| time)?|this(?:"
    r" one)?|then))?(?=[ ?.]*$|[,;:.?]| [-–]| (?:show|say|read|come|was|is|did|look)\b)"
    r"|\bsecond to last\b|\bstep back (?:a single|one) (?:measurement|reading|result|entry)\b"
)
_OTHER_ROW = Pattern(
    r"(?:^|[.?;:,] )(?:so |and |but )?(?:did|has|is|was|does|do|are|were|have|had)\b|\b(?:drop\w*|trend\w*"
    r"|(?<!wrote )(?<!written )(?<!noted )(?<!qc\d )down|versus|vs|yes or no|compared (?:to|with)|than)\b"
    r"|\b(?:first|highest|lowest|average|mean|after|since|until|during|how many|how often|when|who|why|where|dose"
    r"|change[sd]?"
    r"|r[io]se|risen|fell|fallen|differ\w*|higher|lower|more|less|up|visits?|admi\w+|qc\d+ (?:was|were) (?:first"
    r" )?diagnosed)\b|\bq[nkpdra]\d"
)
_NOT_AFTER = Pattern(
    r"\b(?:(?:is|was) not|isn't|wasn't) (?:what|the one|one) (?:i|we)(?: am| are|'m|'re)? (?:after|want|need|meant?"
    r"|looking for|asking (?:for|about))\b"
)
"""That the row that was named is not the one that is asked for."""
_BEFORE_NEWEST = Pattern(
    rf"\b(?:(?:at|from|on) )?(?:the |that )?(?:(?:time|{_ROW}) )?{_AHEAD} "
    rf"(?:the |that |its |his |her |my ){_LATEST}(?: {_ROW})?(?=[ ?.]*$|[,;:])"
)


_BY_NUMBER = tuple(
    Pattern(said)
    for said in (
        rf"(?:(?P<name>\bqc\d+),? ?)?\b(?P<noun>(?:{_TIMES_COUNTED}))s?,? (?:number |no\.? |nr\.? )?{_DIGIT}",
        rf"(?P<name>\bqc\d+),? (?P<noun>)(?:number|no\.?|nr\.?) {_DIGIT}",
    )
)
_NUMBER_ALONE = Pattern(
    rf"\b(?P<lead>(?:does|did|do|was|is|were|will|has|when|of|for|on) )(?:the )?(?:number|no\.?) {_DIGIT}"
    r"(?= (?:fall|come|happen|occur|land|take|go|get|given|ordered|written|prescribed|administered|done|recorded|dated"
    r"|measured|taken|drawn)\w*\b| ?[?.]*$)"
)
"""One of several things counted, named by its number alone."""


_ANY_ROW = rf"(?:very )?(?:{_RANK}|{'|'.join(ORDINALS)})"
_NOT_THIS = Pattern(
    rf"^(?:(?:i (?:do not|don't) (?:want|mean|need)|not) {THE}{_ANY_ROW} (?P<x>qc\d+)|(?P<y>qc\d+) ?[,:-]? "
    rf"not {THE}{_ANY_ROW})(?: (?:{_ROW}|dose|shot))?(?: ?,| ?-)? (?:but )?(?:i (?:want|mean|need) )?"
    rf"(?:the|his|her|my|their) (?P<r>{_ANY_ROW})(?: (?:{_ROW}|dose|shot))?(?=[ ?.]*$| ?[,;:?.-])"
)
"""Another row than the one that was named: "not the latest weight but the first one"."""


def ranked(text: str) -> str:
    """A text with "ahead of the newest entry" and "no. 4" said as the row they are."""
    for pattern in _BY_NUMBER:
        text = pattern.sub(_numbered, text)
    text = _NOT_THIS.sub(lambda m: f"the {m['r']} {m['x'] or m['y']}", text)
    text = _NUMBER_ALONE.sub(lambda m: f"{m['lead']}the {_ORDINALS[m['n']]} one", text)
    return _BEFORE_NEWEST.sub("second to last", text)


_OF_BOTH = Pattern(r"\b(?:between|apart|gap|interval|time from|how (?:long|far|many (?:days|weeks|months|years)))\b")
"""What lies between it and the one before."""
_AND_ITS_DATE = Pattern(
    rf"(?:what (?:was|is) )?(?:(?:the|his|her|my|their) )*qc\d+(?: {_ROW})?,? ?(?:and|with|plus|\+|&) "
    r"(?:(?:its|the) )?(?:dates?|when (?:was it|it was)|on (?:what|which) (?:day|date)(?: was it| it was)?)[ ?.]*"
)


_LATEST_ASKED = Pattern(
    r"(?:(?:please|give me|show me|list|dates? of|when (?:was|were)|what (?:was|were|is)) )*"
    r"(?:(?:the|his|her|my|their) )*"
    rf"(?:{_LATEST} qc\d+(?: {_ROW})?|qc\d+(?: {_ROW})?,? (?:the )?{_LATEST}(?: (?:{_ROW}|time))?)"
    r" ?[,;.?]? ?(?:(?:and|then|plus|also)[, ]*)+"
)
"""The latest one, asked for beside the one before it."""


def the_one_before(text: str, informative: frozenset[str], aliases: dict[str, str]) -> str:
    """ "I have the latest LDL; what did the one before it show?", where nothing but that is asked; the text, if not."""
    told = (name for name in re.findall(r"\bqc\d+\b", text) if name in informative)
    named = list(dict.fromkeys(aliases.get(name, name) for name in told))
    if len(named) != 1 or not _KNOWN_LATEST.search(text) or _OF_BOTH.search(text):
        return text
    place = _ONE_BEFORE.search(text)
    rest = f"{text[: place.start()]} {text[place.end() :]}" if place else ""
    rest = _NOT_AFTER.sub("", rest)
    times = len(re.findall(r"\bqt\d+", rest)) - len(re.findall(r"\bqt\d+ 's", rest))
    if not place or times or _OTHER_ROW.search(rest):
        return text
    if _LATEST_ASKED.fullmatch(text[: place.start()].strip()):
        when = re.search(r"\b(?:dates?|when|days?)\b", rest)
        return f"{'when were' if when else 'what are'} the last two {named[0]}"
    if _AND_ITS_DATE.fullmatch(re.sub(r"\s+", " ", rest).strip()):
        return f"{named[0]} second to last, date"
    return f"what was the second to last {named[0]}"


_NEAREST_IT = Pattern(
    r"\b(?:the )?(?:(?:one|entry|reading|value|result|measurement) )?(?:closest|nearest)(?: in time)? to "
    r"(?:that|the|this) (?:date|day|point|time|cut-?off|end|month|year|limit)\b"
)


def nearest_the_bound(text: str, until: frozenset[str], since: frozenset[str]) -> str:
    """A text with "closest to that date" said as the last up to it, or the first from it on."""
    times = re.findall(r"\bqt\d+\b", text)
    rank = "last" if set(times) <= until else "first" if set(times) <= since else ""
    return _NEAREST_IT.sub(rank, text) if rank and len(times) == 1 else text


_OF_DAY = (
    r"(?: (?:that |when |on which )?(?:it|that|this|they) (?:was|were|has been|is)(?: last| first)? (?:taken|done"
    r"|measured|given|made|recorded|prescribed|ordered|written|diagnosed|drawn|checked|tested)| of (?:it|that))"
)
_NOT_ONE = r"(?:when|who|why|how|where|did|was|is|has|have|were|are|do|does|which)\b"
_SAID: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (
        r"(?<!stage )(?<!grade )(?<!class )(?<!type )"
        r"\b(?P<n>two|three|four|five|six|seven|eight|nine|ten|\d{1,3}) (?:very )?"
        r"(?P<w>most recent|latest|last|first|earliest|newest|oldest)\b(?! (?:\d|weeks|months|years|days))",
        lambda m: f"{_RANKS_SAID.get(m['w'], m['w'])} {m['n']}",
    ),
    (
        r"^(?P<x>qc\d+):? (?:the )?(?:latest|last|newest|most recent) (?P<o>[<>]) (?:qc\d+ )?(?:the )?(?:previous|prior"
        r"|before(?: it)?|one before(?: it)?)[ ?.]*$",
        lambda m: f"is the last {m['x']} {'higher' if m['o'] == '>' else 'lower'} than the previous one",
    ),
    (
        r"^(?P<a>(?:what|how (?:high|low|much)) (?:is|was|were|are) )(?:the |my |his |her |their )?(?P<x>qc\d+) "
        r"(?:at|on|in|from) (?:the |his |her |my )?(?:very )?(?P<w>most recent|last|latest|newest|first|earliest) "
        r"(?:reading|measurement|check|recording|test|value)[ ?.]*$",
        r"\g<a>the \g<w> \g<x>",
    ),
    # which of three or more came first, told behind them
    (
        r"^(?P<x>(?:(?:the|his|her|my) )?qc\d+(?:(?:,? (?:and|or) |, ?|/)(?:(?:the|his|her|my) )?qc\d+){2,}) ?[,:;.-] "
        r"(?:which|what)(?: one)?(?: of (?:these|those|them|the (?:three|four)))? (?P<v>(?:was |were )?(?:came|started"
        r"|began|happened|appeared|turned up|diagnosed|prescribed|ordered|given|recorded|done)) (?:the )?"
        r"(?P<w>first|earliest|last|latest)[ ?.]*$",
        lambda m: f"which came {m['w']}: {' or '.join(re.findall(r'qc[0-9]+', m['x']))}",
    ),
    # how long it was there
    (
        r"^(?:for )?how long (?:was|were) (?P<x>(?:(?:the|his|her|my|their|that|very|last|first|latest"
        r"|most recent) )*qc\d+) (?:active|ongoing|open|going on|there|present)[ ?.]*$",
        r"how long did \g<x> last",
    ),
    # nearest to an event
    (r"\bclosest (?:earlier|previous|prior|preceding)\b|\bnearest (?:earlier|previous|prior|preceding)\b", "last"),
    (
        r"\b(?:nearest|closest)(?= (?:\w+ )?(?:qc\d+|reading|value|result|measurement)(?: \w+)? "
        r"(?:(?:just |right )?(?:before|prior to|preceding|ahead of))\b)",
        "last",
    ),
    (
        r"\b(?:nearest|closest)(?= (?:\w+ )?(?:qc\d+|reading|value|result|measurement)(?: \w+)? "
        r"(?:(?:just |right )?(?:after|following))\b)",
        "first",
    ),
    (r"\b(?:nearest|closest) (?:in time )?(?P<w>before|prior to|ahead of|after|following)\b", r"right \g<w>"),
    (r"\b(?:nearest|closest) to,? but (?:still )?(?P<w>before|after),? ", r"right \g<w> "),
    (
        r"^(?:please )?(?:go (?:back )?to|find|take|look up|locate|start (?:at|from)) (?:the )?(?:date|day|time|point"
        r"|moment)(?: (?:when|that|on which|of))? (?P<e>[^,;]*?\bqc\d+\b[^,;]*?)(?:,| and)+ (?:then )?(?:and )?"
        r"(?:go|step|move|count|work|look) back(?: from (?:it|there|that))? to the (?:nearest|closest|last)"
        r"(?: earlier| previous)? (?P<x>qc\d+(?: (?:reading|value|result|level))?)"
        r"(?: before (?:that|it|then))?(?:[,.;? ]+(?:and )?(?:report|give|tell|say|what)\b[^?]*)?[ ?.]*$",
        r"what was the last \g<x> before \g<e>",
    ),
    (
        r"^(?:please )?(?:go (?:back )?to|find|take|look up|locate) the (?P<w>first|last) time (?:that |when )?"
        r"(?P<s>[^,;]*?\bqc\d+) (?P<v>was|were) (?P<d>\w+ed|given)(?:,| and)+ (?:then )?(?:and )?"
        r"(?:go|step|move|count|work|look) back(?: from (?:it|there|that))? to the (?:nearest|closest|last)"
        r"(?: earlier| previous)? (?P<x>qc\d+(?: (?:reading|value|result|level))?)"
        r"(?: before (?:that|it|then))?(?:[,.;? ]+(?:and )?(?:report|give|tell|say|what)\b[^?]*)?[ ?.]*$",
        r"what was the last \g<x> before \g<s> \g<v> \g<w> \g<d>",
    ),
    (
        r"^how (?:does|do|did) (?:the |his |her |my |their )?(?:last|latest|most recent|newest|current) (?P<x>qc\d+)"
        r"(?: (?:value|reading|result|level))? compare (?:with|to|against) (?:(?:the|his|her|my|their|its) )?(?:very )?"
        r"(?:first|earliest)(?: (?:one|value|reading|result))?(?: ever)?[ ?.]*$",
        r"compare the first and the last \g<x>",
    ),
    # the first of all
    (
        r"\b(?:before|ahead of|prior to|earlier than) (?:any|all|every one) (?:of )?(?:(?:the|my|his|her|their) )?"
        r"(?:others?\b(?! \w)|other ones?\b|rest\b)",
        "first",
    ),
    (
        r"\b(?:after|later than) (?:any|all|every one) (?:of )?(?:(?:the|my|his|her|their|those) )?"
        r"(?:others?\b(?! \w)|other ones?\b|rest\b)",
        "last",
    ),
    (
        r"^how far back (?:does|do|did) (?P<x>(?:the |his |her |my |their |present |current )*qc\d+"
        r"(?: (?:order|prescription|use|treatment|therapy)s?)?) (?:go|date|reach|stretch)(?: back)?"
        r"(?: (?:with|for|in) [a-z' ]+)?(?:, to the day)?[ ?.]*$",
        r"when was the first \g<x>",
    ),
    (
        r"^(?:please )?(?:trace|follow) (?:the |his |her )?(?P<x>qc\d+)(?: back)? to (?:its|the|their) (?:very )?"
        r"(?:first|original|initial|earliest) (?:appearance|prescription|order|script|entry|record|mention|start"
        r"|date)(?: and|,)? (?:say|tell|give|report|state)(?: me)? (?:when (?:that|it) was"
        r"|(?:me )?(?:that|the|its) (?:date|day))",
        r"when was \g<x> first prescribed",
    ),
    # the extreme, and the day of it
    (
        r"^(?:the |my |his |her |their |patient's )*(?P<x>qc\d+) at (?:its|their|his|her) (?:very |all[- ]time )*"
        r"(?P<e>highest|lowest) ?[.,:;] (?:and )?(?:what|how (?:high|low)) (?:was|is) (?:it|that)"
        r"(?P<when>,? and when(?: (?:was|is) (?:it|that))?)?[ ?.]*$",
        lambda m: f"what was the {m['e']} {m['x']}{' and when was it' if m['when'] else ''}",
    ),
    (
        r"\b(?P<x>qc\d+) (?:hit|reach(?:ed)?|had|saw|was at|were at) (?:its|their|his|her|an?|the) (?:very )?"
        r"(?:all[- ]time |record |absolute |overall )?(?P<e>low|lowest|high|highest|top"
        r"|peak|bottom|maximum|minimum)(?: (?:point|value|level|reading|mark))?(?: ever)?(?P<t>(?: qt\d+)*),? "
        r"(?:(?:(?:on|in) )?(?:what|which) (?:day|date|year|month)|when)(?= ?[?.]*$)",
        _of_stretch,
    ),
    (
        r"\b(?P<d>(?:day|date|time|when|after|before|since)(?: (?:that|when|on which))?) "
        r"(?P<x>(?:(?:the|his|her|my|their) )*qc\d+) (?:(?:hit|reach(?:ed)?|had|saw|touched|was at|were at) "
        r"(?:its|their|his|her|an?|the) (?:very )?(?:all[- ]time |record |absolute |overall )?(?P<e>low|lowest|high"
        r"|highest|top|peak|bottom|maximum|minimum)(?: (?:point|value|level|reading|mark))?(?: ever)?"
        rf"|(?P<h>{'|'.join(_HIT)}))(?=[,;.?]|$| on\b| and\b)",
        lambda m: f"{m['d']} {m['x']} was the {_AT_ITS[m['e']] if m['e'] else _HIT[m['h']]}",
    ),
    (
        r"\b(?:on|at) (?:what|which) (?P<d>day|date|time)(?P<w>(?: [a-z]+)*?) did (?P<x>(?:the |his |her |my )?qc\d+"
        r"(?: value| reading| level)?) (?:hit|reach) (?:its|their|a|the) (?:very )?(?:all[- ]time )?(?P<e>low|lowest"
        r"|high|highest|top|peak|bottom|maximum|minimum)(?: (?:point|value|level|reading|mark))?",
        lambda m: f"on what {m['d']}{m['w']} was the {_AT_ITS[m['e']]} {re.sub(r'^(?:the|his|her|my) ', '', m['x'])}",
    ),
    (
        r"\b(?:on|at) (?:what|which) (?P<d>day|date) did (?P<x>(?:the |his |her |my )?qc\d+(?: value| reading"
        r"| level)?) (?P<e>top out|max out|peak|bottom out)",
        lambda m: (
            f"on what {m['d']} was the {'lowest' if 'bottom' in m['e'] else 'highest'} "
            f"{re.sub(r'^(?:the|his|her|my) ', '', m['x'])}"
        ),
    ),
    (
        r"(?P<x>\bqc\d+) (?P<h>topped out|maxed out|peaked|bottomed out)(?: at)? (?:where|what)\b",
        lambda m: f"what was the {_HIT[m['h']]} {m['x']}",
    ),
    (
        r"\bhow (?P<h>high|low) did (?P<x>(?:the |his |her |my )?qc\d+) (?:climb|go|get|rise|reach|drop|fall|sink)"
        r" (?:at (?:most|its (?:highest|lowest|peak|worst|most))|at the (?:most|very most))\b",
        lambda m: f"what was the {'highest' if m['h'] == 'high' else 'lowest'} {m['x']}",
    ),
    # all of a kind, or each kind of one thing
    (
        r"(?P<n>\b(?:orders|prescriptions|scripts|medications|medicines|meds|drugs|conditions|problems|diagnoses"
        r"|allergies|procedures|visits|stays|admissions|vaccines|shots|immunizations|results|values|readings"
        r"|tests)\b[^,;:?.]*?)(?:,? "
        r"(?:all|every (?:single )?one|each(?: and every)?(?: one)?) of (?:them|these|those)(?:,? please)?"
        r"|, (?:every|any)thing(?= qt| ?[.:;]))(?=[ ?.]*$| qt\d| ?[.:;])",
        r"\g<n>",
    ),
    (
        r"^(?P<x>qc\d+) ?[:,] (?:please )?(?:name|list|give|show|state)(?: me)? (?:all )?(?:the )?(?:different "
        r"|distinct "
        r"|various )*(?:kinds|types|forms|sorts)(?: of (?:it|them))?(?: (?:that )?(?:the patient|this patient|he|she"
        r"|they|i)(?: (?:has|have|had|been|ever|diagnosed|with))+| on (?:file|record)| recorded)?(?=[ ?.]*$)",
        r"list the different kinds of \g<x>",
    ),
    # which of the rows, and what of them, is not meant
    (
        rf"[,;]? (?:and |but )?not (?:the |an? |any |its |his |her |my |their )?(?:very )?(?:{_RANK}|{_OTHER_RANK})"
        rf"{_OF_ROWS}(?=[ ?.]*$|[,;:])",
        _not_the_others,
    ),
    (
        rf"(?:,? only)?[,;] (?:the |any )?{_OTHER_RANK}{_OF_ROWS} (?:(?:are|is) )?(?:not|aren't|isn't) "
        r"(?:needed|wanted|required|relevant|of (?:any )?(?:use|interest))(?=[ ?.]*$|[,;:])",
        _not_the_others,
    ),
    (
        rf"(?:^|(?<=, ))(?:please )?(?:(?:you can|you may) )?(?:qc\d+|skip|ignore|forget|disregard"
        rf"|leave (?:out|off|aside)) (?:all )?(?:the |any )?{_OTHER_RANK}{_OF_ROWS}(?: and|,| but)+ (?=\w)",
        _not_the_others,
    ),
    (
        r"^(?P<a>(?:tell|give) (?:me |us )?(?:the )?(?:when|date|day|time)),? (?:and |but )?not (?:the )?(?:what|value"
        r"|values|result|name|amount)(?: ?[:,]|(?= for| of))",
        r"\g<a> of",
    ),
    (
        rf"(?<=\bdate|.\bday|\btime)(?P<of>{_OF_DAY})?,? (?:and |but )?not (?:the |its |any )?(?:what|values?"
        r"|results?|names?|amounts?|numbers?|figures?|readings?|doses?|details?)(?: itself)?(?=[ ?.]*$|[,;])",
        lambda m: m["of"] or "",
    ),
    (
        r"^(?:(?:what (?:was|is|were)|give me|show me) )?(?P<x>(?:(?:the|my|his|her|their) )?"
        rf"(?!{_NOT_ONE})[^?.;]*?\bqc\d+[^?.;]*?)(?:,? please)?(?: ?[,.;:?]| [-–])+ (?:(?:i|we) (?:(?:only|just) )?"
        r"(?:need|want)|give me|tell me)? ?(?:only|just|merely|simply) (?:the|its) (?:day|date|time)"
        rf"(?:{_OF_DAY})?(?: please)?[ ?.!]*$",
        r"when was \g<x>",
    ),
    (
        r"^(?:i |we )?(?:do not|don't) (?:want|need|mean|care about|ask for) (?:the |any )?(?:values?|results?|names?"
        r"|dates?|doses?|amounts?|details?)[.,;:](?: (?:i|we) (?:want|need))? (?:just|only|merely|but) ",
        "",
    ),
    (
        r"^not (?:the )?(?:values?|results?|names?|dates?|doses?|amounts?|readings)[.,;:] (?:just|only|merely|but) ",
        "",
    ),
    (
        r"[.,;] (?:the )?(?:values?|results?|names?|dates?|doses?|amounts?|details?) (?:are|is)(?:n't| not) "
        r"(?:needed|wanted|required|necessary)(?=[ ?.]*$)",
        "",
    ),
)
"""In this order; patterns over a skeleton's text."""
_RULES = Rewrites(_SAID)


def rows_plainly(text: str) -> str:
    """A skeleton's text with the row that is meant said as the grammar has it."""
    text = _RULES.put_into(text)
    return two_latest(re.sub(r" ?,(?: ?[,:;])+", ",", text))
