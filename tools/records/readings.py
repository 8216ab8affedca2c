"""`Readings`: how phrases are read that people and data sets read differently."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict


class Readings(BaseModel):
    """How phrases are read that people and data sets read differently. Answers say which reading they took."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    date_order: Literal["day_first", "month_first"] = "month_first"
    """`05/12/2150` is 5 December (`day_first`) or 12 May (`month_first`)."""
    since_ago: Literal["rolling", "calendar"] = "rolling"
    """"since 3 years ago": from as_of minus three years (`rolling`), or from 1 January of that year (`calendar`)."""
    prescription_time: Literal["authored", "validity"] = "authored"
    """The time of a prescription: `authoredOn`, or the start of its validity period."""
    day_zone: Literal["record", "session"] = "session"
    """Whose midnight bounds a day: the offset written in the record, or the session's zone."""
    episode_time: Literal["onset", "encounter"] = "onset"
    """The time of a condition without an onset: its recorded date, or the start of its encounter."""
    hemisphere: Literal["north", "south"] = "north"
    """Whose seasons: "last summer" is June to August (`north`) or December to February (`south`)."""
    care_unit: Literal["stretch", "encounter"] = "stretch"
    """First and last care unit: of all stretches spent in one, or of the first or last encounter by its own period."""
