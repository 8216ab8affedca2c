"""Which engine a question would use here, and why: the one place where `auto` is decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from chartwarden.agent.errors import ModelLoadError
from chartwarden.agent.llm.engine import Engine
from chartwarden.agent.settings import ModelSettings


@dataclass(frozen=True)
class Selection:
    """A decision and its reasons."""

    kind: Literal["rules", "in_process", "endpoint"]
    model: str
    """Checkpoint or served name; empty for rules."""
    reasons: tuple[str, ...]


def select(settings: ModelSettings) -> Selection:
    """Decide without loading weights or asking a server.

    `auto` takes the model where an endpoint is set, or where libraries, weights and a CUDA GPU with room for them are
    found. `model` insists, and then the CPU will do.
    """
    if settings.planner == "rules":
        return Selection("rules", "", ("the settings ask for the rules planner",))
    if settings.endpoint:
        served = settings.endpoint_model or settings.checkpoint
        return Selection("endpoint", served, (f"an endpoint is set: {', '.join(settings.endpoint)}",))
    insisted = settings.planner == "model"
    problem, reasons = _in_process(settings, insisted)
    if problem and not insisted:
        return Selection("rules", "", (problem,))
    return Selection("in_process", settings.checkpoint, (problem,) if problem else reasons)


def _in_process(settings: ModelSettings, insisted: bool) -> tuple[str, tuple[str, ...]]:
    """What stands in the way of the model in this process, else why it can run."""
    from chartwarden.agent.llm.weights import find

    try:
        weights = find(settings.checkpoint, settings.revision)
    except ModelLoadError as error:
        return str(error), ()
    from chartwarden.agent.llm.loading import missing_libraries, plan_for, told_missing
    from chartwarden.agent.llm.transformers_engine import Options

    missing = missing_libraries(settings)
    if missing:
        return told_missing(missing), ()
    plan = plan_for(settings, weights, Options())
    if plan.problem:
        return f"{plan.problem}. What helps: {'; '.join(plan.remedies)}", ()
    if plan.device == "cpu" and not insisted:
        return f"{settings.checkpoint} is here, but no CUDA GPU: set planner to `model` to run it on the CPU", ()
    return "", plan.reasons


def build(settings: ModelSettings, *, max_retries: int = 2) -> Engine:
    """The engine the settings lead to. Raises ModelLoadError when that is no model, or it cannot be loaded."""
    chosen = select(settings)
    if chosen.kind == "rules":
        raise ModelLoadError(f"no model to use: {chosen.reasons[0]}")
    if chosen.kind == "endpoint":
        from chartwarden.agent.llm.endpoint import EndpointEngine

        return EndpointEngine(
            settings.endpoint,
            model=settings.endpoint_model,
            api_key=settings.api_key.get_secret_value(),
            max_retries=max_retries,
        )
    from chartwarden.agent.llm.transformers_engine import TransformersEngine

    return TransformersEngine.load(settings)
