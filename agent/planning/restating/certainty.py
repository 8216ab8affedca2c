"""How certain the network must be for its sense to be taken, beside what the grammar has read, and when it never is."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from chartwarden.agent.planning.mentions import Mention
from chartwarden.agent.planning.relatives import is_relative
from chartwarden.agent.planning.restating.features import Masked, word_feature
from chartwarden.agent.planning.restating.network import Told, weights
from chartwarden.agent.planning.restating.senses import sense_of
from chartwarden.agent.planning.skeleton import Skeleton
from chartwarden.agent.planning.timewords import is_time_of_day
from chartwarden.tools.records.query import Comparison, NoteSearch, Question

FROM_NOTHING = 0.5
"""Where the grammar reads nothing."""
FROM_NO_NAME = 0.5
"""Where the grammar takes a word that nothing knows for the name of what is asked."""
FROM_OTHERWISE = 0.8
"""Where the grammar reads something else."""
FROM_SEVERAL = 0.9
"""Where the grammar reads several questions that differ in more than the thing."""
FROM_PLAINLY = 0.9
"""For a request that the gate would not answer in full: from here on it is one plain question to a record."""
NEVER = 2.0
"""Above any certainty: the grammar has read more than a sense can tell, or the question says more."""

_IN_NO_SENSE = frozenset({"qk", "qd", "qn"})
"""Numbers of things, distances and limits: where no sentence has a place for one, it is not left out."""
_SAYS_MORE = re.compile(
    r"\b(?:closest|nearest|excluding|except|unless|in combination with|concurrently|concomitantly|with each other|"
    r"(?:most|least|less|more) (?:often|frequent(?:ly)?|common(?:ly)?)|"
    r"(?:per|each) (?:admission|visit|stay|day|week|month|year)|only (?:the|those|ones)|together|total intake|"
    r"(?:sheets?|notes?|letters?|summar(?:y|ies)|reports?|forms?) (?:mention|say|state|describe)\w*|"
    r"(?:readings?|values?|results?|visits?|doses?) ago|qt\d+ (?:of|after|following|prior to)|"
    r"qc\d+ (?:such as|like|with|including|e\.? ?g\.?) qc\d+|"
    r"(?:since|after|before|until|by) (?:then|that|this)(?! (?:year|month|week|day)))\b"
)
"""Relations that no sense has a place for."""
_POINTS_BACK = re.compile(
    r"\b(?:that|the same) (?:very |same )?(?:day|date|visit|time|year|month|week|appointment|occasion)\b"
)
"""To a time, where the question tells none."""
_COMPARES = re.compile(
    r"\b(?:high|low|great|small|big|large|few)er\b|\b(?:above|below|under|over|more|less|exceed\w*|ris\w+|rose|"
    r"f[ae]ll\w*|drop\w*|up|down|decreas\w*|increas\w*|climb\w*|came|went|top(?:s|ped)?|worse|better|gone)\b"
)
"""Without one of these nothing is compared."""
_NARROWS = re.compile(
    r"\b(?:fasting|non-?fasting|random|post-?prandial|pre-?prandial|supine|prone|standing|sitting|seated|lying|resting|"
    r"left|right|bilateral|planned|elective|fingerstick|capillary|arterial|venous)\b"
)
"""A measurement or a procedure, where no name has taken the word in."""


def needed(told: Told, question: Masked, read: Sequence[Question], skeleton: Skeleton) -> float:
    """The least certainty with which the sense told is taken, where the grammar has `read` this or nothing."""
    left_out = [one for one, part in told.parts.items() if part == "other"]
    if _says_more(told, question, skeleton, left_out):
        return NEVER
    names = [skeleton.mention(one) for one in left_out if one.startswith("qc")]
    if not read:
        is_bold = any(map(_is_known, names)) or not told.parts
        return FROM_OTHERWISE if is_bold else FROM_NOTHING
    unknown = {mention.words for mention in skeleton.mentions if not _is_known(mention)}
    if any(_is_of_no_name(one, unknown) for one in read):
        return FROM_NO_NAME
    return NEVER if len(names) < len(left_out) else _beside(told, read)


def _beside(told: Told, read: Sequence[Question]) -> float:
    """The same beside a reading of known names with every time, person and limit in it."""
    sense = sense_of(read)
    if sense is None and len(read) > 1:
        return FROM_SEVERAL
    if sense is None or sense[0] not in weights().senses or sense[0] == told.sense:
        return NEVER  # of one sense the grammar knows better which names are one thing
    if {sense[0].ask, told.sense.ask} == {"count", "count_distinct"}:
        return NEVER  # orders are counted one by one and drugs by what they are: the grammar knows the words
    named = sum(one.startswith("qc") and part != "other" for one, part in told.parts.items())
    return FROM_OTHERWISE if named >= sense[1].names else NEVER


def _says_more(told: Told, question: Masked, skeleton: Skeleton, left_out: Sequence[str]) -> bool:
    """Whether the question says more, or other, than the sense told."""
    if _IN_NO_SENSE & {one[:2] for one in left_out} or _SAYS_MORE.search(skeleton.said):
        return True
    if not skeleton.times and _POINTS_BACK.search(skeleton.said):
        return True
    if told.sense.ask.startswith("than_") and not _COMPARES.search(skeleton.said):
        return True
    if any(_may_not_be_left_out(skeleton.mention(one)) for one in left_out if one.startswith("qc")):
        return True
    named = any(part in ("thing", "second", "event", "reason") for part in told.parts.values())
    return not named and not _are_common(left_out, question)


def _are_common(left_out: Sequence[str], question: Masked) -> bool:
    """Whether training has seen every word that nothing knows and that is left out: of a story, then, and no name."""
    words = (word for one in left_out for word in question.unknown.get(one, "").split())
    return all(word_feature(word) in weights().place.table.places for word in words)


def _may_not_be_left_out(mention: Mention) -> bool:
    """Whether a word that nothing knows is somebody else, a time, or narrows what is asked."""
    words = mention.words
    return not _is_known(mention) and (
        is_relative(words) or is_time_of_day(words) or bool(_NARROWS.search(words.lower()))
    )


def _is_known(mention: Mention) -> bool:
    return bool(mention.linked.links or mention.linked.known)


def _is_of_no_name(question: Question, unknown: Collection[str]) -> bool:
    """Whether a question asks for a word that nothing knows, or for words of notes."""
    if isinstance(question, NoteSearch):
        return True
    queries = (question.left, question.right) if isinstance(question, Comparison) else (question,)
    return any(query.concept is not None and query.concept.words in unknown for query in queries)
