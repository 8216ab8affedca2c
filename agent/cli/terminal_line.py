"""One line from the terminal, where Ctrl-C is never lost."""

from __future__ import annotations

import os
import select
import signal
import sys


def line_of_terminal() -> str:
    """The next line of standard input, a terminal, with its end; empty where the input ended (Ctrl-D).

    `KeyboardInterrupt` also for a Ctrl-C that came after Python last looked for signals and before it began to read:
    `input` and `readline` would leave that one lying until the next line is typed (set_wakeup_fd, in the
    documentation of Python's `signal`).
    """
    woken, waking = os.pipe()
    os.set_blocking(waking, False)
    before = signal.set_wakeup_fd(waking)
    try:
        select.select([sys.stdin, woken], [], [])
    finally:
        signal.set_wakeup_fd(before)
        os.close(woken)
        os.close(waking)
    return sys.stdin.readline()
