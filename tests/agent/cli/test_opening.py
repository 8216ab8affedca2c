"""The assistant of a command: the garbage collector runs on, and passes over what was loaded."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from chartwarden.agent.cli.opening import opened
from chartwarden.agent.settings import Settings
from chartwarden.tools.errors import ConfigurationError


def test_what_is_open_is_not_collected_again_and_what_comes_after_is(tmp_path: Path) -> None:
    frozen = gc.get_freeze_count()
    with opened(Settings(data_dir=tmp_path / "data")) as assistant:
        assert assistant.services.planner.name == "rules"
        assert gc.isenabled()
        assert gc.get_freeze_count() > frozen


def test_the_collector_runs_on_where_nothing_could_be_opened(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(ConfigurationError), opened(Settings(data_dir=tmp_path / "file")):
        pass
    assert gc.isenabled()
