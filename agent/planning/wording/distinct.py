"""How many there are, said by what is not counted ("not counting repeats, how many drugs ..."), by its number alone, or
as what is wanted and what is not ("only the count, not the list: active drugs").

Orders and visits are left alone: a repeat prescription is one of its own.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern, Rewrites

_NO_REPEATS = (
    r"(?:(?:not|without|never) (?:counting|including)|leaving out|ignoring|disregarding|excluding|minus|no) "
    r"(?:any |the |of the )?(?:repeats?(?:ed)?|duplicates?|repetitions|doubles)(?: twice)?"
    r"(?: (?:doses?|shots?|jabs?|boosters?|orders?|entries|prescriptions?))?"
    r"|counting (?:each|every)(?: one)?(?: of them)? (?:only |just )?once"
)
_HOW_MANY = (
    r"how many (?:different |distinct |separate |unique )?"
    r"(?P<what>(?:kinds? of )?(?:drugs|medicines|medications|meds|conditions|diagnoses|illnesses|vaccines|organisms))\b"
)
_DIFFERENT = (
    Pattern(rf"^(?:{_NO_REPEATS})[,;:] {_HOW_MANY}", re.IGNORECASE),
    Pattern(rf"^{_HOW_MANY}(?P<rest>[^?.;]*?),? (?:{_NO_REPEATS})(?=[ ?.!]*$)", re.IGNORECASE),
)
_NUMBER_ALONE = Pattern(
    r"^(?:just|only|simply|merely) (?:the|an?|one) (?:figure|number|count|total|tally)(?:,? (?:please|only|for))*[:,]? "
    r"(?=(?:the |his |her |my |their )*(?:(?!of\b)[a-z]+ ){0,2}?"
    r"(?:medic(?:ation|ine)s|meds|drugs|prescriptions|problems|conditions|diagnoses|allergies|visits|encounters"
    r"|admissions|stays|procedures|vaccines|shots|readings|measurements)\b)",
    re.IGNORECASE,
)
"""A number asked for before what is counted, which is no value: "just the figure please, active drugs"."""
_KINDS = {
    "medicine": "medicines", "medication": "medications", "med": "meds", "drug": "drugs", "condition": "conditions",
    "diagnosis": "diagnoses", "illness": "illnesses", "vaccine": "vaccines", "organism": "organisms",
}  # fmt: skip
_EACH_ONCE = Pattern(
    rf"^(?:(?:if|when) (?:you |we |i |one )?)?(?:count(?:ing|s)? )?(?:each|every) (?P<one>{'|'.join(_KINDS)})"
    r"(?: (?:is|was|gets|being))?(?: counted)? (?:(?:only|just) )?once(?: only)?[,;:.]? (?:and )?how many"
    r"(?: (?:different|distinct|separate))?(?: (?:ones|of (?:them|those)))? (?=(?:is|are|am|was|were|has|have|had"
    r"|did|do"
    r"|does)\b)",
    re.IGNORECASE,
)
"""How often each is counted, before how many there are: "counting each drug once, how many is she on?"."""
_NUMBER = r"(?:count|number|total|figure|tally|how many)"
_ROWS = r"(?:lists?|names?|details?|dates?|entries|particulars|items|ones themselves|drugs themselves)"
_ONLY = r"(?:(?:i|we)(?:'d)? )?(?:(?:just|only|really|simply) )*(?:(?:want|need|would like|like) )?(?:(?:just|only) )?"
_WANTED = rf"{_ONLY}(?:the |a )?{_NUMBER}(?: (?:only|alone|please))*"
_UNWANTED = (
    rf"(?:and )?(?:not|no|without|never mind|rather than|instead of|(?:i |we )?(?:don't|do not) (?:want|need))"
    rf" (?:(?:the|any|an?|their) )*(?:(?:whole|full|actual) )?{_ROWS}(?: of (?:them|it))?"
)
_NO_CELLS = r"(?!(?:the )?(?:platelets?|blood|(?:red|white)? ?(?:blood )?cells?|\w+(?:cytes?|phils?)|[wr]bcs?)\b)"
"""Whose count is a measurement."""
_NOT_THE_LIST = Rewrites(
    (
        (
            rf"^(?:{_WANTED},? {_UNWANTED}|{_UNWANTED}[,;]? (?:but )?{_WANTED})(?: ?[:;,.–]| -) (?:(?:for|of) )?"
            rf"(?:(?:the|a) )?(?:list of )?(?!how many\b)(?P<x>{_NO_CELLS}\w[^?:;]*?)[ ?.]*$",
            r"how many \g<x>?",
        ),
        (
            rf"^(?:{_WANTED},? {_UNWANTED}|{_UNWANTED}[,;]? (?:but )?{_WANTED})(?: ?[:;,.–]| -) (?=how many\b)",
            "",
        ),
        (
            rf"^(?P<x>(?:how many|(?:the )?number of)\b[^?.;]*?) ?[?.;,–-]+ (?:{_WANTED},? {_UNWANTED}"
            rf"|{_UNWANTED}[,;]? (?:but )?{_WANTED}|{_UNWANTED})[ ?.!]*$",
            r"\g<x>?",
        ),
        (
            rf"^(?!how many\b)(?P<x>{_NO_CELLS}\w[^?:;.]*?)(?: ?[:;,.–?]| -) (?:{_WANTED},? {_UNWANTED}"
            rf"|{_UNWANTED}[,;]? (?:but )?{_WANTED})[ ?.!]*$",
            r"how many \g<x>?",
        ),
        (
            rf"^(?P<x>(?!how many\b)\w[^?:;.]*?)(?: ?[:;,.–?]| -) {_ONLY}(?:(?:the|their|all the) )?(?:list|names)"
            rf"(?: (?:only|alone|please))*,? (?:and )?(?:not|no|never mind|rather than|instead of) (?:(?:the|a|any) )?"
            rf"{_NUMBER}[ ?.!]*$",
            r"list \g<x>",
        ),
    ),
    re.IGNORECASE,
)
"""The number that is wanted, beside the list that is not; or the other way round."""
_SIGN = Rewrites(
    (
        (r"(?<!\w)# ?of(?!\w)", "number of"),
        (r"(?<!\w)#(?= [a-z]+s\b)|(?<!\w)#(?=[a-z]{4,}s\b)", "number of "),
        (
            r"(?<!\w)#(?= (?:done|given|had|performed|recorded|ordered|received|(?:in|to|on|so|until|since|ever)\b)"
            r"| ?[?.]*$)",
            "number",
        ),
    ),
    re.IGNORECASE,
)
"""The sign for a number where nothing is numbered: "flu shots, # given", "# of visits"."""


_OF_VACCINES = Pattern(
    r"(?:how many|number of) (?:different|distinct|kinds|types)\b[^?]*\b(?:vaccin|jab|shot)", re.IGNORECASE
)
_FLU = r"(?:the )?(?:flu|influenza)(?: (?:shots?|jabs?|vaccines?))?"
_NOTHING_LEFT_OUT = Pattern(
    r"(?<=[a-z]) ?[(,–-]+ ?"
    r"(?:(?:counting )?each (?:kind|type|sort|one|vaccine)(?: counted)? (?:only |just )?once[,;]? ?(?:and )?)?"
    rf"(?:{_FLU} (?:is |are )?included|including {_FLU})?(?: ?\))?(?=[ ?.!]*$)",
    re.IGNORECASE,
)
"""What is counted too, behind a count of different vaccines: "how many different vaccines, flu included?"."""


def _counted_once(match: re.Match[str]) -> str:
    return f"how many different {_KINDS[match['one'].lower()]} "


def _different(match: re.Match[str]) -> str:
    return f"how many different {match['what']}{match.groupdict().get('rest') or ''}"


def counted_apart(question: str) -> str:
    """The question with its repeats left out by "different", and a number of things asked for by "how many"."""
    question = _EACH_ONCE.sub(_counted_once, _NOT_THE_LIST.put_into(_SIGN.put_into(question)))
    question = _NUMBER_ALONE.sub("how many ", question)
    if _OF_VACCINES.match(question):
        question = _NOTHING_LEFT_OUT.sub("", question)
    for pattern in _DIFFERENT:
        question = pattern.sub(_different, question)
    return question
