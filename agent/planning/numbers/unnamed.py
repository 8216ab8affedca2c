"""What is asked of all orders, of all that was given or of all that came out, where nothing of them is named.

How many orders of a route, a frequency, a day or a stay; which drug was ordered most often; what was given under a
category or charted as not given; which outputs a day had.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.numbers.named import DRUG_TYPES, KIND, Named, is_of_outputs
from chartwarden.agent.planning.numbers.words import FREQUENCIES, frequencies
from chartwarden.agent.planning.reading.skeleton import Skeleton
from chartwarden.agent.planning.wording.who import WHO
from chartwarden.tools.records.manifest import Manifest
from chartwarden.tools.records.query import Anchor, RecordQuery

ORDERED, GIVEN = DRUG_TYPES
_ENTRIES = Pattern(
    r"orders?|orderd|(?:was |were |on )?order(?:ed)?|written(?: up| for)?|put up for|charted up|entered for"
)
"""With one of these every order counts; "prescriptions" that somebody had are the drugs there were."""
_WRITTEN = Pattern(r"\b(?:entered|placed|written|put in|issued)\b")
_DRUGS_COUNTED = Pattern(
    r"\b(?:how many|number of|count of|amount of|tally of) (?:[a-z]+ )?(?:drugs|medications|medicines|meds)\b"
)
_IN_DROPS = Pattern(r"(?i)\b(?:eyes?|ears?)\b")
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
    most = said.has("more", "commonest") or (said.has("highest") and said.has("count"))
    least = said.has("less", "rarest") or (said.has("lowest") and said.has("count"))
    if most == least or not (said.has("order") and said.has("drug")):
        return None
    if any(text.endswith("s") for text in said.texts("drug")):
        return None  # of several it is said how many
    if not said.only("more", "less", "commonest", "rarest", "count", "highest", "lowest", *_AROUND):
        return None
    orders = RecordQuery(types=(ORDERED,), window=named.window, anchor=named.anchor, target="name")
    return orders.model_copy(update={"measure": "commonest" if most else "rarest"})


def _orders(named: Named) -> RecordQuery | None:
    """How many orders there are, or different drugs ordered; by route, by frequency or at one stay."""
    said = named.said
    often, stay = [cue.text for cue in said.cues if cue.says in FREQUENCIES], said.has("admission")
    if not said.has("order", "each_entry", *(("drug", "drops") if named.route else ())):
        return None
    if often and not said.has("often", "taken", "prn"):
        return None
    around = ("drops", "route", "via", "often", "admission", "belongs", "given", "first", "last", *FREQUENCIES)
    if len(often) > 1 or not said.only("count", "distinct", "sum", *around, *_AROUND):
        return None
    if said.has("drops") and not _IN_DROPS.search(named.route):
        return None
    if said.has("often", "route", "via") and not (often or named.route):
        return None
    if stay and (said.has("each", "every") or not (said.has("belongs") or named.window)):
        return None  # during one stay or at each of them
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
        is_list = said.has("drug", "drops") and (often or named.route) and not said.has("each_entry")
        return query.model_copy(update={"measure": "distinct"}) if is_list else None
    texts = said.texts("order")
    verbs_alone = all(text.endswith("ordered") for text in texts)
    if verbs_alone and not narrowed and _DRUGS_COUNTED.search(named.skeleton.typed):
        return None  # "drugs ordered" are drugs as those prescribed are
    counts_entries = narrowed or "orders" in texts or (any(map(_ENTRIES.fullmatch, texts)) and not said.has("given"))
    counts_entries = counts_entries or bool(_WRITTEN.search(named.skeleton.typed))
    return query.model_copy(update={"measure": "count"}) if counts_entries else None


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
    is_given = said.has("drug") or (named.window is not None and {*said.texts("given")} != {"had"})  # a stay is had too
    of_given = said.has("given") and said.has("icu") and is_given
    is_charted = of_given and manifest.counts.get(GIVEN)  # with no drug or time named, orders may be meant
    if is_charted and said.only("given", "icu", "drug", "count", "distinct", "every", "each"):
        counted = "count_distinct" if said.has("drug") else "count"
        return query.model_copy(update={"measure": counted if said.has("count") else "distinct"})
    if not (said.has("category_told") and _is_given(named)) or named.route:
        return None
    around = (
        "category",
        "given",
        "drug",
        "icu",
        "count",
        "distinct",
        "every",
        "this_stay",
        "or",
        "dose",
        "rate",
        "now",
    )
    if not said.only("category_told", *around):
        return None
    measure = "count_distinct" if said.has("distinct") else "count"
    told = said.texts("category_told")
    return query.model_copy(update={"category": told, "measure": measure if said.has("count") else "distinct"})


def _is_given(named: Named) -> bool:
    """Whether it is said that it was given, or that somebody was on it."""
    return named.said.has("icu", "given", "drug", "category", "rate", "now") or bool(
        _WAS_ON.search(named.skeleton.typed)
    )


_WAS_ON = Pattern(rf"\b{WHO} on\b|\bon[ ?.]*$|\b(?:used|hung|running)\b")


def _outputs(named: Named, manifest: Manifest) -> RecordQuery | None:
    """Which outputs were recorded, or how many different ones."""
    said = named.said
    if not said.has("drained") or not said.only("drained", "icu", "distinct", "count", "drug", "given", "each", "once"):
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


_OUTPUTS = Pattern(
    r"\b(?:outputs|drains|(?:(?:what|which)(?: \w+)?|kinds? of|types? of|names? of(?: the)?) outputs?"
    r"|output (?:names?|types?|kinds?))\b"
)


_LAY = {
    "enteral nutrition": Pattern(r"tube[- ]?feed(?:s|ing|ings)?|enteral (?:nutrition|feeds?|feeding)"),
    "parenteral nutrition": Pattern(r"tpn|parenteral (?:nutrition|feeds?|feeding)"),
    "blood products": Pattern(r"blood products?"),
}
"""What people call the categories that what is given is charted under."""
_OF_CATEGORY = Pattern(r"\bcategor|\bproducts?\b|\bformulas?\b|\bunder\b|\bcharted as\b|\bsolutions?\b")
_MASKED = Pattern(r"\bq(?P<kind>[crn])(?P<n>\d+)\b")
_WORDS = Pattern(r"[a-z0-9]+")


def with_category(text: str, skeleton: Skeleton, manifest: Manifest) -> tuple[str, str]:
    """A masked question with a category of what was given as `qz0`, and its code; unchanged where none is told."""
    by_words = manifest.once(_categories)
    named = {words[1:]: code for words, code in by_words.items() if words and words[0].isdigit()}
    for told in (by_words, named if "categor" in text else {}) if _OF_CATEGORY.search(text) else ():
        for words in sorted(told, key=len, reverse=True):
            if (put := _put(text, words, skeleton)) != text:
                return put, told[words]
    for mention in skeleton.mentions:
        names = [name for name, lay in _LAY.items() if lay.fullmatch(mention.words.lower())]
        code = named.get(tuple(names[0].split()), "") if names else ""
        if code and not mention.linked.of(GIVEN):
            alike = [(k, one.words.lower()) for k, one in enumerate(skeleton.mentions)]
            same = [(f"qc{k}", re.escape(said)) for k, said in alike if _LAY[names[0]].fullmatch(said)]
            return re.sub(rf"\b(?:{'|'.join(word for pair in same for word in pair)})\b", "qz0", text), code
    return text, ""


def _categories(manifest: Manifest) -> dict[tuple[str, ...], str]:
    """The codes of the categories that what was given is charted under, by the words of each."""
    coded = {one.rpartition("|")[2] for entry in manifest.named(GIVEN) for one in entry.categories}
    return {tuple(_words(code)): code for code in coded}


def _words(text: str) -> list[str]:
    return [match.group() for match in _WORDS.finditer(text.lower())]


def _put(text: str, words: tuple[str, ...], skeleton: Skeleton) -> str:
    """A text with the words, some of which stand as placeholders, put as one."""
    tokens = [(match.start(), match.end(), _words(_own(match.group(), skeleton))) for match in _WORDS.finditer(text)]
    for first in range(len(tokens)):
        said: list[str] = []
        for _, end, own in tokens[first:]:
            said += own
            if tuple(said) == words:
                return f"{text[: tokens[first][0]]}qz0 {text[end:].lstrip(')')}"
            if len(said) >= len(words):
                break
    return text


def _own(token: str, skeleton: Skeleton) -> str:
    """What stands behind a placeholder of a name or a route; any other word itself."""
    found = _MASKED.fullmatch(token)
    if found is None:
        return token
    if found["kind"] == "n":  # "under 08-..." is no limit
        return f"{skeleton.thresholds[int(found['n'])].value or 0:02.0f}"
    return skeleton.mentions[int(found["n"])].words if found["kind"] == "c" else skeleton.routes[int(found["n"])]
