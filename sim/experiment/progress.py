"""The progress bar of a run: simulated days, summed over replications, with rate and time left."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from tqdm import tqdm


class Progress:
    """One bar on stderr, shown from the first `expect` on unless it is to be hidden."""

    def __init__(self, hidden: bool) -> None:
        self._shown = not hidden
        self._bar: tqdm[Any] | None = None

    def expect(self, days: int, kept: int) -> None:
        """There are so many more days; `kept` of them need no playing and count in no rate."""
        if self._shown:
            if self._bar is None:
                self._bar = tqdm(unit="day", desc="simulated days", leave=False, dynamic_ncols=True)
            self._bar.total = (self._bar.total or 0) + days
            self._bar.n += kept
            self._bar.initial += kept
            self._bar.refresh()

    def add(self, days: int) -> None:
        """So many more days are played."""
        if self._bar is not None:
            self._bar.update(days)

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()
