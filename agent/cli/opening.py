"""The assistant of a command, with the garbage collector kept from looking through what stays loaded."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from chartwarden.agent.settings import Settings

if TYPE_CHECKING:
    from langgraph.checkpoint.base import BaseCheckpointSaver

    from chartwarden.agent.assistant import Assistant


@contextmanager
def opened(settings: Settings, *, checkpointer: BaseCheckpointSaver[str] | None = None) -> Iterator[Assistant]:
    """The assistant that the settings describe, as long as the command runs.

    Libraries and everything else that is open now stay: collecting them again and again costs 100 to 300 ms each time,
    three times while they are loaded, and later in the middle of an answer.
    """
    gc.disable()
    try:
        from chartwarden.agent.assistant import Assistant

        with Assistant.open(settings, checkpointer=checkpointer) as assistant:
            gc.freeze()
            gc.enable()
            yield assistant
    finally:
        gc.enable()
