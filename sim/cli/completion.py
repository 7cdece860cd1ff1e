"""What a shell may complete: names of included scenarios, of result folders and of files."""

from __future__ import annotations

from pathlib import Path


def names(incomplete: str) -> list[str]:
    """Included scenarios, results below `results/` and files here that begin with what is typed."""
    from sim.scenario.reading.layers import shipped

    home, _, _ = incomplete.rpartition("/")
    beside = (
        [str(path) + "/" * path.is_dir() for path in Path(home or ".").glob("*")] if Path(home or ".").is_dir() else []
    )
    results = [path.name for path in Path("results").glob("*") if (path / "manifest.json").is_file()]
    return sorted(name for name in {*shipped(), *results, *beside} if name.startswith(incomplete))
