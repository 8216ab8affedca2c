"""What was understood of a question, and whether less of it is understood better."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.asides.asides import POINTS_BACK
from chartwarden.agent.planning.documents import Searches
from chartwarden.agent.planning.names.care_units import Unit
from chartwarden.agent.planning.reading.frames import Frame, NotUnderstood
from chartwarden.agent.planning.reading.in_units import in_unit
from chartwarden.agent.planning.reading.skeleton import Skeleton
from chartwarden.agent.planning.reading.unknown_names import asks_for_unknown, names_something, recorded_elsewhere
from chartwarden.agent.planning.wording.afterthoughts import SORT_ALONE
from chartwarden.agent.planning.wording.most_of_years import Span, by_span
from chartwarden.tools.records.query import Comparison, Question, RecordQuery

QUOTED_INSTEAD = "asked for somebody's words: every sentence of notes and reports that names the thing is quoted"
_SENTENCE_ENDS = Pattern(r"[.?!:;] ")
JUDGED = "it asks for a judgement, or for something to be done, and not for what is recorded"


@dataclass(frozen=True)
class Reading:
    """A question, read: what to ask the record, and how each word was taken."""

    questions: tuple[Question, ...] = ()
    explanation: tuple[str, ...] = ()
    problem: str = ""
    needs_more: bool = False
    """Whether the question can only be put after these are answered."""
    instead: tuple[Question, ...] = ()
    """What to look for where the questions find nothing: less, so that more may carry it."""
    read_as: str = ""
    """The question in plain words, where it is these that were read."""
    choices: tuple[str, ...] = ()
    """Where a term means several measurements: what the person can choose from."""
    unknown: bool = False
    """Whether it asks for a word that nothing knows, or for the words of notes."""
    names: frozenset[str] = frozenset()
    """What is named in it that the record or the tables know."""
    whole: bool = False
    """Whether every word of all its sentences is read, as one question."""
    elsewhere: str = ""
    """What is asked for as a problem and is recorded as something else, by that very name."""
    told: frozenset[str] = frozenset()
    """All that is named in it, with its times and people."""

    @property
    def is_doubtful(self) -> bool:
        """Whether less of the question may be read better. What asks for a judgement stays that."""
        return (self.unknown or bool(self.problem)) and not self.choices and JUDGED not in self.problem

    @property
    def is_settled(self) -> bool:
        """Whether it is read, and no more need be known."""
        return not (self.needs_more or self.problem)


def reading_of(
    skeleton: Skeleton, whom: tuple[str, ...], questions: tuple[Question, ...], read_as: str = ""
) -> Reading:
    """The reading of a skeleton that came to these questions."""
    return Reading(
        questions,
        (*whom, *explained(skeleton, questions)),
        read_as=read_as,
        unknown=asks_for_unknown(questions, skeleton),
        names=names_in(skeleton),
        elsewhere=recorded_elsewhere(questions, skeleton),
        told=_told_in(skeleton),
    )


def names_in(skeleton: Skeleton) -> frozenset[str]:
    """What a skeleton names that the record or the tables know."""
    return frozenset(mention.words.lower() for mention in skeleton.mentions if mention.is_known)


def _told_in(skeleton: Skeleton) -> frozenset[str]:
    times = (skeleton.question[one.start : one.end] for one in skeleton.times)
    return frozenset((*(mention.words.lower() for mention in skeleton.mentions), *times, *skeleton.people))


_BOUND = (
    r"\b(?:before|after|since|until|prior to|following) (?:(?:the|an?|his|her|my|their) )*(?:(?:first|last) )?"
    r"(?:(?:diagnosis|start|onset) of )?{}(?: (?:diagnosis|(?:was|were) (?:first )?[a-z]+ed))? ?(?:[:,.;–-]|$)"
)
"""An event with nothing told of it but that it bounds."""


def gives_way(reading: Reading, again: Reading, bare: str, said: str) -> bool:
    """Whether a reading of what was `said` gives way to that of the `bare` question, which has less in it."""
    if SORT_ALONE.search(bare):
        return False  # of what may be among what is left out
    if any(re.search(_BOUND.format(re.escape(name)), said.lower()) for name in reading.names - again.names):
        return False
    if again.problem or (again.unknown and not reading.problem) or _loses_a_name(reading, again, bare):
        return False
    if reading.is_doubtful:
        return True
    if reading.told <= again.told:
        return False  # nothing that is left out was taken for anything
    return not reading.read_as or _at_any_time(reading) == _at_any_time(again)


def _at_any_time(reading: Reading) -> list[Question]:
    """What a reading asks, whenever it was and whoever did it: what else a question that was said again asks for was
    told by all of its words."""
    return [
        question.model_copy(update={"window": None, "anchor": None, "person": ""})
        if isinstance(question, RecordQuery)
        else question
        for question in reading.questions
    ]


def _loses_a_name(reading: Reading, again: Reading, bare: str) -> bool:
    """Whether a name that is left out may be what is meant: what is left names nothing, or points back to it."""
    if reading.names <= again.names:
        return False
    points = POINTS_BACK.search(bare)
    if points and not (again.names and _SENTENCE_ENDS.search(bare[: points.start()])):
        return True  # else it points to what a sentence before names, which is left in
    return not all(map(names_something, again.questions))


def of_documents(searches: Searches, told: tuple[str, ...]) -> Reading:
    """The reading of a question for somebody's words."""
    asked = (searches.whole,)
    return Reading(asked, (*told, *map(told_of, asked), QUOTED_INSTEAD), instead=searches.parts)


def not_understood(gap: NotUnderstood) -> Reading:
    """The reading of a question that is not understood, and why it is not."""
    return Reading(problem=f"The question was not understood: {gap}. Nothing was answered in its place.")


def of_most(reading: Reading, span: Span) -> Reading:
    """The reading of a question for a number, as one for the year or month of most of what is counted."""
    if not reading.is_settled or reading.choices:
        return reading
    asked = [by_span(question, span) for question in reading.questions]
    query = asked[0] if len(asked) == 1 else None
    if query is None:
        return not_understood(NotUnderstood("what is counted of each year or month; ask for one kind of entry"))
    before, told = told_of(reading.questions[0]), told_of(query)
    explanation = tuple(told if line == before else line for line in reading.explanation)
    return replace(reading, questions=(query,), explanation=explanation)


def of_unit(reading: Reading, unit: Unit) -> Reading:
    """The reading of what was in intensive care, of what was in one unit of it."""
    try:
        asked = tuple(in_unit(question, unit) for question in reading.questions)
    except NotUnderstood as gap:
        return not_understood(gap)
    before = set(map(told_of, reading.questions))
    kept = (line for line in reading.explanation if line not in before)
    return replace(reading, questions=asked, explanation=(*kept, unit.told, *map(told_of, asked)))


def ambiguous(frames: list[Frame]) -> Reading | None:
    """A value asked of a word that several different measurements of this record contain."""
    for frame in frames:
        if frame.thing.domain != "observation" or frame.operator in ("exists", "list", "count", "when"):
            continue
        for mention, link in frame.thing.links:
            if link is None or link.how != "narrower":
                continue
            same = [item for item in mention.linked.of(link.resource_type) if item.how == link.how]
            names = tuple(dict.fromkeys(entry.label for item in same for entry in item.entries))
            if len(names) > 1:
                return Reading(
                    problem=f'"{mention.words}" names several measurements of this record. Which one is meant?',
                    choices=names[:8],
                )
    return None


def explained(skeleton: Skeleton, questions: tuple[Question, ...]) -> Iterator[str]:
    """How each word was taken, line by line."""
    for mention in (*skeleton.mentions, *skeleton.besides):
        links = [
            f"{link.resource_type} ({link.via}): {', '.join(e.label for e in link.entries[:5])}"
            for link in mention.linked.links
        ]
        yield f'"{mention.words}": ' + ("; ".join(links) if links else "not in this record")
    for phrase in skeleton.times:
        if phrase.window is not None:
            yield phrase.window.reading
    for question in questions:
        yield told_of(question)


def told_of(question: Question) -> str:
    """A question to the record, for `--explain`."""
    if isinstance(question, Comparison):
        return f"compare ({question.relation}): {told_of(question.left)} | {told_of(question.right)}"
    if isinstance(question, RecordQuery):
        return "query: " + question.model_dump_json(exclude_defaults=True, exclude={"concept": {"codings", "texts"}})
    return "notes: " + question.model_dump_json(exclude_defaults=True)
