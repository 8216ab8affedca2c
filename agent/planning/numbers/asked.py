"""Questions for a number of one thing, as queries: what is asked comes of all that the words say, whatever their order.

"peak norepinephrine rate, mcg/kg/min", "urine on the 3rd in all", "How many mg of it did he get altogether?",
"sodium on 2 May and on 9 May: how far apart?", "the second-highest weight".
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.names.mentions import Mention
from chartwarden.agent.planning.numbers import drugs, measurements, orders, placed, unnamed
from chartwarden.agent.planning.numbers.named import named_in, with_route
from chartwarden.agent.planning.numbers.unnamed import with_category
from chartwarden.agent.planning.numbers.words import Cue, Said, is_unit, said_in, says_of_amounts
from chartwarden.agent.planning.reading.frames import NotUnderstood
from chartwarden.agent.planning.reading.skeleton import Skeleton
from chartwarden.agent.planning.wording.question_words import PLAIN_AUX, WH, is_yes_no
from chartwarden.tools.records.manifest import Manifest
from chartwarden.tools.records.query import Question

_NAME = Pattern(r"\bqc(?P<n>\d+)\b")


_SO_OR_NOT = Pattern(
    rf"[,;:.?] (?:and |so |but )?{PLAIN_AUX} (?:it|that|this|they|there|he|she|i)\b|\b(?:right|correct|or not)[ ?.]*$"
)
_WH = Pattern(rf"\b{WH}\b")
_DROPS = Pattern(r"\bqc(?P<n>\d+) (?:drops?|ointment)\b")
"""What drops are for, and no name of a drug."""
_LIKE_ONE = Pattern(r"\bq[a-z]\d", re.IGNORECASE)
"""Typed by somebody, and like a placeholder."""
_CODED = Pattern(
    r"\b(?:down|listed|recorded|charted|marked|entered|noted|documented|put down|coded) (?:there )?as (?:being )?"
    r"(?:an? )?(?P<value>[a-z][a-z -]*?) (?P<thing>qc\d+)\b"
)
"""A coded value that somebody is said to have been recorded with."""


def number_asked(skeleton: Skeleton, manifest: Manifest) -> tuple[Question, ...] | None:
    """The queries for a question that asks for a number of one thing; None for every other question."""
    if skeleton.besides or skeleton.vague or skeleton.unit_gap or skeleton.people or skeleton.sources:
        return None
    if any(mention.linked.members for mention in skeleton.mentions):
        return None  # of a group every member is asked
    text = _with_own_words(skeleton)
    as_coded = _CODED.search(text)
    text = f"{text[: as_coded.start()]} {as_coded['thing']} {text[as_coded.end() :]}" if as_coded else text
    text, told = with_category(text, skeleton, manifest)
    said = said_in(text)
    if said is None:
        return None
    said = Said(tuple(_in_place(said.cues)))
    if told:
        said = Said(tuple(Cue("category_told", told) if cue.says == "qz" else cue for cue in said.cues))
    of_two_times = said.has("further") and len(said.texts("qt")) > 2
    if _asks_so_or_not(text) and not said.has("same", "or", "at_all", "later", "moved", "further") and not of_two_times:
        return None
    try:
        named = with_route(named_in(said, skeleton))
    except NotUnderstood:
        return None
    if named is None:
        return None
    if skeleton.wants:
        return measurements.of_days(named)
    if of_two_times:
        return measurements.higher_of_two(named)
    if as_coded:
        words = skeleton.mentions[int(as_coded["thing"][2:])].words
        return measurements.said_to_be(named, f"{as_coded['value']} {words}".strip().lower())
    if not named.things:
        every = unnamed.asked(named, manifest)
        return drugs.of_all(named) if every is None else (every,)
    if len(named.things) in (2, 3) and (compared := orders.first_of_several(named)) is not None:
        return (compared,)
    if len(named.things) > 1 and (at_event := placed.asked(named)) is not None:
        return at_event
    if named.is_measured:
        return placed.at_admission(named) or measurements.asked(named)
    return drugs.asked(named) if len(named.things) == 1 and named.is_drug else None


def _with_own_words(skeleton: Skeleton) -> str:
    """The masked question with the words that name nothing known put back, and units that are also names of things.

    Where nothing else is named, such a name is no unit ("the last Mg").
    """
    mentions = skeleton.mentions
    own = {
        n for n, one in enumerate(mentions) if (not one.is_known or _is_number(one)) and not _LIKE_ONE.search(one.words)
    }
    units = {
        n
        for n, one in enumerate(skeleton.mentions)
        if is_unit(one.words.lower()) or skeleton.question[: one.start].rstrip().endswith("/")
    }
    own |= {int(match["n"]) for match in _DROPS.finditer(skeleton.typed) if not mentions[int(match["n"])].linked.links}
    beside = units | {n for n, one in enumerate(mentions) if says_of_amounts(one.words.lower())}
    own |= beside if any(n not in own | beside for n in range(len(mentions))) else set()
    return _NAME.sub(
        lambda m: skeleton.mentions[int(m["n"])].words.lower() if int(m["n"]) in own else m.group(), skeleton.typed
    )


def _asks_so_or_not(text: str) -> bool:
    """Whether a yes or no is asked, by the question or by a clause of it."""
    return is_yes_no(text.removeprefix("any idea ")) or bool(_SO_OR_NOT.search(text) and not _WH.search(text))


def _is_number(mention: Mention) -> bool:
    """Whether it is a number that a name happens to contain."""
    return mention.words.replace(".", "", 1).isdigit()


_OF_AMOUNTS = frozenset({"highest", "lowest", "sum", "mean", "dose", "strength", "unit", "volume", "rate", "single"})
"""With one of them "how many" is an amount, and no number of entries."""


def _in_place(cues: tuple[Cue, ...]) -> list[Cue]:
    """The cues as their neighbours have them: "how many" of a unit asks for an amount."""
    told = list(cues)
    of_amount = any(cue.says in _OF_AMOUNTS for cue in cues)
    for place, cue in enumerate(cues):
        following = cues[place + 1].says if place + 1 < len(cues) else ""
        if cue.says == "count" and (following == "unit" or (cue.text == "how many" and following == "" and of_amount)):
            told[place] = Cue("amount", cue.text)
    return told
