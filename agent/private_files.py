"""Folders and files that hold records are their owner's alone: 0700 and 0600, checked at the start.

Whatever is wider is refused instead of repaired: who could read it before now is a question for the person, and
a folder that several people share on purpose is not for us to close. POSIX only; elsewhere the platform's own rules
stand.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from chartwarden.tools.errors import ConfigurationError

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def private_dir(folder: Path) -> Path:
    """Make the folder (0700) where it is missing, and check it and everything a run keeps in it.

    Raises `ConfigurationError` that names the path and the command that mends it when group or others can reach the
    folder, when a file or folder in it is wider than 0600 or 0700, when it belongs to somebody else, or when it cannot
    be made.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as fault:
        raise ConfigurationError(f"cannot make the data directory {folder}: {fault.strerror}") from None
    if os.name != "posix":
        return folder
    _check_mode(folder, "700")
    for path in _within(folder):
        _check_mode(path, "700" if path.is_dir() else "600")
    return folder


def private_file(path: Path) -> Path:
    """Make an empty file (0600) where it is missing, and check it; errors as in `private_dir`."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0), 0o600))
    except OSError as fault:
        raise ConfigurationError(f"cannot use the file {path}: {fault.strerror}") from None
    if os.name == "posix":
        _check_mode(path, "600")
    return path


def check_private(path: Path) -> None:
    """Check a file that was made elsewhere, a key for one. Raises `ConfigurationError` as `private_dir` does."""
    if not path.is_file():
        raise ConfigurationError(f"the file {path} does not exist")
    if os.name == "posix":
        _check_mode(path, "600", holds="a secret")


def _within(folder: Path) -> Iterator[Path]:
    """What lies in a folder, links not followed."""
    for parent, folders, files in os.walk(folder):
        for name in folders + files:
            path = Path(parent) / name
            if not path.is_symlink():
                yield path


def _check_mode(path: Path, mode: str, *, holds: str = "patient records, or keys to what is logged of them") -> None:
    try:
        found = path.stat()
    except FileNotFoundError:  # a journal that its database has just removed
        return
    if found.st_uid != os.geteuid():
        raise ConfigurationError(f"{path} belongs to another user; choose a data directory of your own")
    if found.st_mode & _OTHERS:
        raise ConfigurationError(
            f"{path} can be reached by other users (mode {stat.S_IMODE(found.st_mode):03o}); it holds {holds}: "
            f"chmod {mode} {path}"
        )
