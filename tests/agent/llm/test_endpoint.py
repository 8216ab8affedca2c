"""The endpoint engine against a server that misbehaves in every way we know of."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from chartwarden.agent.errors import ModelLoadError, ModelOutputError
from chartwarden.agent.llm.endpoint import EndpointEngine
from chartwarden.agent.llm.engine import Cancel, Image, Reply, Request, assistant, generate, system, user
from chartwarden.agent.llm.replicas import Replicas

SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"], "additionalProperties": False}
Say = Callable[["Handler", dict[str, Any]], None]


class Double:
    """A server that answers as it is told. `obeys`: which ways of sending a schema it enforces or refuses."""

    def __init__(self) -> None:
        self.obeys = {"response_format"}
        self.refuses: set[str] = set()
        self.models: dict[str, Any] = {"data": [{"id": "medgemma", "max_model_len": 32_768}]}
        self.tokenize: Callable[[dict[str, Any]], tuple[Any, int]] = lambda body: ({"count": 42, "tokens": None}, 200)
        self.script: list[Say] = []
        self.bodies: list[dict[str, Any]] = []
        self.hits = 0
        self.noticed = threading.Event()
        handler = type("Bound", (Handler,), {"double": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/v1"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    @property
    def asked(self) -> list[dict[str, Any]]:
        """What was asked apart from the probe."""
        return [body for body in self.bodies if "Say hello." not in json.dumps(body)]


class Handler(BaseHTTPRequestHandler):
    double: Double
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        """Silent."""

    def do_GET(self) -> None:
        self.reply(self.double.models)

    def do_POST(self) -> None:
        self.double.hits += 1
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/tokenize":
            self.reply(*self.double.tokenize(body))
            return
        self.double.bodies.append(body)
        ways = {"response_format", "structured_outputs"} & set(body)
        if ways & self.double.refuses:
            self.reply({"error": {"message": "unknown field"}}, 400)
        elif "Say hello." in json.dumps(body):
            obeyed = ways & self.double.obeys
            self.events(_word(body) if obeyed else "Hello there!")
        else:
            self.double.script.pop(0)(self, body)

    def reply(self, value: Any, status: int = 200, **headers: str) -> None:
        data = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        for name, text in headers.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(data)

    def begin(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True

    def piece(self, text: str, finish: str | None = None) -> None:
        event = {"choices": [{"delta": {"content": text}, "finish_reason": finish}]}
        self.wfile.write(b"data: " + json.dumps(event).encode() + b"\n\n")
        self.wfile.flush()

    def events(self, text: str, finish: str | None = "stop", done: bool = True) -> None:
        self.begin()
        for at in range(0, len(text), 4):
            self.piece(text[at : at + 4])
        if finish:
            self.piece("", finish)
        usage = {"prompt_tokens": 9, "completion_tokens": 3, "prompt_tokens_details": {"cached_tokens": 5}}
        self.wfile.write(b"data: " + json.dumps({"choices": [], "usage": usage}).encode() + b"\n\n")
        if done:
            self.wfile.write(b"data: [DONE]\n\n")


def _word(body: dict[str, Any]) -> str:
    schema = (
        body["response_format"]["json_schema"]["schema"]
        if "response_format" in body
        else body["structured_outputs"]["json"]
    )
    return json.dumps({"word": schema["properties"]["word"]["const"]})


def says(text: str, **how: Any) -> Say:
    return lambda handler, body: handler.events(text, **how)


def fails(status: int, text: bytes = b"<html>bad gateway</html>") -> Say:
    return lambda handler, body: handler.reply(text, status)


def breaks_off(text: str) -> Say:
    def say(handler: Handler, body: dict[str, Any]) -> None:
        handler.begin()
        handler.piece(text)
        handler.connection.close()

    return say


def promises_more(text: str) -> Say:
    def say(handler: Handler, body: dict[str, Any]) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        handler.piece(text)
        handler.close_connection = True

    return say


def raw(data: bytes) -> Say:
    def say(handler: Handler, body: dict[str, Any]) -> None:
        handler.begin()
        handler.wfile.write(data)

    return say


@pytest.fixture
def double() -> Iterator[Double]:
    made = Double()
    yield made
    made.close()


@pytest.fixture
def engine(double: Double) -> Iterator[EndpointEngine]:
    made = EndpointEngine([double.url], timeout_s=5.0, max_retries=2)
    yield made
    made.close()


def test_the_servers_abilities_are_probed_once(double: Double, engine: EndpointEngine) -> None:
    can = engine.capabilities()
    assert (can.grammar, can.context_tokens, can.counts_tokens) == ("requested", 32_768, True)
    assert engine.name == "medgemma"
    assert engine.count_tokens((user("x"),)) == 42
    engine.capabilities()
    assert len(double.bodies) == 1


def test_turns_are_merged_and_neutralised_before_they_leave(double: Double, engine: EndpointEngine) -> None:
    double.script = [says("fine")]
    messages = (
        system("Be brief."),
        user("note: <end_of_turn>"),
        user("and?", Image(b"png")),
        assistant("a"),
        user("b"),
    )
    reply = generate(engine, Request(messages, stop=("END",), seed=7, temperature=0.5))
    assert reply.text == "fine"
    assert (reply.usage.prompt, reply.usage.cached, reply.usage.generated) == (9, 5, 3)
    sent = double.asked[0]
    assert [message["role"] for message in sent["messages"]] == ["user", "assistant", "user"]
    first = sent["messages"][0]["content"]
    assert first[0]["text"] == "Be brief.\n\n"
    assert "<end_of_turn>" not in json.dumps(first)
    assert first[-1]["image_url"]["url"] == "data:image/png;base64,cG5n"
    assert (sent["stop"], sent["seed"], sent["temperature"]) == (["END"], 7, 0.5)


@pytest.mark.parametrize(
    ("obeys", "refuses", "field"),
    [
        ({"response_format"}, set(), "response_format"),
        ({"structured_outputs"}, {"response_format"}, "structured_outputs"),
    ],
)
def test_a_schema_goes_the_first_way_the_server_obeys(
    double: Double, engine: EndpointEngine, obeys: set[str], refuses: set[str], field: str
) -> None:
    double.obeys, double.refuses = obeys, refuses
    double.script = [says('{"n":1}')]
    assert generate(engine, Request((user("x"),), schema=SCHEMA)).text == '{"n":1}'
    sent = json.dumps(double.asked[0][field])
    assert '"properties": {"n": {"type": "integer"' in sent
    assert '"whitespace_flexible": false' in sent


def test_a_server_that_ignores_schemas_is_checked_and_asked_again(double: Double, engine: EndpointEngine) -> None:
    double.obeys = set()
    double.script = [says("I think {it} is 3."), says('```json\n{"n": "3"}\n```'), says('```json\n{"n": 3}\n```')]
    items = list(engine.stream(Request((user("x"),), schema=SCHEMA)))
    assert items[0] == '{"n":3}'
    assert len(items) == 2
    assert engine.capabilities().grammar == "none"
    assert "$.n must be of type integer" in json.dumps(double.asked[2])
    double.script = [says("no"), says("no"), says("no")]
    with pytest.raises(ModelOutputError, match="did not follow the schema"):
        generate(engine, Request((user("x"),), schema=SCHEMA))


@pytest.mark.parametrize(
    "trouble", [fails(503), fails(429), fails(502), raw(b""), raw(b"data: {oops\n\n")], ids=range(5)
)
def test_trouble_before_the_first_word_is_tried_again(double: Double, trouble: Say) -> None:
    engine = EndpointEngine([double.url], timeout_s=5.0, max_retries=1)
    engine.capabilities()
    double.script = [trouble, says("better")]
    assert generate(engine, Request((user("x"),))).text == "better"
    engine.close()


@pytest.mark.parametrize(
    ("trouble", "cause"),
    [
        (breaks_off("half an ans"), "cut_off"),
        (promises_more("half"), "cut_off"),
        (says("half", finish=None), "cut_off"),
        (raw(b'data: {"choices":[{"delta":{"content":"a"}}]}\n\ndata: not json\n\n'), "invalid"),
        (raw(b'data: {"choices":[{"delta":{"content":"a"}}]}\n\ndata: {"error":{"message":"oom"}}\n\n'), "server"),
    ],
    ids=["broken connection", "missing bytes", "no finish", "no json", "error event"],
)
def test_trouble_in_mid_answer_is_an_error_and_never_an_answer(
    double: Double, engine: EndpointEngine, trouble: Say, cause: str
) -> None:
    double.script = [trouble]
    with pytest.raises(ModelOutputError) as caught:
        generate(engine, Request((user("x"),)))
    assert caught.value.cause == cause


@pytest.mark.parametrize(("status", "remedy"), [(401, "key"), (404, "base URL")])
def test_refusals_that_retrying_cannot_mend_say_what_to_do(
    double: Double, engine: EndpointEngine, status: int, remedy: str
) -> None:
    engine.capabilities()
    hits = double.hits
    double.script = [fails(status)]
    with pytest.raises(ModelLoadError, match=remedy):
        generate(engine, Request((user("x"),)))
    assert double.hits == hits + 1


def test_odd_events_do_not_disturb_the_text(double: Double, engine: EndpointEngine) -> None:
    odd = (
        b': comment\n\nevent: ping\ndata: {"choices":[]}\n\ndata: {"choices":[{"delta":null}]}\n\n'
        b'data: {"choices":[{"delta":{"role":"assistant","content":null,"reasoning_content":"hm"}}]}\n\n'
        b'data: {"choices":[{"delta":{"content":"yes"},"finish_reason":"length"}]}\n\ndata: [DONE]\n\n'
    )
    double.script = [raw(odd)]
    reply = generate(engine, Request((user("x"),)))
    assert (reply.text, reply.finish, reply.thinking) == ("yes", "length", "hm")


def trickles(handler: Handler, body: dict[str, Any]) -> None:
    """A word every 10 ms, until the other side goes away."""
    handler.begin()
    try:
        for _ in range(500):
            handler.piece("more ")
            time.sleep(0.01)
    except OSError:
        handler.double.noticed.set()


def test_cancelling_closes_the_connection_and_the_server_notices(double: Double, engine: EndpointEngine) -> None:
    double.script = [trickles]
    cancel = Cancel()
    reply: Reply | None = None
    for count, item in enumerate(engine.stream(Request((user("x"),)), cancel)):
        if count == 3:
            cancel.set()
        if isinstance(item, Reply):
            reply = item
    assert reply is not None
    assert reply.finish == "cancelled"
    assert double.noticed.wait(2)


def test_leaving_the_stream_closes_the_connection_too(double: Double, engine: EndpointEngine) -> None:
    double.script = [trickles]
    stream = engine.stream(Request((user("x"),)))
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert double.noticed.wait(2)


def test_a_time_limit_ends_a_slow_answer(double: Double, engine: EndpointEngine) -> None:
    double.script = [trickles]
    began = time.monotonic()
    assert generate(engine, Request((user("x"),), timeout_s=0.2)).finish == "cancelled"
    assert time.monotonic() - began < 2


def test_a_silent_server_is_given_up(double: Double) -> None:
    engine = EndpointEngine([double.url], timeout_s=0.3, max_retries=0)
    engine.capabilities()
    release = threading.Event()
    double.script = [lambda handler, body: (handler.begin(), release.wait(3))]  # type: ignore[list-item]
    with pytest.raises(ModelOutputError, match=r"silent for 0\.3 s"):
        generate(engine, Request((user("x"),)))
    release.set()
    engine.close()


def test_a_dead_replica_is_passed_over(double: Double) -> None:
    other = Double()
    engine = EndpointEngine([double.url, other.url, "http://127.0.0.1:9/v1"], timeout_s=60.0, max_retries=2)
    double.script, other.script = ([says("a")] * 20 for _ in range(2))
    for name in "abcdef":
        for _ in range(2):
            assert generate(engine, Request((user(name),), conversation=name)).text == "a"
    assert double.asked
    assert other.asked
    engine.close()
    other.close()


def test_a_conversation_stays_with_its_replica() -> None:
    replicas = Replicas(["http://a/v1", "http://b/v1", "http://c/v1"])
    firsts = {name: replicas.order(name)[0] for name in map(str, range(30))}
    assert all(replicas.order(name)[0] == first for name, first in firsts.items())
    assert len(set(firsts.values())) == 3, "conversations are spread over the replicas"
    replicas.close()


def test_several_models_need_a_name(double: Double, engine: EndpointEngine) -> None:
    double.models = {"data": [{"id": "a"}, {"id": "b"}]}
    with pytest.raises(ModelLoadError, match="serves a, b"):
        engine.capabilities()


def test_without_tokenize_the_count_is_a_high_estimate(double: Double, engine: EndpointEngine) -> None:
    double.tokenize = lambda body: ({"error": "no"}, 404)
    assert not engine.capabilities().counts_tokens
    assert engine.count_tokens((user("one two three four five"),)) > 12


def test_a_llama_server_tells_its_context_and_counts_the_rendered_prompt(
    double: Double, engine: EndpointEngine
) -> None:
    kinds = {"input_modalities": ["text"]}
    double.models = {
        "data": [{"id": "m.gguf", "meta": {"n_ctx": 4_096, "n_ctx_train": 131_072}, "architecture": kinds}]
    }
    double.tokenize = lambda body: ({"tokens": list(body.get("content", ""))}, 200)
    can = engine.capabilities()
    assert (can.context_tokens, can.images, can.counts_tokens) == (4_096, False, True)
    assert engine.count_tokens((user("x"),)) == len("<bos><start_of_turn>user\nx<end_of_turn>\n<start_of_turn>model\n")
