"""What people leave loose around a question, tied up: who asks behind it, a figure asked for again, a topic before it.

The rules are about a question as it is typed, before names are looked for in it: each says the same in fewer words.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Rewrites
from chartwarden.agent.planning.wording.question_words import AUX, PLAIN_AUX, WH
from chartwarden.agent.planning.wording.rank_words import RANK, in_words
from chartwarden.agent.planning.wording.who import WHO

_WHO = rf"(?:{WHO}|my [a-z-]+)"
_FIGURE = r"(?:figure|number|result|answer|value|total|count|sum|average|mean)"
_WORKED_OUT = r"(?:average|mean|sum|total|add|count|work out|calculate|compute|tally)"
_PART_SEEN = (
    r"(?:eye|ear|foot|feet|skin|breast|heart|kidney|lung|chest|liver|bowel|bladder|bone|hand|hip|knee|shoulder|back"
    r"|spine|brain|mouth|vein|leg)s?"
)
_DEPARTMENT = r"(?:clinic|unit|ward|team|department|dept\.?|service|outpatients?|surgery|nurse)"
_ASKING = r"(?:hand-?over|hand-?off|rounds?|query|question|here|calling|asking)"
_OF_ITS_CARE = (
    r"[^?]*\b(?:visits?|appointments?|seen|saw|attend\w*|came?|clinics?|letters?|notes?|encounters?|admi\w+|stays?"
    r"|discharg\w+|referr\w+|wards?|units?)\b"
)
"""What may have been in the department itself."""
_PLAIN_VERBS = {
    "ended": "end", "finished": "finish", "stopped": "stop", "started": "start", "began": "begin",
    "resolved": "resolve", "cleared": "clear",
}  # fmt: skip
_NOW_OR_THEN = (
    r"(?:now|still|currently|current|the past|in the past|past|present|before|then|earlier|previously|long ago|recent"
    r"|active|stopped|today)"
)


def _at(time: str | None) -> str:
    """A time with its preposition, where it needs one."""
    return "" if not time else f" in {time}" if time.isdigit() else f" {time}"


def _rank(match: re.Match[str]) -> str:
    """The first or the last of what was done, as it is told in either place; the first where it is in none."""
    return (match["r1"] or match["r2"] or "first").strip().lower()


def _beside_event(match: re.Match[str]) -> str:
    """The value that lies next to an event on one side of it."""
    rank = "last" if match["rel"].lower() == "before" else "first"
    return f"what was the {rank} {match['x']} {match['rel'].lower()} {match['e']}?"


def _when_told(match: re.Match[str]) -> str:
    """When something last was, which somebody has to tell others: asked of whoever has to tell it."""
    rank = f"{match['rank']} " if match["rank"] else ""
    return f"when did {match['who']} {rank}have {match['x']}"


_SAID = Rewrites(
    (
        # who asks, behind what they ask
        (
            rf"(?<=\?) (?!(?:{WH}|{AUX}|any|and|or|also|plus)\b)(?:the |an? |my |our )?(?:[a-z][\w'-]* ){{1,4}}?"
            r"(?:(?:is |are )?asking|(?:wants?|needs?|would like) to (?:know|be told|hear|see)(?: (?:it|that|this))?)"
            r"[ .!]*$",
            "",
        ),
        # for which department it is asked, told by the part of the body that it sees
        (
            rf"^(?:the |our )?{_PART_SEEN} {_DEPARTMENT}(?: {_ASKING}|(?!{_OF_ITS_CARE})) ?(?:[:.]| [-–]) ?"
            r"(?![^?]*\b(?:it|its|that|this|those|these|them|they|ones?|there)\b)"
            rf"(?=(?:please |kindly )*(?:{WH}|{AUX}|any|give|list|show|name|tell|state|find|count|the|date|number"
            rf"|{RANK})\b)",
            "",
        ),
        # what is planned, behind what is asked
        (
            rf"(?<=\?) (?!(?:{WH}|{AUX}|any|and|or|also|plus)\b)(?:[a-z][\w'/-]* ){{1,5}}(?:(?:is|are) )?"
            r"(?:on the (?:cards|horizon|books)|coming up|in the (?:offing|pipeline|works)|(?:being )?(?:planned"
            r"|considered|arranged|lined up|pencilled in)|looming)(?: (?:soon|shortly|tomorrow|next (?:week|month)))?"
            r"[ .!]*$",
            "",
        ),
        # what is asked, told as what somebody tries to remember
        (
            r"^(?:i'm|i am|we're|we are|i was)(?: just)? trying to (?:remember|recall|work out|figure out|settle"
            rf"|find out) (?:which (?:one|of (?:the two|them|these|those))|what|who|when)\b[^.?;:\d]*?\b{RANK}\b"
            rf"[^.?;:\d]*[.;:,] (?:so |and )?(?=(?:{AUX}) [^?]*\b(?:before|after|earlier|later|sooner|first|prior)\b)",
            "",
        ),
        # a figure that is worked out, asked for once more
        (
            rf"^(?P<q>(?:[^:?.;]{{2,40}}: )?(?:please |kindly |(?:can|could|would) you (?:please )?)?"
            rf"{_WORKED_OUT}\b[^.?;]*?),? and "
            rf"(?:then )?(?:give|tell|show|report)(?: me| us)? (?:the |its |their )?(?:final |resulting )?{_FIGURE}"
            r"(?: please)?[ ?.!]*$",
            r"\g<q>.",
        ),
        (
            r"^(?:please )?(?:work out|calculate|compute|determine) (?:(?:the|his|her|my|their) )?(?P<x>(?:average|mean"
            rf"|highest|lowest) [^.?;]+?),? and (?:then )?(?:show|give|tell|report)(?: me)? the (?P<r>{RANK}) "
            r"(?:value|reading|result|one)(?=[ ?.!]*$)",
            r"\g<x>, and the \g<r> value",
        ),
        # the kind of entry that is meant by "what"
        (
            r"^(?:what|which) (?P<v>was|were|has been|have been) (?P<r>(?!.*\b(?:for|with) (?:the|an?) )[^?;]*)\?"
            r" ?(?:just |only |the )*(?P<k>drugs|meds|medications|medicines|conditions|problems|diagnoses|vaccines"
            r"|procedures)(?:,? (?:i mean|that is|only|please))*[ .!?]*$",
            lambda m: f"which {m['k']} {'have been' if ' ' in m['v'] else 'were'} {m['r']}?",
        ),
        # the day of a row, and what it was
        (
            rf"^(?:(?:what (?:was|is)|give me|show me) )?(?P<x>(?:(?:the|his|her|my"
            rf"|their) )?{RANK} [a-z][\w '-]*?) ?[,:;-] "
            r"(?:both )?(?:the |its )?(?:(?:day|date) (?:and|plus|&) (?:the |its )?(?:number|value|figure|result)"
            r"|(?:number|value|figure|result) (?:and|plus|&) (?:the |its )?(?:day|date))(?: please)?[ ?.]*$",
            r"what was \g<x> and when was it?",
        ),
        # the end of it, asked behind its beginning
        (
            r",? (?:and|plus|with) (?:also )?(?:(?:the|its) )?(?:exact )?(?:date|day|time|when)"
            r"(?: (?:on which|that|when|at which))? (?:it|that|they) (?:(?:also|finally|last) )?"
            r"(?P<v>ended|finished|stopped|started|began|resolved|cleared)(?=[ ?.]*$)",
            lambda m: f", and when did it {_PLAIN_VERBS[m['v'].lower()]}",
        ),
        (
            rf"^(?P<q>when (?:was|were) (?:(?:the|his|her|my|their) )?{RANK} (?:hospital )?(?:admission|stay"
            r"|hospitali[sz]ation)) and (?:(?:the|its|that) )?(?:discharge|end)(?: (?:date|time|of it))?(?=[ ?.]*$)",
            r"\g<q>, and when did it end",
        ),
        # a burn is of a degree, which is no rank
        (
            r"\b(?P<n>1st|2nd|3rd|4th)[ -](?=degree\b)",
            lambda m: f"{in_words(m['n'])} ",
        ),
        # the row that lies next to an event, told after the event
        (
            r"^(?P<rel>before|after) (?P<e>[^.;,?]+?),? there (?:must|should|will|has to|ought to|would) "
            r"(?:have been|be) (?:an? |some )(?P<x>[^.;,?]+?)[.;,] "
            r"(?:(?:i|we)(?:'d| would)? (?:want|need|like|am after)|give me|find"
            r"|show me|what is|what was) (?:the )?(?:one |value )?(?:closest|nearest|next|right|just|immediately)"
            r"(?: one)? (?P=rel)(?: (?:it|that|then))?(?:,? (?:and )?(?:its |the )?value)?(?:,? please)?[ ?.!]*$",
            _beside_event,
        ),
        # what was put in or taken out, and the noun for it
        (
            rf"(?P<at>^|[.;:] ){_WHO} (?:has )?(?:had|got) (?:an?|the|his|her|my|their) (?P<x>[a-z][\w -]{{1,30}}?) "
            rf"(?:put in|inserted|placed|fitted|removed|taken out)[,.;] (?:and )?(?P<q>[^.?;]*?\b{RANK}) "
            r"(?P<n>insertion|placement|fitting|removal)\b",
            r"\g<at>\g<q> \g<x> \g<n>",
        ),
        # all of them, wherever they were
        (
            r"^(?:all|every|any) (?:the |of the )?(?:bones?|sites?|places?|limbs?|joints?|body parts?|parts of the body"
            r"|locations?|kinds?|types?|sorts?)"
            r"(?: (?:counted|taken|put|added|lumped|thrown|pooled))?(?: together| in| included| alike)?[,:] "
            r"(?P<q>how many [^?.]*?)[ ?.]*$",
            r"\g<q> of any kind?",
        ),
        # the request for it, behind what is wanted
        (
            r"^(?P<x>(?:please,? )?(?:the|his|her|my|their) (?:very )?(?:exact |last |first |latest )?(?:day|date|name"
            r"|number|dose|reason|value|age)s? [^?.;]+?)(?:[.;,]| [-–])+ (?:can|could|would"
            r"|will) you (?:please )?(?:find"
            r"|look up|tell me|give me|check|get|dig out|show me|see|let me have|read out) ?(?:it|that|this|them)?"
            r"(?: (?:up|out))?(?:,? (?:for me|please))*[ ?.!]*$",
            r"\g<x>?",
        ),
        # a row that is wanted for its day, and not for what it was
        (
            r"(?P<b>^|[.,;:] | [-–] )not (?:(?:what|how (?:much|high|low)) (?:it|that|they) (?:was|were|showed|said"
            r"|read)"
            r"|(?:the )?(?:value|result|number|reading)s?)[.,;:]? (?:but )?(?:just |only |merely |but )(?=when|the|who"
            r"|on)",
            r"\g<b>",
        ),
        (
            r"(?P<b>^|[.,;:] | [-–] )not when (?:it|that|they) (?:was|were) (?:last "
            r"|first )?[a-z]+[.,;:]? (?:but )?(?:just |only"
            r" |merely |but )(?=what (?:it|that|they) (?:was|were|showed|said|read))what (?P<it>it|that"
            r"|they) (?P<v>was|were|showed|said|read)",
            r"\g<b>what was \g<it>",
        ),
        # an event as a heading, of which what came next is asked
        (
            rf"^(?P<x>(?!(?:{WH}|{AUX})\b)[a-z][^.?;:,]{{2,50}}?) (?P<v>started|begun|diagnosed)(?: ?[:;.]| [-–]) "
            r"(?=[^?]*\b(?:after(?:wards?)?|next|then|before)[ ?.]*$)",
            r"\g<x> was \g<v>. ",
        ),
        (
            rf"^(?P<e>(?!(?:{WH}|{AUX})\b)[a-z][^.?;:,]{{2,50}}? (?:first )?(?:started|begun|diagnosed|prescribed"
            r"|ordered))"
            r",? (?:(?:and )?then (?:the )?(?P<x>[a-z][\w' -]{2,40}?)(?: (?:taken|measured|done))?[:.,;] (?:what"
            r" (?:is|was) )?"
            r"(?:the |its )?first(?: (?:one|reading|value|result))?|next (?P<y>[a-z][\w' -]{2,40}?))[ ?.]*$",
            lambda m: f"what was the first {m['x'] or m['y']} after {m['e']}?",
        ),
        # how far up or down something got
        (
            r"\bwhat (?:did|has|had) (?:(?:the|his|her|my|their) )?(?P<x>(?!(?:he|she|they|i|we|you|it|the|patient)\b)"
            r"[a-z][\w'-]*(?: [a-z][\w'-]*){0,3}?) (?:get|go|climb|rise|shoot|drop|fall|sink|come|gone|got|risen"
            r"|climbed) (?P<d>up|down) to(?: at (?:most|least))?(?=[ ?.,;]|$)",
            lambda m: f"what was the {'highest' if m['d'].lower() == 'up' else 'lowest'} {m['x']}",
        ),
        # what is asked told as a sentence that breaks off
        (
            r"(?P<b>^|[:,;.] )(?P<n>(?:the|his|her|my|their) (?!(?:first|last) time)[^?.;:,]*?) (?P<v>is|was|are"
            r"|were)\?+$",
            r"\g<b>what \g<v> \g<n>?",
        ),
        (
            r"^(?:did|has|have) (?:he|she|they|i|(?:the )?patient) (?:quit|stop(?:ped)?"
            r"|give(?:n)? up)(?: smoking)?,? or (?:does"
            r"|do|is|are) (?:he|she|they|i|(?:the )?patient) still (?:smok\w+"
            r"|a smoker)\b[^?]*\?(?: ?(?:the )?(?:latest|last"
            r"|most recent|current)? ?smoking status(?: please)?[.?]?)?$",
            "what smoking status was last recorded?",
        ),
        # that no more is asked
        (
            r"(?P<e>[.?!;,]| [-–]) ?(?:and )?(?:nothing (?:else|more|further|older|earlier)|no (?:value|number|result"
            r"|figure)s?(?= (?:is |are )?[a-z]+ed\b)|no more(?: than that)?|(?:that's|that is"
            r"|that will be) (?:all|it)(?: i (?:need|want))?)(?: (?:(?:is|are) )?(?:needed|wanted|required|please"
            r"|thanks))*[ .!]*$",
            lambda m: "?" if m["e"] == "?" else "",
        ),
        # which kind of smoker
        (
            r"^(?:(?:current |present )?smoker|ex|never)(?:[, ]+(?:or )?|/)(?:ex|former|past|current|never)"
            r"(?:[ -]?smoker)?(?:,? or |/)(?:never(?:[ -]?smoked|[ -]?smoker)?|non-?smoker|ex(?:[ -]?smoker)?|current)"
            rf" ?[:,?–-] ?(?:what|which)(?: one)? (?:is|was) {_WHO} (?:down|listed|recorded|put down|entered)"
            r"(?: as)?(?: (?:currently|now|at present|last|at the moment))?[ ?.!]*$",
            "what smoking status was last recorded?",
        ),
        # a score of what is rated
        (
            rf"^{_WHO}(?: have| has)? (?:rates?|scores?|grades?|rated|scored|graded) (?:my|his|her|their) pain\b"
            r"[^.?;\d]*[.;,] (?P<q>[^?.;]*?\b(?:worst|highest|lowest|best|last|latest|first|most recent)) "
            r"(?:score|rating|number|figure)\b",
            r"\g<q> pain score",
        ),
        # what has to be told to others
        (
            rf"^(?P<who>{_WHO}) (?:needs?|has|have|wants?|would like) to (?:tell|inform|let|show) (?:the |his |her |my "
            rf"|their |our |an? )?(?:[\w'-]+ ){{1,3}}?(?:know )?when (?:he|she|they|i)(?: (?P<rank>last|first))? had "
            r"(?P<x>[^.?;]+?)(?:[.;?,] (?:and )?(?:(?:what|which) (?:date|day) (?:is|was) (?:that|it)|when was (?:that"
            r"|it)|what is the date))?[ ?.!]*$",
            _when_told,
        ),
        # what a name means in numbers
        (
            r"\b(?P<x>obesity|obese)(?:,| ?\(| [-–])? ?(?:meaning|that is(?: to say)?|i\.? ?e\.?|defined as|being|so"
            r"|as in|or|=),? (?:an? )?(?:bmi|body mass index) (?:of |at )?(?:(?:at least|over|above|>=?|≥) ?)?30"
            r"(?: ?\+| (?:or|and) (?:more|higher|above|over|greater|up(?:wards)?)| plus)?\)?(?P<c>,)?(?=[ ?.!]|$)",
            r"\g<x>\g<c>",
        ),
        # the year of what is asked, as a heading
        (
            r"^(?:(?:[a-z]+ )?(?:query|lookup|look-up|search|request|check|question|audit)(?:,|:| [-–]) )?"
            r"(?:(?:for|in|about|regarding|concerning) )?(?:the )?year (?P<y>(?:19|20)\d\d)(?:[:,.]| [-–]) "
            rf"(?={PLAIN_AUX} )",
            r"in \g<y>, ",
        ),
        # that no time is meant
        (
            r",? (?:and )?(?:(?:it )?(?:doesn't|does not|don't) (?:matter|care|mind)|(?:i|we) (?:don't|do not)"
            r" (?:mind|care)|no matter) (?:if|whether) (?:(?:it|that)(?:'s| is| was) |(?:he|she|they|i) (?:is|was"
            rf"|still) )?{_NOW_OR_THEN} or (?:in )?{_NOW_OR_THEN}(?=[ ?.!]*$)",
            "",
        ),
        (
            r",? (?:and )?(?:(?:no matter|regardless of|never mind|irrespective of) (?:how (?:long ago|old|far back)"
            r"|when)(?: (?:it|that|they|this) (?:is|was|were|be|happened|may be|might be))?|even (?:if )?(?:it was )?"
            r"(?:just )?(?:(?:years|decades|ages|long|a long (?:time|while)|many years) ago|once))(?=[ ?.!]*$|[,.?] )",
            "",
        ),
        # a total that is wanted, and of what
        (
            r"^(?:(?:i|we) )?(?:just )?(?:need|want|would like|'d like) (?:an?|the|one) (?:grand )?(?:total|count|tally"
            r"|head ?count)(?: for [^.:;?]+)?[.:;] (?:all |every )?(?:(?:the|his|her|my|their) )?"
            rf"(?P<x>(?!{WH}\b|{AUX}\b)[a-z][a-z' -]+?)(?P<k>,? (?:every|any|all|whatever) (?:the )?(?:types?|kinds?"
            r"|sorts?))?(?P<t>,? (?:last|this|since|in|during|between|before|after|until|from|over|ever"
            r"|so far)\b[^.?,:;]*)?[ .?!]*$",
            lambda m: f"how many {m['x']}{(m['t'] or '').replace(',', '')}?",
        ),
        (
            r"^(?:(?:i'm|i am|we're|we are) )?counting (?:(?:the|his|her|my|their|all) )?(?P<x>[a-z][a-z' -]+?)"
            r"(?: for (?:the|my|our|a|an) [^,.:;?]+)?(?P<k>, (?:any|every|all) [^,.:;?]+?)?(?:, (?:all"
            r"|every) (?:episodes?"
            r"|entries|of them|times?)(?: ever| on record)?)?[.:;?] (?:so )?(?:what is the (?:total|count|number)"
            r"|what's the"
            r" (?:total|count|number)|how many(?: (?:is that|are there|in all|in total))?|(?:the )?total)[ .?!]*$",
            lambda m: f"how many {m['x']}{' of any kind' if m['k'] else ''}?",
        ),
        # who prescribed, by the names under it
        (
            r"\b(?:which|what|whose) names? (?:(?:has|have) )?(?:sign(?:ed|s)?|(?:is|are|was|were|stands?|stood"
            r"|appears?"
            r"|appeared) (?:on|under)) (?:(?:the|his|her|my|their|any|all) )*(?:prescriptions?|scripts?|orders?|rx)\b",
            "who prescribed medications",
        ),
        # a gap for a date
        (
            rf"^(?P<x>(?!{WH}\b)[^.?;:,]+?) (?:was|were) (?P<r>first|last|most recently) (?P<v>prescribed|ordered|given"
            r"|measured|done|taken|recorded|diagnosed|checked) on ?(?:\.{2,}|…|_+)[ ?.]*(?:(?:i )?(?:need|want)"
            r" (?:the|that|its) date\b[^.?]*)?[.? ]*$",
            r"when was \g<x> \g<r> \g<v>?",
        ),
        # what nobody finds on a list
        (
            r"^(?:(?:i|we) (?:can |could )?(?:see|find|have|saw|found)|there(?:'s| is| was)) no (?P<x>[^.?;:,]+?)"
            r" (?:on|in) (?:the|my|his|her|their|this) (?:[a-z]+ )?(?:list|printout|summary|letter|report|sheet)"
            r"(?: (?:for|in|from|of) )?(?P<t>(?:last|this) (?:year|month|week)|(?:19|20)\d\d)?[.;,] (?:but )?"
            r"(?:was|were) (?:it|that|one|any) (?:(?:in fact|actually|really|indeed|ever|still) )*(?P<v>prescribed"
            r"|ordered|given|done|taken|measured|recorded|diagnosed)(?: (?:then|that (?:year|month|week)))?[ .?!]*$",
            lambda m: f"was {m['x']} {m['v']}{_at(m['t'])}?",
        ),
        # a first or last order for something, told and its date asked
        (
            rf"^(?P<x>[a-z][^.?;:,]*?) ?[:.,] (?:some(?:body|one)|they|an? (?:doctor|gp|nurse)|{_WHO}) (?:was |were )?"
            r"(?:ordered|prescribed|gave|given|started(?: on)?|put on|got) (?:(?:him|her|them|me) )?(?:an?|some|the) "
            r"(?P<r1>first |last )?(?:drug|medication|medicine|med|tablet|treatment|prescription) for (?:it|that)"
            r"(?: for the (?P<r2>first|last) time)?,? (?:and |- )?(?:(?:i|we) )?(?:need|want|give me|tell me|what is"
            r"|what was)? ?(?:that|the|its) date[ .?!]*$",
            lambda m: f"when was a medication {_rank(m)} prescribed for {m['x']}?",
        ),
        # a cuff is put on for a blood pressure
        (
            r"\b(?P<r>last|first|latest|most recent) time (?:some(?:body|one)|any(?:body|one)|they|we|i|the nurse"
            r"|a nurse|the doctor) (?:put|strapped|wrapped|placed|had) (?:an?|the) (?:blood pressure |bp "
            r"|pressure )?cuff (?:on|round"
            r"|around) (?:him|her|me|them|(?:the |this )?(?:patient|pt)|(?:his|her|my|their) arm)",
            r"\g<r> time blood pressure was measured",
        ),
        # a visit of those that are told
        (
            r"^(?P<w>[a-z]+(?: [a-z]+)?)(?:'s| has| have) been (?:to|in|at) (?:the |an? )?(?P<p>er|ed|emergency"
            r"(?: room| department)?|a&e|hospital)(?: (?:before|once or twice|a few times"
            r"|several times))?,? and (?:i|we)"
            r" (?:need|want|am after|are after) the date of the (?P<r>last|latest|most recent|first) (?:visit|one"
            r"|time|trip)(?: for (?:the|my|his|her|our|an?) [a-z ]+)?[ .?!]*$",
            lambda m: f"when did {m['w']} {'first' if m['r'] == 'first' else 'last'} go to the {m['p']}?",
        ),
        # who was a source of a drug prescribed it
        (
            r"\b(?P<v>was|is) (?P<w>he|she|they|(?:dr|doctor)\.? (?:[\w'-]+ )?[\w'-]+) (?:ever )?(?:an? |the |one )"
            r"(?:source|prescriber|supplier) (?:of|for) (?P<x>[^?.;,]+?)(?: (?:for|to) (?:this|the)? ?(?:patient|pt))?"
            r"(?=[ ?.]*$)",
            r"did \g<w> prescribe \g<x>",
        ),
    ),
    re.IGNORECASE,
)


def tied_up(question: str) -> str:
    """The question with what hangs loose around it left out or put in its place."""
    return _SAID.put_into(question)
