"""Hooks of the documentation site: pages made from the program itself, and links that leave `docs/`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from mkdocs.structure.files import File, Files

import sim
from sim.report import theme
from sim.scenario.loading import load, shipped
from sim.scenario.provenance.explain import rows

_OUTSIDE: Final = re.compile(r"\[([^\]]+)\]\(\.\./([^)#]+)[^)]*\)")
_GALLERY: Final = (
    ("one-facility", {"days": 90}, "One facility and its hold room"),
    ("one-goal-three-budgets", {"days": 60, "arrests.goal": "90 / d"}, "A goal and its budget"),
    ("may-2025-1000", {"days": 45}, "The nation"),
)


def on_files(files: Files, config: Any) -> Files:
    """Add the pages of included scenarios and of charts, and every chart as a picture."""
    made = {"shipped.md": _scenarios(), **dict(_gallery())}
    for name, content in made.items():
        files.append(File.generated(config, name, content=content))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Name files of the repository in words where a page links to them."""
    return _OUTSIDE.sub(r"\1 (`\2` in the repository)", markdown)


def _scenarios() -> str:
    parts = [
        "# Included scenarios",
        "Each scenario states only what differs from the one it extends. `detsim explain NAME` shows every value. The "
        "tables list the values that a scenario itself states with a source.",
    ]
    for name in shipped():
        resolved = load(name)
        scenario = resolved.scenario
        window = f"{scenario.days:,} days from {scenario.start}"
        parts += [f"## {name}", f"**{scenario.title or name}.** {scenario.question or ''}", f"{window}."]
        own = [row for row in rows(resolved) if row.source and f"{name.rpartition('/')[2]}.yaml" in row.place]
        if own:
            cells = "\n".join(
                f"| `{row.path}` | {_cell(row.value)} | {row.status} | {_cell(row.source)} |" for row in own
            )
            parts.append(f"| value | setting | status | source |\n|---|---|---|---|\n{cells}")
    return "\n\n".join(parts)


def _cell(text: str, most: int = 160) -> str:
    plain = text if len(text) <= most else f"{text[: most - 1]}…"
    return plain.replace("|", "\\|").replace("<", "&lt;").replace("{", "&#123;")


def _gallery() -> Iterator[tuple[str, str]]:
    from sim.report.figures import draw_all

    parts = ["# Gallery", "The charts of reports and of `run.chart(KEY)`, drawn when this site was built."]
    for name, sets, title in _GALLERY:
        run = sim.run(name, set=sets, reps=3)
        parts += [f"## {title}", f'`sim.run("{name}", set={sets}, reps=3)`']
        for figure in draw_all([run.tables]):
            picture = f"charts/{name}-{figure.key}.svg"
            yield picture, theme.svg(figure.spec() | {"background": "white"})
            parts.append(
                f"### {figure.title}\n\n`chart({figure.key!r})`. {figure.says}\n\n![{figure.title}]({picture})"
            )
    yield "gallery.md", "\n\n".join(parts)
