"""Whether a diagnosis that was told at one time was coded at another stay, and whether two were at one and the same.

"gout" was coded in May. Was it coded again at the August stay? | are gout and anaemia coded on the same admission?
"""

from __future__ import annotations

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.facts.counted_off import Words
from chartwarden.agent.planning.facts.diagnoses import named_in, stay_in
from chartwarden.agent.planning.reading.skeleton import Skeleton
from chartwarden.agent.planning.wording.question_words import is_yes_no
from chartwarden.tools.records.manifest import Manifest
from chartwarden.tools.records.query import Anchor, RecordQuery

_CODED = r"(?:coded|recorded|listed|documented|diagnosed|entered|charted|billed|noted|made|there|on file)"
_TOLD = Pattern(
    rf"^['\" ]*(?P<n>qc\d+)['\" ]*,? (?:(?:was|is|were|got|had been|has been) )?(?:(?:first|already) )?{_CODED}"
    r"\b(?P<then>[^.;?]*?\bqt\d+(?: (?:admission|stay|hospitali[sz]ation|visit|encounter))?) ?[.;,:-]+ (?:and "
    r"|so )?(?P<rest>.+)$"
)
"""What was coded before, and the question."""


def coded_again(skeleton: Skeleton, manifest: Manifest) -> tuple[RecordQuery, ...] | None:
    """Whether a diagnosis was coded at a stay, where a sentence before tells when it was; None for anything else."""
    named = named_in(skeleton)
    words = Words(skeleton, "diagnosis", named)
    told = _TOLD.search(words.left)
    if told is None or len(named) != 1 or not is_yes_no(told["rest"]):
        return None
    words.left = told["rest"].replace(told["n"], " ")
    if not (words.take("again") or words.take("pointed")):
        return None
    words.take("pointed")
    stay = stay_in(words)
    words.take("at_it")
    words.take("thing")
    kind, concept = named[told["n"]]
    if kind != "Condition" or stay is None or not words.are_used_up():
        return None
    query = RecordQuery(types=("Condition",), concept=concept, anchor=Anchor(event=stay, relation="same_encounter"))
    return (query.model_copy(update={"measure": "exists", "target": "time"}),)


def coded_together(skeleton: Skeleton, manifest: Manifest) -> tuple[RecordQuery, ...] | None:
    """Whether two diagnoses were coded at one and the same stay; None for anything else."""
    named = named_in(skeleton)
    words = Words(skeleton, "diagnosis", named)
    if len(named) != 2 or {kind for kind, _ in named.values()} != {"Condition"}:
        return None
    if not is_yes_no(words.whole) or not words.take("same_stay"):
        return None
    words.take("together")
    words.take("thing")
    (_, first), (_, second) = named.values()
    other = RecordQuery(types=("Condition",), concept=second, target="time")
    query = RecordQuery(
        types=("Condition",), concept=first, window=words.window(), measure="exists", target="time",
        anchor=Anchor(event=other, relation="same_encounter"),
    )  # fmt: skip
    return (query,) if words.are_used_up() else None
