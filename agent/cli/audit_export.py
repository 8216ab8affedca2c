"""Writing the audit log to a file: FHIR resources, plain entries, or the log itself, one JSON object a line."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chartwarden.agent.audit import exported, reading
from chartwarden.agent.audit.fhir_export import FhirExport
from chartwarden.agent.audit.log import AuditLog
from chartwarden.agent.audit.reading import Filter
from chartwarden.agent.cli.audit_screen import as_json
from chartwarden.tools.errors import UsageError

FORMATS = ("fhir", "fhir-bundle", "entries", "log")


def write(audit: AuditLog, wanted: Filter, out: Path, form: str, *, identify: bool, texts: bool) -> int:
    """Write the wanted entries to a new file of mode 0600; how many lines. UsageError when it cannot be made."""
    try:
        descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise UsageError(f"the export file {out} cannot be made: {error.strerror}; choose a new file") from None
    written = 0
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        for value in _values(audit, wanted, form, identify=identify, texts=texts):
            file.write(json.dumps(value, ensure_ascii=False) + "\n")
            written += 1
    return written


def _values(audit: AuditLog, wanted: Filter, form: str, *, identify: bool, texts: bool) -> Iterator[Any]:
    if form == "log":
        yield from exported.lines(audit.storage, audit.keys.log_id, texts=texts)
        return
    entries = reading.read(audit.storage, wanted, texts=texts)
    if form == "entries":
        patients = reading.patients(audit.storage) if identify else {}
        for entry in entries:
            named = {"patient_reference": patients[entry.patient]} if entry.patient in patients else {}
            kept = {name: text for name, text in entry.texts.items() if name != "patient" or identify}
            yield {**as_json(entry), **named, "texts": kept}
        return
    exporting = FhirExport(audit.keys.log_id, reading.patients(audit.storage) if identify else {}, texts)
    resources = exporting.resources(entries)
    if form == "fhir":
        yield from resources
    else:
        yield {
            "resourceType": "Bundle",
            "type": "collection",
            "entry": [{"fullUrl": f"urn:chartwarden:{r['resourceType']}:{r['id']}", "resource": r} for r in resources],
        }
