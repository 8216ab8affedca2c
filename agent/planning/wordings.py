"""Other ways of saying the words of the grammar, put as the grammar has them, in a skeleton.

Names and times are placeholders by now, so that a rule here is about the sentence and never about a thing. A rule keeps
the meaning; what has another meaning is no rule here.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from chartwarden.agent.planning.sayings import AUX as _AUX
from chartwarden.agent.planning.sayings import DOCTORS, SAYINGS
from chartwarden.agent.planning.sayings import WH as _WH

_RANKS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_COUNTED = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ORDINALS = dict(zip(_COUNTED, _RANKS, strict=True)) | {str(n): word for n, word in enumerate(_RANKS, start=1)}
_DIGIT = (
    rf"(?P<n>{'|'.join(_ORDINALS)})(?![\w/-]|\.\d|:\d|,? ?(?:and|to|or) \d"
    r"| (?:years?|months?|weeks?|days?|hours?|mg|ml))"
)
_TIMES_COUNTED = r"dose|shot|jab|injection|vaccination|booster|round|episode|occasion|reading|measurement|result|visit"


def _numbered(match: re.Match[str]) -> str:
    ordinal = _ORDINALS[match["n"]]
    return f"{ordinal} {' '.join(part for part in (match['name'], match['noun']) if part).strip()}"


def _time_of(match: re.Match[str]) -> str:
    """ "The last time S, when was that?": asked of the last S."""
    asked = re.sub(r" (?:was|were|is) (?:that|it|this)[ ?.!]*$", "", match["q"]).strip(" ?.!")
    return f"{asked} {match['s']} {match['w']}"


def _on_its_day(match: re.Match[str]) -> str:
    """What is asked of one thing on the day of another."""
    return (
        f"{match['m']} on the day of the {match['w']} {match['x']}" if match["x"] not in match["m"] else match.group()
    )


def _about_topic(match: re.Match[str]) -> str:
    """ "X: was it ever Y?": X in the place of the pronoun."""
    asked, changed = re.subn(r"\b(?:it|this|that|they|these|those)\b", match["t"], match["q"], count=1)
    return asked if changed else match.group()


_SAID: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    # why it is asked
    (
        rf"^(?:for|as part of|in preparation for|to (?:complete|prepare|finish|fill (?:in|out)|write)"
        rf"|in connection with) "
        rf"[a-z' ]*\b(?:purposes?|sake|letter|form|referral|audit|handover|paperwork|report|meeting|round"
        rf"|records|files?)\b"
        rf"[a-z' ]*, (?=(?:{_WH}|{_AUX}|give|list|show|name|tell|state|find)\b)",
        "",
    ),
    # two halves of one sentence
    (rf"(?: ?:| [-–]) (?=(?:on |at |in |by |for |to |from |since )?(?:{_WH}|{_AUX})\b)", ", "),
    (
        rf"^(?:the )?(?P<w>(?:very )?(?:first|last|latest|earliest|most recent)) (?:time|occasion) (?:that "
        rf"|when |on which "
        rf")?(?P<s>[^,]+), (?P<q>(?:for |at |in |on |by |to )?{_WH} .*)$",
        _time_of,
    ),
    (
        r"\b(?:from|at|on|in|during|as of) the (?P<w>(?:very )?(?:first|last|latest|earliest"
        r"|most recent)) (?:time|occasion)"
        r"(?: (?:that |when )?|(?=[ .?]*$))",
        r"the \g<w> ",
    ),
    (
        rf"^(?:the |my |his |her |their )?(?P<t>qc\d+)(?: \(?[a-z]+\)?)?, (?P<q>(?:and )?(?:{_AUX}|{_WH})\b.*)$",
        _about_topic,
    ),
    (
        r"^(?:the )?(?P<n>first|next) (?P<v>visit|encounter|appointment|consultation|admission|stay|contact) "
        r"(?P<r>after|following|since) ",
        r"at the \g<n> \g<v> \g<r> ",
    ),
    (
        r"\b(?P<a>qc\d+) (?:indication|reason|indicated)(?: for)? ?(?:=|is|equals) ?(?P<b>qc\d+)",
        r"was \g<a> prescribed for "
        r"\g<b>",
    ),
    (r"\bwhen (?:it|that|this|they) (?:was|were|had been|got) (?P<w>last|first|most recently) \w+", r"\g<w>"),
    (r"\bthe time before (?:that|it|then)\b", "before the last one"),
    (r"\bon that (?:same )?day when\b", "on the day when"),
    (
        r"\bwhat (?:condition|problem|reason) was it (?:that )?(?:i|she|he|they)(?:'d| had| have"
        r"|'ve)? (?:gone|went|come|came|"
        r"been)(?: \w+)*? (?:for|with)\b",
        "what was the reason for",
    ),
    (
        r"(?P<m>\bqc\d+\b[^,?]*?),? (?:at |on )?the (?P<w>(?:very )?(?:last|first|latest"
        r"|most recent)) (?:time|occasion) "
        r"(?:that |when |on which )?(?P<s>(?:(?:the|an?|his|her|my|their|she|he|i|they|we|the patient"
        r"|patient) )*(?:(?:had|got"
        r"|received|was given|has had) (?:an? |the |her |his |my )?)?)(?P<x>qc\d+)\b",
        _on_its_day,
    ),
    # times asked for, and what a stay ends with
    (
        r"\b(?P<w>times?|dates?|days?) (?P<t>(?:(?:in |during )?qt\d+ )+)(?P<r>(?:at|on) which|when|that) "
        r"(?P<q>[^,?.]+)",
        r"\g<w> \g<r> \g<q> \g<t>",
    ),
    (
        r"^(?:please )?(?:list|give|show|name|state)(?: me)? "
        r"(?:all |every |each |any )*(?:of )?(?:the |my |his |her )?"
        r"(?:exact )?(?:dates?|times?|days?)(?: and times?)? (?=(?:at|on) which|when|that|of )",
        "when (what dates) ",
    ),
    (
        r"\b(?P<d>discharged?|released) (?:after|following|at the end of|upon completing) "
        r"(?=(?:the |my |his |her |their )?(?:very )?"
        r"(?:first |last |latest |most recent |second |third |previous )?"
        r"(?:hospital |inpatient )?(?:stay|admission|visit|hospitali[sz]ation)\b)",
        r"\g<d> from ",
    ),
    (
        r"\bfrom (?P<e>(?:the |my |his |her |their )[^,?]{3,60}?) (?:until|till|up to|to|through) "
        r"(?:now|today|the present|this (?:day|moment))\b",
        r"after the start of \g<e>",
    ),
    (
        r"\b(?:at|on|upon)(?: the (?:time|moment|point|day) of)? (?P<w>(?:the |my |his |her |their )?(?:very )?"
        r"(?:(?:first|last|latest|most recent|second|third|previous) )?(?:hospital |icu )?)"
        r"(?P<e>admission|discharge)\b"
        r"(?! (?:dates?|times?|diagnos\w+|medic\w+|meds|summar\w+|source|kind|disposition|notes?))",
        r"on the day of \g<w>\g<e>",
    ),
    *SAYINGS,
    # which of the rows
    (rf"(?P<name>\bqc\d+)?,? ?\b(?P<noun>(?:{_TIMES_COUNTED}))s?,? (?:number |no\.? |nr\.? )?{_DIGIT}", _numbered),
    (rf"(?P<name>\bqc\d+),? (?P<noun>)(?:number|no\.?|nr\.?) {_DIGIT}", _numbered),
    (
        r"\b(?:inaugural|maiden|opening|starting|introductory)(?= (?:\w+ )?(?:qc\d|value|reading|result|dose|order|"
        r"prescription|measurement|visit))",
        "first",
    ),
    (r"\b(?:closing|ultimate|up[- ]to[- ]the[- ]minute|freshest|most up[- ]to[- ]date|concluding)(?= )", "last"),
    (r"\bfirst (?:ever|of all)\b", "first"),
    (r"\bthe (?:next|one) (?:down|up) from the (?:last|latest|most recent)\b", "second to last"),
    # more and less
    (r"\b(?:top|best|record|maximal) (?=(?:qc\d|value|reading|result|level|figure|measurement|score))", "highest "),
    (r"\b(?:bottom|worst low|minimal) (?=(?:qc\d|value|reading|result|level|figure|measurement|score))", "lowest "),
    (r"\baverages? out (?:to|at)\b|\bon average\b|\baverage out\b", "average"),
    (r"\bhow much (?P<x>.*?)\bput(?: on)?\b(?! out\b)", r"how much \g<x>gained"),
    (r"\b(?:shed|taken off|took off)\b", "lost"),
    (
        r"\bwhere (?:does|did|do|is) (?P<x>(?:the |her |his |my |their )?qc\d+(?: \w+)?) (?:stand|sit|lie"
        r"|come in|lie at)\b",
        r"what is \g<x>",
    ),
    (
        r"\bwhere (?:does|did|do) (?:the patient|patient|he|she|they|i|we) (?:stand|sit|come in) (?:on|with"
        r"|regarding|as to|for|in terms of) ",
        "what is ",
    ),
    # the record
    (r"\b(?:problem|diagnosis|condition) list\b", "conditions"),
    (r"\b(?:medication|medicine|drug|med|meds) (?:list|regimen|chart)\b(?=.*\bqc)", "medications"),
    # who, why, when
    (r"\b(?:whoever|whomever)\b", "who"),
    (rf"\b(?:the )?(?:{DOCTORS}) (?:behind|responsible for)\b", "who prescribed"),
    (
        r"\b(?:what|which (?:condition|problem|diagnosis|reason)) (?:was it that )?(?:has |had )?(?:prompted"
        r"|motivated|"
        r"justified|triggered|warranted|occasioned|necessitated|led to|lay behind|lies behind|underlay|underlies|"
        r"accounts? for|accounted for|"
        r"(?:is|was) behind) ",
        "what was the reason for ",
    ),
    (
        r"\bwhat (?:has |had )?brought (?P<p>the patient|patient|her|him|them|me) (?:in ?)?(?=to\b|into\b"
        r"|in\b|for\b|there\b|"
        r"qt|$)",
        r"what was the reason \g<p> visited ",
    ),
    (
        r"\b(?:for )?(?:what|which) (?:condition|problem|diagnosis|complaint|illness|reason) (?:was|is"
        r"|were) (?:it|that|this) "
        r"for\b|\bwhat (?:was|is|were) (?:it|that|this) (?:all )?(?:for|about)\b",
        "what was the reason for it",
    ),
    (
        r"\b(?:meant|supposed|designed|aimed|expected) (?:to (?:treat|help|address|manage|control|relieve)"
        r"|for|at)\b",
        "intended to treat",
    ),
    (r"\bhow many years old\b|\bhow many years of age\b", "how old"),
    # before and after
    (
        r"\b(?:that|which) (?:immediately |directly |closely |next )?(?:followed|came (?:right |just )?after"
        r"|succeeded)\b",
        "after",
    ),
    (r"\b(?:that|which) (?:immediately |directly )?(?:preceded|came (?:right |just )?before|predated)\b", "before"),
    (
        r"\bin the (?:wake|aftermath) of\b|\bin the time after\b|\bany ?time after\b|\bat some point after\b"
        r"|\blater than\b"
        r"(?= qc)",
        "after",
    ),
    (
        r"\bin the (?:run.?up|lead.?up|time leading up) to\b|\bleading up to\b|\bearlier than\b(?= qc)"
        r"|\bany ?time before\b"
        r"|\bin advance of\b",
        "before",
    ),
    # now
    (
        r"\b(?:nowadays|these days|right now|at this juncture|in force(?: now)?|in effect|as (?:things"
        r"|matters) stand|at "
        r"the time of asking|as it stands|on an ongoing basis)\b",
        "currently",
    ),
    # numbers of things
    (r"\bby how many (?!times\b)\w+(?= (?:did|has|have|was|were|had)\b)", "by how much"),
    (r"\bcount(?:s|ed)? (?:as|among|towards?)\b", "among"),
    (r"\bhow many (?:separate |distinct |individual )?(?:times|occasions) over\b", "how many times"),
    (r"(?<=\w) on (?:file|record)(?= ?[,?.]|$)", ""),
)
_RULES = tuple((re.compile(pattern), put) for pattern, put in _SAID)
_TODAY = re.compile(
    r"\b(?P<state>(?:is|are|am|be)\b[\w' ]*? (?:on|taking|using|active|open|current)|takes?|taking|active|valid"
    r"|still\b[\w ]*)"
    r" (?P<t>qt\d+)\b"
)


_COURSE = re.compile(
    r"\bhow (?:has|have|had|did|does|do|is|are|was|were) (?P<x>(?:the |my |his |her |their |patient's )*"
    r"(?P<name>qc\d+)"
    r"(?: levels?| values?| readings?| results?)?) (?:been )?(?:(?:develop|evolv"
    r"|progress|behav|var[yi]|fluctuat|trend|mov)"
    r"\w*|look(?:ed|ing)|go(?:ne|ing)|come along|chang(?:ed?|ing)(?= (?:over|across|through|with|in the course)))"
    r"(?: (?:over|across|through|with|in the course of) "
    r"(?:the )?(?:time|years|months|(?:whole )?record|course))?"
    r"(?! (?:up|down)\b)"
)
"""The course of a measurement is all its values."""
_ASKED_PLEASE = re.compile(r"^(?:the |my |his |her )?(qc\d+) (?:measured|taken|recorded|read|reading) (qt\d+),? please")
"""A telegram that asks for the value: "BMI measured on 3 May, please"."""
_AT_EVENT = re.compile(
    r"(?<=\w )(?:at|during|on|from) (?P<which>(?:the |my |his |her |their )?(?:very )?(?:last|first|latest"
    r"|most recent|previous|"
    r"second|third)) (?P<name>qc\d+)\b(?! (?:visit|encounter|admission|stay))"
)


def put_plainly(
    text: str, *, today: frozenset[str], measured: frozenset[str], visits: frozenset[str], keep_file: bool
) -> str:
    """A skeleton in the words of the grammar.

    `today`: the placeholders of times that mean today; `measured`: of names of measurements; `visits`: of kinds of
    visit; `keep_file`: whether "on file" is all that makes the question one.
    """

    def at_event(match: re.Match[str]) -> str:
        if match["name"] in measured or not re.search(r"qc\d", text[: match.start()]):
            return match.group()
        if match["name"] in visits:
            return f"at {match['which']} {match['name']} visit"
        return f"on the day of {match['which']} {match['name']}"

    def course(match: re.Match[str]) -> str:
        return f"what are the values of {match['x']}" if match["name"] in measured else match.group()

    text = _COURSE.sub(course, text)
    text = _ASKED_PLEASE.sub(lambda m: f"what was {m[1]} {m[2]}" if m[1] in measured else m.group(), text)
    text = _AT_EVENT.sub(at_event, text)
    text = re.sub(r"\b(qc\d+) (counts?)\b(?! of)", lambda m: f"{m[1]} level" if m[1] in measured else m.group(), text)
    for pattern, put in _RULES[:-1] if keep_file else _RULES:
        text = pattern.sub(put, text)
    text = _TODAY.sub(lambda m: f"{m['state']} currently" if m["t"] in today else m.group(), text)
    return re.sub(r"\s+", " ", text).strip()
