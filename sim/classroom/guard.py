"""What the server of the classroom lets through: pages of this machine, asked for by this machine, and nothing else.

The lessons run in marimo's run mode, which edits nothing. This stands before it: only the addresses a lesson needs
exist at all, and none names a file; only `localhost` and `127.0.0.1` are answered to (a foreign name that points here,
DNS rebinding, is not); a request that changes something, and a websocket, must come from a page of this server
(cross-site requests do not); and pages may load nothing from anywhere else (Content-Security-Policy).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HOSTS: Final = ("127.0.0.1", "localhost")
POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "manifest-src 'self'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_READ: Final = "|".join(
    (
        r"health|api/version|api/status/connections",
        r"assets/[\w./-]+|[\w-]+\.(?:png|ico|json|webmanifest)",
        r"public-files-sw\.js",  # a lesson has no public files, but its page asks for this
    )
)
_CHANGED: Final = r"api/kernel/(?:set_ui_element_value|function_call)"


class Guard:
    """ASGI middleware: refuses what is not a lesson's. `lessons` are their keys."""

    def __init__(self, app: ASGIApp, lessons: Sequence[str]) -> None:
        self.app = app
        keys = "|".join(map(re.escape, lessons))
        self._read = re.compile(rf"/|/(?:{keys})|/(?:{keys})/(?:{_READ})?|/favicon\.ico")
        self._changed = re.compile(rf"/(?:{keys})/(?:{_CHANGED})")
        self._socket = re.compile(rf"/(?:{keys})/ws")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with what is wrong."""
        if scope["type"] == "lifespan":
            return await self.app(scope, receive, send)
        refused = self._refuses(scope)
        if refused is None:
            return await self.app(scope, receive, _with_headers(send))
        if scope["type"] == "websocket":  # closed before it is accepted: the browser sees a 403
            return await send({"type": "websocket.close", "code": 1008, "reason": refused[1]})
        return await PlainTextResponse(refused[1], refused[0], HEADERS)(scope, receive, send)

    def _refuses(self, scope: Scope) -> tuple[int, str] | None:
        """Status and reason; None for what is a lesson's."""
        headers, path = Headers(scope=scope), scope["path"]
        if not _is_here(headers.get("host", "")):
            return 400, "ask for 127.0.0.1 or localhost"
        reads = scope["type"] == "http" and scope["method"] in ("GET", "HEAD")
        wanted = self._read if reads else self._changed if scope["type"] == "http" else self._socket
        other = "file" in parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        if not wanted.fullmatch(path) or ".." in path or other:
            return 404, "no such page"
        if not reads and not _is_own(headers):
            return 403, "asked by a page of another site"
        return None


def _is_here(host: str) -> bool:
    """Whether a Host header, with or without a port, names this machine."""
    return host.rsplit(":", 1)[0] in HOSTS if ":" in host else host in HOSTS


def _is_own(headers: Headers) -> bool:
    """Whether a page of this very server asks; programs that are no browser send no Origin."""
    origin = headers.get("origin")
    return origin is None or (urlsplit(origin).scheme == "http" and urlsplit(origin).netloc == headers.get("host"))


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
        await send(message)

    return sending
