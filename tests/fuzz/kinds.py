"""The kinds of input: where each starts from, how it is changed, and how it is tried."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from typing import ClassVar, Protocol

from sim.cli import main
from sim.errors import UserError
from sim.experiment.engines import expected_people, play_of
from sim.people.draw import draw
from sim.scenario.loading import Resolved, dump, load
from sim.scenario.world.tables import build_tables
from tests.compiled.equality import differences
from tests.fuzz.judge import Difference
from tests.fuzz.mutate import Mutator

ROOT = Path(__file__).parents[2]
SEEDS = Path(__file__).parent / "seeds"
FEW_PEOPLE, FEW_DAYS = 1_500, 200
"""Worlds small enough to be played by both engines in a moment."""


class Kind(Protocol):
    """One kind of input. An input is bytes, as it would stand in a file."""

    def make(self, mutator: Mutator) -> bytes:
        """A new input."""

    def attempt(self, data: bytes) -> None:
        """Try an input. Raises UserError where it is refused, and anything else where something is wrong."""


def blocks(file: Path) -> list[str]:
    """The inputs of a file of broken ones, without what is said of them."""
    texts = [block for block in file.read_text(encoding="utf-8").split("\n\n") if block.startswith("=== ")]
    return ["".join(f"{line}\n" for line in text.splitlines()[1:] if not line.startswith("--> ")) for text in texts]


def play_both(resolved: Resolved) -> None:
    """Play a small world with both engines; raises Difference where their logs differ."""
    scenario = resolved.scenario
    tables = build_tables(scenario)
    people = expected_people(scenario, tables) // scenario.replications
    if scenario.days > FEW_DAYS or people > FEW_PEOPLE:
        return
    drawn = draw(scenario, tables, scenario.seed, 1)
    one, other = (play_of(engine)(tables, drawn, None) for engine in ("simpy", "compiled"))
    if found := differences(one, other):
        raise Difference(f"the engines differ in {', '.join(found)}")


def written_again(resolved: Resolved, folder: Path) -> None:
    """The resolved scenario, written and read, is the same; raises Difference where it is not."""
    if resolved.inputs:
        return
    text = dump(resolved)
    file = folder / "again.yaml"
    file.write_text(text, encoding="utf-8")
    try:
        again = dump(load(file))
    except UserError as error:
        raise Difference(f"what is written is refused: {error}") from error
    if again != text:
        raise Difference("what is written and read is not the same")


def accepted(file: Path, sets: Sequence[str] = ()) -> None:
    """Read a scenario, and where it is accepted write it again and play it."""
    resolved = load(file, sets)
    written_again(resolved, file.parent)
    play_both(resolved)


class Scenarios:
    """Scenario files: shipped ones, small worlds and broken ones, changed as trees and as texts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "scenarios"
        shutil.copytree(ROOT / "scenarios", self.folder, dirs_exist_ok=True)
        small = [*SEEDS.glob("*.yaml"), *(ROOT / "scenarios" / "teaching").glob("*.yaml")]
        self.small = [file.read_text(encoding="utf-8") for file in sorted(small)]
        self.shipped = [file.read_text(encoding="utf-8") for file in sorted((ROOT / "scenarios").glob("*.yaml"))]
        self.broken = blocks(ROOT / "tests" / "scenario" / "broken.txt")

    def make(self, mutator: Mutator) -> bytes:
        """A changed scenario."""
        chosen = mutator.random.choices((self.small, self.shipped, self.broken), (7, 1, 2))[0]
        text = mutator.random.choice(chosen)
        changed = mutator.tree(text) if mutator.random.random() < 0.7 else mutator.text(text)
        return mutator.bytes(changed)

    def attempt(self, data: bytes) -> None:
        """Read it and play it."""
        file = self.folder / "fuzzed.yaml"
        file.write_bytes(data)
        accepted(file)


class Settings:
    """Texts of `--set`."""

    PATHS = (
        *("days", "seed", "start", "title", "replications", "beds.contracted", "beds.contracted.ATL", "beds.ladder"),
        *(
            "beds.ladder.0.transfer.after",
            "beds.ladder.5",
            "arrests.goal",
            "arrests.sources.border.rate",
            "checks.removals",
        ),
        *(
            "arrests.sources.border.rate.ATL",
            "arrests.sources.border",
            "people.day0.held",
            "case.appeal",
            "case.hearings",
        ),
        *(
            "case.preparing.expedited",
            "case.dockets.south.judges",
            "removal.routes.land.seats",
            "removal.groups.mexico.share",
        ),
        *(
            "release.clocks.bond.rate.border",
            "release.clocks.bond",
            "release.clearance",
            "funding.level",
            "sources.beds.low",
        ),
        *("areas", "areas.ATL", "extends", "arrests.batches", "arrests.weekday.sun", "people.sources.border.tracks"),
    )

    def __init__(self, folder: Path) -> None:
        self.file = folder / "everything.yaml"
        shutil.copy(SEEDS / "everything.yaml", self.file)

    def make(self, mutator: Mutator) -> bytes:
        """A path and a value, changed."""
        from tests.fuzz.mutate import NUMBERS, QUANTITIES, TEXTS

        chance = mutator.random
        path = chance.choice(self.PATHS)
        value = chance.choice(
            (*NUMBERS, *QUANTITIES, *TEXTS, "{default: 3}", "{2025-03-01: 3, 2025-03-04: 5}", "[1, 2]")
        )
        text = f"{path}={value}"
        return (mutator.text(text) if chance.random() < 0.5 else text).encode("utf-8", "surrogatepass")

    def attempt(self, data: bytes) -> None:
        """Read the scenario with it and play it."""
        accepted(self.file, [data.decode("utf-8", "surrogateescape")])


class Grids:
    """Grid files, as far as `sweep --dry-run` reads them."""

    GOOD = (
        "scenario: everything.yaml\ngrid: {beds.contracted: [10, 25], arrests.goal: [5 / d, 9 / d]}\nreplications: 2\n",
        "scenario: everything.yaml\nname: named\nset: {days: 5}\ngrid:\n  beds.funded: [10, 60]\n  court:\n"
        "    few: {case.dockets.south.judges: 1}\n    many: {case.dockets.south.judges: 9}\nbaseline: {court: few}\n"
        "measures: [removals, held_mean]\nseed: 3\n",
        "scenario: everything.yaml\nsobol: {points: 4, seed: 2, ranges: {beds.contracted: 10 .. 40}}\n",
        "scenario: everything.yaml\nlhs: {points: 3, ranges: {case.appeal_share: 5 % .. 6 %, beds.funded: 20 .. 60}}\n",
    )

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "grids"
        self.folder.mkdir(exist_ok=True)
        shutil.copy(SEEDS / "everything.yaml", self.folder)
        broken = next((ROOT / "tests").rglob("broken_grids.txt"))
        self.texts = (*self.GOOD, *self.GOOD, *blocks(broken))

    def make(self, mutator: Mutator) -> bytes:
        """A changed grid."""
        text = mutator.random.choice(self.texts)
        return mutator.bytes(mutator.tree(text) if mutator.random.random() < 0.6 else mutator.text(text))

    def attempt(self, data: bytes) -> None:
        """Read it and check every point."""
        file = self.folder / "fuzzed.yaml"
        file.write_bytes(data)
        command("sweep", str(file), "--dry-run")


class Tables:
    """CSV files that a scenario names."""

    def __init__(self, folder: Path, name: str, scenario: str, text: str) -> None:
        self.folder, self.name, self.text = folder / name, name, text
        self.folder.mkdir(exist_ok=True)
        (self.folder / "scenario.yaml").write_text(scenario, encoding="utf-8")

    def make(self, mutator: Mutator) -> bytes:
        """A changed table."""
        return mutator.bytes(mutator.table(self.text))

    def attempt(self, data: bytes) -> None:
        """Read the scenario that names it, and play it."""
        (self.folder / f"{self.name}.csv").write_bytes(data)
        play_both(load(self.folder / "scenario.yaml"))


def observed(folder: Path) -> Tables:
    """Observed arrests."""
    scenario = (
        "start: 2025-03-01\ndays: 4\nareas: {A: one, B: two}\n"
        "arrests: {observed: observed.csv, sources: {border: {}, at_large: {}}}\nbeds: {contracted: 5}\n"
    )
    rows = [f"2025-03-0{day},{source},{area},{day}" for day in range(1, 5) for source in ("border", "at_large")
            for area in ("A", "B", "")]  # fmt: skip
    return Tables(folder, "observed", scenario, "\n".join(["date,source,area,arrests", *rows]) + "\n")


def composition(folder: Path) -> Tables:
    """Who is held on day 0."""
    scenario = (
        "start: 2025-03-01\ndays: 4\nareas: {A: one}\nbeds: {contracted: 9}\n"
        "people: {day0: {held: 12, composition: composition.csv}}\n"
    )
    head, *rows = (ROOT / "scenarios" / "day0" / "2025-02-01.csv").read_text(encoding="utf-8").splitlines()[:13]
    ungrouped = [",".join(cell if at != 4 else "" for at, cell in enumerate(row.split(","))) for row in rows]
    return Tables(folder, "composition", scenario, "\n".join([head, *ungrouped]) + "\n")


class Results:
    """Files of a result folder, as far as `compare`, `report` and `watch` read them."""

    PAGES_EVERY = 20
    """Pages take a second each."""

    def __init__(self, folder: Path) -> None:
        self.right, self.changed, self.tried = folder / "right", folder / "changed", 0
        asked = ("--set", "days=3", "--reps", "2", "--workers", "1", "--quiet", "--events", "3", "--force")
        command("run", str(SEEDS / "everything.yaml"), *asked, "--out", str(self.right))
        read = (path for path in self.right.iterdir() if path.is_file() and path.name != "datapackage.json")
        self.files = sorted(path.name for path in read)

    def make(self, mutator: Mutator) -> bytes:
        """The name of a file, and its changed content."""
        name = mutator.random.choice(self.files)
        text = (self.right / name).read_text(encoding="utf-8")
        if name.endswith(".csv"):
            changed = mutator.table(text) if mutator.random.random() < 0.8 else mutator.text(text)
        else:
            changed = mutator.tree(text) if mutator.random.random() < 0.5 else mutator.text(text)
        return name.encode() + b"\n" + mutator.bytes(changed)

    def attempt(self, data: bytes) -> None:
        """Compare the changed result with the right one, and show it now and then."""
        name, _, content = data.partition(b"\n")
        shutil.rmtree(self.changed, ignore_errors=True)
        shutil.copytree(self.right, self.changed)
        (self.changed / name.decode()).write_bytes(content)
        command("compare", str(self.right), str(self.changed))
        self.tried += 1
        if self.tried % self.PAGES_EVERY == 1:
            for page in ("report", "watch"):
                out = self.changed.with_suffix(f".{page}.html")
                command(page, str(self.changed), "--quiet", "--force", "--out", str(out))


class Words:
    """Words of the command line: targets, ranges, precisions, addresses of schedulers."""

    SEEDS = (
        *("--until removals>=5", "--until held_peak<=20", "--until 'cost_usd_total / removals <= 1,000'", "--in 1:40"),
        *("--in 1,000:4,000", "--in x0.5:x3", "--tolerance 0.5%", "--tolerance 1,5%", "--precision held_mean=1%"),
        *("--precision removals=1,000", "--scheduler tcp://127.0.0.1:1", "--cluster local!", "--target '>= 5'"),
        *("--vary beds.contracted", "--from 2025-03-02", "--view areas", "--goal removals", "--measure removals"),
    )
    COMMANDS: ClassVar = {
        "--until": ("solve", "--vary", "no.such", "--in", "1:9"),
        "--in": ("solve", "--vary", "beds.contracted", "--until", "no_such <= 1"),
        "--tolerance": ("solve", "--vary", "no.such", "--in", "1:9", "--until", "removals >= 1"),
        "--precision": ("run", "--most-reps", "1"),
        "--scheduler": ("run", "--set", "no.such=1"),
        "--cluster": ("run", "--set", "no.such=1"),
        "--target": ("bottleneck", "--goal", "no_such"),
        "--vary": ("solve", "--in", "1:9", "--until", "no_such <= 1"),
        "--goal": ("bottleneck", "--target", "no"),
        "--from": ("backtest", "--to", "0001-01-01"),
        "--measure": ("sensitivity", "--dry-run"),
        "--view": ("watch",),
    }
    """Each with another word that is refused, so that nothing is played."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "everything.yaml"
        shutil.copy(SEEDS / "everything.yaml", self.file)

    def make(self, mutator: Mutator) -> bytes:
        """An option and its changed word."""
        option, _, word = mutator.random.choice(self.SEEDS).partition(" ")
        return f"{option} {mutator.text(word.strip(chr(39)))}".encode("utf-8", "surrogatepass")

    def attempt(self, data: bytes) -> None:
        """Give the word to the command that takes it."""
        option, _, word = data.decode("utf-8", "surrogateescape").partition(" ")
        name, *others = self.COMMANDS.get(option, ("run", "--set", "no.such=1"))
        command(name, str(self.file), *others, f"{option}={word}")


def command(*words: str) -> None:
    """Run the command in this process. Raises UserError with what it says where it ends with 2, and AssertionError
    where it ends with anything but 0, or says nothing."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = main(words)
    lines = err.getvalue().splitlines()
    if status == 2 and lines:
        raise UserError(*lines)
    assert status == 0, f"status {status}: {err.getvalue()[:300]}"


SECONDS = {"results": 60, "words": 20}
"""Time limits of kinds that import charts or plan a study; 5 for the others."""
KINDS: dict[str, Callable[[Path], Kind]] = {
    "scenarios": cache(Scenarios),
    "set": cache(Settings),
    "grids": cache(Grids),
    "observed": cache(observed),
    "composition": cache(composition),
    "results": cache(Results),
    "words": cache(Words),
}
