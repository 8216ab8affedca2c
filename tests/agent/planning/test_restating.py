"""Questions said again in plain words: the network tells the sense, its plain sentence comes to just that sense."""

from __future__ import annotations

import dataclasses
import json
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chartwarden import fhir_fixtures
from chartwarden.agent.answer import Answer
from chartwarden.agent.assistant import Assistant
from chartwarden.agent.networks.corpora import digest
from chartwarden.agent.planning.compose import questions_for
from chartwarden.agent.planning.planner import PlanningContext, UseTools
from chartwarden.agent.planning.reading.grammar import frames_of
from chartwarden.agent.planning.reading.skeleton import Skeleton
from chartwarden.agent.planning.reading.taking_apart import take_apart
from chartwarden.agent.planning.restating import corpus, network, sentences
from chartwarden.agent.planning.restating.features import Masked
from chartwarden.agent.planning.restating.restating import asks_plainly
from chartwarden.agent.planning.restating.senses import Sense, sense_of
from chartwarden.agent.planning.restating.sentences import Placed, plain_sentence
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.agent.planning.times.timephrases import TimeReader
from chartwarden.tools.records.manifest import Manifest
from chartwarden.tools.records.readings import Readings
from chartwarden.tools.records.record_vocabulary import vocabulary_of

Ask = Callable[..., PlanningContext]
PLANNER = RulesPlanner()
NAMES = {
    "condition": "hypertension", "medication": "ibuprofen", "intake": "ibuprofen", "observation": "potassium",
    "immunization": "flu shot", "procedure": "colonoscopy", "allergy": "peanut", "encounter": "check-up",
    "micro": "blood culture", "report": "lipid panel",
}  # fmt: skip
OTHERS = {"observation": "weight", "medication": "simvastatin", "immunization": "tetanus shot", "condition": "stroke"}


def taken_apart(ask: Ask, text: str) -> tuple[Skeleton, Manifest]:
    context = ask("?")
    reader = TimeReader(context.clock, Readings())
    return take_apart(text, vocabulary_of(context.manifest), reader), context.manifest


def told_senses() -> list[Sense]:
    return [sense for sense in network.weights().senses if sense.kind != network.NOTHING]


@pytest.mark.parametrize("sense", told_senses(), ids=lambda sense: ".".join(filter(None, dataclasses.astuple(sense))))
def test_every_sense_has_a_sentence_that_comes_to_just_that_sense(ask: Ask, sense: Sense) -> None:
    """Of nothing named, or of names that the record has as that kind: what comes to another sense is not taken."""
    thing, event = NAMES.get(sense.kind, ""), NAMES.get(sense.event, "")
    other = OTHERS.get(sense.kind, "")
    said = [name for name in (thing, other, event) if name]
    skeleton, manifest = taken_apart(ask, ", ".join(f"about {name}" for name in said) or "whatever")
    token = {mention.words: f"qc{n}" for n, mention in enumerate(skeleton.mentions)}
    first, second, at = token.get(thing, ""), token.get(other, ""), token.get(event, "")
    if thing == event:
        second, at = "", second
    read = {}
    for placed in (Placed(first, event=at), Placed(first, second=second, event=at), Placed(event=at), Placed()):
        sentence = plain_sentence(sense, placed)
        if sentence is not None:
            plain = dataclasses.replace(skeleton, text=sentence.rstrip("?"))
            found = sense_of([q for frame in frames_of(plain) for q in questions_for(frame, plain, manifest)])
            read[sentence] = found and found[0]
    assert sense in read.values(), read


def test_no_sentence_for_something_named_leaves_it_out() -> None:
    tables = tomllib.loads(Path(sentences.__file__).with_name("sentences.toml").read_text(encoding="utf-8"))
    said = {
        f"{kind}.{ask}": entry for kind, table in tables.items() if kind != "relation" for ask, entry in table.items()
    }
    named = {name: entry.partition("|")[0].strip() for name, entry in said.items()}
    assert [name for name, sentence in named.items() if sentence and "{it}" not in sentence] == []


WAYS = [
    ("When was ibuprofen last prescribed?", "My attorney needs one date only: the most recent ibuprofen script."),
    ("What was the lowest potassium?", "Of all the potassiums ever drawn on me, how low did the worst one go?"),
    ("How many times was a flu shot given since 2014?", "Flu shots from 2014 onwards, what does the tally come to?"),
    ("What was the second most recent weight value?", "Skip the newest weight; I'm after the one right before it."),
    ("When was hypertension first diagnosed?", "As for the hypertension, what date did it first show up?"),
    ("Was a colonoscopy ever performed?", "Quality reviewer here, colonoscopy: completed at some point, yes or no?"),
    ("Is the patient currently taking ibuprofen?", "Before I close this: ibuprofen, is he on it at the moment or not?"),
    ("When was potassium the lowest?", "On which date did the potassium hit its all-time low?"),
    ("What was the last potassium before hypertension was first diagnosed?",
     "Hypertension first shows up as a diagnosis - and the final potassium before that was?"),
    ("When was a flu shot given for the second time?",
     "I know he had more than one flu shot; what was the date of dose number two?"),
    ("When was hypertension first diagnosed?",
     "The hypertension was diagnosed, maybe more than once; what's the date of the first hypertension diagnosis?"),
]  # fmt: skip


@pytest.mark.parametrize(("plain", "said"), WAYS)
def test_what_is_said_in_its_own_way_is_asked_as_the_plain_question(ask: Ask, plain: str, said: str) -> None:
    wanted, step = PLANNER.decide(ask(plain)), PLANNER.decide(ask(said))
    assert isinstance(wanted, UseTools)
    assert isinstance(step, UseTools), step
    assert [_bare(call.model_dump_json()) for call in step.calls] == [
        _bare(call.model_dump_json()) for call in wanted.calls
    ]
    assert not wanted.read_as, "what the grammar reads as it stands is not said again"


def _bare(query: str) -> str:
    """A query without the words it came from."""
    return re.sub(r'"(?:words|via|reading)":"[^"]*"', "", query)


@pytest.mark.parametrize(
    "question",
    [
        "Was ibuprofen prescribed more than twice?",
        "Which drugs were ordered within 3 days of the stroke?",
        "What was the potassium closest to the stroke?",
        "How long was it from hypertension to the stroke?",
        "Was the last potassium above 5?",
        "Fasting: what was the last potassium?",
        "What was the most common procedure?",
        "Which drugs were ordered in the ICU?",
        "How many different doctors prescribed ibuprofen?",
        "Which drugs were ordered at the time of the last admission?",
        "How long was she on ibuprofen?",
        "Flu shots more than twice by now: true?",
        "What was the potassium closest to the flu shot?",
    ],
)
def test_what_a_sense_cannot_tell_is_never_said_again_with_less(ask: Ask, question: str) -> None:
    step = PLANNER.decide(ask(question))
    assert not (isinstance(step, UseTools) and step.read_as), step


def test_plain_questions_are_told_from_requests_for_a_judgement(ask: Ask) -> None:
    clock = ask("?").clock
    for question in (
        "Why is this patient on metoprolol, what's it for?",
        "When did she last get a flu shot?",
        "Is her epilepsy over?",
        "has the concussion cleared up?",
        "Did my wife need a transfusion?",
        "did my lad break a bone?",
        "Two fractures, right?",
        "Her warfarin dose was 5 mg, right?",
        "What is the average creatinine?",
    ):
        assert asks_plainly(question, clock, Readings()), question
    for question in (
        "Why is her potassium rising, what's behind it?",
        "Should she still be on metoprolol?",
        "Is she protected against flu this winter?",
        "When will the asthma clear up?",
        "Is her cancer gone for good?",
        "Should the asthma be over by now?",
        "Is the pneumonia getting better?",
        "Does she need a transfusion?",
        "What is the normal creatinine?",
        "What is the highest safe creatinine?",
        "What is the highest warfarin?",
        "Has she pneumonia?",
        "Two tablets a day, right?",
        "When she was 40, did she have asthma?",  # by age: not told without the date of birth
    ):
        assert not asks_plainly(question, clock, Readings()), question


def test_the_weights_were_trained_on_the_corpus_of_the_checkout() -> None:
    trained = network.weights().corpus
    assert trained == digest(corpus.corpus_lines()), "run python -m chartwarden.agent.planning.restating.training"


def test_the_corpus_is_taught_and_names_nobody() -> None:
    lines = corpus.corpus_lines()
    assert not [line for line in lines if re.search(r"\d{5}", line)], "a number that could be somebody's"
    wrong, sample = 0, lines[::60]
    for line in sample:
        row = corpus.row_of(line)
        told = network.tell(row.question, network.weights())
        wrong += told.sense != row.sense
    assert wrong <= 0.06 * len(sample)


def test_a_line_with_a_part_that_is_none_is_told() -> None:
    with pytest.raises(ValueError, match="not a line of the corpus"):
        corpus.row_of(json.dumps({"text": "any {condition:hero}?", "sense": ["condition", "exists"]}))


def test_a_question_without_a_known_word_is_judged_too() -> None:
    told = network.tell(Masked("", {}, {}), network.weights())
    assert 0 <= told.certainty <= 1


@pytest.fixture(scope="module")
def adeyemi() -> Iterator[Callable[[str], Answer]]:
    """Answers of the whole graph over a made-up record."""
    with Assistant.over(fhir_fixtures.folder() / "adeyemi-1957.json") as opened:
        session = opened.session("adeyemi-1957", acknowledged_by="Dr. Reader", as_of=fhir_fixtures.AS_OF)
        yield lambda question: opened.answer(question, session)


def test_an_answer_tells_how_a_question_was_read_that_was_said_again(adeyemi: Callable[[str], Answer]) -> None:
    said = adeyemi("My attorney needs one date only: the most recent lisinopril script.")
    plain = adeyemi("When was lisinopril last prescribed?")
    assert said.value == plain.value != ()
    assert 'Read as: "when was lisinopril last prescribed?"' in said.text
    assert "Read as" not in plain.text


def test_a_result_without_a_value_is_told_with_its_reason(adeyemi: Callable[[str], Answer]) -> None:
    answer = adeyemi("What is the latest potassium?")
    assert answer.outcome == "not_recorded"
    assert "No value is recorded" in answer.text


def test_a_second_question_about_the_person_leans_on_the_first(adeyemi: Callable[[str], Answer]) -> None:
    answer = adeyemi("Is my date of birth on there, and what is it?")
    assert answer.value == ("1957-03-12",)
