"""What is asked of the list of conditions as a whole, or of the last bout of one.

"How many active problems are on the list?", "newest entry on the problem list?", "which active problem goes back the
furthest?", "diagnoses that were closed out on 3 May", "when did the latest bout of sinusitis clear up?".
"""

from __future__ import annotations

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.facts.counted_off import Words
from chartwarden.agent.planning.facts.courses import NOW, conditions_in
from chartwarden.agent.planning.reading.skeleton import Skeleton
from chartwarden.agent.planning.wording.question_words import is_yes_no
from chartwarden.tools.records.manifest import Manifest
from chartwarden.tools.records.query import Concept, Question, RecordQuery, Window

_NAMES = Pattern(r"\bqc\d+\b")


def problems_asked(skeleton: Skeleton, manifest: Manifest) -> tuple[Question, ...] | None:
    """The query of such a question; None where it is none, or a word of it is left over."""
    names = conditions_in(skeleton)
    words = Words(skeleton, "problems", names)
    concepts = list({one.codings or one.words.lower(): one for one in names.values()}.values())
    if is_yes_no(words.whole) or len(concepts) > 1:
        return None
    for read in (_worded, _last_bout) if concepts else (_ended_then, _newest, _active):
        whole = words.left
        asked = read(words, concepts[0]) if concepts else read(words, None)
        if asked is not None and words.are_used_up():
            return (asked,)
        words.left = whole
    return None


def _all() -> RecordQuery:
    return RecordQuery(types=("Condition",), target="name")


def _window(words: Words) -> Window | None:
    """The time that is told, where it is not that of asking."""
    window = words.window()
    return None if window is not None and NOW.search(window.reading) else window


def _worded(words: Words, concept: Concept | None) -> Question | None:
    """What an entry is called, word for word."""
    if not words.take("worded"):
        return None
    words.take("things")
    words.take("list")
    words.take_all(_NAMES)
    window = _window(words)
    return RecordQuery(types=("Condition",), concept=concept, window=window, measure="distinct", target="name")


def _last_bout(words: Words, concept: Concept | None) -> Question | None:
    """When the last bout of one condition, of which there were several, was over."""
    words.take("more_than_once")
    bout, over = words.take("last_bout"), words.take("over")
    if not (bout and over and words.take("when")):
        return None
    words.take("bout")
    words.take_all(_NAMES)
    query = RecordQuery(types=("Condition",), concept=concept, target="end", window=_window(words))
    return query.model_copy(update={"which": "first" if "first" in bout[0] else "last"})


def _ended_then(words: Words, concept: Concept | None) -> Question | None:
    """Which conditions were over in a time, or how many."""
    over = words.take("over")
    count, things = words.take("count"), words.take("things")
    words.take("day_retold")
    window = words.window()
    if not (over and things) or window is None or NOW.search(window.reading) or words.has("newest"):
        return None
    words.take("list")
    return _all().model_copy(update={"window": window, "ended": True, "measure": "count" if count else "distinct"})


def _newest(words: Words, concept: Concept | None) -> Question | None:
    """The newest or the oldest of all, or of those that are active, by its onset."""
    words.take("by_onset")
    newest, oldest = words.take("newest"), words.take("oldest")
    active = words.take("active")
    if bool(newest) is bool(oldest) or not words.take("things") or words.take("count"):
        return None
    when = words.take("when")
    words.take("what")
    words.take("list")
    row = {"which": "last" if newest else "first", "status": ("active",) if active else (), "window": _window(words)}
    return _all().model_copy(update={**row, "target": "time" if when else "name"})


def _active(words: Words, concept: Concept | None) -> Question | None:
    """How many active problems there are now."""
    count, active = words.take("count"), words.take("active")
    if not (count and active and words.take("things")):
        return None
    window = words.window()
    words.take("list")
    if window is not None and not NOW.search(window.reading):
        return None
    return _all().model_copy(update={"status": ("active",), "measure": "count"})
