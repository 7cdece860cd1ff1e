"""The engine kept for the page: built from the sources of today, and built again to the same bytes."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.errors import InputError
from sim.page import make, wasm


def test_the_kept_engine_is_built_from_the_sources_of_today() -> None:
    assert wasm.built_from() == wasm.digest(), "sources of the engine changed: run python tools/build_wasm.py"


def test_no_page_is_made_with_an_engine_of_other_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(make, "digest", lambda: "0" * 16)
    with pytest.raises(InputError, match=r"engine\.wasm: built from other sources; run `python tools/build"):
        make.page()


@pytest.mark.slow
def test_the_kept_engine_is_built_again(tmp_path: Path) -> None:
    pytest.importorskip("ziglang", reason="the extra `dev` has the linker")
    assert wasm.build(tmp_path / "engine.wasm").read_bytes() == wasm.ENGINE.read_bytes()
