"""What is taken out of a sentence by its kind: people, sources of admission, routes, numbers, limits.

Each leaves a placeholder in the mask, and itself in the skeleton.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.names.mentions import Mention, spot
from chartwarden.agent.planning.names.routes import (
    VIA,
    routes_as_recorded,
    routes_in_words,
    routes_left_out,
    routes_said_twice,
)
from chartwarden.agent.planning.names.sources import SOURCE_TOLD, sources_in_words, sources_untold
from chartwarden.agent.planning.reading.mask import Mask
from chartwarden.agent.planning.reading.quantities import (
    may_be_a_year,
    quantities,
    thresholds,
)
from chartwarden.agent.planning.reading.skeleton import Skeleton
from chartwarden.tools.records.record_vocabulary import Vocabulary

_TITLE = r"(?:dr|doctor|prof|professor|nurse|mr|mrs|ms)\.? "
_PERSON = Pattern(rf"\b(?i:{_TITLE})(?P<name>[A-ZÀ-Ý][\w'’-]*\d*(?: (?:[A-ZÀ-Ý][\w'’-]*\d*|de|del|la|van|von|der))*)")


_SOMEBODY = r"(?:(?:any|some|every)(?:body|one)|(?:any|another|some|an|which|what)(?: other)? [a-z]+|who|someone)"
_BUT = Pattern(
    rf"(?:(?<= )(?P<who>{_SOMEBODY}) )?(?:(?:else )?(?:but|other than|besides|apart from|aside from|except(?:"
    rf" for)?)|than) "
    r"(?:(?:dr|doctor)\.? )?$",
    re.IGNORECASE,
)
"""Anybody but the one who is named behind it."""


def keep(mask: Mask, skeleton: Skeleton, mention: Mention) -> None:
    """Take out a name: a thing."""
    mask.add(mention.start, mention.end, f"qc{len(skeleton.mentions)}")
    skeleton.mentions.append(mention)


def take_people(mask: Mask, skeleton: Skeleton, vocabulary: Vocabulary) -> None:
    """Take out people by their titles, and those whom the record names."""
    found = list(_PERSON.finditer(mask.question))
    names = spot(mask.question, vocabulary, taken=mask.taken, broad=False) if found else []
    for match in found:
        within = any(name.start < match.start() and match.end() <= name.end for name in names)  # "... (MS Contin)"
        if mask.free(*match.span()) and not within:
            _take_person(mask, skeleton, *match.span(), match["name"].removesuffix("'s"))
    lowered = mask.question.lower()
    for entry in vocabulary.manifest.words("person"):
        name = re.sub(r"\d+", "", entry.label).strip()
        bare = re.sub(r"^(?:dr|mr|mrs|ms|prof)\.? ", "", name.lower())
        at = lowered.find(bare) if len(bare) > 6 and " " in bare else -1
        if at >= 0 and mask.free(at, at + len(bare)):
            _take_person(mask, skeleton, at, at + len(bare), name)


def _take_person(mask: Mask, skeleton: Skeleton, start: int, end: int, name: str) -> None:
    """Take out a person, or whoever else is meant where the one that is named is left out."""
    but = _BUT.search(mask.question[:start])
    if but is not None and mask.free(but.start(), end):
        start = (
            but.end("who") if (but["who"] or "").lower().split()[:1] in (["who"], ["which"], ["what"]) else but.start()
        )
        name = f"!{name}"
    mask.add(start, end, f"{' ' if but and start == but.end('who') else ''}qp{len(skeleton.people)}")
    skeleton.people.append(name)


_NO_SOURCE = "from where somebody was admitted; the record tells no source of admission"


def take_sources(mask: Mask, skeleton: Skeleton, vocabulary: Vocabulary) -> None:
    """Take out from where somebody was admitted, in the record's words or as people say it."""
    lowered = mask.question.lower()
    if not re.search(r"\badmi|\bhospital|\bcame\b|\bbrought\b", lowered):
        return
    entries = vocabulary.manifest.words("admitSource", "Encounter")
    names = {name for entry in entries for name in (entry.label, *(c.code for c in entry.codings)) if name}
    for name in sorted(names, key=len, reverse=True):
        at = lowered.find(name.lower())
        if at < 0 or not mask.free(at, at + len(name)):
            continue
        said = mask.question[at : at + len(name)]
        if said == name or VIA.search(lowered[:at]) or SOURCE_TOLD.search(lowered[:at]):
            mask.add(at, at + len(name), f"qa{len(skeleton.sources)}")
            skeleton.sources.append(name)
    if not names:
        found = list(sources_untold(mask.question))
        skeleton.unit_gap = skeleton.unit_gap or ("" if all(name for _, _, name in found) else _NO_SOURCE)
    else:
        found = list(sources_in_words(mask.question, names)) if not skeleton.sources else []
    for start, end, name in found:
        if mask.free(start, end):
            mask.add(start, end, f"qa{len(skeleton.sources)}")
            skeleton.sources.append(name)


def route_names(vocabulary: Vocabulary) -> set[str]:
    """The names and codes of the routes that the record has."""
    recorded = {c.code or c.display or e.text: e for e in vocabulary.manifest.words("route") for c in e.codings}
    return {name for code, entry in recorded.items() for name in (code, entry.label) if name}


def take_routes(mask: Mask, skeleton: Skeleton, vocabulary: Vocabulary, *, exactly: bool) -> None:
    """Take out routes: `exactly` as recorded, before names are looked for, or in words, behind them."""
    names = route_names(vocabulary)

    def put(found: Iterable[tuple[int, int, str]]) -> None:
        for start, end, name in found:
            if mask.free(start, end):
                mask.add(start, end, f"qr{len(skeleton.routes)}")
                skeleton.routes.append(name)

    for start, end in routes_left_out(mask.question, names):
        if mask.free(start, end):
            mask.add(start, end, "")
    put(routes_said_twice(mask.question, names))
    put(routes_as_recorded(mask.question, names, exactly=exactly))
    if exactly:
        return
    found = list(routes_in_words(mask.question, names))
    if not skeleton.routes:
        put(found)
        return
    for start, end, name in found:  # told in a story's words too: "into the vein ... prescribed IV"
        if mask.free(start, end) and set(name.split("|")).intersection(skeleton.routes):
            mask.add(start, end, "")
        elif re.search(r"¤ ?(?:or|and|/|versus|vs\.?) ?$", mask.blanked()[:start]):
            put([(start, end, name)])  # of two routes that are told


def take_quantities(mask: Mask, skeleton: Skeleton) -> None:
    """Take out numbers of things."""
    for quantity in quantities(_of_measurements(mask, skeleton)):
        mask.add(quantity.start, quantity.end, f"qk{len(skeleton.quantities)} ")
        skeleton.quantities.append(quantity)


def _of_measurements(mask: Mask, skeleton: Skeleton) -> str:
    """The blanked question where the name of a measurement is no thing to be counted by itself: "over 30 BMI"."""
    text = list(mask.blanked())
    for mention in skeleton.mentions:
        if mention.linked.of("Observation") or any(row.kind == "observation" for row in mention.linked.known):
            text[mention.start : mention.end] = "¬" * (mention.end - mention.start)
    return "".join(text)


def take_thresholds(mask: Mask, skeleton: Skeleton) -> None:
    """Take out limits of values."""
    blanked = _of_measurements(mask, skeleton)
    is_measured = "¬" in blanked
    for start, end, threshold in thresholds(blanked, mask.question):
        if not threshold.unit and may_be_a_year(mask.question, start, end, measured=is_measured):
            continue
        mask.add(start, end, f"qn{len(skeleton.thresholds)}")
        skeleton.thresholds.append(threshold)
