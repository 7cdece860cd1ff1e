"""The words of the model as whole numbers that compiled code can hold, and the rules made known to it."""

from __future__ import annotations

from sim import log, rules, vocabulary
from sim.compiled.jit import shared
from sim.vocabulary import (
    ACCOUNTS,
    CLEARABLE,
    CLOCK_REASONS,
    CUSTODY_CLASSES,
    EXIT_REASONS,
    HEARING_OUTCOMES,
    INTAKE_OUTCOMES,
    LEDGER_LINES,
    RUNGS,
    TRACKS,
    Note,
    Stage,
)

for _rule in (
    rules.ratio,
    rules.found_ratio,
    rules.effective_milli,
    rules.arrest_below,
    rules.priority,
    rules.rung_due,
    rules._fits,
    rules.work_left,
    rules.clock_due,
    rules.giving_up_due,
    rules.granted,
    rules.is_supervised,
    rules.is_release,
):
    shared(_rule)
(
    _,
    DESK_LINE,
    PROCESSING,
    INTAKE_REVIEW,
    BED_LINE,
    ON_THE_ROAD,
    STAY,
    PREPARING,
    SCREENING_LINE,
    DOCKET,
    ADJOURNED,
    APPEAL,
    DOCUMENT,
    STAY_OF_REMOVAL,
    SEAT_LINE,
    GONE,
) = (int(stage) for stage in Stage)
DAY_S, NEVER = rules.DAY_S, rules.NEVER
DETAIN, RETURNED = INTAKE_OUTCOMES.index("detain"), INTAKE_OUTCOMES.index("returned")
EXIT_OF_INTAKE = tuple(EXIT_REASONS.index(outcome) if outcome != "detain" else -1 for outcome in INTAKE_OUTCOMES)
EXIT_OF_HEARING = tuple(EXIT_REASONS.index(outcome) if outcome != "ordered" else -1 for outcome in HEARING_OUTCOMES)
ORDERED_REMOVED = HEARING_OUTCOMES.index("ordered")
EXPEDITED, PROCEEDINGS = TRACKS.index("expedited"), TRACKS.index("proceedings")
EXIT_REMOVED, EXIT_RETURNED = EXIT_REASONS.index("removed"), EXIT_REASONS.index("returned")
NO_BED, DISPLACED = EXIT_REASONS.index("no_bed"), EXIT_REASONS.index("displaced")
POST_ORDER_LIMIT = EXIT_REASONS.index("post_order_limit")
GIVING_UP = len(EXIT_REASONS)
N_CLOCKS = len(CLOCK_REASONS)
REASON_OF = tuple(EXIT_REASONS.index(reason) for reason in CLOCK_REASONS)
DRAW_OF = tuple(CLEARABLE.index(reason) if reason in CLEARABLE else -1 for reason in EXIT_REASONS)
MANDATORY = CUSTODY_CLASSES.index("mandatory")
RUNG_TRANSFER, RUNG_OVER, RUNG_DISPLACE, RUNG_RELEASE, RUNG_WAIT = range(len(RUNGS))
GO_ON, PAUSE, TRY_AGAIN, DONE = range(4)
HOLD_ROOM, CASE, POST_ORDER = range(3)
CALL, ARRESTED, NEEDS_BED, ORDERED, HELD = range(5)
BEFORE, EXITED, REQUESTED = log.BEFORE, vocabulary.EXITED, vocabulary.REQUESTED
(
    TRANSFER_LINE,
    OVER_CONTRACT,
    HEARD,
    GAVE_UP,
    THIRD_COUNTRY,
    ON_ATD,
    REVIEW_STARTED,
    REVIEW_REFUSED,
    REVIEW_APPROVED,
    REVIEW_WITHDRAWN,
) = (vocabulary.NOTED + int(note) for note in Note)
THINNED, THROTTLED, NO_MONEY = range(3)
STOP_OVER_FUNDING, STOP_ARRESTS = 1, 2
N_LINES, N_ACCOUNTS, SEATS = len(LEDGER_LINES), len(ACCOUNTS), LEDGER_LINES.index("seats")
NO_GOAL = 2**40
