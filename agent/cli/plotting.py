"""A series of values over time in characters, drawn or in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

PLOT_ROWS = 7
MAX_PLOT_COLUMNS = 100


def plot(points: Sequence[tuple[float, float]], width: int, unit: str) -> str:
    """Points (seconds since 1970, value) in order of time, as text of at most `width` columns.

    >>> print(plot([(0, 5.0), (86_400 * 365, 7.0)], 40, "%"))
      %
    7 ┤                                    •
      │
      │
      │
      │
      │
    5 ┤•
      └─────────────────────────────────────
       1970-01-01                 1971-01-01
    """
    low, high = min(value for _, value in points), max(value for _, value in points)
    labels = f"{high:.5g}", f"{low:.5g}"  # an axis; the table beside it has the values as recorded
    margin = max(map(len, labels)) + 1
    columns = min(width, MAX_PLOT_COLUMNS) - margin - 1
    first, last = points[0][0], points[-1][0]
    grid = [[" "] * columns for _ in range(PLOT_ROWS)]
    for when, value in points:
        x = round((when - first) / ((last - first) or 1) * (columns - 1))
        y = round((value - low) / ((high - low) or 1) * (PLOT_ROWS - 1))
        grid[PLOT_ROWS - 1 - y][x] = "•"
    lines = [f"{'':{margin}}│{''.join(row)}".rstrip() for row in grid]
    lines[0] = f"{labels[0]:>{margin - 1}} ┤{''.join(grid[0])}".rstrip()
    lines[-1] = f"{labels[1]:>{margin - 1}} ┤{''.join(grid[-1])}".rstrip()
    days = [dt.datetime.fromtimestamp(tick, dt.UTC).date().isoformat() for tick in (first, last)]
    gap = " " * max(columns - len(days[0]) - len(days[1]), 1)
    return "\n".join(
        [f"{'':{margin}}{unit}", *lines, f"{'':{margin}}└{'─' * columns}", f"{'':{margin + 1}}{days[0]}{gap}{days[1]}"]
    )


def spoken(points: Sequence[tuple[float, float]], width: int, unit: str) -> str:
    """What `plot` shows, in one line of any width.

    >>> spoken([(0, 5.0), (86_400, 8.0), (172_800, 7.0)], 80, "%")
    '3 values: first 5 (1970-01-01), last 7 (1970-01-03), lowest 5, highest 8 %'
    """
    values = [value for _, value in points]
    days = [dt.datetime.fromtimestamp(points[end][0], dt.UTC).date().isoformat() for end in (0, -1)]
    first, last, low, high = (f"{value:.5g}" for value in (values[0], values[-1], min(values), max(values)))
    told = f"{len(points)} values: first {first} ({days[0]}), last {last} ({days[1]}), lowest {low}, highest {high}"
    return f"{told} {unit}".rstrip()
