"""What else nothing recorded meets, as an absence tells it: at which stays it would be, or how they would end."""

from __future__ import annotations

from chartwarden.agent.planning.field_names import ATTRIBUTES
from chartwarden.tools.records.encounters import NONE_RECORDED
from chartwarden.tools.records.query import RecordQuery


def held_against(question: RecordQuery) -> str:
    """What else nothing recorded meets: at which stays it would have to be, or how they would have to end."""
    told = " at each of the stays" if question.at_each is not None else ""
    told += " at both of the stays" if question.also_in is not None else ""
    told += " that is not at the other one" if question.not_in is not None else ""
    told += " that holds what is asked" if question.anchor is not None and question.anchor.relation == "holds" else ""
    told += " without what is asked" if question.anchor and question.anchor.relation == "holds_none" else ""
    if question.disposition == NONE_RECORDED:
        told += " without a recorded disposition"
    elif question.disposition:
        told += f' with the disposition "{question.disposition.split("|")[0].lstrip("=")}"'
    if question.one_of and question.field and question.types != ("Patient",):
        told += f' with the {ATTRIBUTES.get(question.field, question.field)} "{question.one_of[0]}"'
    if question.code_prefix == "*":
        told += f" with a code of {question.field}"
    elif question.code_prefix:
        told += f' with a code that begins with "{question.code_prefix}"'
    return told + (f' in "{question.place}"' if question.place else "")
