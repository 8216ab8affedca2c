"""Which fact a question asks for, as queries: by the readers of this folder, each of which takes all of its words."""

from __future__ import annotations

from chartwarden.agent.planning.facts.allergies import allergy_asked, critical_asked
from chartwarden.agent.planning.facts.codes import code_asked
from chartwarden.agent.planning.facts.counted_off import Words, words_for
from chartwarden.agent.planning.facts.courses import course_asked
from chartwarden.agent.planning.facts.cultures import culture_asked
from chartwarden.agent.planning.facts.diagnoses import diagnosis_asked, most_coded
from chartwarden.agent.planning.facts.diagnoses_again import coded_again, coded_together
from chartwarden.agent.planning.facts.entries import attribute_asked
from chartwarden.agent.planning.facts.patient import person_asked
from chartwarden.agent.planning.facts.plans import plan_asked
from chartwarden.agent.planning.facts.prescription_text import prescription_text
from chartwarden.agent.planning.facts.problem_list import problems_asked
from chartwarden.agent.planning.facts.procedures import procedures_asked
from chartwarden.agent.planning.facts.stays import stay_asked
from chartwarden.agent.planning.facts.worked_out import unworked, worked_out
from chartwarden.agent.planning.reading.attributes_kept import attribute_missed
from chartwarden.agent.planning.reading.frames import Narrowed, NotUnderstood
from chartwarden.agent.planning.reading.left_out import all_but
from chartwarden.agent.planning.reading.skeleton import Skeleton
from chartwarden.agent.planning.wording.question_words import is_yes_no
from chartwarden.tools.records.manifest import Manifest
from chartwarden.tools.records.query import Question


class FactUnread(Narrowed):
    """An attribute of an entry is asked for, and which entry that is was not read: no words of notes tell it."""


_OF_A_PERSON = ("marital", "language", "age", "email", "birthPlace", "socialSecurity", "passport")
"""What the record tells of its patient alone."""

READERS = (
    culture_asked, person_asked, code_asked, coded_again, coded_together, most_coded, diagnosis_asked, procedures_asked,
    plan_asked, critical_asked, attribute_asked, allergy_asked, stay_asked, course_asked,
    worked_out, problems_asked, prescription_text,
)  # fmt: skip


def fact_asked(skeleton: Skeleton, manifest: Manifest) -> tuple[Question, ...] | None:
    """The queries of the fact that a question asks for; None where no reader takes all of it."""
    if skeleton.vague or skeleton.unit_gap:
        return None
    if skeleton.besides:
        return _all_but_those(skeleton, manifest)
    for reader in READERS:
        try:
            asked = reader(skeleton, manifest)
        except NotUnderstood:
            continue
        if asked is not None:
            return asked
    return None


def _all_but_those(skeleton: Skeleton, manifest: Manifest) -> tuple[Question, ...] | None:
    """What is asked of cultures, where some specimens are left out; None where other things are."""
    try:
        asked = culture_asked(skeleton, manifest)
        return tuple(all_but(one, skeleton.besides, manifest) for one in asked) if asked is not None else None
    except NotUnderstood:
        return None


def require_fact_read(skeleton: Skeleton, manifest: Manifest) -> None:
    """Raise `FactUnread` where an attribute is asked for in words that say nothing else, and no reader took all of it.

    Without them another question would be answered.
    """
    said = words_for("facts", "telling").search(Words(skeleton, "facts").whole)
    if said is not None:
        raise FactUnread(f'of which entry "{said.group()}" is asked; name it, or its date')
    if quantity := unworked(skeleton, manifest):
        raise FactUnread(f"which values the {quantity} is worked out of; ask for that of one panel")
    whole = Words(skeleton, "plan").whole
    is_measured = any("Observation" in mention.linked.types for mention in skeleton.mentions)
    if manifest.counts.get("Goal") and is_measured and words_for("plan", "goal").search(whole) and not is_yes_no(whole):
        raise FactUnread("which goal is asked for; ask for all goals, or for the value")
    others = words_for("person", "others").search(whole)
    if others and any(Words(skeleton, "person").has(name) for name in _OF_A_PERSON):
        raise FactUnread(f'whose it is, "{others.group()}"; only this patient\'s can be told')
    married = any(Words(skeleton, "person").take_all(words_for("married", code)) for code in "SDW")
    if married and skeleton.unread:
        raise FactUnread("what the marital status has to do with the rest of it")


def missed_attribute(skeleton: Skeleton, questions: tuple[Question, ...]) -> str:
    """What a question asks for by its name and queries tell nothing of; empty where there is none."""
    return attribute_missed(Words(skeleton, "facts").whole, questions)


def require_attribute_kept(skeleton: Skeleton, questions: tuple[Question, ...]) -> None:
    """Raise `FactUnread` where an attribute is asked for by its name, and the queries tell another thing."""
    missed = missed_attribute(skeleton, questions)
    if missed:
        raise FactUnread(f'of what the "{missed}" is asked; ask for it of one entry or one drug')
