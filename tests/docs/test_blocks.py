"""Every code block of the README and of `docs/` is run as it stands.

`sh` runs in a copy of the project's surroundings, `python` in a process of its own, `yaml` must load as
a scenario; `text` and `csv` are output. A block under `<!-- command: NAME -->` installs things, so
`.ci/run` runs it instead.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PAGES = [ROOT / "README.md", ROOT / "results" / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
OUTPUT = ("text", "csv")
_BLOCK = re.compile(r"^(?:<!-- command: (\w+) -->\n)?```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    page: Path
    line: int
    command: str
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks_of(page: Path) -> list[Block]:
    """The fenced blocks of a page, in order."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(page, text.count("\n", 0, found.start()) + 1, found[1] or "", found[2], found[3])
        for found in _BLOCK.finditer(text)
    ]


BLOCKS = [block for page in PAGES for block in blocks_of(page)]
RUN = [block for block in BLOCKS if not block.command and block.language not in OUTPUT]
PORT = "28786"
"""Of the scheduler in the examples; another test may use it at the same time."""
LONG = ("detsim backtest --origins monthly", "detsim page")
"""Commands that take long and that tests of their own run as well, the first in a smaller world."""


@pytest.fixture(scope="module")
def surroundings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that looks like a copy of the project, with `detsim` to call."""
    folder = tmp_path_factory.mktemp("copy")
    (folder / "scenarios").symlink_to(ROOT / "scenarios")
    (folder / "bin").mkdir()
    detsim = folder / "bin" / "detsim"
    detsim.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m sim "$@"\n')
    detsim.chmod(0o755)
    return folder


def free_port() -> str:
    """A port of this machine that nobody uses."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return str(one.getsockname()[1])


def commands(block: Block) -> list[str]:
    """The command that runs a block."""
    if block.language == "sh":
        return ["bash", "-euo", "pipefail", "-c", block.text.replace(PORT, free_port())]
    if block.language == "python":
        return [sys.executable, "-W", "error", "-c", block.text]
    name = f"block-{block.page.stem}-{block.line}.yaml"
    return ["bash", "-c", f"cat > {name} && detsim validate {name}"]


def marks(block: Block) -> list[pytest.MarkDecorator]:
    """Those of a block: slow if it has a long command."""
    return [pytest.mark.slow] if any(command in block.text for command in LONG) else []


@pytest.mark.parametrize("block", [pytest.param(block, marks=marks(block), id=str(block)) for block in RUN])
def test_block_runs(block: Block, surroundings: Path) -> None:
    path = os.pathsep.join([str(surroundings / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = os.environ | {"PATH": path}
    options = {"cwd": surroundings, "env": environment, "capture_output": True, "text": True, "timeout": 1800}
    done = subprocess.run(commands(block), input=block.text, **options)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_block_is_of_a_known_kind() -> None:
    fences = sum(len(re.findall(r"^```", page.read_text(encoding="utf-8"), re.MULTILINE)) for page in PAGES)
    assert fences == 2 * len(BLOCKS), "a fence that is not closed, or indented"
    assert {block.language for block in BLOCKS} <= {"sh", "python", "yaml", *OUTPUT}


def test_the_commands_that_set_up_are_run_by_ci() -> None:
    marked = {block.command for block in blocks_of(ROOT / "README.md") if block.command}
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert marked == {"run", "test"}
    assert all(f"$(readme {name})" in script for name in marked)


def test_links_lead_somewhere() -> None:
    links = [
        (page, target)
        for page in PAGES
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text(encoding="utf-8"))
    ]
    assert links and [f"{page.name}: {target}" for page, target in links if not (page.parent / target).exists()] == []
