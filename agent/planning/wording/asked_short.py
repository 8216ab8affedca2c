"""What is asked in a word or two beside the thing it is asked of: "prescriptions, as one number", "conditions only".

A count wanted, a dose, an end of a stay, the kind of entry: said as people mostly ask for it. The rules are about a
question as it is typed, before names are looked for in it.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Rewrites
from chartwarden.agent.planning.wording.everyday_lines import lines_plainly
from chartwarden.agent.planning.wording.question_words import NO_QUESTION, WH
from chartwarden.agent.planning.wording.rank_words import RANK
from chartwarden.agent.planning.wording.told_patterns import END, TIME
from chartwarden.agent.planning.wording.who import WHO

_OWN = r"(?:(?:the|his|her|my|their|all|every|any|all of the|all my|all the|all his|all her) )?"
_COUNTED = (
    r"(?:admissions?|hospital visits?|hospital stays?|hospitali[sz]ations?|visits?|encounters?|prescriptions?|orders?"
    r"|scripts?|procedures?|operations?|diagnos[ei]s|conditions?|vaccinations?|immuni[sz]ations?|shots|jabs"
    r"|medications?|drugs|icu (?:stays?|visits?|admissions?)|administrations?|intakes?|outputs?|allerg(?:y|ies))"
)
_TOTAL = (
    r"(?:(?:what is |what's )?(?:the |a |in )?(?:grand |overall )?(?:total(?: (?:number|count))?|number of them"
    r"|count(?: of them)?|head ?count)|(?:just )?(?:as|in) (?:one|a single|a) (?:number|figure|total|count)"
    r"|(?:one|a single) (?:number|figure))"
)
_ON_RECORD = r"(?: (?:ever (?:written|made|recorded|done|given|placed)|on record|on file|in the (?:chart|record)))?"
_SINCE = (
    r"(?:since|until|till|up to|through|in|during|before|after|over|within|from [^,.;:?]{4,40}? (?:on|onwards?)$|from)"
)
_KINDS = {
    "condition": r"condition|diagnos|problem|illness|disease",
    "medication": r"medication|medicine|drug|prescri|meds",
    "procedure": r"procedure|operation|surger",
    "vaccine": r"vaccin|immuni[sz]|shot|jab",
    "allergy": r"allerg",
}
_KIND_ONLY = (
    r"(?:condition|diagnosis|diagnose|problem|medication|medicine|drug|prescription|procedure|vaccine|vaccination"
    r"|immuni[sz]ation|allergie|allergy)s?"
)


def _of_that_kind(match: re.Match[str]) -> str:
    """The question without the kind of entry said again behind it, which it asks for already."""
    said = next(words for words in _KINDS.values() if re.match(words, match["k"], re.IGNORECASE))
    return match["q"] if re.search(rf"\b(?:{said})", match["q"], re.IGNORECASE) else match.group()


_SAID = Rewrites(
    (
        # the kind of entry, said once more
        (
            rf"^(?P<q>[^?.;]{{6,}}[?.;]) ?(?:just |only )?(?P<k>{_KIND_ONLY})(?: only| alone| please)+[ .!]*$",
            _of_that_kind,
        ),
        # how many
        (
            rf"^{NO_QUESTION}{_OWN}(?P<x>(?:[\w%/'()-]+ ){{0,6}}?{_COUNTED}){_ON_RECORD}(?P<w> (?:for|of) "
            rf"(?:(?:mrn|patient|pt|the patient|this patient|me|him|her) ?)?#?\d*)?(?P<t>,? {_SINCE}\b[^.;:?]*?)?"
            rf"(?: ?[,:;?]| [-–]) ?{_TOTAL}{END}",
            lambda m: f"how many {m['x']}{m['w'] or ''}{(m['t'] or '').replace(',', '')}?",
        ),
        (
            rf"^(?P<w>(?:(?:mrn|pt|patient) )?#?\d{{5,}},? )?{_OWN}(?P<x>{_COUNTED}) (?:count|total|tally|number)"
            rf"(?P<t> {_SINCE}\b[^.;:?]*?)?{END}",
            lambda m: f"how many {m['x']}{_for(m['w'])}{m['t'] or ''}?",
        ),
        # all of mine, added up
        (
            rf"^{NO_QUESTION}{_OWN}(?P<x>[a-z][\w ,/'()-]{{3,90}}?) ?[:.;] (?:please )?(?:add|count|total|tally"
            rf"|tot|sum)"
            r" (?:up )?(?:all (?:of )?(?:mine|them|his|hers|theirs|those)|them(?: all)?|mine|every one(?: of them)?)"
            r"(?: up)?(?P<t> [^.,;:?]+?)?(?:,? (?:please|for me))*[.?;,] ?(?:and )?(?:what (?:do you get"
            r"|does it come to"
            r"|is (?:it|the (?:total|number|count|sum))|do they come to|comes out)|how many (?:is|does) (?:that|it)"
            r"(?: make)?|the total|how many)[ ?.!]*$",
            r"how many \g<x>\g<t>?",
        ),
        # a dose, by what was prescribed on an order
        (
            r"^(?P<x>[a-z][^:;?]{2,60}?) ?[:,;] (?:on|in|with|for) (?:the |my |his |her )?"
            rf"(?P<r>{RANK}) (?P<o>order|prescription|script)(?P<t> [^,;:?]+?)?, how much (?:was|is) "
            rf"(?:prescribed|ordered|written(?: for)?|it for|asked for){END}",
            r"\g<x>: what was the dose of the \g<r> \g<o>\g<t>?",
        ),
        (
            rf"\bhow much (?:was|is) (?:prescribed|ordered) (?:on|in|with) (?:the |my |his |her )?(?P<r>{RANK}) "
            r"(?P<o>order|prescription|script)\b",
            r"what was the dose of the \g<r> \g<o>",
        ),
        (r"\b(?P<d>losartan|diclofenac) (?-i:K)\b", r"\g<d> potassium"),
        # which of it is counted
        (
            r" ?\((?:i mean |meaning |count(?:ing)? |just )?(?:the )?(?:intake |input |administration |separate )?"
            r"(?:entries|events|administrations|times|occasions|number of times),? (?:and )?not (?:the |how much "
            r"|its )?(?:volumes?|amounts?|mls?|doses?|total volume|quantit(?:y|ies))\)",
            "",
        ),
        # when, by the occasion
        (
            rf"\bwhat (?:was|is) (?:the |my |his |her )?(?P<r>{RANK}) occasion (?:that |when |on which |for )?(?=\w)",
            r"when was the \g<r> occasion ",
        ),
        (
            r"^(?:(?:was|is) there|has there (?:ever )?been) (?:a|any) (?:time|point|occasion) (?:when|that|on which"
            r"|where) (?P<who>i|he|she|they|the patient|patient(?: \d+)?) (?P<aux>was|were|had|has|have) ",
            lambda m: f"{'was' if m['aux'] in ('was', 'were') else 'has'} {m['who']} ever ",
        ),
        # one of the rows, after all of them
        (
            rf"^(?:(?P<t>{TIME}),? )?(?:i|he|she|they|we|the patient|pt|patient|staff|the (?:lab|team)) (?:(?:have"
            rf"|has|had) )?"
            r"(?:had|ran|run|did|done|sent|took|got|gave|wrote|made|ordered|drew|drawn|underwent|was given|were "
            r"given)(?: off)?"
            r" (?:some|a few|several|a couple of|a number of|a bunch of|various|multiple) (?P<x>[a-z][\w' -]*?)s"
            rf"(?: (?:on|for|to|off|from) (?:me|him|her|them|the patient|pt|patient(?: \d+)?))?(?: done)?(?:,? "
            rf"(?P<u>{TIME}))?[.;:] "
            rf"(?:and )?(?:(?P<q>what|when|which) (?:was|is) )?(?:the )?(?P<r>{RANK})(?: one)? (?:of|among) (?:them"
            rf"|those|these)"
            r"(?: [a-z]+)?(?:,? (?:and )?(?P<w>what|when|which|name)\b(?: (?:was|is|did) (?:it|that|they)(?: "
            rf"(?:called|for|done|take place|happen))?)?| (?P<v>(?:was|is) (?:what|which|when)))?{END}",
            lambda m: _one_told(m),
        ),
        (
            r"^(?:please )?(?:sort|order|list|take|gather|collect|line up|go through|look (?:at|through)|go over) "
            r"(?:all )?"
            rf"{_OWN}(?P<x>(?:[\w%/'-]+ ){{0,4}}?(?:intake|output|procedure|prescription|order|admission|discharge"
            rf"|test|visit|stay"
            r"|culture|administration|measurement|reading))s(?P<rest> [^.;:?]*?)?,? (?:and |then )+(?:give|tell"
            r"|show)(?: me)?"
            rf" (?P<what>the (?:date and time|time|date|name) of |when |what )?(?:was )?(?:the )?(?P<r>{RANK})"
            rf"(?: one)?(?: of (?:them|these|those|the lot))?(?: was| is)?{END}",
            lambda m: _one_of_all(m),
        ),
        # who wants to know, and in which form
        (
            rf"^my [a-z-]+(?:'s| is| was) (?:asking|wondering|curious)(?: about| to know)?,? (?=(?:{WH})\b)",
            "",
        ),
        # whose, by a heading that says no more
        (
            r"^re:? (?P<n>(?:mrn |pt |patient )?#?\d{5,})'s (?:lines|chart|file|notes|record|case|folder) ?[:,;] ",
            r"for \g<n>, ",
        ),
        # what was the first
        (
            rf"^(?P<x>[a-z][\w' -]*\w(?: \([\w' -]+\))?)(?P<w>,? (?:in|for|on) #?\d{{5,}}|, #?\d{{5,}})? ?[.:;] "
            r"(?P<t>(?:over|in|within|during|for|since|until|from|up to) [^.,;:?]{3,40}?),? "
            rf"(?:(?:the )?(?P<r>first|last|latest|earliest|most recent)(?: one)? (?:was|were) (?P<d>given|prescribed"
            rf"|ordered|received|done|administered) (?:when|(?:on )?(?:what|which) (?:date|day))"
            rf"|(?:the )?(?:date|day|time|when) (?:of|for) (?:the )?(?P<r2>first|last|latest|earliest|most recent)"
            rf" (?:dose|one|order|prescription) (?P<d2>given|prescribed|ordered|received|administered)){END}",
            lambda m: _when_first(m),
        ),
        # how old somebody was at something
        (
            rf"^(?:(?:the|his|her|my|their) )?(?:very )?(?P<r>first|last|latest"
            rf"|earliest) (?P<x>[a-z][\w' -]+?) ?[,:;.–-] "
            rf"(?P<q>how old (?:was|were) {WHO}|at what age (?:was (?:that|it|this)))"
            rf"(?: (?:then|at the time|at that time|back then|when (?:it|that) (?:happened|came"
            rf"|was diagnosed)))?{END}",
            r"how old was the patient when \g<x> was \g<r> diagnosed?",
        ),
        (
            r"^(?:(?:the|his|her|my|their) )?(?P<x>[a-z][\w' -]+?) ?[,:;–-] ?(?:first )?(?P<w>onset"
            r"|diagnos(?:is|ed)|start)"
            r" ?[.,:;–-] ?(?:(?:the|his|her|my|their|patient's) )?(?:age|how old (?:was|were) (?:he|she|they"
            rf"|i|the patient))(?: (?:then|at the time|at that time|back then|was (?:he|she|i)))*{END}",
            r"how old was the patient when \g<x> was first diagnosed?",
        ),
        # what a thermometer or the scales read
        (
            r"^(?P<s>(?:in|on|at|during) [^.;:?,]*?\d{4},? |last (?:year|month|week),? )?(?:(?:the )?(?:patient|pt)|he"
            r"|she|they|i) (?:was|were|got|stood|stepped|went|hopped)(?: put| placed| up)? (?:on(?:to)?) (?:the |a )?"
            r"(?:scales?)(?P<t> [^.;:?]*?)? ?[.;:,] (?:and )?(?:what did (?:they|it|the scales?) (?:read|say|show)"
            rf"|(?:the |their |its )?(?:reading|result|number|value|figure)){END}",
            lambda m: f"what was the weight{m['t'] or ''} {m['s'] or ''}".strip(" ,") + "?",
        ),
        (
            r"^(?:they|we|someone|somebody|the nurse|a nurse|staff) (?:put|placed|had|got|weighed) (?:the patient"
            r"|pt|him|her|them|me) on (?:the |a )?scales?(?P<t> [^.;:?]*?)? ?[.;:,] (?:and )?(?:what did (?:they|it"
            rf"|the scales?) (?:read|say|show)|(?:the |their |its )?(?:reading|result|number|value|figure)){END}",
            r"what was the weight\g<t>?",
        ),
        # when a thing was over that is told to be over
        (
            r"^(?:(?:the|his|her|my|their) )?(?P<x>[a-z][\w' -]{3,60}?) (?:has been|have been|was|is"
            r"|had been) (?:closed"
            r"(?: off| out)?|marked (?:as )?(?:resolved|closed|over)|resolved|cleared(?: up)?|signed off)(?: (?:in|on"
            r"|from) (?:the|his|her|my) (?:notes?|chart|record|list|problem list|file)s?)?[,;.] (?:but )?(?:i|we) "
            r"(?:can't|cannot|couldn't|could not|don't|do not|never) (?:find|see|tell|make out|know|work out|found)"
            r"(?: out)? (?:(?:on )?(?:what|which) (?:date|day)|when|the (?:date|day)(?: on which)?) (?:it|that|this)"
            rf" (?:was )?(?:resolved|ended|cleared|closed|was over|went away|stopped){END}",
            r"when did the \g<x> resolve?",
        ),
        (
            r"^(?:(?:it )?(?:seems|looks|appears)(?: like| as if| that)?|apparently|i (?:see|gather|hear"
            r"|understand)(?: that)?"
            r"|so)?,? ?(?:(?:the|his|her|my|their|that) )?(?P<x>[a-z][\w' -]{3,60}?) (?:has been|have been|was|were|is"
            r"|got|had been) (?:(?:put down|marked|noted|recorded|listed|entered|charted"
            r"|down) as (?:being )?)?(?:closed"
            r"(?: off| out)?|over(?: with)?|resolved|cleared(?: up)?|signed off|healed|gone)"
            r"(?: (?:at (?:some|one) (?:stage|point|time)|one day|since|by now|eventually|later|again))?[,;.:] "
            r"(?:but |so |and )?(?:please )?(?:(?:give|tell|show|get|find) (?:me |us )?(?:that|the|its"
            r"|this) (?:date|day)(?: (?:of (?:that|it)|for me))?|(?:i |we )?(?:need|want) (?:that|the|its) (?:date|day)"
            r"|(?:on )?(?:what|which) "
            rf"(?:date|day)(?: (?:was|is) (?:that|it))?|when(?: (?:was|is) (?:that|it))?|date){END}",
            r"when did the \g<x> resolve?",
        ),
        # at the encounter that came next
        (
            r"^(?:(?:the|his|her|my) )?(?P<x>[a-z][\w' -]{2,50}?) (?:was )?first (?:diagnosed|noted|found|recorded)"
            r",? (?:and )?(?:then )?(?:the )?(?:(?:very )?next (?:encounter|visit)|(?:encounter|visit) (?:right |just "
            r"|immediately |directly )?after(?:wards)?(?: (?:that|it)(?: one)?)?)(?: ?[:;.,]| [-–]) (?P<q>what (?:was"
            r"|is) (?:(?:the|his|her|my|their) )?[^?.;:]{1,40}?) (?:there|then|at (?:it|that (?:one|visit|encounter)))"
            r"[ ?.!]*$",
            r"\g<q> at the first encounter after \g<x> was first diagnosed?",
        ),
        # what was measured on the day of something
        (
            rf"^on the (?:same )?day (?:that |when |of )?(?:{WHO} (?:got|had|received"
            rf"|was given)"
            rf" )?(?:(?:the|his|her|my|their) )?(?P<r>{RANK}) (?P<e>[a-z][\w' -]*?(?:shot|jab|vaccine|vaccination|dose"
            r"|immuni[sz]ation|colonoscopy|visit|check-?up)),? (?:an?|the|some) (?P<x>[a-z0-9][\w' -]*?) (?:was|were) "
            r"(?:also |likewise )?(?:recorded|measured|taken|done|noted|charted|checked)(?: too| as well| also)?[.;,] "
            r"(?:(?:i|we) (?:need|want|would like)|give me|tell me|what (?:was|is)) (?:that|the|its) (?:value|result"
            rf"|reading|number|figure){END}",
            r"what was the \g<x> on the day of the \g<r> \g<e>?",
        ),
        # whether the last two went up
        (
            r"^(?:take |compare |look at |looking at |of )?(?:(?:the|his|her|my|their) )?(?:two|2) (?:most recent"
            r"|latest|last|newest) (?P<x>[a-z][\w -]*?)s?(?: (?:readings|values|results"
            r"|measurements))? ?[:.;,–-] (?:(?:did (?:it"
            r"|that|they)|has (?:it|that)) (?P<v>go up|gone up|rise|risen|increase|increased|go down|gone down|fall"
            r"|fallen"
            r"|drop|dropped|decrease|decreased)|(?:is|was) the (?:later|newer|last|latest|second)(?: one)? (?P<c>higher"
            r"|lower)|(?:by )?how much did (?:it|that|they) (?P<a>change|rise|fall|drop|go up|go down|differ))"
            r"(?: (?:from the (?:previous|first|earlier|older|one before|last but one)(?: one)? to the (?:last"
            r"|latest|next"
            r"|second|newer|later)(?: one)?|between (?:them|the two)|than the (?:other|earlier|previous|one before)"
            rf"(?: one)?))?{END}",
            lambda m: _of_two(m),
        ),
        # which kind of smoker
        (
            r"^(?:smoker|smokes|current|never|ex|former|non)(?:[- ]?smoker)?(?:,? or |, | ?/ ?)(?:(?:ex|never"
            r"|former|current"
            r"|past|non|smoker)(?:[- ]?smoker)?(?:,? or |, | ?/ ?))*(?:ex|never|former|current|past|non|smoker)"
            r"(?:[- ]?smoker)?[,;:?.]? (?:what is|what's|what was|which is|give me)? ?(?:the |his |her |their |my )?"
            r"(?:latest|last|most recent|current|newest) (?:smoking |recorded |noted )?(?:status|entry|answer)"
            rf"(?: (?:noted|recorded|charted|documented|on (?:record|file)|entered))?{END}",
            "what smoking status was last recorded?",
        ),
    ),
    re.IGNORECASE,
)


def _for(whom: str | None) -> str:
    """Whom a count is of, behind what is counted."""
    return f" for {whom.strip(' ,')}" if whom else ""


def _when_first(match: re.Match[str]) -> str:
    """When the first or the last of what is told ahead was."""
    name, rank = match["x"], match["r"] or match["r2"]
    number = re.search(r"\d+", match["w"] or "")
    whom = f" for {number.group()}" if number else ""
    done = (match["d"] or match["d2"]).lower()
    return f"when was {name} {rank} {done}{whom} {match['t']}?"


def _one_told(match: re.Match[str]) -> str:
    """The row of those that a sentence tells, or when it was; the line as it is where two times are told."""
    if match["t"] and match["u"]:
        return match.group()
    asked = f"{match['q'] or ''} {match['w'] or ''} {match['v'] or ''}".lower()
    when = match["t"] or match["u"] or ""
    lead = "when" if "when" in asked else "what"
    return f"{lead} was the {match['r']} {match['x']} {when[:1].lower()}{when[1:]}".strip() + "?"


def _one_of_all(match: re.Match[str]) -> str:
    """The row of all those told that is asked for, or when it was."""
    what = (match["what"] or "").lower()
    lead = "when" if any(word in what for word in ("time", "date", "when")) else "what"
    return f"{lead} was the {match['r']} {match['x']}{match['rest'] or ''}?"


_WAYS = {
    "go up": "rise", "gone up": "rise", "risen": "rise", "increased": "rise", "increase": "rise", "rise": "rise",
    "higher": "rise", "differ": "change", "change": "change",
}  # fmt: skip


def _of_two(match: re.Match[str]) -> str:
    """Whether, or by how much, the last row differs from the one before it."""
    way = _WAYS.get((match["v"] or match["c"] or match["a"]).lower(), "fall")
    lead = "by how much did" if match["a"] else "did"
    return f"{lead} the {match['x']} {way} from the previous to the last reading?"


def asked_in_full(question: str) -> str:
    """The question with what it asks in a word or two asked in full."""
    return _SAID.put_into(lines_plainly(question))
