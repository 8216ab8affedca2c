"""What a planning prompt shows of the context: compact labelled plain text, every list of it cuttable in its middle.

A step is decided on typed facts alone: references, names, values, dates, counts. The words of notes, reports and
narrative go to the forms that only read (`write_answer`, `write_slice`), which have no tools and choose no step.
"""

from __future__ import annotations

import json

from chartwarden.agent.llm.template import neutral
from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.model.candidates import Offered
from chartwarden.agent.planning.model.filled_forms import NotExpressible, filled_from
from chartwarden.agent.planning.model.fitting import Lines
from chartwarden.agent.planning.planner import PlanningContext
from chartwarden.tools.records.query import Finding, Question
from chartwarden.tools.rendering import render
from chartwarden.tools.toolbox import ToolResult

MAX_TURNS_SHOWN = 4
MAX_FOUND_LINES = 60
"""Lines of findings a decision is taken on; the writing step sees its own selection of rows."""
MAX_CONCEPTS_TO_CHOOSE = 10
"""Concepts shown for the first decision, which only needs to know what the words may mean."""
MAX_ANSWER_CHARS = 160
MAX_NAME_CHARS = 80
"""Longest name or worded value of a row that a decision is taken on: a text is for reading, not for steps."""
UNSHOWN = "its words are shown when the answer is written"
_QUOTED = Pattern(r"“[^”]*”?|\"[^\"]*\"?")

Values = dict[str, str | Lines]


def shared_values(context: PlanningContext) -> Values:
    """What every planning prompt shows."""
    counts = sorted(context.manifest.counts.items(), key=lambda item: (-item[1], item[0]))
    return {
        "contents": ", ".join(f"{name} {count}" for name, count in counts if count) or "nothing",
        **asked_values(context),
    }


def record_values(context: PlanningContext, offered: Offered, most: int | None = None) -> Values:
    """Besides, the concepts of the record that the question may mean."""
    lines = tuple(neutral(candidate.line) for candidate in offered.concepts[:most])
    return {**shared_values(context), "concepts": Lines(lines)}


def query_values(context: PlanningContext, offered: Offered, reading: tuple[Question, ...]) -> Values:
    """What a query form is filled in from: besides, the words to filter by, and the reading as a form, to be mended."""
    try:
        form = json.dumps(filled_from(reading, offered, context), ensure_ascii=False, separators=(",", ":"))
    except NotExpressible:
        form = ""
    return {
        **record_values(context, offered),
        "words": Lines(tuple(neutral(word.line) for word in offered.words)),
        "reading": Lines((neutral(form),) if form and reading else ()),
    }


def asked_values(context: PlanningContext) -> Values:
    """The question, its clock and what the person chose."""
    chosen = f" ({neutral(context.choice)})" if context.choice else ""
    return {
        "as_of": context.clock.as_of.isoformat(timespec="minutes"),
        "timezone": context.clock.timezone,
        "question": neutral(context.question) + chosen,
    }


def choosing_values(context: PlanningContext, offered: Offered, reading: tuple[str, ...]) -> Values:
    """What the first decision is taken on: besides, the reading offered, what was found, and the turns before."""
    found = [line for result in context.results for line in _found(result)]
    if len(found) > MAX_FOUND_LINES:
        half = MAX_FOUND_LINES // 2
        found = [*found[:half], f"... {len(found) - 2 * half} lines between are not shown ...", *found[-half:]]
    turns = [_turn(turn.question, turn.answer) for turn in context.turns[-MAX_TURNS_SHOWN:]]
    return {
        **record_values(context, offered, MAX_CONCEPTS_TO_CHOOSE),
        "reading": Lines(tuple(neutral(line) for line in reading)),
        "found": Lines(tuple(neutral(line) for line in found), nothing="nothing yet"),
        "turns": Lines(tuple(turns)),
    }


def _found(result: ToolResult) -> list[str]:
    """What a call gave, without free text."""
    if result.result is None:
        return (result.error or result.text).splitlines()
    rows = {name: tuple(map(_typed, getattr(result.result, name))) for name in ("findings", "set_aside", "tied")}
    return render(result.result.model_copy(update=rows)).splitlines()


def _typed(row: Finding) -> Finding:
    label = row.label[:MAX_NAME_CHARS]
    if row.text:
        number = None if isinstance(row.value, str) else row.value
        return row.model_copy(update={"label": f"{label} ({UNSHOWN})", "value": number, "text": ""})
    value = row.value[:MAX_NAME_CHARS] if isinstance(row.value, str) else row.value
    return row.model_copy(update={"label": label, "value": value})


def failed_sentences(context: PlanningContext) -> str:
    """Sentences that grounding rejected, and why, for the one chance to mend them."""
    if not context.failed:
        return ""
    told = "; ".join(
        f'"{neutral(sentence.text)}" ({sentence.verdict.detail if sentence.verdict else "not supported"})'
        for sentence in context.failed
    )
    return f"These sentences were not borne out by the record and must be mended or left out: {told}."


def _turn(question: str, answer: str) -> str:
    answer = _QUOTED.sub("[quoted words]", answer)
    cut = answer if len(answer) <= MAX_ANSWER_CHARS else answer[:MAX_ANSWER_CHARS] + " [cut]"
    return json.dumps(neutral(question), ensure_ascii=False) + (f" -> {neutral(cut)}" if cut else "")
