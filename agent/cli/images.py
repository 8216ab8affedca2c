"""`chartwarden images`: index, find, show and read the images of a record.

Everything shown goes through the toolbox first, so that it stands in the audit log before a pixel is drawn.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chartwarden.agent.cli.command_group import CommandGroup
from chartwarden.agent.cli.options import Acknowledge, AsOf, Json, Patient, flag, settings_of
from chartwarden.tools.errors import ImageError, SourceFault, UsageError

if TYPE_CHECKING:
    from chartwarden.agent.assistant import Assistant
    from chartwarden.agent.session import Session
    from chartwarden.agent.settings import Settings
    from chartwarden.tools.images.dicom import Window
    from chartwarden.tools.images.finding import Found, ImageFinding
    from chartwarden.tools.images.looking import RecordImages
    from chartwarden.tools.images.pixels import Facts, Picture
    from chartwarden.tools.toolbox import Toolbox, ToolCall

Preview = Annotated[
    str, typer.Option("--preview", help="auto, kitty, iterm, sixel, blocks or none; auto asks the terminal.")
]
PROTOCOLS = ("auto", "kitty", "iterm", "sixel", "blocks", "none")
WINDOWS = {"lung": (-1350.0, 150.0), "soft": (-160.0, 240.0), "bone": (-450.0, 1050.0), "brain": (0.0, 80.0)}
"""Grey windows by name: the values (HU) that become black and white."""


def build() -> CommandGroup:
    """The command group."""
    app = CommandGroup(help="Find, show and read the images of a record.", no_args_is_help=True)
    app.command()(index)
    app.command()(find)
    app.command()(show)
    app.command()(read)
    return app


def find(
    ctx: typer.Context,
    patient: Patient,
    words: Annotated[str, typer.Argument(help="What to look for: `chest films since 2019`, `pacemaker`.")] = "",
    modality: Annotated[str, typer.Option("--modality", help="DICOM code or word: CT, mri, film.")] = "",
    site: Annotated[str, typer.Option("--site", help="Body site: chest, forearm, brain.")] = "",
    since: Annotated[str, typer.Option("--since", help="From this date on: YYYY, YYYY-MM or YYYY-MM-DD.")] = "",
    until: Annotated[str, typer.Option("--until", help="Up to and with this date.")] = "",
    like: Annotated[
        Path | None, typer.Option("--like", help="A picture of your own to rank by (needs vectors).")
    ] = None,
    as_of: AsOf = "",
    acknowledge: Acknowledge = "",
    as_json: Json = False,
    preview: Preview = "none",
) -> None:
    """List images by modality, body site, time, the words of their reports and, where indexed, their look."""
    from chartwarden.agent.cli.showing import console
    from chartwarden.tools.rendering import line

    out = console()
    with _looking(ctx, patient, as_of, acknowledge, ask=not as_json) as (images, session, toolbox):
        filters = {"modality": modality, "site": site, "since": since, "until": until}
        asked = " ".join([words, *(f"{name}:{value}" for name, value in filters.items() if value)]).strip()
        if like is not None:
            asked = f"{asked} {images.example(_file_bytes(like, images))}".strip()
        result = _logged(toolbox, _call("find_images", words=asked))
        if as_json:
            out.print_json(data=result.model_dump(mode="json", include={"findings", "found", "complete", "notes"}))
            return
        out.print(f"{result.found} image{'' if result.found == 1 else 's'} of {session.patient}", markup=False)
        for finding in result.findings:
            out.print(line(finding), markup=False)
        for note in result.notes:
            out.print(note, style="dim", markup=False)
        if preview != "none":
            for image in images.look(asked, toolbox.lock, toolbox.clock).images:
                _show_first(image, images, toolbox, preview)


def show(
    ctx: typer.Context,
    reference: Annotated[str, typer.Argument(help="Type/id of an image, as `images find` gives it.")],
    patient: Patient,
    picture: Annotated[
        int, typer.Option("--picture", min=0, help="Which of its pictures; 0: the first that opens.")
    ] = 0,
    frame: Annotated[int, typer.Option("--frame", min=1, help="Which frame of a clip.")] = 1,
    window: Annotated[str, typer.Option("--window", help="lung, soft, bone, brain, or LOW,HIGH.")] = "",
    save: Annotated[
        Path | None, typer.Option("--save", help="Save it; as drawn with .png, else the file itself.")
    ] = None,
    as_of: AsOf = "",
    acknowledge: Acknowledge = "",
    preview: Preview = "auto",
) -> None:
    """Show one image in the terminal, with what the record says about it."""
    from chartwarden.agent.cli.showing import console
    from chartwarden.tools.images.looking import as_finding
    from chartwarden.tools.rendering import line

    out = console()
    grey = _window(window)
    with _looking(ctx, patient, as_of, acknowledge, ask=True) as (images, _, toolbox):
        image = _image(reference, images.look("", toolbox.lock, toolbox.clock, limit=100_000))
        _logged(toolbox, _call("show_resource", reference=image.reference))
        out.print(line(as_finding(image)), markup=False)
        for report in image.reports:
            written = " by ".join(part for part in (f"{report.name} ({report.status})", report.author) if part)
            out.print(f'  {report.reference}: {written}: "{report.conclusion}"', markup=False)
        chosen = _list_pictures(image, images, toolbox, picture)
        if chosen is None:
            raise ImageError(f"{image.reference} has no picture that can be shown; the list above says why")
        data, facts = chosen
        if save is not None and save.suffix.casefold() != ".png":
            _save(save, data)
        if facts.is_picture:
            drawn = _decoded(data, images, frame - 1, grey)
            if save is not None and save.suffix.casefold() == ".png":
                _save(save, _as_png(drawn))
            _draw(drawn, preview)
        elif save is None:
            raise ImageError(
                "this is a PDF document, not a picture; pass --save FILE.pdf and open it with a PDF reader"
            )


def read(
    ctx: typer.Context,
    reference: Annotated[str, typer.Argument(help="Type/id of an image; two with a comma to compare them.")],
    patient: Patient,
    question: Annotated[str, typer.Argument(help="What to describe.")] = "",
    image_reading: Annotated[bool, flag("--image-reading", help="Permit a model to describe the image.")] = False,
    as_of: AsOf = "",
    acknowledge: Acknowledge = "",
) -> None:
    """Let a model describe an image: an AI observation, told beside the signed report, off unless permitted."""
    from chartwarden.agent.cli.showing import console
    from chartwarden.tools.rendering import line

    if not image_reading:
        raise UsageError("a model describes images only when it is permitted: pass --image-reading")
    out = console()
    with _looking(ctx, patient, as_of, acknowledge, ask=True, reading=True) as (images, _, toolbox):
        found = images.look("", toolbox.lock, toolbox.clock, limit=100_000)
        for one in filter(None, map(str.strip, reference.split(","))):
            _image(one, found)
        result = _logged(toolbox, _call("read_image", reference=reference, words=question))
        observed, *reports = result.findings
        out.rule(observed.label, style="yellow")
        out.print(observed.text or "Nothing that the model said may be shown.", markup=False)
        out.print(f"{observed.author}; {observed.reference}", style="dim", markup=False)
        out.rule(style="yellow")
        for report in reports:
            out.print(line(report), markup=False)
        for note in result.notes:
            out.print(note, style="dim", markup=False)


def index(
    ctx: typer.Context,
    patient: Annotated[list[str] | None, typer.Option("--patient", "-p", help="Patient id; may be repeated.")] = None,
    everyone: Annotated[bool, flag("--all", help="Every patient of the store.")] = False,
    acknowledge: Acknowledge = "",
) -> None:
    """Make vectors of the pictures that have none yet, so that they can be found by their look."""
    from rich.progress import Progress

    from chartwarden.agent.cli.showing import console
    from chartwarden.tools.images.indexing import index_images

    if not patient and not everyone:
        raise UsageError("name patients with --patient ID, or pass --all")
    settings = settings_of(ctx)
    with _assistant(settings) as (assistant, images):
        encoder = images.made_encoder()
        vectors = images.vectors()
        people = patient or list(_all_patients(assistant))
        with Progress(console=console(), disable=not sys.stdout.isatty()) as bar:
            task = bar.add_task("patients", total=len(people))
            totals: dict[str, int] = {}
            for one in people:
                _, toolbox = _session(assistant, settings, one, "", acknowledge, ask=True)
                _logged(toolbox, _call("find_images", words=""))
                found = images.look("", toolbox.lock, toolbox.clock, limit=100_000)
                done = index_images(found.images, images.loader(toolbox.lock), encoder, vectors)
                for name, count in (("new", done.new), ("reused", done.reused), ("known", done.known),
                                    ("removed", done.removed), *done.skipped.items()):  # fmt: skip
                    totals[name] = totals.get(name, 0) + count
                bar.advance(task)
        console().print(f"{len(people)} patients, {encoder.name}", markup=False)
        for name, count in totals.items():
            console().print(f"{count:>8}  {name}", markup=False)


@contextmanager
def _assistant(settings: Settings) -> Iterator[tuple[Assistant, RecordImages]]:
    """The assistant and image tools of the settings."""
    from chartwarden.agent.cli.opening import opened
    from chartwarden.tools.images.looking import RecordImages

    with opened(settings) as assistant:
        images = assistant.services.images
        assert isinstance(images, RecordImages), "the assistant makes them from the settings"
        yield assistant, images


@contextmanager
def _looking(
    ctx: typer.Context, patient: str, as_of: str, acknowledge: str, *, ask: bool, reading: bool = False
) -> Iterator[tuple[RecordImages, Session, Toolbox]]:
    settings = settings_of(ctx)
    with _assistant(settings) as (assistant, images):
        session, toolbox = _session(assistant, settings, patient, as_of, acknowledge, ask=ask, reading=reading)
        yield images, session, toolbox


def _session(
    assistant: Assistant,
    settings: Settings,
    patient: str,
    as_of: str,
    acknowledge: str,
    *,
    ask: bool,
    reading: bool = False,
) -> tuple[Session, Toolbox]:
    """A session about one patient and its tools, the image tools among them."""
    from chartwarden.agent.cli.acknowledging import acknowledger

    name = acknowledger(settings, acknowledge, ask_person=ask)
    session = assistant.session(patient, acknowledged_by=name, as_of=as_of, image_reading=reading)
    return session, assistant.toolbox(session)


def _call(name: Any, **arguments: str) -> ToolCall:
    from chartwarden.tools.toolbox import ToolCall

    return ToolCall(name=name, **arguments)


def _logged(toolbox: Toolbox, call: ToolCall) -> Any:
    """The result of a call that stands in the audit log."""
    done = toolbox.run(call)
    if done.result is None:
        raise SourceFault(done.error, code=call.name)
    return done.result


def _all_patients(assistant: Assistant) -> Iterator[str]:
    for page in assistant.services.source.search("Patient", []):
        yield from (str(one["id"]) for one in page.matches)


def _image(reference: str, found: Found) -> ImageFinding:
    for image in found.images:
        if reference in (image.reference, *image.also):
            return image
    raise UsageError(f"this record has no image {reference!r}; `images find` lists them")


def _list_pictures(
    image: ImageFinding, images: RecordImages, toolbox: Toolbox, wanted: int
) -> tuple[bytes, Facts] | None:
    """Print the pictures of an image and return the wanted one, or the first that can be shown."""
    from chartwarden.agent.cli.showing import console
    from chartwarden.tools.errors import AccessDenied

    out = console()
    loader = images.loader(toolbox.lock)
    chosen: tuple[bytes, Facts] | None = None
    for number, source in enumerate(image.sources, start=1):
        try:
            data, facts = loader.load(source)
        except (ImageError, AccessDenied, SourceFault) as fault:
            out.print(f"  picture {number}: {fault}", markup=False)
            if number == wanted:
                raise
            continue
        size = f"{facts.width} x {facts.height}" + (f", {facts.frames} frames" if facts.frames > 1 else "")
        path = loader.path_of(source)
        link = f" {path.absolute().as_uri()}" if path else ""
        out.print(f"  picture {number}: {facts.kind} {size} {len(data)} bytes{link}", markup=False)
        if number == wanted or (wanted == 0 and chosen is None):
            chosen = (data, facts)
    return chosen


def _show_first(image: ImageFinding, images: RecordImages, toolbox: Toolbox, preview: str) -> None:
    from chartwarden.agent.cli.showing import console

    for _, data, facts in images.loader(toolbox.lock).available(image):
        if facts.is_picture:
            console().print(image.reference, markup=False)
            _draw(_decoded(data, images, 0, None), preview, columns=32)
            return


def _decoded(data: bytes, images: RecordImages, frame: int, window: Window | None) -> Picture:
    from chartwarden.tools.images.pixels import open_picture

    return open_picture(data, images.limits, frame=frame, window=window)


def _draw(picture: Picture, protocol: str, *, columns: int = 60) -> None:
    from chartwarden.agent.cli import preview

    if protocol not in PROTOCOLS:
        raise UsageError(f"--preview {protocol!r} is unknown; choose {', '.join(PROTOCOLS)}")
    chosen: Any = preview.protocol_of(os.environ, is_terminal=sys.stdout.isatty()) if protocol == "auto" else protocol
    true_colour = os.environ.get("COLORTERM") in ("truecolor", "24bit")
    sys.stdout.write(preview.preview(picture.image, chosen, columns=columns, true_colour=true_colour))
    sys.stdout.flush()


def _window(text: str) -> Window | None:
    from chartwarden.tools.images.dicom import Window

    if not text:
        return None
    if text in WINDOWS:
        return Window(*WINDOWS[text])
    low, _, high = text.partition(",")
    try:
        return Window(float(low), float(high))
    except ValueError:
        raise UsageError(f"--window {text!r}: choose {', '.join(WINDOWS)} or write LOW,HIGH") from None


def _file_bytes(path: Path, images: RecordImages) -> bytes:
    from chartwarden.tools.images.content import check_size

    if not path.is_file():
        raise UsageError(f"there is no file {str(path)!r}")
    check_size(path.stat().st_size, images.limits)
    return path.read_bytes()


def _as_png(picture: Picture) -> bytes:
    import io

    stream = io.BytesIO()
    picture.image.save(stream, "PNG")
    return stream.getvalue()


def _save(path: Path, data: bytes) -> None:
    from chartwarden.agent.cli.showing import console

    try:
        with path.open("xb") as stream:
            stream.write(data)
    except FileExistsError:
        raise UsageError(f"{str(path)!r} exists already; name another file") from None
    console().print(f"saved {path.absolute()}", markup=False)
