"""What people say of entries of a record in everyday words, or with what is true of each: put as the record has it.

"Tip the scales at" is to weigh, "signed off as better" is resolved, "illnesses and injuries" are conditions, and
nothing of a record is from before somebody was born. The rules are about a question as it is typed.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern, whole_words
from chartwarden.agent.planning.wording.told_patterns import A_DAY_SAID
from chartwarden.agent.planning.wording.who import WHO

_OWN = r"(?:my|his|her|their|the|patient's|the patient's|(?:mum|mom|dad)'s)"
_PAPERS = r"(?:notes?|records?|charts?|files?|histor(?:y|ies)|paperwork)"
_BETTER = r"(?:better|healed|cured|resolved|over|recovered|cleared|finished|done)"
_CHECKS = (
    r"(?:check-?up visits?|check-?ups?|visits?|appointments?|physicals?|consultations?|encounters?|weigh-?ins?|checks?)"
)
_COUNTED = Pattern(
    r"\b(?:years|months|weeks|days|hours|long|time|old|age|since when|elapsed|passed)\b[^,;?]*\b(?:since|from)\b", re.I
)
_BE = {"i've": "have i", "he's": "has he", "she's": "has she", "they've": "have they"}


def _born(match: re.Match[str]) -> str:
    """What is counted over a whole life; a length of life stays."""
    return match.group() if _COUNTED.search(match.string[: match.end()]) else ""


_TEAM = (
    r"(?:they|you|we|(?:the|my|his|her|their) (?:doctors?|gp|team|clinic|practice)|somebody|someone"
    r"|the (?:chart|record|file))"
)
_KINDS = r"(?P<k>procedures?|operations?|tests?|orders?|prescriptions?|medications?|medicines|meds|drugs)"
_AS_REASON = r"(?:as|for) (?:(?:their|its|the|a) )?(?:recorded |stated |listed |linked )?(?:reason|indication)"
_REASON = r"(?:recorded |stated |listed |linked |given )?(?:reason|indication)"
_IS = r"(?: (?:are|were|is|was|have been|being))?"
_WHAT = r"(?P<x>[^?.,;:]{3,60}?)"
_AT_TIME = r"(?:when|after|at|on|in|for) [^.?;:]+?"
_GOT_BESIDE = (
    rf"(?P<w>{WHO}) (?:got|had|was given|was prescribed) (?:a second|another|one more|an additional|a further|an?) "
    r"(?P<x>[a-z]+(?: [a-z]+)?) (?:on top of|in addition to|besides?|alongside|along with|together with) "
)
_WHICH_ONE = r" ?[.;:?,–-]+ ?(?:and )?(?:which|what)(?: one| was it| drug was it)?(?=[ ?.]*$)"


def _while_pregnant(match: re.Match[str]) -> str:
    """Whether something was had in a pregnancy: while somebody was pregnant."""
    if re.match(r"(?:in|during) (?:the )?pregnancy", match.group(), re.IGNORECASE):
        return match.group()
    return "when the patient was pregnant"


def _of_step(match: re.Match[str]) -> str:
    """What is asked of the order of a higher or a lower dose, with the drug and both doses in it."""
    asked = match["q"].lstrip(".,;:–- ")
    asked = re.sub(r"\bthe first order\b", f"the first {match['x']} order", asked, count=1, flags=re.IGNORECASE)
    return f"{asked}{match['s'] or ''}the {match['x']} {match['b']} {match['v']} order"


def _because(match: re.Match[str]) -> str:
    """What was done, or prescribed, for a reason that is recorded with it."""
    is_done = match["k"].lower().startswith(("proc", "oper", "test"))
    return f"{match['k']} {'were done because of' if is_done else 'were prescribed for'} {match['x']}"


_SAID = whole_words(
    (
        (
            rf"{_KINDS}(?: (?:that|which))?{_IS} (?:linked|tied|attached|connected|related) (?:to|with) {_WHAT}"
            rf"(?: {_AS_REASON})?(?=[ ?.]*$)",
            _because,
        ),
        (
            rf"{_KINDS}(?: (?:that|which))? (?:cites?|ha(?:s|ve|d)|lists?|names?|gives?|carr(?:y|ies)|shows?"
            rf"|with) {_WHAT} {_AS_REASON}(?=[ ?.]*$)",
            _because,
        ),
        (rf"{_KINDS} (?:whose|where the|with the|for which the) {_REASON}{_IS}(?: of)? {_WHAT}(?=[ ?.]*$)", _because),
        (
            rf"(?:at what age|how old (?:was|is) {WHO} when) (?:did )?{_TEAM} (?:finally )?(?:closed?|ticked"
            rf"|tick|wrote|write|signed|sign|crossed|cross) (?:out|off) {_WHAT}(?=[ ?.]*$)",
            r"how old was the patient when \g<x> was resolved",
        ),
        (
            rf"when did {_TEAM} (?:finally )?(?:close|(?P<v>tick|write|sign|cross|strike))(?P<o> (?:out|off))? "
            rf"(?!(?:the|my|his|her|that) (?:wound|cut|incision|laceration|order|visit|account))"
            rf"{_WHAT}(?(v)(?(o)| (?:out|off))|(?: (?:out|off))?)(?=[ ?.]*$)",
            r"when was \g<x> resolved",
        ),
        (
            r"(?P<q>when (?:was|were)) (?!(?:the|my|his|her|that) (?:wound|cut|incision|laceration|order|visit"
            rf"|account)){_WHAT} (?:(?:crossed|struck|ticked|written|signed) off|closed)(?=[ ?.]*$)",
            r"\g<q> \g<x> resolved",
        ),
        (
            r"(?P<n>first|second|third|fourth|fifth|last|latest|previous|each|every|how many|many) bout(?P<s>s?)",
            r"\g<n> episode\g<s>",
        ),
        (
            rf"(?P<d>day)(?: that| when| on which)? {_TEAM} (?:first )?(?:found|discovered|picked up|spotted|noticed"
            rf"|diagnosed) (?P<x>(?:the|my|his|her|their|an?) [^?.,;:]{{3,60}}?)(?=[ ?.]*$|[?.,;:])",
            r"\g<d> \g<x> was diagnosed",
        ),
        (
            r"(?:(?:the )?(?:patient|pt)(?:'s)? age|age of (?:the )?(?:patient|pt)|his age|her age|my age)(?:,?"
            r" in (?:completed|whole|full) years)?,? (?P<w>when|at the time)",
            r"how old was the patient \g<w>",
        ),
        (
            r"(?<=\?) all (?:of them|(?:of )?the (?:drugs|meds|medicines|medications|names))(?:,? please)?(?=[ ?.!]*$)",
            "",
        ),
        (
            rf"(?P<when>{_AT_TIME}),? {_GOT_BESIDE}(?P<y>[^.?;:]+?){_WHICH_ONE}",
            r"what other \g<x> apart from \g<y> did \g<w> get \g<when>",
        ),
        (
            rf"{_GOT_BESIDE}(?P<y>[^.?;:]+?) (?P<when>{_AT_TIME}){_WHICH_ONE}",
            r"what other \g<x> apart from \g<y> did \g<w> get \g<when>",
        ),
        (
            r"(?P<x>[a-z]{4,}) (?:(?:was|were|has been|had been) )?(?:stepped up|put up|raised|increased"
            r"|changed|went up"
            r"|went|moved|upped|switched|stepped down|reduced|lowered|cut)(?: up| down)? from (?P<a>[\d.]+)"
            r" ?(?P<u>mg|mcg)? to (?P<b>[\d.]+) ?(?P<v>mg|mcg)(?P<q>[.,;:–-]+ [^?]*?)(?P<s>(?:was|is|did) )?"
            r"(?:the (?P=b) ?(?P=v)|that|this)(?: (?P<k>order|prescription|one|step|change|dose))?(?= |[ ?.]*$)",
            _of_step,
        ),
        (
            r"what(?: all)? did they (?:put|start) (?:me|him|her|them|(?:my|the|this|our) [a-z]+)(?: on)? on"
            r"(?= the (?:very |same )*day)",
            "what medications were prescribed on",
        ),
        (
            r"(?P<a>in|during) (?:(?:any|either|both|one|each|all|some)(?: one)?(?: of)? )?(?:(?:the|my|his|her"
            r"|their) )?(?:other )?pregnanc(?P<y>y|ies)(?=[ ?.]*$)",
            _while_pregnant,
        ),
        (
            r"(?P<v>stay|stayed|remain|remained|sit|sat) (?:open |active )?on (?:the|my|his|her|their)"
            r" (?:problem )?list",
            lambda m: "lasted" if m["v"].endswith(("ed", "sat")) else "last",
        ),
        (
            r"^(?:(?:just|only) )?(?:(?:the|my|his|her|their) )?(?P<x>(?:[a-z]+ ){1,2}(?:allergies|conditions"
            r"|medications"
            r"|meds|medicines|drugs|vaccines|procedures|prescriptions|diagnoses|problems)) (?:only|alone)(?:,? please)?"
            r"(?=[ ?.]*$)",
            r"which \g<x> are recorded",
        ),
        (
            r"(?P<d>which|what|any|how many|list|all|every)(?P<o>(?: of)?(?: (?:the|my|his|her|their))?) plan(?P<s>s?)"
            r"(?= (?:is|are|was|were|has|have|ended|started|began|stopped|finished|that|still|for (?:the|my|his"
            r"|her)) )",
            r"\g<d>\g<o> care plan\g<s>",
        ),
        (
            r"^(?P<x>(?:his|her|my|the|their) [^:.?;,]{3,50}?)(?::| [-–—]) (?P<q>(?:which|what)\b[^?.;:]*?) (?:on )?"
            r"(?:that|the same|that same) (?:very )?day(?=[ ?.]*$)",
            r"\g<q> on the day of \g<x>",
        ),
        (
            r"(?P<d>(?:the|my|his|her|their)(?: [a-z]+'s)?) (?!(?:care|treatment|management|insurance|health"
            r"|drug|prescription|payment|dental"
            r"|medical|discharge|birth|new|next|same|whole|medicare) )(?P<x>[a-z]+(?: (?!care\b"
            r"|management\b)[a-z]+){0,2}) plan(?=[ ?.,:;]|$)(?! (?:of|to|was to|is to)\b)",
            r"\g<d> \g<x> care plan",
        ),
        (
            r"(?:which|what) (?P<k>procedures?|drugs?|medications?|medicines?|meds) (?:came|went|go|goes)"
            rf" (?:along )?with {_WHAT}(?=[ ?.]*$)",
            lambda m: f"which {m['k']} were {'done' if m['k'].lower()[0] == 'p' else 'ordered'} on the day of {m['x']}",
        ),
        (rf"what (?:bones? )?did (?P<w>{WHO}) break", r"which fracture did \g<w> have"),
        (r"a-fib", "afib"),
        (r"(?<=[a-z] )(?:mend|knit)(?P<d>ed|ted)?(?: together)?(?=[ ?.,]*$)", lambda m: "healed" if m["d"] else "heal"),
        (rf"on {_OWN} plate", "active"),
        (
            r"names of (?:the |all |all the )?(?P<k>meds|medications|medicines|drugs|tablets|pills) (?:that )?"
            rf"(?:{WHO} (?:is|am|are)|(?:he|she|i|they)'(?:s|m|re)) (?:currently |now )?(?:on|taking)(?=[ ?.]*$)",
            r"names of the current \g<k>",
        ),
        (
            rf"what (?:ha(?:s|ve) {WHO} got|do(?:es)? {WHO} have) (?P<x>(?:(?:active|current|open|ongoing|running) )?"
            r"(?:orders|prescriptions|scripts)) for(?=[ ?.]*$)",
            r"which drugs does the patient have \g<x> for",
        ),
        (
            rf"(?:is|was) there (?:an?|any) (?:[a-z]+ )?(?:reason|indication) (?:(?:given|recorded|noted|stated"
            r"|listed|put"
            rf" down|documented) )?(?:for|behind) {_WHAT}(?:,? and (?:if so,? )?what (?:is|was) (?:it"
            r"|that))?(?=[ ?.]*$)",
            r"what is the reason for \g<x>",
        ),
        (
            rf"(?:is|are|am) {WHO} (?:(?:now|finally|completely) )?(?:rid|shot) of (?P<x>it"
            rf"|[^?.,;:]{{3,60}}?)(?=[ ?.]*$)",
            lambda m: "is it over" if m["x"].lower() in ("it", "that", "this") else f"is {m['x']} resolved",
        ),
        (
            r"(?:(?:until|till|up to) (?:when|(?:what|which) (?:date|day)) did (?P<y>[a-z][\w' -]{2,50}?) (?:last|go on"
            r"|persist|continue)|(?:when|(?:by|on|as of|from) (?:what|which) (?:date|day)) (?:was|were|did)"
            r" (?P<x>(?!(?:he|she|they|i)\b)"
            r"[a-z][\w' -]{2,50}?) (?:no longer|stop being|cease (?:to be|being)) (?:an? )?(?:(?:active|current"
            r"|open) )?(?:problem|issue|condition|concern|active|current|open|there))(?=[ ?.]*$)",
            lambda m: f"when did {m['x'] or m['y']} resolve",
        ),
        (
            rf"what(?: (?:is|am|are) {WHO}|(?: (?:he|she|i|they))?'(?:s|m|re)(?: {WHO})?) (?:(?:actively|currently"
            r"|still"
            r"|now|being|actually) )*(?:followed(?: up)?|monitored|managed|under (?:care|follow-?up)) for(?=[ ?.]*$)",
            "which active conditions are there",
        ),
        (
            r"(?P<x>blood pressure|bp|cholesterol|blood sugar)(?:'s| is| was| has)(?: been)?(?: (?:too|very|always"
            r"|quite"
            r"|a bit))? (?:high|raised|up)(?: [^.?;\d]*)?\.(?= [^?.]*\bdiagnos)",
            r"high \g<x>.",
        ),
        (r"(?<!\d )breaths (?:per|a|each|/) ?min(?:ute)?", "respiratory rate"),
        (
            rf"(?P<be>is|are|am) (?P<w>{WHO}) (?P<n>(?:(?:still|currently|now|presently) )*)(?:carrying|living with"
            r"|battling|dealing with|struggling with|troubled by|bothered by|plagued by)(?= (?!(?:it|that|this|him|her"
            r"|them|a (?:baby|child|donor|card)|twins|triplets)\b))",
            lambda m: f"{'do' if m['w'].lower() in ('i', 'they') else 'does'} {m['w']} {m['n']}have",
        ),
        (rf"did (?P<w>{_OWN}|my [a-z]+'s) heart (?:stop|give out)(?: beating)?", r"was \g<w> cardiac arrest"),
        (rf"(?P<w>{_OWN}|my [a-z]+'s) heart (?:had )?stopped(?: beating)?", r"\g<w> cardiac arrest"),
        (
            r"(?P<w>was|were|been|am|is|are|get|got|have|has) (?P<w2>(?:he|she|they|i|the patient"
            r"|patient) )?(?:(?P<r>last|first|ever)"
            r" )?(?:been )?(?:(?:put|placed|stood) )?on (?:the |a )?(?:bathroom )?scales?",
            lambda m: (
                f"{m['w']} {m['w2'] or ''}{m['r'] + ' ' if m['r'] else ''}"
                f"{'been ' if m['w'].lower() in ('have', 'has') else ''}weighed"
            ),
        ),
        (r"(?:grew|grown|grow) out of(?= (?:the |his |her |my |their |it\b|that\b)(?!clothes|shoes))", "got over"),
        (r"seen (?P<p>pre|ante)natally", "seen for prenatal care"),
        (r"tip(?P<d>s|ped)? the (?:scales?|balance)(?: at| to)?", lambda m: f"weigh{'ed' if m['d'] == 'ped' else ''}"),
        (r"(?P<d>(?:body )?weight) (?P<v>first|last|ever) (?:tip|hit)", r"\g<d> \g<v> above"),
        (
            r"(?:illness(?:es)?|ailments?|diseases?)(?:,? (?:or|and) |/)(?:injur(?:y|ies)|accidents?)"
            r"|injur(?:y|ies)(?:,? (?:or|and) |/)(?:illness(?:es)?|ailments?|diseases?)",
            "conditions",
        ),
        (
            rf"(?P<v>signed off|marked|written off|ticked off|closed|recorded|declared|put down|crossed off)"
            rf"(?: (?:again|finally))? as (?:being |having )?(?:all |fully |completely )?{_BETTER}",
            "resolved",
        ),
        (
            rf"(?:do|does|did) {_OWN} {_PAPERS} (?:say|show|mention|state|record|have it)(?: that| if| whether)? "
            r"(?P<be>i've|he's|she's|they've) (?P<v>had|got|been|ever had|ever been)",
            lambda m: f"{_BE[m['be'].lower()]} {m['v']}",
        ),
        (
            rf"(?:do|does|did) {_OWN} {_PAPERS} (?:say|show|mention|state|record|have it)(?: that| if| whether)? "
            rf"(?P<w>{WHO}) (?P<h>has|have|had|was|were|is|are)",
            r"\g<h> \g<w>",
        ),
        (
            rf"(?P<b>between|from) {_OWN} {_CHECKS} (?:of|on|from|in|dated) (?P<d>{A_DAY_SAID}) (?P<t>and|to|until)"
            rf"(?: (?:that |the one |those )?(?:of|on|from))?(?= (?:the )?{A_DAY_SAID})",
            r"\g<b> \g<d> \g<t>",
        ),
        (r"(?:ever )?since (?:(?:he|she|i|they|the patient) (?:was|were) born|birth)(?=[ ?.!]*$)", _born),
        (
            r"(?:(?:the|my|his|her|their) )?(?:urine(?: dip(?:stick)?| test| sample)?|urinalysis|dipstick)"
            r"(?P<d>(?: (?:on|in|at|from|of) [^?.:;–—-]+?)?) ?[-–—,:;.] ?(?:what|which) colou?r (?:was|is"
            r"|were) (?:it|that|the urine)",
            r"urine colour\g<d>",
        ),
        (
            r"how (?:big|large) (?:was|is|were) (?:the|my|his|her|that|this) (?P<x>polyp"
            r"|tumou?r)(?: (?:that )?(?:they|the "
            r"(?:doctors?|surgeons?)) (?:found|saw|took|removed)(?: out)?)?(?: (?:in|from|of) (?:my|his|her"
            r"|the) (?:bowels?"
            r"|colon|gut|breasts?|intestines?))?|(?:what was |what is )?(?:the )?size (?:of|was) (?:the|my|his|her) "
            r"(?:(?:colon|bowel|breast) )?(?P<y>polyp|tumou?r)|what size (?:was|is) (?:the|my|his"
            r"|her) (?:(?:colon|bowel|breast) )?(?P<z>polyp|tumou?r)",
            lambda m: f"what was the {m['x'] or m['y'] or m['z']} size",
        ),
        (
            r"broke (?:my|his|her|their|the) (?P<x>ankle|wrist|arm|leg|rib|hip|collar ?bone|clavicle|forearm"
            r"|shoulder|hand|foot)(?! (?:and|or)\b)",
            r"had a \g<x> fracture",
        ),
        (
            r"(?:has|have|did|was|were"
            r"|is) (?P<x>[^?,;]+?) ever (?P<v>[^?,;]*\d[^?,;]*?)[,?.;]? (?:and )?if so,? (?:when|on what date"
            r"|what date|which date)(?: (?:first|was (?:it|that)(?: first)?|did (?:it"
            r"|that)(?: first)?(?: happen)?))*(?=[ ?.]*$)",
            r"when did \g<x> first \g<v>",
        ),
        (
            r"after (?P<e>(?:the|my|his|her|their) [^,?;]+?), (?P<q>(?:what|which)\b[^,?;]+?) (?:on )?(?:the"
            r"|that) (?:very )?same day",
            r"\g<q> on the day \g<e>",
        ),
        (
            r"(?P<x>care[ -]?plans?\b[^?.,;]*?) (?P<b>is|are|was|were)(?P<n>(?: (?:currently|still|now|presently))*)"
            r" (?:running|in (?:force|effect|place|use)|under ?way|live|going on)",
            r"\g<x> \g<b>\g<n> active",
        ),
        (
            r"(?P<x>care[ -]?plans?\b[^?.,;]*?) (?P<b>is|are|was|were) no longer (?:running|active|current|open"
            r"|in force|followed|going on)",
            r"\g<x> \g<b> completed",
        ),
        (r"and for what(?: reason| condition)?(?=[ ?.]*$)", "and why"),
        (
            r"(?:an? )?(?:someone|somebody|person|patient|one) (?:who|that) (?:currently |still |now )?smokes"
            r"(?: currently| now| at present)?",
            "a current smoker",
        ),
        (r"(?:someone|somebody|a person) (?:who|that) (?:used to smoke|has stopped smoking)", "a former smoker"),
        (r"(?:someone|somebody|a person) (?:who|that) (?:has )?never smoked", "a never smoker"),
        (
            rf"(?:{_OWN}|the) appendix (?:went|came out|was (?:out|taken out|removed)|had to (?:go|come out))",
            "appendectomy was done",
        ),
        (
            r"(?P<d>the|my|his|her|that|this|their) (?P<x>[a-z]+(?: [a-z]+){0,2}) consultation"
            r"(?=[ ?.,:;]*$|[,:;–-]| (?:on|in|of|at) (?:the )?\d)",
            r"\g<d> \g<x> visit",
        ),
        (r"(?P<k>ex|former|past|previous|reformed)[ -]+smoker", "former smoker"),
        (
            rf"how many (?P<full>(?:full |whole |completed |complete )*)(?P<u>years|months|weeks|days) (?:did|had) "
            rf"(?P<w>{WHO}) (?:live[d]?|survive[d]?|have|last)(?: on| left)? (?:after|with|following) "
            rf"(?:(?:they|the doctors|somebody|the doctor) (?:diagnosed|found) )?(?P<own>{_OWN} )?"
            r"(?P<x>[^?,;]+?)(?: (?:was|were) (?:diagnosed|found))?(?: diagnosis)?(?=[ ?.!]*$)",
            r"how many \g<full>\g<u> were there between \g<own>\g<x> diagnosis and the death",
        ),
    )
)


_ONLY_ONE = Pattern(
    rf"^(?:(?:(?:was|is|were) there|there(?:'s| is| was| has been| were)|{WHO} (?:has|have|had)) )?(?:only"
    rf"|exactly|just|but|precisely)(?: ever)? "
    r"(?:one|a single|1) (?P<x>[^?:;.–—]+?)(?:,? (?:so far|to date|on (?:this|the|his|her|my) (?:chart|record"
    r"|file|list)|ever"
    r"|recorded|listed))*(?: ?[-–—:;.,]+ ?(?:and )?)(?:(?P<when>when|what date|which date|on (?:what|which) day)"
    r"|which(?: one)?|what)(?: (?:is|was|were) (?:it|that|this))?(?:,? (?:as coded|exactly|called|by name|please"
    r"|as recorded))*[ ?.]*$",
    re.IGNORECASE,
)
"""That there is one of a kind, and what is asked of it."""


def _of_the_one(match: re.Match[str]) -> str:
    """What is asked of the one there is, asked of all: the answer tells whether there are more."""
    if match["when"]:
        return f"when was the {match['x']}?"
    stem = match["x"].strip()
    return (
        f"which {stem[:-1]}ies are recorded?"
        if stem.endswith("y")
        else f"which {stem.removesuffix('s')}s are recorded?"
    )


def entries_plainly(question: str) -> str:
    """The question with such words said plainly."""
    return _SAID.put_into(_ONLY_ONE.sub(_of_the_one, question))
