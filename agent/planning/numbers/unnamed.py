"""What is asked of all orders, of all that was given or of all that came out, where nothing of them is named.

How many orders of a route, a frequency, a day or a stay; which drug was ordered most often; what was given under a
category or charted as not given; which outputs a day had.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.numbers.named import DRUG_TYPES, KIND, Named, is_of_outputs
from chartwarden.agent.planning.numbers.words import frequencies
from chartwarden.tools.records.manifest import Manifest
from chartwarden.tools.records.query import Anchor, RecordQuery

ORDERED, GIVEN = DRUG_TYPES
_ENTRIES = Pattern(r"orders?|orderd|(?:was |were |on )?order(?:ed)?|written(?: up| for)?|put up for|charted up|entered for")
"""With one of these every order counts; "prescriptions" that somebody had are the drugs there were."""
_FREQUENCIES = ("taken", "once", "in_a_day")
_AROUND = ("order", "drug", "each_entry", "this_stay", "single", "every", "each")


def asked(named: Named, manifest: Manifest) -> RecordQuery | None:
    """The query for what is asked of all of a kind; None where it is nothing of this."""
    if len(named.windows) > 1 or named.things:
        return None
    for read in (_commonest, _orders):
        query = read(named)
        if query is not None:
            return query
    return _administrations(named, manifest) or _outputs(named, manifest)


def _commonest(named: Named) -> RecordQuery | None:
    """Which drug was ordered most or least often."""
    said = named.said
    most, least = said.has("more", "commonest"), said.has("less", "rarest")
    if most == least or not (said.has("order") and said.has("drug")):
        return None
    if not said.only("more", "less", "commonest", "rarest", "count", *_AROUND):
        return None
    orders = RecordQuery(types=(ORDERED,), window=named.window, anchor=named.anchor, target="name")
    return orders.model_copy(update={"measure": "commonest" if most else "rarest"})


def _orders(named: Named) -> RecordQuery | None:
    """How many orders there are, or different drugs ordered; by route, by frequency or at one stay."""
    said = named.said
    often, stay = [cue.text for cue in said.cues if cue.says in _FREQUENCIES], said.has("admission")
    if not said.has("order", "each_entry", *(("drug",) if named.route else ())) or (often and not said.has("often", "taken")):
        return None
    around = ("route", "via", "often", "admission", "belongs", "given", "first", "last", *_FREQUENCIES)
    if len(often) > 1 or not said.only("count", "distinct", "sum", *around, *_AROUND):
        return None
    if said.has("often", "route", "via") and not (often or named.route):
        return None
    narrowed = bool(often or named.route or stay or said.has("each_entry"))
    if said.has("first", "last") and not stay:
        return None
    query = RecordQuery(types=(ORDERED,), route=named.route, target="name")
    if often:
        query = query.model_copy(update={"field": "frequency", "one_of": frequencies(often[0])})
    query = query.model_copy(update=_at(named))
    if said.has("distinct"):
        measure = "count_distinct" if said.has("count") else "distinct"
        return query.model_copy(update={"measure": measure}) if said.has("drug") else None
    if not said.has("count", "sum"):
        is_list = said.has("drug") and (often or named.route) and not said.has("each_entry")
        return query.model_copy(update={"measure": "distinct"}) if is_list else None
    texts = said.texts("order")
    counts_entries = narrowed or any(map(_ENTRIES.fullmatch, texts))
    return query.model_copy(update={"measure": "count"}) if counts_entries and not said.has("given") else None


def _at(named: Named) -> dict[str, object]:
    """The time or the stay that orders belong to: a time told beside a stay is that of its beginning."""
    said = named.said
    if not said.has("admission"):
        return {"window": named.window, "anchor": named.anchor}
    which = "first" if said.has("first") else "last" if said.has("last") else "all"
    stay = RecordQuery(types=("Encounter",), encounter_kind=("hospital",), window=named.window, target="time")
    stay = stay.model_copy(update={"which": which})
    return {"anchor": Anchor(event=stay, relation="same_encounter")}


def _administrations(named: Named, manifest: Manifest) -> RecordQuery | None:
    """How many administrations were charted with a method, or what was given under a category."""
    said = named.said
    kinds = ("icu",) if said.has("icu") else ()
    query = RecordQuery(types=(GIVEN,), encounter_kind=kinds, window=named.window, anchor=named.anchor, target="name")
    methods = {text.removeprefix("method ") for text in said.texts("method")}
    if len(methods) == 1 and said.only("count", "method", "given", "drug", "dose", "icu", "this_stay", "single"):
        charted = query.model_copy(update={"field": "method", "one_of": tuple(methods)})
        if said.has("count"):
            return charted.model_copy(update={"measure": "count"})
        return charted.model_copy(update={"measure": "distinct"}) if said.has("drug") else None
    if not said.has("category_told") or named.route:
        return None
    if not said.only("category_told", "category", "given", "drug", "icu", "count", "distinct", "every", "this_stay", "or", "dose"):
        return None
    measure = "count_distinct" if said.has("distinct") else "count"
    told = said.texts("category_told")
    return query.model_copy(update={"category": told, "measure": measure if said.has("count") else "distinct"})


def _outputs(named: Named, manifest: Manifest) -> RecordQuery | None:
    """Which outputs were recorded, or how many different ones."""
    said = named.said
    if not said.has("drained") or not said.only("drained", "icu", "distinct", "count", "drug", "given"):
        return None
    if said.has("given") or (said.has("count") and not said.has("distinct", "drug")):
        return None
    if not _OUTPUTS.search(named.skeleton.typed):
        return None
    coded = {category for entry in manifest.named(KIND) for category in entry.categories if is_of_outputs(category)}
    if not coded:
        return None
    codes = tuple(sorted(one.rpartition("|")[2] for one in coded))
    kinds = ("icu",) if said.has("icu") else ()
    query = RecordQuery(types=(KIND,), category=codes, window=named.window, encounter_kind=kinds, target="name")
    return query.model_copy(update={"measure": "count_distinct" if said.has("count") else "distinct"})


_OUTPUTS = Pattern(r"\b(?:outputs|drains|(?:(?:what|which)(?: \w+)?|kinds? of|types? of|names? of(?: the)?) outputs?|output (?:names?|types?|kinds?))\b")


_LAY = {
    "enteral nutrition": r"tube[- ]?feed(?:s|ing|ings)?|enteral (?:nutrition|feeds?|feeding)",
    "parenteral nutrition": r"tpn|parenteral (?:nutrition|feeds?|feeding)",
    "blood products": r"blood products?",
}
"""What people call the categories that what is given is charted under."""
_OF_CATEGORY = Pattern(r"\bcategor|\bproducts?\b|\bformulas?\b|\bunder\b|\bcharted as\b|\bsolutions?\b")


def with_category(text: str, manifest: Manifest) -> tuple[str, str]:
    """A masked question with a category of what was given as `qz0`, and its code; unchanged where none is told."""
    if not _OF_CATEGORY.search(text):
        return text, ""
    coded = {one.rpartition("|")[2] for entry in manifest.named(GIVEN) for one in entry.categories}
    for code in sorted(coded, key=len, reverse=True):
        words = re.findall(r"[a-z0-9]+", code.lower())
        name = words[1:] if words and words[0].isdigit() else words
        forms = [_as_masked(words), *([_as_masked(name)] if "categor" in text else [])]
        forms += [lay for lay_name, lay in _LAY.items() if lay_name.split() == name]
        for form in forms:
            pattern = rf"(?:category |charted under |charted as |under )*\b{form}\b\)?"
            if re.search(pattern, text):
                return re.sub(pattern, "qz0", text), code
    return text, ""


def _as_masked(words: list[str]) -> str:
    """Words of a code, each of which may stand as a placeholder."""
    return r"[^a-z0-9]*".join(rf"(?:{re.escape(word)}|q[a-z]\d+)" for word in words)
