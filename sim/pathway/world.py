"""The world in play: the clock, the tables, the people, who waits for what, and the parts."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

import simpy

from sim.pathway.clock import Call, Clock, Timer
from sim.pathway.line import Line
from sim.pathway.state import State, plain
from sim.people.table import People
from sim.rules import CASE_STEP
from sim.scenario.world.tables import Calendar, Tables
from sim.vocabulary import SECONDS_PER_DAY, Note, Stage

if TYPE_CHECKING:  # each part imports the world
    from sim.pathway.arrests import Arrests
    from sim.pathway.beds import Beds
    from sim.pathway.case import Courts
    from sim.pathway.clearance import Clearance
    from sim.pathway.days import Days
    from sim.pathway.displacement import Displacement
    from sim.pathway.intake import Intake
    from sim.pathway.ladder import Ladder
    from sim.pathway.moves import Moves
    from sim.pathway.release import Release
    from sim.pathway.removal import Routes
    from sim.pathway.transfers import Transfers

Wait = Generator[simpy.Event, Any, None]
"""What a process of the pathway is to SimPy."""


class World:
    """Everything a process can see. Each part knows its own line; the world knows who waits for what."""

    arrests: Arrests
    intake: Intake
    beds: Beds
    ladder: Ladder
    displacement: Displacement
    transfers: Transfers
    moves: Moves
    courts: Courts
    routes: Routes
    clearance: Clearance
    release: Release
    days: Days

    def __init__(self, tables: Tables, people: People) -> None:
        self.tables = tables
        self.people = plain(people)
        self.env = Clock()
        self.end = tables.days * SECONDS_PER_DAY
        self.state = State(self.people, self.end, len(tables.place_names))
        self.today = 0
        self._awaited: dict[int, simpy.Event] = {}
        self._late: set[int] = set()

    @property
    def now(self) -> int:
        """Seconds since the start."""
        return self.env._now

    def begin(self, process: Wait) -> None:
        """Start a process at this instant."""
        self.env.process(process)

    def at(self, t: int, kind: int, number: int, act: Callable[[int], None]) -> None:
        """Have `act(number)` called at t, if t lies in the window."""
        if t < self.end:
            Call(self.env, t, kind, number, act)

    def on_dates(self, calendar: Calendar, kind: int, number: int, act: Callable[[int], object]) -> Wait:
        """Have `act(places)` called on each date of a service."""
        for t, places in zip(calendar.times.tolist(), calendar.places.tolist(), strict=True):
            yield self.moment(t, kind, number)
            act(places)

    def moment(self, t: int, kind: int, number: int) -> simpy.Event:
        """An event at t for a process that is not a person's."""
        return Timer(self.env, t, kind, number)

    def lasts(self, k: int, seconds: int, kind: int = CASE_STEP) -> simpy.Event:
        """An event for person k when `seconds` have passed."""
        t = self.env._now + seconds
        event = Timer(self.env, t, kind, k) if t < self.end else simpy.Event(self.env)
        self._awaited[k] = event
        return event

    def turn(self, k: int) -> simpy.Event:
        """An event for person k that somebody else will bring about."""
        event = self._awaited[k] = simpy.Event(self.env)
        return event

    def landing(self, k: int) -> simpy.Event:
        """An event for person k, whose case goes on when they land."""
        self._late.add(k)
        return self.turn(k)

    def is_due(self, k: int) -> bool:
        """Whether a step of the case waited for person k to land; it waits no longer."""
        due = k in self._late
        self._late.discard(k)
        return due

    def case_line(self, k: int) -> Line | None:
        """The line in which the case of person k waits: a docket, fear interviews, seats."""
        stage = self.state.stage[k]
        if stage == Stage.SEAT_LINE:
            return self.routes.line[self.state.route[k]]
        if stage == Stage.SCREENING_LINE:
            return self.courts.screening
        return self.courts.line_of(k) if stage == Stage.DOCKET else None

    def leave_case_line(self, k: int) -> None:
        """Person k leaves the line of their case, if they are on one."""
        line = self.case_line(k)
        if line is not None and k in line:
            line.leave(k, self.now)

    def call(self, k: int) -> None:
        """It is person k's turn."""
        self._awaited[k].succeed()

    def call_first(self, line: Line, places: int) -> int:
        """It is the turn of the first n of a line; returns n, which is smaller where fewer wait."""
        n = min(places, len(line))
        for _ in range(n):
            self.call(line.serve(self.now))
        return n

    def stop_waiting(self, k: int) -> None:
        """Whatever person k waits for no longer concerns them; their process ends here."""
        self._late.discard(k)
        event = self._awaited.pop(k, None)
        if event is not None and event.callbacks:
            event.callbacks.clear()

    def enter(self, k: int, stage: Stage) -> None:
        """Person k comes to a stage."""
        self.state.enter(k, stage, self.env._now)

    def note(self, k: int, note: Note) -> None:
        """Something about person k stands in the log and leaves their stage as it is."""
        self.state.note(k, note, self.env._now)
