"""Who may import whom, and what importing costs: the rules of docs/architecture.md, held over the syntax trees."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("agent", "tools", "prompts", "fhir_fixtures")
MODULES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
HEAVY = {"torch", "transformers"}
HEAVY_ALLOWED_INSIDE = {
    "agent/llm", "tools/images", "agent/networks/fine_tuning.py", "agent/gate/fine_tuning.py",
    "agent/planning/asides/training.py",
}  # fmt: skip
LAYERS = (
    (
        "agent.errors",
        "agent.answer",
        "agent.session",
        "agent.settings",
        "agent.clock",
        "agent.private_files",
        "agent.identifiers",
        "agent.patterns",
    ),
    ("agent.networks",),
    (
        "agent.gate",
        "agent.grounding",
        "agent.audit",
        "agent.llm",
        "agent.planning",
        "agent.fhir_connection",
        "agent.image_services",
    ),
    ("agent.run", "agent.state", "agent.nodes"),
    ("agent.graph",),
    ("agent.assistant",),
)
"""From the bottom up; a module imports its own layer and the ones below."""
ROOMS = {
    "prompts": {"prompts"},
    "fhir_fixtures": {"fhir_fixtures"},
    "tools": {"tools", "prompts"},
    "agent": {"agent", "tools", "prompts", "fhir_fixtures"},
}
"""What each room may import of ours."""
READING_ROOMS = ("times", "wording", "names", "reading")
"""Of `agent/planning`, from the bottom up: how a question is read."""


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def imports(path: Path, *, top_only: bool) -> frozenset[str]:
    """What a module imports: several rules ask each module, and walking its tree takes longer than the rule."""
    return frozenset(imported(statements(tree_of(path), top_only=top_only)))


def imported(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def statements(tree: ast.AST, *, top_only: bool) -> Iterator[ast.AST]:
    """All of a module, or those that run at import; annotations under TYPE_CHECKING do not. No expression imports."""
    for node in ast.iter_child_nodes(tree):
        if not isinstance(node, ast.stmt | ast.excepthandler | ast.match_case):
            continue
        if top_only and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if top_only and isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        yield node
        yield from statements(node, top_only=top_only)


def ours(path: Path, *, top_only: bool = False) -> set[str]:
    return {
        name.removeprefix("chartwarden.")
        for name in imports(path, top_only=top_only)
        if name.startswith("chartwarden.")
    }


def third_party(path: Path, *, top_only: bool) -> set[str]:
    return {name.split(".")[0] for name in imports(path, top_only=top_only)}


def breakers(against: Callable[[Path], set[str]], paths: Iterable[Path] = MODULES) -> dict[str, set[str]]:
    """The modules that import against a rule, each with what it imports so."""
    return {name_of(path): found for path in paths if (found := against(path))}


def test_a_module_imports_only_what_its_room_may() -> None:
    def from_other_rooms(path: Path) -> set[str]:
        return {name for name in ours(path) if name.split(".")[0] not in ROOMS[path.relative_to(ROOT).parts[0]]}

    def for_agents_alone(path: Path) -> set[str]:
        return third_party(path, top_only=False) & {"langgraph", "rich", "typer"}

    assert breakers(from_other_rooms) == {}
    assert breakers(for_agents_alone, [path for path in MODULES if (ROOT / "tools") in path.parents]) == {}


def layer_of(module: str) -> int:
    for number, names in enumerate(LAYERS):
        if any(module == name or module.startswith(f"{name}.") or module.startswith(f"{name}_") for name in names):
            return number
    return len(LAYERS)


def test_imports_in_the_agent_point_downwards() -> None:
    def from_above(path: Path) -> set[str]:
        mine = layer_of(name_of(path))
        return {name for name in ours(path) if name.startswith("agent.") and layer_of(name) > mine}

    assert breakers(from_above, [path for path in MODULES if (ROOT / "agent") in path.parents]) == {}


@pytest.mark.parametrize("room", READING_ROOMS)
def test_a_question_is_read_by_rooms_that_know_only_the_ones_before_them(room: str) -> None:
    known = {f"agent.planning.{name}" for name in READING_ROOMS[: READING_ROOMS.index(room) + 1]}
    for path in (ROOT / "agent" / "planning" / room).glob("*.py"):
        others = {name for name in ours(path) if name.startswith("agent.planning.")}
        assert {name for name in others if ".".join(name.split(".")[:3]) not in known} == set(), path.name


def test_model_libraries_are_imported_late_and_in_their_rooms_only() -> None:
    places = [ROOT / place for place in HEAVY_ALLOWED_INSIDE]
    elsewhere = [path for path in MODULES if not any(path == place or place in path.parents for place in places)]
    assert breakers(lambda path: third_party(path, top_only=True) & HEAVY) == {}
    assert breakers(lambda path: third_party(path, top_only=False) & HEAVY, elsewhere) == {}


def test_every_package_folder_reaches_the_wheel() -> None:
    listed = set(tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"])
    found = {f"chartwarden.{name_of(path)}" for path in MODULES if path.name == "__init__.py"}
    assert found == listed


def test_help_loads_no_model_library_and_no_graph() -> None:
    code = (
        "import sys; sys.argv = ['chartwarden', '--help']\n"
        "from chartwarden.agent.cli.main import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print([name for name in ('torch', 'transformers', 'langgraph', 'pydicom', 'mcp') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("[]"), done.stdout[-200:]
