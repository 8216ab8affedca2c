"""What is said of one row in words of everyday: "hit its low", "the final two", "what score was put down".

Each is put as the other rules have it, and none changes which row is meant. The rules are about a question as typed.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Rewrites
from chartwarden.agent.planning.wording.told_patterns import BREAK, END, NAME, OWN, TIME

_SOMEBODY = r"(?:(?:the |this )?(?:patient|pt|man|woman|child|person)|he|she|they|i|him|her|them|me)"
_ITS = r"(?:its|his|her|their|an?|the)(?: (?:all-time|absolute|very|record))?"
_ENDS_SO = (
    r"(?: (?:point|mark))?(?=[ ?.,;:!]*$|[,;:.]| (?:since|in|during|from|between|after|before|until|over|ever|on record"
    r"|within|and|for the)\b)"
)
_DID = r"(?P<d>\bdid\b[^.?;:]*? )"


def _bottom(match: re.Match[str]) -> str:
    """Where a series was lowest or highest, with the verb as the sentence needs it."""
    way = match["w"].lower()
    if match.groupdict().get("d"):
        return f"{match['d']}{'bottom out' if way == 'low' else 'peak'}"
    return "bottomed out" if way == "low" else "peaked"


_TREATS = r"(?:prescriber|doctor|physician|clinician|provider|practitioner|gp|nurse|person|signature|signatory)"
_NAMES_TOO = (
    r"(?:(?:i|we)(?:'d| would)? (?:want|need|like)|(?:please )?(?:give|tell|list|name|show)(?: me| us)?)(?: please)?"
    rf" (?:(?:all|every|each|single|full|the|of|(?:an?|any)|list) )*(?:(?:different )?{_TREATS}(?:'s|s'|s)?(?: names?)?"
    r"|names?(?: of (?:all|each|every|every one)(?: of)?(?: them| one)?)?|them(?: all)?|one(?: of them)?|everyone)"
    r"(?: by name)?"
)
_RANK = r"(?:very )?(?:first|last|latest|earliest|most recent(?:ly)?|newest|previous)"
_STAY = (
    r"(?:(?:hospital|in-?patient|icu|er|ed|emergency(?: room| department)?|urgent care|clinic) )?"
    r"(?:admission|stay|hospitali[sz]ation|visit|encounter)"
)
_BROUGHT = (
    rf"what (?:had |has |was it that (?:had )?|exactly )?(?:brought|sent|took|taken|landed|put|led) {_SOMEBODY}"
    r"(?: (?:back|up|in|there|into|to (?:the |an? )?(?:hospital|er|ed)))+"
)
_WHY = rf"(?:(?:and|so) )?(?:{_BROUGHT}|what (?:was|is) the reason(?: (?:for|of) (?:it|that))?)"
_WHAT_WAS = r"(?:what (?:was|is)|give me|tell me|show me|i need|need)"
_IT = r"(?: (?:was|is) (?:it|that)| did (?:it|that) (?:happen|come out|read))?"
_DAY = rf"(?:when|what (?:date|day)|which (?:date|day)|the date|date){_IT}"
_MUCH = rf"(?:(?:and )?(?:how (?:high|low|much)|what value|the value|value|what (?:number|level|figure|result)){_IT})"
_SCORE = r"(?:score|number|figure|value|reading|result|rating|level)"
_NOTED = (
    r"(?:put down|written down|noted(?: down)?|set down|taken down|jotted down|entered|charted|logged|documented"
    r"|recorded|marked down|given)"
)


def _reason(match: re.Match[str]) -> str:
    """The reason of the first or the last stay or visit."""
    said = match.groupdict()
    rank = (said["r"] or said.get("r2") or "").lower().removeprefix("very ").removesuffix("ly")
    if not rank:
        return match.group()
    noun = "admission" if said["n"].lower().startswith(("admitted", "hospitalis", "hospitaliz")) else said["n"]
    return f"what was the reason for the {rank} {noun}{said['t'] or ''}?"


_SAID = Rewrites(
    (
        # the lowest and the highest
        (
            rf"{_DID}(?:hit|reach|touch|make|have|see|get to) {_ITS} (?P<w>low|high){_ENDS_SO}",
            _bottom,
        ),
        (rf"\b(?:hit|reached|touched|got to) {_ITS} (?P<w>low|high){_ENDS_SO}", _bottom),
        (
            rf"\b(?P<a>(?:was|were|is|stood)\b[^?.;:]*?) at its(?: all-time| absolute)? (?P<w>low|high){_ENDS_SO}",
            r"\g<a> at its \g<w>est",
        ),
        # the last two
        (r"\b(?:final|newest) (?:two|2|pair of)\b", "last two"),
        (r"\btwo (?:final|newest)\b", "two last"),
        # the value and the day of one row
        (
            rf"^(?:{_WHAT_WAS} )?{OWN}(?P<r>{_RANK}|highest|lowest) (?P<x>{NAME})(?: (?:value|reading|result|level))?"
            rf"(?:{BREAK}|,? )(?:{_DAY},? (?:and|&) {_MUCH}|{_MUCH},? (?:and|&) {_DAY}){END}",
            r"what was the \g<r> \g<x> and when was it?",
        ),
        (
            rf"^{OWN}(?P<x>{NAME})(?:,|:| -) {OWN}(?P<r>{_RANK})(?: (?:one|value|reading|result|level))?"
            rf"(?:{BREAK}|, )(?:{_DAY},? (?:and|&) {_MUCH}|{_MUCH},? (?:and|&) {_DAY}){END}",
            r"what was the \g<r> \g<x> and when was it?",
        ),
        # who, and the names once more
        (
            rf"^(?P<q>(?:who\b|which {_TREATS}s?\b)[^?.;]*?)(?: ?[?.;,]| [-–])+ (?:and )?{_NAMES_TOO}{END}",
            r"\g<q>?",
        ),
        # what led to an admission
        (
            rf"^(?:(?:and|so) )?(?:at |on |during |for |with )?{OWN}(?P<r>{_RANK}) (?P<n>{_STAY})(?P<t> {TIME})?"
            rf"(?:{BREAK}|, ){_WHY}{END}",
            _reason,
        ),
        (
            rf"^(?:(?:and|so) )?(?:the |when |on the )?(?P<r>{_RANK})(?: time)?(?: that| when)? {_SOMEBODY} "
            rf"(?:was|were|got|had been) (?P<n>admitted|hospitali[sz]ed)(?: to (?:the )?hospital)?(?P<t> {TIME})?"
            rf"(?:{BREAK}|, ){_WHY}{END}",
            _reason,
        ),
        (
            rf"^(?:(?:and|so) )?when {_SOMEBODY} (?:was|were|got) (?P<r>{_RANK}) (?P<n>admitted|hospitali[sz]ed)"
            rf"(?: to (?:the )?hospital)?(?P<t> {TIME})?(?:{BREAK}|, ){_WHY}{END}",
            _reason,
        ),
        (
            rf"^(?:(?:and|so) )?{_BROUGHT} (?:at|on|for|during|with) {OWN}(?P<r>{_RANK}) (?P<n>{_STAY})(?P<t> {TIME})?"
            rf"{END}",
            _reason,
        ),
        (
            rf"^(?:(?:and|so) )?{_BROUGHT} (?:when|the|on the)(?: (?P<r>{_RANK}))?(?: time)?(?: that| when)?"
            rf" {_SOMEBODY} (?:was|were|got)(?: (?P<r2>{_RANK}))? (?P<n>admitted|hospitali[sz]ed)(?P<t> {TIME})?{END}",
            _reason,
        ),
        # the value that somebody put down
        (
            rf"(?:{BREAK}|, )(?:what|which) {_SCORE} (?:was|has been|had been|did (?:they|we|somebody|someone"
            rf"|the nurse)) (?:{_NOTED}|put down|write down|note|enter|record){END}",
            "?",
        ),
        (
            rf"^(?P<on>(?:on|at) [^.,;:?]+?), (?P<x>[^.,;:?]+?) (?:was|were) {_NOTED} as what{END}",
            r"what was the \g<x> \g<on>?",
        ),
        (
            rf"^(?P<on>(?:on|at) [^.,;:?]+?), (?:what|which) (?P<x>[^.,;:?]+?) (?:was|were) {_NOTED}{END}",
            r"what was the \g<x> \g<on>?",
        ),
    ),
    re.IGNORECASE,
)


def row_put_plainly(question: str) -> str:
    """The question with such words for a row put plainly."""
    return _SAID.put_into(question)
