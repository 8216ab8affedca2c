"""What the audit commands share: where the log of the settings is, and JSON on standard output."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chartwarden.agent.settings import Settings

if TYPE_CHECKING:
    from chartwarden.agent.audit.log import AuditLog
    from chartwarden.agent.audit.storage import Storage


def key_dir(settings: Settings) -> Path:
    """The folder of the log's keys."""
    return settings.data_dir / "keys"


@contextmanager
def opened_for_reading(settings: Settings) -> Iterator[Storage]:
    """The log's database, which is not changed."""
    from chartwarden.agent.audit.storage import Storage

    storage = Storage.open(settings.audit_url, read_only=True)
    try:
        yield storage
    finally:
        storage.close()


def opened_for_writing(settings: Settings) -> AuditLog:
    """The log, to append to; a context manager."""
    from chartwarden.agent.audit.log import open_log

    return open_log(settings)


def print_json(value: Any) -> None:
    """One value on a line."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
