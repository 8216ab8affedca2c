"""What is asked of cultures: what they grew, which grew an organism, and what that was resistant or susceptible to.

A culture is named by its test, its specimen or its time; an organism by its name; a drug by its name. Whichever of them
a question names, and in whatever order, they bear on each other in one way only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.facts.counted_off import Words, table, words_for
from chartwarden.agent.planning.facts.growth import (
    ANY_ORGANISM,
    CULTURE,
    first_growth,
    of_any_growth,
    told_by,
    whether_any_grew,
)
from chartwarden.agent.planning.facts.specimens import COAGULASE_WORDS, coagulase_told, specimens_asked
from chartwarden.agent.planning.microbiology import codes_organisms, is_done, microbiology, susceptibility_tests
from chartwarden.agent.planning.names.mentions import Mention
from chartwarden.agent.planning.reading.ranks import Which
from chartwarden.agent.planning.reading.skeleton import Skeleton
from chartwarden.agent.planning.wording.question_words import PLAIN_AUX, is_yes_no
from chartwarden.tools.records.concepts import Link, link
from chartwarden.tools.records.manifest import Manifest
from chartwarden.tools.records.query import Concept, RecordQuery, Said
from chartwarden.tools.records.words import plain

_SUSCEPTIBILITY = Pattern(r"\b(?:susceptibility|sensitivity)\b")
_SWAB = Pattern(r"\b(?:swab|screen)")
"""What a record need not call a specimen."""
_ON_SAMPLES = Pattern(r"(?=.*\b(?:microbiology|micro|cultures?)\b).*\b(?:samples?|specimens?|swabs?)\b")
"""Samples of microbiology, and not of blood tests."""
_GROWS_NONE = Pattern(r"antibod|antigen|serolog|\big[gm]\b|titer|toxin|pcr|amplif")
_TO_WHAT = Pattern(r"^(?:to )?what\b|\b(?:resistant|sensitive|susceptible) to what\b")
_HELD_IN = Pattern(r"\breceived in .*", re.IGNORECASE)
"""What a specimen came in, which is none: "fluid received in blood culture bottles"."""
_SCREENED = Pattern(r"\b(?:r/o|rule[sd]? out|screen\w*)\b", re.IGNORECASE)
"""Tests for one organism, which is named in the name of each."""
_TIME = Pattern(r"\b(?:first|last|earliest|latest) time\b")
_SAID: tuple[Said, ...] = ("undecided", "intermediate", "indeterminate", "resistant", "susceptible")
_HEADING = Pattern(rf"^[^:?.]{{2,40}}: (?={PLAIN_AUX} )")
"""Who asks, or what about, before a yes or no."""
_WHICH_GREW = Pattern(
    r"^(?:which|what)(?: of the)? (?:\w+ )?(?:cultures|tests|specimens|samples)\b.*\b(?:any|some)thing\b"
)
_GROWS = Pattern(r"\b(?:gr[eo]w\w*|yield\w*|isolated|resist\w*|suscept\w*|sensitiv\w*)\b")
"""What is said of organisms."""


@dataclass
class _Named:
    """What a question names, by what it is to a culture."""

    organisms: dict[str, Concept] = field(default_factory=dict)
    drugs: dict[str, Concept] = field(default_factory=dict)
    tests: dict[str, Concept] = field(default_factory=dict)
    specimens: dict[str, Concept] = field(default_factory=dict)
    glosses: set[str] = field(default_factory=set)

    @property
    def tokens(self) -> set[str]:
        return {*self.glosses, *self.organisms, *self.drugs, *self.tests, *self.specimens}


def culture_asked(skeleton: Skeleton, manifest: Manifest) -> tuple[RecordQuery, ...] | None:
    """The queries of a question about cultures; None where it is none, or a word of it is left over."""
    if any(map(is_done, skeleton.mentions)):
        return None
    named = _named(skeleton, manifest)
    words = Words(skeleton, "culture", named.tokens)
    words.whole = _HEADING.sub("", words.whole)
    words.take("coagulase")
    if named.organisms:
        words.take("organism_named")
    in_words = words.has("specimen") and (words.has("organisms") or words.has("cultures") or words.has("sent"))
    in_words = in_words or words.has("specimen_types")
    in_words = in_words or ((words.has("organisms") or words.has("cultures")) and words.has("grew"))
    if named.specimens and (named.tests or words.has("cultures")):
        words.take("site")
    asks_growth = words.has("positive") and words.has("when") and not words.has("count") and codes_organisms(manifest)
    in_words = in_words or bool(asks_growth and CULTURE.search(words.whole))
    in_words = in_words or bool(_ON_SAMPLES.search(words.whole) and words.has("tests_run"))
    if not (named.organisms or named.drugs or named.tests or named.specimens or in_words):
        return None
    said_of_it = any(words.has(name) for name in ("organisms", "sent", "grew", "negative", "positive"))
    of_specimen = in_words or (named.specimens and said_of_it)
    if not (named.organisms or words.has("cultures") or named.tests or of_specimen):
        return None
    organism = _one_of(named.organisms)
    if any(one and _one_of(one) is None for one in (named.organisms, named.tests, named.specimens)):
        return None
    window, which = words.window(), words.which()
    culture = _culture(named, words, manifest).model_copy(update={"window": window})
    is_told = bool(named.tests or named.specimens or window or culture.specimen)
    of_one = bool(named.drugs and named.organisms) and (words.has("result") or words.has("dilution"))
    about_specimens = () if named.organisms or named.drugs else specimens_asked(words, culture, which)
    if about_specimens:
        asked: tuple[RecordQuery, ...] = about_specimens
    elif of_one or any(words.has(name) for name in (*_SAID, "tested", "either")):
        if which.is_said:
            culture = culture.model_copy(update={"which": which.which, "index": which.index, "yielded": organism})
        asked = _of_drugs(named, words, organism, culture if is_told or which.is_said else None, manifest)
    else:
        asked = _of_growth(named, words, organism, culture, which, coded=codes_organisms(manifest))
    return asked if asked and words.are_used_up() else None


def _of_drugs(
    named: _Named, words: Words, organism: Concept | None, culture: RecordQuery | None, manifest: Manifest
) -> tuple[RecordQuery, ...]:
    """What tests of an organism, of a culture, or of both, said."""
    if organism is None and culture is None:
        return ()
    of_it = culture.model_copy(update={"target": "time"}) if culture is not None else None
    base = RecordQuery(types=("Observation",), derived_from=organism, part_of=of_it, target="value")
    text = words.whole
    either = words.take("either")
    said, of_any = _said(words), bool(words.take("either_of"))
    dilution = words.take("dilution")
    tested, generic = words.take("tested"), words.take("drugs")
    if said is None and is_yes_no(text) and _SUSCEPTIBILITY.search(" ".join(tested)):
        said, tested = "susceptible", []
    words.take("result")
    counted = words.take("count")
    for name in ("organisms", "isolate", "cultures", "grew", "shown", "how", "distinct"):
        words.take(name)
    if dilution:
        base = base.model_copy(update={"target": "attribute", "field": "dilution"})
        is_plain = named.drugs and said is None and not generic and not is_yes_no(text)
        return tuple(base.model_copy(update={"concept": drug}) for drug in named.drugs.values()) if is_plain else ()
    if named.drugs:
        if counted or generic:
            return ()
        asks_value = either or said is None or (tested and not is_yes_no(text)) or text.startswith(("how ", "what "))
        held = {} if asks_value else {"measure": "exists", "held": True, "said": said, "target": "interpretation"}
        held = {"measure": "exists", "said": said, "target": "interpretation"} if of_any and held else held
        drugs = dict.fromkeys(named.drugs.values())
        return tuple(base.model_copy(update={"concept": drug, **held}) for drug in drugs)
    base = base.model_copy(update={"concept": susceptibility_tests(manifest)})
    if said is None or either:
        names = {"measure": "count_distinct" if counted else "distinct", "target": "name"} if generic else {}
        is_list = tested and not is_yes_no(text) and (generic or not counted)
        return (base.model_copy(update=names),) if is_list else ()
    if not generic and not _TO_WHAT.search(text):
        return ()
    if counted:
        return (base.model_copy(update={"said": said, "measure": "count", "target": "name"}),)
    if is_yes_no(text):
        return (base.model_copy(update={"said": said, "measure": "exists", "target": "name"}),)
    return (base.model_copy(update={"said": said, "measure": "distinct", "target": "name"}),)


def _said(words: Words) -> Said | None:
    found: list[Said] = [name for name in _SAID if words.take(name)]
    return found[0] if len(found) == 1 else None


def _of_growth(
    named: _Named, words: Words, organism: Concept | None, culture: RecordQuery, which: Which, *, coded: bool
) -> tuple[RecordQuery, ...]:
    """What grew, how many cultures or organisms that is, when, and from what. `coded`: whether organisms are codes."""
    if named.drugs:
        return ()
    text, either = words.whole, words.take("pos_or_neg")
    counted, when, whence = words.take("count"), words.take("when"), words.take("whence")
    any_grew = bool(counted and words.take("any_organism"))
    when = when or _TIME.compiled.findall(text)
    negative = words.take("negative")
    words.take("distinct")
    row = {"which": which.which, "index": which.index, "limit": which.limit}
    if organism is not None:
        asked_once = sum(map(bool, (counted, when, whence))) <= 1 and not negative
        yielded = culture.model_copy(update={"yielded": organism})
        of_swab = bool(named.tests or named.specimens or _SWAB.search(text))
        parts = (bool(counted), bool(when), bool(whence))
        return _of_organism(words, yielded, which, parts, of_swab=of_swab) if asked_once else ()
    if when and not (whence or counted or negative):
        return first_growth(words, culture, row, text)
    if when or whence:
        return ()
    is_told = culture.window is not None or which.is_said
    if is_told and not counted and _WHICH_GREW.search(text) and words.take("grew"):
        for name in ("anything", "any_organism", "cultures"):
            words.take(name)
        return (culture.model_copy(update={"yielded": ANY_ORGANISM, "target": "name", **row}),)
    if is_told and not counted and not negative and not is_yes_no(text) and _asks_what(words, text):
        for name in ("organisms", "cultures", "grew", "shown"):
            words.take(name)
        told_apart = row if which.is_said else {"measure": "distinct"}
        return (culture.model_copy(update={"target": "organism", **told_apart}),)
    if counted and not any_grew and words.take("organisms"):
        for name in ("cultures", "grew", "shown"):
            words.take(name)
        chosen = row if which.is_said else {}
        return (culture.model_copy(update={"measure": "count_distinct", "target": "organism", **chosen}),)
    asks_result = named.specimens and text.startswith("what ") and words.has("shown")
    is_positive = is_yes_no(text) and not CULTURE.search(f"{text} {told_by(culture)}") and bool(words.take("positive"))
    if named.tests and not counted and not negative and (asks_result or is_positive or either):
        told = culture.model_copy(update={"target": "value", **row})
        return _of_result(named, words, told, asks_so=is_positive)
    if coded and not counted and not negative and (any_of_it := whether_any_grew(words, culture, which)):
        return any_of_it
    return of_any_growth(words, culture, which, counted=bool(counted), any_organism=any_grew, negative=negative)


def _of_result(named: _Named, words: Words, told: RecordQuery, *, asks_so: bool) -> tuple[RecordQuery, ...]:
    """What a test said; before it, where a yes or no is asked of one that grows nothing, whether it found its thing."""
    words.take("shown")
    words.take("result")
    test = " ".join(coding.display.lower() for one in named.tests.values() for coding in one.codings)
    so = told.model_copy(update={"measure": "exists", "held": True, "said": "present"})
    return (so, told) if asks_so and _GROWS_NONE.search(test) else (told,)


def _of_organism(
    words: Words, yielded: RecordQuery, which: Which, parts: tuple[bool, bool, bool], *, of_swab: bool
) -> tuple[RecordQuery, ...]:
    """Which cultures grew an organism. `parts`: whether it is asked how many they are, when, and from what."""
    counted, when, whence = parts
    row = {"which": which.which, "index": which.index, "limit": which.limit}
    is_found = bool((whence or when) and words.has("shown"))
    is_of_cultures = bool(words.take("cultures") or words.take("grew") or of_swab or is_found or whence)
    for name in ("grew", "shown", "isolate"):
        words.take(name)
    if not is_of_cultures or words.take("organisms"):
        return ()
    if counted:
        return (yielded.model_copy(update={"measure": "count", "target": "name"}),) if not which.is_said else ()
    if when:
        return (yielded.model_copy(update={"target": "time", **row}),)
    if whence:
        told = row if which.is_said else {"measure": "distinct"}
        return (yielded.model_copy(update={"target": "specimen", **told}),)
    if words.whole.startswith(("which ", "what ", "list ", "in which ", "name ")):
        return (yielded.model_copy(update={"target": "name", **row}),)
    return (yielded.model_copy(update={"measure": "exists", "target": "name"}),) if not which.is_said else ()


def _asks_what(words: Words, text: str) -> bool:
    """Whether it is asked which organism it was."""
    return words.has("organisms") or (text.startswith(("what ", "which ")) and words.has("grew"))


def _culture(named: _Named, words: Words, manifest: Manifest) -> RecordQuery:
    """The cultures that are spoken of."""
    test, specimen = _one_of(named.tests), _one_of(named.specimens)
    told = words.take("specimen")
    if specimen is None and test is None and told:
        word = table()["culture"]["lay"].get(told[0], told[0])
        specimen = _of_specimen(word, manifest) or (None if _SWAB.match(word) else Concept(words=word))
    return RecordQuery(types=("Observation",), concept=test or microbiology(manifest), specimen=specimen)


def _one_of(named: dict[str, Concept]) -> Concept | None:
    """The one thing that names are for; None where there is none, or where they are for several."""
    concepts = list({frozenset(one.codings) or one.via: one for one in named.values()}.values())
    words = {one: set(one.words.lower().split()) for one in concepts}
    kept = [one for one in concepts if not any(words[one] < words[other] for other in concepts)]  # "swab, MRSA swab"
    return kept[0] if len(kept) == 1 else None


def _named(skeleton: Skeleton, manifest: Manifest) -> _Named:
    found = _Named()
    tests, of_drugs = microbiology(manifest), susceptibility_tests(manifest)
    spelled = (
        one.group().split() for one in words_for("culture", "specimen").finditer(Words(skeleton, "culture").whole)
    )
    in_specimens = {word for told in spelled for word in told if len(told) > 1}
    for n, mention in enumerate(skeleton.mentions):
        token = f"qc{n}"
        if len(mention.words) == 1 or words_for("culture", "cultures").fullmatch(mention.words.lower()):
            continue  # "R or S" and "the screen" are no names
        if mention.words.lower() in in_specimens:
            continue  # "spinal" and "fluid" of "spinal fluid"
        if COAGULASE_WORDS.fullmatch(mention.words.lower()) and len(skeleton.mentions) > 1:
            continue  # of staphylococci
        observed = mention.linked.of("Observation")
        organism = _of_system(observed, "organism")
        if organism or any(row.kind == "organism" for row in mention.linked.known):
            linked = coagulase_told(organism or _of_no_system(observed, tests), skeleton.question)
            found.organisms[token] = _concept(mention, linked)
            continue
        drug = next((kept for one in observed if (kept := _among(one, of_drugs)) is not None), None)
        if drug or any(row.kind == "drug" for row in mention.linked.known):
            found.drugs[token] = _concept(mention, drug or _tested(mention, of_drugs, manifest))
            continue
        _add_culture(found, token, mention, tests, manifest)
        may_be = _GROWS.search(skeleton.typed) and token not in found.tokens
        if may_be and observed and observed[0].how in ("name", "synonym"):
            found.organisms[token] = _concept(mention, observed[0])  # of no code system that says so
    return _without_named_tests(_without_glosses(found, skeleton))


def _without_named_tests(found: _Named) -> _Named:
    """Without an organism that is only in the name of a test that grows none: "the test for Legionella antigen"."""
    test = _one_of(found.tests)
    named = test is not None and " ".join(coding.display.lower() for coding in test.codings)
    for token, organism in list(found.organisms.items()):
        if named and _GROWS_NONE.search(named) and not organism.codings and _is_in(organism, named):
            found.organisms.pop(token)
            found.glosses.add(token)
    return found


def _is_in(organism: Concept, named: str) -> bool:
    """Whether a name holds an organism by one of its own: "H. pylori" is Helicobacter pylori."""
    return any(one and one.lower() in named for one in (organism.words, *organism.via.split(", ")))


def _tested(mention: Mention, of_drugs: Concept, manifest: Manifest) -> Link | None:
    """The test of an organism against a drug that is named in another way: by a brand, or cut short."""
    called = table()["culture"]["tests"]
    names = [row.name for row in mention.linked.known if row.kind == "drug"]
    for name in (*names, *(called[one] for one in names if one in called)):
        for one in link(name, manifest, ("Observation",)).links:
            if (kept := _among(one, of_drugs)) is not None:
                return kept
    return None


def _without_glosses(found: _Named, skeleton: Skeleton) -> _Named:
    """Without the name of a resistant organism that is only put in brackets behind another: "enterococcus (VRE)"."""
    for n, mention in enumerate(skeleton.mentions):
        is_resistant = any(row.name in ("mrsa", "vre") for row in mention.linked.known)
        is_screened = any(_SCREENED.search(one.words) for one in found.tests.values())
        if is_resistant and (len(found.organisms) > 1 or is_screened) and _gloss(n).search(skeleton.typed):
            found.organisms.pop(f"qc{n}", None)
            found.glosses.add(f"qc{n}")
    return found


def _gloss(n: int) -> Pattern:
    """Where a name stands that says no more of an organism: in brackets, or as what a screen is for."""
    return Pattern(rf"\( ?qc{n} ?\)|\bqc{n} (?:qc\d+|screen\w*|swab|test)\b")


def _add_culture(found: _Named, token: str, mention: Mention, tests: Concept, manifest: Manifest) -> None:
    """A test of microbiology, or a specimen, whichever a name stands for first."""
    lay = table()["culture"]["lay"].get(mention.words.lower())
    if lay is not None and (meant := _of_specimen(lay, manifest)) is not None:
        found.specimens[token] = meant
        return
    for one in mention.linked.links:
        if one.resource_type == "Specimen" and one.how != "narrower":
            found.specimens[token] = _of_specimen(mention.words, manifest) or _concept(mention, one)
            return
        if one.resource_type == "Observation" and (kept := _among(one, tests)) is not None:
            found.tests[token] = _concept(mention, kept)
            return
    is_called_so = words_for("culture", "specimen").fullmatch(mention.words.lower())
    concept = _of_specimen(mention.words, manifest) if is_called_so else None
    if concept is not None:
        found.specimens[token] = concept


def _of_specimen(words: str, manifest: Manifest) -> Concept | None:
    """Specimens of a name and those that are one of them: a blood culture's is blood."""
    said = set(plain(words))
    meant = [e for e in manifest.named("Specimen") if said and said <= set(plain(_HELD_IN.sub("", e.label)))]
    codings = tuple(dict.fromkeys(coding for entry in meant for coding in entry.codings))
    return Concept(words=words, codings=codings, via=f"specimens of: {words}") if codings else None


def _among(found: Link, tests: Concept) -> Link | None:
    """A link without what is none of some tests; None where nothing of it is left."""
    systems = {one.system for one in tests.codings if not one.code}
    kept = tuple(
        entry for entry in found.entries if any(one in tests.codings or one.system in systems for one in entry.codings)
    )
    if not kept:
        return None
    return Link(found.resource_type, found.element, kept, found.how, found.via, found.label, found.is_verbatim)


def _of_no_system(links: tuple[Link, ...], tests: Concept) -> Link | None:
    """The first link that is no test, in a record that codes organisms in no system of their own."""
    return next((one for one in links if _among(one, tests) is None), None)


def _of_system(links: tuple[Link, ...], part: str) -> Link | None:
    """The link within a code system that such things of a record are coded in."""
    for one in links:
        kept = tuple(e for e in one.entries if any(part in coding.system.lower() for coding in e.codings))
        if kept:
            return Link(one.resource_type, one.element, kept, one.how, one.via, one.label, one.is_verbatim)
    return None


def _concept(mention: Mention, found: Link | None) -> Concept:
    if found is not None:
        return found.concept(mention.words)
    return Concept(words=mention.words, via=", ".join(dict.fromkeys(row.name for row in mention.linked.known)))
