"""What can end a stay from outside: release clocks, giving up, the post-order limit, approvals."""

from __future__ import annotations

from sim.pathway import person
from sim.pathway.world import World
from sim.rules import CLOCK, DAY_S, NEVER, clock_due, is_release, is_supervised, limit_due, work_by_midnight, work_left
from sim.vocabulary import CLOCKS, DIVERTED, TRACKS, Exit, Note, Stage

HOLD_ROOM, CASE, POST_ORDER = range(3)  # vocabulary.CLOCK_STAGES
GIVING_UP = len(Exit)  # after every release in the order of ties
PROCEEDINGS = TRACKS.index("proceedings")


class Clocks:
    """What may still happen to one person, and when."""

    __slots__ = ("alarm", "closed", "gives_up_at", "limit_at", "since", "stage")

    def __init__(self, stage: int, since: int) -> None:
        self.stage = stage  # vocabulary.CLOCK_STAGES
        self.since = since  # the work left was true then
        self.closed: set[int] = set()
        self.gives_up_at = self.limit_at = self.alarm = NEVER


class Release:
    """Clocks of everybody held, and the one way out of custody."""

    def __init__(self, world: World) -> None:
        self.world = world
        tables = world.tables
        self._work = [[work_by_midnight(by_day) for by_day in by_source] for by_source in tables.clock_speed]
        self._runs = [[[self._running(s, c, g) for g in range(3)] for c in range(2)] for s in range(3)]
        self._band_work = [work_by_midnight(by_day) for by_day in tables.giving_up_speed]
        self._clocks: dict[int, Clocks] = {}
        self._on_landing: dict[int, list[tuple[int, bool]]] = {}  # reason, and whether it is cleared
        self._gives_up_on_landing: set[int] = set()

    def _running(self, source: int, custody: int, stage: int) -> list[int]:
        """Clocks that can ring for such people there."""
        runs = self.world.tables.clock_runs
        return [c for c in range(len(CLOCKS)) if runs[c][custody][stage] and self._work[c][source][-1]]

    # --- the stages of a stay, as far as clocks are concerned ---------------------------------------
    def begin(self, k: int, stage: int) -> None:
        """The clocks begin to run."""
        self._clocks[k] = Clocks(stage, self.world.now)
        self._set_alarm(k)

    def held_on_day_0(self, k: int) -> None:
        """Clocks of people already held start fresh."""
        stage0 = self.world.people.stage0[k]
        self.begin(k, CASE)
        if Stage.PREPARING <= stage0 <= Stage.APPEAL:
            self.case_begins(k, proceedings=stage0 >= Stage.DOCKET)

    def in_bed(self, k: int) -> None:
        """Person k is in a bed."""
        self._enter_stage(k, CASE)

    def case_begins(self, k: int, proceedings: bool = False) -> None:
        """People in proceedings may give up from now."""
        world = self.world
        if self._band_work and (proceedings or world.people.track[k] == PROCEEDINGS):
            held = world.now - world.state.t_arrest[k]
            clocks = self._clocks[k]
            clocks.gives_up_at = self._gives_up_at(held, world.people.giving_up_work[k])
            self._ring_by(k, clocks, clocks.gives_up_at)

    def _gives_up_at(self, held: int, left: int) -> int:
        """When a person held for so long gives up, at rates by time held and by date."""
        tables, t = self.world.tables, self.world.now
        after, days = tables.giving_up_after_s, tables.days
        for band, (used, speed) in enumerate(zip(self._band_work, tables.giving_up_speed, strict=True)):
            until = after[band + 1] if band + 1 < len(after) else NEVER
            if held >= until:
                continue
            due = clock_due(used, speed, days, t, left)
            if due - t <= until - held or t + until - held >= days * DAY_S:
                return due
            left = work_left(used, speed, days, t, t + until - held, left)
            t, held = t + until - held, until
        return NEVER

    def order_is_final(self, k: int) -> None:
        """Nobody gives up any more; the limit on detention after an order begins."""
        clocks, now = self._clocks[k], self.world.now
        clocks.gives_up_at = NEVER
        limit = self.world.tables.post_order_limit_s[self.world.today]
        if limit >= 0:
            clocks.limit_at = limit_due(limit, self.world.people.ordered_s[k], now)
        self._enter_stage(k, POST_ORDER)

    def _enter_stage(self, k: int, stage: int) -> None:
        clocks, people = self._clocks[k], self.world.people
        runs = self._runs[people.source[k]][people.custody[k]]
        same = runs[clocks.stage] == runs[stage]
        if not same:
            self._use(k, clocks)
        clocks.stage = stage
        if not same or stage == POST_ORDER:
            self._set_alarm(k)

    # --- alarms -------------------------------------------------------------------------------------
    def _use(self, k: int, clocks: Clocks) -> None:
        """Take off the work used since the last change."""
        world, now = self.world, self.world.now
        source, days = world.people.source[k], world.tables.days
        for c in self._runs[source][world.people.custody[k]][clocks.stage]:
            work, speed = self._work[c][source], world.tables.clock_speed[c][source]
            left = work_left(work, speed, days, clocks.since, now, world.people.clock_work[c][k])
            world.people.clock_work[c][k] = left
        clocks.since = now

    def _set_alarm(self, k: int) -> None:
        """Ring when the first running clock runs out; the work left must be up to date or of this stage."""
        world, clocks = self.world, self._clocks[k]
        source, days = world.people.source[k], world.tables.days
        first = min(clocks.gives_up_at, clocks.limit_at)
        for c in self._runs[source][world.people.custody[k]][clocks.stage]:
            if CLOCKS[c] not in clocks.closed:
                work, speed = self._work[c][source], world.tables.clock_speed[c][source]
                left = world.people.clock_work[c][k]
                first = min(first, clock_due(work, speed, days, clocks.since, left))
        clocks.alarm = NEVER
        self._ring_by(k, clocks, first)

    def _ring_by(self, k: int, clocks: Clocks, t: int) -> None:
        if t < clocks.alarm:
            clocks.alarm = t
            self.world.at(t, CLOCK, k, self._rings)

    def _rings(self, k: int) -> None:
        clocks = self._clocks.get(k)
        if clocks is None or clocks.alarm != self.world.now:
            return  # set for another stage, or for somebody who has left
        self._use(k, clocks)
        for reason in self._due(k, clocks):
            if k in self._clocks:
                self._fall_due(k, clocks, reason)
        if k in self._clocks:
            self._set_alarm(k)

    def _due(self, k: int, clocks: Clocks) -> list[int]:
        """Reasons that have run out, in the order in which ties are settled."""
        people, now = self.world.people, self.world.now
        running = self._runs[people.source[k]][people.custody[k]][clocks.stage]
        due: list[int] = [CLOCKS[c] for c in running if people.clock_work[c][k] <= 0 and CLOCKS[c] not in clocks.closed]
        if clocks.limit_at <= now:
            due.append(Exit.POST_ORDER_LIMIT)
        if clocks.gives_up_at <= now:
            due.append(GIVING_UP)
        return sorted(due)

    def _fall_due(self, k: int, clocks: Clocks, reason: int) -> None:
        if reason == GIVING_UP:
            clocks.gives_up_at = NEVER
            if self.world.state.stage[k] == Stage.ON_THE_ROAD:
                self._gives_up_on_landing.add(k)
            else:
                self._give_up(k)
            return
        clocks.closed.add(reason)  # a clock that has run out does not start again
        if reason == Exit.POST_ORDER_LIMIT:
            clocks.limit_at = NEVER
        if self.world.state.stage[k] == Stage.ON_THE_ROAD:
            self._on_landing.setdefault(k, []).append((reason, False))
        else:
            self._release(k, reason)

    def _release(self, k: int, reason: int) -> None:
        """Leave for this reason, or ask for clearance to."""
        if self.world.clearance.covers(reason):
            self.world.clearance.ask(k, reason)
        else:
            self.leave(k, reason)

    def _give_up(self, k: int) -> None:
        """Accept departure: the case ends with an order."""
        world = self.world
        world.stop_waiting(k)
        world.leave_case_line(k)
        world.note(k, Note.GAVE_UP)
        world.begin(person.ordered(world, k))

    # --- clearance --------------------------------------------------------------------------------
    def at_intake(self, k: int, reason: int) -> None:
        """Intake ends in a release; under clearance the person waits in the hold room."""
        self.world.enter(k, Stage.INTAKE_REVIEW)
        self._release(k, reason)

    def divert(self, k: int) -> None:
        """Person k is supervised instead of held."""
        if self.world.people.intake[k] != DIVERTED:
            self.world.note(k, Note.NO_SHOW)
        self.leave(k, Exit.DIVERTED)

    def approved(self, k: int, reason: int) -> None:
        """A request is granted; on the road it takes effect on landing."""
        if self.world.state.stage[k] == Stage.ON_THE_ROAD:
            self._on_landing.setdefault(k, []).append((reason, True))
        else:
            self.leave(k, reason)

    def refused(self, k: int, reason: int) -> None:
        """That reason is closed for this stay."""
        world = self.world
        self._clocks[k].closed.add(reason)
        world.displacement.review_over(k)
        world.ladder.resume(k)
        if world.state.stage[k] == Stage.INTAKE_REVIEW:
            world.begin(person.needs_bed(world, k))
        world.moves.join(k)

    def is_closed(self, k: int, reason: int) -> bool:
        """The reason was refused or used up in this stay."""
        return reason in self._clocks[k].closed

    def landed(self, k: int) -> bool:
        """Do what fell due on the road; False if the person leaves."""
        for reason, cleared in sorted(self._on_landing.pop(k, [])):
            if cleared:
                self.leave(k, reason)
            else:
                self._release(k, reason)
            if k not in self._clocks:
                return False
        return True

    def gives_up_on_landing(self, k: int) -> bool:
        """Whether person k gave up on the road: that takes effect now."""
        gives_up = k in self._gives_up_on_landing
        if gives_up:
            self._gives_up_on_landing.remove(k)
            self._give_up(k)
        return gives_up

    # --- the way out --------------------------------------------------------------------------------
    def leave(self, k: int, exit_reason: int) -> None:
        """Person k leaves custody: lines, bed and requests are given up."""
        world = self.world
        world.stop_waiting(k)
        world.moves.end(k)
        world.clearance.withdraw(k)
        area, stage = world.state.area[k], world.state.stage[k]
        if stage <= Stage.BED_LINE:
            world.intake.hold_room[area] -= 1
            if stage == Stage.BED_LINE:
                world.beds.leave_line(k)
                world.displacement.asker_gone(k)
        else:
            world.leave_case_line(k)
            world.beds.leave(k)
        del self._clocks[k]
        self._gives_up_on_landing.discard(k)
        world.state.leave(k, exit_reason, world.now)
        world.days.flows["exits"][area] += 1
        if exit_reason == Exit.DIVERTED and world.people.intake[k] == DIVERTED:
            self._supervise(k)  # will appear in court: nobody looks for them
        elif is_release(exit_reason):
            self._set_free(k, is_supervised(exit_reason))

    def _set_free(self, k: int, supervised: bool) -> None:
        """After a release: found again perhaps, on ATD if there is a slot, arrested again perhaps."""
        world, people = self.world, self.world.people
        world.arrests.found(k, 1)
        if supervised and self.has_slot():
            self._supervise(k)
        if supervised and people.again[k] >= 0:
            world.arrests.rearrest(people.again[k], world.now + people.again_after_s[k])

    def has_slot(self) -> bool:
        """One more person can be enrolled in alternatives to detention."""
        world = self.world
        return world.tables.atd_on and world.days.on_atd(world.now) < world.tables.atd_slots[world.today]

    def _supervise(self, k: int) -> None:
        self.world.days.enrol(self.world.now + self.world.people.atd_s[k])
        self.world.note(k, Note.ON_ATD)
