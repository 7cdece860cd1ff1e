"""The report as a reader has it: opened from a file, clicked through, read in the dark, on a phone and on paper."""

from __future__ import annotations

import csv
import io
import threading
import unicodedata
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

from sim.report.options import ReportOptions
from sim.report.page.write import report
from tests.browser.conftest import Open
from tests.browser.visits import A4_HEIGHT, A4_WIDTH, Visit, cut, move_everything, shoot
from tests.browser.worlds import ATTACK, attack, facility, nation

MARGIN = 48
"""Of a printed sheet, CSS pixels."""
PAGES = ("compared", "alone")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Result folders by name."""
    folder = tmp_path_factory.mktemp("results")
    return {"calm": nation(folder, 1000, "calm"), "asked": nation(folder, 3000, "asked"), "alone": facility(folder)}


@pytest.fixture(scope="module")
def pages(folders: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The address of the report of two results beside each other, and of one alone."""
    folder = tmp_path_factory.mktemp("pages")
    made = {"compared": ("calm", "asked"), "alone": ("alone",)}
    for name, results in made.items():
        report(ReportOptions(tuple(folders[one] for one in results), folder / f"{name}.html"))
    return {name: (folder / f"{name}.html").as_uri() for name in made}


def drawn(visit: Visit) -> Visit:
    """The visit, once every chart is drawn."""
    visit.page.wait_for_selector("html[data-drawn]")
    return visit


@pytest.mark.parametrize(
    ("name", "width", "dark"),
    [
        ("compared", 1280, False),
        ("alone", 390, True),
        pytest.param("compared", 390, True, marks=pytest.mark.slow),
        pytest.param("alone", 1280, False, marks=pytest.mark.slow),
    ],
)
def test_it_opens_quiet_whole_and_accessible(
    open_page: Open, pages: dict[str, str], tmp_path: Path, name: str, width: int, dark: bool
) -> None:
    visit = drawn(open_page(pages[name], width=width, dark=dark))
    shoot(visit, tmp_path, name)
    assert cut(visit.page, ".drawn svg", width) == []
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
    assert visit.page.locator(".drawn").count() == visit.page.locator(".drawn svg").count() >= 3
    visit.assert_accessible()
    visit.assert_quiet()


@pytest.mark.parametrize("name", PAGES)
def test_every_control_can_be_moved(open_page: Open, pages: dict[str, str], name: str) -> None:
    visit = drawn(open_page(pages[name]))
    moved = move_everything(visit.page)
    assert moved["button"] and moved["summary"] >= visit.page.locator(".chart").count()
    assert name == "alone" or moved["range"], "the tile map has a slider"
    visit.assert_quiet()


def test_the_button_changes_light_and_dark(open_page: Open, pages: dict[str, str]) -> None:
    visit = drawn(open_page(pages["alone"]))
    ground = (
        "getComputedStyle(document.body).backgroundColor + getComputedStyle(document.querySelector('svg text')).fill"
    )
    before = visit.page.evaluate(ground)
    visit.page.get_by_role("button", name="Dark").press("Enter")
    assert visit.page.evaluate(ground) != before
    visit.assert_accessible()
    visit.page.get_by_role("button", name="Light").press("Enter")
    assert visit.page.evaluate(ground) == before


# --- numbers --------------------------------------------------------------------------------------
def _summary(folder: Path) -> dict[str, str]:
    with (folder / "summary.csv").open(newline="") as file:
        return {row["measure"]: row["mean"] for row in csv.DictReader(file)}


def _exact(folder: Path, name: str) -> str:
    """A measure of summary.csv; `column@start`, `@end` or `@last28`: mean of a column of daily.csv over those days."""
    column, at, when = name.partition("@")
    if not at:
        return _summary(folder)[name]
    with (folder / "daily.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    dates = sorted({row["date"] for row in rows})
    chosen = {"start": dates[:1], "end": dates[-1:], "last28": dates[-28:]}[when]
    found = [float(row[column]) for row in rows if row["date"] in chosen]
    return str(sum(found) / len(found))


def _as_number(text: str) -> float | None:
    """What a reader reads: a number with thousands separators, a sign, dollars or millions."""
    word = text.split("\n")[0].replace(",", "").replace("−", "-").replace("$", "").replace("%", "").strip()
    try:
        return float(word.split()[0])
    except (ValueError, IndexError):
        return None


@pytest.mark.parametrize(("name", "results"), [("compared", ("calm", "asked")), ("alone", ("alone",))])
def test_numbers_on_the_page_are_those_of_the_csv(
    open_page: Open, pages: dict[str, str], folders: dict[str, Path], name: str, results: tuple[str, ...]
) -> None:
    visit = drawn(open_page(pages[name]))
    own = {folders[one].name: _summary(folders[one]) for one in results}
    cells = visit.page.locator("td[data-measure]").evaluate_all(
        "all => all.map(one => ({...one.dataset, text: one.innerText}))"
    )
    assert len(cells) >= 10 * len(results)
    for cell in cells:
        mean = own[cell["scenario"]][cell["measure"]]
        assert cell["value"] == mean, cell
        _reads_as(cell["text"], mean)


def test_numbers_of_the_answer_and_of_a_chart_are_those_of_the_csv(
    open_page: Open, pages: dict[str, str], folders: dict[str, Path]
) -> None:
    visit = drawn(open_page(pages["alone"]))
    folder = folders["alone"]
    said = visit.page.locator("div.answer data").evaluate_all(
        "all => all.map(one => ({value: one.value, measure: one.dataset.measure, text: one.innerText}))"
    )
    assert said
    for one in said:
        assert float(one["value"]) == pytest.approx(float(_exact(folder, one["measure"]))), one
        _reads_as(one["text"], one["value"])
    _table_is_the_csv(visit, folder)


def _table_is_the_csv(visit: Visit, folder: Path) -> None:
    """The table behind a chart has the day of the file."""
    with (folder / "daily.csv").open(newline="") as file:
        held = [row for row in csv.DictReader(file) if row["date"] == "2025-01-31"]
    shown = visit.page.locator("#figure-held table.data tbody tr").evaluate_all(
        "all => all.map(one => [...one.cells].map(cell => cell.textContent))"
    )
    mean = sum(int(row["held"]) for row in held) / len(held)
    row = next(row for row in shown if "31 January 2025" in row or "2025-01-31" in row)
    assert any((number := _as_number(cell)) is not None and abs(number - mean) < 0.5 for cell in row), (row, mean)


def _reads_as(text: str, exact: str) -> None:
    """What is written is the exact value, rounded to the digits that are shown, at least two."""
    read = _as_number(text)
    try:
        value = float(exact)
    except ValueError:
        return
    if read is None:
        return
    scale = next((size for word, size in (("billion", 1e9), ("million", 1e6)) if word in text), 1.0)
    shown = text.split()[0].replace(",", "").replace("$", "")
    decimals = len("".join(filter(str.isdigit, shown.partition(".")[2])))
    whole = len(shown.lstrip("−-").partition(".")[0])
    half = 0.5 * 10 ** (-decimals if decimals or whole <= 2 else whole - 2) * scale
    assert abs(read * scale - value) <= half * 1.001, (text, exact)


# --- paper ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", PAGES)
def test_on_paper_no_chart_is_cut(open_page: Open, pages: dict[str, str], name: str, tmp_path: Path) -> None:
    width, height = A4_WIDTH - 2 * MARGIN, A4_HEIGHT - 2 * MARGIN
    visit = drawn(open_page(pages[name], dark=True))
    visit.page.emulate_media(media="print")
    visit.page.set_viewport_size({"width": width, "height": height})
    visit.page.wait_for_timeout(200)
    shoot(visit, tmp_path, name)
    assert cut(visit.page, ".chart, .drawn svg, svg text", width) == []
    assert cut(visit.page, ".chart", width, height) == []
    assert _colours(visit.page) == ["rgb(0, 0, 0)"]


def _colours(page: Page) -> list[str]:
    """Colours of the text of charts."""
    return page.locator("svg text").evaluate_all("all => [...new Set(all.map(one => getComputedStyle(one).fill))]")


@pytest.mark.parametrize("name", PAGES)
def test_each_chart_is_whole_on_one_sheet(open_page: Open, pages: dict[str, str], name: str) -> None:
    visit = drawn(open_page(pages[name]))
    figures = dict(_texts(visit.page))
    margin = f"{MARGIN}px"
    paper = visit.page.pdf(format="A4", margin=dict.fromkeys(("top", "bottom", "left", "right"), margin))
    sheets = [_without_spaces(sheet.extract_text()) for sheet in PdfReader(io.BytesIO(paper)).pages]
    for key, texts in figures.items():
        on = [all(text in sheet for text in texts) for sheet in sheets]
        assert sum(on) >= 1, (key, texts, [sum(text in sheet for text in texts) for sheet in sheets])


def _without_spaces(text: str) -> str:
    """The text as typed: no spaces, no ligatures."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _texts(page: Page) -> Iterator[tuple[str, list[str]]]:
    """Title of each figure and every text of its chart that is seen, without spaces."""
    for figure in page.locator(".chart").all():
        words = figure.locator("h4, svg text").evaluate_all(
            "all => all.filter(one => one.checkVisibility({opacityProperty: true}) && one.textContent.trim())"
            ".map(one => one.textContent)"
        )
        yield figure.get_attribute("id") or "", list(map(_without_spaces, words))


# --- hostile texts --------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The report of a result whose texts are markup and script."""
    folder = tmp_path_factory.mktemp("hostile")
    report(ReportOptions((attack(folder),), folder / "page.html"))
    return (folder / "page.html").as_uri()


def test_texts_of_a_scenario_are_shown_as_text(open_page: Open, hostile: str) -> None:
    visit = drawn(open_page(hostile))
    seen = " ".join(ATTACK.split())
    assert visit.text("h1") == seen == " ".join(visit.page.title().split())
    assert seen in visit.text(".question")
    for summary in visit.page.locator("summary").all():
        summary.click()
    assert visit.text("body").count(seen) >= 5
    assert visit.page.evaluate("window.pwned") is None
    assert visit.page.locator("img").count() == 0
    visit.assert_quiet()


@pytest.fixture
def listening() -> Iterator[tuple[str, list[str]]]:
    """An address of this machine, and what it is asked."""
    asked: list[str] = []

    class Puts(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Puts) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}", asked
        server.shutdown()


ASKS = {
    "fetch": "fetch('http://HERE/')",
    "file": "fetch('file:///etc/passwd')",
    "image": "new Promise((yes, no) => Object.assign(new Image(), {onload: yes, onerror: no, src: 'http://HERE/x.png'}))",
    "socket": "new Promise((yes, no) => Object.assign(new WebSocket('ws://HERE/'), {onopen: yes, onerror: no}))",
    "beacon": "navigator.sendBeacon('http://HERE/', 'x') || Promise.reject()",
    "script": "new Promise((yes, no) => document.head.append(Object.assign(document.createElement('script'),"
    " {onload: yes, onerror: no, src: 'http://HERE/x.js'})))",
    "style": "new Promise((yes, no) => document.head.append(Object.assign(document.createElement('link'),"
    " {onload: yes, onerror: no, rel: 'stylesheet', href: 'http://HERE/x.css'})))",
}
TRY = "async () => { try { await (%s); } catch { return 'refused'; } }"


def test_the_page_can_ask_for_nothing(open_page: Open, pages: dict[str, str], listening: tuple[str, list[str]]) -> None:
    address, asked = listening
    visit = drawn(open_page(pages["alone"]))
    for ask in ASKS.values():
        visit.complaints.clear()
        visit.page.evaluate(TRY % ask.replace("HERE", address))
        visit.page.wait_for_timeout(100)
        assert any("Content Security Policy" in complaint for complaint in visit.complaints), ask
    assert asked == []


def test_what_the_page_is_refused_would_work_elsewhere(
    open_page: Open, listening: tuple[str, list[str]], tmp_path: Path
) -> None:
    address, asked = listening
    (tmp_path / "plain.html").write_text("<!doctype html><title>plain</title>")
    page = open_page((tmp_path / "plain.html").as_uri()).page
    for ask in ("fetch", "image", "script", "style"):
        page.evaluate(TRY % ASKS[ask].replace("HERE", address))
    assert sorted(asked) == ["/", "/x.css", "/x.js", "/x.png"]


def test_the_page_can_frame_nothing(open_page: Open, pages: dict[str, str]) -> None:
    visit = drawn(open_page(pages["alone"]))
    visit.page.evaluate("document.body.append(Object.assign(document.createElement('iframe'), {src: '/etc/passwd'}))")
    visit.page.wait_for_timeout(100)
    assert "root:x:" not in "".join(frame.content() for frame in visit.page.frames)
    assert any("Content Security Policy" in complaint for complaint in visit.complaints)
