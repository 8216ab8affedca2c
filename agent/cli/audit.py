"""`chartwarden audit`: read, show, verify, review, export, prove and erase the audit log."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chartwarden.agent.cli.options import Json, settings_of
from chartwarden.agent.settings import Settings
from chartwarden.tools.errors import UsageError

if TYPE_CHECKING:
    from chartwarden.agent.audit.checkpoints import Checkpoint
    from chartwarden.agent.audit.keys import Verifier
    from chartwarden.agent.audit.log import AuditLog
    from chartwarden.agent.audit.reading import Filter
    from chartwarden.agent.audit.storage import Storage

BROKEN = 3

Patient = Annotated[str, typer.Option("--patient", "-p", help="Patient id or reference, as it was asked with.")]
User = Annotated[str, typer.Option(help="Who asked.")]
Outcome = Annotated[str, typer.Option(help="Outcome of an answer: answered, refused, denied, ...")]
Kinds = Annotated[list[str] | None, typer.Option("--kind", help="Kind of entry; may be given several times.")]
OfSession = Annotated[str, typer.Option("--session", help="Session id.")]
Since = Annotated[str, typer.Option(help="From this date or time on (UTC where no zone is given).")]
Until = Annotated[str, typer.Option(help="Before this date or time.")]


def build() -> typer.Typer:
    """The group of commands."""
    group = typer.Typer(no_args_is_help=True, help="Read, verify, export and erase the audit log.")
    for command in (log, show, verify, review, export, checkpoint, timestamp, proof, erase):
        group.command()(command)
    group.command("rotate-key")(rotate_key)
    return group


def log(
    ctx: typer.Context, patient: Patient = "", user: User = "", outcome: Outcome = "", kind: Kinds = None,
    session: OfSession = "", since: Since = "", until: Until = "",
    last: Annotated[int, typer.Option("--last", "-n", min=0, help="Only the last N; 0: all.")] = 50,
    texts: Annotated[bool, typer.Option("--texts", help="With questions and answers.")] = False,
    as_json: Json = False,
) -> None:  # fmt: skip
    """List entries, filtered by patient, user, outcome, kind or time."""
    from collections import deque

    from chartwarden.agent.audit import reading
    from chartwarden.agent.cli import audit_screen

    settings = settings_of(ctx)
    with _storage(settings) as storage:
        wanted = _filter(settings, patient, user, outcome, kind, session, since, until)
        found = reading.read(storage, wanted, texts=texts)
        chosen = list(deque(found, maxlen=last) if last else found)
        if as_json:
            for entry in chosen:
                _print_json(audit_screen.as_json(entry))
        else:
            audit_screen.show_table(chosen)


def show(
    ctx: typer.Context, seq: Annotated[int, typer.Argument(min=0, help="Entry number.")], as_json: Json = False
) -> None:
    """Tell the whole story of one answer: question, plan, calls, resources with their hashes, sentences, verdicts."""
    from chartwarden.agent.audit import reading
    from chartwarden.agent.cli import audit_screen

    with _storage(settings_of(ctx)) as storage:
        story = reading.story(storage, seq)
    if as_json:
        _print_json([audit_screen.as_json(entry) for entry in story])
    else:
        audit_screen.show_story(story)


def verify(
    ctx: typer.Context,
    anchors: Annotated[
        list[Path] | None,
        typer.Option("--anchors", "-a", help="A file that holds checkpoints, besides the known anchors; repeatable."),
    ] = None,
    no_anchors: Annotated[bool, typer.Option("--no-anchors", help="Structure only.")] = False,
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
    trusted = read_verifiers(keys or _key_dir(settings) / VERIFIERS)
    files = list(anchors or []) if file is not None else _anchor_files(settings, anchors or [])
    known = None if no_anchors else [verifying.anchor_notes(path) for path in files]
    if file is not None:
        export = ExportedLog(file)
        report = verifying.verify(export, trusted, known, is_export=True, has_texts=export.has_texts)
    else:
        with _storage(settings) as storage:
            report = verifying.verify(storage, trusted, known)
    if roots is not None:
        report = replace(report, notices=(*report.notices, *_timestamped(anchors or [], roots, trusted)))
    if as_json:
        _print_json(audit_screen.report_json(report))
    else:
        audit_screen.show_report(report)
    if not report.intact:
        raise typer.Exit(BROKEN)


def review(ctx: typer.Context, user: User = "", since: Since = "", until: Until = "", as_json: Json = False) -> None:
    """List what a privacy officer looks at first: denials, withheld resources, refusals, failed checks, overrides."""
    from chartwarden.agent.audit import reading
    from chartwarden.agent.cli import audit_screen

    settings = settings_of(ctx)
    with _storage(settings) as storage:
        found = list(reading.review(storage, _filter(settings, "", user, "", None, "", since, until)))
    if as_json:
        for entry, reason in found:
            _print_json({**audit_screen.as_json(entry), "why": reason})
    else:
        audit_screen.show_review(found)


def export(
    ctx: typer.Context,
    out: Annotated[Path, typer.Option("--out", "-o", help="File to write; must not exist.")],
    form: Annotated[
        str, typer.Option("--format", help="fhir, fhir-bundle, entries, or log: the whole log, to be verified.")
    ] = "fhir",
    patient: Patient = "", user: User = "", session: OfSession = "", since: Since = "", until: Until = "",
    identify: Annotated[bool, typer.Option("--identify", help="Name patients by reference, not pseudonym.")] = False,
    texts: Annotated[bool, typer.Option("--texts", help="With questions and answers.")] = False,
) -> None:  # fmt: skip
    """Write the log out: FHIR R4 (AuditEvent, Provenance), plain entries, or all of it to be verified. Logged first."""
    from chartwarden.agent.cli import audit_export

    if form not in audit_export.FORMATS:
        raise UsageError(f"there is no export format {form!r}; use one of {', '.join(audit_export.FORMATS)}")
    settings = settings_of(ctx)
    if form == "log" and (identify or any((patient, user, session, since, until))):
        raise UsageError("only a whole log can be verified: export --format log takes --texts and no filter")
    wanted = _filter(settings, patient, user, "", None, session, since, until)
    with _writable(settings) as audit:
        facts = {"what": "audit log", "format": form, "identified": identify, "texts": texts}
        position = audit.record("export", facts, {"file": str(out), "patient": patient})
        written = audit_export.write(audit, wanted, out, form, identify=identify, texts=texts)
    typer.echo(f"{written} lines written to {out}; logged as entry {position.seq}")


def checkpoint(ctx: typer.Context) -> None:
    """Sign the log as it is now, hand the checkpoint to all anchors, and print it."""
    from chartwarden.agent.audit import reading

    with _writable(settings_of(ctx)) as audit:
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
    with _writable(settings_of(ctx)) as audit:
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
    trusted = read_verifiers(keys or _key_dir(settings) / VERIFIERS)
    if check is not None:
        try:
            loaded = json.loads(check.read_text("utf-8"))
        except (OSError, ValueError):
            raise UsageError(f"{check} is not a readable proof") from None
        typer.echo(proofs.check(loaded if isinstance(loaded, dict) else {}, trusted))
        return
    if (seq is None) == (since is None):
        raise UsageError("name an entry to prove, or an older checkpoint with --since FILE")
    with _storage(settings) as storage:
        note, newest = _newest_checkpoint(settings)
        if seq is not None:
            _print_json(proofs.inclusion(storage, seq, note, newest))
        else:
            assert since is not None
            old_note, old = _checkpoint_in(since, settings)
            _print_json(proofs.consistency(storage, old, old_note, newest, note))


def erase(
    ctx: typer.Context,
    reason: Annotated[str, typer.Option(help="Why; it stays in the log, so name no patient.")],
    seq: Annotated[list[int] | None, typer.Option("--seq", help="Entry whose texts to erase; repeatable.")] = None,
    patient: Patient = "", session: OfSession = "",
    before: Annotated[str, typer.Option(help="Everything before this date or time.")] = "",
    expired: Annotated[bool, typer.Option("--expired", help="Everything older than audit.keep_text_days.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:  # fmt: skip
    """Erase texts for good. The entries stay, the erasure is logged, and the log still verifies."""
    from chartwarden.agent.audit import reading
    from chartwarden.agent.audit.log import operator

    settings = settings_of(ctx)
    if expired:
        limit = dt.datetime.now(dt.UTC) - dt.timedelta(days=settings.audit.keep_text_days)
        before = min(filter(None, (before, limit.isoformat())))
    if not (seq or patient or session or before):
        raise UsageError("say what to erase: --seq, --patient, --session, --before or --expired")
    with _writable(settings) as audit:
        wanted = _filter(settings, patient, "", "", None, session, "", before)
        with_text = set(audit.storage.seqs_with_text())
        chosen = [
            entry.seq
            for entry in reading.read(audit.storage, wanted)
            if entry.seq in with_text and (not seq or entry.seq in seq)
        ]
        if not chosen:
            typer.echo("nothing to erase")
            return
        if not yes:
            typer.confirm(f"Erase the texts of {len(chosen)} entries for good?", abort=True)
        position = audit.erase(chosen, reason=reason, by=operator())
    typer.echo(f"the texts of {len(chosen)} entries are erased; logged as entry {position.seq}")


def rotate_key(ctx: typer.Context) -> None:
    """Put a new signing key in use; the log says so, and old checkpoints still verify with the old public key."""
    from chartwarden.agent.audit.keys import rotate

    settings = settings_of(ctx)
    with _writable(settings) as audit:
        audit.checkpoint()
        rotated = rotate(audit.keys)
    with _writable(settings):
        typer.echo(f"the log is now signed with {rotated.verifier}; give this key to whoever verifies it")


def _key_dir(settings: Settings) -> Path:
    return settings.data_dir / "keys"


@contextmanager
def _storage(settings: Settings) -> Iterator[Storage]:
    from chartwarden.agent.audit.storage import Storage

    storage = Storage.open(settings.audit_url, read_only=True)
    try:
        yield storage
    finally:
        storage.close()


def _writable(settings: Settings) -> AuditLog:
    from chartwarden.agent.audit.log import open_log

    return open_log(settings)


def _filter(
    settings: Settings, patient: str, user: str, outcome: str, kinds: list[str] | None, session: str, since: str,
    until: str,
) -> Filter:  # fmt: skip
    from chartwarden.agent.audit.keys import open_keys
    from chartwarden.agent.audit.reading import Filter

    pseudonym = open_keys(_key_dir(settings)).pseudonym(patient) if patient else ""
    return Filter(pseudonym, user, outcome, frozenset(kinds or ()), session, _moment(since), _moment(until))


def _moment(words: str) -> str:
    """A date or time in the form the log writes."""
    if not words:
        return ""
    try:
        moment = dt.datetime.fromisoformat(words)
    except ValueError:
        raise UsageError(
            f"{words!r} is not a date or time; write it like 2026-03-01 or 2026-03-01T09:00+01:00"
        ) from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds")


def _anchor_files(settings: Settings, named: list[Path]) -> list[Path]:
    """The key folder's anchor, the files among the settings' anchors, and the named ones, each once."""
    from chartwarden.agent.audit.keys import CHECKPOINTS

    configured = [Path(name).expanduser() for name in settings.audit.anchor if not name.startswith("syslog")]
    own = [_key_dir(settings) / CHECKPOINTS, *configured]
    return list(dict.fromkeys([*(path for path in own if path.exists()), *named]))


def _newest_checkpoint(settings: Settings) -> tuple[str, Checkpoint]:
    from chartwarden.agent.audit.keys import CHECKPOINTS

    return _checkpoint_in(_key_dir(settings) / CHECKPOINTS, settings)


def _checkpoint_in(path: Path, settings: Settings) -> tuple[str, Checkpoint]:
    """The largest checkpoint of this log in a file."""
    from chartwarden.agent.audit.anchors import read_anchor
    from chartwarden.agent.audit.checkpoints import InvalidCheckpoint, notes, opened
    from chartwarden.agent.audit.keys import VERIFIERS, read_verifiers

    trusted = read_verifiers(_key_dir(settings) / VERIFIERS)
    found: list[tuple[str, Checkpoint]] = []
    for note in notes(read_anchor(path)):
        try:
            found.append((note, opened(note, trusted)))
        except InvalidCheckpoint:
            continue
    if not found:
        raise UsageError(f"{path} holds no checkpoint of this log; run: chartwarden audit checkpoint")
    return max(found, key=lambda pair: pair[1].size)


def _print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
