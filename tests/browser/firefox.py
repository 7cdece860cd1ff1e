"""Debian's Firefox, driven by its own remote protocol (Marionette), for what is held against both browsers."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

_SETTINGS = 'user_pref("marionette.port", {port}); user_pref("datareporting.policy.dataSubmissionEnabled", false);'
_READY_S = 60


class Firefox:
    """One window. `evaluate` takes an expression or a function, as Playwright's does."""

    def __init__(self, port: int) -> None:
        self._socket = _connected(port)
        self._number = 0
        self._read()  # it says who it is
        self._do("WebDriver:NewSession", {"capabilities": {}})
        self._do("WebDriver:SetTimeouts", {"script": 60_000})

    def close(self) -> None:
        """Let go of the window."""
        self._socket.close()

    def goto(self, address: str) -> None:
        """Open an address."""
        self._do("WebDriver:Navigate", {"url": address})

    def evaluate(self, expression: str, argument: Any = None) -> Any:
        """The value of a function of the page's, or of a promise it gives."""
        call = (
            "const [argument, done] = arguments; const {lessonPage} = window.wrappedJSObject ?? window;"
            f"Promise.resolve(({expression})(argument)).then(done);"
        )
        return self._do("WebDriver:ExecuteAsyncScript", {"script": call, "args": [argument]})["value"]

    def _do(self, command: str, what: dict[str, Any]) -> Any:
        self._number += 1
        message = json.dumps([0, self._number, command, what])
        self._socket.sendall(f"{len(message.encode())}:{message}".encode())
        _, _, error, found = self._read()
        assert error is None, error
        return found

    def _read(self) -> Any:
        length = b""
        while not length.endswith(b":"):
            length += self._socket.recv(1)
        content, wanted = b"", int(length[:-1])
        while len(content) < wanted:
            content += self._socket.recv(wanted - len(content))
        return json.loads(content)


def _connected(port: int) -> socket.socket:
    end = time.monotonic() + _READY_S
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=120)
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


@contextmanager
def firefox() -> Iterator[Firefox]:
    """A window of Firefox with a profile of its own; skipped where there is none."""
    command = shutil.which("firefox-esr") or shutil.which("firefox")
    if command is None:
        pytest.skip("no Firefox")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with TemporaryDirectory() as profile:
        (Path(profile) / "user.js").write_text(_SETTINGS.format(port=port), encoding="utf-8")
        words = [command, "--headless", "--marionette", "--no-remote", "--profile", profile]
        with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
            try:
                page = Firefox(port)
                try:
                    yield page
                finally:
                    page.close()
            finally:
                running.terminate()
