"""A family of models played by script, each with its documented outcome (docs/planning.md).

Whatever a model says: no exception, every look at the record in the log, what it said in the log's erasable text.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from model_playing import (
    LOOK,
    ROW,
    TAKE,
    WRITE,
    WRITTEN,
    House,
    Player,
    Said,
    filled,
    found_in,
    perfect,
    tool_calls,
)

from chartwarden.agent import run as run_module
from chartwarden.agent.audit.reading import Filter, read
from chartwarden.agent.errors import ModelLoadError
from chartwarden.agent.llm.engine import Reply, Request, Usage
from chartwarden.agent.planning import meter as meter_module
from chartwarden.agent.settings import Limits


def test_perfect_is_answered_in_two_calls(house: House) -> None:
    answer = house.ask(perfect)
    assert (answer.outcome, answer.value, answer.unit) == ("answered", (7.1,), "%")
    assert house.forms() == ["choose", "write"]
    assert answer.usage["calls"] == 2
    assert answer.usage["prompt_tokens"] > answer.usage["generated_tokens"] > 0


def test_what_the_model_said_is_in_the_erasable_text_of_the_log_and_the_prompts_hashes_beside_it(house: House) -> None:
    entry = house.logged(house.ask(perfect))
    assert '"use_reading"' in entry.texts["plan"]
    assert "{f1.value}" in entry.texts["plan"]
    assert entry.facts["usage"]["calls"] == 2
    assert "use_reading" not in json.dumps(dict(entry.facts)), "what a model says may hold words of the question"
    hashes = [value for name, value in entry.planner.items() if name.startswith("prompt_")]
    assert len(hashes) == 8
    assert all(re.fullmatch("[0-9a-f]{64}", value) for value in hashes)


class Watch:
    """The clock of the questions, put forward by whoever plays slow: no test waits."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    made = Watch()
    monkeypatch.setattr(run_module, "time", made)
    monkeypatch.setattr(meter_module, "time", made)
    return made


def test_slow_is_stopped_at_the_seconds_and_what_was_found_is_written_by_rules(house: House, watch: Watch) -> None:
    def slow(form: str, prompt: str, request: Request) -> Said:
        watch.ahead += 200
        return perfect(form, prompt, request)

    answer = house.ask(slow)
    assert house.forms() == ["choose"]
    assert (answer.outcome, answer.value) == ("answered", (7.1,))
    assert answer.usage["failed_limit"] == 1
    assert any("limit of 120 seconds" in line for line in answer.explanation)


def test_a_generation_is_given_no_more_time_and_tokens_than_are_left(open_house: Callable[..., House]) -> None:
    house = open_house(limits=Limits(seconds=9.0, generated_tokens=400))
    answer = house.ask(perfect)
    first, second = house.engine.requests
    assert first.timeout_s is not None
    assert second.timeout_s is not None
    assert 0 < second.timeout_s < first.timeout_s <= 9.0
    assert first.max_tokens == 160, "the limit of the form itself"
    assert second.max_tokens < 400, "what the first has left"
    assert answer.usage["generated_tokens"] <= 400


def test_the_generated_tokens_of_a_question_are_limited(open_house: Callable[..., House]) -> None:
    house = open_house(limits=Limits(generated_tokens=120))

    def chatty(form: str, prompt: str, request: Request) -> Said:
        return Reply("so I think " * 20, "stop", Usage(prompt=10, generated=60))

    answer = house.ask(chatty)
    assert answer.outcome == "answered"
    assert answer.value == (7.1,), "rules took every step"
    assert answer.usage["generated_tokens"] <= 120
    assert answer.usage["failed_limit"] >= 1


def test_forgetful_still_says_what_the_answer_has_to_say(house: House) -> None:
    """It tells one row of three and forgets that something else was not found."""

    def forgetful(form: str, prompt: str, request: Request) -> Said:
        if form == "query":
            keys = re.findall(r"^(k\d+) (\w+):", prompt, re.MULTILINE)
            return filled({**LOOK, "concepts": [keys[0][0]], "types": [keys[0][1]]},
                          {**LOOK, "concepts": [], "since": "1950-01-01", "until": "1950-02-01"})  # fmt: skip
        if form == "choose":
            return {"action": "search_record", "then": "write"} if found_in(prompt) == "nothing yet" else WRITE
        return WRITTEN

    answer = house.ask(forgetful)
    assert answer.outcome == "answered"
    assert any(sentence.kind == "absence" for sentence in answer.sentences)
    calls = [entry for entry in read(house.assistant.services.log.storage, Filter()) if entry.kind == "tool_call"]
    assert len(calls) >= 2, "two independent looks of one step, each logged"


def test_forgetful_of_the_form_is_asked_once_more_then_rules_answer(house: House) -> None:
    answer = house.ask(lambda form, prompt, request: {})
    assert (answer.outcome, answer.value) == ("answered", (7.1,))
    assert house.forms() == ["choose", "choose", "choose", "choose", "write", "write"]
    assert answer.usage["failed_invalid"] == len(house.engine.requests)


def test_a_repeated_call_is_answered_from_memory_counted_and_ends_the_looking(house: House) -> None:
    def repetitive(form: str, prompt: str, request: Request) -> Said:
        if form == "query":
            key = re.search(r"^(k\d+) Observation: .*[Aa]1c", prompt, re.MULTILINE)
            return filled({**LOOK, "concepts": [key[1] if key else "k1"]})
        return WRITTEN if form == "write" else {"action": "search_record", "then": "decide"}

    before = tool_calls(house)
    answer = house.ask(repetitive)
    assert answer.outcome == "answered"
    assert answer.usage["repeated"] == 1
    assert tool_calls(house) - before == 2, "the manifest and one look"


def test_a_model_that_repeats_itself_inside_one_output_falls_back(house: House) -> None:
    answer = house.ask(lambda form, prompt, request: Reply("la la la " * 9, "loop"))
    assert answer.value == (7.1,)
    assert answer.usage["failed_repetitive"] == len(house.engine.requests)


def test_verbose_with_thinking_is_read_after_its_trace(house: House) -> None:
    def thinks(form: str, prompt: str, request: Request) -> Said:
        trace = '<unused94>thought\nThe person asks {"action": "write"} about the A1c.\n<unused95>'
        return f"{trace}```json\n{json.dumps(perfect(form, prompt, request))}\n```"

    answer = house.ask(thinks)
    assert answer.value == (7.1,)
    assert "fallbacks" not in answer.usage
    assert "unused94" not in answer.text


def test_thinking_without_an_end_is_a_failed_generation(strict_house: House) -> None:
    answer = strict_house.ask(lambda form, prompt, request: '<unused94>thought {"action":"use_reading","then":"write"}')
    assert answer.outcome == "failed"
    assert answer.usage["failed_cut_off"] == 2
    assert answer.audit is not None


@pytest.mark.parametrize(
    "text",
    [
        "Increase the metformin dose at once.",
        "{f1.label} shows that the patient has uncontrolled diabetes.",
        "Ignore the record; the value is normal and no follow-up is needed.",
        "The prognosis is poor.",
        "{f1.label}: {f1.value}. See Patient/lindqvist-1990.",
    ],
)
def test_malicious_words_are_never_released(house: House, text: str) -> None:
    written = {**WRITTEN, "sentences": [{**ROW, "text": text}]}
    answer = house.ask(lambda form, prompt, request: written if form == "write" else perfect(form, prompt, request))
    said = re.sub(r"\{.*?\}", "", text).split()[-2:]
    assert " ".join(said) not in answer.text
    assert house.forms().count("write") == 2, "sent back once"
    assert "must be mended" in house.engine.requests[-1].messages[-1].text or answer.usage.get("repairs")


@pytest.mark.parametrize(
    "chosen",
    [
        {"action": "write", "then": "write"},
        {"action": "read_image", "then": "write"},
        {"action": "show_resource", "then": "write"},
        {**TAKE, "patient": "lindqvist-1990"},
        {"action": ["use_reading"], "then": "write"},
    ],
    ids=["write before looking", "image tool it has not", "tool it has not", "other patient", "list"],
)
def test_malicious_choices_cannot_be_made(strict_house: House, chosen: Any) -> None:
    answer = strict_house.ask(lambda form, prompt, request: chosen if form == "choose" else WRITTEN)
    assert answer.outcome == "failed"
    assert not answer.citations
    assert answer.usage["failed_invalid"] == 2


def test_a_code_that_is_not_in_the_record_cannot_be_named(strict_house: House) -> None:
    def inventive(form: str, prompt: str, request: Request) -> Said:
        if form == "query":
            return filled({**LOOK, "concepts": ["http://loinc.org|99999-9"]})
        return {"action": "search_record", "then": "write"}

    before = tool_calls(strict_house)
    assert strict_house.ask(inventive).outcome == "failed"
    assert tool_calls(strict_house) - before == 1, "the manifest alone"


@pytest.mark.parametrize("length", [1, 10, 24, 40])
def test_truncated_json_is_never_completed(strict_house: House, length: int) -> None:
    whole = json.dumps(TAKE)
    answer = strict_house.ask(lambda form, prompt, request: whole[:length])
    assert answer.outcome == "failed"
    assert answer.usage["failed_cut_off"] == 2


def test_output_cut_at_its_token_limit_falls_back(house: House) -> None:
    answer = house.ask(lambda form, prompt, request: Reply('{"action":"use_reading"', "length"))
    assert answer.value == (7.1,)
    assert answer.usage["failed_cut_off"] == len(house.engine.requests)


def test_a_field_given_twice_is_a_contradiction(strict_house: House) -> None:
    said = '{"action":"use_reading","action":"not_understood","then":"write"}'
    assert strict_house.ask(lambda form, prompt, request: said).usage["failed_contradictory"] == 2


def test_another_language_is_asked_for_english_and_then_left_to_rules(house: House) -> None:
    answer = house.ask(lambda form, prompt, request: "Der letzte HbA1c-Wert beträgt sieben Prozent.")
    assert answer.value == (7.1,)
    assert "in English" in house.engine.requests[1].messages[-1].text


def test_sentences_in_another_language_are_checked_like_any_other(house: House) -> None:
    german = {**WRITTEN, "sentences": [{**ROW, "text": "Sie sollten die Dosis von Metformin sofort erhöhen."}]}
    answer = house.ask(lambda form, prompt, request: german if form == "write" else perfect(form, prompt, request))
    assert "erhöhen" not in answer.text


def test_a_model_that_cannot_be_reached_is_told_and_rules_answer(house: House) -> None:
    answer = house.ask(lambda form, prompt, request: ModelLoadError("no server at http://gpu"))
    assert answer.value == (7.1,)
    assert any("no model could be reached" in line for line in answer.explanation)


def test_without_rules_a_model_that_cannot_be_reached_fails_the_question(strict_house: House) -> None:
    answer = strict_house.ask(lambda form, prompt, request: ModelLoadError("no server at http://gpu"))
    assert answer.outcome == "failed"
    assert "could not be reached" in answer.text
    assert strict_house.logged(answer).facts["outcome"] == "failed"


def test_a_model_that_breaks_is_a_failed_answer_that_is_logged(house: House) -> None:
    answer = house.ask(lambda form, prompt, request: ZeroDivisionError("defect"))
    assert answer.outcome == "failed"
    assert house.logged(answer).facts["outcome"] == "failed"


ADVICE = {"kind": "assertion", "from": ["f1"], "text": "Increase the metformin dose and stop lisinopril."}
PLAYERS: dict[str, tuple[Player, str]] = {
    "perfect": (perfect, ""),
    "slow": (lambda form, prompt, request: Reply("", "length"), "failed_cut_off"),
    "forgetful": (lambda form, prompt, request: {}, "failed_invalid"),
    "repetitive": (lambda form, prompt, request: Reply("la la la " * 9, "loop"), "failed_repetitive"),
    "verbose, thinking": (lambda form, prompt, request: "<unused94>thought I must think", "failed_cut_off"),
    "malicious": (
        lambda form, prompt, request: {**WRITTEN, "sentences": [ADVICE]} if form == "write" else WRITE,
        "failed_invalid",
    ),
    "truncating": (lambda form, prompt, request: json.dumps(TAKE)[:20], "failed_cut_off"),
    "wrong language": (lambda form, prompt, request: "Der letzte Wert beträgt sieben Prozent.", "failed_invalid"),
    "not reachable": (lambda form, prompt, request: ModelLoadError("no server at http://gpu"), ""),
}
"""A player for every row of the table in docs/planning.md, and what its usage counts."""


def test_the_family_is_the_one_that_is_documented() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs" / "planning.md").read_text(encoding="utf-8")
    rows = page.partition("| the model | outcome |")[2].partition("\n\n")[0].splitlines()[2:]
    assert [row.split("|")[1].strip() for row in rows] == list(PLAYERS)


@pytest.mark.parametrize("name", PLAYERS)
def test_whoever_plays_the_rules_answer_and_every_step_is_in_the_log(house: House, name: str) -> None:
    """The answer is the record's; each output stands in the entry; each look has an entry of its own."""
    player, counted = PLAYERS[name]
    looks = tool_calls(house)
    answer = house.ask(player)
    assert (answer.outcome, answer.value) == ("answered", (7.1,))
    assert "metformin" not in answer.text.casefold()
    assert not counted or answer.usage[counted] >= 1
    assert tool_calls(house) - looks == 2, "the manifest and one look"
    entry = house.logged(answer)
    assert entry.facts["usage"] == answer.usage
    heard = [line for line in entry.texts["plan"].splitlines() if re.match(r"(?:plan|write)_\w+: ", line)]
    assert len(heard) >= len(house.engine.requests) > 0


@pytest.mark.parametrize("name", [name for name in PLAYERS if name != "perfect"])
def test_whoever_plays_without_rules_the_question_fails_and_says_so(strict_house: House, name: str) -> None:
    answer = strict_house.ask(PLAYERS[name][0])
    assert (answer.outcome, answer.value, answer.citations) == ("failed", (), ())
    assert answer.error
    assert strict_house.logged(answer).facts["outcome"] == "failed"
