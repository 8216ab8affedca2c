"""Played models for `planning.py`: one that takes what it is offered, and one that knows the answer and fills in forms.

Both see the prompt a real model would see, and what they say goes the same way. The second, the oracle, is told the
queries that answer the question, and has to say them in the fields of the form over what the form offers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal

from chartwarden.agent.llm.chat import ChatMedGemma
from chartwarden.agent.llm.engine import Message, Request
from chartwarden.agent.llm.scripted import ScriptedEngine
from chartwarden.agent.planning.model.candidates import offered_for
from chartwarden.agent.planning.model.filled_forms import NotExpressible, filled_from
from chartwarden.agent.planning.model.planner import ModelPlanner
from chartwarden.agent.planning.planner import PlanningContext, Step
from chartwarden.agent.planning.rules import Reading, RulesPlanner
from chartwarden.tools.records.readings import Readings

MAX_TOLD = 8
MAX_TYPED = 12
Count = Callable[[str], int]
Mode = Literal["take", "fill", "withheld"]
"""`take`: the reading offered is taken. `fill`: it is offered, and a form is filled in nevertheless. `withheld`: it is
not offered, nor are the concepts it found."""
Form = dict[str, Any]
NO_FORM = "{}"
"""What a player says that has no form for a question: no valid output, so that the question fails."""


class Played(ScriptedEngine):
    """The model that makes no mistake and takes the reading offered, counting with the tokenizer it is given."""

    def __init__(self, count: Count | None = None) -> None:
        super().__init__(self.said, name="perfect")
        self.count = count
        self.costs: list[tuple[str, int, int]] = []
        """Of every call: its form, its prompt's tokens, its output's tokens."""

    def count_tokens(self, messages: Sequence[Message]) -> int:
        """By the given tokenizer, with the four control tokens of a turn."""
        if self.count is None:
            return super().count_tokens(messages)
        return sum(self.count(message.text) + 4 for message in messages) + 4

    def said(self, request: Request) -> str:
        """What the model says, and what it cost."""
        form, filled = self.filled(request.messages[-1].text)
        output = json.dumps(filled, separators=(",", ":"), ensure_ascii=False)
        length = self.count(output) if self.count else len(output) // 4
        self.costs.append((form, self.count_tokens(request.messages), length))
        return output

    def filled(self, prompt: str) -> tuple[str, Form]:
        """The name of the form, and what a model that makes no mistake fills in."""
        if prompt.startswith("You write the answer"):
            return "write", written(_between(prompt))
        if prompt.startswith("You read one part"):
            keys = re.findall(r"^(f\d+):", _between(prompt), re.MULTILINE)
            return "slice", {"keep": keys[: int(_told(prompt, r"Name at most (\d+)"))]}
        if prompt.startswith("You gather a span"):
            types = re.findall(r"(\w+) \d+", _told(prompt, r"Record contents \(type and rows\): (.*)"))
            wanted = [name for name in types if name not in ("Patient", "Organization", "Practitioner")][:4]
            return "survey", {"span": _span(prompt), "types": wanted or types[:1], "since": "", "until": ""}
        return "choose", self.chosen(prompt)

    def chosen(self, prompt: str) -> Form:
        """Takes the reading offered; surveys what asks for a span of time; writes once something is found."""
        if _between(prompt) != "nothing yet":
            return {"action": "write", "then": "write"}
        if _asks_for_a_span(prompt):
            return {"action": "survey", "then": "write"}
        offered = re.search(r"^Reading offered: (.*)", prompt[prompt.index("Record contents") :], re.MULTILINE)
        is_read = offered is not None and offered[1] != "none"
        return {"action": "use_reading" if is_read else "not_understood", "then": "write"}


class Oracle(Played):
    """The model that knows the queries which answer the question, and says them by filling in the form."""

    def __init__(self, count: Count | None = None) -> None:
        super().__init__(count)
        self.form: Form | None = None
        """What it fills in for the question at hand; None where no form says it."""

    def filled(self, prompt: str) -> tuple[str, Form]:
        """As the played model, but with a form of its own."""
        if prompt.startswith("You fill in look-ups"):
            return "query", self.form or json.loads(NO_FORM)
        if prompt.startswith("You write the answer"):
            return "write", typed(written(_between(prompt)), _between(prompt), self.form)
        return super().filled(prompt)

    def chosen(self, prompt: str) -> Form:
        """Fills in a form, then writes; surveys what asks for a span of time."""
        if _between(prompt) != "nothing yet":
            return {"action": "write", "then": "write"}
        return {"action": "survey" if _asks_for_a_span(prompt) else "search_record", "then": "write"}


class Unread(RulesPlanner):
    """Rules that read nothing: what a model then asks is its own. They still write what code has to add."""

    def read(self, context: PlanningContext) -> Reading:
        """No reading."""
        return Reading()


class Told(ModelPlanner):
    """The model planner, with the oracle told of each question's context before it is asked."""

    def __init__(
        self, oracle: Oracle, mode: Mode, *, readings: Readings | None = None,
        mends: Callable[[Form], Form] | None = None,
    ) -> None:  # fmt: skip
        self.oracle, self.mode, self.reader = oracle, mode, RulesPlanner(readings)
        self.mend: Callable[[Form], Form] = mends or (lambda form: form)
        rules = Unread(readings) if mode == "withheld" else self.reader
        super().__init__(ChatMedGemma(engine=oracle), rules=rules, fall_back=False)

    def decide(self, context: PlanningContext) -> Step:
        """Put the queries that answer the question into a form, then let the model be asked."""
        reading = self.reader.read(context)
        if not reading.needs_more:
            offered = offered_for(context, () if self.mode == "withheld" else reading.questions)
            try:
                self.oracle.form = self.mend(filled_from(reading.questions, offered, context))
            except NotExpressible:
                self.oracle.form = None
        return super().decide(context)


def mends(form: Form) -> Iterator[Form]:
    """One thing of a form put otherwise: the day and the month of a date, which stays, what is wanted, which type."""
    for looks in (_swapped(form), *_narrowed(form), *_retyped(form)):
        if looks != form["looks"]:
            yield {**form, "looks": looks}


def _swapped(form: Form) -> list[Form]:
    """Dates read the other way round: 2 November for 11 February."""

    def swap(date: str) -> str:
        day = re.fullmatch(r"(\d{4})-(0\d|1[012])-(0\d|1[012])", date)
        return f"{day[1]}-{day[3]}-{day[2]}" if day else date

    return [{**look, "since": swap(look["since"]), "until": swap(look["until"])} for look in form["looks"]]


def _narrowed(form: Form) -> Iterator[list[Form]]:
    for kind in ("hospital", "inpatient", "icu", "observation", "emergency"):
        for others in (True, False):
            kept = [
                [one for one in look["only"] if others and not one.startswith("encounter_kind:")]
                for look in form["looks"]
            ]
            yield [
                {**look, "only": [*only, f"encounter_kind:{kind}"]}
                for look, only in zip(form["looks"], kept, strict=True)
            ]


def _retyped(form: Form) -> Iterator[list[Form]]:
    for target in ("time", "start", "end", "name", "location"):
        yield [{**look, "target": target} for look in form["looks"]]
    for measure in ("count", "count_distinct", "distinct", "none"):
        yield [{**look, "measure": measure} for look in form["looks"]]
    for types in ("MedicationRequest", "MedicationAdministration", "MedicationDispense"):
        yield [{**look, "types": [types]} for look in form["looks"]]


def written(findings: str) -> Form:
    """An answer by placeholders; many rows are left to code to list."""
    rows = re.findall(r"^(f\d+): (.*)", findings, re.MULTILINE)
    measured = [key for key, measure, value in _computed(findings) if _is_told(measure, value)]
    sentences = [{"kind": "computation", "from": [key], "text": f"Recorded: {{{key}}}."} for key in measured]
    if not measured:
        sentences = [_row(key, told) for key, told in rows]
    if not sentences or len(sentences) > MAX_TOLD:
        return {"outcome": "answered", "told": "rows", "value": ["asked"], "sentences": []}
    return {"outcome": "answered", "told": "sentences", "value": ["asked"], "sentences": sentences}


def typed(answer: Form, findings: str, form: Form | None) -> Form:
    """The answer with its value chosen by ids, where what the look wanted is a part of the rows."""
    looks = (form or {}).get("looks", [])
    part = {"value": "value", "time": "time", "name": "label"}.get(looks[0]["target"] if len(looks) == 1 else "")
    measured = [key for key, measure, value in _computed(findings) if _is_told(measure, value)]
    keys = re.findall(r"^(f\d+): ", findings, re.MULTILINE)
    if len(measured) == 1:
        return {**answer, "value": measured}
    if part is None or _computed(findings) or not 0 < len(keys) <= MAX_TYPED or "rows between" in findings:
        return answer
    return {**answer, "value": [f"{key}.{part}" for key in keys]}


def _computed(findings: str) -> list[tuple[str, str, str]]:
    return re.findall(r"^(c\d+): computed (\w+) = (.*)", findings, re.MULTILINE)


def _is_told(measure: str, value: str) -> bool:
    return measure != "exists" and value not in ("yes", "no", "none")


def _row(key: str, told: str) -> Form:
    if '| quote "' in told:
        return {"kind": "quotation", "from": [key], "text": f"{{{key}.quote}}"}
    value = f": {{{key}.value}}" if "| value " in told else ""
    time = f", {{{key}.time}}" if "| time " in told else ""
    return {"kind": "assertion", "from": [key], "text": f"{{{key}.label}}{value}{time}."}


def _asks_for_a_span(prompt: str) -> bool:
    asked = prompt.rpartition("Question:")[2].casefold()
    return any(word in asked for word in ("summarise", "timeline", "what changed"))


def _span(prompt: str) -> str:
    asked = prompt.rpartition("Question:")[2].casefold()
    if "hospital" in asked or "admission" in asked:
        return "last_hospital_stay"
    return "since_last_visit" if "since the last visit" in asked else "everything"


def _between(prompt: str) -> str:
    return prompt.partition("<<<\n")[2].partition("\n>>>")[0]


def _told(prompt: str, pattern: str) -> str:
    found = re.search(pattern, prompt)
    assert found is not None, "the prompts and this player have grown apart"
    return found[1]
