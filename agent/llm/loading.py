"""Loading weights as planned: safetensors only, from this machine only, in bf16 or quantised, on one GPU or several."""

from __future__ import annotations

import importlib.util
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from chartwarden.agent.errors import ModelLoadError
from chartwarden.agent.llm.fitting import Device, Hardware, Plan, plan
from chartwarden.agent.llm.transformers_engine import Options, TransformersEngine
from chartwarden.agent.llm.weights import Weights, find
from chartwarden.agent.settings import ModelSettings

NEEDED = ("torch", "transformers", "safetensors", "llguidance")
EXTRA = {"int8": "torchao", "fp8": "torchao", "nf4": "bitsandbytes"}


def missing_libraries(settings: ModelSettings) -> tuple[str, ...]:
    """Libraries these settings need and this machine lacks, without importing any."""
    wanted = [*NEEDED]
    if settings.quantization != "none":
        wanted.append(EXTRA[settings.quantization])
    if settings.adapter:
        wanted.append("peft")
    return tuple(name for name in wanted if importlib.util.find_spec(name) is None)


def told_missing(missing: tuple[str, ...]) -> str:
    """Which libraries are missing, and the command that installs them."""
    needed = set(missing) & set(NEEDED)
    extras = [*(["medgemma"] if needed else []), *(["quantization"] if set(missing) - needed else [])]
    return f"missing libraries: {', '.join(missing)}; pip install 'chartwarden[{','.join(extras)}]'"


def hardware() -> Hardware:
    """GPUs and memory, as they are at this moment."""
    import torch

    gpus = []
    for number in range(torch.cuda.device_count() if torch.cuda.is_available() else 0):
        free, total = torch.cuda.mem_get_info(number)
        capability = torch.cuda.get_device_capability(number)
        gpus.append(Device(f"cuda:{number}", torch.cuda.get_device_name(number), free, total, capability))
    free, total = host_memory()
    return Hardware(tuple(gpus), Device("cpu", "the CPU", free, total, bfloat16=_cpu_has_bfloat16()))


def _cpu_has_bfloat16() -> bool:
    """Whether Linux lists such instructions (x86: flags, Arm: Features); False where it cannot be asked."""
    try:
        lines = Path("/proc/cpuinfo").read_text("ascii", "replace").splitlines()
    except OSError:
        return False
    listed = {word for line in lines if line.startswith(("flags", "Features")) for word in line.split()}
    return bool(listed & {"avx512_bf16", "amx_bf16", "bf16"})


def host_memory() -> tuple[int, int]:
    """Available and total bytes of main memory; zeros where the platform does not say."""
    try:
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
        told = {line.split(":")[0]: int(line.split()[1]) * 1024 for line in lines}
        return told["MemAvailable"], told["MemTotal"]
    except (OSError, KeyError):
        pages = os.sysconf("SC_PHYS_PAGES") if hasattr(os, "sysconf") else 0
        size = pages * os.sysconf("SC_PAGE_SIZE") if pages else 0
        return size // 2, size


def plan_for(settings: ModelSettings, weights: Weights, options: Options) -> Plan:
    """The plan for these settings on this machine now."""
    return plan(
        weights,
        hardware(),
        device=settings.device,
        quantization=settings.quantization,
        context=options.context,
        slots=options.slots,
    )


def load(settings: ModelSettings, options: Options | None = None) -> TransformersEngine:
    """Find, plan, load. Raises ModelLoadError with what is missing and what to do."""
    options = options or Options()
    if settings.adapter and settings.quantization != "none":
        raise ModelLoadError("an adapter is merged into the weights, which quantised weights do not allow; choose one")
    missing = missing_libraries(settings)
    if missing:
        raise ModelLoadError(told_missing(missing))
    if settings.quantization == "nf4":
        _refuse_fetched_kernels()
    weights = find(settings.checkpoint, settings.revision)
    made = plan_for(settings, weights, options)
    if made.problem:
        raise ModelLoadError(f"{made.problem}. What helps: {'; '.join(made.remedies)}")
    model = _model(weights, made)
    if settings.adapter:
        model = _with_adapter(model, settings.adapter)
    identity = {
        "checkpoint": settings.checkpoint,
        "revision": weights.revision,
        "weights": weights.fingerprint,
        "dtype": made.dtype,
        "quantization": made.quantization,
        "device": made.device,
        **({"adapter": settings.adapter} if settings.adapter else {}),
        **_versions(),
    }
    tokenizer, image_processor = _tools(weights)
    options = replace(options, context=made.context, slots=made.slots)
    return TransformersEngine(model, tokenizer, image_processor, options=options, identity=identity)


def _model(weights: Weights, made: Plan) -> Any:
    import torch
    import transformers

    transformers.utils.logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    kind = getattr(transformers, weights.architecture)
    placed: dict[str, Any] = {}
    if made.device != "cpu":
        placed["device_map"] = "auto" if made.device == "auto" else {"": made.device}
    quantized = _quantization(made)
    if quantized is not None:
        placed["quantization_config"] = quantized
    try:
        model = kind.from_pretrained(
            weights.folder,
            dtype=getattr(torch, made.dtype),
            local_files_only=True,
            use_safetensors=True,
            attn_implementation="sdpa",
            **placed,
        )
    except torch.OutOfMemoryError as error:
        raise ModelLoadError(
            f"{made.device} ran out of memory while loading; something else took what was free"
        ) from error
    return model.eval()


def _quantization(made: Plan) -> Any:
    """What transformers is told about quantisation; the vision tower and the output head stay as they are."""
    if made.quantization == "none":
        return None
    import torch
    import transformers

    apart = ["lm_head", "model.vision_tower", "model.multi_modal_projector"]
    if made.quantization == "nf4":
        return transformers.BitsAndBytesConfig(  # type: ignore[no-untyped-call]
            load_in_4bit=True,
            bnb_4bit_quant_type="nf4",
            bnb_4bit_compute_dtype=torch.bfloat16,
            llm_int8_skip_modules=apart,
        )
    from torchao.quantization import Float8WeightOnlyConfig, Int8WeightOnlyConfig

    kind = Int8WeightOnlyConfig if made.quantization == "int8" else Float8WeightOnlyConfig
    return transformers.TorchAoConfig(kind(), modules_to_not_convert=apart)


def _refuse_fetched_kernels() -> None:
    """bitsandbytes fetches compiled code from the hub on some CPUs when the package `kernels` is there; nothing here
    may download by itself."""
    if importlib.util.find_spec("kernels") is not None and os.environ.get("HF_HUB_OFFLINE", "") in ("", "0"):
        raise ModelLoadError(
            "bitsandbytes would fetch code from huggingface.co through the package `kernels`; "
            "set HF_HUB_OFFLINE=1 or uninstall it"
        )


def _with_adapter(model: Any, adapter: str) -> Any:
    """The model with a LoRA adapter merged into its weights, so that decoding stays as fast."""
    from peft import PeftModel

    try:
        return PeftModel.from_pretrained(model, adapter, local_files_only=True).merge_and_unload()
    except (OSError, ValueError) as error:
        raise ModelLoadError(f"the adapter {adapter!r} cannot be loaded onto this model: {error}") from error


def _tools(weights: Weights) -> tuple[Any, Any]:
    """Tokenizer, and the image processor of a multimodal checkpoint (None without)."""
    import transformers

    tokenizer = transformers.AutoTokenizer.from_pretrained(weights.folder, local_files_only=True)
    if weights.config["model_type"] != "gemma3":
        return tokenizer, None
    return tokenizer, image_processor_class().from_pretrained(weights.folder, local_files_only=True)


def image_processor_class() -> Any:
    """Gemma 3's image processor that works with Pillow: no torchvision, and the same pixels with and without it.
    transformers calls it `Gemma3ImageProcessorPil`; its first 5.x releases, which have no other, without the ending."""
    import transformers

    named: Any = getattr(transformers, "Gemma3ImageProcessorPil", None)
    return named or transformers.Gemma3ImageProcessor


def _versions() -> dict[str, str]:
    import torch
    import transformers

    return {"torch": torch.__version__, "transformers": transformers.__version__}
