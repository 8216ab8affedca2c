"""Things left out of all that is asked for: "which vaccines other than the flu shot", "besides aspirin, ..."."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.names.mentions import Mention
from chartwarden.agent.planning.reading.frames import NotUnderstood
from chartwarden.tools.records.manifest import Entry, Manifest
from chartwarden.tools.records.query import Coding, Concept, Question, RecordQuery

_BESIDES = Pattern(
    r"[,;(]?\s*\b(?:but |and )?(?:other than|besides|apart from|aside from|except(?:ing)?(?: for)?|excluding"
    r"|(?:not|without) (?:counting|including)|with the exception of|leaving (?:out|aside))"
    r" (?:(?:the|an?|his|her|my|their|any|all) )*$",
    re.IGNORECASE,
)
_AND = Pattern(r",?\s*(?:and|or|nor|&|/)\s*(?:(?:the|an?|his|her|my|their|any) )*|,\s*", re.IGNORECASE)
_OF_ROWS = frozenset({"none", "exists", "count", "distinct", "count_distinct"})
"""What is asked of all entries that are left, and not of one measurement."""


def left_out(question: str, named: Sequence[Mention]) -> Iterator[tuple[int, int, list[Mention]]]:
    """Stretches of a question that say what is left out, and the names in them."""
    yield from _of_one_kind(question, named)
    waiting = list(named)
    while waiting:
        first = waiting.pop(0)
        said = _BESIDES.search(question[: first.start])
        if said is None:
            continue
        besides, end = [first], first.end
        leads = not question[: said.start()].strip()
        while waiting and (joint := _AND.fullmatch(question[end : waiting[0].start])):
            if leads and joint.group().strip() == ",":
                break  # "besides flu, tetanus shots?"
            besides.append(waiting.pop(0))
            end = besides[-1].end
        closed = re.match(r"\)|\s*," if leads else r"\)", question[end:])
        yield said.start(), end + (closed.end() if closed else 0), besides


_FIRST_OF_KIND = Pattern(
    r"[,;(]?\s*\b(?:but |and )?(?:other than|besides|apart from|aside from|except(?:ing)?(?: for)?|excluding"
    r"|(?:not|without) (?:counting|including)|leaving (?:out|aside)|minus) (?:(?:the|her|his|my|their|very) )*"
    r"(?:(?:first|booking)(?: |, ?))*\(?(?:initial|booking)\)?(?: (?:one|visit|appointment|encounter"
    r"|booking))?(?: \(?initial\)?)?"
    r"\)?,?",
    re.IGNORECASE,
)
"""Visits of one kind that are left out of those that are named: "not counting the initial one"."""


def _of_one_kind(question: str, named: Sequence[Mention]) -> Iterator[tuple[int, int, list[Mention]]]:
    """Where the record tells the initial visits of a name apart from the others, and they are left out."""
    said = _FIRST_OF_KIND.search(question)
    for mention in named if said is not None else ():
        links = mention.linked.of("Encounter")
        first = [
            replace(link, entries=tuple(e for e in link.entries if "initial" in e.label.lower())) for link in links
        ]
        first = [link for link in first if link.entries]
        if said is not None and first and len(first[0].entries) < len(links[0].entries):
            left = replace(
                mention, words=f"initial {mention.words}", linked=replace(mention.linked, links=tuple(first))
            )
            yield said.start(), said.end(), [left]
            return


def all_but(question: Question, besides: Sequence[Mention], manifest: Manifest) -> Question:
    """A question about all entries of its kind, without those that are left out.

    Raises `NotUnderstood` where it is not one about entries, or the record's vocabulary does not hold all of them.
    """
    words = " and ".join(mention.words for mention in besides)
    known = all(mention.is_known for mention in besides) and manifest.complete
    if not (known and isinstance(question, RecordQuery) and question.measure in _OF_ROWS and not question.either):
        raise NotUnderstood(f'what is left when "{words}" is left out')
    if any(link.resource_type == "Specimen" for mention in besides for link in mention.linked.links[:1]):
        return _from_other_specimens(question, besides, manifest)
    wanted = _spelled_out(question, besides, manifest) or _every(manifest.named(*question.types))
    links = [link for mention in besides for link in mention.linked.links if link.resource_type in question.types]
    if not links and any(
        mention.linked.links for mention in besides
    ):  # of another kind, which leaves out none of these
        raise NotUnderstood(f'what is left when "{words}" is left out')
    out = _every(entry for link in links for entry in link.entries)
    gone = {(coding.system, coding.code) for coding in out.codings}
    left = Concept(
        words=f"{question.concept.words if question.concept else 'anything'} other than {words}",
        codings=tuple(coding for coding in wanted.codings if (coding.system, coding.code) not in gone),
        texts=tuple(text for text in wanted.texts if text not in out.texts),
        via=f"all but: {words}",
    )
    return question.model_copy(update={"concept": left})


def _from_other_specimens(question: RecordQuery, besides: Sequence[Mention], manifest: Manifest) -> RecordQuery:
    """A question about microbiology tests, of all specimens but those that are left out.

    Raises `NotUnderstood` where it is about something else, or where other things are left out too.
    """
    words = " and ".join(mention.words for mention in besides)
    firsts = [link for mention in besides for link in mention.linked.links[:1]]
    is_of_tests = question.concept is not None and any(not one.code for one in question.concept.codings)
    are_specimens = len(firsts) == len(besides) and all(link.resource_type == "Specimen" for link in firsts)
    if not is_of_tests or not are_specimens or question.specimen is not None:
        raise NotUnderstood(f'what is left when "{words}" is left out')
    gone = {coding for link in firsts for entry in link.entries for coding in entry.codings}
    left = [one for one in _every(manifest.named("Specimen")).codings if one not in gone]
    others = Concept(words=f"any specimen other than {words}", codings=tuple(left), via=f"all but: {words}")
    return question.model_copy(update={"specimen": others})


def _spelled_out(question: RecordQuery, besides: Sequence[Mention], manifest: Manifest) -> Concept | None:
    """A concept with every code of the record in place of a whole code system.

    Raises `NotUnderstood` where what grew is asked for, and not the tests of that system.
    """
    concept = question.concept
    systems = {one.system for one in concept.codings if not one.code} if concept is not None else set()
    if concept is None or not systems:
        return concept
    links = [link for mention in besides for link in mention.linked.of(*question.types)]
    codings = [coding for link in links for entry in link.entries for coding in entry.codings]
    is_of_others = any(coding.system not in systems for coding in codings)
    if is_of_others or question.target == "organism" or question.yielded is not None:
        raise NotUnderstood("what else grew; ask for all organisms")
    entries = manifest.named(*question.types)
    every = _every(entry for entry in entries if any(coding.system in systems for coding in entry.codings))
    return every.model_copy(update={"words": concept.words})


def _every(entries: Iterable[Entry]) -> Concept:
    """Entries as wholes: where words named one by an identifier, `Link.concept` holds that identifier alone."""
    codings: dict[Coding, None] = {}
    texts: dict[str, None] = {}
    for entry in entries:
        codings.update(dict.fromkeys(entry.codings))
        if not entry.codings:
            texts.update(dict.fromkeys(filter(None, (entry.text, *entry.identifiers))))
    return Concept(words="", codings=tuple(codings), texts=tuple(texts))
