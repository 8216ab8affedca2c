"""A question with everything that is data taken out of its sentence: names, times, people, numbers, identifiers.

What is left, the skeleton, is plain lower-case English with placeholders (`qc0` a thing, `qt0` a time, `qp0` a person,
`qr0` a route, `qa0` a source of admission, `qn0` a threshold, `qk0` a number of things, `qd0` a distance from an
event), and that is all the grammar has to read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.names.mentions import Mention
from chartwarden.agent.planning.reading.quantities import (
    Quantity,
)
from chartwarden.agent.planning.times.distances import Distance
from chartwarden.agent.planning.times.timephrases import TimePhrase
from chartwarden.tools.records.query import Threshold, Window

NAMED = Pattern(r"\bqc(?P<n>\d+)\b")
"""What stands for a name."""


@dataclass
class Skeleton:
    """What a question is made of."""

    question: str
    text: str = ""
    typed: str = ""
    """The whole of it as it was typed, with placeholders."""
    said: str = ""
    """The whole of it with placeholders, before what stands around the question is taken off."""
    mentions: list[Mention] = field(default_factory=list)
    besides: list[Mention] = field(default_factory=list)
    """What is left out of all that is asked for; it is no part of the text."""
    times: list[TimePhrase] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    routes: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    thresholds: list[Threshold] = field(default_factory=list)
    distances: list[Distance] = field(default_factory=list)
    """How far from an event at most ("within 24 hours after ..."), behind `qd0`."""
    quantities: list[Quantity] = field(default_factory=list)
    broad: bool = False
    vague: str = ""
    """A time that is no interval ("early", of "early 2012")."""
    unit_gap: str = ""
    """Why a value cannot be given in the unit it is asked in, or orders in the form."""
    wants: tuple[str, ...] = ()
    """The questions of a telegram that asks several things of one: all of them are the question."""
    unread: list[str] = field(default_factory=list)
    """Words that neither the grammar nor the record nor the tables know."""
    in_words: dict[tuple[str, frozenset[str]], str] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What readers that count words off begin with, by what was typed and by the names that they read as such."""

    def mention(self, token: str) -> Mention:
        """The mention behind `qc0`."""
        return self.mentions[int(token[2:])]

    def window(self, token: str) -> Window | None:
        """The window behind `qt0`."""
        return self.times[int(token[2:])].window


def with_unknown_names(text: str, skeleton: Skeleton, *, every: bool = False) -> str:
    """A text in which words that name nothing known stand as they were said; `every`: all names do."""

    def back(match: re.Match[str]) -> str:
        mention = skeleton.mention(match.group())
        return match.group() if mention.is_known and not every else mention.words.lower()

    return re.sub(r"\bqc\d+", back, text)


def placeholders(skeleton: Skeleton, resource_type: str, kind: str) -> frozenset[str]:
    """Of the names that can be meant as this."""
    return frozenset(
        f"qc{n}"
        for n, mention in enumerate(skeleton.mentions)
        if mention.linked.of(resource_type) or any(row.kind == kind for row in mention.linked.known)
    )
