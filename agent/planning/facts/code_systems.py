"""How many diagnoses are coded in one system, of all or of one stay: "how many of her diagnoses are ICD-9?"."""

from __future__ import annotations

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.facts.counted_off import Words
from chartwarden.agent.planning.facts.stay_told import Asked, told_stay
from chartwarden.agent.planning.reading.skeleton import Skeleton
from chartwarden.tools.records.manifest import Manifest
from chartwarden.tools.records.query import Anchor, Coding, Concept, RecordQuery

_SYSTEM = Pattern(
    r"\b(?P<name>icd|snomed)(?:[ -]*ct)?(?: ?-? ?(?P<version>9|10)(?:-?cm)?)?(?P<codes> ?code[ds]?| ?coding)?\b"
)
_NOT_OF = Pattern(r"\(? ?\b(?:rather than|not|and not|instead of|as opposed to|versus|vs|excluding)\b[^.?;]*")
_COUNTED = Pattern(r"\bhow many\b|\b(?:number|count) of\b|^(?:number|count)\b|\bcount(?= ?[?.]*$)")
_DIAGNOSES = Pattern(r"\bdiagnos[ei]s\b|\bconditions?\b|\bproblems?\b")
_DISTINCT = Pattern(r"\b(?:distinct|different|unique)\b")
_CARRY = Pattern(
    r"\b(?:use[sd]?|using|carry|carries|with|under|coded|codes?|in|at|entries|entry|are|distinct|different|unique)\b"
)


def code_system_asked(skeleton: Skeleton, manifest: Manifest) -> tuple[RecordQuery, ...] | None:
    """The query of a question for how many diagnoses are coded in one system; None for any other."""
    words = Words(skeleton, "stay")
    words.left = _NOT_OF.compiled.sub(" ", words.left)
    told = _SYSTEM.search(words.left)
    if told is None or len(words.take_all(_SYSTEM)) != 1 or not words.take_all(_COUNTED):
        return None
    if not words.take_all(_DIAGNOSES) and not told["codes"]:
        return None
    is_distinct = bool(_DISTINCT.search(words.left))
    words.take_all(_CARRY)
    asked = Asked(words, skeleton, manifest)
    stay = told_stay(asked) if words.has("spoken") else None
    wanted = f"{told['name']}{told['version'] or ''}"
    systems = {
        coding.system for entry in manifest.named("Condition") for coding in entry.codings
        if wanted in coding.system.lower().replace("-", "")
    }  # fmt: skip
    is_one = stay is not None and (stay.window or asked.which.is_said or asked.by_length)
    if not systems or not words.are_used_up() or (stay is not None and not is_one):
        return None
    concept = Concept(
        words=told.group(), codings=tuple(Coding(system=one) for one in sorted(systems)), via=f"code system {wanted}"
    )
    measure = "count_distinct" if is_distinct else "count"
    query = RecordQuery(types=("Condition",), concept=concept, measure=measure, target="name")
    if stay is None:
        return (query,)
    event = stay.model_copy(update={**asked.row(), "target": "time"})
    return (query.model_copy(update={"anchor": Anchor(event=event, relation="during")}),)
