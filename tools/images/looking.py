"""`RecordImages`: the image tools of a session, as the toolbox calls them.

Finding needs no model and no image library. Where vectors of this patient exist, the words that are left after
modality, site and time rank the pictures by similarity as well. Reading needs a model and the session's permission,
which the toolbox checks.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from chartwarden.tools.errors import ConfigurationError, ImageError
from chartwarden.tools.images.content import Limits
from chartwarden.tools.images.dicomweb import DicomWeb
from chartwarden.tools.images.encoder import Encoder
from chartwarden.tools.images.finding import Found, ImageFinding, look
from chartwarden.tools.images.index import VectorIndex
from chartwarden.tools.images.pixels import open_picture
from chartwarden.tools.images.reading import LABEL, Reader, Reading, read_image
from chartwarden.tools.images.sources import DicomFolders, PictureLoader
from chartwarden.tools.images.words import read_words
from chartwarden.tools.records.moments import Clock
from chartwarden.tools.records.query import Computed, Finding, QueryResult, RecordQuery, Searched

QUESTION = RecordQuery(types=("ImagingStudy", "Media", "DocumentReference", "DiagnosticReport"), target="text")
"""What a look for images stands for in a result."""
_NEAREST = 200


@dataclass
class RecordImages:
    """Finds and reads images under whatever lock it is handed."""

    limits: Limits = field(default_factory=Limits)
    folders: tuple[Path, ...] = ()
    server: str = ""
    web: DicomWeb | None = None
    index: VectorIndex | None = None
    encoder: Callable[[], Encoder] | None = None
    """Makes the encoder when vectors are to be compared; not called where there are none."""
    reader: Callable[[], Reader] | None = None
    """Makes the model for readings, on the first one."""
    _examples: dict[str, Any] = field(default_factory=dict, repr=False)
    _dicom: DicomFolders | None = field(default=None, repr=False)
    _encoder: Encoder | None = field(default=None, repr=False)
    _reader: Reader | None = field(default=None, repr=False)
    _loading: threading.Lock = field(default_factory=threading.Lock, repr=False)
    """Held while a model is loaded, so that sessions that want it together load it once."""

    def find(self, words: str, lock: Any, clock: Clock) -> QueryResult:
        """Images of this patient that match the words, each followed by its reports."""
        return as_result(self.look(words, lock, clock))

    def look(self, words: str, lock: Any, clock: Clock, **filters: Any) -> Found:
        """As `finding.look`, with picture similarity where there are vectors of this patient."""
        try:
            scores = self._scores(words, lock, clock)
        except ConfigurationError as fault:
            found = look(words, lock, clock, **filters)
            return replace(found, notes=(*found.notes, f"not ranked by picture similarity: {fault}"))
        return look(words, lock, clock, scores=scores, **filters)

    def read(self, reference: str, words: str, lock: Any, clock: Clock) -> QueryResult:
        """A model's description of one image, or of several (`Type/id,Type/id`) compared, beside their reports.

        Raises `ImageError` when an image is not of this record or cannot be loaded, `ConfigurationError` when there is
        no model.
        """
        wanted = [one.strip() for one in reference.split(",") if one.strip()]
        found = look("", lock, clock, limit=10_000)
        images = [image for one in wanted for image in found.images if one in (image.reference, *image.also)]
        if not wanted or len(images) < len(wanted):
            raise ImageError("there is no such image in this record; pass the `Type/id` that find_images gives")
        reading = read_image(words, images, self.loader(lock), self._made_reader())
        return _reading_result(reading, images, found)

    def loader(self, lock: Any) -> PictureLoader:
        """Loads pictures under this lock."""
        self._dicom = self._dicom or DicomFolders(self.folders, self.limits)
        return PictureLoader(lock, self.limits, self.folders, self.server, self._dicom, self.web)

    def example(self, data: bytes) -> str:
        """Encode a picture of the person's own to rank by; returns the filter `like:DIGEST` to search with."""
        picture = open_picture(data, self.limits)
        self._examples[picture.facts.digest] = self.made_encoder().images([picture.image])[0]
        return f"like:{picture.facts.digest}"

    def similar(self, vector: Any, patient: str, limit: int = _NEAREST) -> Mapping[str, float]:
        """The best cosine of every image's pictures with a vector, by reference."""
        scores: dict[str, float] = {}
        if self.index is not None:
            for hit in self.index.nearest(self.made_encoder().name, patient, vector, limit):
                scores.setdefault(hit.key.reference, hit.score)
        return scores

    def vectors(self) -> VectorIndex:
        """The vector index, its table made. Raises `ConfigurationError` when there is no database for it."""
        if self.index is None:
            raise ConfigurationError("vectors need the store's database; set store")
        self.index.prepare()
        return self.index

    def made_encoder(self) -> Encoder:
        """The encoder. Raises `ConfigurationError` when there is none or it cannot be loaded."""
        if self.encoder is None:
            raise ConfigurationError("no image encoder is set up; set images.encoder")
        with self._loading:
            if self._encoder is None:
                self._encoder = self.encoder()
            return self._encoder

    def _made_reader(self) -> Reader:
        if self.reader is None:
            raise ConfigurationError("no image model is set up; set images.reader or images.reader_endpoint")
        with self._loading:
            if self._reader is None:
                self._reader = self.reader()
            return self._reader

    def _scores(self, words: str, lock: Any, clock: Clock) -> Mapping[str, float]:
        query = read_words(words, clock.timezone)
        if query.like in self._examples:
            return self.similar(self._examples[query.like], lock.patient_id)
        if not query.content or self.index is None or not self.index.has_any(lock.patient_id):
            return {}
        vector = self.made_encoder().texts([words])[0]
        return self.similar(vector, lock.patient_id)


def as_result(found: Found) -> QueryResult:
    """Images as findings, each followed by what was written about it."""
    findings = [row for image in found.images for row in (as_finding(image), *_reports(image))]
    notes = [*found.notes]
    if found.by_picture:
        notes.append("Ordered by likeness of the pictures, as a model computes it; nobody looked at what they show.")
    elif found.images:
        notes.append("Nobody looked at the pictures for this list: it is made of what the record says about them.")
    return QueryResult(
        question=QUESTION,
        findings=tuple(findings),
        searched=found.searched,
        found=found.total,
        complete=found.complete,
        notes=tuple(notes),
    )


def as_finding(image: ImageFinding) -> Finding:
    """One image as a row."""
    what = ", ".join(part for part in (*image.modalities, *image.body_sites) if part)
    return Finding(
        reference=image.reference,
        label=f"image ({image.why})" if image.why else "image",
        value=f"{image.title} ({what})" if what and image.title else image.title or what or "image",
        time=image.time,
        status=image.status,
        values=tuple(part for part in (image.title, *image.modalities, *image.body_sites) if part),
        also=image.also,
    )


def _reports(image: ImageFinding) -> list[Finding]:
    return [
        Finding(
            reference=report.reference,
            label=f"report: {report.name}" if report.name else "report",
            time=report.time,
            status=report.status,
            author=report.author,
            text=report.conclusion,
            also=(image.reference,),
        )
        for report in image.reports
        if report.reference != image.reference or report.conclusion
    ]


def _reading_result(reading: Reading, images: list[ImageFinding], found: Found) -> QueryResult:
    notes = [LABEL]
    if reading.observation.removed:
        notes.append(
            f"{reading.observation.removed} sentences of the model were removed: they judged, measured or advised"
        )
    if reading.observation.cut:
        notes.append("the model's description was cut for length")
    described = Finding(
        reference=images[0].reference,
        label=LABEL,
        time=images[0].time,
        status="ai-observation",
        author=reading.model,
        text=reading.observation.text,
        also=tuple(one.reference for one in images[1:]),
    )
    rows = (described, *(row for image in images for row in _reports(image)))
    return QueryResult(
        question=QUESTION,
        findings=rows,
        computed=Computed(measure="image_reading", value=None, over=reading.images, how=reading.identity),
        searched=tuple(Searched(query=one, found=1) for one in reading.images),
        found=len(images),
        complete=found.complete,
        notes=tuple(notes),
    )
