"""What holds the pathway back or is paid for: rungs of the overflow ladder, causes of a shortfall, money."""

from __future__ import annotations

from dataclasses import dataclass
from enum import CONTINUOUS, UNIQUE, verify
from typing import Final

from sim.vocabulary.rows import Coded, Row


@verify(UNIQUE, CONTINUOUS)
class Rung(Coded):
    """A rung of the overflow ladder."""

    TRANSFER = Row(0, "a transport to a free bed in another area")
    OVER_CONTRACT = Row(1, "a bed above the contracted number")
    DISPLACE = Row(2, "the bed of a person of lower priority")
    RELEASE = Row(3, "release for lack of a bed")
    WAIT = Row(4, "no further rung")


RUNGS: Final = tuple(rung.word for rung in Rung)


@dataclass(frozen=True)
class CauseRow(Row):
    """The facts about one cause of an arrest shortfall; `words` follow "because"."""

    counted: bool = True
    """Counted in play; the rest of the shortfall is what no counted cause explains."""
    upstream: bool = False
    """It holds arrests back by itself, whatever happens in custody."""


@verify(UNIQUE, CONTINUOUS)
class Cause(Coded):
    """Why fewer people are arrested than the goal asks for."""

    row: CauseRow

    OFFICERS = CauseRow(0, "officers could not make that many arrests", upstream=True)
    POOL = CauseRow(1, "fewer people were left to find", upstream=True)
    THROTTLE = CauseRow(2, "arrests were stopped while hold rooms were full")
    MONEY = CauseRow(3, "arrests were stopped when money ran out", upstream=True)
    CHANCE = CauseRow(4, "the rest: day-to-day chance, batches and arrests above the goal", counted=False)


SHORTFALL_CAUSES: Final = tuple(cause.word for cause in Cause)


@verify(UNIQUE, CONTINUOUS)
class Account(Coded):
    """An appropriation account."""

    CUSTODY = Row(0, "custody operations")
    TRANSPORT = Row(1, "transport and removal")
    ENFORCEMENT = Row(2, "enforcement")
    COURTS = Row(3, "immigration courts")
    ATD = Row(4, "alternatives to detention")


ACCOUNTS: Final = tuple(account.word for account in Account)


@dataclass(frozen=True)
class LedgerRow(Row):
    """The facts about one line of the ledger; `words` say what is charged."""

    account: Account


@verify(UNIQUE, CONTINUOUS)
class LedgerLine(Coded):
    """A line of the ledger."""

    row: LedgerRow

    BED_NIGHTS = LedgerRow(0, "nights in bed", Account.CUSTODY)
    GUARANTEED_MINIMUM = LedgerRow(1, "unused guaranteed beds", Account.CUSTODY)
    OVER_CONTRACT = LedgerRow(2, "nights in beds above the contracted number", Account.CUSTODY)
    ARRESTS = LedgerRow(3, "interior arrests", Account.ENFORCEMENT)
    INTAKE = LedgerRow(4, "people processed", Account.ENFORCEMENT)
    TRANSFERS = LedgerRow(5, "transfers", Account.TRANSPORT)
    SEATS = LedgerRow(6, "seats used", Account.TRANSPORT)
    HEARINGS = LedgerRow(7, "hearings", Account.COURTS)
    ATD = LedgerRow(8, "days in alternatives to detention", Account.ATD)
    MOVES = LedgerRow(9, "seats of moves between places", Account.TRANSPORT)


LEDGER_LINES: Final = tuple(line.word for line in LedgerLine)
ACCOUNT_OF_LINE: Final = tuple(int(line.row.account) for line in LedgerLine)
