"""The state machine: which step follows which. What a step does is in `nodes.py`.

admit ──► plan ⇄ act ──► write ──► ground ──► release
  │         │              ▲  ▲        │         ▲
  │         ├──────────────┘  └────────┘ mend    │
  │         ├─► clarify ───────────────── once ──┤
  └─────────┴────────────────────────────────────┘
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, get_args, get_type_hints

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime
from langgraph.types import Command

from chartwarden.agent.nodes import ANSWERED_FROM_RECORD, Steps, Update
from chartwarden.agent.planning.planner import Clarify, UseTools
from chartwarden.agent.run import Runs, Services
from chartwarden.agent.session import Session
from chartwarden.agent.state import QuestionInput, QuestionOutput, QuestionState

Graph = CompiledStateGraph[QuestionState, Session, QuestionInput, QuestionOutput]


def after_admit(state: QuestionState) -> Literal["plan", "release"]:
    """To the record where some part of the question is for the record to answer."""
    admission = state["admission"]
    looks = admission.action in ("answer", "facts_only") or bool(admission.record_part)
    return "plan" if looks and admission.action in ANSWERED_FROM_RECORD else "release"


def after_plan(state: QuestionState) -> Literal["act", "clarify", "write"]:
    """As the planner decided."""
    if isinstance(state["step"], UseTools):
        return "act"
    return "clarify" if isinstance(state["step"], Clarify) else "write"


def after_act(state: QuestionState) -> Literal["plan", "write"]:
    """Back to the planner, unless it said that these calls are its last and none was left out for a limit."""
    step, done = state["step"], {result.call for result in state["results"]}
    return "write" if isinstance(step, UseTools) and step.last and done.issuperset(step.calls) else "plan"


def after_clarify(state: QuestionState) -> Literal["plan", "release"]:
    """Plan again once the person has chosen; without a person the outcome says what was unclear."""
    return "plan" if state["choice"] else "release"


def after_write(state: QuestionState) -> Literal["ground", "release"]:
    """A draft that only says why there is no answer has nothing to check; release lets our own words out alone."""
    return "release" if state["draft"].outcome == "failed" else "ground"


def after_ground(state: QuestionState) -> Literal["write", "release"]:
    """Rejected sentences go back to the planner, once."""
    return "write" if state["failed"] else "release"


def _leading_on(
    step: Callable[[QuestionState, Runtime[Session]], Update], after: Callable[[QuestionState], str]
) -> Callable[..., Command[str]]:
    """A step that goes on by itself: an edge with a condition has LangGraph read all of the state once more."""

    def goes(state: QuestionState, runtime: Runtime[Session]) -> Command[str]:
        update = step(state, runtime)
        changed: Any = {**state, **update}
        return Command(update=update, goto=after(changed))

    return goes


def build_graph(services: Services, *, checkpointer: BaseCheckpointSaver[str] | None = None) -> Graph:
    """Compile the state machine over the services of one assistant.

    Usable on its own, as a subgraph, and with any checkpointer. The session is the run's context, a `Session` or the
    same as JSON: `graph.invoke({"question": "..."}, context=session)["answer"]`. With a checkpointer and an interactive
    session it interrupts to have the disclaimer acknowledged (`{"kind": "acknowledge", ...}`, go on with
    `Command(resume=NAME)`) and to clarify (`{"kind": "clarify", "question", "choices"}`, go on with the choice).
    """
    steps = Steps(Runs(services))
    graph = StateGraph(QuestionState, context_schema=Session, input_schema=QuestionInput, output_schema=QuestionOutput)
    graph.add_edge(START, "admit")
    for step, after in (
        (steps.admit, after_admit),
        (steps.plan, after_plan),
        (steps.act, after_act),
        (steps.clarify, after_clarify),
        (steps.write, after_write),
        (steps.ground, after_ground),
    ):
        graph.add_node(step.__name__, _leading_on(step, after), destinations=get_args(get_type_hints(after)["return"]))
    graph.add_node("release", steps.release)
    graph.add_edge("release", END)
    return graph.compile(checkpointer=checkpointer, name="chartwarden")
