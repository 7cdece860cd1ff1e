"""300 and 700 judges more (CRS R47637) at a scale of 1 to 100."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from tests.published.playing import Played, played

SCALE, BACKLOG, NEW, JUDGES, COMPLETIONS = 100, 2.0e6, 0.50e6, 649, 526


def more(judges: int) -> Played:
    return played("judges-2023", f"case.dockets.court.judges={(JUDGES + judges) / SCALE}")


def cleared(play: Played) -> dt.date:
    """The first date on which a thousandth of the backlog, or less, is pending."""
    days = np.flatnonzero(play.daily("docket_pending") <= BACKLOG / SCALE / 1000)
    return play.scenario.start + dt.timedelta(int(days[0]) - 1)


def test_the_two_rates_give_both_headlines() -> None:
    balance, years = (JUDGES + 300) * COMPLETIONS, BACKLOG / ((JUDGES + 700) * COMPLETIONS - NEW)
    assert balance == pytest.approx(NEW, rel=0.002)
    assert years == pytest.approx(9.5, abs=0.05)


def test_the_file_has_these_rates() -> None:
    scenario = more(300).scenario
    border, case, start = scenario.arrests.sources.border, scenario.case, scenario.start
    assert border and case and scenario.people.day0.held * SCALE == BACKLOG
    assert border.rate.of("US").at(start) * 365 * SCALE == pytest.approx(NEW, rel=0.001)
    assert case.dockets["court"].hearings_per_judge_day.at(start) * 365 == pytest.approx(COMPLETIONS, rel=0.001)


def test_without_more_judges_the_backlog_grows_by_what_is_missing() -> None:
    grown = more(0).value("docket_pending_end") * SCALE - BACKLOG
    assert grown == pytest.approx(10 * (NEW - JUDGES * COMPLETIONS), rel=0.05)


def test_300_more_balance() -> None:
    """Poisson noise of ten years is 1.1 % of the backlog; without more judges it grows by 80 %."""
    pending = more(300).daily("docket_pending") * SCALE
    assert np.abs(pending / BACKLOG - 1).max() < 0.04


def test_300_more_who_leave_as_in_2025_do_not_balance() -> None:
    """Those in service, who leave at 13 % a year and are replaced after 742 days, decide 526 cases a year each."""
    there, share = [], 1.0
    left: list[float] = []
    for day in range(3653):
        there.append(share)
        left.append(share * 0.13 / 365)
        share += (left[day - 741] if day >= 741 else 0.0) - left[day]
    pending = BACKLOG + 10 * NEW - (JUDGES + 300) * COMPLETIONS * sum(there) / 365
    assert played("judges-2023-attrition").value("docket_pending_end") * SCALE == pytest.approx(pending, rel=0.02)
    assert pending == pytest.approx(2.97e6, rel=0.01)


def test_700_more_clear_it_in_nine_and_a_half_years() -> None:
    play = played("judges-2023-700")
    years = (cleared(play) - play.scenario.start).days / 365.25
    assert years == pytest.approx(9.5, abs=0.25)
    assert play.value("docket_pending_end") * SCALE < 10_000


def test_300_more_do_not_clear_it_in_ten_years() -> None:
    assert more(300).daily("docket_pending").min() * SCALE > 0.9 * BACKLOG
