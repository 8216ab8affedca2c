"""How certain the network must be for the sense it tells to be taken, and when it never is."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from chartwarden.agent.planning.planner import PlanningContext
from chartwarden.agent.planning.reading.skeleton import Skeleton
from chartwarden.agent.planning.reading.taking_apart import take_apart
from chartwarden.agent.planning.restating import certainty
from chartwarden.agent.planning.restating.features import masked
from chartwarden.agent.planning.restating.network import Told
from chartwarden.agent.planning.restating.restating import restate
from chartwarden.agent.planning.restating.senses import Sense
from chartwarden.agent.planning.times.timephrases import TimeReader
from chartwarden.tools.records.query import Anchor, Comparison, Concept, NoteSearch, Question, RecordQuery
from chartwarden.tools.records.readings import Readings
from chartwarden.tools.records.record_vocabulary import vocabulary_of

Ask = Callable[..., PlanningContext]
DRUG = Concept(words="ibuprofen")


def taken_apart(ask: Ask, text: str) -> Skeleton:
    context = ask("?")
    return take_apart(text, vocabulary_of(context.manifest), TimeReader(context.clock, Readings()))


def query(kind: str, concept: Concept | None = None, **given: Any) -> RecordQuery:
    return RecordQuery(types=(kind,), concept=concept, **given)


ORDER = query("MedicationRequest", DRUG, target="time", which="last")
EVENT = query("Condition", Concept(words="stroke"), target="time", which="first")
TOLD = Sense("medication", "time", "last")


def least(ask: Ask, text: str, sense: Sense, read: list[Question], **parts: str) -> float:
    """The least certainty with which that sense is taken beside what was read."""
    skeleton = taken_apart(ask, text)
    return certainty.needed(Told(sense, parts, 1.0), masked(skeleton), read, skeleton)


def test_where_nothing_is_read_a_known_name_is_left_out_with_less_ease(ask: Ask) -> None:
    text = "ibuprofen, last script when? hypertension"
    assert least(ask, text, TOLD, [], qc0="thing", qc1="event") == certainty.FROM_NOTHING
    assert least(ask, text, TOLD, [], qc0="thing", qc1="other") == certainty.FROM_LESS
    assert least(ask, "the last script, when?", TOLD, []) == certainty.FROM_BOLDLY


@pytest.mark.parametrize(
    "read",
    [
        [query("Observation", Concept(words="zorbal"))],
        [Comparison(left=ORDER, right=query("Observation", Concept(words="zorbal")), relation="before")],
        [NoteSearch(words="zorbal")],
    ],
)
def test_what_nothing_knows_taken_for_the_name_is_no_rival(ask: Ask, read: list[Question]) -> None:
    text = "my zorbal: ibuprofen, last script when?"
    assert least(ask, text, TOLD, read, qc0="other", qc1="thing") == certainty.FROM_NO_NAME


def test_beside_a_reading_of_known_names_the_sense_must_be_another_with_no_fewer_of_them(ask: Ask) -> None:
    text, one = "ibuprofen, last script when?", {"qc0": "thing"}
    exists = query("MedicationRequest", DRUG, measure="exists")
    counted, kinds = (query("MedicationRequest", DRUG, measure=m, target="name") for m in ("count", "count_distinct"))
    related = query("MedicationRequest", DRUG, measure="exists", anchor=Anchor(relation="after", event=EVENT))
    assert least(ask, text, TOLD, [exists], **one) == certainty.FROM_OTHERWISE
    assert least(ask, text, TOLD, [ORDER], **one) == certainty.NEVER
    both = least(ask, "ibuprofen and potassium, last script when?", TOLD, [ORDER], qc0="thing", qc1="thing")
    assert both == certainty.SURELY, "of the same sense, but a name was read past"
    longer = query("MedicationRequest", DRUG, measure="duration", target="duration")
    assert least(ask, text, TOLD, [longer], **one) == certainty.SURELY, "a loose word that no training has seen"
    assert least(ask, text, Sense("medication", "exists"), [longer], **one) == certainty.NEVER
    assert least(ask, text, TOLD, [ORDER.model_copy(update={"negated": True})], **one) == certainty.NEVER
    assert least(ask, text, TOLD, [ORDER, exists], **one) == certainty.FROM_SEVERAL
    assert least(ask, text, Sense("medication", "count_distinct"), [counted], **one) == certainty.NEVER
    assert least(ask, text, Sense("medication", "count"), [kinds], **one) == certainty.NEVER
    assert least(ask, text, Sense("intake", "time", "last"), [ORDER], **one) == certainty.NEVER
    assert least(ask, text, Sense("medication", "exists"), [ORDER], **one) == certainty.NEVER
    assert least(ask, text, TOLD, [related], **one) == certainty.NEVER
    assert least(ask, text + " since 2019", TOLD, [exists], qt0="other", **one) == certainty.NEVER


def test_a_name_told_around_the_question_is_left_out_where_the_network_is_all_but_sure(ask: Ask) -> None:
    text, parts = "the potassium nurse rang. ibuprofen, last script when?", {"qc0": "other", "qc1": "thing"}
    longer = query("MedicationRequest", DRUG, measure="duration", target="duration")
    unseen = query("Procedure", DRUG, measure="duration", target="duration", which="last")
    exists = query("MedicationRequest", DRUG, measure="exists", anchor=Anchor(relation="after", event=EVENT))
    assert least(ask, text, TOLD, [ORDER], **parts) == certainty.SURELY, "of the same sense"
    assert least(ask, text, TOLD, [exists], **parts) == certainty.SURELY, "the grammar has given it a part"
    assert least(ask, text, TOLD, [longer], **parts) == certainty.SURELY
    assert least(ask, text, Sense("medication", "dose", "last"), [unseen], **parts) == certainty.SURELY
    assert least(ask, text, Sense("medication", "exists"), [unseen], **parts) == certainty.ALL_BUT_SURE
    assert least(ask, text, TOLD, [ORDER.model_copy(update={"negated": True})], **parts) == certainty.ALL_BUT_SURE


def test_a_name_in_the_clause_that_asks_is_not_left_out_lightly(ask: Ask) -> None:
    within = "which drugs was she given for hypertension"
    listed = Sense("medication", "list")
    assert least(ask, within, listed, [], qc0="other") == certainty.SURELY
    assert least(ask, "which drugs was she given? the hypertension nurse", listed, [], qc0="other") < certainty.SURELY


def test_a_name_of_the_sentence_that_asks_is_left_out_less_lightly_than_one_of_a_story(ask: Ask) -> None:
    exists, parts = Sense("medication", "exists"), {"qc0": "other", "qc1": "thing"}
    assert least(ask, "hypertension runs high. was ibuprofen given?", exists, [], **parts) == certainty.FROM_NOTHING
    assert least(ask, "at her hypertension check, was ibuprofen given?", exists, [], **parts) == certainty.FROM_LESS
    whether, parts = "was ibuprofen given this zorbal?", {"qc0": "thing", "qc1": "other"}
    assert least(ask, whether, exists, [], **parts) == certainty.FROM_LESS


def test_what_is_pointed_to_is_not_left_out(ask: Ask) -> None:
    anything = Sense("medication", "time", "first")
    assert least(ask, "the ibuprofen is due, so what day was it begun?", anything, [], qc0="other") == certainty.NEVER
    assert least(ask, "the ibuprofen is due, so what day was any begun?", anything, [], qc0="other") < certainty.NEVER


def test_what_follows_a_time_told_before_is_the_grammars_to_read(ask: Ask) -> None:
    text = "we moved in 2014. ibuprofen, last script when since then?"
    told = Told(TOLD, {"qt0": "used", "qc0": "thing"}, 1.0)
    skeleton = taken_apart(ask, text)
    assert certainty.needed(told, masked(skeleton), [ORDER], skeleton) == certainty.NEVER
    assert certainty.needed(told, masked(skeleton), [], skeleton) == certainty.NEVER


def test_what_is_asked_for_is_not_left_out_and_not_turned(ask: Ask) -> None:
    drug, anything = Sense("medication", "time", "first"), {"qc0": "other"}
    assert least(ask, "ibuprofen is the topic. when was the first script?", drug, [], **anything) == certainty.NEVER
    assert least(ask, "when was the first script by the rectal route?", drug, [], qr0="other") == certainty.NEVER
    assert least(ask, "day of the first one?", drug, []) == certainty.NEVER
    before = Sense("observation", "value", "last2")
    said = "ahead of the colonoscopy, the newest potassium?"
    assert least(ask, said, before, [], qc0="other", qc1="thing") == certainty.NEVER
    every = Sense("observation", "value")
    assert least(ask, "the last potassium. the first came with a letter", every, [], qc0="thing") == certainty.NEVER
    assert least(ask, "the potassium: its day and not the value", before, [], qc0="thing") == certainty.NEVER
    low = Sense("observation", "max")
    assert least(ask, "the potassium, where did it bottom out?", low, [], qc0="thing") == certainty.NEVER


def test_a_relative_told_of_before_is_no_part_of_a_question_about_the_patient(ask: Ask) -> None:
    def of(text: str) -> float:
        skeleton = taken_apart(ask, text)
        parts = {
            f"qc{at}": "thing" if one.words == "ibuprofen" else "other" for at, one in enumerate(skeleton.mentions)
        }
        return certainty.needed(Told(TOLD, parts, 1.0), masked(skeleton), [], skeleton)

    assert of("my uncle is here. when was my ibuprofen last written?") < certainty.NEVER
    assert of("my uncle is here. when was his ibuprofen last written?") == certainty.NEVER


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("ibuprofen 400 mg, last script when?", {"qc0": "thing", "qk0": "other"}),
        ("ibuprofen per visit, last script when?", {"qc0": "thing"}),
        ("ibuprofen on that day, last script when?", {"qc0": "thing"}),
        ("ibuprofen with potassium, last script when?", {"qc0": "thing", "qc1": "thing"}),
        ("was the uncle on ibuprofen, last script when?", {"qc0": "thing", "qc1": "other"}),
        ("what was the noon ibuprofen, last script when?", {"qc0": "thing", "qc1": "other"}),
        ("Fasting: ibuprofen, last script when?", {"qc0": "thing", "qc1": "other"}),
        ("zorbal, last script when?", {"qc0": "other"}),
    ],
)
def test_a_question_that_says_more_is_never_said_with_less(ask: Ask, text: str, parts: dict[str, str]) -> None:
    skeleton = taken_apart(ask, text)
    names = [mention.words for mention in skeleton.mentions]
    assert certainty.needed(Told(TOLD, parts, 1.0), masked(skeleton), [], skeleton) == certainty.NEVER, names


def test_nothing_is_compared_where_no_word_compares(ask: Ask) -> None:
    than = Sense("observation", "than_gt", "last2")
    assert least(ask, "potassium and the one before", than, [], qc0="thing") == certainty.NEVER
    assert least(ask, "potassium higher than the one before", than, [], qc0="thing") == certainty.FROM_NOTHING


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("My attorney needs one date only: the most recent ibuprofen script.", "when was ibuprofen last prescribed?"),
        (
            "Flu shots from 2014 onwards, what does the tally come to?",
            "how many times was Flu shots vaccine given since 2014?",
        ),
    ],
)
def test_a_sentence_is_told_with_the_names_and_times_of_the_question(ask: Ask, said: str, plain: str) -> None:
    restated = restate(taken_apart(ask, said), ask("?").manifest)
    assert restated is not None
    assert restated.sentence == plain


def test_of_what_training_has_not_seen_another_row_of_the_event_is_taken_from_who_is_all_but_sure(ask: Ask) -> None:
    event = query("Observation", EVENT.concept, target="value", which="first", index=4)
    read = query("Observation", DRUG, target="value", which="first", anchor=Anchor(relation="same_day", event=event))
    told = Sense("observation", "value", "first", "", "same_day", "observation", "min")
    parts = {"qc0": "thing", "qc1": "event"}
    assert least(ask, "ibuprofen the day potassium was lowest?", told, [read], **parts) == certainty.ALL_BUT_SURE
    other = dataclasses.replace(told, ask="max")
    assert least(ask, "ibuprofen the day potassium was lowest?", other, [read], **parts) == certainty.NEVER


def test_by_how_much_is_a_change_and_whether_is_none(ask: Ask) -> None:
    left, right = (query("Observation", DRUG, target="value", which=which) for which in ("last", "first"))
    read, told = Comparison(left=left, right=right, relation="lt"), Sense("observation", "change")
    by_how_much = "by how much is the last potassium lower than the first?"
    assert least(ask, by_how_much, told, [read], qc0="thing") == certainty.SURELY
    assert least(ask, "is the last potassium lower than the first?", told, [read], qc0="thing") == certainty.NEVER


def test_how_often_is_a_count_of_what_is_not_taken(ask: Ask) -> None:
    text = "how often is potassium listed?"
    listed = query("Condition", DRUG, target="frequency", which="last")
    assert least(ask, text, Sense("condition", "count"), [listed], qc0="thing") == certainty.SURELY
    assert least(ask, text, Sense("condition", "list"), [listed], qc0="thing") == certainty.NEVER
    done = query("Procedure", DRUG, target="frequency", which="last")
    assert least(ask, text, Sense("condition", "count"), [done], qc0="thing") == certainty.NEVER


def test_a_time_is_left_out_of_a_story_alone(ask: Ask) -> None:
    told, parts = Sense("medication", "exists"), {"qt0": "other", "qc0": "thing"}
    assert least(ask, "is ibuprofen taken since 2010?", told, [], **parts) == certainty.NEVER
    assert least(ask, "I moved in 2010. Is ibuprofen on the list?", told, [], **parts) == certainty.SURELY


@pytest.mark.parametrize(
    ("text", "sense", "parts"),
    [
        ("her case was closed on 4 May 2019. ibuprofen, last script when?", TOLD, {"qt0": "used", "qc0": "thing"}),
        ("ibuprofen, last script when, March 2019 counted?", TOLD, {"qt0": "used", "qc0": "thing"}),
        ("we filed it on 4 May 2019. any ibuprofen since?", Sense("medication", "exists"), {"qt0": "used"}),
        ("how many physicians ordered ibuprofen?", Sense("medication", "count"), {"qc0": "thing"}),
        ("which scripts are ongoing?", Sense("medication", "list"), {}),
        ("what was the last day a potassium was drawn?", Sense("observation", "value", "last"), {"qc0": "thing"}),
        ("why was ibuprofen last prescribed?", Sense("medication", "dose", "last"), {"qc0": "thing"}),
        ("when was potassium drawn last?", Sense("observation", "value", "last"), {"qc0": "thing"}),
        ("ibuprofen, script no. 3 when?", Sense("medication", "time", "first2"), {"qc0": "thing"}),
        ("ibuprofen, script number three when?", Sense("medication", "time", "first"), {"qc0": "thing"}),
        ("when was the newest ibuprofen script?", Sense("medication", "time", "first"), {"qc0": "thing"}),
        ("which drugs were given for the hypertension?", Sense("condition", "list"), {"qc0": "thing"}),
    ],
)
def test_words_that_ask_for_other_rows_than_the_sense_are_not_read_past(
    ask: Ask, text: str, sense: Sense, parts: dict[str, str]
) -> None:
    assert least(ask, text, sense, [], **parts) == certainty.NEVER


def test_a_time_that_was_read_as_open_is_no_end_of_another(ask: Ask) -> None:
    parts = {"qt0": "used", "qc0": "thing"}
    assert least(ask, "ibuprofen, last script when, from 2019 onwards?", TOLD, [], **parts) < certainty.NEVER
    assert least(ask, "which scripts are ongoing?", Sense("medication", "list", "", "current"), []) < certainty.NEVER
    third = Sense("medication", "time", "first3")
    assert least(ask, "ibuprofen, the third script, when?", third, [], qc0="thing") < certainty.NEVER


@pytest.mark.parametrize(
    "text",
    [
        "tell me of simvastatin, and any drug of that class, when the newest was ordered",
        "every drug, i mean her stroke tablets",
        "ibuprofen, at a glance. is it stroke?",
    ],
)
def test_what_the_words_asked_with_mean_is_not_left_out(ask: Ask, text: str) -> None:
    sense = Sense("medication", "exists" if "is it" in text else "list")
    left = "qc1" if "is it" in text else "qc0"
    assert least(ask, text, sense, [], **{left: "other"}) == certainty.NEVER


def test_what_relates_or_is_taken_away_needs_a_surer_network(ask: Ask) -> None:
    exists, thing = Sense("medication", "exists"), {"qc0": "thing"}
    assert least(ask, "any ibuprofen after she began to limp?", exists, [], **thing) == certainty.FROM_LESS
    assert least(ask, "subtract the last potassium from the first", TOLD, [], **thing) == certainty.FROM_LESS
    assert least(ask, "not the first ibuprofen script, the last?", TOLD, [], **thing) == certainty.FROM_NOTHING


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("only the most recent ibuprofen script, when?", True),
        ("only the big ibuprofen scripts, when?", False),
        ("what does the record say on ibuprofen, last script?", True),
        ("what did the surgeon say on ibuprofen, last script?", False),
        ("ibuprofen, strengths added together, last script when?", True),
        ("ibuprofen taken together, last script when?", False),
    ],
)
def test_words_that_only_point_to_the_record_narrow_nothing(ask: Ask, text: str, taken: bool) -> None:
    skeleton = taken_apart(ask, text)
    parts = {
        f"qc{at}": "thing" if one.words.lower() == "ibuprofen" else "other" for at, one in enumerate(skeleton.mentions)
    }
    least_of = certainty.needed(Told(TOLD, parts, 1.0), masked(skeleton), [], skeleton)
    assert (least_of < certainty.NEVER) is taken
