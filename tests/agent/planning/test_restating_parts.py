"""Restating by its parts: what counts in a masked question, the sense of a query, its sentence."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from chartwarden.agent.planning.planner import PlanningContext
from chartwarden.agent.planning.reading.skeleton import Skeleton
from chartwarden.agent.planning.reading.taking_apart import take_apart
from chartwarden.agent.planning.restating.features import Masked, kind_of, masked, place_features, sentence_features
from chartwarden.agent.planning.restating.senses import Parts, Sense, sense_of
from chartwarden.agent.planning.restating.sentences import Placed, placed_by, plain_sentence
from chartwarden.agent.planning.times.timephrases import TimeReader
from chartwarden.tools.records.query import Anchor, Comparison, Concept, NoteSearch, Question, RecordQuery, Window
from chartwarden.tools.records.readings import Readings
from chartwarden.tools.records.record_vocabulary import vocabulary_of

Ask = Callable[..., PlanningContext]


def question_of(text: str, **kinds: str) -> Masked:
    """A masked question; a name of kind `unknown=blue pills` is of these words."""
    unknown = {name: kind.partition("=")[2] for name, kind in kinds.items() if "=" in kind}
    return Masked(text, {name: kind.partition("=")[0] for name, kind in kinds.items()}, unknown)


MASKED = question_of("Was qc0 given qt0? My qc1: 2.5 qk0", qc0="drug", qc1="unknown=blue pillbox")


def test_a_placeholder_counts_as_its_kind_and_a_number_as_a_number() -> None:
    assert " ".join(MASKED.tokens) == "was <drug> given <time> ? my <unknown> : <number> <quantity>"
    assert MASKED.places == {"qc0": 1, "qt0": 3, "qc1": 6, "qk0": 9}
    assert question_of("qc0 or qc0", qc0="drug").places == {"qc0": 2}
    assert question_of("qc7 qp0 qr0 qa0 qn0 qd0").tokens == (
        "<unknown>", "<person>", "<route>", "<source>", "<limit>", "<distance>"
    )  # fmt: skip


def counted(features: frozenset[str], *, but: str = "c:") -> dict[str, set[str]]:
    """Features by what stands before the colon."""
    found: dict[str, set[str]] = {}
    for name, _, value in (feature.partition(": ") for feature in features if not feature.startswith(but)):
        found.setdefault(name, set()).add(value)
    return found


def test_a_sentence_counts_by_words_stems_neighbours_gaps_and_parts() -> None:
    found = counted(sentence_features(question_of("Prescribed qc0? yes.", qc0="drug")))
    assert found == {
        "w": {"^", "prescribed", "<drug>", "?", "yes", ".", "$", "^ prescribed", "prescribed <drug>", "<drug> ?",
              "? yes", "yes .", ". $"},
        "s": {"^", "presc", "<drug>", "?", "yes", ".", "$", "^ presc", "presc <drug>", "<drug> ?", "? yes", "yes .",
              ". $", "^ presc <drug>", "presc <drug> ?", "<drug> ? yes", "? yes .", "yes . $"},
        "g": {"^ … <drug>", "^ … ?", "^ … yes", "presc … ?", "presc … yes", "presc … .", "<drug> … yes", "<drug> … .",
              "<drug> … $", "? … .", "? … $", "yes … $"},
        "opens": {"presc <drug>"}, "ends": {"yes . $"}, "names": {"1"},
        "first part": {"presc", "<drug>", "presc <drug>"}, "last part": {"yes"},
    }  # fmt: skip
    assert "c: _yes_" in sentence_features(question_of("yes"))


def test_a_sentence_of_one_part_has_no_first_and_last_and_tells_what_nothing_knows() -> None:
    found = counted(sentence_features(question_of("my qc0 qc1 qt0 5?", qc0="unknown=blue pillbox", qc1="drug")))
    assert "first part" not in found
    assert found["unknown"] == {"blue pillbox"}
    assert found["names"] == {"2"}


def test_a_place_counts_by_what_stands_around_it() -> None:
    found = counted(place_features(MASKED, "qc1"))
    assert found == {
        "kind": {"<unknown>"},
        "-1": {"my"}, "-2": {"?"}, "-3": {"<time>"}, "-4": {"given"}, "-5": {"<drug>"},
        "+1": {":"}, "+2": {"<number>"}, "+3": {"<quantity>"}, "+4": {"$"}, "+5": {"$"},
        "-": {"my", "?", "<time>", "given", "<drug>"}, "+": {":", "<number>", "<quantity>", "$"},
        "<unknown> -1": {"my"}, "<unknown> -2": {"?"}, "<unknown> +1": {":"}, "<unknown> +2": {"<number>"},
        "before": {"? my", "<time> ? my"}, "behind": {": <number>", ": <number> <quantity>"}, "between": {"my … :"},
        "left": {"was", "<drug>", "given", "<time>", "?", "my"}, "right": {":", "<number>", "<quantity>"},
        "word": {"blue", "pillbox"}, "stem": {"blue", "pillb"},
        "name 1 of 3": {""}, "name 1": {""}, "of its kind 0 of 1": {""}, "part 1 of 2": {""},
        "<unknown> with <drug>": {""}, "<unknown> with <quantity>": {""}, "asked behind": {"False"},
    }  # fmt: skip


def test_a_place_is_counted_among_those_of_its_kind_and_by_what_is_asked_behind() -> None:
    twice = question_of("qc0 qt0 and qc1: when was it? qt1.", qc0="drug", qc1="drug")
    first, second, later = (place_features(twice, name) for name in ("qc0", "qc1", "qt1"))
    assert {"name 0 of 2", "of its kind 0 of 2", "part 0 of 2", "asked behind: True", "<drug> with <drug>"} <= first
    assert {"name 1 of 2", "of its kind 1 of 2", "part 0 of 2", "asked behind: True"} <= second
    assert {"of its kind 1 of 2", "part 2 of 2", "asked behind: False", "name 2 of 2"} <= later


def taken_apart(ask: Ask, text: str) -> Skeleton:
    context = ask("?")
    return take_apart(text, vocabulary_of(context.manifest), TimeReader(context.clock, Readings()))


def test_what_a_name_may_be_is_told_by_the_tables_then_by_the_record(ask: Ask) -> None:
    skeleton = taken_apart(ask, "ibuprofen, prenatal visit, zorbal and hypertension")
    kinds = {mention.words: kind_of(mention) for mention in skeleton.mentions}
    assert kinds["ibuprofen"] == "drug"
    assert kinds["prenatal visit"] == "encounter"
    assert kinds["zorbal"] == "unknown"
    told = masked(skeleton)
    assert set(told.unknown.values()) == {"zorbal"}
    assert list(told.kinds.values()) == [kind_of(mention) for mention in skeleton.mentions]


def test_a_sense_and_a_masked_question_are_fixed() -> None:
    for thing, field in ((MASKED, "text"), (Sense("a", "b"), "kind"), (Parts(), "thing"), (Placed(), "thing")):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(thing, field, "x")


# What a query is the sense of.

DRUG, STROKE, PAIN = Concept(words="ibuprofen"), Concept(words="stroke"), Concept(words="pain")
SINCE = Window(reading="since 2019")


def query(kind: str, concept: Concept | None = None, **given: Any) -> RecordQuery:
    return RecordQuery(types=(kind,), concept=concept, **given)


ORDER = query("MedicationRequest", DRUG, target="time", which="last")
EVENT = query("Condition", STROKE, target="time", which="first")
SENSES: list[tuple[RecordQuery | Comparison, tuple[str, ...], dict[str, Any]]] = [
    (ORDER, ("medication", "time", "last"), {"thing": (DRUG,)}),
    (query("MedicationDispense", DRUG, measure="count"), ("medication", "count"), {"thing": (DRUG,)}),
    (query("MedicationStatement", DRUG, measure="exists", status=("active",)), ("medication", "exists", "", "current"),
     {"thing": (DRUG,)}),
    (query("Condition", measure="distinct", target="name", window=SINCE), ("condition", "list"), {"has_window": True}),
    (query("Condition", measure="distinct", target="person"), ("condition", "list_person"), {}),
    (query("Encounter", encounter_kind=("icu",), measure="count_distinct", target="name"), ("icu", "count_distinct"),
     {}),
    (query("Encounter", measure="count_distinct", target="person"), ("encounter", "count_distinct_person"), {}),
    (query("Encounter", target="location", which="first"), ("careunit", "location", "first"), {}),
    (query("Observation", DRUG, which="last", by="value", target="time"), ("observation", "time_at_max"),
     {"thing": (DRUG,)}),
    (query("Observation", DRUG, which="first", by="value", target="time"), ("observation", "time_at_min"),
     {"thing": (DRUG,)}),
    (query("Observation", DRUG, which="last", index=2, limit=1), ("observation", "value", "last2"), {"thing": (DRUG,)}),
    (query("Observation", DRUG, which="last", limit=2), ("observation", "value", "lasts"), {"thing": (DRUG,)}),
    (query("Observation", DRUG, category=("Output",)), ("output", "value"), {"thing": (DRUG,)}),
    (query("Observation", DRUG, target="organism"), ("micro", "organism"), {"thing": (DRUG,)}),
    (query("Observation", DRUG, target="name"), ("micro", "name"), {"thing": (DRUG,)}),
    (query("Observation", DRUG, target="name", measure="count"), ("observation", "count"), {"thing": (DRUG,)}),
    (query("Observation", DRUG, specimen=PAIN), ("micro", "value"), {"thing": (PAIN,)}),
    (query("Observation", Concept(words="microbiology test"), measure="exists"), ("micro", "exists"), {}),
    (query("Patient", field="gender", target="demographic"), ("patient", "gender"), {}),
    (query("Patient", measure="age"), ("patient", "age"), {}),
    (query("MedicationRequest", DRUG, reason=PAIN, measure="exists"), ("medication", "exists"),
     {"thing": (DRUG,), "reason": (PAIN,)}),
    (query("MedicationRequest", DRUG, measure="exists", anchor=Anchor(relation="after", event=EVENT)),
     ("medication", "exists", "", "", "after", "condition", "first"), {"thing": (DRUG,), "event": (STROKE,)}),
    (query("MedicationRequest", DRUG, measure="exists",
           anchor=Anchor(relation="after", event=query("Encounter", target="end", which="last"))),
     ("medication", "exists", "", "", "after", "encounter", "last_end"), {"thing": (DRUG,)}),
    (query("MedicationRequest", DRUG, measure="exists",
           anchor=Anchor(relation="same_day", event=query("Observation", PAIN, by="value", which="last"))),
     ("medication", "exists", "", "", "same_day", "observation", "max"), {"thing": (DRUG,), "event": (PAIN,)}),
    (Comparison(left=ORDER, right=EVENT, relation="before"), ("medication", "order_before", "last"),
     {"thing": (DRUG,), "second": (STROKE,)}),
    (Comparison(left=query("Observation", DRUG, window=SINCE),
                right=query("Observation", DRUG, which="last", index=2), relation="gt"),
     ("observation", "than_gt", "last2"), {"thing": (DRUG,), "has_window": True}),
    (Comparison(left=query("Observation", DRUG, anchor=Anchor(relation="after", event=EVENT)),
                right=query("Observation", DRUG, anchor=Anchor(relation="before", event=EVENT)), relation="lt"),
     ("observation", "than_lt", "", "", "around", "condition", "first"), {"thing": (DRUG,), "event": (STROKE,)}),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "sense", "parts"), SENSES, ids=lambda one: ".".join(one) if one is tuple else None)
def test_a_query_has_its_sense_and_its_parts(
    asked: Question, sense: tuple[str, ...], parts: dict[str, tuple[Concept, ...]]
) -> None:
    assert sense_of([asked]) == (Sense(*sense), Parts(**parts))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "asked",
    [
        [],
        [NoteSearch(words="pain")],
        [ORDER.model_copy(update={"until": EVENT})],
        [ORDER.model_copy(update={"negated": True})],
        [ORDER.model_copy(update={"derived_from": PAIN})],
        [ORDER.model_copy(update={"anchor": Anchor(relation="after", event=EVENT, within="P1D")})],
        [
            ORDER.model_copy(
                update={"anchor": Anchor(relation="after", event=EVENT.model_copy(update={"window": SINCE}))}
            )
        ],
        [ORDER, ORDER.model_copy(update={"measure": "count"})],
        [ORDER, NoteSearch(words="pain")],
        [Comparison(left=ORDER, right=EVENT, relation="interval")],
        [Comparison(left=ORDER, right=EVENT, relation="eq")],
    ],
)
def test_what_no_sense_tells_has_none(asked: list[Question]) -> None:
    assert sense_of(asked) is None


def test_several_questions_have_one_sense_where_they_differ_in_the_thing_alone() -> None:
    other = ORDER.model_copy(update={"concept": PAIN})
    told = sense_of([ORDER, other])
    assert told == (Sense("medication", "time", "last"), Parts((DRUG, PAIN)))
    assert told[1].names == 2
    assert Parts((DRUG,), (PAIN,), (STROKE,), (PAIN, PAIN)).names == 5


# The sentence of a sense.


@pytest.mark.parametrize(
    ("sense", "placed", "sentence"),
    [
        (("condition", "time", "first"), Placed("qc0"), "when was qc0 first diagnosed?"),
        (("condition", "time", "last2"), Placed("qc0"), "when was qc0 second most recent diagnosed?"),
        (("condition", "time", "first3"), Placed("qc0"), "when was qc0 third diagnosed?"),
        (("condition", "time", "last10"), Placed("qc0"), "when was qc0 tenth most recent diagnosed?"),
        (("condition", "time", "last11"), Placed("qc0"), None),
        (("condition", "time", "lasts"), Placed("qc0"), None),
        (("condition", "time"), Placed("qc0"), "when was qc0 diagnosed?"),
        (("condition", "time", "first"), Placed(), "when was any condition first diagnosed?"),
        (("condition", "end", "last"), Placed("qc0"), "when did qc0 resolve?"),
        (("condition", "end", "first"), Placed("qc0"), None),
        (("condition", "end", "last"), Placed(), None),
        (("condition", "hero"), Placed("qc0"), None),
        (("condition", "exists", "", "current"), Placed("qc0"), "does the patient currently have qc0?"),
        (("condition", "order_before", "first"), Placed("qc0", second="qc1"), "was qc0 first diagnosed before qc1?"),
        (("condition", "order_before", "first"), Placed("qc0"), None),
        (("condition", "exists"), Placed("qc0", second="qc1"), None),
        (("condition", "exists"), Placed("qc0", event="qc1"), None),
        (("medication", "exists"), Placed("qc0", reason="qc1", others=("qt0", "qp0", "qr0", "qa0")),
         "was qc0 ever prescribed for qc1 by qp0 via qr0 from qa0 qt0?"),
        (("condition", "exists"), None, None),
    ],
)  # fmt: skip
def test_a_sense_is_said_with_its_rank_and_what_stands_behind(
    sense: tuple[str, ...], placed: Placed | None, sentence: str | None
) -> None:
    assert plain_sentence(Sense(*sense), placed) == sentence


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("qc0 or qc1", "qc0 or qc1"),
        ("qc0/qc1", "qc0 or qc1"),
        ("qc0 and qc1", "qc0 and qc1"),
        ("qc0, qc1 or qc2", "qc0 or qc1 or qc2"),
        ("qc0 & qc1, qc2", "qc0 and qc1 and qc2"),
        ("qc0 as well as qc1", "qc0 and qc1"),
        ("qc0 qc1", None),
        ("qc0 and qc1 qc2", None),
        ("she has qc0, at times. any qc1?", None),
    ],
)
def test_names_of_one_part_are_said_together_where_the_text_joins_them(text: str, joined: str | None) -> None:
    placed = placed_by({name: "thing" for name in ("qc0", "qc1", "qc2") if name in text}, text)
    assert (placed and placed.thing) == joined


def test_placeholders_are_put_by_the_part_they_play() -> None:
    parts = {"qc0": "event", "qc1": "thing", "qc2": "other", "qt0": "used", "qc3": "reason", "qc4": "second"}
    assert placed_by(parts, "whatever") == Placed("qc1", "qc4", "qc0", "qc3", ("qt0",))
