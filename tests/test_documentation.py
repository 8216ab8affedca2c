"""What the documents say is so: examples run, commands exist, generated pages are fresh."""

from __future__ import annotations

import doctest
import re
import shlex
import sys
from contextlib import suppress
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import typer.main

from chartwarden import fhir_fixtures
from chartwarden.agent import Assistant
from chartwarden.agent.audit.reading import Filter, read
from chartwarden.agent.cli.main import build
from chartwarden.agent.configuration import markdown
from chartwarden.tools.errors import UsageError

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
MODULES = sorted(
    "chartwarden." + ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for folder in ("agent", "tools")
    for path in (ROOT / folder).rglob("*.py")
    if ">>> " in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_docstrings_run(name: str) -> None:
    module: ModuleType = import_module(name)
    result = doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    assert result.attempted
    assert not result.failed


def test_the_python_example_of_the_readme_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    for example in re.findall(r"```python\n(.*?)```", README, re.DOTALL):
        exec(compile(example, "README.md", "exec"), {})
    assert capsys.readouterr().out.startswith("answered")


def test_every_command_stands_in_the_readme_or_a_document() -> None:
    told = "\n".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)
    group = typer.main.get_command(build())
    for name, command in group.commands.items():
        assert f"chartwarden {name}" in told, name
        for nested in getattr(command, "commands", {}):
            assert f"chartwarden {name} {nested}" in told, f"{name} {nested}"


def test_every_command_of_the_documents_exists() -> None:
    group = typer.main.get_command(build())
    for path in DOCUMENTS:
        for word in re.findall(r"^(?:\$ )?chartwarden ([a-z-]+)", path.read_text(encoding="utf-8"), re.MULTILINE):
            assert word in group.commands, f"{path.name}: chartwarden {word}"


def test_every_option_of_the_documents_belongs_to_its_command() -> None:
    told = 0
    group = typer.main.get_command(build())
    shared = options_of(group)
    for path in DOCUMENTS:
        text = path.read_text(encoding="utf-8").replace("\\\n", " ")
        for words in re.findall(r"^(?:\$ )?(?:.*\| )?chartwarden ([^\n|#]+)", text, re.MULTILINE):
            command: Any = group
            names = shlex.split(words)
            while getattr(command, "commands", {}) and names:
                command = command.commands.get(names[0]) or command.commands.get("grade")
                del names[0]
            for option in (word.partition("=")[0] for word in names if word.startswith("--")):
                told += 1
                assert option in options_of(command) | shared, f"{path.name}: chartwarden {words}"
    assert told > 90


def options_of(command: Any) -> set[str]:
    return {name for parameter in command.params for name in parameter.opts}


def test_the_way_through_the_rules_planner_names_files_that_are_there() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    told = page.partition("## How a question is read")[2].partition("\n## ")[0]
    files = [name for line in told.splitlines() if line.startswith("| ") for name in re.findall(r"`([\w/]+)`", line)]
    assert len(files) > 30
    assert [name for name in files if not (ROOT / "agent" / "planning" / f"{name}.py").is_file()] == []


def test_links_between_documents_lead_somewhere() -> None:
    for path in DOCUMENTS:
        for target in re.findall(r"\]\((?!https?://|#)([^)#\s]+)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name} -> {target}"


def test_the_configuration_page_is_the_settings_model() -> None:
    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert page == markdown(), "make docs"


def test_the_audit_page_names_every_fact_and_text_of_a_question() -> None:
    page = (ROOT / "docs" / "audit.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\|( `\w[^|]+)\|([^\n]*)$", page, re.MULTILINE)
    told = {kind: named for kinds, named in rows for kind in re.findall(r"`(\w+)`", kinds)}
    with Assistant.over(fhir_fixtures.folder() / "adeyemi-1957.json") as assistant:
        session = assistant.session("adeyemi-1957", acknowledged_by="Dr. Reader", as_of=fhir_fixtures.AS_OF)
        for question in ("Which allergies are recorded?", "Should I stop it?", "Is the zorbal zorbled?"):
            assistant.answer(question, session)
        with suppress(UsageError):
            assistant.session("nobody")
        assistant.end(session)
        entries = list(read(assistant.services.log.storage, Filter()))
    assert len({entry.kind for entry in entries}) > 6
    for entry in entries:
        for name in (*entry.facts, *entry.text):
            assert f"`{name}`" in told[entry.kind] or name == "patient", f"{entry.kind}: {name}"


def test_no_document_names_a_path_of_one_machine() -> None:
    for path in DOCUMENTS:
        assert not re.search(r"(?<![\w.-])/(?:root|home/\w+|work)/", path.read_text(encoding="utf-8")), path.name


def test_the_files_that_are_mutated_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = spec_from_file_location("mutation", ROOT / "bench" / "mutation.py")
    assert spec is not None
    assert spec.loader is not None
    mutation = module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "mutation", mutation)
    spec.loader.exec_module(mutation)
    named = [path for room in mutation.ROOMS.values() for path in (*room.modules, *room.tests)]
    assert [path for path in named if not (ROOT / path).exists()] == []
