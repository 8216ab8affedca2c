"""How far a record is looked through, told beside what is asked: "nothing after May", "the last year of LDLs".

What lies beyond a day and is not looked at tells the day up to which it is. The rules are about a question as it is
typed: each says the same as people mostly do.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern, Rewrites
from chartwarden.agent.planning.times.timebounds import POINT
from chartwarden.agent.planning.wording.question_words import AUX, WH
from chartwarden.agent.planning.wording.who import WHO

_LOOKING = (
    r"(?:(?:looking at|look at|looking|counting|count|considering|taking|take|using|including|with|show(?: me)?"
    r"|give(?: me)?|i (?:want|need|am after)|we (?:want|need)) )"
)
_PLEASE = r"(?:,? (?:please|thanks|thank you|for this|for me))*"
_NOTHING = r"nothing (?:that (?:is|was) )?(?:dated |recorded )?"
_LATER = rf"{_NOTHING}(?:after|past|beyond|(?:later|newer|more recent(?:ly)?) than) (?P<d>{POINT})"
_EARLIER = rf"{_NOTHING}(?:before|prior to|(?:earlier|older|further back) than) (?P<d>{POINT})"
_UNIT_OF = {"year": r"(?:1[89]|2\d)\d\d", "month": r"[a-z]{3,9}\.? (?:1[89]|2\d)\d\d"}
_LENGTH = (
    r"(?:the |these )?(?:last|past) (?:(?:\d+|two|three|four|five|six|ten|twelve) )?(?:years?|months?|weeks?|days?)"
)
_ROWS = r"(?:results|readings|values|measurements|scores|levels|numbers|figures|checks|tests)"


_BESIDE = rf"(?:(?P<b>,|;|\.|\?| [-–]) ?(?:and |but )?(?P<l>{_LOOKING})?| (?P<m>{_LOOKING}))"
_ASKS = Pattern(
    rf"^(?:please )?(?:(?:{WH})|give|list|show|tell|name|(?:i |we )?(?:need|want)|(?:(?:the|his|her|my) )?(?:first|last"
    r"|latest|earliest|most recent|highest|lowest|number|date|total))\b",
    re.IGNORECASE,
)


def _bounded(match: re.Match[str], side: str) -> str:
    """The bound as a time of the question before it; as it is where it may be told that there is nothing beyond."""
    is_looked = match["l"] or match["m"]
    asked_too = match["b"] == "?" and match.string[match.end() :].strip().startswith("?")
    if asked_too or not (is_looked or _ASKS.match(match.string)):
        return match.group()
    return f" {side} {match['d']}"


def _only_then(unit: str) -> tuple[str, str]:
    """ "Going back to 1967: was there any that year?": that year is meant, and none since."""
    return (
        rf"^(?:(?:let's |we are |we're |i am |i'm )?(?:going|go|looking|look|thinking|think|casting|cast|turning) "
        rf"(?:(?:my|your|our) mind )?(?:back|right back|all the way back) (?:to|at|on) |back in |take "
        rf"|take us back to )(?P<y>{_UNIT_OF[unit]})(?: ?[:,.;]| [-–]) (?P<q>[^:;]+?),? "
        rf"(?:(?:in |during |within |of |over |for )?(?:that|the same) {unit})(?P<e>[ ?.]*)$",
        r"in \g<y>, \g<q>\g<e>",
    )


_A_POINT = re.sub(r"[?]P<[a-z]+>", "?:", POINT)
_BOUND = r"(?:since|before|after|until|till|up to|in|during|within)"
_SPAN = rf"(?:(?:between|from) {_A_POINT} (?:and|to|until|through) {_A_POINT}|(?:{_BOUND} )?{_A_POINT})"
_KEPT_TO = (
    r"(?:stay|stick|keep|look(?:ing)?|restrict(?:ing|ed)?|limit(?:ing|ed)?|confin(?:e|ing)|focus(?:s?ing)?"
    r"|concentrat(?:e|ing))"
)
_FOR_WHAT = r"[a-z][\w' -]{0,30}?(?:register|registry|audit|check|review|form|chart|file|query|report|summary|letter)"


def _in_it(match: re.Match[str]) -> str:
    """The question in the time that is told first as the only one."""
    is_bare = not re.match(rf"(?:between|from|{_BOUND})\b", match["t"], re.IGNORECASE)
    return f"{'in ' if is_bare else ''}{match['t']}, {match['q']}"


_SAID = Rewrites(
    (
        (
            rf"^(?:{_FOR_WHAT}(?:[,:;]| [-–]) )?(?:(?:please|only|just|let's) )*"
            rf"(?:{_KEPT_TO}(?: (?:only|just|strictly|to|at|on|with|within|it))* )?"
            rf"(?:(?:the )?(?:year|period|time|stretch|window) )?(?P<t>{_SPAN})"
            r"(?: (?:only|alone|please|for (?:this|that)(?: one| question)?|here))+ ?[.;:] "
            rf"(?P<q>(?:{WH}|{AUX}|give|list|show|tell|name|count|any)\b.+)$",
            _in_it,
        ),
        (rf"^{_LOOKING}?{_LATER}{_PLEASE}(?: ?[:;.,]| [-–]) ", r"until \g<d>, "),
        (rf"^{_LOOKING}?{_EARLIER}{_PLEASE}(?: ?[:;.,]| [-–]) ", r"since \g<d>, "),
        (rf"{_BESIDE}{_LATER}{_PLEASE}(?=[ ?.!]*$)", lambda m: _bounded(m, "until")),
        (rf"{_BESIDE}{_EARLIER}{_PLEASE}(?=[ ?.!]*$)", lambda m: _bounded(m, "since")),
        (
            r"^(?:only |just )?(?:taking|counting|looking at|considering|going by)(?: (?:only|just))? "
            r"(?:(?:what|whatever|everything|anything|all)(?: (?:that|which))?|(?:the )?entries) (?:(?:has "
            r"|had )?happened|(?:was|were) (?:done|recorded)|came|is|there (?:is|was)|dated)(?: dated)? "
            r"(?=(?:until|up to|till|before|since|after|between|from|in) )",
            "",
        ),
        *(_only_then(unit) for unit in _UNIT_OF),
        (
            rf"\b(?P<t>{_LENGTH}) of (?:(?:the|his|her|my|their|all) )*"
            rf"(?P<x>(?!(?:{WH}|{AUX})\b)[a-z][\w%/-]*(?: [a-z][\w%/-]*){{0,2}}?) (?P<r>{_ROWS})"
            r"(?= ?(?:[,:;]| [-–])|\. )",
            r"\g<x> \g<r> over \g<t>",
        ),
        (
            r"^(?P<q>(?:how many (?!years|months|weeks|days|hours)|which|what|list)[^?]*?),? (?:ever )?since "
            rf"(?:birth|{WHO} (?:was|were) born)(?=[ ?.!]*$)",
            r"\g<q>",
        ),
        # of one end of a time that is told as far as it reaches
        (
            r"(?<!back )(?<!back, )(?<!go )(?<!goes )\b(?:up to )?(?:as|so) far as (?=(?:\w+ ){1,2}(?:years?"
            r"|months?|weeks?|days?) ago\b)",
            "until ",
        ),
    ),
    re.IGNORECASE,
)


def looked_through(question: str) -> str:
    """The question with the time that is looked through as one that it is in."""
    return _SAID.put_into(question)
