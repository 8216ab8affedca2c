"""BLAS runs on one thread while an encoder does, and as before afterwards."""

from __future__ import annotations

import numpy  # noqa: F401 - brings the BLAS that is held
import pytest
from threadpoolctl import ThreadpoolController

from chartwarden.agent.networks import one_thread
from chartwarden.agent.networks.one_thread import on_one_thread


def threads() -> list[int]:
    return [one["num_threads"] for one in ThreadpoolController().select(user_api="blas").info()]


@pytest.fixture(autouse=True)
def several():  # type: ignore[no-untyped-def]
    """Tests run on one thread by default; here it is two, so that a limit can be seen."""
    if not threads():
        pytest.skip("numpy came without a BLAS that threadpoolctl knows, so there is nothing to hold")
    one_thread._blas.cache_clear()  # since it was looked for, another test may have brought the BLAS of scipy
    with ThreadpoolController().select(user_api="blas").limit(limits=2):
        yield


def test_inside_there_is_one_thread_and_afterwards_as_many_as_before() -> None:
    assert set(threads()) == {2}
    with on_one_thread():
        assert set(threads()) == {1}
    assert set(threads()) == {2}
