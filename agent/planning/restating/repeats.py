"""Names that a question says twice: "fractures: how many fracture episodes", "a cut to the hand (hand laceration)"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.names.glosses import containers, meant_by
from chartwarden.agent.planning.names.mentions import Mention
from chartwarden.agent.planning.reading.named_together import PANEL
from chartwarden.agent.planning.reading.skeleton import Skeleton
from chartwarden.agent.planning.restating.senses import Sense

_NAMES = ("thing", "second", "event", "reason")
AGAIN = "again"
"""The part of a name that says what another has said."""
_LISTED = Pattern(r",? (?:and|or|nor|plus) (?:the |his |her |my |an? )?|, ?(?:the |his |her |my |an? )?| ?/ ?")


def said_once(parts: dict[str, str], skeleton: Skeleton) -> dict[str, str]:
    """The parts of a question's names with none played by the same thing twice: what says it again is `AGAIN`.

    Of two names for one thing the first is kept, and of a thing and a kind of it, which are not listed side by side,
    the kind. A bag of a drug is the drug.
    """
    held = containers(skeleton.said, skeleton.mentions)
    kept = {one: AGAIN if one in held else part for one, part in parts.items()}
    names = [one for one in parts if parts[one] in _NAMES and one.startswith("qc")]  # a number may be read as a thing
    for at, one in enumerate(names):
        for other in names[at + 1 :]:
            if kept[one] != parts[one] or kept[other] != parts[other] or parts[one] != parts[other]:
                continue
            again = _said_again(one, other, skeleton) or _panel(one, other, names, skeleton)
            if again:
                kept[again] = AGAIN
    return kept


def without_today(parts: dict[str, str], sense: Sense, skeleton: Skeleton) -> dict[str, str]:
    """The parts with the present day as `AGAIN` where the sense says it (of what holds now, of one before the last), or
    where it is told why one asks: "audit today, so please count ..."."""
    says_so = bool(sense.status or sense.rank == "last2")
    return {
        one: AGAIN
        if one.startswith("qt") and _is_today(skeleton, one) and (says_so or _is_why(one, skeleton.said))
        else part
        for one, part in parts.items()
    }


def _is_why(one: str, said: str) -> bool:
    """Whether a time ends what is told before the request."""
    return bool(re.search(rf"\b{one},? so (?:please|can|could|i|we|tell|give|list|count|show|check)\b", said))


def _is_today(skeleton: Skeleton, one: str) -> bool:
    window = skeleton.window(one)
    return window is not None and '"today"' in window.reading


def _said_again(one: str, other: str, skeleton: Skeleton) -> str:
    """Which of two names says what the other has said; empty where neither does."""
    first, second = meant_by(skeleton.mention(one)), meant_by(skeleton.mention(other))
    if first == second:
        return other
    if are_listed(one, other, skeleton.said):
        return ""
    return one if first > second else other if second > first else ""


def _panel(one: str, other: str, names: Sequence[str], skeleton: Skeleton) -> str:
    """Which of two names is a panel whose one component the other is: "the last blood pressure: the top number?"."""
    parts = [name for name in names if _is_component(skeleton.mention(name))]
    if len(parts) != 1 or parts[0] not in (one, other) or are_listed(one, other, skeleton.said):
        return ""
    whole = other if parts[0] == one else one
    return whole if any(link.label == PANEL for link in skeleton.mention(whole).linked.links) else ""


def _is_component(mention: Mention) -> bool:
    return any(link.element == "component" and PANEL in link.label for link in mention.linked.links)


def are_listed(one: str, other: str, text: str) -> bool:
    """Whether nothing but a comma or a word of a list stands between two names."""
    start, end = sorted((text.find(one), text.find(other)))
    return _LISTED.fullmatch(text[start + len(one) : end]) is not None


def are_akin(mention: Mention, others: Sequence[Mention]) -> bool:
    """Whether a name is a kind of one of the others, or one of them a kind of it, by the record or by the tables."""
    meant, groups = meant_by(mention), {group for row in mention.linked.known for group in row.groups}
    return any(
        meant <= meant_by(other) or meant_by(other) <= meant or bool(groups & {row.name for row in other.linked.known})
        for other in others
    )
