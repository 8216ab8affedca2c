"""An infection told with what it came of is called by the organism."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.wording.infections import infections_named


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("Drugs for the urinary infection with E. coli?", "Drugs for the E. coli urinary tract infection?"),
        ("pneumonia due to klebsiella in 2012", "klebsiella pneumonia in 2012"),
        ("UTI from Klebsiella pneumoniae, since when?", "Klebsiella pneumoniae UTI, since when?"),
        ("sepsis by staph aureus.", "staph aureus sepsis."),
        ("a wound infection of B. fragilis last year", "a B. fragilis wound infection last year"),
        ("pneumonia caused by streptococcus pneumoniae", "streptococcus pneumoniae pneumonia"),
        ("pneumonia with fever", "pneumonia with fever"),
        ("sepsis from the line", "sepsis from the line"),
    ],
)
def test_it_is_called_by_its_organism(said: str, named: str) -> None:
    assert infections_named(said) == named
