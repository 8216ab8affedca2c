"""What people say for a measurement, a kind, a person or a choice where the grammar and the tables have one plain word.

The rules are about a question as it is typed, before names are looked for in it: each says the same in other words.
"""

from __future__ import annotations

import re
from collections.abc import Callable

SIDES = {"bottom": "diastolic", "lower": "diastolic", "top": "systolic", "upper": "systolic"}
"""The two numbers of a blood pressure as people call them."""
_OF_PRESSURE = re.compile(r"^(?!.*(?:systol|diastol)).*\b(?:blood pressures?|bps?|pressures?)\b", re.IGNORECASE)


def _first_of_two(match: re.Match[str]) -> str:
    """Whether one of two was the first, where it is one of the two."""
    asked, two = match["c"].lower(), (match["a"], match["b"])
    others = [name for name in two if name.lower() != asked]
    return f"was {match['c']} first given before {others[0]}" if len(others) == 1 else match.group()


_SAID: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = tuple(
    (re.compile(rf"(?<![\w/])(?:{said})(?![\w/])", re.IGNORECASE), plain)
    for said, plain in (
        (
            r"(?P<d>the|his|her|my|their|patient's|last|latest|most recent|newest) (?P<side>lower|upper) "
            r"(?:pressure|figure|number)(?! (?:pressure|number|reading|figure|value))",
            lambda m: (
                f"{m['d']} {SIDES[m['side'].lower()]} blood pressure" if _OF_PRESSURE.search(m.string) else m.group()
            ),
        ),
        (
            r"both (?:blood )?pressures(?:, (?:the )?(?:upper and (?:the )?lower|top and (?:the )?bottom),?)?"
            r"|(?:both|the two) (?:parts|components|halves|numbers|figures)(?: of| from| in)?"
            r"(?: (?:the |his |her |my )?(?:(?:last|latest|most recent) )?(?:blood pressure|bp))",
            "systolic and diastolic blood pressure",
        ),
        (r"(?:pair|set) of (?:blood )?pressures?(?: (?:readings|numbers|figures|values))?", "blood pressure"),
        (
            r"(?P<p>(?:blood pressure|bp)\b[^?.;]*?)(?:,| as| given as| written as)+ (?:sbp|systolic|upper|top)"
            r"(?: number)? (?:over|above|/|and|then) (?:dbp|diastolic|lower|bottom)(?: number)?",
            r"\g<p>",
        ),
        (
            r"(?P<d>(?:my|his|her|their|patient's)(?: (?:last|latest|most recent|newest|current))?) pressure"
            r"(?! (?:ulcers?|sores?|injur\w+|dressing|areas?|points?|garment|of|on|in(?! the (?:clinic|chart|record"
            r"|file))|inside|within|behind)\b)",
            r"\g<d> blood pressure",
        ),
        (r",? (?:the )?(?:product|brand|type|kind|make)s? (?:is |are )?(?:irrelevant|unimportant)", " of any kind"),
        (
            r"of any (?:grade|degree|type|kind|sort|form),? or (?:grade|degree|type|kind|sort|form)",
            "of any kind",
        ),
        (
            r",? be it [^:;.?]{3,50}?,? or (?:whatever|otherwise|something else|anything else|anything)(?=[:,.?]|$)",
            " of any kind",
        ),
        (
            r"hr(?= (?:needs?|wants?|asks?|asked|is asking|has asked|would like|department|dept|office|team|people|form"
            r"|manager|file|letter)\b)",
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
            r"(?P<p>please |(?:could|can|would|will) you (?:please )?)send (?:me|us)(?: over)?(?= [a-z])",
            r"\g<p>give me",
        ),
        (
            r"(?:want|need|have|like|wish)(?: to| to be able to) (?:call|ring|phone|contact|reach|speak (?:to|with)"
            r"|talk (?:to|with)|thank|ask|write to) (?:the (?:doctor|person|prescriber|provider|clinician) who"
            r"|whoever|who) "
            r"(?P<v>(?:last |first )?(?:wrote|prescribed|ordered|signed|issued|gave))",
            r"want to know who \g<v>",
        ),
        (
            r"between (?P<a>[a-z][\w' -]{2,40}?) and (?P<b>[a-z][\w' -]{2,40}?), was (?:it )?(?P<c>[a-z][\w' -]{2,40}?)"
            r" (?:that |the one )?(?P<w>(?:the patient|this patient|he|she|they|i) (?:was |were |got |had )?)"
            r"(?P<v>given|received|prescribed|got|had|started|took)? ?first(?:, (?:looking|going) (?:at|by) [a-z ]+)?",
            _first_of_two,
        ),
        (
            r"what was (?:wrong|the matter)(?: with (?:the patient|him|her|them|me))? that "
            r"(?:they|the doctors?|(?:he|she) was|somebody|someone) (?:gave|prescribed|given|ordered)(?: (?:him|her"
            r"|them|me))? "
            r"(?P<x>[^?.,;]+)",
            r"why was \g<x> prescribed",
        ),
        (
            r"what was (?:wrong|the matter)(?: with (?:the patient|him|her|them|me))? that (?P<x>[^?.,;]+?) (?:got"
            r"|was) "
            r"(?P<v>prescribed|given|ordered)",
            r"why was \g<x> \g<v>",
        ),
        (r"^(?:years? )?(?P<a>\d{4}) and (?P<b>\d{4})(?=, )", r"in \g<a> and \g<b>"),
        (r"freshest", "newest"),
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
            r"what (?P<v>is|was) the last (?:day|date) (?=(?:that |when |on which )?(?:an?|the|his|her|my|they|we) )",
            r"when \g<v> the last time ",
        ),
        (
            r"(?:an? )?(?:current )?smoker,? (?:an? )?(?:ex|former)-? ?smoker,? (?:or )?(?:(?:has |have )?never"
            r"(?: been)?(?: (?:smoked|an? smoker|smoker))?|non-? ?smoker|what)?(?= |,|:|\?|$)",
            "smoking status",
        ),
    )
)


def in_plain_words(question: str) -> str:
    """The question with such words said plainly."""
    for said, plain in _SAID:
        question = said.sub(plain, question)
    return re.sub(r",\s*(?=[,:;?.])", "", question)
