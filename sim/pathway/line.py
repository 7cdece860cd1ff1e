"""A line of people: joins and services cost O(log n), leaving O(1)."""

from __future__ import annotations

from heapq import heappop, heappush


class Line:
    """People who wait, in order of (priority, since, row).

    A person who leaves stays in the heap as a ghost and is dropped when it surfaces.
    """

    __slots__ = ("_heap", "_inside", "seconds")

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, int]] = []
        self._inside: dict[int, int] = {}  # row -> since
        self.seconds = 0  # person-seconds of those who left, less the times of joining of those who wait

    def __len__(self) -> int:
        return len(self._inside)

    def __contains__(self, row: int) -> bool:
        return row in self._inside

    def since(self, row: int) -> int:
        """What orders a person of the line among others of their priority."""
        return self._inside[row]

    def join(self, row: int, priority: int, since: int, now: int) -> None:
        """Take a place; `since` orders people of one priority."""
        assert row not in self._inside, "nobody stands in a line twice"
        heappush(self._heap, (priority, since, row))
        self._inside[row] = since
        self.seconds -= now

    def leave(self, row: int, now: int) -> None:
        """Give up the place."""
        del self._inside[row]
        self.seconds += now

    def head(self) -> tuple[int, int, int]:
        """(priority, since, row) of the first; the line must not be empty."""
        heap, inside = self._heap, self._inside
        while inside.get(heap[0][2]) != heap[0][1]:
            heappop(heap)
        return heap[0]

    def serve(self, now: int) -> int:
        """Take the first out of the line and return their row."""
        row = self.head()[2]
        heappop(self._heap)
        self.leave(row, now)
        return row

    def seconds_until(self, end: int) -> int:
        """Person-seconds spent on the line up to the end of the window."""
        return self.seconds + end * len(self._inside)
