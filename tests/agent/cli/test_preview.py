"""Pictures in terminals: the right protocol, well-formed sequences, nothing when nobody looks."""

from __future__ import annotations

import base64
import io
import re

import pytest
from PIL import Image

from chartwarden.agent.cli.preview import preview, protocol_of


@pytest.mark.parametrize(
    ("environment", "protocol"),
    [
        ({"TERM": "xterm-kitty"}, "kitty"),
        ({"TERM": "xterm-256color", "KITTY_WINDOW_ID": "1"}, "kitty"),
        ({"TERM_PROGRAM": "ghostty"}, "kitty"),
        ({"TERM_PROGRAM": "iTerm.app"}, "iterm"),
        ({"TERM": "foot"}, "sixel"),
        ({"TERM": "xterm-sixel"}, "sixel"),
        ({"TERM": "xterm-256color"}, "blocks"),
        ({"TERM": "xterm-kitty", "TMUX": "/tmp/x"}, "blocks"),
        ({"TERM": "dumb"}, "none"),
    ],
)
def test_the_terminal_says_what_it_speaks(environment: dict[str, str], protocol: str) -> None:
    assert protocol_of(environment, is_terminal=True) == protocol
    assert protocol_of(environment, is_terminal=False) == "none"


def test_half_blocks_carry_two_rows_each() -> None:
    picture = Image.new("RGB", (4, 4), (255, 0, 0))
    picture.paste((0, 0, 255), (0, 1, 4, 2))
    lines = preview(picture, "blocks", columns=4).splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("\x1b[38;2;255;0;0;48;2;0;0;255m▀")
    assert lines[0].count("▀") == 4
    assert all(line.endswith("\x1b[0m") for line in lines)


def test_half_blocks_fall_back_to_256_colours() -> None:
    grey = preview(Image.new("L", (2, 2), 128), "blocks", columns=2, true_colour=False)
    assert "38;5;244;48;5;244m" in grey
    red = preview(Image.new("RGB", (2, 2), (255, 0, 0)), "blocks", columns=2, true_colour=False)
    assert "38;5;196" in red


def test_the_shape_of_the_picture_is_kept() -> None:
    wide = preview(Image.new("L", (200, 50)), "blocks", columns=40).splitlines()
    assert (len(wide), wide[0].count("▀")) == (5, 40)


def test_kitty_chunks_carry_a_whole_png() -> None:
    sent = preview(Image.effect_noise((300, 200), 80), "kitty", columns=30)
    chunks = re.findall(r"\x1b_G([^;]*);([^\x1b]*)\x1b\\", sent)
    assert chunks[0][0] == "a=T,f=100,q=2,m=1"
    assert [control for control, _ in chunks[1:]] == ["m=1"] * (len(chunks) - 2) + ["m=0"]
    assert all(len(data) <= 4096 for _, data in chunks)
    with Image.open(io.BytesIO(base64.b64decode("".join(data for _, data in chunks)))) as picture:
        assert picture.size == (300, 200)


def test_iterm_carries_a_whole_png() -> None:
    sent = preview(Image.new("L", (40, 30), 9), "iterm", columns=4)
    match = re.fullmatch(r"\x1b\]1337;File=inline=1;width=40px;preserveAspectRatio=1:(.*)\x07\n", sent)
    assert match is not None
    with Image.open(io.BytesIO(base64.b64decode(match[1]))) as picture:
        assert picture.size == (40, 30)


def _from_sixel(sent: str) -> list[list[tuple[int, int, int]]]:
    """Draw a sixel picture, the way a terminal would."""
    match = re.fullmatch(r'\x1bPq"1;1;(\d+);(\d+)((?:#\d+;2;\d+;\d+;\d+)*)(.*)\x1b\\\n', sent)
    assert match is not None
    width, height = int(match[1]), int(match[2])
    palette = {
        int(number): (int(red), int(green), int(blue))
        for number, red, green, blue in re.findall(r"#(\d+);2;(\d+);(\d+);(\d+)", match[3])
    }
    drawn = [[(-1, -1, -1)] * width for _ in range(height)]
    for band, text in enumerate(match[4].split("-")[:-1]):
        for one in text.split("$"):
            colour, body = re.match(r"#(\d+)(.*)", one).groups()  # type: ignore[union-attr]
            x = 0
            for count, sixel in re.findall(r"(?:!(\d+))?([?-~])", body):
                for _ in range(int(count or 1)):
                    for bit in range(6):
                        if (ord(sixel) - 63) >> bit & 1:
                            drawn[band * 6 + bit][x] = palette[int(colour)]
                    x += 1
    return drawn


def test_a_sixel_picture_draws_back_to_the_same_pixels() -> None:
    picture = Image.new("RGB", (11, 9), (255, 255, 255))
    picture.paste((0, 0, 0), (2, 1, 7, 8))
    columns = 2
    drawn = _from_sixel(preview(picture, "sixel", columns=columns))
    scale = len(drawn[0]) / 11
    assert len(drawn[0]) == 20
    assert drawn[int(4 * scale)][int(4 * scale)] == (0, 0, 0)
    assert drawn[0][0] == (100, 100, 100)
    assert all(colour[0] >= 0 for row in drawn for colour in row)


def test_nobody_looking_means_nothing_sent() -> None:
    assert preview(Image.new("L", (2, 2)), "none") == ""
