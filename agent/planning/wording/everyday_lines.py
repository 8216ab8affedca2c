"""Known kinds of question as people say them in passing: "rib fracture - healed on?", "but leave out what is over".

One of two that came first, what somebody was given for a thing, the last day on which somebody did it, what is all but
over. The rules are about a question as it is typed, before names are looked for in it.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Rewrites
from chartwarden.agent.planning.wording.one_of_several import row_of_several
from chartwarden.agent.planning.wording.question_words import AUX, NO_QUESTION, WH
from chartwarden.agent.planning.wording.rank_words import RANK
from chartwarden.agent.planning.wording.told_patterns import A_DAY, END, SOMEBODY

_FIRSTLY = {"originally": "first", "initially": "first", "most recently": "last"}
_IN = (
    r"(?: (?:back )?(?:(?P<h>(?:in|to) (?:the )?hospital)|in(?: here)?|here|to (?:us|see us)))(?: (?:for|with))?"
    rf"(?: (?:today|now|this time|at the moment|currently))?{END}"
)
_FIRSTLY_SAID = r"^(?:(?:so|and|ok),? )*"


def _reason_of_last(match: re.Match[str]) -> str:
    return f"what was the reason for the last {'hospital stay' if match['h'] else 'visit'}?"


def _before_the_other(match: re.Match[str]) -> str:
    """Whether one of the two that a line begins with came before or after the other."""
    side = {"earlier": "before", "sooner": "before", "first": "before", "later": "after"}.get(match["w"].lower())
    done = " first prescribed" if re.search(r"prescri|order|script", match["v"] or "") else ""
    return f"{match['q']}{done} {side or match['w']} {match['b'] if match['s'] else match['a']}?"


_BROUGHT = Rewrites(
    (
        (
            rf"{_FIRSTLY_SAID}(?:what(?: has| had|'s)? (?:brought|made) (?:him|her|them|me|{SOMEBODY})(?: come)?"
            rf"|why (?:was|were) {SOMEBODY} brought){_IN}",
            _reason_of_last,
        ),
    ),
    re.IGNORECASE,
)
"""What a visit was for, asked of none that was told before."""
_SAID = Rewrites(
    (
        # what somebody was seen for, and what it was found to be
        (
            rf"^{SOMEBODY} (?:was|were|got|had to be|came|went|had) (?:in |to be )?(?:seen|checked|looked at|in"
            r"|treated)"
            r"(?: (?:by|at) [a-z' -]+?)? (?:for|with|about|because of|over) (?:an? |the |some |my |his |her |their )?"
            rf"(?P<x>[a-z][\w' -]*?)[.;,:] (?:so |and )?(?:what (?:was|is) the (?:exact |actual |final |recorded )?"
            r"diagnosis|what (?:did|was) (?:they|the doctors?|you|it|he|she) (?:say|call|find|think|put down|put"
            rf"|diagnosed? as|diagnosed)(?: (?:it|that|this))?(?: (?:was|is|to be|as))?){END}",
            r"which \g<x> was diagnosed?",
        ),
        # what there is at the moment of asking
        (
            r"^(?:(?:the|his|her|my|list of|list) )*(?P<k>meds|medications|medicines|drugs|prescriptions|problems"
            r"|conditions"
            rf"|diagnoses) (?:as (?:of|at|per)|on) (?:today|now|this moment|the present)(?P<r> ?\([^?()]*\))?{END}",
            r"current \g<k>?",
        ),
        # what was given before another thing, for the condition told with it
        (
            r"^before (?P<e>[^?.;,]*?) for (?:his|her|my|their|the) (?P<c>[a-z][\w' -]*?), (?P<q>(?:which|what)"
            rf" [^?.;,]*?) for (?:it|that|this){END}",
            r"\g<q> for \g<c> just before \g<e>?",
        ),
        # what does not count
        (
            r"^(?P<q>[^?.;(]+?)(?:(?: ?[?.;,]| [-–])+ ?\(?| ?\()(?P<x>[a-z][\w' -]*?) (?:(?:(?:does|do|should|is|are"
            r"|was|were)"
            r" ?n(?:o|')?t|not)(?: to)?(?: be)? (?:count(?:ed|ing)?|included|(?:interest|concern|bother) (?:me|us))"
            r"|(?:(?:is|are|was|were) )?(?:excluded"
            rf"|left out))(?: here| as (?:one|it|such))?\)?{END}",
            r"\g<q>, not counting \g<x>?",
        ),
        # kinds of a visit that are counted as one
        (
            r",? ?\(?\b(?:the )?(?:initial|first|new)(?: ones?| visits?)?,? (?:and|&|plus|\+) (?:the )?(?:follow[-"
            r" ]?ups?|subsequent|later|return|repeat|routine)(?: ones?| visits?| encounters?| appointments?)?,? "
            r"(?:(?:all |both )?(?:taken |counted |added )?together|combined|alike|both(?: counted)?|(?:are"
            r" )?included)\)?",
            "",
        ),
        (
            r",? (?:irrespective|regardless|independent(?:ly)?) of (?:the |its |their )?(?:strengths?|doses?"
            r"|dosages?)\b",
            "",
        ),
        # the day of a death that its date tells
        (
            rf"\bon the (?:very )?day (?:(?:that |when )?{SOMEBODY} (?:died|passed away|passed)|of (?:his|her|the"
            rf"|their) death)(?:,| \(| -| –)? ?(?:which was |that is |i\.?e\.? )?(?:on )?(?P<d>{A_DAY})\)?",
            r"on \g<d>",
        ),
        (
            rf"(?P<d>\bon {A_DAY}),? [(–-]?(?:which was |that was )?(?:the |his |her )(?:very )?day (?:(?:that |when"
            rf" )?{SOMEBODY} (?:died|passed away|passed)|of (?:his |her |the )?death)\)?",
            r"\g<d>",
        ),
        # completed years are what an age is told in
        (
            r"^(?P<q>(?:(?:the |his |her |my )?age\b|how old\b)[^?.;]*?),? \(?(?:in )?(?:completed|full|whole"
            rf"|complete) years(?: only)?\)?{END}",
            r"\g<q>?",
        ),
        # what the visit is for, as it is asked of somebody who is there
        (
            rf"{_FIRSTLY_SAID}(?:what(?:'s| is| are) {SOMEBODY}(?=.* (?:for|with)\b)|what brings (?:him|her|them|me"
            rf"|{SOMEBODY})|why(?:'s| is| are) {SOMEBODY}){_IN}",
            _reason_of_last,
        ),
        # what somebody has, and the kind of entry that is meant by it
        (
            rf"^what(?:'s| is| has| does)? {SOMEBODY} (?:got|have|having)\b[^?.]*\? ?(?:the |all |any |just |only )*"
            r"(?P<k>(?:conditions|diagnoses|problems|illnesses|medications|medicines|drugs|meds|prescriptions|allergies"
            r"|vaccines) (?:that|which) [^?.]+)[?. ]*$",
            r"which \g<k>?",
        ),
        # what was done somewhere, and that procedures are meant
        (
            r"^(?:(?:please )?(?:list|show|give me|tell me) )?(?:everything|all|what)(?: that)? "
            rf"(?:(?:was|were|got) done|(?:they|you|we) did)(?: (?:to|for|with|on) (?:{SOMEBODY}|him|her|me|them))?"
            r"(?P<at> [^?.;:]*?)"
            rf"(?: ?[?.;:,(]| [-–])+ ?(?:please )?(?:list |name |just |only |show )?(?:me )?(?:the |all )*procedures"
            rf"(?: only)?\)?{END}",
            r"which procedures were done\g<at>?",
        ),
        # what the record is said to tell
        (
            r"\b(?P<w>when|since when|how (?:many times|often)|(?:on )?(?:what|which) (?:day|date)|who|why|which"
            r" [a-z]+) (?:do|does|did) (?:(?:the|my|his|her|their|your|our|this) )?(?:medical )?(?:notes|charts?"
            r"|records?"
            r"|files?|paperwork|system)(?: (?:actually|really))? (?:say|show|tell (?:me|us|you)|have (?:it )?down|state"
            r"|claim|give|record|have it)(?: that)? (?=(?:i|he|she|they|it|that|this|we|the|my|his|her)\b)",
            r"\g<w> ",
        ),
        (
            r"(?:^|(?<=[.;:!?] ))(?:on )?(?:what|which) (?:day|date) (?:does|do) (?:(?:the|my|his|her|their|your"
            r"|our) )?"
            r"(?:medical )?(?:notes|charts?|records?|files?|paperwork|system) (?:give|have|show|say|state|list|put)"
            r"(?: (?:down )?(?:for|on|to) (?:that|it|this))?(?=[ ?.]*$)",
            "when was that",
        ),
        (
            r"\bhow (?:often|many times) (?:does|do|did|has|have) (?P<x>[a-z][\w' -]{2,50}?) (?:appear|show|shown|turn"
            r"|feature"
            r"|figure|crop|occur|come|appeared|featured|turned)(?: up)? (?:in|on|among|amongst|across) (?:(?:the|his"
            r"|her|my"
            r"|their|all) )*(?P<k>prescriptions|scripts|orders|drug orders|medication (?:orders|history))(?=[ ?.]*$)",
            r"how many prescriptions for \g<x> are there",
        ),
        # what turned up for the first time was diagnosed then
        (
            r"(?:^|(?<=[.;:] ))did (?P<x>(?!(?:he|she|they|i|we|it|that|this|the patient)\b)[a-z][\w' -]{2,60}?) "
            r"(?:(?:show|turn|crop|pop|come) up (?:for the first time|newly|first)|first (?:come (?:on|about|up)|start"
            r"|begin|appear|set in|show(?: up)?|occur|develop|emerge))(?= (?:in|within|over|since|between|during"
            r"|before|after)\b)",
            r"was \g<x> newly diagnosed",
        ),
        (
            rf"\bdid {SOMEBODY} (?:go into|develop|come down with|suffer|contract|catch) (?P<x>[a-z][\w' -]{{2,60}}?)"
            r" for the (?:very )?first time\b",
            r"was \g<x> newly diagnosed",
        ),
        # what somebody is about to do, before what they want to see
        (
            r"^before (?:i|we) (?:prescribe|order|give|start|sign|see|examine|ring|call|phone|send|book|write"
            r"|discharge)"
            r"\b(?! (?:for|it|that|this|them)\b)[^:,;?.\d]{0,60}?,? (?:(?:i|we)(?:'d)? (?:want|need|would like"
            r"|like)(?: to see)?"
            r"|(?:can|could|may) (?:i|we) (?:have|see|get)|(?:please )?(?:give|show) me|let me (?:have|see))"
            r" (?=(?:the|an?|his|her|their|all|every)\b)",
            "",
        ),
        # the two that are asked about, told before which of them is the first
        (
            r"^(?P<a>[a-z][\w-]*(?: [a-z][\w-]*){0,2}?) (?:or|and|versus"
            r"|vs\.?) (?P<b>[a-z][\w-]*(?: [a-z][\w-]*){0,2}?)"
            r"(?: ?[,:]| [-–]) (?=(?:did|was|were|is|has)\b[^?]*\b(?:before|after|earlier|later)\b)"
            r"(?=[^?]*\b(?P=a)\b)(?=[^?]*\b(?P=b)\b)",
            "",
        ),
        (
            r"^(?P<a>[a-z][\w-]*(?: [a-z][\w-]*){0,2}?) (?:or|and|versus"
            r"|vs\.?) (?P<b>[a-z][\w-]*(?: [a-z][\w-]*){0,2}?)"
            r"(?:,? (?P<v>(?:the|going by the) first (?:time|order|script|prescription|dose)[a-z ]*))?"
            r"(?: ?[,:]| [-–]) (?P<q>(?:did|was|were|is|has)\b[^?]*\b(?:(?P<s>(?P=a))|(?P=b))\b[^?]*?) (?:the )?"
            rf"(?P<w>earlier|sooner|before|first|later|after)(?: one| of the two)?(?:,? going by[a-z ]* \w+)?{END}",
            _before_the_other,
        ),
        # what is looked at, and then asked about
        (
            r"^(?:please )?(?:check|look up|look at|find|pull up) (?P<x>(?:(?:the|his|her|my|their)"
            r" )?[a-z](?:(?! for )[\w' -]){2,40}?)"
            rf"(?: for (?:me|us))?[.:;] (?P<v>{AUX}) (?:it|that|this|they|one)\b",
            r"\g<v> \g<x>",
        ),
        # the order that is meant
        (
            r"(?: ?[:,.]| [-–])+ i(?:'m talking about| mean| am asking about|'m after) the (?:one|order|prescription"
            r"|script) (?:that's|that is|which is) (?:current|active|running)(?: now| at the moment)?(?=[.,;:?]| [-–])",
            ", the current prescription",
        ),
        # something that somebody still has
        (
            rf"\b(?P<v>is|was) (?P<x>it|that|this) (?:something|one|a (?:thing|condition|problem)) (?:that |which )?"
            rf"(?P<w>{SOMEBODY})(?:(?P<still> (?:still|currently|now|ever))? (?P<h>has|have"
            rf"|had)(?P<had> (?:ever )?had)?|(?P<be>'s| is|'m| am| are) (?:still )?(?P<on>on|taking))(?=[ ?.,]|$)",
            lambda m: _has_it(m),
        ),
        # its beginning, by a noun
        (
            r"(?P<q>\bwhat(?: is|'s| was) (?:its|their|the) onset)(?=[ ?.]*$)",
            r"\g<q> date",
        ),
        # how a value came out against a limit
        (
            r"^did (?P<x>(?:the|his|her|my|their|an?) [^?.;]*?) (?:come (?:out|back|in)|turn out|read|measure|register)"
            r"(?: as| at)? (?P<r>below|above|under|over|less than|more than|higher than|lower than)\b",
            r"was \g<x> \g<r>",
        ),
        # what somebody is on, before what is asked of another thing
        (
            rf"^(?P<s>{SOMEBODY}(?:'s|'m|'re| is| am| are) (?:on|taking) [\w -]{{3,40}}?),? (?:so|and) "
            rf"(?P<q>{WH} (?:was|is|were|are|did|does) )",
            r"\g<s>. \g<q>",
        ),
        # what was noted of a thing, the last time
        (
            r"^(?:(?:my \w+|the patient|patient)'s |his |her |my |the )?(?P<x>[a-z][\w -]{2,40}?)(?: ?[,:;-]| [-–])+ ?"
            r"what (?:was|is|has been) (?:put|written|noted|marked|recorded|entered|set)(?: down)? (?:about|for"
            r"|on|of|under) (?:it|this|that),? (?:the (?:last|latest|most recent) time(?: (?:that|when))?"
            r"(?: (?:you|they|we|any(?:one|body)|some(?:one|body)) \w+(?: (?:him|her|me|them|it))?)?|last|most"
            rf" recently){END}",
            r"what was the last \g<x> value?",
        ),
        # which of so and not so is right
        (
            rf"^which(?: one)? (?:is|would be) (?:right|true"
            rf"|correct) ?[:,?] ?(?!{WH}\b)(?=(?![^?]*\bor\b(?! no\b))[^?]+)",
            "is it right that ",
        ),
        # all but what is over
        (
            r"[,.;?]* (?:but |and )?(?:please )?(?:(?:leave out|leaving out|without|skip|skipping|omit|omitting"
            r"|not counting|not|minus|no|none of"
            r"|excluding|except(?: for)?) (?:the |any |all )*(?:resolved|inactive|closed|historical) (?:ones|stuff"
            r"|things|diagnoses"
            rf"|conditions|problems|entries)|nothing (?:historical|resolved|inactive|closed|that is over)){END}",
            " that are still active?",
        ),
        (
            r",? (?:but |and )?(?:please )?(?:leave out|leaving out|without|skip|skipping|omit|omitting|not counting"
            r"|excluding|except(?: for)?|(?=nothing\b))(?: |(?<=[ ,.;?])(?=nothing))(?:whatever|anything|everything"
            r"|nothing|what|those|the ones"
            r"|all)(?: (?:that|which))?(?:'s| has| have"
            rf"| is| are| was| were) (?:already |since |now |been )*(?:resolved|over|closed|gone|inactive"
            rf"|cleared(?: up)?){END}",
            " that are still active?",
        ),
        # a day, told by its parts
        (
            r"(?P<q>\b(?:first|last|latest|onset|diagnos\w+|prescri\w+|given|visit"
            r"|dose)\b[^?]*)[:,;] (?:the )?(?:day,? month,? (?:and )?year"
            rf"|d/m/y|dd/mm/yyyy|full date|complete date|exact date){END}",
            r"\g<q>, date?",
        ),
        (r"(?<=[.;:,] )as of (?:what|which) (?:date|day)(?=[ ?.]*$)", "when was that"),
        # when it was over
        (
            rf"(?:^|(?<=[.;:!?] ))(?P<q>(?:when|(?:on )?(?:what|which) (?:date|day))) (?:(?:was|were|did|got"
            rf"|am) )?(?:we|{SOMEBODY}) (?:finally )?(?:(?:get |got )?"
            r"(?:rid|shot|clear|free) of|(?:done|finished|through) with|get over|over|recover(?:ed)? from|shake off)"
            r" (?:(?:the|that|his|her|my"
            rf"|their) )?(?P<x>[a-z][\w' -]*?){END}",
            lambda m: f"{m['q']} did {'' if m['x'].lower() in ('it', 'this', 'that') else 'the '}{m['x']} resolve?",
        ),
        (
            rf"^{NO_QUESTION}(?:(?:the|his|her|my|their) )?(?P<x>[a-z][\w' -]{{3,50}}?)(?: ?[:,;]| [-–])? (?:(?:was"
            r"|has) )?"
            r"(?:fully |finally )?(?:healed|resolved|cleared|ended|recovered|over|gone)(?:,? (?:they|he|she|i)"
            r" (?:tell|told"
            r"|say|said|hear|heard)(?: me| us)?)?[.,;]? (?:(?:on|by|when)(?: (?:what|which) (?:date|day))?) ?[?]*$",
            r"when did the \g<x> resolve?",
        ),
        # any one of them
        (
            r"(?P<e>[.?]) ?(?:any|one|a single|even one|just one)(?: (?:one|visit|dose|shot|script"
            r"|prescription|order|entry"
            r"|reading|episode|time))?(?: at all| of them)? (?:will|would) (?:do|be enough|suffice|count)[ .!]*$",
            r"\g<e>",
        ),
        (r"^(?:in (?:all|total)|all told|all in all|altogether|overall),? (?=how many\b)", ""),
        # one first, the other afterwards
        (
            rf"^{NO_QUESTION}(?P<a>[a-z][\w' -]{{2,40}}?) (?:came |was |started |given )?first,? (?:and )?(?:then )?"
            r"(?P<b>[a-z][\w' -]{2,40}?)(?: (?:came|was|started|given))? (?:afterwards?|after(?: that| it)?"
            r"|later|second|next)"
            r"(?: on)?(?: ?[:,;.?]| [-–]) ?(?:is (?:that|this) )?(?:right|correct|true|so|yes)(?: or (?:no"
            r"|not|wrong))?[ ?.]*$",
            r"did \g<a> come before \g<b>?",
        ),
        # what was given for it, and who first prescribed it
        (
            r"^(?P<x>[a-z][\w' -]{3,60}?) ?[:,;–-] ?(?:they|we|somebody|someone|the doctors?) (?:gave|put"
            rf"|prescribed|treated|started) (?:{SOMEBODY}|her|him|me|us|them)(?: (?:on|with))? what(?: for it)?[ ?.]*$",
            r"what was prescribed for \g<x>?",
        ),
        (
            rf"^(?P<x>[a-z][\w' -]{{2,50}}?) (?:was|were|is) (?P<r>{RANK}|originally|initially"
            rf"|most recently) (?P<v>prescribed"
            r"|ordered|started) by(?: (?:who|whom|which (?:doctor|practitioner)))? ?[?.]*$",
            lambda m: f"who {_FIRSTLY.get(m['r'].lower(), m['r'])} prescribed {m['x']}?",
        ),
        (
            rf"\bthe (?P<r>{RANK}) thing (?:that )?(?P<w>{SOMEBODY}) (?P<v>was|were) (?P<d>diagnosed with)\b",
            r"the \g<r> condition \g<w> \g<v> \g<d>",
        ),
        # since when it has been going
        (r"\b(?:cropped|popped) up\b", "turned up"),
        (
            r"^(?:(?:the|his|her|my|their) )?(?P<x>[a-z][\w /-]{2,50}?) ?[:,;–-] ?(?:the )?(?P<k>active"
            r"|current|present) (?P<o>order|prescription|script) ?[:,;–-] ?(?:(?:in place|running|going|active|on"
            r"|written) )?since(?: when)? ?[?.]*$",
            r"since when has the \g<k> \g<x> \g<o> been in place?",
        ),
        (
            r"^(?:(?:the|his|her|my|their) )?(?P<x>[a-z][\w /-]{2,50}?)(?:'s| has| have) been (?:going"
            r"|running|in place|on|taken|active) since when(?P<r>,? (?:and|&) (?:by )?who[a-z ]*)?[ ?.]*$",
            r"since when has \g<x> been taken\g<r>?",
        ),
        # what is taken for the memory
        (
            rf"\b(?:what|which)(?: (?:medicines?|drugs?|pills?|tablets?|medications?|meds))? (?P<q>(?:is|are"
            rf"|am|was|were|does"
            rf"|do|did) {SOMEBODY} [a-z ]*?(?:on|tak(?:e|ing)|given|prescribed|get|getting))(?P<n> now| currently)?"
            r" for (?:the|his|her|my|their) memory\b",
            r"which memory medications \g<q>\g<n>",
        ),
        (r"\bfound to have\b", "diagnosed with"),
        (
            rf"^as (?:of|from) (?:today|now|right now|this moment|this morning),? (?P<q>(?:(?:{WH}|{AUX}) "
            rf"|list |show )[^?.]*)[?.]*$",
            r"\g<q> as of now?",
        ),
        (r"\bstill counted (?P<w>among|as|with)\b", r"still \g<w>"),
        # the highest and the lowest, by how far it went
        (
            r"\bwhat(?:'s| is| was) the (?P<e>most|least) (?:that )?(?:it|he|she|they|i) (?:ever |has |have |had )*"
            r"(?:reached|hit|got (?:up |down )?to|went(?: up| down)?(?: to)?|came to|climbed to|sank to|fell to)",
            lambda m: f"what was the {'highest' if m['e'].lower() == 'most' else 'lowest'} value",
        ),
        (
            r"\b(?P<x>figure|number|value|reading|score|result)(?P<w>(?: (?:that|which|was|has|been|ever))*)"
            r" (?:(?:put|written|noted|jotted|set) down|entered|logged|filed)\b",
            r"\g<x>\g<w> recorded",
        ),
        # when something was first told
        (
            r"\b(?:makes?|made) (?:its|their|his|her) (?:very )?first appearance(?: (?:in|on) (?:the|his|her"
            r"|my|their|this) (?:notes?|charts?|records?|lists?|problem list|files?|history))?",
            "was first recorded",
        ),
        # the day on which somebody did it last
        (
            rf"\bthe (?P<r>{RANK}) day (?:(?:that|when|on which) )?(?P<s>(?:some|any)(?:body|one)|an?|any|{SOMEBODY}"
            r"|doctors?|they|we)\b",
            r"the \g<r> date \g<s>",
        ),
    ),
    re.IGNORECASE,
)


def _has_it(match: re.Match[str]) -> str:
    """Whether somebody has, had or takes what is pointed to."""
    who = match["w"]
    one = "do" if who.lower() in ("i", "they") else "does"
    if match["on"]:
        return f"is {who} {match['on']} {match['x']}"
    if match["had"]:
        return f"{match['h']} {who}{match['had']} {match['x']}"
    if match["h"].lower() == "had":
        return f"did {who} have {match['x']}"
    return f"{one} {who}{match['still'] or ''} have {match['x']}"


def lines_plainly(question: str) -> str:
    """The question with such a line said as what it asks."""
    return _SAID.put_into(row_of_several(question))


def what_brought_in(question: str) -> str:
    """The question for what brought somebody in, as one for the reason of the last visit or stay."""
    return _BROUGHT.put_into(question)
