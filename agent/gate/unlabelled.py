"""Requests without a label, put together from labelled ones: what a large encoder judges for a small one to learn.

Parts of requests, two requests in one, the beginning of one before the end of another, words left out or put in: many
of them say what nobody would say. What counts is that the two encoders are shown the same thing.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from chartwarden.agent.gate.reading import parts_of

JOINED, CROSSED = 35_000, 35_000
"""Requests made of two, and of the beginning of one and the end of another."""
SHORT = 110
"""Characters up to which a request is joined with another."""
LEFT_OUT = 0.12
"""Share of the words of a request that are left out."""
PUT_IN = 0.5
"""How many requests get a word of another in place of their own."""
_LEAST = 4
"""Words a request must have for that."""
_JOINTS = (" ", ", and ", " and ", "; ", " - ", ", then ", ". ", ": ", ", also ")


def unlabelled(
    requests: Sequence[str], beside: Sequence[str] = (), *, joined: int = JOINED, crossed: int = CROSSED
) -> list[str]:
    """Requests made of cleaned ones, with others that stand `beside`; none of the given ones among them."""
    drawn = random.Random(5)
    parts = [found for one in requests if len(found := parts_of(one)) > 1]
    short = [one for one in requests if len(one) < SHORT]
    made = {part for found in parts for part in found}
    made.update(
        _joined(drawn.choice(short), drawn.choice(short), drawn.choice(_JOINTS)) for _ in range(joined) if short
    )
    made.update(_crossed(drawn.choice(parts), drawn.choice(parts), drawn) for _ in range(crossed) if parts)
    made.update(one for request in requests for one in _damaged(request, requests, drawn))
    return sorted((made | set(beside)) - set(requests) - {""})


def _joined(first: str, second: str, joint: str) -> str:
    return (first.rstrip(" ?.!") if joint.strip() else first) + joint + second


def _crossed(first: Sequence[str], second: Sequence[str], drawn: random.Random) -> str:
    return " ".join([*first[:-1], second[-1]] if drawn.random() < PUT_IN else [first[0], *second[1:]])


def _damaged(request: str, requests: Sequence[str], drawn: random.Random) -> Iterator[str]:
    """The request with words left out, and now and then with a word of another request in it."""
    words = request.split()
    if len(words) < _LEAST:
        return
    yield " ".join(word for word in words if drawn.random() > LEFT_OUT)
    if drawn.random() < PUT_IN:
        words[drawn.randrange(len(words))] = drawn.choice(drawn.choice(requests).split() or [""])
        yield " ".join(words)
