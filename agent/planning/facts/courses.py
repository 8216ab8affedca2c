"""What is asked of the course of conditions: which ended last, whether one was over or open then, which lasted longer.

"Which problem was the last to be resolved?", "had the ear infection cleared by May 2017?", "burn still open on 3 May?",
"the longest of her pregnancies: when did it begin?", "what took longer to heal, the rib or the ankle?".
"""

from __future__ import annotations

import datetime as dt
import re

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.facts.counted_off import Words
from chartwarden.agent.planning.reading.skeleton import Skeleton
from chartwarden.agent.planning.wording.question_words import is_yes_no
from chartwarden.tools.records.manifest import Manifest
from chartwarden.tools.records.query import Comparison, Concept, IntervalUnit, Question, RecordQuery, Target, Window

_WHETHER = Pattern(r"[,.:;?-] (?:and |so )?(?:was|were|did|has|had|is) |\b(?:y/n|yes or no|yes/no)\b")
NOW = Pattern(r'"[^"]*\b(?:today|now|present|moment|this|so far|to date)\b[^"]*" was read', re.IGNORECASE)
"""A time that the clinical status tells of."""
_A_MOMENT = dt.timedelta(days=1)
_UNITS: tuple[tuple[str, IntervalUnit], ...] = (("days", "date"), ("weeks", "wk"), ("months", "mo"))
_NAMED = Pattern(r"\bqc\d+\b")
_FIRST = Pattern(r"\b(?:first|earliest)\b")


def course_asked(skeleton: Skeleton, manifest: Manifest) -> tuple[Question, ...] | None:
    """The query of such a question; None where it is none, or a word of it is left over."""
    names = conditions_in(skeleton)
    words = Words(skeleton, "course", names)
    concepts = list({one.codings or one.words.lower(): one for one in names.values()}.values())
    for read in (_longer, _of_episodes, _then, _last_ended, _open_then):
        whole = words.left
        asked = read(words, concepts)
        if asked is not None and words.are_used_up():
            return (asked,)
        words.left = whole
    return None


def conditions_in(skeleton: Skeleton) -> dict[str, Concept]:
    """The conditions that are named, by their placeholders."""
    found: dict[str, Concept] = {}
    for n, mention in enumerate(skeleton.mentions):
        link = next(iter(mention.linked.of("Condition")), None)
        if Words(skeleton, "course").has_only(mention.words.lower()):
            continue
        if link is not None:
            found[f"qc{n}"] = link.concept(mention.words)
        elif any(row.kind == "condition" for row in mention.linked.known):
            found[f"qc{n}"] = Concept(words=mention.words)
    return found


def _of(concept: Concept | None) -> RecordQuery:
    return RecordQuery(types=("Condition",), concept=concept, target="name")


def _take_names(words: Words) -> None:
    words.take_all(_NAMED)


def _longer(words: Words, concepts: list[Concept]) -> Question | None:
    """Which of two lasted longer, each by its last episode."""
    if len(concepts) != 2 or is_yes_no(words.whole):
        return None
    longer, shorter = words.take("longer"), words.take("shorter")
    if bool(longer) is bool(shorter):
        return None
    words.take("lasted")
    words.take("over")
    words.take("either")
    _take_names(words)
    left, right = (_of(one).model_copy(update={"which": "last", "target": "duration"}) for one in concepts)
    return Comparison(left=left, right=right, relation="gt" if longer else "lt", tells="side")


def _of_episodes(words: Words, concepts: list[Concept]) -> Question | None:
    """When the longest or the shortest episode of one condition began or ended, or how long it was."""
    if len(concepts) != 1 or is_yes_no(words.whole):
        return None
    longest, shortest = words.take("longest"), words.take("shortest")
    if bool(longest) is bool(shortest):
        return None
    unit = next((unit for name, unit in _UNITS if words.take(name)), None)
    ended = words.take("over") and words.take("when")
    began = words.take("began") or words.take("when")
    if not (unit or ended or began):
        return None
    words.take("lasted")
    words.take("episodes")
    _take_names(words)
    row: dict[str, object] = {"which": "last" if longest else "first", "by": "value", "window": words.window()}
    query = _of(concepts[0]).model_copy(update={**row, "target": "duration"})
    if unit:
        return query.model_copy(update={"measure": "duration", "unit": unit})
    return query.model_copy(update={"target": "end" if ended else "time"})


def _asks_whether(words: Words) -> bool:
    return is_yes_no(words.whole) or bool(_WHETHER.search(words.whole))


def _then(words: Words, concepts: list[Concept]) -> Question | None:
    """Whether the last episode that had begun by a time was over by then, or still open."""
    if len(concepts) != 1 or not _asks_whether(words):
        return None
    is_open = words.take("open")
    is_over = not is_open and words.take("over")
    then = words.window()
    if not (is_open or is_over) or then is None or then.end is None or NOW.search(then.reading):
        return None
    words.take("mark")
    _take_names(words)
    until = Window(end=then.end)
    asked = {"which": "last", "measure": "exists", "window": until, "target": "end"}
    if is_over:
        return _of(concepts[0]).model_copy(update={**asked, "then": then, "ended": True})
    if then.start is None:
        then = then.model_copy(update={"start": then.end - _A_MOMENT})
    return _of(concepts[0]).model_copy(update={**asked, "then": then, "lasting": True})


def _last_ended(words: Words, concepts: list[Concept]) -> Question | None:
    """Which of all conditions was over first or last, or when that was."""
    if concepts or is_yes_no(words.whole):
        return None
    is_of_all = words.has("things")
    ranked = words.take("ranked_end")
    if len(ranked) != 1 or not is_of_all:
        return None
    is_first = _FIRST.search(" ".join(ranked)) is not None
    asks_when = words.take("when")
    words.take("over")
    words.take("things")
    window = words.window()
    target: Target = "end" if asks_when else "name"
    row = {"which": "first" if is_first else "last", "by": "end", "target": target}
    return _of(None).model_copy(update={**row, "window": window, "ended": window is not None})


def _open_then(words: Words, concepts: list[Concept]) -> Question | None:
    """Which conditions were open at a time."""
    if concepts or is_yes_no(words.whole) or not words.take("open") or not words.take("things"):
        return None
    counted = words.take("count")
    window = words.window()
    if window is None or window.start is None or window.end is None or NOW.search(window.reading):
        return None
    words.take("mark")
    measure = "count" if counted else "distinct"
    return _of(None).model_copy(update={"window": window, "lasting": True, "measure": measure})
