"""The page itself: one HTML file with the engine, the lessons' worlds and what draws them."""

from __future__ import annotations

import base64
import inspect
import json
from collections.abc import Callable
from dataclasses import asdict
from itertools import product
from pathlib import Path
from typing import Any, Final

from sim import rules
from sim.compiled import layout as at
from sim.errors import InputError
from sim.measures import binding
from sim.page.arithmetic import STAY_DAYS, beds_for, day_spread, lost, stock_spread
from sim.page.columns import Blob
from sim.page.controls import Slider
from sim.page.followed import written
from sim.page.layout import BLOCK, DRAW_SCALARS
from sim.page.lessons import BY_KEY, LESSONS, Lesson
from sim.page.wasm import ENGINE, built_from, digest
from sim.page.worlds import Maker
from sim.pathway import person
from sim.report.office_grid import OFFICES
from sim.scenario.loading import load
from sim.vocabulary import EXITED, INTERIOR, NOTED, REQUESTED, Cause, Exit, Note, Stage

HERE: Final = Path(__file__).parent
WORKER: Final = ("engine", "fold", "worker")
PAGE: Final = ("basics", "measures", "chart", "scene", "tiles", "page")
"""Parts of the scripts, in order."""


def layout() -> dict[str, Any]:
    """Where the page finds the numbers that compiled code leaves behind, and codes of the log."""
    names = ("stocks", "area_days", "site_stocks", "site_days", "days", "log")
    tables = {**{name: at.TABLES[name] for name in names}, "blocks": BLOCK}
    stages = (Stage.DESK_LINE, Stage.BED_LINE, Stage.DOCKET, Stage.DOCUMENT, Stage.SEAT_LINE)
    return {
        "scalars": list(at.SCALARS),
        "draw_scalars": list(DRAW_SCALARS),
        "engine_tables": len(at.TABLES),
        "columns": {
            name: {field: at_[1] for field, at_ in (dtype.fields or {}).items()} for name, dtype in tables.items()
        },
        "codes": {
            **{stage.name.lower(): stage for stage in stages},
            "noted": NOTED,
            "exited": EXITED,
            "requested": REQUESTED,
            "removed": Exit.REMOVED,
            "releases": [rules.is_release(reason) for reason in Exit],
            "interior": len(INTERIOR),
            "goal_days": binding.WINDOW_DAYS,
            "goal_percent": binding.TOLERANCE_PERCENT,
        },
    }


def words() -> dict[str, Any]:
    """The words of the model that the page shows, by code."""
    return {
        "stages": [stage.row.label for stage in Stage],
        "exits": [exit_.word for exit_ in Exit],
        "exit_words": [exit_.row.words for exit_ in Exit],
        "notes": [note.word for note in Note],
        "causes": [cause.row.words for cause in Cause if cause.row.counted],
    }


def process() -> list[list[Any]]:
    """Functions of a person's way, as the engine of processes runs them: name, source, and the stages they play."""
    played: dict[Callable[..., Any], tuple[Stage, ...]] = {
        person.arrested: (Stage.DESK_LINE, Stage.PROCESSING, Stage.INTAKE_REVIEW),
        person.needs_bed: (Stage.BED_LINE, Stage.ON_THE_ROAD),
        person.in_bed: (),
        person.whole_stay: (Stage.STAY,),
        person.preparing: (Stage.PREPARING,),
        person.proceedings: (Stage.DOCKET, Stage.ADJOURNED),
        person.appeal: (Stage.APPEAL,),
        person.ordered: (),
        person.document: (Stage.DOCUMENT,),
        person.stay_of_removal: (Stage.STAY_OF_REMOVAL,),
        person.seat: (Stage.SEAT_LINE,),
    }
    return [[f.__name__, inspect.getsource(f).rstrip(), [*map(int, stages)]] for f, stages in played.items()]


def theory() -> dict[str, Any]:
    """Numbers of queueing theory by position, as `lessons` has them.

    `one`: standard deviations of a day's arrests and of the number held, and beds that are enough on 19 nights in 20.
    """
    variation, full = BY_KEY["one"], BY_KEY["three"]
    arrests, effects = (control.values for control in variation.controls)
    week = list((load(variation.world).scenario.arrests.weekday or {"": 1.0}).values())
    one = []
    for rate, effect in product(map(float, arrests), map(float, effects)):
        spread = stock_spread(rate, STAY_DAYS, effect)
        one.append([day_spread(rate, effect, week), spread, beds_for(rate * STAY_DAYS, spread)])
    beds, north = full.control("beds").values, full.control("arrests").values
    three = {f"{b} {a}": round(100 * lost(float(a), int(float(b))), 3) for b in beds for a in north}
    return {"one": one, "three": three}


def world_of(lesson: Lesson) -> dict[str, Any]:
    """A lesson's world, with its arrays as text."""
    blob = Blob()
    made = Maker(lesson, blob).made()
    return made | {"bin_s": lesson.bin_s, "wait_bin_s": lesson.wait_bin_s, "data": blob.text()}


def words_of(lesson: Lesson) -> dict[str, Any]:
    """What a lesson says and what can be set in it."""
    said = {name: value for name, value in asdict(lesson).items() if name not in ("controls", "groups", "rows")}
    return said | {"controls": [_control(control) for control in lesson.controls]}


def _control(control: Any) -> dict[str, Any]:
    values = control.values
    return {
        "key": control.key,
        "label": control.label,
        "unit": control.unit if isinstance(control, Slider) else "",
        "believe": control.believe,
        "values": values,
        "at": values.index(control.value),
        "sets": [control.sets(value) for value in values],
    }


def page() -> str:
    """The page as text. Raises InputError if its engine was built from other sources than those that are here."""
    if built_from() != digest():
        raise InputError("sim/page/engine.wasm: built from other sources; run `python tools/build_wasm.py`")
    lessons = [words_of(lesson) | {"world_data": world_of(lesson)} for lesson in LESSONS]
    content = {
        "layout": layout(),
        "words": words(),
        "process": process(),
        "theory": theory(),
        "followed": written(),
        "tiles": {area: list(place) for area, place in OFFICES.items()},
        "lessons": lessons,
    }
    parts = {
        "STYLE": (HERE / "page.css").read_text(encoding="utf-8"),
        "WORKER": "\n".join((HERE / f"{name}.js").read_text(encoding="utf-8") for name in WORKER),
        "PAGE": "\n".join((HERE / f"{name}.js").read_text(encoding="utf-8") for name in PAGE),
        "CONTENT": json.dumps(content, separators=(",", ":"), ensure_ascii=False).replace("</", "<\\/"),
        "WASM": base64.b64encode(ENGINE.read_bytes()).decode("ascii"),
    }
    text = (HERE / "page.html").read_text(encoding="utf-8")
    for name, part in parts.items():
        text = text.replace(f"/*{name}*/", part, 1)
    return text
