"""Every scenario of the hostile server, by the numbers of the hostile-server specification (H01 to H46).

What needs a socket of its own (slow, broken or lying at the level of bytes, TLS) is in `test_wire.py`.
"""

from __future__ import annotations

import copy
import gzip
import json
from collections.abc import Callable
from typing import Any

import door_peers as peers
import door_records as records
import httpx
import zstandard
from door_hostile import (
    EVIL,
    INJECTION,
    Hostile,
    Scenario,
    bomb,
    changed,
    encoded,
    endless,
    ignores,
    only_strangers,
    raw,
    replied,
    status,
    stranger,
    typed,
    with_entry,
    with_next,
)
from door_peers import BASE, FHIR_JSON, bundle, json_reply, outcome
from door_records import CANARY, observation


def _subject(subject: Any) -> dict[str, Any]:
    found = stranger("disguised")
    if subject is None:
        del found["subject"]
    else:
        found["subject"] = subject
    return found


_BOMB = bomb()
DISGUISES: list[Any] = [
    *({"reference": reference} for reference in (
        "Patient/pat-a/../pat-b", "patient/pat-a", "Patient/PAT-A", "Patient/pat-a%2f", "Patient/pat-a ",
        " Patient/pat-a",
        "http://evil.example/fhir/Patient/pat-a", f"{BASE}x/Patient/pat-a", "urn:uuid:pat-a", "#contained", "Group/1",
        "Patient/pat-a\n", "Patient/pat-a\x00", "Patient/pаt-a", "Patient//pat-a", "/Patient/pat-a",
        "Patient/pat-a?x=1",
        "Patient/pat-a#x", "Patient/pat%2Da", "Patient/pat-a/_history/", "Patient/pat-b", "Patient/" + "a" * 10_000,
    )),
    {"identifier": {"value": "pat-a"}}, {"display": "pat-a"}, None, [], {}, "Patient/pat-a",
    [{"reference": "Patient/pat-a"}, {"reference": "Patient/pat-b"}],
    {"reference": ["Patient/pat-a"]}, {"reference": {"reference": "Patient/pat-a"}},
]  # fmt: skip

_BAIT = {
    **FHIR_JSON, "Refresh": f"0; url={EVIL}", "Set-Cookie": "a=b; domain=example", "Link": f"<{EVIL}>; rel=next",
    "Content-Location": EVIL, "WWW-Authenticate": f'Bearer realm="{EVIL}"',
}  # fmt: skip
_UNKNOWN = {"resourceType": "Practitioner", "id": f"{CANARY}-prac", "name": [{"text": CANARY}]}
_NEWER = {"meta": {"versionId": "2"}, "valueString": "y"}
_HUGE = {**FHIR_JSON, "Content-Length": str(2**31)}
_CONTAINED = [{"resourceType": "Patient", "id": "p", "name": [{"family": f"{CANARY}-8"}]}]
_OWN = json.dumps(observation("x", "pat-a"))
_TWICE = _OWN.replace('"subject": {', '"subject": {"reference": "Patient/pat-b"}, "subject": {', 1)
_NEXT = [
    f"{EVIL}/fhir/Observation", "http://localhost:9/fhir/x", "https://localhost:8080/fhir/x", "//evil.example/fhir",
    "http://localhost@evil.example/fhir", "http://localhost:8080@evil.example/fhir/x", "http://127.0.0.1:8080/fhir/x",
    "http://[::1]:8080/fhir/x", "http://169.254.169.254/latest/meta-data", "file:///etc/passwd", "data:text/plain,x",
    "javascript:alert(1)", "http://localhost:8080/other/Observation", "http://localhost:8080/fhir/../other/x",
    "http://localhost:8080/fhir/%2e%2e/other", "http://localhost:8080/fhirx/Observation", "ftp://localhost:8080/fhir/x",
    "http://localhost:8080/fhir/..%2fother", "http://localhost:8080\\@evil.example/fhir", "http://user@localhost:8080/fhir/x",
]  # fmt: skip
_JUNK = [
    '{"resourceType": "Bundle", "type": "searchset", "entry": [', '{"resourceType": "Bundle"} trailing', "NaN",
    '{"resourceType":"Bundle","total":NaN}', '{"resourceType":"Bundle","total":Infinity}', "[" * 100_000,
    '{"a":' * 100_000, '{"resourceType":"Bundle","x":"\\ud800"}', '{"resourceType":"Bundle","x":' + "1" * 2**20 + "}",
    '{"resourceType":"Bundle","x":1e400}', '{"resourceType":"Bundle","x":9007199254740993}', "", "   ", "null",
    "[]", '"x"',
    '{"resourceType":"Bundle","type":"searchset","entry":[{"resource":' + _TWICE + "}]}", b"\xff\xfe{\x00}\x00",
    '{"resourceType":"Bundle"}'.encode("utf-16"), '{"resourceType":"Bündle"}'.encode("latin-1"), "<html>login</html>",
]  # fmt: skip
_SHAPES: list[Any] = [
    [], {}, {"resourceType": "Patient", "id": "pat-a"}, {"resourceType": "Bundle", "type": "searchset", "entry": {}},
    {"resourceType": "Bundle", "type": "history"}, {"resourceType": "Bundle", "type": "searchset", "link": {}},
    {"resourceType": "Bundle", "type": "searchset", "link": [{"relation": "next"}]},
]  # fmt: skip
_ENTRIES: list[Any] = [
    None, "x", 7, [], {}, {"resource": None}, {"resource": []}, {"resource": {}}, {"resource": {"resourceType": 5}},
    {"resource": {"resourceType": "Observation"}}, {"resource": {"resourceType": "Observation", "id": 5}},
    {"resource": {"resourceType": "Observation", "id": "a/b"}}, {"resource": {"resourceType": "Nonsense", "id": "x"}},
    {"resource": stranger(), "search": {"mode": "weird"}}, {"resource": stranger(), "search": "match"},
    {"resource": bundle([stranger()]), "search": {"mode": "match"}},
]  # fmt: skip


def _labelled(code: str | None) -> dict[str, Any]:
    security = "V" if code is None else [{"system": records.CONFIDENTIALITY, "code": code}]
    return observation("secret", "pat-a", note=[{"text": f"{CANARY}-3"}], meta={"security": security})


def _drop_patient(server: Hostile, request: httpx.Request, nth: int) -> httpx.Response:
    if nth == 1:
        return json_reply(with_next(f"{BASE}/Observation?_count=200")(server.good(request)))
    return only_strangers(server, request, nth)


def _cycle(server: Hostile, request: httpx.Request, nth: int) -> httpx.Response:
    url = f"{BASE}/page/c/{nth % 3}"
    return json_reply(bundle([observation(f"c-{nth % 3}", "pat-a")], links={"next": url}))


def _repeated(found: dict[str, Any]) -> Any:
    found["entry"] += copy.deepcopy(found["entry"])
    return found


def _versions(first: dict[str, Any], second: dict[str, Any]) -> Callable[[dict[str, Any]], Any]:
    def change(found: dict[str, Any]) -> Any:
        for version in (first, second):
            with_entry(observation("twice", "pat-a", **version), -1)(found)
        return found

    return change


def _read_as(**changes: Any) -> Callable[[Hostile, httpx.Request], httpx.Response]:
    def answer(server: Hostile, request: httpx.Request) -> httpx.Response:
        good = server.good(request)
        if "subject" not in good:  # what names no patient is whatever its id says
            return json_reply(good)
        return json_reply({**good, "note": [{"text": f"{CANARY}-9"}], **changes})

    return answer


def _merged(change: dict[str, Any]) -> Callable[[dict[str, Any]], Any]:
    return lambda found: {**found, **change}


def _outcome_entry(severity: str) -> Callable[[dict[str, Any]], Any]:
    return with_entry(outcome(severity, INJECTION), -1, "outcome")


def _two_next(found: dict[str, Any]) -> Any:
    found["link"] += [{"relation": "next", "url": f"{BASE}/page/1/2"}, {"relation": "next", "url": f"{BASE}/page/1/4"}]
    return found


def _relative_next(found: dict[str, Any]) -> Any:
    for link in found["link"]:
        link["url"] = link["url"].removeprefix(f"{BASE}/")
    return found


SCENARIOS: list[Scenario] = [
    Scenario("H01 ignores every parameter", "incomplete", ignores),
    Scenario("H02 returns the wrong patient", "fault", only_strangers),
    *(changed(f"H03 one stranger at {at} of page {page}", "incomplete", with_entry(stranger(), at), page=page)
      for at in (0, 1, -1) for page in (1, 2)),
    Scenario("H04 reads a stranger", "own", None, _read_as(subject={"reference": "Patient/pat-b"})),
    Scenario("H04 reads another id", "own", None, _read_as(id="pat-b-obs-1")),
    Scenario("H04 reads another type", "own", None, _read_as(resourceType="Condition")),
    changed("H05 includes a stranger", "own", with_entry(records.record("pat-b", f"{CANARY}-2")[0], -1, "include")),
    changed("H05 includes a stranger's observation", "own", with_entry(stranger(), -1, "include")),
    changed("H05 includes an unknown practitioner", "own",
            with_entry(_UNKNOWN, -1, "include")),
    changed("H05 an entry of no known mode", "incomplete", with_entry(stranger(), -1, "weird")),
    *(changed(f"H06 disguise {n}", "incomplete", with_entry(_subject(subject), 0))
      for n, subject in enumerate(DISGUISES)),
    changed("H07 a stranger contained", "own", with_entry(observation("full", "pat-a", contained=_CONTAINED))),
    changed("H07 a stranger's observation contained", "own",
            with_entry(observation("full", "pat-a", contained=[stranger()]))),
    changed("H10 two contents of one version", "incomplete",
            _versions({"valueString": "1"}, {"valueString": f"{CANARY}-2"})),
    changed("H11 every entry twice", "own", _repeated, page=0),
    *(changed(f"H13 next is {url}", "incomplete", with_next(url)) for url in _NEXT),
    Scenario("H14 next without the patient", "incomplete", _drop_patient),
    changed("H15 next is itself", "incomplete", with_next(f"{BASE}/page/1/0"), page=0),
    Scenario("H15 pages in a circle", "incomplete", _cycle),
    Scenario("H15 pages without end", "incomplete", endless),
    Scenario("H15 empty pages without end", "incomplete",
             lambda server, request, nth: json_reply(bundle([], links={"next": f"{BASE}/page/e/{nth}"}))),
    changed("H17 two next links", "fault", _two_next),
    changed("H17 a relative next link", "own", _relative_next, page=0),
    *(changed(f"H18 total is {total}", "own", _merged({"total": total})) for total in (0, 999, -1, "many", None)),
    replied("H19 a login page", "fault", lambda: json_reply(b"<html></html>", headers={"Content-Type": "text/html"})),
    replied("H19 nothing", "fault", lambda: httpx.Response(200, headers=FHIR_JSON, stream=peers.Whole(b""))),
    replied("H19 no content", "fault", lambda: httpx.Response(204, stream=peers.Whole(b""))),
    *(replied(f"H20 content type {kind}", "fault", typed(kind)) for kind in (
        "text/plain", "application/fhir+xml", None, "application/fhir+json; charset=utf-16", "application/xml",
        "application/fhir+json; charset=iso-8859-1", "multipart/mixed")),
    *(replied(f"H21 malformed {n}", "fault", raw(text)) for n, text in enumerate(_JUNK)),
    *(replied(f"H22 shape {n}", "fault", raw(json.dumps(shape)), reads=False) for n, shape in enumerate(_SHAPES)),
    *(changed(f"H22 entry {n}", "incomplete", lambda found, entry=entry: {**found, "entry": [*found["entry"], entry]})
      for n, entry in enumerate(_ENTRIES)),
    *(replied(f"H23 outcome {severity}", "fault", lambda s=severity: json_reply(outcome(s, INJECTION)))
      for severity in ("fatal", "error", "warning", "information")),
    changed("H23 an error among the entries", "fault", _outcome_entry("error")),
    changed("H23 a warning among the entries", "incomplete", _outcome_entry("warning")),
    changed("H23 a remark among the entries", "own", _outcome_entry("information")),
    replied("H25 two gigabytes announced", "fault",
            lambda: httpx.Response(200, headers=_HUGE, stream=peers.Whole(b"{}"))),
    replied("H26 a bomb", "fault", encoded("gzip", _BOMB)),
    replied("H26 a bomb in a bomb", "fault", encoded("gzip", gzip.compress(_BOMB))),
    replied("H26 a cut archive", "fault", encoded("gzip", gzip.compress(b"{}" * 999)[:-5])),
    replied("H26 zstd", "fault", encoded("zstd", zstandard.compress(bytes(2**20)))),
    *(replied(f"H26 {name}", "fault", encoded(name, b"{}")) for name in ("br", "deflate", "gzip, gzip", "nonsense")),
    changed("H27 a huge attachment", "fault",
            with_entry(observation("big", "pat-a", note=[{"text": "x" * 3 * 2**20}]))),
    *(replied(f"H31 always {code}", "fault", status(code)) for code in (429, 500, 502, 503, 504)),
    *(replied(f"H32 status {code}", "fault", status(code)) for code in (400, 401, 403, 412, 418, 501)),
    *(replied(f"H33 redirect {code} to {where}", "fault", status(code, {"Location": where}))
      for code in (301, 302, 303, 307, 308, 304, 300)
      for where in (f"{EVIL}/fhir", "http://localhost:9/fhir", f"{BASE}/Patient/pat-b")),
    replied("H34 headers that point elsewhere", "own",
            lambda: json_reply(bundle([observation(f"pat-a-obs-{n}", "pat-a") for n in range(1, 6)]), headers=_BAIT),
            reads=False),
    changed("H40 a newer version on a later entry", "own",
            _versions({"meta": {"versionId": "1"}, "valueString": "x"}, _NEWER)),
    *(changed(f"H42 label {label}", "own", with_entry(_labelled(label)))
      for label in ("R", "V", "ETH", "PSY", "r", None)),
    replied("H45 not modified", "fault", lambda: httpx.Response(304, headers=FHIR_JSON, stream=peers.Whole(b""))),
]  # fmt: skip


def _second_page(name: str, search: Callable[[Hostile, httpx.Request, int], httpx.Response]) -> Scenario:
    def answer(server: Hostile, request: httpx.Request, nth: int) -> httpx.Response:
        return server.honest.handle_request(request) if nth == 1 else search(server, request, nth)

    return Scenario(f"H46 {name} on page 2", "incomplete", answer)


SCENARIOS += [
    _second_page("everything ignored", ignores),
    _second_page("a stranger included", lambda s, r, n: json_reply(with_entry(stranger(), 0)(s.good(r)))),
    _second_page(
        "two contents", lambda s, r, n: json_reply(_versions({"valueString": "1"}, {"valueString": "2"})(s.good(r)))
    ),
    _second_page("next elsewhere", lambda s, r, n: json_reply(with_next(EVIL)(s.good(r)))),
    _second_page("malformed", lambda s, r, n: json_reply(b'{"resourceType": "Bundle", ')),
    _second_page("busy", lambda s, r, n: status(429, {"Retry-After": "86400"})()),
]
