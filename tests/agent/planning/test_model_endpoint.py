"""`chartwarden evaluate --planner model --endpoint URL`, end to end against a server that plays a model."""

from __future__ import annotations

import json
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from chartwarden import fhir_fixtures
from chartwarden.agent.cli.main import build
from chartwarden.agent.cli.options import shared_first
from chartwarden.agent.errors import ModelOutputError
from chartwarden.agent.gate import admission
from chartwarden.agent.gate.weighing import Weighed, weigh
from chartwarden.agent.llm import replicas

QUESTIONS = 8
SORTING = "You sort requests"
UNCLEAR = "How is her HbA1c doing?"
"""No rule of the gate decides this one."""
ROW = {"kind": "assertion", "from": ["f1"], "text": "{f1.label}: {f1.value}, {f1.time}."}


def plays(prompt: str) -> str:
    """Takes the reading offered and leaves the telling of the rows to code; holds what it sorts for a record fact."""
    if prompt.startswith(SORTING):
        return json.dumps({"class_id": "R1"})
    if prompt.startswith("You write the answer"):
        return json.dumps({"outcome": "answered", "told": "rows", "value": ["asked"], "sentences": []})
    looked = "\n<<<\nnothing yet\n>>>" not in prompt
    return json.dumps({"action": "write" if looked else "use_reading", "then": "write"})


class Server:
    """An OpenAI-compatible server whose model is a function of the prompt."""

    def __init__(self) -> None:
        self.play: Callable[[str], str] = plays
        self.dead = False
        """Whether it refuses everything from now on."""
        self.obeys = True
        """Whether it constrains its output to the schema of a request."""
        self.bodies: list[dict[str, Any]] = []
        handler = type("Bound", (Handler,), {"owner": self})
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.http.daemon_threads = True
        threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}/v1"


class Handler(BaseHTTPRequestHandler):
    owner: Server
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        """Silent."""

    def do_GET(self) -> None:
        self.reply({"data": [{"id": "medgemma-27b", "max_model_len": 32_768}]})

    def do_POST(self) -> None:
        if self.owner.dead:
            self.send_error(500)
            return
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/tokenize":
            self.reply({"count": len(json.dumps(body)) // 4})
            return
        prompt = body["messages"][-1]["content"]
        prompt = prompt if isinstance(prompt, str) else "".join(part.get("text", "") for part in prompt)
        if "Say hello." in prompt:
            schema = body.get("response_format", {}).get("json_schema", {}).get("schema", {})
            obeys = schema and self.owner.obeys
            said = json.dumps({"word": schema["properties"]["word"]["const"]}) if obeys else "Hello."
        else:
            self.owner.bodies.append(body)
            said = self.owner.play(prompt)
        events = [
            {"choices": [{"delta": {"content": said}, "finish_reason": None}]},
            {"choices": [{"delta": {}, "finish_reason": "stop"}]},
            {"choices": [], "usage": {"prompt_tokens": 500, "completion_tokens": 12}},
        ]
        sent = b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events) + b"data: [DONE]\n\n"
        self.reply(sent)

    def reply(self, value: Any) -> None:
        is_stream = isinstance(value, bytes)
        data = value if is_stream else json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream" if is_stream else "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.http.shutdown()
    made.http.server_close()


Run = Callable[..., Result]


def invoke(data: Path, *arguments: str) -> Result:
    return CliRunner().invoke(build(), shared_first([*arguments, "--data-dir", str(data)]), catch_exceptions=False)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the made-up patients, to be copied."""
    data = tmp_path_factory.mktemp("loaded") / "data"
    done = invoke(data, "load", str(fhir_fixtures.folder()))
    assert done.exit_code == 0, done.output
    return data


@pytest.fixture
def run(loaded: Path, tmp_path: Path) -> Run:
    return partial(invoke, shutil.copytree(loaded, tmp_path / "data"))


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    path = tmp_path / "questions.jsonl"
    lines = fhir_fixtures.questions().read_text(encoding="utf-8").splitlines()[:QUESTIONS]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_served_model_is_evaluated_and_compared_with_the_rules(
    run: Run, server: Server, questions: Path, tmp_path: Path
) -> None:
    by_rules, by_model = tmp_path / "rules.jsonl", tmp_path / "model.jsonl"
    asked = run("evaluate", str(questions), "--out", str(by_rules), "--acknowledge", "Test", "--planner", "rules")
    assert asked.exit_code == 0, asked.output
    assert not server.bodies
    result = run(
        "evaluate", str(questions), "--planner", "model", "--endpoint", server.url, "--acknowledge", "Test",
        "--out", str(by_model), "--json",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    figures = json.loads(result.stdout[result.stdout.index("{") :])
    assert figures["overall"] == 1.0
    assert figures["usage_per_question"]["calls"] <= 3
    assert figures["usage_per_question"]["generated_tokens"] > 0
    compared = json.loads(run("evaluate", "compare", str(questions), str(by_model), str(by_rules), "--json").stdout)
    assert compared["rows"] == QUESTIONS
    assert figures["category_mean_interval"][0] <= figures["category_mean"]
    intervals = figures["category_intervals"]
    assert all(low < figures["categories"][name] <= high == 1.0 for name, (low, high) in intervals.items())
    assert all("json_schema" in json.dumps(body.get("response_format")) for body in server.bodies)


def test_rows_of_a_batch_tell_what_a_served_model_cost_and_why_it_failed(
    run: Run, server: Server, questions: Path, tmp_path: Path
) -> None:
    server.play = lambda prompt: plays(prompt) if prompt.startswith(SORTING) else "Let us talk about the weather."
    out = tmp_path / "answers.jsonl"
    result = run(
        "batch", str(questions), "--out", str(out), "--planner", "model", "--endpoint", server.url,
        "--acknowledge", "Test",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert len(rows) == QUESTIONS
    assert {row["outcome"] for row in rows} <= {"answered", "not_recorded"}, "rules took every step"
    assert all(row["usage"]["fallbacks"] >= 1 for row in rows)
    assert all(any(re.match("failed_", name) for name in row["usage"]) for row in rows)
    assert {row["planner"] for row in rows} == {"medgemma-27b"}


def ask(run: Run, server: Server, *options: str) -> dict[str, Any]:
    """The answer to a request that no rule decides, as JSON."""
    asked = run(
        "ask", UNCLEAR, "--patient", "adeyemi-1957", "--planner", "model", "--endpoint", server.url,
        "--acknowledge", "Test", "--json", *options,
    )  # fmt: skip
    return dict(json.loads(asked.stdout[asked.stdout.index("{") :]))


def sorted_requests(server: Server) -> int:
    return sum(body["messages"][-1]["content"].startswith(SORTING) for body in server.bodies)


@pytest.mark.parametrize("class_id", ["X1", "R1", "no class"])
def test_the_model_chooses_the_class_of_a_request_that_no_rule_decides(run: Run, server: Server, class_id: str) -> None:
    """Refused by its word, answered by its word, and refused where its word is none."""
    server.play = lambda prompt: json.dumps({"class_id": class_id}) if prompt.startswith(SORTING) else plays(prompt)
    answer = ask(run, server)
    assert sorted_requests(server) >= 1
    assert (answer["outcome"] == "refused") == (class_id != "R1"), answer


def test_with_the_setting_off_a_request_that_no_rule_decides_gets_facts_only(
    run: Run, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHARTWARDEN_MODEL__CLASSIFIES_REQUESTS", "false")
    answer = ask(run, server)
    assert sorted_requests(server) == 0
    assert answer["outcome"] == "answered"
    assert "no assessment" in answer["text"]


@pytest.mark.parametrize("command", ["evaluate", "batch"])
def test_an_endpoint_that_is_not_there_is_said_at_once(run: Run, questions: Path, tmp_path: Path, command: str) -> None:
    """No row is written, and the message names the server: a run of a thousand failures would hide it."""
    out = tmp_path / "answers.jsonl"
    with pytest.raises(ModelOutputError, match=r"http://127\.0\.0\.1:9/v1 could not be reached"):
        run(
            command, str(questions), "--out", str(out), "--planner", "model", "--endpoint", "http://127.0.0.1:9/v1",
            "--acknowledge", "Test",
        )  # fmt: skip
    assert not out.exists()


def test_a_server_that_ignores_schemas_is_checked_asked_again_and_then_left_to_rules(
    run: Run, server: Server, questions: Path
) -> None:
    server.play = lambda prompt: "Hello! I am happy to help."
    server.obeys = False
    result = run(
        "evaluate", str(questions), "--planner", "model", "--endpoint", server.url, "--acknowledge", "Test", "--json"
    )
    assert result.exit_code == 0, result.output
    figures = json.loads(result.stdout[result.stdout.index("{") :])
    assert figures["usage_per_question"]["failed_invalid"] > 0
    assert figures["usage_per_question"]["fallbacks"] > 0
    told = run("doctor", "--planner", "model", "--endpoint", server.url)
    assert "checked and asked for again" in told.stdout
    assert "response_format: ignored" in told.stdout


def test_a_server_that_dies_on_the_way_is_not_asked_to_do_better_and_rules_go_on(
    run: Run, server: Server, questions: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replicas, "FIRST_WAIT_S", 0.001)
    in_doubt = "Hmm, the sodium thing again"
    monkeypatch.setattr(
        admission, "weigh", lambda text: Weighed("UNSURE", "en", text) if text == in_doubt else weigh(text)
    )

    def dies(prompt: str) -> str:
        server.dead = True
        return plays(prompt)

    server.play = dies
    row = json.loads(questions.read_text(encoding="utf-8").splitlines()[0])
    with questions.open("a", encoding="utf-8") as file:
        file.write(json.dumps({**row, "id": "in-doubt", "question": in_doubt}) + "\n")
    out = tmp_path / "answers.jsonl"
    result = run(
        "batch", str(questions), "--out", str(out), "--planner", "model", "--endpoint", server.url,
        "--acknowledge", "Test", "--jobs", "1",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    planned = [row["usage"] for row in rows if row["id"] != "in-doubt"]
    assert len(planned) >= QUESTIONS
    assert all(usage["fallbacks"] == usage["failed_server"] and "repairs" not in usage for usage in planned)
    assert [(row["outcome"], row["usage"]) for row in rows if row["id"] == "in-doubt"] == [("refused", {"calls": 1})]
