"""Codes that are asked for ("which ICD-10 code was entered for the stroke?"), of one system or of all."""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern

_SYSTEMS = {
    "icd10": "ICD-10", "icd9": "ICD-9", "icd": "ICD", "snomed": "SNOMED", "loinc": "LOINC", "rxnorm": "RxNorm",
    "atc": "ATC", "cvx": "CVX", "any": "",
}  # fmt: skip
CODE_WORDS = frozenset(f"{name}code{ending}" for name in _SYSTEMS for ending in ("", "s"))
"""The words of the grammar for codes of one system."""
_ASKED = Pattern(
    r"\b(?:(?P<system>icd|snomed|loinc|rx-?norm|atc|cvx)(?:[- ]?(?P<edition>10|9))?(?:[- ]?(?:cm|pcs|ct))?"
    r"|(?:diagnos\w+|billing|clinical))[- ](?:(?:diagnos\w+|external[- ]cause|(?P<done>procedure|surgical|operation))"
    r" )?codes?\b(?! status)",
    re.IGNORECASE,
)
_CODED_IN = Pattern(
    r"\bicd(?:[- ]?(?P<edition>10|9))?(?:[- ]?(?:cm|pcs))?(?:[- ]?coded\b"
    r"| (?=(?:procedures|operations|interventions)\b))",
    re.IGNORECASE,
)
"""What a thing is coded in, which is no device of that name."""
_WHICH_CODES = Pattern(r"\b(?P<which>which|what) (?P<code>codes?)\b(?! (?:status|blue))", re.IGNORECASE)
_CODES_OF = Pattern(
    r"^(?P<start>(?:(?:please|list|give|show|need|me|us|all|the|i need|i want) )*)(?P<code>codes) (?P<of>for|of)\b",
    re.IGNORECASE,
)
_WORD = Pattern(rf"\b(?P<name>{'|'.join(_SYSTEMS)})codes?\b")


def put_codes(question: str) -> str:
    """The question with the codes of a system as one word."""

    def put(match: re.Match[str]) -> str:
        system = (match["system"] or "any").lower().replace("-", "")
        edition = match["edition"] if system == "icd" and match["edition"] else ""
        done = "procedure " if match["done"] else ""
        return f"{done}{system}{edition}code{'s' if match.group().lower().endswith('s') else ''}"

    question = _CODED_IN.sub(lambda m: f"icd{m['edition'] or ''}coded{' ' * m.group().endswith(' ')}", question)
    question = _CODES_OF.sub(r"\g<start>any\g<code> \g<of>", _ASKED.sub(put, question))
    return _WHICH_CODES.sub(r"\g<which> any\g<code>", question)


def asks_code(clause: str) -> bool:
    """Whether a clause asks for codes."""
    return bool(_WORD.search(clause))


def system_asked(clause: str) -> str:
    """The system whose codes a clause asks for, by a part of its name; empty for all."""
    match = _WORD.search(clause)
    return _SYSTEMS[match["name"]] if match else ""
