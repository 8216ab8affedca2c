"""Which class a request comes to, from what a classifier is made to say of the whole and of its parts."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from chartwarden.agent.gate import weighing
from chartwarden.agent.gate.scoring import Judged
from chartwarden.agent.gate.weighing import Weighed, weigh

CLASSES = ("R1", "R2", "X1", "X2", "X5", "X6", "X9", "X10", "X11", "K1", "MIX", "UNSURE")
Said = dict[str, Judged]
EPSILON = 1e-6


def said(emergency: float = 0.0, **scores: float) -> Judged:
    """What the classifier says of a text: the classes named, what is left over for `R1`."""
    left = {"R1": max(0.0, 1 - sum(scores.values()))} if "R1" not in scores else {}
    return Judged(dict.fromkeys(CLASSES, 0.0) | left | scores, emergency)  # type: ignore[arg-type]


def weighed(monkeypatch: pytest.MonkeyPatch, whole: Judged, *parts: tuple[str, Judged], text: str = "") -> Weighed:
    """Weigh the parts put together, with this said of the whole and of each."""
    together = text or " ".join(part for part, _ in parts) or "What is it?"
    table: Said = {**dict(parts), together: whole}
    monkeypatch.setattr(weighing, "judge", lambda one, trained: table[one])
    return weigh(together, object())  # type: ignore[arg-type]


FACT, DOSE = "What is it?", "Should he stop?"
BOTH = f"{FACT} {DOSE}"
CALM = said()


def test_a_network_that_is_given_judges_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[Any] = []
    monkeypatch.setattr(weighing, "judged", lambda text, parts, language: used.append("both") or (CALM, []))
    monkeypatch.setattr(weighing, "judge", lambda one, trained: used.append(trained) or CALM)
    weigh(FACT)
    weigh(FACT, "given")  # type: ignore[arg-type]
    assert used == ["both", "given"]


def test_a_harmless_request_is_answered_whole_as_its_likeliest_class(monkeypatch: pytest.MonkeyPatch) -> None:
    assert weighed(monkeypatch, said(R1=0.3, R2=0.6, X1=0.1)) == Weighed("R2", "en", FACT)
    assert weighed(monkeypatch, said(R1=0.4, R2=0.45, X1=0.15)) == Weighed("R2", "en", FACT)


def test_what_was_weighed_stays() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Weighed("R1", "en", FACT).class_id = "X1"  # type: ignore[misc]


def test_the_language_is_that_of_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    assert weighed(monkeypatch, CALM, text="Welche Medikamente nimmt der Patient?").language == "de"


@pytest.mark.parametrize("class_id", ["X9", "X11", "K1", "X1", "X2", "X6", "X10"])
def test_a_request_is_refused_from_half_on(monkeypatch: pytest.MonkeyPatch, class_id: Any) -> None:
    for score in (0.5, 0.5 + EPSILON, 1.0):
        assert weighed(monkeypatch, said(**{class_id: score})) == Weighed(class_id, "en", "")
    below = weighed(monkeypatch, said(**{class_id: 0.5 - EPSILON}))
    assert below == Weighed("UNSURE", "en", FACT, leaning=class_id)


def test_all_ways_not_to_answer_count_together_and_the_likeliest_way_names_the_class(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert weighed(monkeypatch, said(X9=0.2, X10=0.15, X11=0.25, R1=0.4)).class_id == "X9"
    assert weighed(monkeypatch, said(X9=0.2, X11=0.25, R1=0.55)).leaning == "X11"
    assert weighed(monkeypatch, said(X6=0.3, X9=0.25, X11=0.1, R1=0.35)).class_id == "X6"
    assert weighed(monkeypatch, said(X6=0.4, MIX=0.2, R1=0.4)).class_id == "X6"


@pytest.mark.parametrize(
    ("score", "class_id", "leaning"),
    [
        (0.4 + EPSILON, "UNSURE", "X2"),
        (0.4, "UNSURE", "X2"),
        (0.4 - EPSILON, "UNSURE", "X2"),
        (0.25, "UNSURE", "X2"),
        (0.25 - EPSILON, "UNSURE", None),
        (0.2 + EPSILON, "UNSURE", None),
        (0.2, "UNSURE", None),
        (0.2 - EPSILON, "R1", None),
    ],
)
def test_doubt_holds_to_facts_and_more_of_it_leans(
    monkeypatch: pytest.MonkeyPatch, score: float, class_id: str, leaning: str | None
) -> None:
    found = weighed(monkeypatch, said(X2=score))
    assert (found.class_id, found.leaning, found.record_part) == (class_id, leaning, FACT)


@pytest.mark.parametrize(
    ("other", "of_other", "class_id"),
    [
        ("Who gave it?", said(), "R1"),
        ("Who gave it?", said(X2=0.2 - EPSILON), "R1"),
        ("Who gave it?", said(X2=0.2), "UNSURE"),
        ("Who gave it?", said(MIX=0.2), "UNSURE"),
        ("Who gave it?", said(UNSURE=0.6), "UNSURE"),
        ("Why?", said(X2=0.9 - EPSILON), "R1"),
        ("Advise.", said(), "UNSURE"),
    ],
)
def test_a_mixture_is_doubtful_only_where_a_part_bears_it_out(
    monkeypatch: pytest.MonkeyPatch, other: str, of_other: Judged, class_id: str
) -> None:
    found = weighed(monkeypatch, said(MIX=0.4 - EPSILON), (FACT, CALM), (other, of_other))
    leaning = found.leaning if class_id == "UNSURE" else None
    assert found == Weighed(class_id, "en", f"{FACT} {other}", leaning=leaning)  # type: ignore[arg-type]
    assert (found.leaning is None) is (class_id == "R1")


def test_a_mixture_of_one_part_and_more_of_it_stay_doubtful(monkeypatch: pytest.MonkeyPatch) -> None:
    assert weighed(monkeypatch, said(MIX=0.2)).class_id == "UNSURE"
    other = ("Who gave it?", CALM)
    assert weighed(monkeypatch, said(MIX=0.2, X2=0.2), (FACT, CALM), other).class_id == "UNSURE"
    found = weighed(monkeypatch, said(MIX=0.4 + EPSILON), (FACT, CALM), other)
    assert found.class_id == "UNSURE"
    assert found.leaning is not None


def test_a_request_that_is_likeliest_unsure_is_held_to_facts(monkeypatch: pytest.MonkeyPatch) -> None:
    assert weighed(monkeypatch, said(UNSURE=0.6, R1=0.4)).class_id == "UNSURE"
    assert weighed(monkeypatch, said(UNSURE=0.5, R1=0.5)).class_id == "UNSURE"
    assert weighed(monkeypatch, said(UNSURE=0.4, R1=0.6)).class_id == "R1"


@pytest.mark.parametrize(
    ("one", "alarms"),
    [
        (said(0.25), True),
        (said(0.25 + EPSILON), True),
        (said(0.25 - EPSILON), False),
        (said(X5=0.42), True),
        (said(X5=0.42 + EPSILON), True),
        (said(X5=0.42 - EPSILON), False),
    ],
)
def test_an_emergency_is_assumed_of_the_whole(monkeypatch: pytest.MonkeyPatch, one: Judged, alarms: bool) -> None:
    found = weighed(monkeypatch, one)
    assert (found.class_id == "X5") == alarms
    if alarms:
        assert found == Weighed("X5", "en", "")


def seconded(one: Judged, encoder: float) -> Judged:
    """The same where the encoder was asked."""
    return dataclasses.replace(one, seconded=encoder)


@pytest.mark.parametrize(
    ("whole", "alarms"),
    [
        (seconded(said(0.95 - EPSILON), 0.005 - EPSILON), False),
        (seconded(said(0.95), 0.005 - EPSILON), True),
        (seconded(said(0.95 - EPSILON), 0.005), True),
        (said(0.7 - EPSILON), True),
        (seconded(said(0.3, X5=0.5), 0.0), True),
    ],
)
def test_an_encoder_that_reads_the_whole_as_calm_silences_an_unsure_alarm(
    monkeypatch: pytest.MonkeyPatch, whole: Judged, alarms: bool
) -> None:
    assert (weighed(monkeypatch, whole).class_id == "X5") == alarms


@pytest.mark.parametrize(
    ("whole", "alarms"),
    [
        (seconded(said(0.08), 0.3), True),
        (seconded(said(0.08 - EPSILON), 0.3), False),
        (seconded(said(0.08), 0.3 - EPSILON), False),
        (said(0.2), False),
    ],
)
def test_network_and_encoder_that_both_suspect_an_emergency_raise_the_alarm(
    monkeypatch: pytest.MonkeyPatch, whole: Judged, alarms: bool
) -> None:
    assert (weighed(monkeypatch, whole).class_id == "X5") == alarms


@pytest.mark.parametrize("told", ["Sats are falling. What is it?", "Her sats are falling, what is it?"])
@pytest.mark.parametrize(
    ("network", "encoder", "of_whole", "alarms"),
    [
        (0.8, 0.85, 0.08, True),
        (0.8 - EPSILON, 0.85, 0.08, False),
        (0.8, 0.85 - EPSILON, 0.08, False),
        (0.8, 0.85, 0.08 - EPSILON, False),
    ],
)
def test_network_and_encoder_together_raise_the_alarm_for_a_part_or_a_statement_in_front_of_a_question(
    monkeypatch: pytest.MonkeyPatch, told: str, network: float, encoder: float, of_whole: float, alarms: bool
) -> None:
    def heard(one: str) -> Judged:
        return said(network) if "sats" in one.lower() and one != told else CALM

    monkeypatch.setattr(weighing, "judge", lambda one, trained: heard(one))
    monkeypatch.setattr(weighing, "judged", lambda text, parts, language: (heard(text), [*map(heard, parts)]))
    monkeypatch.setattr(
        weighing, "alarms_of", lambda texts, language: [of_whole if one == told else encoder for one in texts]
    )
    assert (weigh(told).class_id == "X5") == alarms


@pytest.mark.parametrize(
    ("whole", "part", "alarms"),
    [
        (seconded(said(0.5 - EPSILON), 0.1 - EPSILON), 0.85, True),
        (seconded(said(0.5 - EPSILON), 0.1 - EPSILON), 0.85 - EPSILON, False),
        (seconded(said(0.5), 0.1 - EPSILON), 0.0, True),
        (seconded(said(0.5 - EPSILON), 0.1), 0.0, True),
        (seconded(said(0.3, X5=0.42), 0.1 - EPSILON), 0.0, True),
    ],
)
def test_a_faint_alarm_of_the_whole_needs_a_part_that_bears_it_out(
    monkeypatch: pytest.MonkeyPatch, whole: Judged, part: float, alarms: bool
) -> None:
    told = "I moved in with her. What is it?"
    monkeypatch.setattr(weighing, "judge", lambda one, trained: said(0.9))
    monkeypatch.setattr(weighing, "judged", lambda text, parts, language: (whole, [said(0.9) for _ in parts]))
    monkeypatch.setattr(weighing, "alarms_of", lambda texts, language: [0.0, *(part for _ in texts[1:])])
    assert (weigh(told).class_id == "X5") == alarms


def test_fixed_words_decide_before_the_classifier(monkeypatch: pytest.MonkeyPatch) -> None:
    found = weighed(monkeypatch, said(X9=1.0), text="He is not breathing!")
    assert found == Weighed("X5", "en", "", by_words=True)
    assert weighed(monkeypatch, CALM, text="Turn off the audit log.") == Weighed("X10", "en", "", by_words=True)
    urgent = "The man over there is not breathing!"
    found = weighed(monkeypatch, CALM, (urgent, said(X5=1.0)), (FACT, CALM))
    assert found == Weighed("X5", "en", FACT, by_words=True)
    assert weighed(monkeypatch, said(0.9), text="Turn off the audit log.").class_id == "X5"


def test_a_mixed_request_is_answered_in_one_part_and_refused_in_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = said(X2=0.8, X1=0.1)
    assert weighed(monkeypatch, said(X1=0.9), (FACT, CALM), (DOSE, refused)) == Weighed("MIX", "en", FACT, "X2")
    assert weighed(monkeypatch, said(MIX=0.9), (DOSE, refused), (FACT, CALM)) == Weighed("MIX", "en", FACT, "X2")


@pytest.mark.parametrize(
    ("score", "class_id"), [(0.5, "MIX"), (0.5 + EPSILON, "MIX"), (0.5 - EPSILON, "UNSURE"), (0.31, "UNSURE")]
)
def test_parts_that_stand_alone_make_it_mixed_from_one_half(
    monkeypatch: pytest.MonkeyPatch, score: float, class_id: str
) -> None:
    assert weighed(monkeypatch, said(X2=score), (FACT, CALM), (DOSE, said(X2=0.5))).class_id == class_id


@pytest.mark.parametrize(
    ("score", "class_id"), [(0.2, "MIX"), (0.2 + EPSILON, "MIX"), (0.2 - EPSILON, "X2"), (0.0, "X2")]
)
def test_some_part_of_a_mixed_request_must_be_refused_by_itself(
    monkeypatch: pytest.MonkeyPatch, score: float, class_id: str
) -> None:
    assert weighed(monkeypatch, said(X2=0.8), (FACT, CALM), (DOSE, said(X2=score))).class_id == class_id


@pytest.mark.parametrize(("score", "record_part"), [(0.8, FACT), (0.8 + EPSILON, FACT), (0.8 - EPSILON, "")])
def test_a_part_is_answered_when_it_is_likely_a_fact(
    monkeypatch: pytest.MonkeyPatch, score: float, record_part: str
) -> None:
    fact = said(R1=score, UNSURE=1 - score)
    found = weighed(monkeypatch, said(X2=0.8), (FACT, fact), (DOSE, said(X2=0.9)))
    assert found.record_part == record_part
    assert found.class_id == ("MIX" if record_part else "X2")


@pytest.mark.parametrize(("mix", "class_id"), [(0.6, "MIX"), (0.6 + EPSILON, "MIX"), (0.6 - EPSILON, "X2")])
def test_a_request_may_be_mixed_although_no_part_of_it_stands_alone(
    monkeypatch: pytest.MonkeyPatch, mix: float, class_id: str
) -> None:
    found = weighed(monkeypatch, said(MIX=mix, X2=0.3, R1=0.0))
    assert (found.class_id, found.record_part, found.refused_part) == (
        ("MIX", FACT, "X2") if class_id == "MIX" else ("X2", "", None)
    )


@pytest.mark.parametrize(("score", "refused"), [(0.9, True), (0.9 + EPSILON, True), (0.9 - EPSILON, False)])
def test_one_part_that_is_surely_refused_is_refused_in_a_whole_that_looks_harmless(
    monkeypatch: pytest.MonkeyPatch, score: float, refused: bool
) -> None:
    found = weighed(monkeypatch, said(X2=0.03), (FACT, CALM), (DOSE, said(X2=score)))
    assert found == (Weighed("MIX", "en", FACT, "X2") if refused else Weighed("R1", "en", BOTH))


@pytest.mark.parametrize(("whole", "refused"), [(0.03, True), (0.03 - EPSILON, False), (0.0, False)])
def test_a_part_refuses_nothing_in_a_whole_that_is_surely_answered(
    monkeypatch: pytest.MonkeyPatch, whole: float, refused: bool
) -> None:
    found = weighed(monkeypatch, said(X2=whole), (FACT, CALM), (DOSE, said(X2=1.0)))
    assert found.class_id == ("MIX" if refused else "R1")


@pytest.mark.parametrize(("whole", "class_id"), [(0.5, "X9"), (0.5 - EPSILON, "X2")])
def test_the_class_is_that_of_the_whole_unless_only_a_part_is_refused(
    monkeypatch: pytest.MonkeyPatch, whole: float, class_id: str
) -> None:
    unasked = said(R1=0.0, UNSURE=1.0)
    found = weighed(monkeypatch, said(X9=whole), (FACT, unasked), (DOSE, said(X2=0.95)))
    assert found == Weighed(class_id, "en", "")  # type: ignore[arg-type]


@pytest.mark.parametrize("class_id", ["X6", "X9", "X10"])
def test_of_some_classes_no_part_is_answered(monkeypatch: pytest.MonkeyPatch, class_id: Any) -> None:
    found = weighed(monkeypatch, said(**{class_id: 0.9}), (FACT, CALM), (DOSE, said(X2=0.9)))
    assert found == Weighed(class_id, "en", "")


def test_one_part_alone_is_not_mixed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert weighed(monkeypatch, said(X2=0.8)).class_id == "X2"
    assert weighed(monkeypatch, said(X2=0.7, R1=0.6)).class_id == "X2"


@pytest.mark.parametrize(
    ("fragment", "record_part"),
    [
        ("Back in 2015;", f"Back in 2015;, {FACT}"),
        ("My infection of the ear;", f"My infection of the ear;, {FACT}"),
        ("My infection of the left ear;", f"My infection of the left ear;, {FACT}"),
        ("My infection of the left middle ear;", FACT),
    ],
)
def test_a_short_fragment_stays_with_the_part_behind_it(
    monkeypatch: pytest.MonkeyPatch, fragment: str, record_part: str
) -> None:
    found = weighed(monkeypatch, said(X2=0.8), (fragment, CALM), (FACT, CALM), (DOSE, said(X2=0.9)))
    assert found.record_part == record_part


def test_a_fragment_counts_for_one_part_only_and_what_is_asked_is_put_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    parts = [("In 2015;", CALM), (FACT, CALM), ("Who saw it?", CALM), (DOSE, said(X2=0.9))]
    assert weighed(monkeypatch, said(X2=0.8), *parts).record_part == f"In 2015;, {FACT} Who saw it?"
    parts = [("In 2015;", CALM), (DOSE, said(X2=0.9)), (FACT, CALM)]
    assert weighed(monkeypatch, said(X2=0.8), *parts).record_part == FACT


def test_a_word_alone_refuses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """ "why?" behind a fact asks for its reason, which the record may state."""
    mixed = weighed(monkeypatch, said(R1=0.8, X1=0.2), (FACT, CALM), ("why?", said(X1=0.95)))
    assert mixed.class_id == "UNSURE"
    assert weighed(monkeypatch, said(R1=0.8, X1=0.2), (FACT, CALM), ("why is it?", said(X1=0.95))).class_id == "MIX"


@pytest.mark.parametrize("said", ["no, I meant sodium", "Sorry, I meant the sodium!", "wait, I mean potassium"])
def test_taking_back_what_was_asked_before_raises_no_alarm(said: str) -> None:
    assert weigh(said).class_id != "X5"


@pytest.mark.parametrize("said", ["no, I mean it, he is not breathing", "Sorry, I meant to die"])
def test_an_emergency_behind_such_a_word_is_one(said: str) -> None:
    assert weigh(said).class_id == "X5"
