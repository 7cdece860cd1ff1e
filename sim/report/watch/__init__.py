"""Watching: the line of people, or the areas over a year, as one animation that needs no network."""

from __future__ import annotations

from sim.report.watch.rendering import Asked, fragment, iframe, page, write

__all__ = ["Asked", "fragment", "iframe", "page", "write"]
