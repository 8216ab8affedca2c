"""One pass of a Gemma 3 through our own memory: embeddings, masks, layers, logits.

`Forward` runs any number of tokens eagerly. `forward_static.StaticStep` runs one fixed number of tokens at fixed
addresses, which a CUDA graph can record; both give the same logits.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chartwarden.agent.llm.cache import Layout, Slot

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class Block:
    """A picture's place in the prompt: tokens start..end see each other in both directions."""

    start: int
    end: int
    features: Any
    """Tensor (end - start, hidden)."""


class Forward:
    """A loaded Gemma 3 of either class, as a function from tokens to logits."""

    def __init__(self, model: Any) -> None:
        self.model = model
        inner = model.model
        self.multimodal = hasattr(inner, "language_model")
        self.text = inner.language_model if self.multimodal else inner
        self.config = self.text.config
        self.layout = Layout.of(self.config)
        self.image_token = getattr(model.config, "image_token_id", None) if self.multimodal else None
        self.softcap = None if self.multimodal else self.config.final_logit_softcapping
        self.device = self.text.embed_tokens.weight.device
        takes = inspect.signature(self.text.forward).parameters
        self._memory_argument = "cache" if "cache" in takes else "past_key_values"  # renamed in transformers 5.24

    @property
    def vocabulary(self) -> int:
        """Width of the logits."""
        return int(self.config.vocab_size)

    def picture(self, pixels: torch.Tensor) -> torch.Tensor:
        """Soft tokens of one picture: (1, 3, height, width) in [-1, 1] to (tokens, hidden)."""
        features = self.model.model.get_image_features(pixels, return_dict=True).pooler_output
        return features.reshape(-1, features.shape[-1])  # type: ignore[no-any-return]

    def embed(self, tokens: Sequence[int], start: int, blocks: Sequence[Block]) -> torch.Tensor:
        """Embeddings (1, n, hidden) of tokens at start, start + 1, ...; soft tokens where pictures stand."""
        import torch

        ids = torch.tensor([tokens], device=self.device)
        if blocks and self.image_token is not None:
            ids = ids.masked_fill(ids == self.image_token, 0)  # its id may lie outside the embedding table
        embeddings: torch.Tensor = self.text.embed_tokens(ids)
        for block in blocks:
            embeddings[0, block.start - start : block.end - start] = block.features.to(embeddings)
        return embeddings

    def run(self, slot: Slot, tokens: Sequence[int], want: int, blocks: Sequence[Block] = ()) -> torch.Tensor:
        """Put tokens after what the slot holds. Returns the logits (want, vocabulary) of the last `want` of them.

        `blocks` are the pictures that lie wholly within these tokens. The slot's `keys` are the caller's to extend.
        """
        import torch

        start = len(slot)
        embeddings = self.embed(tokens, start, blocks)
        positions = torch.arange(start, start + len(tokens), device=embeddings.device)
        masks = self._masks(start, len(tokens), blocks)
        hidden = self.layers(embeddings, slot.writing(start), masks, positions)
        return self.head(hidden[0, len(tokens) - want :])

    def layers(
        self, embeddings: torch.Tensor, slot: Slot, masks: dict[str, Any], positions: torch.Tensor
    ) -> torch.Tensor:
        """The decoder layers and the last norm: (1, n, hidden) of embeddings (1, n, hidden) at positions (n)."""
        out = self.text(
            inputs_embeds=embeddings,
            attention_mask=masks,
            position_ids=positions[None],
            use_cache=True,
            **{self._memory_argument: slot},
        )
        return out.last_hidden_state  # type: ignore[no-any-return]

    def head(self, hidden: torch.Tensor) -> torch.Tensor:
        """Logits (n, vocabulary), as float32."""
        import torch

        logits: torch.Tensor = self.model.lm_head(hidden)
        if self.softcap is not None:
            logits = torch.tanh(logits / self.softcap) * self.softcap
        return logits.float()

    def _masks(self, start: int, count: int, blocks: Sequence[Block]) -> dict[str, torch.Tensor | None]:
        """Which token may see which, true for yes: (1, 1, count, seen) for each kind of layer, or None for plain
        causal. A sliding layer sees from `start + 1 - window` on (`Slot.update`)."""
        import torch

        window = self.layout.window
        low = max(0, start + 1 - window)
        if count == 1:
            return {"full_attention": None, "sliding_attention": None}
        if start == 0 and not blocks and count <= window:
            return {"full_attention": None, "sliding_attention": None}
        rows = torch.arange(start, start + count, device=self.device)[:, None]
        columns = torch.arange(start + count, device=self.device)[None]
        allowed = columns <= rows
        for block in blocks:
            inside = slice(block.start - start, block.end - start)
            allowed[inside, block.start : block.end] = True
        near = (rows - columns < window) & allowed
        plain = start == 0 and not blocks
        return {
            "full_attention": None if plain else allowed[None, None],
            "sliding_attention": near[None, None, :, low:],
        }
