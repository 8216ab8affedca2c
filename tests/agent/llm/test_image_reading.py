"""A tiny random Gemma 3 reads a picture of the made-up record: the whole path on a CPU, no claim about what it says."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import pytest

from chartwarden import fhir_fixtures
from chartwarden.agent.llm.chat import ChatMedGemma
from chartwarden.agent.llm.decode import Rules
from chartwarden.agent.llm.transformers_engine import Options, TransformersEngine
from chartwarden.tools.images.looking import RecordImages
from chartwarden.tools.images.reading import Reader
from chartwarden.tools.records.lock import PatientLock
from chartwarden.tools.records.moments import Clock
from chartwarden.tools.records.scopes import parse_scopes
from chartwarden.tools.records.source import Capabilities, Page, Resource, SearchParams

PATIENT = "lindqvist"


class OneChart:
    """One made-up chart as a record source."""

    def __init__(self) -> None:
        entries = json.loads((fhir_fixtures.folder() / f"{PATIENT}.json").read_bytes())["entry"]
        self.resources = {f"{e['resource']['resourceType']}/{e['resource']['id']}": e["resource"] for e in entries}

    def search(self, resource_type: str, params: SearchParams) -> Iterator[Page]:
        yield Page(tuple(one for one in self.resources.values() if one["resourceType"] == resource_type))

    def read(self, reference: str) -> Resource | None:
        return self.resources.get(reference)

    def capabilities(self) -> Capabilities:
        return Capabilities("one chart")


@pytest.mark.parametrize("reference", ["Media/lindqvist-film", "ImagingStudy/lindqvist-ct"])
def test_a_random_gemma_reads_a_film_and_a_ct(
    image_model: Any, tokenizer: Any, image_processor: Any, reference: str
) -> None:
    options = Options(context=1_024, rules=Rules(loop_guard=False))
    engine = TransformersEngine(image_model, tokenizer, image_processor, options=options)
    try:
        model = ChatMedGemma(engine=engine, max_tokens=12, temperature=1.0, seed=3)
        images = RecordImages(
            folders=(fhir_fixtures.dicom_folder(),), reader=lambda: Reader(model, "tiny random gemma")
        )
        lock = PatientLock(OneChart(), PATIENT, parse_scopes("patient/*.rs"))
        result = images.read(reference, "", lock, Clock(dt.datetime.fromisoformat(fhir_fixtures.AS_OF), "UTC"))
    finally:
        engine.close()
    assert result.findings[0].status == "ai-observation"
    assert result.computed is not None
    assert result.computed.over == (reference,)
    assert result.computed.how.count("sha256") == 1
