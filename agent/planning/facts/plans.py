"""What is planned for somebody: what a goal aims at, when a care plan began or ended and whether it runs, and what of
it holds a point, or tells somebody to do it.

"What is his HbA1c goal?", "LDL should be kept below what figure?", "does the plan for the burn say to stay off it?".
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.facts.counted_off import Words, words_for
from chartwarden.agent.planning.facts.entries import plan_named
from chartwarden.agent.planning.names.mentions import Mention
from chartwarden.agent.planning.reading.skeleton import NAMED, Skeleton
from chartwarden.agent.planning.wording.question_words import is_yes_no
from chartwarden.tools.records.manifest import Manifest
from chartwarden.tools.records.query import Concept, RecordQuery

_OF_NAME = Pattern(r"\b(qc\d+)(?= (?:care |treatment |management )?plans?\b)")
_WHICH_PLAN = Pattern(r"\b(?:which|what|list|name)(?: (?:the|all|active|current|running|qc\d+))* (?:\w+ )?plans?\b")


def plan_asked(skeleton: Skeleton, manifest: Manifest) -> tuple[RecordQuery, ...] | None:
    """The query for a goal or of a care plan; None where neither is asked, or a word is left over."""
    return _goal(skeleton, manifest) or _point(skeleton) or _course(skeleton) or _running(skeleton)


def _running(skeleton: Skeleton) -> tuple[RecordQuery, ...] | None:
    """Which care plans run now, whatever they are for."""
    words = Words(skeleton, "plan")
    if not words.take_all(words_for("nouns", "CarePlan")) or not words.take("runs") or is_yes_no(words.whole):
        return None
    words.take("list")
    query = RecordQuery(types=("CarePlan",), status=("active",), measure="distinct", target="name")
    return (query,) if words.are_used_up() and words.window() is None else None


def _course(skeleton: Skeleton) -> tuple[RecordQuery, ...] | None:
    """When the care plan of a name, or for a condition, began or ended, or whether it still runs."""
    named = plan_named(skeleton)
    if named is None or not words_for("nouns", "CarePlan").search(Words(skeleton, "plan").whole):
        return None
    words, query = Words(skeleton, "plan", named[0]), named[1]
    words.take_all(words_for("nouns", "CarePlan"))
    when, runs = words.take("when"), words.take("runs")
    ends, begins = words.take("ends"), words.take("begins")
    listed, since = words.take("list"), "since" in words.whole
    which = words.which()
    query = query.model_copy(update={"window": words.window()})
    is_open = query.window is not None and query.window.end is None
    if not words.are_used_up() or bool(runs and ends):
        return None
    if ends and query.window and is_yes_no(NAMED.sub("", words.whole)):
        asked = {"ended": True, "measure": "exists", "target": "name"}
        return None if when or begins or listed or which.is_said else (query.model_copy(update=asked),)
    if is_open:
        return None
    if listed and not (when or ends or begins or which.is_said) and _WHICH_PLAN.search(words.whole):
        status = ("active",) if runs else ()
        return (query.model_copy(update={"status": status, "measure": "distinct", "target": "name"}),)
    if listed and not when:
        return None
    row = {"which": which.which if which.is_said else "last", "index": which.index}
    if is_yes_no(NAMED.sub("", words.whole)):
        is_now = (runs or ends) and not (when or begins or which.is_said or query.window)
        told = {"status": ("active",), "measure": "exists", "target": "name", "negated": bool(ends)}
        return (query.model_copy(update=told),) if is_now else None
    if ends and (not begins or query.window):
        return (query.model_copy(update={"target": "end", **row}),)
    if begins and ends:
        return tuple(query.model_copy(update={"target": target, **row}) for target in ("time", "end"))
    return (query.model_copy(update={"target": "time", **row}),) if begins or (runs and since) else None


def _goal(skeleton: Skeleton, manifest: Manifest) -> tuple[RecordQuery, ...] | None:
    """The goals for what is measured: by their words, or the number that one sets."""
    names = {f"qc{n}": one for n, one in enumerate(skeleton.mentions) if "Observation" in one.linked.types}
    words = Words(skeleton, "plan", names)
    if (
        not manifest.counts.get("Goal")
        or not words.take("goal")
        or is_yes_no(words.whole)
        or words.has("met")
        or len(names) != 1
    ):
        return None
    figure = words.take("figure")
    if words.window() is not None or not words.are_used_up():
        return None
    (thing,) = names.values()
    labels = [entry.label for entry in manifest.named("Goal") if _is_of(entry.label, thing)]
    concept = Concept(words=thing.words, texts=tuple(labels), via="a goal that names it" if labels else "")
    query = RecordQuery(types=("Goal",), concept=concept, measure="distinct", target="name")
    return (query.model_copy(update={"target": "attribute", "field": "limit"}) if figure else query,)


def _is_of(goal: str, thing: Mention) -> bool:
    """Whether the words of a goal name what is measured, by any of its names."""
    said = set(re.findall(r"[a-z0-9]+", goal.lower()))
    forms = {thing.words.lower(), *(" ".join(form) for row in thing.linked.known for form in row.forms)}
    forms |= {entry.label.lower() for link in thing.linked.of("Observation") for entry in link.entries}
    return any(set(re.findall(r"[a-z0-9]+", form)) <= said for form in forms if form)


def _point(skeleton: Skeleton) -> tuple[RecordQuery, ...] | None:
    """Whether a care plan, of any condition or of one, has something among its activities."""
    named = {f"qc{n}": one for n, one in enumerate(skeleton.mentions) if one.linked.of("CarePlan", "Condition")}
    reasons = {token: one for token, one in named.items() if "Condition" in one.linked.types}
    own = {token: named[token] for token in _OF_NAME.findall(skeleton.typed) if token in named and token not in reasons}
    points = {token: one for token, one in named.items() if token not in reasons and token not in own}
    words = Words(skeleton, "plan", {**points, **reasons, **own})
    if len(points) != 1 or len(own) > 1 or len(reasons) > 1 or not words_for("nouns", "CarePlan").search(words.whole):
        return None
    if not is_yes_no(NAMED.sub("", words.whole).strip(" ,")) and not words.has("asks_so"):
        return None
    words.take_all(words_for("nouns", "CarePlan"))
    active = words.take_all(words_for("plan", "active"))
    words.take("tells")
    window = words.window()
    (point,) = points.values()
    linked = point.linked.of("CarePlan")[0]
    if not any(words.over() <= set(entry.label.lower().split()) for entry in linked.entries):
        return None  # "the use of bandages": "use" and "of" are words of what is linked
    reason = next((one.linked.of("Condition")[0].concept(one.words) for one in reasons.values()), None)
    query = RecordQuery(
        types=("CarePlan",), concept=linked.concept(point.words), reason=reason, window=window,
        status=("active",) if active else (), measure="exists", target="name",
    )  # fmt: skip
    for name in own.values():  # the plans of that name, held against what is among their activities
        plan, activities = name.linked.of("CarePlan")[0], tuple(entry.label for entry in linked.entries)
        asked = {"concept": plan.concept(name.words), "target": "result", "held": True, "one_of": activities}
        query = query.model_copy(update=asked)
    return (query,)
