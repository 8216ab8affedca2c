"""`chartwarden`: registers the commands, and turns errors into messages and exit codes.

Exit codes: 0 done, 1 some questions failed, 2 usage or configuration, 3 audit log broken or unwritable.
"""

from __future__ import annotations

import os
import sys

from rich.console import Console

from chartwarden.agent.cli import (
    ask,
    audit,
    batch,
    break_glass,
    chat,
    cohort,
    demo,
    doctor,
    evaluate,
    images,
    load,
    search,
    serve,
)
from chartwarden.agent.cli.command_group import CommandGroup
from chartwarden.agent.cli.options import shared, shared_first
from chartwarden.tools.errors import ChartwardenError

INTERRUPTED = 130


def build() -> CommandGroup:
    """The command line, without running anything."""
    app = CommandGroup(
        name="chartwarden", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )  # fmt: skip
    app.callback()(shared)
    app.command()(demo.demo)
    app.command()(load.load)
    app.command()(search.search)
    app.command()(ask.ask)
    app.command()(chat.chat)
    app.command()(batch.batch)
    app.command()(break_glass.break_glass)
    app.command()(cohort.cohort)
    app.add_typer(evaluate.build(), name="evaluate")
    app.add_typer(audit.build(), name="audit")
    app.add_typer(images.build(), name="images")
    app.add_typer(serve.build(), name="serve")
    app.command()(doctor.doctor)
    return app


def main() -> None:
    """Run the command line on this process's arguments and exit."""
    os.umask(0o077)  # whatever a command writes is the person's own
    os.environ.setdefault("LANGSMITH_TRACING", "false")  # traces would carry record text off this machine
    try:
        build()(shared_first(sys.argv[1:]))
    except ChartwardenError as fault:
        Console(stderr=True, highlight=False).print(f"chartwarden: {fault}", markup=False, soft_wrap=True)
        sys.exit(fault.exit_code)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader of our output went away
        sys.exit(0)
