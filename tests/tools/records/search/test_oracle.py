"""Random searches, ids compared one for one with the oracle."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chartwarden.tools.records.loading import load
from chartwarden.tools.records.search.escapes import escape
from chartwarden.tools.records.store import LocalStore

POSTGRES = os.environ.get("CHARTWARDEN_TEST_POSTGRES", "")
SEEDS = (1, 2)
PREFIXES = ["", "eq", "ne", "gt", "lt", "ge", "le", "sa", "eb"]
COMPOSITES = ["code-value-quantity", "combo-code-value-quantity", "component-code-value-quantity"]
Params = list[tuple[str, str]]


def own_schema() -> Iterator[str]:
    """A URL of the test server that leads to an empty schema."""
    import psycopg

    name = f"cw_{uuid.uuid4().hex}"
    with psycopg.connect(POSTGRES.replace("+psycopg", ""), autocommit=True) as admin:
        admin.execute(f"CREATE SCHEMA {name}".encode())
        yield f"{POSTGRES}?options=-csearch_path%3D{name}"
        admin.execute(f"DROP SCHEMA {name} CASCADE".encode())


@pytest.fixture(
    scope="module",
    params=[
        "sqlite://",
        pytest.param(
            POSTGRES,
            marks=[
                pytest.mark.postgres,
                pytest.mark.skipif(not POSTGRES, reason="CHARTWARDEN_TEST_POSTGRES names no PostgreSQL server"),
            ],
        ),
    ],
    ids=["sqlite", "postgres"],
)
def worlds(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, oracle_of: SimpleNamespace
) -> Iterator[list[tuple[list[dict[str, Any]], LocalStore]]]:
    """Random populations and the stores they were loaded into."""
    found = []
    schemas = ExitStack()
    for seed in SEEDS:
        url = request.param
        if url != "sqlite://":
            url = schemas.enter_context(contextmanager(own_schema)())
        resources = oracle_of.population(seed)
        path = tmp_path_factory.mktemp("world") / "all.ndjson"
        path.write_text("\n".join(json.dumps(resource) for resource in resources))
        store = LocalStore.open(url, search_timezone=oracle_of.zone)
        load(store, [path])
        found.append((resources, store))
    yield found
    for _, store in found:
        store.close()
    schemas.close()


def token(draw: st.DrawFn, oracle_of: SimpleNamespace) -> str:
    system, code = draw(st.sampled_from(oracle_of.codes))
    form = draw(st.sampled_from(["code", "both", "system", "none"]))
    written = escape(code)
    if form == "code":
        return written
    if form == "system" and system:
        return f"{system}|"
    return f"|{written}" if form == "none" else f"{system}|{written}"


def quantity(draw: st.DrawFn, oracle_of: SimpleNamespace) -> str:
    number = draw(st.sampled_from(PREFIXES)) + draw(st.sampled_from(oracle_of.numbers))
    system, code, unit = draw(st.sampled_from(oracle_of.units))
    tail = draw(st.sampled_from(["", "full", "open"]))
    if tail == "full" and system:
        return f"{number}|{system}|{code}"
    return f"{number}||{code or unit}" if tail == "open" and unit else number


def value(draw: st.DrawFn, kind: str, name: str, oracle_of: SimpleNamespace) -> str:
    match kind:
        case "token" if name in ("status", "gender"):
            return draw(st.sampled_from(["final", "amended", "male", "female"]))
        case "token" if name == "identifier":
            return draw(st.sampled_from(["1", "urn:a|2", "urn:b|", "|3", "urn:b|1"]))
        case "token":
            return token(draw, oracle_of)
        case "date":
            return draw(st.sampled_from(PREFIXES)) + draw(st.sampled_from([*oracle_of.dates, "2013-01-14T12:00"]))
        case "string":
            whole = draw(st.sampled_from(oracle_of.names))
            return escape(whole[: draw(st.integers(1, len(whole)))])
        case "reference":
            number = draw(st.integers(0, 26))
            form = draw(st.sampled_from(["Patient/p{}", "Patient/p{}/_history/2", "http://other.org/fhir/Patient/p{}"]))
            return form.format(number)
        case "number":
            return draw(st.sampled_from(PREFIXES)) + draw(st.sampled_from(oracle_of.numbers))
        case "uri":
            return draw(st.sampled_from(["http://p.org/a", "http://p.org/a/b", "http://p.org/ab", "http://p.org/ab|2"]))
    return quantity(draw, oracle_of)


def modifier(draw: st.DrawFn, kind: str, name: str) -> str:
    known = {"token": ["not"], "string": ["exact", "contains"], "uri": ["below", "above"], "reference": ["identifier"]}
    if kind == "token" and name in ("code", "category"):
        known = {"token": ["not", "text"]}
    return draw(st.sampled_from(["", "", "missing", *known.get(kind, [])]))


def parameter(draw: st.DrawFn, resource_type: str, oracle_of: SimpleNamespace) -> tuple[str, str]:
    known = oracle_of.parameters[resource_type]
    if resource_type == "Observation" and draw(st.integers(0, 7)) == 0:
        return draw(st.sampled_from(COMPOSITES)), f"{token(draw, oracle_of)}${quantity(draw, oracle_of)}"
    name = draw(st.sampled_from(sorted(known)))
    kind = known[name][0]
    changed = modifier(draw, kind, name)
    if changed == "missing":
        return f"{name}:missing", draw(st.sampled_from(["true", "false"]))
    if changed == "text":
        return f"{name}:text", draw(st.sampled_from(["sys", "SYST", "uber", "Blutdruck", "x"]))
    if changed == "identifier":
        return f"{name}:identifier", draw(st.sampled_from(["1", "urn:a|2", "urn:a|"]))
    if name == "identifier" and not changed and draw(st.booleans()):
        return "identifier:of-type", draw(st.sampled_from(["urn:types|MR|1", "urn:types|SS|2"]))
    alternatives = draw(st.integers(1, 2))
    texts = [value(draw, kind, name, oracle_of) for _ in range(alternatives)]
    return f"{name}:{changed}" if changed else name, ",".join(texts)


@st.composite
def searches(draw: st.DrawFn, oracle_of: SimpleNamespace) -> tuple[str, Params]:
    """A resource type and one to three parameters, chains and reverse chains among them."""
    resource_type = draw(st.sampled_from(["Observation", "Observation", "Patient", "RiskAssessment"]))
    params = [parameter(draw, resource_type, oracle_of) for _ in range(draw(st.integers(1, 3)))]
    if resource_type == "Patient" and draw(st.integers(0, 3)) == 0:
        name, text = parameter(draw, "Observation", oracle_of)
        params.append((f"_has:Observation:{draw(st.sampled_from(['subject', 'patient']))}:{name}", text))
    if resource_type == "Observation" and draw(st.integers(0, 3)) == 0:
        name, text = parameter(draw, "Patient", oracle_of)
        params.append((f"{draw(st.sampled_from(['patient', 'subject:Patient']))}.{name}", text))
    return resource_type, params


def found_by(store: LocalStore, resource_type: str, params: Params) -> list[str]:
    return [resource["id"] for page in store.search(resource_type, params) for resource in page.matches]


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_search_finds_what_the_oracle_finds(
    worlds: list[tuple[list[dict[str, Any]], LocalStore]], oracle_of: SimpleNamespace, data: st.DataObject
) -> None:
    resource_type, params = data.draw(searches(oracle_of))
    for resources, store in worlds:
        found = found_by(store, resource_type, params)
        assert len(found) == len(set(found))
        assert set(found) == oracle_of.answer(resources, resource_type, params)


@pytest.mark.slow
@settings(max_examples=6000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_many_searches_find_what_the_oracle_finds(
    worlds: list[tuple[list[dict[str, Any]], LocalStore]], oracle_of: SimpleNamespace, data: st.DataObject
) -> None:
    resource_type, params = data.draw(searches(oracle_of))
    for resources, store in worlds:
        assert set(found_by(store, resource_type, params)) == oracle_of.answer(resources, resource_type, params)


def test_one_patient_of_the_real_records_is_searched_like_the_oracle_does(
    real_data: Path, oracle_of: SimpleNamespace, tmp_path: Path
) -> None:
    path = sorted((real_data / "synthea-r4").glob("*.json"))[0]
    bundle = json.loads(path.read_text())
    resources = [entry["resource"] for entry in bundle["entry"]]
    patient = next(resource["id"] for resource in resources if resource["resourceType"] == "Patient")
    for resource in resources:
        if "subject" in resource:
            resource["subject"] = {"reference": f"Patient/{patient}"}
    with LocalStore.open(f"sqlite:///{tmp_path}/records.db", search_timezone=oracle_of.zone) as store:
        load(store, [path])
        for params in (
            [("code", "http://loinc.org|8302-2")],
            [("category", "vital-signs"), ("date", "ge2014")],
            [("combo-code-value-quantity", "8480-6$gt120")],
            [("value-quantity", "lt50"), ("date", "lt2016-06")],
            [("code:not", "8302-2"), ("status", "final")],
        ):
            expected = oracle_of.answer(resources, "Observation", params)
            assert set(found_by(store, "Observation", [("patient", patient), *params])) == expected
            assert set(found_by(store, "Observation", params)) == expected
