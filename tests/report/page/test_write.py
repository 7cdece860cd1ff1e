"""The command: where it writes, what it refuses, and that it leaves nothing half done."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sim import cli
from sim.errors import InputError
from sim.report.options import ReportOptions
from sim.report.page import write
from tests.report.page import worlds

PNG = b"\x89PNG\r\n\x1a\n"


def detsim(*words: object) -> int:
    return cli.main(["report", *map(str, words)])


@pytest.fixture
def result(tmp_path: Path) -> Path:
    """A small result in a folder of its own."""
    shutil.copytree(worlds.bare(), tmp_path / "bare")
    return tmp_path / "bare"


def test_the_page_stands_beside_the_result(result, capsys):
    before = sorted(result.iterdir())
    assert detsim(result) == 0
    page = result.parent / "bare-report.html"
    assert capsys.readouterr().out.startswith(f"written to {page} (")
    assert page.stat().st_size < 2_000_000
    assert sorted(result.iterdir()) == before and sorted(result.parent.iterdir()) == [result, page]


def test_names_of_pages():
    assert write.default_page([Path("results/a")]) == Path("results/a-report.html")
    assert write.default_page([Path("results/a"), Path("b")]) == Path("results/a-and-b-report.html")
    assert write.default_page([Path()]) == Path.cwd().parent / f"{Path.cwd().name}-report.html"
    assert len(write.default_page([Path("x" * 200)] * 2).name) < 140


def test_a_page_that_is_there_is_kept(result, capsys):
    page = result.parent / "page.html"
    page.write_text("mine")
    assert detsim(result, "--out", page) == 2
    assert page.read_text() == "mine"
    assert capsys.readouterr().err == f"{page}: exists; choose another file with --out, or replace it with --force\n"
    assert detsim(result, "--out", page, "--force", "--quiet") == 0
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["{folder}/nowhere"], "not a result folder"),
        (["{result}/daily.csv"], "not a result folder"),
        (["{result}", "{result}/../bare"], "given twice; name each result once"),
        (["{result}", "--out", "{folder}/page.txt"], "does not end in .html"),
        (["{result}", "--out", "{folder}/" + "x" * 300 + ".html"], "name is too long"),
        (["{result}", "--out", ""], "is empty"),
        (["{result}", "--figures", "{result}", "--force"], "--force replaces only"),
        (["{result}", "--sensitivity", "{result}"], "is no sensitivity study"),
        ([], "Missing argument"),
    ],
)
def test_wrong_words_are_one_line(result, capsys, words, said):
    before = sorted(result.parent.rglob("*"))
    given = [word.format(folder=result.parent, result=result) for word in words]
    assert detsim(*given) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and said in lines[0]
    assert sorted(result.parent.rglob("*")) == before


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("daily.csv", "scenario\n", "daily.csv:1:1: the header is"),
        ("manifest.json", "{", "manifest.json:1:2: not JSON"),
        ("scenario.yaml", "a: [", "scenario.yaml:2:1: not YAML"),
        ("summary.csv", None, "summary.csv: not found"),
    ],
)
def test_a_spoilt_result_is_one_line(result, capsys, file, content, said):
    (result / file).unlink()
    if content is not None:
        (result / file).write_text(content)
    assert detsim(result) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and said in lines[0]
    assert list(result.parent.iterdir()) == [result]


@pytest.mark.parametrize("module", write.NEEDED)
def test_without_the_extra_it_says_what_to_install(result, monkeypatch, capsys, module):
    find = write.importlib.util.find_spec
    monkeypatch.setattr(write.importlib.util, "find_spec", lambda name: None if name == module else find(name))
    assert detsim(result) == 2
    assert capsys.readouterr().err == f"a report needs {module}: pip install 'detsim[report]'\n"


def test_figures_are_pictures_with_their_data(result, capsys):
    pictures = result.parent / "pictures"
    assert detsim(result, "--figures", pictures) == 0
    listed = json.loads((pictures / "figures.json").read_text(encoding="utf-8"))
    assert listed and f"in {pictures}\n" in capsys.readouterr().out
    names = {name for one in listed for name in one["files"]}
    assert names | {"figures.json", "manifest.json", "datapackage.json"} == {path.name for path in pictures.iterdir()}
    package = {one["path"]: one for one in json.loads((pictures / "datapackage.json").read_text())["resources"]}
    for one in listed:
        assert one["title"] and one["says"] and one["alternative"]
        png, svg, table = (pictures / name for name in one["files"])
        assert png.read_bytes().startswith(PNG) and svg.read_text(encoding="utf-8").startswith("<svg")
        with table.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.reader(lines))
        assert len(rows) > 1 and rows[0] == [field["name"] for field in package[table.name]["schema"]["fields"]]
    assert detsim(result, "--figures", pictures, "--out", result.parent / "other.html") == 2
    assert detsim(result, "--figures", pictures, "--force", "--quiet") == 0


def test_only_a_folder_of_figures_is_replaced(result, capsys):
    mine = result.parent / "mine"
    mine.mkdir()
    (mine / "letter.txt").write_text("dear")
    for target in (mine, result):
        before = sorted(target.rglob("*"))
        assert detsim(result, "--figures", target, "--force") == 2
        assert sorted(target.rglob("*")) == before


def test_nothing_is_left_where_writing_fails(result, monkeypatch):
    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(write, "write_whole", full)
    assert detsim(result) == 1
    assert list(result.parent.iterdir()) == [result]


def test_it_is_drawn_only_when_asked():
    code = "import sys, sim.report.page.write; print(*{name.split('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(loaded.stdout.split()).isdisjoint(write.NEEDED)


def test_need_report_is_content_when_all_is_there():
    write.need_report()
    with pytest.raises(InputError, match="given twice"):
        write.report(ReportOptions((Path("a"), Path("a"))))
