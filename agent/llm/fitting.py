"""What a model will need, what is free, and what follows: decided before anything is loaded, with reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from chartwarden.agent.llm.cache import Layout
from chartwarden.agent.llm.weights import Weights

Quantization = Literal["none", "int8", "fp8", "nf4"]
GIB = 2**30
BYTES: dict[Quantization, float] = {"none": 2.0, "int8": 1.01, "fp8": 1.01, "nf4": 0.56}
"""Bytes of a weight outside the embedding, scales included."""
WORKING = 2 * GIB
"""Activations of a prompt chunk, logits, the CUDA context and graphs."""
SMALLEST_CONTEXT = 4_096


@dataclass(frozen=True)
class Device:
    """One place for weights."""

    name: str
    """`cuda:0`, `cpu`."""
    label: str
    free: int
    total: int
    capability: tuple[int, int] = (0, 0)
    """CUDA compute capability."""
    bfloat16: bool = False
    """Of a CPU: whether it has instructions for bfloat16; without them it is slower in it than in float32."""


@dataclass(frozen=True)
class Hardware:
    """What this machine offers."""

    gpus: tuple[Device, ...]
    cpu: Device


@dataclass(frozen=True)
class Plan:
    """How a model will be loaded, or why it cannot be."""

    device: str
    """`cuda:1`, `cpu`, or `auto` for layers spread over several GPUs."""
    dtype: Literal["bfloat16", "float32"]
    quantization: Quantization
    context: int
    slots: int
    weights_bytes: int
    memory_bytes: int
    """Of the conversations kept."""
    free_bytes: int
    reasons: tuple[str, ...]
    problem: str = ""
    """Why it cannot be loaded; empty when it can."""
    remedies: tuple[str, ...] = ()

    @property
    def needed_bytes(self) -> int:
        """Everything together."""
        return self.weights_bytes + self.memory_bytes + WORKING


def weights_bytes(weights: Weights, quantization: Quantization, itemsize: int = 2) -> int:
    """Memory of the weights; the embedding stays in bf16."""
    rest = weights.parameters - weights.embedding_parameters
    each = BYTES[quantization] if quantization != "none" else float(itemsize)
    return int(weights.embedding_parameters * itemsize + rest * each)


def layout_of(weights: Weights) -> Layout:
    """The memory layout from the configuration file, with the defaults transformers fills in."""
    text = weights.text_config
    layers = int(text["num_hidden_layers"])
    every = int(text.get("sliding_window_pattern") or text.get("_sliding_window_pattern") or 6)
    kinds = text.get("layer_types") or [
        "full_attention" if (i + 1) % every == 0 else "sliding_attention" for i in range(layers)
    ]
    sliding = tuple(kind == "sliding_attention" for kind in kinds)
    return Layout(
        sliding, int(text["sliding_window"]), int(text["num_key_value_heads"]), int(text.get("head_dim", 256))
    )


def plan(
    weights: Weights,
    hardware: Hardware,
    *,
    device: str = "auto",
    quantization: Quantization = "none",
    context: int = 16_384,
    slots: int = 2,
) -> Plan:
    """Choose device, type, context and number of conversations; say why."""
    reasons: list[str] = []
    target, free = _target(hardware, device, reasons)
    gpu = target.name != "cpu"
    itemsize = 2
    if not gpu and not target.bfloat16 and quantization == "none" and weights.parameters * 4 + WORKING < free:
        itemsize = 4
        reasons.append("float32: this CPU has no bfloat16 arithmetic and is slower in it, and there is memory enough")
    else:
        reasons.append("bfloat16: the precision of the weights; Gemma 3 overflows in float16")
    problem = _impossible(quantization, target, reasons)
    need = weights_bytes(weights, quantization, itemsize)
    per_token = layout_of(weights).bytes_per_token(itemsize)
    kept_context, kept_slots = _fit(free - need - WORKING, per_token, context, slots, reasons)
    memory = kept_context * kept_slots * per_token
    spread = gpu and need + memory + WORKING > target.free
    if spread:
        reasons.append(f"{len(hardware.gpus)} GPUs: no single one has {_gib(need + memory + WORKING)} free")
    made = Plan(
        device="auto" if spread else target.name,
        dtype="float32" if itemsize == 4 else "bfloat16",
        quantization=quantization,
        context=kept_context,
        slots=kept_slots,
        weights_bytes=need,
        memory_bytes=memory,
        free_bytes=free,
        reasons=tuple(reasons),
        problem=problem,
        remedies=(),
    )
    if not problem and made.needed_bytes > free:
        problem = f"{weights.checkpoint} needs {_gib(made.needed_bytes)}, and {_gib(free)} is free on {target.label}"
    if not problem:
        return made
    return Plan(**{**made.__dict__, "problem": problem, "remedies": _remedies(weights, free, quantization)})


def _target(hardware: Hardware, device: str, reasons: list[str]) -> tuple[Device, int]:
    """The device to use and the memory to count on."""
    named = next((gpu for gpu in hardware.gpus if gpu.name == device), None)
    if named is not None:
        reasons.append(f"{named.name} ({named.label}): asked for")
        return named, named.free
    if device == "cpu" or not hardware.gpus:
        reasons.append("CPU: asked for" if device == "cpu" else "CPU: no CUDA device found")
        return hardware.cpu, hardware.cpu.free
    best = max(hardware.gpus, key=lambda gpu: gpu.free)
    reasons.append(f"{best.name} ({best.label}): the GPU with most free memory, {_gib(best.free)}")
    return best, sum(gpu.free for gpu in hardware.gpus) if len(hardware.gpus) > 1 else best.free


def _impossible(quantization: Quantization, target: Device, reasons: list[str]) -> str:
    """Why this quantisation cannot run there; empty when it can."""
    if quantization == "fp8" and target.capability < (8, 9):
        return f"fp8 needs a GPU of compute capability 8.9 or later; {target.label} has none"
    if quantization != "none":
        reasons.append(f"{quantization} weights: asked for; Google has not evaluated quantised MedGemma")
    return ""


def _fit(room: int, per_token: int, context: int, slots: int, reasons: list[str]) -> tuple[int, int]:
    """Conversations first, then context, down to what fits."""
    while slots > 1 and context * slots * per_token > room:
        slots -= 1
        reasons.append(f"{slots} conversation(s) in memory: no room for more at {context} tokens each")
    while context > SMALLEST_CONTEXT and context * slots * per_token > room:
        context //= 2
        reasons.append(f"context of {context} tokens: no room for a longer one")
    return context, slots


def _remedies(weights: Weights, free: int, quantization: Quantization) -> tuple[str, ...]:
    out = []
    smallest = layout_of(weights).bytes_per_token() * SMALLEST_CONTEXT + WORKING
    for option in ("int8", "nf4"):
        if option != quantization and weights_bytes(weights, option) + smallest < free:
            out.append(
                f"set CHARTWARDEN_MODEL__QUANTIZATION={option} ({_gib(weights_bytes(weights, option))} of weights)"
            )
    if "27b" in weights.checkpoint:
        out.append("use google/medgemma-1.5-4b-it (8.6 GB in bfloat16)")
    out.append("serve the model elsewhere and set CHARTWARDEN_MODEL__ENDPOINT (docs/scaling.md)")
    out.append("or go without a model: the rules planner needs no weights")
    return tuple(out)


def _gib(count: float) -> str:
    return f"{count / GIB:.1f} GiB"
