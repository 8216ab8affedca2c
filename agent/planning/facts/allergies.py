"""Whether the record has an allergy to something, however that is noted down: "latex allergic?"."""

from __future__ import annotations

from chartwarden.agent.planning.facts.counted_off import Words
from chartwarden.agent.planning.reading.skeleton import Skeleton
from chartwarden.agent.planning.wording.question_words import is_yes_no
from chartwarden.tools.records.manifest import Manifest
from chartwarden.tools.records.query import Concept, RecordQuery


def allergy_asked(skeleton: Skeleton, manifest: Manifest) -> tuple[RecordQuery, ...] | None:
    """The query of a question whether there is an allergy to one thing; None where a word of it is left over."""
    concepts: dict[str, Concept] = {}
    for n, mention in enumerate(skeleton.mentions):
        known = any(row.kind == "allergen" for row in mention.linked.known)
        linked = mention.linked.of("AllergyIntolerance")
        if known or linked:
            concepts[f"qc{n}"] = linked[0].concept(mention.words) if linked else Concept(words=mention.words)
    words = Words(skeleton, "allergy", concepts)
    if len({one.codings or one.words.lower() for one in concepts.values()}) != 1 or not words.take("allergic"):
        return None
    if (
        words.window() is not None
        or words.has("which")
        or not (is_yes_no(words.whole) or len(words.whole.split()) < 14)
    ):
        return None
    active = words.take("active")
    if not words.are_used_up():
        return None
    (concept, *_) = concepts.values()
    status = ("active",) if active else ()
    return (
        RecordQuery(types=("AllergyIntolerance",), concept=concept, status=status, measure="exists", target="name"),
    )


def critical_asked(skeleton: Skeleton, manifest: Manifest) -> tuple[RecordQuery, ...] | None:
    """The query for allergies of a criticality: how many, which, or whether there are any; None for anything else."""
    words = Words(skeleton, "allergy")
    level = words.take("level")
    if len(level) != 1 or not words.take("allergic") or words.window() is not None:
        return None
    count, which = words.take("count"), words.take("list")
    active = words.take("active")
    if not words.are_used_up():
        return None
    query = RecordQuery(
        types=("AllergyIntolerance",), status=("active",) if active else (), field="criticality", target="name",
        one_of=("high" if "high" in level[0] else "low",),
    )  # fmt: skip
    measure = "count" if count else "distinct" if which or not is_yes_no(words.whole) else "exists"
    return (query.model_copy(update={"measure": measure}),)
