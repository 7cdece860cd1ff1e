"""The look of every chart: colours, dashes, text sizes, the axis of dates, and a chart as a picture.

Colours are those of Okabe and Ito (2008), told apart by people with any colour vision; the ones chosen keep a contrast
of 3 to 1 on white and on near-black (WCAG 2.2, 1.4.11). A chart sets no colour of text, no background and no width: the
page does, by CSS and by the space it gives.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import altair as alt

BLUE, RED, GREEN, PINK, GREY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#767676"
COLOURS: Final = (BLUE, RED, GREEN, PINK, GREY)
"""Of scenarios beside each other, in order; GREY is also that of goals, limits and capacities."""
DASHES: Final = ((1, 0), (7, 3), (2, 2), (10, 3, 2, 3), (4, 2))
"""Of scenarios beside each other, in order, so that no line is told by its colour alone."""
TEXT: Final = 14
"""Pixels of the text of a chart."""
SMALL: Final = 13
BAND: Final = 0.22
"""Opacity of the band of replications."""
PICTURE_WIDTH: Final = 760
PIXELS: Final[dict[str, Any]] = {"scale": None, "axis": None}
"""Of a channel of y: its field is pixels from the top of the chart."""

CONFIG: Final[dict[str, Any]] = {
    "aria": False,
    "background": "transparent",
    "font": "system-ui, sans-serif",
    "axis": {
        "labelFontSize": TEXT,
        "titleFontSize": TEXT,
        "titleFontWeight": "normal",
        "labelOverlap": True,
        "gridColor": GREY,
        "gridOpacity": 0.25,
        "domainColor": GREY,
        "tickColor": GREY,
    },
    "legend": {"labelFontSize": TEXT, "titleFontSize": TEXT, "symbolStrokeWidth": 3, "symbolSize": 300},
    "title": {"anchor": "start", "frame": "group", "fontSize": TEXT, "fontWeight": "normal", "offset": 10},
    "text": {"fontSize": TEXT},
    "view": {"stroke": None},
}
"""Vega-Lite's `config` of every chart. The page describes a chart as a whole (`aria`), so its marks are not."""


def colour(i: int) -> str:
    """Colour of the i-th scenario, from 0."""
    return COLOURS[i % len(COLOURS)]


def dash(i: int) -> list[int]:
    """Dash of the i-th scenario; differs where colours come again."""
    return list(DASHES[(i + i // len(COLOURS)) % len(DASHES)])


def dates_axis(days: int) -> alt.X:
    """The axis of a column `date` over a window of so many days."""
    axis = alt.Axis(format="%b %Y" if days > 100 else "%-d %b", tickCount=8, labelSeparation=8, title=None)
    return alt.X("date:T", axis=axis, scale=alt.Scale(type="utc"))


def chart_of(rows: Sequence[Mapping[str, Any]]) -> alt.Chart:
    """A chart of these rows, nothing drawn yet: numbers kept to six figures, more than a chart shows."""
    values = [
        {key: float(f"{value:.6g}") if isinstance(value, float) else value for key, value in row.items()}
        for row in rows
    ]
    return alt.Chart(alt.InlineData(values=values))


def finished(layers: Sequence[alt.Chart | alt.LayerChart], height: int, unit: str = "") -> alt.LayerChart:
    """The layers as one chart, as wide as the page lets it, labels beside the axes included.

    `unit` is said above the axis of y, where it can be read without turning the head.
    """
    return alt.LayerChart(
        layer=list(layers),
        width="container",
        height=height,
        padding={"left": 2, "top": 6, "bottom": 2, "right": 6},
        autosize={"type": "fit-x", "contains": "padding"},
        title=alt.TitleParams(text=unit) if unit else alt.Undefined,
        config=CONFIG,
    )


def picture_spec(spec: Mapping[str, Any], width: int = PICTURE_WIDTH) -> dict[str, Any]:
    """A specification with a width (where it takes the page's) and a ground of its own, for a file that stands alone.

    `width` is that of the whole picture, in pixels.
    """
    own = {"width": width} if spec.get("width") == "container" else {}
    return {**spec, **own, "background": "white"}


_ROOM: Final = {"left": 12, "top": 6, "bottom": 2, "right": 32}


def svg(spec: Mapping[str, Any], width: int = PICTURE_WIDTH) -> str:
    """The chart as an SVG file, with room for fonts that are wider than the one it was drawn with."""
    import vl_convert

    drawn: str = vl_convert.vegalite_to_svg(picture_spec(spec, width) | {"padding": _ROOM})
    return drawn


def png(spec: Mapping[str, Any], width: int = PICTURE_WIDTH) -> bytes:
    """The chart as a PNG file, at twice the pixels."""
    import vl_convert

    drawn: bytes = vl_convert.vegalite_to_png(picture_spec(spec, width), scale=2)
    return drawn
