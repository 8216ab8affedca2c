"""What the order of one drug says in words: its instruction text, or the product as its full name has it.

"The amoxicillin order for the ear infection has an instruction: what does it say?", "full product name of her
insulin?".
"""

from __future__ import annotations

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.facts.counted_off import Words
from chartwarden.agent.planning.names.mentions import Mention
from chartwarden.agent.planning.reading.skeleton import Skeleton
from chartwarden.agent.planning.wording.question_words import is_yes_no
from chartwarden.tools.records.concepts import Link
from chartwarden.tools.records.manifest import Manifest
from chartwarden.tools.records.query import Anchor, RecordQuery

_DRUG, _CONDITION = "MedicationRequest", "Condition"
_NAMES = Pattern(r"\bqc\d+\b")


def prescription_text(skeleton: Skeleton, manifest: Manifest) -> tuple[RecordQuery, ...] | None:
    """The query for the words of an order; None where another thing is asked, or a word is left over."""
    names: dict[str, tuple[Mention, Link]] = {}
    for n, one in enumerate(skeleton.mentions):
        link = next(iter((*one.linked.of(_DRUG), *one.linked.of(_CONDITION))), None)
        if link is not None and not Words(skeleton, "wording").has_only(one.words.lower()):
            names[f"qc{n}"] = (one, link)
    words = Words(skeleton, "wording", names)
    drugs = [(one, link) for one, link in names.values() if link.resource_type == _DRUG]
    reasons = [(one, link) for one, link in names.values() if link.resource_type == _CONDITION]
    if len(drugs) != 1 or len(reasons) > 1 or is_yes_no(words.whole):
        return None
    text, product = words.take("instruction"), words.take("product")
    if bool(text) is bool(product):
        return None
    words.take("carries")
    words.take("says")
    now = words.take("now")
    which, window = words.which(), words.window()
    words.take_all(_NAMES)
    if not words.are_used_up():
        return None
    (said, drug), reason = drugs[0], next((link.concept(one.words) for one, link in reasons), None)
    query = RecordQuery(types=(_DRUG,), concept=drug.concept(said.words), window=window)
    if reason is not None:  # the visit that it was found at tells which order, also one that names no reason
        found = RecordQuery(types=(_CONDITION,), concept=reason, target="time")
        query = query.model_copy(update={"anchor": Anchor(event=found, relation="same_encounter")})
    if product:
        row: dict[str, object] = {"status": ("active",) if now else (), "measure": "distinct", "target": "name"}
        return (query.model_copy(update=row),)
    row = {"which": which.which, "index": which.index} if which.is_said else {"measure": "distinct"}
    return (query.model_copy(update={**row, "target": "instructions"}),)
