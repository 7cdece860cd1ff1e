"""An error of $5 in the bed rate (GAO-18-343) through the ledger, to the cent."""

from __future__ import annotations

from tests.published.playing import played

RATE = "funding.prices.bed_night=${} / bed-night"


def test_five_dollars_a_day_are_62_million() -> None:
    assert played("bed-rate-2018").value("cost_usd_total") == 62_050_000 == 5 * 34_000 * 365


def test_two_whole_rates_differ_by_the_same() -> None:
    budget, actual = (played("bed-rate-2018", RATE.format(rate)) for rate in ("127.90", "132.90"))
    assert actual.value("cost_usd_total") == 1_649_289_000
    assert actual.value("cost_usd_total") - budget.value("cost_usd_total") == 62_050_000
    assert actual.value("cost_usd_custody") == actual.value("cost_usd_total")
