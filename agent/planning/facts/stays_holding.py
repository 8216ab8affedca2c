"""How many stays there were at which something was ordered, given, done or coded.

stays with a digoxin order, how many? | at how many admissions was she given albumin?
"""

from __future__ import annotations

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.facts.stay_told import Asked, link_of, told_stay
from chartwarden.agent.planning.wording.question_words import is_yes_no
from chartwarden.tools.records.query import Anchor, RecordQuery, Relation

_STAYS = Pattern(r"\b(?:stays|admissions|hospitali[sz]ations|(?:hospital|icu|in-?patient) (?:encounters|visits))\b")
_WITH = Pattern(
    r"\b(?:in|on|at|during|with|had|have|has|include[ds]?|including|involv(?:ed|ing)|saw|contain(?:ed|ing)?|where|which"
    r"|that|any|an?|some|least|one|different|separate|distinct|did|they|somebody|anyone|there|order|orders"
    r"|ordered|prescri(?:bed?|ption|ptions)|given|give|got|get|received?|receiving|administered|done|performed|undergo"
    r"|underwent|underg(?:o|one|oing)|made|written|put|coded|recorded|listed|diagnosed|diagnosis|appear(?:s|ed)?)\b"
)
_FOR = Pattern(r"\b(?:for|with|because of|due to|over) (?:(?:the|an?|his|her|my|their) )*qc\d+(?! order| prescri)")
"""What stays were for, and not what they held."""
_DONE_WITH = Pattern(r"\b(?:given|give|got|get|received?|administered)\b")
_TYPES = ("Procedure", "MedicationRequest", "MedicationAdministration", "Condition")


def stays_holding(asked: Asked) -> RecordQuery | None:
    """The query of such a question; None for any other."""
    words = asked.words
    if (
        _FOR.search(words.whole)
        or len(asked.names) != 1
        or is_yes_no(words.whole)
        or not _STAYS.search(words.whole)
        or not asked.take("count")
    ):
        return None
    is_given = bool(_DONE_WITH.search(words.left))
    words.take_all(_WITH)
    (mention,) = asked.names.values()
    types = ("MedicationAdministration", *_TYPES) if is_given else _TYPES
    link = next((found for one in types if (found := link_of(mention, one)) is not None), None)
    asked.names = {}
    stays = told_stay(asked) if link is not None else None
    is_of_all = stays is not None and not (asked.which.is_said or asked.by_length)
    if stays is None or link is None or not is_of_all or stays.encounter_kind not in (("hospital",), ("icu",)):
        return None
    event = RecordQuery(types=(link.resource_type,), concept=link.concept(mention.words), target="time")
    relation: Relation = "same_encounter" if link.resource_type == "Condition" else "holds"
    return stays.model_copy(
        update={"anchor": Anchor(event=event, relation=relation), "measure": "count", "target": "name"}
    )
