"""`chartwarden audit`: read, show, review, export and erase the audit log; `audit_checks` has the rest."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chartwarden.agent.cli import audit_checks
from chartwarden.agent.cli.audit_place import key_dir, opened_for_reading, opened_for_writing, print_json
from chartwarden.agent.cli.command_group import CommandGroup
from chartwarden.agent.cli.options import Json, flag, settings_of
from chartwarden.agent.settings import Settings
from chartwarden.tools.errors import UsageError

if TYPE_CHECKING:
    from chartwarden.agent.audit.reading import Filter

Patient = Annotated[str, typer.Option("--patient", "-p", help="Patient id or reference, as it was asked with.")]
User = Annotated[str, typer.Option(help="Who asked.")]
Outcome = Annotated[str, typer.Option(help="Outcome of an answer: answered, refused, denied, ...")]
Kinds = Annotated[list[str] | None, typer.Option("--kind", help="Kind of entry; may be given several times.")]
OfSession = Annotated[str, typer.Option("--session", help="Session id.")]
Since = Annotated[str, typer.Option(help="From this date or time on (UTC where no zone is given).")]
Until = Annotated[str, typer.Option(help="Before this date or time.")]


def build() -> CommandGroup:
    """The group of commands."""
    group = CommandGroup(no_args_is_help=True, help="Read, verify, export and erase the audit log.")
    checks = audit_checks.verify, audit_checks.checkpoint, audit_checks.timestamp, audit_checks.proof
    for command in (log, show, review, export, erase, *checks):
        group.command()(command)
    group.command("rotate-key")(audit_checks.rotate_key)
    return group


def log(
    ctx: typer.Context, patient: Patient = "", user: User = "", outcome: Outcome = "", kind: Kinds = None,
    session: OfSession = "", since: Since = "", until: Until = "",
    last: Annotated[int, typer.Option("--last", "-n", min=0, help="Only the last N; 0: all.")] = 50,
    texts: Annotated[bool, flag("--texts", help="With questions and answers.")] = False,
    as_json: Json = False,
) -> None:  # fmt: skip
    """List entries, filtered by patient, user, outcome, kind or time."""
    from collections import deque

    from chartwarden.agent.audit import reading
    from chartwarden.agent.cli import audit_screen

    settings = settings_of(ctx)
    with opened_for_reading(settings) as storage:
        wanted = _filter(settings, patient, user, outcome, kind, session, since, until)
        found = reading.read(storage, wanted, texts=texts)
        chosen = list(deque(found, maxlen=last) if last else found)
        if as_json:
            for entry in chosen:
                print_json(audit_screen.as_json(entry))
        else:
            audit_screen.show_table(chosen)


def show(
    ctx: typer.Context, seq: Annotated[int, typer.Argument(min=0, help="Entry number.")], as_json: Json = False
) -> None:
    """Tell the whole story of one answer: question, plan, calls, resources with their hashes, sentences, verdicts."""
    from chartwarden.agent.audit import reading
    from chartwarden.agent.cli import audit_screen

    with opened_for_reading(settings_of(ctx)) as storage:
        story = reading.story(storage, seq)
    if as_json:
        print_json([audit_screen.as_json(entry) for entry in story])
    else:
        audit_screen.show_story(story)


def review(ctx: typer.Context, user: User = "", since: Since = "", until: Until = "", as_json: Json = False) -> None:
    """List what a privacy officer looks at first: denials, withheld resources, refusals, failed checks, overrides."""
    from chartwarden.agent.audit import reading
    from chartwarden.agent.cli import audit_screen

    settings = settings_of(ctx)
    with opened_for_reading(settings) as storage:
        found = list(reading.review(storage, _filter(settings, "", user, "", None, "", since, until)))
    if as_json:
        for entry, reason in found:
            print_json({**audit_screen.as_json(entry), "why": reason})
    else:
        audit_screen.show_review(found)


def export(
    ctx: typer.Context,
    out: Annotated[Path, typer.Option("--out", "-o", help="File to write; must not exist.")],
    form: Annotated[
        str, typer.Option("--format", help="fhir, fhir-bundle, entries, or log: the whole log, to be verified.")
    ] = "fhir",
    patient: Patient = "", user: User = "", session: OfSession = "", since: Since = "", until: Until = "",
    identify: Annotated[bool, flag("--identify", help="Name patients by reference, not pseudonym.")] = False,
    texts: Annotated[bool, flag("--texts", help="With questions and answers.")] = False,
) -> None:  # fmt: skip
    """Write the log out: FHIR R4 (AuditEvent, Provenance), plain entries, or all of it to be verified. Logged first."""
    from chartwarden.agent.cli import audit_export

    if form not in audit_export.FORMATS:
        raise UsageError(f"there is no export format {form!r}; use one of {', '.join(audit_export.FORMATS)}")
    settings = settings_of(ctx)
    if form == "log" and (identify or any((patient, user, session, since, until))):
        raise UsageError("only a whole log can be verified: export --format log takes --texts and no filter")
    wanted = _filter(settings, patient, user, "", None, session, since, until)
    with opened_for_writing(settings) as audit:
        facts = {"what": "audit log", "format": form, "identified": identify, "texts": texts}
        position = audit.record("export", facts, {"file": str(out), "patient": patient})
        written = audit_export.write(audit, wanted, out, form, identify=identify, texts=texts)
    typer.echo(f"{written} lines written to {out}; logged as entry {position.seq}")


def erase(
    ctx: typer.Context,
    reason: Annotated[str, typer.Option(help="Why; it stays in the log, so name no patient.")],
    seq: Annotated[list[int] | None, typer.Option("--seq", help="Entry whose texts to erase; repeatable.")] = None,
    patient: Patient = "", session: OfSession = "",
    before: Annotated[str, typer.Option(help="Everything before this date or time.")] = "",
    expired: Annotated[bool, flag("--expired", help="Everything older than audit.keep_text_days.")] = False,
    yes: Annotated[bool, flag("--yes", "-y", help="Do not ask.")] = False,
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
    with opened_for_writing(settings) as audit:
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


def _filter(
    settings: Settings, patient: str, user: str, outcome: str, kinds: list[str] | None, session: str, since: str,
    until: str,
) -> Filter:  # fmt: skip
    from chartwarden.agent.audit.keys import open_keys
    from chartwarden.agent.audit.reading import Filter

    pseudonym = open_keys(key_dir(settings)).pseudonym(patient) if patient else ""
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
