"""Images of one record: found where FHIR puts them, joined with their reports, without any model.

An image is an ImagingStudy (its pictures come from Media, documents and DICOM files that belong to it), or a Media, a
DocumentReference or a DiagnosticReport attachment that stands alone. Everything is read through the patient lock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from chartwarden.tools.errors import AccessDenied
from chartwarden.tools.images.words import ImageQuery, modalities_in, read_words, sites_in
from chartwarden.tools.records.elements import walk
from chartwarden.tools.records.moments import Calendar, Clock, Moment, parse
from chartwarden.tools.records.query import Searched, Window
from chartwarden.tools.records.source import RecordSource, Resource
from chartwarden.tools.records.values import codings_of, name_of

IMAGE_TYPES = ("ImagingStudy", "Media", "DocumentReference", "DiagnosticReport")
_VOID = frozenset({"entered-in-error", "cancelled"})
_PICTURE_MIME = ("image/", "application/dicom", "application/pdf")
_LIMIT = 50
_TIMES: Mapping[str, tuple[str, ...]] = {
    "Media": ("createdDateTime", "createdPeriod.start", "issued"),
    "DocumentReference": ("context.period.start", "date"),
    "DiagnosticReport": ("effectiveDateTime", "effectivePeriod.start", "issued"),
}
_IMPLIED_SITES = {"MG": "breast", "OP": "eye", "OPT": "eye", "XC": "skin", "DMS": "skin"}
"""What a modality is of, where the record names no body site for it, or a narrower one."""
_SEEN_ON = {"heart": ("chest",), "back": ("spine", "skin"), "arm": ("forearm", "hand"), "leg": ("knee", "foot")}
"""Other sites whose pictures show a site too."""


@dataclass(frozen=True)
class PixelSource:
    """Where the bytes of a picture are."""

    holder: str
    """`Type/id` of the resource that carries or names the picture."""
    place: str
    """`data:N` for the N-th attachment's own data, `url:...` for its address, `uid:STUDY/SERIES/INSTANCE` for DICOM."""
    title: str = ""
    """As the record declares it."""


@dataclass(frozen=True)
class Report:
    """What somebody wrote about an image."""

    reference: str
    name: str = ""
    conclusion: str = ""
    """Verbatim."""
    status: str = ""
    time: str = ""
    author: str = ""


@dataclass(frozen=True)
class ImageFinding:
    """One image (a study or a single picture) of the record."""

    reference: str
    title: str = ""
    modalities: tuple[str, ...] = ()
    """DICOM codes, as recorded; empty where the record has none."""
    body_sites: tuple[str, ...] = ()
    """As the record displays them."""
    time: str = ""
    status: str = ""
    sources: tuple[PixelSource, ...] = ()
    reports: tuple[Report, ...] = ()
    also: tuple[str, ...] = ()
    """Further resources of the same image: Media, documents."""
    rank: int = 0
    """Place among the findings, from 1."""
    why: str = ""
    """What the place rests on: `report mentions: pacemaker`, `similarity 0.21`, ..."""

    @property
    def text(self) -> str:
        """Everything the record says about the image, for matching words."""
        said = [self.title, *self.body_sites, *(part for one in self.reports for part in (one.name, one.conclusion))]
        return " ".join((*said, *(source.title for source in self.sources)))

    @property
    def sites(self) -> frozenset[str]:
        """Body sites as `SITES` names them, from what the record says and what the modality implies."""
        named = sites_in(f"{self.title} {' '.join(self.body_sites)}")
        return frozenset({*named, *(_IMPLIED_SITES[code] for code in self.modalities if code in _IMPLIED_SITES)})

    @property
    def kinds(self) -> tuple[str, ...]:
        """Modality codes, read from the title where none is recorded."""
        return self.modalities or modalities_in(self.title)


@dataclass(frozen=True)
class Found:
    """The outcome of a look for images."""

    images: tuple[ImageFinding, ...]
    searched: tuple[Searched, ...]
    complete: bool = True
    notes: tuple[str, ...] = ()
    total: int = 0
    """Images that met the criteria, before the limit."""
    by_picture: bool = False
    """Whether the order rests on similarity of the pictures."""


@dataclass
class _Shelf:
    """The resources of the four types, by reference."""

    by_type: dict[str, dict[str, Resource]] = field(default_factory=dict)
    searched: list[Searched] = field(default_factory=list)
    complete: bool = True
    notes: list[str] = field(default_factory=list)

    def all(self, kind: str) -> Mapping[str, Resource]:
        """Resources of one type."""
        return self.by_type.get(kind, {})


def look(
    words: str,
    lock: RecordSource,
    clock: Clock,
    *,
    modality: str = "",
    body_site: str = "",
    window: Window | None = None,
    limit: int = _LIMIT,
    scores: Mapping[str, float] | None = None,
) -> Found:
    """Find images by modality, body site and time, ranked by the words that are left.

    Args:
        words: what the person asked for; modality, site and time in them are used unless given on their own.
        modality: DICOM code (`CT`) or a word (`mri`).
        body_site: a word (`chest`).
        window: half-open interval of time; overrides a time in the words.
        limit: at most so many images.
        scores: similarity of pictures to the words by reference, from the vector index; ranks before words do.

    Raises `AccessDenied` when the session may see none of the types images are kept in.
    """
    given = [f"modality:{modality}" if modality else "", f"site:{body_site}" if body_site else ""]
    query = read_words(" ".join([words, *filter(None, given)]), clock.timezone)
    if window is not None:
        query = replace(query, window=window)
    shelf = _read_shelf(lock)
    images = [image for image in _images(shelf) if _fits(image, query, clock)]
    ranked = _ranked(images, query, clock, scores or {})
    notes = [*shelf.notes]
    if query.window.reading:
        notes.append(f"time read as {query.window.reading}")
    chosen = ranked[: 1 if query.which != "all" else limit]
    by_picture = any(image.reference in (scores or {}) for image in chosen)
    return Found(tuple(chosen), tuple(shelf.searched), shelf.complete, tuple(notes), len(ranked), by_picture)


def _read_shelf(lock: RecordSource) -> _Shelf:
    shelf = _Shelf()
    denied = []
    for kind in IMAGE_TYPES:
        found: dict[str, Resource] = {}
        complete = True
        try:
            for page in lock.search(kind, []):
                found |= {f"{kind}/{one['id']}": one for one in page.matches}
                complete = complete and page.complete
        except AccessDenied:
            denied.append(kind)
            continue
        shelf.by_type[kind] = found
        shelf.searched.append(Searched(query=f"{kind}?", found=len(found), complete=complete))
        shelf.complete = shelf.complete and complete
    if len(denied) == len(IMAGE_TYPES):
        raise AccessDenied("the scopes of this session permit none of the resource types that images are kept in")
    if denied:
        shelf.notes.append(f"not searched, outside the session's scopes: {', '.join(denied)}")
    return shelf


def _images(shelf: _Shelf) -> Iterator[ImageFinding]:
    """Every image once: studies with what belongs to them, then what stands alone."""
    owner: dict[str, str] = {}
    for reference, media in shelf.all("Media").items():
        owner[reference] = _study_among(_targets(media, "partOf"), shelf)
    for reference, document in shelf.all("DocumentReference").items():
        owner[reference] = _study_among(_targets(document, "context.related"), shelf)
    for reference, study in shelf.all("ImagingStudy").items():
        members = tuple(member for member, target in owner.items() if target == reference)
        image = _study(reference, study, [(member, _get(shelf, member)) for member in members])
        yield replace(image, reports=_reports(shelf, study, reference, *members))
    for kind in ("Media", "DocumentReference", "DiagnosticReport"):
        for reference, resource in shelf.all(kind).items():
            single = None if owner.get(reference) else _single(reference, resource)
            if single is not None and single.sources:
                yield replace(single, reports=_reports(shelf, resource, reference))


def _study_among(references: Sequence[str], shelf: _Shelf) -> str:
    return next((one for one in references if one in shelf.all("ImagingStudy")), "")


def _get(shelf: _Shelf, reference: str) -> Resource:
    return shelf.all(reference.partition("/")[0])[reference]


def _study(reference: str, study: Resource, members: Sequence[tuple[str, Resource]]) -> ImageFinding:
    uid = next((_dicom_uid(one) for one in study.get("identifier", []) if _dicom_uid(one)), "")
    instances = [
        PixelSource(reference, f"uid:{uid}/{series.get('uid', '')}/{instance['uid']}", _title(instance))
        for series in study.get("series", [])
        for instance in series.get("instance", [])
        if isinstance(instance.get("uid"), str)
    ]
    carried = [source for member, resource in members for source in attachments(member, resource)]
    codes = [coding.get("code") for path in ("modality", "series.modality") for coding in walk(study, path)]
    sites = [str(coding.get("display", "")) for coding in walk(study, "series.bodySite")]
    titles = [study.get("description"), *walk(study, "series.description"), *(s.title for s in carried)]
    return ImageFinding(
        reference,
        title=next((str(title) for title in titles if title), ""),
        modalities=tuple(dict.fromkeys(code for code in codes if isinstance(code, str))),
        body_sites=tuple(dict.fromkeys(site for site in sites if site)),
        time=str(study.get("started", "")),
        status=str(study.get("status", "")),
        sources=(*carried, *instances),
        also=tuple(member for member, _ in members),
    )


def _title(node: Resource) -> str:
    return str(node.get("title", ""))


def _dicom_uid(identifier: Any) -> str:
    """The study instance UID, where an identifier is one."""
    value = identifier.get("value") if isinstance(identifier, dict) else None
    return value.removeprefix("urn:oid:") if isinstance(value, str) and value.startswith("urn:oid:") else ""


def _single(reference: str, resource: Resource) -> ImageFinding:
    kind = resource["resourceType"]
    named = {"Media": "content.title", "DocumentReference": "description", "DiagnosticReport": ""}[kind]
    sources = attachments(reference, resource)
    title = next((str(text) for text in walk(resource, named) if text), "") if named else ""
    times = _TIMES[kind]
    modality = [coding.code for coding in codings_of(resource.get("modality"))] if kind == "Media" else []
    return ImageFinding(
        reference,
        title=title or next((source.title for source in sources if source.title), "") or _named(resource),
        modalities=tuple(code for code in modality if code),
        body_sites=tuple(site for site in [name_of(resource.get("bodySite"))] if site),
        time=next((str(value) for path in times for value in walk(resource, path)), ""),
        status=str(resource.get("status", "")),
        sources=sources,
    )


def _named(resource: Resource) -> str:
    return name_of(resource.get("code")) or name_of(resource.get("type"))


def attachments(reference: str, resource: Resource) -> tuple[PixelSource, ...]:
    """The attachments of a resource that are pictures, DICOM files or PDFs of pictures, as the record declares them."""
    kind = resource["resourceType"]
    found = []
    for place, attachment in enumerate(attachment_nodes(resource)):
        mime = str(attachment.get("contentType", "")).casefold()
        is_picture = mime.startswith(_PICTURE_MIME) or (kind == "Media" and not mime)
        if not is_picture or (kind != "Media" and mime == "application/pdf"):
            continue
        where = f"data:{place}" if "data" in attachment else f"url:{attachment.get('url', '')}"
        if where != "url:":
            found.append(PixelSource(reference, where, str(attachment.get("title", ""))))
    return tuple(found)


def attachment_nodes(resource: Resource) -> list[dict[str, Any]]:
    """The Attachment elements of a resource, in order."""
    paths = {"Media": "content", "DocumentReference": "content.attachment", "DiagnosticReport": "presentedForm"}
    path = paths.get(resource["resourceType"], "")
    return [node for node in walk(resource, path) if isinstance(node, dict)] if path else []


def _targets(resource: Resource, path: str) -> list[str]:
    return [str(node["reference"]) for node in walk(resource, path) if isinstance(node, dict) and "reference" in node]


def _reports(shelf: _Shelf, image: Resource, *references: str) -> tuple[Report, ...]:
    """Reports of an image: linked to it, to a member of it, or based on the same order."""
    orders = set(_targets(image, "basedOn"))
    found = []
    for reference, report in shelf.all("DiagnosticReport").items():
        linked = {*_targets(report, "imagingStudy"), *_targets(report, "media.link")}
        same_order = bool(orders & set(_targets(report, "basedOn")))
        if report.get("status") not in _VOID and (linked & set(references) or same_order or reference in references):
            found.append(_report(reference, report))
    return tuple(sorted(found, key=lambda one: one.time))


def _report(reference: str, report: Resource) -> Report:
    people = [node for path in ("resultsInterpreter", "performer") for node in walk(report, path)]
    return Report(
        reference,
        name=name_of(report.get("code")),
        conclusion=str(report.get("conclusion", "")),
        status=str(report.get("status", "")),
        time=str(report.get("effectiveDateTime") or report.get("issued") or ""),
        author=next((str(node["display"]) for node in people if isinstance(node, dict) and node.get("display")), ""),
    )


def _fits(image: ImageFinding, query: ImageQuery, clock: Clock) -> bool:
    if image.status in _VOID:
        return False
    moment = parse(image.time, clock.timezone) if image.time else None
    if moment is not None and moment.start > clock.as_of:
        return False
    if query.window.start or query.window.end:
        calendar = Calendar(clock.timezone, by_record=False)
        if moment is None or calendar.within(moment, query.window.start, query.window.end) is False:
            return False
    if query.modalities and not set(image.kinds) & set(query.modalities):
        return False
    sites = image.sites
    wanted = {site for one in query.sites for site in (one, *_SEEN_ON.get(one, ()))}
    return not wanted or not sites or bool(sites & wanted)


def _ranked(
    images: Sequence[ImageFinding], query: ImageQuery, clock: Clock, scores: Mapping[str, float]
) -> list[ImageFinding]:
    """By similarity where there is one, then by how many words the record says, then newest first."""
    beginning = dt.datetime.min.replace(tzinfo=dt.UTC)

    def start(image: ImageFinding) -> dt.datetime:
        moment: Moment | None = parse(image.time, clock.timezone) if image.time else None
        return moment.start if moment else beginning

    by_time = sorted(images, key=start, reverse=query.which != "first")
    if query.which != "all" and not query.content:
        return [replace(image, rank=place) for place, image in enumerate(by_time, start=1)]
    said = {image.reference: _said(image, query.content) for image in images}
    order = sorted(by_time, key=lambda one: (-scores.get(one.reference, -2.0), -len(said[one.reference])))
    return [
        replace(image, rank=place, why=_why(said[image.reference], scores.get(image.reference)))
        for place, image in enumerate(order, start=1)
    ]


def _said(image: ImageFinding, content: tuple[str, ...]) -> tuple[str, ...]:
    text = image.text.casefold()
    return tuple(word for word in content if word.rstrip("s") in text)


def _why(said: tuple[str, ...], score: float | None) -> str:
    parts = [f"the record mentions: {', '.join(said)}" if said else ""]
    parts.append(f"picture similarity {score:.3f} (a rank, not a probability)" if score is not None else "")
    return "; ".join(part for part in parts if part)
