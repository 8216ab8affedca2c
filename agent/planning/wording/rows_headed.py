"""One row of what a heading tells, in a skeleton: "2148, PO route. When was the final script?".

A heading of a route and a time, of a name with its time, or of a kind that was sent or ordered then, narrows the
question behind it and asks nothing by itself. So is "any of these" before a list of names one question, and how an
order is documented a question for when it was made: its entry names the drug, which is known, and the time.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern, Rewrites
from chartwarden.agent.planning.wording.rank_words import ANY_RANK
from chartwarden.agent.planning.wording.who import WHO

_RANK = rf"(?:very )?(?P<r>{ANY_RANK})"
_P = r"(?:,? (?:for|on|of|in|to) (?:the )?patient|,? (?:the )?patient)?"
_SHE = rf"{WHO}"
_ORDER = r"(?:orders?|prescriptions?|scripts?|rx)"
_THEN = r"(?:,? (?:(?:in|of|from|on) )?(?:that|the same) (?:year|month|day|time)|,? then)?"
_DOCUMENTED = (
    r"(?:documented|recorded|charted|entered|written (?:down|up)|put down|noted|logged|put on record"
    r"|put in the (?:chart|record))"
)
_HOW = rf"how (?:is|was) (?:it|that|this) {_DOCUMENTED}"
_WHEN = (
    r"(?:when|(?:at |on )?(?:what|which) (?:exact )?(?:time|date|day)|(?:what (?:is|was) )?(?:the )?(?:date|time|day)"
    r"(?: and time)?)"
)
_WHEN_WAS_IT = rf"{_WHEN}(?: (?:was|is) (?:it|that|this))?"
_NAMES = r"(?P<xs>qc\d+(?:,? (?:or|and) qc\d+|, qc\d+|/qc\d+)+)"
_NEED = r"(?:(?:i|we) (?:only |just )?(?:need|want)|give me|tell me|what (?:was|is)|(?:i|we)'d like)"

_DOCUMENTED_ORDERS = Rewrites(
    (
        (
            rf"^(?:(?P<t>qt\d+),? )?how (?:is|was) (?:the |my |his |her )?{_RANK} (?:(?P<x>qc\d+) {_ORDER}"
            rf"|{_ORDER} (?:of|for) (?P<y>qc\d+)){_P}(?: (?P<u>qt\d+))?{_P} {_DOCUMENTED}{_P}(?: (?P<v>qt\d+))?[ ?.]*$",
            lambda m: _when_ordered(m),
        ),
        (
            rf"^(?:(?P<t>qt\d+),? )?(?:the |my |his |her )?{_RANK} (?:(?P<x>qc\d+) {_ORDER}"
            rf"|{_ORDER} (?:of|for) (?P<y>qc\d+)){_P}(?: (?P<u>qt\d+))?(?: ?[,:.;]| [-–]) {_HOW}[ ?.]*$",
            lambda m: _when_ordered(m),
        ),
        (
            rf"^(?:(?P<t>qt\d+),? )?{_SHE} (?:had|has had|got|was|has been|had been) (?:on )?"
            rf"(?:(?:prescribed|ordered) )?(?P<x>qc\d+)(?: (?:prescribed|ordered))?(?: (?P<u>qt\d+))? ?[.;:,] "
            rf"(?:and )?(?:the )?{_RANK} (?:(?:such )?(?:{_ORDER}|one) ?)?(?:of (?:these|those|them))?{_THEN}"
            rf"(?: ?[,:.]| [-–])? {_HOW}[ ?.]*$",
            lambda m: _when_ordered(m),
        ),
    )
)


def _times(match: re.Match[str], *names: str) -> list[str]:
    """The times told, in the groups that have one."""
    said = match.groupdict()
    return [said[name] for name in names if said.get(name)]


def _when_ordered(match: re.Match[str]) -> str:
    """When a drug was first or last ordered in the one time that is told."""
    said = match.groupdict()
    times = _times(match, "t", "u", "v")
    if len(times) > 1:
        return match.group()
    return f"when was the {said['r']} {said['x'] or said.get('y')} order {' '.join(times)}".strip()


_PART = (
    r"(?:qt\d+|(?:the )?patient|(?:any|some)(?:thing|(?: drug| med)?)|(?:(?:the|all|any) )?(?:meds?|drugs?|medications?"
    rf"|{_ORDER})|(?:(?:by|via|through|over) (?:the )?)?qr\d+(?: route)?(?: (?:meds?|drugs?|medications?|{_ORDER}))?)"
)
_BY_ROUTE = Pattern(rf"^(?P<h>{_PART}(?:,? (?:(?:for|of|to|on) )?{_PART})*) ?[.;:] (?:and )?(?P<ask>[^.;:]+?)[ ?.]*$")
"""A heading that names a route, and no drug."""
_ONE = rf"(?:{_ORDER}|one|time|entry|of (?:them|these|those)|(?:drug|med|medication) (?:ordered|prescribed))"
_MADE = r"(?:placed|written|ordered|prescribed|made|given|issued)"
_ITS_WHEN = Pattern(
    rf"^{_WHEN} (?:was|were|of|is) (?:the |my |his |her )?{_RANK}(?: {_ONE})?(?: {_MADE})?(?: (?P<t>qt\d+))?$"
    rf"|^{_WHEN} (?:was|were|am|is|has) {_SHE} (?:very )?(?P<s>{ANY_RANK})"
    r" (?:been )?(?:prescribed|ordered|given)(?: (?:one|it|any(?:thing)?|something|that|such an? \w+))?(?: of (?:them"
    rf"|these))?(?: (?P<u>qt\d+))?$|^(?:{_NEED} )?(?:the )?(?:very )?(?P<q>{ANY_RANK})(?: {_ONE})?(?: (?P<v>qt\d+))?"
    rf"(?: (?:was|is))?(?: {_MADE})?,? {_WHEN_WAS_IT}$"
    rf"|^(?:i need |give me |tell me )?(?:the )?(?:date|time|day) of (?:the )?(?:very )?(?P<z>{ANY_RANK})(?: {_ONE})?$"
)
_ITS_NAME = Pattern(
    rf"^(?:(?:what|which)(?: (?:one|drug|med|medication))? (?:was|is|came) )?(?:the )?{_RANK}"
    rf"(?: (?:(?!time){_ONE}|drug|med|medication))?(?: {_MADE})?(?: (?P<t>qt\d+))?$"
)
_ITS_NUMBER = Pattern(
    rf"^(?:how many|(?:the )?(?:total )?(?:number|count) of)(?P<k> {_ORDER})?(?: (?:were|are|was) (?:there|{_MADE}))?"
    r"(?: in (?:all|total))?(?: (?P<t>qt\d+))?$"
)


_OF_ORDERS = Pattern(rf"^(?!.*\bq[rtc]\d).*\b{_ORDER}\b")
"""Orders, told by no route, time or name of their own."""


def _of_route(text: str) -> str:
    """What is asked of the orders by a route, which a heading tells with its time."""
    match = _BY_ROUTE.match(text)
    if match is None:
        return text
    routes, times = (re.findall(rf"\b{one}\d+", match["h"]) for one in ("qr", "qt"))
    when, name, number = (one.match(match["ask"]) for one in (_ITS_WHEN, _ITS_NAME, _ITS_NUMBER))
    row = when or name or number
    times += _times(row, "t", "u", "v") if row else []
    if len(routes) != 1 or len(times) > 1:
        return text
    of = f"via {routes[0]} {' '.join(times)}".strip()
    if row is None:  # more is asked of the orders, or something else
        return f"{match['ask']} {of}" if _OF_ORDERS.search(match["ask"]) else text
    if when:
        return f"when was the {when['r'] or when['s'] or when['q'] or when['z']} prescription {of}"
    if name:
        return f"which drug was {name['r']} prescribed {of}"
    return f"how many{row['k'] or ' prescriptions'} {of}"


_TAKEN = r"(?:taken(?: in)?|given|had|administered|received|infused|consumed)"
_ORDERED = r"(?:prescribed|ordered)"
_IT = r"(?:it|this|these|those|they|them|that)"
_FIRST_TIME = Pattern(
    rf"^(?:the |my |his |her )?(?P<x>qc\d+){_P} ?[,.:;–-]+ (?:(?P<w>{_WHEN}) (?:was|is) )?(?:the )?{_RANK} time"
    rf"(?: ever)?(?:,? (?P<t>qt\d+))?(?(w)|(?: ?[.,;:–-]+ ?| ){_WHEN_WAS_IT})[ ?.]*$"
)
_OF_NAME = Rewrites(
    (
        # the first time that a heading's name was given
        (
            rf"^(?:the |my |his |her )?(?P<x>qc\d+){_P} ?[,.:;–-]+ (?:(?:{_NEED}|i'm after|{_WHEN} (?:was|is)) )?"
            rf"(?:the )?{_RANK} time(?: that| when)? "
            rf"(?:{_IT} (?:was|were|got)|(?P<s>{_SHE}) (?:was|were|got|had)(?: {_IT})?)"
            rf" (?P<v>{_TAKEN}|{_ORDERED})(?(s)(?: {_IT})?)(?:,? (?P<t>qt\d+))?[ ?.]*$",
            lambda m: f"when was {m['x']} {m['r']} {m['v'].removesuffix(' in')} {m['t'] or ''}".strip(),
        ),
        # an order is placed
        (
            rf"^(?P<a>(?:for (?:the )?patient,? )?)(?:the )?(?P<r>(?:very )?{ANY_RANK}) (?P<o>(?:qc\d+ )?{_ORDER}"
            r"(?: (?:for|of) qc\d+)?(?: (?:via|by|through) (?:the )?qr\d+)?(?: qt\d+)?) (?:was|is|got) (?:placed|put in"
            rf"|entered|made|written|signed|issued)(?: on)?,? {_WHEN}[ ?.]*$",
            r"when was the \g<r> \g<o>",
        ),
        # one of a kind that was sent or ordered in a time
        (
            rf"^(?:(?P<t>qt\d+),? )?{_SHE} (?:had|has had|got) (?:some |several |a few )?(?P<n>qc\d+ )?(?P<k>cultures"
            r"|microbiology tests|procedures|prescriptions|scripts|orders|outputs|intakes)(?: (?:sent(?: off)?|done"
            r"|taken|drawn|collected|ordered|written|performed|charted|recorded))?(?: (?P<u>qt\d+))? ?[.;:,] (?:and )?"
            rf"(?:(?:{_NEED}|i'm after) )?(?:{_WHEN} (?:of|was|is) )(?:the )?{_RANK}"
            r"(?: (?:one|of (?:them|these|those)))?[ ?.]*$",
            lambda m: _when_sent(m),
        ),
    )
)


def _when_sent(match: re.Match[str]) -> str:
    """When the first or last entry of a kind was in the one time that is told."""
    times = _times(match, "t", "u")
    if len(times) > 1:
        return match.group()
    return f"when was the {match['r']} {match['n'] or ''}{match['k'].rstrip('s')} {' '.join(times)}".strip()


_WHETHER = (
    r"(?:(?:please |kindly )?(?:can|could|would|will) (?:somebody|someone|anyone|anybody|you) (?:please )?)?"
    r"(?:(?:confirm|check|tell me|say|verify|see|find out|let me know) )?(?:(?:if|whether|that) )?"
)
_GOT = r"(?:had|has had|has|was|were|got|received|has been|did|have|am i|is)"
_ORDERED_ANY = r"(?:prescribed|ordered|given|written up|on order)"
_ONE_OF = r"(?:(?:even |at least |just |any |so much as )?(?:one|any)) of (?:these|those|them|the following|the below)"
_UNION = Rewrites(
    (
        # any of those that a list tells behind
        (
            rf"^{_WHETHER}(?:(?P<t>qt\d+),? )?(?:{_SHE} (?:ever )?{_GOT}|{_GOT} {_SHE}|{_GOT})(?: ever)?"
            rf"(?: had| been| get)?(?: {_ORDERED_ANY})? {_ONE_OF}(?: (?:ever )?{_ORDERED_ANY})?(?:,? (?P<u>qt\d+))?"
            rf" ?[:,–-]+ {_NAMES}[ ?.]*$",
            lambda m: _any_ordered(m),
        ),
        (
            rf"^(?P<xs>qc\d+(?:,? (?:or|and) qc\d+|, qc\d+|/qc\d+)+){_P} ?[:.–-]+ {_WHETHER}(?:(?P<t>qt\d+),? )?"
            rf"(?:{_SHE} (?:ever )?{_GOT}|{_GOT} {_SHE}|{_GOT})(?: ever)?(?: had| been)?(?: {_ORDERED_ANY})? {_ONE_OF}"
            rf"(?: (?:ever )?{_ORDERED_ANY})?(?:,? (?P<u>qt\d+))?[ ?.]*$",
            lambda m: _any_ordered(m),
        ),
        # any of those that are named among a kind
        (
            rf"^{_WHETHER}(?:(?P<t>qt\d+),? )?(?:(?:do|does|did|is|are|was|were|has|have) )?(?:(?:any|either|one) of )?"
            rf"{_NAMES} (?:(?:ever|even|at all) )?(?:(?:show(?:n|s|ed)?|turn(?:ed|s)?|c[ao]me|crop(?:ped)?) up"
            r"|appear(?:s|ed)?|feature[sd]?|figure[sd]?|(?:to be )?found|listed|be found|occur(?:red)?)"
            r"(?: (?:anywhere|at all|somewhere|ever))?"
            rf"(?: (?:among|in|on|amongst|within) (?:(?:the|my|his|her|their|all) )*(?:patient's )?(?:{_ORDER}"
            rf"|prescribed (?:drugs|meds|medications)|med(?:ication)? list|drug list)){_P}(?:,? (?P<u>qt\d+))?[ ?.]*$",
            lambda m: _any_ordered(m),
        ),
    )
)


def _any_ordered(match: re.Match[str]) -> str:
    """Whether any of several drugs was prescribed in the one time that is told."""
    times = _times(match, "t", "u")
    if len(times) > 1:
        return match.group()
    names = re.findall(r"qc\d+", match["xs"])
    return f"was any of {', '.join(names[:-1])} or {names[-1]} prescribed {' '.join(times)}".strip()


def of_heading(text: str, drugs: frozenset[str]) -> str:
    """A skeleton's text with what a heading tells in the question behind it. `drugs`: of the names those of drugs."""
    first = _FIRST_TIME.match(text)
    if first and first["x"] in drugs:  # a drug's time is when it was given
        return f"when was {first['x']} {first['r']} given {first['t'] or ''}".strip()
    if first:
        return f"when was the {first['r']} {first['x']} {first['t'] or ''}".strip()
    for rules in (_DOCUMENTED_ORDERS, _OF_NAME, _UNION):
        text = rules.put_into(text)
    return _of_route(text)
