"""How many procedures were done on a day, in a time, or in intensive care: "EKGs in the ICU on 3 May: how many?"."""

from __future__ import annotations

from chartwarden.agent.planning.facts.counted_off import Words, words_for
from chartwarden.agent.planning.reading.skeleton import Skeleton
from chartwarden.tools.records.manifest import Manifest
from chartwarden.tools.records.query import Concept, RecordQuery


def procedures_counted(skeleton: Skeleton, manifest: Manifest) -> tuple[RecordQuery, ...] | None:
    """The query of such a question; None where it is none, or a word of it is left over."""
    named: dict[str, Concept] = {}
    for n, mention in enumerate(skeleton.mentions):
        linked = mention.linked.of("Procedure")
        if linked and not words_for("procedure", "icu").fullmatch(mention.words.lower()):
            named[f"qc{n}"] = linked[0].concept(mention.words)
    words = Words(skeleton, "procedure", named)
    if len({one.codings for one in named.values()}) > 1 or not words.take("count"):
        return None
    things, in_icu = words.take("thing"), words.take("icu")
    window, distinct = words.window(), words.take("distinct")
    if not (named or things) or not in_icu or (distinct and named):
        return None
    words.take("done")
    query = RecordQuery(types=("Procedure",), concept=next(iter(named.values()), None), window=window, target="name")
    query = query.model_copy(update={"encounter_kind": ("icu",), "measure": "count_distinct" if distinct else "count"})
    return (query,) if words.are_used_up() else None
