"""A telegram of one thing and several things asked of it: "simvastatin - first, last, how many", "start + stop of it".

The thing, with its time, stands anywhere in the line, and every other piece of the line is one of the things asked.
Each becomes a question of its own. Where a piece is left over, more is said, and the text stays as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from chartwarden.agent.patterns import Choices, Pattern

_OWN = r"(?:(?:the|an?|his|her|my|their|its|patient's|all|any|of|for) )*"
_FEW = r"(?: (?:\d{1,2}|two|three|four|five|six))?"
_FIRST = rf"(?:very )?(?:first|1st|earliest|oldest){_FEW}(?: ever)?"
_LAST = rf"(?:very )?(?:last|latest|most recent|newest){_FEW}"
_DONE = r"(?:given|done|prescribed|ordered|taken|recorded|measured|seen|diagnosed|had|checked|started|written)"
_ONE = (
    r"(?:ones?|doses?|shots?|jabs?|orders?|scripts?|prescriptions?|readings?|val(?:ue)?s?|checks?|results?|levels?"
    r"|tests?|visits?|entry|time"
    r"|measurements?|infusions?|courses?)"
)
_STAYS = r"(?:visits?|admissions?|stays?|encounters?|hospitali[sz]ations?)"
KINDS = (
    r"(?:(?:emergency(?: room| department)?|er|ed|hospital|icu|inpatient|outpatient|clinic|current|active|past) )?"
    r"(?:visits?|encounters?|admissions?|stays?|appointments?|conditions?|problems?|diagnos[ei]s|meds|medications?"
    r"|medicines?|drugs?|prescriptions?|procedures?|operations?|allerg(?:y|ies)|vaccin(?:es?|ations?)|shots?|jabs?"
    r"|immuni[sz]ations?)"
)
_SUBJECT = Pattern(
    rf"(?<!\w){_OWN}(?:(?P<rank>{_FIRST}|{_LAST}) )?(?P<lead>(?:qt\d+ )?)(?P<x>qc\d+|\b{KINDS}\b)"
    rf"(?P<noun>(?: (?:{_ONE}|{_STAYS}))?(?: for {_OWN}qc\d+)?)(?P<times>(?:,? qt\d+)*)"
)
_HEAD = Pattern(
    r"^(?:(?:please|give|show|tell|(?P<list>list|name)|need|i need|i want|want|get|find|check"
    r"|can i (?:have|get|see)) )+(?:(?:me|us) )?"
)
_SEEN = Pattern(r"^(?P<rank>first|last) (?:seen|in clinic|came in)(?= ?[,;:+&?-])")
_CUT = Pattern(r"\s*(?:[,;:?+&/]|\s[-–]+(?=\s)|\b(?:and|versus|plus|with|also|then|as well as)\b)\s*")
_ENDS_CUT = Pattern(rf"{_CUT.pattern}$")
_AT_VISIT = Pattern(rf"\b(?:{_FIRST}|{_LAST}) visit\b")
_BESIDE = Pattern(r"(?:[+&/]|\b(?:and|plus)\b)")
_ORDERED = Pattern(r"\b(?:scripts?|prescriptions?|orders?|drugs?|medic(?:ation|ine)s?)\b")
_JOINED = Pattern(rf"{_BESIDE.pattern}|\bwith\b")
_LOOSE = Pattern(
    r"\b(?:please|too|as well|of (?:it|them|these|those)|(?<!drug )(?<!drugs )(?<!meds )"
    r"(?<!medication )(?<!medications )(?<!medicine )(?<!medicines )for (?:it|them)|on (?:file|record))\b|[.!]"
)
_ON = r"(?: (?:on|when|date|day))*"
_DATED = r"(?: (?:on|when|dates?|days?|times?))*"
_THE = r"(?:(?:the|its|their|when|dates?|of) )*"
_WANTS = Choices(
    (want, Pattern(said))
    for want, said in (
        (
            "count",
            r"(?:the )?(?:how many(?: (?:in (?:all|total)|total|times|doses|orders|altogether|were there|are there"
            rf"|{_ONE}))?|(?:total )?(?:number|no|count|tally)(?: of)?|total|number of (?:times|doses|orders)"
            r"|how often (?:(?:was|were) (?:it|they) )?(?:ordered|prescribed|given|done|measured|checked)"
            rf"|{_ONE},? (?:in )?total|(?:how many |number of )?times {_DONE})",
        ),
        ("first", rf"{_THE}(?P<rank>{_FIRST})(?: {_ONE})?(?: {_DONE})?{_ON}(?: was)?"),
        ("last", rf"{_THE}(?P<rank>{_LAST})(?: {_ONE})?(?: {_DONE})?{_ON}(?: was)?"),
        ("before", r"(?:the )?(?:prev(?:ious)?|prior|one before|second(?:[- ]to)?[- ]last)(?: one)?"),
        ("now", r"(?:right )?now|current(?:ly)?|today|at present"),
        ("start", rf"{_THE}(?:diagnos(?:is|ed)|since when|start(?:ed|s|ing)?|began|begin(?:s|ning)?|onset){_DATED}"),
        (
            "stop",
            rf"{_THE}(?:stop(?:ped|s)?|end(?:ed|s)?|finish(?:ed)?|resolved|resolution|over|healed|cleared(?: up)?"
            rf"|gone){_DATED}",
        ),
        (
            "name",
            r"(?:the |its |their )?(?:full |exact )?names?|(?:the )?list"
            r"|which(?: ones?)?(?: (?:was|were|is|are) (?:it|they))?|what(?: (?:was|is|were) (?:it|they))?",
        ),
        (
            "when",
            r"(?:the |its |their |on |what |which )*(?:dates?|days?)(?: (?:of )?each(?: one)?)?"
            r"|when(?: (?:was|were) (?:it|they|that)| each(?: one)?)?",
        ),
        (
            "who",
            r"(?:the |its )?(?:who|by whom|who by|prescriber|doctor)(?: (?:prescribed|ordered|wrote)(?: it| them)?)?",
        ),
        (
            "treated",
            r"(?:the |its |any |which |what )*(?:drugs?|meds|medications?|medicines?)"
            r"(?: (?:was|were|is|are|prescribed|given|ordered|used))* (?:for|against) (?:it|this|that)",
        ),
        ("why", r"(?:the |its |their )?(?:why|reasons?|what for|for what|indications?)"),
        (
            "done",
            r"(?:what )?(?:(?:was|were) )?(?:done|given)(?: (?:there|then|about it))?|what (?:did they do|happened)"
            r"(?: (?:there|then|about it))?|what they did",
        ),
        ("dose", r"(?:(?:the|its|what|current|latest|last) )*dos(?:e|age)s?"),
        ("frequency", r"(?:the |its )?(?:(?:dosing )?frequency|how often(?: (?:a|per|each) day| taken| daily)?)"),
        ("strength", r"(?:(?:the|its|what|current|latest|last) )*strengths?"),
        ("value", r"(?:(?:the|its|what|which) )?(?:val(?:ue)?|result|reading|level|figure)s?"),
        ("highest", r"(?:the )?(?:highest|max(?:imum)?|peak)(?: (?:value|reading|one))?"),
        ("lowest", r"(?:the )?(?:lowest|min(?:imum)?|nadir)(?: (?:value|reading|one))?"),
        ("mean", r"(?:the )?(?:mean|average)(?: (?:value|reading))?"),
        ("ever", r"(?:ever|any|at all|had any|ever had)"),
        (
            "still",
            r"(?:(?:is|are) (?:it|they|he|she|i|the patient) )?still (?:on(?: it| them)?|taking(?: it)?|active|current"
            r"|taken|there|going)|(?:active|ongoing|current)(?: now| still)?|on it now",
        ),
    )
)
_BOTH_DATES = Pattern(
    r"\b(start|stop|end|first|last)(?:ed)? ?(?:and|/|&|\+) ?(start|stop|end|first|last)(?:ed)? "
    r"(?:dates?|days?|times?)\b"
)
_OF_VALUES = frozenset({"value", "highest", "lowest", "mean"})
_OF_DRUGS = frozenset({"who", "dose", "strength", "frequency"})
_TIMED = frozenset({"first", "last", "start", "stop"})


@dataclass(frozen=True)
class Kinds:
    """Of the names of a skeleton, which are measurements, drugs and conditions."""

    measured: frozenset[str]
    drugs: frozenset[str]
    conditions: frozenset[str]

    def of(self, name: str) -> str:
        """The kind of a placeholder or of a word for a kind; nothing where it is of another."""
        if not name.startswith("qc"):
            return _SAID_KINDS.get(name.split()[-1].removesuffix("s"), "")
        kinds = (("measured", self.measured), ("drug", self.drugs), ("condition", self.conditions))
        return next((kind for kind, names in kinds if name in names), "")


_SAID_KINDS = dict.fromkeys(("med", "medication", "medicine", "drug", "prescription"), "drug") | dict.fromkeys(
    ("condition", "problem", "diagnosi", "diagnose"), "condition"
)


def wanted_apart(text: str, kinds: Kinds) -> tuple[str, ...]:
    """The questions of such a telegram, each with the thing in it; none, where the text is no such telegram."""
    head = _HEAD.match(text.strip())
    bare = _BOTH_DATES.sub(r"\1 date and \2 date", _HEAD.sub("", text.strip()))
    bare = _SEEN.sub(r"\g<rank> visit, when", bare)
    for subject in _SUBJECT.finditer(bare):
        wants = _wants(bare, subject, kinds, is_list=head is not None and head["list"] is not None)
        if wants:
            return _asked(subject, wants, kinds)
    return ()


_ONE_EACH = frozenset({
    "done", "treated", "count", "first", "last", "start", "stop", "who", "why", "dose", "highest", "lowest", "mean",
    "before",
})  # fmt: skip
"""Of what may be wanted, that which takes a question of its own."""
_OF_A_ROW = frozenset({"treated", "count", "start", "stop", "who", "why", "dose", "strength", "when", "still"})
_TOLD_OF_A_ROW = frozenset({"value", "dose", "strength", "who", "why", "name"})
_NAMED = Pattern(r"\bq[ct]\d+\b")
_WHAT_OF_IT = Pattern(
    r"(?:^|[:,;-] ?|\band )(?:what|which) (?:date|day|year|visit|drug|dose|doctor|reason|hospital)(?= ?[,;?]|$)"
)


def wants_several(text: str) -> bool:
    """Whether two pieces of a line each want something of their own, so that one question is not all of it."""
    return len(_wanted_in(text) & _ONE_EACH) > 1


_DOSES_COUNTED = Pattern(r"\bdoses\b(?: [a-z]+)*[,:;]? how many\b(?! (?:m[gl]|mcg|units?)\b)")
"""Doses that are counted, and not their strength asked for besides."""


def asks_several(text: str) -> bool:
    """The same of what is asked of a row, whichever it is: its date and its reason, but not the last and its date."""
    text = _DOSES_COUNTED.sub("how many", text)
    return len(_wanted_in(text) & _OF_A_ROW) > 1 or len(_WHAT_OF_IT.findall(text)) > 1


def _wanted_in(text: str) -> set[str]:
    said = (re.sub(r"\s+", " ", _LOOSE.sub(" ", piece)).strip() for piece in _CUT.split(_NAMED.sub(" ", text)))
    return {want for piece in said if (want := _WANTS.name_of(piece))}


def _wants(text: str, subject: re.Match[str], kinds: Kinds, *, is_list: bool) -> list[tuple[str, str]]:
    """What is asked of a thing by all that stands around it, with the row it names; nothing, where more is said."""
    said_before, after = text[: subject.start()].strip(), text[subject.end() :]
    before = re.sub(r" (?:of|for|in|on|was|were|did|is|are)$", "", said_before)
    is_measured = kinds.of(subject["x"]) == "measured"
    after = re.sub(r"^ counts?\b", "", after) if is_measured else after  # "the platelet count" is a measurement
    asks_what = re.search(r"(?:^|\W)what$", before) and (is_measured or before != said_before)
    is_for_it = kinds.of(subject["x"]) != "drug" and _ORDERED.search(before)  # "first script for the burn, date?"
    if asks_what or is_for_it or ("visit" not in subject.group() and _AT_VISIT.search(text)):
        return []
    is_of_many = not subject["x"].startswith("qc") or kinds.of(subject["x"]) == "drug"
    out: list[tuple[str, str]] = [("name", "")] if is_list and is_of_many else []
    for piece in (*_CUT.split(before), *_CUT.split(after)):
        said = re.sub(r"\s+", " ", _LOOSE.sub(" ", piece)).strip()
        found = _WANTS.match_of(said) if said else None
        if said and found is None:
            return []
        if found is not None and found[0] not in (want for want, _ in out):
            out.append((found[0], _rank(found[1].groupdict().get("rank"))))
    wants = [want for want, _ in out]
    is_clause = before and after.strip() and not _ENDS_CUT.search(before) and not _CUT.match(after)
    if is_clause and wants[:1] == ["when"] and len(out) > 2 and _TIMED.issuperset(wants[1:]):
        out = out[1:]  # "when was it first and last given"
    elif is_clause:
        return []  # "when was it highest"
    if wants == ["when"] and is_measured and _JOINED.search(after) and (subject["rank"] or "qt" not in subject.group()):
        rank = "" if subject["rank"] else "last"
        return [("value", rank), ("when", rank)]  # "weight and date"
    is_of_kind = not subject["x"].startswith("qc") and _BESIDE.search(after)
    if is_of_kind and wants and {"why", "when", "who", "dose"}.issuperset(wants):
        return [("name", ""), *out]  # "visits in 2017 and the reasons"
    return out if len(out) > 1 else []


def _rank(said: str | None) -> str:
    """The row that words name, as the grammar has it."""
    if not said:
        return ""
    few = re.search(r" (\d+|two|three|four|five|six)\b", said)
    return f"{'first' if re.search(r'first|1st|earliest|oldest', said) else 'last'}{few.group() if few else ''}"


def _asked(subject: re.Match[str], told: list[tuple[str, str]], kinds: Kinds) -> tuple[str, ...]:
    """A question for each thing wanted; none, where one of them cannot be asked of the thing."""
    name = f"{subject['x']}{subject['noun']}"
    kind = "" if re.search(rf"{_STAYS}$", name) else kinds.of(subject["x"])
    times = " ".join(re.findall(r"qt\d+", f"{subject['lead']} {subject['times']}"))
    rank, wants = _rank(subject["rank"]), [want for want, _ in told]
    if "ever" in wants and (rank or not {"name", "count"}.isdisjoint(wants)):
        told = [one for one in told if one[0] != "ever"]  # what there is tells whether there is any
    if kind != "measured" and "when" in wants and any(said for _, said in told):
        told = [one for one in told if one[0] != "when"]  # "the newest order, date"
    of_the_row = _TOLD_OF_A_ROW.intersection(want for want, said in told if not said)
    if of_the_row and (rows := [said for want, said in told if said]):
        if len(rows) + len(of_the_row) < len(told) or len(rows) > 1:
            return ()
        told, rank = [one for one in told if not one[1]], rows[0]  # "the first one: dose, who"
    if len(told) < 2 or ("frequency" in wants and {"dose", "strength"}.isdisjoint(wants)):
        return ()  # how often alone may be how many there were
    if "when" in wants and (extremes := [want for want in wants if want in ("highest", "lowest")]):
        if rank or len(extremes) + 1 < len([want for want in wants if want != "value"]) or kind != "measured":
            return ()
        if len(told) == 2 and not _JOINED.search(subject.string):
            return (f"when was the {extremes[0]} {name} {times}",)  # "highest LDL - on which date?"
        return tuple(f"what was the {one} {name} {times} and when was it" for one in extremes)
    ranked = [said for _, said in told if said]
    if kind == "measured" and set(wants) == {"before", "when"}:
        ranked = ["second to last"]
    if kind == "measured" and "when" in wants and len(ranked) == 1 and len(told) == 2:
        told, rank = [("value", ""), ("when", "")], ranked[0]
    asked = [_question(want, said or rank, name, kind) for want, said in told]
    return tuple(f"{one} {times}".strip() for one in asked) if all(asked) else ()


def _question(want: str, rank: str, name: str, kind: str) -> str:
    """One thing asked of another; nothing, where it cannot be."""
    is_treated = kind in ("drug", "condition")
    if (want in _OF_VALUES and kind != "measured") or (want in _OF_DRUGS and kind != "drug"):
        return ""
    if (want == "still" and not is_treated) or (want in ("start", "stop") and kind == "measured"):
        return ""
    the_one = f"the {rank} {name}" if rank else name
    if want == "done":
        return f"what was done at {the_one}" if re.search(rf"{_STAYS}$", name) else ""
    if want == "treated":
        return f"which drugs were prescribed for {name}" if kind == "condition" else ""
    done = {"drug": "prescribed", "condition": "diagnosed"}.get(kind, "")
    if want in ("now", "before"):
        return f"what was the {'last' if want == 'now' else 'second to last'} {name}" if kind == "measured" else ""
    if want in ("first", "last"):
        if kind == "measured":
            return f"what was {the_one}"
        return f"when was {name} {rank} {done}" if done and rank == want else f"when was {the_one}"
    asks = {
        "count": f"how many {name} are there",
        "start": f"when did {the_one} start",
        "stop": f"when did {the_one} end",
        "still": f"is {name} still active",
        "name": f"what was {the_one}" if rank and name.startswith("qc") else f"list the {f'{rank} {name}'.strip()}",
        "when": f"when was {the_one}",
        "who": f"who prescribed {the_one}",
        "why": f"why was {the_one} prescribed" if kind == "drug" else f"why was {the_one}",
        "dose": f"what was the dose of {the_one}",
        "strength": f"what was the strength of {the_one}",
        "frequency": f"what is the dosing frequency of {the_one}",
        "value": f"what was {the_one}",
        "ever": f"was there any {name}",
    }
    return asks.get(want) or f"what was the {want} {name}"
