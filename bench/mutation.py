"""How many small damages to the code its tests notice: mutation testing of the rooms that people must be able to trust.

    python bench/mutation.py --sample 40            # every room
    python bench/mutation.py --room lock --sample 200 --survivors

Cosmic Ray makes the mutants (one changed operator, constant, condition, exception, decorator or loop in each) and runs
the tests of the room over each; a sample of them is drawn by a seed. Left out are mutants of type annotations,
which nothing evaluates, and `==` against `is`, which CPython does not tell apart for None and interned values. Mutants
stand in a checkout of the last commit, never in the working tree.
"""

from __future__ import annotations

import argparse
import ast
import datetime as dt
import os
import platform
import random
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]
SEED = 7
TIMEOUT_SECONDS = 60
SAME_IN_CPYTHON = ("Eq_Is", "Is_Eq", "NotEq_IsNot", "IsNot_NotEq")


@dataclass(frozen=True)
class Room:
    """Modules that are damaged, and the tests that should notice: their own and quick ones, the quickest first."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]


ROOMS = {
    # Not `learning.py` and `training.py`: they do not run in the product, and most damages to them only make
    # other weights, which is seen by training again; a test fails when weights and corpus do not belong together.
    "gate": Room(
        (
            *(
                f"agent/gate/{name}.py"
                for name in (
                    "admission",
                    "features",
                    "fixed",
                    "identity",
                    "model",
                    "reading",
                    "releasing",
                    "scoring",
                    "taxonomy",
                    "texts",
                    "weighing",
                )
            ),
            "agent/gate/second_opinion.py",
            *(
                f"agent/networks/{name}.py"
                for name in ("encoder", "letters", "network", "packing", "running", "wordpiece")
            ),
        ),
        (
            "tests/agent/networks",
            *(
                f"tests/agent/gate/test_{name}.py"
                for name in (
                    "features",
                    "scoring",
                    "weighing",
                    "admission",
                    "identity",
                    "fixed",
                    "reading",
                    "release",
                    "model_classifier",
                    "training",
                    "plain",
                    "held_out",
                    "second_opinion",
                )
            ),
            "tests/agent/test_graph.py",
        ),
    ),
    "grounding": Room(("agent/grounding",), ("tests/agent/grounding",)),
    # As of the gate, without what only trains: `training.py` and `corpus.py`.
    "restating": Room(
        tuple(
            f"agent/planning/restating/{name}.py"
            for name in ("certainty", "features", "network", "restating", "senses", "sentences")
        ),
        ("tests/agent/planning/test_restating_parts.py", "tests/agent/planning/test_restating.py"),
    ),
    "asides": Room(
        ("agent/planning/asides/asides.py", "agent/planning/understood.py", "agent/planning/reading/unknown_names.py"),
        ("tests/agent/planning/test_asides.py", "tests/agent/planning/test_understood.py"),
    ),
    "times": Room(
        tuple(
            f"agent/planning/times/{name}.py"
            for name in ("timebounds", "timephrases", "timewords", "datewords", "dates")
        ),
        tuple(f"tests/agent/planning/test_{name}.py" for name in ("dates", "timephrases", "timebounds", "stays")),
    ),
    "writing": Room(
        tuple(f"agent/planning/{name}.py" for name in ("writing", "phrasing", "drafting")),
        tuple(f"tests/agent/planning/test_{name}.py" for name in ("telling", "writing", "rules", "stays")),
    ),
    "audit": Room(
        ("agent/audit",),
        tuple(
            f"tests/agent/audit/test_{name}.py"
            for name in (
                "walk",
                "walk_beside",
                "proofs",
                "fhir_events",
                "review",
                "entries",
                "keys",
                "checkpoints",
                "merkle",
                "storage",
                "append",
                "writing",
                "configured",
                "exported",
                "reading",
                "log",
                "tampering",
                "timestamps",
            )
        ),
    ),
    "lock": Room(
        ("tools/records/lock.py", "tools/records/compartment.py", "tools/records/scopes.py"),
        tuple(f"tests/tools/records/door/test_{name}.py" for name in ("compartment", "withheld", "scopes", "lock")),
    ),
    "search": Room(
        ("tools/records/search",),
        ("tests/tools/records/search/values", "tests/tools/records/search", "tests/tools/records/test_store.py"),
    ),
}


def main() -> None:
    """Mutate, test, and print how many mutants were killed."""
    options = _options()
    machine = f"{platform.machine()}, Python {platform.python_version()}"
    table = Table(title=f"Mutants killed · {dt.date.today()} · {machine}")
    for heading in ("room", "mutants", "tested", "killed", "share"):
        table.add_column(heading)
    survivors: list[str] = []
    for name in options.room or ROOMS:
        made, outcomes = _tested(ROOMS[name], options.sample, options.seed)
        killed = sum(was_killed for was_killed, _ in outcomes)
        share = f"{killed / len(outcomes):.0%}" if outcomes else "-"
        table.add_row(name, str(made), str(len(outcomes)), str(killed), share)
        survivors += [f"{name}: {place}" for was_killed, place in outcomes if not was_killed]
    console = Console()
    console.print(table)
    if options.survivors:
        console.print(*survivors, sep="\n", soft_wrap=True, highlight=False, markup=False)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Mutation testing.")
    parser.add_argument("--room", action="append", choices=list(ROOMS), help="one room; may be given again")
    parser.add_argument("--sample", type=int, default=40, help="mutants tested of each room")
    parser.add_argument("--seed", type=int, default=SEED, help="draws the sample")
    parser.add_argument("--survivors", action="store_true", help="name the mutants that no test noticed")
    return parser.parse_args()


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def _tested(room: Room, sample: int, seed: int) -> tuple[int, list[tuple[bool, str]]]:
    """How many mutants a room has, and for each of the sample whether it was killed, and where it was."""
    with tempfile.TemporaryDirectory() as folder, _checkout(Path(folder)) as tree:
        config, session = Path(folder, "config.toml"), Path(folder, "session.sqlite")
        words = (sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *room.tests)
        _check_unharmed(tree, words)
        command = " ".join(words)
        modules = ", ".join(f'"{module}"' for module in room.modules)
        config.write_text(
            f'[cosmic-ray]\nmodule-path = [{modules}]\ntimeout = {TIMEOUT_SECONDS}.0\ntest-command = "{command}"\n'
            '[cosmic-ray.distributor]\nname = "local"\n'
        )
        _cosmic_ray(tree, "init", str(config), str(session))
        made = _keep(session, sample, seed)
        _cosmic_ray(tree, "exec", str(config), str(session))
        return made, _outcomes(session)


def _check_unharmed(tree: Path, command: tuple[str, ...]) -> None:
    """Every mutant counts as killed by a test that fails anyway."""
    ran = subprocess.run(command, cwd=tree, env=_beside(tree), capture_output=True, text=True)
    if ran.returncode:
        sys.exit(f"the tests fail without any damage; commit what mends them\n{ran.stdout[-2_000:]}")


def _beside(tree: Path) -> dict[str, str]:
    """The environment in which `chartwarden` is that of the checkout."""
    return {**os.environ, "PYTHONPATH": str(tree.parent / "path")}


@contextmanager
def _checkout(folder: Path) -> Iterator[Path]:
    """The last commit in a folder of its own, importable as `chartwarden` before the one that is installed."""
    tree, package = folder / "tree", folder / "path" / "chartwarden"
    _git("worktree", "add", "--detach", str(tree), "HEAD")
    package.mkdir(parents=True)
    for room in ("agent", "tools", "prompts", "fhir_fixtures"):
        (package / room).symlink_to(tree / room)
    try:
        yield tree
    finally:
        _git("worktree", "remove", "--force", str(tree))


def _cosmic_ray(tree: Path, *arguments: str) -> None:
    command = [str(Path(sys.executable).with_name("cosmic-ray")), *arguments]
    subprocess.run(command, cwd=tree, check=True, env=_beside(tree))


def _keep(session: Path, sample: int, seed: int) -> int:
    """Leave a random sample of the mutants in the session; return how many there were."""
    with closing(sqlite3.connect(session)) as connection, connection:
        rows = connection.execute(
            "SELECT job_id, module_path, start_pos_row, start_pos_col, operator_name, occurrence FROM mutation_specs"
        ).fetchall()
        spans = {module: _annotations(ROOT / module) for module in {row[1] for row in rows}}
        told_apart = [row for row in rows if not row[4].endswith(SAME_IN_CPYTHON)]
        real = [row for row in told_apart if not _within(spans[row[1]], row[2], row[3])]
        real.sort(key=lambda row: row[1:])
        kept = {row[0] for row in random.Random(seed).sample(real, min(sample, len(real)))}
        gone = [(row[0],) for row in rows if row[0] not in kept]
        connection.executemany("DELETE FROM mutation_specs WHERE job_id = ?", gone)
        connection.executemany("DELETE FROM work_items WHERE job_id = ?", gone)
    return len(real)


Span = tuple[tuple[int, int], tuple[int, int]]


def _annotations(path: Path) -> list[Span]:
    """Where a module has annotations."""
    found: list[ast.expr] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.arg | ast.AnnAssign) and node.annotation is not None:
            found.append(node.annotation)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.returns is not None:
            found.append(node.returns)
    return [((one.lineno, one.col_offset), (one.end_lineno or 0, one.end_col_offset or 0)) for one in found]


def _within(spans: list[Span], row: int, column: int) -> bool:
    return any(start <= (row, column) < end for start, end in spans)


def _outcomes(session: Path) -> list[tuple[bool, str]]:
    with closing(sqlite3.connect(session)) as connection:
        rows = connection.execute(
            "SELECT r.test_outcome, m.module_path, m.start_pos_row, m.operator_name, m.occurrence "
            "FROM work_results r JOIN mutation_specs m ON m.job_id = r.job_id ORDER BY 2, 3"
        ).fetchall()
    return [
        ("SURVIVED" not in str(outcome), f"{module}:{row} {operator} {occurrence}")
        for outcome, module, row, operator, occurrence in rows
    ]


if __name__ == "__main__":
    main()
