"""The typed value of a draft: every scalar is one that the findings or resources give."""

from __future__ import annotations

from decimal import Decimal

from chartwarden.agent.answer import Draft
from chartwarden.agent.grounding.evidence import Evidence, Support
from chartwarden.agent.grounding.matching import date_is_given, number_is_given
from chartwarden.agent.grounding.mentions import Amount, folded, mentions_of
from chartwarden.tools.records import units
from chartwarden.tools.records.query import Scalar


def value_is_given(draft: Draft, evidence: Evidence) -> bool:
    """Whether every scalar of the value, and its unit, is borne out."""
    cited = tuple(dict.fromkeys(reference for sentence in draft.sentences for reference in sentence.citations))
    known = tuple(reference for reference in cited if reference in evidence.resources)
    support = Support(evidence, known, everything=not known)
    return all(_is_given(value, support, evidence) for value in draft.value) and _unit_is_given(draft, support)


def _is_given(value: Scalar, support: Support, evidence: Evidence) -> bool:
    if isinstance(value, bool):
        return _truth_is_given(value, evidence)
    if isinstance(value, int | float):
        number = Decimal(str(value))
        return number in support.computed_numbers or number_is_given(
            Amount(number), support.amounts, is_declared_rounded=False
        )
    computed = [result.computed.value for result in evidence.results if result.computed is not None]
    if value in computed or value in support.said_by_rows:
        return True
    text = folded(value)
    if text in support.folded_strings:
        return True
    mentioned = mentions_of(value)
    if mentioned.dates and not mentioned.words:
        return all(date_is_given(date, support.moments, evidence.clock.timezone) for date in mentioned.dates)
    return any(text in given for given in support.folded_strings)


def _truth_is_given(value: bool, evidence: Evidence) -> bool:
    truths = [r.computed.value for r in evidence.results if r.computed and isinstance(r.computed.value, bool)]
    if truths:
        return value in truths
    rows = [scalar for r in evidence.results for row in r.findings for scalar in (row.value, *row.values)]
    if value in [scalar for scalar in rows if isinstance(scalar, bool)]:
        return True
    if value:
        return any(result.findings for result in evidence.results)
    return any(result.complete and not result.findings for result in evidence.results)


def _unit_is_given(draft: Draft, support: Support) -> bool:
    if not draft.unit:
        return True
    of_rows = {row.unit for row in support.findings}
    return _is_same(draft.unit, of_rows) or _is_same(draft.unit, {amount.unit for amount in support.amounts})


def _is_same(wanted: str, given: set[str]) -> bool:
    return any(units.same(wanted, unit) for unit in given if unit)
