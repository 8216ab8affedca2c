"""What people say before and behind a question that asks nothing: who they are, what it is for, how to answer it.

The rules are about a question as it is typed. Each leaves out a stretch by its own words alone, with no time, no number
and nothing that bounds; a heading that may be the topic ("Allergy check: penicillin?") stays where it is.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib import resources

from chartwarden.agent.patterns import Pattern, Rewrites, Several
from chartwarden.agent.planning.asides.asides import POINTS_BACK
from chartwarden.agent.planning.asides.provenance import without_provenance
from chartwarden.agent.planning.names.everyday import EVERYDAY
from chartwarden.agent.planning.wording.question_words import AUX, WH
from chartwarden.tools.records.words import FILLERS

_FETCH = (
    r"(?:give|list|show|name|tell|state|find|count|report|pull|look|check|calculate|compute|work|add|sum|please"
    r"|kindly|get|take|i|we)"
)
_AMOUNT = (
    r"(?:the|his|her|my|their|an?|any|all|both|number|total|sum|mean|average|peak|max(?:imum)?|min(?:imum)?"
    r"|highest|lowest"
    r"|largest|biggest|smallest|longest|shortest|first|last|latest|most|earliest|newest|oldest|date|dates|day|days|time"
    r"|times|age|hours|minutes|years|months|count|name|names|current|final|initial|second|third|interval|difference)"
)
_ASKS = Pattern(rf"(?:{WH}|{AUX}|{_FETCH}|{_AMOUNT})\b", re.IGNORECASE)
"""What a request begins with."""
_WORD = (
    rf"(?!(?:{WH}|{AUX}|only|except|since|before|after|until|during|not|no|without|between|for|of|in|at|on|with"
    rf"|by|today's|today|yesterday's|yesterday|tonight|tomorrow|last|this|next|previous|based|and"
    rf"|or)\b)[a-z][\w'&/.+-]*"
)
_END = r"(?: (?:pls|plz|please))?(?: ?[:;]| [-–—]|[.,])"
_HEADING = Pattern(
    rf"^(?P<lead>(?:(?:hi|hello|hey|so|ok|okay|morning|afternoon|evening)[,.!]? )?(?:(?:this is|it's|it is|for|re) )?"
    rf"(?:(?:the|my|our|your|an?|this) )?(?:{_WORD} ){{0,4}}?(?P<last>{_WORD}))"
    r"(?P<whom> (?:on|for|of|about) (?:(?:mrn|pt|patient) )?#?\d{5,})?"
    rf"(?P<speaks>,? (?:here|speaking|calling|again|asking|on (?:nights|days|call|duty)))?{_END} +(?=\w)",
    re.IGNORECASE,
)
_FOR_IT = Pattern(
    rf"(?P<open>,) ?(?:this is )?for (?:the|my|our|an?|his|her) (?:{_WORD} ){{0,3}}?(?P<last>{_WORD}),",
    re.IGNORECASE,
)
"""What it is for, in the middle of a question."""
_FOR_IT_BEHIND = Pattern(
    rf"(?<=[\w)])(?P<q>\?)?[,.;]? ?(?:[-–—] )?(?:\()?(?:this is |it's |that's |it is "
    r"|(?:i(?:'m| am) )?(?:just )?(?:asking|checking) |(?:i |we )?(?:just )?(?:need|want) (?:it|this|that) )?for "
    rf"(?:(?:the|my|our"
    rf"|an?) (?:{_WORD} ){{0,3}}?|(?=(?:hand-?(?:over|off)|rounds|sign-?out|coding|billing|audit|research)\b))"
    rf"(?P<last>{_WORD})\)?(?P<end>[ ?.!]*)$",
    re.IGNORECASE,
)
_NEEDS_IT = Pattern(
    rf"(?<=[\w)])(?P<end>[?.;,]|,? [-–—]) \(?(?:the |my |our |an? |this )?(?:{_WORD} ){{1,4}}?"
    r"(?:(?:now |just |really |also )?(?:needs?|wants?|requires?|would like|is waiting for|are waiting for"
    r"|asked for|asks for|is asking"
    r"(?: for)?|must have|will need|won't (?:move|go|start|proceed) without))(?: to (?:know|have|see))? (?:it"
    r"|this|that)(?: now| today| please| soon| asap| tonight)?\)?[ .!]*$",
    re.IGNORECASE,
)
"""Who needs the answer, behind the question: "Which town does she live in? The taxi firm needs it"."""
_KIN = (
    r"(?:mum|mom|mother|dad|father|sister|brother|son|daughter|wife|husband|partner|aunt|uncle|niece|nephew|cousin|gran"
    r"|grandmother|grandfather|parents?|family|relatives?|neighbou?r|friend|guardian|teacher|school|coach|employer|gp"
    r"|doctor|nurse|carer|pharmacist|chemist|insurer|lawyer|solicitor|consultant|paramedics?|social worker|caregiver)"
)
_GREETS = r"(?:hi|hello|hey|(?:good )?(?:morning|afternoon|evening)|good day)(?: there| all| team| again)?"
_OPENS = Pattern(
    rf"^(?:(?:{_GREETS}|(?:a )?quick (?:question|one|check)"
    r"(?: (?:before|ahead of|prior to|for) (?:the|an?|my|his|her|their) [a-z-]+(?: [a-z]+)?)?|one (?:more|last"
    r"|other)(?: thing| question| one)?"
    r"|last (?:one|question)|another (?:one|question|thing)|next(?: one| question| up)?|sorry|ok(?:ay)?(?: so| then)?"
    r"|let me (?:see|think)|hang on|hmm+|erm?|umm?"
    r"|right|so|well|also|please|pls|plz|kindly)(?: ?[,:;!.]| [-–—])+ +|(?:ok(?:ay)?|alright|right) so )"
    r"+(?=\S+ \S+ \S)",
    re.IGNORECASE,
)
"""How somebody turns to whoever is asked, before a whole question."""
_PRESENT = Pattern(
    rf"^(?:i am|i'm|this is|it's|it is) (?:his|her|the patient's|their) (?:[a-z]+ )?{_KIN}(?: here)?"
    r"(?:[.:;,!]| [-–—]) +(?=\w)"
    rf"|^(?:i have |i've got |i got )?(?:his|her|the|my|their|our|an?) (?:[a-z][a-z'-]* ){{0,2}}?{_KIN} "
    r"(?:(?:is|are) )?(?:on"
    r" the (?:line|phone|other line)|here|with me|at the (?:desk|door|counter)|waiting|in the room|next to me)(?: now)?"
    r"(?:[.:;,]| [-–—]) +(?=\w)"
    r"|^(?:i am|i'm|we are|we're) (?:just )?(?:taking (?:over|on)|covering|new to|about to see|admitting"
    r"|looking after)(?: for)? (?:this|the|his|her|their|our) (?:patient|pt|man|woman|lady|gentleman|case|ward|bed"
    r"|shift|care)(?: today| tonight| now)?(?:[.:;!]| [-–—]) +(?=\w)"
    rf"|^as (?:the|an?|his|her|their|your) (?:{_WORD} ){{1,3}}?(?:on (?:shift|duty|call),? )?(?:i|we) "
    r"(?:(?:need|want|have|would like)|'d like) to (?:know|see|find out|be sure)(?:[:;,.]| [-–—]) *(?=\w+ \w)",
    re.IGNORECASE,
)
"""Who is there while it is asked: "her mum is on the phone: ..."."""
_COUNTED = (
    r"(?:(?:hospital|icu|er|ed|emergency|inpatient) )?(?:stays|admissions|visits|encounters|hospitali[sz]ations"
    r"|prescriptions|orders|procedures|diagnoses|intakes|outputs|infusions)"
)
_SEP = r"(?<=[\w)%])(?P<q>\?)?[.,;]?(?: [-–—])? ?\(?"
_CLOSE = r"\)?(?=[ .!?]*$)"
_FORM = Rewrites(
    (
        (
            r"^[a-z' -]{3,40} (?:meds|medications|drugs|medicines|tablets|pills): (?=(?:was|is) it [a-z]+ or [a-z]+\b)",
            "",
        ),
        (
            r"(?<=[\w)])(?:[,;.]? ?\(|[,;.]? )(?:(?:answer|rounded|round it|correct|given|expressed"
            r"|please) )*(?:(?:to|with|in|at) )?"
            r"(?:\d|one|two|three|four) ?(?:dp\b|d\.p\.?|decimals?\b(?: places?\b)?)(?:,? (?:please|pls))?\)?",
            "",
        ),
        (
            r"^(?:just |only )?(?:an?|the) (?:number|date|name|figure|yes or no|quick (?:answer|one)|rough figure)"
            r"(?: only| alone)?(?: (?:is|will|would)(?: be)? (?:enough|fine|do|ok|okay))(?:,? please)?[:,.;] (?=\w)",
            "",
        ),
        (
            r"^when (?P<x>[^?]+\?) (?:just|only) the year(?:,? please| is enough| will do)*[ .!]*$",
            r"in which year \g<x>",
        ),
        (
            rf"^(?:all (?:(?:the|his|her|my) )?)?(?P<k>(?!(?:{WH}|{AUX})\b){_COUNTED}\b[^?.]*?){_SEP}(?:(?:just|only) "
            rf"(?:the |a |one )?(?:number|figure|count|total|tally)(?: only| alone| will do)?|(?:number|count|total) "
            rf"(?:only|alone))(?:,? (?:please|pls|thanks|needed))*{_CLOSE}",
            r"how many \g<k>?",
        ),
        (
            rf"(?P<k>\b(?:year|date|day|month|name|number|how many|count|figure|codes?)\b[^?]*?){_SEP}(?:(?:just"
            rf"|only) (?:the |a |one )?(?:year|date|day|month|name|number|count|figure|code)s?(?: (?:is|are|will be)"
            r" (?:enough|fine|ok))?|(?:the )?\b(?:year|date|day|month|(?:sur|last |first |family )?name|number"
            r"|count|figure|code)s? (?:only"
            rf"|alone|(?:is|are|will be) (?:enough|fine|ok|all i need)|will do|suffices))(?:,? (?:please|pls"
            rf"|will do|thanks))*{_CLOSE}",
            r"\g<k>\g<q>",
        ),
        (
            rf"(?P<k>\b(?:when|what date|which date|on which day)\b[^?]*?){_SEP}(?:(?:just|only) the (?:date"
            rf"|day)|(?:the )?date (?:only|alone|is enough|will do|is fine))(?:,? (?:please|pls|thanks))*{_CLOSE}",
            r"\g<k>\g<q>",
        ),
        (
            rf"(?P<k>\bhow long (?!ago\b)[^?]*?){_SEP}(?:in )?(?:whole|full|completed|complete)"
            rf" (?P<unit>years|months|days|hours|weeks|minutes)(?: (?:is|are|will be|would be) (?:fine|enough|ok"
            rf"|okay)| will do)(?:,? please)?{_CLOSE}",
            r"\g<k> in \g<unit>\g<q>",
        ),
        (
            rf"(?P<k>\b(?:years|months|days|hours|weeks|minutes)\b[^?]*?|\bhow (?:long"
            rf"|old)\b[^?]*?){_SEP}(?:in )?(?:whole|full|completed|complete)"
            rf" (?:years|months|days|hours|weeks|minutes)(?: (?:is|are|will be|would be) (?:fine|enough|ok"
            rf"|okay)| will do)(?:,? please)?{_CLOSE}",
            r"\g<k>\g<q>",
        ),
        (
            rf"(?P<k>\b(?:what|which|list|name|show|give|all|pull|find|get|need|want|times|dates"
            rf"|names)\b[^?]*?){_SEP}(?:all|every one|each"
            rf"|the lot) of (?:them|it|these|those)"
            rf"(?:,? (?:please|pls|thanks))*{_CLOSE}",
            r"\g<k>\g<q>",
        ),
        (
            rf"(?P<k>\b(?:what|which|list|name|show"
            rf"|give)\b[^?]*?){_SEP}(?:please )?list (?:all (?:of )?(?:the )?(?:points|items|ones)"
            rf"|them(?: all)?|all(?: of them)?|everything)(?:,? please)?{_CLOSE}",
            r"\g<k>\g<q>",
        ),
        (rf"(?P<k>\b(?:what|which|list|name|show|give)\b[^?]*?){_SEP}(?:(?:i(?:'d| would) like|i need|i want|with|give"
         rf"|use|by|as) )?(?:the |their )?(?:full|exact|complete|whole) (?:names|titles|wordings?)"
         rf"(?:,? (?:please|pls|thanks))*{_CLOSE}", r"\g<k>\g<q>"),
        (rf"(?<=[\w)])(?P<q>\?)?[.,;:]?(?: [-–—])? ?\(?(?:y ?/ ?n|yes ?/ ?no|(?:just )?(?:a )?(?:simple |plain "
         rf"|quick )?yes or no)"
         rf"(?:,? (?:please|pls|will do|is (?:enough|fine)))*{_CLOSE}",
         lambda m: (m["q"] or "") if "?" in m.string[m.end():] else "?"),
        (
            rf"^(?P<k>(?![^?]*\b(?:list|which|who|all|every|each|when|name)\b)[^?]+?(?:\?[^?]+?)?){_SEP}(?:(?:just"
            rf"|only) (?:the |a )?)?(?:number|value"
            rf"|figure|result)s?(?: only| alone)(?:,? (?:please|pls|thanks))*{_CLOSE}",
            r"\g<k>\g<q>",
        ),
        (rf"(?<=[\w)])(?P<q>\?)?[,.;]?(?: [-–—])? (?:if (?:(?:it|they|she|he) (?:was|were|ever was|ever were"
         rf"|did|had|has)(?: (?:at all|ever|any))?"
         rf"|any(?: at all)?|at all|recorded|known|there (?:was|is|were|are) (?:one|any)|you would|you could|you can"
         rf"|you'd be so kind|you don't mind)){_CLOSE}", r"\g<q>"),
        (rf"(?<=[\w)])(?P<q>\?)?[,.;]?(?: [-–—])? (?:please|pls|plz|thanks|thank you|thx|cheers|ta|asap|no rush"
         rf"|(?<=[.?!,] )just (?:checking|asking|curious|wondering)"
         rf"|(?<!how )many thanks|much appreciated)"
         rf"(?: (?:please|asap|in advance|so much|a lot))?{_CLOSE}", r"\g<q>"),
        (r",? as (?:it (?:is|was) |they (?:are|were) )?(?:coded|worded|written|recorded|charted|documented"
         r"|entered|noted)"
         r"(?: (?:in|on) (?:the|his|her|my|their|this) (?:chart|record|records|file|notes|system))?(?=[ ?.!,;]"
         r"|$)(?! (?:as|by|on|in|for|at)\b)", ""),
        (r",? in (?:your|the|our|their) (?:system|books|computer|database|(?:master )?patient (?:record|index"
         r"|file))(?=[ ?.!,;]|$)", ""),
    ),
    re.IGNORECASE,
)  # fmt: skip
_TO_KNOW = (
    r"(?:please )?(?:(?:(?:can|could|would|will) you (?:please )?|i(?:'d| would)? (?:need|want|like) (?:you )?to |to )?"
    r"(?:tell me|let me know|check|see|know|confirm|find out|say|verify) |(?:do (?:we|you) know|any idea|not sure) )"
)
"""That somebody wants to know whether something is so."""
_TYPED = Rewrites(
    (
        (
            r"\b(?P<some>some|a bit of|more) micro(?:biology)?(?= (?:on|for|of|from|done|in|sent)\b)",
            r"\g<some> microbiology tests",
        ),
        (
            r"\((?:(?:counted|recorded|entered|charted|done|given|listed) )?(?:as|i\.?e\.?,?|that is,?|meaning) "
            r"(?:an? |the )?"
            r"(?P<k>procedure|diagnosis|condition|prescription|order|drug|medication|output|intake|microbiology test"
            r"|test)\)",
            r"(\g<k>)",
        ),
        (
            r"^(?:that|the|this|those) (?:[a-z]+ ){1,3}(?:in|into|on|up|down|from|through|at) (?:my|his|her|their) "
            r"[a-z]+ ?"
            rf"(?:\.\.\.|…) ?(?=(?:[^.?!,]*, )?(?:{WH})\b)(?![^?]*\b(?:it|its|that|this|they|them|one|then|there)\b)",
            "",
        ),
        (
            r"(?:(?P<e>[?.])|[,;]| [-–—]|(?=\()) ?\(?(?:just |even |any |at least |if )*(?:one|either|any)(?: "
            r"one)?(?: (?:of|from)"
            r" (?:them|these|those|the (?:two|three|four|five|lot|list)))? ?(?:is|will be|would be|makes|counts?"
            r"|will do|does|would do|suffices|will suffice)(?: (?:enough|good|fine|sufficient|ok|okay))?"
            r"(?: (?:for|as|it) a (?:yes|[\"']yes[\"']))?(?:,? please)?\)?[ .!?]*$",
            lambda m: m["e"] or "",
        ),
        (r"^#\s*(?:of )?(?=[a-z])", "number of "),
        (r"(?<=\w )# of (?=[a-z])", "number of "),
        (
            r"(?P<x>\b(?:stays|admissions|visits|encounters|hospitali[sz]ations|infusions|prescriptions|orders"
            r"|courses)) (?:starting"
            r"|beginning|commencing) (?=(?:in|on) \w*\d|in (?:january|february|march|april|may|june|july|august"
            r"|september|october|november|december)\b)",
            r"\g<x> that started ",
        ),
        (r"\b(?:pls|plz)\b(?! ?[-–—:])", "please"),
        (r"(?<=\w)(?P<e>[?.]?) ?!+(?= *$)", r"\g<e>"),
        (
            r"^(?P<q>(?:how (?:many|often|old|long)|when|who)\b[^?]*\w)(?<! are)(?<! is)(?<! was)(?<! were)"
            r"(?<! there) (?:in (?:the|his|her|my|this) (?:chart|record)|on (?:file|record))(?=[ ?.!]*$)",
            r"\g<q>",
        ),
        (r"\bexactly (?=how many\b)|(?<=\bwhen )exactly (?=(?:was|were|did|is|has|had)\b)", ""),
        (r"\btotal (?=number of [a-z])", ""),
        (r"(?:(?<=^)|(?<=[,:;–-] )|(?<=\bthe )|(?<=\bget ))(?:count|tally) of (?=['\"]?[a-z])", "number of "),
        (r"\bvery (?=(?:last|first|latest|earliest)\b)", ""),
        (
            rf"^{_TO_KNOW}(?:if|whether) (?P<who>he|she|they|i|we|there|(?:the )?patient(?: \d+)?) "
            r"(?P<aux>was|were|is|are|am|has|have|had)(?! (?:no|not|never)\b)(?P<rest> [^?]*?)[?. ]*$",
            r"\g<aux> \g<who>\g<rest>?",
        ),
    ),
    re.IGNORECASE,
)
_SOON = Pattern(
    rf"^(?P<what>(?:{_WORD} ){{0,4}}?{_WORD}) (?:(?:is|are|starts?|begins?|coming up) )?(?:in (?:(?:about"
    rf"|under|just) )?"
    r"(?:a few|a couple of|half an?|an?|\d{1,2}|two|three|four|five|ten|fifteen|twenty|thirty) ?"
    r"(?:minutes?|mins?|hours?|hrs?)|soon|shortly|any minute(?: now)?)(?:[,.;:!]| [-–—]) "
    r"(?:(?:so|and|just|please|pls|quick|quickly|real quick|in short|fast)[,:]? )*(?=\S+ \S)",
    re.IGNORECASE,
)
"""What somebody has to go to in a while, before what they need for it: "Ward round in five minutes, so quickly, ...".
"""
_IN_TIME = Pattern(
    r"^(?:(?:in|on|as of|since|until|till|up (?:to|through|until)|through|over|during|within|by|before|after|from|back)"
    r" [^,.;:?]{3,45}|(?:last|this) (?:year|month|week)|yesterday|today|[\w ]{1,20} ago), (?=\w)",
    re.IGNORECASE,
)
"""A time before what is asked."""
_SET_OFF = Pattern(r"(?::| [-–—]) +$")
_FOR = Pattern(r"^(?:this is )?(?:for|re) ", re.IGNORECASE)
_NUMBER = Pattern(r"\d")
_PLACES_OF_CARE = Pattern(r"\b(?:clinic|ward|unit|icu|department|dept|office|surgery|er|ed)\b", re.IGNORECASE)
_OF_CARE = Pattern(
    r"\b(?:visits?|appointments?|seen|saw|attend\w*|clinics?|letters?|encounters?|admi\w+|stays?|discharg\w+"
    r"|referr\w+|(?:up|go|gone|went|been|come|came) there|(?:turn|show)\w* up)\b",
    re.IGNORECASE,
)
"""What may have been in the place that a heading names."""


@lru_cache(maxsize=1)
def _table() -> dict[str, tuple[str, ...]]:
    said = tomllib.loads(resources.files(__package__).joinpath("around.toml").read_text(encoding="utf-8"))
    return {kind: tuple(rows["words"]) for kind, rows in said.items()}


@lru_cache(maxsize=1)
def _kinds() -> Several:
    return Several(Pattern(rf"\b{kind}") for kind in _table()["kinds"])


def says_state(text: str) -> bool:
    """Whether a text has a word of a state or manner that turns what is asked."""
    return not set(_table()["states"]).isdisjoint(re.findall(r"[a-z][a-z-]*", text.lower()))


def happens(verb: str) -> bool:
    """Whether a verb tells of something that happens outside of care."""
    return verb.lower() in _table()["happenings"]


def _ends_with(heading: str, kind: str) -> bool:
    said = f" {heading.lower()}"
    return any(said.endswith(f" {word}") for word in _table()[kind])


def _is_topic(heading: str, rest: str) -> bool:
    """Whether a heading may tell what is asked about: it has a word that is no everyday one, or a kind of entry that
    the rest does not say again."""
    words = re.findall(r"[a-z][a-z'-]*", heading.lower())[:-1]
    beside = {*_table()["beside"], *_table()["askers"], *_table()["purposes"], *FILLERS}
    places = [place for place, _ in _kinds().matches_in(heading.lower())]
    if any(_kinds().patterns[place].search(rest.lower()) is None for place in places) and not _WHOLE.match(rest):
        return True
    kinds = [_table()["kinds"][place] for place in places]
    of_kinds = [word for word in words if any(word.startswith(kind) for kind in kinds)]
    others = [word for word in words if word not in of_kinds]
    return any(word not in beside and word not in EVERYDAY for word in others) or bool(POINTS_BACK.search(rest))


_WHOLE = Pattern(rf"(?:please |kindly )*(?:(?:in |on |at |by |for |to )?{WH}|{AUX})\b.*\b\w+ \w+ \w+", re.IGNORECASE)
"""What stands behind a heading is a sentence that asks."""


def _of_whom(rest: str, whom: str | None) -> str:
    """What stands behind a heading, asked of the patient that it names."""
    return f"for{whom[whom.index(' ', 1) :]}, {rest}" if whom else rest


def without_heading(text: str) -> str:
    """The text without a heading that says who asks or what for."""
    match = _HEADING.match(text)
    if match is None or _NUMBER.search(match["lead"]):
        return text
    rest, heading = text[match.end() :], match["lead"]
    is_asker = _ends_with(heading, "askers") or match["speaks"]
    if is_asker:
        is_place = _PLACES_OF_CARE.search(heading) and _OF_CARE.search(rest)
        return text if is_place and not match["speaks"] else _of_whom(rest, match["whom"])
    asked = _IN_TIME.sub("", rest)
    is_set_off = _SET_OFF.search(text[: match.end()]) or _FOR.match(heading) or _WHOLE.match(asked)
    if not is_set_off or not _ends_with(heading, "purposes") or not _ASKS.match(asked) or _is_topic(heading, asked):
        return text
    return _of_whom(rest, match["whom"])


def _for_it(match: re.Match[str]) -> str:
    left = match.groupdict()
    if not _ends_with(match["last"].rstrip("."), "purposes") or _NUMBER.search(match.group()):
        return match.group()
    return f"{left.get('q') or ''}{left.get('end') or ''}" if "end" in left else ""


def without_voices(text: str) -> str:
    """The text without who asks, what for and in which form, before and behind what is asked."""
    text = _TYPED.put_into(without_provenance(_OPENS.sub("", text)))
    text = _OPENS.sub("", without_heading(_PRESENT.sub("", text)))
    soon = _SOON.match(text)
    if soon and _ends_with(soon["what"], "purposes") and not _NUMBER.search(soon["what"]):
        text = text[soon.end() :]
    text = _FOR_IT_BEHIND.sub(_for_it, _FOR_IT.sub(_for_it, text))
    text = _answered_as(text)
    behind = _NEEDS_IT.search(text)
    if behind and not _NUMBER.search(behind.group()) and _TWO_WORDS.search(text[: behind.start()]):
        text = text[: behind.start()] + ("?" if behind["end"] == "?" else "")
    return _answered_as(text)


def _answered_as(text: str) -> str:
    """The text without the form that the answer is wanted in, where the question asks for just that."""
    return _AFTER_QUESTION.sub("?", _FORM.put_into(text))


_TWO_WORDS = Pattern(r"\w\S* \w|\w{3,}")
_AFTER_QUESTION = Pattern(r"\?[ .!]+$")
