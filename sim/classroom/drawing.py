"""Charts of a lesson: drawn here, shown as a picture that takes its colours from the page.

A chart is described once, with named data; an answer only brings its rows. What Vega-Lite makes of the description is
kept, and drawing leaves Python's lock free, so a slider's time goes into playing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from html import escape
from typing import Any, Final

Spec = Mapping[str, Any]
Rows = Sequence[Mapping[str, Any]]

WIDTH: Final = 440
"""Of a chart, in units of which a phone shows 360 px: so text of 15 is 12 px there and 25 px on a wide screen."""
CONFIG: Final[Spec] = {
    "aria": False,
    "background": None,
    "font": "system-ui, sans-serif",
    "axis": {
        "labelFontSize": 15, "titleFontSize": 15, "titleFontWeight": "normal", "tickCount": 5, "domain": False,
        "ticks": False, "labelPadding": 6,
    },
    "legend": {"labelFontSize": 15, "title": None, "symbolStrokeWidth": 3, "orient": "top", "labelLimit": WIDTH},
    "text": {"fontSize": 15},
    "view": {"stroke": None},
}  # fmt: skip


def picture(spec: Spec, rows: Mapping[str, Rows], alternative: str) -> str:
    """HTML of a chart of these data by name; `alternative` says what it shows to whoever cannot see it."""
    import vl_convert

    vega: dict[str, Any] = json.loads(_compiled(json.dumps(spec)))
    for source in vega["data"]:
        if source["name"] in rows:
            source["values"] = rows[source["name"]]
    drawn: str = vl_convert.vega_to_svg(vega)
    box = re.search(r'viewBox="[^"]*"', drawn)
    inside = drawn[drawn.index(">") + 1 :].replace("\n", " ")
    quiet = re.sub(r' (?:role|aria-[a-z]+)="[^"]*"', "", inside)
    label = escape(" ".join(alternative.split()))
    return f'<svg class="picture" role="img" aria-label="{label}" {box[0] if box else ""}>{quiet}'


@lru_cache(maxsize=32)
def _compiled(spec: str) -> str:
    """A chart without its data as a Vega specification, both JSON."""
    import vl_convert

    return json.dumps(vl_convert.vegalite_to_vega({**json.loads(spec), "config": CONFIG}))
