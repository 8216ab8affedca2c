"""The words of a sense: those it has no place for, and those that nobody asks it without.

A network that learnt from words and their neighbours tells a sum where nothing is added, and a list where an amount is
asked for. Which words a sense has no place for is told of each by what it asks, of which kind, in which row.
"""

from __future__ import annotations

from collections.abc import Callable

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.reading.fates import ENDED, OUT_OF_CARE, OVER
from chartwarden.agent.planning.restating.senses import Sense
from chartwarden.agent.planning.wording.authorship import WHO_ORDERS
from chartwarden.agent.planning.wording.question_words import PLAIN_AUX, WH
from chartwarden.agent.planning.wording.rank_words import FIRST_OR_LAST

_Such = Callable[[Sense], bool]
"""Whether a sense is one of those that words are told of."""
_BY_WHOM = Pattern(
    r"\bwho (?:(?:first|last|originally|most recently) )?(?:prescribed|ordered|wrote|diagnosed|signed)\b|\bwhom\b"
    rf"|\bindividuals?\b|\b(?:what|which|how many|number of)(?: different)? (?:{WHO_ORDERS}|people|persons?)\b"
)
_ASKS_THE_TIME = Pattern(
    rf"\b(?:what|which) (?:was|is) qt\d|^when(?: qt\d)? {PLAIN_AUX}\b(?!.*\b(?:what|which|how)\b)"
    r"|^how (?:old|recent|long ago)\b"
)
"""What was the last day that ...?"""
_NO_TIMES = frozenset({"value", "dose", "name", "list", "max", "min", "mean"})
"""What is asked where no time is."""
_GOES = Pattern(
    r"\b(?:heal\w*|cured?|recover\w*|better|well again|rid|shak\w+|shook|shift\w*|done with|no qc\d+|no longer|clos\w+"
    r"|remission|subsid\w+|abat\w+|pass(?:ed)?|go(?:es|ing)?|went|lift\w*|behind|free|off|of|out|through|lasts?|lasted"
    r"|until|till|complet\w+|disappear\w*|vanish\w*|settl\w+|let up|put right)\b"
)
"""What a condition does in the end, and people do with it."""
_NOT_THAT_ROW = Pattern(
    r"\b(?:but|and|just|only)?,? ?not (?:counting |including )?(?:(?:the|my|his|her|their) )?(?:very )?"
    rf"{FIRST_OR_LAST}\b"
)
"""A row that is left out, where all are counted or listed."""
OF_MANY = ("count", "count_distinct", "list")
"""What is asked of all rows together."""
_NEWEST, _OLDEST = r"(?:newest|latest|last|most recent)", r"(?:first|earliest|oldest)"
_AND_THE = r"(?: \w+)?,? (?:and|plus) (?:the )?"
_BOTH_ENDS = Pattern(rf"\b(?:{_NEWEST}{_AND_THE}{_OLDEST}|{_OLDEST}{_AND_THE}{_NEWEST})\b")
"""Two rows, of which a sense tells one."""
_COUNTS_ROWS = Pattern(
    r"\bhow many (?:qc\d+ )?(?:readings|values|results|measurements|checks|entries|episodes|doses|shots|visits"
    r"|prescriptions)\b"
)
"""How many there are, and not what came of them."""
_HOW_LONG = Pattern(r"\bhow long\b(?! (?:ago|back)\b)")
_AND_LATER = Pattern(
    r"\band (?:any|anything|something|was|were|is|are|has|have)\b[^?]*\b(?:since|later|afterwards?|thereafter|newer)\b"
)
"""A second question, of what came after the first."""
_IN_THE_ICU = Pattern(r"\b(?:\w*icus?|intensive|critical|ccu|units?|itu)\b")
_AMOUNT = Pattern(
    r"\btotal (?:qc\d+ )?(?:amount|volume|output|intake|dose)\b"
    r"(?! (?:events?|entries|records|counts?|numbers?|occurrences))"
    r"|\b(?:add|summ|total)\w* (?:up|together)\b|\bhow many (?:m?ls?|ccs?|(?:milli)?lit(?:er|re)s?|ounces)\b"
)
_GROWTH = Pattern(r"\b(?:no|without|with|any) growth\b|\b(?:grew|growing) (?:nothing|something|anything)\b")
_SPECIMEN_TYPE = Pattern(
    r"\b(?:specimen|sample) (?:type|kind|source)\b|\b(?:type|kind|source) of (?:specimen|sample)\b"
)
_WHAT_IT_IS = Pattern(r"\bwhat (?:exactly )?(?:is|was|are|were) (?:it|that|this|they|those|qc\d+)(?: exactly)?[ ?.!]*$")
_FOR_WHAT = Pattern(r"\b(?:for|why|reasons?|indications?|purpose|treat\w*|against|because|diagnos\w+)\b")
"""What a thing is in general is no reason that it was given for."""
_ANY_REASON = Pattern(r"\bany (?:\w+ )?(?:reason|indication)s?\b(?! (?:to|not|why)\b)")
_BETWEEN_SEVERAL = Pattern(r"\bbetween (?:the|his|her|my|their) (?:\w+ )?qc\d+(?=[ ?.]*$|,)")
_AT_ITS_EXTREME = Pattern(r"\bat (?:its|their|his|her) (?:very )?(?:highest|lowest)\b")
_AND_SINCE_WHEN = Pattern(r"\band since when\b")
_DENIED = Pattern(
    r"^(?:so )?no qc\d|\bnot (?:the |a )?(?:count|number)\b"
    r"|\bfor (?:(?:the|his|her|my|their) )?qc\d+,? or (?:for )?(?:(?:the|his|her|my|their) )?qc\d"
)
"""That something was not or is not asked for, or for which of two things it was."""
_WORKED_OUT = Pattern(
    r"\b(?:averag\w*|avg|mean\w*|typical\w*|usual\w*|normally|general\w*|sum\w*|total\w*|altogether|add\w*|combin\w*"
    r"|how much"
    r"|all told|in all|on the whole|hover\w*|middle|central|overall|amount\w*|work\w* out|cumulat\w*|aggregat\w*"
    r"|tall(?:y|ied))\b"
)
"""What a mean or a sum is asked with."""
_MOVED = Pattern(
    r"\b(?:go(?:ne|es|ing)?|went|come|came|creep\w*|crept|trend\w*|head\w*) (?:back )?(?:up|down)\b"
    r"|\b(?:rise[ns]?|rose|fell|fallen|drop(?:ped|s)?|increas\w+|decreas\w+|climb\w*|declin\w+|chang\w+|var(?:y|ied))\b"
)
"""That values differ is asked, and not whether there are any."""
_SPREAD = Pattern(
    r"\b(?:differ\w*|apart|spread|gap|distance|separat\w*|minus|less|subtract\w*|take away|swing\w*|swung"
    r"|var(?:y|ied|ies|iation)|fluctuat\w*|amplitude|delta|span\w*|between|from|to|how (?:much|far|big|wide|large))\b"
)
"""What the highest less the lowest is asked with; else it is both of them."""
_IS_IT = Pattern(rf"^\W*(?:and |so |but )?(?:was|is|were|are) (?:it|that|this)\b(?!.*\b{WH}\b)")
"""A yes or no of what something was, and no question for its time."""


def _of_many(sense: Sense) -> bool:
    return sense.ask in OF_MANY


def _of_an_end(sense: Sense) -> bool:
    return sense.rank in ("first", "last")


def _any(_: Sense) -> bool:
    return True


_OUT_OF_PLACE: tuple[tuple[_Such, Pattern], ...] = (
    (_any, _DENIED),
    (_any, _BETWEEN_SEVERAL),
    (lambda sense: sense.ask == "exists" and sense.kind == "observation", _MOVED),
    (lambda sense: _of_many(sense) and not sense.rank, _NOT_THAT_ROW),
    (lambda sense: sense.ask in ("value", "list") and not sense.relation, _AT_ITS_EXTREME),
)
"""Words that a sense has no place for, wherever they are said."""
_NOT_ASKED: tuple[tuple[_Such, Pattern], ...] = (
    (_of_an_end, _BOTH_ENDS),
    (lambda sense: not _of_many(sense), _COUNTS_ROWS),
    (_of_many, _AND_SINCE_WHEN),
    (lambda sense: _of_many(sense) or sense.ask == "name", _HOW_LONG),
    (lambda sense: _of_many(sense) or sense.ask in ("name", "time"), _BY_WHOM),
    (lambda sense: sense.ask == "exists", _ANY_REASON),
    (lambda sense: sense.ask not in ("specimen", "exists"), _SPECIMEN_TYPE),
    (lambda sense: sense.ask == "time", _IS_IT),
    (lambda sense: sense.ask in _NO_TIMES, _ASKS_THE_TIME),
    (lambda sense: sense.ask == "time" and sense.kind in ("encounter", "icu"), Pattern(OUT_OF_CARE)),
    (lambda sense: sense.ask.startswith("order_"), OVER),
    (lambda sense: not sense.relation, _AND_LATER),
)
"""Words that a sense has no place for in the sentence that asks; what is told before it may have them."""
_NEVER_WITHOUT: tuple[tuple[_Such, tuple[Pattern, ...]], ...] = (
    (lambda sense: sense.ask == "end" and sense.kind == "condition", (OVER, ENDED, _GOES)),
    (lambda sense: sense.ask in ("mean", "sum"), (_WORKED_OUT,)),
    (lambda sense: sense.ask == "range", (_SPREAD,)),
    (lambda sense: sense.kind == "icu", (_IN_THE_ICU,)),
)
"""Words one of which people say who ask for such a thing."""


def are_out_of_place(sense: Sense, text: str, asked: str) -> bool:
    """Whether a text, or the sentence of it that asks, has words that a sense has no place for."""
    if any(words.search(text) for is_such, words in _OUT_OF_PLACE if is_such(sense)):
        return True
    if "reason" in sense.ask and _WHAT_IT_IS.search(text) and not _FOR_WHAT.search(text):
        return True
    return any(words.search(asked) for is_such, words in _NOT_ASKED if is_such(sense))


def is_of_amounts(sense: Sense, spoken: str) -> bool:
    """Whether rows are counted or listed, and the words speak of an amount or of growth."""
    return _of_many(sense) and bool(_AMOUNT.search(spoken) or _GROWTH.search(spoken))


def are_missing(sense: Sense, text: str) -> bool:
    """Whether a text has none of the words that such a thing is asked with."""
    return any(not any(one.search(text) for one in words) for is_such, words in _NEVER_WITHOUT if is_such(sense))
