"""`RulesPlanner`: questions answered with no model. The same question over the same record gives the same plan."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from chartwarden.agent.answer import Draft, Sentence
from chartwarden.agent.identifiers import whoever_is_seen
from chartwarden.agent.planning import writing
from chartwarden.agent.planning.admissions import UNTOLD, is_by_emergency
from chartwarden.agent.planning.appointments import planned
from chartwarden.agent.planning.asides.asides import (
    IN_DOUBT_FROM,
    LEFT_OUT_FROM,
    SURELY_ASIDE,
    may_have_asides,
    weighed,
)
from chartwarden.agent.planning.asides.descriptions import as_described
from chartwarden.agent.planning.asides.scenes import less_told, without_happening
from chartwarden.agent.planning.asides.voices import without_voices
from chartwarden.agent.planning.compose import questions_for
from chartwarden.agent.planning.documents import is_of_entries, said_in_documents
from chartwarden.agent.planning.drafting import NEEDS_A_MODEL, asks_for_text_work, text_to_work_on
from chartwarden.agent.planning.facts.asking import (
    FactUnread,
    fact_asked,
    missed_attribute,
    require_attribute_kept,
    require_fact_read,
)
from chartwarden.agent.planning.judgement import asks_for_judgement, asks_to_act
from chartwarden.agent.planning.kind_asked import of_the_kind_asked
from chartwarden.agent.planning.leaning import lean
from chartwarden.agent.planning.names.care_units import unit_told
from chartwarden.agent.planning.names.own_name import without_own_name
from chartwarden.agent.planning.names.slips import words_put_right
from chartwarden.agent.planning.names.time_slips import times_put_right
from chartwarden.agent.planning.numbers.asked import number_asked
from chartwarden.agent.planning.pictures import asks_for_pictures
from chartwarden.agent.planning.planner import Clarify, GiveUp, PlanningContext, Step, UseTools, Write
from chartwarden.agent.planning.reading.accounting import require_pointed_at
from chartwarden.agent.planning.reading.frames import Narrowed, NotUnderstood
from chartwarden.agent.planning.reading.grammar import frames_of
from chartwarden.agent.planning.reading.intervals import require_no_third
from chartwarden.agent.planning.reading.left_out import all_but
from chartwarden.agent.planning.reading.ordered_and_given import require_both_recorded
from chartwarden.agent.planning.reading.relatives import (
    Person,
    as_patient,
    asks_of_relative,
    is_relative,
    kin_in_full,
    may_be_family_history,
    names_a_relative,
    without_bystanding,
)
from chartwarden.agent.planning.reading.skeleton import Skeleton
from chartwarden.agent.planning.reading.taking_apart import take_apart
from chartwarden.agent.planning.reading.unknown_names import names_something
from chartwarden.agent.planning.reading.year_asked import in_year
from chartwarden.agent.planning.restating.restating import asks_plainly, restate
from chartwarden.agent.planning.times.datewords import dates_alike
from chartwarden.agent.planning.times.timephrases import NeedsBirthDate, TimeReader
from chartwarden.agent.planning.times.years_in_words import years_in_digits
from chartwarden.agent.planning.understood import (
    JUDGED,
    Reading,
    ambiguous,
    explained,
    gives_way,
    names_in,
    not_understood,
    of_documents,
    of_most,
    of_unit,
    reading_of,
    told_of,
)
from chartwarden.agent.planning.wording.afterthoughts import put_in_place
from chartwarden.agent.planning.wording.asked_short import asked_in_full
from chartwarden.agent.planning.wording.chart_talk import of_charts
from chartwarden.agent.planning.wording.claims import claim_asked
from chartwarden.agent.planning.wording.entries_sought import sought
from chartwarden.agent.planning.wording.everyday_lines import what_brought_in
from chartwarden.agent.planning.wording.framing import undressed
from chartwarden.agent.planning.wording.hasty import typed_out
from chartwarden.agent.planning.wording.looked_through import looked_through
from chartwarden.agent.planning.wording.loose_ends import tied_up
from chartwarden.agent.planning.wording.most_of_years import most_told
from chartwarden.agent.planning.wording.one_row_put import row_put_plainly
from chartwarden.agent.planning.wording.readmitted import readmission_plainly
from chartwarden.agent.planning.wording.row_told import row_asked
from chartwarden.agent.planning.wording.scene_told import scene_put_in
from chartwarden.agent.planning.wording.series_told import series_asked
from chartwarden.agent.planning.wording.several import asked_one_by_one
from chartwarden.agent.planning.wording.sorting import in_order, order_told
from chartwarden.agent.planning.wording.stays_before import visits_plainly
from chartwarden.agent.planning.wording.summaries import put_as_told
from chartwarden.agent.planning.wording.taken_for import taken_for
from chartwarden.agent.planning.wording.topics import leaves_out_person
from chartwarden.agent.planning.wording.two_things import two_things
from chartwarden.agent.planning.wording.wanted import asks_several
from chartwarden.tools.records.query import NoteSearch, RecordQuery
from chartwarden.tools.records.readings import Readings
from chartwarden.tools.records.record_vocabulary import vocabulary_of
from chartwarden.tools.toolbox import ToolCall, ToolResult

_BIRTH_DATE = RecordQuery(types=("Patient",), target="demographic", field="birthDate", limit=1)
"""Looked up for a time told by age. (`limit` tells it from a question for the date of birth.)"""
_SEX = RecordQuery(types=("Patient",), target="demographic", field="gender", limit=1)
_PERSON = (_BIRTH_DATE, _SEX)
"""Looked up where a relative is named, who is read as the patient only where age and sex allow it."""
ANOTHER = "whether the relative named is the patient of this record; say the patient"
BESIDE = "The relative named was not read as the patient of this record."
"""In words that the check of names lets pass: of another age or sex."""
READ_WITHOUT = 'read without what stands around it: "{}"'
LOOKED_FOR_LESS = "no sentence carries all of the words: looked for each thing it names by itself"
MAX_CALLS = 24
"""Queries one question may become."""


class RulesPlanner:
    """Plans by grammar and vocabulary. Holds nothing of a patient between questions."""

    name = "rules"
    can_mend = False

    def __init__(self, readings: Readings | None = None) -> None:
        self._readings = readings or Readings()

    def identity(self) -> dict[str, str]:
        """The planner and the readings it was given."""
        return {"planner": self.name, **{name: str(value) for name, value in self._readings.model_dump().items()}}

    def decide(self, context: PlanningContext) -> Step:
        """Ask the record everything at once, look once more where the answer depends on it, then write."""
        asked = [result for result in context.results if result.call.question not in _PERSON]
        if asked:
            return self._once_more(context, asked)
        pictures = asks_for_pictures(context.question)
        if pictures and "find_images" in context.allowed:
            call = ToolCall(name="find_images", words=context.question)
            return UseTools(calls=(call,), reading=("pictures are asked for: looked for among the images",), last=True)
        reading = self.read(context)
        looked_up = {result.call.question for result in context.results}
        if reading.needs_more and looked_up.issuperset(reading.questions):
            return Write()
        if reading.choices:
            return Clarify(question=reading.problem, choices=reading.choices)
        if reading.problem:
            return GiveUp(reason=reading.problem)
        calls = tuple(ToolCall.asking(question) for question in reading.questions[:MAX_CALLS])
        may_go_on = any(isinstance(asked, NoteSearch) or is_by_emergency(asked) for asked in reading.questions)
        last = not (reading.needs_more or may_go_on)
        return UseTools(calls=calls, reading=reading.explanation, read_as=reading.read_as, last=last)

    def _once_more(self, context: PlanningContext, asked: list[ToolResult]) -> Step:
        """Look for less where nothing carries all that was asked for; else write."""
        if any(r.result is not None and not r.result.findings and is_by_emergency(r.call.question) for r in asked):
            return GiveUp(reason=not_understood(NotUnderstood(UNTOLD)).problem)
        results = [result.result for result in asked if not result.error]
        if len(results) < len(asked) or any(result is None or result.findings for result in results):
            return Write()
        if not any(isinstance(result.call.question, NoteSearch) for result in asked):
            return Write()  # only of words in notes is there less to look for
        done = {result.call for result in asked}
        calls = tuple(call for call in map(ToolCall.asking, self.read(context).instead) if call not in done)
        if not calls:
            return Write()
        return UseTools(calls=calls, reading=(LOOKED_FOR_LESS,), last=True)

    def write(self, context: PlanningContext) -> Draft:
        """Sentences and value from the findings."""
        asked = tuple(result for result in context.results if result.call.question not in _PERSON)
        draft = writing.draft_of(asked or context.results)
        _, whom = self._of_the_patient(context)
        told = self.read(context).explanation if whom else ()
        notices = tuple(Sentence(text=one, kind="notice") for one in whom if one in told)
        before: tuple[Sentence, ...] = ()
        whole = any(isinstance(result.call.question, NoteSearch) and result.call.question.whole for result in asked)
        if whole and asks_for_text_work(context.question):
            before = (Sentence(text=NEEDS_A_MODEL, kind="notice"),)
        return draft.model_copy(update={"sentences": (*before, *draft.sentences, *notices)})

    def read(self, context: PlanningContext) -> Reading:
        """Read the question of a context, leaning on the turn before where it needs to.

        What stands around it is left out where that is sure, or where it is not understood with it, and never where
        what is meant may be in it.
        """
        vocabulary = vocabulary_of(context.manifest)
        said, spelt = words_put_right(context.question.replace("\u2019", "'"), vocabulary, context.own_names)
        bare = without_happening(without_voices(as_described(said)))
        plain, unit = unit_told(bare, context.manifest)
        reading = self._read_bare(replace(context, question=plain))
        if unit is not None and reading.is_settled and not reading.choices:
            reading = of_unit(reading, unit)
        kept = of_the_kind_asked(reading, said)
        if kept.is_doubtful and not reading.is_doubtful:
            kept = of_the_kind_asked(self._read_with_less(kept, replace(context, question=plain)), said)
        reading = kept
        if reading.needs_more:
            return reading
        told = spelt if bare == said else (*spelt, READ_WITHOUT.format(bare))
        return replace(reading, explanation=(*told, *reading.explanation)) if told else reading

    def _read_bare(self, context: PlanningContext) -> Reading:
        """Read a question without what surely only stands around it."""
        asked = context.question if context.turns else what_brought_in(context.question)
        typed = typed_out(dates_alike(readmission_plainly(times_put_right(years_in_digits(asked)))))
        typed = row_put_plainly(scene_put_in(asked_in_full(looked_through(of_charts(visits_plainly(typed))))))
        typed, span = most_told(typed)
        question, order = order_told(put_in_place(row_asked(series_asked(tied_up(sought(typed))))))
        reading = self._read_in_place(replace(context, question=question))
        if span is not None:
            return of_most(reading, span)
        dated = (in_year(one, context.question) for one in reading.questions)
        return replace(reading, questions=tuple(in_order(one, order, question) for one in dated))

    def _read_in_place(self, context: PlanningContext) -> Reading:
        reading = self._read_as_asked(context)
        if not (reading.is_doubtful or (reading.is_settled and may_have_asides(context.question, reading.told))):
            return reading
        words = weighed(context.question)
        for least in (LEFT_OUT_FROM, IN_DOUBT_FROM) if reading.is_doubtful else (LEFT_OUT_FROM,):
            bare = words.without_asides(least)
            if bare is None or not (reading.is_doubtful or bare.certainty >= SURELY_ASIDE):
                continue
            again = self._read_as_asked(replace(context, question=bare.text))
            if gives_way(reading, again, bare.text, context.question):
                _, whom = self._of_the_patient(context)
                beside = (one for one in whom if one == BESIDE)
                told = tuple(dict.fromkeys((READ_WITHOUT.format(bare.text), *beside, *again.explanation)))
                return replace(again, explanation=told, read_as=again.read_as or bare.text)
        return self._read_with_less(reading, context) if reading.is_doubtful else reading

    def _read_with_less(self, reading: Reading, context: PlanningContext) -> Reading:
        """A reading that is not understood, or that of the question with less told around it where that is."""
        for less in less_told(context.question):
            again = self._read_as_asked(replace(context, question=less.text))
            if again.needs_more:
                return again
            loses = less.keeps_names and not reading.names <= again.names
            loses = loses or (less.is_untitled and not all(map(names_something, again.questions)))
            if again.is_doubtful or loses or not gives_way(reading, again, less.text, context.question):
                continue
            told = tuple(dict.fromkeys((READ_WITHOUT.format(less.text), *again.explanation)))
            return replace(again, explanation=told, read_as=again.read_as or less.text)
        return reading

    def _read_as_asked(self, context: PlanningContext) -> Reading:
        question, whom = self._of_the_patient(context)
        if question is None:
            return Reading(_PERSON, ("age and sex of the patient, for a relative named",), needs_more=True)
        if BESIDE in whom and asks_of_relative(question):
            return not_understood(NotUnderstood(ANOTHER))
        doubtful = asks_for_judgement(question) or asks_to_act(question)
        if doubtful and not asks_plainly(question, context.clock, self._readings):
            text = text_to_work_on(question, context.manifest)
            return of_documents(text, whom) if text is not None else not_understood(NotUnderstood(JUDGED))
        reading = self._read(question, whom, context)
        parts = asked_one_by_one(question)
        if reading.choices or (not reading.problem and (reading.whole or len(reading.questions) >= len(parts))):
            return reading
        return self._one_by_one(parts, whom, context) or reading

    def _one_by_one(self, parts: tuple[str, ...], whom: tuple[str, ...], context: PlanningContext) -> Reading | None:
        """The questions of one line, each read by itself; None where one of them is not understood."""
        readings = [self._read(part, whom, context) for part in parts]
        if not parts or any(reading.problem or reading.instead for reading in readings):
            return None
        waiting = next((reading for reading in readings if reading.needs_more), None)
        if waiting is not None:
            return waiting
        said = [reading.read_as or f"{part}?" for part, reading in zip(parts, readings, strict=True)]
        return Reading(
            tuple(dict.fromkeys(asked for reading in readings for asked in reading.questions)),
            tuple(dict.fromkeys(line for reading in readings for line in reading.explanation)),
            read_as=" ".join(said),
            unknown=any(reading.unknown for reading in readings),
            names=frozenset(name for reading in readings for name in reading.names),
            told=frozenset(told for reading in readings for told in reading.told),
        )

    def _read(self, question: str, whom: tuple[str, ...], context: PlanningContext) -> Reading:
        """Read a question about the patient."""
        question = taken_for(question)
        question = f"{question.rstrip('?. ')}, {context.choice}?" if context.choice else question  # side by side
        vocabulary = vocabulary_of(context.manifest)
        reader = TimeReader(context.clock, self._readings, _birth_date(context))
        to_come = planned(question, reader)
        if to_come is not None:
            return Reading(to_come.questions, (*whom, *map(told_of, to_come.questions)), read_as=to_come.read_as)
        try:
            skeleton = take_apart(question, vocabulary, reader)
        except NeedsBirthDate:
            return Reading((_BIRTH_DATE,), ("the date of birth, for a time told by age",), needs_more=True)
        leaning = lean(skeleton, whom, context, self.read)
        if leaning is not None:
            return leaning
        asked = number_asked(skeleton, context.manifest) if not context.choice else None
        if asked is not None:
            return reading_of(skeleton, whom, asked)
        fact = fact_asked(skeleton, context.manifest) if not context.choice else None
        if fact is not None:
            return replace(reading_of(skeleton, whom, fact), whole=True)
        reading, gap = self._grammatical(skeleton, whom, context)
        settled = context.choice or skeleton.besides or (reading and reading.choices) or isinstance(gap, Narrowed)
        if not settled:
            restated = restate(skeleton, context.manifest, reading.questions if reading else ())
            if restated is not None and not missed_attribute(skeleton, restated.questions):
                return reading_of(skeleton, whom, restated.questions, restated.sentence)
        if reading is not None:
            return reading
        assert gap is not None, "what is not read has a gap"
        if asks_for_text_work(question):
            quoted = text_to_work_on(question, context.manifest)
        elif (
            isinstance(gap, FactUnread)
            or is_of_entries(skeleton, narrowed=isinstance(gap, Narrowed))
            or leaves_out_person(skeleton.said, skeleton.text)
        ):
            quoted = None
        elif any(is_relative(mention.words) for mention in skeleton.mentions):
            quoted = None  # what was had by somebody who is not known to be the patient is in no notes
        else:
            quoted = said_in_documents(skeleton, context.manifest)
        if quoted is None:
            return replace(not_understood(gap), names=names_in(skeleton))
        told = (*whom, *explained(skeleton, ()))
        return replace(of_documents(quoted, told), unknown=True, names=names_in(skeleton))

    @staticmethod
    def _grammatical(
        skeleton: Skeleton, whom: tuple[str, ...], context: PlanningContext
    ) -> tuple[Reading | None, NotUnderstood | None]:
        """What the grammar makes of a skeleton as it stands, or why it makes nothing of it."""
        try:
            require_pointed_at(skeleton)
            require_fact_read(skeleton, context.manifest)
            frames = frames_of(skeleton)
            unclear = None if context.choice else ambiguous(frames)
            if unclear is not None:
                return unclear, None
            asked = (q for frame in frames for q in questions_for(frame, skeleton, context.manifest))
            questions = tuple(dict.fromkeys(asked))  # a thing asked twice over is asked once
            if skeleton.besides:
                questions = tuple(all_but(question, skeleton.besides, context.manifest) for question in questions)
            require_both_recorded(skeleton.text, questions)
            require_no_third(skeleton.said, frames, questions, context.manifest)
            require_attribute_kept(skeleton, questions)
            if len(questions) == 1 and asks_several(skeleton.said):
                raise NotUnderstood("all that the line asks for; ask for one thing at a time")
        except NotUnderstood as gap:
            return None, gap
        return replace(reading_of(skeleton, whom, questions), whole=all(frame.whole for frame in frames)), None

    def _of_the_patient(self, context: PlanningContext) -> tuple[str | None, tuple[str, ...]]:
        """The question with whoever is the patient put as that, and whom it was read of; None until looked up."""
        question = without_own_name(context.question.replace("\u2019", "'"), context.own_names)
        question = kin_in_full(undressed(whoever_is_seen(question)))
        question = without_bystanding(put_as_told(two_things(claim_asked(question))))
        if not names_a_relative(question):
            return question, ()
        if _of_family(question, context):
            return question, ()
        if not any(result.call.question == _SEX for result in context.results):
            return None, ()
        person = Person(_birth_date(context), _looked_up(context, _SEX))
        now = TimeReader(context.clock, self._readings).now
        question, told = as_patient(question, person, now.date())
        return question, told or (BESIDE,)


def _of_family(question: str, context: PlanningContext) -> bool:
    """Whether a question may ask what the record holds of a relative."""
    if not context.manifest.counts.get("FamilyMemberHistory"):
        return False
    relatives = [entry.label for entry in context.manifest.words("relationship", "FamilyMemberHistory")]
    return may_be_family_history(question, relatives)


def _looked_up(context: PlanningContext, question: RecordQuery) -> str:
    for result in context.results:
        if result.call.question == question and result.result is not None and result.result.findings:
            return str(result.result.findings[0].value or "")
    return ""


def _birth_date(context: PlanningContext) -> dt.date | None:
    text = _looked_up(context, _BIRTH_DATE)
    return dt.date.fromisoformat(text) if len(text) == len("2000-01-01") else None
