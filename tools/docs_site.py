"""Hooks of the documentation site: pages made from the program itself, and links that leave `docs/`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from mkdocs.structure.files import File, Files

import sim
from sim.page.make import page
from sim.report import theme
from sim.scenario.loading import load, shipped
from sim.scenario.provenance.explain import rows

_OUTSIDE: Final = re.compile(r"\[([^\]]+)\]\(\.\./([^)#]+)[^)]*\)")
_PAGE: Final = re.compile(r"\[([\w-]+\.md)\]\((?=\1)")
_DOCS: Final = Path(__file__).parent.parent / "docs"
_GALLERY: Final = (
    ("one-facility", {"days": 90}, "One facility and its hold room"),
    ("one-goal-three-budgets", {"days": 60, "arrests.goal": "90 / d"}, "A goal and its budget"),
    ("may-2025-1000", {"days": 45}, "The nation"),
)


_LESSONS: Final = """# Lessons

Lessons with moving people: set a lever, predict, watch. The engine runs in your browser; nothing is sent anywhere.
[Open the lessons in a page of their own](lessons-page.html), or write that file with `detsim page`. The
[teacher's guide](teaching.md) has aims, timing and answers.

<iframe src="lessons-page.html" title="Lessons" style="width: 100%; height: 50rem; border: 1px solid #888;"></iframe>
"""


def on_files(files: Files, config: Any) -> Files:
    """Add the pages of included scenarios and of charts, every chart as a picture, and the lessons."""
    made = {"shipped.md": _scenarios(), "lessons.md": _LESSONS, "lessons-page.html": page(), **dict(_gallery())}
    for name, content in made.items():
        files.append(File.generated(config, name, content=content))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Name files of the repository in words where a page links to them, and other pages by their titles."""
    outside = _OUTSIDE.sub(r"\1 (`\2` in the repository)", markdown)
    return _PAGE.sub(lambda link: f"[{_title(link[1])}](", outside)


def _title(name: str) -> str:
    return (_DOCS / name).read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")


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


def _gallery() -> Iterator[tuple[str, str | bytes]]:
    from sim.report.figures import draw_all

    parts = ["# Gallery", "The charts of reports and of `run.chart(KEY)`, drawn when this site was built."]
    for name, sets, title in _GALLERY:
        run = sim.run(name, set=sets, reps=3)
        parts += [f"## {title}", f'`sim.run("{name}", set={sets}, reps=3)`']
        for figure in draw_all([run.tables]):
            picture = f"charts/{name}-{figure.key}.png"
            yield picture, theme.png(figure.spec() | {"background": "white"})
            parts.append(
                f"### {figure.title}\n\n`chart({figure.key!r})`. {figure.says}\n\n"
                f"![{figure.title}]({picture}){{ style='width: 44rem' }}"
            )
    yield "gallery.md", "\n\n".join(parts)
