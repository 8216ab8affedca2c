"""The day of asking or one to come, told in a story: "She is at golf this afternoon. Has she ever had a stroke?"."""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.wording.anaphora import pointing
from chartwarden.agent.planning.wording.discourse import KINDS, WHEN_OR_WHICH, asks
from chartwarden.agent.planning.wording.question_words import AUX
from chartwarden.agent.planning.wording.who import WHO

THE_DAY = Pattern(
    r"today|tonight|this (?:morning|afternoon|evening)"
    r"|(?:in )?(?:on )?(?:this |next )?(?:mon|tues|wednes|thurs|fri|satur|sun)day",
    re.IGNORECASE,
)
_ASKED = rf"(?:{WHEN_OR_WHICH}|{AUX}|who|how|why|where|give|list|show|tell|find|name|pull|print|bring|i need|please)"
_STORY_ENDS = Pattern(rf"(?<=[?!.;])\s+|, so (?={WHEN_OR_WHICH}\b|{AUX}\b)")
_TELLING_ENDS = Pattern(rf"(?<=[?!.;:])\s+|, (?:so |and )?(?={_ASKED}\b)")
"""Where a story that tells what is about to be done may end besides."""
_TO_COME = Pattern(
    rf"^\W*{WHO}(?:'m|'re|'s| am| are| is) (?:\w+ )?\w+ing\b|\bwill\b|'ll\b"
    r"|\bgoing to\b|^\W*(?:i|we)(?:'ve got| have) (?:an?|the|another) (?!qc\d)\w+"
)
"""Of what somebody does now or is about to do, which is no time of what is asked."""
_CAME = Pattern(
    r"\b(?:came|come|comes|coming|seen|saw|brought|arrived|presented|here|in"
    r"|drew|drawn|blood|bloods|labs?|weigh\w*|measur\w*|check\w*|scann?\w*|swab\w*|sampl\w*|jab\w*|shots?|dos(?:e|es|ed)"
    r"|gave|given|injected|operated|x-?ray\w*|examin\w*)\b"
)
"""Of somebody who is at the place now, or to whom something was done: what is asked may be asked of that visit."""


def without_the_day(text: str, idle: frozenset[str], informative: frozenset[str]) -> str:
    """The text without the "today" of a story that names nothing recorded, where the question points to no time.

    `idle`: the placeholders of times that are the moment of asking.
    """
    for ends in (_STORY_ENDS, _TELLING_ENDS):
        parts = ends.split(text)
        if len(parts) < 2 or pointing(parts[-1]):
            continue
        for part in parts[:-1]:
            is_told = not asks(part.strip(" ?.!;")) and not set(re.findall(r"\bqc\d+\b", part)) & informative
            idly = ends is _STORY_ENDS and not (KINDS.search(part) or _CAME.search(part))
            if is_told and (idly or _TO_COME.search(part)):
                text = text.replace(part, _without(part, idle), 1)
    return text


def _without(part: str, idle: frozenset[str]) -> str:
    return re.sub(r" ?\bqt\d+\b(?:'s)?", lambda found: "" if found.group().strip() in idle else found.group(), part)
