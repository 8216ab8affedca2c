"""`Session`: who asks, why, about whom, with which permissions and which clock. Frozen.

The patient is bound here and nowhere else. No tool takes a patient, no model output can change one.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, GetJsonSchemaHandler, field_validator, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from chartwarden.agent.clock import parse_as_of
from chartwarden.tools.errors import UsageError
from chartwarden.tools.records.compartment import is_id
from chartwarden.tools.records.scopes import Grant, parse_scopes

DEFAULT_SCOPES = "patient/*.rs"

POPULATION_PURPOSES = frozenset({"HRESCH", "HOPERAT", "HQUALIMP", "PUBHLTH", "HSYSADMIN", "TREATMGT"})
"""Purposes of use (v3-ActReason) that are about more than one person's care. Never inferred from a question."""


class Acknowledgement(BaseModel):
    """Who acknowledged the disclaimer, and when."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(min_length=1)]
    time: AwareDatetime


class Session(BaseModel):
    """One person's permission to ask about one patient, or to put typed questions to all of them.

    Raises `UsageError` for a patient that is no FHIR id, for `patient/` scopes without a patient, and for a population
    session that is not one by its scopes, its purpose and its missing patient alike.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    patient: str
    """`Patient.id` the session is locked to; empty only for population sessions."""
    as_of: AwareDatetime
    """The moment the questions are asked at: nothing dated later exists for them."""
    timezone: str = "UTC"
    """IANA zone for dates without a zone and for calendar days."""
    user: str = ""
    role: str = ""
    purpose: str = "TREAT"
    """Purpose of use, a v3-ActReason code: TREAT, HRESCH, HOPERAT, PATRQT, ETREAT, ..."""
    grant: Grant = Field(default_factory=lambda: parse_scopes(DEFAULT_SCOPES))
    acknowledged: Acknowledgement | None = None
    """Without it nothing is answered."""
    image_reading: bool = False
    """Whether a model may describe images, in a labelled block of its own."""
    interactive: bool = False
    """Whether a person is there to be asked back; else the outcome says what was unclear."""
    population: bool = False
    """Whether the session is over all patients (`agent.cohort`) instead of one; needs user/*.rs or system/*.rs, and a
    purpose that carries it. In words nothing is asked in it."""
    session_id: str = Field(default_factory=lambda: uuid.uuid4().hex)

    @model_validator(mode="before")
    @classmethod
    def _from_json(cls, given: Any) -> Any:
        """A session as hosts write it: scopes as text, who acknowledged by name, and the clock of now by default.

        >>> session = Session.model_validate({"patient": "ada", "scopes": "patient/Observation.rs"})
        >>> str(session.grant)
        'patient/Observation.rs'
        """
        if not isinstance(given, dict):
            return given
        fields = dict(given)
        if "scopes" in fields:
            if "grant" in fields:
                raise UsageError("a session has either scopes or a grant; pass scopes")
            fields["grant"] = parse_scopes(str(fields.pop("scopes")))
        if name := fields.pop("acknowledged_by", ""):
            fields["acknowledged"] = Acknowledgement(name=name, time=dt.datetime.now(dt.UTC))
        if isinstance(as_of := fields.get("as_of", ""), str):
            fields["as_of"] = parse_as_of(as_of, str(fields.get("timezone", "UTC")))
        return fields

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """As hosts write it. A LangGraph server drops what the schema does not name; a dropped scope would widen."""
        made = handler.resolve_ref_schema(handler(schema))
        made["properties"] |= {
            "as_of": {"type": "string", "title": "As Of", "description": "ISO date or date-time; default: now"},
            "scopes": {"type": "string", "title": "Scopes", "default": DEFAULT_SCOPES, "description": "SMART v2"},
            "acknowledged_by": {"type": "string", "title": "Acknowledged By", "default": ""},
        }
        made["required"] = ["patient"]
        return made

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        ZoneInfo(value)
        return value

    @model_validator(mode="after")
    def _bound(self) -> Session:
        if self.population:
            self._check_population()
        elif not is_id(self.patient):
            raise UsageError("a session is bound to one patient: pass a Patient id (letters, digits, '-' and '.')")
        return self

    def _check_population(self) -> None:
        if self.patient:
            raise UsageError("a session is either bound to a patient or over the population, not both")
        if self.grant.needs_patient or not self.grant.reaches_beyond_one_patient:
            raise UsageError("a population session needs scopes user/*.rs or system/*.rs, and no patient/ scope")
        if self.purpose not in POPULATION_PURPOSES:
            raise UsageError(
                f"the purpose {self.purpose!r} does not carry a question over the population; one of "
                f"{', '.join(sorted(POPULATION_PURPOSES))} does"
            )

    def permits_same(self, other: Session) -> bool:
        """Whether both allow the same: they may differ in their id, their clock and who acknowledged."""
        own = {"session_id": self.session_id, "as_of": self.as_of, "acknowledged": self.acknowledged}
        return other is self or other.model_copy(update=own) == self

    @property
    def zone(self) -> dt.tzinfo:
        """The session's time zone."""
        return ZoneInfo(self.timezone)
