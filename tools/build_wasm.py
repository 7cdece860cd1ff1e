"""Build `sim/page/engine.wasm`, the compiled engine for the browser: python tools/build_wasm.py

Needs `ziglang` (its `wasm-ld`), which the extra `dev` has.
"""

from __future__ import annotations

from sim.page.wasm import build

if __name__ == "__main__":
    print(f"wrote {build()}")
