"""What people say for a measurement, a kind, a person or a choice where the grammar and the tables have one plain word.

The rules are about a question as it is typed, before names are looked for in it: each says the same in other words.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern, whole_words
from chartwarden.agent.planning.wording.distinct import counted_apart
from chartwarden.agent.planning.wording.extents import within_plainly
from chartwarden.agent.planning.wording.got_done import got_plainly
from chartwarden.agent.planning.wording.lay_entries import entries_plainly
from chartwarden.agent.planning.wording.lay_ranges import ranges_in_plain_words
from chartwarden.agent.planning.wording.people_asked import people_plainly
from chartwarden.agent.planning.wording.shots import shots_apart
from chartwarden.agent.planning.wording.told_patterns import A_DAY, A_DAY_SAID

_ASKED = Pattern(r"(?:which|what|who|list|show|give|name|any|is|are|was|were|how|find|tell)\b", re.IGNORECASE)


def _first_of_two(match: re.Match[str]) -> str:
    """Whether one of two was the first, where it is one of the two."""
    asked, two = match["c"].lower(), (match["a"], match["b"])
    others = [name for name in two if name.lower() != asked]
    return f"was {match['c']} first given before {others[0]}" if len(others) == 1 else match.group()


_COUNTABLE = Pattern(
    r"\b(?:visits?|stays?|admissions?|encounters?|appointments?|prescriptions?|scripts?|orders?|medications?|meds|drugs"
    r"|conditions?|diagnos[ei]s|problems?|procedures?|operations?|vaccin\w+|immuni[sz]\w+|shots?|jabs?|boosters?|tests?"
    r"|allerg\w+|entries|records?|documents?|notes?|events?|times|episodes?|readings?|measurements?|results?)$",
    re.IGNORECASE,
)


def _added_up(match: re.Match[str]) -> str:
    """How many there are of what is counted one by one; of anything else the sum of the amounts."""
    is_count = (match["of"] or "").lower() in ("number", "count", "tally") or _COUNTABLE.search(match["x"])
    return f"how many {match['x']} are there in the record" if is_count else f"what is the sum of all {match['x']}"


_STAT = r"(?:min(?:imum)?|max(?:imum)?|mean|average|avg|highest|lowest|first|last|latest)"
_STATS_SLASHED = Pattern(rf"\b(?P<a>{_STAT}) ?/ ?(?={_STAT}(?![\w-]))", re.IGNORECASE)
_SAID = whole_words(
    (
        (r"what exactly(?= (?:is|are|was|were|has|have|had|did|does|do)\b)", "what"),
        (
            r"(?<!\w )(?P<s>start|end) of the (?P<r>first|last) (?P<x>[^?.,;:]{3,60} (?:administration|infusion))",
            r"\g<s> time of the \g<r> \g<x>",
        ),
        (r"what all(?= (?:is|are|was|were|has|have|did|does|do|got)\b)", "what"),
        (r"(?<=last )weigh(?:ing|-?in)|(?<=first )weigh(?:ing|-?in)|(?<=latest )weigh(?:ing|-?in)", "measurement"),
        (r"(?:tied|attached|connected) to(?= )", "linked to"),
        (r"(?<=recorded |measured )(?:alongside|along with|together with)(?= the\b)", "at the time of"),
        (
            r"(?:(?:was|were|is|are) there )?any (?:growth|organisms?|bugs?|bacteria)(?: growing| grown| found)? "
            r"(?P<p>in|on|from) (?P<x>(?:[a-z]+ ){0,3}cultures?)"
            r"|did any(?:thing)? (?:grow|grew) (?P<p2>in|on|from) (?P<x2>(?:[a-z]+ ){0,3}cultures?)",
            lambda m: f"which organisms grew in {m['x'] or m['x2']}",
        ),
        (
            r"(?P<k>keeps?|kept|keep on|kept on) writing (?P<x>(?!down|about|to|that)[^?.;,]{3,60}?) "
            r"(?P<f>for (?:me|him|her|them))",
            r"\g<k> prescribing \g<x> \g<f>",
        ),
        (
            r"(?P<d>(?:the|an?) )?head-?\s?count (?:of|on|for) (?:the |his |her |my |their |all )*"
            r"(?P<x>(?:(?:active|current|present|ongoing) )?(?:meds?|medications?|medicines|drugs|pills|conditions"
            r"|prescriptions|scripts|problems|diagnoses|visits|vaccines|shots|procedures|allergies)\b)",
            r"number of \g<x>",
        ),
        (
            rf"(?:from|at|on|during|in) (?:the|his|her|my|their|that) (?P<d>{A_DAY_SAID}) "
            r"(?:visit|appointment|encounter|check-?up|consultation|contact|draw|panel|labs?|lab work"
            r"|bloods?)(?! (?:to|until)\b)",
            r"on \g<d>",
        ),
        (
            rf"(?:in|from|on|at|with|per) (?:(?:the|my|his|her|their) )?(?:labs?|lab work|bloods?|blood work"
            rf"|blood tests?|panel|check-?up|visit|appointment) (?:from|of|dated|on) (?P<d>{A_DAY_SAID})"
            r"(?! (?:to|until|on)\b)",
            r"on \g<d>",
        ),
        (
            r"of any (?:grade|degree|type|kind|sort|form),? or (?:grade|degree|type|kind|sort|form)",
            "of any kind",
        ),
        (
            r",? be it [^:;.?]{3,50}?,? or (?:whatever|otherwise|something else|anything else|anything)(?=[:,.?]|$)",
            " of any kind",
        ),
        (
            r"(?<!last )(?<!latest )(?<!recent )(?<!newest )(?<!first )(?<!highest )(?<!lowest )(?<!resting )hr(?= "
            r"(?:needs?|wants?|asks?|asked|is asking|has asked|would like|department|dept|office|team|people|form"
            r"|manager|file|letter)\b(?! to (?:go|be)\b))",
            "employer",
        ),
        (
            r"(?<!mental )(?<!behavioral )(?<!behavioural )health (?:problem|issue|complaint|condition)(?P<s>s?)",
            r"condition\g<s>",
        ),
        (
            r"(?:the|this) (?:applicant|claimant|policy-?holder|insured(?: person| party)?|enrollee|beneficiary"
            r"|club member|member)(?P<own>'s)?(?! of\b)",
            r"the patient\g<own>",
        ),
        (
            r"(?:pill|tablet|medicine|medication|med|dosette|blister)[ -]?(?:box|organi[sz]er|packs?|minder"
            r"|cabinet)(?:es)?",
            "box",
        ),
        (
            r"(?P<v>do|doing|for) (?P<d>the|a|my|his|her|our) (?:pill|tablet|med(?:ication)?)[ -]count(?: for intake)?",
            r"\g<v> \g<d> form",
        ),
        (
            r"(?P<p>please |(?:could|can|would|will) you (?:please )?)send (?:me|us)(?: over)?(?= [a-z])",
            r"\g<p>give me",
        ),
        (
            r"(?:want|need|have|like|wish)(?: to| to be able to) (?:call|ring|phone|contact|reach|speak (?:to|with)"
            r"|talk (?:to|with)|thank|ask|write to) (?:the (?:doctor|person|prescriber|provider|clinician) who"
            r"|whoever|who) (?P<v>(?:last |first )?(?:wrote|prescribed|ordered|signed|issued|gave))",
            r"want to know who \g<v>",
        ),
        (
            r"between (?P<a>[a-z][\w' -]{2,40}?) and (?P<b>[a-z][\w' -]{2,40}?), was"
            r" (?:it )?(?P<c>[a-z][\w' -]{2,40}?)"
            r" (?:that |the one )?(?P<w>(?:the patient|this patient|he|she|they|i) (?:was |were |got |had )?)"
            r"(?P<v>given|received|prescribed|got|had|started|took)? ?first(?:, (?:looking|going) (?:at|by) [a-z ]+)?",
            _first_of_two,
        ),
        (
            r"(?P<a>[a-z][\w' -]{2,40}?) and (?:an? |the )?(?P<b>[a-z][\w' -]{2,40}?) were both (?P<v>prescribed"
            r"|ordered|given)"
            r"[.;,] (?:was|is) the first (?P<c>[a-z][\w' -]{2,40}?) (?:script|prescription|order|dose) the"
            r" (?:earlier|first)(?: one| of the two)?",
            _first_of_two,
        ),
        (
            r"what was (?:wrong|the matter)(?: with (?:the patient|him|her|them|me))? that "
            r"(?:they|the doctors?|(?:he|she) was|somebody|someone) (?:gave|prescribed|given|ordered)(?: (?:him|her"
            r"|them|me))? (?P<x>[^?.,;]+)",
            r"why was \g<x> prescribed",
        ),
        (
            r"what was (?:wrong|the matter)(?: with (?:the patient|him|her|them|me))? that (?P<x>[^?.,;]+?) (?:got"
            r"|was) (?P<v>prescribed|given|ordered)",
            r"why was \g<x> \g<v>",
        ),
        (r"^(?:years? )?(?P<a>\d{4}) and (?P<b>\d{4})(?:(?=, )| ?[-–:](?= ))", r"in \g<a> and \g<b>"),
        (r"freshest", "newest"),
        (r"jab(?:(?P<did>bed)|(?P<s>s?))", lambda m: "vaccinated" if m["did"] else f"shot{m['s']}"),
        (r"(?P<a>and|or) so forth", r"\g<a> so on"),
        (r"one or more of(?= (?:these|those|the following)\b)", "at least one of"),
        (
            r"(?:stool|poo|bowel|faecal|fecal)(?: (?:card|sample|kit))? (?P<t>tests?|checks?|screening) for "
            r"(?:(?:any|hidden|occult|traces? of) )*blood|tests? for (?:(?:any|hidden|occult|traces? of) )*blood in "
            r"(?:the |his |her |my )?(?:stools?|poo|faeces|feces)",
            "fecal occult blood test",
        ),
        (
            r"(?P<t>those|these|such) (?:complications|troubles|ailments|complaints|mishaps|misfortunes|upsets)"
            r"(?! (?:of|from|with|in|after)\b)",
            r"\g<t> conditions",
        ),
        (
            r"(?<=[?.;] )(?:and )?if (?:so|yes|it (?:was|did|is|has))(?:,? then)?,? (?:please )?"
            r"(?:tell|say|give|show|state|name)(?: me| us)? (?P<w>what|when|who|why|where|which(?: ones?)?) "
            r"(?P<it>it|that|they|those) (?P<v>was|were|is|are)(?=[ ?.]*$)",
            r"\g<w> \g<v> \g<it>",
        ),
        (
            r"^(?P<x>any(?:thing|body|one)? [^,?;.]+), (?P<w>what|which(?: ones?)?) (?P<v>was|were|is|are) "
            r"(?P<it>it|that|they|those)(?=[ ?.]*$)",
            r"\g<x>? \g<w> \g<v> \g<it>",
        ),
        (
            r",? for (?:(?:the|my|his|her|their|our|an?|some) )?(?:(?:life|health|travel) )?(?:insurance|insurer'?s?"
            r"|payer|disability|benefits?|school|employer'?s?|visa) (?:forms?|claims?|company|applications?|paperwork"
            r"|people|office|files?|questionnaires?|letters?)(?=[ ?.!]*$)",
            "",
        ),
        (r"who's(?= (?:the|his|her|my|their|this|that)\b)", "who is"),
        (
            r",? (?:it )?(?:doesn't|does not) matter (?:if|whether) (?:it (?:was|is|were)|they were)[^,.?;]*"
            r"|,? (?:it )?(?:doesn't|does not) matter (?:which|what) (?:kind|type|sort|form|one)",
            " of any kind",
        ),
        (
            r",? (?:going|ordered|sorted|counted|counting|in order|going in order) (?:by|of) (?:the"
            r" )?dates?(?=[,.?]| was| is)",
            "",
        ),
        (r",? counting (?:up )?from the (?:earliest|first|oldest|beginning|start)(?=[,:.?])", ""),
        (
            r"(?<!no )(?<!not )(?<!any )(?:dated |from )?(?<!no )(?<!not )(?<!any )(?:older|earlier) than(?= (?:19"
            r"|20|21)\d\d\b| [a-z]+ (?:19|20|21)\d\d\b)"
            r"|ahead of(?= (?:the year )?(?:19|20|21)\d\d\b)",
            "before",
        ),
        (
            r"(?P<n>scripts?|prescriptions?|orders|medications?|meds|medicines|drugs|conditions|problems|ones)"
            r"(?P<v> (?:that )?(?:are|is))? (?:live|in force|still running)(?= (?:now|today|at|right|currently)"
            r"|[ ?.,]*$)",
            r"\g<n>\g<v> active",
        ),
        (
            r"live(?= (?:ones|scripts|prescriptions|orders|medications|meds|medicines|drugs|problems|conditions)\b)",
            "active",
        ),
        (
            r",? (?:without|minus|leav(?:e|ing) (?:out|off)|excluding) (?:the |any |what(?:'s| is) )?(?:things "
            r"|ones |entries )?(?:that are )?(?:long )?(?:since )?(?:resolved|closed|over|gone|finished)"
            r"(?: (?:things|ones|entries|conditions|problems|diagnoses))?(?=[?.]|$)"
            r"|,? (?:no|not|not the) (?:resolved|closed|inactive|old|past)(?: ones)?(?=[?.]|$)"
            r"|,? leave (?:the )?(?:resolved|closed|inactive|finished|ended|past)(?: ones)? (?:off|out)(?=[?.]|$)"
            r"|,? (?:the )?(?:resolved|closed|inactive) (?:things|ones|entries|conditions|problems|diagnoses) left"
            r" out(?=[?.]|$)",
            " that are still active",
        ),
        (
            r"(?P<s>[a-z][\w' -]* is (?:there|on (?:the|his|her|my) (?:list|chart|record|file))),? without an? "
            r"(?:explanation|comment|indication|stated reason|reason|diagnosis)(?=[.;] )",
            lambda m: m.group() if _ASKED.match(m["s"]) else m["s"],
        ),
        (
            r"(?:problems?|trouble|issues?|disorders?) (?:with|of) "
            r"(?:(?:the|this|my|his|her|their|(?:the |this )?patient's) )?blood (?:sugar|glucose)"
            r"(?! (?:readings?|values?|results?|tests?|monitor\w*|meter)\b)(?: levels?)?",
            "blood sugar disorder",
        ),
        (
            r"(?P<w>which conditions (?:is|are) (?:this patient|the patient|he|she|they|i)) (?:dealing|living"
            r"|struggling) with",
            lambda m: m["w"].replace(" is ", " does ").replace(" are ", " do ") + " still have active",
        ),
        (
            r"when (?:was|were|is) (?:the patient|this patient|he|she|they|i) (?:finally )?(?:done|finished"
            r"|through) with (?P<x>[^?.,;]+)",
            r"when was \g<x> resolved",
        ),
        (r"(?P<v>was|were) (?:finally )?done with(?=[?.,]|$)", r"\g<v> resolved"),
        (
            r"(?P<s>(?:closed|resolved|over|gone|finished|ended)\b[^.?;]*[.;]) (?:as of|since) (?:when|what (?:date"
            r"|day)|which (?:date|day))(?: was (?:it|that) over)?",
            r"\g<s> when was it resolved",
        ),
        (r"what date stands (?:on|against|beside|next to)(?: the)?", "what is the date of the"),
        (r"(?:the )?date (?:standing|that stands|printed) (?:on|against|beside|next to)(?: the)?", "the date of the"),
        (r"how many birthdays had (?P<w>he|she|they|i|the patient) (?:already )?had", r"how old was \g<w>"),
        (
            r"^(?:please )?(?:add|tot|total|sum|count|tally) up (?:every|all|each)?(?: of)?(?: the)? ?(?P<x>[^,?.;]+?)"
            r"(?: in the (?:chart|record)| on file| on record)?(?:,? and (?:give|tell) me the (?P<of>sum|total|figure"
            r"|number|count|tally)|(?:(?<=scripts)|(?<=prescriptions)|(?<=orders)|(?<=shots))(?: (?:for me|please))*"
            r"(?=[ ?.!]*$))",
            _added_up,
        ),
        (
            r"^(?:please )?count (?:up )?(?:the |all the |every |all )?(?P<x>[^,?.;]+?) and (?:give|tell) me the (?:sum"
            r"|total|figure|number|count|tally)(?=[ ?.]*$|[,;])",
            r"how many \g<x> are there",
        ),
        (
            r"(?P<n>weight|height|reading|result|value|level|pressure|score|measurement|bmi) from"
            rf"(?= {A_DAY}"
            r"(?![^.?;]*\b(?:to|until|till|through|on|onwards?|forwards?|later|after|since|now|today|present)\b))",
            r"\g<n> on",
        ),
        (r"weigh-? ?ins?(?! (?:on|with|at)\b)", "weight measurements"),
        (
            r"how fast (?P<v>is|was) (?:the |his |her |my |their |this |patient's )*(?:heart|pulse)"
            r"(?: (?:going|beating|running|racing))?",
            r"what \g<v> the heart rate",
        ),
        (
            r"how (?:bad|severe|intense|strong) (?P<v>is|was) (?:the |his |her |my |their |patient's )*pain"
            r"(?:,? (?:as )?(?:scored|rated|graded),?)?"
            r"(?=[?.,;]|$| (?:on|in|at|when|during|before|after)\b)"
            r"|how (?P<w>is|was) (?:the |his |her |my |their |patient's )*pain (?:scored|rated|graded)",
            lambda m: f"what {m['v'] or m['w']} the pain score",
        ),
        (
            r"(?:what|how) (?P<v>did|does|do) (?:he|she|i|they|the patient|this patient) (?:rate|score|grade) "
            r"(?:the|his|her|my|their) pain(?: at| as)?",
            lambda m: f"what {'was' if m['v'].lower() == 'did' else 'is'} the pain score",
        ),
        (
            r"(?:what|how) (?:he|she|i|they|the patient|this patient) (?:rated|scored|graded) "
            r"(?:the|his|her|my|their) pain(?: at| as)?",
            "the pain score",
        ),
        (r"(?P<x>(?:[a-z0-9]+/[a-z0-9]+|ratio)\b[^.;]*?) the ratio(?! (?:of|between)\b)", r"\g<x> the value"),
        (r"tested for pregnancy", "given a pregnancy test"),
        (
            r"(?P<a>(?:i|we|they|you)(?:'ve| have)?) screened (?:him|her|me|them|the patient|this patient) for "
            r"(?P<x>[a-z][a-z' -]{2,30}?)(?=[?.,;]|$| (?:on|in|since|before|after|how|at|within)\b)",
            r"the patient had \g<x> screening",
        ),
        (
            r"screen(?:ing)?(?P<s>s?) for (?P<x>[a-z][a-z' -]{2,30}?)(?=[?.,;]|$| (?:in|on|since|before|after|during|at"
            r"|within|last|this|or|and|ever|until|by|over|when|among|done|recorded|documented|performed|been)\b)",
            r"\g<x> screening\g<s>",
        ),
        (
            r"(?P<a>was|were|has|have|had) (?P<x>(?:the |his |her |my |their |an? |any )?[a-z]+)(?P<been> been)? "
            r"ever(?: been)? (?P<v>removed|taken out|cut out)",
            lambda m: f"{m['a']} {m['x']}{m['been'] or ''} {m['v']}",
        ),
        (
            r"what (?P<v>is|was) the last (?:day|date)(?= (?:that |when |on which )?(?:an?|the|his|her|my|their|they"
            r"|we|she|he|i|patient) )",
            r"when \g<v> the last time",
        ),
        (
            r"(?:an? )?(?:current )?smoker,? (?:an? )?(?:ex|former)-? ?smoker,? (?:or )?(?:(?:has |have )?never"
            r"(?: been)?(?: (?:smoked|an? smoker|smoker))?|non-? ?smoker|what)?(?= |,|:|\?|$)",
            "smoking status",
        ),
        (r"when(?= (?:heavily |visibly )?pregnant)", "while"),
        (r"not (?:yet )?final(?:i[sz]ed)?(?: yet)?(?= *[?.,;]|$)", "preliminary"),
    )
)


def in_plain_words(question: str) -> str:
    """The question so said."""
    question = people_plainly(got_plainly(counted_apart(shots_apart(entries_plainly(question)))))
    question = within_plainly(_STATS_SLASHED.sub(r"\g<a>, ", question))
    question = _SAID.put_into(question)
    return re.sub(r",\s*(?=[,:;?.])", "", ranges_in_plain_words(question))
