"""What `chartwarden doctor` finds out: hardware, libraries, weights, licence, endpoint, and what would be used."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import time
from typing import Any

import httpx
from pydantic import BaseModel, ConfigDict

from chartwarden.agent.errors import ModelLoadError, ModelOutputError
from chartwarden.agent.llm.conforming import faults
from chartwarden.agent.llm.engine import Engine, Request, generate, system, user
from chartwarden.agent.llm.fitting import GIB
from chartwarden.agent.llm.selection import Selection, build, select
from chartwarden.agent.llm.weights import TERMS, find, how_to_get, locate, token_found
from chartwarden.agent.settings import ModelSettings, Settings
from chartwarden.tools.errors import ChartwardenError

LIBRARIES = (
    "torch",
    "transformers",
    "safetensors",
    "accelerate",
    "llguidance",
    "torchao",
    "bitsandbytes",
    "peft",
    "pillow",
    "langgraph",
    "langchain-core",
)

SMOKE_SCHEMA = {
    "type": "object",
    "properties": {
        "tool": {"enum": ["search_record", "write_answer"]},
        "resource": {"enum": ["Observation", "MedicationRequest", "Condition"]},
        "words": {"type": "string", "maxLength": 40},
    },
    "required": ["tool", "resource", "words"],
    "additionalProperties": False,
}


class Found(BaseModel):
    """One set of weights, or where to get it."""

    model_config = ConfigDict(frozen=True)

    use: str
    checkpoint: str
    found: bool
    revision: str = ""
    gib: float = 0.0
    """Of weights in bf16."""
    detail: str = ""


class Smoke(BaseModel):
    """One constrained decision."""

    model_config = ConfigDict(frozen=True)

    passed: bool
    text: str = ""
    detail: str = ""
    load_s: float = 0.0
    generate_s: float = 0.0
    tokens: int = 0


class Diagnosis(BaseModel):
    """Everything the doctor found."""

    model_config = ConfigDict(frozen=True)

    planner: str
    model: str
    reasons: tuple[str, ...]
    hardware: dict[str, Any]
    libraries: dict[str, str]
    """Versions; empty for what is missing."""
    weights: tuple[Found, ...]
    licence: dict[str, Any]
    endpoint: dict[str, Any]
    plan: dict[str, Any]
    smoke: Smoke | None = None


def diagnose(settings: Settings, *, online: bool = False, smoke: bool = False) -> Diagnosis:
    """Look at everything once. Nothing leaves the machine but the questions to the endpoint that the settings name,
    and with `online` one to huggingface.co about the licence."""
    chosen = select(settings.model)
    return Diagnosis(
        planner={"rules": "rules", "in_process": "model in this process", "endpoint": "model at an endpoint"}[
            chosen.kind
        ],
        model=chosen.model,
        reasons=chosen.reasons,
        hardware=_hardware(),
        libraries={name: _version(name) for name in LIBRARIES},
        weights=_weights(settings),
        licence=_licence(settings, online),
        endpoint=_endpoint(settings.model),
        plan=_plan(settings.model),
        smoke=_smoke(settings.model, chosen) if smoke else None,
    )


def _hardware() -> dict[str, Any]:
    from chartwarden.agent.llm.loading import hardware, host_memory

    if importlib.util.find_spec("torch") is None:
        free, total = host_memory()
        return {
            "cpus": os.cpu_count(),
            "memory_gib": round(total / GIB, 1),
            "memory_free_gib": round(free / GIB, 1),
            "gpus": [],
            "note": "GPUs are only seen once torch is installed",
        }
    seen = hardware()
    return {
        "cpus": os.cpu_count(),
        "memory_gib": round(seen.cpu.total / GIB, 1),
        "memory_free_gib": round(seen.cpu.free / GIB, 1),
        "gpus": [
            {
                "name": gpu.name,
                "label": gpu.label,
                "free_gib": round(gpu.free / GIB, 1),
                "total_gib": round(gpu.total / GIB, 1),
                "capability": ".".join(map(str, gpu.capability)),
            }
            for gpu in seen.gpus
        ],
    }


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _weights(settings: Settings) -> tuple[Found, ...]:
    wanted = [("planner", settings.model.checkpoint, settings.model.revision)]
    wanted += [("image reading", settings.images.reader, ""), ("image search", settings.images.encoder, "")]
    return tuple(_one(use, checkpoint, revision) for use, checkpoint, revision in wanted)


def _one(use: str, checkpoint: str, revision: str) -> Found:
    try:
        folder, commit = locate(checkpoint, revision)
        if use == "image search":
            size = sum(file.stat().st_size for file in folder.glob("*.safetensors"))
            return Found(use=use, checkpoint=checkpoint, found=size > 0, revision=commit, gib=round(size / GIB, 1))
        weights = find(checkpoint, revision)
    except ModelLoadError as error:
        return Found(use=use, checkpoint=checkpoint, found=False, detail=str(error))
    gib = round(weights.parameters * 2 / GIB, 1)
    return Found(use=use, checkpoint=checkpoint, found=True, revision=weights.revision, gib=gib)


def _licence(settings: Settings, online: bool) -> dict[str, Any]:
    """A token and files prove that someone accepted; only the hub can say whether this account has."""
    told: dict[str, Any] = {"terms": TERMS, "token": token_found(), "accepted": "unknown (ask with --online)"}
    if not online:
        return told
    try:
        from huggingface_hub import HfApi
        from huggingface_hub.errors import GatedRepoError, HfHubHTTPError
    except ImportError:
        return {**told, "accepted": "unknown (huggingface_hub is not installed)"}
    try:
        HfApi().auth_check(settings.model.checkpoint)
    except GatedRepoError:
        return {**told, "accepted": "no", "remedy": how_to_get(settings.model.checkpoint)}
    except (HfHubHTTPError, httpx.HTTPError, OSError) as error:
        return {**told, "accepted": f"unknown ({type(error).__name__})"}
    return {**told, "accepted": "yes"}


def _endpoint(settings: ModelSettings) -> dict[str, Any]:
    if not settings.endpoint:
        return {}
    from chartwarden.agent.llm.endpoint import EndpointEngine

    engine = EndpointEngine(
        settings.endpoint,
        model=settings.endpoint_model,
        api_key=settings.api_key.get_secret_value(),
        timeout_s=30.0,
        max_retries=0,
    )
    try:
        can = engine.capabilities()
    except (ModelLoadError, ModelOutputError) as error:
        return {"urls": list(settings.endpoint), "reachable": False, "detail": str(error)}
    finally:
        engine.close()
    return {
        "urls": list(settings.endpoint),
        "reachable": True,
        "model": engine.name,
        "schemas": "enforced by the server" if can.grammar == "requested" else "checked and asked for again",
        "context_tokens": can.context_tokens,
        "counts_tokens": can.counts_tokens,
        "notes": list(can.notes),
    }


def _plan(settings: ModelSettings) -> dict[str, Any]:
    """How the weights would be loaded; empty where there are none."""
    from chartwarden.agent.llm.loading import missing_libraries, plan_for
    from chartwarden.agent.llm.transformers_engine import Options

    if missing_libraries(settings):
        return {}
    try:
        made = plan_for(settings, find(settings.checkpoint, settings.revision), Options())
    except ModelLoadError:
        return {}
    return {
        "device": made.device,
        "dtype": made.dtype,
        "quantization": made.quantization,
        "context": made.context,
        "conversations": made.slots,
        "needed_gib": round(made.needed_bytes / GIB, 1),
        "free_gib": round(made.free_bytes / GIB, 1),
        "reasons": list(made.reasons),
        "problem": made.problem,
        "remedies": list(made.remedies),
    }


def _smoke(settings: ModelSettings, chosen: Selection) -> Smoke:
    if chosen.kind == "rules":
        return Smoke(passed=True, detail="the rules planner uses no model: nothing to generate")
    began = time.perf_counter()
    try:
        engine = build(settings)
        return decide_once(engine, time.perf_counter() - began)
    except ChartwardenError as error:
        return Smoke(passed=False, detail=str(error))


def decide_once(engine: Engine, load_s: float = 0.0) -> Smoke:
    """Generate one constrained decision and check it; the engine is closed afterwards."""
    request = Request(
        (system("You choose the next look at a patient's record."), user("Which drugs were ordered in 2020?")),
        max_tokens=96,
        schema=SMOKE_SCHEMA,
        timeout_s=300.0,
    )
    began = time.perf_counter()
    try:
        reply = generate(engine, request)
    finally:
        engine.close()
    took = time.perf_counter() - began
    from json import loads

    try:
        wrong = list(faults(loads(reply.text), SMOKE_SCHEMA))
    except ValueError:
        wrong = ["the output is no JSON"]
    return Smoke(
        passed=not wrong,
        text=reply.text,
        detail="; ".join(wrong) or f"finished: {reply.finish}",
        load_s=round(load_s, 2),
        generate_s=round(took, 2),
        tokens=reply.usage.generated,
    )
