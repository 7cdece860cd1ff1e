"""What the server of the classroom lets through."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from sim.classroom.guard import Guard

HERE = {"host": "127.0.0.1:8642"}


def answer(path: str, method: str = "GET", kind: str = "http", query: str = "", **headers: str) -> tuple[int, str]:
    """Status and body that a request gets; the app behind answers 200 `in`."""
    told: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "websocket":
            return await send({"type": "websocket.accept"})
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"in"})

    async def send(message: Any) -> None:
        told.append(message)

    given = [(name.encode(), text.encode()) for name, text in (HERE | headers).items()]
    scope = {"type": kind, "method": method, "path": path, "headers": given, "query_string": query.encode()}
    asyncio.run(Guard(app, ["one", "two"])(scope, None, send))  # type: ignore[arg-type]
    if kind == "websocket":
        return (101 if told[0]["type"] == "websocket.accept" else 403), ""
    policies = [value for name, value in told[0]["headers"] if name == b"content-security-policy"]
    assert len(policies) == 1 and b"default-src 'none'" in policies[0]
    return told[0]["status"], told[1]["body"].decode()


@pytest.mark.parametrize(
    "path",
    ["/", "/two", "/two/", "/two/health", "/two/assets/index-s-M1OXjs.js", "/two/favicon.ico", "/one/manifest.json"],
)
def test_pages_of_a_lesson_are_let_through(path: str) -> None:
    assert answer(path) == (200, "in")


@pytest.mark.parametrize(
    "path",
    [
        *("/nine/", "/two/two.py", "/two/lesson.css", "/../etc/passwd", "/two/assets/../../../etc/passwd", "//two/"),
        *("/two/@file/5-a.txt", "/two/@file/../x", "/two/public/two.py", "/two/auth/token", "/two/og/thumbnail"),
        *("/two/api/status", "/two/api/sessions", "/two/api/environment", "/two/api/usage", "/two/terminal/ws"),
        *("/two/api/files/read_code", "/two/api/export/html", "/two/lsp/health", "/two/assets/a\n.js", "/two/ws"),
    ],
)
def test_nothing_else_can_be_read(path: str) -> None:
    assert answer(path) == (404, "no such page")


@pytest.mark.parametrize(
    "path",
    [
        *("/two/api/files/save", "/two/api/files/read_code", "/two/api/files/list_files", "/two/api/files/update"),
        *(
            "/two/api/kernel/run",
            "/two/api/kernel/execute",
            "/two/api/kernel/scratchpad/run",
            "/two/api/kernel/shutdown",
        ),
        *("/two/api/export/html", "/two/api/packages/add", "/two/api/secrets/create", "/two/api/storage/download", "/"),
    ],
)
def test_nothing_else_can_be_changed(path: str) -> None:
    assert answer(path, "POST") == (404, "no such page")


def test_a_slider_can_be_moved_by_a_page_of_this_server_only() -> None:
    moved = "/two/api/kernel/set_ui_element_value"
    assert answer(moved, "POST", origin="http://127.0.0.1:8642")[0] == 200
    assert answer(moved, "POST")[0] == 200  # no browser
    for origin in ("http://evil.example", "http://127.0.0.1:9999", "https://127.0.0.1:8642", "null", ""):
        assert answer(moved, "POST", origin=origin) == (403, "asked by a page of another site")


@pytest.mark.parametrize("query", ["file=/etc/passwd", "beds=9&file=__new__", "%66ile=../one.py", "file"])
def test_no_file_can_be_named(query: str) -> None:
    assert answer("/two/", query=query) == (404, "no such page")
    assert answer("/two/ws", kind="websocket", query=query, origin="http://127.0.0.1:8642")[0] == 403
    assert answer("/two/", query="beds=9&files=3") == (200, "in")


def test_a_websocket_is_for_a_page_of_this_server_only() -> None:
    assert answer("/two/ws", kind="websocket", origin="http://127.0.0.1:8642")[0] == 101
    assert answer("/two/ws", kind="websocket", origin="http://evil.example")[0] == 403
    assert answer("/two/terminal/ws", kind="websocket", origin="http://127.0.0.1:8642")[0] == 403


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8642", "127.0.0.1.evil.example", "", "[::1]:8642", "0.0.0.0"]
)
def test_a_foreign_name_that_points_here_is_not_answered(host: str) -> None:
    assert answer("/", host=host) == (400, "ask for 127.0.0.1 or localhost")
    assert answer("/two/ws", kind="websocket", host=host)[0] == 403


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "localhost:8642"])
def test_names_of_this_machine_are_answered(host: str) -> None:
    assert answer("/", host=host)[0] == 200
