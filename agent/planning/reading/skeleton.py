"""A question with everything that is data taken out of its sentence: names, times, people, numbers, identifiers.

What is left, the skeleton, is plain lower-case English with placeholders (`qc0` a thing, `qt0` a time, `qp0` a person,
`qr0` a route, `qa0` a source of admission, `qn0` a threshold, `qk0` a number of things, `qd0` a distance from an
event), and that is all the grammar has to read.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial

from chartwarden.agent.identifiers import identifiers_in
from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.names.appositions import apposed
from chartwarden.agent.planning.names.code_words import put_codes
from chartwarden.agent.planning.names.dosage_forms import form_untold, forms_alone, with_form
from chartwarden.agent.planning.names.glosses import aliases, unglossed
from chartwarden.agent.planning.names.lead_ins import without_lead_in
from chartwarden.agent.planning.names.mentions import Mention, spot
from chartwarden.agent.planning.names.one_of_its_kind import in_one_name
from chartwarden.agent.planning.names.retold import as_recorded
from chartwarden.agent.planning.names.routes import (
    VIA,
    routes_as_recorded,
    routes_in_words,
    routes_said_twice,
    stands_as_route,
)
from chartwarden.agent.planning.names.sources import sources_in_words, sources_untold
from chartwarden.agent.planning.reading.left_out import left_out
from chartwarden.agent.planning.reading.leftovers import leftovers
from chartwarden.agent.planning.reading.mask import Mask
from chartwarden.agent.planning.reading.named_together import both_told
from chartwarden.agent.planning.reading.quantities import (
    Quantity,
    may_be_a_year,
    quantities,
    thresholds,
    without_told,
)
from chartwarden.agent.planning.reading.units_asked import UNIT_ASKED, of_another_unit
from chartwarden.agent.planning.times.days_told import of_one_day
from chartwarden.agent.planning.times.distances import Distance, distances_in
from chartwarden.agent.planning.times.exclusions import without_excluded
from chartwarden.agent.planning.times.timephrases import TimePhrase, TimeReader, strip_empty
from chartwarden.agent.planning.times.timewords import vague_time
from chartwarden.agent.planning.wording.afterthoughts import without_any_of_it
from chartwarden.agent.planning.wording.anaphora import dated, derived
from chartwarden.agent.planning.wording.at_visits import then_held
from chartwarden.agent.planning.wording.corrections import corrected
from chartwarden.agent.planning.wording.day_of_asking import THE_DAY, without_the_day
from chartwarden.agent.planning.wording.discourse import asked_of
from chartwarden.agent.planning.wording.each_year import year_by_year
from chartwarden.agent.planning.wording.ends import ends_plainly
from chartwarden.agent.planning.wording.in_care import in_care_now, seen_by
from chartwarden.agent.planning.wording.newest import before_and_now, newest_and_previous
from chartwarden.agent.planning.wording.occasions import visits_named
from chartwarden.agent.planning.wording.once_more import asked_again, at_both_visits, at_several_times
from chartwarden.agent.planning.wording.reactions import reactions_plainly
from chartwarden.agent.planning.wording.rows_meant import nearest_the_bound, ranked, rows_plainly, the_one_before
from chartwarden.agent.planning.wording.shorthand import written_out
from chartwarden.agent.planning.wording.topics import with_topic
from chartwarden.agent.planning.wording.wanted import Kinds, wanted_apart
from chartwarden.agent.planning.wording.wordings import put_plainly
from chartwarden.tools.records.query import Threshold, Window
from chartwarden.tools.records.record_vocabulary import Vocabulary

BROAD = Pattern(
    r"\b(?:any|some|all|every|each|whatever|which|what|specific|different|of|the) "
    r"(?:specific |different |other |possible )*(?:kinds?|types?|forms?|sorts?|varieties|variants?)(?: of)?\b"
    r"|\bof (?:any|whatever|every|all|some) (?:kinds?|types?|forms?|sorts?)\b|\bany\b|\b(?:is|are) a (?:type|"
    r"form|kind) of\b"
    r"|\bspecific\b|\bwhatever the (?:kind|type|sort|form)\b|\bin general\b|\b(?:kinds?|types?|forms?|sorts?) of\b",
)
_KIND_OF = Pattern(r"\b(?:kinds?|types?|forms?|sorts?|varieties|variants?) of\b")
_NIGHTS = Pattern(r"(?:(?<=how many )|(?<=number of )|(?<=total )|^)nights\b", re.IGNORECASE)
"""Which are counted: anywhere else they are a time of day."""
_TITLE = r"(?:dr|doctor|prof|professor|nurse|mr|mrs|ms)\.? "
_PERSON = Pattern(rf"\b(?i:{_TITLE})(?P<name>[A-ZÀ-Ý][\w'’-]*\d*(?: (?:[A-ZÀ-Ý][\w'’-]*\d*|de|del|la|van|von|der))*)")


@dataclass
class Skeleton:
    """What a question is made of."""

    question: str
    text: str = ""
    said: str = ""
    """The whole of it with placeholders, before what stands around the question is taken off."""
    mentions: list[Mention] = field(default_factory=list)
    besides: list[Mention] = field(default_factory=list)
    """What is left out of all that is asked for; it is no part of the text."""
    times: list[TimePhrase] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    routes: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    thresholds: list[Threshold] = field(default_factory=list)
    distances: list[Distance] = field(default_factory=list)
    """How far from an event at most ("within 24 hours after ..."), behind `qd0`."""
    quantities: list[Quantity] = field(default_factory=list)
    broad: bool = False
    vague: str = ""
    """A time that is no interval ("early", of "early 2012")."""
    unit_gap: str = ""
    """Why a value cannot be given in the unit it is asked in, or orders in the form."""
    wants: tuple[str, ...] = ()
    """The questions of a telegram that asks several things of one: all of them are the question."""
    unread: list[str] = field(default_factory=list)
    """Words that neither the grammar nor the record nor the tables know."""

    def mention(self, token: str) -> Mention:
        """The mention behind `qc0`."""
        return self.mentions[int(token[2:])]

    def window(self, token: str) -> Window | None:
        """The window behind `qt0`."""
        return self.times[int(token[2:])].window


_KINDS = r"(?:allergies|medic\w+|meds|drugs|conditions|problems|procedures|diagnoses|vaccin\w+|labs|visits)"
_KINDS_BESIDE = Pattern(rf"{_KINDS}(?:,? (?:and|or|&) |, ){_KINDS}")
_OPERATION = Pattern(r"operations?|surger(?:y|ies)|surgical procedures?")
_TODAY = Pattern(r'"(?:on |as of |at )?today"')
_ARTICLE_BEFORE = Pattern(r"\b(?:the|this|that) $", re.IGNORECASE)


def take_apart(question: str, vocabulary: Vocabulary, reader: TimeReader) -> Skeleton:
    """Take a question apart. Nothing is dropped: what cannot be read is in `unread`."""
    question = re.sub(r"\s+", " ", question.replace("’", "'").replace("‘", "'")).strip()
    question = in_one_name(put_codes(written_out(visits_named(question))), vocabulary)
    question = reader.put_plainly(question)
    skeleton = Skeleton(question, broad=bool(BROAD.search(question.lower())))
    mask = Mask(question)
    for one in identifiers_in(question):
        if not one.may_be_a_package:
            has_article = _ARTICLE_BEFORE.search(question[: one.start]) or question[one.start].lower() in "pms"
            mask.add(one.start, one.end, "patient" if has_article else "the patient")
    for match in _KIND_OF.finditer(mask.blanked()):
        mask.add(match.start(), match.end(), "kind of")
    for match in _NIGHTS.finditer(question):
        mask.add(*match.span(), "nights")
    _sources(mask, skeleton, vocabulary)
    _people(mask, skeleton, vocabulary)
    _routes(mask, skeleton, vocabulary, exactly=True)
    units = list(UNIT_ASKED.finditer(mask.blanked()))
    for match in units:
        mask.add(*match.span(), "")
    named = spot(question, vocabulary, taken=mask.taken, broad=skeleton.broad)
    for start, end, besides in left_out(question, named):
        mask.add(start, end, "")
        skeleton.besides += besides
    for mention in named:
        if not mask.free(mention.start, mention.end):
            continue  # "albuterol inhaler": the form has been taken in
        if _KINDS_BESIDE.fullmatch(mention.words.lower()):
            continue  # "allergies and medications" are no allergy medication
        before = question[: mention.start]
        if _OPERATION.fullmatch(mention.words.lower()) and _follows_procedure(before, skeleton.mentions):
            continue  # the noun of the operation that is named
        if not mention.linked.links and stands_as_route(mention.words, before, question, _route_names(vocabulary)):
            continue
        recorded = as_recorded(mention, question, vocabulary)
        formed = with_form(recorded, question)
        skeleton.unit_gap = skeleton.unit_gap or form_untold(recorded, formed)
        _keep(mask, skeleton, formed)
    forms, form_gap = forms_alone(mask.blanked(), question, vocabulary)
    for mention in forms:
        _keep(mask, skeleton, mention)
    skeleton.unit_gap = skeleton.unit_gap or form_gap
    measured = placeholders(skeleton, "Observation", "observation")
    _routes(mask, skeleton, vocabulary, exactly=False)
    for match in units:
        unit_gap = of_another_unit(match["unit"] or match["bracketed"], skeleton.mentions)
        skeleton.unit_gap = unit_gap or skeleton.unit_gap
    _quantities(mask, skeleton)
    _thresholds(mask, skeleton)
    for phrase in reader.read(strip_empty(mask.blanked())):
        stop = phrase.end - bool(re.search(r"\d\.$", question[phrase.start : phrase.end]))  # the end of a sentence
        mask.add(phrase.start, stop, f"qt{len(skeleton.times)}")
        skeleton.times.append(phrase)
    skeleton.times = of_one_day(mask.text(), question, skeleton.times, measured, reader)
    for start, end, distance in distances_in(mask.blanked()):
        mask.add(start, end, f"qd{len(skeleton.distances)}")
        skeleton.distances.append(distance)
    skeleton.unread = leftovers(mask, vocabulary, partial(_keep, mask, skeleton), broad=skeleton.broad)
    alike, now = aliases(skeleton.mentions), _moments(skeleton)
    said = apposed(corrected(mask.text(), alike), skeleton.mentions, _informative(skeleton))
    said = without_the_day(ends_plainly(newest_and_previous(said, measured), alike, now), now, _informative(skeleton))
    skeleton.said = both_told(without_told(the_one_before(ranked(said), _informative(skeleton), alike)))
    skeleton.said = in_care_now(seen_by(skeleton.said), skeleton.times, reader.clock.as_of)
    kinds = _kinds(skeleton)
    skeleton.wants = (
        before_and_now(skeleton.said, measured)
        or then_held(skeleton.said, placeholders(skeleton, "Encounter", "encounter"))
        or wanted_apart(skeleton.said, kinds)
        or asked_again(skeleton.said, kinds)
        or at_several_times(skeleton.said, skeleton.times)
        or at_both_visits(skeleton.said, kinds)
        or year_by_year(skeleton.said, skeleton.times, reader, kinds.measured, _first_years(skeleton, vocabulary))
    )
    plain = "? ".join(_in_grammar_words(one, skeleton) for one in skeleton.wants or (skeleton.said,))
    skeleton.text, excluded = without_excluded(plain, skeleton.times, reader.clock.as_of)
    skeleton.vague = skeleton.vague or excluded or vague_time(skeleton.text)
    return skeleton


def _in_grammar_words(text: str, skeleton: Skeleton) -> str:
    today = {
        f"qt{n}" for n, phrase in enumerate(skeleton.times) if phrase.window and _TODAY.match(phrase.window.reading)
    }
    measured = placeholders(skeleton, "Observation", "observation")
    visits = placeholders(skeleton, "Encounter", "encounter")
    known = _informative(skeleton)
    for n, mention in enumerate(skeleton.mentions):
        if mention.words.lower().endswith(("output", "outputs")):  # the kind of thing, which the name has taken in
            text = re.sub(rf"\bqc{n}\b", rf"\g<0> {mention.words.lower().split()[-1]}", text)
    text = unglossed(without_any_of_it(text, aliases(skeleton.mentions)), skeleton.mentions, known)
    known = _informative(skeleton)  # a combination has been put in
    text = without_lead_in(text, skeleton.mentions, known)
    alike = aliases(skeleton.mentions)
    text = the_one_before(rows_plainly(nearest_the_bound(text, *_open_times(skeleton))), known, alike)
    text = asked_of(with_topic(text, known, alike, _conditions(skeleton)), known, alike)
    text, skeleton.vague = derived(dated(text, known), skeleton.times)
    bare = not re.search(
        r"\b(?:what|which|who|when|how|give|list|name|show|tell|find|first|last|latest|earliest|recent)\b", text
    )
    text = reactions_plainly(text, placeholders(skeleton, "AllergyIntolerance", "allergen"), _allergic(skeleton))
    return put_plainly(text, today=frozenset(today), measured=measured, visits=visits, keep_file=bare)


def _allergic(skeleton: Skeleton) -> dict[str, str]:
    """The words for an allergic reaction of any kind, where the record has no diagnosis by that name."""
    said = {f"qc{n}": mention.words.lower() for n, mention in enumerate(skeleton.mentions) if not mention.linked.links}
    return {name: words for name, words in said.items() if words.startswith(("allergic reaction", "anaphyla"))}


def _first_years(skeleton: Skeleton, vocabulary: Vocabulary) -> dict[str, int]:
    """The first year on record of each name that has a date, and of each type."""
    minutes = {
        f"qc{n}": [entry.minutes[0] for link in mention.linked.links for entry in link.entries if entry.minutes]
        for n, mention in enumerate(skeleton.mentions)
    }
    first = {name: min(found) for name, found in minutes.items() if found}
    first |= {name: found[0] for name, found in vocabulary.manifest.minutes.items() if found}
    return {name: dt.datetime.fromtimestamp(minute * 60, dt.UTC).year for name, minute in first.items()}


def _moments(skeleton: Skeleton) -> frozenset[str]:
    """Of the times that are the day of asking."""
    said = (skeleton.question[one.start : one.end] for one in skeleton.times)
    return frozenset(f"qt{n}" for n, words in enumerate(said) if THE_DAY.fullmatch(words))


def _open_times(skeleton: Skeleton) -> tuple[frozenset[str], frozenset[str]]:
    """Of the times that have no beginning, and of those that have no end."""
    windows = [(f"qt{n}", one.window) for n, one in enumerate(skeleton.times) if one.window is not None]
    until = frozenset(name for name, window in windows if window.start is None)
    return until, frozenset(name for name, window in windows if window.end is None)


def _informative(skeleton: Skeleton) -> frozenset[str]:
    """Of the names that something is known of."""
    return frozenset(
        f"qc{n}"
        for n, mention in enumerate(skeleton.mentions)
        if mention.linked.known or any(link.how != "narrower" for link in mention.linked.links)
    )


def _kinds(skeleton: Skeleton) -> Kinds:
    return Kinds(
        placeholders(skeleton, "Observation", "observation"),
        placeholders(skeleton, "MedicationRequest", "drug") | placeholders(skeleton, "MedicationRequest", "drug class"),
        placeholders(skeleton, "Condition", "condition") | placeholders(skeleton, "Condition", "condition group"),
    )


def _conditions(skeleton: Skeleton) -> frozenset[str]:
    """Of the names that can be meant as a condition, and as nothing that is given."""
    given = placeholders(skeleton, "MedicationRequest", "drug") | placeholders(skeleton, "Immunization", "vaccine")
    return placeholders(skeleton, "Condition", "condition") - given


def placeholders(skeleton: Skeleton, resource_type: str, kind: str) -> frozenset[str]:
    """Of the names that can be meant as this."""
    return frozenset(
        f"qc{n}"
        for n, mention in enumerate(skeleton.mentions)
        if mention.linked.of(resource_type) or any(row.kind == kind for row in mention.linked.known)
    )


def _follows_procedure(before: str, mentions: list[Mention]) -> bool:
    """Whether a text ends with the name of a procedure of the record."""
    end = len(before.rstrip(" \"'"))
    return any(
        len(before[: one.end].rstrip(" \"'")) == end
        and any(link.resource_type == "Procedure" and link.how != "narrower" for link in one.linked.links)
        for one in mentions
    )


def _keep(mask: Mask, skeleton: Skeleton, mention: Mention) -> None:
    mask.add(mention.start, mention.end, f"qc{len(skeleton.mentions)}")
    skeleton.mentions.append(mention)


def _people(mask: Mask, skeleton: Skeleton, vocabulary: Vocabulary) -> None:
    found = list(_PERSON.finditer(mask.question))
    names = spot(mask.question, vocabulary, taken=mask.taken, broad=False) if found else []
    for match in found:
        within = any(name.start < match.start() and match.end() <= name.end for name in names)  # "... (MS Contin)"
        if mask.free(*match.span()) and not within:
            mask.add(match.start(), match.end(), f"qp{len(skeleton.people)}")
            skeleton.people.append(match["name"].removesuffix("'s"))
    lowered = mask.question.lower()
    for entry in vocabulary.manifest.words("person"):
        name = re.sub(r"\d+", "", entry.label).strip()
        bare = re.sub(r"^(?:dr|mr|mrs|ms|prof)\.? ", "", name.lower())
        at = lowered.find(bare) if len(bare) > 6 and " " in bare else -1
        if at >= 0 and mask.free(at, at + len(bare)):
            mask.add(at, at + len(bare), f"qp{len(skeleton.people)}")
            skeleton.people.append(name)


_NO_SOURCE = "from where somebody was admitted; the record tells no source of admission"


def _sources(mask: Mask, skeleton: Skeleton, vocabulary: Vocabulary) -> None:
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
        if said == name or VIA.search(lowered[:at]):
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


def _route_names(vocabulary: Vocabulary) -> set[str]:
    recorded = {c.code or c.display or e.text: e for e in vocabulary.manifest.words("route") for c in e.codings}
    return {name for code, entry in recorded.items() for name in (code, entry.label) if name}


def _routes(mask: Mask, skeleton: Skeleton, vocabulary: Vocabulary, *, exactly: bool) -> None:
    names = _route_names(vocabulary)

    def put(found: Iterable[tuple[int, int, str]]) -> None:
        for start, end, name in found:
            if mask.free(start, end):
                mask.add(start, end, f"qr{len(skeleton.routes)}")
                skeleton.routes.append(name)

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


def _quantities(mask: Mask, skeleton: Skeleton) -> None:
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


def _thresholds(mask: Mask, skeleton: Skeleton) -> None:
    blanked = _of_measurements(mask, skeleton)
    is_measured = "¬" in blanked
    for start, end, threshold in thresholds(blanked, mask.question):
        if not threshold.unit and may_be_a_year(mask.question, start, end, measured=is_measured):
            continue
        mask.add(start, end, f"qn{len(skeleton.thresholds)}")
        skeleton.thresholds.append(threshold)
