"""Patterns tried only where their letters are: they find what they would find without that, and nothing is compiled for
a text that lacks them."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chartwarden import fhir_fixtures
from chartwarden.agent import planning
from chartwarden.agent.gate.fixed import _patterns
from chartwarden.agent.patterns import Choices, Pattern, Rewrites, RewritesBy, Several, whole_words

T = TypeVar("T")
_FOUND = pkgutil.walk_packages(planning.__path__, f"{planning.__name__}.")
MODULES = [importlib.import_module(found.name) for found in _FOUND]


def _those(kind: type[T]) -> dict[str, T]:
    """What the modules of planning have of a kind, by module and name."""
    return {
        f"{module.__name__.rpartition('.')[2]}.{name}": value
        for module in MODULES
        for name, value in vars(module).items()
        if isinstance(value, kind)
    }


TABLES, GROUPS, CHOICES, ALONE = _those(Rewrites), _those(Several), _those(Choices), _those(Pattern)
_CORPUS = Path(__file__).parents[2] / "agent" / "gate" / "corpus"
ASKED = [
    *(json.loads(line)["question"] for line in fhir_fixtures.questions().read_text(encoding="utf-8").splitlines()),
    *(json.loads(line)["text"] for line in (_CORPUS / "en_lay_4.jsonl").read_text(encoding="utf-8").splitlines()[::8]),
]
PATTERNS = [
    *ALONE.values(),
    *(pattern for table in TABLES.values() for pattern, _ in table.rules),
    *(pattern for group in (*GROUPS.values(), *CHOICES.values()) for pattern in group.patterns),
    *(pattern for name in ("emergency", "tamper") for pattern in (*_patterns(name).any, *_patterns(name).unless)),
]


@pytest.mark.parametrize(
    ("pattern", "flags", "letters"),
    [
        (r"\bblood (?:pressure|sugar)\b", 0, [{"blood "}, {"pressure", "sugar"}]),
        (r"(?P<n>\d+) years?", 0, [{" year"}]),
        (r"(?:the )?(?:last|first)+ one", 0, [{" one"}, {"last", "first"}]),
        (r"A1c", re.IGNORECASE, [{"a1c"}]),
        (r"Straße", re.IGNORECASE, [{"strasse"}]),
        (r"(?<=is )on(?= today)(?! not)", 0, [{" today"}, {"is "}]),
        (r"a|b?", 0, []),
        (r"\d+|x", 0, []),
        (r"(?:no){0,2}", 0, []),
        (r"[ab]c", 0, [{"c"}]),
    ],
)
def test_the_letters_a_pattern_cannot_do_without(pattern: str, flags: int, letters: list[set[str]]) -> None:
    assert [set(choices) for choices in Pattern(pattern, flags).letters] == letters


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_nothing_is_put_in_otherwise_than_without_looking_for_letters_first(table: Rewrites) -> None:
    for text in ASKED:
        one_by_one = text
        for pattern, plain in table.rules:
            one_by_one = pattern.compiled.sub(plain, one_by_one)
        assert table.put_into(text) == one_by_one


@pytest.mark.parametrize("text", ASKED[::12])
def test_a_pattern_finds_what_re_finds(text: str) -> None:
    for name, pattern in ALONE.items():
        plain = pattern.compiled
        found, sought = pattern.search(text), plain.search(text)
        assert (found and found.span()) == (sought and sought.span()), name
        spans = [one.span() for one in plain.finditer(text, 5)]
        assert [one.span() for one in pattern.finditer(text, 5)] == spans, name
        assert pattern.findall(text) == plain.findall(text), name
        assert pattern.split(text) == plain.split(text), name
        assert pattern.sub("~", text, 1) == plain.sub("~", text, 1), name
        assert pattern.subn("~", text) == plain.subn("~", text), name


@pytest.mark.parametrize("group", GROUPS.values(), ids=GROUPS)
def test_of_several_patterns_those_are_found_that_are_found_one_by_one(group: Several) -> None:
    for text in ASKED:
        one_by_one = [(at, one.span()) for at, p in enumerate(group.patterns) if (one := p.compiled.search(text))]
        assert [(at, found.span()) for at, found in group.matches_in(text)] == one_by_one


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_the_first_choice_that_is_all_of_a_text_is_told(data: st.DataObject) -> None:
    choices = data.draw(st.sampled_from(list(CHOICES.values())))
    text = data.draw(st.from_regex(data.draw(st.sampled_from(choices.patterns)).compiled, fullmatch=True))
    first = next(at for at, pattern in enumerate(choices.patterns) if pattern.fullmatch(text))
    assert choices.place_of(text) == first
    assert choices.name_of(text) == choices.names[first]


def test_a_choice_keeps_what_is_named_within_it() -> None:
    choices = Choices(
        (("count", Pattern("how many")), ("rank", Pattern("(?P<r>first|last) one")), ("any", Pattern("l.*")))
    )
    told = choices.match_of("last one")
    assert told is not None
    assert (told[0], told[1]["r"]) == ("rank", "last")
    assert choices.match_of("last two of them") is not None
    assert (choices.match_of("how"), choices.name_of("how"), choices.place_of("how")) == (None, "", None)


@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_a_text_that_matches_has_the_letters(data: st.DataObject) -> None:
    pattern = data.draw(st.sampled_from(PATTERNS))
    text = data.draw(st.from_regex(pattern.compiled))
    assert pattern.may_be_in(text.casefold())


def test_planning_compiles_no_pattern_when_it_is_imported() -> None:
    assert not [name for module in MODULES for name, value in vars(module).items() if isinstance(value, re.Pattern)]


def test_rules_are_put_in_one_after_the_other_in_any_case() -> None:
    rules = whole_words((("bp", "blood pressure"), (r"blood pressure (?P<n>\d+)", r"\g<n> of blood pressure")))
    assert rules.put_into("BP 120, bpm") == "120 of blood pressure, bpm"


def test_a_rule_finds_what_an_earlier_one_put_in_in_capitals() -> None:
    assert Rewrites((("x", "HbA1c"), ("hba1c", "A1c")), re.IGNORECASE).put_into("X") == "A1c"


def test_rules_go_by_what_is_told_beside_the_text() -> None:
    rules = RewritesBy[int](((Pattern("now"), lambda year, _: str(year)), (Pattern(r"in (?P<y>\d+)"), r"(\g<y>)")))
    assert rules.put_into("seen in now", 2020) == "seen (2020)"


def test_the_first_rule_that_finds_something_tells_what_is_made_of_it() -> None:
    rules = Rewrites(((r"(?P<a>\w)z", r"<\g<a>>"), ("a", lambda match: match.group().upper())))
    assert rules.first_found("az") == "<a>"
    assert rules.first_found("ba") == "A"
    assert rules.first_found("b") is None


def test_what_no_text_calls_for_is_not_compiled() -> None:
    rules = Rewrites((("needle", "pin"), (r"\bhay", "straw")))
    assert rules.put_into("a haystack") == "a strawstack"
    assert [("compiled" in vars(pattern)) for pattern, _ in rules.rules] == [False, True]
