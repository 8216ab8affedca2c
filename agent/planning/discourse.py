"""Which of what somebody says is the question, and what the rest has to do with it.

People tell a story around a question: why they ask, what they know already, what to call it. What only surrounds the
question is left out; what names the thing that the question calls "it" is put in its place; a story that says more than
that stays with the question, to be read or not understood with it.
"""

from __future__ import annotations

import re

_WH = r"(?:what|which|who|whom|whose|why|where|when|how|since when|from when|from which|on which|on what|in what)"
_AUX = r"(?:was|were|is|are|am|did|does|do|has|have|had|can|could|would|will)"
_SAYS = (
    r"(?:(?:please )?(?:could|can|would|will) (?:you|u) (?:please |kindly |just |also )*(?:tell|remind"
    r"|go through|give|show|look "
    r"up|look|check|find|say|list|let|see|pull)|i(?:'d| would) (?:just |really |also )?(?:like|love|want"
    r"|need) to (?:know|find "
    r"out|see|hear|learn|ask)|i (?:just |really )?(?:want|need|have) to (?:know|find out|say|see|tell)"
    r"|what i(?:'d| would)? "
    r"(?:like|want|need)(?: to know)? is|i(?:'m| am) (?:just )?(?:curious|wondering|trying to (?:remember|recall|find "
    r"out)|not sure)|i was wondering|i(?:'ve| have)? (?:wonder|wondered)|do you (?:know|have|see)"
    r"|i don't (?:remember|know|recall)|"
    r"i can't (?:remember|recall)|(?:my|the|a|his|her|someone|somebody)(?: new)? \w+ (?:asked|asks|wants to know"
    r"|would like to "
    r"know|keeps asking|is asking)(?: me)?|"
    r"wants me to ask)"
)
_REQUEST = re.compile(
    rf"(?:^|[,:;] |\s[-–] |, |\b)(?:(?:so|but|and|because|well|ok|okay|anyway),? )*(?P<ask>{_SAYS}\b.*"
    rf"|(?<=[,:;] )(?:so |but |and )?(?:{_WH}|"
    rf"{_AUX} (?:i|my|he|she|they|there|it|the))\b.*|(?<=[,:;] so )(?:{_WH}|{_AUX})\b.*|(?<=, but )(?:{_WH}"
    rf"|{_AUX})\b.*)$"
)
_PLACES = re.compile(
    r"\b(?:first|last|latest|earliest|previous|next|before|after|since|until|during|highest|lowest|average|not|never)\b"
)
"""Words of a story that place its thing: it is then more than a name for "it"."""
_TELLS = re.compile(r"\b(?:i|i'm|i've|i'd|my|we|our|this is|there's|there is|it's)\b")
_KINDS = re.compile(
    r"\b(?:admi\w+|visits?|tests?|procedures?|prescri\w+|medic\w+|diagnos\w+|icu|hospital\w*|outputs?|intakes?"
    r"|drugs?|vaccin\w+|"
    r"allerg\w+|microbiolog\w+|discharg\w+|emergency|surger\w+|operation|qa\d|qr\d|qp\d|gender|sex)\b"
)
_DIRECT = re.compile(
    rf"^(?:(?:so|but|and|well|then|of the last two),? )*(?:{_WH}|{_AUX})\b(?<!when)(?<!where)"
    rf"|^(?:when|where)\b(?! (?:i|he|she|they|it|we|you|my|his|her|the) )"
)
_COMMAND = re.compile(
    r"^(?:please )?(?:give|tell|show|list|name|find|report|state|provide|say|count|check|compare|calculate|take)\b"
)
_EMPTY = re.compile(
    r"^(?:(?:can|could|would|will) you(?: please)?(?: (?:help|tell|look|check|see|say|find|let)\b[a-z' ]*)?"
    r"|i(?:'m| am) hoping you can[a-z' ]*|"
    r"(?:have|did|do|am|was|had|has|is|does) (?:i|he|she|it|that|this)(?: so| right| true| correct| the case)?"
    r"|what does it say|"
    r"(?:i|we) (?:only|just)? ?(?:need|want|would like|'d like) (?:the|a|its) (?:date|name|number|value|result"
    r"|day|time|figure)s?(?: please)?|"
    r"i'd like the (?:date|name|number|value|result|day|time|figure)s?,?(?: please)?|do you know(?: the (?:date"
    r"|name|day))?|"
    r"how many is it|(?:can|could|would) you look up the \w+)$"
)
_TAIL = re.compile(r",? (?:and|but|because|as) i (?:couldn't|can't|don't|didn't|cannot|could not)\b[a-z' ]*$"
r"|,? if you (?:please|can|don't mind)[a-z ]*$|,? "
                   r"according to (?:what you've got|you|my chart|the chart|my file)$|,? i mean$")  # fmt: skip
_POINTS = re.compile(
    r"\b(?P<lead>(?:for|of|after|before|since|from|with|against|during|until) )?(?:(?:that|this"
    r"|the) (?:diagnosis|condition|test|drug|"
    r"medicine|medication|illness|vaccine|shot|visit|procedure)|it|that|this|them|those|then|mine|one|ones)\b(?! of\b)"
)


def asked_of(text: str, informative: frozenset[str]) -> str:
    """The text with the story left out. `informative`: the placeholders of names that something is known of."""
    sentences = [part.strip(" ,") for part in re.split(r"(?<=[?!.;])\s+", text) if part.strip(" ,?.!;")]
    plain = [sentence.strip(" ?.!;") for sentence in sentences]
    if len(plain) == 1:
        return _without_story(plain[0], informative) if _begins_with_story(plain[0]) else text
    kept = [part for part in plain if not _EMPTY.match(part)]
    if not kept:
        return text
    asking = [_without_story(part, informative) for part in kept if _asks(part)]
    story = [part for part in kept if not _asks(part)]
    if not asking:
        return f"whether {' '.join(story)}" if len(kept) < len(plain) and len(story) == 1 else text
    if not story:
        return "? ".join(asking) if len(kept) < len(plain) or asking != plain else text
    told = " ".join(story)
    if not _may_be_left_out(told):
        return text
    return "? ".join([_joined(told, asking[0], informative), *asking[1:]])


def _may_be_left_out(story: str) -> bool:
    """Whether a story says nothing but what its thing is called, or nothing at all of the record."""
    if re.search(r"\bqt\d", story):
        return False
    return not _PLACES.search(story) if "qc" in story else not _KINDS.search(story)


def _asks(part: str) -> bool:
    return bool(_DIRECT.match(part) or _COMMAND.match(part) or _REQUEST.search(part))


def _begins_with_story(part: str) -> bool:
    found = _REQUEST.search(part)
    return bool(found and found.start("ask") > 0) or bool(_TAIL.search(part))


def _without_story(part: str, informative: frozenset[str]) -> str:
    """One sentence from its request on, where what stands before names nothing else."""
    part = _TAIL.sub("", part)
    if _DIRECT.match(part) or _COMMAND.match(part):
        return part
    found = _REQUEST.search(part)
    if found is None or found.start("ask") == 0:
        return part
    story, ask = part[: found.start("ask")].strip(" ,:;-–"), found["ask"]
    if not _TELLS.search(story) or not _may_be_left_out(story):
        return part
    return _joined(re.sub(r" (?:so|but|and)$", "", story), ask, informative)


def _joined(story: str, ask: str, informative: frozenset[str]) -> str:
    """A question with what its story is about."""
    told = [name for name in dict.fromkeys(re.findall(r"qc\d+", story)) if name in informative]
    named = set(re.findall(r"qc\d+", ask))
    kept = [name for name in told if name not in named]
    if not kept:
        return ask
    place = _POINTS.search(ask)
    if named & informative:
        if place and (place["lead"] or len(place.group().split()) > 1):
            return f"{ask[: place.start()]}{place['lead'] or ''}{kept[-1]}{ask[place.end() :]}"
        return ask
    if place:
        return f"{ask[: place.start()]}{place['lead'] or ''}{kept[-1]}{ask[place.end() :]}"
    return f"{ask} {kept[-1]}"
