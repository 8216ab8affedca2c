"""`PatientLock`: the one door between a record source and everybody who asks it something.

It adds the patient to every search and then trusts nobody: each resource that comes back, asked for or not, is checked
against the patient compartment, the grant and its security labels before it passes. What does not pass is dropped,
counted, and reported by reason. Wherever the source is a server, that check is the only thing between a dropped search
parameter and another patient's record.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Literal, Protocol, runtime_checkable

from chartwarden.tools.errors import AccessDenied, SourceFault
from chartwarden.tools.records.compartment import (
    HELD_TYPES,
    MEMBERSHIP,
    SHARED_TYPES,
    is_about,
    is_id,
    names_another,
    plain_reference,
)
from chartwarden.tools.records.kept import once_kept
from chartwarden.tools.records.manifest import FORMAT, Manifest
from chartwarden.tools.records.scopes import Grant, sensitive_labels
from chartwarden.tools.records.source import Capabilities, Page, RecordSource, Resource, SearchParams
from chartwarden.tools.records.survey import survey

FOREIGN_LIMIT = 25
"""Foreign resources one lock drops before it stops believing the source."""

_IDS_PER_SEARCH = 50


_PATIENT_PARAMETERS = frozenset(
    {"patient", "subject", "link", "beneficiary", "individual", "candidate", "member", "actor"}
)

Reason = Literal["foreign", "contained", "unreferenced", "type", "scope", "label", "malformed", "argument"]
"""Why something was withheld. `foreign`: of another patient; `contained`: holds a resource of another patient;
`unreferenced`: shared, but nothing of this record points to it; `type`: never part of a record; `scope`, `label`: the
grant does not reach it; `malformed`: no usable type or id, or not what was asked for; `argument`: the call itself tried
to leave the patient."""


class Observer(Protocol):
    """Learns that something was withheld: how many, and why; never what."""

    def withheld(self, reason: Reason, count: int) -> None:
        """Note that `count` resources (or calls, for `argument`) were withheld."""
        ...


@runtime_checkable
class _KeepsDerived(Protocol):
    def cached(self, patient_id: str, name: str, build: Callable[[], bytes]) -> bytes:
        """What `build` makes of a patient's record, kept until the record changes."""
        ...


class PatientLock:
    """A record source narrowed to one patient and one grant. It has the shape of a `RecordSource` itself."""

    def __init__(self, source: RecordSource, patient: str, grant: Grant, *, observer: Observer | None = None) -> None:
        """Bind the patient, for the life of the lock.

        Args:
            source: where the records are.
            patient: `Patient.id`.
            grant: what the session may see of the record.
            observer: told of everything that is withheld.
        """
        if not is_id(patient):
            raise AccessDenied("the patient of the session is not a FHIR id (letters, digits, '-' and '.', at most 64)")
        self.patient_id = patient
        self.grant = grant
        self.withheld = 0
        """Resources withheld so far, whatever the reason."""
        self._source = source
        self._observer = observer
        self._foreign = 0
        self._passed: dict[str, Resource] = {}
        self._unread: dict[str, Resource] = {}
        """What passed and was not looked at for what it points to, by reference: a lock that lives long holds a record
        once."""
        self._pointed: set[str] = set()
        self._manifest: Manifest | None = None

    def capabilities(self) -> Capabilities:
        """What the source can search."""
        return self._source.capabilities()

    def search(self, resource_type: str, params: SearchParams) -> Iterator[Page]:
        """Search this patient's record; the parameters never name a patient.

        Raises `AccessDenied` where the grant or the parameters do not allow the search, and `SourceFault` with the code
        `foreign` when the source keeps returning other patients' resources. A page from which matches of other patients
        had to be dropped is not complete: such a source may well have left out some of this patient's, too.
        """
        if not self.grant.permits_search(resource_type):
            raise AccessDenied(f"the scopes of this session do not permit searching {resource_type}")
        narrowed = self._narrowed(resource_type, params)
        return (self._let_through(page) for query in narrowed for page in self._source.search(resource_type, query))

    def read(self, reference: str, holder: Resource | None = None) -> Resource | None:
        """The resource behind `Type/id` if it is part of this record, else None.

        A resource that does not exist, one of another patient and one that the grant does not reach are told apart by
        nobody but the observer.

        Args:
            reference: `Type/id`.
            holder: the resource that points there, where it is known. Looked at first where it has passed this lock.
        """
        plain = plain_reference(reference)
        if plain is None:
            self._withhold("argument")
            return None
        resource_type = plain.partition("/")[0]
        if not self.grant.permits_read(resource_type):
            self._withhold("scope")
            return None
        known = self._passed.get(plain)
        if known is not None:
            return known
        if resource_type == "Patient" and plain != f"Patient/{self.patient_id}":
            self._withhold("foreign")
            return None
        if resource_type not in MEMBERSHIP and not self._is_pointed_to(plain, holder):
            self._withhold("unreferenced" if resource_type in SHARED_TYPES | HELD_TYPES else "type")
            return None
        resource = self._source.read(plain)
        if resource is None:
            return None
        same = f"{resource.get('resourceType')}/{resource.get('id')}" == plain
        reason = self._objection(resource) if same else "malformed"
        if reason is not None:
            self._withhold(reason)
            return None
        self._remember(resource)
        return resource

    def patient(self) -> Resource:
        """The Patient resource. Raises `AccessDenied` where it cannot be seen or does not exist."""
        found = self.read(f"Patient/{self.patient_id}")
        if found is None:
            raise AccessDenied("this record holds no Patient resource that the session may see")
        return found

    def manifest(self) -> Manifest:
        """What the record holds, as far as the grant reaches; surveyed once in the life of a lock.

        That happens under a lock of its own, so that what this run has seen does not depend on whether a store had
        kept the manifest.
        """
        if self._manifest is None:
            if isinstance(self._source, _KeepsDerived):
                inner = PatientLock(self._source, self.patient_id, self.grant)
                name = f"manifest-{FORMAT}-{hashlib.sha256(str(self.grant).encode()).hexdigest()[:16]}"
                kept = self._source.cached(self.patient_id, name, lambda: survey(inner).dump())
                self._manifest = Manifest.restore(kept)
            else:
                self._manifest = survey(PatientLock(self._source, self.patient_id, self.grant, observer=self._observer))
        return self._manifest

    def retrieved(self, reference: str) -> Resource | None:
        """A resource that already passed this lock, without asking the source again."""
        return self._passed.get(reference) or self._passed.get(plain_reference(reference) or "")

    def _narrowed(self, resource_type: str, params: SearchParams) -> Iterable[list[tuple[str, str]]]:
        """The searches that stand for this one once the patient is in it."""
        kept = [pair for pair in params if not self._is_own_patient(*pair)]
        membership = MEMBERSHIP.get(resource_type)
        if membership is not None:
            own = self.patient_id if membership.parameter in ("_id", "patient") else f"Patient/{self.patient_id}"
            return [[(membership.parameter, own), *kept]]
        if resource_type not in SHARED_TYPES:
            self._withhold("argument")
            raise AccessDenied(
                f"{resource_type} is not searched: no resource of that type is part of a patient's record"
            )
        prefix = f"{resource_type}/"
        ids = sorted(target.removeprefix(prefix) for target in self._targets() if target.startswith(prefix))
        return [
            [("_id", ",".join(ids[start : start + _IDS_PER_SEARCH])), *kept]
            for start in range(0, len(ids), _IDS_PER_SEARCH)
        ]

    def _is_own_patient(self, name: str, value: str) -> bool:
        """Whether the parameter only repeats the bound patient; one that reaches for another is refused."""
        if name in ("patient", "subject", "subject:Patient", "patient:Patient"):
            if value in (self.patient_id, f"Patient/{self.patient_id}"):
                return True
        elif not _leaves_the_patient(name, value, self.patient_id):
            return False
        self._withhold("argument")
        raise AccessDenied(f"the search parameter {name!r} may not be used: the patient is bound to the session")

    def _let_through(self, page: Page) -> Page:
        dropped: Counter[Reason] = Counter({"foreign": page.foreign})
        matches = self._passing(page.matches, dropped)
        complete, note = page.complete, page.note
        if dropped["foreign"]:
            self._report(dropped)
            if not matches or self._foreign > FOREIGN_LIMIT:
                raise SourceFault(
                    "the source of the records returned resources of other patients, so it ignores what it is "
                    "asked for; the answer is given up",
                    code="foreign",
                )
            dropped.clear()
            complete, note = False, note or "the source returned resources of other patients, which were dropped"
        included = self._passing(page.included, dropped)
        self._report(dropped)
        whole = len(matches) == len(page.matches)
        return Page(matches, included, page.total if whole else None, complete, note)

    def _passing(self, resources: Sequence[Resource], dropped: Counter[Reason]) -> tuple[Resource, ...]:
        """Those that pass, in order. A shared one may come before the one that points to it, so they wait."""
        passed: dict[int, Resource] = {}
        waiting: list[tuple[int, Resource]] = list(enumerate(resources))
        progress = True
        while waiting and progress:
            before = len(passed)
            later: list[tuple[int, Resource]] = []
            for place, resource in waiting:
                reason = self._objection(resource)
                if reason is None:
                    self._remember(resource)
                    passed[place] = resource
                elif reason == "unreferenced":
                    later.append((place, resource))
                else:
                    dropped[reason] += 1
            progress = len(passed) > before
            waiting = later
        if waiting:
            dropped["unreferenced"] += len(waiting)
        return tuple(passed[place] for place in sorted(passed)) if len(passed) < len(resources) else tuple(resources)

    def _remember(self, resource: Resource) -> None:
        reference = _reference(resource)
        self._passed[reference] = self._unread[reference] = resource

    def _objection(self, resource: Resource) -> Reason | None:
        """Why a resource may not pass; None when it may."""
        resource_type = resource.get("resourceType")
        own_id = resource.get("id")
        if not isinstance(resource_type, str) or not isinstance(own_id, str) or not is_id(own_id):
            return "malformed"
        if not is_about(resource, self.patient_id):
            reason = self._objection_to_outsider(resource, resource_type, own_id)
            if reason is not None:
                return reason
        contained = resource.get("contained")
        if contained is not None and not self._contains_only_own(contained):
            return "contained"
        if not self.grant.permits(resource):
            return "label" if sensitive_labels(resource) else "scope"
        return None

    def _objection_to_outsider(self, resource: Resource, resource_type: str, own_id: str) -> Reason | None:
        """What is not about the patient passes only as something this record points to."""
        if resource_type in SHARED_TYPES:
            if any(_is_patient(reference, self.patient_id) is False for reference in _references(resource)):
                return "foreign"
        elif resource_type in HELD_TYPES:
            if not self._is_own_context(resource.get("securityContext")):
                return "foreign"
        else:
            return "foreign" if resource_type in MEMBERSHIP else "type"
        return None if self._is_pointed_to(f"{resource_type}/{own_id}") else "unreferenced"

    def _is_own_context(self, context: Any) -> bool:
        """Whether a Binary's security context, where it has one, is this patient or something that passed."""
        if context is None:
            return True
        plain = plain_reference(context.get("reference")) if isinstance(context, dict) else None
        return plain is not None and (plain == f"Patient/{self.patient_id}" or plain in self._passed)

    def _contains_only_own(self, contained: Any) -> bool:
        return isinstance(contained, list) and all(
            isinstance(inner, dict)
            and "contained" not in inner
            and not names_another(inner, self.patient_id)
            and sensitive_labels(inner) == frozenset()
            for inner in contained
        )

    def _withhold(self, reason: Reason) -> None:
        self._report(Counter({reason: 1}))

    def _report(self, dropped: Counter[Reason]) -> None:
        self._foreign += dropped["foreign"]
        for reason, count in dropped.items():
            if count and reason != "unreferenced":
                self.withheld += count
            if count and self._observer is not None:
                self._observer.withheld(reason, count)

    def _targets(self) -> set[str]:
        """Shared and held resources that what has passed so far points to; worked out when somebody asks."""
        while self._unread:
            _collect_targets(self._unread.popitem()[1], self._pointed)
        return self._pointed

    def _is_pointed_to(self, plain: str, holder: Resource | None = None) -> bool:
        """Whether something that has passed points to a resource; the holder, if it has passed, is asked first."""
        if plain not in self._pointed and holder is not None:
            unread = self._unread.pop(_reference(holder), None)
            if unread is not None:
                _collect_targets(unread, self._pointed)
        return plain in self._pointed or plain in self._targets()


def _reference(resource: Resource) -> str:
    return f"{resource.get('resourceType')}/{resource.get('id')}"


@once_kept
def _references(resource: Resource) -> list[str]:
    """Every literal reference in a resource, and every URL of a Binary that an attachment of it has."""
    found: list[str] = []
    stack: list[dict[str, Any]] = [resource]
    while stack:
        for key, value in stack.pop().items():
            if type(value) is str:
                if key == "reference" or (key == "url" and value.startswith("Binary/")):
                    found.append(value)
            elif type(value) is dict:
                stack.append(value)
            elif type(value) is list:
                stack += [item for item in value if type(item) is dict]
    return found


def _is_patient(reference: str, patient: str) -> bool | None:
    """Whether a reference names this patient (True), another one (False), or no patient at all (None)."""
    if "Patient/" not in reference:
        return None
    return plain_reference(reference) == f"Patient/{patient}"


def _collect_targets(resource: Resource, found: set[str]) -> None:
    """Add the shared and held resources that this one points to. Only what is the patient's own can hold content."""
    wanted = SHARED_TYPES if resource["resourceType"] in SHARED_TYPES else SHARED_TYPES | HELD_TYPES
    for reference in _references(resource):
        if reference not in found and reference.partition("/")[0] in wanted:
            plain = plain_reference(reference)
            if plain is not None:
                found.add(plain)


def _leaves_the_patient(name: str, value: str, own: str) -> bool:
    """Whether a search parameter could reach, or probe, somebody else's record.

    Whatever comes back is checked anyway; this keeps a search from being used as a question about others ("is there
    a patient called ...?"), and from asking for shortened resources that could not be checked.
    """
    if name.startswith(("_has", "_filter", "_query", "_list", "_elements", "_summary", "_contained", "_type")):
        return True
    hops = name.split(".")
    for hop in hops:
        base, _, modifier = hop.partition(":")
        if base in _PATIENT_PARAMETERS or modifier in ("Patient", "RelatedPerson", "Person", "Group"):
            return True
    if name in ("_include", "_revinclude"):
        return False
    return any(_is_patient(part, own) is False for part in value.split(","))
