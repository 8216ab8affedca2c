"""A picture in a terminal: Kitty, iTerm2 or sixel graphics where the terminal speaks them, half-blocks elsewhere.

Everything sent is made here from decoded pixels; no byte of the file itself and no text of it reaches the terminal.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from PIL.Image import Image

Protocol = Literal["kitty", "iterm", "sixel", "blocks", "none"]

CELL_WIDTH = 10
"""Pixels across a character cell, as graphics protocols are given a picture of about that many."""
_CHUNK = 4096
_SIXEL_COLOURS = 64
_ESC = "\x1b"


def protocol_of(environment: Mapping[str, str], *, is_terminal: bool) -> Protocol:
    """What the terminal speaks, by its own environment variables; blocks when in doubt, none when piped."""
    if not is_terminal or environment.get("TERM") == "dumb":
        return "none"
    if "TMUX" in environment or environment.get("TERM", "").startswith("screen"):
        return "blocks"  # a multiplexer passes graphics on only when it is set up to
    program, term = environment.get("TERM_PROGRAM", ""), environment.get("TERM", "")
    if "KITTY_WINDOW_ID" in environment or "kitty" in term or program in ("ghostty", "WezTerm"):
        return "kitty"
    if program in ("iTerm.app", "mintty"):
        return "iterm"
    if "sixel" in term or term.startswith(("foot", "mlterm", "contour", "yaft")):
        return "sixel"
    return "blocks"


def preview(picture: Image, protocol: Protocol, *, columns: int = 60, true_colour: bool = True) -> str:
    """The escape sequences (or characters) that show the picture, at most `columns` cells wide; empty for `none`."""
    if protocol == "none":
        return ""
    if protocol == "blocks":
        return _blocks(picture, columns, true_colour=true_colour)
    small = _fitted(picture, columns * CELL_WIDTH, columns * CELL_WIDTH)
    return {"kitty": _kitty, "iterm": _iterm, "sixel": _sixel}[protocol](small)


def _fitted(picture: Image, width: int, height: int) -> Image:
    """The whole picture inside the box, never enlarged beyond it."""
    scale = min(width / picture.width, height / picture.height)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return picture.convert("RGB").resize(size)


def _kitty(picture: Image) -> str:
    """Kitty graphics protocol: transmit and display PNG data in chunks."""
    data = _png64(picture)
    chunks = [data[at : at + _CHUNK] for at in range(0, len(data), _CHUNK)]
    parts = []
    for number, chunk in enumerate(chunks):
        more = int(number < len(chunks) - 1)
        control = f"a=T,f=100,q=2,m={more}" if number == 0 else f"m={more}"
        parts.append(f"{_ESC}_G{control};{chunk}{_ESC}\\")
    return "".join(parts) + "\n"


def _iterm(picture: Image) -> str:
    """iTerm2 inline image."""
    data = _png64(picture)
    return f"{_ESC}]1337;File=inline=1;width={picture.width}px;preserveAspectRatio=1:{data}\x07\n"


def _png64(picture: Image) -> str:
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return base64.b64encode(stream.getvalue()).decode("ascii")


def _sixel(picture: Image) -> str:
    """DEC sixel graphics: bands of six rows, one pass a colour, runs counted."""
    paletted = picture.quantize(_SIXEL_COLOURS)
    palette = paletted.getpalette() or []
    cells = paletted.tobytes()
    width, height = paletted.size
    found = [f'{_ESC}Pq"1;1;{width};{height}']
    for colour in range(len(palette) // 3):
        red, green, blue = (round(part * 100 / 255) for part in palette[colour * 3 : colour * 3 + 3])
        found.append(f"#{colour};2;{red};{green};{blue}")
    for top in range(0, height, 6):
        rows = [cells[row * width : (row + 1) * width] for row in range(top, min(top + 6, height))]
        passes = []
        for colour in sorted(set(b"".join(rows))):
            bits = (sum(1 << bit for bit, row in enumerate(rows) if row[x] == colour) for x in range(width))
            passes.append(f"#{colour}" + _run_lengths("".join(chr(63 + bit) for bit in bits)))
        found.append("$".join(passes) + "-")
    return "".join(found) + f"{_ESC}\\\n"


def _run_lengths(text: str) -> str:
    found, at = [], 0
    while at < len(text):
        end = at
        while end < len(text) and text[end] == text[at]:
            end += 1
        count = end - at
        found.append(f"!{count}{text[at]}" if count > 3 else text[at] * count)
        at = end
    return "".join(found)


def _blocks(picture: Image, columns: int, *, true_colour: bool) -> str:
    """Two pixels a character: the upper half block in the colour of the upper one, on the colour of the lower."""
    small = _fitted(picture, columns, columns)
    width, height = small.size
    pixels = small.tobytes()

    def colour(x: int, y: int) -> tuple[int, int, int]:
        at = (min(y, height - 1) * width + x) * 3
        return pixels[at], pixels[at + 1], pixels[at + 2]

    lines = []
    for y in range(0, height, 2):
        line = [
            f"{_ESC}[{_code(38, colour(x, y), true_colour)};{_code(48, colour(x, y + 1), true_colour)}m▀"
            for x in range(width)
        ]
        lines.append("".join(line) + f"{_ESC}[0m")
    return "\n".join(lines) + "\n"


def _code(layer: int, colour: tuple[int, int, int], true_colour: bool) -> str:
    red, green, blue = colour
    if true_colour:
        return f"{layer};2;{red};{green};{blue}"
    if max(colour) - min(colour) < 16:
        return f"{layer};5;{232 + round(sum(colour) / 3 * 23 / 255)}"
    return f"{layer};5;{16 + 36 * round(red / 51) + 6 * round(green / 51) + round(blue / 51)}"
