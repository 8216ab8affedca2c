"""On a CUDA card: recorded passes give what eager ones give, and attention in pieces what attention in one does."""

import random
from typing import Any

import pytest

from chartwarden.agent.llm import row_products
from chartwarden.agent.llm.cache import SlotPool
from chartwarden.agent.llm.decode import Generation, Prompt, Rules
from chartwarden.agent.llm.engine import Request, user
from chartwarden.agent.llm.forward import Forward
from chartwarden.agent.llm.forward_static import StaticPasses, masked_attention
from chartwarden.agent.llm.split_attention import split_attention

torch = pytest.importorskip("torch", reason="needs torch (the extra medgemma)")
pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA card"),
]
VOCABULARY = 512


@pytest.fixture(scope="module", params=["float32", "bfloat16"])
def model(request: pytest.FixtureRequest) -> Any:
    """A random Gemma 3 of 6 layers with a window of 64, on the card."""
    from transformers import Gemma3ForCausalLM, Gemma3TextConfig

    torch.manual_seed(7)
    config = Gemma3TextConfig(
        vocab_size=VOCABULARY, hidden_size=128, intermediate_size=256, num_hidden_layers=6, num_attention_heads=4,
        num_key_value_heads=2, head_dim=64, query_pre_attn_scalar=64, sliding_window=64, initializer_range=0.3,
        layer_types=["sliding_attention", "sliding_attention", "full_attention"] * 2, tie_word_embeddings=False,
    )  # fmt: skip
    made = Gemma3ForCausalLM(config).eval().to("cuda", getattr(torch, request.param))
    made.generation_config.eos_token_id = None
    return made


class Loop:
    """The decode loop over one model, recorded, with its memory kept between runs."""

    def __init__(self, model: Any, draft: int) -> None:
        self.forward = Forward(model)
        self.pool = SlotPool(self.forward.layout, 1_024, 2)
        self.rules = Rules(chunk=100, draft=draft, loop_guard=False)
        self.passes = StaticPasses(self.forward, width=draft + 1, record=True)

    def run(self, tokens: list[int], conversation: str) -> Generation:
        slot, _ = self.pool.acquire(conversation, tokens)
        request = Request((user("x"),), max_tokens=24)
        prompt = Prompt(tokens, list(tokens))
        generation = Generation(self.passes, slot, prompt, request, ends=frozenset(), rules=self.rules)
        with torch.inference_mode():
            list(generation.tokens())
        return generation


def conversation(seed: int) -> list[list[int]]:
    """Prompts that grow past the window, go back before it, and repeat themselves."""
    chance = random.Random(seed)
    tokens = [chance.randrange(VOCABULARY) for _ in range(40)]
    prompts = []
    for turn in range(6):
        prompts.append(list(tokens))
        new = [chance.randrange(VOCABULARY) for _ in range(60)]
        tokens = tokens[: chance.randrange(1, len(tokens))] + new if turn == 3 else tokens + new + tokens[-20:]
    return prompts


def logits(loop: Loop, tokens: list[int]) -> tuple[Any, Any]:
    """What a recorded and an eager pass make of the last token."""
    slot, _ = loop.pool.acquire("a", tokens)
    with torch.inference_mode():
        loop.forward.run(slot, tokens[:-1], 1)
        slot.keys.extend(tokens[:-1])
        recorded = loop.passes.run(slot, tokens[-1:], 1).clone()
        return recorded, loop.forward.run(slot, tokens[-1:], 1)


@pytest.mark.parametrize("draft", [0, 8])
def test_recorded_passes_equal_generate(model: Any, draft: int) -> None:
    if model.dtype != torch.float32:
        pytest.skip("equal to the last bit in float32 only: rounding in bfloat16 depends on which kernels are fused")
    loop = Loop(model, draft)
    for seed in range(2):
        for tokens in conversation(seed):
            ids = torch.tensor([tokens], device="cuda")
            whole = model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=24, do_sample=False)
            assert loop.run(tokens, str(seed)).out == whole[0, len(tokens) :].tolist()
    assert {width for slot in loop.pool.slots for width in slot.steps} == {1, draft + 1}
    assert all(step._recording is not None for slot in loop.pool.slots for step in slot.steps.values())


def test_recorded_logits_are_those_of_an_eager_pass(model: Any) -> None:
    loop = Loop(model, 0)
    recorded, eager = logits(loop, conversation(3)[4])
    close = 1e-4 if model.dtype == torch.float32 else 0.05
    assert (recorded - eager).abs().max() <= close * eager.abs().max()


@pytest.mark.parametrize(("heads", "groups", "dim"), [(32, 16, 128), (8, 4, 256), (4, 1, 256), (4, 2, 64)])
@pytest.mark.parametrize("count", [1, 9])
@pytest.mark.parametrize("window", [0, 1_024])
def test_attention_in_pieces_equals_attention_in_one(
    heads: int, groups: int, dim: int, count: int, window: int
) -> None:
    torch.manual_seed(0)
    for dtype, close in ((torch.float32, 1e-4), (torch.bfloat16, 2e-2)):
        query = torch.randn(count, heads, dim, device="cuda", dtype=dtype)
        keys, values = torch.randn(2, groups, 4_096, dim, device="cuda", dtype=dtype)
        for begin in (0, 5, 1_023, 1_024, 4_096 - count):
            start = torch.tensor(begin, device="cuda")
            ours = split_attention(query, keys, values, start, window=window, scaling=dim**-0.5)
            exact = (part.float() for part in (query, keys, values))
            plain = masked_attention(*exact, start, window=window, scaling=dim**-0.5)
            assert (ours.float() - plain).abs().max() < close


@pytest.mark.parametrize("kind", [torch.int8, torch.float8_e4m3fn])
@pytest.mark.parametrize("count", [1, 9])
@pytest.mark.parametrize("shape", [(64, 96), (16_400, 2_304)])
def test_vectors_times_quantised_rows(kind: Any, count: int, shape: tuple[int, int]) -> None:
    row_products.register()
    torch.manual_seed(0)
    vectors = torch.randn(count, shape[1], device="cuda", dtype=torch.bfloat16)
    rows = (torch.randn(shape, device="cuda") * 30).clamp(-120, 120).to(kind)
    scale = torch.rand(shape[0], 1, device="cuda", dtype=torch.bfloat16) + 0.5
    exact = vectors.double() @ (rows.double() * scale.double()).T
    ours = torch.ops.chartwarden.row_product(vectors, rows, scale).double()
    assert (ours - exact).abs().max() < 0.01 * exact.abs().max()


@pytest.mark.parametrize("kind", ["int8", "fp8"])
def test_a_quantised_model_recorded_gives_the_logits_of_an_eager_pass(kind: str) -> None:
    quantization = pytest.importorskip("torchao.quantization", reason="needs torchao (the extra quantization)")
    from transformers import Gemma3ForCausalLM, Gemma3TextConfig

    torch.manual_seed(7)
    config = Gemma3TextConfig(
        vocab_size=VOCABULARY, hidden_size=128, intermediate_size=256, num_hidden_layers=6, num_attention_heads=4,
        num_key_value_heads=2, head_dim=64, query_pre_attn_scalar=64, sliding_window=64,
    )  # fmt: skip
    made = Gemma3ForCausalLM(config).eval().to("cuda", torch.bfloat16)
    configs = {"int8": quantization.Int8WeightOnlyConfig, "fp8": quantization.Float8WeightOnlyConfig}
    quantization.quantize_(made.model.layers, configs[kind](set_inductor_config=False))
    loop = Loop(made, 0)
    recorded, eager = logits(loop, conversation(3)[2])
    assert all(step._matrices[0].looking[1] is not None for step in loop.pool.slots[0].steps.values())
    assert (recorded - eager).abs().max() <= 0.05 * eager.abs().max()
