"""A blood pressure and its two numbers: which of them is meant, that both are, or that it is one at all."""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern, whole_words

_SIDES = {"bottom": "diastolic", "lower": "diastolic", "top": "systolic", "upper": "systolic"}
"""The two numbers as people call them."""
_NUMBER = r"(?:bottom|lower|top|upper)(?: (?:number|figure|value|reading|one)s?)?"
_HIGH, _LOW = r"(?:top|upper|systolic|first|high)", r"(?:bottom|lower|diastolic|second|low)"
_OF_PRESSURE = Pattern(r"^(?!.*(?:systol|diastol)).*\b(?:blood pressures?|bps?|pressures?)\b", re.IGNORECASE)
_SYSTOLIC = r"systolic(?: (?:blood pressure|bp|pressure))?"
_DIASTOLIC = r"diastolic(?: (?:blood pressure|bp|pressure))?"
_SAID = whole_words(
    (
        # the worse of it is the higher
        (
            r"(?P<x>(?:bottom|top|upper|lower) (?:number|figure|value|reading)\b[^?]*?\b(?:the|at its)) worst"
            r"(?: (?:it(?:'s| has|s) (?:ever )?been|ever|of all))?",
            r"\g<x> highest",
        ),
        # both numbers of a blood pressure
        (
            r"(?P<bp>\b(?:bp|blood pressure)\b)(?P<rest>[^?.;]*?)(?:[,;.]| -+)? ?(?:and )?(?:(?:i |we )?(?:need|want"
            r"|give me|show(?: me)?|with|including|would like|like) |(?:can|could|would|will) you (?:please )?(?:read"
            r"|give|tell|show|send)(?: out)?(?: (?:me|us))? )?(?:please )?(?P<b>both(?: numbers)?,? ?)?(?:(?:of )?the"
            rf" )?{_HIGH}(?: (?:number|value|figure|reading|one)s?)? (?:and|&|plus) (?:the )?{_LOW}(?(b)(?:"
            r" (?:number|value|figure|reading|one)s?)?| (?:number|value|figure|reading|one)s?)(?: please"
            r"| for me)*(?=[ ?.!]*$)",
            r"\g<bp>\g<rest>",
        ),
        # one number of a blood pressure
        (
            r"(?:\b(?:upper|lower|top|bottom) )?(?P<bp>\b(?:bp|blood pressure)\b)(?P<rest>[^?.;]*?)(?: ?[:,;.]| [-–]) ?"
            r"(?:i (?:only |just )?(?:need|want) )?"
            rf"(?:just |only )?the (?:(?P<up>{_HIGH})|{_LOW})(?: (?:number|value|figure|reading|one))?"
            r"(?:,? (?:alone|only|please|by itself))*(?=[ ?.!]*$)",
            lambda m: f"{'systolic' if m['up'] else 'diastolic'} blood pressure{m['rest']}",
        ),
        # which of the two pressures is meant
        (
            r"(?P<b>blood pressures?|bps?)(?P<r>(?: [^?.;()]*)?) \((?:the |just |only )*(?P<x>systolic|diastolic)"
            r"(?: (?:number|value|reading|one|part|only|please))*\)",
            r"\g<x> \g<b>\g<r>",
        ),
        (
            r"(?:bp|blood pressure) (?:(?:readings?|values?|measurements?) )?(?:with|where|whose|having|that had) "
            r"(?:an? |the |its )?(?P<x>systolic|diastolic)",
            r"\g<x>",
        ),
        (
            r"(?<!and )(?<!and the )(?<!/)(?:the )?(?P<side>bottom|lower|top|upper) (?:number|figure|value|reading)s? "
            r"(?:of|in|on|from|at|for|during) "
            r"(?P<mid>(?:(?:the|my|his|her|their|that|this|very|last|latest|most recent|newest|first|earliest|previous"
            r"|highest|lowest) )*)(?:blood pressure|bp)(?: (?:checks?|readings?|measurements?|tests?))?",
            lambda m: f"{m['mid']}{_SIDES[m['side'].lower()]} blood pressure",
        ),
        (
            r"(?P<d>the|his|her|my|their|patient's|last|latest|most recent|newest) (?P<side>lower|upper) "
            r"(?:pressure|figure|number)(?! (?:pressure|number|reading|figure|value))",
            lambda m: (
                f"{m['d']} {_SIDES[m['side'].lower()]} blood pressure" if _OF_PRESSURE.search(m.string) else m.group()
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
            r"(?P<d>(?:my|his|her|their|patient's)(?: (?:last|latest|most recent|newest|current))?|(?:last|latest"
            r"|most recent|newest)(?= pressure (?:of|on) (?:him|her|them)\b)) pressure"
            r"(?! (?:ulcers?|sores?|injur\w+|dressing|areas?|points?|garment|(?:of|on)(?! (?:him|her|them)\b)|in(?!"
            r" the (?:clinic|chart|record"
            r"|file))|inside|within|behind)\b)",
            r"\g<d> blood pressure",
        ),
        (rf"(?P<a>{_SYSTOLIC})(?: over (?:the )?| ?/ ?)(?P<b>{_DIASTOLIC})", r"\g<a> and \g<b>"),
        (
            r"(?P<n>blood pressure|bp)(?P<r>s?) (?P<x>[^?.;]*?(?:above|over|below|under|than|at (?:lea|mo)st) \d{2,3})"
            r"(?: ?mm ?hg)?,? (?P<side>systolic|diastolic)(?=[ ?.!]*$|,)",
            r"\g<side> \g<n>\g<r> \g<x>",
        ),
        (
            rf"(?:the )?{_NUMBER}(?:,? (?:and|&|plus) (?:the )?|/){_NUMBER}(?: (?:of|in|on|from|at|for))?"
            r"(?= [^?.,;]*\b(?:bp|blood pressure)\b)",
            "systolic and diastolic of",
        ),
        (
            r"(?<!and )(?P<side>bottom|lower|top|upper) (?:(?:number|figure|value|reading|one)s? (?:(?:of|in|on|from) "
            r"(?:the |my |his |her |their )?)?(?:blood pressure|bp)(?: readings?)?"
            r"|(?:blood pressure|bp)(?: (?:numbers?|figures?|values?|readings?))?)",
            lambda m: f"{_SIDES[m['side'].lower()]} blood pressure",
        ),
        (
            r"(?:blood pressure|bp)(?:'s|:|,)? (?P<side>bottom|lower|top|upper) (?:number|figure|value|reading|one)s?",
            lambda m: f"{_SIDES[m['side'].lower()]} blood pressure",
        ),
        (
            r"(?:both|the two|the) (?:numbers|figures|values),? \(?(?:upper and lower|top and bottom)\)?,?(?: of)?",
            "systolic and diastolic",
        ),
        (
            r"(?:upper and lower|top and bottom|lower and upper|bottom and top|high and low)"
            r"(?: (?:numbers?|figures?|values?|readings?))?(?: (?:of|in|for|from))?(?: the| my| his| her| their)? "
            r"(?:blood pressure|bp)(?: (?:numbers?|figures?|values?|readings?))?",
            "systolic and diastolic blood pressure",
        ),
        (r"sys(?:t|tol)?\.? ?(?:/|and|&) ?dias?(?:t|tol)?\.?", "systolic and diastolic"),
        (
            r"(?:the )?pulse pressure(?: \(?(?:i\.?e\.?,? )?(?:systolic|sbp) (?:minus|less|-"
            r"|–) (?:the )?(?:diastolic|dbp)\)?)?"
            r"(?: (?:of|on|at|in|from|for) (?:the|my|his|her) (?P<r>very last|latest|last|most recent|newest"
            r"|first|earliest) (?:bp|blood pressure)(?: readings?)?)?"
            r"|(?:systolic|sbp) (?:minus|less) (?:the )?(?:diastolic|dbp)(?: blood pressure| bp)?"
            r"(?: (?:of|on|at|in|from|for) (?:the|my|his|her) (?P<r2>very last|latest|last|most recent|newest"
            r"|first|earliest) (?:bp|blood pressure)(?: readings?)?)?",
            lambda m: f"difference between {m['r'] or m['r2'] or ''} systolic and diastolic blood pressure".replace(
                "  ", " "
            ),
        ),
    )
)


def pressures_plainly(question: str) -> str:
    """The question with each number of a blood pressure called by its name."""
    return _SAID.put_into(question)
