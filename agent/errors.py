"""Errors of the agent; the root of the tree and the tools' errors are in `chartwarden.tools.errors`.

ChartwardenError
├── GateError           the gate itself failed: treated as a refusal, and logged
├── AuditError          the log cannot be written or does not verify: nothing is released, exit code 3
├── ModelLoadError      weights, libraries or memory are missing
└── ModelOutputError    the model's output is invalid after its repair
"""

from typing import ClassVar

from chartwarden.tools.errors import ChartwardenError


class GateError(ChartwardenError):
    """The gate failed; the question is refused."""


class AuditError(ChartwardenError):
    """The audit log cannot be written, or does not verify. Nothing is released."""

    exit_code: ClassVar[int] = 3


class ModelLoadError(ChartwardenError):
    """A model cannot be loaded here; the message says what is missing and how to get it."""

    exit_code: ClassVar[int] = 2


class ModelOutputError(ChartwardenError):
    """A model's output cannot be used. `cause` says why: `invalid`, `empty`, `repetitive`, `cut_off`, `limit` (no time
    or tokens left), or what became of an endpoint."""

    def __init__(self, message: str, *, cause: str = "invalid") -> None:
        super().__init__(message)
        self.cause = cause
