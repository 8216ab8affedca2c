"""Images are found where FHIR puts them, without any model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chartwarden.tools.errors import AccessDenied, SearchError
from chartwarden.tools.images.finding import look
from chartwarden.tools.images.looking import RecordImages, as_result
from chartwarden.tools.images.words import read_words
from chartwarden.tools.records.lock import PatientLock
from chartwarden.tools.records.moments import Clock

LockOf = Callable[..., PatientLock]


def _found(lock: PatientLock, clock: Clock, words: str = "", **filters: Any) -> list[str]:
    return [image.reference for image in look(words, lock, clock, **filters).images]


@pytest.mark.parametrize(
    ("patient", "words", "references"),
    [
        ("adeyemi-1957", "show me the chest films from 2019", ["ImagingStudy/adeyemi-1957-chest-2019"]),
        ("adeyemi-1957", "the latest chest x-ray", ["ImagingStudy/adeyemi-1957-chest-2024"]),
        ("adeyemi-1957", "the first film of the heart", ["ImagingStudy/adeyemi-1957-chest-2019"]),
        ("adeyemi-1957", "films since 2020", ["ImagingStudy/adeyemi-1957-chest-2024"]),
        ("adeyemi-1957", "films before 2020", ["ImagingStudy/adeyemi-1957-chest-2019"]),
        ("adeyemi-1957", "x-ray from November 2024", ["ImagingStudy/adeyemi-1957-chest-2024"]),
        ("adeyemi-1957", "MRI of the brain", []),
        ("adeyemi-1957", "modality:CR until:2019-12", ["ImagingStudy/adeyemi-1957-chest-2019"]),
        ("lindqvist", "chest CT", ["ImagingStudy/lindqvist-ct"]),
        ("lindqvist", "portable chest film", ["Media/lindqvist-film"]),
        ("tan", "ultrasound", ["ImagingStudy/tan-ultrasound"]),
        ("moreau", "photo of the skin", ["Media/moreau-skin"]),
        ("whitehorse", "forearm films", ["Media/whitehorse-film-after", "Media/whitehorse-film-before"]),
        ("haddad", "", []),
    ],
)
def test_words_find_images(lock_of: LockOf, clock: Clock, patient: str, words: str, references: list[str]) -> None:
    assert _found(lock_of(patient), clock, words) == references


def test_pictures_of_a_study_come_from_media_documents_and_instances(
    lock_of: LockOf, clock: Clock, patient_ids: dict[str, str]
) -> None:
    lock = lock_of(patient_ids["Rahman Aisha 1968-06-19"])
    mammogram, mri, eye = look("", lock, clock).images
    assert [source.place.partition(":")[0] for source in mammogram.sources] == ["url", "uid"]
    assert mammogram.also[0].startswith("DocumentReference/")
    assert mri.modalities == ("MR",)
    assert eye.title == "Fundus photograph, right eye"


def test_reports_are_joined_and_void_ones_left_out(lock_of: LockOf, clock: Clock, patient_ids: dict[str, str]) -> None:
    (image,) = look("mammogram", lock_of(patient_ids["Rahman Aisha 1968-06-19"]), clock).images
    assert [report.status for report in image.reports] == ["final"]
    assert image.reports[0].author == "Dr. Hemi Ngata"
    (film,) = look("chest film", lock_of("lindqvist"), clock).images
    assert [report.status for report in film.reports] == ["preliminary"]


def test_words_of_the_report_rank_images(lock_of: LockOf, clock: Clock) -> None:
    first = look("chest film that shows enlargement, enlarged", lock_of("adeyemi-1957"), clock).images[0]
    assert first.reference == "ImagingStudy/adeyemi-1957-chest-2024"
    assert first.why == "the record mentions: enlarged"
    earlier = look("pleural effusion", lock_of("adeyemi-1957"), clock).images[0]
    assert earlier.reference == "ImagingStudy/adeyemi-1957-chest-2019"


def test_nothing_later_than_the_clock_is_found(lock_of: LockOf, clock: Clock) -> None:
    before = Clock(clock.as_of.replace(year=2020), "UTC")
    assert _found(lock_of("adeyemi-1957"), before) == ["ImagingStudy/adeyemi-1957-chest-2019"]


def test_similarity_ranks_before_words(lock_of: LockOf, clock: Clock) -> None:
    scores = {"Media/whitehorse-film-before": 0.3, "Media/whitehorse-film-after": 0.1}
    found = look("healed forearm film", lock_of("whitehorse"), clock, scores=scores)
    assert [image.reference for image in found.images] == list(scores)
    assert "a rank, not a probability" in found.images[0].why


def test_filters_of_the_call_are_used(lock_of: LockOf, clock: Clock) -> None:
    lock = lock_of("lindqvist")
    assert _found(lock, clock, modality="CT") == ["ImagingStudy/lindqvist-ct"]
    assert _found(lock, clock, modality="mri") == []
    assert _found(lock, clock, body_site="brain") == []
    assert _found(lock, clock, limit=1) == ["ImagingStudy/lindqvist-ct"]


def test_an_image_entered_in_error_is_not_found(lock_of: LockOf, records: Any, clock: Clock) -> None:
    wrong = {**records.resources["Media/lindqvist-film"], "status": "entered-in-error"}
    source = type(records)([*records.resources.values(), wrong])
    assert _found(lock_of("lindqvist", source), clock, "film") == []


def test_types_outside_the_scopes_are_told(lock_of: LockOf, clock: Clock) -> None:
    lock = lock_of("adeyemi-1957", scopes="patient/ImagingStudy.rs patient/Patient.rs")
    found = look("", lock, clock)
    assert len(found.images) == 2
    assert found.images[0].reports == ()
    assert found.notes[0] == "not searched, outside the session's scopes: Media, DocumentReference, DiagnosticReport"
    with pytest.raises(AccessDenied):
        look("", lock_of("adeyemi-1957", scopes="patient/Condition.rs"), clock)


def test_no_image_of_another_patient_is_ever_found(lock_of: LockOf, clock: Clock, patient_ids: dict[str, str]) -> None:
    for patient in patient_ids.values():
        lock = lock_of(patient)
        for image in look("", lock, clock).images:
            resource = lock.read(image.reference)
            assert resource is not None
            assert resource["subject"]["reference"] == f"Patient/{patient}"


def test_a_result_tells_images_reports_and_searches(lock_of: LockOf, clock: Clock) -> None:
    result = RecordImages().find("chest films from 2019", lock_of("adeyemi-1957"), clock)
    assert (result.found, [finding.label for finding in result.findings]) == (1, ["image", "report: Chest X-ray"])
    assert result.findings[1].text == "Heart size normal. Lungs clear. No pleural effusion."
    assert result.findings[1].author == "Dr. Hemi Ngata"
    assert {searched.query for searched in result.searched} >= {"ImagingStudy?", "Media?"}
    empty = as_result(look("", lock_of("haddad"), clock))
    assert (empty.found, empty.findings, empty.complete) == (0, (), True)


def test_a_written_filter_that_is_no_date_is_refused() -> None:
    with pytest.raises(SearchError, match=r"'since:soon' is no date; write YYYY"):
        read_words("film since:soon")


def test_words_are_read_as_modality_site_time_and_rest() -> None:
    query = read_words("the last chest film since 2019 with a pacemaker")
    assert query.modalities == ("CR", "DX", "RG", "PX")
    assert (query.sites, query.which, query.content) == (("chest",), "last", ("pacemaker",))
    assert query.window.start is not None
    assert query.window.reading == "since 2019: from 2019-01-01"
    between = read_words("MRI between 2019 and 2021").window
    assert between.reading == "2019-01-01 to before 2022-01-01"
