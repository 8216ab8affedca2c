"""`chartwarden break-glass`: one question in an emergency, over everything in one patient's record."""

from __future__ import annotations

from typing import Annotated

import typer

from chartwarden.agent.cli.options import AsOf, Json, Patient, settings_of


def break_glass(
    ctx: typer.Context,
    question: Annotated[str, typer.Argument(help="The question, in plain words.")],
    patient: Patient,
    reason: Annotated[str, typer.Option("--reason", help="Why the record must be opened now; kept in the audit log.")],
    acknowledge: Annotated[
        str, typer.Option("--acknowledge", metavar="NAME", help="Who opens it, and has accepted the disclaimer.")
    ],
    as_of: AsOf = "",
    as_json: Json = False,
) -> None:
    """Answer one question in an emergency, restricted parts of the record included.

    The start is written to the audit log before the first look, the end after the answer, and both are listed by
    `chartwarden audit review`.
    """
    from chartwarden.agent import break_glass as emergency
    from chartwarden.agent.batch import answer_row
    from chartwarden.agent.cli.opening import opened
    from chartwarden.agent.cli.showing import console, show_answer

    with (
        opened(settings_of(ctx)) as assistant,
        emergency.break_glass(
            assistant, patient, reason=reason, acknowledged_by=acknowledge, as_of=as_of or None
        ) as access,
    ):
        answer = access.answer(question)
    if as_json:
        console().print_json(data=answer_row("", answer), indent=None, ensure_ascii=False)
    else:
        show_answer(answer)
    if answer.outcome == "failed":
        raise typer.Exit(1)
