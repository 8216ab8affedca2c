"""What people say of the body: its size ("have I got taller", "weigh at 50"), a birth, and what was taken out of it.

The rules are about a question as it is typed, before names are looked for in it: each says the same in other words.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern, whole_words
from chartwarden.agent.planning.wording.who import WHO
from chartwarden.tools.records.number_words import CARDINALS

_DESCRIBED = (
    r"(?:the|this|that|my|our) (?:lady|woman|man|gentleman|girl|boy|child|kid|baby|infant|chap|guy|person|pt)\b"
)
_SOMEBODY = rf"(?:{WHO}|{_DESCRIBED})"
_SIZES = {
    "heavier": ("weight", "up"), "fatter": ("weight", "up"), "lighter": ("weight", "down"),
    "thinner": ("weight", "down"), "slimmer": ("weight", "down"),
    "taller": ("height", "up"), "shorter": ("height", "down"),
    "grow": ("height", "up"), "grown": ("height", "up"), "shrink": ("height", "down"), "shrunk": ("height", "down"),
}  # fmt: skip
_EXTREMES = {"heaviest": "highest", "tallest": "highest", "lightest": "lowest", "shortest": "lowest"}
_END = r"(?=[ ?.!]*$|,| (?:between|from|since|in|over|during|after|before|by|compared|than|at all)\b)"
_BEEN = (
    rf"(?:{WHO}(?: (?:has|have|had)|'ve|'s|'d)? (?:ever )?"
    r"(?:been|weighed|measured|was|got|stood|reached))"
)
_SIZED = {"heaviest": "weight", "lightest": "weight", "tallest": "height", "shortest": "height"}
_AT_AGE = Pattern(
    rf"\bat (?P<n>[1-9]\d?|{'|'.join(CARDINALS[1:20])})(?: (?P<unit>year|month|week)s?)?"
    rf"(?=[ ?.!]*$|,| (?:was|did|what|how) )(?! ?(?:{WHO} )?(?:o'?clock|am|pm))",
    re.IGNORECASE,
)
_OF_SIZE = Pattern(r"\bhow (?:tall|heavy|light)\b|\b(?:weigh(?:ed|s|t)?|height|tall)\b", re.IGNORECASE)
"""Of what somebody is at an age, and no measurement is at."""


def _went(match: re.Match[str]) -> str:
    measured, way = _SIZES[match["how"].lower()]
    return f"{match['aux']} the {measured} {'go' if match['aux'].lower() == 'did' else 'gone'} {way}"


_END_TOLD = Pattern(r"\b(?:first|earliest|last|latest|most recent|now|today)\b", re.IGNORECASE)


def _between_two(match: re.Match[str]) -> str:
    """How far two weights or heights are apart, each at one end of all there are or at a time of its own."""
    measured = "height" if match["w"].lower() in ("taller", "shorter") or "c" in match["n"][5:6] else "weight"
    ends = [_END_TOLD.findall(match[one].lower()) for one in "ab"]
    if all(re.search(r"\d{4}", match[one]) for one in "ab"):
        later, earlier = (re.sub(r"^(?:at|on|in) ", "", match[one].strip()) for one in "ab")
        return f"by how much did the {measured} change between {earlier} and {later}"
    if not all(ends):
        return match.group()
    is_first = [any(word in ("first", "earliest") for word in words) for words in ends]
    if is_first[0] == is_first[1]:
        return match.group()
    return f"by how much did the {measured} change from the first to the last"


def _went_by(auxiliary: str, way: str) -> str:
    return f"{auxiliary} the weight {'go' if auxiliary.lower() == 'did' else 'gone'} {way}"


_HAD = {
    "give": "have", "gives": "has", "giving": "having", "given": "had", "gave": "had",
    "have": "have", "having": "having", "had": "had",
}  # fmt: skip
_REMOVED = {"take": "remove", "taken": "removed", "took": "removed"}
KEPT_IN = r"(?:line|cath(?:eter)?|tube|lumen|gauge|picc|cvc|sheath|pigtail|ventilation|vent(?:ilator)?)s?"
"""What stays in or on for a time, which the record tells from its beginning to its end."""
_WITH = r"(?:him|her|me|them|us|himself|herself|myself|the patient|this patient|patient)"
_NOW = (
    r"(?:,? (?:(?:right )?now|currently|at the (?:moment|minute|present)|at present|presently|these days|nowadays|today"
    r"|still|as of (?:now|today)|(?:that|which)(?: is|'s| are)(?: still| currently)* (?:active|current|ongoing"
    r"|unresolved|open|going on|there)|(?:as|that(?: is|'s)) (?:recorded|documented|charted|listed|noted)"
    r"|as far as (?:the|his|her|my) (?:record|chart|file) (?:shows|says|goes)|(?:according to|per|by|in|on|going by) "
    r"(?:the|his|her|my|their) (?:records?|charts?|files?|notes)|on (?:record|file)|exactly|please))*[ ?.!]*$"
)
"""That it is so now, and nothing of another time, up to the end of the question."""
_STILL = r"(?:(?:currently|still|now|presently|actually|exactly|all) )*"
_OWN = r"(?:(?:my|his|her|their|the|this|that|(?:the |this )?patient's) )?"
_TAKEN_OUT = (
    r"(?:prostate|appendix|gall ?bladder|uterus|womb|tonsils?|ovar(?:y|ies)|spleen|thyroid|kidney|breast|polyps?|lump)"
)
"""What is cut out of a body; a tooth is pulled, and a line ends."""
_BORN = (
    r"(?:(?:an? |the )?(?:vaginal|normal|natural|spontaneous|instrumental|forceps|ventouse|assisted|caesarean|cesarean"
    r"|caesarian|c[- ]?section|section|childbirth)(?: (?:birth|delivery|section|childbirth|one))?)"
)
_SAID = whole_words(
    (
        # how a child was born
        (
            rf"\bhow did (?P<w>{WHO}) (?:deliver|give birth)(?: (?:to )?(?:the|my|her|our) (?:baby|child|son"
            r"|daughter))?",
            r"which delivery was done",
        ),
        (
            r"^(?:(?:what (?:was|is) )?(?:the |my |her )?(?P<mode>mode|method|type|kind|way) of (?:the |my |her )?"
            r"(?:delivery|birth|childbirth)|how (?:was|did) (?:the |my |her )?(?:delivery|birth|childbirth)(?: go|"
            r" done)?)(?P<t>[,:]? [^?.;:]*?)?(?=[ ?.!]*$)",
            r"which delivery was done\g<t>?",
        ),
        (
            r"^(?:(?:the |my |her )?(?:delivery|birth)(?P<t> [^?.;:]*?)? ?[,:;–-] ?|(?:was|is) (?:it|that|the "
            r"(?:delivery"
            rf"|birth)(?P<u> [^?.;:]*?)?|(?:my|her) (?:delivery|birth)(?P<v> [^?.;:]*?)?) |did {WHO} have )?"
            rf"(?:was it )?{_BORN},? or (?:was it )?{_BORN}(?P<s> (?:in|on|at|for) [^?.;:]*?)?(?=[ ?.!]*$)",
            lambda m: f"which delivery was done{m['t'] or m['u'] or m['v'] or m['s'] or ''}?",
        ),
        (
            rf"^(?:was|were|is) (?:it|that|the|my|her) (?:delivery|birth)(?P<t> [^?.;:]*?)?,? (?P<x>{_BORN}|(?:done"
            rf" )?by {_BORN})(?=[ ?.!]*$)",
            lambda m: f"was there {m['x'].removeprefix('done ').removeprefix('by ')}{m['t'] or ''}?",
        ),
        (
            rf"^(?:the |my |her )?(?:delivery|birth)(?P<t> [^?.;:]*?)? ?[,:;–-] ?(?:was it )?(?P<x>{_BORN})"
            rf"(?:,? (?:yes or no|y/n|or not))?(?=[ ?.!]*$)",
            r"was there \g<x>\g<t>?",
        ),
        (
            rf"what(?:(?:'s| is| has| have|'ve) {WHO} {_STILL}(?:got )?|(?: does| do) {WHO} {_STILL}have (?:got )?"
            rf"|(?:'s| is| things? (?:is|are))(?: it that is)? {_STILL})(?:wrong|amiss|the matter) with {_WITH}"
            rf"(?={_NOW})",
            "which conditions are currently active",
        ),
        (
            rf"when (?:was|were|did) (?P<x>(?:(?!when\b)[\w'-]+ ){{0,4}}?{KEPT_IN}) (?:(?:finally|last) )?"
            r"(?:(?:get|got) )?(?:removed|pulled|taken (?:out|off)|discontinued|d/?c'?e?d|stopped|come (?:out|off))",
            r"when did \g<x> end",
        ),
        (
            rf"(?P<much>how much) urine (?:(?:did|has|had|does) {WHO} (?:ever )?)?"
            r"(?:put out|puts? out|ma[dk]e|passe?d?|produced?|drain(?:ed)?|(?:was|were) (?:made|passed|produced|drained"
            r"|put out))",
            r"\g<much> urine output was there",
        ),
        (
            r"(?P<v>giv(?:e|es|ing|en)|gave) birth|(?P<had>have|having|had) (?:her|the|a|my) "
            r"(?P<r>(?:first|last|second|third) )?baby(?=[?.,]|$| (?:in|on|at the|before|after|since)\b)",
            lambda m: f"{_HAD[(m['v'] or m['had']).lower()]} {m['r'] or ''}childbirth",
        ),
        (
            r"(?P<v>take|taken|took) (?P<x>it|them|that|one) out(?! of\b)",
            lambda m: f"{_REMOVED[m['v'].lower()]} {m['x']}",
        ),
        (
            r"(?P<q>(?:what|anything|something)\b[^?.;,]*? )(?P<v>tak(?:e|en)|took) out(?! of\b)(?= |[?.,]|$)",
            lambda m: f"{m['q']}{_REMOVED[m['v'].lower()]}",
        ),
        (
            r"(?P<h>have|has|had|having|get|got) (?P<d>my|his|her|their|the|(?:the )?patient's) "
            r"(?P<x>[a-z]+(?: [a-z]+)??) (?:taken |cut )?out(?=[?.,;]|$| (?:in|on|at|before|after|since)\b)",
            r"\g<h> \g<d> \g<x> removed",
        ),
        (
            r"(?:(?P<v>was|were)|ha(?:s|ve|d)(?= [a-z' ]+ been )) (?P<d>my|his|her|their|the|(?:the |this )?patient's) "
            r"(?P<x>(?!last\b|first\b)[a-z]+(?: [a-z]+)??)(?: (?:ever|been|already|surgically))* "
            r"(?:removed|(?:taken|cut) out(?! of\b))",
            lambda m: f"{m['v'] or 'was'} {m['d']} {m['x']} removed",
        ),
        (
            r"(?P<v>has|was|have|had) (?:the|this|his|her|my|their|patient's) heart (?P<b>been )?(?P<r>last |first )?"
            r"(?:looked at|checked|examined|imaged) (?:by|with|on|using|through) (?:an? |the )?"
            r"(?P<x>echo\w*|e[ck]gs?|electrocardiogra\w+)(?:,? in number of (?:echo|e[ck]g|electro)\w* done)?",
            r"\g<v> \g<x> \g<b>\g<r>done",
        ),
        (
            rf"(?:which|what) bones? (?:did (?P<w>{WHO}) break|(?P<a>has|have|had) (?P<o>{WHO}) (?:ever )?broken)",
            lambda m: f"which fractures {m['a'] or 'did'} {m['w'] or m['o']} {'had' if m['a'] else 'have'}",
        ),
        (
            r"did (?:they|the (?:doctors?|surgeons?)|(?:some|any)body) (?:take|cut) "
            r"(?:the|his|her|my|their|(?:the )?patient's) "
            r"(?P<x>[a-z]+(?: [a-z]+)?) out(?! of\b)(?=[?.,;]|$| (?:in|on|at|before|after|since)\b)",
            r"was the \g<x> removed",
        ),
        (
            r"(?P<q>(?:when|on (?:what|which) (?:date|day)|where|why) )did (?:they|the (?:doctors?|surgeons?)|"
            r"(?:some|any)body|you) "
            r"(?:take|cut) out (?P<o>the|his|her|my|their|(?:the )?patient's) (?P<x>[a-z]+(?: [a-z]+){0,2}?)"
            r"(?=[?.,;(]|$| (?:in|on|at|before|after|since|\()\b)",
            r"\g<q>was \g<o> \g<x> removed",
        ),
        (
            r"how bad (?:(?:did {0} (?:say|rate|report|feel)(?: that)? )(?P<a>my|his|her|their|the) pain(?: "
            r"(?:was|to be|is))?"
            r"|(?:was|is) (?P<b>my|his|her|their|the) pain)(?:,? (?:(?:on a scale )?(?:of|from|out of) )?(?:0"
            r"|zero|1|one) (?:to|-) "
            r"(?:10|ten),?)?".replace("{0}", _SOMEBODY),
            lambda m: f"what was {m['a'] or m['b']} pain score",
        ),
        (
            rf"(?P<b>before|after|since|until|following) {_OWN}(?P<x>{_TAKEN_OUT}) "
            r"(?:(?:was|were|had been|got|being) )?(?:removed|(?:taken|cut|came|come) out(?! of\b)|out(?=[ ?.,;]*$))",
            r"\g<b> \g<x> removed",
        ),
        # how long something was open, and how long somebody was ill with it
        (
            r"how (?:long|many (?P<u>days|weeks|months|years)) (?:was|were|has|have) (?:the |my |his |her |their )"
            r"(?P<x>[a-z][\w' -]*?) (?:been )?(?:open|active|unresolved|on (?:the|his|her|my) (?:problem )?list)"
            r"(?: (?:on|in) (?:the|his|her|my) (?:problem list|list|chart|record))?(?: for)?(?=[ ?.!]*$)",
            lambda m: f"how {'many ' + m['u'] if m['u'] else 'long'} did the {m['x']} last",
        ),
        (
            rf"how (?:long|many (?P<u>days|weeks|months)) (?:was|were) {WHO} (?:ill|sick|poorly|unwell|laid up|down"
            r"|in bed|suffering|off) (?:with|from) (?:the |a |an |his |her |my )?(?P<x>[a-z][\w' -]*?)(?=[ ?.!]*$)",
            lambda m: f"how {'many ' + m['u'] if m['u'] else 'long'} did the {m['x']} last",
        ),
        (
            r"(?P<q>how (?:long|many \w+) did [^?.;]*?) (?:drag(?:ged)? on|hang(?: around)?|linger(?: on)?|go on"
            r"|stick around|hang around)(?: for)?(?=[ ?.!]*$| ?\()",
            r"\g<q> last",
        ),
        (
            r"(?P<b>between|from|and|to|until|after|before|since|at|during) the birth(?= (?:in|on|and)\b|,|[ ?.!]*$)",
            r"\g<b> the delivery",
        ),
        (r"the birth(?= (?:of|in|on) (?:[a-z]{3,9} )?\d)", "the delivery"),
        (
            r"^(?P<t>(?:in|on) [^,;:–-]+?),? (?:the|my|our|her) (?:baby|child|son|daughter) (?:came|was born|arrived)"
            r"(?: ?[,;:.–-])* ?(?:and )?(?:by )?(?:which|what) (?:mode|method|type|kind|way) of (?:delivery|birth)"
            r"(?: was it)?(?=[ ?.!]*$)",
            r"which delivery was done \g<t>",
        ),
        (
            r"(?P<q>how (?:tall|heavy|big)\b[^?.;]*?) when (?:they|you|we|somebody|the (?:nurse|doctor)s?|it was)(?:"
            r" last)? (?:measured|weighed|checked)(?: (?:him|her|me|it|them))?(?= (?:in|on|at)\b)",
            r"\g<q>",
        ),
        (
            r"(?<!complication )(?<!complications )(?<!diabetes )(?<!problem )(?<!trouble )in (?P<o>the |my |her"
            r" )?pregnancy",
            lambda m: f"during {m['o'] or 'the '}pregnancy",
        ),
        (
            r"^which (?P<k>(?:[a-z]+ )?(?:stay|admission|visit|hospitali[sz]ation)) (?:was|lasted|took) (?:the )?"
            r"(?P<r>longest|shortest)(?=[ ?.!]*$)",
            r"when did the \g<r> \g<k> begin",
        ),
        (
            r"(?P<x>coil|iud|pacemaker|catheter) (?P<v>(?:was |been |is )?)(?:changed|swapped)(?: over)?",
            r"\g<x> \g<v>replaced",
        ),
        (
            r"(?P<e>heaviest|tallest|lightest|shortest)(?P<and> (?:and|to|versus|vs|minus|or) (?:my |his |her |the )?)"
            r"(?P<f>heaviest|tallest|lightest|shortest)(?= (?:weight|height)\b)",
            lambda m: f"{_EXTREMES[m['e'].lower()]}{m['and']}{_EXTREMES[m['f'].lower()]}",
        ),
        (
            rf"(?P<e>heaviest|lightest)(?P<and> (?:and|to|or|minus) (?:the |my |his |her )?)(?P<f>heaviest|lightest)"
            rf" (?:that )?{_BEEN}(?: ever)?(?: on (?:the|your|our|my) scales?)?",
            lambda m: f"{_EXTREMES[m['e'].lower()]}{m['and']}{_EXTREMES[m['f'].lower()]} weight",
        ),
        (
            rf"(?P<e>heaviest|lightest|tallest|shortest) (?:that )?{_BEEN}(?: ever)?"
            r"(?: on (?:the|your|our|my) scales?)?",
            lambda m: f"{_EXTREMES[m['e'].lower()]} {_SIZED[m['e'].lower()]}",
        ),
        (
            rf"(?P<e>most|least) (?:that )?{WHO}(?: (?:has|have|had)|'ve|'s|'d)? (?:ever )?weigh(?:ed|s)?(?: ever)?",
            lambda m: f"{'highest' if m['e'].lower() == 'most' else 'lowest'} weight",
        ),
        (
            rf"(?:by )?how (?:much|many (?:kgs?|kilos?|kilograms?)) (?:heavier|lighter) (?:(?:was|were|is|am"
            rf"|are) {WHO} )?at {_OWN}(?:heaviest|lightest|peak)(?: weight)? (?:than|compared (?:with|to)) at {_OWN}"
            rf"(?:heaviest|lightest)",
            "how far apart are the highest and the lowest weight",
        ),
        (
            rf"(?:by )?how (?P<n>much|many \w+) (?P<w>less|lighter|more|heavier|taller|shorter) (?:am|is|are"
            rf"|was|were) {WHO} (?P<a>(?:now|today|at|on|in)\b[^?.;]*?),? than (?P<b>(?:at|on|in)\b[^?.;]*)",
            _between_two,
        ),
        (
            r"(?P<e>heaviest|lightest)(?= (?:recorded |measured |body )?weight\b)"
            r"|(?P<f>tallest|shortest)(?= (?:recorded |measured |body )?height\b)",
            lambda m: _EXTREMES[(m["e"] or m["f"]).lower()],
        ),
        (
            rf"(?P<aux>did|has|have) {WHO} (?:ever |really |actually )?(?:get|got|gotten|become|grow|grown) "
            rf"(?:any |a bit |a little )?(?P<how>taller|shorter|heavier|lighter|thinner|slimmer|fatter){_END}",
            _went,
        ),
        (
            rf"(?:(?P<aux>did|has|have) {WHO}(?: ever| really| actually| also)?|(?P<been>has|have) {WHO} been) "
            r"(?:(?P<less>los(?:e|t|ing)|shed(?:ding)?)|(?P<more>gain(?:ed|ing)?|put(?:ting)? on)) "
            r"(?:(?:any|some|a bit of|a lot of|much) )?weight",
            lambda m: _went_by(m["aux"] or m["been"], "up" if m["more"] else "down"),
        ),
        (
            r"(?<!many )(?:kgs?|kilos?|kilograms?) (?P<d>gained|lost|put on)"
            r"(?=[ ?.!,]*$| (?:between|from|since|in|over|during|after|before|until)\b)",
            r"how much weight \g<d>",
        ),
        (r"(?P<w>weights?) over (?:time|(?:(?:the|these|all the) )?years)", r"\g<w> through the years"),
        (r"(?P<w>weights?) over(?= (?:the )?(?:last|past) )", r"\g<w> in"),  # "overweight" is a diagnosis
        (r"(?P<w>weights?) over(?= (?:what|that|the|his|her|my|\d))", r"\g<w> above"),
        (
            rf"how (?:much(?: weight)?|many (?:kgs?|kilos?|kilograms?)) (?:did|has|have|had) {WHO} "
            r"(?:gain(?:ed)?|put on|los[et]|shed|changed?) "
            rf"(?:since|from) {_OWN}(?:very )?(?:(?P<high>heaviest|highest|peak)|lightest|lowest)(?: weight| one)?"
            r"(?=[ ?.!]*$)",
            lambda m: f"how much did the weight change from the {'highest' if m['high'] else 'lowest'}",
        ),
        (
            rf"how much weight (?:did|has|have|had) {WHO} (?:(?P<more>gain(?:ed)?|put on)|los[et]|shed|drop(?:ped)?)",
            lambda m: f"by how much did the weight {'increase' if m['more'] else 'decrease'}",
        ),
        (
            rf"(?:by )?how (?:much|many (?:centimet(?:re|er)s|cm))(?: taller)? (?:did|has|have) {WHO} "
            rf"(?P<how>grow|grown|shrink|shrunk){_END}",
            lambda m: f"by how much did the height {'increase' if m['how'][:4] == 'grow' else 'decrease'}",
        ),
        (
            r"^(?P<lead>(?:(?:the|his|her|my|total) )?)growth(?: in (?:cms?|centimet(?:re|er)s))?(?= (?:from"
            r"|between|since)\b)",
            r"\g<lead>height difference",
        ),
        (
            r"(?P<who>(?:baby|infant|newborn|toddler|child|little one|patient)'s|his|her) (?:body )?length(?= "
            r"(?:at|on)\b|[ ?.]*$)",
            r"\g<who> height",
        ),
        (
            rf"(?P<v>was|am|is) {WHO} (?P<w>heavier|lighter|taller) (?P<a>(?:in|on) [^?.;]*?\d{{4}}) than "
            rf"(?P<b>(?:in|on) "
            r"[^?.;]*?\d{4})(?=[ ?.]*$)",
            lambda m: (
                f"was the {'height' if m['w'].lower() == 'taller' else 'weight'} {m['a']} "
                f"{'lower' if m['w'].lower() == 'lighter' else 'higher'} than {m['b']}"
            ),
        ),
        (
            rf"how (?P<how>heavy|tall) (?P<v>is|was) {_DESCRIBED}",
            r"how \g<how> \g<v> the patient",
        ),
        (
            rf"(?:has|have|had|did|was|were) {_SOMEBODY} (?:(?:ever|been|once|at any (?:time"
            rf"|point)) )*(?:(?P<over>topp?(?:ed)?"
            r"|exceed(?:ed)?|pass(?:ed)?|(?:been |weighed |weigh |gone |tipped the scales at )?(?:over|above|more than"
            r"|heavier than|upwards of))|(?:been |weighed |weigh |gone |dropped |fallen )?(?:under|below|less than"
            r"|lighter than)) (?P<n>\d+(?:\.\d+)? ?(?:kgs?|kilos?|kilograms?|pounds|lbs))\b",
            lambda m: f"was the weight ever {'above' if m['over'] else 'below'} {m['n']}",
        ),
        (
            rf"(?P<aux>did|has|have) {WHO} (?:ever |really |actually )?(?P<how>grow|grown|shrink|shrunk)"
            rf"(?: any| in height)?{_END}",
            _went,
        ),
    )
)


def _aged(match: re.Match[str]) -> str:
    return f"at {match['n']} {match['unit']}s old" if match["unit"] else f"at age {match['n']}"


def body_plainly(question: str) -> str:
    """The question with such words said of the measurement, or of what was done."""
    question = _SAID.put_into(question)
    return _AT_AGE.sub(_aged, question) if _OF_SIZE.search(question) else question
