"""Which planner answers here, and whether a model also sorts the requests that no rule of the gate decides."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass

from chartwarden.agent.gate import Classifier
from chartwarden.agent.llm.selection import build, select
from chartwarden.agent.planning.planner import Planner
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.agent.settings import Settings

CLASS_TOKENS = 32
"""Longest output of the gate's classifier: one class name in a small object."""


@dataclass(frozen=True)
class Chosen:
    """Who takes the decisions that are left to a planner, and those that are left to a classifier."""

    planner: Planner
    classifier: Classifier | None = None
    """None: what the gate's rules do not decide gets recorded facts only."""


def choose(settings: Settings, owned: ExitStack) -> Chosen:
    """The planner the settings ask for, and the classifier beside it; `auto` takes the model only where it can run.

    A prompt's budget is what the settings allow and the model has room for beside its output. `owned` closes the model
    together with what uses it. Raises `ModelLoadError` when a model is insisted on and cannot be used here; the
    message says what is missing.
    """
    rules = RulesPlanner(settings.readings)
    if select(settings.model).kind == "rules":
        return Chosen(rules)
    from chartwarden.agent.gate.model import ModelClassifier
    from chartwarden.agent.llm.chat import ChatMedGemma
    from chartwarden.agent.planning.model.planner import ANSWER_TOKENS, ModelPlanner

    engine = build(settings.model)
    owned.callback(engine.close)
    model = ChatMedGemma(model=engine.name, engine=engine, max_tokens=ANSWER_TOKENS)
    identity = dict(engine.identity())
    classifier: ModelClassifier | None = None
    if settings.model.classifies_requests:
        classifier = ModelClassifier(
            ChatMedGemma(model=engine.name, engine=engine, max_tokens=CLASS_TOKENS, timeout=settings.limits.seconds)
        )
        identity["prompt_classify_request"] = classifier.prompt_digest
    planner = ModelPlanner(
        model,
        rules=rules,
        fall_back=settings.model.fall_back_to_rules,
        prompt_tokens=min(settings.limits.prompt_tokens, engine.capabilities().context_tokens - ANSWER_TOKENS),
        identity=identity,
    )
    return Chosen(planner, classifier)
