"""Pages from Jinja2 templates: everything in them escaped, scripts and styles inside."""

from __future__ import annotations

from importlib import resources
from typing import Any


def text(name: str) -> str:
    """Return a file of `sim/report/`."""
    return (resources.files("sim.report") / name).read_text(encoding="utf-8")


def render(template: str, **values: Any) -> str:
    """Return a template filled in; `text` and `tojson` are there for what stands in scripts. Raises ImportError."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(text),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
    return environment.get_template(template).render(text=text, **values)
