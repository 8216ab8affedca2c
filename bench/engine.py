"""How fast the in-process engine is, against transformers' own generate and against the memory's bandwidth.

    python bench/engine.py                 # what this machine can: on a CPU a tiny model, under two minutes; on a CUDA
                                           # card the 4B and the 27B at 1k, 8k and 32k, in bf16, int8 and fp8, and all
                                           # models in memory together, each as far as the card's memory reaches
    python bench/engine.py --size 270m     # one size, on the CPU the shape of Gemma 3 270M
    python bench/engine.py --size 27b --device cuda --contexts 8192 --quantization int8 --json 27b.json
    python bench/engine.py --resident --device cuda      # 27B, 4B and MedSigLIP in memory together

Weights are random, straight on the device: speed does not depend on what they say. Decode figures are tokens per second
after the prompt, of wall time on a card and of CPU time on a CPU; the ceiling is the bandwidth measured on the same
device divided by the bytes a token has to read.
"""

from __future__ import annotations

import argparse
import gc
import importlib.metadata
import importlib.util
import json
import os
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from random_gemma import SHAPES, VISION, quantized, random_model

from chartwarden.agent.llm.cache import SlotPool
from chartwarden.agent.llm.decode import Generation, Prompt, Rules
from chartwarden.agent.llm.engine import Request, user
from chartwarden.agent.llm.forward import Forward
from chartwarden.agent.llm.forward_static import StaticPasses

GIB = 2**30
NEEDED_GIB = {"4b": 24, "27b": 76}
"""Weights in bf16, 496 KiB (27B) or 136 KiB (4B) a token of two conversations of 8k or one of 32k, working memory."""
RESIDENT_GIB = 90


@dataclass
class Row:
    """One measurement."""

    what: str
    how: str
    context: int
    value: float
    unit: str
    note: str = ""


@dataclass
class Report:
    """Everything measured in one run."""

    size: str
    device: str
    machine: str
    versions: dict[str, str]
    date: str
    rows: list[Row] = field(default_factory=list)

    def add(self, what: str, how: str, context: int, value: float, unit: str, note: str = "") -> None:
        """Keep a row and show it."""
        self.rows.append(Row(what, how, context, round(value, 3), unit, note))
        print(f"| {what} | {how} | {context or ''} | {value:,.2f} | {unit} | {note} |", flush=True)


def now(device: str) -> float:
    """Seconds: of wall time beside a card; on a CPU of this process's own time, which other work does not stretch."""
    import torch

    if not device.startswith("cuda"):
        return time.process_time()
    torch.cuda.synchronize()
    return time.perf_counter()


def seconds(run: Callable[[], Any], device: str, repeats: int = 3) -> float:
    """Median time of a few runs, after one that is not counted."""
    run()
    taken = []
    for _ in range(repeats):
        began = now(device)
        run()
        taken.append(now(device) - began)
    return statistics.median(taken)


def bandwidth(device: str) -> float:
    """Bytes per second that a matrix-vector product reads, the best of twenty: decoding's own kind of work."""
    import torch

    big = device.startswith("cuda")
    rows, columns = (262_144, 8_192) if big else (16_384, 4_096)
    matrix = torch.randn(rows, columns, device=device, dtype=torch.bfloat16 if big else torch.float32)
    vector = torch.randn(columns, device=device, dtype=matrix.dtype)
    taken = min(seconds(lambda: torch.mv(matrix, vector), device, repeats=1) for _ in range(20))
    return matrix.numel() * matrix.element_size() / taken


def read_per_token(forward: Forward, context: int) -> float:
    """Bytes one decode step has to read: every weight but the embedding's unused rows, and the keys and values seen."""
    weights = sum(p.numel() * getattr(p, "qdata", p).element_size() for p in forward.text.layers.parameters())
    head = forward.model.lm_head.weight
    layout = forward.layout
    each = 2 * layout.heads * layout.head_dim * head.element_size()
    seen = sum(min(context, layout.window) if sliding else context for sliding in layout.sliding)
    return weights + head.numel() * head.element_size() + each * seen


class Ours:
    """The engine's loop without tokenizer and text."""

    def __init__(self, model: Any, decoding: str, capacity: int, draft: int = 0) -> None:
        self.forward = Forward(model)
        self.pool = SlotPool(self.forward.layout, capacity, 2)
        self.rules = Rules(draft=draft, loop_guard=False)
        self.passes: Any = self.forward
        if decoding != "eager":
            self.passes = StaticPasses(self.forward, width=draft + 1, record=decoding == "graph")

    def run(self, tokens: list[int], count: int, conversation: str) -> Generation:
        """Generate `count` tokens after these."""
        import torch

        slot, _ = self.pool.acquire(conversation, tokens)
        request = Request((user("x"),), max_tokens=count)
        generation = Generation(
            self.passes, slot, Prompt(tokens, list(tokens)), request, ends=frozenset(), rules=self.rules
        )
        with torch.inference_mode():
            for _ in generation.tokens():
                pass
        return generation

    def rate(self, tokens: list[int], count: int, device: str) -> float:
        """Tokens per second of decoding, the prompt in memory; as `theirs`, from the difference of two lengths."""
        whole, first = (seconds(partial(self.run, tokens, n, "rate"), device) for n in (count + 1, 1))
        return count / max(whole - first, 1e-9)


def prompt(length: int, vocabulary: int, seed: int = 0) -> list[int]:
    """Tokens that repeat nothing."""
    import random

    chance = random.Random(seed)
    return [chance.randrange(10, vocabulary) for _ in range(length)]


def theirs(model: Any, tokens: list[int], count: int, device: str, cache: str | None) -> float:
    """Tokens per second of transformers' greedy decoding, prompt not counted."""
    import torch

    ids = torch.tensor([tokens], device=device)

    def run(new: int) -> None:
        model.generate(
            ids, attention_mask=torch.ones_like(ids), max_new_tokens=new, min_new_tokens=new, do_sample=False,
            pad_token_id=0, cache_implementation=cache,
        )  # fmt: skip

    with torch.inference_mode():
        whole, first = seconds(lambda: run(count + 1), device, 2), seconds(lambda: run(1), device, 2)
    return count / max(whole - first, 1e-9)


def measure(report: Report, size: str, device: str, contexts: list[int], count: int, quantizations: list[str]) -> None:
    """All rows of one size; of quantised weights decoding alone."""
    import torch

    speed = bandwidth(device)
    report.add("bandwidth", "matrix-vector", 0, speed / 1e9, "GB/s")
    on_card = device.startswith("cuda")
    for kind in quantizations:
        model = quantized(random_model(size, device), kind)
        name = f"{size} {kind}" if kind != "none" else size
        way = "graph" if on_card else "static"
        for context in contexts if kind == "none" else contexts[:1]:
            _decoding(report, model, name, device, context, count, way, speed)
        if on_card:
            report.add(f"{name} peak memory", "torch", 0, torch.cuda.max_memory_allocated() / GIB, "GiB")
            torch.cuda.reset_peak_memory_stats()
        if kind == "none":
            _prefill(report, model, name, device, contexts)
            _agent_loop(report, model, name, device, way, min(contexts))
            _drafting(report, model, name, device, way, min(contexts), count)
            _rivals(report, model, name, device, contexts, count)
        del model
        gc.collect()  # recorded passes and the memory they were recorded over refer to each other
        if on_card:
            torch.cuda.empty_cache()


def _decoding(
    report: Report, model: Any, name: str, device: str, context: int, count: int, way: str, speed: float
) -> None:
    tokens = prompt(context, model.config.get_text_config().vocab_size)
    ceiling = speed / read_per_token(Forward(model), context)
    report.add(f"{name} decode", "bandwidth ceiling", context, ceiling, "tokens/s")
    ours = Ours(model, way, context + 2 * count + 64)
    began = now(device)
    ours.run(tokens, 2, "rate")
    report.add(f"{name} first answer", f"ours, {way}, prompt and recording", context, now(device) - began, "s")
    rate = ours.rate(tokens, count, device)
    report.add(f"{name} decode", f"ours, {way}", context, rate, "tokens/s", f"{rate / ceiling:.0%} of the ceiling")


def _rivals(report: Report, model: Any, name: str, device: str, contexts: list[int], count: int) -> None:
    """Our own eager loop and transformers' generate: slow, so a quarter of the tokens; its static cache, which it
    compiles anew for each length, at the shortest context alone."""
    few = max(8, count // 4)
    vocabulary = model.config.get_text_config().vocab_size
    eager = Ours(model, "eager", contexts[0] + 2 * count + 64)
    rate = eager.rate(prompt(contexts[0], vocabulary), few, device)
    report.add(f"{name} decode", "ours, eager", contexts[0], rate, "tokens/s")
    for context, label, cache in (*((c, "dynamic", None) for c in contexts[:2]), (contexts[0], "static", "static")):
        rate = theirs(model, prompt(context, vocabulary), few, device, cache)
        report.add(f"{name} decode", f"transformers, {label}", context, rate, "tokens/s")


def _prefill(report: Report, model: Any, name: str, device: str, contexts: list[int]) -> None:
    for context in contexts[:2]:
        ours = Ours(model, "eager", context + 64)
        tokens = prompt(context, model.config.get_text_config().vocab_size, seed=context)

        def cold(ours: Ours = ours, tokens: list[int] = tokens) -> None:
            ours.pool.clear()
            ours.run(tokens, 1, "cold")

        rate = context / seconds(cold, device, 2)
        report.add(f"{name} prefill", "ours, chunks of 2,048", context, rate, "tokens/s")


def _agent_loop(report: Report, model: Any, name: str, device: str, way: str, start: int) -> None:
    """Eight steps of an agent: each prompt is the last one, the last output and 200 new tokens."""
    vocabulary = model.config.get_text_config().vocab_size
    for label in ("reused prefix", "nothing reused"):
        ours = Ours(model, way, start + 8 * 260 + 64)
        ours.run(prompt(start, vocabulary, seed=9), 24, "warm up")
        ours.pool.clear()
        tokens = prompt(start, vocabulary, seed=1)
        began, cached, total = now(device), 0, 0
        for step in range(8):
            if label == "nothing reused":
                ours.pool.clear()
            run = ours.run(tokens, 24, "loop")
            cached, total = cached + run.usage.cached, total + run.usage.prompt
            tokens = [*tokens, *run.out, *prompt(200, vocabulary, seed=100 + step)]
        took = now(device) - began
        report.add(f"{name} agent loop of 8 steps", f"{way}, {label}", start, took, "s", f"{cached / total:.0%} cached")


def _drafting(report: Report, model: Any, name: str, device: str, way: str, context: int, count: int) -> None:
    """Text that repeats its prompt is where drafts pay; random weights repeat themselves soon enough."""
    vocabulary = model.config.get_text_config().vocab_size
    tokens = prompt(64, vocabulary, seed=4) * (context // 64)
    for draft in (0, 8):
        ours = Ours(model, way, context + 2 * count + 64, draft=draft)
        rate = ours.rate(tokens, count, device)
        usage = ours.run(tokens, count, "rate").usage
        note = f"{usage.accepted} of {usage.drafted} drafted tokens accepted"
        report.add(f"{name} decode, repetitive", f"drafts of {draft}", context, rate, "tokens/s", note)


def resident(report: Report, device: str) -> None:
    """The 27B, the 4B and MedSigLIP in memory at once, each answering."""
    import torch
    from transformers import SiglipConfig, SiglipModel

    models = [random_model("27b", device, images=True), random_model("4b", device, images=True)]
    encoder_shape = {**VISION, "image_size": 448}
    with torch.device(device):
        encoder = SiglipModel(SiglipConfig(vision_config=encoder_shape, text_config={"hidden_size": 1152})).bfloat16()
    for name, model in zip(("27b", "4b"), models, strict=True):
        ours = Ours(model, "graph", 16_384)
        usage = ours.run(prompt(1_024, 262_000), 64, "a").usage
        report.add(f"{name} beside the others", "first answer, graph recorded", 1_024, usage.decode_s, "s")
        usage = ours.run(prompt(1_024, 262_000), 64, "a").usage
        report.add(f"{name} beside the others", "graph", 1_024, 63 / usage.decode_s, "tokens/s")
    with torch.inference_mode():
        pixels = torch.zeros(8, 3, 448, 448, device=device, dtype=torch.bfloat16)
        taken = seconds(lambda: encoder.vision_model(pixels), device)
    report.add("MedSigLIP beside the others", "batch of 8", 0, 8 / taken, "images/s")
    report.add("peak memory", "all three", 0, torch.cuda.max_memory_allocated() / GIB, "GiB")


def versions() -> dict[str, str]:
    """What was measured with."""
    names = ("torch", "transformers", "torchao", "llguidance")
    return {name: importlib.metadata.version(name) for name in names if importlib.util.find_spec(name)}


def machine(device: str) -> str:
    """What was measured on, and how busy it was with other work at the start."""
    import torch

    if device.startswith("cuda"):
        return torch.cuda.get_device_name()
    load = f", load {os.getloadavg()[0]:.1f} at the start" if hasattr(os, "getloadavg") else ""
    name = platform.processor() or platform.machine()
    return f"{name}, {os.cpu_count()} cores, {torch.get_num_threads()} threads used{load}"


def everything(report: Report, device: str, count: int) -> None:
    """The rows a CUDA card has room for; those it has not are named."""
    import torch

    room = torch.cuda.mem_get_info()[1] / GIB
    for size, needed in reversed(NEEDED_GIB.items()):
        if room < needed:
            print(f"\nnot run: {size}, which needs {needed} GiB, and the card has {room:.0f}")
            continue
        kinds = ["none", "int8", "fp8"] if importlib.util.find_spec("torchao") else ["none"]
        kinds = kinds[: 3 if torch.cuda.get_device_capability() >= (8, 9) else 2]
        measure(report, size, device, [1_024, 8_192, 32_768], count, kinds)
    if room >= RESIDENT_GIB:
        resident(report, device)
    else:
        print(f"\nnot run: all models together, which needs {RESIDENT_GIB} GiB, and the card has {room:.0f}")


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--size", choices=sorted(SHAPES), help="default: what the machine can")
    parser.add_argument("--device", help="default: cuda where there is one, else cpu")
    parser.add_argument("--contexts", type=int, nargs="+", help="default: 256 and 1,024 on a CPU, else 1k, 8k, 32k")
    parser.add_argument("--tokens", type=int, default=64, help="generated in each measurement")
    parser.add_argument("--threads", type=int, default=1, help="of a CPU")
    parser.add_argument("--quantization", nargs="+", choices=["none", "int8", "fp8"], default=["none"])
    parser.add_argument("--resident", action="store_true")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    import torch

    torch.manual_seed(0)
    torch.set_num_threads(given.threads)
    device = given.device or ("cuda" if torch.cuda.is_available() else "cpu")
    on_card = device.startswith("cuda")
    contexts = given.contexts or ([1_024, 8_192, 32_768] if on_card else [256, 1_024])
    size = given.size or ("all" if on_card else "tiny")
    report = Report(size, device, machine(device), versions(), time.strftime("%Y-%m-%d"))
    print(f"{size}, random weights, prompts of random tokens; {report.machine}; {report.versions}; {report.date}\n")
    print("| what | how | context | value | unit | note |\n|---|---|---:|---:|---|---|")
    if given.resident:
        resident(report, device)
    elif size == "all":
        everything(report, device, given.tokens)
    else:
        measure(report, size, device, contexts, given.tokens, given.quantization)
    if not on_card:
        print("\nnot run, for want of a CUDA card: graph decoding, fp8, the 4B and 27B shapes, all models together")
    if given.json:
        given.json.parent.mkdir(parents=True, exist_ok=True)
        given.json.write_text(json.dumps(asdict(report), indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
