"""Gemma 3 in the shapes of the real checkpoints, with random weights made on the device itself."""

from __future__ import annotations

from typing import Any

VISION = {
    "hidden_size": 1152, "intermediate_size": 4304, "num_hidden_layers": 27, "num_attention_heads": 16,
    "image_size": 896, "patch_size": 14,
}  # fmt: skip
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
