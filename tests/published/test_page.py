"""Every command of `docs/published.md` is one that runs: its scenario loads with its settings."""

from __future__ import annotations

import re
import shlex
from itertools import pairwise
from pathlib import Path

import pytest

from sim.scenario.loading import load, shipped
from sim.vocabulary import MEASURES

PAGE = (Path(__file__).parents[2] / "docs" / "published.md").read_text(encoding="utf-8")
COMMANDS = list(dict.fromkeys(re.findall(r"`detsim run ([a-z][^`]*)`", PAGE)))


@pytest.mark.parametrize("command", COMMANDS)
def test_command_loads(command: str) -> None:
    name, *options = shlex.split(command)
    sets = [value for option, value in pairwise(options) if option == "--set"]
    assert f"published/{name}" in shipped()
    assert load(name, sets).scenario.title


def test_every_scenario_has_a_row() -> None:
    named = {command.split()[0] for command in COMMANDS}
    assert named == {name.removeprefix("published/") for name in shipped() if name.startswith("published/")}


def test_measures_named_exist() -> None:
    words = re.findall(r"`((?:cost_usd|held|releases|arrests|docket|empty|areas|sustainable)_\w+|releases)`", PAGE)
    assert words and set(words) - {"docket_pending"} <= set(MEASURES)
