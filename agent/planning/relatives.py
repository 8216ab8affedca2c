"""Whom a question speaks of: a child of the asker is the patient where the patient is a child; no other relative is.

A parent asks of "my daughter", and the record is hers. Whether "dad" is the patient or the father of the patient, no
record tells; what relatives had is never taken for what the patient had.
"""

from __future__ import annotations

import datetime as dt
import re

_UNTIL_AGE = {
    "baby": 3, "newborn": 1, "infant": 3, "toddler": 5, "child": 18, "kid": 18, "son": 18, "daughter": 18, "boy": 18,
    "girl": 18, "grandson": 18, "granddaughter": 18, "grandchild": 18, "teenager": 21, "teen": 21, "adolescent": 21,
    "youngster": 21, "little one": 8,
}  # fmt: skip
"""Below what age, in years, a patient may be called so."""
_ADULTS = frozenset(
    [
        "dad",
        "daddy",
        "father",
        "mom",
        "mum",
        "mommy",
        "mummy",
        "mother",
        "grandma",
        "granny",
        "grandmother",
        "grandpa",
        "granddad",
        "grandfather",
        "husband",
        "wife",
        "spouse",
        "partner",
        "brother",
        "sister",
        "uncle",
        "aunt",
        "nephew",
        "niece",
        "cousin",
    ]
)
_YOUNG = re.compile(
    rf"\b(?:(?:my|our|the|this) )(?:little |young |youngest |oldest |eldest |teenage )*(?P<who>{'|'.join(_UNTIL_AGE)})"
    r"(?P<own>'s)?(?![\w-])",
    re.IGNORECASE,
)


def speaks_of_a_child(question: str) -> bool:
    """Whether a question may call the patient a child."""
    return bool(_YOUNG.search(question))


def as_patient(question: str, birth: dt.date, today: dt.date) -> str:
    """The question with "my daughter" put as the patient, where the patient's age allows that."""
    age = today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))

    def put(match: re.Match[str]) -> str:
        if age >= _UNTIL_AGE[match["who"].lower()]:
            return match.group()
        return f"the patient{match['own'] or ''}"

    return _YOUNG.sub(put, question)


def is_relative(words: str) -> bool:
    """Whether words only say who somebody is to the asker."""
    said = words.lower().removesuffix("'s").strip()
    return said in _ADULTS or said in _UNTIL_AGE
