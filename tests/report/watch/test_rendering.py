"""The page: nothing fetched, every text a text, one clear line for what is wrong."""

from __future__ import annotations

import builtins
import json
import re
from pathlib import Path

import pytest

from sim.analysis.results import ResultTables, read_tables
from sim.cli import main
from sim.experiment.options import RunOptions
from sim.experiment.run import run
from sim.report import watch
from sim.report.watch import Asked
from tests.report.page.reading import headings, read
from tests.report.watch.world import NASTY, copied, results


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A result whose title and area are full of markup."""
    out = tmp_path_factory.mktemp("results") / "nasty"
    run(RunOptions(str(copied(tmp_path_factory.mktemp("scenario"))), out=out, events=60, quiet=True))
    return out


@pytest.fixture(scope="module")
def nasty(folder: Path) -> ResultTables:
    return read_tables(folder)


TAGS = (
    "html head meta title style body main section h1 p noscript div button label select option input svg ul li details "
    "summary table caption thead tr th tbody td script"
)


@pytest.mark.parametrize("view", ["line", "areas"])
def test_markup_in_a_title_or_an_area_is_shown_as_text(nasty, view):
    page = read(watch.page(nasty, Asked(view)))
    assert {one.tag for one in page.every()} == {*TAGS.split()}
    assert len(list(page.every("script"))) == 2
    assert page.one("h1").text.startswith(NASTY)
    if view == "areas":
        data = json.loads("".join(page.one("script", type="application/json").inside))
        assert data["areas"][0]["name"] == NASTY


@pytest.mark.parametrize("view", ["line", "areas"])
def test_nothing_is_fetched(nasty, view):
    html = watch.page(nasty, Asked(view))
    page = read(html)
    policy = page.one("meta", http_equiv="Content-Security-Policy").attributes["content"]
    assert policy == "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'"
    names = {name for one in page.every() for name in one.attributes}
    assert not names & {"src", "href", "action", "srcset", "onload"}
    assert set(re.findall(r"https?://[^\s\"'<]+", html)) == {"http://www.w3.org/2000/svg"}  # a name, not an address


def test_the_same_result_gives_the_same_page(nasty):
    assert watch.page(nasty) == watch.page(nasty)


def test_two_fragments_share_no_id(nasty):
    both = read(watch.fragment(nasty) + watch.fragment(nasty, Asked("areas"), level=3))
    assert not [one for one in both.every() if "id" in one.attributes]
    assert headings(both) == [2, 3]


def test_a_frame_holds_the_page_and_may_only_run_its_script(nasty):
    (frame,) = read(watch.iframe(nasty, height=500)).every()
    assert (frame.tag, frame.attributes["sandbox"]) == ("iframe", "allow-scripts")
    assert frame.attributes["srcdoc"] == watch.page(nasty, playing=False)
    assert frame.attributes["title"].startswith(NASTY) and "height: 500px" in frame.attributes["style"]


def test_playing_by_itself_is_asked_for():
    hand = results()
    assert 'data-playing="no"' in watch.fragment(hand) and 'data-playing="yes"' in watch.page(hand)


# --- the command ----------------------------------------------------------------------------------------
def told(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    status = main(["watch", *map(str, arguments)])
    out, err = capsys.readouterr()
    return status, out + err


def test_a_page_beside_the_result(folder, capsys):
    page = folder.with_name("nasty-watch.html")
    assert told(capsys, folder) == (0, f"written to {page}\n")
    assert page.read_text("utf-8") == watch.page(read_tables(folder))
    assert told(capsys, folder) == (2, f"{page}: exists; choose another file with --out, or replace it with --force\n")
    assert told(capsys, folder, "--force", "--view", "areas", "--quiet") == (0, "")
    assert 'data-kind="areas"' in page.read_text("utf-8")
    assert not list(folder.parent.glob(".*"))


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ("--view film", "--view: 'film' is none; choose line or areas"),
        ("--view areas --rep 1", "--rep: goes with --view line only; the areas are means of all replications"),
        ("--from 2025-13-01", '--from: "2025-13-01" is no day of the calendar, write a date such as 2025-05-21'),
        ("--from 2026-01-01", "--from: 2026-01-01 is not in the run; give 2025-01-01 to 2025-01-20"),
        ("--days 21", "--days: 21 is more or less than there is; give 1 to 20"),
        ("--rep 9", "{folder}: no events of replication 9; there are: 1, 2"),
        ("--out {folder}", "{folder}: is a folder; name a file for the page"),
    ],
)
def test_what_is_wrong_is_one_line_and_nothing_is_written(folder, capsys, tmp_path, options, says):
    page = tmp_path / "page.html"
    given = options.format(folder=folder).split()
    given += [] if "--out" in given else ["--out", str(page)]
    assert told(capsys, folder, *given) == (2, says.format(folder=folder) + "\n")
    assert not list(tmp_path.iterdir())


def test_without_events_the_option_is_named(capsys, tmp_path):
    run(RunOptions("erlang-b", ("days=3", "replications=1"), out=tmp_path / "bare", quiet=True))
    assert told(capsys, tmp_path / "bare") == (
        2,
        f"{tmp_path / 'bare'}: no events.csv; run the scenario again with `--events N`\n",
    )
    assert not (tmp_path / "bare-watch.html").exists()


def test_no_result_folder(capsys, tmp_path):
    status, text = told(capsys, tmp_path / "none")
    assert status == 2 and text.count("\n") == 1 and "not a result folder" in text


def test_without_jinja_it_is_said_what_to_install(folder, capsys, tmp_path, monkeypatch):
    real = builtins.__import__

    def without(name, *rest, **more):
        if name in ("jinja2", "markupsafe"):
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    assert told(capsys, folder, "--out", tmp_path / "x.html") == (
        2,
        "watch: needs Jinja2; run `pip install 'detsim[report]'`\n",
    )
    assert not list(tmp_path.iterdir())
