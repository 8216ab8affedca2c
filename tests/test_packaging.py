"""What is declared is locked: `make lock` was run after the last change of a dependency."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DECLARED = [*PROJECT["dependencies"], *(one for extra in PROJECT["optional-dependencies"].values() for one in extra)]


def locked() -> dict[str, set[str]]:
    """Versions in the lock by package; more than one where they differ by platform."""
    versions: dict[str, set[str]] = {}
    for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines():
        if line and not line.lstrip().startswith("#"):
            requirement = Requirement(line)
            versions.setdefault(canonicalize_name(requirement.name), set()).update(
                specifier.version for specifier in requirement.specifier
            )
    return versions


@pytest.mark.parametrize("text", [one for one in DECLARED if not one.startswith("chartwarden[")])
def test_every_dependency_is_locked_within_its_range(text: str) -> None:
    declared = Requirement(text)
    versions = locked().get(canonicalize_name(declared.name), set())
    assert versions, f"{declared.name} is not in requirements.lock; run `make lock`"
    assert all(declared.specifier.contains(version) for version in versions), (text, versions)
