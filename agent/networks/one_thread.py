"""BLAS on one thread while an encoder runs.

Its matrices are small: a second thread wins some milliseconds on a machine with nothing else to do, and where the
cores are busy the threads wait for each other, and the same sum takes many times as long.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import lru_cache

from threadpoolctl import ThreadpoolController


@lru_cache(maxsize=1)
def _blas() -> ThreadpoolController:
    """That of numpy: looked for once, when numpy is there."""
    return ThreadpoolController().select(user_api="blas")


def on_one_thread() -> AbstractContextManager[object]:
    """What is inside runs with BLAS on one thread; afterwards it has as many as before.

    The limit is the process's. Where several threads are inside, threadpoolctl lets one of them set it, and the others
    run with what that one has left.
    """
    held: AbstractContextManager[object] = _blas().limit(limits=1)
    return held
