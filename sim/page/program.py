"""What people are drawn from, as tables: the words of streams, chances, laws and rates of a scenario.

It follows `sim.people` purpose by purpose; a test compares what the page's compiled code draws with what Python does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import chain
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim import vocabulary
from sim.compiled import layout as at
from sim.compiled import memory
from sim.compiled.durations import MIXTURE, rows_of
from sim.page import layout as here
from sim.people import day0
from sim.people.arrivals import days_in, years
from sim.people.composition import read_composition
from sim.people.purposes import (
    NOTHING,
    How,
    Purpose,
    attributes,
    document_laws,
    later,
    preparing_laws,
    weights_of,
)
from sim.scenario.schema import Case, Removal, Scenario
from sim.scenario.schema.distributions import Mixture, Node, Weibull
from sim.scenario.world.calendars import Frame
from sim.scenario.world.tables import Tables
from sim.vocabulary import CLEARABLE, CLOCK_REASONS, CRIMINALITY, SOURCES, TRACKS, Exit

Array = NDArray[Any]
_ARRIVALS, _HELD, _ALL = (1, 0), (0, 1), (1, 1)
_HOW: Final = {
    How.INDEX: here.CHOOSE,
    How.BELOW: here.CHOOSE,
    How.DURATION: here.SECONDS,
    How.WORK: here.WORK,
    How.SHARE: here.SHARE,
    How.BITS: here.MOVE,
}


class Program:
    """The draws of a scenario without batches, observed arrivals, re-arrests and diversion: scalars and tables by name.

    `streams` has words of the streams: of blocks, of columns (the two are joined), and of day effects by source and
    year. Raises ValueError for a scenario that the page cannot draw.
    """

    def __init__(self, scenario: Scenario, tables: Tables) -> None:
        _refuse(scenario)
        self._scenario, self._tables = scenario, tables
        self._numbers = list[tuple[int, ...]]()
        self._choices, self._edges, self._values = list[tuple[Any, ...]](), list[float](), list[int]()
        self._laws, self._points, self._law_rows = list[Array](), list[Array](), list[int]()
        self.scalars: dict[str, int] = {}
        self.streams: dict[str, list[str]] = {"blocks": [], "columns": [], "years": []}
        self._columns()
        self.tables = {
            "blocks": self._blocks(),
            **self._rates(),
            **self._held(),
            "columns": np.array(self._numbers, here.COLUMN),
            "choices": np.array(self._choices, here.CHOICE),
            "edges": np.array(self._edges, np.float64),
            "values": np.array(self._values, np.int64),
            "laws": np.concatenate(self._laws),
            "points": np.concatenate(self._points),
            "law_rows": np.array(self._law_rows, np.int64),
            "first_stay": memory._first_row(),
        }
        self.scalars |= {"n_blocks": len(self.tables["blocks"]), "n_columns": len(self._numbers)}

    # --- chances and laws ---------------------------------------------------------------------------
    def _chances(self, *each: tuple[float, ...], values: Sequence[int] | None = None) -> int:
        """Rows of `choices`, one for each list of weights; the first of them."""
        first = len(self._choices)
        for weights in each:
            edges = np.add.accumulate(np.asarray(weights, np.float64))
            last = max((k for k, weight in enumerate(weights) if weight > 0), default=0)
            self._choices.append((float(edges[-1]), len(self._edges), last))
            self._edges += edges[: last + 1].tolist()
            self._values += [k if values is None else values[k] for k in range(last + 1)]
        return first

    def _below(self, one: Purpose) -> int:
        """Rows of `choices`: one value below each share and another from it on."""
        first = len(self._choices)
        for share in one.shares:
            self._choices.append((1.0, len(self._edges), 1))
            self._edges += [share, 1.0]
            self._values += [here.KEEP if value is None else value for value in one.values]
        return first

    def _law(self, *each: Node) -> int:
        """Rows of `law_rows`, one for each law; the first of them."""
        first = len(self._law_rows)
        for law in each:
            rows, points = rows_of(law)
            n_laws, n_points = sum(map(len, self._laws)), sum(map(len, self._points))
            parts = rows["kind"] == MIXTURE
            for row in rows[parts]:
                points["value"][row["first"] : row["first"] + row["n"]] += n_laws
            rows["first"] += n_points
            self._law_rows.append(n_laws)
            self._laws.append(rows)
            self._points.append(points)
        return first

    # --- columns ------------------------------------------------------------------------------------
    def _column(self, purpose: str, who: tuple[int, int], how: int, row: int = 0, to: str = "", by: str = "") -> None:
        offset, n_bytes = _place(at.PERSON, to) if to else (0, 8)
        code = _place(at.PERSON, by)[0] if by else -1
        self.streams["columns"].append(purpose)
        self._numbers.append((1, *who, how, row, code, 1, -1, 1, offset, n_bytes, 0))

    def _purpose(self, one: Purpose, who: tuple[int, int], on: bool = True) -> None:
        """A number that `sim.people` draws; `on`: some run of the scenario reads it."""
        if one.how is How.BELOW:
            row = self._below(one)
        else:
            values = [value or 0 for value in one.values] or None
            row = self._law(*one.laws) if one.laws else self._chances(*one.weights, values=values)
        table, of_stay = (at.STAY, 1) if one.to == "clock_work" else (at.PERSON, 0)
        codes = [_place(at.PERSON, name)[0] for name in one.by]
        code, code_2 = [*codes, -1, -1][:2]
        times = len(CRIMINALITY) if len(codes) == 2 else 1
        place = (*_place(table, one.to, one.nth or 0), of_stay)
        self.streams["columns"].append(one.name)
        self._numbers.append((int(on), *who, _HOW[one.how], row, code, times, code_2, one.scale, *place))

    def _columns(self) -> None:
        scenario, sampled = self._scenario, self._scenario.people.day0.composition is not None
        self._column("arrival", (0, 0), here.ASIDE)
        self._column("row", (0, 0), here.ASIDE_EVENLY, here.SAMPLE_ROW)
        stated = scenario.people.day0
        if not sampled:
            self._column("source", _HELD, here.CHOOSE, self._chances(weights_of(stated.sources, SOURCES)), "source")
        shares = tuple(1.0 if stated.areas is None else float(stated.areas.of(code)) for code in self._tables.areas)
        self._column("area", _HELD, here.EVENLY, self._chances(shares), "area")
        for one in attributes(scenario):
            of_all = not sampled and one.to not in ("track", "intake")
            self._purpose(one, _ALL if of_all else _ARRIVALS)
        if not sampled:
            self._column("track", _HELD, here.CHOOSE, self._chances(*day0.tracks(scenario)), "track", "source")
        self._column("height", _ARRIVALS, here.HEIGHT, to="height")
        read = self._read()
        for one in later(scenario):
            self._purpose(one, _ARRIVALS if one.name == "processing" else _ALL, one.on and read.get(one.name, True))
        for name, row in self._set_aside():
            self._column(name, _HELD, here.ASIDE, row)

    def _set_aside(self) -> Iterable[tuple[str, int]]:
        """Purposes of numbers that `held` uses once a person's others are drawn."""
        if self._scenario.people.day0.composition is not None:
            return (("time served", here.SERVED), ("time left", here.LEFT))
        return (
            *(("time served band", here.SERVED_BAND), ("time served", here.SERVED), ("stage", here.STAGE)),
            *(("time in stage", here.IN_STAGE), ("time left", here.LEFT)),
        )

    def _read(self) -> dict[str, bool]:
        """Whether some run of the scenario reads the numbers of a purpose."""
        tables = self._tables
        removed, stayed = bool(tables.removal_on and tables.groups_on), bool(tables.stay_share.any())
        case = ("preparing", "hearings", "adjournment", "outcome", "appeal", "appeal share")
        return {
            **dict.fromkeys(case, tables.case_on),
            **dict.fromkeys(("screening", "positive"), tables.screening_on),
            **dict.fromkeys(("document", "route"), removed),
            **dict.fromkeys(("third country", "third country document"), bool(tables.third_country_share.any())),
            **dict.fromkeys(("stay of removal", "stay duration"), stayed),
            **{f"clock {word}": bool(tables.clock_speed[nth].any()) for nth, word in enumerate(CLOCK_REASONS)},
            **{f"approval {word}": bool(tables.needs_clearance[Exit[word.upper()]]) for word in CLEARABLE},
            "stay": tables.mode_stay,
            "giving up": bool(tables.giving_up_speed.any()),
            "review": tables.clearance_on,
            "atd": tables.atd_on,
        }

    # --- who comes ----------------------------------------------------------------------------------
    def _blocks(self) -> Array:
        self.streams["blocks"], found = ["day 0"], [(0, 0, 0, 0, 0, 0)]
        for area, code in enumerate(self._tables.areas):
            for source, word in enumerate(SOURCES):
                self.streams["blocks"].append(f"{word}\x1f{code}")
                found.append((source, area, int(source < len(vocabulary.INTERIOR)), 0, 0, 0))
        return np.array(found, here.BLOCK)

    def _rates(self) -> dict[str, Array]:
        scenario, tables = self._scenario, self._tables
        frame = Frame(tables.start, tables.days, tables.areas)
        border = scenario.arrests.sources.border
        rates = np.asarray(frame.area_values(None if border is None else border.rate), np.float64)
        weekday = np.broadcast_to(frame.weekday(scenario.arrests.weekday), tables.days).astype(np.float64)
        found: list[tuple[int, int]] = []
        for year in years(frame):
            first = frame.start.timetuple().tm_yday - 1 if not found else 0
            found.append((first, min(days_in(year) - first, tables.days - sum(n for _, n in found))))
        self.scalars["n_years"] = len(found)
        self.streams["years"] = [f"{word}\x1fday effect\x1f{year}" for word in SOURCES for year in years(frame)]
        return {
            "border": rates.ravel(),
            "weekday": weekday,
            "sigma": np.array([float(scenario.arrests.day_effect)]),
            "years": np.array(found, here.YEAR),
        }

    # --- who is held --------------------------------------------------------------------------------
    def _held(self) -> dict[str, Array]:
        scenario, told = self._scenario, self._scenario.people.day0
        case, removal = scenario.case or Case(), scenario.removal or Removal()
        challenges = NOTHING if case.court_challenges is None else case.court_challenges.duration
        left = {
            "stay": [case.stay or NOTHING],
            "preparing": preparing_laws(case),
            "adjourned": [case.adjournment],
            "appeal": [case.appeal],
            "document": document_laws(removal),
            "stay_of_removal": [challenges],
        }
        for name, laws in left.items():
            parts = chain.from_iterable(law.parts if isinstance(law, Mixture) else (law,) for law in laws)
            if any(isinstance(part, (Mixture, Weibull)) for part in parts):
                raise ValueError("the page draws no rest of a Weibull law, nor of a mixture of mixtures")
            self.scalars[f"left_{name}"] = self._law(*laws)
        sample = np.zeros(0, here.SAMPLE)
        if told.composition is not None:
            sample = _sampled(str(told.composition), tuple(removal.groups))
        self.scalars |= {
            "n_held": int(told.held),
            "n_sample": len(sample),
            "n_served_bands": len(told.time_served),
            "long_stay": int(told.long_stay),
            "case_known": int(scenario.case is not None),
            "intake_held": vocabulary.INTAKE_OUTCOMES.index("detain"),
            "band_choice": self._chances(tuple(float(band.share) for band in told.time_served) or (1.0,)),
            "stage_choice": self._stages(),
        }
        bands = [(int(band.low), int(band.high) - int(band.low)) for band in told.time_served]
        return {"sample": sample, "bands": np.array(bands, here.BAND)}

    def _stages(self) -> int:
        """Chances of stages by track: the usual ones, then those of people who have long been held."""
        told = self._scenario.people.day0
        usual = [told.stages.get(track) or {"preparing": 1.0} for track in TRACKS]
        long = [told.long_stayer_stages.get(track) or usual[code] for code, track in enumerate(TRACKS)]
        return self._chances(*(weights_of(each, vocabulary.DAY0_STAGES) for each in (*usual, *long)))


def _place(table: np.dtype[Any], name: str, nth: int = 0) -> tuple[int, int]:
    """Where a field stands in a row, and its bytes."""
    kind, offset = table.fields[name][:2]  # type: ignore[index]  # it has fields
    size = kind.base.itemsize
    return offset + nth * size, size


def _refuse(scenario: Scenario) -> None:
    release = scenario.release
    atd = None if release is None else release.atd
    missing = {
        "arrests.observed": scenario.arrests.observed is not None,
        "arrests.batches": bool(scenario.arrests.batches),
        "release.rearrest": release is not None and release.rearrest is not None,
        "release.atd.diversion": atd is not None and atd.diversion is not None,
    }
    if any(missing.values()):
        raise ValueError(f"the page does not draw {', '.join(name for name, there in missing.items() if there)}")


@cache
def _sampled(path: str, groups: tuple[str, ...]) -> Array:
    """Who is held, from a file."""
    file = read_composition(path, groups)
    rows = np.zeros(len(file), here.SAMPLE)
    for name in here.SAMPLED:
        rows[name] = getattr(file, name)
    return rows
