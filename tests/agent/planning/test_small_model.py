"""Fifty questions planned by the real Gemma 3 270M: nothing is claimed of the answers, everything of the steps."""

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

pytestmark = pytest.mark.gemma
BENCH = Path(__file__).resolve().parents[3] / "bench" / "small_model.py"
GEMMA = Path.home() / ".cache" / "chartwarden-tests" / "gemma3-270m"
PIECE = 5
QUESTIONS = 53
"""Three of them are turned away by the gate, before any model."""


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("chartwarden_bench_small_model", BENCH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def engine(bench: ModuleType) -> Iterator[Any]:
    if not (GEMMA / "model.safetensors").is_file():
        pytest.skip("Gemma 3 270M is not converted yet; first `pytest -m gemma tests/agent/llm/test_real_gemma.py`")
    made = bench.engine_for(str(GEMMA), "")
    yield made
    made.close()


@pytest.mark.parametrize("first", range(0, QUESTIONS, PIECE))
def test_every_step_is_valid_every_limit_kept_and_every_question_logged(
    bench: ModuleType, engine: Any, first: int
) -> None:
    told: list[dict[str, Any]] = []
    asked = bench.questions(QUESTIONS)[first : first + PIECE]
    bench.asked(engine, asked, told.append)
    assert len(told) == len(asked) > 0
    assert {one["id"]: wrong for one in told if (wrong := bench.faults(one))} == {}
