"""Change the code and see whether its tests notice: `python -m tests.mutation --folder rules --n 100 --seed 1`.

Plays a random sample of mutants of a folder (all with `--n 0`), each in a copy of the project, against the folder's
tests. Prints the share that was killed with its 95 % interval, which test killed each mutant, and every survivor as a
diff, unless `survivors.txt` gives the reason why it is equivalent. Exit status: 1 if a survivor has no reason.
Operators: Cosmic Ray (https://cosmic-ray.readthedocs.io).
"""

from __future__ import annotations

import argparse
import ast
import difflib
import importlib
import os
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Never

import pytest
from cosmic_ray import mutating, plugins
from scipy.stats import binomtest

for library in ("hypothesis", "numpy", "pandas", "pydantic", "scipy.stats", "simpy", "yaml"):
    importlib.import_module(library)  # once, not for each mutant

ROOT: Final = Path(__file__).parent.parent
SAID: Final = "pytest.txt"
REASONS: Final = Path(__file__).with_name("survivors.txt")
KEPT: Final = "tests/golden/test_kept.py"
TESTS: Final[dict[str, tuple[str, ...]]] = {
    "rules": ("tests/test_rules.py", "tests/pathway/test_events.py", "tests/golden"),
    "vocabulary": ("tests/vocabulary", "tests/golden", "tests/pathway/test_events.py", "tests/measures"),
    "pathway": ("tests/pathway/test_events.py", "tests/golden", "tests/pathway"),
    "measures": ("tests/measures", "tests/golden", "tests/laws/test_relations.py"),
    "theory": (KEPT, "tests/theory"),
    "scenario/world": (
        f"{KEPT}::test_nothing_moved",
        "tests/people/test_portable.py",
        "tests/people/test_quantile.py",
        "tests/scenario/test_tables.py",
        "tests/scenario/test_funding.py",
        "tests/scenario/test_size.py",
        "tests/laws/test_relations.py",
    ),
}
"""What may kill a mutant of a folder, the quickest first."""
COMPILED: Final = ("measures", "theory")
"""Folders that are not in the machine code; where another is changed, SimPy plays, so that nothing is compiled."""
EQUALITY: Final = (
    "tests/compiled/test_equality.py::test_random_worlds_are_equal",
    "tests/compiled/test_equality.py::test_random_worlds_with_places_are_equal",
)
"""What a mutant of `pathway` meets last: the compiled engine, which it does not change."""
LIBRARIES: Final = ("numba", "llvmlite")
OPERATORS: Final = re.compile(
    r"core/(AddNot|NumberReplacer|Replace(AndWithOr|OrWithAnd|TrueWithFalse|FalseWithTrue|BreakWithContinue|"
    r"ContinueWithBreak)|ZeroIterationForLoop|ReplaceUnaryOperator_Delete_(Not|USub)|"
    r"ReplaceComparisonOperator_(Lt_LtE|LtE_Lt|Gt_GtE|GtE_Gt|Lt_GtE|Gt_LtE|Eq_NotEq|NotEq_Eq|Is_IsNot|IsNot_Is)|"
    r"ReplaceBinaryOperator_(Add_Sub|Sub_Add|Mul_FloorDiv|FloorDiv_Mul|Div_Mul|Mod_FloorDiv|BitAnd_BitOr|BitOr_BitAnd))"
)


@dataclass(frozen=True)
class Mutant:
    """One changed module."""

    file: str
    operator: str
    code: str

    def diff(self) -> str:
        """The changed lines."""
        lines = difflib.unified_diff(
            (ROOT / self.file).read_text().splitlines(), self.code.splitlines(), n=0, lineterm=""
        )
        return "\n".join(line for line in lines if line[:3] not in ("---", "+++"))

    def key(self) -> str:
        """What names it in `survivors.txt`, whatever its line number: file, old line, new line."""
        changed = [line[1:].strip() for line in self.diff().splitlines() if line[0] in "+-"]
        return " | ".join((self.file, *changed))


class _Behaviour(ast.NodeTransformer):
    """Removes annotations, which nothing evaluates."""

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        node.returns = None
        self.generic_visit(node)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AnnAssign:
        node.annotation = ast.Constant(0)
        self.generic_visit(node)
        return node


def _behaviour(code: str) -> str:
    """What code does; nothing where an operator took a sign of the syntax for one of arithmetic."""
    try:
        return ast.dump(_Behaviour().visit(ast.parse(code)))
    except SyntaxError:
        return ""


def mutants(folder: str) -> Iterator[Mutant]:
    """Every mutant of a folder, or module, of `sim`, those left out that change nothing but annotations."""
    place = ROOT / "sim" / folder
    for file in sorted(place.rglob("*.py")) if place.is_dir() else [place.with_suffix(".py")]:
        source = file.read_text(encoding="utf-8")
        found = {"", _behaviour(source)}
        for name in filter(OPERATORS.fullmatch, plugins.operator_names()):
            operator = plugins.get_operator(name)()
            number = 0
            while code := mutating.mutate_code(source, operator, number):
                number += 1
                behaviour = _behaviour(code)
                if behaviour not in found:
                    found.add(behaviour)
                    yield Mutant(file.relative_to(ROOT).as_posix(), name.removeprefix("core/"), code)


# --- playing ----------------------------------------------------------------------------------------------
def copy_of_project(folder: Path) -> Path:
    """A copy of what git tracks."""
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, tracked.split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    return folder


def started(project: Path, mutant: Mutant, folder: str, seconds: float) -> int:
    """The process that runs the tests with a mutant in the copy: a fork of this one, which has imported libraries."""
    file = project / mutant.file
    file.write_text(mutant.code, encoding="utf-8")
    for stale in file.parent.glob(f"__pycache__/{file.stem}.*"):
        stale.unlink()
    child = os.fork()
    return child or _run_tests(project, folder, round(seconds))


def _run_tests(project: Path, folder: str, seconds: int) -> Never:
    """Run the tests of a copy until one fails, and end this process with pytest's exit status."""
    status = 0
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))  # not by the clock: the machine may be busy
        os.chdir(project)
        for number in (1, 2):
            os.dup2(os.open(SAID, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        forget("sim", "tests")
        sys.path[:] = [str(project), *(place for place in sys.path if Path(place).resolve() != ROOT)]
        os.environ["PYTHONPATH"] = str(project)
        if folder not in COMPILED:
            sys.modules |= dict.fromkeys(LIBRARIES)  # type: ignore[arg-type]
        options = (
            "-x",
            "-q",
            "--no-header",
            "--tb=no",
            "-p",
            "no:cacheprovider",
            "-W",
            "ignore:Module already imported",
        )
        tests = TESTS[folder]
        for stage in (tests[:1], tests[1:]):
            status = status or (pytest.main([*options, *stage]) if stage else 0)
        if folder == "pathway" and not status:
            forget("sim", "tests", *LIBRARIES)
            status = pytest.main([*options, *EQUALITY])
    except BaseException:
        status = 1
        raise
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def forget(*packages: str) -> None:
    """Forget that packages were imported, or may not be."""
    for name in [name for name in sys.modules if name.partition(".")[0] in packages]:
        del sys.modules[name]


def killer(project: Path, mutant: Mutant, status: int) -> str | None:
    """The test that failed in the copy, or None; a mutant that took too long is killed as well."""
    shutil.copy(ROOT / mutant.file, project / mutant.file)
    if not status:
        return None
    if status < 0:
        return "takes too long"
    failed = re.search(r"^(?:FAILED|ERROR) (\S+)", (project / SAID).read_text(encoding="utf-8"), re.MULTILINE)
    return failed[1] if failed else "does not start"


def play(chosen: list[Mutant], folder: str, workers: int, seconds: float) -> Iterator[tuple[Mutant, str | None]]:
    """Each mutant and its killer, as soon as it is known. Raises ValueError if the tests fail without one."""
    with tempfile.TemporaryDirectory() as place:
        free = [copy_of_project(Path(place) / str(number)) for number in range(workers)]
        running: dict[int, tuple[Path, Mutant]] = {}

        def ended() -> tuple[Mutant, str | None]:
            child, status = os.wait()
            project, mutant = running.pop(child)
            free.append(project)
            return mutant, killer(project, mutant, os.waitstatus_to_exitcode(status))

        original = Mutant(chosen[0].file, "none", (ROOT / chosen[0].file).read_text(encoding="utf-8"))
        running |= {started(project, original, folder, 10 * seconds): (project, original) for project in free}
        free.clear()
        while running:  # leaves the bytecode of all that is not mutated
            if failing := ended()[1]:
                raise ValueError(f"{failing} fails without a mutant:\n{(free[-1] / SAID).read_text()[-2000:]}")
        sys.dont_write_bytecode = True
        for mutant in chosen:
            if not free:
                yield ended()
            project = free.pop()
            running[started(project, mutant, folder, seconds)] = project, mutant
        while running:
            yield ended()


def reasons() -> dict[str, str]:
    """Why a survivor is equivalent, by its key: `key => reason`, one per line."""
    lines = REASONS.read_text(encoding="utf-8").splitlines() if REASONS.exists() else []
    return dict(line.split(" => ") for line in lines if " => " in line)


def main() -> int:
    """Run the command; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--folder", choices=TESTS, default="rules")
    parser.add_argument("--n", type=int, default=100, help="size of the sample; 0: all mutants")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=120, help="after which a mutant counts as killed")
    asked = parser.parse_args()
    found = list(mutants(asked.folder))
    chosen = random.Random(asked.seed).sample(found, min(asked.n or len(found), len(found)))
    known, killed, open_, equivalent = reasons(), 0, 0, 0
    for mutant, by in play(chosen, asked.folder, asked.workers, asked.seconds):
        reason = known.get(mutant.key(), "")
        said = f"killed by {by}" if by else f"equivalent: {reason}" if reason else f"SURVIVED\n{mutant.diff()}"
        print(f"{mutant.file}: {mutant.operator}: {said}", flush=True)
        if by:
            print(f"    {mutant.key().partition(' | ')[2]}", flush=True)
        killed += bool(by)
        equivalent += bool(reason and not by)
        open_ += not (by or reason)
    low, high = binomtest(killed, max(1, killed + open_)).proportion_ci(method="wilson")
    print(f"{asked.folder}: {killed} of {killed + open_} killed ({low:.0%} to {high:.0%}), {equivalent} equivalent")
    print(f"{len(chosen)} of {len(found)} mutants were tried")
    return int(open_ > 0)


if __name__ == "__main__":
    sys.exit(main())
