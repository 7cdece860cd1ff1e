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
import os
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Final

from cosmic_ray import mutating, plugins
from scipy.stats import binomtest

ROOT: Final = Path(__file__).parent.parent
REASONS: Final = Path(__file__).with_name("survivors.txt")
TESTS: Final[dict[str, tuple[str, ...]]] = {
    "rules": ("tests/test_rules.py", "tests/pathway/test_events.py", "tests/golden"),
    "vocabulary": ("tests/vocabulary", "tests/pathway/test_events.py", "tests/golden", "tests/measures"),
    "pathway": ("tests/pathway/test_events.py", "tests/golden", "tests/pathway", "tests/laws/test_relations.py"),
    "measures": ("tests/measures", "tests/golden", "tests/laws/test_relations.py"),
    "theory": ("tests/theory",),
    "scenario/world": ("tests/scenario/test_tables.py", "tests/scenario", "tests/laws/test_relations.py"),
}
"""What may kill a mutant of a folder, the quickest first."""
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
    return ast.dump(_Behaviour().visit(ast.parse(code)))


def mutants(folder: str) -> Iterator[Mutant]:
    """Every mutant of a folder, or module, of `sim`, those left out that change nothing but annotations."""
    place = ROOT / "sim" / folder
    for file in sorted(place.rglob("*.py")) if place.is_dir() else [place.with_suffix(".py")]:
        source = file.read_text(encoding="utf-8")
        found = {_behaviour(source)}
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


def killer(project: Path, mutant: Mutant, tests: tuple[str, ...], seconds: float) -> str | None:
    """The test that fails with a mutant in the copy, or None; a mutant that takes too long is killed as well."""
    file = project / mutant.file
    original = file.read_text(encoding="utf-8")
    file.write_text(mutant.code, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--no-header", "-p", "no:cacheprovider", *tests]
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(project)}

    def limited() -> None:
        """Bound the processor time, not the time of the clock: the machine may be busy."""
        resource.setrlimit(resource.RLIMIT_CPU, (round(seconds), round(seconds) + 5))

    try:
        done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, preexec_fn=limited)
    finally:
        file.write_text(original, encoding="utf-8")
    if not done.returncode:
        return None
    if done.returncode < 0:
        return "takes too long"
    failed = re.search(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)
    return failed[1] if failed else "does not start"


def play(chosen: list[Mutant], tests: tuple[str, ...], workers: int, seconds: float) -> Iterator[str | None]:
    """The killer of each mutant, as soon as it is known. Raises ValueError if the tests fail without one."""
    with tempfile.TemporaryDirectory() as folder:
        copies: SimpleQueue[Path] = SimpleQueue()
        for number in range(workers):
            copies.put(copy_of_project(Path(folder) / str(number)))
        project = copies.get()
        original = Mutant(chosen[0].file, "none", (ROOT / chosen[0].file).read_text(encoding="utf-8"))
        if failing := killer(project, original, tests, 10 * seconds):
            raise ValueError(f"{failing} fails without a mutant")
        copies.put(project)

        def one(mutant: Mutant) -> str | None:
            copy = copies.get()
            try:
                return killer(copy, mutant, tests, seconds)
            finally:
                copies.put(copy)

        with ThreadPoolExecutor(workers) as pool:
            yield from pool.map(one, chosen)


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
    for mutant, by in zip(chosen, play(chosen, TESTS[asked.folder], asked.workers, asked.seconds), strict=True):
        reason = known.get(mutant.key(), "")
        said = f"killed by {by}" if by else f"equivalent: {reason}" if reason else f"SURVIVED\n{mutant.diff()}"
        print(f"{mutant.file}: {mutant.operator}: {said}", flush=True)
        killed += bool(by)
        equivalent += bool(reason and not by)
        open_ += not (by or reason)
    low, high = binomtest(killed, max(1, killed + open_)).proportion_ci(method="wilson")
    print(f"{asked.folder}: {killed} of {killed + open_} killed ({low:.0%} to {high:.0%}), {equivalent} equivalent")
    print(f"{len(chosen)} of {len(found)} mutants were tried")
    return int(open_ > 0)


if __name__ == "__main__":
    sys.exit(main())
