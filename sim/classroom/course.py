"""The five lessons, in order: each adds one idea."""

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


LESSONS: Final = tuple(
    Lesson(key, number, title, idea)
    for number, (key, title, idea) in enumerate(
        (
            ("one", "Arrivals and variation", "Twenty a day on average is not twenty each day."),
            ("two", "One facility and its line", "As many beds as are needed on average are too few."),
            (
                "three",
                "What happens when it is full",
                "A shortage of beds is passed on, one rung of a ladder at a time.",
            ),
            ("four", "Case, seats and the long stay", "How long people stay decides how many are held."),
            ("five", "The nation: goals and budgets", "A goal meets one limit after another; money moves them, late."),
        ),
        start=1,
    )
)


def lessons() -> tuple[Lesson, ...]:
    """The lessons whose notebooks are there."""
    return tuple(lesson for lesson in LESSONS if lesson.file.is_file())


def lesson_of(key: str) -> Lesson:
    """The lesson of that key. Raises KeyError."""
    return {lesson.key: lesson for lesson in LESSONS}[key]


def after(lesson: Lesson) -> Lesson | None:
    """The lesson that follows and is there."""
    return next((other for other in lessons() if other.number > lesson.number), None)
