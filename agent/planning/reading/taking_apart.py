"""Taking a question apart: in which order what is data is taken out, and what is left is put in the grammar's words."""

from __future__ import annotations

import datetime as dt
import re
from functools import partial

from chartwarden.agent.identifiers import identifiers_in
from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.names.aliases import aliases
from chartwarden.agent.planning.names.appositions import apposed
from chartwarden.agent.planning.names.code_words import put_codes
from chartwarden.agent.planning.names.dosage_forms import form_untold, forms_alone, with_form
from chartwarden.agent.planning.names.glosses import unglossed, without_lay_clause
from chartwarden.agent.planning.names.lead_ins import without_lead_in
from chartwarden.agent.planning.names.mentions import Mention, spot, titles_quoted
from chartwarden.agent.planning.names.one_of_its_kind import in_one_name
from chartwarden.agent.planning.names.retold import as_recorded
from chartwarden.agent.planning.names.routes import stands_as_route
from chartwarden.agent.planning.names.told_in_pieces import in_whole
from chartwarden.agent.planning.reading.left_out import left_out
from chartwarden.agent.planning.reading.leftovers import leftovers
from chartwarden.agent.planning.reading.mask import Mask
from chartwarden.agent.planning.reading.named_together import both_told
from chartwarden.agent.planning.reading.quantities import without_told
from chartwarden.agent.planning.reading.skeleton import Skeleton, placeholders
from chartwarden.agent.planning.reading.taking_out import (
    keep,
    route_names,
    take_people,
    take_quantities,
    take_routes,
    take_sources,
    take_thresholds,
)
from chartwarden.agent.planning.reading.units_asked import UNIT_ASKED, of_another_unit
from chartwarden.agent.planning.reading.visits_told import both_of_one_visit
from chartwarden.agent.planning.times.days_told import of_one_day
from chartwarden.agent.planning.times.distances import distances_in
from chartwarden.agent.planning.times.exclusions import without_excluded
from chartwarden.agent.planning.times.timephrases import TimeReader, strip_empty
from chartwarden.agent.planning.times.timewords import vague_time
from chartwarden.agent.planning.wording.afterthoughts import without_any_of_it
from chartwarden.agent.planning.wording.anaphora import dated, derived
from chartwarden.agent.planning.wording.at_visits import then_held
from chartwarden.agent.planning.wording.both_of_it import time_between_both
from chartwarden.agent.planning.wording.corrections import corrected
from chartwarden.agent.planning.wording.day_of_asking import THE_DAY, without_the_day
from chartwarden.agent.planning.wording.discourse import asked_of
from chartwarden.agent.planning.wording.each_year import year_by_year
from chartwarden.agent.planning.wording.either_side import on_either_side
from chartwarden.agent.planning.wording.ends import ends_plainly
from chartwarden.agent.planning.wording.in_care import done_in_a_unit, in_care_now, seen_by
from chartwarden.agent.planning.wording.newest import before_and_now, newest_and_previous
from chartwarden.agent.planning.wording.occasions import visits_named
from chartwarden.agent.planning.wording.once_more import asked_again, at_both_visits, at_several_times
from chartwarden.agent.planning.wording.one_needed import one_needed
from chartwarden.agent.planning.wording.reactions import reactions_plainly
from chartwarden.agent.planning.wording.rows_headed import of_heading
from chartwarden.agent.planning.wording.rows_meant import nearest_the_bound, ranked, rows_plainly, the_one_before
from chartwarden.agent.planning.wording.shorthand import written_out
from chartwarden.agent.planning.wording.stays_before import stays_behind
from chartwarden.agent.planning.wording.steps import in_steps
from chartwarden.agent.planning.wording.told_ahead import asked_of_ahead
from chartwarden.agent.planning.wording.topics import named_alone, with_topic
from chartwarden.agent.planning.wording.wanted import Kinds, wanted_apart
from chartwarden.agent.planning.wording.wordings import put_plainly
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
_KINDS = r"(?:allergies|medic\w+|meds|drugs|conditions|problems|procedures|diagnoses|vaccin\w+|labs|visits)"
_KINDS_BESIDE = Pattern(rf"{_KINDS}(?:,? (?:and|or|&) |, ){_KINDS}")
_OPERATION = Pattern(r"operations?|surger(?:y|ies)|surgical procedures?")
_STUDIES = Pattern(r"(?:imaging|radiology) stud(?:y|ies)")
_TODAY = Pattern(r'"(?:on |as of |at )?today"')
_ARTICLE_BEFORE = Pattern(r"\b(?:the|this|that) $", re.IGNORECASE)


def take_apart(question: str, vocabulary: Vocabulary, reader: TimeReader) -> Skeleton:
    """Take a question apart. Nothing is dropped: what cannot be read is in `unread`."""
    question = re.sub(r"\s+", " ", question.replace("’", "'").replace("‘", "'")).strip()
    question = in_one_name(put_codes(written_out(visits_named(in_whole(question, vocabulary)))), vocabulary)
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
    take_sources(mask, skeleton, vocabulary)
    take_people(mask, skeleton, vocabulary)
    take_routes(mask, skeleton, vocabulary, exactly=True)
    units = list(UNIT_ASKED.finditer(mask.blanked()))
    for match in units:
        mask.add(*match.span(), "")
    _take_names(mask, skeleton, vocabulary)
    measured = placeholders(skeleton, "Observation", "observation")
    take_routes(mask, skeleton, vocabulary, exactly=False)
    for match in units:
        unit_gap = of_another_unit(match["unit"] or match["bracketed"] or match["behind"], skeleton.mentions)
        skeleton.unit_gap = unit_gap or skeleton.unit_gap
    take_quantities(mask, skeleton)
    take_thresholds(mask, skeleton)
    for phrase in reader.read(strip_empty(mask.blanked())):
        stop = phrase.end - bool(re.search(r"\d\.$", question[phrase.start : phrase.end]))  # the end of a sentence
        mask.add(phrase.start, stop, f"qt{len(skeleton.times)}")
        skeleton.times.append(phrase)
    skeleton.times = of_one_day(mask.text(), question, skeleton.times, measured, reader)
    for start, end, distance in distances_in(mask.blanked()):
        mask.add(start, end, f"qd{len(skeleton.distances)}")
        skeleton.distances.append(distance)
    skeleton.unread = leftovers(mask, vocabulary, partial(keep, mask, skeleton), broad=skeleton.broad)
    _put_plainly(skeleton, mask, measured, vocabulary, reader)
    return skeleton


def _take_names(mask: Mask, skeleton: Skeleton, vocabulary: Vocabulary) -> None:
    """Take out the names of things, and what is left out of all that is asked for."""
    question = skeleton.question
    for title in titles_quoted(question, vocabulary):
        if mask.free(title.start, title.end):
            keep(mask, skeleton, title)
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
        if _STUDIES.fullmatch(mention.words.lower()) and vocabulary.manifest.counts.get("ImagingStudy"):
            continue  # a kind of entry, and not what is done for one
        if _OPERATION.fullmatch(mention.words.lower()) and _follows_procedure(before, skeleton.mentions):
            continue  # the noun of the operation that is named
        if not mention.linked.links and stands_as_route(mention.words, before, question, route_names(vocabulary)):
            continue
        recorded = as_recorded(mention, question, vocabulary)
        formed = with_form(recorded, question)
        skeleton.unit_gap = skeleton.unit_gap or form_untold(recorded, formed)
        keep(mask, skeleton, formed)
    forms, form_gap = forms_alone(mask.blanked(), question, vocabulary)
    for mention in forms:
        keep(mask, skeleton, mention)
    skeleton.unit_gap = skeleton.unit_gap or form_gap


def _put_plainly(
    skeleton: Skeleton, mask: Mask, measured: frozenset[str], vocabulary: Vocabulary, reader: TimeReader
) -> None:
    """Put what is left in the words of the grammar: as one question, or as the several that a telegram asks.

    `measured`: of the names that were found as they are written, those of measurements.
    """
    skeleton.typed = without_lay_clause(mask.text(), skeleton.mentions)
    alike, now = aliases(skeleton.mentions), _moments(skeleton)
    said = apposed(
        corrected(both_of_one_visit(stays_behind(skeleton.typed)), alike), skeleton.mentions, _informative(skeleton)
    )
    said = without_the_day(ends_plainly(newest_and_previous(said, measured), alike, now), now, _informative(skeleton))
    skeleton.said = both_told(without_told(the_one_before(ranked(one_needed(said)), _informative(skeleton), alike)))
    skeleton.said = in_care_now(
        done_in_a_unit(seen_by(skeleton.said), skeleton.times), skeleton.times, reader.clock.as_of
    )
    skeleton.said = asked_of_ahead(
        of_heading(skeleton.said, _drugs(skeleton)), _informative(skeleton), _conditions(skeleton)
    )
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
    for name in _conditions(skeleton) | placeholders(skeleton, "Procedure", "procedure"):  # "the drug at the sprain"
        text = re.sub(
            rf"\bat (?=(?:(?:the|his|her|my|their) )?(?:qt\d+ )?{name}(?:[ ?.]*$|,| qt\d+[ ?.]*$))",
            "on the day of ",
            text,
        )
    text = unglossed(without_any_of_it(text, aliases(skeleton.mentions)), skeleton.mentions, known)
    known = _informative(skeleton) | ({named_alone(text)} - {""})  # a combination has been put in
    text = without_lead_in(text, skeleton.mentions, known)
    alike = aliases(skeleton.mentions)
    text = the_one_before(rows_plainly(nearest_the_bound(text, *_open_times(skeleton))), known, alike)
    text = time_between_both(on_either_side(in_steps(text), measured))
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


def _drugs(skeleton: Skeleton) -> frozenset[str]:
    """Of the names that can be meant as a drug that is ordered or given."""
    return placeholders(skeleton, "MedicationRequest", "drug") | placeholders(
        skeleton, "MedicationAdministration", "drug class"
    )


def _conditions(skeleton: Skeleton) -> frozenset[str]:
    """Of the names that can be meant as a condition, and as nothing that is given."""
    given = placeholders(skeleton, "MedicationRequest", "drug") | placeholders(skeleton, "Immunization", "vaccine")
    return placeholders(skeleton, "Condition", "condition") - given


def _follows_procedure(before: str, mentions: list[Mention]) -> bool:
    """Whether a text ends with the name of a procedure of the record."""
    end = len(before.rstrip(" \"'"))
    return any(
        len(before[: one.end].rstrip(" \"'")) == end
        and any(link.resource_type == "Procedure" and link.how != "narrower" for link in one.linked.links)
        for one in mentions
    )
