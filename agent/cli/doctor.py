"""`chartwarden doctor`: what this machine has, which planner a question would use now, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from chartwarden.agent.cli.options import Json, flag, settings_of

if TYPE_CHECKING:
    from rich.console import Console

    from chartwarden.agent.llm.diagnosis import Diagnosis


def doctor(
    ctx: typer.Context,
    smoke: Annotated[bool, flag("--smoke", help="Generate one constrained decision with the model.")] = False,
    online: Annotated[
        bool, flag("--online", help="Ask huggingface.co whether your account accepted the model's terms.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show hardware, libraries, weights, licence and endpoint, and which planner a question would use now and why."""
    from chartwarden.agent.cli.showing import console
    from chartwarden.agent.llm.diagnosis import diagnose

    found = diagnose(settings_of(ctx), online=online, smoke=smoke)
    if as_json:
        typer.echo(found.model_dump_json(indent=2))
    else:
        _show(found, console())
    if found.smoke is not None and not found.smoke.passed:
        raise typer.Exit(1)


def _show(found: Diagnosis, out: Console) -> None:
    from rich.text import Text

    def head(title: str) -> None:
        out.print(Text(title, style="bold"))

    def line(name: str, text: str, style: str = "") -> None:
        out.print(Text.assemble((f"  {name}: ", "dim"), (text, style)))

    head("A question would be planned by")
    line("planner", f"{found.planner}{f' ({found.model})' if found.model else ''}", "green")
    for reason in found.reasons:
        line("why", reason)
    head("Hardware")
    line("processor", f"{found.hardware['cpus']} cores, {found.hardware['memory_gib']} GiB memory")
    for gpu in found.hardware["gpus"]:
        line(gpu["name"], f"{gpu['label']}, {gpu['free_gib']} of {gpu['total_gib']} GiB free")
    if not found.hardware["gpus"]:
        line("GPU", found.hardware.get("note", "none found"), "yellow")
    head("Libraries")
    line("found", ", ".join(f"{name} {version}" for name, version in found.libraries.items() if version))
    missing = [name for name, version in found.libraries.items() if not version]
    if missing:
        line("missing", ", ".join(missing), "yellow")
        line("for a model", "pip install 'chartwarden[medgemma]'; int8, fp8, nf4 and LoRA: 'chartwarden[quantization]'")
    head("Weights")
    for weights in found.weights:
        told = f"{weights.gib} GiB {weights.revision[:12]}" if weights.found else "not on this machine"
        line(weights.use, f"{weights.checkpoint}, {told}", "" if weights.found else "yellow")
    for name, value in found.licence.items():
        line(f"licence {name}", ("found" if value else "none found") if isinstance(value, bool) else str(value))
    _section("Endpoint", found.endpoint, head, line)
    _section("Loading plan", found.plan, head, line)
    if found.smoke is not None:
        head("Smoke test")
        line("passed" if found.smoke.passed else "failed", found.smoke.detail, "green" if found.smoke.passed else "red")
        if found.smoke.text:
            line("decision", found.smoke.text)
            seconds = f"{found.smoke.tokens} tokens in {found.smoke.generate_s} s, loaded in {found.smoke.load_s} s"
            line("cost", seconds)


def _section(title: str, values: dict[str, Any], head: Any, line: Any) -> None:
    if not values:
        return
    head(title)
    for name, value in values.items():
        if value or value == 0:
            line(name.replace("_", " "), "; ".join(map(str, value)) if isinstance(value, list) else str(value))
