"""Load on the MCP door: many concurrent sessions for different patients over streamable HTTP, each with its own token.

    python bench/mcp_sessions.py --sessions 64 --seconds 120

Each client asks for what belongs to its patient and checks that nothing else comes back. Told are calls, answers that
belonged to somebody else (must be 0), errors, latencies in milliseconds, and resident memory of the server process.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.types import ElicitResult

ISSUER = "https://login.example.org"
CALLS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("search_record", {"request": {"kind": "observation", "limit": 5}}),
    ("ask_record", {"question": "What was the latest body weight?"}),
    ("show_resource", {"reference": "Patient/{patient}"}),
    ("search_record", {"request": {"kind": "condition"}}),
)


@dataclass
class Tally:
    """What all clients together saw."""

    milliseconds: dict[str, list[float]] = field(default_factory=dict)
    mixed_up: int = 0
    """Results that name another patient of this run."""
    without_patient: list[str] = field(default_factory=list)
    """Results that name no patient at all: none of these calls should have one."""
    errors: list[str] = field(default_factory=list)
    vanished: int = 0


def make_patient(number: int) -> dict[str, Any]:
    """A Bundle of one made-up patient, whose every value carries the patient's number."""
    name = f"load-{number:03}"
    subject = {"reference": f"Patient/{name}"}
    weight = {"coding": [{"system": "http://loinc.org", "code": "29463-7", "display": "Body weight"}]}
    resources: list[dict[str, Any]] = [
        {"resourceType": "Patient", "id": name, "name": [{"family": f"Load{number:03}"}], "gender": "female"},
        {
            "resourceType": "Condition", "id": f"{name}-c", "subject": subject,
            "code": {"text": f"Condition of {name}"},
            "clinicalStatus": {"coding": [{"code": "active"}]},
        },
        *(
            {
                "resourceType": "Observation", "id": f"{name}-w{day}", "status": "final", "code": weight,
                "subject": subject, "effectiveDateTime": f"2024-01-{day:02}T08:00:00+00:00",
                "valueQuantity": {"value": number + day / 100, "unit": "kg", "code": "kg"},
            }
            for day in range(1, 29)
        ),
    ]  # fmt: skip
    entries = [{"resource": one, "fullUrl": f"{one['resourceType']}/{one['id']}"} for one in resources]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


async def accept(context: Any, params: Any) -> ElicitResult:
    """Acknowledge the disclaimer."""
    return ElicitResult(action="accept", content={"name": "Load"})


def strangers(said: str, patient: str) -> bool:
    """Whether an answer names a patient of this run other than its own."""
    return any(f"load-{number:03}" in said for number in range(1_000) if f"load-{number:03}" != patient)


async def client(url: str, bearer: str, patient: str, until: float, tally: Tally, mode: str) -> None:
    """One session: calls one after another until the time is up."""
    async with httpx2.AsyncClient(headers={"authorization": f"Bearer {bearer}"}, timeout=60) as http:
        transport = streamable_http_client(url, http_client=http)
        async with Client(transport, elicitation_callback=accept, mode=mode) as session:
            turn = 0
            while time.monotonic() < until:
                tool, arguments = CALLS[turn % len(CALLS)]
                arguments = json.loads(json.dumps(arguments).replace("{patient}", patient))
                started = time.perf_counter()
                found = await session.call_tool(tool, arguments)
                tally.milliseconds.setdefault(tool, []).append((time.perf_counter() - started) * 1_000)
                said = str(found.structured_content or found.content)
                tally.mixed_up += strangers(said, patient)
                if found.is_error:
                    tally.errors.append(f"{tool}: {said}")
                elif patient not in said:
                    tally.without_patient.append(f"{tool}: {said}")
                turn += 1
                await asyncio.sleep(THINKING_S)


async def vanish(url: str, bearer: str, until: float, tally: Tally) -> None:
    """A client that asks and goes away before the answer, again and again."""
    port = int(url.split(":")[2].split("/")[0])
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": {"name": "ask_record", "arguments": {"question": "Any allergies?"}}}  # fmt: skip
    body = json.dumps(call)
    head = f"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {bearer}\r\n"
    head += (
        f"Accept: application/json, text/event-stream\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    )
    while time.monotonic() < until:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"{head}\r\n\r\n{body}".encode()[: -1 if tally.vanished % 2 else None])
        await writer.drain()
        writer.close()
        tally.vanished += 1
        await asyncio.sleep(0.2)


def memory_mb(process: int) -> float:
    """Resident memory of a process, in MB (Linux)."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def cpu_seconds(process: int) -> float:
    """Processor time a process has used so far, in seconds (Linux)."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def watch(process: int, until: float, samples: list[float]) -> None:
    """Sample the server's memory once a second."""
    while time.monotonic() < until:
        samples.append(memory_mb(process))
        await asyncio.sleep(1)


def start(folder: Path, sessions: int, key: RSAKey, port: int) -> subprocess.Popen[bytes]:
    """Load the patients and start the server; returns once it listens."""
    command = [str(Path(sys.executable).parent / "chartwarden"), "--data-dir", str(folder / "data")]
    bundles = folder / "bundles"
    bundles.mkdir()
    for number in range(sessions):
        (bundles / f"{number}.json").write_text(json.dumps(make_patient(number)))
    subprocess.run([*command, "load", str(bundles)], check=True, stdout=subprocess.DEVNULL)
    (folder / "jwks.json").write_text(json.dumps(KeySet([key]).as_dict(private=False)))
    url = f"http://127.0.0.1:{port}/mcp"
    served = subprocess.Popen(
        [*command, "serve", "mcp", "--http", "--port", str(port), "--issuer", ISSUER, "--public-url", url,
         "--jwks", str(folder / "jwks.json")]
    )  # fmt: skip
    while served.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return served
        time.sleep(0.1)
    sys.exit("the server ended before it listened; what it said stands above")


async def run(url: str, key: RSAKey, served: int, sessions: int, seconds: float, mode: str) -> dict[str, Any]:
    """All clients at once; returns what was measured."""
    tally, samples = Tally(), []
    until = time.monotonic() + seconds

    def bearer(number: int) -> str:
        claims = {"iss": ISSUER, "aud": url, "exp": int(time.time()) + 3_600, "sub": f"user-{number}",
                  "patient": f"load-{number:03}", "scope": "patient/*.rs"}  # fmt: skip
        return jwt.encode({"alg": "RS384", "kid": "k"}, claims, key, algorithms=["RS384"])

    used = cpu_seconds(served)
    tasks = [client(url, bearer(n), f"load-{n:03}", until, tally, mode) for n in range(sessions)]
    await asyncio.gather(*tasks, vanish(url, bearer(0), until, tally), watch(served, until, samples))
    every = sorted(value for values in tally.milliseconds.values() for value in values)
    used = cpu_seconds(served) - used
    half = samples[len(samples) // 2]
    return {
        "sessions": sessions, "protocol": mode, "seconds": seconds, "thinking_s": THINKING_S, "calls": len(every),
        "calls_per_s": round(len(every) / seconds, 1), "mixed_up": tally.mixed_up, "errors": len(tally.errors),
        "without_patient": len(tally.without_patient), "told": [*tally.errors, *tally.without_patient][:3],
        "vanished_clients": tally.vanished, "median_ms": round(statistics.median(every), 1),
        "server_cpu_ms_per_call": round(used * 1_000 / len(every), 1),
        "p99_ms": round(every[int(len(every) * 0.99)], 1),
        "median_ms_by_tool": {name: round(statistics.median(v), 1) for name, v in tally.milliseconds.items()},
        "memory_mb": {"start": round(samples[0]), "half": round(half), "end": round(samples[-1])},
    }  # fmt: skip


def main() -> None:
    """Run the load and print the numbers as JSON."""
    global THINKING_S
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--thinking", type=float, default=1.0, help="seconds a client waits between calls")
    parser.add_argument(
        "--mode", default="auto", choices=["auto", "legacy"], help="protocol: newest, or with handshake"
    )
    given = parser.parse_args()
    THINKING_S = given.thinking
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        key = RSAKey.generate_key(2048, {"kid": "k", "alg": "RS384", "use": "sig"})
        served = start(Path(folder), given.sessions, key, port)
        try:
            url = f"http://127.0.0.1:{port}/mcp"
            measured = asyncio.run(run(url, key, served.pid, given.sessions, given.seconds, given.mode))
        finally:
            served.terminate()
            served.wait()
    print(json.dumps(measured, indent=1))


THINKING_S = 1.0

if __name__ == "__main__":
    main()
