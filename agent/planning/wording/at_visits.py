"""A visit put behind what is asked of it, in a skeleton: "the last visit's creatinine", "at the check-up, weight?"."""

from __future__ import annotations

import re
from collections.abc import Callable

from chartwarden.agent.patterns import Pattern, Rewrites
from chartwarden.agent.planning.wording.question_words import AUX, WH
from chartwarden.agent.planning.wording.rank_words import RANK_OR_PREVIOUS
from chartwarden.agent.planning.wording.who import WHO


def _at(visit: str) -> str:
    """At a visit; what has a name of its own is known by its day."""
    return f"on the day of {visit}" if re.search(r"\bqc\d+$", visit) else f"at {visit}"


HELD_AT_VISITS = Pattern(
    r"\b(?:medic(?:ation|ine)s?|meds|drugs?|prescri\w+|procedures?|tests?|labs?|vaccin\w+|immuni[sz]\w+|shots?|jabs?"
    r"|diagnos\w+|conditions?|vitals|vital signs|results|readings|measurements|bloods)\b"
)
"""What is asked of what a visit holds, and not of the visit."""
_ONE_VISIT = (
    rf"(?:(?:the|his|her|my|their) )?(?:very )?{RANK_OR_PREVIOUS} "
    r"(?:qc\d+|visit|appointment|encounter|admission|stay|check-?up)"
)
_STAY = (
    r"(?:hospital |in-?patient |icu |er |ed |emergency (?:room |department )?)?"
    r"(?:visit|stay|admission|encounter|hospitali[sz]ation)"
)
_HELD = (
    r"(?:procedures|medic(?:ation|ine)s|meds|drugs|prescriptions|diagnoses|conditions|vaccines|immuni[sz]ations|labs)"
)
_THERE_FOR = (
    r"in (?:the )?hospital (?P<x>(?:for|because of|with) (?:(?:the|his|her|my|their) )*qc\d+)(?=[ ?.]*$|,? qt\d)"
)
"""What brought somebody to a hospital: of the stays for it, and not of its diagnoses, it is asked."""
_SAID: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (
        rf"^(?:what|which) treatments? (?:(?:did|has|had) {WHO} (?:get|got|receive[d]?|have|had)"
        rf"|(?:was|were) {WHO} given|(?:was|were) given(?: to {WHO}| to him| to her)?)"
        r"(?= (?:at|in|during|on)\b)",
        "which medications and procedures were there",
    ),
    (
        rf"^how (?:many times|often) (?:was|were|has|have|had) {WHO} (?:been |ever )*{_THERE_FOR}",
        r"how many hospital stays \g<x>",
    ),
    (
        rf"^(?:when was )?(?:the )?(?:very )?(?P<r>last|first|latest|most recent) time (?:that )?{WHO} "
        rf"(?:was|were) {_THERE_FOR}",
        r"when was the \g<r> hospital stay \g<x>",
    ),
    (
        rf"^when (?:was|were) {WHO} (?P<r>last|first|most recent)(?:ly)? {_THERE_FOR}",
        r"when was the \g<r> hospital stay \g<x>",
    ),
    (
        rf"^how many of (?:(?:the|his|her|my|their) )?(?P<v>{_STAY}s) (?:was|were) "
        r"(?P<x>(?:for|because of|about|due to) (?:(?:the|his|her|my|their) )*qc\d+)",
        r"how many \g<v> \g<x>",
    ),
    (
        rf"\bwhen {WHO} (?:was|were) (?P<r>last|first|most recently) "
        r"(?:seen|in|here|examined|in clinic)(?=[ ?.]*$)",
        r"at the \g<r> visit",
    ),
    (
        rf"^(?:at|on|during|from) (?P<e>{_ONE_VISIT}) ?[,:] (?P<x>(?:(?:the|his|her|my|their) )?qc\d+"
        r"(?: (?:level|value|reading|result))?)[ ?.]*$",
        lambda m: f"what was {m['x']} {_at(m['e'])}",
    ),
    (
        r"^(?:at|on|during|from) (?P<e>(?:(?:the|his|her|my|their) )?(?:very )?"
        rf"{RANK_OR_PREVIOUS} qc\d+), (?P<q>(?:what|which|how|was|were|did) [^,;?]*?)[ ?.]*$",
        lambda m: f"{m['q']} {_at(m['e'])}",
    ),
    (
        rf"^(?:(?:the|his|her|my|their) )?(?P<e>(?:{RANK_OR_PREVIOUS} {_STAY}(?: qt\d+)?|{_STAY} qt\d+)) ?[,:-]+ "
        rf"(?:(?:any|all|the) )?(?:(?P<x>{_HELD})|(?P<q>what (?:was|were) (?:prescribed|diagnosed|done)))[ ?.]*$",
        lambda m: f"{'which ' + m['x'] if m['x'] else m['q']} during the {m['e']}",
    ),
    (
        rf"^(?P<q>[^,;?]*\b(?:{_HELD}|diagnosis|procedure|drug|given|diagnosed|prescribed|ordered|bloods)\b[^,;?]*?) "
        r"(?:at|in) (?:(?:the|his|her|my|their) )?(?P<x>er|ed|emergency (?:room|department)) "
        r"(?:visits(?! qt)|visits?(?= qt))(?P<t>(?: qt\d+)?[ ?.]*)$",
        r"\g<q> during the \g<x> visits\g<t>",
    ),
    (
        rf"^(?:at |on |during )?(?P<e>{_ONE_VISIT}) ?[,:-] (?:and )?(?P<q>(?:what|which) [^,;?]*?) (?:then|there|at it"
        r"|that day|at that (?:one|visit))[ ?.]*$",
        lambda m: f"{m['q']} {_at(m['e'])}",
    ),
    (
        r"(?:^|(?<= )(?:the|his|her|my|their) )(?P<r>(?:very )?(?:last|latest|most recent|first|previous|current)) "
        r"(?P<v>visit|appointment|encounter|admission|stay|check-?up|qc\d+) ?'s "
        r"(?P<x>qc\d+(?: (?:level|value|reading|result))?)",
        lambda m: f"the {m['x']} {_at('the ' + m['r'] + ' ' + m['v'])}",
    ),
)
_RULES = Rewrites(_SAID)


_VISIT_BEFORE = Pattern(
    rf"(?P<the>^|(?<= )(?:the|his|her|my|their) )(?P<r>(?:very )?{RANK_OR_PREVIOUS}) "
    r"(?P<v>qc\d+) (?P<x>qc\d+)(?P<n>(?: (?:level|value|reading|result)s?)?)(?=[ ?.,]*$)"
)
"""A visit before what was measured at it, whose name has taken the genitive in: "the last check-up's weight"."""


_VISIT_ALONE = Pattern(
    r"(?P<x>(?P<name>\bqc\d+)(?: (?:level|value|reading|result)s?)?),? (?:(?:the|his|her|my|their) )?"
    rf"(?P<v>{RANK_OR_PREVIOUS} (?:visit|appointment|encounter|check-?up))(?=[ ?.]*$)"
)
"""A visit behind what was measured at it, without its preposition: "weight last visit"."""


_RESULTS_OF = Pattern(
    r"\b(?P<m>(?:lab |test )?results|labs|bloods|vitals|vital signs|readings|measurements) (?:of|from) "
    rf"(?P<e>(?:(?:the|his|her|my|their) )?(?:very )?{RANK_OR_PREVIOUS} (?P<v>qc\d+))"
)
_DONE_THERE = Pattern(
    r"^(?:at |on |during |from )?(?P<e>(?:(?:the|his|her|my|their) )?(?:(?:very )?"
    rf"{RANK_OR_PREVIOUS} )?(?P<v>qc\d+)(?: (?:visit|appointment))?(?: qt\d+)?) ?[,:.-]+ (?:and )?"
    r"what (?:all )?(?:(?:was|were) done|happened|did (?:they|the \w+) do)[ ?.]*$"
)
"""What was done at a visit that has a name of its own, told before it."""


_THAT_VISIT = (
    rf"(?P<e>(?:(?:the|his|her|my|their) )?(?:very )?{RANK_OR_PREVIOUS} (?:(?P<v>qc\d+)(?: visit)?"
    r"|(?:(?:hospital|inpatient|er|ed|icu|emergency(?: room| department)?) )?"
    r"(?:visit|stay|admission|encounter|appointment|hospitali[sz]ation))(?: qt\d+)?)"
    r"|(?P<r>last|first) (?:in|at) (?:the )?(?P<x>er|ed|emergency (?:room|department)|hospital|icu)"
)
_THINGS = (
    r"(?:drugs|medications|medicines|meds|prescriptions|procedures|operations|vaccines|shots|diagnoses|conditions)"
)
_THEN_HELD = Pattern(
    rf"^(?P<first>(?=(?:{WH}|{AUX}|{RANK_OR_PREVIOUS}|the|his|her|my)\b)(?:[^?;]*?\b)?(?:{_THAT_VISIT})(?:\b[^?;]*?)?)"
    r"(?:\?|[,;:]| -)? (?:(?:and|also|then) )*"
    rf"(?P<held>(?:what|which)(?: {_THINGS})? (?:(?:was|were|got) (?:done|given|prescribed|ordered|diagnosed|performed)"
    rf"|(?:did|was|were) {WHO} (?:get|receive|have|given|prescribed))"
    rf"|any {_THINGS}(?: (?:given|prescribed|done))?|who was the (?:doctor|provider|physician))"
    r"(?: (?:there|then|at it|that day))?[ ?.]*$"
)
"""A second question for what a visit holds, of the one that the first is for."""


def then_held(text: str, visits: frozenset[str]) -> tuple[str, ...]:
    """A question for a visit and one for what was done there as two, each of which names the visit; else nothing."""
    match = _THEN_HELD.match(text)
    if match is None or set(re.findall(r"\bqc\d+", text)) - ({match["v"]} & visits):
        return ()
    first, held = match["first"].strip(" ,"), match["held"].strip(" ?.")
    kind = "stay" if match["x"] in ("hospital", "icu") else "visit"
    visit = match["e"] or f"the {match['r']} {match['x']} {kind}"
    visit = f"{visit} visit" if match["v"] and not visit.endswith("visit") else visit
    if not re.search(rf"\b(?:{WH}|{AUX})\b", first):
        return ()  # a visit alone asks nothing
    is_stay = re.search(r"\b(?:stay|admission|hospitali[sz]ation)\b", visit) and not held.startswith("who")
    return first, f"{held} {'during' if is_stay else 'at'} {visit}"


def visits_behind(text: str, visits: frozenset[str], measured: frozenset[str]) -> str:
    """A skeleton's text with the visit that something is asked of behind that.

    `visits`: the placeholders of kinds of visit; `measured`: those of names of measurements.
    """

    def behind(match: re.Match[str]) -> str:
        if match["v"] not in visits or match["x"] in visits or match["x"] not in measured:
            return match.group()
        return f"the {match['x']}{match['n']} {_at('the ' + match['r'] + ' ' + match['v'])}"

    text = _VISIT_BEFORE.sub(behind, text)
    text = _RESULTS_OF.sub(lambda m: f"{m['m']} at {m['e']} visit" if m["v"] in visits else m.group(), text)
    text = _DONE_THERE.sub(lambda m: f"what was done during {m['e']}" if m["v"] in visits else m.group(), text)
    text = _VISIT_ALONE.sub(lambda m: f"{m['x']} at the {m['v']}" if m["name"] in measured else m.group(), text)
    return _RULES.put_into(text)
