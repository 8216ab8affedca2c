"""Which fact a question asks for, as queries: by the readers of this folder, each of which takes all of its words."""

from __future__ import annotations

from chartwarden.agent.planning.facts.allergies import allergy_asked
from chartwarden.agent.planning.facts.codes import code_asked
from chartwarden.agent.planning.facts.cultures import culture_asked
from chartwarden.agent.planning.facts.entries import attribute_asked
from chartwarden.agent.planning.facts.patient import person_asked
from chartwarden.agent.planning.reading.frames import NotUnderstood
from chartwarden.agent.planning.reading.skeleton import Skeleton
from chartwarden.tools.records.manifest import Manifest
from chartwarden.tools.records.query import Question

READERS = (culture_asked, person_asked, code_asked, attribute_asked, allergy_asked)


def fact_asked(skeleton: Skeleton, manifest: Manifest) -> tuple[Question, ...] | None:
    """The queries of the fact that a question asks for; None where no reader takes all of it."""
    if skeleton.besides or skeleton.vague or skeleton.unit_gap:
        return None
    for reader in READERS:
        try:
            asked = reader(skeleton, manifest)
        except NotUnderstood:
            continue
        if asked is not None:
            return asked
    return None
