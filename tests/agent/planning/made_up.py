"""Made-up records: answers out of one, and rows for it as plain dicts that stand as they would in a FHIR file.

All rows are about one patient, `Patient/p`. What a builder does not name goes into the row as it is given.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from chartwarden.agent.answer import Answer
from chartwarden.agent.assistant import Assistant

Row = dict[str, Any]
Answered = Callable[[str], Answer]
"""From a question to what the assistant answers about the patient."""


def answered_over(record: Sequence[Row], as_of: str) -> Any:
    """A fixture of a module: one session over a record, asked as of a day."""

    @pytest.fixture(scope="module")
    def answered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answered]:
        path = tmp_path_factory.mktemp("made_up") / "record.json"
        entries = [{"fullUrl": f"http://example.org/{r['resourceType']}/{r['id']}", "resource": r} for r in record]
        path.write_text(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}))
        with Assistant.over(path) as assistant:
            session = assistant.session("p", acknowledged_by="Dr. Reader", as_of=as_of)
            yield lambda question: assistant.answer(question, session)

    return answered
