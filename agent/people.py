"""Looking patients up by name or birth date, before a session is bound to one of them."""

from __future__ import annotations

import uuid

from chartwarden.agent.audit.log import Trail
from chartwarden.agent.run import Services
from chartwarden.tools.errors import AccessDenied
from chartwarden.tools.records.scopes import Grant, parse_scopes
from chartwarden.tools.records.source import Resource

MAX_PEOPLE = 20


def find_people(services: Services, words: str, *, user: str) -> tuple[Resource, ...]:
    """Patients whose name holds every word, or who were born on the date that `words` is; at most `MAX_PEOPLE`.

    The search stands in the log, under `user`, before anybody is told of: an entry for each patient, who is named by
    pseudonym, and one of the search itself. `AccessDenied` where no scope permits a
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
    matches = page.matches if page else ()
    permitted = tuple(patient for patient in matches if grant.permits(patient))
    found = permitted[:MAX_PEOPLE]
    _log(services, words, [str(patient["id"]) for patient in found], user=user, by="birthdate" if by_date else "name",
         withheld=len(matches) - len(permitted))  # fmt: skip
    return found


def _log(services: Services, words: str, found: list[str], *, user: str, by: str, withheld: int) -> None:
    """Write down, durably, who was looked up with which words.

    The words and the ids may name the people found, so they are texts, and stand under each of these patients and
    nowhere else: erasing the texts of a patient erases them. Only where nobody was found do they belong to nobody.
    """
    search = uuid.uuid4().hex
    facts = {"tool": "find_people", "by": by}
    text = {"searched": words}

    def trail(patient: str) -> Trail:
        identity = services.planner.identity()
        return services.log.trail(
            session_id=search, user=user, role="", purpose="TREAT", patient=patient, planner=identity
        )

    for patient in found:
        trail(patient).note("tool_call", {**facts, "references": [f"Patient/{patient}"], "found": 1}, text)
    trail("").commit("tool_call", {**facts, "found": len(found), "withheld": withheld}, {} if found else text)
