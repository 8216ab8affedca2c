"""Errors of the record and image tools, and the root of every error this package raises.

    ChartwardenError
    ├── UsageError              the person can mend it: exit code 2, no traceback
    │   ├── ConfigurationError  settings, folders, permissions, versions
    │   ├── ScopeError          an invalid or forbidden SMART scope
    │   └── SearchError         a search the record source does not understand
    ├── RecordError             the record could not be read
    │   ├── SourceFault         the server or database failed, or answered wrongly
    │   └── LoadError           input that cannot be loaded
    ├── AccessDenied            the session may not see this
    ├── ImageError              a picture that cannot be shown safely
    └── (chartwarden.agent.errors adds the gate, audit and model errors)

Messages name what happened, the offending value and the remedy. They never carry record text: values of a
person's command line are fine, values of a patient's record are not.
"""

from typing import ClassVar


class ChartwardenError(Exception):
    """Root of the tree. `exit_code` is what the command line returns when this error ends a command."""

    exit_code: ClassVar[int] = 1


class UsageError(ChartwardenError):
    """The person can mend it: shown without a traceback."""

    exit_code: ClassVar[int] = 2


class ConfigurationError(UsageError):
    """Settings, folders, permissions or versions are not usable."""


class ScopeError(UsageError):
    """A SMART scope is malformed, unknown, or asks for more than reading."""


class SearchError(UsageError):
    """A search parameter, modifier or value is unknown or unsupported."""


class RecordError(ChartwardenError):
    """The record could not be read."""


class SourceFault(RecordError):
    """The server or database failed or answered wrongly; never to be read as an empty record.

    `code` is a short fixed word (`timeout`, `http_503`, `not_json`, ...), safe to log and to show.
    """

    def __init__(self, message: str, *, code: str = "fault") -> None:
        super().__init__(message)
        self.code = code


class LoadError(RecordError):
    """Input that cannot be loaded at all (single bad resources are reported, not raised)."""


class AccessDenied(ChartwardenError):
    """The session may not see this. The message never names what was withheld."""


class ImageError(ChartwardenError):
    """A picture that cannot be decoded or shown safely. Its message carries nothing the record or the file says."""
