"""Asking a chat model for one filled form: within the question's limits, read strictly, asked once more with a reason.

JSON that was cut off is never completed by guessing: a decision is one whole JSON object that fits its form, or there
is none. A thinking trace before it and a Markdown fence around it are taken off; anything else beside it is a fault.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from chartwarden.agent.errors import ModelLoadError, ModelOutputError
from chartwarden.agent.llm.template import THINK_CLOSE, THINK_OPEN, neutral
from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.meter import Meter
from chartwarden.agent.planning.model.fitting import Lines, fitted
from chartwarden.agent.planning.model.forms import Schema, check

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

MIN_TOKENS = 24
"""Fewer generated tokens than this hold no decision."""

_NO_ANSWER = ("server", "silent")
"""Causes of a server that is gone, refuses or keeps silent: there is no output to repair."""

T = TypeVar("T")
_FENCE = Pattern(r"\A```(?:json)?\s*(?P<body>.*?)\s*```\Z", re.DOTALL)


class Asker:
    """Puts prompts to a chat model and reads the forms it fills in."""

    def __init__(self, model: BaseChatModel, prompt_tokens: int) -> None:
        self.model = model
        self._prompt_tokens = prompt_tokens

    def ask(
        self,
        prompt: str,
        form: Schema,
        values: Mapping[str, str | Lines],
        read: Callable[[Any], T],
        meter: Meter,
        *,
        max_tokens: int,
        repair: str = "",
    ) -> T:
        """One form, filled in and read; asked once more with a plain reason when it is not usable.

        Raises `ModelOutputError` when it is not usable then either, or when the question has no tokens or seconds left
        (cause `limit`); `ModelLoadError` when there is no model to ask.
        """
        try:
            return read(check(self._answer(prompt, form, {**values, "repair": repair}, meter, max_tokens), form))
        except ModelOutputError as fault:
            _count(fault, meter)
            if fault.cause == "limit":
                raise
            meter.add(repairs=1)
            reason = f"Your last output was not usable: {neutral(str(fault))}. Answer again, in English."
        try:
            again = {**values, "repair": f"{repair}\n{reason}".strip()}
            return read(check(self._answer(prompt, form, again, meter, max_tokens), form))
        except ModelOutputError as fault:
            _count(fault, meter)
            raise

    def _answer(
        self, prompt: str, form: Schema, values: Mapping[str, str | Lines], meter: Meter, max_tokens: int
    ) -> Any:
        if meter.tokens_left < MIN_TOKENS:
            raise ModelOutputError("the question has used up its generated tokens", cause="limit")
        if not meter.seconds_left:
            raise ModelOutputError("the question has used up its seconds", cause="limit")
        text, used = fitted(prompt, values, self._prompt_tokens, self.model.get_num_tokens)
        named = {"title": "decision", "description": "One decision.", **form}
        model = self._limited(min(max_tokens, meter.tokens_left), meter.seconds_left)
        asked = model.with_structured_output(named, method="json_schema", include_raw=True)
        meter.add(calls=1)
        meter.asked(prompt, text)
        try:
            answered = asked.invoke(text)
        except (ModelOutputError, ModelLoadError) as fault:
            cause = fault.cause if isinstance(fault, ModelOutputError) else "no model"
            meter.add(prompt_tokens=used)
            meter.heard(prompt, f"({type(fault).__name__}: {cause})")
            raise
        assert isinstance(answered, dict), "include_raw gives a dictionary"
        raw = answered["raw"]
        usage = getattr(raw, "usage_metadata", None) or {}
        said = str(raw.text)
        generated = usage.get("output_tokens") or self.model.get_num_tokens(said)
        meter.add(prompt_tokens=usage.get("input_tokens") or used, generated_tokens=generated)
        meter.heard(prompt, said)
        if not said and answered["parsed"] is not None:
            return answered["parsed"]  # a model that fills forms by tool calls leaves its text empty
        return whole_object(said)

    def _limited(self, max_tokens: int, seconds: float) -> BaseChatModel:
        """The model with the limits of this call, as far as it has such settings."""
        limits = {"max_tokens": max_tokens, "timeout": seconds}
        known = {name: limit for name, limit in limits.items() if name in type(self.model).model_fields}
        return self.model.model_copy(update=known)


def _count(fault: ModelOutputError, meter: Meter) -> None:
    """Count a failure by its cause. `ModelLoadError` where nothing was said that could be said better."""
    meter.add(**{f"failed_{fault.cause}": 1})
    if fault.cause in _NO_ANSWER:
        raise ModelLoadError(str(fault)) from fault


def whole_object(said: str) -> dict[str, Any]:
    """The one JSON object that a model's output is. `ModelOutputError` for everything else, with its cause."""
    text = said.strip()
    if text.startswith(THINK_OPEN):
        _, closed, text = text.partition(THINK_CLOSE)
        if not closed:
            raise ModelOutputError("it only thought, and gave no answer", cause="cut_off")
        text = text.strip()
    fenced = _FENCE.match(text)
    text = fenced["body"] if fenced else text
    if not text:
        raise ModelOutputError("it is empty", cause="empty")
    try:
        found = json.loads(text, object_pairs_hook=_once)
    except json.JSONDecodeError as fault:
        is_cut = fault.pos >= len(text.rstrip()) or "Unterminated" in fault.msg
        if is_cut and text.startswith("{"):
            raise ModelOutputError("it is cut off; write less", cause="cut_off") from None
        raise ModelOutputError("it is not one JSON object and nothing else") from None
    except RecursionError:
        raise ModelOutputError("it is nested without end", cause="repetitive") from None
    if not isinstance(found, dict):
        raise ModelOutputError("it is not one JSON object")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) < len(pairs):
        raise ModelOutputError("it gives one field twice", cause="contradictory")
    return dict(pairs)
