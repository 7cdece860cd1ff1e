"""The lesson that is served: the nation. Lessons one to four are a web page of their own (`sim.page`)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent / "lessons"


@dataclass(frozen=True)
class Lesson:
    """One lesson: `key` names its file and its address; `idea` is what it adds, in a sentence."""

    key: str
    number: int
    title: str
    idea: str
    minutes: int = 20

    @property
    def file(self) -> Path:
        """The notebook."""
        return FOLDER / f"{self.key}.py"


LESSONS: Final = (
    Lesson("five", 5, "The nation: goals and budgets", "A goal meets one limit after another; money moves them, late."),
)


def lessons() -> tuple[Lesson, ...]:
    """The lessons whose notebooks are there."""
    return tuple(lesson for lesson in LESSONS if lesson.file.is_file())


def lesson_of(key: str) -> Lesson:
    """The lesson of that key. Raises KeyError."""
    return {lesson.key: lesson for lesson in LESSONS}[key]
