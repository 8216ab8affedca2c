"""`chartwarden search`: what the agent would find, as a searchset Bundle."""

from __future__ import annotations

import sys
import uuid
from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer

from chartwarden.agent.cli.options import Patient, flag, store_settings_of
from chartwarden.tools.errors import UsageError

if TYPE_CHECKING:
    from chartwarden.agent.settings import Settings
    from chartwarden.tools.records.store import LocalStore


def search(
    ctx: typer.Context,
    query: Annotated[str, typer.Argument(help='A FHIR search: "Observation?code=4548-4&date=ge2012".')],
    patient: Patient = "",
    population: Annotated[bool, flag("--population", help="Search everyone's records.")] = False,
    ids: Annotated[bool, flag("--ids", help="Only Type/id, one a line.")] = False,
    count: Annotated[bool, flag("--count", help="Only how many match.")] = False,
    lenient: Annotated[bool, flag("--lenient", help="Leave out parameters that are not known.")] = False,
) -> None:
    """Search the record store by the rules of FHIR R4 and print a searchset Bundle.

    Also: `Observation/$lastn?...`, `Patient/ID/$everything`, `Patient/ID/Condition?...`. With `_count` one page is
    printed, and a link to the next one; without it, everything. This is the operator's own look at the store, outside
    any session: no scopes or labels narrow it, and the audit log says that it was taken.
    """
    from chartwarden.agent.private_files import private_dir
    from chartwarden.tools.records.requests import bundle, parse_request, run_request
    from chartwarden.tools.records.store import LocalStore

    settings = store_settings_of(ctx)
    with LocalStore.open(settings.store_url, search_timezone=settings.search_timezone, create=False) as store:
        request = parse_request(query)
        if patient:
            request = request.of_patient(_patient_id(store, patient))
        elif not population and not request.whose:
            raise UsageError("whose records? add --patient ID, or --population for everyone's")
        answers, left_out = run_request(store, request.counting if count else request, lenient=lenient)
        private_dir(settings.data_dir)
        _log(settings, query, "" if population else request.whose)
        if left_out:
            print(f"left out: {', '.join(left_out)}", file=sys.stderr)
        if count:
            print(sum(answer.total or sum(1 for _ in answer.matches) for answer in answers))
            return
        if request.asks_for_a_page:
            answers = islice(answers, 1)
        if ids:
            for answer in answers:
                for hit in answer.matches:
                    print(hit.reference)
                if request.asks_for_a_page and answer.next:
                    print(f"next page: {request.following(answer.next, left_out)}", file=sys.stderr)
        else:
            sys.stdout.flush()
            sys.stdout.buffer.writelines(bundle(request, left_out, answers))


def _log(settings: Settings, query: str, patient: str) -> None:
    """Write down who looks at what, before anything of it is printed."""
    from chartwarden.agent.audit.log import open_log, operator

    with open_log(settings) as log:
        trail = log.trail(
            session_id=uuid.uuid4().hex, user=operator(), role="operator", purpose="", patient=patient, planner={}
        )
        trail.commit("tool_call", {"tool": "search", "population": not patient}, {"searched": query})


def _patient_id(store: LocalStore, patient: str) -> str:
    """The id behind an id or a `system|value` identifier."""
    bare = patient.removeprefix("Patient/")
    params = [("identifier", bare)] if "|" in bare else [("_id", bare)]
    found = [resource["id"] for page in store.search("Patient", params) for resource in page.matches]
    if len(found) != 1:
        raise UsageError(f"{len(found)} patients are known as {patient!r}; give the id of one")
    return str(found[0])
