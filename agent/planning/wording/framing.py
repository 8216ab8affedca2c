"""What a request is dressed in: a part to be played, politeness, who asks. It carries nothing and is left out.

It is left out only where what stands behind is a whole request: one that points back into it ("pretend you read me the
letter: what does it say?"), or a dress with a number, a day or a document of its own, stays as it is.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern, Rewrites
from chartwarden.agent.planning.wording.authorship import DOCUMENT
from chartwarden.agent.planning.wording.question_words import AUX, WH

_FETCH = (
    r"(?:read|quote|show|list|recap|summari[sz]e|sum up|give|tell|copy|transcribe|find|pull|state|report|look|check"
    r"|name|count|calculate|compute|work out|add up|narrate|outline|set out)"
)
_WHOLE = rf"(?=(?:please |then |just |now |only )*(?:(?:in |at |on |to |for |by |since )?{WH}|{AUX}|{_FETCH}|any)\b)"
"""What a request of its own begins with."""
_SOMEBODY = r"(?:the|an?|my|your|our|his|her|their|this|another) [\w' -]{2,45}?"
_PART = (
    r"(?:(?:so|now|ok|okay|please|right|for (?:a moment|now|this)|from (?:here|now) on),? )*"
    r"(?:(?:pretend|imagine|suppose|say|make believe)(?: that)? (?:(?:you(?:'re| are| were)) [^,:;.?!]{2,60}?"
    rf"|(?:i'm|i am|i were|we're|we are) {_SOMEBODY})"
    rf"|(?:act|answer|reply|speak|talk|respond|behave)(?: to me)? (?:as|like)(?: if you(?:'re| are| were))? {_SOMEBODY}"
    rf"|play (?:the (?:part|role) of )?{_SOMEBODY}|be {_SOMEBODY}|you(?:'re| are)(?: now)? {_SOMEBODY}"
    r"|as if (?:you(?:'re| are| were) )?(?:handing|presenting|reading|talking|speaking|explaining|dictating|writing)"
    r"[^,:;.?!]{0,50}?)"
)
_PLAYED = Pattern(
    rf"^(?P<frame>{_PART})(?:: ?|; | ?[-–] |,? and (?:then )?|, (?:so |now )?|\. ){_WHOLE}", re.IGNORECASE
)
"""A part that the assistant or the asker is to play, and what is asked of it."""
_NOT_LEFT_OUT = Pattern(
    rf"\d|{DOCUMENT}|\b(?:letter|card|leaflet|page|only|except|before|after|since)\b", re.IGNORECASE
)
_POINTS_BACK = Pattern(r"\b(?:it|its|them|then|there)\b(?! (?:is|are|was|were) (?:any|an?|recorded)\b)", re.IGNORECASE)

_OFFERED = (
    r"(?:lovely|great|nice|good|grand|perfect|wonderful|helpful|useful|handy|ideal|(?:much )?appreciated|fine|enough)"
)
_ASK_CHART = (
    r"(?:please )?(?:ask|consult|query|search) (?:the|his|her|my|this|their) (?:chart|records?|notes|file|system"
    r"|database)(?: for|:)?"
)
_PRINTED = (
    r"^(?:(?:please|kindly|hi|hello|so|and),? )*(?:(?:(?:could|can|may|might) (?:i|we)(?: please| just)? (?:have|get)"
    r"|(?:i|we)(?:'d like| would like|'d love| want| need)(?: to (?:have|get|see))?"
    r"|(?:(?:could|can|would|will) you (?:please )?)?(?:give|get|print|run(?: off)?|hand|show|make|do|pull|prepare|let)"
    r" (?:me|us)(?: have)?(?: up| off| out)?) )(?:please )?(?:an? |the )?"
    r"(?:(?:quick|full|complete|short|brief|plain|simple|hard|paper|written) )*"
)
_OF_FACTS = (
    rf"(?: of| on| for| showing| with) (?=(?:{WH}|all|every|any|each|the|his|her|my|their|our|(?:the )?patient's)\b)"
    rf"(?![^?]*{DOCUMENT})"
)
"""What a printout is of, where it is no document."""
_WHEN_RECORDED = (
    r"(?:(?:when|the (?:date|day|time)s?(?: (?:when|on which|that))?) (?:each|they|it|these|those|every one)"
    r"(?: (?:of them|one|problem|condition|diagnosis))? (?:was|were|is|are|got) (?:first )?(?:recorded|diagnosed|noted"
    r"|documented|entered|written down)|(?:the )?(?:(?:date|day|time)s? of )?(?:onset|diagnosis)(?: dates?)?"
    r"|(?:the |their |its )?(?:first )?(?:recorded|diagnosis|onset) dates?)"
)
"""The time that a diagnosis has in the record anyway."""
_POLITE = Rewrites(
    (
        # what is on today, and why one asks
        (
            r"^(?!.*\b(?:it|there|then|that (?:visit|appointment|day))\b)(?:[\w'-]+ ){0,4}(?:reviews?|audits?|checks?"
            r"|rounds?|reconciliation|clinics?|handover|meetings?|consult\w*|referrals?) (?:today|tonight|tomorrow"
            r"|next week|this (?:morning|afternoon|evening|week)),? so "
            rf"(?:{_WHOLE}|(?=(?:i|we) (?:need|want|would|'d)\b))",
            "",
        ),
        (
            r"^(?:it's|it is) (?P<x>the (?:exact )?(?:date|name|value|number|dose|day|reason|result)\b[^?.]*?)"
            r" (?:that )?(?:i'm|i am|we're|we are) (?:after|looking for|interested in)(?=[ ?.!]*$)",
            r"what is \g<x>",
        ),
        (
            rf"^(?:(?:going|judging|counting|dating) )?by {_WHEN_RECORDED}, (?=\w+ \w)"
            rf"|,? (?:going|judging|counting|dating) by {_WHEN_RECORDED}(?=[ ?.!]*$)",
            "",
        ),
        (r"(?<![\w'-])(?:u+h+|u+m+|erm+|hmm+|uhm+),? ", ""),
        (r"(?<=[.;:]) what(?:'ve| have| do) (?:we|you|i) (?:got|have)(?: (?:here|there|on file))?\W*$", ""),
        (
            r"^(?:(?:hi|hello|so|and|ok|okay|please),? )*(?:(?:could|can|would|will) you (?:please )?)?do (?:me|us) "
            r"(?:an?|the) (?:(?:big|huge|small|little|quick|massive|real) )*(?:favou?r|kindness|good turn)"
            r"(?:(?:,? please)?(?:,? and(?: then)? |,? (?:could|can|would|will) you (?:please )?| ?[:,;.] | [-–] ))"
            r"(?=\w+ \w)",
            "",
        ),
        (
            r"^(?:(?:hi|hello|so|and|ok|okay|please),? )*(?:(?:could|can|would|will) you )?be (?:so kind (?:as to|and)"
            r"|so good as to|(?:kind|good) enough to|an? (?:dear|love|star|angel|pal|sport|good sport) and) (?=\w+ \w)",
            "",
        ),
        (
            rf"{_PRINTED}(?:print-?outs?|print out|copy|read-?out|hard copy|run-?down){_OF_FACTS}(?=(?:{WH})\b)",
            "list ",
        ),
        (rf"{_PRINTED}(?:print-?outs?|print out|copy|read-?out|hard copy){_OF_FACTS}", "give me "),
        (rf"{_PRINTED}(?=run-?down{_OF_FACTS})", "give me a "),
        (
            r"^dear (?:(?:sirs?|madam|doctors?|team|all|colleagues?|records (?:team|office|department))"
            r"(?: or |/| and |, )?)+[,:.] ",
            "",
        ),
        (
            r"^(?:ignore|disregard|forget|scrap|never mind) (?:my|the) (?:last|previous) (?:message|question|one)"
            r"[.,;:] ?",
            "",
        ),
        (
            r"^if (?:it(?:'s| is|s)(?: not|n't)?|it isn't|that's not|that isn't) (?:too much (?:trouble|bother|of a "
            r"bother|to ask)|(?:a|any|no) (?:trouble|bother)|possible|all ?right|okay|ok)(?: (?:for|to) you)?, ",
            "",
        ),
        (r"^(?:would|do) you mind (?:telling|giving|showing|letting)(?P<w> me| us)(?: know)? ", r"tell\g<w> "),
        (rf",? (?:would|will|'d) be (?:very |most |really |just |so )?{_OFFERED}(?: please)?[.! ]*$", ""),
        (
            r"^(?:we|i) act for [^,.;:?\d]{1,40}? and (?:would|should) be (?:obliged|grateful|glad|pleased) if you "
            r"(?:would |could )?",
            "",
        ),
        (
            r",? as far as (?:the|this|that|his|her|my|their) (?:charts?|records?|files?|notes|history) "
            r"(?:goes|go|shows?|tells?(?: us| you)?|says?|knows?|(?:is|are) concerned|reaches"
            r"|will tell)(?=[,.?!]|$),?",
            "",
        ),
        (
            r"^(?P<q>(?:is|are|am) [^.?!]*\b(?:on|taking|using)\b[^.?!]*[?.]) (?:i|we) (?:only|just) (?:mean|want|meant"
            r"|(?:am |are )?(?:asking|talking) about|care about) (?:the )?(?:"
            r"(?:active|current) (?:meds|medications|medicines|drugs|prescriptions|ones)|(?:meds|medications|medicines"
            r"|drugs|prescriptions|ones|what)(?: (?:that|which))? (?:is|are) (?:still |currently )?(?:active|current))"
            r"[.! ]*$",
            r"\g<q>",
        ),
        (
            r"^(?:i'm|i am|we're|we are) (?:(?:just|now|double|re)[ -]?)*(?:checking|verifying|confirming|reviewing"
            r"|looking at) "
            r"(?=(?:the|that|an?) (?:order|prescription|script)\b[^.?!]*[:,] (?:was|is|were|did|has)\b)",
            "",
        ),
        (r",? in (?:one|an?)(?: (?:single|short|brief))? (?:para|paragraph|sentence)(?=[,.?!]|$)", ""),
        (r", (?:cited|with (?:citations|(?:its|their|the) sources?))(?=[,.?!]|$)", ""),
        (
            r"(?<=\w) (?:on|in|from|per|off|according to|going by) (?:the |his |her |my |their |this )?flow ?-?sheets?"
            r"(?! (?:rows?|items?|entr\w+)\b)",
            "",
        ),
        (
            r"[,;:]? ?\(?(?:(?:please )?(?:one|each)(?: item| entry)? (?:per|to a|on (?:a|its own)) line|(?:as"
            r"|in) (?:an? )?(?:simple "
            r"|short |plain )?(?:bullet(?:ed)?(?: point)?s?(?: list| form)?|table|tabular form|numbered list"
            r"|comma[- ]separated list))"
            r"\)?(?=(?:,? please)?[.?! ]*$)",
            "",
        ),
        (
            r"(?P<q>\w[^.?!]{6,})[.?!;,] (?:and |so )?(?:please |kindly )?"
            r"(?:(?:can|could|would|will) you (?:please )?)?(?:have a |take a )?"
            r"(?:look|check|dig)(?: (?:it|that|this))?(?: up| into (?:it|that|this))?"
            r"(?: for (?:me|us|him|her|them))?(?:,? please)?[.?! ]*$",
            r"\g<q>",
        ),
        (r"\b(?:sort of|kind of|half|idly) (?=wondering\b)", ""),
        (
            r"(?<=\w)(?:(?P<asks>\?)|[.,;]| [-–]) ?(?:\()?(?:(?:just|i'm|i am|we're|we are|am) )*(?:charting|updating"
            r"|completing|filling (?:in|out|up)|closing|finishing|auditing|reconciling|preparing|doing|writing(?: up)?"
            r"|checking) (?:the|my|our|this|a|an|his|her|their) (?:[a-z&/'-]+ ){0,3}(?:sheets?|forms?|charts?|audits?"
            r"|reports?|reviews?|rounds?|handover|summary|letters?|claims?|logs?|balance|reconciliation|paperwork)\)?"
            r"(?:[,.!; ]+(?:thx|thanks|thank you|ty|please|pls|cheers))*[.! ]*$",
            r"\g<asks>",
        ),
        (
            rf"^(?:i'm|i am|we're|we are) (?:just |only |really )?(?:after|interested in|looking for) "
            rf"(?=(?!(?:any|the|an?) (?:\w+ )?(?:date|name|number|list|time)s?\b)[^.:;?]{{3,80}}[:;.] ?(?:{WH}"
            rf"|{AUX}|any)\b)",
            "",
        ),
        (r"\b(?:my|our|this|the) (?:client|claimant|plaintiff|participant)(?P<s>'s)?(?![\w-])", r"the patient\g<s>"),
        (
            r"\b(?P<who>anyone|anybody|someone|somebody|they|he|she) (?:(?:had|has|have|ever) )*"
            r"(?:got|gotten|get|came) (?:a?round )to (?:putting in|entering|writing down|noting(?: down)?|adding"
            r"|filling in|recording|documenting|logging) ",
            r"\g<who> recorded ",
        ),
        (
            rf"^(?:the |an? |his |her |my |our |their )?[a-z'-]+(?: [a-z'-]+)? on the (?:phone|line) "
            rf"(?:wants|needs|asks for|is asking for|is after|would like)(?: to (?:know|have|hear))? "
            rf"(?=(?:the|his|her|my|their|an?|if|whether|{WH})\b)",
            "give me ",
        ),
        (
            r"^there (?:should|ought to|must|might|may|could) be (?P<x>an? [^,;:?.]+?) somewhere"
            r"(?P<y>[^,;:?.]*)[.!? ]*$",
            r"is there \g<x>\g<y>?",
        ),
        (
            r"^i (?:imagine|think|believe|suppose|expect|gather|assume|guess) there(?:'s| is| was|'ll be) "
            r"(?P<x>an? [^,;:?.]+?) somewhere(?P<y>[^,;:?.]*)[.!? ]*$",
            r"is there \g<x>\g<y>?",
        ),
        (
            r"^(?:please )?(?:sort|settle|clear) (?:this|something|one thing)(?: out| up)?(?: for (?:me|us))?"
            r"(?: please)?[:,.] ",
            "",
        ),
        (
            rf"^{_ASK_CHART} (?=(?:the|his|her|my|their|an?|any|all|every)\b)",
            "give me ",
        ),
        (
            rf"^{_ASK_CHART} (?=(?:{WH}|if|whether)\b)",
            "tell me ",
        ),
        (
            rf"^(?:please )?(?:read|recite|call)(?: (?:me|us|out|aloud|back|off|over|to me))+ "
            rf"(?=(?:the|his|her|my|their|all|any|every)\b)(?![^?]*{DOCUMENT})",
            "give me ",
        ),
    ),
    re.IGNORECASE,
)


_BUSY = Pattern(
    r"^(?:i'm|i am|we're|we are) (?:just |now |currently |busy )*(?:doing|filling (?:in|out)|completing|preparing"
    r"|finishing"
    r"|updating|working on|putting together) (?:the|an?|my|our|his|her|their"
    r"|this) (?P<task>(?:[\w'-]+ ){0,4}?(?:counts?"
    r"|forms?|intake|reconciliation|review|sheets?|rounds?|handover|hand-?off|audit|paperwork)"
    r"(?: (?:for|at|on) [\w' -]{2,30}?)?)(?:,? (?:and )?so,? |[.,;:] | [-–] )"
    rf"(?P<ask>{_WHOLE}.*)$",
    re.IGNORECASE,
)
"""What the asker is busy with, where what they ask is a whole request: "I'm doing the pill count, so ..."."""
_PAPERWORK = (
    r"(?:summar(?:y|ies)|letters?|forms?|notes?|reports?|referrals?|claims?|hand-?(?:over|off)s?|sheets?|paperwork"
    r"|applications?|certificates?|reconciliation|audits?|questionnaires?|write-?ups?|sign-?outs?|discharges?|returns?)"
)
_BUSY_BEHIND = Pattern(
    r"(?<=[\w)])(?P<end>[?.!;,]| [-–]) ?\(?(?:(?:i'm|i am|we're|we are) )?(?:(?:just|now|currently|busy|still) )*"
    r"(?:writing(?: up)?|typing(?: up| out)?|drafting|dictating|filling (?:in|out)|completing|preparing|prepping"
    r"|finishing(?: off| up)?|updating|working on|doing|putting together|coding(?: up)?|closing|signing(?: off)?"
    r"|(?:i |we )?(?:(?:just|only) )?(?:need|have|got|want|trying|about) to (?:code|bill|chart|document|write"
    r"|enter|type|log"
    r"|file|copy|submit|finish|complete|fill (?:in|out)))"
    r" (?:(?:it|this|that|them|things)(?: up)?|(?:(?:the|an?|my|our|his|her|their"
    rf"|this) )?(?:[a-z'-]+ ){{0,4}}?{_PAPERWORK})"
    r"(?: (?:up|now|here|today|right now|at the moment|as we speak|for (?:him|her|them|the patient)))*\)?[ .!]*$",
    re.IGNORECASE,
)
"""What the asker is busy with, said behind the question: "latest LDL? Writing a discharge summary."."""
_INTRODUCED = Pattern(
    r"^(?:(?:hi|hello|hey|good (?:morning|afternoon|evening|day))(?: there| all| team)?[,.! ]+)?"
    rf"(?:it's |this is |it is )?(?!(?:my|our|{WH}|{AUX}) )(?:(?!(?:{WH}|{AUX}|here)\b)[a-z][\w'&/-]* ){{1,4}}"
    r"(?:here|speaking|calling)(?: again)?"
    r"(?:[.,:;!]| [-–]) +(?=\w)",
    re.IGNORECASE,
)
"""Who asks, by their own word: "Hi, infection control here. ...". Whose relative they are may tell of whom they ask."""


_WHO_ASKS = Pattern(
    r"^(?:(?:the|my|our|his|her|their|an?|this) )?(?:(?!(?:what|which|when|who|why|how|was|is|did|does|has)\b)"
    r"[\w'&/-]+ ){1,3}?(?:clinic|team|department|dept|office|service|practice|pharmacy|people|folks|desk)"
    r"(?: (?:just|has|is|have))* (?:ask(?:s|ed|ing)?|wants?|needs?|called|rang|phoned|wrote|sent"
    r"|request(?:s|ed)|wonders?)(?: (?:me|us|in|to know|to be told|about|for|this|that|it))*(?:\. |: | [-–] )"
    r"|^(?:an? )?(?:question|request|query|call) (?:from|by) (?:the|our|my|an?) (?:[\w'&/-]+ ){1,3}?"
    r"(?:clinic|team|department|dept|office|service|practice|pharmacy)(?:\. |: | [-–] )(?=\w+ \w+ \w+)",
    re.IGNORECASE,
)
"""A clinic or a team that asks, in a sentence that tells nothing else: "The eye clinic asked me this. ..."."""
_OF_THEM = Pattern(r"\b(?:they|them|their|there|it|its|that|this|then)\b", re.IGNORECASE)
_THING = r"(?:organism|bug|drug|medication|medicine|test|procedure|diagnosis|culture|unit|prescriber|doctor)"
_FORM = Pattern(
    rf"(?<=[.?!;:]) (?P<only>just |only )?(?:the )?(?P<form>(?:{_THING}'?s? )?names?(?:\(s\))?(?: of the {_THING}s?)?"
    r"|organisms?|dates?(?: and times?)?|times?|number|count|figure)"
    r"(?P<enough>(?: only| alone|,? please|,? (?:is|are|will be|would be) (?:enough|fine|sufficient|all i (?:need|want)"
    r")"
    r"|,? will do|,? suffices?|,? no more)*),?(?: please)?[.! ]*$",
    re.IGNORECASE,
)
_ASKED_AS = tuple(
    (Pattern(form), Pattern(rf"\b(?:{asked})\b", re.IGNORECASE))
    for form, asked in (
        (r"organism|bug", r"organisms?|bugs?|grew|grown?|growing"),
        (r"name", r"(?:what|which) (?:was|is|were|are|did|has|had|drugs?|med\w+|proc\w+|tests?|diagnos\w+|org\w+)|who"),
        (r"date|time", r"when|what (?:date|time|day)"),
        (r"number|count|figure", r"how many|number of|count of"),
    )
)
"""What the form of an answer is called, and what asks for that."""


def _form_left_out(match: re.Match[str]) -> str:
    """A sentence that only says in which form the answer is wanted, where the question asks for just that."""
    if not (match["only"] or match["enough"]):
        return match.group()
    before = match.string[: match.start()]
    asked = next(asked for form, asked in _ASKED_AS if form.search(match["form"].lower()))
    return "" if asked.search(before) else match.group()


def undressed(question: str) -> str:
    """The question without the part it wants played, who asks it, and its politeness."""
    text = _FORM.sub(_form_left_out, _INTRODUCED.sub("", question.strip()))
    behind = _BUSY_BEHIND.search(text)
    if behind and re.search(r"\w \S*\w", text[: behind.start()]):
        text = f"{text[: behind.start()]}{behind['end'].strip(' ,;–-')}"
    asks = _WHO_ASKS.match(text)
    if asks and not _OF_THEM.search(text[asks.end() :]):
        text = text[asks.end() :]
    played = _PLAYED.match(text)
    if played and not _NOT_LEFT_OUT.search(played["frame"]) and not _POINTS_BACK.search(text[played.end() :]):
        text = text[played.end() :]
    busy = _BUSY.match(text)
    if busy and not re.search(r"\d", busy["task"]) and not _POINTS_BACK.search(busy["ask"]):
        text = busy["ask"]
    return _POLITE.put_into(text) or question
