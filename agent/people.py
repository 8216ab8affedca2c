"""Looking patients up by name or birth date, before a session is bound to one of them."""

from __future__ import annotations

import uuid

from chartwarden.agent.run import Services
from chartwarden.tools.errors import AccessDenied
from chartwarden.tools.records.scopes import Grant, parse_scopes
from chartwarden.tools.records.source import Resource

MAX_PEOPLE = 20


def find_people(services: Services, words: str, *, user: str) -> tuple[Resource, ...]:
    """Patients whose name holds every word, or who were born on the date that `words` is; at most `MAX_PEOPLE`.

    The search stands in the log, under `user`, before anybody is told of. `AccessDenied` where no scope permits a
    search for patients; patients under a security label that no scope opens are left out.
    """
    given = parse_scopes(services.settings.scopes)
    grant = Grant(scopes=frozenset(scope for scope in given.scopes if scope.level != "patient"))
    if not grant.permits_search("Patient"):
        raise AccessDenied(
            "the scopes do not permit a search for patients (user/Patient.rs); give a Patient id or a "
            "`system|value` identifier"
        )
    by_date = words[:4].isdigit()
    named = [("birthdate", words)] if by_date else [("name", word.replace(",", r"\,")) for word in words.split()]
    pages = services.source.search("Patient", [*named, ("_count", str(MAX_PEOPLE))])
    page = next(iter(pages), None)
    found = tuple(patient for patient in (page.matches if page else ()) if grant.permits(patient))[:MAX_PEOPLE]
    trail = services.log.trail(
        session_id=uuid.uuid4().hex, user=user, role="", purpose="TREAT", patient="",
        planner=services.planner.identity(),
    )  # fmt: skip
    shown = " ".join(patient["id"] for patient in found)
    facts = {"tool": "find_people", "by": "birthdate" if by_date else "name", "found": len(found)}
    trail.commit("tool_call", facts, text={"searched": words, "patients": shown})  # erasable: both name people
    return found
