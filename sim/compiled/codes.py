"""The words of the model as whole numbers that compiled code can hold, and the rules made known to it."""

from __future__ import annotations

from inspect import isfunction

from numba.extending import register_jitable

from sim import log, rules
from sim import vocabulary as words
from sim.scenario.world import calendars
from sim.vocabulary import Account, Exit, LedgerLine, Note, Rung, Stage

for _rule in vars(rules).values():
    if isfunction(_rule):
        register_jitable(_rule)
DESK_LINE, PROCESSING, INTAKE_REVIEW = int(Stage.DESK_LINE), int(Stage.PROCESSING), int(Stage.INTAKE_REVIEW)
BED_LINE, ON_THE_ROAD = int(Stage.BED_LINE), int(Stage.ON_THE_ROAD)
STAY, PREPARING, SCREENING_LINE = int(Stage.STAY), int(Stage.PREPARING), int(Stage.SCREENING_LINE)
DOCKET, ADJOURNED, APPEAL = int(Stage.DOCKET), int(Stage.ADJOURNED), int(Stage.APPEAL)
DOCUMENT, STAY_OF_REMOVAL = int(Stage.DOCUMENT), int(Stage.STAY_OF_REMOVAL)
SEAT_LINE, GONE = int(Stage.SEAT_LINE), int(Stage.GONE)

EXIT_REMOVED, EXIT_RETURNED = int(Exit.REMOVED), int(Exit.RETURNED)
EXIT_DIVERTED = int(Exit.DIVERTED)
NO_BED, DISPLACED, POST_ORDER_LIMIT = int(Exit.NO_BED), int(Exit.DISPLACED), int(Exit.POST_ORDER_LIMIT)
GIVING_UP = len(Exit)
"""Falls due after every exit."""
REASON_OF = tuple(int(reason) for reason in words.CLOCKS)
DRAW_OF = tuple(words.CLEARABLE.index(reason.word) if reason.word in words.CLEARABLE else -1 for reason in Exit)
DETAIN, RETURNED = words.INTAKE_OUTCOMES.index("detain"), words.INTAKE_OUTCOMES.index("returned")
DIVERTED = words.DIVERTED
EXIT_OF_INTAKE = tuple(int(Exit[word.upper()]) if word != "detain" else -1 for word in words.INTAKE_OUTCOMES)
EXIT_OF_HEARING = tuple(int(Exit[word.upper()]) if word != "ordered" else -1 for word in words.HEARING_OUTCOMES)
ORDERED_REMOVED = words.HEARING_OUTCOMES.index("ordered")

EXPEDITED, PROCEEDINGS = words.TRACKS.index("expedited"), words.TRACKS.index("proceedings")
MANDATORY = words.CUSTODY_CLASSES.index("mandatory")
HOLD_ROOM, CASE, POST_ORDER = (words.CLOCK_STAGES.index(word) for word in ("hold_room", "case", "post_order"))
N_SOURCES, N_INTERIOR, N_CRIMINALITY, N_CLASSES = (
    len(words.SOURCES),
    len(words.INTERIOR),
    len(words.CRIMINALITY),
    len(words.CUSTODY_CLASSES),
)
N_CLOCKS, N_STAGES, N_ACCOUNTS, N_LEDGER_LINES = (
    len(words.CLOCKS),
    len(words.CLOCK_STAGES),
    len(Account),
    len(LedgerLine),
)
RUNG_TRANSFER, RUNG_OVER, RUNG_DISPLACE = int(Rung.TRANSFER), int(Rung.OVER_CONTRACT), int(Rung.DISPLACE)
RUNG_RELEASE, RUNG_WAIT = int(Rung.RELEASE), int(Rung.WAIT)
BED_NIGHTS, GUARANTEED_MINIMUM = int(LedgerLine.BED_NIGHTS), int(LedgerLine.GUARANTEED_MINIMUM)
OVER_CONTRACT, ARRESTS, INTAKE = int(LedgerLine.OVER_CONTRACT), int(LedgerLine.ARRESTS), int(LedgerLine.INTAKE)
TRANSFERS, SEATS = int(LedgerLine.TRANSFERS), int(LedgerLine.SEATS)
HEARINGS, ATD, MOVES = int(LedgerLine.HEARINGS), int(LedgerLine.ATD), int(LedgerLine.MOVES)

BEFORE, EXITED, REQUESTED = log.BEFORE, words.EXITED, words.REQUESTED
(
    TRANSFER_LINE,
    TAKES_OVER_CONTRACT,
    HEARD,
    GAVE_UP,
    THIRD_COUNTRY,
    ON_ATD,
    REVIEW_STARTED,
    REVIEW_REFUSED,
    REVIEW_APPROVED,
    REVIEW_WITHDRAWN,
    NO_SHOW,
    MOVE_LINE,
    MOVE_WITHDRAWN,
) = (words.NOTED + int(note) for note in Note)
"""What the log says of people beside their stages."""

MOVE_AFTER, MOVE_LIMIT, MOVE_AT_DOCUMENT, MOVE_AT_SEAT_LINE = range(len(words.MOVE_TIMES))
STEP_DUE, GIVES_UP = 1, 2
"""Bits of what waits for a landing."""
MOVE_SHIFT, NO_SEATS = calendars.MOVE_SHIFT, calendars.NO_SEATS
OWN_SEATS, TRANSFER_SEATS = calendars.OWN_SEATS, calendars.TRANSFER_SEATS
DAY_S = rules.DAY_S
NO_GOAL = 2**40
STOP_OVER_FUNDING, STOP_ARRESTS = 1, 2
GO_ON, PAUSE, TRY_AGAIN, DONE = range(4)
"""What follows a rung."""
CALL, ARRESTED, NEEDS_BED, ORDERED, STEPPED, HELD = range(6)
"""How somebody goes on who was woken."""
