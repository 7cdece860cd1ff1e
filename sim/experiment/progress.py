"""The progress bar of a run: simulated days, summed over replications."""

from __future__ import annotations

import sys
from types import TracebackType

from tqdm import tqdm


class Progress:
    """One bar on stderr; none if stderr is no terminal or the user wants quiet."""

    def __init__(self, days: int, done: int, quiet: bool) -> None:
        self._bar = tqdm(
            total=days,
            initial=done,
            unit="day",
            desc="simulated days",
            leave=False,
            dynamic_ncols=True,
            disable=quiet or not sys.stderr.isatty(),
        )

    def add(self, days: int) -> None:
        """So many more days are played."""
        self._bar.update(days)

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.close()
