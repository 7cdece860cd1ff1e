"""The commands that look at scenarios, and those that show the lessons."""

from __future__ import annotations

import json
import tempfile
import webbrowser
from dataclasses import dataclass
from pathlib import Path

from sim.cli.console import complain, on_terminal, say, show
from sim.errors import InputError, UserError
from sim.experiment.options import argument, option, scenario, settings
from sim.files.writing import refuse_existing_page, write_whole


@dataclass(frozen=True)
class NoOptions:
    """Nothing: the command takes no options."""


def list(asked: NoOptions) -> None:
    """List the included scenarios."""
    from sim.experiment.headline import shipped_table

    show("", shipped_table())


@dataclass(frozen=True, kw_only=True)
class ValidateOptions:
    """What `validate` takes."""

    files: tuple[str, ...] = argument("SCENARIO...", "Scenario files, or names of included scenarios.")
    sets: tuple[str, ...] = settings()


def validate(asked: ValidateOptions) -> int:
    """Check scenarios and the files they read.

    Prints `ok`, or every problem with its line.
    """
    from sim.people.inputs import check_inputs
    from sim.scenario.loading import load
    from sim.scenario.notices import notices

    status = 0
    for file in asked.files:
        try:
            resolved = load(file, asked.sets)
            check_inputs(resolved.scenario)
            say(f"{file}: ok")
            complain(map(str, notices(resolved, asked.sets)))
        except UserError as error:
            complain(error.lines)
            status = error.status
    return status


@dataclass(frozen=True, kw_only=True)
class ExplainOptions:
    """What `explain` takes."""

    scenario: str = scenario()
    path: str | None = argument("[PATH]", "Show only values at or below this path.", None)


def explain(asked: ExplainOptions) -> None:
    """Show the values of a scenario with their sources."""
    from sim.scenario.provenance.explain import explain

    say(*on_terminal(explain(asked.scenario, asked.path).splitlines()))


def schema(asked: NoOptions) -> None:
    """Print the JSON Schema of scenario files, for editors."""
    from sim.scenario.schema.jsonschema import json_schema

    say(*json.dumps(json_schema(), indent=2, ensure_ascii=False).splitlines())


@dataclass(frozen=True, kw_only=True)
class PageOptions:
    """What `page` takes."""

    out: Path = option("--out", "FILE.html", "Write the page to this file.", Path("lessons.html"), short="-o")
    force: bool = option("--force", None, "Replace an existing file.", False)


def page(asked: PageOptions) -> None:
    """Write the lessons as one web page.

    The page is one file with the engine and the worlds of the lessons inside. It opens with a double click, needs no
    installation and loads nothing from the network.
    """
    refuse_existing_page(asked.out, asked.force)
    from sim.page.make import page as make

    text = make().encode()
    try:
        write_whole(asked.out, text)
    except OSError as error:
        raise InputError(f"--out {asked.out}: {error.strerror or error}; choose a file that can be written") from error
    say(f"wrote {asked.out} ({len(text) / 1e6:.1f} MB); open it in a browser")


@dataclass(frozen=True, kw_only=True)
class ClassroomOptions:
    """What `classroom` takes."""

    browser: bool = option("--browser/--no-browser", None, "Open the page in a browser.", True)


def classroom(asked: ClassroomOptions) -> None:
    """Open the lessons in a browser.

    It is the page that `detsim page` writes, in a temporary folder.
    """
    from sim.page.make import page

    text = page()
    file = Path(tempfile.mkdtemp(prefix="detsim-")) / "lessons.html"
    file.write_text(text, encoding="utf-8")
    say(f"the lessons: {file}")
    if asked.browser:
        webbrowser.open(file.as_uri())
