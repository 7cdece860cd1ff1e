"""What all tests share."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import hypothesis
import pytest

ROOT = Path(__file__).parent.parent

hypothesis.settings.register_profile("default", deadline=None, derandomize=True)
hypothesis.settings.load_profile("default")


@pytest.fixture(scope="session")
def root() -> Path:
    """The top folder of the project."""
    return ROOT


def pytest_configure() -> None:
    """Texts come out the same in every terminal, Ctrl-C acts, and processes started by tests find the package."""
    for name in ("FORCE_COLOR", "CLICOLOR_FORCE", "PY_COLORS"):
        os.environ.pop(name, None)
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # started in the background; tests send Ctrl-C
        signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.update(COLUMNS="200", NO_COLOR="1", PYTHONPATH=os.pathsep.join(paths))
