"""What "the latest of these" and "the most recent one" point to, where a thing and its time stand before the question.

"Sputum cultures since 2012: which organism was in the latest of these?" asks of the latest sputum culture since 2012. A
story of one thing at one time ("I had a flu shot in 2012. When was the last one?") bounds nothing, and is left alone.
"""

from __future__ import annotations

import itertools
import re

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.wording.askers import without_asker
from chartwarden.agent.planning.wording.question_words import AS_FOR

_RANK = r"(?:very )?(?:first|last|latest|earliest|most recent|newest|oldest|final|initial|second|third)"
_KIND = (
    r"(?:microbiology(?: tests?)?|tests?|samples?|specimens?|cultures?|doses?|orders?|prescriptions?|readings?|values?"
    r"|results?|measurements?|procedures?|outputs?|entries|entry|administrations?|ones?)"
)
_PARTS = Pattern(r"^(?P<told>[^.;:?]+?) ?[.;:] (?P<ask>[^.;?]+?)[ ?.]*$")
_OF_THESE = Pattern(
    rf"\b(?:the )?(?P<rank>{_RANK}) (?:one )?(?:of|among) (?:these|those|them|that lot)(?: (?P<kind>{_KIND}))?\b"
)
_ONE = Pattern(rf"\b(?:the )?(?P<rank>{_RANK}) (?P<kind>one)\b(?! of)")
_SUCH = Pattern(rf"\b(?:the )?(?P<rank>{_RANK}) such (?P<kind>{_KIND})\b")
_THAT_TIME = Pattern(r",? ?\b(?:(?:in|of|during|on|for|from) )?that (?:same )?(?P<unit>year|month|day)\b")
_DRAWN = Pattern(
    r"\bqc\d+ (?:was |were |got |been )*(?:drawn|taken|collected|sent(?: off)?|obtained)(?: off)? (?:for|as)"
    r"(?: the| an?)? (?=qc\d)|\bqc\d+ (?:(?:was|were|got|been) )+(?:cultured|tested)(?: for| with)? (?=\(? ?qc\d)"
)
"""What a sample was taken of, before the test it was taken for."""
_STATES = Pattern(
    r"\b(?:i|i've|he|she|they|we|is|are|was|were|has|have|had|been|got|took|takes?|did|underwent|received|gave)\b"
)
_OFTEN = Pattern(r"\b(?:more than once|several|repeatedly|a few|many times|again and again|multiple|every \w+)\b")
_TURNS = Pattern(
    rf"\b(?:{_RANK}|before|after|since|until|during|except|excluding|only|not|never|without|if|when|what|which|who"
    r"|how|whether|where|why|number of|count of|tally|total)\b|\bq[nkpdra]\d"
)


_TAKEN = r"(?:done|taken|measured|recorded|made|had|given|checked|drawn)"
_DOING = r"(?:did|do|does|took|take|had|have|got|measured|checked|made|gave|ran|drew|recorded)"
_ONE_BESIDE = Pattern(
    rf"^(?P<lead>(?:so |and |but )?(?:(?:what|how (?:high|low|much)) (?:was|is) )?)(?:the )?(?P<rank>{_RANK}) "
    r"(?:one|time)"
    rf"(?: (?:(?:that|which) )?(?:(?:they|he|she|i|we|the patient|patient|somebody|someone) {_DOING}(?: it)?"
    rf"|(?:was |were )?{_TAKEN}))?"
    r" (?P<event>(?:(?:just|right|shortly) )?(?:before|after|prior to|following|since) [^,]+?)"
    r"(?P<ask>,? (?:and )?(?:what|how (?:high|low|much)) (?:was|is|did) (?:it|that|he|she|i|they|we|the patient|patient"
    r"|the (?:value|result|score|reading|figure|number))(?: (?:at|like|score|get|show|read|say|give|come out(?: at)?))?"
    r"|,? (?:its |the )?(?:value|result|score|reading|figure|number))?$"
)
"""One of several of what was told, by what it came before or after."""


def _one_beside(told: str, ask: str, informative: frozenset[str], aliases: dict[str, str]) -> str | None:
    """ "He had the MMSE a few times. The last one before the stroke, what was it?": the last MMSE before the stroke."""
    match = _ONE_BESIDE.match(ask)
    names = {aliases.get(one, one) for one in re.findall(r"\bqc\d+\b", told) if one in informative}
    if match is None or not (match["lead"].strip() or match["ask"]) or len(names) != 1 or re.search(r"\bqt\d", told):
        return None
    name = names.pop()
    if name in (aliases.get(one, one) for one in re.findall(r"\bqc\d+\b", match["event"])):
        return None
    return f"what was the {match['rank']} {name} {match['event']}"


_NOW = r"(?: (?:(?:right |just )?now|currently|at (?:the moment|present)|these days|today|so far))?"
_DRUGS_ASKED = (
    r"(?P<q>(?:what|which (?:drugs|medications|medicines|meds)) (?:else )?"
    r"(?:did|was|were|am|is|are|has|have|do|does) [^?,;]*?"
    r"\b(?:give|given|gave|prescribed?|ordered|put on|started on|get|got|take|taking|had|on)"
    rf"(?: (?:me|him|her|them|us|(?:the )?patient)(?: on)?)?)(?P<now>{_NOW})[ ?.]*$"
)
_FOR_IT = Pattern(
    rf"^(?:(?P<lead>for|{AS_FOR}|as far as) )?(?P<x>(?:(?:the|my|his|her|their|this|that) )*qc\d+)"
    rf"(?: (?:goes|is concerned))?(?(lead), | ?[:.,] (?:and )?for (?:it|that|this),? ){_DRUGS_ASKED}"
)
"""What drugs are asked for, told before them: "for my hypertension, what did they give me?"."""
_DRUGS_BEHIND = Pattern(rf"^(?P<x>(?:(?:the|my|his|her|their) )?(?P<name>qc\d+)) ?[:,] {_DRUGS_ASKED}")
"""The same of a condition alone: "hypertension: what is she on?"."""


_NAME_ALONE = Pattern(
    r"^(?P<x>(?:(?:the|any|his|her|my|their) )?qc\d+) ?\. (?P<ask>(?:(?:ever|first|last|also|again) )*(?:prescribed"
    r"|ordered|given|started|stopped|done|performed|diagnosed|recorded|measured|taken|checked|resolved|noted)\b"
    r"[^.;:]*)$"
)
"""A name in a sentence of its own, and what is asked of it: "Ibuprofen. Prescribed last year or not?"."""


_BY_ROUTE = Pattern(
    r"^(?:the )?(?P<r>qr\d+) (?:meds?|drugs?|medications?|medicines?|orders?|doses|route)"
    r"(?:,? (?:for |of |on )?(?:the )?patient)? ?[.:;,–-]+ (?P<q>[^.;:]*?),? "
    r"(?:(?:that|this) way|(?:by|via|through|over|on) (?:that|this|the same) route|like (?:that|this))(?P<rest>[ ?.]*)$"
)
"""A route told before what was given "that way"."""
_ANY_BEHIND = Pattern(
    rf"^(?:the )?(?P<x>qc\d+)(?:,? (?:for |of |in )?(?:the )?patient)? ?[:–-] (?:(?:was|were|is|are) there )?"
    rf"(?P<any>any|an|a) (?P<k>{_KIND})\b(?! (?:of|for) qc)"
)
"""A thing told before the kind of entry: "Foley: any output in July?"."""


_LOOKED_AT = Pattern(
    r"^(?:the )?(?P<x>qc\d+) (?:chart )?(?:reviews?|audits?|checks?|rounds?|quer(?:y|ies)|questions?|history"
    r"|reconciliation|monitoring)(?:,? (?:for |of |in )?(?:the )?patient)? ?[:–-] "
    rf"(?P<ask>(?:(?!qc\d)[^:])*?)\b(?P<k>{_KIND})\b(?P<rest>(?:(?!qc\d)[^:])*)$"
)
"""What a review is of, before a question for one of its rows: "warfarin review: when was the last prescription?"."""
_ASKED_FOR = Pattern(r"^(?P<topic>[^.;:?,]*\bq[acr]\d+\b[^.;:?,]*?) ?: (?P<rest>[^:]+)$")
"""A thing told before who asks of it: "warfarin: my pharmacist wants to know when it was last ordered"."""

_PERSON_BESIDE = Pattern(
    r"^(?:(?P<p>qp\d+) ?(?:[/&+,:–-]|and) ?(?:the )?(?P<x>qc\d+)"
    r"|(?:the )?(?P<y>qc\d+) ?(?:[/&+,:–-]|and) ?(?P<q>qp\d+))"
    r" ?(?:[.:;,]| [–-]) (?P<ask>[^.;:]+)$"
)
"""Somebody and what they may have done, before a question: "Ada Quill / aspirin. Did she order it?"."""
_THEM = Pattern(r"\b(?:he|she|they)\b(?! (?:is|was|were|are) (?:prescribed|given|ordered|on))")
_VALUE_WANTED = Pattern(
    r"^(?:(?:the|my|his|her|their) )?(?P<x>qc\d+) ?(?:[.:;,]| [–-]) "
    r"(?P<q>(?:and )?(?:what|how (?:high|low)) (?:was|is) "
    rf"(?:the|his|her|my|their|its) {_RANK} (?:value|reading|result|level|measurement|number|figure|score))"
    r"(?P<t>(?: qt\d+)?)(?P<rest>,? (?:and|plus|with) [^.;]+)$"
)
"""A measurement told before a question for one of its values and for more of it."""


def _of_person_beside(text: str) -> str:
    """A question with the person and the thing that are told before it; as it stands where it points to one of them."""
    match = _PERSON_BESIDE.match(text)
    if match is None or re.search(r"\bq[cp]\d", match["ask"]):
        return text
    thing = _TO_IT.search(match["ask"])
    if thing is None or len(_THEM.findall(match["ask"])) != 1:
        return text
    ask = f"{match['ask'][: thing.start()]}{match['x'] or match['y']}{match['ask'][thing.end() :]}"
    return _THEM.sub(match["p"] or match["q"], ask)


def leaves_out_person(said: str, text: str) -> bool:
    """Whether somebody is told with a thing before a question, and no part of the text that is read has them."""
    is_told = _PERSON_BESIDE.match(said) is not None
    return is_told and ("qp" not in text or _PERSON_BESIDE.match(text) is not None)


def with_topic(
    text: str, informative: frozenset[str], aliases: dict[str, str], conditions: frozenset[str] = frozenset()
) -> str:
    """A skeleton's text with the thing and the time told before the question put where the question points to them.

    `conditions`: of the names those that are conditions and no drugs.
    """
    text = _VALUE_WANTED.sub(r"\g<q> of \g<x>\g<t>\g<rest>", _of_person_beside(text))
    behind = _DRUGS_BEHIND.match(text)
    if behind and behind["name"] in conditions:
        return f"{behind['q']}{behind['now']} for {behind['x']}"
    alone = _NAME_ALONE.match(text)
    if alone and "qc" not in alone["ask"]:
        text = f"{alone['x']}, {alone['ask']}"
    asked_for = _ASKED_FOR.match(text)
    wanted = without_asker(asked_for["rest"]) if asked_for else None
    if asked_for and wanted is not None:
        text = f"{asked_for['topic']}. {wanted}"
    looked_at = _LOOKED_AT.match(text)
    if looked_at and looked_at["x"] in informative - conditions:
        text = f"{looked_at['ask']}{looked_at['x']} {looked_at['k']}{looked_at['rest']}"
    text = _ANY_BEHIND.sub(r"was there any \g<x> \g<k>", text)
    text = _BY_ROUTE.sub(r"\g<q> \g<r>\g<rest>", text)
    text = _FOR_IT.sub(r"\g<q>\g<now> for \g<x>", text)
    parts = _PARTS.match(text)
    if parts is None or re.search(r"\bqt\d", parts["ask"]) or _TURNS.search(parts["told"]):
        return text
    if informative.intersection(re.findall(r"\bqc\d+\b", parts["ask"])):
        return _one_beside(parts["told"], parts["ask"], informative, aliases) or text
    told = _DRAWN.sub(" ", parts["told"])
    names = [name for name in dict.fromkeys(re.findall(r"\bqc\d+\b", told)) if name in informative]
    times = re.findall(r"\bqt\d+\b", told)
    if len({aliases.get(name, name) for name in names}) != 1 or len(times) > 1:
        return text
    place, ask = _place(parts["ask"], told)
    if place is None:
        return text
    kind = _kind(told, names[-1], place["kind"])
    named = f"the {place['rank']} {names[-1]} {kind}".strip()
    put = f"{ask[: place.start()]}{named}{ask[place.end() :]}".strip()
    when = _THAT_TIME.search(put)
    if when is None:
        return f"{put} {times[0]}" if times else put
    rest = f"{put[: when.start()]}{put[when.end() :]}".strip(" ,")
    return f"{rest} {times[0]}{when['unit']}" if times else text


def _place(ask: str, told: str) -> tuple[re.Match[str] | None, str]:
    """Where a question points to what was told, if all of that is meant and not one thing of one time."""
    if place := _OF_THESE.search(ask):
        return place, ask
    if _THAT_TIME.search(ask) and (place := _SUCH.search(ask) or _ONE.search(ask)):
        return place, ask
    if _OFTEN.search(told) or not _STATES.search(told):
        return _ONE.search(ask) or _SUCH.search(ask), ask
    return None, ask


def _kind(told: str, name: str, pointed: str | None) -> str:
    """The noun for what is named: as it was told, or as the question has it."""
    after = re.search(rf"\b{name}\)? (?P<kind>{_KIND})\b", told)
    after = after or re.search(rf"\bqc\d+ (?P<kind>{_KIND}) \( {name} \)", told)
    said = after["kind"] if after else (pointed or "")
    if said.startswith(("sample", "specimen")) and pointed and "test" in pointed:
        said = pointed
    return "" if said.startswith("one") else "entry" if said == "entries" else said.removesuffix("s")


_ALONE = Pattern(
    r"^(?:(?:the|my|his|her|their|about|regarding|concerning|re) )*(?P<x>qc\d+)(?: (?:for|of|in) (?:the )?patient)?"
    r" ?(?:\.+|[,;:–-]) ?(?P<ask>[^\s.].*)$"
)
_TO_IT = Pattern(
    r"\b(?:it|that|this|them|those|these)\b(?! (?:year|month|week|day|date|time|point|visit|stay|way|patient|person"
    r"|man|woman|is|was|are|were|has|have|had|he|she|they|i|we)\b)"
)


def named_alone(text: str) -> str:
    """The placeholder of the one name of a text, where it stands alone before a question that points to it; or empty.

    It is what is asked about, whether or not anything is known of it.
    """
    match = _ALONE.match(text)
    if match is None or "qc" in match["ask"] or not _TO_IT.search(match["ask"]):
        return ""
    return str(match["x"])


POINTS = Pattern(
    r"\b(?P<lead>(?:for|of|after|before|since|from|with|against|during|until) )?(?:(?:that|this|the|such(?: an?)?) (?:"
    r"diagnosis|condition|test|drug|medicine|medication|illness|vaccine|shot|visit|procedure)|it|that"
    r"|this(?! (?:person|man|woman|lady|child|time|moment|point)\b)|them|these(?! \w+s\b)|those"
    r"|they(?= (?:(?:ever|first|last|both|each|all) )*(?:measured|recorded|taken|done|ordered|checked|drawn|performed"
    r"|documented|administered|charted)\b)"
    r"|then|mine|one|ones)\b(?! of\b)"
)


ITS = Pattern(r"\b(?:its|their)\b(?! own\b)")
"""What a question points to something told before with."""
_NTH = (
    r"(?:(?:very )?(?:first|second|third|fourth|fifth|sixth|last|latest|earliest|most recent|newest|oldest|final"
    r"|previous)|second to last)"
)
_ROW = r"(?: (?:doses?|shots?|values?|readings?|results?|entry|order|prescription|measurement|one))?"
_ROW_NAMED = Pattern(
    rf"^(?:(?:the|his|her|my|their) )?(?:(?P<r>{_NTH}) (?P<n>qc\d+){_ROW}"
    rf"|(?P<m>qc\d+){_ROW},? (?:the )?(?P<s>{_NTH}){_ROW})$"
)
_EXTREME_NAMED = Pattern(
    r"^(?:of all )?(?:(?:the|his|her|my|their) )?(?:(?P<t>qt\d+),? )?(?:(?P<a>qc\d+)(?: (?:values|readings|results"
    r"|levels))? ?[,:]? )?(?:(?P<u>qt\d+) ?[,:]? )?(?:there (?:is|was|must be|are) )?(?:the|a) (?P<e>highest|lowest)"
    rf"(?: (?P<b>qc\d+))?{_ROW}(?:,? (?P<v>qt\d+))?$"
)


def _row_named(told: str) -> tuple[str, str, str]:
    """The row, the placeholder and the time, where that is all that is said: "the second zoster shot", "sodium, the
    latest", "of all the LDLs the highest one"."""
    extreme = _EXTREME_NAMED.match(told)
    if extreme is not None and bool(extreme["a"]) != bool(extreme["b"]):
        name = extreme["a"] or extreme["b"]
        return f"the {extreme['e']} {name}", name, extreme["t"] or extreme["u"] or extreme["v"] or ""
    match = _ROW_NAMED.match(told)
    if match is None:
        return "", "", ""
    name = match["n"] or match["m"]
    return f"the {match['r'] or match['s']} {name}", name, ""


_HOW_MANY_AND = Pattern(r"^(?P<many>how many)(?P<rest> (?:have|has|had|did|does|do|were|are)\b[^?]*?,? and .*)$")


def listed(names: list[str], told: str) -> str:
    """All of the names where they are told side by side, else the last of them."""
    places = [told.index(name) for name in names]
    between = [told[a:b] for a, b in itertools.pairwise(places)]
    alone = all(re.fullmatch(rf"qc\d+(?: {_KIND})?(?:,| ?&|,? and| ?/)? ?", one) for one in between)
    return " and ".join(names) if alone else names[-1]


def counted_and_more(ask: str, name: str, told: str) -> str:
    """A question how many there are, and for more, with what is counted put in; empty for any other question.

    `told`: what names it, with the kind of it.
    """
    counted = _HOW_MANY_AND.match(ask)
    noun = re.search(rf"\b{name} (?:shots?|vaccin\w+|jabs?|{_KIND})\b", told)
    return f"{counted['many']} {noun.group() if noun else name}{counted['rest']}" if counted else ""


_TWO_ASKS = Pattern(r"^(?P<a>[^,?;]+?)(?P<b>,? and (?:who|whom|when|what|where|which|why|how|by whom)\b.*)$")
"""Two things asked of one row, of which the second may point to it."""


def of_row(told: str, ask: str, informative: frozenset[str]) -> str | None:
    """A question with the row that is told before it in the place where it points to that; None if none is told."""
    row, name, when = _row_named(told)
    if name not in informative or informative.intersection(re.findall(r"\bqc\d+\b", ask)) or ("qt" in ask and when):
        return None
    place = POINTS.search(ask)
    two = _TWO_ASKS.match(ask)
    if two and not (ITS.search(two["a"]) or POINTS.search(two["a"])):
        return f"{two['a']} of {row}{f' {when}' if when else ''}{two['b']}"
    if its := ITS.search(ask):
        put = f"{ask[: its.start()]}the{ask[its.end() :]} of {row}"
    elif place:
        put = f"{ask[: place.start()]}{place['lead'] or ''}{row}{ask[place.end() :]}"
    else:
        put = f"{ask} {row}"
    return f"{put} {when}".strip()
