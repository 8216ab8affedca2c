"""The classifier over a chat model: a class id or an error, never free text; and its prompt."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.fake_chat_models import FakeListChatModel
from langchain_core.runnables import Runnable, RunnableLambda

from chartwarden.agent.errors import ModelOutputError
from chartwarden.agent.gate import admit
from chartwarden.agent.gate.model import PROMPT, ModelClassifier, RequestClass
from chartwarden.agent.llm.chat import ChatMedGemma
from chartwarden.agent.llm.scripted import ScriptedEngine
from chartwarden.agent.planning.meter import Meter
from chartwarden.prompts import PromptError, digest, names, render


class Constrained(FakeListChatModel):
    """A chat model whose structured answer is given beforehand, and which keeps what it was shown."""

    answer: Any = None
    shown: list[str]

    def with_structured_output(self, schema: Any, **options: Any) -> Runnable[Any, Any]:
        assert schema is RequestClass

        def answered(prompt: str) -> Any:
            self.shown.append(prompt)
            return self.answer

        return RunnableLambda(answered)


def model(answer: Any) -> Constrained:
    return Constrained(responses=[""], answer=answer, shown=[])


@pytest.mark.parametrize("answer", [RequestClass(class_id="X2"), {"class_id": "X2"}])
def test_the_models_choice_becomes_the_class(answer: Any) -> None:
    admission = admit("So, what of the lungs?", classifier=ModelClassifier(model(answer)))
    assert (admission.class_id, admission.decided_by) == ("X2", "classifier")


def test_the_model_sees_the_request_and_the_last_turns_only() -> None:
    shown = model(RequestClass(class_id="R1"))
    ModelClassifier(shown).classify("And before that?", ("one", "two", "three", "four", "five"))
    assert "And before that?" in shown.shown[0]
    assert "five" in shown.shown[0]
    assert "\none\n" not in shown.shown[0]
    assert "<!--" not in shown.shown[0]


def test_the_model_sees_at_most_four_turns_of_four_hundred_characters() -> None:
    shown = model(RequestClass(class_id="R1"))
    ModelClassifier(shown).classify("now", ("zero", "one", "two" + "y" * 500, "three", "z" * 500))
    assert "zero" not in shown.shown[0]
    assert "one\ntwo" in shown.shown[0]
    assert "two" + "y" * 397 in shown.shown[0]
    assert "y" * 398 not in shown.shown[0]
    assert "z" * 400 in shown.shown[0]
    assert "z" * 401 not in shown.shown[0]


def test_a_first_request_is_shown_with_no_turns() -> None:
    shown = model(RequestClass(class_id="R1"))
    classifier = ModelClassifier(shown)
    classifier.classify("now", ())
    assert shown.shown[0] == render(PROMPT, request="now", turns="none")
    assert classifier.prompt_digest == digest(PROMPT)


@pytest.mark.parametrize("answer", [None, "X1", {"class_id": "whatever you like"}, {"class_id": "R1", "more": 1}])
def test_anything_but_a_class_is_an_error_and_the_gate_refuses(answer: Any) -> None:
    broken: BaseChatModel = model(answer)
    assert admit("So, what of the lungs?", classifier=ModelClassifier(broken)).action == "refuse"


def test_no_answer_is_named_as_invalid_model_output() -> None:
    with pytest.raises(ModelOutputError, match="not a class"):
        ModelClassifier(model(None)).classify("Potassium?", ())


def test_what_the_classifier_costs_counts_to_the_question() -> None:
    meter = Meter()
    chat = ChatMedGemma(engine=ScriptedEngine(['{"class_id": "X2"}', "no class"]))
    admit("So, what of the lungs?", classifier=ModelClassifier(chat), spent=meter)
    first = meter.usage()
    assert first["calls"] == 1
    assert first["prompt_tokens"] > first["generated_tokens"] > 0
    assert admit("So, what of the lungs?", classifier=ModelClassifier(chat), spent=meter).decided_by == "failure"
    assert meter.usage()["calls"] == 2
    assert meter.usage()["prompt_tokens"] == 2 * first["prompt_tokens"]


def test_prompts_name_every_value_that_is_missing_or_unused() -> None:
    with pytest.raises(PromptError, match=r"missing values \['turns'\].*not use \['patient'\]"):
        render(PROMPT, request="x", patient="y")
    with pytest.raises(PromptError, match="there is no prompt"):
        render("no_such_prompt")
    with pytest.raises(PromptError, match="no prompt name"):
        render("../secrets")


def test_every_prompt_says_what_it_is_for_and_has_a_digest() -> None:
    assert PROMPT in names()
    assert all(len(digest(name)) == 64 for name in names())
    assert "$" not in render(PROMPT, request="a", turns="b")
