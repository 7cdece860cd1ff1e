"""The first page of the classroom: the list of lessons."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

from sim.classroom.course import LESSONS, Lesson

_PAGE: Final = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Five lessons on immigration-detention capacity</title>
<link rel="icon" href="data:,">
<style>
:root { color-scheme: light dark; --ink: light-dark(#1a1a1a, #f0f0f0); --soft: light-dark(#595959, #b8b8b8);
  --ground: light-dark(#fff, #111); --line: light-dark(#d0d0d0, #4a4a4a); --link: light-dark(#00558c, #7cc4f5); }
body { font: 1.125rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--ground); max-width: 44rem;
  margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1 { line-height: 1.15; }
ol { padding: 0; list-style: none; }
li { border-top: 1px solid var(--line); padding: 0.8rem 0; }
li a { font-size: 1.35rem; }
a { color: var(--link); }
li p { margin: 0.2rem 0 0; }
.soft { color: var(--soft); }
</style>
</head>
<body>
<main>
<h1>Five lessons on immigration-detention capacity</h1>
<p>People are arrested, wait in a hold room, are given a bed, have a case, and are removed or released. Each lesson adds
one idea. Write down what you expect, then run it, then ask beside each slider: what would I have to believe?</p>
<ol>
{lessons}
</ol>
<p class="soft">Everything runs on this machine; nothing you do here leaves it. The people are made up, and nothing can
be about a real person. The lessons take no side: the same numbers serve whoever wants more removals, whoever wants
fewer people held, and whoever counts dollars.</p>
</main>
</body>
</html>
"""


def page(there: Sequence[Lesson]) -> str:
    """HTML of the list; a lesson that is not there is named without a link."""
    return _PAGE.replace("{lessons}", "\n".join(_entry(lesson, lesson in there) for lesson in LESSONS))


def _entry(lesson: Lesson, there: bool) -> str:
    name = f"{lesson.number}. {escape(lesson.title)}"
    linked = f'<a href="{lesson.key}/">{name}</a>' if there else name
    return f'<li>{linked} <span class="soft">about {lesson.minutes} minutes</span><p>{escape(lesson.idea)}</p></li>'
