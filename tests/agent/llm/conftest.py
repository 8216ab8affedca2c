"""Tiny random Gemma 3 models of both classes, with a tokenizer built like Gemma's."""

import io
import json
import random
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

SPECIAL = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>"]
TURNS = ["<start_of_turn>", "<end_of_turn>"]
IMAGES = {"boi_token": "<start_of_image>", "eoi_token": "<end_of_image>", "image_token": "<image_soft_token>"}
WORDS = "the patient has a result and the result was recorded on the day of the encounter. " * 3
WINDOW = 16


@pytest.fixture(scope="session")
def tokenizer() -> Any:
    """Byte-fallback BPE with Gemma's normaliser, decoder and control tokens; about 470 entries."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers
    from transformers import GemmaTokenizer

    raw = Tokenizer(models.BPE(byte_fallback=True, unk_token="<unk>", fuse_unk=True))
    raw.normalizer = normalizers.Replace(" ", "▁")
    raw.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    trainer = trainers.BpeTrainer(
        vocab_size=500,
        special_tokens=[*SPECIAL, *TURNS, *[f"<0x{byte:02X}>" for byte in range(256)]],
        initial_alphabet=[*(chr(code) for code in range(33, 127)), "▁", "\n"],
        show_progress=False,
    )
    raw.train_from_iterator([WORDS, '{"tool":"search","arguments":{"type":"Observation"}}'], trainer)
    learnt = json.loads(raw.to_str())["model"]
    made = GemmaTokenizer(
        vocab=learnt["vocab"],
        merges=[tuple(merge) for merge in learnt["merges"]],
        extra_special_tokens=IMAGES,
    )
    made.add_tokens(TURNS, special_tokens=True)
    made.add_tokens(["<unused94>", "<unused95>", "\n\n"])
    return made


def text_settings(tokenizer: Any) -> dict[str, Any]:
    return {
        "vocab_size": len(tokenizer) + 16,
        "hidden_size": 32,
        "intermediate_size": 48,
        "num_hidden_layers": 6,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "head_dim": 8,
        "query_pre_attn_scalar": 8,
        "sliding_window": WINDOW,
        "layer_types": ["sliding_attention", "sliding_attention", "full_attention"] * 2,
        "max_position_embeddings": 4_096,
        "initializer_range": 0.3,
        "tie_word_embeddings": False,  # tied random weights only ever repeat their last token
    }


@pytest.fixture(scope="session")
def text_model(tokenizer: Any) -> Any:
    """A random `Gemma3ForCausalLM`: 6 layers, window 16."""
    import torch
    from transformers import Gemma3ForCausalLM, Gemma3TextConfig

    torch.manual_seed(7)
    return Gemma3ForCausalLM(Gemma3TextConfig(**text_settings(tokenizer))).eval()


@pytest.fixture(scope="session")
def image_model(tokenizer: Any) -> Any:
    """A random `Gemma3ForConditionalGeneration`: the same text layers, and pictures of 28 x 28 as 4 soft tokens."""
    import torch
    from transformers import Gemma3Config, Gemma3ForConditionalGeneration

    torch.manual_seed(8)
    vision = {
        "hidden_size": 16,
        "intermediate_size": 24,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "image_size": 28,
        "patch_size": 14,
    }
    config = Gemma3Config(
        text_config=text_settings(tokenizer),
        vision_config=vision,
        mm_tokens_per_image=4,
        boi_token_index=tokenizer.boi_token_id,
        eoi_token_index=tokenizer.eoi_token_id,
        image_token_index=tokenizer.image_token_id,
    )
    model = Gemma3ForConditionalGeneration(config).eval()
    torch.nn.init.normal_(model.model.multi_modal_projector.mm_input_projection_weight)  # zero at birth: all look alike
    return model


@pytest.fixture(scope="session")
def image_processor() -> Any:
    """The processor's image half, for 28 x 28."""
    from chartwarden.agent.llm.loading import image_processor_class

    return image_processor_class()(
        size={"height": 28, "width": 28}, image_mean=[0.5] * 3, image_std=[0.5] * 3, do_pan_and_scan=False
    )


@pytest.fixture(scope="session")
def picture() -> Callable[[int], bytes]:
    """A PNG of noise, another one for each number."""
    from PIL import Image

    def draw(number: int) -> bytes:
        out = io.BytesIO()
        noise = random.Random(number).randbytes(40 * 30 * 3)
        Image.frombytes("RGB", (40, 30), noise).save(out, "PNG")
        return out.getvalue()

    return draw


@pytest.fixture(scope="session")
def tiny(tokenizer: Any, text_model: Any, image_model: Any, image_processor: Any) -> SimpleNamespace:
    """All of the above by name."""
    return SimpleNamespace(tokenizer=tokenizer, text=text_model, image=image_model, image_processor=image_processor)
