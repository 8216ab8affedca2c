"""A scene that is set before a question and limits it: "ER use: visits this year?", "the flu shot visit had labs".

What the scene says is put into the question, which by itself would ask for more: all visits, all medication, any day.
The rules are about a question as it is typed, before names are looked for in it.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern, Rewrites
from chartwarden.agent.planning.times.dates import MONTH, YEAR
from chartwarden.agent.planning.wording.question_words import AUX, WH
from chartwarden.agent.planning.wording.told_patterns import BREAK, END, NAME, TIME

_THE = r"(?:(?:the|his|her|my|their|our|this patient's|the patient's) )?"
_RANK = r"(?:(?:very )?(?:first|last|latest|earliest|most recent|newest|second|third))"

_KIND = (
    r"(?:er|ed|a ?& ?e|emergency(?: (?:room|department|dept\.?|ward))?|urgent care|out-?patient|in-?patient|ambulatory)"
)
_USE = r"(?:use|usage|utili[sz]ation|attendances?|traffic)"
_CONTACT = r"(?:visits?|encounters?|attendances?|contacts?|trips?|presentations?)"
_WHAT_FOR = (
    r"(?: for (?!(?:the )?(?:last|past|previous|this|whole)\b)[a-z]+(?: [a-z]+)?| report| audit| tally| review)?"
)
_NO_OTHER_KIND = rf"(?:(?!\b(?:{_KIND}|hospital|clinic|office|wellness|icu|admissions?|stays?)\b)[^.?!;:])*?"


def _of_kind(match: re.Match[str]) -> str:
    """The number of visits of one kind, which a heading tells; each of its visits is one of that kind."""
    kind = match["k"] or match["k2"]
    kind = "emergency room" if kind.lower().startswith(("e", "a &", "a&")) else kind
    asks = "" if _ASKS.search(f"{match['a']}{match['b']}") else "how many "
    visits = "visit" if match["v"].lower() in _ONE and not asks else "visits"
    return f"{asks}{match['a']}{kind} {visits}{match['b']}{match['t'] or ''}{match['end']}"


_ASKS = Pattern(
    rf"\b(?:{WH}|{AUX}|any|total|number|count|tally|sum|list|show|give|name|date|dates|first|last|latest|each|per|every)\b",
    re.IGNORECASE,
)
_ONE = frozenset({"visit", "encounter", "attendance", "contact", "trip", "presentation"})
_VISITS_OF_KIND = Rewrites(
    (
        (
            rf"^(?:[a-z'-]+ ){{0,4}}?(?:(?P<k>{_KIND})(?: room| care)? {_USE}"
            rf"|(?:visits|trips|attendances) to (?:the |an? )?(?P<k2>{_KIND})){_WHAT_FOR}(?P<t> {TIME})?{BREAK}"
            rf"(?P<a>{_NO_OTHER_KIND})\b(?P<v>{_CONTACT})\b(?P<b>{_NO_OTHER_KIND})(?P<end>[ ?.!]*)$",
            _of_kind,
        ),
    ),
    re.IGNORECASE,
)

_FOLLOWS = (
    r"(?:plotting|charting|graphing|tracking|trending|following|reviewing|auditing|summari[sz]ing|studying|tabulating"
    r"|looking (?:at|over|through)|going (?:over|through)|writing up)"
)
_NEEDS = (
    r"(?:(?:and|so)(?: (?:i|we))?|,? (?:and )?(?:i|we))(?: just| only| also)? "
    r"(?:need|want|would like|'d like|am after|are after|have to have)(?: to (?:know|have|find|see))?"
)
_OF_WHAT_IS_FOLLOWED = Rewrites(
    (
        (
            rf"^(?:(?:i'm|i am|we're|we are) )?(?:just |now )?{_FOLLOWS} {_THE}(?P<x>{NAME})(?: values| readings)?"
            rf"(?P<t> {TIME})?,? {_NEEDS} (?P<q>(?:the|its|when|which|on which|what|on what)\b[^.?;:]*?){END}",
            lambda m: f"{m['x']}{m['t'] or ''}: {m['q']}?",
        ),
    ),
    re.IGNORECASE,
)

_SHE = r"(?:(?:the |this )?(?:patient|pt)|he|she|they|i|(?:my |our )[a-z]+)"
_WENT_THERE = Rewrites(
    (
        (
            rf"^(?:the |an? )?(?P<p>er|ed|a ?& ?e|emergency(?: (?:room|department|dept\.?|ward))?|urgent care|hospital)"
            rf"(?:,? (?:in |for |during )?(?P<t>{TIME}))?{BREAK}(?:so )?(?P<aux>did|has|had"
            rf"|was) (?P<w>{_SHE}) (?:ever )?"
            r"(?:turn(?:ed)? up|go(?:ne)?|show(?:n|ed)? up|been(?: seen)?|end(?:ed)? up|come?|attend(?:ed)?|seen"
            r"|visit(?:ed)?)"
            r" there(?: (?:at all|ever|even once|once|then|in that (?:same )?year|that year|(?P<u>(?:in|since|before"
            r"|during|last|within|over) [^.?;:,]+?)))*[ ?.!]*$",
            lambda m: _went_there(m),
        ),
    ),
    re.IGNORECASE,
)


def _went_there(match: re.Match[str]) -> str:
    """Whether somebody went to the place that a heading names, in the one time that is told."""
    time, later = match["t"] or "", match["u"] or ""
    if time and later:
        return match.group()
    time = f"in {time}" if time[:1].isdigit() and len(time) == 4 else time
    return f"did {match['w']} go to the {match['p']} {time or later}".strip() + "?"


_BLOODS = (
    r"(?:some |the |a )?(?:bloods?|blood ?work|blood tests?|blood draws?|labs?|lab work|lab tests?|tests?)"
    r"(?: (?:drawn|taken|done|run|as well|too|also|alongside|with it))*"
)
_SHOT = r"(?:shot|jab|vaccine|vaccination|booster|immuni[sz]ation|dose)"
_SHOT_VISIT = rf"(?P<r>{_RANK}) (?P<x>{NAME}(?: {NAME})?) (?P<s>{_SHOT}) (?:visit|appointment|encounter)"
_THEN = r"(?:,? (?:(?:on )?(?:that|the same) (?:day|date|visit)|then|at (?:that|it)|that time))?"
_WHOSE = r"(?P<o>(?:(?:(?:my |his |her |the )?[a-z]+'s|the|his|her|my|their) )?)"


def _on_day_of_shot(match: re.Match[str]) -> str:
    """What is asked of bloods that were taken with a shot: of the day of the shot."""
    asked = re.sub(r"\b(?:was|were|is|are) what$", "", match["q"].strip(), flags=re.IGNORECASE).strip()
    lead = "" if re.match(rf"(?:{WH}|{AUX})\b", asked, re.IGNORECASE) else "what was the "
    the = re.sub(r"^the ", "", asked, flags=re.IGNORECASE) if lead else asked
    own = "the " if match["o"].lower() in ("", "a ", "an ") else match["o"]
    rank = match["r"] or match.groupdict().get("r2")
    return f"{lead}{the} on the day of {own}{rank.lower() + ' ' if rank else ''}{match['x']} {match['s']}?"


_Q = r"(?P<q>[^.?!;:]+?)"
_WITH_SHOT = Rewrites(
    (
        (
            rf"^{_WHOSE}{_SHOT_VISIT} (?:also |even )?(?:had|included?|involved|came with|featured|comprised|saw) "
            rf"(?:also )?{_BLOODS}{BREAK}{_Q}{_THEN}(?P<w> (?:was|were) what)?{_THEN}{END}",
            _on_day_of_shot,
        ),
        (
            rf"^(?:at|on|during) {_WHOSE}{_SHOT_VISIT},? {_BLOODS} (?:was|were) (?:also )?(?:drawn|taken|done|run)"
            rf"(?: too| as well| also)?{BREAK}{_Q}{_THEN}(?: (?:was|were) what)?{_THEN}{END}",
            _on_day_of_shot,
        ),
        (
            rf"^(?:there (?:was|were) (?:also )?)?{_BLOODS}(?: (?:was|were) (?:also )?(?:drawn|taken|done|run))? "
            rf"(?:at|on|during) {_WHOSE}{_SHOT_VISIT}(?: too| as well)?{BREAK}{_Q}{_THEN}(?: (?:was|were) what)?"
            rf"{_THEN}{END}",
            _on_day_of_shot,
        ),
        (
            r"^(?:(?:my |his |her |the |our )?[\w']+|the patient|this patient) (?:went (?:in )?for|had|got|was given"
            r"|received|came (?:in )?for) (?P<o>(?:the|his|her|my|their|an?) )"
            rf"(?:(?P<r>{_RANK}) )?(?P<x>{NAME}(?: {NAME})?) (?P<s>{_SHOT})(?:,? (?:i mean )?the (?P<r2>{_RANK})(?:"
            rf" one)?"
            r"(?:,? (?:i mean|that is))?)?,? (?:and|-|–|;) ?(?:on |at )?(?:that|the)(?: very| same)* (?:day|visit)"
            rf",? (?:they (?:also )?(?:took|drew|did|ran) )?{_BLOODS}(?: (?:was|were) (?:also )?(?:drawn|taken|done"
            rf"|run))?(?: too| as well)?{BREAK}{_Q}{_THEN}(?: (?:was|were) what)?{_THEN}{END}",
            _on_day_of_shot,
        ),
        (
            rf"^(?P<q>(?:(?!\b(?:who|whom|whose|doctor|nurse|reason|why|else|where|clinic)\b)[^.;:])*?)"
            rf"\b(?:at|on|from|during) {_WHOSE}{_SHOT_VISIT}\b(?! (?:in|on|of|after|before|since)\b)",
            lambda m: f"{m['q']}on the day of {m['o'] or 'the '}{m['r']} {m['x']} {m['s']}",
        ),
    ),
    re.IGNORECASE,
)

_MED_LIST = r"(?:(?:current|active|present|full) )?(?:med|meds|medication|medications|medicine|medicines|drug|drugs|rx)"
_NOW = r"(?:right now|just now|now|currently|at (?:the moment|present)|today|presently)"
_IS_A = (
    r"(?:that's|that is|which is|which's|that are|that counts as|that would (?:be|count as)|classed as|classified as"
    r"|that falls under|that belongs to)"
)
_ON_LIST = Rewrites(
    (
        (
            r"^(?:(?:i'm|i am|we're|we are) )?(?:just )?(?:going|looking|reading|running|working|checking|leafing"
            r"|reviewing|scanning|sorting)(?: (?:through|over|at|down|up))? "
            rf"(?:the|his|her|my|their|this|our) {_MED_LIST} (?:list|chart|card)\b"
            rf"(?![^.?!:;]*\b(?:\d{{4}}|last|past|previous|old|then)\b)[^.?!:;]*[.:;–-]+ "
            r"(?:(?:is|are) there )?any(?:thing)?(?: (?:else|there))? on (?:it|there|that)"
            rf"(?: (?P<n>{_NOW}))? {_IS_A} (?P<x>[^.?;:,]+?)(?P<m> {_NOW})?{END}",
            lambda m: f"is there anything on the medication list {m['n'] or m['m'] or 'now'} that is {m['x']}?",
        ),
    ),
    re.IGNORECASE,
)

_SPAN = (
    r"(?:(?:the|this|that) )?(?:(?:last|past|previous|this|current|calendar|full|whole) )*"
    r"(?:(?:\d+|two|three|four|five|six|seven|eight|nine|ten|twelve) )?(?:calendar )?(?:years?|months?|weeks?|days?)"
    r"|(?:(?:[a-z]+ )?(?:19|20)\d\d)"
)
_ONLY_THEN = Rewrites(
    (
        (
            r"^(?:looking|going by|counting|considering|taking|focus+ing|searching) (?:only|just|solely|purely"
            rf"|strictly|exclusively) (?:(?:at|on|in|within|over|for|during|to) )?(?P<t>{_SPAN})(?=[:,.;]| [-–])",
            lambda m: f"in {m['t']}",
        ),
        (
            rf"^(?:for|in|during|over|within|from) (?P<t>{_SPAN}) (?:only|alone|exclusively)(?=[:,.;]| [-–])",
            lambda m: f"in {m['t']}",
        ),
    ),
    re.IGNORECASE,
)


def _time_again(match: re.Match[str]) -> str:
    """The year or the month that is pointed to; as it stands, where the scene tells no month."""
    told = match["t"].split()[-1] if match["u"].lower() == "year" else match["t"]
    is_told = match["u"].lower() == "year" or " " in told
    return f"{match['s']}{match['q']}in {told}" if is_told else match.group()


_TIME_AGAIN = Rewrites(
    (
        (
            rf"^(?P<s>[^.?!]*?\b(?P<t>(?:(?:{MONTH}) )?{YEAR})\b(?:(?!\b{YEAR}\b)[^.?!])*[.!] )"
            r"(?=[^?]*\b(?:stays?|admissions?|hospitali[sz]ations?|icu|intensive care)\b)"
            rf"(?P<q>(?:(?!\b{YEAR}\b)[^?])*?)\b(?:(?:in|during|within|over|throughout|for) )?"
            r"that (?:same |very )?(?P<u>year|month)\b",
            _time_again,
        ),
    ),
    re.IGNORECASE,
)
"""A year or a month that a scene tells, pointed to in what is asked of stays."""


def scene_put_in(question: str) -> str:
    """The question with what a scene before it says put in; unchanged where no scene is set."""
    for rules in (_VISITS_OF_KIND, _WENT_THERE, _OF_WHAT_IS_FOLLOWED, _WITH_SHOT, _ON_LIST, _ONLY_THEN, _TIME_AGAIN):
        question = rules.put_into(question)
    return question
