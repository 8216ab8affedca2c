"""What is counted in a request: each kind of feature, on texts small enough to write the features down."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest

from chartwarden.agent.gate import features
from chartwarden.agent.gate.features import Cues, cues_at, features_of

CUES = Cues(
    words={"stop": frozenset({"act"}), "should": frozenset({"must"}), "list": frozenset({"retrieve", "data"})},
    stems={"med": frozenset({"therapy"}), "medic": frozenset({"data"})},
    phrases={("have", "to"): frozenset({"must"}), ("do", "you", "think"): frozenset({"you"})},
)


@pytest.fixture
def small_table(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A table of cues a reader can keep in mind, in place of `cues.toml`."""
    features._cues_of.cache_clear()
    monkeypatch.setattr(features, "_cues", lambda: CUES)
    yield
    features._cues_of.cache_clear()


def of(text: str, *kinds: str) -> set[str]:
    """The features of a text of some kinds, without the kind where there is one."""
    found = {name for name in features_of(text) if name.startswith(tuple(f"{kind}: " for kind in kinds))}
    return {name.split(": ", 1)[1] for name in found} if len(kinds) == 1 else found


@pytest.mark.usefixtures("small_table")
def test_all_that_is_counted_in_a_short_request() -> None:
    assert features_of("Stop it?") == {
        *("w: ^", "w: ^ stop", "w: ^ stop it", "w: stop", "w: stop it", "w: stop it ?"),
        *("w: it", "w: it ?", "w: it ? $", "w: ?", "w: ? $", "w: $"),
        *("g: ^ … it", "g: ^ … ?", "g: ^ … $", "g: stop … ?", "g: stop … $", "g: it … $"),
        *("c: _st", "c: sto", "c: top", "c: op_", "c: _sto", "c: stop", "c: top_", "c: _stop", "c: stop_"),
        *("c: _it", "c: it_", "c: _it_"),
        *("opens: stop", "opens: stop it", "opens: stop it ?"),
        *("q: ^", "q: ^ act", "q: ^ act ?", "q: ^ … ?", "q: ^ … $"),
        *("q: act", "q: act ?", "q: act ? $", "q: act … $", "q: ?", "q: ? $", "q: $"),
        *("both: $, ?", "both: $, ^", "both: $, act", "both: ?, ^", "both: ?, act", "both: ^, act"),
        *("length: 0", "ends in ?"),
    }


def test_a_long_word_counts_by_its_stem_too_and_a_short_one_does_not() -> None:
    assert of("weekly glass shelf", "s") == {"weekl"}
    assert "w: glass" in features_of("weekly glass shelf")


def test_a_name_or_number_has_neither_stem_nor_letters() -> None:
    assert of("lisinopril 12", "s") == set()
    assert of("lisinopril 12", "c") == set()
    assert of("lisinopril 12", "opens") == {"<drug>", "<drug> <number>"}


def test_words_further_apart_count_by_their_stems_up_to_four_away() -> None:
    assert of("weekly a b c d e", "g") == {
        *("^ … a", "^ … b", "^ … c"),
        *("weekl … b", "weekl … c", "weekl … d"),
        *("a … c", "a … d", "a … e", "b … d", "b … e", "b … $", "c … e", "c … $", "d … $"),
    }


def test_a_name_keeps_its_kind_whole_where_other_words_are_cut() -> None:
    assert "g: ^ … <drug>" in features_of("take ramipril")
    assert "g: <drug> … $" in features_of("ramipril weekly")


def test_letters_are_counted_by_three_to_five_with_the_edges_of_the_word() -> None:
    assert of("weekly", "c") == {
        *("_we", "wee", "eek", "ekl", "kly", "ly_"),
        *("_wee", "week", "eekl", "ekly", "kly_"),
        *("_week", "weekl", "eekly", "ekly_"),
    }


def test_a_request_opens_with_its_first_three_words_at_most() -> None:
    assert of("what did he see", "opens") == {"what", "what did", "what did he"}
    assert of("What now", "opens") == {"what", "what now"}


@pytest.mark.parametrize(
    ("words", "steps"), [(1, 0), (3, 0), (4, 1), (7, 1), (8, 2), (14, 2), (15, 3), (24, 3), (25, 4), (40, 4)]
)
def test_length_counts_in_steps(words: int, steps: int) -> None:
    assert of(" ".join(["word"] * words), "length") == {str(steps)}


def test_a_question_mark_counts_at_the_end_only() -> None:
    assert "ends in ?" in features_of("Really? ")
    assert "ends in ?" not in features_of("Really? No.")


@pytest.mark.usefixtures("small_table")
def test_the_first_and_the_last_part_count_by_their_opening_and_their_cues() -> None:
    text = "List it now, and what is seen, and should he stop?"
    assert of(text, "first opens") == {"list", "list it"}
    assert of(text, "last opens") == {"should", "should he"}
    assert of(text, "first part") == {"retrieve", "data"}
    assert of(text, "last part") == {"must", "act", "?"}


@pytest.mark.parametrize(("parts", "counted"), [(1, set()), (2, {"2"}), (3, {"3"}), (4, {"4"}), (6, {"4"})])
def test_parts_are_counted_up_to_four(parts: int, counted: set[str]) -> None:
    text = " ".join(["What is seen?"] * parts)
    assert of(text, "parts") == counted
    assert bool(of(text, "first opens", "last opens", "first part", "last part")) == (parts > 1)


@pytest.mark.usefixtures("small_table")
def test_cues_count_in_order_with_what_stands_between_them_left_out() -> None:
    assert of("list the one you should stop", "q") == {
        *("^", "retrieve", "data", "must", "act", "$"),
        *("^ retrieve", "^ data", "retrieve must", "data must", "must act", "act $"),
        *("^ … must", "retrieve … act", "data … act", "must … $"),
        *("^ … act", "retrieve … $", "data … $"),
        *("^ retrieve must", "^ data must", "retrieve must act", "data must act", "must act $"),
    }


@pytest.mark.usefixtures("small_table")
def test_cues_that_are_four_apart_count_together_only_anywhere() -> None:
    text = "should one stop the list of stop and should"
    assert of("should stop list", "q") >= {"^ … retrieve", "must … $"}
    assert "^ … $" not in of("should stop list", "q")
    assert of(text, "both") == {
        *("$, ^", "$, act", "$, data", "$, must", "$, retrieve", "^, act", "^, data", "^, must", "^, retrieve"),
        *("act, data", "act, must", "act, retrieve", "data, must", "data, retrieve", "must, retrieve"),
    }


@pytest.mark.usefixtures("small_table")
def test_the_cues_at_a_place_are_those_of_its_word_its_stems_and_the_phrases_that_begin_there() -> None:
    tokens = ["list", "medication", "me", "have", "to", "do", "you", "think", "?", "!", ".", "<drug>"]
    assert [cues_at(tokens, at) for at in range(len(tokens))] == [
        {"retrieve", "data"},
        {"therapy", "data"},
        set(),
        {"must"},
        set(),
        {"you"},
        *([set()] * 2),
        *({"?"}, {"!"}, set(), {"<drug>"}),
    ]
    assert cues_at(["med"], 0) == {"therapy"}
    assert cues_at(["do", "you"], 0) == set()


def test_the_table_tells_stems_and_phrases_from_words() -> None:
    table = features._cues()
    assert "must" in table.words["should"]
    assert "must" in table.phrases["have", "to"]
    assert "safe" in table.stems["contraindicat"]
    assert all(len(phrase) > 1 for phrase in table.phrases)
    assert not any("*" in entry or "_" in entry for entry in (*table.words, *table.stems))
    assert cues_at(["contraindicated"], 0) >= {"safe"}
    assert features._cues() is table


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Stop ramipril 5.", ["stop", "<drug>", "<number>", "."]),
        ("BP 120/80, 3.5% on 2023-01-02", ["<observation>", "<number>", ",", "<number>", "on", "<number>"]),
        ("chronic kidney disease gone", ["<condition>", "gone"]),
        ("gone chronic kidney disease", ["gone", "<condition>"]),
        ("gone heart attack gone", ["gone", "<condition>", "gone"]),
        ("pain was k", ["pain", "was", "k"]),
        ("Müde Straße", ["mude", "strasse"]),
        ("one-off it's", ["one-off", "it", "'s"]),
        ("", []),
    ],
)
def test_names_and_numbers_are_told_by_what_they_are(text: str, tokens: list[str]) -> None:
    assert features._tokens(text) == tokens


@pytest.mark.parametrize(
    "text",
    [
        "Please list it",
        "Hello could you please list it",
        "ok so please list it",
        "Can you list it",
        "I'd like to list it",
    ],
)
def test_politeness_in_front_is_left_out(text: str) -> None:
    assert features_of(text) == features_of("list it")


@pytest.mark.parametrize(
    ("polite", "plain"),
    [
        ("Tell me whether it rose", "whether it rose"),
        ("Können Sie mir sagen, was es war", "was es war"),
        ("¿Puede decirme", "¿puede decirme"),
        ("Puede decirme cuando", "cuando"),
        ("Pouvez-vous me dire quand", "quand"),
        ("please list, please", "list, please"),
    ],
)
def test_politeness_is_taken_away_once_in_front_and_in_each_language(polite: str, plain: str) -> None:
    tokens = features._tokens(polite)
    assert tokens == features._tokens(plain)


def test_what_a_name_means_is_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up: list[tuple[str, ...]] = []
    monkeypatch.setattr(features, "known_forms", lambda words: looked_up.append(words) or ())
    features._kind_of.cache_clear()
    assert features._tokens("xyzzy - xyzzy") == ["xyzzy", "-", "xyzzy"]
    features._kind_of.cache_clear()
    assert looked_up == [("xyzzy",)]


def test_a_table_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        CUES.words = {}  # type: ignore[misc]
