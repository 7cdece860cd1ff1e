"""The tables of columns and measures, and the dictionary made from them."""

from __future__ import annotations

from sim import vocabulary
from sim.vocabulary import COMPARE, FILES, MEASURES
from tools.data_dictionary import PAGE, data_dictionary


def test_no_column_twice():
    for columns in [*FILES.values(), COMPARE]:
        assert len({column.name for column in columns}) == len(columns)


def test_every_column_and_measure_has_a_meaning():
    assert all(column.meaning and column.type for columns in FILES.values() for column in columns)
    assert all(measure.meaning and measure.unit for measure in MEASURES.values())


def test_quantities_have_units():
    for columns in FILES.values():
        for column in columns:
            assert column.type != "number" or column.unit, column.name


def test_every_reason_cause_and_account_is_measured():
    wanted = {f"releases_{reason}" for reason in vocabulary.RELEASE_REASONS}
    wanted |= {f"arrest_shortfall_{cause}" for cause in vocabulary.SHORTFALL_CAUSES}
    wanted |= {f"cost_usd_{account}" for account in vocabulary.ACCOUNTS}
    assert wanted <= set(MEASURES)


def test_reasons_stand_in_daily_in_the_order_of_their_codes():
    found = [column.name for column in FILES["daily.csv"] if column.name.startswith("releases_")]
    assert found == [f"releases_{reason}" for reason in vocabulary.RELEASE_REASONS]


def test_the_dictionary_names_everything():
    text = data_dictionary()
    assert all(f"## {file}" in text for file in FILES)
    assert all(f"| `{name}` |" in text for name in MEASURES)
    assert all(f"| `{column.name}` |" in text for columns in FILES.values() for column in columns)
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert {line.count("|") for line in rows} == {4, 5}


def test_the_documentation_has_the_dictionary_of_the_code():
    """After a change there, renew the page: `python -m tools.data_dictionary`."""
    assert PAGE.read_text(encoding="utf-8").endswith(data_dictionary())
