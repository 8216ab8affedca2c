"""The many words for a summary, put as the two things the house can tell: an overview of a time or a stay, or a list.

"A short account of the last stay" and "recap his last visit" are the overview of a stay; "summarise the ophthalmology
visits" and "a timeline of her procedures" are the list of those. What is of neither stays as it was said.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern

_OWNER = r"(?:(?:the|an?|all|his|her|my|their|this|these|those|patient's|the patient's) )*"
_SIZE = (
    r"(?:(?:an?|the|his|her|my|their|very|brief|short|quick|full|dated|clear|concise|rough|simple|plain|running|little"
    r"|one-line|single|chronological|two|three|four|few|couple of|some|half a) )*"
)
_NAMED = (
    r"(?:summary|overview|recap|gist|outline|synopsis|run-?down|digest|chronology|time-?line|narrative|lines?|paragraphs?"
    r"|sentences?|account|story)"
)
_ASKED = (
    r"(?:(?:please|kindly|just|now|and|so|can you|could you|would you|will you|i'd like|i would like|i want|i need"
    r"|we need|let me have|give|tell|show|provide|write|prepare|make|draw up|produce|draft|set out|put together|get"
    r"|have|me|us) )*"
)
_VERB = (
    r"(?:summari[sz]e|recap|sum up|outline|narrate|recount|condense|(?:walk|talk|take|run) (?:me|us) through|relate"
    r"|set out (?:in order|by date|in (?:date|time|chronological) order)|tell (?:me|us) in (?:date |time )?order)"
)
_LEAD = Pattern(
    rf"^{_ASKED}(?:{_VERB}|{_SIZE}{_NAMED} (?:of|on|about|for|from|covering))(?: for me)? (?P<rest>[^:;]+?)"
    r"(?P<form>,? (?:(?:one|a|in one|in a|two|in two)(?: short| single)? (?:lines?|sentences?|paragraphs?)(?: each)?"
    r"|in (?:date |time |chronological )?order|without comment|with dates|by date|from the (?:notes|records?|chart)"
    r"|please))*[ ?.!]*$",
    re.IGNORECASE,
)
_COURSE = Pattern(
    rf"^{_ASKED}{_SIZE}(?:course|story) of (?P<rest>{_OWNER}(?:(?:last|latest|most recent|first|previous|current|recent"
    r"|hospital|inpatient|icu) )*(?:stay|admission|hospitali[sz]ation|visit)\b[^:;?.]*?)"
    r"(?P<form>,? from the (?:notes|records?|chart))?[ ?.!]*$",
    re.IGNORECASE,
)
_ABOUT = Pattern(
    rf"^{_ASKED}(?:all |everything |more )*about (?P<rest>{_OWNER}(?:[\w/-]+ ){{0,5}}?(?:visit|stay|admission|encounter"
    r"|hospitali[sz]ation|appointment)\b[^:;,?.]*?)[ ?.!]*$",
    re.IGNORECASE,
)
"""Of one visit or stay: "tell me about her last visit"."""
_BEHIND = Pattern(
    rf"^(?P<rest>{_OWNER}(?:last|latest|most recent|first|previous) (?:(?:hospital|inpatient|icu|er|ed|emergency) )?"
    r"(?:visit|stay|admission|encounter|appointment))(?:'s)?,? (?:summary|overview|recap)[ ?.!]*$",
    re.IGNORECASE,
)
"""The word for a summary behind the visit: "last visit summary" names no document."""
_HAPPENED = Pattern(
    r"^(?:of |on )?what(?: has| had|'s| is)? (?:happened|went on|took place|was going on|been going on|occurred"
    r"|changed)(?: (?:to|with) (?:him|her|me|them|the patient|us))?\b",
    re.IGNORECASE,
)
_ONE_STAY = Pattern(
    r"\b(?:visit|stay|admission|encounter|hospitali[sz]ation|appointment|time in (?:the )?hospital)\b", re.IGNORECASE
)
_KIND = (
    r"(?:visits|appointments|admissions|stays|hospitali[sz]ations|encounters|attendances|medications|medicines|meds|drugs"
    r"|prescriptions|procedures|operations|surgeries|conditions|diagnoses|problems|vaccinations|vaccines|immuni[sz]ations"
    r"|allergies|test results|lab results|results|labs|antibiotics|reports)"
)
_OF_A_KIND = Pattern(rf"^(?:{_OWNER}(?:[\w'/-]+ ){{0,3}}?)(?P<kind>{_KIND})\b(?! (?:of|from) what\b)", re.IGNORECASE)

_A_TIME = Pattern(
    r"(?:the (?:year|month of) )?(?:[\w/.-]+ ){0,2}\d{4}|(?:last|this|the past) (?:year|month|week)", re.IGNORECASE
)
_BESIDES = Pattern(r"\b(?:with|and|plus|including|incl) (?!qt)(?:the |their |its |who |how )?\w+", re.IGNORECASE)
"""More than the list is asked for."""
_ON_RECORD = Pattern(r" (?:on|in the) (?:record|file|chart)\b", re.IGNORECASE)


def put_as_told(question: str) -> str:
    """A question for a summary in the words of an overview or a list; unchanged where it asks for neither."""
    story, end, last = question.strip().rpartition(". ")
    return f"{story}{end}{_put(last)}"


def _put(question: str) -> str:
    about = _ABOUT.match(question) or _BEHIND.match(question)
    if about and _ONE_STAY.search(about["rest"]):
        return f"summarise {about['rest'].strip(' ,')}"
    match = _LEAD.match(question) or _COURSE.match(question)
    if match is None:
        return question
    rest = match["rest"].strip(" ,")
    if happened := _HAPPENED.match(rest):
        return f"what happened{rest[happened.end() :]}?"
    kind = _OF_A_KIND.match(rest)
    if kind and _BESIDES.search(rest[kind.end() :]):
        return f"summarise {rest}"  # which is not understood
    if kind:
        listed = rest if kind["kind"].lower() != "attendances" else rest.replace(kind["kind"], "visits", 1)
        return f"list {_ON_RECORD.sub('', listed)}"
    return f"summarise {rest}" if _ONE_STAY.search(rest) or _A_TIME.fullmatch(rest) else question
