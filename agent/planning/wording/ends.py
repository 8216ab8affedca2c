"""The first and the last, or the highest and the lowest, of one measurement, said in other words than the grammar's.

"Take the first ALT and the last; by how much did it drop?" asks how much it changed from the first to the last.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from chartwarden.agent.patterns import Pattern, Rewrites

_THE = r"(?:(?:the|his|her|my|their|its|patient's|very) )*"
_ROW = r"(?: (?:values?|readings?|results?|levels?|scores?|measurements?|figures?|numbers?|one))?"
_FIRST = r"(?:first|earliest|initial|oldest|original)"
_LAST = r"(?:last|latest|most recent|newest|current|final)"
_RANK = rf"(?:{_FIRST}|{_LAST}|highest|lowest|maximum|minimum|max|min|peak)"
_WENT = r"(?:drop|fall|change|rise|increase|decrease|go (?:up|down)|climb|differ|grow|shrink|decline|move|gain|lose)"
_CHANGED = (
    r"(?:by )?(?:how (?:much|far)|what) (?:did|does|has|had|is|was) (?:it|they|that|this|the (?:value|level|score))"
    rf"(?: been)? (?:{_WENT}|dropped|fallen|changed|risen|increased|decreased|gone (?:up|down)|climbed)(?: by)?"
    r"|(?:what (?:is|was) )?the (?:difference|change|drop|rise|fall|increase|decrease|gain|loss)(?: between them)?"
    r"|(?:(?:dropp|chang|increas|declin|climb|gain)ed|fell|fallen|rose|risen|grew|grown|lost|up|down) (?:by )?how much"
)
_DOWN = r"(?P<down>drop(?:ped)?|fall(?:en)?|decreased?|go(?:ne)? down|declined?)"
_UP = r"(?:rise|risen|increased?|go(?:ne)? up|climb(?:ed)?)"
_LOOKING = r"(?:take|taking|look at|looking at|comparing|compare|given|with|from|between)"
_JOINED = r"(?:and|to|with|against|versus)"
_KIND = r"(?:readings|values|results|measurements|tests|scores|checks|entries)"


def _compared(match: re.Match[str]) -> str:
    """How much, or whether, a measurement went from its first value to its last."""
    name = match["x"] or match["y"] or match["z"]
    if match["much"]:
        return f"how much did {name} change from the first to the last"
    return f"is the last {name} {'lower' if match['down'] else 'higher'} than the first one"


def _both_ends(match: re.Match[str]) -> str:
    """The two that are put side by side; which of them is higher, or by how much, is not asked."""
    name = match["y"] or match["z"]
    if match["x"] not in (None, name):
        return match.group()
    return f"{match['a'] or match['c']} and {match['b'] or match['d']} {name}"


_AGAINST = r"(?:with|to|against|versus|compared (?:with|to))"
_EXTREME = r"(?:highest|lowest|peak|nadir|maximum|minimum|max|min)"
_ITS_DATE = r",? ?(?P<too>and|/|with|&|plus)? ?(?:(?:its|the) )?(?:date|day|time)(?: (?:of it|too|please))*(?=[ ?.]*$)"
_SAID: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (
        rf"^(?:please )?(?:{_LOOKING} )?{_THE}(?:{_FIRST}(?:{_ROW} {_JOINED} {_THE}{_LAST} (?P<y>qc\d+){_ROW}"
        rf"| (?P<x>qc\d+){_ROW},? {_JOINED} {_THE}{_LAST}(?: (?P=x))?{_ROW})"
        rf"|(?P<z>qc\d+){_ROW}[,:]? {_THE}{_FIRST}{_ROW} {_JOINED} {_THE}{_LAST}{_ROW}"
        r"(?: on (?:file|record))?) ?[,;:.?] ?"
        rf"(?:and |then |so )?(?:(?P<much>{_CHANGED})|(?:did|has|had) (?:it|they) (?:{_DOWN}|{_UP}))[ ?.]*$",
        _compared,
    ),
    (
        rf"^(?:(?:what (?:is|was)|calculate|compute|work out) )?{_THE}{_LAST} (?P<x>qc\d+){_ROW} minus "
        rf"{_THE}{_FIRST}(?: (?P=x))?{_ROW}[ ?.]*$",
        r"how much did \g<x> change from the first to the last",
    ),
    (
        rf"\b(?P<a>{_RANK}) (?P<x>qc\d+){_ROW},? (?:and|&|plus|as well as) {_THE}(?P<b>{_RANK}) (?P=x)\b",
        r"\g<a> and \g<b> \g<x>",
    ),
    (
        rf"^(?:(?:{_LOOKING}) )?{_THE}(?:(?P<a>{_FIRST}|{_LAST})(?: (?P<x>qc\d+))?{_ROW},? {_AGAINST} "
        rf"{_THE}(?P<b>{_FIRST}|{_LAST}) (?P<y>qc\d+){_ROW}"
        rf"|(?P<z>qc\d+){_ROW}[,:]? {_THE}(?P<c>{_FIRST}|{_LAST}){_ROW},? {_AGAINST} {_THE}(?P<d>{_FIRST}|{_LAST})"
        rf"{_ROW})(?: on (?:file|record))?[ ?.]*$",
        _both_ends,
    ),
    (rf"\b(?P<a>{_RANK}) (?P<v>[a-z]+ed|given) ?(?:/|,) ?(?P<b>{_RANK}) (?P=v)\b", r"\g<a> and \g<b> \g<v>"),
    (
        rf",? (?:and|plus|as well as) (?:also )?(?:the |a )?(?:total )?(?:number|count|tally) of {_KIND}"
        r"(?: (?:there (?:are|were)|taken|done|recorded))?(?=[ ?.]*$)",
        " and how many there are",
    ),
    (
        rf"^{_THE}(?:(?P<x>qc\d+)[,:]? (?:at )?{_THE}(?P<e>{_EXTREME}){_ROW}|(?P<f>{_EXTREME}) (?P<y>qc\d+){_ROW})"
        rf"(?: ever| (?:he|she|i|they|it)(?:'s|'ve| has| have) (?:ever )?been)?{_ITS_DATE}",
        lambda m: (
            f"what was the {m['e'] or m['f']} {m['x'] or m['y']} and when was it"
            if m["too"]
            else f"when was the {m['e'] or m['f']} {m['x'] or m['y']}"
        ),
    ),
    (
        r"(?P<v>\b(?:when|day|date|time|year|month) (?:was|were|did|is)) (?P<x>(?:(?:the|his|her|my|their|its) )*qc\d+)"
        r" (?:(?:at|be|read|show|measure|reach|the|its) )*(?P<e>most|least)(?=[ ?.]*$|,? qt\d)",
        lambda m: f"{m['v']} {m['x']} {'highest' if m['e'] == 'most' else 'lowest'}",
    ),
    (
        rf"^{_THE}(?P<x>qc\d+) (?:lost|gained|dropped|fallen|risen|loss|gain|put on) "
        rf"(?=from {_THE}(?:{_EXTREME}|{_FIRST})\b)",
        r"\g<x> change ",
    ),
    (
        r"^(?P<m>[^,?]*?\bqc\d+[^,?]*?) before (?P<x>[^,?]*?\bqc\d+(?: [a-z]+)?),? (?:versus|and|compared (?:with|to)) "
        r"(?:(?:then|the same|the one|it) )?after(?:wards?)?(?: (?:it|that|then))?[ ?.]*$",
        r"\g<m> before and after \g<x>",
    ),
    (
        rf"^how (?:far|much) (?:am|is|are) (?:i|he|she|they|it|the patient|patient) (?:now )?(?:away |off |above "
        rf"|below |up |down )?from {_THE}(?P<e>{_EXTREME}) (?P<x>qc\d+){_ROW}[ ?.]*$",
        r"how much did \g<x> change from the \g<e> to the last",
    ),
)
_RULES = Rewrites(_SAID)


_TO_NOW = Pattern(rf"\bfrom {_THE}(?P<e>{_EXTREME}|{_FIRST})(?: qc\d+)?{_ROW} (?:(?:up )?to|until|till) (?P<t>qt\d+)\b")


def ends_plainly(text: str, aliases: dict[str, str], now: frozenset[str]) -> str:
    """A skeleton's text with such ends said as the grammar has them.

    `aliases`: each placeholder to the first one of what has the same meaning; `now`: those of the day of asking.
    """
    text = _TO_NOW.sub(lambda m: f"from the {m['e']} to the last" if m["t"] in now else m.group(), text)
    named_once = re.sub(r"\bqc\d+\b", lambda m: aliases.get(m.group(), m.group()), text)
    plain = _RULES.put_into(named_once)
    return text if plain == named_once else plain
