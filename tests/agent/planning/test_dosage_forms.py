"""A form asked for without a drug is looked for among the products, as far as the record names the form of them."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.names.dosage_forms import forms_alone
from chartwarden.tools.records.manifest import Entry, Manifest
from chartwarden.tools.records.query import Coding
from chartwarden.tools.records.record_vocabulary import vocabulary_of

TABLET, CAPSULE, NO_FORM = "Ibuprofen 200 MG Oral Tablet", "Cefalexin 500 MG Oral Capsule", "Simvastatin 10 MG"


def _looked_for(question: str, *products: str, route: str = "") -> tuple[list[str], str]:
    entries = [
        Entry(resource_type="MedicationRequest", element="medication", codings=(Coding(code=name, display=name),))
        for name in products
    ]
    if route:
        entries.append(Entry(resource_type="MedicationRequest", element="route", codings=(Coding(code=route),)))
    manifest = Manifest(counts={"MedicationRequest": len(products)}, entries=tuple(entries))
    found, gap = forms_alone(question.lower(), question, vocabulary_of(manifest))
    return [entry.label for mention in found for link in mention.linked.links for entry in link.entries], gap


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("Any oral tablets?", [TABLET]),
        ("Which oral pills has she had?", [TABLET]),
        ("Any capsules?", [CAPSULE]),
        ("any rectal tablets?", []),
        ("which tablets is she on?", []),  # any medicine
        ("did her weight drop?", []),
    ],
)
def test_products_of_a_form(question: str, named: list[str]) -> None:
    assert _looked_for(question, TABLET, CAPSULE) == (named, "")


def test_where_some_products_have_no_form_only_that_there_are_some_is_told() -> None:
    assert _looked_for("Any oral tablets?", TABLET, NO_FORM) == ([TABLET], "")
    for question in ("Which oral tablets has she had?", "Any capsules?", "Was he given rectal suppositories?"):
        assert _looked_for(question, TABLET, NO_FORM)[1], question


def test_a_record_that_has_routes_tells_by_these() -> None:
    assert _looked_for("Any oral tablets?", TABLET, NO_FORM, route="PO") == ([], "")
