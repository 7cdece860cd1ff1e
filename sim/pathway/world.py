"""The world in play: the clock, the tables, the people, who waits for what, and the parts."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import Any

import numpy as np
import simpy

from sim import rules
from sim.log import Records
from sim.pathway.clock import Call, Clock, Timer
from sim.pathway.line import Line
from sim.pathway.state import State, plain, plain_tables
from sim.people.table import People
from sim.scenario.world.tables import Calendar, Tables
from sim.vocabulary import NOTED, SECONDS_PER_DAY, Note, Stage

Wait = Generator[simpy.Event, Any, None]
"""What a process of the pathway is to SimPy."""


class World:
    """Everything a process can see. Each part knows its own line; the world knows who waits for what."""

    def __init__(self, tables: Tables, people: People, tick: Callable[[int], None] | None = None) -> None:
        # each part imports the world
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

        self.tables = plain_tables(tables)
        self.people = plain(people)
        self.env = Clock()
        self.end = tables.days * SECONDS_PER_DAY
        self.state = State(self.people, self.end)
        self.today = 0
        self._awaited: dict[int, simpy.Event] = {}
        self._late: set[int] = set()
        self.arrests = Arrests(self)
        self.intake = Intake(self)
        self.beds = Beds(self)
        self.ladder = Ladder(self)
        self.displacement = Displacement(self)
        self.transfers = Transfers(self)
        self.moves = Moves(self)
        self.courts = Courts(self)
        self.routes = Routes(self)
        self.clearance = Clearance(self)
        self.release = Release(self)
        self.days = Days(self, tick)

    def start(self) -> None:
        """Put the people of day 0 in their beds and begin what happens on dates."""
        tables = self.tables
        self.arrests.start()
        self._on_dates(tables.docket_calendar, rules.HEARING_LIST, self.courts.hear)
        self._on_dates([tables.screening_calendar], rules.SCREENING_LIST, self.courts.interview)
        self._on_dates(tables.route_calendar, rules.ROUTE_DEPARTURE, self.routes.depart)
        self._on_dates(tables.transfer_calendar, rules.TRANSFER_DEPARTURE, self.transfers.depart)
        self._on_dates(tables.move_calendar, rules.MOVE_DEPARTURE, self.moves.depart)
        self.days.start()

    def records(self) -> Records:
        """Everything that was written down."""
        lines = {
            "desk": self.intake.line,
            "bed": self.beds.line,
            "transfer": self.transfers.line,
            "move": [line for lines in self.moves.line for line in lines],
            "docket": self.courts.docket,
            "screening": [self.courts.screening],
            "seat": self.routes.line,
            "clearance": [self.clearance.line],
        }
        return Records(
            log=self.state.log(),
            ledger_cents=np.array(self.days.ledger, np.int64),
            not_arrested=np.array(self.arrests.not_arrested, np.int64),
            shortfall_milli=np.array(self.arrests.shortfall, np.int64),
            exhausted_day=self.days.exhausted_day,
            counts=self.days.counts(
                {kind: sum(line.seconds_until(self.end) for line in lines[kind]) for kind in lines}
            ),
        )

    # --- what happens when ------------------------------------------------------------------------
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

    def _on_dates(self, calendars: Sequence[Calendar], kind: int, act: Callable[[int, int], object]) -> None:
        """Have `act(number, places)` called on each date of each service."""

        def service(number: int, calendar: Calendar) -> Wait:
            for t, places in zip(calendar.times.tolist(), calendar.places.tolist(), strict=True):
                yield self.moment(t, kind, number)
                act(number, places)

        for number, calendar in enumerate(calendars):
            self.begin(service(number, calendar))

    def moment(self, t: int, kind: int, number: int) -> simpy.Event:
        """An event at t for a process that is not a person's."""
        return Timer(self.env, t, kind, number)

    # --- what a person waits for ------------------------------------------------------------------
    def lasts(self, k: int, seconds: int, kind: int = rules.CASE_STEP) -> simpy.Event:
        """An event for person k when `seconds` have passed."""
        t = self.env._now + seconds
        event = Timer(self.env, t, kind, k) if t < self.end else simpy.Event(self.env)
        self._awaited[k] = event
        return event

    def turn(self, k: int) -> simpy.Event:
        """An event for person k that somebody else will bring about."""
        event = self._awaited[k] = simpy.Event(self.env)
        return event

    def line_up(self, k: int, stage: Stage) -> simpy.Event:
        """Person k comes to a stage in which the case waits in line; those on it at day 0 keep their order of then."""
        self.enter(k, stage)
        line, was_on_it = self.case_line(k), self.people.stage0[k] == stage and self.now == 0
        assert line is not None, "only who has a line waits in one"
        line.join(k, 0, self.people.t[k] if was_on_it else self.now, self.now)
        return self.turn(k)

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

    # --- what is written down ---------------------------------------------------------------------
    def enter(self, k: int, stage: Stage) -> None:
        """Person k comes to a stage."""
        self.state.enter(k, stage, self.env._now)

    def note(self, k: int, note: Note, place: int | None = None) -> None:
        """Something about person k stands in the log and leaves their stage as it is."""
        self.state.write(self.env._now, k, NOTED + note, place)
