"""Questions for a number of one thing, as queries: what is asked comes of all that the words say, whatever their order.

"peak norepinephrine rate, mcg/kg/min", "Foley total for the 3rd", "How many mg of it did he get altogether?",
"LDL: the difference between 14 June and 17 June", "the second-highest systolic".
"""

from __future__ import annotations


from chartwarden.agent.planning.names.mentions import Mention
from chartwarden.agent.planning.numbers import drugs, measurements
from chartwarden.agent.planning.numbers.named import named_in
from chartwarden.agent.planning.numbers.words import Cue, Said, is_unit, said_in
from chartwarden.agent.planning.reading.frames import NotUnderstood
from chartwarden.agent.planning.reading.skeleton import Skeleton
from chartwarden.tools.records.query import Question



def number_asked(skeleton: Skeleton) -> tuple[Question, ...] | None:
    """The queries for a question that asks for a number of one thing; None for every other question."""
    if skeleton.besides or skeleton.vague or skeleton.unit_gap or skeleton.wants or skeleton.people or skeleton.sources:
        return None
    said = said_in(_with_own_words(skeleton))
    if said is None:
        return None
    said = Said(tuple(_in_place(said.cues)))
    try:
        named = named_in(said, skeleton)
    except NotUnderstood:
        return None
    if named is None:
        return None
    if not named.things:
        return drugs.of_all(named)
    if named.is_measured:
        return measurements.asked(named)
    return drugs.asked(named) if len(named.things) == 1 and named.is_drug else None


def _with_own_words(skeleton: Skeleton) -> str:
    """The masked question with the words that name nothing known put back, and units that are also names of things.

    Where nothing else is named, such a name is no unit ("the last Mg").
    """
    own = {n for n, one in enumerate(skeleton.mentions) if not one.is_known or _is_number(one)}
    units = {n for n, one in enumerate(skeleton.mentions) if is_unit(one.words.lower())}
    own |= units if any(n not in own | units for n in range(len(skeleton.mentions))) else set()
    text = skeleton.masked
    for place in sorted(own, reverse=True):
        words = skeleton.mentions[place].words.lower()
        text = " ".join(words if part == f"qc{place}" else part for part in text.split(" "))
    return text


def _is_number(mention: Mention) -> bool:
    """Whether it is a number that a name happens to contain."""
    return mention.words.replace(".", "", 1).isdigit()


def _in_place(cues: tuple[Cue, ...]) -> list[Cue]:
    """The cues as their neighbours have them: "how many" of a unit asks for an amount."""
    told = list(cues)
    for place, cue in enumerate(cues):
        following = cues[place + 1].says if place + 1 < len(cues) else ""
        if cue.says == "count" and (following == "unit" or (cue.text == "how many" and following == "")):
            told[place] = Cue("amount", cue.text)
    return told
