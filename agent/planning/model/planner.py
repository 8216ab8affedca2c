"""`ModelPlanner`: a chat model takes one small constrained decision at a time; code does the rest.

choose (an enum) -> fill the query (enums and ISO dates) or words -> act -> again, or write (placeholders). The rules
planner's reading of the question is offered as one candidate. Output that is invalid, contradictory, cut off or
repetitive is repaired once with a plain reason; then the rules planner takes the step, or the question fails honestly.
Every prompt is self-contained and opens with its stable part, so that an engine's prefix cache holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from chartwarden.agent.answer import Draft, Sentence
from chartwarden.agent.errors import ModelLoadError, ModelOutputError
from chartwarden.agent.planning import writing
from chartwarden.agent.planning.model import context as model_context
from chartwarden.agent.planning.model import forms
from chartwarden.agent.planning.model import slices as model_slices
from chartwarden.agent.planning.model import writing as model_writing
from chartwarden.agent.planning.model.asking import Asker
from chartwarden.agent.planning.model.candidates import Offered, offered_for
from chartwarden.agent.planning.model.context import Values
from chartwarden.agent.planning.model.fitting import Lines
from chartwarden.agent.planning.model.form_queries import queries_of
from chartwarden.agent.planning.planner import Clarify, GiveUp, PlanningContext, Step, UseTools, Write
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.agent.planning.understood import Reading
from chartwarden.prompts import digest
from chartwarden.tools.records.query import Finding
from chartwarden.tools.toolbox import ToolCall

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

PROMPTS = (
    "plan_choose",
    "plan_query",
    "plan_words",
    "plan_image",
    "plan_survey",
    "plan_which",
    "write_slice",
    "write_answer",
)
DECISION_TOKENS = 160
"""Longest output of a decision."""
QUERY_TOKENS = 700
"""Longest output of a query form: four looks."""
ANSWER_TOKENS = 700
"""Longest output of the answer's form."""
_READ = ("query: ", "compare ", "notes: ")
"""How the lines of an explanation begin that tell a query."""


class ModelPlanner:
    """Plans and writes with any LangChain chat model that supports `with_structured_output` by JSON schema."""

    can_mend = True

    def __init__(
        self,
        model: BaseChatModel,
        *,
        rules: RulesPlanner,
        fall_back: bool = True,
        prompt_tokens: int = 8_000,
        identity: Mapping[str, str] | None = None,
    ) -> None:
        """`rules` reads the question first; with `fall_back` it also takes over a step the model cannot take."""
        self._asker = Asker(model, prompt_tokens)
        self._rules = rules
        self._fall_back = fall_back
        self._identity = dict(identity or {})

    @property
    def name(self) -> str:
        """The model's name, and its revision where it is known."""
        model = self._asker.model
        name = self._identity.get("checkpoint") or getattr(model, "model_name", type(model).__name__)
        revision = self._identity.get("revision", "")
        return f"{name}@{revision}" if revision else str(name)

    def identity(self) -> dict[str, str]:
        """The model, its decoding, and the hash of every prompt."""
        known = {"planner": "model", "model": self.name, **self._identity}
        return {**known, **{f"prompt_{name}": digest(name) for name in PROMPTS}}

    def decide(self, context: PlanningContext) -> Step:
        """Choose, then fill in. Falls back to the rules planner for the step, where allowed."""
        reading = self._rules.read(context)
        seen = {result.call for result in context.results}
        calls = tuple(call for question in reading.questions if (call := ToolCall.asking(question)) not in seen)
        if reading.choices and not context.choice:
            return Clarify(question=reading.problem, choices=reading.choices)
        if reading.needs_more and calls:
            return UseTools(calls=calls, reading=reading.explanation)
        if context.meter.write_next and model_writing.rows_of(context.results):
            return Write()
        try:
            return self._chosen(context, reading, calls)
        except (ModelOutputError, ModelLoadError) as fault:
            if not self._fall_back:
                raise
            return self._by_rules(context, fault)

    def write(self, context: PlanningContext) -> Draft:
        """Sentences by placeholders. Absence, and what the model cannot word, is written by rules."""
        by_rules = self._rules.write(context)
        results = model_writing.answering(context.results)
        rows = model_writing.rows_of(results)
        worked_out = any(one.result and one.result.computed and one.result.computed.over for one in results)
        if by_rules.outcome == "not_recorded" or not (rows or worked_out):
            return by_rules
        try:
            return self._written(context, by_rules, rows)
        except (ModelOutputError, ModelLoadError) as fault:
            if not self._fall_back:
                raise
            context.meter.add(fallbacks=1)
            context.meter.heard("write_answer", f"({_cause(fault)}: written by rules)")
            return by_rules

    def _chosen(self, context: PlanningContext, reading: Reading, calls: tuple[ToolCall, ...]) -> Step:
        offered = offered_for(context, reading.questions)
        images = tuple(
            row.reference for one in context.results if one.call.name == "find_images" and one.result
            for row in one.result.findings
        )  # fmt: skip
        form = forms.choice_form(context, offered.concepts, has_reading=bool(calls), images=images)
        told = tuple(line for line in reading.explanation if line.startswith(_READ)) if calls else ()
        values = model_context.choosing_values(context, offered, told)
        chosen = self._asker.ask("plan_choose", form, values, dict, context.meter, max_tokens=DECISION_TOKENS)
        action = chosen["action"]
        if action == "write":
            return Write()
        if action == "not_understood":
            return GiveUp(reason="the model found nothing in this record that the question could mean")
        if action == "ask_which":
            return self._which(context, offered)
        context.meter.write_next = chosen["then"] == "write"
        if action == "use_reading":
            return UseTools(calls=calls, reading=reading.explanation, read_as=reading.read_as)
        if action == "search_record":
            return self._searched(context, reading, offered)
        if action == "survey":
            return self._surveyed(context)
        call = self._with_words(action, context, images)
        return UseTools(calls=(call,), reading=(_told(call),))

    def _which(self, context: PlanningContext, offered: Offered) -> Clarify:
        labels = {candidate.key: candidate.label for candidate in offered.concepts}
        values = model_context.record_values(context, offered)
        chosen = self._asker.ask(
            "plan_which",
            forms.which_form(offered.concepts),
            values,
            lambda filled: tuple(dict.fromkeys(labels[key] for key in filled["among"])),
            context.meter,
            max_tokens=DECISION_TOKENS,
        )
        return Clarify(question="The question may mean several things in this record. Which one?", choices=chosen)

    def _searched(self, context: PlanningContext, reading: Reading, offered: Offered) -> UseTools:
        queries = self._asker.ask(
            "plan_query",
            forms.query_form(context, offered),
            model_context.query_values(context, offered, reading.questions),
            lambda filled: queries_of(filled, offered, context),
            context.meter,
            max_tokens=QUERY_TOKENS,
        )
        calls = tuple(ToolCall.asking(query) for query in queries)
        return UseTools(calls=calls, reading=tuple(_told(call) for call in calls))

    def _surveyed(self, context: PlanningContext) -> UseTools:
        calls = self._asker.ask(
            "plan_survey",
            model_slices.survey_form(context),
            model_context.shared_values(context),
            lambda filled: model_slices.survey_calls(filled, context),
            context.meter,
            max_tokens=DECISION_TOKENS,
        )
        context.meter.is_survey = True
        return UseTools(calls=calls, reading=tuple(_told(call) for call in calls))

    def _with_words(self, action: str, context: PlanningContext, images: tuple[str, ...]) -> ToolCall:
        asked: Values = {"question": model_context.asked_values(context)["question"]}
        if action == "read_image":
            form, prompt = forms.image_form(images), "plan_image"
            asked["images"] = Lines(images)
        else:
            form, prompt = forms.words_form(), "plan_words"
            asked["place"] = "the descriptions of images" if action == "find_images" else "notes and reports"
        return self._asker.ask(
            prompt, form, asked, lambda filled: forms.call_of(action, filled), context.meter, max_tokens=DECISION_TOKENS
        )

    def _written(self, context: PlanningContext, by_rules: Draft, rows: tuple[Finding, ...]) -> Draft:
        results = model_writing.answering(context.results)
        unread = 0
        if context.meter.is_survey and len(rows) > model_writing.MAX_FINDINGS:
            if context.meter.kept is None:
                context.meter.kept = model_slices.condensed(rows, lambda one, most: self._kept(context, one, most))
            rows, unread = context.meter.kept
            results = model_slices.narrowed(results, rows)
            by_rules = writing.draft_of(results)
        material = model_writing.material_of(rows, results)
        values = {**model_context.asked_values(context), "findings": Lines(material.lines)}
        draft = self._asker.ask(
            "write_answer",
            model_writing.answer_form(material),
            values,
            lambda filled: model_writing.draft_from(filled, material, by_rules, context.question),
            context.meter,
            max_tokens=ANSWER_TOKENS,
            repair=model_context.failed_sentences(context),
        )
        draft = model_writing.completed(draft, results, by_rules, material)
        if context.meter.is_survey and draft.outcome == "answered" and draft.sentences:
            said = "Not every entry of this period is listed." + (" Not all of them were read." if unread else "")
            draft = draft.model_copy(update={"sentences": (*draft.sentences, Sentence(text=said, kind="notice"))})
        return draft

    def _kept(self, context: PlanningContext, rows: tuple[Finding, ...], most: int) -> tuple[int, ...]:
        """The positions of the rows of a slice that bear on the question; the first and last where a slice fails."""
        material = model_writing.slice_of(rows)
        values: Values = {
            "question": model_context.asked_values(context)["question"],
            "findings": Lines(material.lines),
            "most": str(most),
        }
        try:
            keys = self._asker.ask(
                "write_slice",
                model_slices.slice_form(len(rows), most),
                values,
                lambda filled: tuple(dict.fromkeys(filled["keep"])),
                context.meter,
                max_tokens=DECISION_TOKENS,
            )
        except ModelOutputError:
            context.meter.add(fallbacks=1)
            return tuple(sorted({0, len(rows) - 1}))[:most]
        return tuple(sorted(int(key[1:]) - 1 for key in keys))

    def _by_rules(self, context: PlanningContext, fault: ModelOutputError | ModelLoadError) -> Step:
        context.meter.add(fallbacks=1)
        step = self._rules.decide(context)
        note = f"the model gave no usable step ({_cause(fault)}); the rules planner took this one"
        context.meter.heard("plan", f"({note})")
        if isinstance(step, UseTools):
            # "last" is what the rules have decided: the model, which had no say in this step, decides the next one
            return step.model_copy(update={"reading": (*step.reading, note), "last": False})
        return step


def _cause(fault: ModelOutputError | ModelLoadError) -> str:
    return fault.cause if isinstance(fault, ModelOutputError) else "no model could be reached"


def _told(call: ToolCall) -> str:
    """A call as an explanation tells it."""
    if call.question is None:
        return f"{call.name}: {call.words} {call.reference}".strip()
    side: dict[str, Any] = {"concept": {"codings", "texts"}}
    told = call.question.model_dump_json(exclude_defaults=True, exclude={**side, "left": side, "right": side})
    return f"{'notes' if call.name == 'find_notes' else 'query'}: {told}"
