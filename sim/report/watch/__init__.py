"""Watching: the line of people, or the areas over a year, as one animation that needs no network.

It is HTML: a page of its own, a piece of another page, or a frame for a notebook. Style, script and data stand in the
text, and a page of its own forbids the rest by its content security policy. Every text of the user is escaped by Jinja2
and drawn by the script as text, never as HTML.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from sim.analysis.results import ResultTables, read_tables
from sim.errors import InputError
from sim.files.writing import refuse_existing_page, write_whole
from sim.report.template import render
from sim.report.watch import area_scene, queue_scene
from sim.report.watch.scene import Scene
from sim.scenario.schema.units import parse_date

View = Literal["line", "areas"]


@dataclass(frozen=True)
class Asked:
    """What to watch: the line of sampled people, or the areas; from `first` for `days`, in replication `run`.

    What is None is chosen: the days in which the sample waits longest, or the whole run for the areas, and the first
    replication with events (the areas are means of all).
    """

    view: View = "line"
    first: dt.date | None = None
    days: int | None = None
    run: int | None = None

    @classmethod
    def of(cls, view: str, first: str | None = None, days: int | None = None, run: int | None = None) -> Asked:
        """The same from words as a user types them. Raises InputError."""
        if view not in get_args(View):
            raise InputError(f"--view: {view[:40]!r} is none; choose line or areas")
        if view == "areas" and run is not None:
            raise InputError("--rep: goes with --view line only; the areas are means of all replications")
        try:
            return cls("areas" if view == "areas" else "line", parse_date(first) if first else None, days, run)
        except ValueError as error:
            raise InputError(f"--from: {error}") from None


def scene(results: ResultTables, asked: Asked) -> Scene:
    """What is drawn, said and tabulated. Raises InputError where the result lacks what is asked for."""
    if asked.view == "areas":
        return area_scene.scene(results, asked.first, asked.days)
    return queue_scene.scene(results, asked.first, asked.days, asked.run)


def fragment(results: ResultTables, asked: Asked = Asked(), *, level: int = 2, playing: bool = False) -> str:
    """One `<section>` with style, script and data, for a page that may hold several; its heading is `<h{level}>`.

    It takes its colour of text from the page. `playing`: begins by itself, unless less motion is preferred.
    Raises InputError as `scene` does, or without Jinja2.
    """
    return _render("fragment.html", scene=scene(results, asked), level=level, playing=playing)


def page(results: ResultTables, asked: Asked = Asked(), *, playing: bool = True) -> str:
    """A page of its own. Raises as `fragment` does."""
    return _render("page.html", scene=scene(results, asked), level=1, playing=playing)


def iframe(results: ResultTables, asked: Asked = Asked(), *, height: int = 900) -> str:
    """The page as a frame of `height` pixels, for a notebook; it may run its own script and reach nothing else."""
    inside = page(results, asked, playing=False)
    return _render("frame.html", title=scene(results, asked).title, height=height, inside=inside)


def write(result: Path, asked: Asked, out: Path | None = None, force: bool = False) -> Path:
    """Write the page of a result folder to `out`, by default NAME-watch.html beside the folder; the path.

    Raises InputError if the folder is none, lacks what is asked for, or `out` is there and not to be replaced.
    """
    final = out or result.resolve().with_name(f"{result.resolve().name}-watch.html")
    refuse_existing_page(final, force)
    text = page(read_tables(result), asked)
    final.parent.mkdir(parents=True, exist_ok=True)
    write_whole(final, text.encode())
    return final


def _render(template: str, **values: Any) -> str:
    try:
        return render(f"watch/{template}", **values)
    except ImportError:
        raise InputError("watch: needs Jinja2; run `pip install 'detsim[report]'`") from None
