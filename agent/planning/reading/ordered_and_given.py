"""Orders of one drug set beside what was given of it: the number of both, each by itself.

No entry says which order an administration carried out, so that neither how many of the orders were given nor whether
every dose was is told: both numbers are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.reading.frames import Narrowed

_ORDER = r"(?:order(?:s|ed)?|prescri(?:bed|ptions?))"
_GIVE = r"(?:given|administered|administrations?|dispensed)"
_OTHER = r"(?:and|but|yet|versus|vs\.?|against|compared (?:to|with))"
_HOW_MANY = r"\bhow (?:many|often|frequently)\b[^?]*"
SET_BESIDE = Pattern(
    rf"\b{_ORDER},? (?:(?:and|but|yet) )?(?:not|never) (?:\w+ )?{_GIVE}\b"
    rf"|\b{_ORDER} (?:versus|vs\.?|against|compared (?:to|with)) (?:what was )?{_GIVE}\b"
    rf"|\b{_GIVE} (?:versus|vs\.?|against|compared (?:to|with)) (?:what was )?{_ORDER}\b"
    rf"|\bboth {_ORDER} and (?:also |actually |then |really )*{_GIVE}\b"
    rf"|{_HOW_MANY}\b{_ORDER}\b[^?]*\b{_OTHER}\b[^?]*\b{_GIVE}\b|{_HOW_MANY}\b{_GIVE}\b[^?]*\b{_OTHER}\b[^?]*\b{_ORDER}\b"
    rf"|\bhow many of (?:[a-z]+ )?(?:qc\d+ )?{_ORDER}(?: (?:for|of))?(?: qc\d+)? (?:doses )?(?:was|were|got|have been)"
    rf" (?:[a-z]+ )?{_GIVE}\b"
)
"""What is asked of the orders and of the administrations at once."""
_SAID = Pattern(
    rf"\b(?:q[ct]\d+|{_ORDER}|{_GIVE}|how|many|times|often|frequently|of|the|his|her|my|their|an?|any|it|they|this|that|was"
    r"|were|is|are|been|has|have|had|did|got|dose|doses|entries|number|count|total|in|really|actually|also|then|ever|not"
    r"|never|both|what|show|give|tell|me|compare|list|please|and|but|yet|or|versus|vs|against|compared|to|with|patient|there"
    r"|for)\b|[,;:.?]"
)
"""Words that add nothing to it."""


def counted_apart(text: str) -> tuple[str, str] | None:
    """A question for orders beside administrations as one for each number; None where it is none.

    Raises `Narrowed` where it asks for more than both numbers tell.
    """
    if not SET_BESIDE.search(text):
        return None
    names = sorted(set(re.findall(r"\bqc\d+\b", text)))
    if len(names) != 1 or _SAID.sub("", text).strip():
        raise Narrowed("what was both ordered and given; ask for the orders and the administrations by themselves")
    times = "".join(f" {time}" for time in dict.fromkeys(re.findall(r"\bqt\d+\b", text)))
    return f"how many times was {names[0]} ordered{times}", f"how many times was {names[0]} administered{times}"


def require_both_recorded(text: str, questions: Sequence[object]) -> None:
    """Raise `Narrowed` where the record has but one kind of the two, and what is asked of both became one question."""
    if len(questions) < 2 and SET_BESIDE.search(text):
        raise Narrowed("what was given; this record tells orders and administrations in one kind of entry")
