"""An engine of canned replies: for tests of whatever is built on an engine, yours included."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence

from chartwarden.agent.errors import ModelOutputError
from chartwarden.agent.llm.engine import Cancel, Capabilities, Finish, Image, Message, Reply, Request, Usage

Script = Iterable[str | Reply | Exception] | Callable[[Request], str | Reply | Exception]
IMAGE_TOKENS = 256


class ScriptedEngine:
    """Answers from a list, one reply for each request, or from a function of the request.

    A `Reply` is handed out as it is, an exception is raised, a text is cut into pieces of `piece` characters and obeys
    `stop`, `max_tokens` and cancellation. `requests` holds everything that was asked. A token is a word or a sign.

        engine = ScriptedEngine(['{"tool":"search","arguments":{}}', "Two results are recorded."])
    """

    def __init__(self, script: Script, *, name: str = "scripted", piece: int = 8) -> None:
        self._function = script if callable(script) else None
        self._queue = [] if callable(script) else list(script)
        self._name = name
        self._piece = piece
        self._lock = threading.Lock()
        self._seen: dict[str, str] = {}
        self.requests: list[Request] = []
        self.closed = False

    @property
    def name(self) -> str:
        """The name given at construction."""
        return self._name

    def identity(self) -> dict[str, str]:
        """Name and engine kind."""
        return {"engine": "scripted", "checkpoint": self._name}

    def capabilities(self) -> Capabilities:
        """Everything, as far as the script plays along: schemas are not enforced on it."""
        return Capabilities(grammar="none", images=True, context_tokens=131_072)

    def count_tokens(self, messages: Sequence[Message]) -> int:
        """Words and signs, and 256 for a picture."""
        return sum(
            IMAGE_TOKENS if isinstance(part, Image) else len(_tokens(part)) + 4 for m in messages for part in m.parts
        )

    def close(self) -> None:
        """Nothing to give back; remembered for tests."""
        self.closed = True

    def stream(self, request: Request, cancel: Cancel | None = None) -> Iterator[str | Reply]:
        """The next scripted reply, piece by piece."""
        answer = self._next(request)
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, Reply):
            if answer.text:
                yield answer.text
            yield answer
            return
        text, finish = _cut(answer, request)
        sent = 0
        while sent < len(text):
            if cancel is not None and cancel.is_set():
                text, finish = text[:sent], "cancelled"
                break
            yield text[sent : sent + self._piece]
            sent += self._piece
        yield Reply(text, finish, self._usage(request, text), model=self._name)

    def _next(self, request: Request) -> str | Reply | Exception:
        with self._lock:
            self.requests.append(request)
            if self._function is not None:
                return self._function(request)
            if not self._queue:
                raise ModelOutputError(
                    f"the script of {self._name} has no reply left for request {len(self.requests)}", cause="empty"
                )
            return self._queue.pop(0)

    def _usage(self, request: Request, text: str) -> Usage:
        prompt = "".join(f"{message.role}:{message.text}\n" for message in request.messages)
        with self._lock:
            before = self._seen.get(request.conversation, "") if request.conversation else ""
            self._seen[request.conversation] = prompt + text
        shared = next((i for i, (a, b) in enumerate(zip(prompt, before, strict=False)) if a != b), None)
        common = prompt[: min(len(prompt), len(before)) if shared is None else shared]
        total = self.count_tokens(request.messages)
        return Usage(prompt=total, cached=min(len(_tokens(common)), total), generated=len(_tokens(text)))


def _tokens(text: str) -> list[str]:
    """Words (each with the space before it) and single signs."""
    out: list[str] = []
    for character in text:
        if out and character.isalnum() and (out[-1][-1].isalnum() or out[-1] == " "):
            out[-1] += character
        else:
            out.append(character)
    return out


def _cut(text: str, request: Request) -> tuple[str, Finish]:
    ends = [position for stop in request.stop if stop and (position := text.find(stop)) >= 0]
    text = text[: min(ends)] if ends else text
    tokens = _tokens(text)
    if len(tokens) > request.max_tokens:
        return "".join(tokens[: request.max_tokens]), "length"
    return text, "stop"
