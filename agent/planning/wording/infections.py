"""An infection told with what it came of, put as records name it: "a UTI due to E. coli" is an E. coli UTI."""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern
from chartwarden.tools.records.vocabulary import known_forms
from chartwarden.tools.records.words import key_of, plain

_INFECTION = (
    r"(?:(?:(?:urinary(?: tract)?|bladder|kidney|wound|chest|skin|blood(?:stream)?) )?infection|uti|cystitis|pneumonia"
    r"|sepsis|meningitis|pyelonephritis)"
)
_CAME_OF = Pattern(
    rf"\b(?P<x>{_INFECTION}) (?:with|due to|caused by|from|by|of) "
    r"(?P<o>(?:[a-z]\. ?)?[a-z][\w-]*(?: [a-z][\w-]*){0,3})",
    re.IGNORECASE,
)
_OF_A_GENUS = Pattern(r"[a-z]\. ?[a-z]{4,}|strep\w*", re.IGNORECASE)
"""An organism that need be in no table: "B. fragilis", and short for any streptococcus."""
_SPECIES = Pattern(r"[a-z]{4,}(?:ae|i|is|us|um|ens|es)", re.IGNORECASE)
_URINARY = Pattern(r"\burinary\b(?! tract)", re.IGNORECASE)


def infections_named(question: str) -> str:
    """The question with each infection called by the organism it came of."""
    return _CAME_OF.sub(_named, question)


def _named(match: re.Match[str]) -> str:
    told = match["o"]
    for end in sorted((one.end() for one in re.finditer(r"\w(?!\w)", told)), reverse=True):
        if _is_organism(told[:end]):
            return f"{told[:end]} {_URINARY.sub('urinary tract', match['x'])}{told[end:]}"
    return match.group()


def _is_organism(words: str) -> bool:
    genus, _, last = words.rpartition(" ")
    if key_of(plain(words)) == key_of(plain(genus)):
        return False
    is_known = any(one.kind == "organism" for one in known_forms(plain(words))) or _OF_A_GENUS.fullmatch(words)
    return bool(is_known) or (_SPECIES.fullmatch(last) is not None and _is_organism(genus))
