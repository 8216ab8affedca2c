"""How clinicians shorten words and how words are run together, written out as the grammar has them."""

from __future__ import annotations

import re

_SHORTHAND: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"(?<![\w/])(?:{short})(?![\w/])", re.IGNORECASE), full)
    for short, full in (
        (r"p?h/o", "history of"),
        (r"hx(?: of)?", "history of"),
        (r"pmh(?:x)?(?: of)?", "history of"),
        (r"dx'?s", "diagnoses"),
        (r"dx(?:'?d|ed)", "diagnosed"),
        ("dx", "diagnosis"),
        ("rx'?d", "prescribed"),
        (r"s/p", "history of"),
        (r"w/o", "without"),
        (r"w/", "with"),
        (r"f/u", "follow-up"),
        (r"c/w", "compared with"),
        ("pts?", "patient"),
        ("vs", "versus"),
        (r"a/w", "associated with"),
        (r"pls|plz", "please"),
        (r"total no\.?(?: of)?|no\. of|no of|nr\.? of", "number of"),
        (r"no\. (?=[a-z]+s\b)", "number of "),
        (r"y/n|yes/no", "yes or no"),
        (r"a ?& ?e|casualty", "emergency department"),
        (r"u(?= (?:tell|please|show|find|give|check|see|know|confirm|have|say))", "you"),
        (r"heaviest(?= (?:i|he|she|they|the patient)\b)", "highest weight"),
        (r"lightest(?= (?:i|he|she|they|the patient)\b)", "lowest weight"),
        (r"vax|vaxx|vacc", "vaccine"),
        (r"vaxed|vaxxed", "vaccinated"),
        (r"inpt", "inpatient"),
        (r"outpt", "outpatient"),
        (r"xrs?|x-?rays?", "x-ray"),
        (r"sys(?:t|tol)?\.? ?(?:/|and|&) ?dias?(?:t|tol)?\.?", "systolic and diastolic"),
        (r"(?<=\d )mos?\.?", "months"),
        (r"(?<=\d )y", "years"),
        (r"(?<=\d )d", "days"),
        (r"(?<=\d )hrs?", "hours"),
        (r"adm", "admission"),
        (r"d/c(?:'?d|ed)", "discharged"),
        (r"d/c date", "discharge date"),
        (r"admits", "admissions"),
        (r"(?:fam|fh|fhx) (?:hx|history)", "family history"),
        (r"appts?", "appointments"),
        (r"curr", "current"),
        (r"prev", "previous"),
        (r"prior to and incl(?:uding|\.)?", "until"),
        (r"incl\.?", "including"),
        (r"approx\.?", "approximately"),
        (r"ea", "each"),
        (r"b/c", "because"),
        ("thx", "thanks"),
        (r"(?<=last |this |past )yr", "year"),
        (r"yrs?", "years"),
        (r"mos?(?= ago)", "months"),
        (r"wks?", "weeks"),
        (r"avg", "average"),
        (r"what's", "what is"),
        (r"b(?:lood )?cx", "blood culture"),
        (r"u(?:rine )?cx", "urine culture"),
        (r"abx", "antibiotics"),
        (r"resp(?= (?:infect|tract|illness|rate|condition)\w*)", "respiratory"),
        (r"bouts?(?= of)", "episodes"),
        (
            r"(?:of )?(?:no matter|regardless of) (?:which|what|the)(?: (?:kind|type|sort))?(?: it (?:is|was))?"
            r"|of (?:any|"
            r"whatever|whichever) (?:description|stripe|sort|kind|type|form)|(?:whichever"
            r"|whatever) (?:the )?(?:kind|type|"
            r"sort|form)",
            "of any kind",
        ),
        (r"(?<=is |re |am )on today", "on currently"),
        (r"check-?ups(?! visit)", "check-up visits"),
        (r"how long ago", "when"),
        (r"made (?:its|their) (?:first|earliest) appearance", "first appeared"),
        (r"(?:came|come) back(?: as)?", "show"),
        (r"(?:not|n't|never|yet to) (?:yet |been |fully |be )*resolved?(?: yet)?", "still active"),
        (r"(?:still )?remains? active", "still active"),
    )
)
"""How clinicians shorten the words of the grammar."""

_PREFIXED = re.compile(r"\b(?P<side>pre|post)[- ](?=(?P<what>\w+))", re.IGNORECASE)
# fmt: off
_WORDS_WITH_PREFIX = frozenset({
    "op", "operative", "admission", "menopausal", "menopause", "partum", "natal", "traumatic", "diabetes",
    "diabetic", "existing", "medication", "surgery", "prandial", "exposure", "hypertension", "eclampsia", "nasal",
    "herpetic", "term", "procedural", "cancer", "concussion", "concussional", "viral", "ictal", "renal", "void",
    "streptococcal", "infectious", "inflammatory", "thrombotic", "treatment", "therapy", "exercise", "coital"
})
# fmt: on
"""With "pre" or "post" before them these are words of their own."""


def written_out(question: str) -> str:
    """The question with its shorthand written out."""
    for short, full in _SHORTHAND:
        question = short.sub(full, question)

    def side(match: re.Match[str]) -> str:
        if match["what"].lower() in _WORDS_WITH_PREFIX:
            return match.group()
        return "before " if match["side"].lower() == "pre" else "after "

    return _PREFIXED.sub(side, question)
