"""The two records of these tests, a source in memory, and the test servers."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


def _module(name: str) -> ModuleType:
    """A helper module beside this file; test folders are no packages."""
    full = f"door_{name}"
    if full not in sys.modules:
        spec = importlib.util.spec_from_file_location(full, Path(__file__).with_name(f"{name}.py"))
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[full] = module
        spec.loader.exec_module(module)
    return sys.modules[full]


records = _module("records")
peers = _module("peers")
hostile = _module("hostile")
_module("scenarios")
_module("sockets")


@pytest.fixture
def source():
    """Both patients' records in memory."""
    return records.Memory(*records.everything())


@pytest.fixture
def told():
    """What the lock reported as withheld."""
    return records.Told()
