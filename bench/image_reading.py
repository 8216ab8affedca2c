"""What it costs to read pictures, by our engine and by transformers' own `generate` over the same prompt.

    python bench/random_gemma.py 4b /tmp/random-4b --tokenizer ~/models/gemma3-270m
    python bench/image_reading.py /tmp/random-4b [--tokens 128]

The checkpoint is loaded as MedGemma's is, and reads the made-up film (one picture) and CT (several), each by the prompt
the product uses. What random weights say means nothing; what it costs, and whether both ways say the same, does not
depend on it.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chartwarden import fhir_fixtures
from chartwarden.agent.llm.chat import ChatMedGemma
from chartwarden.agent.llm.decode import Rules
from chartwarden.agent.llm.engine import Cancel, Message, Reply, Request, generate
from chartwarden.agent.llm.transformers_engine import Options, TransformersEngine
from chartwarden.agent.settings import ModelSettings
from chartwarden.tools.errors import ImageError
from chartwarden.tools.images.looking import RecordImages
from chartwarden.tools.images.reading import Reader
from chartwarden.tools.records.lock import PatientLock
from chartwarden.tools.records.moments import Clock
from chartwarden.tools.records.scopes import parse_scopes
from chartwarden.tools.records.source import Capabilities, Page, Resource, SearchParams

PATIENT = "lindqvist"
PICTURES = ("Media/lindqvist-film", "ImagingStudy/lindqvist-ct")
LONGEST = 8_192


class Chart:
    """One made-up chart as a record source."""

    def __init__(self) -> None:
        entries = json.loads((fhir_fixtures.folder() / f"{PATIENT}.json").read_bytes())["entry"]
        self._resources = {f"{e['resource']['resourceType']}/{e['resource']['id']}": e["resource"] for e in entries}

    def search(self, resource_type: str, params: SearchParams) -> Iterator[Page]:
        """All of a type."""
        yield Page(tuple(one for one in self._resources.values() if one["resourceType"] == resource_type))

    def read(self, reference: str) -> Resource | None:
        """One of them."""
        return self._resources.get(reference)

    def capabilities(self) -> Capabilities:
        """Of this source."""
        return Capabilities("one chart")


class Watched(TransformersEngine):
    """An engine that remembers what it was last asked."""

    asked: tuple[Message, ...] = ()

    def stream(self, request: Request, cancel: Cancel | None = None) -> Iterator[str | Reply]:
        """As the engine."""
        self.asked = request.messages
        return super().stream(request, cancel)


def theirs(engine: TransformersEngine, model: Any, asked: tuple[Message, ...], tokens: int) -> tuple[float, str]:
    """Seconds and text of transformers' own `generate` over the same prompt."""
    import torch

    tokenizing = engine._tokenizing
    ids, pictures = tokenizing._tokens(asked, False)
    places = torch.zeros(1, len(ids), dtype=torch.long, device=model.device)
    for start, _ in pictures:
        places[0, start : start + tokenizing._per_picture] = 1
    given = {
        "input_ids": torch.tensor([ids], device=model.device),
        "pixel_values": torch.cat([tokenizing._pixels(picture) for _, picture in pictures]),
        "token_type_ids": places,
        "attention_mask": torch.ones_like(places),
    }
    began = now(model)
    with torch.inference_mode():
        out = model.generate(**given, max_new_tokens=tokens, min_new_tokens=tokens, do_sample=False)
    taken = now(model) - began
    return taken, tokenizing.tokenizer.decode(out[0, len(ids) :].tolist())


def now(model: Any) -> float:
    """Seconds of wall time, with all work of the card done."""
    import torch

    if model.device.type == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter()


def measure(folder: Path, tokens: int) -> None:
    """Load, read each picture twice by both ways, and print what it took the second time."""
    import torch

    began = time.perf_counter()
    options = Options(context=LONGEST, rules=Rules(loop_guard=False))
    engine = TransformersEngine.load(ModelSettings(checkpoint=str(folder)), options)
    model = engine._forward.model
    on = torch.cuda.get_device_name() if model.device.type == "cuda" else "CPU"
    print(f"{on}, torch {torch.__version__}: loaded in {time.perf_counter() - began:.1f} s, {engine.identity()}")
    engine.__class__ = Watched  # `load` makes the plain one
    assert isinstance(engine, Watched)
    chat = ChatMedGemma(engine=engine, max_tokens=tokens)
    images = RecordImages(folders=(fhir_fixtures.dicom_folder(),), reader=lambda: Reader(chat, "random"))
    lock = PatientLock(Chart(), PATIENT, parse_scopes("patient/*.rs"))
    clock = Clock(dt.datetime.fromisoformat(fhir_fixtures.AS_OF), "UTC")
    print(f"{'':<28}{'tokens in':>10}{'out':>6}{'whole s':>9}{'prompt s':>10}{'out/s':>8}{'generate s':>12}{'same':>6}")
    for reference in PICTURES:
        try:  # the first time is not counted
            status = images.read(reference, "", lock, clock).findings[0].status
        except ImageError:
            status = "said nothing"  # random weights may end, or repeat a token that is no text
        request = Request(engine.asked, max_tokens=tokens)
        engine._pool.clear()  # nor are its prompt and its pictures remembered
        engine._tokenizing._pictures.clear()
        began = now(model)
        reply = generate(engine, request)
        whole, usage = now(model) - began, reply.usage
        theirs(engine, model, engine.asked, tokens)
        taken, text = theirs(engine, model, engine.asked, tokens)
        same = text.startswith(reply.text[: len(reply.text) // 2])
        print(
            f"{reference:<28}{usage.prompt - usage.cached:>10}{usage.generated:>6}{whole:>9.2f}{usage.prefill_s:>10.3f}"
            f"{usage.generated / max(usage.decode_s, 1e-9):>8.0f}{taken:>12.2f}{same!s:>6}  {status}"
        )
    if model.device.type == "cuda":
        print(f"peak memory {torch.cuda.max_memory_allocated() / 2**30:.1f} GiB")
    engine.close()


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--tokens", type=int, default=128)
    given = parser.parse_args()
    measure(given.checkpoint, given.tokens)


if __name__ == "__main__":
    main()
