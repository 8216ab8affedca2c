"""A claim that is to be checked, put as the yes-or-no question it is: "I have Ada Quill down as the prescriber, right?"

Professionals state what they have and ask whether the record agrees. What claims a prescriber, a reason, a date, or
something of the first or last row, is asked of just that; any other claim stays as it was said. A person who is named
without a title is given one, so that the person is compared and never read past.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern, Rewrites
from chartwarden.agent.planning.wording.question_words import PLAIN_AUX, WH
from chartwarden.agent.planning.wording.rank_words import ANY_RANK
from chartwarden.agent.planning.wording.values_claimed import value_claimed
from chartwarden.agent.planning.wording.who import WHO

_TITLED = r"(?:(?:Dr|Doctor|Prof|Professor|Nurse|Mr|Mrs|Ms)\.? )"
_NO_NAME = (
    r"(?!(?:Is|Was|Did|Has|Are|Were|Do|Does|Have|Had|The|Our|My|His|Her|So|And|But|If|Can|Could|Please|Per|Just|Only"
    r"|Patient|We|They|He|She|It|This|That|Any|No|Some|Every|All|Another|First|Last|Latest|When|What|Which|Who|How|Why"
    r"|Where|Since|Before|After|There)(?:n['’]t)?\b)"
)
_WORD = _NO_NAME + r"[A-ZÀ-Ý][\w'’-]*[a-zà-ÿ]\d*"
_FULL = rf"{_WORD}(?: [A-ZÀ-Ý]\.?)?(?: (?:de|del|la|van|von|der))*(?: {_WORD}){{1,2}}"
_NAME = rf"(?:{_TITLED}{_WORD}(?: {_WORD}){{0,2}}|{_FULL})"
"""A person: a surname behind a title, or a first name and a surname."""
_ORDERS = r"(?:prescribe|order|write(?: up)?|start|initiate|sign)"
_ANY_ORDER = Pattern(
    r"^(?:(?:him|her|me|them|the patient) )?(?:(?:any|an?|one|even one|so much as one|a single|any single)"
    r" )?(?:scripts?|prescriptions?|orders?|rx)"
    r"(?: (?:at all|ever|whatsoever))* (?:for|of) ",
    re.IGNORECASE,
)
_ORDERED = (
    r"(?:prescribed|prescribes|prescribing|ordered|orders(?! (?:that|which|marked|with|on|in|of|for|and|or|were|was|are"
    r"|is|written|have|had|has|per|by|from|since|before|after|during|at)\b)|ordering|wrote(?: up)?|written|started"
    r"|initiated"
    r"|signed(?: off| for)?)"
)
_SCRIPT = (
    r"(?:wrote|signed|issued|did|placed|entered) (?:the |a |his |her |that )?"
    r"(?:script|prescription|order|rx)s? (?:for|of)"
)
_PUT_ON = r"(?:(?:put|started|placed) (?:him|her|them|me|the patient|patient) on)"
_DID = rf"(?:{_SCRIPT}|{_PUT_ON}|{_ORDERED})"
_ROLE = (
    r"(?:(?:prescribing|ordering|original|actual) )?(?:prescriber|doctor|physician|provider|clinician|practitioner|gp"
    r"|one|person)"
)
_RECORD = (
    r"(?:(?:the|this|his|her|my|our|your|their|that|what(?:'s| is) in (?:the|his|her)) )?(?:chart|records?|file|system"
    r"|ehr|emr|notes|data|entry|entries)"
)
_TAG = Pattern(
    r"[\s,.;:?–—-]*(?:\b(?:and |so |but )?(?:(?:is|was|isn't|wasn't) (?:that|this|it|he|she|my note|the note)(?: all)?"
    r"(?: (?:right|correct|true|so|accurate|the case|what (?:the )?(?:record|chart|file|notes?) (?:shows?|says?|has)"
    r"|what(?:'s| is) (?:recorded|in the (?:record|chart))))?"
    r"(?: (?:that )?(?:he|she|they) (?:was the one who )?(?:prescribed|ordered|wrote|gave|started) (?:it|that|this"
    r"|them))?"
    r"|(?:is|was) (?:it|that) (?:true|correct|right) that (?:he|she|they) (?:prescribed|ordered|wrote|started)"
    r" (?:it|that|this|them)"
    r"|(?:right|correct|true|agreed|yes|accurate|true or false|yes or no|(?:is )?(?:that )?right or wrong)"
    rf"|(?:does|do|will|would) {_RECORD} (?:agree|concur|match|show (?:that|this|it|the same)|say (?:so|that|the same)"
    r"|bear (?:that|this|it) out|back (?:that|this|it) up|support (?:that|this|it)|confirm (?:that|this|it))"
    r"|(?:can|could|would|will) you (?:please )?(?:confirm|verify|check)(?: (?:that|this|it))?(?: for me)?"
    r"|(?:please|kindly|just) (?:confirm|verify)(?: (?:that|this|it))?"
    r"|do i have (?:that|this|it) right|have i got (?:that|this|it) right|am i right|is (?:that|this) what you (?:have"
    r"|see))(?: please)?)[\s?.!)]*$",
    re.IGNORECASE,
)
"""What asks at the end whether a claim is so."""
_AGREES = Pattern(
    rf"[\s,.;:?–—-]+(?:and |so |but )?(?:does|do|will|would) (?:(?:this|that|it) (?:agree|match|fit|tally|square"
    rf"|accord)(?: with)? {_RECORD}|{_RECORD} (?:agree|concur|match|back (?:this|that|it) up|bear (?:this|that|it)"
    r" out))(?: with (?:this|that|it|me|us))?[\s?.!)]*$",
    re.IGNORECASE,
)
"""What asks whether the record agrees, and names nothing itself."""
_DENYING_TAG = Pattern(
    r", (?:(?:is|was|are|were|has|have|had|does|did|do)n't (?:that|it|he|she|they|there|i|this)(?: so| right| true)?"
    r"|(?:is|was|are|were|has|have|had|does|did|do) (?:that|it|he|she|they|there|i|this) not(?: so| right| true)?)"
    r"[ ?.!]*$",
    re.IGNORECASE,
)
_ASKS_BY_TAG = Pattern(
    rf"^(?P<lead>(?:.*(?<!\bDr)(?<!\bMr)(?<!\bMrs)(?<!\bMs)[.?;:] )?)(?P<said>(?:(?!\b{WH}\b)[^?;:])+?)(?:,| [-–])?"
    rf" (?:or )?(?P<a>{PLAIN_AUX}) "
    r"(?P<w>he|she|they|it|there|i|we|(?:the )?patient)(?: one| any| though| now| after all)*[ ?.]*$",
    re.IGNORECASE,
)
_DENIED = Pattern(
    rf"^(?P<s>[^,]*?)(?: ?\b{PLAIN_AUX}(?:n't| not)|(?:'(?:s|ve|re|m)| {PLAIN_AUX})? ?\b(?:not|(?P<never>never"
    rf"|no(?:body|thing| one)))|(?:'s|(?:^| ){PLAIN_AUX}(?: had| got)?)? ?\b(?P<no>no(?! (?:longer|more|less|later"
    r"|earlier"
    r"|one|matter|doubt))))\b (?P<r>.+)$",
    re.IGNORECASE,
)
"""What is denied, and asked for by its tag all the same: "she never had a flu shot, did she?"."""
_NOT_ALL = Pattern(r"\b(?:not|never|no|but|nor|neither)\b|n't\b", re.IGNORECASE)
"""What denies, or is said against, a part of it."""
_ANYBODY = {"nobody": "anybody", "no one": "anybody", "nothing": "anything"}
_BY = Pattern(rf"(?P<by>\b(?:prescribed|ordered|written|signed|started|issued|initiated) by )(?P<p>{_FULL})")
"""A person without a title who is told to have ordered something."""
_SOURCE = (
    r"(?:some(?:body|one)(?: else)?"
    r"|(?:the |my |our |his |her |their |an? |this )?(?:[\w'-]+ ){0,2}?(?:letter|notes?|summary|handover|hand-?off"
    r"|sheet|list|form|report|referral|paperwork|pharmacist|pharmacy|nurse|resident|colleague|doctor|gp|patient|family"
    r"|registrar|consultant|intern|student|coder|auditor|reviewer))"
)
_HEAD = Pattern(
    r"^(?:(?:so|ok|okay|hi|hello|and|well|now|also|please|just)[,]? )*(?:"
    r"(?:just )?(?:to (?:double[- ]?check|confirm|verify|be (?:sure|clear))|(?:double[- ]?)?checking|confirming"
    r"|verifying)"
    r"(?: (?:the|his|her) (?:indication|prescriber|date|order|timing|sequence|doctor|reason)s?)?[,:]? (?:that )?"
    r"|true or false[:,?]? (?:that )?|yes or no[:,?]? |right or wrong[:,?]? "
    r"|(?:is|was|isn't) it (?:(?:true|correct|right|accurate|so|the case)(?: to say)?) that "
    r"|(?:am i|i am|i'm|are we) (?:right|correct) (?:that|in (?:thinking|saying|believing|assuming)(?: that)?) "
    r"|correct me if i(?:'m| am) wrong,? (?:but )?"
    r"|(?:can|could|would|will) you (?:please )?(?:confirm|verify|check)(?: for me)? (?:that|whether|if) "
    r"|(?:please |kindly )?(?:confirm|verify|check)(?: for me)? (?:that|whether|if) "
    rf"|(?:i|we) (?:believe|think|understand|gather|take it|assume|was told|were told)(?: that)? "
    r"|it says (?:here )?that "
    rf"|(?:according to|per|as per|going by) {_SOURCE},? "
    rf"|{_SOURCE} (?:says?|said|states?|claims?|believes?|thinks?|tells? (?:me|us)|told (?:me|us)|reports?)(?: that)? "
    r")",
    re.IGNORECASE,
)
"""What says in front that a claim is to be checked, or whose claim it is."""
_DATE = (
    r"(?:(?:on|in|as of) )?(?:\d{4}-\d\d(?:-\d\d)?|\d{1,2}[/.]\d{1,2}[/.]\d{4}"
    r"|(?:\d{1,2}(?:st|nd|rd|th)? )?(?:of )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
    r"(?: \d{1,2}(?:st|nd|rd|th)?)?,? \d{4}|\d{4})"
)
_HAVE = (
    rf"(?:(?:i|we|they)(?:'ve| have)?|{_SOURCE})(?: (?:only|just|also))? (?:have|has|had|got|noted|note|recorded"
    r"|wrote|put|list|lists|listed|names?|named|shows?|gives?|see|dated|dates)"
)
_DOWN = (
    r"(?:(?: (?:down|listed|recorded|noted|documented|named|entered|registered|written down|put down|marked))?"
    r"(?: here| in my notes)? as(?: being| having been)?)"
)
_OWN = r"(?:the|his|her|my|their|patient's|the patient's)"
_IS_NOT = Pattern(rf"^(?P<v>was|is|were|are)(?:n['’]t| not) (?=(?:{_OWN} )?(?:very )?{ANY_RANK}\b)", re.IGNORECASE)
"""What somebody believes of one row, and denies nothing: "wasn't her last visit in May?"."""
_VISIT = r"(?:visits?|admissions?|stays?|encounters?|hospitali[sz]ations?|attendances?)"


def _person(name: str) -> str:
    return name if re.match(_TITLED, name) else f"Dr. {name}"


def _did_prescribe(match: re.Match[str]) -> str:
    return f"did {_person(match['p'])} prescribe {_ANY_ORDER.sub('', match['x'])}?"


def _was_for(match: re.Match[str]) -> str:
    drug, reason = match["d"], match["c"]
    if re.search(rf"\b{ANY_RANK}\b", drug, re.IGNORECASE):  # of one row others decide nothing: its reason is told
        is_visit = re.search(rf"\b{_VISIT}$", drug, re.IGNORECASE)
        return f"what was the reason for {drug}?" if is_visit else f"why was {drug} prescribed?"
    if re.search(rf"\b{_VISIT}$", drug, re.IGNORECASE):
        return f"was there any {re.sub(rf'^{_OWN} ', '', drug, flags=re.IGNORECASE)} for {reason}?"
    return f"was {drug} prescribed for {reason}?"


def _was_on(match: re.Match[str]) -> str:
    day = match["t"]
    on = (
        ""
        if re.match(r"(?:on|in) ", day, re.IGNORECASE)
        else "on "
        if re.search(r"\d-\d\d-|[/.]|^\d\d? ", day)
        else "in "
    )
    return f"was {match['x']} {match.groupdict().get('v') or ''} {on}{day}?".replace("  ", " ")


def _i(pattern: str) -> str:
    return f"(?i:{pattern})"


_PRESCRIBER = Rewrites(
    (
        (
            _i(r"^(?:(?:can|could) you )?(?:please )?(?:confirm|verify) ") + rf"(?P<p>{_NAME})"
            + _i(rf" as (?:the |an? |his |her )?{_ROLE} (?:of|for|behind|on) (?P<x>[^,;?]+)$"),
            _did_prescribe,
        ),
        (
            _i(rf"^{_HAVE} ") + rf"(?P<p>{_NAME})" + _i(rf"{_DOWN} (?:the |an? |his |her |my )?{_ROLE}"
            rf"(?:,? (?:for|of|behind|on|who {_DID}))+ (?P<x>[^,;?]+)$"),
            _did_prescribe,
        ),
        (
            rf"^(?P<p>{_NAME})" + _i(rf"(?:,? (?:was|is|has|had|the|one|person|doctor|who|that|really"
            rf"|actually|indeed))* {_DID} (?!by\b|for\b|in\b|on\b|at\b)(?P<x>[^;?]+)$"),
            _did_prescribe,
        ),
        (
            _i(r"^(?:was|is)(?:n't)? it ") + rf"(?P<p>{_NAME})"
            + _i(r"(?:,? (?:and |rather than |instead of )?(?:not )?")
            + rf"{_NAME},?)?" + _i(rf",? (?:who|that) {_DID} (?P<x>[^;?]+)$"),
            _did_prescribe,
        ),
        (
            _i(r"^(?:(?:was|is)(?:n't)? )?") + rf"(?P<p>{_NAME})" + _i(rf" (?:is |was )?(?:the |an? |his |her )?{_ROLE}"
            rf" (?:for|of|behind|on|who {_DID}) (?P<x>[^,;?]+)$"),
            _did_prescribe,
        ),
        (
            _i(rf"^(?:{_OWN} )?{_ROLE} (?:of|for|on|behind|who {_ORDERED}) (?P<x>[^,;?]+?) (?:is|was|=|:) ")
            + rf"(?P<p>{_NAME})$",
            _did_prescribe,
        ),
        (
            _i(r"^(?P<x>[^,;?]+?)(?:'s)?,? (?:prescriber|prescribing doctor|ordering doctor) ?(?:is|was|=|:|-) ?")
            + rf"(?P<p>{_NAME})$",
            _did_prescribe,
        ),
        (
            _i(rf"^who {_DID} (?P<x>[^,;:?–-]+?)[ ,;:?–-]+(?:was|is) (?:it|that) ")
            + rf"(?P<p>{_NAME})$",
            _did_prescribe,
        ),
        (
            _i(r"^did ") + rf"(?P<p>{_NAME})" + _i(rf" (?:{_ORDERS}|put (?:him|her|them|me|the patient) on)"
            r" (?P<x>[^;?]+)$"),
            _did_prescribe,
        ),
    )
)  # fmt: skip
"""Who ordered something, said in any way."""
_CLAIMED = Rewrites(
    (
        # the reason
        (
            rf"^(?P<c>[^,;?]+?) (?:is|was) (?:really |actually )?what (?P<d>[^,;?]+?) (?:is|was|were) "
            rf"(?:{_ORDERED}|given) for$",
            _was_for,
        ),
        (
            r"^(?P<c>[^,;?]+?) (?:is|was) (?:the |his |her )?(?:indication|reason)s? (?:given )?(?:for|behind) "
            r"(?:prescribing |ordering |giving )?(?P<d>[^,;?]+)$",
            _was_for,
        ),
        (
            r"^(?:the )?(?:indication|reason)s? (?:given )?(?:for|behind) (?P<d>[^,;?]+?) (?:is|was) (?P<c>[^,;?]+)$",
            _was_for,
        ),
        (r"^(?P<d>(?:(?!was\b)[^,;?])+?) (?:is|was) (?:only |just )?for (?P<c>(?!\d)[^,;?]+)$", _was_for),
        # how it stands
        (
            rf"^(?P<x>(?:{_OWN} )?(?!(?:he|she|they|i|it|there|patient) )[^,;?]{{3,60}}?) (?P<v>is|are) "
            r"(?P<r>(?:(?:still|currently|now|already) )*(?:active|resolved|ongoing|current|over|open))$",
            r"\g<v> \g<x> \g<r>?",
        ),
        # the date
        (
            rf"^{_HAVE} (?P<t>{_DATE}){_DOWN} (?:the )?(?:date|day|time|month|year)(?: when| on which| that)? "
            rf"(?P<x>[^,;?]+?) (?:was|got) (?P<v>{_ORDERED}|given|done|diagnosed|performed|stopped)$",
            _was_on,
        ),
        (rf"^{_HAVE} (?P<x>[^,;?]+?){_DOWN} (?P<v>done |given )?(?P<t>{_DATE})$", _was_on),
        (
            rf"^(?P<x>(?!(?:i|he|she|it|they|we|that|this|there|patient|the patient)\b)[^,;?]+?) "
            rf"(?:was|were|happened|took place) (?P<t>{_DATE})$",
            _was_on,
        ),
        (rf"^(?P<x>(?:{_OWN} )?(?:very )?{ANY_RANK} (?:(?!(?:was|is|were)\b)[^,;?])+?) (?P<t>{_DATE})$", _was_on),
        # one row of several
        (
            rf"^(?P<x>(?:{_OWN} )?(?:very )?{ANY_RANK} [^,;?]+?) (?P<v>was|is|were) (?P<r>[^,;?]+)$",
            r"\g<v> \g<x> \g<r>?",
        ),
        (
            rf"^(?P<x>[^,;?]+?) (?:was|were) (?P<w>first|last) (?:{_ORDERED}|given|done|diagnosed|recorded) "
            rf"(?P<t>{_DATE})$",
            r"was the \g<w> \g<x> \g<t>?",
        ),
        (
            rf"^(?!.*\b{WH}\b)"
            rf"(?:(?:it|there) was )?(?P<x>[^,;?]{{3,60}}?) (?:(?:came|went|happened|started|was|is)(?: {_ORDERED}"
            r"| given| done| diagnosed)? )?first,? (?:and (?:then )?|then |followed by |with )(?P<y>[^,;?]{3,60}?)"
            r"(?: (?:came|went|happened|followed|was))?"
            r"(?: (?:second|later|next|afterwards?|after (?:that|it)))?$",
            r"was \g<x> first recorded before \g<y>?",
        ),
        (
            r"^(?P<x>[^,;?]+?) (?:came|happened|occurred) (?P<r>(?:right |well )?(?:before|after|earlier than"
            r"|later than) [^,;?]+)$",
            r"did \g<x> come \g<r>?",
        ),
    ),
    re.IGNORECASE,
)


_COUNT = (
    r"(?:\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)(?: (?:separate|different|documented"
    r"|recorded))?"
)
_NO_THING_COUNTED = (
    r"(?:mm ?hg|mg|mcg|m[lg]|g|kg|kilos?|lbs?|pounds?|cm|inches|feet|units?|percent|points?|degrees|tablets?|pills?"
    r"|capsules?|puffs?|sprays?|drops?|years?|months?|weeks?|days?|hours?|minutes?|nights?|of|to|or|and|in|on|at|a|per)"
)
_COUNTED: tuple[tuple[Pattern, str], ...] = tuple(
    (Pattern(pattern, re.IGNORECASE), put)
    for pattern, put in (
        (
            rf"^(?:there (?:are|were|have been) )?{_COUNT} (?P<x>(?!{_NO_THING_COUNTED}\b)[a-z][^,;?/]*)$",
            r"how many \g<x> are there?",
        ),
        (
            rf"^(?P<w>{WHO})(?:'s| has|'ve| have)(?: (?:had|got|received))? {_COUNT} "
            rf"(?P<x>(?!{_NO_THING_COUNTED}\b)[a-z][^,;?/]*)$",
            r"how many \g<x> has \g<w> had?",
        ),
        (
            rf"^(?P<w>{WHO}) (?:had|got|received) {_COUNT} (?P<x>(?!{_NO_THING_COUNTED}\b)[a-z][^,;?/]*)$",
            r"how many \g<x> did \g<w> have?",
        ),
    )
)
"""A number of things that is claimed: it is counted, and the count told."""
_I_THINK = Pattern(r",? (?:i (?:think|believe|guess|reckon)|if i remember (?:right(?:ly)?|correctly))$", re.IGNORECASE)
_DOSE = Pattern(
    rf"^(?:(?:{_OWN}) )?(?:(?P<x>[a-z][\w-]+) dos(?:e|age)|dos(?:e|age) of (?P<y>[a-z][\w-]+)) (?:was|is) "
    r"\d[\d.,]* ?(?:mg|mcg|g|ml|units?|micrograms?|milligrams?)$",
    re.IGNORECASE,
)
"""A dose that is claimed of a drug: the dose recorded is told."""


def _counted(claim: str) -> str:
    """The question how many there are, or how much, that a claimed number or dose amounts to; nothing for others."""
    dose = _DOSE.match(claim)
    if dose is not None:
        return f"what was the last dose of {dose['x'] or dose['y']}?"
    claim = _I_THINK.sub("", claim)
    found = next(((match, put) for pattern, put in _COUNTED if (match := pattern.match(claim))), None)
    return found[0].expand(found[1]) if found is not None else ""


def _asked_by_tag(question: str) -> str:
    """The question that the tag of a denial asks; unchanged where nothing is denied, or no tag asks for it."""
    tag = _ASKS_BY_TAG.match(question)
    denied = _DENIED.match(tag["said"]) if tag is not None else None
    if tag is None or denied is None or _NOT_ALL.search(denied["r"]):
        return question
    never = (denied["never"] or "").lower()
    who = _ANYBODY.get(never, denied["s"].strip() or tag["w"])
    if not denied["no"]:
        rest = re.sub(rf"^{PLAIN_AUX} ", "", denied["r"]) if never in _ANYBODY else denied["r"]
        return f"{tag['lead']}{tag['a']} {who}{' ever' if never == 'never' else ''} {rest}?"
    has = "" if tag["w"].lower() in ("there", "it") else " had" if tag["a"].lower() in ("has", "have") else " have"
    return f"{tag['lead']}{tag['a']} {tag['w']}{has} any {denied['r']}?"


def claim_asked(question: str) -> str:
    """The question that a claim amounts to; unchanged where nothing is claimed, or something else."""
    question = _asked_by_tag(question)
    text = _IS_NOT.sub(r"\g<v> ", _AGREES.sub(", right?", question.strip()))
    claim = _TAG.sub("", _DENYING_TAG.sub("", text))
    asks = claim != text
    for _ in range(3):
        bare = _HEAD.sub("", claim)
        asks, claim = asks or bare != claim, bare
    claim = claim.strip(" ?.!,;:")
    number = (_counted(claim) if asks else "") or value_claimed(claim, asks=asks)
    if number:
        return number
    asked = _PRESCRIBER.first_found(claim)
    if asked is None and asks:
        asked = _CLAIMED.first_found(claim)
    if asked is not None:
        return asked
    said = _DENYING_TAG.sub(", right?", text)  # "isn't it" denies nothing
    return _BY.sub(lambda match: f"{match['by']}{_person(match['p'])}", said)
