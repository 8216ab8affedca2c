"""`chartwarden ask`: one question, one answer."""

from __future__ import annotations

from typing import Annotated

import typer

from chartwarden.agent.cli.options import Acknowledge, AsOf, Json, Patient, flag, settings_of


def ask(
    ctx: typer.Context,
    question: Annotated[str, typer.Argument(help="The question, in plain words.")],
    patient: Patient,
    as_of: AsOf = "",
    acknowledge: Acknowledge = "",
    as_json: Json = False,
    show: Annotated[bool, flag("--show", help="Print the cited resources too.")] = False,
    explain: Annotated[bool, flag("--explain", help="Print how the question was read.")] = False,
) -> None:
    """Answer one question about one patient's record."""
    from chartwarden.agent.cli.acknowledging import acknowledged_name
    from chartwarden.agent.cli.opening import opened
    from chartwarden.agent.cli.showing import console, show_answer, show_resources

    settings = settings_of(ctx)
    with opened(settings) as assistant:
        name = acknowledged_name(settings, acknowledge, ask_person=not as_json)
        session = assistant.session(patient, acknowledged_by=name, as_of=as_of)
        answer = assistant.answer(question, session)
        if as_json:
            from chartwarden.agent.batch import answer_row

            console().print_json(data=answer_row("", answer), indent=None, ensure_ascii=False)
        else:
            show_answer(answer, explain=explain)
        if show and answer.citations:
            show_resources(assistant.toolbox(session), answer.citations)
        assistant.end(session)
    if answer.outcome == "failed":
        raise typer.Exit(1)
