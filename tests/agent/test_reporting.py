"""The page of an evaluation: whole in one file, harmless whatever the answers hold, and readable in a real browser."""

from __future__ import annotations

import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from chartwarden.agent.evaluate import evaluate
from chartwarden.agent.reporting import html_report

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
HEADLESS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
HOSTILE = "<script>alert('x')</script>\"'&"

QUESTIONS: dict[str, dict[str, Any]] = {
    "q1": {
        "id": "q1",
        "question": "Any allergies?",
        "category": "allergy",
        "expected": {"kind": "boolean", "value": True},
    },
    "q2": {"id": "q2", "question": HOSTILE, "category": HOSTILE, "expected": {"kind": "string", "value": HOSTILE}},
    "q3": {"id": "q3", "question": "How many?", "category": "count", "expected": {"kind": "number", "value": "many"}},
}
ANSWERS: dict[str, dict[str, Any]] = {
    "q1": {
        "id": "q1", "outcome": "answered", "text": "Penicillin.", "value": [True], "elapsed_ms": 12.0,
        "sentences": [
            {"text": "Penicillin.", "kind": "assertion", "citations": ["AllergyIntolerance/1"], "verdict": "supported"}
        ],
    },
    "q2": {
        "id": "q2", "outcome": "answered", "text": HOSTILE, "value": [HOSTILE], "citations": [HOSTILE], "unit": HOSTILE,
    },
    "q3": {"id": "q3", "outcome": "answered", "text": "3", "value": [3]},
}  # fmt: skip


def page(**run: Any) -> str:
    report = evaluate(QUESTIONS.values(), ANSWERS)
    return html_report(report, QUESTIONS, ANSWERS, source="q.jsonl", disclaimer="Not medical advice.", run=run)


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def test_the_page_loads_nothing_and_runs_nothing_of_an_answer() -> None:
    tags = Tags(page(planner={"planner": HOSTILE})).seen
    assert [tag for tag, _ in tags].count("script") == 1
    assert not [tag for tag, given in tags if tag in ("link", "img", "iframe") or {"src", "href"} & given.keys()]
    assert not [name for _, given in tags for name in given if name.startswith("on")]


def test_the_page_tells_scores_sources_verdicts_and_how_answers_were_made() -> None:
    text = page(chartwarden="0.1.0", planner={"planner": "rules"})
    for told in ("AllergyIntolerance/1", "assertion · supported", "How the answers were made", "grader error in q3"):
        assert told in text
    assert "How the answers were made" not in page()


@pytest.fixture(scope="module")
def browse(tmp_path_factory: pytest.TempPathFactory) -> Any:
    if CHROMIUM is None:
        pytest.skip("no Chromium or Chrome, in which the page is looked at, is installed")
    folder = tmp_path_factory.mktemp("browser")

    def run(text: str, *arguments: str) -> str:
        (folder / "page.html").write_text(text, encoding="utf-8")
        address = (folder / "page.html").as_uri()
        command = [str(CHROMIUM), *HEADLESS, f"--user-data-dir={folder / 'profile'}", *arguments, address]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout

    return run


@pytest.mark.parametrize("width", [1280, 390])
def test_in_a_browser_nothing_is_cut_off_and_the_filters_work(browse: Any, width: int) -> None:
    probe = """
<script>
const frame = document.createElement("iframe");
frame.style.cssText = "border:0;height:900px;width:" + WIDTH + "px";
frame.srcdoc = document.getElementById("page").textContent;
frame.onload = () => {
  const inner = frame.contentDocument;
  const choice = inner.getElementById("verdict");
  choice.value = "wrong";
  choice.dispatchEvent(new Event("input"));
  const wide = inner.documentElement.scrollWidth > inner.documentElement.clientWidth;
  document.body.textContent = "wide=" + wide + " count=" + inner.getElementById("count").textContent;
};
document.body.append(frame);
</script>"""
    quoted = page().replace("&", "&amp;").replace("<", "&lt;")
    host = (
        f"<!doctype html><body><textarea id=page hidden>{quoted}</textarea>{probe.replace('WIDTH', str(width))}</body>"
    )
    shown = browse(host, "--dump-dom", "--virtual-time-budget=5000")
    assert re.search(r"wide=(\w+) count=(.*?)<", shown) is not None, shown[-500:]
    assert "wide=false" in shown
    assert "count=0 of 2" in shown


def test_printed_it_keeps_its_colours_and_hides_its_filters(browse: Any, tmp_path: Path) -> None:
    pdf = tmp_path / "page.pdf"
    browse(page(), f"--print-to-pdf={pdf}")
    assert pdf.read_bytes().startswith(b"%PDF")
    assert pdf.stat().st_size > 10_000
