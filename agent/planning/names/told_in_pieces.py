"""A mixture's name as its pieces are read out: "calcium gluconate (CALG1I, 63323031110, the bag)".

A record names a mixture by drug, formulary code, package and form, in one. Whoever reads that out parts it by commas.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern
from chartwarden.tools.records.record_vocabulary import Vocabulary

_PACKAGE = Pattern(r"(?<![\w-])\d{11}(?![\w-])")
_JOINS = Pattern(r"--|_")
_BETWEEN = r"(?:\s*[,;:(/]\s*|\s+)(?:(?:the|an?|in) )?"


def in_whole(question: str, vocabulary: Vocabulary) -> str:
    """A question with what is told in pieces by the one name that the record has of them."""
    for package in reversed(list(_PACKAGE.finditer(question))):
        labels = {one for one in _labels(package.group(), vocabulary) if _JOINS.search(one)}
        told = [(span, label) for label in labels if (span := _told(question, package, label))]
        if len(told) == 1:
            (start, end), label = told[0]
            question = f"{question[:start]}{label}{question[end:]}"
    question = _OWN_CODE.sub(lambda code: _without_own_code(code, vocabulary), question)
    return _of_that_name(question, vocabulary) if "plain" in question.lower() else question


_PLAIN = Pattern(
    r"\b(?:just )?plain (?P<behind>[a-z]+)\b|\b(?P<before>[a-z]+),? \(?plain(?: only| one)?\b(?:\)|(?! [a-z]))",
    re.IGNORECASE,
)
_THE_OTHERS = Pattern(
    r" ?\((?:,? ?(?:and |or )?(?:not|no|nor|without|excluding) (?:the |any )?(?:[a-z0-9-]+ ?){1,4})+\)", re.IGNORECASE
)
"""Products that are not meant: "plain torsemide (not the extended release)"."""


def _of_that_name(question: str, vocabulary: Vocabulary) -> str:
    """A question for the plain product by its name, where the record has one by that very name."""
    told = _PLAIN.search(question)
    name = (told["behind"] or told["before"]) if told else ""
    if told is None or ((name.lower(),)) not in vocabulary.by_name:
        return question
    return _THE_OTHERS.sub("", f"{question[: told.start()]}{name}{question[told.end() :]}")


_OWN_CODE = Pattern(
    r" \((?:icd(?:[- ]?(?:9|10))?(?:[- ]?(?:cm|pcs))?(?: code)?:? |code:? )?"
    r"(?P<code>[a-z]?\d[\da-z]*(?:\.[\da-z]+)?)\)",
    re.IGNORECASE,
)


def _without_own_code(code: re.Match[str], vocabulary: Vocabulary) -> str:
    """Nothing, where a name stands before its own code: "essential hypertension (ICD-9 4019)"; else what was said."""
    before = code.string[: code.start()].lower().rstrip("'\" ")
    entries = (named.entry for named in vocabulary.coded(code["code"].replace(".", "").upper()))
    return "" if any(before.endswith(entry.label.lower()) for entry in entries) else code.group()


def _labels(package: str, vocabulary: Vocabulary) -> set[str]:
    """What the record calls the entries with a package's code in their names."""
    entries = (named.entry for named in vocabulary.by_word.get(package, ()))
    return {one for entry in entries for one in (entry.label, *entry.identifiers) if package in one}


def _told(question: str, package: re.Match[str], label: str) -> tuple[int, int] | None:
    """Where the pieces of a label stand around its package's code; None where drug and formulary code do not."""
    pieces = _JOINS.split(label)
    at = pieces.index(package.group()) if package.group() in pieces else 0
    if at < 2:
        return None
    said = _BETWEEN.join(f"{re.escape(piece)}(?: (?:one|code))?" for piece in pieces[:at])
    before = re.search(rf"\b{said}{_BETWEEN}$", question[: package.start()], re.IGNORECASE)
    if before is None:
        return None
    end = package.end()
    for piece in pieces[at + 1 :]:
        behind = re.compile(rf"{_BETWEEN}{re.escape(piece)}\b", re.IGNORECASE).match(question, end)
        end = behind.end() if behind else end
    is_open = "(" in question[before.start() : end] and question[end : end + 1] == ")"
    return before.start(), end + is_open
