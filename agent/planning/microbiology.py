"""What of a record's measurements is microbiology: tests of specimens, and tests of organisms against drugs."""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.names.mentions import Mention
from chartwarden.tools.records.manifest import Manifest
from chartwarden.tools.records.query import Coding, Concept

_CULTURES = Pattern(r"culture|gram stain|smear|microbiolog|viral load|antigen screen|serolog", re.IGNORECASE)


def microbiology(manifest: Manifest) -> Concept:
    """What counts as a microbiology test in this record: a code system of such tests, else names of such tests."""
    return manifest.once(_tests)


def susceptibility_tests(manifest: Manifest) -> Concept:
    """What counts as a test of an organism against a drug: a code system of antibiotics, else names."""
    return manifest.once(_drug_tests)


def _tests(manifest: Manifest) -> Concept:
    entries = manifest.named("Observation")
    systems = {
        c.system for e in entries for c in e.codings if "micro" in c.system.lower() and "test" in c.system.lower()
    }
    if systems:
        return Concept(
            words="microbiology test", codings=tuple(Coding(system=s) for s in sorted(systems)), via="code system"
        )
    codings = tuple(c for e in entries if _CULTURES.search(e.label) for c in e.codings)
    return Concept(words="microbiology test", codings=codings, via="names of cultures and stains")


def _drug_tests(manifest: Manifest) -> Concept:
    entries = manifest.named("Observation")
    systems = {
        c.system for e in entries for c in e.codings if "micro" in c.system.lower() and "antibiotic" in c.system.lower()
    }
    if systems:
        codings = tuple(Coding(system=s) for s in sorted(systems))
        return Concept(words="susceptibility test", codings=codings, via="code system")
    named = (
        e for e in entries if any("susceptib" in name.lower() for name in (e.label, *(c.display for c in e.codings)))
    )
    codings = tuple(c for e in named for c in e.codings)
    return Concept(words="susceptibility test", codings=codings, via="names of susceptibility tests")


def codes_organisms(manifest: Manifest) -> bool:
    """Whether a record codes what grew, and does not only say in words that a culture was positive."""
    return manifest.once(_codes_organisms)


def _codes_organisms(manifest: Manifest) -> bool:
    return any("organism" in one.system.lower() for entry in manifest.named("Observation") for one in entry.codings)


def is_done(mention: Mention) -> bool:
    """Whether a culture is recorded by its name as something done, and not as an observation: "Throat culture"."""
    by_name = {link.resource_type for link in mention.linked.links if link.how == "name"}
    return by_name == {"Procedure"} and bool(re.search(r"\bculture\b", mention.words.lower()))
