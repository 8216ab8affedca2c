"""Visits told as an occasion: "the last time she came through the ER, what was the reason?", "the latest visit there".

The rules are about a question as it is typed: each names the visit that is meant.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern, Rewrites
from chartwarden.agent.planning.wording.rank_words import FIRST_OR_LAST

_PLACE = (
    r"(?:er|ed|a ?& ?e|emergency(?: (?:room|department|dept|ward))?|urgent care(?: (?:cent(?:er|re)|clinic))?"
    r"|icu|intensive care(?: unit)?|hospital)(?![\w-])"
)
_IN = rf"(?:in|into|to|through|at|by|inside|via) (?:the |an? |our |this )?(?P<place>{_PLACE})"
_CAME = (
    r"(?:was|were|came|went|got|had to (?:go|come|be)|needed to (?:go|come|be)|ended up|landed|turned up"
    r"|showed up|wound up"
    r"|presented|checked in|attended|visited)(?: (?:back|seen|brought|taken|sent|rushed|treated|admitted|put"
    r"|kept|over|in|up|down))*"
)
_LEAD = r"(?P<lead>(?:(?:so|and|ok|okay|well),? )*)"
_LAST_TIME = Pattern(
    rf"^{_LEAD}(?:(?:on |at |from |during )?the )?(?:very )?"
    r"(?P<rank>last|latest|most recent|first|previous) (?:time|occasion)(?: that| when)? (?:[\w'-]+ ){1,4}?"
    rf"{_CAME} (?:(?:{_IN})(?: (?:here|there))?(?: as an? (?P<stayed>in-?patient))?"
    r"|(?:in )?(?:as )?(?:an? )?(?P<in>in-?patient)),? (?P<asked>[^.;]+?)[ ?.!]*$",
    re.IGNORECASE,
)
_SOMEBODY = (
    r"(?:(?:the |this )?patient|(?:this |the )?(?:person|man|woman|lady|gentleman)|he|she|they|i|we|him|her|them|me|us)"
)
_RECORD = r"(?:(?:the|his|her|my|their|this) )?(?:chart|records?|notes?|file|system|paperwork)"
_SAID = (
    r"(?:listed|recorded|documented|stated|given|noted|written(?: down)?|charted|official|main|presenting|chief|coded)"
)
_CAUSE = r"(?:reasons?|cause|indication|complaint|problem|trouble|matter|condition|diagnosis|illness)"
_REASON = Pattern(
    r"(?:(?:and|so) )?(?:"
    rf"why(?: (?:was|were|did) (?:that|it|{_SOMEBODY})(?: (?:go|come|there|in|so|have to (?:go|come|be there)))?)?"
    rf"|what (?:does|did|do|has) {_RECORD} (?:list|give|have|say|show|state|record|put(?: down)?|name|note)"
    rf"(?: (?:as|for|was|is|about))* (?:the |a )?(?:{_SAID} )*{_CAUSE}"
    rf"|(?:what|which) (?:was|were|is) (?:(?:the|his|her|my|their|that|{_SAID}) )*{_CAUSE}"
    rf"(?: (?:for (?:it|that|the visit|that visit)|with {_SOMEBODY}|there|then|being|treated|{_SAID}))*"
    rf"|(?:what|which) {_CAUSE} (?:was|were|is|did|does|had|has|brought|led|made)(?: (?:(?:they|the (?:staff"
    rf"|doctors?|team"
    rf"|chart)|it|{_SOMEBODY}|being|been|be|get|have|put|in|there|then|{_SAID}|treat(?:ed|ing)?|for|list|give)))*"
    rf"|what (?:was|were|did) (?:(?:{_SOMEBODY}|they|the (?:staff|doctors?|team)) )?(?:being )?treat(?:ed|ing)?"
    rf"(?: {_SOMEBODY})?(?: for)?(?: there)?"
    rf"|(?:for )?what (?:was|is|were) (?:it|that|(?:the|that) visit|{_SOMEBODY}) (?:there |in |seen )?(?:for|about)"
    rf"|what(?: was|'s| is) (?:wrong|going on|the matter)(?: with {_SOMEBODY})?"
    rf"|(?:for what|what for)|what (?:brought|sent|took) {_SOMEBODY}(?: in| there)?"
    rf"|what (?:did {_SOMEBODY} have|had {_SOMEBODY}(?: got)?)(?: wrong)?(?: then| there)?"
    r")(?: (?:recorded|documented|listed|given|noted|in the (?:chart|record|notes)|on record))?",
    re.IGNORECASE,
)
"""What asks for the reason of a visit, and for nothing else."""
_TOLD = Pattern(rf"\b(?:{_IN})", re.IGNORECASE)
_THERE = Pattern(
    r"\b(?P<visit>visit|stay|admission|encounter|appointment|trip)(?P<s>s?) (?:to |in )?there"
    r"(?= ?(?:[?.,;!]|$)| (?:on|in|since|before|after|during|and|at|for)\b)",
    re.IGNORECASE,
)


def _reason(match: re.Match[str]) -> str:
    """The reason of the visit of an occasion, where just that is asked."""
    if not all(map(_REASON.fullmatch, re.split(r",? (?:and|or) |, ", match["asked"]))):  # asked twice over
        return match.group()
    place = "inpatient" if match["stayed"] or match["in"] else match["place"]
    return f"{match['lead']}what was the reason for the {match['rank'].lower()} {place} {_kind(place)}?"


def _kind(place: str) -> str:
    return "stay" if place.lower().startswith(("hospital", "inpatient", "icu", "intensive")) else "visit"


_RUSHED = Pattern(
    rf"\b(?:rushed|raced|hurried) (?:back |over |straight |off )?(?:in)?to (?:the |an? )?(?P<place>{_PLACE})",
    re.IGNORECASE,
)
_WRONG = rf"{_LEAD}what (?:was|'s been) (?:wrong|the matter|up) with {_SOMEBODY} (?:when|the time)(?: that)? "
_WRONG_THEN = Pattern(
    rf"^{_WRONG}{_SOMEBODY} {_CAME} (?:{_IN})",
    re.IGNORECASE,
)


_REVIEW = Pattern(
    r"\b(?P<x>asthma|copd|diabet(?:es|ic)|epilepsy|hypertension) (?:review|check(?:-?up)?|appointment)"
    r"(?: (?:appointment|visit|clinic))?\b",
    re.IGNORECASE,
)
"""A visit for what somebody has all along."""
_WRONG_WHEN_SEEN = Pattern(
    rf"^{_WRONG}(?:they|you|we|the (?:doctors?|clinic|hospital|gp)) (?:saw|examined|looked at|treated) {_SOMEBODY}"
    rf"(?P<t> [^;?]*)?(?P<end>[ ?.]*)$",
    re.IGNORECASE,
)
"""What somebody was seen for, at a time."""
_TIME_OF = (
    r"(?P<t>(?:(?:back |earlier |again )?"
    r"(?:on|in|during|around|this|last|the last|yesterday|today|before|after|since)\b[^?;,]*)?)"
)
_IN_CARE = (
    rf"(?: (?:was|were) {_SOMEBODY} (?:(?:last|first) )?(?:in|seen|treated|brought in|taken in|kept in)"
    rf"|(?: did|'d) {_SOMEBODY} (?:come|go)(?: back)? in)"
)
_WAS_IN_FOR = Pattern(
    rf"^{_LEAD}what{_IN_CARE}(?: (?:in|at|by)? ?(?:the |our |this )?(?P<place>{_PLACE}|doctors?|gp|clinic))? for"
    rf"(?: {_TIME_OF})?[ ?.]*$",
    re.IGNORECASE,
)
"""What somebody "was in for", "was seen for" or "was in the ER for", at a time."""
_TAKEN_THERE = Pattern(
    rf"^{_LEAD}why did (?:{_SOMEBODY}|they) (?:have to )?"
    rf"(?:take|bring|rush) {_SOMEBODY} (?:back |straight )?(?:in )?to (?:the |our |a |an )?"
    rf"(?P<place>{_PLACE}|doctors?(?:'s)?|gp|clinic|pa?ediatrician)(?: {_TIME_OF})?[ ?.]*$",
    re.IGNORECASE,
)


def _reason_of_visit(match: re.Match[str]) -> str:
    """The reason of a visit that is told by its time and place; as it stands where neither is told."""
    place = match["place"] or ""
    if not place and not match["t"]:
        return match.group()
    named = f"{place} {_kind(place)}" if re.fullmatch(_PLACE, place, re.IGNORECASE) else "visit"
    return f"{match['lead']}what was the reason for the {named} {match['t'] or ''}".rstrip() + "?"


def _taken(match: re.Match[str]) -> str:
    """Who was rushed to a hospital came as an emergency."""
    place = "emergency department" if match["place"].lower() == "hospital" else match["place"]
    return f"taken to the {place}"


def _reason_then(match: re.Match[str]) -> str:
    return f"{match['lead']}what was the reason for the {match['place']} {_kind(match['place'])}"


_STAY = r"(?P<stay>(?:in-?patient |hospital )?(?:stay|admission|hospitali[sz]ation))(?! to\b)"
_RANKED = rf"(?:the |my |his |her |their )?(?P<rank>(?:very )?{FIRST_OR_LAST}) {_STAY}"
_AFTER = r"(?:(?:right |immediately |straight )?after|following|at the end of)"
_OUT = (
    r"(?:discharged|released|(?:let|allowed) (?:go|out|home|back home)(?: (?:of|from) (?:the )?hospital)?"
    r"|sent (?:back )?home|(?:leave|left|get out of|got out of|go home|went home)(?: from)?(?: (?:the )?hospital)?)"
)
_OUT_AFTER = Pattern(
    rf"\b(?P<out>{_OUT}(?: (?:from|of) (?:the )?hospital)?) {_AFTER} {_RANKED}(?=[ ?.!]*$)", re.IGNORECASE
)
_AFTER_OUT = Pattern(
    rf"^{_AFTER} {_RANKED},? (?P<asked>(?:when|(?:at |on )?what (?:time|date|day))\b[^.;?]*\b{_OUT})(?P<end>[ ?.!]*)$",
    re.IGNORECASE,
)
_PART_OF_HOSPITAL = Pattern(
    r"\b(?:which|what) (?:part|section|area|wing|bit|side|corner) of (?:the|this|our) hospital\b", re.IGNORECASE
)
_BEGUN_IN = Pattern(
    r"\b(?P<where>where|(?:which|what) (?:care ?)?(?:unit|ward|department)(?: of the hospital)?)"
    rf"(?: in the hospital)? (?P<who>(?:was|were|did) {_SOMEBODY}) (?:(?P<in>in|on|at|put|taken to|placed|staying|kept)"
    r"(?: (?:in|on))? (?:to (?:begin|start) with|(?:right )?(?:at|in) the (?:start|beginning|outset)|initially"
    r"|at first|originally)|(?:begin|start(?: out| off)?)(?: in| on)?)(?=[ ?.!,]*$)",
    re.IGNORECASE,
)
_LAST_DAY_IN = Pattern(
    rf"\b(?:what|which|when) (?:was|is) (?:(?:the|his|her|my|their) )?(?:very )?last (?:day|date)"
    rf"(?:(?: that| when| on which)? {_SOMEBODY} (?:was|were|spent|stayed|had been)(?: staying| still| kept)?)? "
    rf"(?:in|at|inside) (?:the |an? )?(?P<place>hospital|icu|intensive care(?: unit)?)(?=[ ?.!]*$)",
    re.IGNORECASE,
)
"""The last day of a stay is the one that it ended on."""
_CHECKED = Pattern(
    r"\b(?:hospital (?:check-?(?P<in>in|out)|(?P<came>arrival))|check-?(?P<in2>in|out)"
    r"(?= (?:dates?|times?)? ?(?:at|to|into|for|from|of) (?:the |a )?hospital))(?P<s>s?)\b",
    re.IGNORECASE,
)


_WHICH_STAY = (
    r"(?:at|in|during|on|for) (?:which|what) (?:hospital )?(?:admission|stay|visit|encounter|hospitali[sz]ation)"
)
_AND_AT_WHICH = Pattern(
    rf"^(?P<asked>(?:was|were|did|has|have|had|is)\b[^.;?]*?)(?:,? and|[?.,;])+ {_WHICH_STAY}"
    rf"(?: (?:was|is) (?:it|that|this))?[ ?.]*$|^{_WHICH_STAY} (?P<rest>(?:was|were|did)\b[^;?]*)[ ?.]*$",
    re.IGNORECASE,
)
"""A diagnosis or a procedure is of the visit at its time."""
_AGAIN = Pattern(
    r"\bre-?admi(?P<s>ssions?|tted)\b(?P<between>[^.;?]*?) (?P<rel>after|following|since|of) "
    r"(?=(?:(?:the|my|his|her|their|first|second|third|last|previous|icu|hospital) )*"
    r"(?:discharge|stay|admission|hospitali[sz]ation)\b)",
    re.IGNORECASE,
)
"""An admission after another is one again."""


def _again(match: re.Match[str]) -> str:
    relation = "after" if match["rel"].lower() == "of" else match["rel"]
    return f"admi{match['s']}{match['between']} {relation} "


def _at_which(match: re.Match[str]) -> str:
    return f"{match['asked']}, and when was it?" if match["asked"] else f"when {match['rest']}?"


def _begun_in(match: re.Match[str]) -> str:
    where = "which care unit" if match["where"].lower() == "where" else match["where"]
    who = re.sub(r"^did ", "was ", match["who"], flags=re.IGNORECASE)
    return f"{where} {who} first in"


def _checked(match: re.Match[str]) -> str:
    end = "discharge" if (match["in"] or match["in2"] or "").lower() == "out" else "admission"
    return f"hospital {end}{match['s']}"


_UNIT_IN = Pattern(
    r"\b(?:(?:(?:what|which) (?P<u>care ?unit|unit|place|part of the hospital|location)|(?P<w>where))(?: in the "
    r"hospital)?"
    r" (?:was|were|is|am) (?P<who>i|he|she|they|we|(?:the )?patient(?: \d+)?) (?:(?P<r>first|last|most recently)"
    r"(?: (?:in|on|at))?|(?:in|on|at) (?P<r2>first|last|most recently))"
    r"|(?P<v>the) (?P<r3>first|last|latest) (?:place|location|unit|care ?unit)(?: in the hospital)? (?:that )?"
    r"(?P<who3>i|he|she|they|we|(?:the )?patient(?: \d+)?) (?:was|were) (?:in|on|at))(?= ?(?:[,?.;:(]|$)| (?:since"
    r"|until|up|as of|before|during|in (?:\d|[a-z]+ \d)|last|this|over|through|till|by|yesterday|from)\b)",
    re.IGNORECASE,
)
"""The unit at one end of all stays, asked by who was there."""


def _unit_at_end(match: re.Match[str]) -> str:
    """The first or the last unit, which a rank behind the verb is of and no stay."""
    if match["w"] and not match["r"]:
        return match.group()
    rank = (match["r"] or match["r2"] or match["r3"]).lower().replace("most recently", "last")
    whose = (match["who"] or match["who3"]).lower()
    whose = {"i": "my", "he": "his", "she": "her", "they": "their", "we": "our"}.get(whose, f"{whose}'s")
    return f"{'' if match['v'] else 'what was '}{whose} {rank} care unit"


_THAT_WAY = Pattern(
    r"^(?:the )?(?P<place>er|ed|a ?& ?e|emergency (?:room|department|dept))(?: (?:admissions?|route))?"
    r"(?: (?:is|was) (?:the (?:source|way|route)|it))? ?[.:;,–-]+ "
    r"(?P<q>[^.;:]*?\b(?:admi\w+|came|come|brought|taken|arrived?)\b[^.;:?]*?),? (?:by |in |through )?"
    r"(?:(?:that|this|the same) (?:way|route)|like that)(?P<rest>[ ?.!]*)$",
    re.IGNORECASE,
)
"""How somebody came in, told before it is asked about: "Emergency room. When was I first admitted that way?"."""


_ARRIVING = Pattern(
    r"^(?:arriv(?:ing|ed|al)|coming in|com(?:ing|es?)|came(?: in)?|admitted|admission|entering|entered)"
    r" (?P<by>(?:by|via|through|from|as) [^,.;:?]+?)(?:[,:.;]| [-–—]) "
    r"(?P<q>[^.;:?]*?\b(?:admi\w+|arriv\w+|came|come|hospital\w*)\b[^.;:?]*?)(?P<end>[ ?.!]*)$",
    re.IGNORECASE,
)
"""How somebody came in, told before the admission that is asked about."""


_HOW_OFTEN_THERE = Pattern(
    rf"^(?![^?]*\badmi\w+ (?:via|through|by)\b){_LEAD}how (?:many times"
    rf"|often) (?:(?:has|have|had|was|were|did|is|'s) )?{_SOMEBODY}"
    rf"(?: (?:have|had|been|be|ever|to))*(?: (?:{_CAME}|taken|brought|rushed|seen|treated|admitted|sent|go|come"
    rf"|end up|land|turn up|show up|present))+(?: (?:{_IN}))(?P<rest>[^?;]*?)[ ?.]*$",
    re.IGNORECASE,
)
"""How many visits there were to a place, told by who came."""
_TRIPS = Pattern(
    rf"\b(?P<p>{_PLACE}) (?:trip|attendance|run|dash)(?P<s>s|es)?\b"
    rf"|\b(?:trip|visit|attendance|run|dash)(?P<s2>s|es)? (?:in)?to (?:the |an? )?(?P<p2>(?!hospital|icu"
    rf"|intensive){_PLACE}|emergency)(?![\w-])",
    re.IGNORECASE,
)
_BECAUSE = Pattern(
    rf"\b(?P<v>{_PLACE} visits?(?: (?:on|in|since|during) [^,;?]{{3,20}}?)?) (?:because of|due to|over|on"
    rf" account of|with) ",
    re.IGNORECASE,
)
"""What a visit was for."""
_SEEN_AT = Pattern(
    rf"^{_LEAD}(?:"
    rf"(?:(?:at|in|to) )?(?:which|what) hospital (?:did (?:(?:we|they|i|you) (?:take|bring|rush) (?P<a>{_SOMEBODY}) to"
    rf"|(?P<b>{_SOMEBODY}) (?:go|attend|visit|turn up|end up)(?: to| at| in)?)"
    rf"|(?:was|were) (?P<c>{_SOMEBODY}) (?:at|in|seen|treated|looked after|taken to|brought to|sent to)(?: (?:at|in))?)"
    rf"|(?:what (?:is|was|'s) )?(?:the )?name of the hospital (?:(?:that|which|where) )?(?:(?:we|they|i) took "
    rf"(?P<d>{_SOMEBODY}) to"
    rf"|(?P<e>{_SOMEBODY}) (?:attended|went(?: to)?|visited|was (?:taken to|brought to|sent to|seen(?: at)?"
    rf"|treated(?: at)?"
    rf"|at|in))))(?P<rest> (?:when|on|in|for|with|because|last|the|yesterday|after|before|during)\b[^;]*)$",
    re.IGNORECASE,
)
"""The place of a visit, asked by who went there."""
_WITH_IT = Pattern(
    rf"^ when {_SOMEBODY} (?:(?:had|got|caught|came down with|was diagnosed with|(?:went|came|was brought) in with) "
    r"|(?P<x>burn|scald|cut)(?:t|ed|ded)? (?:him|her|my|them)sel(?:f|ves)\b)",
    re.IGNORECASE,
)
_TREATED_AT = Pattern(
    rf"^{_LEAD}(?:(?:at|in|by) )?(?:which|what) (?:hospital|clinic) (?:was|were|is) "
    r"(?P<x>(?:(?:the|his|her|my|their) )?[a-z][a-z' -]{2,40}?) (?:seen(?: to)?|treated|dealt with|looked (?:at|after)"
    r"|taken care of)(?P<rest>[^;]*)$",
    re.IGNORECASE,
)
_TREATED_FOR = Pattern(
    rf"^{_LEAD}where (?:was|were) (?P<w>{_SOMEBODY}) "
    r"(?:treated|looked after|cared for) (?:for|with) ",
    re.IGNORECASE,
)
_SAW_FOR = Pattern(
    r"\b(?P<q>(?:who|which (?:doctor|clinician|physician|practitioner|provider|nurse)) "
    rf"(?:saw|treated|examined|looked after|dealt with|attended(?: to)?) {_SOMEBODY}) (?:for|with|about|because of) "
    r"(?=(?:the|an?|my|his|her|their) [^?;]*\b(?:in|on|last|first|(?:19|20)\d\d))",
    re.IGNORECASE,
)
"""Who it was that somebody went to with something, at a time."""
_IS_SOMEBODY = Pattern(rf"{_SOMEBODY}|my \w+", re.IGNORECASE)


def _often(match: re.Match[str]) -> str:
    place = match["place"]
    rest = re.sub(r"^ (?:with|because of|due to|over|on account of) ", " for ", match["rest"])
    return f"{match['lead']}how many {place} {_kind(place)}s were there{rest}?"


def _trip(match: re.Match[str]) -> str:
    place = (match["p"] or match["p2"]).lower()
    return f"{place} visit{'s' if match['s'] or match['s2'] else ''}"


def _seen_at(match: re.Match[str]) -> str:
    who = next(match[one] for one in "abcde" if match[one]).lower()
    who = {"him": "he", "her": "she", "them": "they", "me": "i", "us": "we"}.get(who, who)
    rest = _WITH_IT.sub(lambda m: f" with the {m['x'].lower()}" if m["x"] else " with ", match["rest"])
    seen = f"where did {who} go" if rest != match["rest"] else f"where was {who} seen"
    return f"{match['lead']}{seen}{rest}"


def _treated_at(match: re.Match[str]) -> str:
    if _IS_SOMEBODY.fullmatch(match["x"]):
        return match.group()
    return f"{match['lead']}where did the patient go with {match['x']}{match['rest']}"


_PUT = Rewrites(
    (
        (_REVIEW, r"\g<x> follow-up"),
        (_WRONG_WHEN_SEEN, lambda m: f"{m['lead']}what was the reason for the visit{m['t'] or ''}{m['end']}"),
        (_SAW_FOR, r"\g<q> at the visit for "),
        (_TREATED_FOR, r"\g<lead>where did \g<w> go with "),
        (_TREATED_AT, _treated_at),
        (_HOW_OFTEN_THERE, _often),
        (_SEEN_AT, _seen_at),
        (_TRIPS, _trip),
        (_BECAUSE, r"\g<v> for "),
        (_ARRIVING, r"\g<q> \g<by>\g<end>"),
        (_THAT_WAY, r"\g<q> via the \g<place>\g<rest>"),
        # a stay, its ends and its units: who is let out after a stay ends it
        (_OUT_AFTER, r"\g<out> from the \g<rank> \g<stay>"),
        (_AFTER_OUT, r"\g<asked> from the \g<rank> \g<stay>\g<end>"),
        (_LAST_DAY_IN, r"when did the last \g<place> stay end"),
        (_PART_OF_HOSPITAL, "which unit of the hospital"),
        (_BEGUN_IN, _begun_in),
        (_UNIT_IN, _unit_at_end),
        (_CHECKED, _checked),
        (_AND_AT_WHICH, _at_which),
        (_AGAIN, _again),
        (_RUSHED, _taken),
        (_LAST_TIME, _reason),
        (_WRONG_THEN, _reason_then),
        (_WAS_IN_FOR, _reason_of_visit),
        (_TAKEN_THERE, _reason_of_visit),
    )
)


def visits_named(question: str) -> str:
    """The question with a visit named that is told as an occasion, or as one to a place told before."""
    question = _PUT.put_into(question)
    there = _THERE.search(question)
    told = {match["place"].lower() for match in _TOLD.finditer(question, 0, there.start())} if there else set()
    if there is None or len(told) != 1:
        return question
    return f"{question[: there.start()]}{told.pop()} {there['visit']}{there['s']}{question[there.end() :]}"
