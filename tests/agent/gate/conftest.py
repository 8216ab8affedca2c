"""The corpus of the gate, which takes a second to read."""

from __future__ import annotations

import pytest

from chartwarden.agent.gate import training
from chartwarden.agent.gate.training import Row


@pytest.fixture(scope="session")
def written() -> list[Row]:
    """The requests that people wrote."""
    return training.corpus()


@pytest.fixture(scope="session")
def drawn() -> list[Row]:
    """The requests drawn from the patterns."""
    return training.patterns()
