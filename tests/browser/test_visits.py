"""The looking itself: a page that misbehaves is seen to."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.conftest import Open
from tests.browser.visits import chromium, cut, is_here

BAD = """<!doctype html><html lang=en><title>bad</title><main><h1>bad</h1><button></button>
<div id=wide style="width:2000px;height:9px"></div><p style="color:#ccc;background:#fff">pale</p></main>
<script>%s</script></html>"""


@pytest.fixture
def page_file(tmp_path: Path) -> Path:
    return tmp_path / "page.html"


@pytest.mark.parametrize(
    ("script", "complaint"),
    [
        ("console.error('no good')", "console: no good"),
        ("throw new Error('thrown')", "thrown"),
        ("setTimeout(() => nothing.at.all)", "nothing is not defined"),
        ("alert('hello')", "dialog: hello"),
    ],
)
def test_what_a_page_complains_of_is_put_down(open_page: Open, page_file: Path, script: str, complaint: str) -> None:
    page_file.write_text(BAD % script)
    visit = open_page(page_file.as_uri())
    with pytest.raises(AssertionError, match=complaint):
        visit.assert_quiet()


@pytest.mark.parametrize(
    "script",
    [
        "new Image().src = 'https://example.invalid/pixel.png'",
        "fetch('http://example.invalid/').catch(() => {})",
        "new WebSocket('ws://example.invalid/')",
        "document.body.append(Object.assign(document.createElement('iframe'), {src: 'https://example.invalid/'}))",
    ],
)
def test_what_a_page_asks_for_elsewhere_is_put_down(open_page: Open, page_file: Path, script: str) -> None:
    page_file.write_text(BAD % script)
    visit = open_page(page_file.as_uri())
    visit.page.wait_for_timeout(100)
    assert [url.split("/")[2] for url in visit.away] == ["example.invalid"]


def test_axe_finds_what_is_wrong(open_page: Open, page_file: Path) -> None:
    page_file.write_text(BAD % "")
    visit = open_page(page_file.as_uri())
    found = [one.split(",")[0] for one in visit.barriers()]
    assert found == ["button-name (critical)", "color-contrast (serious)"]
    with pytest.raises(AssertionError, match="color-contrast"):
        visit.assert_accessible()


def test_what_sticks_out_is_found(open_page: Open, page_file: Path) -> None:
    page_file.write_text(BAD % "")
    visit = open_page(page_file.as_uri(), width=390)
    assert len(cut(visit.page, "div", 390)) == 1
    assert cut(visit.page, "h1", 390) == []


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("file:///tmp/x.html", True),
        ("data:text/plain,x", True),
        ("http://127.0.0.1:8000/x", True),
        ("ws://localhost:1/", True),
        ("http://127.0.0.1.example.invalid/", False),
        ("https://cdn.example.invalid/", False),
    ],
)
def test_what_is_of_this_machine(url: str, here: bool) -> None:
    assert is_here(url) == here


def test_no_browser_fails_under_ci_and_is_skipped_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DETSIM_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no Chromium"):
        chromium()
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no Chromium"):
        chromium()
