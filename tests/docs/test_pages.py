"""What the pages list is what there is: files, columns, measures, words, assumed values, checklist items."""

from __future__ import annotations

import csv
import json
import re
import tomllib
from pathlib import Path

import pytest

from sim import vocabulary
from sim.experiment.options import RunOptions
from sim.experiment.run import run
from sim.scenario.loading import load
from sim.version import __version__
from tools.assumed_values import section

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"
STRESS_DES = (
    *("1.1", "1.2", "1.3"),
    *("2.1", "2.2", "2.3", "2.4", "2.5"),
    *("3.1", "3.2", "3.3", "3.4"),
    *("4.1", "4.2", "4.3"),
    *("5.1", "5.2", "5.3", "5.4"),
    "6.1",
)


def read(page: str) -> str:
    return (DOCS / page).read_text(encoding="utf-8")


def first_cells(text: str) -> list[str]:
    """The first cell of each row of the tables in a text, heads and rules left out."""
    rows = [line.split(" | ")[0].removeprefix("| ") for line in text.splitlines() if line.startswith("| ")]
    return [cell for cell in rows if cell not in ("column", "measure", "word", "page", "file", "item", "---")]


def under(page: str, heading: str) -> str:
    """The text below a heading, up to the next one of any level."""
    return re.split(r"^#+ .*\n", read(page).split(f"# {heading}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


# --- the data dictionary against a real run -----------------------------------------------------
@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A result with every file that a run can write."""
    out = tmp_path_factory.mktemp("results") / "run"
    run(RunOptions("one-goal-three-budgets", ("days=3",), out=out, quiet=True, events=5, records=True))
    return out


def described(file: str) -> list[str]:
    return [cell.strip("`") for cell in first_cells(under("data-dictionary.md", file))]


def test_the_dictionary_has_the_columns_of_a_real_run(result: Path) -> None:
    files = sorted(result.glob("*.csv"))
    assert {"events.csv", "records.csv", "moves.csv", "summary.csv"} < {file.name for file in files}
    for file in files:
        with file.open(encoding="utf-8", newline="") as lines:
            assert described(file.name) == next(csv.reader(lines)), file.name


def test_the_dictionary_has_the_measures_of_a_real_run(result: Path) -> None:
    with (result / "summary.csv").open(encoding="utf-8", newline="") as lines:
        assert described("Measures") == [row["measure"] for row in csv.DictReader(lines)]


# --- limits -------------------------------------------------------------------------------------
def test_the_assumed_values_are_those_of_the_national_scenario() -> None:
    """After a change there: `python -m tools.assumed_values`."""
    scenario = load("national")
    assumed = [path for path, entry in scenario.scenario.sources.items() if entry.status == "assumed"]
    table = under("limits.md", "The assumed values of national.yaml")
    assert assumed and first_cells(table)[1:] == [f"`{path}`" for path in assumed]
    assert table.strip() == section(scenario).strip(), "python -m tools.assumed_values"


# --- the glossary -------------------------------------------------------------------------------
def test_the_glossary_is_alphabetical_and_says_each_word_once() -> None:
    words = [re.sub(r"[_-]", " ", cell.strip("`").lower()) for cell in first_cells(read("glossary.md"))]
    assert words == sorted(set(words)) and len(words) > 100


def test_the_glossary_has_the_words_of_the_code() -> None:
    v = vocabulary
    lists = (
        *(v.SOURCES, v.CRIMINALITY, v.CUSTODY_CLASSES, v.TRACKS, v.INTAKE_OUTCOMES, v.HEARING_OUTCOMES, v.RUNGS),
        *(v.EXIT_REASONS, v.CLOCK_STAGES, v.ACCOUNTS, v.LEDGER_LINES, v.SHORTFALL_CAUSES),
        [stage.name for stage in v.Stage],
    )
    text = read("glossary.md")
    assert [word for words in lists for word in words if f"`{word}`" not in text] == []


# --- the model ----------------------------------------------------------------------------------
def test_every_item_of_the_checklist_has_a_place() -> None:
    found = [cell.split()[0] for cell in first_cells(under("model.md", "STRESS-DES item → where"))]
    assert found == list(STRESS_DES)


def test_every_small_world_is_in_the_table() -> None:
    found = {cell.strip("`") for cell in first_cells(under("model.md", "Small worlds"))}
    assert found == {path.stem for path in (ROOT / "scenarios" / "teaching").glob("*.yaml")}


def test_every_rung_is_in_the_table_of_the_ladder() -> None:
    found = [cell.strip("`") for cell in first_cells(under("model.md", "Beds"))]
    assert found[1:] == list(vocabulary.RUNGS)


# --- the index ----------------------------------------------------------------------------------
def test_every_page_is_in_the_index() -> None:
    found = {match[1] for match in map(re.compile(r"\[(\S+)\]").match, first_cells(read("README.md"))) if match}
    assert found == pages_below_docs() - {"README.md"}


def pages_below_docs() -> set[str]:
    """Names of all pages, with their folder."""
    return {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")}


# --- the site -----------------------------------------------------------------------------------
def test_the_site_has_every_page_and_fetches_nothing() -> None:
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    made = {"shipped.md", "gallery.md", "lessons.md"}
    pages = set(re.findall(r"[\w/-]+\.md", text.partition("nav:")[2]))
    assert pages == pages_below_docs() | made
    assert "font: false" in text and "offline" not in text  # that plugin adds a script of another host


def test_descriptions_of_the_software_agree() -> None:
    meta = json.loads((ROOT / "codemeta.json").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert meta["version"] == __version__ and f"version: {__version__}" in citation
    assert (meta["name"], meta["description"]) == (project["name"], project["description"])
