"""How clinicians shorten words and how words are run together, written out as the grammar has them."""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern, whole_words
from chartwarden.agent.planning.wording.bedside import bedside_plainly
from chartwarden.agent.planning.wording.body import body_plainly
from chartwarden.agent.planning.wording.hasty import without_stutter
from chartwarden.agent.planning.wording.in_care import care_plainly
from chartwarden.agent.planning.wording.infections import infections_named
from chartwarden.agent.planning.wording.lay_words import in_plain_words
from chartwarden.agent.planning.wording.organs import organs_plainly
from chartwarden.agent.planning.wording.pressures import pressures_plainly
from chartwarden.agent.planning.wording.reactions import severity_asked
from chartwarden.agent.planning.wording.strengths import strength_asked
from chartwarden.agent.planning.wording.who import WHO
from chartwarden.agent.planning.wording.worse import sided

_EXTREMES = {
    "heaviest": "highest weight", "lightest": "lowest weight", "tallest": "highest height", "shortest": "lowest height",
}  # fmt: skip
_GOES = {"me": "I was", "us": "we were", "him": "he was", "her": "she was", "them": "they were"}
_SPANS = {"yearly": "year", "annual": "year", "monthly": "month", "weekly": "week", "daily": "day"}
_SHORTHAND = whole_words(
    (
        (
            r"^(?:(?:what(?: is|'s| was)|give|list|show)(?: me)? )?(?:(?:the|his|her|my|past|full) )*"
            r"(?:medical (?:history|hx|background)|pmhx?)(?=[ ?.]*$)",
            "list all conditions",
        ),
        (
            r"(?<=on )(?:(?:the|my|his|her|their|this) )?(?:(?:patient|pt|\w+)'?s )?"
            r"(?:(?:medication|medicine|med|drug|pharmacy|patient) )*profile"
            r"(?= (?:was|were|is|are|has|had|in|on|from|since|until|at)\b| ?[,.;:?]|$)",
            "file",
        ),
        (
            r"the hospital (?:(?P<r>first|last) )?(?:sent|let) (?P<w>me|him|her|them|us)(?: go| back)? home"
            r"(?= ?[,.;:?]|$| (?:on|in|for|since|until|before|after|last|this)\b)",
            lambda m: f"{_GOES[m['w'].lower()]} {m['r'] + ' ' if m['r'] else ''}discharged from the hospital",
        ),
        (r"p?h/o|s/p|(?:pmhx?|hx)(?: of)?", "history of"),
        (r"dx'?s", "diagnoses"),
        (r"dx(?:'?d|ed)", "diagnosed"),
        ("dx", "diagnosis"),
        ("rx'?d", "prescribed"),
        (r"w/o", "without"),
        (r"w/", "with"),
        (r"f/u", "follow-up"),
        (r"c/w", "compared with"),
        ("pts?", "patient"),
        ("vs", "versus"),
        ("los", "length of stay"),
        (
            r"(?:medication|medicine|med)s? (?P<a>allerg(?:y|ies))|(?P<b>allerg(?:y|ies)) to (?:any |all )?"
            r"(?:drug|medication|medicine|med)s?",
            lambda m: f"drug {m['a'] or m['b']}",
        ),
        (r"nkd?a", "are there no known drug allergies"),
        (r"^no known", "are there no known"),
        (r"how come", "why"),
        (r"a/w", "associated with"),
        (r"pls|plz", "please"),
        (r"bloods", "blood tests"),
        (r"^before (?:we|i) send(?: off| for)?", "before I order"),
        (
            r"(?<!&)obs(?= ?(?:[?.,;:]|$)"
            r"| (?:(?:were|was) )?(?:recorded|done|taken|charted|on|at|in|from|since|this|today|overnight"
            r"|yesterday)\b)",
            "vital signs",
        ),
        (r"(?P<who>[a-z]+)'s (?P<asks>asking|wondering|wanting)", r"\g<who> is \g<asks>"),
        (
            r"^(?:hi|hello|hey)?,? ?(?:(?:morning|evening|night|afternoon|ward) "
            r"(?:rounds?|hand-?over|huddle|report|meeting)|new admission)"
            r"(?:,?(?: on| in)? (?:bed|room|bay) [a-z]?\d+[a-z]?)?(?:[.:,]| [-–]) ?",
            "",
        ),
        (r"(?:pin|nail|track)(?:ning|ned|ing|ed)? down", "find"),
        (r"follow[- ]ups", "follow-up visits"),
        (r"the (?-i:e?MAR)(?! \d)", "the medication chart"),
        (r"resp(?= (?:cultures?|cx|samples?|specimens?|rates?|virus(?:es)?)\b)", "respiratory"),
        (r"(?<=list )'?em|(?<=of )'?em|(?<=show )'?em|(?<=name )'?em", "them"),
        (r"(?P<a>good|bad)(?= (?:and|or|&) (?:good|bad) cholesterol)", r"\g<a> cholesterol"),
        (r"(?<=\?) (?:the |what |which )?dates?(?= ?[?.]*$)", " when was it"),
        (r"poos?|poop(?! (?:test|card|kit|sample))", "stool"),
        (r"(?P<n>the (?:one|value|reading|result)) from(?= (?:19|20)\d\d(?:[?.,]|$))", r"\g<n> in"),
        (r"(?P<w>what|who|where|when|how|which|that|there|it|would|could)'ve", r"\g<w> have"),
        (r"time ?stamp(?P<s>s?)", r"time\g<s>"),
        (
            r"quantity of(?= (?:[a-z]+ ){0,3}?(?!tablets|pills|capsules|doses|units|drops|puffs|meds)[a-z]+s\b)",
            "number of",
        ),
        (r"total no\.?(?: of)?|no\. of|no of|nr\.? of", "number of"),
        (r"^no\.(?= (?!(?:was|is|has|does|this|its|his)\b)(?:(?:[a-z]+ )?[a-z]{3,}s\b))", "number of"),
        (
            r"(?:measured?|been|stood|stand|was|is) (?:any )?(?P<how>taller|shorter) than(?= \d)",
            lambda m: f"have a height {'above' if m['how'] == 'taller' else 'below'}",
        ),
        (r"(?:un|not yet |never )resolved|unhealed", "still active"),
        (
            r"(?:still )?(?:(?:has|have|is|are)(?:n't|n’t| not)|not|never|yet to|still to)"
            r"(?: (?:yet|been|be|fully|completely|marked|listed|recorded|as))* (?:resolved?|cleared(?: up)?|gone away"
            r"|healed|closed(?: (?:out|off))?+)(?: yet)?"
            r"(?! (?:by|in|before|until|till|during|when|as of(?! (?:today|now|this))|on|at|since|within|after)\b)",
            "still active",
        ),
        (
            r"(?:did|has|have) (?:the |her |his |my )?(?:bathroom )?scales? (?P<ever>ever )?"
            r"(?:read|say|show|give|go(?:ne)?|get|got|been|register(?:ed)?|shown|said|tip(?:ped)?|climb(?:ed)?)",
            r"was the weight \g<ever>",
        ),
        (r"did (?:the )?(?:blood pressure |bp )?cuff (?:read|say|show|give)", "was the blood pressure"),
        (
            rf"when did {WHO} (?:go|get) home after (?:my|his|her|their|the) "
            r"(?P<rank>(?:last|latest|most recent|first) )?(?:hospital )?(?:admission|stay)",
            r"when was the \g<rank>discharge from the hospital",
        ),
        (
            r"if (?:i|you|we|one) (?:add(?:ed)?|count(?:ed)?|line[d]?) up (?:all )?(?:of )?(?:the |my |his |her )?"
            r"(?P<x>[^,?.]+), (?:what (?:number|total|figure|sum)|how many) (?:do|does|would|will) "
            r"(?:i|you|we|it|that|one) (?:get|be|have|come to|make)(?: to| at)?",
            r"how many \g<x> are there",
        ),
        (r"never mind (?:what|which|the) (?:kind|type|sort|form)s?", "of any kind"),
        (
            r"how (?:heavy|light|tall|much|short) (?:was|were|is|did|have|has) (?:[a-z']+ ){1,2}?(?:weigh(?:ed)? )?"
            r"(?:at|when)(?: [a-z']+){0,3}? (?:very )?(?P<end>heaviest|lightest|tallest|shortest)",
            lambda m: f"what was the {_EXTREMES[m['end'].lower()]}",
        ),
        (rf"how heavy (?:was|is|am|were|are|did) {WHO}(?: weigh)?", "what was the weight"),
        (
            rf"(?:was|were|is|am|have) (?:that )?{WHO}(?: been| ever)? (?:at )?"
            r"(?:(?:the|his|her|my|their) )?(?:very |all-time )?(?P<end>heaviest|lightest|tallest|shortest)",
            lambda m: f"was the {_EXTREMES[m['end'].lower()]} recorded",
        ),
        (r"how many (?:kilos?|kilograms?|kgs?|pounds?|lbs?)", "how much weight"),
        (r"slim(?:med)? down", "lost weight"),
        (r"(?:the )?spread(?= between (?:the )?(?:them|two|those|these|highest|lowest|first)\b)", "the difference"),
        (
            r"(?P<u>yearly|annual|monthly|weekly|daily) (?:rate of )?"
            r"(?P<c>slope|change|loss|gain|drop|decline|rise|fall|increase|decrease)",
            lambda m: f"{m['c']} per {_SPANS[m['u'].lower()]}",
        ),
        (r"repeat (?P<n>prescriptions?|scripts?)(?= for\b)", r"active \g<n>"),
        (
            r"repeat (?:meds|medicines|medications|drugs)"
            r"|(?:current |present )(?:at[- ])?home (?:meds|medicines|medications|drugs)"
            r"|(?:at[- ])?home (?:meds|medicines|medications|drugs)(?= (?:as they stand|right now|now|currently|at"
            r" (?:present|the moment)|these days))",
            "current medications",
        ),
        (r"home (?P<n>address|telephone|phone)", r"\g<n>"),
        (r"w(?= (?:dates?|times?|units?)\b)", "with"),
        (
            r"(?P<c>(?:chang|ris|ros|drop|fall|fell|loss|lost|los|gain|increas|decreas|declin|went|gone)\w*\b[^?.;]{0,60}?)"
            r" in (?:per ?cent(?:age)?|%)",
            r"\g<c> percent",
        ),
        (r"(?P<b>b|c)mps?", lambda m: f"{'basic' if m['b'] in 'bB' else 'comprehensive'} metabolic panel"),
        (r"by how many (?:percent|per cent|%)(?! points?)(?= )", "by what percentage"),
        (r"per cent|%(?= (?:[a-z]+ ){0,2}(?:chang|ris|drop|fall|loss|gain|increas|decreas|declin))", "percent"),
        (r"(?:the )?(?:absolute )?delta(?= (?:peak|nadir|highest|lowest|baseline)\b)", "change from"),
        (r"(?<=from )(?:the |his |her )?baseline(?! \w)", "the first"),
        (r"(?:the )?(?:absolute )?delta(?= (?:from|between|over|first|to)\b)", "change"),
        (r"(?<=\w )(?:absolute )?delta(?=[ ?.,]*$)", "change"),
        (r"(?:the )?(?:absolute )?delta(?: in| of)?(?= \w)", "change in"),
        (
            r"(?:the )?spread (?:of|in|for|between)(?! (?:the )?(?:highest|lowest|them|it)\b)(?: (?:the|his|her|my))?",
            "difference between the highest and lowest",
        ),
        (
            r"(?<=^)(?P<x>(?:(?!how (?:long|many)|length|last(?:ing|ed)|\(|calendar|\bstay\b|\badmission\b)[^?])*?)"
            r"(?:(?:from )?admi(?:t|ssion) ?(?:->|→|to|until|till)|between admi(?:t|ssion) and) ?(?:the )?discharge"
            r"(?=[ ,?.]|$)(?! (?:dates?|times?)\b)",
            r"\g<x>during the last hospital stay",
        ),
        (
            r"(?:total (?:number of )?|add up (?:all )?(?:of )?(?:the |his |her |my )?)(?P<u>days|nights|time)"
            r" (?:spent )?in (?:the )?hospital",
            r"how many \g<u> in hospital altogether",
        ),
        (
            r"add up (?:all )?(?:of )?(?:the |his |her |my )?hospital (?P<u>days|nights)",
            r"how many \g<u> in hospital altogether",
        ),
        (r"(?:at least|even|so much as) (?:once|one time)|on at least one occasion", "ever"),
        (
            r"weigh(?:ed|s|ing)? (?:the )?(?:very )?(?P<end>most|least)",
            lambda m: f"had the {'highest' if m['end'].lower() == 'most' else 'lowest'} weight",
        ),
        (
            r"(?P<of>,| of| in| at)? ?(?:any|whatever(?: the)?|whichever|no matter (?:the|which|what)"
            r"|regardless of(?: the)?) "
            r"(?:bone|joint|limb|site|body part|part of the body|side(?! effect)|organ|location|region|product|brand"
            r"|grade|make|label|manufacturer)s?(?: it (?:is|was))?(?(of)(?=[ ?.,:;!]|$)|(?= ?[?.,:;!]|$))",
            " of any kind",
        ),
        (r"y/n|yes/no", "yes or no"),
        (r"(?:an? )?(?-i:M or F|F or M|M/F|F/M)", "male or female"),
        (
            r"(?P<be>is|am|was) (?P<who>(?:the )?(?:patient|pt)?(?: ?\d+)?|i|this person) an? (?:he or (?:an? )?she"
            r"|she or (?:an? )?he)",
            r"\g<be> \g<who> male or female",
        ),
        (r"^(?:an? )?(?:he or (?:an? )?she|she or (?:an? )?he)\?", "male or female?"),
        (r"a ?& ?e|casualty", "emergency department"),
        (r"vax|vaxx|vacc", "vaccine"),
        (r"imms", "immunizations"),
        (
            r"(?:been )?screened for (?P<x>[a-z][a-z' -]{2,30}?)(?=[?.,;]|$| (?:in|since|before|after|on|during|at"
            r"|within|last|this|or|and|ever|until|by|over|when|yet)\b)",
            r"had \g<x> screening",
        ),
        (r"vaxed|vaxxed", "vaccinated"),
        (
            r"(?P<aux>has|have|did) (?:anybody|anyone|somebody|someone|they|we|you|any (?:doctor|nurse"
            r"|clinician|provider))"
            r" (?P<ever>ever |already |yet )?screen(?:ed)? (?P<who>her|him|me|them|the patient|this patient) for "
            r"(?P<x>[a-z][a-z' -]{2,30}?)(?=[?.,;]|$| (?:in|since|before|after|on|during|at|within|last|this|yet)\b)",
            r"has the patient \g<ever>had \g<x> screening",
        ),
        (
            r"what (?P<p>colou?r|clarity|appearance|odou?r|ph) (?P<v>was|is|were) "
            r"(?P<w>(?:the |her |his |my |their |patient's )*)urine",
            r"what \g<v> \g<w>urine \g<p>",
        ),
        (
            r"ige(?: (?:level|antibod(?:y|ies)|ab|result|value|titre|titer)s?)? (?:against|to|for) (?:the )?"
            r"(?P<x>[a-z]+(?: (?:nut|mite|dander|pollen|white|venom|protein))?)"
            r"(?=[?.,;]|$| (?:in|on|at|from|was|is|of)\b)",
            r"\g<x> ige",
        ),
        (
            r"(?:,| of any cause,|(?<=infection)|(?<=infections)|(?<=,)) "
            r"?(?:be it |whether )?(?:viral|bacterial|strep(?:tococcal)?)"
            r"(?:,| or) (?:viral|bacterial|strep(?:tococcal)?)"
            r"(?:,? or (?:whatever|anything|something) else)?(?=[,?.]|$)",
            " of any kind",
        ),
        (r"(?:that |which )?(?:fall|falls|falling|come under|coming) under(?: the heading of)?(?= [a-z])", "of"),
        (r",? (?:the )?[a-z]+(?: [a-z]+)? ones (?:included|counted too)(?:,(?= ))?", ""),
        (
            r"(?P<x>[\w' -]*\b(?:shots|jabs|doses|vaccinations|visits|encounters|admissions|stays"
            r"|prescriptions|orders|refills|episodes|procedures|diagnoses|readings|measurements|tests)\b"
            r"[\w' -]*?) ?= ?\?",
            r"how many \g<x>?",
        ),
        (r"\([a-z]+-(?:type|like|style)\)", ""),
        (
            r"(?:thinking|looking|going) back (?:over|through|on|at) (?P<x>(?:every|all|each) [^,?]+), "
            r"(?:can you |could you |would you |please )*(?:list|name) (?:them|those|these)(?: all)?",
            r"list \g<x>",
        ),
        (
            r"(?P<a>(?:every|all|each|any)(?: of the)? [a-z]+(?: [a-z]+)?) brands?"
            r"(?= (?:i|he|she|they|that|ever)\b)",
            r"\g<a>",
        ),
        (r"inpt", "inpatient"),
        (rf"(?P<w>(?:has|have|had|is) {WHO})(?: \w+)? expired", r"\g<w> died"),
        (
            r"(?:of what|what) did (?P<w>(?:the )?patient|he|she|they) die(?: (?:of|from))?",
            "what was the cause of death",
        ),
        (r"outpt", "outpatient"),
        (r"xrs?|x-?rays?", "x-ray"),
        (r"(?<=\d )mos?\.?|mos?(?= ago)", "months"),
        (r"(?<=\d )d", "days"),
        (r"(?<=\d )hrs?", "hours"),
        (r"(?P<n>\d+) ?h(?:rs?)?(?= (?:before|after|prior|post|following|preceding|of|pre)\b)", r"\g<n> hours"),
        (r"lytes", "electrolytes"),
        (r"[Δ∆]", "change"),
        (r"adm", "admission"),
        (r"d/c(?:'?d|ed)", "discharged"),
        (r"d/c|dc(?= (?:date|time|day|dispo\w*|destination|of (?:the|his|her|my|\w+ adm\w*)|home|to)\b)", "discharge"),
        (r"d\. ?o\. ?b\.?", "dob"),
        (r"(?P<wh>when|what|where|who|how|why)'d", r"\g<wh> did"),
        (r"admits", "admissions"),
        (r"(?:fam|fh|fhx) (?:hx|history)", "family history"),
        (r"appts?", "appointments"),
        (
            r"(?:let|allowed|permitted|cleared|free|able) (?:to )?(?:go|leave for|return) home"
            r"|(?:went|go|gone|going|sent)(?: back)? home",
            lambda m: (
                "discharged" if re.search(r"\b(?:when|time|dates?|day)\b", m.string, re.IGNORECASE) else m.group()
            ),
        ),
        (r"micros?(?:bio)?(?! ?-?(?:grams?|lit|albumin|vasc|organism))", "microbiology"),
        (r"i\. ?e\.", "that is"),
        (r"(?:^|(?<=[.?!;] ))(?-i:im)(?=(?: (?:just|still|only|not))? (?:(?!dosing)\w+ing|sure|after)\b)", "i'm"),
        (r"curr", "current"),
        (r"prev", "previous"),
        (r"incl\.?", "including"),
        (r"approx\.?", "approximately"),
        (r"ea", "each"),
        (r"b/c", "because"),
        ("thx", "thanks"),
        (r"(?<=last |this |past )yr", "year"),
        (r"yrs?|(?<=\d )y", "years"),
        (r"e\.g\.?,?|for instance,?|for example,?", "such as"),
        (r"(?P<ion>Na|K|Ca|Mg)\+{1,2}", r"\g<ion>"),
        (
            r",? (?:be it |whether )?(?:upper or lower|lower or upper|acute or chronic|chronic or acute)(?=,|\?|$)",
            " of any kind",
        ),
        (
            rf"how fast (?:is|was|are|were) {WHO} breathing(?: when the (?:respiratory"
            r"|breathing) rate was (?P<w>last|first) (?:measured|recorded|checked|taken))?",
            lambda m: f"what was the {m['w'] or 'last'} respiratory rate",
        ),
        (r"avg", "average"),
        (r"what's", "what is"),
        (r"(?P<w>blood|urine|throat|wound|sputum|stool|nasal) cx", r"\g<w> culture"),
        (r"(?P<w>[bu])cx", lambda m: f"{'blood' if m['w'].lower() == 'b' else 'urine'} culture"),
        (r"abx", "antibiotics"),
        (r"resp\.?(?= (?:infe?[cx]|tract|illness|rate|condition)\w*)", "respiratory"),
        (r"ip(?= (?:stay|admission|visit|episode)s?)", "inpatient"),
        (r"bouts|bout(?= of)", "episodes"),
        (
            r"(?:of )?(?:no matter|regardless of|irrespective of|independent(?:ly)? of|without regard to) "
            r"(?:which|what|the|its|their)(?: (?:kind|type|sort|nature|class|category|form|cause|reason))?(?: it "
            r"(?:is|was))?|of (?:any|whatever|whichever) (?:description|stripe|sort|kind|type|form)|(?:whichever"
            r"|whatever) (?:the )?(?:kind|type|sort|form)",
            "of any kind",
        ),
        (r"(?<=is |re |am |'s )on today", "on currently"),
        (
            r"(?<!how )(?<!too )(?<!a )(?<!\bis )high bp(?! (?:reading|value|number|measurement|result)s?\b)",
            "high blood pressure",
        ),
        (r"(?:came|come) back(?: as)?", "show"),
    )
)
"""How clinicians shorten the words of the grammar."""

_PREFIXED = Pattern(r"\b(?P<side>pre|post)[- ](?=(?P<what>\w+))", re.IGNORECASE)
# fmt: off
_WORDS_WITH_PREFIX = frozenset({
    "op", "operative", "admission", "menopausal", "menopause", "partum", "natal", "traumatic", "diabetes",
    "diabetic", "existing", "medication", "surgery", "prandial", "exposure", "hypertension", "eclampsia", "nasal",
    "herpetic", "term", "procedural", "cancer", "concussion", "concussional", "viral", "ictal", "renal", "void",
    "streptococcal", "infectious", "inflammatory", "thrombotic", "treatment", "therapy", "exercise", "coital"
})
# fmt: on
"""With "pre" or "post" before them these are words of their own."""


def written_out(question: str) -> str:
    """The question with its shorthand written out."""
    question = severity_asked(organs_plainly(strength_asked(body_plainly(bedside_plainly(without_stutter(question))))))
    question = care_plainly(sided(in_plain_words(pressures_plainly(infections_named(question)))))
    question = _SHORTHAND.put_into(question)

    def side(match: re.Match[str]) -> str:
        if match["what"].lower() in _WORDS_WITH_PREFIX:
            return match.group()
        return "before " if match["side"].lower() == "pre" else "after "

    return _PREFIXED.sub(side, question)
