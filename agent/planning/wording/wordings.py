"""Other ways of saying the words of the grammar, put as the grammar has them, in a skeleton.

Names and times are placeholders by now, so that a rule here is about the sentence and never about a thing. A rule keeps
the meaning; what has another meaning is no rule here.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from chartwarden.agent.patterns import Pattern, Rewrites
from chartwarden.agent.planning.wording.at_visits import HELD_AT_VISITS, visits_behind
from chartwarden.agent.planning.wording.authorship import WHO_ORDERS, WHO_TREATS
from chartwarden.agent.planning.wording.question_words import AS_FOR, AUX, WH
from chartwarden.agent.planning.wording.rank_words import FIRST_OR_LAST, LAST
from chartwarden.agent.planning.wording.rows_meant import rows_plainly
from chartwarden.agent.planning.wording.so_or_not import so_or_not
from chartwarden.agent.planning.wording.value_stood import value_asked

_UNITS = r"mm ?hg|kilos?|kilograms?|kg|pounds?|lbs?|points?|cm|centimet(?:er|re)s?|inches|percent|%"
_SHOT = r"(?:shots?|vaccines?|vaccinations?|immuni[sz]ations?|boosters?)"
"""What a name behind which it stands is a vaccine by, and no illness."""
_WHOSE_NAME = (
    r"\bwhose (?:names?|signatures?) (?:is|are|was|were|appears?|stands?|shows? up|can be found) "
    r"(?:on|under|in|against|beside|next to|by|down for) "
)
_CONTACT = r"(?:visit|encounter|appointment|admission|stay|check-?up|consultation)"
_RANKED = r"(?:first|second|third|fourth|fifth|sixth|last|latest|earliest|most recent|second to last)"


def _on_its_day(match: re.Match[str]) -> str:
    """What is asked of one thing on the day of another."""
    return (
        f"{match['m']} on the day of the {match['w']} {match['x']}" if match["x"] not in match["m"] else match.group()
    )


_FOR_THE_TOPIC = Pattern(
    r"\b(?:such (?:an? )?(?:(?:diagnos[ei]s|conditions?|tests?|procedures?|medications?|drugs?|vaccines?)\b)?"
    r"|(?:it|this(?! (?:time|moment|point)\b)|that|they|them|these|those)\b"
    r"|(?<=have )one\b|(?<=had )one\b|(?<=with )one\b|(?<=got )one\b"
    r"|(?<=highest )one\b|(?<=lowest )one\b)"
)


def _about_topic(match: re.Match[str]) -> str:
    """ "X: was it ever Y?": X in the place of the pronoun."""
    asked, changed = _FOR_THE_TOPIC.subn(match["t"], match["q"], count=1)
    return asked if changed else match.group()


def _when_had(match: re.Match[str]) -> str:
    """ "When she had X, was anything given for it?": X in the place of the pronoun, where the question has but that."""
    if len(re.findall(r"qc\d", match["s"])) > 1 or match["x"] in match["q"]:
        return match.group()
    return f"{match['q']}{match['x']}{match['r']}"


def _was_told(match: re.Match[str]) -> str:
    """ "Dr. X said in May that I had Y, what did I get for it?": Y and its time in the place of the pronoun."""
    if len(re.findall(r"qc\d", match["s"])) > 1 or "qc" in match["q"] or "qt" in f"{match['q']}{match['r']}":
        return match.group()
    time = re.search(r"qt\d+", match["s"])
    return f"{match['q']}{match['x']}{match['r']}{f' {time.group()}' if time else ''}"


_COUNTED = (
    r"(?:procedures|prescriptions|scripts|visits|stays|admissions|intakes|outputs|orders|tests|diagnoses|drugs"
    r"|medications"
    r"|medicines|shots|doses|administrations|cultures)"
)
"""What is counted, and never added up."""
_SAID: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    # two halves of one sentence
    (rf"(?: ?:| [-–]) (?=(?:on |at |in |by |for |to |from |since )?(?:{WH}|{AUX})\b)", ", "),
    (
        rf"\b(?:from|at|on|in|during|as of) the (?P<w>(?:very )?{FIRST_OR_LAST}) (?:time|occasion)"
        r"(?: (?:that |when )?|(?=[ .?]*$))",
        r"the \g<w> ",
    ),
    (
        rf"^(?:the |my |his |her |their )?(?P<t>(?:{_RANKED} )?qc\d+(?: {_SHOT}\b)?)(?: \(?[a-z]+\)?| of any kind)?, "
        rf"(?P<q>(?:and )?(?:(?:{AUX}|{WH})\b.*|(?:since|from|by|on|in|at|for|to) {WH}\b[^?.;]*\??))$",
        _about_topic,
    ),
    (
        r"^when (?P<x>(?:(?:the|his|her|my) )?qc\d+) (?P<v>was|were)(?P<d> (?:last|first) [a-z]+ed(?: qt\d+)?)[ ?.]*$",
        r"when \g<v> \g<x>\g<d>",
    ),
    (r"\bthe time before (?:that|it|then)\b", "before the last one"),
    (
        rf"(?P<m>\bqc\d+\b[^,?]*?),? (?:at |on )?the (?P<w>(?:very )?{FIRST_OR_LAST}) (?:time|occasion) "
        r"(?:that |when |on which )?(?P<s>(?:(?:the|an?|his|her|my|their|she|he|i|they|we|the patient"
        r"|patient) )*(?:(?:had|got|received|was given|has had) (?:an? |the |her |his |my )?)?)(?P<x>qc\d+)\b",
        _on_its_day,
    ),
    # said of a value that is asked for, and why
    (r" when (?:it was |they were |he was |she was )?(?:measured|weighed|checked|recorded)(?= (?:qt\d|on qt\d))", ""),
    (
        r"(?<=\w), ?(?:because |since |as |so )?(?:i|we) (?:just |only )?(?:want|wanted|need|would like|'d like) to "
        r"(?:see|know|understand|check|find out|gauge) how [^,.?;]*$",
        "",
    ),
    # times asked for, and what a stay ends with
    (
        r"\bfrom (?P<e>(?:the |my |his |her |their )[^,?]{3,60}?) (?:until|till|up to|to|through) "
        r"(?:now|today|the present|this (?:day|moment))\b",
        r"after the start of \g<e>",
    ),
    (
        r"\b(?:at|on|upon)(?: the (?:time|moment|point|day) of)? (?P<w>(?:the |my |his |her |their )?(?:very )?"
        r"(?:(?:first|last|latest|most recent|second|third|previous) )?(?:hospital |icu )?)(?P<e>admission|discharge)\b"
        r"(?! (?:dates?|times?|diagnos\w+|medic\w+|meds|summar\w+|source|kind|disposition|notes?))",
        r"on the day of \g<w>\g<e>",
    ),
    # who signed, what is to be listed, how much, and what is over
    (
        rf"{_WHOSE_NAME}(?P<x>(?:the |my |his |her |their |this |patient's )*(?:[\w-]+ ){{0,3}}?{_CONTACT}\b)",
        r"who was the doctor at \g<x>",
    ),
    (
        rf"{_WHOSE_NAME}(?:the |my |his |her |their |this |patient's |the patient's )*"
        r"(?!(?:the |his |her )*(?:qt\d+ )?(?:vital signs|labs?\b|blood tests|results?|readings?|observations?))",
        "who prescribed ",
    ),
    (
        r"^(?:please )?(?:(?:break down|go through|run through|lay out|spell out|set out|itemi[sz]e|write"
        r" out)(?: for me| me)?|(?:run|walk|talk|take|lead) (?:me|us) through|list(?= (?:my|his|her|their) )) "
        r"(?:(?:the|my|his|her|their) |all )*",
        "list the ",
    ),
    (rf"\bhow many (?:{_UNITS}) (?=(?:did|has|have|had|was|were|is|are)\b)", "how much "),
    (
        r"\b(?:recorded|marked|noted|listed|charted|documented|declared|written down|put down) as (?:being"
        r" )?(?:over|gone|ended|finished|closed|cleared|healed)\b|\bclosed out\b|\bmarked (?:closed|off)\b"
        r"|(?<=been )closed\b|(?<=are )closed\b|(?<=now )closed\b|(?<=already )closed\b",
        "resolved",
    ),
    # drugs, named by what they are for
    (
        r"^(?:(?:is|was) there anything|anything"
        rf"|(?:did|has|have) {WHO_TREATS} (?:ever )?(?:give|gave|given|prescribed?|order(?:ed)?)"
        r"(?: (?:the patient|patient|him|her|them|me|us))? (?:any|some)thing"
        r"|did (?:he|she|they|i|the patient|patient) (?:ever )?(?:get|have|receive) something) "
        r"(?P<r>for (?:(?:the|my|his|her|their|that|patient's) )*qc\d+(?: qt\d+)?[ ?.]*)$",
        r"was any medication prescribed \g<r>",
    ),
    (
        r"^(?:does|do|has|have) (?P<w>he|she|they|i|(?:the )?patient) (?:got|have|currently have|have got) anything "
        r"(?P<r>for (?:(?:the|my|his|her|their|patient's) )*qc\d+[ ?.]*)$",
        r"is \g<w> taking anything \g<r>",
    ),
    (
        r"\bwhat (?P<who>he|she|they|i|we|the patient|patient) (?:takes?|(?:is|am|are) (?:taking|on)|uses?) "
        r"for (?=(?:the |my |his |her |their )?qc\d)",
        r"which drugs does \g<who> take for ",
    ),
    (
        r"(?:^|(?<=[.;:,?] ))what (?=(?:is|was|did|does|has|had|have|do|am|are|were) (?:the patient|patient|he|she"
        r"|they|i|we|it) (?:now |currently |being |been |ever )*(?:gets?|getting|gotten|gave|given?|tak(?:e|es|en|ing)"
        r"|receiv\w+|prescribe|start|put(?! down\b)|on|us(?:e|es|ed|ing)|prescribed)\b"
        r"[^?]*\bfor (?:(?:the |his |her |my |their |that |this )?(?:qt\d+ )?qc|(?:it|that|this|them)(?=[ ?.]*$))"
        rf"|(?:did|do|does|has|have|had) {WHO_TREATS} (?:give|gave|given?|put|prescribed?|order(?:ed)?|start(?:ed)?)"
        r"(?: (?:the patient|patient|him|her|them|me|us))?(?: on)? for (?:the |his |her |my |their |that |this )?"
        r"(?:qt\d+ )?qc)",
        "which medications ",
    ),
    (
        r"\bfrom (?P<e>(?:(?:the|my|his|her|their|first|last|latest) )*qc\d+) (?:onwards?|forwards?|on)"
        r"(?=,| ?[?.]?$),?",
        r"after \g<e>,",
    ),
    (
        r"^(?P<a>was|were|is|has|have) (?P<who>he|she|i|they|the patient|patient) (?:been |ever )*seen(?: here"
        r"| in clinic| at all| by (?:anyone|anybody|someone|somebody))*(?= (?:on |in )?qt\d+[ ?.]*$)",
        "was there any visit",
    ),
    (
        r"^when (?P<e>(?:he|she|i|they|the patient|patient|his|her|my|the) [^,?]*?\bqc\d+[^,?]*?),? "
        r"(?P<q>(?:how old|(?:at )?what age) (?:was|is|were|am) (?:he|she|i|they|the patient|patient))[ ?.]*$",
        r"\g<q> when \g<e>",
    ),
    (
        rf"^how old (?:is|are) (?P<x>(?:the |his |her |my |their )*{LAST} qc\d+"
        r"(?: (?:value|reading|result|level|measurement)s?)?)[ ?.]*$",
        r"how long ago was \g<x>",
    ),
    # what led to a visit
    (
        r"^what (?:had |has )?(?:brought|sent|took|put|landed) (?P<w>the patient|patient|her|him|me|them) (?:in "
        r"|back )?(?:to|in|into) (?P<x>(?:the )?(?:er|ed|emergency \w+|hospital)\b)",
        r"why did \g<w> go to \g<x>",
    ),
    (
        r"^what (?:had |has )?brought (?:the patient|patient|her|him|me|them) (?:in|there|here) (?:on|for|at|to) "
        rf"(?P<x>(?:(?:the|his|her|my|their) )?{FIRST_OR_LAST} [\w ]*?(?:visit|stay|admission)\b)",
        r"what was the reason for \g<x>",
    ),
    # all of a kind at a visit
    (
        r"\bon (?P<w>(?:the |my |his |her |their )(?:very )?(?:first|last|latest|most recent) "
        r"(?:visit|appointment|check-?up|encounter|consultation)\b)",
        r"at \g<w>",
    ),
    (
        r"\b(?P<m>vital signs|vitals|labs?|(?:lab |test )?results|bloods|blood work|measurements|readings|notes) "
        r"(?:of|from) "
        r"(?=(?:(?:the |his |her |my |their )?(?:first|last|latest|most recent) |the |that |his |her |my )(?:\w+ )?"
        r"(?:visit|encounter|appointment|admission|stay)s?\b)",
        r"\g<m> at ",
    ),
    (
        r"^(?P<a>was|were|has|have|is|are) (?P<x>(?:(?:the|his|her|my|their|any|an?) )*qc\d+)(?: (?:ever|at any"
        r" (?:time|point|stage)|been|being|once))* (?:treated|managed) with (?:some(?: kind of)?|any|an?)?(?:thing"
        r"| ?medicines?| ?drugs?| ?medications?| ?tablets?| ?prescriptions?)?(?: (?:(?:on|by) prescription"
        r"|(?:that was )?prescribed|from the (?:doctor|pharmacy)))?(?=[ ?.]*$| qt\d)",
        r"was any medication prescribed for \g<x>",
    ),
    # over
    (
        r"\bwhat (?:has|have|had|did) (?P<w>the patient|patient|he|she|they|i) "
        r"(?:got(?:ten)? over|get over|recover(?:ed)? from|got(?:ten)? rid of)\b",
        r"which conditions of \g<w> are resolved",
    ),
    # which of the rows, said by an occasion
    (
        rf"\b(?:at|from|on|during) the (?P<w>(?:very )?{FIRST_OR_LAST}) (?:visit|encounter|occasion|appointment) "
        r"(?:where|when|at which|in which|that) (?:it|this|that|one) was (?:recorded|measured|taken|checked"
        r"|documented|noted|done)\b",
        r"\g<w>",
    ),
    # how long something has been going on, asked as since when
    (
        r"(?:^|(?<=, ))how long (?P<s>(?:has|have) [^,?]*), (?:that is|meaning)?,? ?since (?:when|what (?:day|date))\b",
        r"since when \g<s>",
    ),
    # before, said in other ways
    (r"\bby the time (?:that |when )?", "before "),
    (r"^looking back from ", "before "),
    (r"\bwhen (?P<e>[^,?]*? (?:was|were)) (?:just )?about to be ", r"before \g<e> "),
    (
        rf"^when (?P<s>[^,?]*\b(?P<x>qc\d+)\b[^,?]*), (?P<q>(?:(?:with|for|by) )?(?:{WH}"
        rf"|{AUX})\b[^?]*\b)(?:it|that|this|them)"
        r"\b(?! (?:same|very|day|time|visit|year|qc))(?P<r>[^?]*)",
        _when_had,
    ),
    (
        r"^(?P<s>(?:[\w'-]+ ){1,4}?(?:said|says|told|mentioned|noted|wrote|found|diagnosed)\b(?: (?:me|us|him|her))?"
        r"(?: that)? (?:qt\d+ )?(?:(?:i|he|she|they|the patient) (?:had|have|has|got) )?(?:an? )?"
        rf"(?P<x>qc\d+)(?: qt\d+)?),? (?:so |and )?(?P<q>(?:{WH}|{AUX})\b[^?]*\b)(?:it|that|this)\b(?P<r>[^?]*)",
        _was_told,
    ),
    (r"\bsince (?:what|which) (?:exact )?(?:day|date|month|year)\b", "since when"),
    # which of the rows
    (
        r"\b(?:inaugural|maiden|opening|starting|introductory)(?= (?:\w+ )?(?:qc\d|value|reading|result|dose|order|"
        r"prescription|measurement|visit))",
        "first",
    ),
    # more and less
    (
        r"(?<=\w )more than (?=(?:(?:the|his|her|my|their|its) )?(?:very )?(?:first|earliest|last|latest|previous"
        r"|initial|original|one before)\b)",
        "higher than ",
    ),
    (
        r"\b(?:top|best|(?<!the )record|maximal) (?=(?:qc\d|value|reading|result|level|figure|measurement|score))",
        "highest ",
    ),
    (r"\bhow much (?P<x>.*?)\bput(?: on)?\b(?! out\b)", r"how much \g<x>gained"),
    (
        r"\bwhere (?:does|did|do) (?:the patient|patient|he|she|they|i|we) (?:stand|sit|come in)(?: now| currently|"
        rf" today)? (?:on|with|for|{AS_FOR}) ",
        "what is ",
    ),
    # the record
    (
        r"\b(?P<n>problems?|conditions?|diagnos[ei]s|illness(?:es)?) dat(?:e|es|ed|ing)(?: back(?: to)?)? (?=qt\d)",
        r"\g<n> recorded ",
    ),
    (r"\b(?:problem|diagnosis|condition) list\b", "conditions"),
    (r"\b(?:medication|medicine|drug|med|meds) (?:list|regimen|chart)\b(?=.*\bqc)", "medications"),
    (
        r"^(?:regarding|concerning|about|with regard to|as regards|on) (?P<x>(?:the |his |her |my )?qc\d+), where"
        r" do (?:things|we) stand(?: now| currently| at present)?(?:,? (?:as of|at|going by) the (?:most recent|last"
        r"|latest)[^?]*)?[ ?.]*$",
        r"what is the last \g<x>",
    ),
    (
        rf"^how old (?:our|the|his|her|my|their) (?P<x>{LAST} qc\d+) is"
        rf"(?:,? so (?P<q>{WH}\b[^?]*?)\bit\b(?P<r>[^?]*?))?[ ?.]*$",
        lambda m: f"{m['q']}the {m['x']}{m['r']}" if m["q"] else f"how long ago was the {m['x']}",
    ),
    (r"\bthat still active(?: and (?:remain|stay|are still) active)?\b", "that are still active"),
    # who, why, when
    (rf"\b(?:the )?(?:{WHO_ORDERS}|persons?|specialists?) (?:behind|responsible for)\b", "who prescribed"),
    # before and after
    (
        r"\b(?:that|which) (?:immediately |directly |closely |next )?(?:followed|came (?:right |just )?after"
        r"|succeeded)\b",
        "after",
    ),
    (r"\b(?:that|which) (?:immediately |directly )?(?:preceded|came (?:right |just )?before|predated)\b", "before"),
    # now
    (
        r"\b(?:nowadays|these days|(?:right|just) now|at this (?:time|moment)(?! of)|at this juncture"
        r"|in force(?: now)?|in effect|as (?:things"
        r"|matters|they|these) stand(?: now| today)?|at "
        r"the time of asking|as it stands|on an ongoing basis)\b",
        "currently",
    ),
    # a choice between so and not so is a yes or no
    (
        r",? ?(?:/|\bor\b) (?:not at all|never|none|nothing|not|what)(?: (?:had|given|done|ordered|prescribed|written"
        r"|made|taken|performed|ongoing|active|so|at all|any))?(?: qt\d+)?"
        r"(?: (?:right )?now| currently| at present)?[ ?.]*$",
        "",
    ),
    (r",? never mind (?:which|what|who|where|why|how)(?: (?:one|kind|sort|it (?:is|was)))?(?=[ ?.,]|$)", ""),
    (r"\bhow many years old\b", "how old"),
    # numbers of things
    (
        r"(?:,| ?[-–;])? (?:and )?(?:i|we) (?:make|made|count|counted|have|had|reckon|guess|think|thought|get|got"
        r"|remember|recall)(?: (?:it|them|that|there (?:are|were|is)|at|to be|as|about|around|only|just|maybe|roughly"
        r"|say))* (?:a few|a couple|several|some|many|loads|lots|a lot|\d+|qk\d+|two|three|four|five|six|seven|eight"
        r"|nine|ten)(?: (?:or so|of (?:them|these|those)))?[,;.]? (?:but |so |and )*"
        r"(?=(?:what (?:is|was|are|were) (?:the|its|their)|how many)\b)",
        ", ",
    ),
    (
        r",? what (?:is|was|are|were) the (?:actual|true|right|correct|exact) (?:number|count|total|tally)[ ?.]*$",
        ", how many",
    ),
    (
        rf"^what(?: (?:number|figure|total|count))? (?:do|does|did) (?P<s>[^?]*?\b{_COUNTED}(?: (?:of |in )?qt\d+)?) "
        r"(?:add up to|come to|reach|amount to|make|total)\b(?P<r>[^?]*)\??$",
        r"how many \g<s> are there \g<r>",
    ),
    (
        rf"^(?:(?!qc)[a-z]+ (?:count|tally): )?(?P<s>(?!how|count)[^?:]*?\b{_COUNTED}\b[^?:.]*?)"
        r"(?:,? (?:comes?|came|adds? up|amounts?) to (?:what|which) (?:number|figure|count|total)| ?[:,.;] (?:what is"
        r" the (?:number|count|figure|total)|how many(?: (?:in (?:all|total)|altogether))?|add (?:them|these|those|it)"
        r"(?: all)? up(?: (?:for me|please))*))[ ?.,please]*$",
        r"how many \g<s>",
    ),
    (r"\bby how many (?!times\b)\w+(?= (?:did|has|have|was|were|had|is|are)\b)", "by how much"),
)
_RULES = Rewrites(_SAID)
_ON_FILE = Pattern(r"(?<=\w) on (?:file|record)(?= ?[,?.]|$)")
_TODAY_FIRST = Pattern(r"^(?P<t>qt\d+) ?,? (?=[^?]*\b(?:still|currently) active\b)")
"""Before what asks for the state at the moment of asking anyway."""
_TODAY = Pattern(
    r"\b(?P<state>(?:is|are|am|be)\b[\w' ]*? (?:on|taking|using|active|open|current)|takes?|taking|active|valid"
    r"|currently|remains? (?:open|active|current|unresolved)|still\b[\w ]*),? (?P<t>qt\d+)\b"
)


_AT_EVENT = Pattern(
    r"(?<=\w )(?:at|during|on|from) (?P<which>(?:the |my |his |her |their )?(?:very )?(?:last|first|latest"
    r"|most recent|previous|second|third)) (?P<name>qc\d+)\b(?! (?:visit|encounter|admission|stay))"
)


def put_plainly(
    text: str, *, today: frozenset[str], measured: frozenset[str], visits: frozenset[str], keep_file: bool
) -> str:
    """A skeleton in the words of the grammar.

    `today`: the placeholders of times that mean today; `measured`: of names of measurements; `visits`: of kinds of
    visit; `keep_file`: whether "on file" is all that makes the question one.
    """

    def at_event(match: re.Match[str]) -> str:
        before = text[: match.start()]
        held = match["name"] in visits and bool(HELD_AT_VISITS.search(before))
        if match["name"] in measured or not (held or re.search(r"qc\d", before)):
            return match.group()
        if match["name"] in visits:
            return f"at {match['which']} {match['name']} visit"
        if match.group().startswith("during"):
            return match.group()  # all of it, and not the day it began
        return f"on the day of {match['which']} {match['name']}"

    text = _AT_EVENT.sub(at_event, value_asked(text, measured))
    text = so_or_not(visits_behind(rows_plainly(text), visits, measured))
    text = _RULES.put_into(text)
    text = text if keep_file else _ON_FILE.sub("", text)
    text = _TODAY.sub(lambda m: f"{m['state']} currently" if m["t"] in today else m.group(), text)
    text = _TODAY_FIRST.sub(lambda m: "" if m["t"] in today else m.group(), text)
    return re.sub(r"\s+", " ", text).strip()
