"""Train the classifier of the gate on the labelled corpus: `python -m chartwarden.agent.gate.training`.

For developers: needs numpy and scipy (extra `dev`), writes `weights.bin.gz` beside this file. The corpus is `corpus/`:
requests as people write them (`*.jsonl`, one `{"text", "class", "language", "register"}` a line), and patterns that are
written out (`patterns.txt`). Everything is drawn with a fixed seed: the same corpus and libraries give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import numpy

from chartwarden.agent.gate.features import VERSION, features_of
from chartwarden.agent.gate.learning import Examples, Learner
from chartwarden.agent.gate.reading import cleaned, parts_of
from chartwarden.agent.gate.scoring import ALARM, CLASSES, REQUEST, WEIGHTS
from chartwarden.agent.gate.taxonomy import ANSWERED, NOT_ALL_ANSWERED, ClassId, Language
from chartwarden.agent.networks.corpora import in_checkout
from chartwarden.agent.networks.learning import matrix, numbered, table
from chartwarden.agent.networks.network import Member, Network
from chartwarden.agent.networks.packing import Weights, pack, unpack

_HERE = Path(__file__).resolve().parent
SCALE = 5.0
"""Length of a row of features, so that requests of any length weigh alike."""
WIDTH = 16
"""Numbers a feature has in one member."""
MEMBERS = 8
"""Networks that are averaged: they differ in where they began and in what was left out."""
ROUNDS = 8
"""Times each member goes through the corpus."""
SMOOTHING = 0.05
"""Of the probability of a label, what is shared among all classes: labels are not always right."""
WRITTEN_OUT = 16
"""Requests drawn from a pattern."""
PATTERN_WEIGHT = 0.5
"""What a drawn request counts for beside one that somebody wrote."""
PART_WEIGHT = 0.5
"""What a part of a request counts for beside a whole one."""
ALARM_WEIGHT = 3.0
"""What an emergency counts for when the alarm is learnt: recall first."""
JOINED = 350
"""Requests made of two, per language: a part the record can answer beside one that is refused."""
JOINED_ALARMS = 700
"""The same with an emergency told before or behind what the record can answer: a plain question calms nothing."""
TOLD_FIRST = 0.8
"""Share of them in which the emergency stands in front."""
SEEN = 5
"""Requests a feature must occur in."""
LEVELS = 5
"""Numbers of a row are told from so many below zero to so many above: finer ones take room and judge no better."""
CLIPPED = 0.005
"""Share of the numbers that lie beyond the outermost levels."""
TURNED_AWAY = NOT_ALL_ANSWERED | {"X5"}
"""Classes whose requests get no answer to all they ask."""
_ADVISED = ("X1", "X2", "X3", "X4", "X8", "K1")
_JOINTS: dict[Language, tuple[str, ...]] = {
    "en": (" ", ", and ", " and ", "; ", " - ", ", then ", ". And "),
    "de": (" ", ", und ", " und ", "; ", " - ", ", dann ", ". Und "),
    "es": (" ", ", y ", " y ", "; ", " - ", ", luego ", ". Y "),
    "fr": (" ", ", et ", " et ", "; ", " - ", ", puis ", ". Et "),
}
_BESIDE = (" ", ", ", "; ", " - ", ": ")
"""What stands between what is told and what is asked, in all of the languages."""
_CHOICE = re.compile(r"\(([^()]*)\)")


@dataclass(frozen=True)
class Row:
    """A labelled request."""

    text: str
    class_id: ClassId
    language: Language
    weight: float = 1.0
    group: str = ""
    """Rows written as variations of each other; they stay together when the corpus is split."""
    is_part: bool = False
    """Only a part of a request: the class is that of the whole."""


def corpus(among: Collection[str] | None = None) -> list[Row]:
    """The requests people wrote; only those of some files, where their names are given."""
    rows = []
    for path in _files(".jsonl"):
        if among is not None and path.stem not in among:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
            row = json.loads(line)
            group = row.get("group") or f"{path.stem}-{number // 6}"
            rows.append(Row(row["text"], cast(ClassId, row["class"]), row["language"], group=group))
    return rows


def corpus_digest() -> str:
    """SHA-256 over the names and bytes of the corpus."""
    digest = hashlib.sha256()
    for path in (*_files(".jsonl"), *_files(".txt")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _files(ending: str) -> list[Path]:
    return sorted((_HERE / "corpus").glob(f"*{ending}"))


def patterns() -> list[Row]:
    """Requests drawn from the patterns: `(a|b|)` is a choice, `{name}` a list defined by `name = a|b`."""
    rows = []
    for path in _files(".txt"):
        lists: dict[str, str] = {}
        for line in path.read_text(encoding="utf-8").splitlines():
            if not line.strip() or line.startswith("#"):
                continue
            if match := re.match(r"(\w+) = (.*)", line):
                lists[match[1]] = f"({_filled(match[2], lists)})"
                continue
            class_id, language, pattern = line.split(" ", 2)
            drawn = random.Random(line)
            texts = {_drawn(_filled(pattern, lists), drawn) for _ in range(WRITTEN_OUT)}
            rows += [
                Row(text, cast(ClassId, class_id), cast(Language, language), PATTERN_WEIGHT, line)
                for text in sorted(texts)
            ]
    return rows


def _filled(pattern: str, lists: dict[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda match: lists[match[1]], pattern)


def _drawn(pattern: str, drawn: random.Random) -> str:
    while match := _CHOICE.search(pattern):
        pattern = pattern[: match.start()] + drawn.choice(match[1].split("|")) + pattern[match.end() :]
    return re.sub(r"\s+", " ", pattern).strip().replace(" ?", "?").replace(" ,", ",")


def joined(rows: Sequence[Row]) -> list[Row]:
    """Requests made of two of the same language: `MIX`, an emergency, or still answered when both parts are."""
    drawn, told = random.Random(7), random.Random(11)
    made = []
    for language, joints in _JOINTS.items():
        own = [row for row in rows if row.language == language and len(row.text) < 90]
        asks = [row for row in own if row.class_id in ANSWERED]
        advised = [row for row in own if row.class_id in _ADVISED]
        for _ in range(JOINED if asks and advised else 0):
            first, second = drawn.choice(asks), drawn.choice(advised)
            made.append(_join(first, second, "MIX", drawn.choice(joints)))
            third, fourth = drawn.choice(asks), drawn.choice(asks)
            made.append(_join(third, fourth, third.class_id, drawn.choice(joints)))
        alarms = [row for row in own if row.class_id == "X5" and "?" not in row.text]
        for _ in range(JOINED_ALARMS if asks and alarms else 0):
            pair = [told.choice(alarms), told.choice(asks)]
            first, second = pair if told.random() < TOLD_FIRST else pair[::-1]
            made.append(_join(first, second, "X5", told.choice(_BESIDE if first is pair[0] else (" ",))))
    return made


def parted(rows: Sequence[Row]) -> list[Row]:
    """The parts of requests that are answered, for the alarm alone: what is told before asking is no emergency."""
    return [
        replace(row, text=part, weight=PART_WEIGHT * row.weight, is_part=True)
        for row in rows
        if row.class_id in ANSWERED and len(parts := parts_of(cleaned(row.text))) > 1
        for part in parts
    ]


def _join(first: Row, second: Row, class_id: ClassId, joint: str) -> Row:
    head = first.text.rstrip(" ?.!") if joint.strip(" ") else first.text
    tail = second.text[0].lower() + second.text[1:] if "." not in joint and joint != " " else second.text
    return Row(head + joint + tail, class_id, first.language, PATTERN_WEIGHT, first.group)


def train(rows: Sequence[Row], digest: str = "") -> bytes:
    """The weights file for these rows, with what is drawn from them."""
    names, classes, examples = _examples([*rows, *joined(rows), *parted(rows)])
    members = [Learner(examples, WIDTH, seed).learn(ROUNDS) for seed in range(MEMBERS)]
    return _packed(names, classes, members, digest)


def _examples(rows: Sequence[Row]) -> tuple[list[str], list[ClassId], Examples]:
    """The features and the classes that occur, and the rows told by them."""
    found = [features_of(cleaned(row.text)) for row in rows]
    names = numbered(found, SEEN)
    classes = sorted({row.class_id for row in rows})
    wanted = numpy.full((len(rows), len(classes)), SMOOTHING / len(classes), dtype="float32")
    wanted[range(len(rows)), [classes.index(row.class_id) for row in rows]] += 1 - SMOOTHING
    examples = Examples(
        features=matrix(found, names, SCALE),
        classes=wanted,
        turned_away=numpy.array([class_id in TURNED_AWAY for class_id in classes], dtype="float32"),
        urgent=numpy.array([row.class_id == "X5" for row in rows], dtype="float32"),
        importance=numpy.array([0 if row.is_part else row.weight for row in rows], dtype="float32"),
        alarm_importance=numpy.array([row.weight * _alarming(row) for row in rows], dtype="float32"),
    )
    return list(names), classes, examples


def _alarming(row: Row) -> float:
    return ALARM_WEIGHT if row.class_id == "X5" else 1.0


def _packed(names: Sequence[str], classes: Sequence[str], members: Sequence[Learner], digest: str) -> bytes:
    features = table(names, [member.rows for member in members], levels=LEVELS, clipped=CLIPPED, length=SCALE)
    network = Network(features, tuple(map(_member, members)), {CLASSES: tuple(classes), ALARM: ("X5",)})
    return pack(Weights({REQUEST: network}, VERSION, digest))


def _member(learnt: Learner) -> Member:
    heads = {CLASSES: learnt.out.layer(slice(-1)), ALARM: learnt.out.layer(slice(-1, None))}
    return Member(learnt.hidden.layer(), heads)


def trained_on(rows: Sequence[Row]) -> Weights:
    """The weights of a training, ready to judge with: for cross-validation."""
    return unpack(train(rows), VERSION)


def main() -> None:
    """Train on the whole corpus and write the weights."""
    rows = in_checkout([*corpus(), *patterns()])
    (_HERE / WEIGHTS).write_bytes(train(rows, corpus_digest()))


if __name__ == "__main__":
    main()
