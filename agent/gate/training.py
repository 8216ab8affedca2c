"""Train the classifier of the gate on the labelled corpus: `python -m chartwarden.agent.gate.training`.

For developers: needs scikit-learn (extra `dev`), writes `weights.bin.gz` beside this file. The corpus is `corpus/`:
requests as people write them (`*.jsonl`, one `{"text", "class", "language", "register"}` a line), and patterns that are
written out (`patterns.txt`). Everything is drawn with a fixed seed: the same corpus and libraries give the same bytes.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from chartwarden.agent.gate.features import VERSION, features_of
from chartwarden.agent.gate.reading import cleaned
from chartwarden.agent.gate.scoring import WEIGHTS, Weights, read_weights
from chartwarden.agent.gate.taxonomy import ANSWERED, ClassId, Language

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_HERE = Path(__file__).resolve().parent
SCALE = 5.0
"""Length of a row of features: with it a penalty of one suits requests of any length."""
PENALTY = 1.0
"""Inverse strength of the L2 penalty, by cross-validation."""
WRITTEN_OUT = 16
"""Requests drawn from a pattern."""
PATTERN_WEIGHT = 0.5
"""What a drawn request counts for beside one that somebody wrote."""
JOINED = 350
"""Requests made of two, per language: a part the record can answer beside one that is refused."""
SEEN = 2
"""Requests a feature of words must occur in."""
SEEN_TOGETHER = 5
"""Requests a pair, a gap or a piece of a word must occur in: there are many more of those."""
KEPT_FROM = 3
"""A feature none of whose weights reaches this, of 127, is left out: it changes nothing and takes room."""
ROUNDS = 30
"""Steps of the solver; more fit the corpus closer without judging better."""
FRAMED_WEIGHT = 0.5
"""What a request in other clothes counts for."""
_JUDGING = ("X1", "X2", "X3", "X4")
_WORN_BY_NONE = ("X5", "X6", "X10", "X11", "MIX")
_ADVISED = ("X1", "X2", "X3", "X4", "X8", "K1")
_JOINTS: dict[Language, tuple[str, ...]] = {
    "en": (" ", ", and ", " and ", "; ", " - ", ", then ", ". And "),
    "de": (" ", ", und ", " und ", "; ", " - ", ", dann ", ". Und "),
    "es": (" ", ", y ", " y ", "; ", " - ", ", luego ", ". Y "),
    "fr": (" ", ", et ", " et ", "; ", " - ", ", puis ", ". Et "),
}
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


def corpus() -> list[Row]:
    """The requests people wrote."""
    rows = []
    for path in _files(".jsonl"):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
            row = json.loads(line)
            group = row.get("group") or f"{path.stem}-{number // 6}"
            rows.append(Row(row["text"], cast(ClassId, row["class"]), row["language"], group=group))
    return rows


def corpus_digest() -> str:
    """SHA-256 over the names and bytes of the corpus."""
    digest = hashlib.sha256()
    for path in (*_files(".jsonl"), *_files(".txt"), *_files(".json")):
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


def framed(rows: Sequence[Row]) -> list[Row]:
    """The rows again in other clothes (`frames.json`): politeness, roles, and where to look, which change no class.

    A request for a judgement stays one when it names the documents to judge by; a question to the record stays one
    when it says where the answer stands.
    """
    frames = json.loads((_HERE / "corpus" / "frames.json").read_text(encoding="utf-8"))
    drawn = random.Random(11)
    made = []
    for row in rows:
        clothes, text = frames[row.language], row.text.rstrip(" ?.!")
        if row.class_id in _WORN_BY_NONE or len(text.split()) < 3:
            continue
        low = text[0].lower() + text[1:] if text[1:2].islower() else text
        worn = [drawn.choice(clothes["front"]) + low + row.text[len(text) :], text + drawn.choice(clothes["end"])]
        if row.class_id in _JUDGING:
            worn += [text + drawn.choice(clothes["judged"]), drawn.choice(clothes["judged_front"]) + low + "?"]
        elif row.class_id in ("R1", "R5"):
            worn += [text + drawn.choice(clothes["kept"])] * 2
        made.append(replace(row, text=drawn.choice(worn), weight=FRAMED_WEIGHT))
    return made


def joined(rows: Sequence[Row]) -> list[Row]:
    """Requests made of two of the same language: `MIX`, or still answered when both parts are."""
    drawn = random.Random(7)
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
    return made


def _join(first: Row, second: Row, class_id: ClassId, joint: str) -> Row:
    head = first.text.rstrip(" ?.!") if joint.strip(" ") else first.text
    tail = second.text[0].lower() + second.text[1:] if "." not in joint and joint != " " else second.text
    return Row(head + joint + tail, class_id, first.language, PATTERN_WEIGHT, first.group)


def train(rows: Sequence[Row], digest: str = "") -> bytes:
    """The weights file for these rows, with what is drawn from them."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    rows = [*rows, *joined(rows), *framed([row for row in rows if row.weight == 1.0])]
    found = [features_of(cleaned(row.text)) for row in rows]
    seen = Counter(name for features in found for name in features)
    names = sorted(name for name, count in seen.items() if count >= (SEEN if _is_of_words(name) else SEEN_TOGETHER))
    matrix = _matrix(found, names)
    importance = [row.weight for row in rows]
    classes = LogisticRegression(C=PENALTY, max_iter=ROUNDS, tol=1e-3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # stopped early on purpose
        classes.fit(matrix, [row.class_id for row in rows], sample_weight=importance)
    alarm = LogisticRegression(C=PENALTY, solver="liblinear", random_state=0)
    alarm.fit(matrix, [row.class_id == "X5" for row in rows], sample_weight=importance)
    return _packed(names, classes, alarm, digest)


def _is_of_words(name: str) -> bool:
    return name.startswith(("w: ", "s: ", "opens: "))


def _matrix(found: Sequence[frozenset[str]], names: Sequence[str]) -> csr_matrix:
    import numpy
    from scipy.sparse import csr_matrix

    place = {name: at for at, name in enumerate(names)}
    starts, columns, values = [0], [], []
    for features in found:
        known = sorted(place[name] for name in features if name in place)
        columns += known
        values += [SCALE / max(len(known), 1) ** 0.5] * len(known)
        starts.append(len(columns))
    return csr_matrix((numpy.array(values), columns, starts), shape=(len(found), len(names)))


def _packed(names: Sequence[str], classes: Any, alarm: Any, digest: str) -> bytes:
    import numpy

    step = float(numpy.abs(classes.coef_).max()) / 127
    alarm_step = float(numpy.abs(alarm.coef_).max()) / 127
    table = numpy.vstack([classes.coef_ / step, alarm.coef_ / alarm_step]).round().astype("int8").T
    kept = numpy.abs(table).max(axis=1) >= KEPT_FROM
    head = {
        "features_version": VERSION,
        "corpus": digest,
        "classes": list(classes.classes_),
        "bias": [round(float(one), 5) for one in classes.intercept_],
        "step": round(step, 8),
        "scale": SCALE,
        "emergency": {"bias": round(float(alarm.intercept_[0]), 5), "ratio": round(alarm_step / step, 8)},
    }
    shown = "\n".join(name for name, keep in zip(names, kept, strict=True) if keep)
    body = b"\n\n".join((json.dumps(head).encode(), shown.encode(), table[kept].tobytes()))
    return gzip.compress(body, mtime=0)


def trained_on(rows: Sequence[Row]) -> Weights:
    """The weights of a training, ready to judge with: for cross-validation."""
    return read_weights(train(rows))


def main() -> None:
    """Train on the whole corpus and write the weights."""
    rows = [*corpus(), *patterns()]
    (_HERE / WEIGHTS).write_bytes(train(rows, corpus_digest()))


if __name__ == "__main__":
    main()
