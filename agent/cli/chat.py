"""`chartwarden chat`: sit with one patient's record and ask.

Works in a terminal (history, completion, colours, a header that always says whose record this is), in plain text for
screen readers and logs (`--plain`), and piped (questions from standard input, one a line).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from chartwarden.agent.cli.options import Acknowledge, AsOf, flag, settings_of

if TYPE_CHECKING:
    from chartwarden.agent.cli.chat_screen import Screen
    from chartwarden.agent.conversations import Conversation
    from chartwarden.agent.settings import Settings


def chat(
    ctx: typer.Context,
    patient: Annotated[str, typer.Option("--patient", "-p", help="Patient id, or `system|value` identifier.")] = "",
    as_of: AsOf = "",
    acknowledge: Acknowledge = "",
    plain: Annotated[bool, flag("--plain", help="No colours, no boxes, no live display.")] = False,
    resume: Annotated[str, typer.Option("--resume", metavar="NAME", help="Go on with a conversation.")] = "",
    image_reading: Annotated[
        bool, flag("--image-reading", help="Let a model describe images, in a block of its own.")
    ] = False,
) -> None:
    """Ask questions about one patient's record, one after another."""
    import sys

    from chartwarden.agent.cli.acknowledging import acknowledger
    from chartwarden.agent.cli.chat_people import choose_patient
    from chartwarden.agent.cli.chat_screen import Screen
    from chartwarden.agent.cli.opening import opened
    from chartwarden.agent.cli.warming import warm_up
    from chartwarden.agent.conversations import Conversation, conversation_store
    from chartwarden.tools.errors import UsageError

    if resume and patient:
        raise UsageError("a kept conversation is about its own patient; pass --resume or --patient, not both")
    settings = settings_of(ctx)
    tty = sys.stdin.isatty() and sys.stdout.isatty()
    screen = Screen(plain=plain or not tty)
    if tty:
        warm_up(settings)
    with conversation_store(settings) as saver, opened(settings, checkpointer=saver) as assistant:
        name = acknowledger(settings, acknowledge, ask_person=tty)
        if resume:
            conversation = Conversation.resume(
                assistant, settings, resume, acknowledged_by=name, as_of=as_of, interactive=tty,
                image_reading=image_reading,
            )  # fmt: skip
        else:
            chosen = patient or choose_patient(assistant, screen, user=name, interactive=tty)
            session = assistant.session(
                chosen, acknowledged_by=name, as_of=as_of, interactive=tty, image_reading=image_reading
            )
            conversation = Conversation.begin(assistant, settings, session)
        _talk(conversation, screen, settings, tty=tty)


def _talk(conversation: Conversation, screen: Screen, settings: Settings, *, tty: bool) -> None:
    """Answer until the person leaves, and say then how to go on."""
    from contextlib import closing

    from chartwarden.agent.cli.chat_commands import Commands
    from chartwarden.agent.cli.chat_input import reader

    with closing(Commands(conversation, screen, settings)) as commands:
        screen.welcome(conversation)
        header = lambda: screen.header(commands.conversation)  # noqa: E731
        for line in reader(settings, screen, commands.completions(), tty=tty, header=header):
            if commands.handle(line) == "quit":
                break
        name = commands.conversation.name
    if commands.conversation.exchanges:
        screen.note(f"This conversation is kept as {name}; go on with --resume {name}")
