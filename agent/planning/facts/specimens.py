"""What is asked of specimens: whether one was ever sent, which kinds were, and which tests were run on one."""

from __future__ import annotations

from dataclasses import replace

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.facts.counted_off import Words
from chartwarden.agent.planning.reading.ranks import Which
from chartwarden.agent.planning.wording.question_words import is_yes_no
from chartwarden.tools.records.concepts import Link
from chartwarden.tools.records.query import RecordQuery

_COAGULASE = Pattern(r"\bcoag\w*[ ,-]*(?:(?P<negative>neg\w*|-)|(?P<positive>pos\w*|\+))")
COAGULASE_WORDS = Pattern(r"coag\w*(?:[ -]*(?:neg|pos)\w*)?|neg\w*")
_LAB_TESTS = Pattern(r"\b(?:blood|urine) (?:tests?|work|studies)\b")
"""What a laboratory measures, and no cultures."""
_ASKS_WHICH = Pattern(r"^(?:which|what|names?|list|show|all)\b")


def specimens_asked(words: Words, culture: RecordQuery, which: Which) -> tuple[RecordQuery, ...]:
    """What is asked of the specimens themselves; nothing where it is what grew, or a test, that is asked about."""
    if words.has("organisms") or words.has("grew") or words.has("positive") or words.has("negative") or which.is_said:
        return ()
    text = words.whole
    if words.has("specimen_types"):
        counted = bool(words.take("count"))
        for name in ("specimen_types", "distinct", "cultures", "sent"):
            words.take(name)
        if culture.specimen is not None or is_yes_no(text):
            return ()
        return (
            culture.model_copy(update={"measure": "count_distinct" if counted else "distinct", "target": "specimen"}),
        )
    if words.has("tests_run") and words.has("count") and (culture.window is not None or culture.specimen is not None):
        for name in ("count", "tests_run", "sent", "cultures", "shown"):
            words.take(name)
        is_plain = not (is_yes_no(text) or _LAB_TESTS.search(text))
        return (culture.model_copy(update={"measure": "count", "target": "name"}),) if is_plain else ()
    if culture.specimen is None or _LAB_TESTS.search(text):
        return ()
    if words.has("tests_run") and _ASKS_WHICH.search(text) and not words.has("count") and not words.has("shown"):
        for name in ("tests_run", "sent", "cultures"):
            words.take(name)
        return (culture.model_copy(update={"measure": "distinct", "target": "name"}),)
    if is_yes_no(text) and words.has("sent"):
        for name in ("sent", "any", "cultures"):
            words.take(name)
        return (culture.model_copy(update={"measure": "exists", "target": "name"}),)
    return ()


def coagulase_told(found: Link | None, question: str) -> Link | None:
    """A link to staphylococci, without those that a question leaves out by what it says of their coagulase."""
    said = _COAGULASE.search(question.lower())
    if found is None or said is None:
        return found
    kept = []
    for entry in found.entries:
        recorded = _COAGULASE.search(entry.label.lower())
        if recorded is not None and bool(recorded["negative"]) == bool(said["negative"]):
            kept.append(entry)
    return replace(found, entries=tuple(kept)) if kept else None
