"""Key-value memory that can go back: one linear buffer a layer, so that a rewind is a smaller number.

transformers' sliding layers keep only the last window and cannot be cropped past it. Here every layer keeps everything
(496 KiB a token for the 27B instead of 80, in bf16), which buys three things: a prompt that shares a beginning with an
earlier one pays only for what is new, a rejected draft costs nothing, and decoding runs at fixed addresses.
Sliding layers still read no more than their window.
"""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

COPY_WORTH = 16
"""A prefix in another slot is copied when it is at least this many tokens longer than what the own slot holds."""


@dataclass(frozen=True)
class Layout:
    """Shape of the memory, from the model's text configuration."""

    sliding: tuple[bool, ...]
    """One for each layer."""
    window: int
    heads: int
    head_dim: int

    @classmethod
    def of(cls, config: Any) -> Layout:
        """The layout of a Gemma 3 text configuration."""
        sliding = tuple(kind == "sliding_attention" for kind in config.layer_types)
        return cls(sliding, config.sliding_window, config.num_key_value_heads, config.head_dim)

    def bytes_per_token(self, itemsize: int = 2) -> int:
        """Memory of one token in all layers."""
        return 2 * len(self.sliding) * self.heads * self.head_dim * itemsize


class Slot:
    """The memory of one conversation. `keys[i]` says what token i was: its id, or for a picture which picture."""

    def __init__(self, layout: Layout, capacity: int) -> None:
        self.layout = layout
        self.capacity = capacity
        self.keys: list[Hashable] = []
        self.conversation = ""
        self.used = 0
        self.steps: dict[int, Any] = {}
        """Passes recorded over this memory, by width (`forward_static`); they go when it goes."""
        self._buffers: list[tuple[torch.Tensor, torch.Tensor] | None] = [None] * len(layout.sliding)
        self._start = 0

    def __len__(self) -> int:
        return len(self.keys)

    def common(self, keys: Sequence[Hashable]) -> int:
        """How many tokens from the beginning agree."""
        agree = itertools.takewhile(lambda pair: pair[0] == pair[1], zip(self.keys, keys, strict=False))
        return sum(1 for _ in agree)

    def rewind(self, length: int) -> None:
        """Forget everything from token `length` on."""
        del self.keys[length:]

    def copy_prefix(self, other: Slot, start: int, end: int) -> None:
        """Take tokens start..end from another slot; the tokens before `start` are the same in both."""
        for layer, theirs in enumerate(other._buffers):
            if theirs is None:
                continue
            mine = self._buffer(layer, theirs[0])
            for target, source in zip(mine, theirs, strict=True):
                target[:, :, start:end].copy_(source[:, :, start:end])
        self.keys = [*self.keys[:start], *other.keys[start:end]]

    def allocate(self, like: Sequence[torch.Tensor]) -> None:
        """Set every layer's memory aside now, each of the type and on the device of `like[layer]`."""
        for layer, example in enumerate(like):
            self._buffer(layer, example)

    def _buffer(self, layer: int, example: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        found = self._buffers[layer]
        if found is None:
            shape = (1, self.layout.heads, self.capacity, self.layout.head_dim)
            found = (example.new_zeros(shape), example.new_zeros(shape))
            self._buffers[layer] = found
        return found

    def memory(self, layer: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Keys and values of a layer, (1, heads, capacity, head_dim); there once a token has been put in."""
        found = self._buffers[layer]
        if found is None:
            raise ValueError(f"layer {layer} has no memory yet: a static pass follows a prompt")
        return found

    def writing(self, start: int) -> Slot:
        """Say where the next `update` calls write; returns itself, to be handed to the model as its cache."""
        self._start = start
        return self

    def update(
        self, keys: torch.Tensor, values: torch.Tensor, layer: int, *args: object, **kwargs: object
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """What the model's attention calls: store the new keys and values (1, heads, n, head_dim) and return all that
        this layer may look at."""
        own_keys, own_values = self._buffer(layer, keys)
        start = self._start
        end = start + keys.shape[2]
        low = max(0, start + 1 - self.layout.window) if self.layout.sliding[layer] else 0
        own_keys[:, :, start:end] = keys
        own_values[:, :, start:end] = values
        return own_keys[:, :, low:end], own_values[:, :, low:end]

    def get_seq_length(self, layer_idx: int = 0) -> int:
        """Tokens held, in the words of transformers' caches."""
        return len(self.keys)


@dataclass
class SlotPool:
    """A few slots, handed out by conversation, the longest unused one given away first."""

    layout: Layout
    capacity: int
    limit: int
    slots: list[Slot] = field(default_factory=list)
    _clock: int = 0

    def acquire(self, conversation: str, keys: Sequence[Hashable]) -> tuple[Slot, int]:
        """A slot for this prompt, and how many of its tokens are in memory already.

        The last prompt token is always computed anew, because its logits are needed. What another conversation
        computed is copied where that is worth it.
        """
        self._clock += 1
        held = {id(slot): slot.common(keys) for slot in self.slots}
        best = max(self.slots, key=lambda slot: held[id(slot)], default=None)
        slot = next((s for s in self.slots if conversation and s.conversation == conversation), None)
        if slot is None:
            slot = self._take(best if best is not None and held[id(best)] >= COPY_WORTH else None)
        own = held.get(id(slot), 0)
        if best is not None and best is not slot and held[id(best)] >= own + COPY_WORTH:
            slot.copy_prefix(best, own, held[id(best)])
            own = held[id(best)]
        reused = min(own, len(keys) - 1)
        slot.rewind(reused)
        slot.conversation, slot.used = conversation, self._clock
        return slot, reused

    def clear(self) -> None:
        """Let go of all memory at once: a pass recorded over a slot refers back to it, so that the memory would stay
        until the garbage collector came by, which does not know how much of a card it holds."""
        for slot in self.slots:
            slot.steps.clear()
        self.slots.clear()

    def _take(self, spare: Slot | None) -> Slot:
        """A new slot, or the longest unused one; `spare` only where it is the only one."""
        if spare is not None and not spare.conversation:
            return spare
        if len(self.slots) < self.limit:
            self.slots.append(Slot(self.layout, self.capacity))
            return self.slots[-1]
        others = [slot for slot in self.slots if slot is not spare] or self.slots
        return min(others, key=lambda slot: slot.used)
