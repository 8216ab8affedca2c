"""The unit that a value is asked in, and the units that it is recorded in."""

from __future__ import annotations

import re
from collections.abc import Iterable

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.names.mentions import Mention
from chartwarden.agent.planning.wording.question_words import ASKED_UNITS
from chartwarden.tools.records import units

UNIT_ASKED = Pattern(
    r"(?:\(? ?\b(?:in|expressed in|given in|reported in|using|as) (?P<unit>"
    rf"{ASKED_UNITS})(?![\w/])\)?|\((?P<bracketed>{ASKED_UNITS})\)"
    r"|(?<=[a-z])(?<!many)(?<!what)(?<!which)(?<!of)(?<!the) "
    r"(?P<behind>[cm]m|mm ?hg|[mµu]?g/[md]l|m?mol/l|kgs?|bpm|u/l|%)(?=[ ?.!]*$))",
    re.IGNORECASE,
)
"""A unit that a value is asked in: "in mg/dL", "(mmol/L)", "polyp size mm"."""


def _plain_unit(unit: str) -> str:
    return re.sub(r"[\s\[\]{}]|s$", "", unit.lower()).replace("percent", "%").replace("µ", "u")


def of_another_unit(unit: str, mentions: Iterable[Mention]) -> str:
    """What is recorded, where a value is asked for in another unit: none is converted in the answer."""
    measured = [link for mention in mentions for link in mention.linked.of("Observation")]
    recorded = dict.fromkeys(unit for link in measured for entry in link.entries for unit in entry.units)
    is_recorded = any(_plain_unit(unit) == _plain_unit(one) or units.same(unit, one) for one in recorded)
    if recorded and not is_recorded:
        return f'how to give it in "{unit}"; it is recorded in {", ".join(recorded)}'
    return ""
