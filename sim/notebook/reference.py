"""What there is to ask for: included scenarios, measures, the values of a scenario with their sources."""

from __future__ import annotations

from pathlib import Path

from sim.files.table import Table, of_rows
from sim.notebook.scenario import Scenario
from sim.vocabulary import MEASURES, Column


def scenarios() -> Table:
    """The included scenarios: name, title and question."""
    from sim.scenario.loading import shipped
    from sim.scenario.reading.document import read

    rows = []
    for name, path in shipped().items():
        found = [read(path, str(path)).at((key,)) for key in ("title", "question")]
        rows.append([name, *(str(getattr(one, "value", None) or "") for one in found)])
    return _table("scenarios", ("name", "title", "question"), rows)


def measures() -> Table:
    """Every measure of a result: name, unit and meaning."""
    rows = [[name, one.unit, one.meaning] for name, one in MEASURES.items()]
    return _table("measures", ("measure", "unit", "meaning"), rows)


def explain(scenario: Scenario | str | Path, path: str | None = None) -> Table:
    """The values of a scenario at or below a path: where each was set, its status and its source. Raises InputError."""
    from sim.scenario.loading import load
    from sim.scenario.provenance.explain import rows_at

    resolved = scenario.resolved if isinstance(scenario, Scenario) else load(scenario)
    rows = [[row.path, row.value, row.place, row.status, row.source] for row in rows_at(resolved, path)]
    return _table("explain", ("path", "value", "place", "status", "source"), rows)


def _table(name: str, columns: tuple[str, ...], rows: list[list[str]]) -> Table:
    return of_rows(name, [Column(column, "string", "", "") for column in columns], rows)
