"""Things named beside each other in one clause, as the things of one kind that they are."""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.reading.frames import Named
from chartwarden.agent.planning.wording.question_words import AUX

PANEL = "blood pressure"
_JOINED = Pattern(r"\bqc\d+,? (?:and|or|&|plus) (?:the |his |her |my |their )?qc\d")
OF_ANOTHER = Pattern(r"\b(?:have|has|had|was|were|did|is|are|do|does) (?:they|it|these|those)\b")
"""A pronoun that means one of the things named beside it."""
_KINDS = (
    (Pattern(r"\b(?:prescri\w+|order(?:s|ed)?)\b"), "MedicationRequest"),
    (Pattern(r"\badminist\w+\b"), "MedicationAdministration"),
)
"""Of several kinds of entry that have the same names, the one that the verb tells."""


_OF_DRUGS = frozenset({"MedicationRequest", "MedicationAdministration", "MedicationDispense", "MedicationStatement"})


def any_alike(links: tuple[Named, ...], clause: str) -> bool:
    """Whether things named can be looked for at once: entries of one kind, or drugs whose verb tells which kind."""
    types = {link.resource_type for _, link in links if link}
    if len(types) <= 1:
        return True
    told = {kind for words, kind in _KINDS if words.search(clause)}
    return types <= _OF_DRUGS and len(told) == 1 and told <= types


def each_once(links: tuple[Named, ...], clause: str) -> tuple[Named, ...]:
    """Things named, each once; a panel stands for its components ("blood pressure, systolic and diastolic").

    One of them alone beside the panel is what is asked of it ("the last blood pressure: what was the top number?").
    """
    once = {(link.label or link.entries) if link else mention.words.lower(): (mention, link) for mention, link in links}
    if len(once) < 2 or PANEL not in once or not all(PANEL in str(key) for key in once):
        return tuple(once.values())
    panel = once.pop(PANEL)
    return (panel,) if len(once) > 1 or _JOINED.search(clause) else tuple(once.values())


def of_one_kind(links: tuple[Named, ...], clause: str) -> tuple[Named, ...]:
    """Things of which one was taken for an order and another for what was given, all as the clause has them."""
    told = [kind for words, kind in _KINDS if words.search(clause)]
    if len(links) < 2 or len(told) != 1 or {link.resource_type if link else told[0] for _, link in links} == set(told):
        return links
    alike = [(mention, next(iter(mention.linked.of(told[0])), None)) for mention, link in links if link]
    if any(link is None for _, link in alike):
        return links
    return tuple((mention, dict(alike).get(mention) if link else None) for mention, link in links)


_PAIR = (
    r"(?:(?:the|an?|his|her|my) )?qc\d+(?: [a-z]+)?,? (?:and|&|plus|or) (?:(?:the|an?|his|her|my) )?(?:[\w-]+ )?qc\d+"
    r"(?: [a-z]+)?(?: qt\d+)?"
)
_BOTH = Pattern(
    rf"^(?P<x>{_PAIR}) ?[,.:;?–-]+ (?:and )?(?P<q>{AUX} [a-z ]*?)both(?: of (?:them|those|these))?(?P<r>[^.?;]*)[ ?.]*$"
    rf"|^(?P<y>{_PAIR}) ?[,.:;?–-]+ (?:(?:(?:ever|had|got|given|done|received) )+both"
    r"|both (?:had|given|done|received|there|recorded))[ ?.]*$"
)
"""Two things named, of which both are asked for behind them."""


def _and(pair: str) -> str:
    return re.sub(r"\bor\b", "and", pair)


def both_told(text: str) -> str:
    """A skeleton's text with "X and Y: has she had both?" asked of the two things."""
    return _BOTH.sub(
        lambda m: f"has the patient had {_and(m['y'])}" if m["y"] else f"{m['q']}{_and(m['x'])}{m['r']}", text
    )
