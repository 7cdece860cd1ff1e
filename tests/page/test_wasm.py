"""The engine kept for the page: built from the sources of today, and built again to the same bytes."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.page import wasm


def test_the_kept_engine_is_built_from_the_sources_of_today() -> None:
    assert wasm.built_from() == wasm.digest(), "sources of the engine changed: run python tools/build_wasm.py"


@pytest.mark.slow
def test_the_kept_engine_is_built_again(tmp_path: Path) -> None:
    pytest.importorskip("ziglang", reason="the extra `dev` has the linker")
    assert wasm.build(tmp_path / "engine.wasm").read_bytes() == wasm.ENGINE.read_bytes()
