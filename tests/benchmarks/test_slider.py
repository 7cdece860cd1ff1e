"""The benchmark of the last lesson's slider runs; what it says of time is not looked at."""

from __future__ import annotations

import pytest

from benchmarks.__main__ import main
from tests.browser.visits import chromium


def test_without_a_browser_it_says_what_is_needed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    main(["nation-slider"])
    assert "needs Chromium" in capsys.readouterr().out


@pytest.mark.slow
def test_a_slider_is_moved_and_its_parts_add_up_to_less(capsys: pytest.CaptureFixture[str]) -> None:
    chromium()
    main(["--moves", "1", "nation-slider"])
    lines = capsys.readouterr().out.splitlines()
    assert "of 1 moves" in lines[1]
    assert all(f"{step} " in lines[2] for step in ("read", "play", "laws", "charts"))
