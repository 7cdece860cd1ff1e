"""The animations in a real browser: every control moved, counts on the page equal those of the table and the files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.analysis.results import ResultTables, read_tables
from sim.experiment.options import RunOptions
from sim.experiment.run import run
from sim.report import watch
from sim.report.watch import Asked, area_scene, queue_scene
from tests.browser.conftest import Open
from tests.browser.visits import Visit
from tests.report.watch.world import copied

PANELS = "[...document.querySelectorAll('.watch-stage text.strong')].map(text => text.textContent)"


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> ResultTables:
    """Two facilities for twenty days, their names full of markup."""
    folder = tmp_path_factory.mktemp("results") / "nasty"
    scenario = copied(tmp_path_factory.mktemp("scenario"))
    run(RunOptions(str(scenario), ("intake.hours_limit=6 h",), out=folder, events=100_000, quiet=True))
    return read_tables(folder)


@pytest.fixture
def opened(result: ResultTables, open_page: Open, tmp_path: Path) -> Any:
    def opening(view: str = "line", playing: bool = False, **options: Any) -> Visit:
        page = tmp_path / f"{view}.html"
        page.write_text(watch.page(result, Asked(view), playing=playing), encoding="utf-8")
        return open_page(page.as_uri(), **options)

    return opening


def clock(visit: Visit) -> str:
    return visit.text(".watch-clock")


def table(visit: Visit) -> list[list[str]]:
    rows = (
        "[...document.querySelectorAll('.watch tbody tr')].map(row => [...row.children].map(cell => cell.textContent))"
    )
    found: list[list[str]] = visit.page.evaluate(rows)
    return found


def test_each_step_shows_the_counts_of_its_row(opened, result):
    visit = opened()
    rows = table(visit)
    assert rows == [list(row) for row in queue_scene.scene(result).rows] and len(rows) > 20
    late = len(visit.page.evaluate(PANELS))
    for n, row in enumerate(rows):
        assert clock(visit) == row[0]
        assert visit.page.evaluate(PANELS) == row[1 : late + 1]
        assert visit.text(".watch-now").startswith(f"{row[-1]} of ")
        if n + 1 < len(rows):
            visit.page.get_by_role("button", name="Step forward").click()
    assert rows[-1][1] + " " in visit.page.locator("[role=status]").inner_text()
    visit.assert_quiet()


def test_people_drawn_are_people_counted(opened):
    visit = opened()
    visit.page.locator("[data-do=time]").fill("400")
    count = sum(int(n.replace(",", "")) for n in visit.page.evaluate(PANELS))
    assert visit.page.locator("path.person:not(.hidden)").count() == count > 0
    places = visit.page.evaluate(
        "[...document.querySelectorAll('path.person:not(.hidden)')].map(p => p.style.transform)"
    )
    assert len(set(places)) == count  # nobody stands where somebody stands


@pytest.mark.parametrize("view", ["line", "areas"])
def test_every_control(opened, view):
    visit = opened(view)
    page, first = visit.page, clock(visit)
    names = ("Play", "To the start", "Step back", "Step forward")
    button = {name: page.get_by_role("button", name=name) for name in names}
    button["Step forward"].click()
    stepped = clock(visit)
    assert stepped != first
    button["Step back"].click()
    assert clock(visit) == first
    page.get_by_label("Time").fill("30" if view == "line" else "3")
    assert clock(visit) not in (first, stepped)
    assert page.get_by_label("Time").get_attribute("aria-valuetext") == clock(visit)
    button["To the start"].click()
    assert clock(visit) == first
    page.get_by_label("Speed").select_option("fast")
    button["Play"].click()
    page.wait_for_function("first => document.querySelector('.watch-clock').textContent !== first", arg=first)
    page.get_by_role("button", name="Pause").click()
    held = clock(visit)
    page.wait_for_timeout(200)
    assert clock(visit) == held
    visit.assert_quiet()


def test_keys_in_the_picture(opened):
    visit = opened("areas")
    first, stage = clock(visit), visit.page.locator(".watch-stage")
    seen = []
    for key in ("ArrowRight", "End", "ArrowLeft", "Home"):
        stage.press(key)
        seen.append(clock(visit))
    assert seen == ["7 January 2025", "20 January 2025", "14 January 2025", first]
    stage.press("Space")
    visit.page.get_by_role("button", name="Pause").wait_for()


def test_another_person_can_be_followed(opened):
    visit = opened()
    rings = set()
    for _ in range(6):
        assert visit.text(".watch-now span:last-child").startswith("The person with the ring: ")
        rings.add(visit.page.evaluate("document.querySelector('path.ring').style.transform"))
        visit.page.get_by_role("button", name="Follow another person").click()
    assert len(rings) > 1
    assert visit.page.locator("path.ring:not(.hidden)").count() >= 1


def test_plays_by_itself_unless_less_motion_is_preferred(opened):
    moving, still = opened(playing=True), opened(playing=True, still=True)
    moving.page.get_by_role("button", name="Pause").wait_for()
    assert still.page.get_by_role("button", name="Play").is_visible()
    first = clock(still)
    still.page.get_by_label("Speed").select_option("fast")
    still.page.get_by_role("button", name="Play").click()
    still.page.wait_for_function("first => document.querySelector('.watch-clock').textContent !== first", arg=first)
    assert int(still.page.get_by_label("Time").input_value()) % 60 == 0  # steps, no glide
    assert still.page.locator("path.person").first.evaluate("e => getComputedStyle(e).transitionDuration") == "0s"


def test_the_areas_are_those_of_the_files(opened, result):
    visit = opened("areas")
    data = area_scene.scene(result).data
    for i in (0, 7, 14):
        held = [f"{area['held'][i]:,}" for area in data["areas"]]
        shares = [f"{area['held'][i] / area['beds'][i]:.0%}" for area in data["areas"]]
        shown = visit.page.evaluate("[...document.querySelectorAll('g text.small')].map(text => text.textContent)")
        assert [shown[:2], shown[2:4]] == [[share, n] for share, n in zip(shares, held, strict=True)]
        assert visit.text(".watch-now").startswith(f"{data['held'][i]:,} people held")
        visit.page.get_by_role("button", name="Step forward").click()


@pytest.mark.parametrize("view", ["line", "areas"])
@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True)])
def test_nothing_sticks_out_and_axe_finds_nothing(opened, view, width, dark):
    visit = opened(view, width=width, dark=dark)
    assert visit.page.evaluate("document.documentElement.scrollWidth") == width
    visit.page.locator("summary").click()
    visit.assert_accessible()
    assert visit.page.evaluate("document.documentElement.scrollWidth") == width
    visit.assert_quiet()


def test_a_frame_in_another_page(result, open_page, tmp_path):
    page = tmp_path / "frame.html"
    page.write_text(f"<!doctype html><html lang=en><title>t</title><h1>t</h1>{watch.iframe(result)}", encoding="utf-8")
    visit = open_page(page.as_uri())
    frame = visit.page.frame_locator("iframe")
    first = frame.locator(".watch-clock").inner_text()
    frame.get_by_role("button", name="Step forward").click()
    assert frame.locator(".watch-clock").inner_text() != first
    visit.assert_quiet()
