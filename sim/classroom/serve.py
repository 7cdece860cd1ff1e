"""The lessons as pages on this machine."""

from __future__ import annotations

import ast
import os
import signal
import socket
import sys
import tempfile
import threading
import webbrowser
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sim.classroom import course
from sim.errors import InputError

if TYPE_CHECKING:
    from starlette.types import ASGIApp

HOST: Final = "127.0.0.1"
PORT: Final = 8642
EXTRA: Final = ("marimo", "altair", "vl_convert", "jinja2")
"""What the extra `classroom` brings."""
IDLE_S: Final = 120
"""Seconds after which the session of a page that was closed is forgotten."""
_SETTINGS: Final = '[display]\ntheme = "system"\n'
"""Of marimo, whatever the student's own are: every screen in a class looks the same, and dark where the machine is."""


@dataclass(frozen=True)
class Options:
    """What is asked for: `port` 0 is any that is free; `browser` opens the page."""

    port: int = PORT
    browser: bool = True


def serve(options: Options) -> None:
    """Serve the lessons until interrupted.

    Raises InputError without the extra `classroom`, and where the port is taken.
    """
    require_extra()
    signal.signal(signal.SIGTERM, _ended)
    with bound(options.port) as listening, _settings():
        import uvicorn

        parse_one_at_a_time()
        address = f"http://{HOST}:{listening.getsockname()[1]}/"
        app = application()
        print(f"the nation at {address} (only on this machine); Ctrl-C ends", flush=True)
        if options.browser and _has_screen():
            webbrowser.open(address)
        config = uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1, ws_ping_interval=None)
        uvicorn.Server(config).run(sockets=[listening])


def _ended(number: int, _frame: object) -> None:
    """Told to end: leave as after Ctrl-C, so that nothing stays behind. uvicorn raises the signal again at its end."""
    raise SystemExit(128 + number)


def require_extra() -> None:
    """Raises InputError where something of the extra `classroom` is missing."""
    if any(find_spec(name) is None for name in EXTRA):
        raise InputError("the classroom needs more than is installed: pip install 'detsim[classroom]'")


@contextmanager
def bound(port: int) -> Iterator[socket.socket]:
    """A socket that listens on this machine only. Raises InputError where the port cannot be had."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    with listening:
        if os.name == "posix":  # elsewhere it would share the port with whoever has it
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((HOST, port))
            listening.listen(128)
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            raise InputError(f"--port {port}: {why}; give another, or 0 for any that is free") from error
        yield listening


def parse_one_at_a_time() -> None:
    """Hold other threads off while one makes a syntax tree, as every page does when it opens.

    CPython before 3.11.8 and 3.12.2 counts their depth for all threads together; two at once can end in SystemError:
    https://github.com/python/cpython/issues/106905
    """
    parse, lock = ast.parse, threading.RLock()

    def parsing(*given: Any, **named: Any) -> Any:
        with lock:
            return parse(*given, **named)

    vars(ast)["parse"] = parsing


def application() -> ASGIApp:
    """The lesson, guarded."""
    import marimo
    from starlette.applications import Starlette
    from starlette.responses import RedirectResponse
    from starlette.routing import Mount, Route

    from sim.classroom import screen
    from sim.classroom.guard import Guard

    screen.SERVED.set()
    there = course.lessons()
    pages = marimo.create_asgi_app(quiet=True, include_code=False, session_ttl=IDLE_S)
    for lesson in there:
        pages = pages.with_app(path=f"/{lesson.key}", root=str(lesson.file))
    served = pages.build()
    routes = [Route("/", lambda _: RedirectResponse(f"{there[0].key}/")), Mount("/", served)]
    return Guard(Starlette(routes=routes, lifespan=lambda _: _ends_sessions(served)), [one.key for one in there])


@asynccontextmanager
async def _ends_sessions(served: Any) -> AsyncIterator[None]:
    """Each open page has a thread, which ends with the server; marimo sees to that only in a server of its own."""
    yield
    for mounted in served.routes:
        manager = getattr(getattr(getattr(mounted, "app", None), "state", None), "session_manager", None)
        if manager is not None:
            await manager.shutdown()


@contextmanager
def _settings() -> Iterator[None]:
    """marimo reads its settings from a folder of ours."""
    before = os.environ.get("XDG_CONFIG_HOME")
    with tempfile.TemporaryDirectory(prefix="detsim-classroom-") as folder:
        file = Path(folder) / "marimo" / "marimo.toml"
        file.parent.mkdir()
        file.write_text(_SETTINGS, encoding="utf-8")
        os.environ["XDG_CONFIG_HOME"] = folder
        try:
            yield
        finally:
            os.environ.pop("XDG_CONFIG_HOME")
            if before is not None:
                os.environ["XDG_CONFIG_HOME"] = before


def _has_screen() -> bool:
    """Whether a browser has somewhere to open; one in the terminal would take it over."""
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
