"""A drug named with its form: of the drug, the products of that form are meant ("the furosemide injection")."""

from __future__ import annotations

import re
from dataclasses import replace

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.names.mentions import Mention
from chartwarden.tools.records.concepts import Link, Linked
from chartwarden.tools.records.elements import MEDICATION_TYPES
from chartwarden.tools.records.record_vocabulary import Vocabulary

_FORMS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"inhalers?|puffers?", ("inhal", "actuat")),
    (
        r"injections?|injectables?|shots?|vials?|syringes?|auto-?injectors?|pens?",
        ("inject", "syringe", "pen", "auto-injector", "cartridge"),
    ),
    (r"tablets?", ("tablet",)),
    (r"capsules?", ("capsule",)),
    (r"packs?|packets?", ("pack",)),
    (r"patch(?:es)?", ("patch", "transdermal")),
    (r"implants?|rods?", ("implant",)),
    (r"iuds?|coils?|intrauterine (?:devices?|systems?)", ("intrauterine",)),
    (r"syrups?|liquids?|oral solutions?|suspensions?", ("solution", "syrup", "suspension")),
    (r"(?:nasal |mucosal )?sprays?", ("spray",)),
    (r"creams?|ointments?|gels?", ("cream", "ointment", "gel")),
    (r"(?:eye |ear )?drops?", ("ophthalmic", "otic", "drop")),
)
"""What people call a form, and how the names of products have it. Source: RxNorm dose forms."""
_INJECTED = ("inject", "syringe", "auto-injector", "cartridge")
_RELEASE = ("extended release", "sustained release", "12 hr", "24 hr")
_BEFORE = Pattern(r"\b(?:long[- ]acting|extended[- ]release|slow[- ]release|sustained[- ]release|once[- ]daily) $")
_AFTER = tuple((Pattern(rf" (?:{said})\b"), parts) for said, parts in _FORMS)


def form_untold(mention: Mention, formed: Mention) -> str:
    """Why the orders of a form cannot be told apart: the record has the drug, and some name of it tells no form."""
    labels = [entry.label.lower() for link in mention.linked.links for entry in link.entries]
    if formed.linked.links or not labels or formed.words == mention.words:
        return ""
    if all(any(part in label for _, parts in _FORMS for part in parts) for label in labels):
        return ""
    return f'which orders are "{formed.words}"; the record does not name a form of each, so ask for "{mention.words}"'


def with_form(mention: Mention, question: str) -> Mention:
    """The mention with the words of its form taken in, linked to the products of that form alone."""
    lowered = question.lower()
    links = mention.linked.of("MedicationRequest", "MedicationAdministration", "MedicationStatement")
    if not links and not any(row.kind == "drug" for row in mention.linked.known):
        return mention
    start, end = mention.start, _strength_told(mention, lowered)
    parts: tuple[str, ...] = ()
    before = _BEFORE.search(lowered[:start])
    if before:
        start, parts = before.start(), _RELEASE
    for pattern, names in _AFTER:
        after = pattern.match(lowered, end)
        if after:
            end, parts = after.end(), parts or names
            break
    if not parts:
        return replace(mention, end=end, words=question[start:end])
    kept = []
    for link in mention.linked.links:
        entries = tuple(entry for entry in link.entries if any(part in entry.label.lower() for part in parts))
        kept += [replace(link, entries=entries)] if entries else []
    linked = replace(mention.linked, links=tuple(kept))
    return replace(mention, start=start, end=end, words=question[start:end], linked=linked)


_STRENGTH = Pattern(r" (?P<n>\d+(?:\.\d+)?) ?(?P<unit>mg|mcg|ug|g)(?![\w/])")


def _strength_told(mention: Mention, lowered: str) -> int:
    """The end of a drug's name with the strength behind it, which all products of it have: "the 68 mg implant"."""
    said = _STRENGTH.match(lowered, mention.end)
    if said is None:
        return mention.end
    bears = Pattern(rf"(?<![\d.]){re.escape(said['n'])} ?{said['unit']}(?!\w)")
    labels = [entry.label.lower() for link in mention.linked.links for entry in link.entries]
    return said.end() if all(map(bears.search, labels)) else mention.end


_WAY = r"(?P<way>oral|rectal|vaginal|nasal|topical|sublingual|chewable|transdermal|ophthalmic|inhaled|injectable)"
_SHAPE = (
    r"(?:tablets?|pills?|capsules?|sprays?|creams?|ointments?|gels?|solutions?|drops?|patch(?:es)?|suppositor(?:y|ies)"
    r"|injections?|powders?)"
)
_ALONE = Pattern(
    rf"(?<![\w¤-])(?:{_WAY} (?P<form>{_SHAPE})|(?P<alone>capsules?|ointments?|suppositor(?:y|ies)"
    r"|injections?(?= (?:\w+ )?(?:prescri|order))|injectables?(?: (?:drugs?|medicines?|medications?"
    r"|meds))?))(?![\w¤-])(?! (?:of|with|containing) ¤)"
)
"""A form of no drug that is named. Tablets and pills alone are any medicine."""
_IS_IT_SO = Pattern(r"(?:any|was|were|is|are|has|have|had|did|does|do)\b", re.IGNORECASE)


def forms_alone(blanked: str, question: str, vocabulary: Vocabulary) -> tuple[list[Mention], str]:
    """Forms asked for without a drug ("any oral tablets?"), linked to the products that have them; or why they are not.

    A record that has the form of some products alone can tell that there are such products, and no more. One that
    records routes tells by these.
    """
    found: list[Mention] = []
    alone = tuple(_ALONE.finditer(blanked))
    products = vocabulary.manifest.named(*MEDICATION_TYPES) if alone else ()
    for match in alone if products and not vocabulary.manifest.words("route") else ():
        said, parts = match.group(), tuple(filter(None, (match["way"], _stem(match["form"] or match["alone"]))))
        having = [one for one in products if all(part in one.label.lower() for part in parts)]
        if parts[0].startswith("inject"):
            having = [one for one in products if any(part in one.label.lower() for part in _INJECTED)]
        is_told = all(any(part in one.label.lower() for _, names in _FORMS for part in names) for one in products)
        if not is_told and not (having and _IS_IT_SO.match(question)):
            return [], f'which drugs are "{said}"; the record names no form of some, so ask for the drugs by name'
        links = tuple(
            Link(kind, of_kind[0].element, of_kind, "narrower", f'the form "{said}"')
            for kind in dict.fromkeys(one.resource_type for one in having)
            if (of_kind := tuple(one for one in having if one.resource_type == kind))
        )
        found.append(Mention(*match.span(), said, Linked(said, links)))
    return found, ""


def _stem(form: str) -> str:
    return "suppositor" if form.startswith("suppositor") else "tablet" if form.startswith("pill") else form.rstrip("s")
