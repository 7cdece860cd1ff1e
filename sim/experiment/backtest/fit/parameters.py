"""What is fitted: some forty values of the national scenario, each with a meaning and, if it changed, a date.

A fit starts from `start`, what one would have guessed before looking at the series (court filings, published
medians, the shape of the book-outs of one year), never from a scenario already fitted to later figures.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

MEMO: Final = dt.date(2025, 1, 27)
"""From this day recognizance and parole all but end."""


@dataclass(frozen=True)
class Parameter:
    """A fitted value. `width`: how far, as a logarithm (of the odds, for a share), it may go from `start`.

    `since`: a value that holds from that date on, fitted once the figures reach `LEARNT` days beyond it; until then it
    is what held before (`before`, another parameter).
    """

    name: str
    start: float
    meaning: str
    width: float = 1.3
    share: bool = False
    since: dt.date | None = None
    before: str = ""


LEARNT: Final = 14
VOLUNTARY: Final = {"interior": 0.05, "border": 0.01}
"""Shares of the voluntary track, not fitted: nothing published tells it from final orders."""
GROUPS: Final = {
    "mexico": "document_mexico",
    "central_america": "document_central_america",
    "south_america_caribbean": "document_south_america",
    "uncooperative": "document_uncooperative",
    "other": "document_other",
}
SLOW_GROUPS: Final = ("uncooperative", "other")


PARAMETERS: Final[tuple[Parameter, ...]] = (
    Parameter("quick_orders", 0.35, "share of final orders and voluntary departures ready within hours", share=True),
    Parameter("final_order", 8.0, "days to prepare the others"),
    Parameter("quick_expedited", 0.1, "share of expedited orders made within a day", share=True, width=2.5),
    Parameter("expedited", 14.0, "days to the others"),
    Parameter("filing", 16.0, "days to file for proceedings", width=0.5),
    Parameter("adjournment", 30.0, "mean days between hearings"),
    Parameter("adjournment_spread", 1.2, "their standard deviation, as a multiple of the mean"),
    Parameter("appeal_share", 0.18, "share of orders appealed", share=True, width=0.8),
    Parameter("appeal", 130.0, "days an appeal takes"),
    Parameter("document_mexico", 3.0, "mean days to a travel document, at the pace of April 2024"),
    Parameter("document_central_america", 14.0, "the same"),
    Parameter("document_south_america", 30.0, "the same"),
    Parameter("document_uncooperative", 130.0, "the same", width=1.1),
    Parameter("document_other", 60.0, "the same"),
    Parameter("document_spread", 1.2, "standard deviation ÷ mean, the first three groups"),
    Parameter("document_spread_slow", 1.2, "the same, the last two"),
    Parameter("pace_2023", 0.5, "pace of documents before January 2024"),
    Parameter("pace_jan_2024", 0.6, "pace in January 2024"),
    Parameter("pace_feb_2024", 0.8, "pace in February and March 2024"),
    Parameter("pace_apr_2024", 1.0, "pace since April 2024: the measure of the others, not fitted", width=0.0),
    Parameter("pace_jun_2024", 1.0, "pace since a new border rule", since=dt.date(2024, 6, 5), before="pace_apr_2024"),
    Parameter("pace_oct_2024", 1.0, "pace since fiscal 2025 began", since=dt.date(2024, 10, 1), before="pace_jun_2024"),
    Parameter("pace_jan_2025", 1.0, "pace since the change of January 2025", since=MEMO, before="pace_oct_2024"),
    Parameter("final_order_interior", 0.40, "share of interior arrests with a final order", share=True),
    Parameter("expedited_interior", 0.12, "share of interior arrests in expedited removal", share=True),
    Parameter("final_order_border", 0.12, "share of border book-ins with a final order", share=True),
    Parameter("proceedings_border", 0.25, "share of border book-ins in proceedings", share=True),
    Parameter("parole", 0.65, "% of border people paroled a day"),
    Parameter("recognizance", 0.4, "% of border people released on recognizance a day, to November 2023"),
    Parameter("recognizance_dec_2023", 0.5, "the same in December 2023"),
    Parameter("recognizance_jan_2024", 0.25, "the same from January 2024"),
    Parameter("recognizance_apr_2024", 0.2, "the same from April 2024"),
    Parameter("bond", 0.9, "% of discretionary interior people in proceedings bonded out a day"),
    Parameter("other_agency", 0.12, "% of interior people handed to another agency a day"),
    Parameter("relief", 0.02, "share of decisions that grant relief", share=True),
    Parameter("terminated", 0.012, "share of decisions that terminate the case", share=True),
    Parameter("parole_2025", 0.01, "parole after the change of January 2025", since=MEMO, before="parole"),
    Parameter("recognizance_2025", 0.01, "recognizance after it", since=MEMO, before="recognizance_apr_2024"),
    Parameter("other_agency_2025", 0.2, "hand-overs after it", since=MEMO, before="other_agency"),
    Parameter("bond_feb_2025", 0.5, "bonds after it", since=MEMO, before="bond"),
    Parameter("bond_mar_2025", 1.0, "bonds from March 2025", since=dt.date(2025, 3, 1), before="bond_feb_2025"),
    Parameter("pace_may_2025", 1.0, "pace since May 2025", since=dt.date(2025, 5, 1), before="pace_jan_2025"),
    Parameter(
        "bond_jul_2025", 0.5, "bonds after the memo of 8 July 2025", since=dt.date(2025, 7, 8), before="bond_mar_2025"
    ),
    Parameter("bond_sep_2025", 0.3, "bonds after a ruling that day", since=dt.date(2025, 9, 5), before="bond_jul_2025"),
)


def fitted(until: dt.date) -> tuple[Parameter, ...]:
    """Those that figures up to a date can tell."""
    return tuple(p for p in PARAMETERS if p.since is None or p.since + dt.timedelta(days=LEARNT) <= until)


def completed(values: Mapping[str, float]) -> dict[str, float]:
    """Every parameter: what is not in `values` is as it was before."""
    done = dict(values)
    for parameter in PARAMETERS:
        if parameter.name not in done:
            done[parameter.name] = done[parameter.before] if parameter.before else parameter.start
    return done
