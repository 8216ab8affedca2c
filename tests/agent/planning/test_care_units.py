"""A unit of intensive care that is named bounds what is asked to the stretches that were spent in it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chartwarden.agent.planning.names.care_units import unit_told
from chartwarden.agent.planning.planner import GiveUp
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.tools.records.manifest import Entry, Manifest

from .conftest import Ask, asked

_MEDICAL = "Medical Intensive Care Unit (MICU)"
_BOTH = "Medical/Surgical Intensive Care Unit (MICU/SICU)"
_TRAUMA = "Trauma SICU (TSICU)"


def _with_units(ask: Ask) -> Ask:
    def make(question: str, **given):  # type: ignore[no-untyped-def]
        context = ask(question, **given)
        units = tuple(
            Entry(resource_type="Encounter", element="location", text=name, count=1)
            for name in (_MEDICAL, _BOTH, _TRAUMA)
        )
        manifest = context.manifest
        told = {**manifest.model_dump(), "entries": (*manifest.entries, *units)}
        return replace(context, manifest=Manifest(**told))

    return make


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("in the MICU", _MEDICAL),
        ("on the medical ICU", _MEDICAL),
        ("in the Medical Intensive Care Unit (MICU)", _MEDICAL),
        ("in medical intensive care", _MEDICAL),
        ("on the trauma ICU", _TRAUMA),
        ("in TSICU", _TRAUMA),
        ("in the MICU/SICU", _BOTH),
        ("in the CVICU", "CVICU"),
    ],
)
def test_a_unit_is_found_by_its_names(ask: Ask, said: str, name: str) -> None:
    plain, unit = unit_told(f"How many drugs were given {said}?", _with_units(ask)("?").manifest)
    assert "ICU?" in plain
    assert unit is not None
    assert unit.name == name


@pytest.mark.parametrize(
    "question", ["Was she in the ICU?", "Which unit did he go to after the MICU?", "MICU or SICU?"]
)
def test_no_unit_is_named(ask: Ask, question: str) -> None:
    assert unit_told(question, _with_units(ask)("?").manifest) == (question, None)


def test_what_was_done_and_how_long_it_was_there(ask: Ask) -> None:
    (stay,) = asked(_with_units(ask), "How long was he in the MICU?")
    assert (stay.place, stay.encounter_kind) == (_MEDICAL, ("icu",))  # type: ignore[union-attr]
    (order,) = asked(_with_units(ask), "How many times was potassium measured in the MICU?")
    assert order.anchor.event.place == _MEDICAL  # type: ignore[union-attr]


def test_where_it_bounds_nothing_that_can_be_asked_it_is_not_understood(ask: Ask) -> None:
    step = RulesPlanner().decide(_with_units(ask)("When was he born in the MICU?"))
    assert isinstance(step, GiveUp)
