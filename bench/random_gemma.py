"""Gemma 3 in the shapes of the real checkpoints, with random weights made on the device itself.

    python bench/random_gemma.py 27b /tmp/random-27b --tokenizer ~/models/gemma3-270m
    CHARTWARDEN_MODEL__CHECKPOINT=/tmp/random-27b CHARTWARDEN_MODEL__PLANNER=model chartwarden doctor --smoke

Writes a checkpoint in the layout of MedGemma's own, so that a machine, its card and everything around the model can be
tried before access to the weights is granted. What such a model says means nothing. The tokenizer is Gemma 3's, from
any folder that has one.
"""

from __future__ import annotations

import argparse
import shutil
import time
from pathlib import Path
from typing import Any

VISION = {
    "hidden_size": 1152, "intermediate_size": 4304, "num_hidden_layers": 27, "num_attention_heads": 16,
    "image_size": 896, "patch_size": 14,
}  # fmt: skip
PICTURE_TOKENS = {"boi_token": "<start_of_image>", "eoi_token": "<end_of_image>", "image_token": "<image_soft_token>"}
SHAPES: dict[str, dict[str, Any]] = {
    "tiny": {"hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 6, "num_attention_heads": 4,
             "num_key_value_heads": 2, "head_dim": 16, "sliding_window": 64, "vocab_size": 4096},
    "270m": {"hidden_size": 640, "intermediate_size": 2048, "num_hidden_layers": 18, "num_attention_heads": 4,
             "num_key_value_heads": 1, "head_dim": 256, "sliding_window": 512, "vocab_size": 262144},
    "4b": {"hidden_size": 2560, "intermediate_size": 10240, "num_hidden_layers": 34, "num_attention_heads": 8,
           "num_key_value_heads": 4, "head_dim": 256, "sliding_window": 1024, "vocab_size": 262208},
    "27b": {"hidden_size": 5376, "intermediate_size": 21504, "num_hidden_layers": 62, "num_attention_heads": 32,
            "num_key_value_heads": 16, "head_dim": 128, "sliding_window": 1024, "vocab_size": 262208,
            "query_pre_attn_scalar": 168},
}  # fmt: skip


def random_model(size: str, device: str, *, images: bool = False) -> Any:
    """A Gemma 3 of this shape with random bf16 weights (float32 on the CPU), made on the device itself."""
    import torch
    from transformers import Gemma3Config, Gemma3ForCausalLM, Gemma3ForConditionalGeneration, Gemma3TextConfig

    shape = {**SHAPES[size], "max_position_embeddings": 131_072}
    shape.setdefault("query_pre_attn_scalar", shape["head_dim"])
    layers = shape["num_hidden_layers"]
    kinds = ["full_attention" if (i + 1) % 6 == 0 else "sliding_attention" for i in range(layers)]
    dtype = torch.bfloat16 if device.startswith("cuda") else torch.float32
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        with torch.device(device):
            if images:
                config = Gemma3Config(text_config={**shape, "layer_types": kinds}, vision_config=VISION)
                return Gemma3ForConditionalGeneration(config).eval()
            return Gemma3ForCausalLM(Gemma3TextConfig(**shape, layer_types=kinds)).eval()
    finally:
        torch.set_default_dtype(before)


def quantized(model: Any, kind: str) -> Any:
    """The same model with int8 or fp8 weights in its layers (torchao, weight-only); the head stays as it is."""
    if kind == "none":
        return model
    from torchao.quantization import Float8WeightOnlyConfig, Int8WeightOnlyConfig, quantize_

    text = model.model.language_model if hasattr(model.model, "language_model") else model.model
    quantize_(text.layers, Int8WeightOnlyConfig() if kind == "int8" else Float8WeightOnlyConfig())
    return model


def write_checkpoint(size: str, folder: Path, tokenizer: Path) -> None:
    """A folder that the engine loads as it loads MedGemma's: bf16 safetensors in shards, tokenizer, and, for the sizes
    that read images, the image processor. The 27B takes 55 GB."""
    import torch
    from transformers import AutoTokenizer

    from chartwarden.agent.llm.loading import image_processor_class

    torch.manual_seed(0)
    images = size in ("4b", "27b")
    model = random_model(size, "cuda" if torch.cuda.is_available() else "cpu", images=images).to(torch.bfloat16)
    model.save_pretrained(folder, max_shard_size="5GB")
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(tokenizer / name, folder / name)
    if images:
        named = AutoTokenizer.from_pretrained(tokenizer, extra_special_tokens=PICTURE_TOKENS)
        named.save_pretrained(folder)  # that of a text model does not say which tokens stand for a picture
        side = VISION["image_size"]
        image_processor_class()(size={"height": side, "width": side}).save_pretrained(folder)


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Write a checkpoint of random weights in a real shape.")
    parser.add_argument("size", choices=sorted(set(SHAPES) - {"tiny"}))  # tiny's vocabulary is smaller than Gemma's
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tokenizer", type=Path, required=True, help="a folder with Gemma 3's tokenizer.json")
    given = parser.parse_args()
    began = time.perf_counter()
    write_checkpoint(given.size, given.folder, given.tokenizer)
    written = sum(file.stat().st_size for file in given.folder.iterdir())
    print(f"{given.folder}: {written / 1e9:.1f} GB in {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
