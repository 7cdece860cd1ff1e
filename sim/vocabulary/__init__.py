"""The words of the model and of its results: stages, exits, rungs, causes, money, columns, measures.

Each word is one row with every fact about it; schema, engines, measures, files and reports derive what they need
from the rows. Imports nothing of `sim`.
"""

from __future__ import annotations

from sim.vocabulary.attributes import (
    CRIMINALITY,
    CUSTODY_CLASSES,
    DIVERTED,
    DIVERTED_NO_SHOW,
    EMPTY,
    HEARING_OUTCOMES,
    INTAKE_OUTCOMES,
    INTERIOR,
    MOVE_TIMES,
    PLACE_KINDS,
    SECONDS_PER_DAY,
    SOURCES,
    TRACKS,
    WEEKDAYS,
)
from sim.vocabulary.columns import COMPARE, DAILY_QUANTILES, FILES, INPUTS, STUDY_FILES, Column
from sim.vocabulary.exits import (
    CLEARABLE,
    CLOCK_REASONS,
    CLOCKS,
    EXIT_REASONS,
    RELEASE_REASONS,
    RELEASES,
    REMOVALS,
    Exit,
)
from sim.vocabulary.limits import (
    ACCOUNT_OF_LINE,
    ACCOUNTS,
    LEDGER_LINES,
    RUNGS,
    SHORTFALL_CAUSES,
    Account,
    Cause,
    LedgerLine,
    Rung,
)
from sim.vocabulary.measures import AGES_DAYS, BINDING, HELD_IN, MEASURES, OUTCOMES, TEXT, Measure
from sim.vocabulary.notes import EVENT_WORDS, EXITED, NOTED, REQUESTED, Note
from sim.vocabulary.stages import CLOCK_STAGES, DAY0_STAGES, IN_BED, Place, Stage
