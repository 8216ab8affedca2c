"""Words as they are typed in a hurry: "doesnt", "whats", "gimme teh probs"."""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern, whole_words
from chartwarden.agent.planning.wording.question_words import PLAIN_AUX
from chartwarden.agent.planning.wording.rank_words import in_words

_BE = {"they": "are", "i": "am"}
_HASTY = whole_words(
    (
        (r"(?P<v>does|did|do|is|was|are|were|has|have|had|ca|wo|could|would|should)nt", r"\g<v>n't"),
        # "HES" is also a starch
        (r"(?P<w>what|who|where|when|how|(?-i:that|there|he|she))s(?!')", r"\g<w>'s"),
        (r"(?P<w>i|you|we|they)ve", r"\g<w>'ve"),
        # "im" is also how a drug is given into the muscle
        (r"(?-i:im)(?= (?:on|taking|asking|looking|wondering|not|still|just|trying|allergic)\b)", "i'm"),
        # "IM" is how a drug is given, and so may "Im" be
        (
            r"(?-i:Im)(?= (?:(?:just|still|only|not|now|also) )?(?:[a-z]{2,}ing\b(?<!dosing)|sure\b|not\b|after\b))",
            "I'm",
        ),
        # a "wen" is a cyst
        (rf"wen(?= (?:{PLAIN_AUX}|am)\b)", "when"),
        (r"(?<=\w )'?n'?(?= (?!of\b)[a-z])", "and"),
        (r"val(?=[ ?.]*$)", "value"),
        (r"(?-i:b4)(?! (?:vitamin|level))", "before"),
        (r"gimme", "give me"),
        (r"mn?gm?t", "management"),
        (
            r"between (?:the )?(?P<a>first|second|\d{1,2}(?:st|nd|rd|th)) (?:and|&) (?:the )?(?P<b>second|third"
            r"|fourth|last|\d{1,2}(?:st|nd|rd|th))"
            r"(?! (?:of )?(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*|this|last)\b)",
            lambda m: f"between the {in_words(m['a'])} and the {in_words(m['b'])}",
        ),
        (r"rehab(?= (?:care )?(?:plan|program))", "rehabilitation"),
        (r"(?:international )?units? (?:per|a|/) ?lit(?:re|er)", "U/L"),
        (
            r"(?:type |t)(?P<a>[12]) ?(?P<or>or|and|/) ?(?:type |t)?(?P<b>[12]) (?P<x>diabet(?:es(?: mellitus)?|ic)"
            r"|dm)",
            lambda m: f"type {m['a']} {m['x']} {m['or'].replace('/', 'or')} type {m['b']} {m['x']}",
        ),
        (r"t(?P<n>[12]) (?P<x>diabetes|diabetic|dm)", r"type \g<n> \g<x>"),
        (r"teh", "the"),
        (r"acc\.?(?= to\b)", "according"),
        (
            r"(?-i:btwn?|b/w)(?= (?:the|his|her|my|their|these|both|two|[a-z]+ (?:and|&))\b| [^,?.;]+ (?:and|&) )",
            "between",
        ),
        (r"mn?th(?P<s>s?)", r"month\g<s>"),
        (r"wk(?P<s>s?)", r"week\g<s>"),
        (r"whn", "when"),
        (r"disch\b\.?", "discharge"),
        (r"(?P<n>\d+)d(?= (?:of|before|after|prior|post|following|from|since|later|ago|apart)\b)", r"\g<n> days"),
        (r"freq\.?", "frequency"),
        (r"gi?vn|gi(?:vne|evn)|gvien", "given"),
        (r"knwo|konw", "know"),
        (r"(?<=s )where(?= (?:given|done|taken|prescribed|ordered|recorded|diagnosed|administered|made)\b)", "were"),
        (r"(?-i:ther)(?= (?:in|on|at|any|since|before|after|for|last|this)\b|[ ?.]*$)", "there"),
        (r"u(?= (?:look|tell|find|check|see|show|give|pull|get|say|have|know|please|confirm)\b)", "you"),
        (r"b-?day", "birthday"),
        (r"hosp(?=[ ,?.!]|$)", "hospital"),
        (r"(?<!\bof )dept(?=[ ,?.!]|$)", "department"),
        (r"wht", "what"),
        (r"sm?th(?:i?ng)?", "something"),
        (r"'?til", "until"),
        (
            r"(?<=many )diff|diff(?= (?:[a-z]+ )?(?:med\w*|drugs?|kinds?|types?|ones|people|doctors|problems|conditions"
            r"|visits)\b)",
            "different",
        ),
        # "RN" is a nurse; "rn" behind what is asked is now
        (r"(?-i:rn|atm)(?=[ ?.!]*$|, )", "right now"),
        (
            r"(?P<what>(?:what|which|how many)(?: (?!is|are|am|was|were|does|do|did|has|have)[a-z-]+){1,3}?)"
            r" (?P<who>she|he|pt|(?:the )?patient|they|i) (?P<does>on|taking)",
            lambda said: f"{said['what']} {_BE.get(said['who'].lower(), 'is')} {said['who']} {said['does']}",
        ),
        # "my sons" may be several
        (
            r"(?P<w>(?:my|his|her|our) (?:father|mother|mum|mom|mam|dad|husband|wife|grandma|grandmother|grandfather"
            r"|grandpa|nan|gran))s(?= (?!(?:are|were|have|both|and|or|do|all)\b)[a-z])",
            r"\g<w>'s",
        ),
        (r"cholest(?:rol|orol|eral|erole|erl|ero)(?P<s>s?)", r"cholesterol\g<s>"),
        (r"hwo|hw(?= (?:many|much|often|long|old)\b)", "how"),
        # a "doc" of another kind is a document
        (r"(?P<by>by (?:(?:which|what|the) )?|my |his |her )doc", r"\g<by>doctor"),
        (r"doc(?P<s>s?)(?= (?:has |had |have )?(?:put|signed|prescri|order|wrote|saw|gave|treat)\w*)", r"doctor\g<s>"),
        (r"probs(?! not| because)", "problems"),
        (r"real(?= (?:number|count|total|figure|date|reason)\b)", "actual"),
        (r"hi(?:gh)? ?/ ?low?|low? ?/ ?hi(?:gh)?", "highest and lowest"),
    )
)


_YEARS = Pattern(r"(?<![\w/.-])(?:19|20)\d\d(?:/(?:19|20)\d\d)+(?![\w/-])")


def _years(match: re.Match[str]) -> str:
    """Years one after the other; two that follow each other are a season."""
    told = match.group().split("/")
    return match.group() if len(told) == 2 and int(told[1]) == int(told[0]) + 1 else ", ".join(told)


_HELD_DOWN = Pattern(r"(?P<a>[a-z])(?P=a){2,}(?=[a-z])|(?<=[a-z]{4})(?P<b>[a-z])(?P=b){2,}")


def without_stutter(question: str) -> str:
    """The question with a letter that stands three times running, as in no English word, written twice."""
    return _HELD_DOWN.sub(lambda match: 2 * (match["a"] or match["b"]), question)


_ARROW = Pattern(r"(?<=[a-z)]) ?(?:-+>|→|=+>) ?(?=[a-z])", re.IGNORECASE)
"""From one step of a question to the next."""
_PAUSE = Pattern(r"(?<=\w) ?(?:\.{2,}|…) ?(?=\w)")
_STATES = Pattern(
    rf"\b(?:{PLAIN_AUX}|got|took|takes?|went|came|saw|told|says?|said|needs?|wants?|thinks?|think|know|began|started"
    r"|gave|i'm|he's|she's|i've)\b",
    re.IGNORECASE,
)


def _paused(match: re.Match[str]) -> str:
    """A pause behind a name or a row, which is no sentence: "Ibuprofen... prescribed last year?"."""
    before = re.split(r"[.?!;:] ", match.string[: match.start()])[-1]
    return ". " if _STATES.search(before) else ", "


def typed_out(question: str) -> str:
    """A question with such words as they are spelt."""
    return _HASTY.put_into(_ARROW.sub(", then ", _PAUSE.sub(_paused, _YEARS.sub(_years, question))))
