"""The fixed texts of the gate, in the languages it understands (`languages/texts.toml`)."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib import resources
from typing import Any, Literal

from chartwarden.agent.gate.taxonomy import ClassId, Language


def disclaimer(language: Language = "en", form: Literal["short", "full"] = "short") -> str:
    """The disclaimer: says that an AI system produced the answer, from what, and what it is not."""
    return _text(language, f"disclaimer_{form}")


def emergency_template(language: Language = "en") -> str:
    """What is said at once when an emergency seems to be in progress."""
    return _text(language, "emergency")


def reason_for(class_id: ClassId, language: Language = "en") -> str:
    """One sentence why a request of this class is not answered as asked; empty for classes that are answered."""
    return str(_texts()[language]["reasons"].get(class_id, ""))


def offers_for(class_id: ClassId, language: Language = "en") -> tuple[str, ...]:
    """What the record may hold on such a request, as requests the person could make instead."""
    return tuple(_texts()[language]["offers"].get(class_id, ()))


def offer_line(offers: tuple[str, ...], language: Language = "en") -> str:
    """One line that offers what the record holds; empty without offers."""
    return f"{_text(language, 'offer')} {' '.join(offers)}" if offers else ""


def no_assessment(language: Language = "en") -> str:
    """The line under answers that are held to recorded facts."""
    return _text(language, "no_assessment")


def read_as_line(sentence: str, language: Language = "en") -> str:
    """The question in plain words, as it was read."""
    return f'{_text(language, "read_as")} "{sentence}"'


def gate_failed(language: Language = "en") -> str:
    """What is said when the gate itself failed."""
    return _text(language, "gate_failed")


def withheld_by_gate(language: Language = "en") -> str:
    """What is said when the release gate lets no sentence out."""
    return _text(language, "withheld")


def nothing_supported(language: Language = "en") -> str:
    """What is said when no sentence of a draft survives the checks. Never an absence."""
    return _text(language, "nothing_supported")


def _text(language: Language, name: str) -> str:
    return str(_texts()[language][name])


@lru_cache(maxsize=1)
def _texts() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("languages", "texts.toml").read_text(encoding="utf-8"))
