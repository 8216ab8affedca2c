"""`chartwarden cohort`: which patients of the store have something on record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from chartwarden.agent.cli.options import Acknowledge, AsOf, Json, flag, settings_of
from chartwarden.tools.errors import UsageError
from chartwarden.tools.requests import TYPES

if TYPE_CHECKING:
    from chartwarden.agent.cohort import CohortAnswer
    from chartwarden.tools.records.query import Threshold

KINDS = tuple(kind for kind in TYPES if kind not in ("document", "patient"))
Bound = Annotated[float | None, typer.Option(help="For observations: what one value at least must be.")]


def cohort(
    ctx: typer.Context,
    kind: Annotated[str, typer.Argument(help=f"What to look for: {', '.join(KINDS)}.")],
    words: Annotated[str, typer.Argument(help="Its code, or its name in plain words; empty: anything.")] = "",
    purpose: Annotated[str, typer.Option(help="Purpose of use: HRESCH, HOPERAT, HQUALIMP, PUBHLTH, ...")] = "",
    scopes: Annotated[str, typer.Option(help="SMART scopes: user/*.rs or system/*.rs; default: the setting.")] = "",
    acknowledge: Acknowledge = "",
    above: Bound = None,
    below: Bound = None,
    at_least: Bound = None,
    at_most: Bound = None,
    unit: Annotated[str, typer.Option(help="UCUM unit of that value.")] = "",
    since: Annotated[str, typer.Option(help="Only what is dated from this date on.")] = "",
    until: Annotated[str, typer.Option(help="Only what is dated up to and including this date.")] = "",
    active: Annotated[bool, flag("--active", help="Only what the record calls active.")] = False,
    count: Annotated[bool, flag("--count", help="Only how many patients.")] = False,
    as_of: AsOf = "",
    as_json: Json = False,
) -> None:
    """Say which patients have something on record, each with the entry that says so.

    Every patient is looked at through a lock of their own. It needs scopes and a purpose that carry a question over all
    patients, and each patient who is told of is in the audit log, under a pseudonym.
    """
    from chartwarden.agent.cli.acknowledging import acknowledger
    from chartwarden.agent.cli.opening import opened
    from chartwarden.agent.cohort import CohortQuery, ask_cohort

    if kind not in KINDS:
        raise UsageError(f"there is nothing called {kind!r} to look for; use one of {', '.join(KINDS)}")
    query = CohortQuery(
        kind=kind, words=words, since=since, until=until, active_only=active,
        threshold=_threshold({"gt": above, "lt": below, "ge": at_least, "le": at_most}, unit),
    )  # fmt: skip
    settings = settings_of(ctx)
    with opened(settings) as assistant:
        name = acknowledger(settings, acknowledge, ask_person=not as_json)
        session = assistant.session(
            "", population=True, purpose=purpose, scopes=scopes, acknowledged_by=name, as_of=as_of or None
        )
        answer = ask_cohort(assistant, query, session)
        assistant.end(session)
    _show(answer, with_members=not count, as_json=as_json)
    if answer.outcome == "failed":
        raise typer.Exit(1)


def _threshold(bounds: dict[Literal["gt", "lt", "ge", "le"], float | None], unit: str) -> Threshold | None:
    from chartwarden.tools.records.query import Threshold

    given = [Threshold(relation=name, value=value, unit=unit) for name, value in bounds.items() if value is not None]
    if len(given) > 1:
        raise UsageError("give one of --above, --below, --at-least and --at-most")
    if unit and not given:
        raise UsageError("--unit goes with a value: --above, --below, --at-least or --at-most")
    return given[0] if given else None


def _show(answer: CohortAnswer, *, with_members: bool, as_json: bool) -> None:
    from rich.text import Text

    from chartwarden.agent.cli.showing import OUTCOME_STYLES, console

    out = console()
    if as_json:
        row = answer.model_dump(mode="json", exclude={"members", "sentences"})
        row |= {"patients": len(answer.members), "text": " ".join(sentence.text for sentence in answer.sentences)}
        if with_members:
            row["members"] = [
                {
                    "patient": member.patient,
                    "text": " ".join(sentence.text for sentence in member.sentences),
                    "citations": list(member.citations),
                }
                for member in answer.members
            ]
        out.print_json(data=row, indent=None, ensure_ascii=False)
        return
    for member in answer.members if with_members else ():
        line = Text(f"{member.patient}: ", "bold")
        line.append(" ".join(sentence.text for sentence in member.sentences), "not bold")
        line.append(f" [{', '.join(member.citations)}]", "not bold cyan")
        out.print(line)
    for sentence in answer.sentences:
        out.print(Text(sentence.text, "dim" if sentence.kind == "notice" else ""))
    out.print()
    out.print(Text(answer.disclaimer, "italic dim"))
    footer = Text(answer.outcome, OUTCOME_STYLES[answer.outcome])
    footer.append(
        f" · {answer.looked_at} patients looked at · audit {answer.audit.seq} {answer.audit.leaf[:12]}", "dim"
    )
    out.print(footer)
