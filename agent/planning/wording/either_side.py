"""A measurement on either side of an event, in a skeleton: "Hb, last before ibuprofen versus first after: a drop?".

Whether it is higher or lower after it, which way it went, by how much, or what the two values are: each in the words
that the grammar has for it. The values are always the last one before the event and the first one after it.
"""

from __future__ import annotations

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.wording.newest import DOWN, UP
from chartwarden.agent.planning.wording.question_words import AUX
from chartwarden.agent.planning.wording.who import WHOSE

_ROW = r"(?: (?:values?|readings?|results?|levels?|ones?|measurements?|figures?))?"
_VERSUS = r"(?:versus|vs\.?|against|compared (?:to|with)|and(?: then)?|to|then|or|with|/)"
_EVENT = rf"{WHOSE}(?:(?:start|beginning|diagnosis|first (?:dose|order|prescription)) of {WHOSE})?(?P<e>qc\d+)"
_STARTED = r"(?: (?:was )?(?:first )?(?:started|begun|prescribed|ordered|given|diagnosed))?"
_BEFORE_IT = rf" (?:(?:just|right) )?(?:before|prior to) {_EVENT}{_STARTED},? "
_FIRST_AFTER = (
    rf"{_VERSUS} {WHOSE}(?:very )?(?:first|next|nearest|earliest){_ROW}(?: (?:just|right))? (?:after(?:wards?)?"
    r"|following)(?: (?:it|that|this))?"
)
_LAST_OF_IT = rf"{WHOSE}(?:very )?(?:last|latest|most recent|nearest|final)"
_TWO_ROWS = rf"{_LAST_OF_IT}{_ROW}{_BEFORE_IT}{_FIRST_AFTER}"
_RANK_AHEAD = Pattern(
    r"^(?:(?:what (?:was|were|is|are)|give me|show me|comparing"
    rf"|compare) )?{_LAST_OF_IT} (?P<x>qc\d+){_ROW}{_BEFORE_IT}"
    rf"{_FIRST_AFTER}(?P<ask>(?: ?[:;,.?–-]+ ?[^:;]*)?)$"
)
_BOTH_SIDES = (
    rf"(?:(?:from|just|right) )?(?:before (?:and|versus|vs|to|or) after|pre(?: and |/)post) {_EVENT}{_STARTED}"
)
_SIDES = Pattern(
    rf"^(?:comparing |compare )?{WHOSE}(?P<x>qc\d+){_ROW} ?[,:;–-]? (?:{_TWO_ROWS})(?P<ask>(?: ?[:;,.?–-]+ ?[^:;]*)?)$"
)
_AROUND = Pattern(
    rf"^(?:comparing |compare )?{WHOSE}(?P<x>qc\d+){_ROW} ?[,:;–-]? {_BOTH_SIDES}(?P<ask> ?[:;,.?–-]+ ?[^:;]*)$"
)
_ACROSS = Pattern(
    r"^(?P<ask>(?:(?:did|does|has|have|was|is) )(?:there (?:been )?(?:an?"
    rf"|any) [a-z]+ in )?)?{WHOSE}(?P<x>qc\d+)(?P<moved>[a-z ]*?)"
    r" (?:across|on either side of|either side of|over the (?:start|beginning) of"
    rf"|after(?=[^?]*\blast\b[^?]*\bbefore\b[^?]*\bfirst\b)) {_EVENT}{_STARTED}"
    r"(?: ?[?.,;]? ?\(?(?:(?:meaning|i\.?e\.?|that is|as in|so|comparing)[,:]? )?(?:the )?last"
    rf"{_ROW} before(?: it)?,? {_VERSUS} (?:the )?first{_ROW} after(?: it)?\)?)?"
    r"(?: ?[.,;?]? ?(?:is (?:that|this) )?(?:true|right|correct|so))?[ ?.]*$"
)
_BESIDE = Pattern(
    r"^(?:(?:just|right|straight|immediately|directly|shortly) )+(?P<rel>before|prior to|ahead of|after|following) "
    rf"{_EVENT}{_STARTED} ?[-–:,;] ?(?:what (?:was|is) )?{WHOSE}(?P<x>qc\d+)(?: (?:value|level|reading|result))?[ ?.]*$"
)
"""A measurement named behind the event that it lies next to."""
_MORE = r"(?:rise|increase|gain|climb|jump|growth)"
_LESS = r"(?:drop|fall|decrease|decline|dip|loss|reduction)"
_WAY = (
    r"(?:higher|lower|up|down|rise|fall|drop|increase|decrease|rose|fell|risen|fallen|go up|go down|gone up|gone down)"
)
_EITHER = Pattern(
    rf"\b{_WAY} or (?:an? )?(?:(?:did|has|is|was) it )?{_WAY}\b|\bwhich (?:way|direction)\b|\bwhat direction\b"
)
_HOW_MUCH = Pattern(r"\bhow much\b|\bdifference\b|\bdelta\b|\bby what\b|^(?:the )?(?:net |total )?change$")
_CHANGE_AFTER = Pattern(
    rf"^(?:(?:what (?:was|is)|give me|show me) )?{WHOSE}(?P<x>qc\d+) (?:change|difference) "
    rf"(?:after|across|over the (?:start|beginning) of|from before to after) {_EVENT}{_STARTED}[ ?.]*$"
)
_RISES = Pattern(rf"\b{_MORE}\b|{UP.pattern}")
_FALLS = Pattern(rf"\b{_LESS}\b|{DOWN.pattern}")
_WHETHER = Pattern(
    rf"(?:(?:and|so) )?(?:(?:{AUX}) )?(?:(?:it|that|this|there|they) )?(?:(?:been|be|come|came|go|gone|went|get|got"
    r"|become) )*"
    rf"(?:(?:any|an?|the) )?(?:{_MORE}|{_LESS}|[a-z]+)(?: (?:up|down))?(?: (?:afterwards?|after(?: (?:it|that))?"
    r"|there|then|at all|since|by then))*(?: or not)?"
)
"""Whether it rose or fell, and nothing besides."""


def on_either_side(text: str, measured: frozenset[str]) -> str:
    """A skeleton's text of such a question in the words of the grammar; as it is, where it is none.

    `measured`: the placeholders of names of measurements.
    """
    beside = _BESIDE.match(text)
    if beside and beside["x"] in measured and beside["e"] not in measured:
        row = "last" if beside["rel"] in ("before", "prior to", "ahead of") else "first"
        return f"what was the {row} {beside['x']} {beside['rel']} {beside['e']}"
    changed = _CHANGE_AFTER.match(text)
    if changed and changed["x"] in measured and changed["e"] not in measured:
        return f"how much did the {changed['x']} change after {changed['e']}"
    match = _SIDES.match(text) or _AROUND.match(text) or _RANK_AHEAD.match(text)
    across = _ACROSS.match(text) if match is None else None
    found = match or across
    if found is None or found["x"] not in measured or found["e"] in measured:
        return text
    name, event = found["x"], found["e"]
    said = f"{across['ask'] or ''}{across['moved']}" if across else (match["ask"] if match else "")
    asked = said.strip(" ,;:.?–-").removesuffix(" yes or no").strip(" ,;:.?–-")
    if not asked:
        return f"what was the last {name} before {event}? what was the first {name} after {event}"
    if _EITHER.search(asked):
        return f"was the {name} higher or lower after {event}"
    if _HOW_MUCH.search(asked):
        return f"how much did the {name} change after {event}"
    up = bool(_RISES.search(asked))
    if up == bool(_FALLS.search(asked)) or not (across or _WHETHER.fullmatch(asked)) or "not " in asked:
        return text
    return f"comparing the last {name} before {event} with the first one after, was it {'higher' if up else 'lower'}"
