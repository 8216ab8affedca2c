"""Numbers that a question compares with: how many of a thing there must be for a yes, and limits of a value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.reading.ranks import Which
from chartwarden.agent.planning.wording.question_words import AUX, WH
from chartwarden.agent.planning.wording.who import WHO
from chartwarden.tools.records.number_words import CARDINALS
from chartwarden.tools.records.query import Threshold

_WORDS = {word: number for number, word in enumerate(CARDINALS[:13])}
_TIMES = {"once": 1, "twice": 2, "thrice": 3}
_BOUNDS: dict[str, tuple[str, ...]] = {
    "gt": ("more than", "greater than", "over", "above", "upwards of", "in excess of", ">"),
    "ge": ("at least", "no fewer than", "no less than", "not fewer than", "a minimum of", ">=", "≥"),
    "lt": ("fewer than", "less than", "under", "below", "<"),
    "le": ("at most", "no more than", "not more than", "a maximum of", "<=", "≤"),
    "eq": ("exactly", "precisely", "just", "only"),
}
_RELATIONS = {said: relation for relation, sayings in _BOUNDS.items() for said in sayings}
_OR_MORE = {"or more": "ge", "or over": "ge", "plus": "ge", "+": "ge", "or fewer": "le", "or less": "le"}
_NUMBER = rf"(?:\d{{1,3}}|{'|'.join(_WORDS)})"
_SAID = "|".join(sorted(map(re.escape, _RELATIONS), key=len, reverse=True))
_THINGS = (
    r"(?:visit|encounter|admission|stay|appointment|hospitali[sz]ation|check-?up|prescription|order|script"
    r"|shot|jab|dose|"
    r"vaccination|immuni[sz]ation|vaccine|booster|episode|bout|condition|problem|procedure|operation|time|occasion|"
    r"reading|measurement|result|value|test|check|culture|medication|medicine|drug|session|course|administration|record|report)"
    r"s?\b|(?:surger|allerg|entr)(?:y|ies)\b|diagnos[ei]s\b"
)
_OF_WHAT = (
    r"(?:different|separate|distinct|recorded|documented|such|past|prior|previous|other|new|active|current|abnormal|"
    r"emergency|hospital|inpatient|outpatient|er|ed|icu|clinic|office|follow-up|wellness|blood|lab|medication|drug)"
)
_QUANTITY = Pattern(
    rf"(?:\b(?P<rel>{_SAID})|(?P<sym>[<>≥≤]=?)) ?(?:the )?(?:(?P<times>once|twice|thrice)\b"
    rf"|(?P<n>{_NUMBER})(?![\w.]) (?=(?:{_OF_WHAT} ){{0,2}}(?:[¤¬]+ )?(?:{_OF_WHAT} )?{_THINGS}|(?:{_OF_WHAT} )?¤))"
    rf"|(?<!\d[/.])\b(?P<n2>{_NUMBER}|once|twice|thrice)(?: times)? ?"
    rf"(?P<or>or more|or over|or fewer|or less|plus|\+)(?!\w)(?! (?:years|months|weeks|days|hours)\b)"
)

_UNITS = (
    r"mm ?hg|ku/l|kua/l|iu/ml|mg/dl|mmol/l|g/dl|g/l|kg/m2|kg|lbs?|pounds|cm|inches|%|percent|bpm|u/l|iu/l|meq/l"
    r"|ng/ml|pg/ml|ml|units?|"
    r"(?:degrees? )?(?:celsius|centigrade)|degrees? c|degrees|cel|c|fl|pg|umol/l|[µu]g/l|mg|mcg|g|points?"
)
_THRESHOLD = Pattern(
    r"(?:\b(?:ever |already )?(?P<rel>greater than or equal to|less than or equal to|at or (?:above|over)"
    r"|at or (?:below|under)|greater than|more than|higher than|"
    r"larger than|bigger than|heavier than|taller than|warmer than|hotter than|in excess of|upwards of|less than"
    r"|lower than|smaller than|lighter than|shorter than|cooler than|colder than|fewer than|at least|at most"
    r"|no more than|no less than|"
    r"above|over|below|under|beneath|exceed(?:s|ed|ing)?|beyond|top(?:s|ped|ping)?|surpass(?:es|ed|ing)?|north of|"
    rf"past(?= ?\d+(?:\.\d+)? ?(?:{_UNITS})(?![\w/]))|equal to|exactly)|(?P<sym>>=|<=|>|<|≥|≤|=))"
    rf" ?(?P<n>(?:(?<= )[-−])?\d+(?:\.\d+)?)(?!\d|\.\d)(?! ?(?:to|through|and|-|–) ?(?:1[89]"
    rf"|2\d)\d\d\b) ?(?P<unit>(?:{_UNITS})(?![\w/]))?"
)
_OR_BEYOND = Pattern(
    rf"(?<![\w.])(?P<n>\d+(?:\.\d+)?) ?(?P<unit>(?:{_UNITS})(?![\w/]))? or "
    r"(?P<side>more|higher|above|over|greater|less|lower|below|under|fewer)(?! than)\b(?! (?:readings|times|values))"
)
"""A limit that a value may reach: "6.5 or higher"."""
_BOTH = r"(?P<n>\d{2,3}) ?(?:/|over) ?(?P<m>\d{2,3})(?![\w/.]) ?(?:mm ?hg(?![\w/]))?"
_PAIR = Pattern(
    r"(?:\b(?:ever |already )?(?P<rel>(?:greater|more|higher|larger|less|lower|smaller) than|at least|at most|no more"
    r" than|no less than|above|over|below|under|exceed(?:s|ed|ing)?|beyond|top(?:s|ped|ping)?|surpass(?:es|ed|ing)?)"
    rf"|(?P<sym>>=|<=|>|<|≥|≤)|(?<![\w./])(?={_BOTH.replace('?P<n>', '').replace('?P<m>', '')}"
    r" ?or (?:more|higher|above|over|greater|less|lower|below|under)\b))"
    rf" ?{_BOTH} ?(?(rel)|(?(sym)|or (?P<side>more|higher|above|over|greater|less|lower|below|under)\b))"
)
"""A limit for each pressure: "above 140/90"."""
_LIMITS = {
    "greater than or equal to": "ge",
    "at least": "ge",
    "at or above": "ge",
    "at or over": "ge",
    "at or below": "le",
    "at or under": "le",
    "no less than": "ge",
    ">=": "ge",
    "≥": "ge",
    "less than or equal to": "le",
    "at most": "le",
    "no more than": "le",
    "<=": "le",
    "≤": "le",
    "less than": "lt",
    "lower than": "lt",
    "smaller than": "lt",
    "lighter than": "lt",
    "shorter than": "lt",
    "cooler than": "lt",
    "colder than": "lt",
    "fewer than": "lt",
    "below": "lt",
    "under": "lt",
    "beneath": "lt",
    "<": "lt",
    "equal to": "eq",
    "exactly": "eq",
    "=": "eq",
}


@dataclass(frozen=True)
class Quantity:
    """A number of rows, and how theirs is to compare with it."""

    relation: Literal["gt", "ge", "lt", "le", "eq"]
    number: int
    start: int
    end: int

    @property
    def which(self) -> Which:
        """The row whose existence decides it."""
        return Which("first", self.number + (self.relation in ("gt", "le")))

    @property
    def is_upper_bound(self) -> bool:
        """Whether the answer is the opposite of that row's existence."""
        return self.relation in ("lt", "le")

    @property
    def is_decidable(self) -> bool:
        """Whether one row decides it: an exact number is decided by none."""
        return self.relation != "eq" and self.which.index > 0


def quantities(blanked: str) -> list[Quantity]:
    """Every number of things a lower-case text compares with. Names are blanked by `¤`, of measurements by `¬`."""
    found: list[Quantity] = []
    for match in _QUANTITY.finditer(blanked):
        if match["or"] and "¬" in blanked and _IS_A_VALUE.search(blanked[: match.start()]):
            continue  # "were 6 or more" is said of values
        said = match["times"] or match["n"] or match["n2"]
        number = _TIMES.get(said) or (int(said) if said.isdigit() else _WORDS[said])
        relation = _OR_MORE[match["or"]] if match["or"] else _RELATIONS[match["rel"] or match["sym"]]
        found.append(Quantity(relation, number, match.start(), match.end()))  # type: ignore[arg-type]
    return found


_IS_A_VALUE = Pattern(r"\b(?:was|were|is|are|been|be|at|measured|reached|hit|came in|of)(?: at)? $|¬ $")
_HEDGED = Pattern(
    r",? ?(?:perhaps|maybe|possibly|probably) qk\d+(?: now)?|qk\d+,? (?:perhaps|maybe|possibly|probably)\b"
)
_HAD_SO_MANY = Pattern(
    rf"^(?P<who>(?:(?:and|so|but) )*(?:(?:{WHO}(?: only)?(?:'s|'ve| has| have)?"
    r"(?: only)? (?:had|has|have|got|been given)|there (?:was|were|is|are)) )?)qk\d+ ?"
)
"""How many somebody is told to have had, before what is asked of one of them."""
_BELIEVED = Pattern(
    r"^(?P<told>(?:i|we) (?:think|know|believe|remember|gather|guess|suppose|seem to (?:remember"
    rf"|recall))\b[^,?.;]*?)qk\d+(?P<rest>[^,?.;]*,)(?= (?:and |so |but )?{WH}\b)"
)
_SENTENCES, _CLAUSES = Pattern(r"(?<=[.;])\s+"), Pattern(r"(?<=[.;,])\s+")
_RANKED = Pattern(
    r"\b(?:when|first|earliest|initial|last|latest|final|most recent(?:ly)?|newest|how many|number|count)\b"
)
"""What asks for one of the rows that were told, or for all of them: none of it is a yes or no."""
_ASKS = Pattern(rf"^(?:(?:and|so|but|then) )*(?:{WH}|{AUX}|if|whether|any|list|give|show|tell|count|check|confirm)\b")


def without_told(text: str) -> str:
    """A skeleton without the numbers of things that are told and not asked: "it was done more than once; when last?"

    What asks is the last sentence, and a sentence that asks nothing stands before it.
    """
    text = _BELIEVED.sub(r"\g<told>\g<rest>", text)
    clauses = _CLAUSES.split(text)
    if len(clauses) > 1 and any(_RANKED.search(part) and "qk" not in part for part in clauses):
        told_so = [_HAD_SO_MANY.sub(r"\g<who>", _HEDGED.sub("", part)) for part in clauses]
        text = " ".join(part if _ASKS.match(part) else so for part, so in zip(clauses, told_so, strict=True))
    *told, asked = _SENTENCES.split(text)
    if not told or not _RANKED.search(asked):
        return text
    kept = [part if _ASKS.match(part) else re.sub(r"\s*\bqk\d+\b", "", part) for part in told]
    return " ".join([*kept, asked])


def _pairs(blanked: str) -> Iterator[tuple[int, int, Threshold]]:
    """Both limits of a blood pressure ("above 140/90"), each with its place."""
    for match in _PAIR.finditer(blanked):
        beyond = {"more": "ge", "higher": "ge", "above": "ge", "over": "ge", "greater": "ge"}
        relation = beyond.get(match["side"], "le") if match["side"] else _LIMITS.get(match["rel"] or match["sym"], "gt")
        upper, lower = (Threshold.model_validate({"relation": relation, "value": float(match[n])}) for n in ("n", "m"))
        yield match.start(), match.end("n"), upper
        yield match.end("n"), match.end(), lower


def thresholds(blanked: str, question: str) -> Iterator[tuple[int, int, Threshold]]:
    """Every limit of a value in a question, with its place. Names of measurements are blanked by `¬`."""
    for start, end, pressure in _pairs(blanked):
        blanked = f"{blanked[:start]}{'¤' * (end - start)}{blanked[end:]}"
        yield start, end, pressure
    for match in _OR_BEYOND.finditer(blanked) if "¬" in blanked else ():
        relation = "ge" if match["side"] in ("more", "higher", "above", "over", "greater") else "le"
        limit = {"relation": relation, "value": float(match["n"]), "unit": (match["unit"] or "").strip()}
        yield match.start(), match.end(), Threshold.model_validate(limit)
    for match in _THRESHOLD.finditer(blanked):
        said = match["rel"] or match["sym"]
        if not match["unit"] and re.match(
            r" ?(?:years?|months?|weeks?|days?|hours?|times)\b", question[match.end() :].lower()
        ):
            continue
        relation = _LIMITS.get(said, "gt")
        limit = {
            "relation": relation,
            "value": float(match["n"].replace("−", "-")),
            "unit": (match["unit"] or "").strip().removesuffix("degrees").removeprefix("degrees ").strip(),
        }
        if said in ("equal to", "="):
            limit["decimals"] = len(match["n"].partition(".")[2])
        yield match.start(), match.end(), Threshold.model_validate(limit)


_A_YEAR = Pattern(r"\b(?:19|2[01])\d\d$")
_ANOTHER = Pattern(r"(?<![\w.,/-])(?:19|2[01])\d\d(?![\d.,/-]\d)\b")
_WORKED_OUT = Pattern(
    r"\b(?:mean|average[ds]?|averaging|sum|total|median|chang\w*|ris(?:e|en|ing)|rose|fall(?:en|ing)?|fell|drop\w*"
    r"|develop\w*|trend\w*|highest|lowest|max(?:imum)?|min(?:imum)?)\b"
)


def may_be_a_year(question: str, start: int, end: int, *, measured: bool) -> bool:
    """Whether a limit is rather a year: "given over 2014", "mean sodium over 2014", "was the LDL lower than 2014?".

    A round number may be a limit of what is measured, where no other year is told.
    """
    said = question[start:end].strip().lower()
    if not _A_YEAR.search(said):
        return False
    is_throughout = said.startswith("over ")
    if not measured or (is_throughout and _WORKED_OUT.search(question[:start].lower())):
        return True
    is_alone = not _ANOTHER.search(f"{question[:start]} {question[end:]}")
    return not (is_alone and (is_throughout or said.endswith("00")))
