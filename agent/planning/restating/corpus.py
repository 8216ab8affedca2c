"""What the network learns from: masked questions, each with its sense and the part of every placeholder.

A line of `corpus/*.jsonl` is one question, with what it names in braces, by kind and part:

    {"text": "my {condition:thing}, when did it clear up {time:used}?", "sense": ["condition", "end", "last"]}
    {"text": "my {unknown=attorney:other} wants every {condition:thing} date", "sense": ["condition", "time"]}
    {"text": "{drug:other} without food?", "sense": ["nothing", "nothing"]}

`nothing` is what no sense tells: a question with more in it than that, or no question to a record. No name of a person
and nothing of a patient's stands in it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from chartwarden.agent.networks.corpora import lines_in
from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.restating.features import PLACEHOLDER_KINDS, Masked
from chartwarden.agent.planning.restating.network import ROLES
from chartwarden.agent.planning.restating.senses import FIELDS, Sense

_HERE = Path(__file__).resolve().parent
_NAMED = Pattern(r"\{(?P<kind>\w+)(?:=(?P<words>[^:{}]*))?:(?P<part>\w+)\}")


@dataclass(frozen=True)
class Row:
    """One line of the corpus."""

    question: Masked
    sense: Sense
    parts: dict[str, str]


def corpus_lines() -> list[str]:
    """The lines of the corpus, in a fixed order: a checkout's, because the wheel leaves them out."""
    return lines_in(_HERE / "corpus", ".jsonl")


def row_of(line: str) -> Row:
    """One line of the corpus. `ValueError` names a line with a part or a sense that is none."""
    told = json.loads(line)
    kinds: dict[str, str] = {}
    unknown: dict[str, str] = {}
    parts: dict[str, str] = {}
    counted: dict[str, int] = {}

    def placeholder(match: re.Match[str]) -> str:
        lead = PLACEHOLDER_KINDS.get(match["kind"], "qc")
        name = f"{lead}{counted.setdefault(lead, 0)}"
        counted[lead] += 1
        parts[name] = match["part"]
        if lead == "qc":
            kinds[name] = match["kind"]
        if match["words"]:
            unknown[name] = match["words"]
        return name

    text = _NAMED.sub(placeholder, told["text"])
    if set(parts.values()) - set(ROLES) or not 2 <= len(told["sense"]) <= len(FIELDS) or "{" in text:
        raise ValueError(f"not a line of the corpus: {line[:200]}")
    return Row(Masked(text, kinds, unknown), Sense(*told["sense"]), parts)
