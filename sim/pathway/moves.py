"""Moves between places: who is to be moved, the transports they wait for, and the road."""

from __future__ import annotations

from sim.pathway.line import Line
from sim.pathway.world import World
from sim.rules import ASSIGN_MOVE, LANDING, MOST_MOVES, MOVE_DUE, granted, move_draw
from sim.scenario.world.calendars import MOVE_SHIFT, NO_SEATS, TRANSFER_SEATS
from sim.vocabulary import MOVE_TIMES, LedgerLine, Note, Stage

AFTER, LIMIT = MOVE_TIMES.index("after"), MOVE_TIMES.index("limit")
AT_SEAT_LINE = MOVE_TIMES.index("seat_line")
AT_STAGE = {Stage.DOCUMENT: MOVE_TIMES.index("document"), Stage.SEAT_LINE: AT_SEAT_LINE}


class Moves:
    """A person has at most one move ahead of them: the rule that fell due first; one due at a stage replaces it.

    People who are to be moved wait in bed, in a line per rule and place, until a transport leaves and a place
    on the list has room. Their case goes on meanwhile, and on the road: what falls due there acts on landing.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        tables = world.tables
        self.rules = range(len(tables.move_when))
        self.when, self._seats = tables.move_when, tables.move_seats
        self.line = [[Line() for _ in tables.place_names] for _ in self.rules]
        self._due = [False for _ in self.rules]
        self._arrived: dict[int, tuple[int, int]] = {}  # visit to a place (0 is the first), and when it began
        self._ahead: dict[int, tuple[int, int]] = {}  # rule, and since when
        self._on_the_way: dict[int, tuple[Stage, int | None]] = {}  # stage of the case, and since when on its line

    # --- when a move falls due --------------------------------------------------------------------
    def arrive(self, k: int) -> None:
        """Person k is in a bed of a place; moves after a time fall due from now."""
        visit = self._arrived[k][0] + 1 if k in self._arrived else 0
        self._arrived[k] = visit, self.world.now
        for rule in self.rules:
            if self.when[rule] in (AFTER, LIMIT) and self._targets(rule, k):
                self.world.at(self._due_at(k, rule), MOVE_DUE, k * MOST_MOVES + rule, self._falls_due)

    def _due_at(self, k: int, rule: int) -> int:
        visit, since = self._arrived[k]
        if self.when[rule] == LIMIT:
            return int(since + self.world.tables.stay_limit_s[self.world.state.place[k]])
        u = move_draw(self.world.people.move_bits[k], 2 * rule, visit)
        return int(since + self.world.tables.move_after_s[rule][u >> MOVE_SHIFT])

    def _falls_due(self, number: int) -> None:
        """Of no concern if it was set for another visit."""
        k, rule = divmod(number, MOST_MOVES)
        if not self.world.beds.has_bed(k) or self.world.state.stage[k] == Stage.SEAT_LINE:
            return
        if self.when[rule] == AT_SEAT_LINE:
            self._replace(k, rule)
        elif k not in self._ahead and self._due_at(k, rule) == self.world.now and self._applies(rule, k):
            self._intend(k, rule)

    def before_the_document(self, k: int, work: int) -> None:
        """Rules with a lead fall due when that much of the work for the document is left, or now if it is less."""
        for rule in self.rules:
            if lead := self.world.tables.move_lead_work[rule][self.world.today]:
                wait = self.world.routes.document_s(k, work - lead)
                if wait > 0:
                    self.world.at(self.world.now + wait, MOVE_DUE, k * MOST_MOVES + rule, self._falls_due)
                elif self._replace(k, rule):
                    return

    def at_stage(self, k: int, stage: Stage) -> None:
        """The first rule for this stage replaces a move after a time; who waits for a seat is moved by no other."""
        if k in self._ahead and self.when[self._ahead[k][0]] == AT_SEAT_LINE:
            return
        if stage == Stage.SEAT_LINE:
            self.forget(k)
        for rule in self.rules:
            if self.when[rule] == AT_STAGE[stage] and self._replace(k, rule):
                return

    def _replace(self, k: int, rule: int) -> bool:
        """A rule for a stage replaces what was ahead, if it applies to person k."""
        if not self._applies(rule, k):
            return False
        self.forget(k)
        self._intend(k, rule)
        return True

    def _targets(self, rule: int, k: int) -> tuple[int, ...]:
        return self.world.tables.move_to[rule][self.world.state.place[k]]

    def _applies(self, rule: int, k: int) -> bool:
        """The rule leads from where person k is, and their number lies within the share of the day."""
        if not self._targets(rule, k):
            return False
        u = move_draw(self.world.people.move_bits[k], 2 * rule + 1, self._arrived[k][0])
        return granted(u, self.world.tables.move_share[rule][self.world.today])

    def _intend(self, k: int, rule: int) -> None:
        self._ahead[k] = rule, self.world.now
        self.join(k)

    # --- lines --------------------------------------------------------------------------------------
    def join(self, k: int) -> None:
        """Person k, if they are to be moved, waits for a transport; under clearance, when that is over."""
        world = self.world
        if k not in self._ahead or world.clearance.is_pending(k):
            return
        rule, since = self._ahead[k]
        world.note(k, Note.MOVE_LINE, len(world.tables.place_names) + rule)
        self.line[rule][world.state.place[k]].join(k, 0, since, world.now)
        self.leave_soon(rule)

    def leave(self, k: int) -> None:
        """Person k waits for a transport no longer; they may still have a move ahead."""
        if k in self._ahead:
            line = self.line[self._ahead[k][0]][self.world.state.place[k]]
            if k in line:
                line.leave(k, self.world.now)
                self.world.note(k, Note.MOVE_WITHDRAWN)

    def forget(self, k: int) -> None:
        """Person k is not to be moved."""
        self.leave(k)
        self._ahead.pop(k, None)

    def end(self, k: int) -> None:
        """Person k leaves custody."""
        self.forget(k)
        self._arrived.pop(k, None)
        self._on_the_way.pop(k, None)

    # --- transports -----------------------------------------------------------------------------------
    def leave_soon(self, rule: int | None = None) -> None:
        """Moves without a calendar leave later at this instant, if a place has room; by default, of all rules."""
        for each in self.rules if rule is None else (rule,):
            if self._seats[each] == NO_SEATS and not self._due[each] and any(map(len, self.line[each])):
                self._due[each] = True
                self.world.at(self.world.now, ASSIGN_MOVE, each, self._leave_now)

    def _leave_now(self, rule: int) -> None:
        self._due[rule] = False
        while self._first_leaves([rule]):
            pass

    def fill_transfer(self, area: int, seats: int) -> None:
        """Seats that the hold rooms of an area left over go to the moves that use its transfers."""
        rules = [rule for rule in self.rules if self._seats[rule] == TRANSFER_SEATS]
        while rules and seats and self._first_leaves(rules, area):
            seats -= 1

    def depart(self, rule: int, seats: int) -> None:
        """A transport with a calendar of its own takes the first n in line, as far as places have room."""
        while seats and self._first_leaves([rule]):
            seats -= 1

    def _first_leaves(self, rules: list[int], area: int | None = None) -> bool:
        """The first in line for whom a place has room; False if there is nobody."""
        of = self.world.tables.place_area
        ready = [
            (line.head()[1:], rule, there)
            for rule in rules
            for place, line in enumerate(self.line[rule])
            if len(line) and area in (None, of[place]) and (there := self._where_to(rule, place)) is not None
        ]
        if ready:
            (_, k), rule, there = min(ready)
            self._depart(k, rule, there)
        return bool(ready)

    def _where_to(self, rule: int, here: int) -> int | None:
        """The first listed place with room; there is room where a bed is left and taken at once."""
        to = self.world.tables.move_to[rule][here]
        return next((there for there in to if there == here or self.world.beds.has_room(there)), None)

    def _depart(self, k: int, rule: int, there: int) -> None:
        world, state = self.world, self.world.state
        here = state.place[k]
        self.line[rule][here].leave(k, world.now)
        del self._ahead[k]
        line = world.case_line(k)
        self._on_the_way[k] = Stage(state.stage[k]), None if line is None else line.since(k)
        if line is not None:
            line.leave(k, world.now)
        world.days.moves(self.world.tables.place_area[here], world.tables.place_area[there])
        if self._seats[rule] == TRANSFER_SEATS:
            world.days.charge(LedgerLine.TRANSFERS)
        else:
            world.days.charge(LedgerLine.MOVES, world.tables.move_cents[rule])
        world.beds.change(k, there)
        world.enter(k, Stage.ON_THE_ROAD)
        world.at(world.now + world.tables.move_road_s[rule], LANDING, k, self._land)

    # --- landing ----------------------------------------------------------------------------------------
    def _land(self, k: int) -> None:
        """Releases and giving up that fell due on the road come first, then a step of the case or its line."""
        world = self.world
        if not world.release.landed(k):
            return
        stage, since = self._on_the_way.pop(k)
        world.beds.arrive(k, stage)
        line = world.case_line(k)
        if world.release.gives_up_on_landing(k):
            return
        if since is not None and line is not None:
            line.join(k, 0, since, world.now)
        elif since is not None or world.is_due(k):
            world.call(k)
