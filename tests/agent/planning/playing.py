"""An assistant whose model is whoever plays, and what the forms are called: for the tests of the model planner."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from chartwarden import fhir_fixtures
from chartwarden.agent.answer import Answer
from chartwarden.agent.assistant import Assistant
from chartwarden.agent.audit.entries import Entry
from chartwarden.agent.audit.reading import Filter, one, read
from chartwarden.agent.llm.chat import ChatMedGemma
from chartwarden.agent.llm.engine import Request
from chartwarden.agent.llm.scripted import ScriptedEngine
from chartwarden.agent.planning.model.planner import ModelPlanner
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.agent.session import Session
from chartwarden.agent.settings import Limits, Settings

QUESTION = "What was the latest HbA1c?"
TAKE = {"action": "use_reading", "then": "write"}
WRITE = {"action": "write", "then": "write"}
ROW = {"kind": "assertion", "from": ["f1"], "text": "{f1.label}: {f1.value}, {f1.time}."}
WRITTEN = {"outcome": "answered", "told": "sentences", "value": ["f1.value"], "sentences": [ROW]}
LOOK = {
    "types": ["Observation"], "concepts": ["k1"], "measure": "none", "which": "last", "index": 1, "limit": 0,
    "by": "time", "target": "value", "only": [], "since": "", "until": "", "compared": "none", "than": "", "unit": "",
    "relative": "none", "to": 0, "within": "",
}  # fmt: skip


def filled(*looks: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A query form."""
    return {"compare": "none", "tells": "none", "told_in": "d", "missing": "", **fields, "looks": list(looks)}


FORMS = {
    "You write the answer": "write",
    "You fill in look-ups": "query",
    "You plan look-ups": "choose",
    "You gather a span": "survey",
    "You read one part": "slice",
    "A term of the question": "which",
    "Give the one to four words": "words",
}
Said = Any
Player = Callable[[str, str, Request], Said]
"""From the form's name and the prompt to what the model says: a text, an object, a `Reply` or an exception."""


def form_of(prompt: str) -> str:
    return next(name for opening, name in FORMS.items() if prompt.startswith(opening))


def found_in(prompt: str) -> str:
    return prompt.partition("<<<\n")[2].partition("\n>>>")[0]


def perfect(form: str, prompt: str, request: Request) -> Said:
    if form == "choose":
        return TAKE if found_in(prompt) == "nothing yet" else WRITE
    return WRITTEN


@dataclass
class House:
    """One assistant over the made-up patients whose model is whoever plays."""

    assistant: Assistant
    engine: ScriptedEngine
    player: Player = perfect
    answers: list[Answer] = field(default_factory=list)

    def session(self, **given: Any) -> Session:
        return self.assistant.session("adeyemi-1957", acknowledged_by="Dr. Reader", as_of=fhir_fixtures.AS_OF, **given)

    def ask(self, player: Player, question: str = QUESTION) -> Answer:
        self.player = player
        self.engine.requests.clear()
        return self.assistant.answer(question, self.session())

    def logged(self, answer: Answer) -> Entry:
        assert answer.audit is not None
        return one(self.assistant.services.log.storage, answer.audit.seq)

    def forms(self) -> list[str]:
        return [form_of(request.messages[-1].text) for request in self.engine.requests]


def house_of(stack: list[Assistant], *, limits: Limits | None = None, fall_back: bool = True) -> House:
    def reply(request: Request) -> Any:
        prompt = request.messages[-1].text
        said = house.player(form_of(prompt), prompt, request)
        return json.dumps(said) if isinstance(said, dict | list) else said

    engine = ScriptedEngine(reply)
    limits = limits or Limits()
    planner = ModelPlanner(
        ChatMedGemma(engine=engine), rules=RulesPlanner(), fall_back=fall_back, prompt_tokens=limits.prompt_tokens
    )
    patient = fhir_fixtures.folder() / "adeyemi-1957.json"
    house = House(Assistant.over(patient, settings=Settings(limits=limits), planner=planner), engine)
    stack.append(house.assistant)
    return house


def tool_calls(house: House) -> int:
    return sum(entry.kind == "tool_call" for entry in read(house.assistant.services.log.storage, Filter()))
