"""The page itself: one HTML file with the engine, the lessons' worlds and what draws them."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np

from sim.compiled import layout as at
from sim.page.columns import Blob
from sim.page.controls import Slider
from sim.page.layout import BLOCK, MEASURES
from sim.page.lessons import LESSONS, Lesson
from sim.page.wasm import ENGINE
from sim.page.worlds import Maker

HERE: Final = Path(__file__).parent


def layout() -> dict[str, Any]:
    """Where the page finds the numbers that compiled code leaves behind."""
    tables = {"stocks": at.TABLES["stocks"], "area_days": at.AREA_DAY, "log": at.LOG}
    return {
        "scalars": {name: i for i, name in enumerate(at.SCALARS)},
        "person": at.PERSON.itemsize,
        "stay": at.STAY.itemsize,
        "block": {"size": BLOCK.itemsize, "fields": list(BLOCK.names or ())},
        "columns": {name: {field: at_[1] for field, at_ in (dtype.fields or {}).items()} for name, dtype in tables.items()},
        "measures": {name: {"size": dtype.itemsize, "fields": _fields(dtype)} for name, dtype in MEASURES.items()},
    }


def _fields(dtype: np.dtype[Any]) -> dict[str, list[Any]]:
    """Offset, type and count of each field."""
    found = {}
    for name, (kind, offset, *_) in (dtype.fields or {}).items():
        found[name] = [offset, kind.base.str[1:], int(np.prod(kind.shape, dtype=int))]
    return found


def world_of(lesson: Lesson) -> dict[str, Any]:
    """A lesson's world, with its arrays as text."""
    blob = Blob()
    made = Maker(lesson, blob).made()
    return made | {"bin_s": lesson.bin_s, "wait_bin_s": lesson.wait_bin_s, "data": blob.text()}


def words_of(lesson: Lesson) -> dict[str, Any]:
    """What a lesson says and what can be set in it."""
    said = {name: value for name, value in asdict(lesson).items() if name not in ("unused", "wide", "controls")}
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
    """The page as text."""
    lessons = [words_of(lesson) | {"world_data": world_of(lesson)} for lesson in LESSONS]
    content = {"layout": layout(), "lessons": lessons}
    parts = {
        "STYLE": (HERE / "page.css").read_text(encoding="utf-8"),
        "ENGINE": (HERE / "engine.js").read_text(encoding="utf-8"),
        "WORKER": (HERE / "worker.js").read_text(encoding="utf-8"),
        "PAGE": (HERE / "page.js").read_text(encoding="utf-8"),
        "CONTENT": json.dumps(content, separators=(",", ":"), ensure_ascii=False).replace("</", "<\\/"),
        "WASM": base64.b64encode(ENGINE.read_bytes()).decode("ascii"),
    }
    text = (HERE / "page.html").read_text(encoding="utf-8")
    for name, part in parts.items():
        text = text.replace(f"/*{name}*/", part, 1)
    return text
