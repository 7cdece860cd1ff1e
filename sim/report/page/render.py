"""The page as HTML: one template, everything in it escaped, scripts and styles inside."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from sim import formats
from sim.analysis import comparison_text
from sim.analysis.results import ResultTables
from sim.report.page import caveats, content, provenance, story
from sim.version import __version__

if TYPE_CHECKING:
    import jinja2

CONTENTS: Final = (
    ("inputs", "What differs in the inputs"),
    ("bought", "What the money bought"),
    ("numbers", "The numbers"),
    ("figures", "What happened"),
    ("watching", "Watching the line"),
    ("assumptions", "How the values are known"),
    ("caveats", "What it cannot tell"),
    ("sources", "Sources"),
    ("again", "How to reproduce it"),
    ("scenario", "The scenario as run"),
)
METHODS: Final = {
    "oat": "Each assumed value in turn is set to the low and the high end of its range; all others keep their value.",
    "morris": "Each assumed value is moved over its range from many starting points (Morris screening).",
    "sobol": "All assumed values vary together; a bar is the share of the variance to which a value contributes (Sobol"
    " indices).",
}


def html(page: content.Page, report_command: str) -> str:
    """The whole page. The same page gives the same text."""
    environment = _environment()
    safe = environment.filters["safe"]
    optional = (("inputs", page.comparison), ("bought", page.bought), ("watching", page.watching))
    left_out = {id_ for id_, there in optional if not there}
    return environment.get_template("page.html.j2").render(
        page=page,
        lead=story.lead(page.results),
        quotes=story.quotes(page.results, page.comparison),
        inputs=comparison_text.inputs(page.comparison) if page.comparison else [],
        sentences=comparison_text.sentences(page.comparison) if page.comparison else [],
        contents=[(id_, heading) for id_, heading in CONTENTS if id_ not in left_out],
        watching=safe(page.watching),
        intros=caveats.INTROS,
        caveats=caveats.caveats(page.scenarios),
        methods=METHODS,
        assumed=provenance.by_stage(provenance.assumed(page.sources)),
        unranked=_unranked(page),
        from_file=any("scenario.yaml" in recipe.command for recipe in page.recipes),
        report_command=report_command,
        version=__version__,
        css=safe(_own("page.css")),
        script=safe(_own("page.js")),
        bundle=safe(_in_script(_drawing_scripts())),
    )


def _environment() -> jinja2.Environment:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_own),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    safe = environment.filters["safe"]
    environment.globals.update(json=lambda tree: safe(in_script(tree)), day=formats.day)
    environment.globals.update(played=_played, dated=story.dated, grounds=_grounds)
    return environment


def _drawing_scripts() -> str:
    """Vega, Vega-Lite and vega-embed as one script."""
    import vl_convert

    bundle: str = vl_convert.javascript_bundle()  # type: ignore[call-arg]  # its snippet is optional
    return bundle


def _own(name: str) -> str:
    return (resources.files("sim.report.page") / name).read_text(encoding="utf-8")


def in_script(tree: Any) -> str:
    """JSON that can stand inside a script element: no tag, comment or entity begins in it."""
    text = json.dumps(tree, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _in_script(script: str) -> str:
    """A script that does not end its own element."""
    return script.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def _played(result: ResultTables) -> str:
    n = len(result.manifest.get("replications", ()))
    return f"{n} replications" if n > 1 else "one replication, which says nothing about chance"


def _grounds(counts: Mapping[str, int]) -> str:
    """How many values are seen, derived and assumed, in a sentence."""
    seen, derived, assumed = counts.values()
    if not seen + derived + assumed:
        return "The scenario is an exercise: its values have no sources."
    total = seen + derived + assumed
    return f"Of {total} documented values, {seen} are published, {derived} derived from such and {assumed} assumed."


def _unranked(page: content.Page) -> list[str]:
    """The commands that would rank the assumed values of results without a study."""
    ranked = {ranking.scenario for ranking, _ in page.rankings}
    left = [one for one in page.scenarios if one.result.name not in ranked and one.can_be_ranked]
    return [provenance.ranking_command(one) for one in left]
