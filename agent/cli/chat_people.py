"""Choosing whose record a chat is about."""

from __future__ import annotations

from chartwarden.agent.assistant import Assistant
from chartwarden.agent.cli.chat_screen import Screen, name_of
from chartwarden.agent.people import MAX_PEOPLE, find_people
from chartwarden.tools.errors import AccessDenied, ConfigurationError, UsageError


def choose_patient(assistant: Assistant, screen: Screen, *, user: str, interactive: bool) -> str:
    """Ask whose record it is until one is chosen. `UsageError` without a person, or where they choose nobody."""
    if not interactive:
        raise UsageError("whose record? pass --patient with a Patient id or a `system|value` identifier")
    screen.note("Whose record? A name, a birth date (1957-03-12), a Patient id or a `system|value` identifier.")
    while True:
        words = screen.ask("Patient: ")
        if not words:
            raise UsageError("no patient was chosen; pass --patient, or answer with a name, a birth date or an id")
        try:
            return patient_of(assistant, screen, words, user=user, interactive=True)
        except (AccessDenied, UsageError) as fault:
            screen.problem(str(fault))


def patient_of(assistant: Assistant, screen: Screen, words: str, *, user: str, interactive: bool) -> str:
    """The Patient id behind an id or identifier, else of the one whom name or birth date lead to.

    Of several people the person chooses. `UsageError` when nobody is found or chosen, or there is no person to choose;
    `AccessDenied` where scopes do not permit a search by name.
    """
    try:
        return assistant.find_patient(words)
    except UsageError as fault:
        if "|" in words or isinstance(fault, ConfigurationError):
            raise
        unknown = fault
    people = find_people(assistant.services, words, user=user)
    if not people:
        raise UsageError(f"no patient has the id, name or birth date {words!r}") from unknown
    if len(people) == 1:
        return str(people[0]["id"])
    rows = [(name_of(person), person.get("gender", ""), person.get("birthDate", ""), person["id"]) for person in people]
    screen.table("Patients", ("name", "gender", "born", "id"), rows)
    if len(people) == MAX_PEOPLE:
        screen.note(f"The first {MAX_PEOPLE} are shown; a longer name or a birth date finds fewer.")
    if not interactive:
        raise UsageError(f"several patients are called {words!r}; give the id of one")
    said = screen.ask(f"Which? (1 to {len(people)}; Enter for none) ")
    if not said.isdigit() or not 0 < int(said) <= len(people):
        raise UsageError("no patient was chosen")
    return str(people[int(said) - 1]["id"])
