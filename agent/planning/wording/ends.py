"""The first and the last, or the highest and the lowest, of one measurement, said in other words than the grammar's.

"Take the first ALT and the last; by how much did it drop?" asks how much it changed from the first to the last.
"""

from __future__ import annotations

import re
from collections.abc import Callable

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
)
_DOWN = r"(?P<down>drop(?:ped)?|fall(?:en)?|decreased?|go(?:ne)? down|declined?)"
_UP = r"(?:rise|risen|increased?|go(?:ne)? up|climb(?:ed)?)"
_LOOKING = r"(?:take|taking|look at|looking at|comparing|compare|given|with|from|between)"
_JOINED = r"(?:and|to|with|against|versus)"
_KIND = r"(?:readings|values|results|measurements|tests|scores|checks|entries)"
_AGE = r"(?:newest|latest|most recent|oldest|earliest)"


def _compared(match: re.Match[str]) -> str:
    """How much, or whether, a measurement went from its first value to its last."""
    name = match["x"] or match["y"]
    if match["much"]:
        return f"how much did {name} change from the first to the last"
    return f"is the last {name} {'lower' if match['down'] else 'higher'} than the first one"


_SAID: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (
        rf"^(?:please )?(?:{_LOOKING} )?{_THE}{_FIRST}(?:{_ROW} {_JOINED} {_THE}{_LAST} (?P<y>qc\d+){_ROW}"
        rf"| (?P<x>qc\d+){_ROW},? {_JOINED} {_THE}{_LAST}(?: (?P=x))?{_ROW}) ?[,;:.?] ?"
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
        rf",? (?:and|plus|as well as) (?:also )?(?:the |a )?(?:total )?(?:number|count|tally) of {_KIND}"
        r"(?: (?:there (?:are|were)|taken|done|recorded))?(?=[ ?.]*$)",
        " and how many there are",
    ),
    (
        rf"(?P<all>\b(?:all|every|each|list|values|readings|results|measurements)\b.*?),? (?:(?:sorted|ordered|listed"
        rf"|arranged|in order|starting) )?from {_THE}{_AGE}(?: ones?)? (?:(?:down|up|through|back) )?to {_THE}{_AGE}"
        r"(?: ones?)?(?=[ ?.]*$)",
        r"\g<all>",
    ),
)
_RULES = tuple((re.compile(pattern), put) for pattern, put in _SAID)


def ends_plainly(text: str, aliases: dict[str, str]) -> str:
    """A skeleton's text with such ends said as the grammar has them.

    `aliases`: each placeholder to the first one of what has the same meaning.
    """
    named_once = re.sub(r"\bqc\d+\b", lambda m: aliases.get(m.group(), m.group()), text)
    plain = named_once
    for pattern, put in _RULES:
        plain = pattern.sub(put, plain)
    return text if plain == named_once else plain
