"""What a model planner costs and how far it is from perfect, held to its bounds."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

from chartwarden.agent.settings import Limits

BENCH = Path(__file__).resolve().parents[3] / "bench" / "planning.py"


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    sys.path.insert(0, str(BENCH.parent))  # as when it is run: its players lie beside it
    spec = importlib.util.spec_from_file_location("chartwarden_bench_planning", BENCH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_prompts_over_a_record_stay_short_and_calls_few(bench: ModuleType) -> None:
    found = bench.economy(1_000)
    assert found["outcomes"].get("answered", 0) > 40
    assert found["prompt_tokens_max"] <= 8_000
    assert found["calls_median"] <= 3
    assert found["generated_before_answer_max"] < 300


def test_long_questions_over_a_record_keep_to_the_budgets_cite_what_they_say_and_tell_the_cut(
    bench: ModuleType,
) -> None:
    """A stay summed up, what changed, a timeline: each gathered by a survey, read by slices of forty rows."""
    told = bench.asked_over(1_000, bench.Played(), "take", bench.LONG)
    limits = Limits()
    for asked in told:
        assert asked["outcome"] == "answered"
        assert "survey" in [form for form, _, _ in asked["costs"]]
        assert max(prompt for _, prompt, _ in asked["costs"]) <= limits.prompt_tokens
        assert sum(output for _, _, output in asked["costs"]) <= limits.generated_tokens
        assert asked["cited"] > 0
        assert asked["uncited"] == []
        assert any(said.startswith("Not every entry of this period is listed.") for said in asked["notices"])
    timeline = told[-1]
    assert [form for form, _, _ in timeline["costs"]].count("slice") == 6
    assert timeline["rows"] > 240, "more than six slices hold"
    assert any("Not all of them were read." in said for said in timeline["notices"])


@pytest.mark.gemma
@pytest.mark.parametrize("mode", ["take", "fill"])
def test_prompts_over_ten_thousand_resources_counted_by_gemma(bench: ModuleType, mode: str) -> None:
    count = bench.gemma_count()
    if count is None:
        pytest.skip(
            "the tokenizer of Gemma 3 270M is not made yet; first `pytest -m gemma tests/agent/llm/test_real_gemma.py`"
        )
    found = bench.economy(10_000, count=count, mode=mode)
    assert found["prompt_tokens_median"] < 4_000
    assert found["prompt_tokens_max"] <= 8_000
    assert found["calls_median"] <= 3
    assert found["generated_before_answer_max"] < 300


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["fill", "withheld"])
@pytest.mark.parametrize(
    ("questions", "records"), [("ehrqa/dev.jsonl", "synthea-r4"), ("fhirpath-qa/train.jsonl", "mimic-iv-demo-fhir")]
)
def test_a_model_that_makes_no_mistake_reaches_98_percent(
    bench: ModuleType, real_data: Path, questions: str, records: str, mode: str
) -> None:
    """What then falls short is the model's doing: the forms say what the questions ask, and nothing is lost after."""
    lines = (real_data / questions).read_text(encoding="utf-8").splitlines()
    rows = [row for line in lines if (row := json.loads(line)).get("clean", True)]
    found = bench.perfect(real_data / records, rows, mode)
    assert found["played"] >= 0.98
