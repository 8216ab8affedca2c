"""Our decode loop gives, token for token, what `model.generate` gives."""

import gc
import random
import weakref
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from chartwarden.agent.llm.cache import SlotPool
from chartwarden.agent.llm.decode import Generation, Prompt, Rules
from chartwarden.agent.llm.engine import Cancel, Image, Request, user
from chartwarden.agent.llm.forward import Forward
from chartwarden.agent.llm.forward_static import (
    PLAIN,
    Matrices,
    StaticPasses,
    StaticStep,
    after_attention,
    before_attention,
    side_by_side,
)
from chartwarden.agent.llm.grammar import Grammars
from chartwarden.agent.llm.tokenizing import Tokenizing

ENDS = frozenset({1})
SCHEMA = {
    "type": "object",
    "properties": {
        "tool": {"enum": ["search", "result", "record"]},
        "words": {"type": "array", "items": {"type": "string", "maxLength": 12}, "maxItems": 3},
        "count": {"type": "integer", "minimum": 0, "maximum": 999},
    },
    "required": ["tool", "words", "count"],
    "additionalProperties": False,
}


class Ours:
    """The loop over one model, with its memory kept between runs."""

    def __init__(self, model: Any, *, rules: Rules, static: bool = False, slots: int = 2) -> None:
        self.forward = Forward(model)
        self.pool = SlotPool(self.forward.layout, 512, slots)
        self.rules = rules
        self.passes = StaticPasses(self.forward, width=rules.draft + 1, record=False) if static else self.forward

    def run(self, prompt: Prompt, conversation: str = "a", grammar: Any = None, **options: Any) -> Generation:
        import torch

        slot, _ = self.pool.acquire(conversation, prompt.keys)
        request = Request((user("x"),), **{"max_tokens": 24, **options})
        generation = Generation(self.passes, slot, prompt, request, ends=ENDS, grammar=grammar, rules=self.rules)
        with torch.inference_mode():
            assert list(generation.tokens()) == generation.out
        return generation


def theirs(model: Any, prompt: Prompt, count: int = 24, processors: Any = None, **images: Any) -> list[int]:
    """What transformers generates, without what ends it."""
    import torch

    kept = model.model.language_model if hasattr(model.model, "language_model") else model.model
    before, kept.config._attn_implementation = kept.config._attn_implementation, "sdpa"
    ids = torch.tensor([prompt.tokens])
    out = model.generate(
        ids,
        attention_mask=torch.ones_like(ids),
        max_new_tokens=count,
        do_sample=False,
        eos_token_id=sorted(ENDS),
        pad_token_id=0,
        logits_processor=processors,
        **images,
    )
    kept.config._attn_implementation = before
    made = out[0, len(prompt.tokens) :].tolist()
    return made[: made.index(1)] if 1 in made else made


def plain(tokens: list[int]) -> Prompt:
    return Prompt(tokens, list(tokens))


def conversation(seed: int, vocabulary: int, turns: int = 4) -> list[list[int]]:
    """Prompts that grow, go back past the window, repeat themselves, and branch."""
    chance = random.Random(seed)
    tokens = [2, *(chance.randrange(12, vocabulary) for _ in range(chance.randrange(3, 60)))]
    prompts = []
    for _ in range(turns):
        prompts.append(list(tokens))
        match chance.randrange(3):
            case 0:
                tokens = tokens + [chance.randrange(12, vocabulary) for _ in range(chance.randrange(1, 40))]
            case 1:
                tokens = [*tokens[: chance.randrange(1, len(tokens))], chance.randrange(12, vocabulary)]
            case _:
                tokens = tokens + tokens[-20:]
    return prompts


@pytest.fixture(scope="module")
def generated(text_model: Any) -> Callable[[tuple[int, ...]], list[int]]:
    """What transformers generates after these tokens: worked out once, for all our ways to come to the same."""
    return cache(lambda tokens: theirs(text_model, plain(list(tokens))))


@pytest.mark.parametrize("static", [False, True], ids=["eager", "static"])
@pytest.mark.parametrize("draft", [0, 6], ids=["plain", "drafted"])
def test_growing_and_rewound_conversations_equal_generate(
    text_model: Any, generated: Callable[[tuple[int, ...]], list[int]], draft: int, static: bool
) -> None:
    ours = Ours(text_model, rules=Rules(chunk=13, draft=draft, loop_guard=False), static=static)
    reused = accepted = 0
    for seed in range(2):
        for tokens in conversation(seed, 400):
            generation = ours.run(plain(tokens), conversation=str(seed))
            assert generation.out == generated(tuple(tokens))
            reused += generation.usage.cached
            accepted += generation.usage.accepted
    assert reused > 100
    assert (accepted > 0) == (draft > 0)


@pytest.mark.slow
def test_the_static_pass_is_one_graph_for_every_position_and_after_rewinds(text_model: Any) -> None:
    """What a CUDA graph needs: no recompilation, no number that changes from token to token."""
    import torch
    from torch._dynamo.testing import CompileCounter

    forward = Forward(text_model)
    slot = SlotPool(forward.layout, 256, 1).acquire("a", [2])[0]
    step = StaticStep(forward, [Matrices.of(x) for x in forward.text.layers], slot, 1, record=False)
    counter = CompileCounter()
    compiled = torch.compile(step._pass, backend=counter, fullgraph=True, dynamic=False)
    tokens = list(range(40, 80))
    with torch.inference_mode():
        slot.allocate([torch.zeros(1)] * len(forward.layout.sliding))
        eager = [step.run([token], place).clone() for place, token in enumerate(tokens)]
        step._pass = compiled  # type: ignore[method-assign]
        for place in (*range(40), *range(7, 40)):  # past the window of 16, then back before it
            assert torch.equal(step.run([tokens[place]], place), eager[place])
    assert counter.frame_count == 1


def test_the_parts_of_a_layer_are_compiled_once_for_all_layers(text_model: Any) -> None:
    import torch
    from torch._dynamo.testing import CompileCounter

    forward = Forward(text_model)
    slot = SlotPool(forward.layout, 64, 1).acquire("a", [2])[0]
    step = StaticStep(forward, [Matrices.of(x) for x in forward.text.layers], slot, 1, record=False)
    counter = CompileCounter()
    before, after = (
        torch.compile(part, backend=counter, fullgraph=True, dynamic=False)
        for part in (before_attention, after_attention)
    )
    with torch.inference_mode():
        forward.run(slot, [2, 50, 51], 1)
        slot.keys.extend([2, 50, 51])
        plain_logits = step.run([60], 3).clone()
        step._start.fill_(3)
        assert torch.equal(step._pass(replace(PLAIN, before=before, after=after)), plain_logits)
    assert counter.frame_count == 2


def test_recording_a_pass_leaves_the_prompt_in_memory_alone(text_model: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    monkeypatch.setattr("chartwarden.agent.llm.forward_static._record", lambda run: run(PLAIN))
    forward = Forward(text_model)
    slot = SlotPool(forward.layout, 64, 1).acquire("a", [2])[0]
    with torch.inference_mode():
        forward.run(slot, [2, 50, 51], 1)
        slot.keys.extend([2, 50, 51])
        before = [memory[:, :, :3].clone() for index in range(6) for memory in slot.memory(index)]
        StaticStep(forward, [Matrices.of(x) for x in forward.text.layers], slot, 2, record=True)
        after = [memory[:, :, :3] for index in range(6) for memory in slot.memory(index)]
    assert all(torch.equal(one, other) for one, other in zip(before, after, strict=True))


def test_weights_lie_side_by_side_once_and_modules_look_at_them_there(text_model: Any) -> None:
    import torch

    linears = [torch.nn.Linear(8, rows, bias=False) for rows in (4, 2, 2)]
    before = torch.cat([linear.weight.detach().clone() for linear in linears])
    joined = side_by_side(linears)
    assert joined is not None
    assert torch.equal(joined[0], before)
    joined[0][5] = 7
    assert torch.equal(linears[1].weight[1].detach(), torch.full((8,), 7.0))
    again = side_by_side(linears)
    assert again is not None
    assert again[0].data_ptr() == joined[0].data_ptr()
    linears[0].weight.data, linears[1].weight.data = joined[0][4:8].clone().split([2, 2])[::-1]  # of one storage
    rows = torch.cat([linear.weight.detach() for linear in linears[:2]])
    turned = side_by_side(linears[:2])
    assert turned is not None
    assert torch.equal(turned[0], rows)
    assert side_by_side([torch.nn.Linear(8, 4)]) is None  # a bias has no place in it


def test_a_part_of_a_prompt_whose_logits_nobody_wants_has_none(text_model: Any) -> None:
    import torch

    forward = Forward(text_model)
    slot = SlotPool(forward.layout, 64, 1).acquire("a", [2])[0]
    with torch.inference_mode():
        assert forward.run(slot, [2, 40, 90], 0).shape == (0, forward.vocabulary)
        slot.keys.extend([2, 40, 90])
        assert forward.run(slot, [7, 11], 1).shape == (1, forward.vocabulary)


def test_a_cleared_pool_lets_go_of_memory_that_passes_were_recorded_over(text_model: Any) -> None:
    import torch

    forward = Forward(text_model)
    pool = SlotPool(forward.layout, 64, 1)
    slot = pool.acquire("a", [2])[0]
    with torch.inference_mode():
        forward.run(slot, [2, 40], 1)
        slot.keys.extend([2, 40])
        StaticPasses(forward, width=1, record=False).run(slot, [7], 1)
    assert slot.steps
    held = weakref.ref(slot)
    del slot
    gc.disable()
    try:
        pool.clear()
        assert held() is None
    finally:
        gc.enable()


def test_generated_text_is_reused_when_it_comes_back_in_the_prompt(text_model: Any) -> None:
    ours = Ours(text_model, rules=Rules(loop_guard=False))
    first = ours.run(plain([2, *range(40, 90)]))
    again = plain([2, *range(40, 90), *first.out, 77, 78])
    second = ours.run(again)
    assert second.usage.cached >= 51 + len(first.out) - 1
    assert second.out == theirs(text_model, again)


def test_two_conversations_share_a_prefix_and_do_not_disturb_each_other(text_model: Any) -> None:
    ours = Ours(text_model, rules=Rules(loop_guard=False))
    shared = [2, *range(30, 100)]
    for name, tail in [("a", [5, 6]), ("b", [7, 8]), ("a", [5, 9]), ("b", [7, 8, 9]), ("c", [11])]:
        prompt = plain(shared + tail)
        generation = ours.run(prompt, conversation=name)
        assert generation.out == theirs(text_model, prompt)
        if name != "a":
            assert generation.usage.cached >= len(shared)


class _Masked:
    """A transformers logits processor with the same grammar, consulted one token at a time."""

    def __init__(self, grammar: Any, prompt: int, forced: bool) -> None:
        self.grammar, self.prompt, self.forced = grammar, prompt, forced

    def __call__(self, ids: Any, scores: Any) -> Any:
        import torch

        if ids.shape[1] > self.prompt:
            token = int(ids[0, -1])
            if token not in ENDS:
                self.grammar.consume(token)
        if self.grammar.finished:
            allowed = np.zeros(scores.shape[-1], dtype=bool)
            allowed[1] = True
        else:
            allowed = self.grammar.survey([], forced=self.forced)[1][0]
        return scores.masked_fill(~torch.from_numpy(allowed)[None], float("-inf"))


@pytest.fixture(scope="module")
def grammars(text_model: Any, tokenizer: Any) -> Grammars:
    return Grammars(tokenizer, text_model.config.vocab_size, sorted(ENDS))


@pytest.fixture(scope="module")
def masked(text_model: Any, grammars: Grammars) -> Callable[[tuple[int, ...], bool], list[int]]:
    """What transformers generates after these tokens under the masks of the schema, worked out once."""

    def made(tokens: tuple[int, ...], forced: bool) -> list[int]:
        masks = [_Masked(grammars.compile(SCHEMA), len(tokens), forced)]
        return theirs(text_model, plain(list(tokens)), 80, processors=masks)

    return cache(made)


@pytest.mark.parametrize(
    ("draft", "forced", "static"),
    [(0, False, False), (6, False, False), (0, True, False), (6, True, False), (6, True, True)],
    ids=["plain", "drafted", "forced", "drafted and forced", "drafted, forced and static"],
)
def test_output_under_a_grammar_equals_generate_under_the_same_masks(
    text_model: Any,
    tokenizer: Any,
    grammars: Grammars,
    masked: Callable[[tuple[int, ...], bool], list[int]],
    draft: int,
    forced: bool,
    static: bool,
) -> None:
    ours = Ours(text_model, rules=Rules(draft=draft, forced=forced, loop_guard=False), static=static)
    example = tokenizer('{"tool":"record","words":["day","the result"],"count":12}', add_special_tokens=False).input_ids
    for seed in range(3):
        for tokens in conversation(seed, 400, turns=1):
            prompt = plain(tokens + example)
            generation = ours.run(prompt, grammar=grammars.compile(SCHEMA), max_tokens=80)
            assert generation.out == masked(tuple(prompt.tokens), forced)
            assert generation.finish == "stop"


def test_pictures_equal_generate(image_model: Any, tokenizer: Any, image_processor: Any, picture: Any) -> None:
    ours = Ours(image_model, rules=Rules(chunk=9, loop_guard=False))
    tokenizing = Tokenizing(tokenizer, image_processor, ours.forward)
    one, two = Image(picture(1)), Image(picture(2))
    cached = []
    for parts in [("the day", one, "result"), ("the day", one, "result", two, "and?"), ("the day", two, "result")]:
        import torch

        with torch.inference_mode():
            prompt = tokenizing.prompt((user(*parts),))
        pixels = torch.cat([tokenizing._pixels(part) for part in parts if isinstance(part, Image)])
        kinds = torch.tensor([[int(token == tokenizer.image_token_id) for token in prompt.tokens]])
        expected = theirs(image_model, prompt, pixel_values=pixels, token_type_ids=kinds)
        generation = ours.run(prompt)
        assert generation.out == expected
        cached.append(generation.usage.cached)
    assert cached[1] > 10  # the first picture is not computed again
    assert cached[2] < cached[1]  # another picture in its place is


def test_a_sampled_output_does_not_depend_on_drafts_and_follows_its_seed(text_model: Any) -> None:
    prompt = plain([2, *([31, 32, 33, 34] * 8)])
    outs = {
        draft: Ours(text_model, rules=Rules(draft=draft)).run(prompt, temperature=0.7, top_p=0.9, seed=5).out
        for draft in (0, 6)
    }
    assert outs[0] == outs[6]
    assert Ours(text_model, rules=Rules()).run(prompt, temperature=0.7, top_p=0.9, seed=6).out != outs[0]


def test_a_loop_is_stopped(text_model: Any) -> None:
    class Stuck(Forward):
        def head(self, hidden: Any) -> Any:
            logits = super().head(hidden).zero_()
            logits[:, 50] = 1
            return logits

    ours = Ours(text_model, rules=Rules())
    ours.passes = Stuck(text_model)
    generation = ours.run(plain([2, 40]), max_tokens=400)
    assert generation.finish == "loop"
    assert len(generation.out) < 80


def test_cancelling_ends_before_the_next_token_and_leaves_the_memory_usable(text_model: Any) -> None:
    import torch

    ours = Ours(text_model, rules=Rules(loop_guard=False))
    prompt = plain([2, *range(40, 60)])
    slot, _ = ours.pool.acquire("a", prompt.keys)
    cancel = Cancel()
    generation = Generation(ours.passes, slot, prompt, Request((user("x"),)), ends=ENDS, cancel=cancel)
    with torch.inference_mode():
        for count, _ in enumerate(generation.tokens(), 1):
            if count == 5:
                cancel.set()
    assert generation.finish == "cancelled"
    assert len(generation.out) == 6
    assert ours.run(prompt).out == theirs(text_model, prompt)
