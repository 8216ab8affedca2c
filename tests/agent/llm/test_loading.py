"""Weights are found, weighed and loaded as planned, and what is missing comes with the way to get it."""

import copy
import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal

import pytest

from chartwarden.agent.errors import ModelLoadError
from chartwarden.agent.llm.engine import Image, Request, generate, user
from chartwarden.agent.llm.fitting import GIB, WORKING, Device, Hardware, layout_of, plan, weights_bytes
from chartwarden.agent.llm.loading import hardware, load, told_missing
from chartwarden.agent.llm.selection import build, select
from chartwarden.agent.llm.transformers_engine import Options
from chartwarden.agent.llm.weights import Weights, find
from chartwarden.agent.settings import ModelSettings

CPU = Device("cpu", "the CPU", 64 * GIB, 64 * GIB)
H200 = Device("cuda:0", "H200", 139 * GIB, 141 * GIB, (9, 0))
SMALL = Device("cuda:0", "RTX", 23 * GIB, 24 * GIB, (8, 6))


def medgemma_27b() -> Weights:
    """The 27B's shape, without its weights."""
    text = {
        "num_hidden_layers": 62,
        "num_key_value_heads": 16,
        "head_dim": 128,
        "sliding_window": 1024,
        "sliding_window_pattern": 6,
    }
    config = {"model_type": "gemma3", "text_config": text}
    return Weights("google/medgemma-27b-it", Path("/w"), "abc", config, 27_432_000_000, 1_410_000_000, "f")


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory, tiny: SimpleNamespace) -> dict[str, Path]:
    """Both tiny models as checkpoints in folders."""
    folders = {}
    for name, model in (("text", tiny.text), ("image", tiny.image)):
        folder = tmp_path_factory.mktemp(name)
        model.save_pretrained(folder)
        tiny.tokenizer.save_pretrained(folder)
        folders[name] = folder
    tiny.image_processor.save_pretrained(folders["image"])
    return folders


def test_the_27b_fits_one_large_gpu_in_bfloat16() -> None:
    made = plan(medgemma_27b(), Hardware((H200,), CPU))
    assert (made.device, made.dtype, made.slots, made.context, made.problem) == ("cuda:0", "bfloat16", 2, 16_384, "")
    assert layout_of(medgemma_27b()).bytes_per_token() == 496 * 1024
    assert made.weights_bytes == pytest.approx(54.9e9, rel=0.01)


def test_a_smaller_gpu_keeps_fewer_conversations_and_a_shorter_context() -> None:
    card = Device("cuda:0", "A100", 64 * GIB, 80 * GIB, (8, 0))
    made = plan(medgemma_27b(), Hardware((card,), CPU))
    assert made.problem == ""
    assert (made.slots, made.context) == (1, 16_384)
    assert any("no room for more" in reason for reason in made.reasons)


def test_what_does_not_fit_says_by_how_much_and_what_helps() -> None:
    made = plan(medgemma_27b(), Hardware((SMALL,), CPU))
    assert "needs" in made.problem
    assert "23.0 GiB is free" in made.problem
    text = " ".join(made.remedies)
    assert "QUANTIZATION=nf4" in text
    assert "QUANTIZATION=int8" not in text
    assert "medgemma-1.5-4b-it" in text
    assert "ENDPOINT" in text
    assert plan(medgemma_27b(), Hardware((SMALL,), CPU), quantization="nf4").problem == ""


def test_two_gpus_share_what_one_cannot_hold() -> None:
    cards = tuple(Device(f"cuda:{i}", "L40S", 44 * GIB, 48 * GIB, (8, 9)) for i in range(2))
    made = plan(medgemma_27b(), Hardware(cards, CPU))
    assert (made.device, made.problem) == ("auto", "")


def test_a_device_that_is_asked_for_is_taken_and_the_largest_otherwise() -> None:
    cards = (Device("cuda:0", "A", 70 * GIB, 80 * GIB, (9, 0)), Device("cuda:1", "B", 79 * GIB, 80 * GIB, (9, 0)))
    assert plan(medgemma_27b(), Hardware(cards, CPU)).device == "cuda:1"
    assert plan(medgemma_27b(), Hardware(cards, CPU), device="cuda:0").device == "cuda:0"
    assert plan(medgemma_27b(), Hardware(cards, CPU), device="cpu").device == "cpu"


def test_fp8_is_refused_where_it_cannot_run_and_four_bits_run_on_a_cpu() -> None:
    assert "8.9" in plan(medgemma_27b(), Hardware((SMALL,), CPU), quantization="fp8").problem
    assert "8.9" in plan(medgemma_27b(), Hardware((), CPU), quantization="fp8").problem
    assert plan(medgemma_27b(), Hardware((), CPU), quantization="nf4").problem == ""
    assert plan(medgemma_27b(), Hardware((H200,), CPU), quantization="fp8").problem == ""


def test_a_cpu_computes_in_bfloat16_where_it_has_it_and_memory_decides_otherwise() -> None:
    able = Device("cpu", "the CPU", 256 * GIB, 256 * GIB, bfloat16=True)
    for cpu, dtype in ((able, "bfloat16"), (replace(able, bfloat16=False), "float32"), (CPU, "bfloat16")):
        assert plan(medgemma_27b(), Hardware((), cpu)).dtype == dtype


def test_quantised_weights_are_counted_without_the_embedding() -> None:
    weights = medgemma_27b()
    assert weights_bytes(weights, "int8") == pytest.approx(29.1e9, rel=0.01)
    assert weights_bytes(weights, "int8") + WORKING < weights_bytes(weights, "none")


def test_a_saved_checkpoint_is_measured_exactly(saved: dict[str, Path], text_model: Any) -> None:
    weights = find(str(saved["text"]))
    assert weights.architecture == "Gemma3ForCausalLM"
    assert weights.parameters == sum(p.numel() for p in text_model.parameters())
    assert weights.embedding_parameters == text_model.model.embed_tokens.weight.numel()
    assert layout_of(weights).sliding == (True, True, False, True, True, False)
    assert find(str(saved["image"])).fingerprint != weights.fingerprint


@pytest.mark.parametrize("kind", ["text", "image"])
def test_a_folder_loads_and_answers(saved: dict[str, Path], kind: str, picture: Any) -> None:
    engine = load(ModelSettings(checkpoint=str(saved[kind]), device="cpu"), Options(context=512))
    parts = ("what?", Image(picture(1))) if kind == "image" else ("what?",)
    reply = generate(engine, Request((user(*parts),), schema={"enum": ["yes", "no"]}, max_tokens=64))
    assert reply.text in ('"yes"', '"no"')
    assert engine.identity()["dtype"] in ("bfloat16", "float32")
    assert len(engine.identity()["weights"]) == 64
    assert engine.capabilities().images == (kind == "image")
    engine.close()


@pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning")  # peft's own
def test_an_adapter_is_merged_and_changes_the_output(saved: dict[str, Path], text_model: Any, tmp_path: Path) -> None:
    peft = pytest.importorskip("peft", reason="LoRA adapters need peft (the extra quantization)")
    config = peft.LoraConfig(r=4, target_modules=["q_proj", "v_proj"], init_lora_weights=False)
    peft.get_peft_model(copy.deepcopy(text_model), config).save_pretrained(tmp_path / "adapter")
    checkpoint = str(saved["text"])
    texts = []
    for adapter in ("", str(tmp_path / "adapter")):
        engine = load(ModelSettings(checkpoint=checkpoint, adapter=adapter, device="cpu"), Options(context=256))
        texts.append(generate(engine, Request((user("the patient"),), max_tokens=16)).text)
        engine.close()
    assert texts[0] != texts[1]
    with pytest.raises(ModelLoadError, match="merged"):
        load(ModelSettings(checkpoint=checkpoint, adapter="x", quantization="int8"))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # torchao's and bitsandbytes' own
@pytest.mark.parametrize(("quantization", "library"), [("int8", "torchao"), ("nf4", "bitsandbytes")])
def test_quantised_weights_load_on_the_cpu_and_decode_under_a_grammar(
    tiny: SimpleNamespace, tmp_path: Path, quantization: Literal["int8", "nf4"], library: str
) -> None:
    pytest.importorskip(library, reason=f"{quantization} weights need {library} (the extra quantization)")
    from transformers import Gemma3ForCausalLM

    config = copy.deepcopy(tiny.text.config)
    config.update({"hidden_size": 64, "intermediate_size": 128, "head_dim": 16})  # nf4 packs blocks of 64
    Gemma3ForCausalLM(config).save_pretrained(tmp_path)
    tiny.tokenizer.save_pretrained(tmp_path)
    settings = ModelSettings(checkpoint=str(tmp_path), quantization=quantization, device="cpu")
    engine = load(settings, Options(context=512))
    reply = generate(engine, Request((user("what?"),), schema={"enum": ["yes", "no"]}, max_tokens=64))
    assert reply.text in ('"yes"', '"no"')
    assert engine.identity()["quantization"] == quantization
    engine.close()


def test_four_bits_are_refused_where_their_library_would_fetch_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chartwarden.agent.llm.loading.importlib.util.find_spec", lambda name: object())
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    with pytest.raises(ModelLoadError, match="HF_HUB_OFFLINE=1"):
        load(ModelSettings(quantization="nf4"))


def test_missing_weights_come_with_the_steps_to_get_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(ModelLoadError, match=r"accept the terms.*hf auth login.*hf download google/medgemma-27b-it"):
        find("google/medgemma-27b-it")
    with pytest.raises(ModelLoadError, match="neither a folder"):
        find("./nowhere/at/all")


def test_other_formats_models_and_broken_downloads_are_refused(saved: dict[str, Path], tmp_path: Path) -> None:
    config = json.loads((saved["text"] / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps({**config, "model_type": "llama"}))
    with pytest.raises(ModelLoadError, match="runs Gemma 3"):
        find(str(tmp_path))
    (tmp_path / "config.json").write_text(json.dumps(config))
    (tmp_path / "pytorch_model.bin").write_bytes(b"x")
    with pytest.raises(ModelLoadError, match="can run code"):
        find(str(tmp_path))
    (tmp_path / "model.safetensors").write_bytes(b"version https://git-lfs.github.com/spec/v1\n")
    with pytest.raises(ModelLoadError, match="download pointer"):
        find(str(tmp_path))
    index = {"weight_map": {"a": "model.safetensors", "b": "model-2.safetensors"}}
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps(index))
    with pytest.raises(ModelLoadError, match="lacks 1 of 2"):
        find(str(tmp_path))


def test_auto_takes_rules_without_a_gpu_and_the_model_when_told(
    saved: dict[str, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    checkpoint = str(saved["text"])
    monkeypatch.setattr("chartwarden.agent.llm.loading.hardware", lambda: Hardware((), CPU))
    chosen = select(ModelSettings(checkpoint=checkpoint))
    assert chosen.kind == "rules"
    assert "no CUDA GPU" in chosen.reasons[0]
    assert select(ModelSettings(checkpoint=checkpoint, planner="model")).kind == "in_process"
    monkeypatch.setattr("chartwarden.agent.llm.loading.hardware", lambda: Hardware((H200,), CPU))
    assert select(ModelSettings(checkpoint=checkpoint)).kind == "in_process"
    assert select(ModelSettings(checkpoint=checkpoint, planner="rules")).kind == "rules"
    assert select(ModelSettings(endpoint=("http://x/v1",))).kind == "endpoint"
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    assert "hf download" in select(ModelSettings()).reasons[0]
    with pytest.raises(ModelLoadError, match="no model to use"):
        build(ModelSettings())


def test_this_machine_has_memory() -> None:
    assert hardware().cpu.total > GIB


@pytest.mark.parametrize(
    ("missing", "extras"),
    [
        (("torch", "llguidance"), "medgemma"),
        (("torch", "bitsandbytes"), "medgemma,quantization"),
        (("peft",), "quantization"),
    ],
)
def test_missing_libraries_are_told_with_the_command_that_installs_them(missing: tuple[str, ...], extras: str) -> None:
    assert told_missing(missing) == f"missing libraries: {', '.join(missing)}; pip install 'chartwarden[{extras}]'"
