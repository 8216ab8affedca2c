"""What was diagnosed at one stay held against another: what is there again, what is new, what is at every one of them.

which codes of the first admission | are coded again | at the last
codes on the second admission | that were not yet | on the first
"""

from __future__ import annotations

import re
from dataclasses import replace

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.reading.frames import Frame, Named, Thing
from chartwarden.agent.planning.reading.ranks import Which
from chartwarden.agent.planning.reading.skeleton import Skeleton
from chartwarden.agent.planning.reading.stays_named import ONE_STAY, STAY, WHOSE, kinds_of_stays, stay_named

_THINGS = Pattern(
    r"\b(?P<code>(?:any|icd(?: ?-?(?:9|10)(?:-?cm)?)?)? ?codes?)\b|\b(?:diagnos[ei]s|conditions?|problems?|diseases?"
    r"|illness(?:es)?"
    r"|disorders?)(?P<code2> codes?)?\b|\bwhat (?:was|were|is|are|got)(?: (?:he|she|i|they|the patient|patient"
    r"|newly|also))*"
    r" (?:diagnosed|coded)(?: with)?\b"
)
_COUNTED = Pattern(r"\b(?:how many|number of|count of|count|how many of)\b")
_AGAIN = Pattern(
    r"\b(?:again|also|both|common|shar(?:e|ed|es|ing)|too|as well|recur(?:s|red|ring|rent)?|re-?appear(?:s|ed)?|back"
    r"|repeat(?:ed|s)?|persist(?:s|ed)?|carried|carry|overlap(?:s|ped|ping)?|same|still|once more|keep|kept"
    r"|came up twice"
    r"|re-?coded|re-?listed)\b"
)
_NEW = Pattern(
    r"\b(?:not|n't|didn't|weren't|wasn't|hadn't|aren't|isn't|doesn't|without|absent|missing|lack(?:s|ed|ing)?"
    r"|new(?:ly)?|fresh"
    r"|add(?:ed|s)?|additional|unlike|nor|never|extra)\b"
)
_DENIED = Pattern(r"\b(?:not|never|absent|missing|without|nor)\b")
"""That something is not at one of the stays, which says of which it is new, where both are said."""
_EVERY = Pattern(
    rf"\b(?:every(?: single)?|each(?: and every)?|all|both)(?: one)?(?: of)?(?: {WHOSE})?(?: \d| two| three"
    rf"| four)?(?: (?P<t>qt\d+))? {STAY}s?\b"
    rf"|\b(?:every|each)(?: single)?(?: one)? of (?:{WHOSE} )?{STAY}s\b|\bboth(?: times| of them)?$"
    rf"|\bevery (?:single )?time\b"
)
_NOTHING = Pattern(
    r"(?:compare|comparing|i\.e\.|ie|how|many|number|count|of|the|which|what|list|show|name|give|me|tell|all|any"
    r"|that|were|was|are|is|did|do"
    r"|does|have"
    r"|has|had|been|being|be|and|but|or|on|at|in|from|to|for|by|with|between|during|his|her|my|their|its|he|she|they|i"
    r"|the|patient|patient's|there|then|yet|already|once|recorded|coded|listed|documented|charted|noted|found"
    r"|present|entered|used|us(?:e|ing)"
    r"|appear(?:s|ed|ing)?|show(?:s|ed|n|ing)?|turn(?:s|ed|ing)?|come|comes|came|up|out|see|seen|stand|stands"
    r"|carried|over"
    r"|through|forward|into|one|ones|it|identical|exact|exactly|same|code|codes|distinct|different|when|compared"
    r"|versus|vs"
    r"|against|relative|than|only|where|those|these|a|an|diagnosed|made|put|down|given|got|made|first|as|well|more"
    r"|names?|titles?|please|whose|total|in|common|back|as|so|far|made|time|times|both|them|of|set|record|chart|hospital|patients|s)"
)
_FOUND_THERE = Pattern(
    r"\bR0 (?:that|which) (?:(?:was|were|are|is) )?(?:show|appear|turn|found|recorded|coded|listed|present|seen"
    r"|come|came)"
)
_REF = Pattern(r"\bR\d\b")
_IN_PASSING = Pattern(
    r"(?:^compare )?\bcode (?:by|for) code\b,? ?:?"
    r"|\((?:by )?(?:the )?(?:same|identical|exact|exactly the same) (?:icd ?)?codes?\)"
    r"|\(?\bby (?:the )?(?:same )?(?:icd ?)?codes?\)?(?=[ ?.!,]*$)"
    r"|[?.,;:-]+ (?:please )?(?:(?:give|list|show|name|tell)(?: me)? )?"
    r"(?:only |just )?(?:the |their )?(?:diagnos[ei]s )?"
    r"(?:titles?|names?|codes?)(?: only| please)*(?=[ ?.!]*$)"
)
"""How two diagnoses are the same, and what is to be told of them: by their codes, their titles."""
_TOLD_FIRST = Pattern(
    rf"^(?P<stays>both (?:of )?(?:{WHOSE} )?(?:qt\d+ )?{STAY}s)[:,;-]+ ?(?P<rest>.*?)(?: (?:on|at|in|to|during) both)?$"
)
_ONLY_NEW = Pattern(r"^(?!.*\b(?:not|never|absent|missing|without)\b).*\b(?:new|newly|for the first time)\b")
_BOTH = Pattern(
    rf"\b(?:both|the two)(?: of)?(?: {WHOSE})? (?:(?P<time>qt\d+) {STAY}s\b"
    rf"|{STAY}s (?:(?:of|in|from) )?(?P<time2>qt\d+))"
)
_SINCE = Pattern(r"\b(?:since|over|compared (?:to|with)|versus|vs|against|relative to|than|between|from) R0\b")


def stays_compared(said: str, skeleton: Skeleton) -> Frame | None:
    """The frame of such a question; None for any other.

    With a word left that is none of these relations and says more than nothing, it is another question.
    """
    text = re.sub(r"\s+", " ", _IN_PASSING.sub(" ", said)).strip(" ?.!,:")
    text = _TOLD_FIRST.sub(r"\g<rest> on \g<stays>", text)
    text = re.sub(
        r"\b(?P<r>(?:the|his|her|my) (?:very )?(?:first|second|third|last|latest))(?: one)?$", r"\g<r> admission", text
    )
    text = re.sub(rf"\b(?:(?:the|his|her|my|their) )?two (?={STAY}s\b)", "both ", text)
    things = _THINGS.search(text)
    every = _EVERY.search(text)
    named = re.findall(r"\bqc\d+", text)
    if things is not None and not named and (both := _BOTH.search(text)) is not None:
        return _at_both(text, things, both, skeleton)
    if every is not None and not _NEW.search(text):
        return _at_every(text, every, named, skeleton) if things or len(named) == 1 else None
    if things is None or named:
        return None
    newly = " newly " if "newly" in things.group() else " "
    stays, marked = _marked(text[: things.start()] + newly + text[things.end() :], skeleton)
    if not _says_nothing(marked):
        return None
    if (
        len(stays) == 1
        and stays[0].is_ranked
        and stays[0].kinds
        and _ONLY_NEW.search(marked)
        and not _AGAIN.search(marked)
    ):
        before = Frame("when", Thing("encounter"), clause="stays", kinds=("hospital",))
        before.event, before.relation = stays[0], "before"
        return replace(_diagnosed(text, stays[0]), not_in=_diagnosed(text, before))
    if len(stays) != 2:
        return None
    new, again = _DENIED.search(marked) or _NEW.search(marked), _AGAIN.search(marked)
    if new is not None:
        first_is_out = _is_left_out(marked, new)
        here, there = (stays[1], stays[0]) if first_is_out else (stays[0], stays[1])
        return replace(_diagnosed(text, here), not_in=_diagnosed(text, there))
    if again is None and not _FOUND_THERE.search(marked):
        return None
    return replace(_diagnosed(text, stays[1]), also_in=_diagnosed(text, stays[0]))


def _at_both(text: str, things: re.Match[str], both: re.Match[str], skeleton: Skeleton) -> Frame | None:
    """What is at both stays of a time."""
    window = skeleton.window(both["time"] or both["time2"])
    rest = text.replace(both.group(), " both ").replace(things.group(), " ")
    if window is None or _NEW.search(rest) or not _says_nothing(rest):
        return None
    first, second = (Frame("when", Thing("encounter"), Which("first", n), window, clause="stay") for n in (1, 2))
    for stay in (first, second):
        stay.kinds, stay.is_ranked = ("hospital",), True
    return replace(_diagnosed(text, second), also_in=_diagnosed(text, first))


def _marked(text: str, skeleton: Skeleton) -> tuple[list[Frame], str]:
    """The stays that are named, in order, and the text with `R0`, `R1` in their place."""
    stays: list[Frame] = []

    def mark(match: re.Match[str]) -> str:
        stay = stay_named(match, skeleton)
        if stay is None or not match.group().strip():
            return match.group()
        stays.append(stay)
        return f"R{len(stays) - 1}"

    return stays, ONE_STAY.sub(mark, text)


def _says_nothing(marked: str) -> bool:
    rest = _AGAIN.sub(" ", _NEW.sub(" ", _REF.sub(" ", marked)))
    words = re.findall(r"[a-z0-9']+", rest)
    return all(_NOTHING.fullmatch(word) for word in words)


def _is_left_out(marked: str, new: re.Match[str]) -> bool:
    """Whether the first stay named is the one at which they are not: "not on R0", "R0 did not have", "new since R0"."""
    denied = new.group() not in ("new", "newly", "fresh", "add", "adds", "added", "additional", "extra")
    first, second = marked.index("R0"), marked.index("R1")
    at = new.start()
    if denied and at < first:
        return True  # "not on R0 but on R1"
    if denied and first < at < second:
        return bool(
            re.search(r"\bR0 (?:did|does|had|has|was|were|is|are|lack)\S* *(?:n't|not)?", marked[first:second])
        ) and not re.search(r"\b(?:on|at|in|from|of|by|to|during) (?:the )?R1", marked[at:])
    if denied:
        return bool(re.search(r"\b(?:that|which) R0\b", marked)) and not re.search(r"\bR1 (?:did|does|had)", marked)
    since = re.search(
        r"\b(?:since|over|compared (?:to|with)|versus|vs|against|relative to|than|between|from) R0\b", marked
    )
    return since is not None


def _at_every(text: str, every: re.Match[str], named: list[str], skeleton: Skeleton) -> Frame | None:
    """What is at each of all stays: a diagnosis that is named, or whatever is."""
    rest = text[: every.start()] + " " + text[every.end() :]
    window = skeleton.window(every["t"]) if every["t"] else None
    if every["t"] and window is None:
        return None
    stays = Frame("when", Thing("encounter"), window=window, clause="stays", kinds=kinds_of_stays(every.group()))
    if named:
        mention = skeleton.mention(named[0])
        links: tuple[Named, ...] = tuple(
            (mention, link) for link in mention.linked.links if link.resource_type == "Condition"
        )[:1]
        if not links or not _says_nothing(re.sub(r"\bqc\d+|['\"]", " ", rest)):
            return None
        if not re.match(r"(?:was|is|were|are|did|does|has|had|have)\b", text):
            return None
        return Frame("exists", Thing("condition", links), clause=text, at_each=stays)
    things = _THINGS.search(rest)
    if things is None or not _says_nothing(f"{rest[: things.start()]} {rest[things.end() :]}"):
        return None
    return replace(_diagnosed(text, None), at_each=stays)


def _diagnosed(text: str, stay: Frame | None) -> Frame:
    """The diagnoses of a stay, as they are asked for: by name, by code or by number."""
    things = _THINGS.search(text)
    is_code = things is not None and bool((things["code"] or "").strip())
    operator = "count" if _COUNTED.search(text) else "code" if is_code else "list"
    frame = Frame(operator, Thing("condition"), clause="diagnoses", distinct=True)  # type: ignore[arg-type]
    if stay is not None:
        frame.event, frame.relation = stay, "during"
    return frame
