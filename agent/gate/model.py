"""A `Classifier` over any LangChain chat model, with the answer constrained to the class ids.

It is asked only where the rules leave a request open, and whatever goes wrong with it ends in a refusal (`admit`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from langchain_core.callbacks import UsageMetadataCallbackHandler
from pydantic import BaseModel, ConfigDict

from chartwarden.agent.errors import ModelOutputError
from chartwarden.agent.gate.admission import Spent
from chartwarden.agent.gate.taxonomy import ClassId
from chartwarden.agent.llm.template import neutral
from chartwarden.prompts import digest, render

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

PROMPT = "classify_request"

MAX_TURNS_SHOWN = 4
"""Earlier requests the model is shown: enough to see what a follow-up leans on."""
MAX_TURN_CHARS = 400
"""Of each."""


class RequestClass(BaseModel):
    """The class of a request."""

    model_config = ConfigDict(extra="forbid")

    class_id: Literal[
        "R1", "R2", "R3", "R4", "R5", "R6", "R7", "R9", "K1",
        "X1", "X2", "X3", "X4", "X5", "X6", "X7", "X8", "X9", "X10", "X11", "MIX", "UNSURE",
    ]  # fmt: skip


class ModelClassifier:
    """Asks a chat model for the class. Its answer is one of the class ids or an error, never free text."""

    def __init__(self, model: BaseChatModel) -> None:
        self._model = model.with_structured_output(RequestClass)

    @property
    def prompt_digest(self) -> str:
        """SHA-256 of the prompt, for the log."""
        return digest(PROMPT)

    def classify(self, request: str, turns: tuple[str, ...], spent: Spent | None = None) -> ClassId:
        """The class of the request. `ModelOutputError` when the model's answer is none; the gate then refuses."""
        earlier = "\n".join(neutral(turn[:MAX_TURN_CHARS]) for turn in turns[-MAX_TURNS_SHOWN:]) or "none"
        counted = UsageMetadataCallbackHandler()
        prompt = render(PROMPT, request=neutral(request), turns=earlier)
        try:
            answer = self._model.invoke(prompt, config={"callbacks": [counted]})
        finally:
            if spent is not None:
                used = counted.usage_metadata.values()
                spent.add(
                    calls=1,
                    prompt_tokens=sum(one["input_tokens"] for one in used),
                    generated_tokens=sum(one["output_tokens"] for one in used),
                )
        if isinstance(answer, Mapping):
            answer = RequestClass.model_validate(answer)
        if not isinstance(answer, RequestClass):
            raise ModelOutputError(f"the classifier gave a {type(answer).__name__}, not a class", cause="invalid")
        return answer.class_id
