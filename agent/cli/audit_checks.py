"""`chartwarden audit verify`, `checkpoint`, `timestamp`, `proof`, `rotate-key`: what makes others trust the log."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chartwarden.agent.cli.audit_place import key_dir, opened_for_reading, opened_for_writing, print_json
from chartwarden.agent.cli.options import Json, flag, settings_of
from chartwarden.agent.settings import Settings
from chartwarden.tools.errors import UsageError

if TYPE_CHECKING:
    from chartwarden.agent.audit.checkpoints import Checkpoint
    from chartwarden.agent.audit.keys import Verifier

BROKEN = 3


def verify(
    ctx: typer.Context,
    anchors: Annotated[
        list[Path] | None,
        typer.Option("--anchors", "-a", help="A file that holds checkpoints, besides the known anchors; repeatable."),
    ] = None,
    no_anchors: Annotated[bool, flag("--no-anchors", help="Structure only.")] = False,
    keys: Annotated[Path | None, typer.Option("--keys", help="verifiers.txt to trust; default: the log's own.")] = None,
    file: Annotated[
        Path | None, typer.Option("--file", help="Verify an export (--format log) instead; name --keys and --anchors.")
    ] = None,
    roots: Annotated[
        Path | None, typer.Option("--roots", help="PEM of a timestamp authority: check the anchors' timestamps too.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Verify the log against its signatures and anchors. Exit code 3 when anything is wrong."""
    from chartwarden.agent.audit import verify as verifying
    from chartwarden.agent.audit.exported import ExportedLog
    from chartwarden.agent.audit.keys import VERIFIERS, read_verifiers
    from chartwarden.agent.cli import audit_screen

    settings = settings_of(ctx)
    if file is not None and (keys is None or not (anchors or no_anchors)):
        raise UsageError(
            "an exported log is held against what you trust: name --keys FILE, and --anchors or --no-anchors"
        )
    trusted = read_verifiers(keys or key_dir(settings) / VERIFIERS)
    files = list(anchors or []) if file is not None else _anchor_files(settings, anchors or [])
    known = None if no_anchors else [verifying.anchor_notes(path) for path in files]
    if file is not None:
        export = ExportedLog(file)
        report = verifying.verify(export, trusted, known, is_export=True, has_texts=export.has_texts)
    else:
        with opened_for_reading(settings) as storage:
            report = verifying.verify(storage, trusted, known)
    if roots is not None:
        report = replace(report, notices=(*report.notices, *_timestamped(anchors or [], roots, trusted)))
    if as_json:
        print_json(audit_screen.report_json(report))
    else:
        audit_screen.show_report(report)
    if not report.intact:
        raise typer.Exit(BROKEN)


def checkpoint(ctx: typer.Context) -> None:
    """Sign the log as it is now, hand the checkpoint to all anchors, and print it."""
    from chartwarden.agent.audit import reading

    with opened_for_writing(settings_of(ctx)) as audit:
        position = audit.checkpoint()
        typer.echo(str(reading.one(audit.storage, position.seq).facts["note"]), nl=False)


def timestamp(
    ctx: typer.Context,
    url: Annotated[str, typer.Argument(help="Where the authority takes RFC 3161 requests.")],
    roots: Annotated[Path, typer.Option("--roots", help="PEM of the certificates its answer must lead to.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="File of timestamps, which is an anchor too.")],
) -> None:
    """Sign the log as it is now, and have an authority outside sign the time. It sees a hash and nothing else."""
    from chartwarden.agent.audit import reading, timestamps

    trusted = timestamps.read_roots(roots)
    with opened_for_writing(settings_of(ctx)) as audit:
        position = audit.checkpoint()
        note = str(reading.one(audit.storage, position.seq).facts["note"])
    found = timestamps.stamp(note, url, trusted, out)
    typer.echo(f"the first {position.seq} entries were there at {found.time}; the token is in {out}")


def _timestamped(anchors: list[Path], roots: Path, verifiers: tuple[Verifier, ...]) -> list[str]:
    """What the timestamps of some anchors say of this log. Raises AuditError at one that does not hold."""
    from chartwarden.agent.audit import timestamps
    from chartwarden.agent.audit.checkpoints import InvalidCheckpoint, opened

    trusted = timestamps.read_roots(roots)
    told = []
    for path in anchors:
        for found in timestamps.stamps(path, trusted):
            try:
                size = opened(found.note, verifiers).size
            except InvalidCheckpoint:
                continue  # `verify` has told of it
            told.append(f"an authority outside saw the first {size} entries at {found.time} ({path})")
    if not told:
        raise UsageError("no file named by --anchors holds a timestamp; make one with `chartwarden audit timestamp`")
    return told[-1:]


def proof(
    ctx: typer.Context,
    seq: Annotated[int | None, typer.Argument(min=0, help="Entry to prove.")] = None,
    since: Annotated[Path | None, typer.Option("--since", help="File with an older checkpoint: prove growth.")] = None,
    check: Annotated[Path | None, typer.Option("--check", help="Check a proof instead of making one.")] = None,
    keys: Annotated[Path | None, typer.Option("--keys", help="verifiers.txt to trust; default: the log's own.")] = None,
) -> None:
    """Prove that an entry is in the log, or that the log only grew since an older checkpoint; or check such a proof."""
    from chartwarden.agent.audit import proofs
    from chartwarden.agent.audit.keys import VERIFIERS, read_verifiers

    settings = settings_of(ctx)
    trusted = read_verifiers(keys or key_dir(settings) / VERIFIERS)
    if check is not None:
        try:
            loaded = json.loads(check.read_text("utf-8"))
        except (OSError, ValueError):
            raise UsageError(f"{check} is not a readable proof") from None
        typer.echo(proofs.check(loaded if isinstance(loaded, dict) else {}, trusted))
        return
    if (seq is None) == (since is None):
        raise UsageError("name an entry to prove, or an older checkpoint with --since FILE")
    with opened_for_reading(settings) as storage:
        note, newest = _newest_checkpoint(settings)
        if seq is not None:
            print_json(proofs.inclusion(storage, seq, note, newest))
        else:
            assert since is not None
            old_note, old = _checkpoint_in(since, settings)
            print_json(proofs.consistency(storage, old, old_note, newest, note))


def rotate_key(ctx: typer.Context) -> None:
    """Put a new signing key in use; the log says so, and old checkpoints still verify with the old public key."""
    from chartwarden.agent.audit.keys import rotate

    settings = settings_of(ctx)
    with opened_for_writing(settings) as audit:
        audit.checkpoint()
        rotated = rotate(audit.keys)
    with opened_for_writing(settings):
        typer.echo(f"the log is now signed with {rotated.verifier}; give this key to whoever verifies it")


def _anchor_files(settings: Settings, named: list[Path]) -> list[Path]:
    """The key folder's anchor, the files among the settings' anchors, and the named ones, each once."""
    from chartwarden.agent.audit.keys import CHECKPOINTS

    configured = [Path(name).expanduser() for name in settings.audit.anchor if not name.startswith("syslog")]
    own = [key_dir(settings) / CHECKPOINTS, *configured]
    return list(dict.fromkeys([*(path for path in own if path.exists()), *named]))


def _newest_checkpoint(settings: Settings) -> tuple[str, Checkpoint]:
    from chartwarden.agent.audit.keys import CHECKPOINTS

    return _checkpoint_in(key_dir(settings) / CHECKPOINTS, settings)


def _checkpoint_in(path: Path, settings: Settings) -> tuple[str, Checkpoint]:
    """The largest checkpoint of this log in a file."""
    from chartwarden.agent.audit.anchors import read_anchor
    from chartwarden.agent.audit.checkpoints import InvalidCheckpoint, notes, opened
    from chartwarden.agent.audit.keys import VERIFIERS, read_verifiers

    trusted = read_verifiers(key_dir(settings) / VERIFIERS)
    found: list[tuple[str, Checkpoint]] = []
    for note in notes(read_anchor(path)):
        try:
            found.append((note, opened(note, trusted)))
        except InvalidCheckpoint:
            continue
    if not found:
        raise UsageError(f"{path} holds no checkpoint of this log; run: chartwarden audit checkpoint")
    return max(found, key=lambda pair: pair[1].size)
