"""Which stay or visit the words of a question tell: by its kind, its time, its rank, its length or what it was for."""

from __future__ import annotations

from dataclasses import dataclass, field

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.facts.counted_off import Words, words_for
from chartwarden.agent.planning.names.mentions import Mention
from chartwarden.agent.planning.reading.ranks import Which, which_of
from chartwarden.agent.planning.reading.skeleton import Skeleton
from chartwarden.tools.records.concepts import Link
from chartwarden.tools.records.manifest import Manifest
from chartwarden.tools.records.query import Anchor, RecordQuery, Window

RANKED = Pattern(
    r"\b(?:the )?(?:very )?(?P<rank>(?:second|2nd|third|3rd|fourth|4th|fifth|5th)(?: (?:to|from) (?:the )?)?(?: ?last)?"
    r"|first|1st|last|latest|most recent(?:ly)?|earliest|newest|oldest|final|initial|previous|penultimate"
    r"|next to last|last but one)\b(?: ever| time)?"
)
_RANK_GLOSSED = Pattern(
    r"\b(?:second|2nd|third|3rd|fourth|4th|fifth|5th|last|latest),? ?\(? ?(?:i\.?e\.? |that is |and |his |her "
    r"|my |the )*"
    r"(?=(?:most recent|last|latest|final)\b)"
)
"""One stay by its number and, beside it, as the last of them."""
_IN_AND_OUT = Pattern(
    r"\b(?:(?:was|were|is|has been|had been|been|kept going) )?in and out of (?:the |your |our )?(?:hospital|wards?)"
    r"(?: (?:a lot|all|throughout|through|during|over))*(?= qt\d)"
)
"""A scene of several stays, which tells only when they were."""
_BY_LENGTH = Pattern(r"\b(?:the )?(?P<which>longest|shortest|briefest)(?: ever| single| one)?\b")
_WHOLE_STAY = Pattern(r"\b(?:hospital|admission)")


@dataclass
class Asked:
    """A question for a stay, as far as its words are counted off."""

    words: Words
    skeleton: Skeleton
    manifest: Manifest
    names: dict[str, Mention] = field(default_factory=dict)
    which: Which = field(default_factory=Which)
    by_length: str = ""
    also: list[RecordQuery] = field(default_factory=list)
    """What else is asked of the same stay."""

    def take(self, *names: str) -> bool:
        """Whether any of these words were there; they are gone then."""
        taken = [self.words.take(name) for name in names]
        return any(taken)

    def row(self) -> dict[str, object]:
        """Which of the stays is meant: by its length, by its place in their order, else the last of them."""
        if self.by_length:
            return {"which": "last" if self.by_length == "longest" else "first", "by": "value"}
        if self.which.is_said:
            return {"which": self.which.which, "index": self.which.index, "limit": self.which.limit}
        return {"which": "last"}


def link_of(mention: Mention, resource_type: str) -> Link | None:
    return next(iter(mention.linked.of(resource_type)), None)


def told_stay(asked: Asked, *, kind: str = "") -> RecordQuery | None:
    """The stay that the words tell; None where they tell none, or a name in them has no part in it.

    `kind`: of which kind it is where no word says so; `any`: of whichever.
    """
    words = asked.words
    by_end = bool(words_for("stay", "by_end").search(words.whole))
    asked.take("whom", "following")
    words.take_all(_IN_AND_OUT)
    words.take_all(_RANK_GLOSSED)
    if match := _BY_LENGTH.search(words.left):
        asked.by_length = match["which"]
        words.take_all(_BY_LENGTH)
    ranks = words.take_all(RANKED)
    if len(set(ranks)) > 1:
        return None
    asked.which = which_of(ranks[0]) if ranks else Which()
    kinds = kinds_told(asked)
    if kinds is None and not kind:
        return None
    if kinds is None:
        kinds = () if kind == "any" else (kind,)
    is_surgery, is_coded = asked.take("surgery"), asked.take("coded_with")
    window = words.window()
    base = RecordQuery(
        types=("Encounter",), encounter_kind=kinds, window=window, ended=bool(by_end and window),
        lasting=not by_end and _goes_on(words, window),
    )  # fmt: skip
    for mention in asked.names.values():
        if (link := link_of(mention, "Encounter")) is not None and link.how != "narrower":
            return base.model_copy(update={"concept": link.concept(mention.words), "encounter_kind": ()})
        if not is_surgery and (link := link_of(mention, "Condition")) is not None:
            if is_coded:
                event = RecordQuery(types=("Condition",), concept=link.concept(mention.words), target="time")
                return base.model_copy(update={"anchor": Anchor(event=event, relation="same_encounter")})
            return base.model_copy(update={"reason": link.concept(mention.words), "recorded_there": True})
        if not is_surgery and (link := link_of(mention, "Encounter")) is not None:
            kept = kinds if kinds in (("emergency",), ("icu",), ("inpatient",)) else ()
            return base.model_copy(update={"concept": link.concept(mention.words), "encounter_kind": kept})
        if (link := link_of(mention, "Procedure")) is not None:
            event = RecordQuery(types=("Procedure",), concept=link.concept(mention.words), target="time")
            return base.model_copy(update={"anchor": Anchor(event=event, relation="same_encounter")})
        return None
    return None if is_surgery else base


def _goes_on(words: Words, window: Window | None) -> bool:
    """Whether a stay is told by a day on which it may have begun, gone on or ended."""
    return window is not None and window.is_of_a_day and not words_for("stay", "begun_then").search(words.whole)


def kinds_told(asked: Asked) -> tuple[str, ...] | None:
    """Of what kind the stays are; None where two are spoken of, or none."""
    said = {name: asked.words.take(name) for name in ("icu", "emergency", "inpatient", "hospital", "visit")}
    found = [name for name, words in said.items() if words]
    if "icu" in found and _WHOLE_STAY.search(" ".join(said["hospital"])):
        return None
    left = asked.take("discharged", "leave")
    if {"icu", "emergency"} <= set(found) or {"hospital", "emergency"} <= set(found):
        return None
    for name in ("icu", "emergency", "inpatient"):
        if name in found:
            return (name,)
    if "visit" in found and "hospital" not in found:
        return ()
    return ("hospital",) if found or left else None
