"""Code systems as people call them: SNOMED CT, ICD-10-CM, LOINC, and not their URIs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from chartwarden.tools.records.query import Coding

_NAMES = (
    ("snomed", "SNOMED CT"), ("icd10cm", "ICD-10-CM"), ("icd9cm", "ICD-9-CM"), ("icd10", "ICD-10"), ("icd9", "ICD-9"),
    ("loinc", "LOINC"), ("rxnorm", "RxNorm"), ("cvx", "CVX"), ("atc", "ATC"),
)  # fmt: skip
"""What the URI of a system contains, and what it is called."""
CODE_SYSTEMS = ("ICD-10", "ICD-9", "ICD", "SNOMED", "LOINC", "RxNorm", "CVX", "ATC")
"""Systems by the part of their name that people say."""


def codes_by_system(codings: Iterable[Coding], wanted: str = "") -> list[tuple[str, str]]:
    """Each code with the name of its system (its URI where it is none of the known), only of the one `wanted`."""
    named = [(_called(coding.system), coding.code) for coding in codings if coding.code]
    return [(system, code) for system, code in named if _is_of(wanted, system)]


@lru_cache(maxsize=256)
def _is_of(wanted: str, system: str) -> bool:
    """Whether a system bears a name from where a word of its own begins: "icd" is none of "mimic-d-items"."""
    letters = r"[^a-z0-9]*".join(_plain(wanted))
    return bool(re.search(rf"(?<![a-z0-9]){letters}", system.lower()))


def _called(system: str) -> str:
    return next((name for part, name in _NAMES if part in _plain(system)), system)


def _plain(name: str) -> str:
    return "".join(filter(str.isalnum, name.lower()))
