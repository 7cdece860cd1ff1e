"""`detsim classroom` as a command: starting, refusing, ending; copies for the editor."""

from __future__ import annotations

import ast
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from sim.classroom import course, edit
from sim.classroom.serve import bound, parse_one_at_a_time
from sim.errors import InputError

ROOT = Path(__file__).parent.parent.parent


def classroom(*options: str, before: str = "") -> subprocess.Popen[str]:
    """The command in a process of its own; `before` is Python to run first."""
    asked = "sys.argv = ['detsim', 'classroom', *sys.argv[1:]]"
    code = f"import sys\n{before}\nfrom sim.__main__ import main\n{asked}\nsys.exit(main())"
    return subprocess.Popen(
        [sys.executable, "-c", code, *options], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with classroom("--nation", "--no-browser", "--port", "0") as server:
        assert server.stdout
        found = re.search(r"http://127\.0\.0\.1:\d+/", server.stdout.readline())
        assert found
        yield found[0]
        server.send_signal(signal.SIGINT)
        assert server.wait(20) == 130
        assert server.stderr and server.stderr.read() == "interrupted\n"


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_told_to_end_it_leaves_nothing_behind(tmp_path: Path) -> None:
    folder = f"import tempfile\ntempfile.tempdir = {str(tmp_path)!r}"
    with classroom("--nation", "--no-browser", "--port", "0", before=folder) as server:
        assert server.stdout and "the nation at" in server.stdout.readline()
        assert any(tmp_path.glob("detsim-classroom-*"))
        server.terminate()
        assert server.wait(20) == 128 + signal.SIGTERM
    assert not any(tmp_path.glob("detsim-classroom-*"))


def status(url: str, data: bytes | None = None, **headers: str) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=300) as got:
            return int(got.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


# --- the server -----------------------------------------------------------------------------------
def test_the_address_leads_to_the_lesson(address: str) -> None:
    with urllib.request.urlopen(address, timeout=300) as got:
        assert got.url == f"{address}five/" and got.status == 200


def test_a_page_shows_no_file_of_the_machine(address: str) -> None:
    for path in (
        "five/five.py",
        "five/@file/9-passwd",
        "five/public/five.py",
        "five/assets/..%2f..%2fmarimo.toml",
        "five/api/usage",
    ):
        assert status(address + path) == 404, path
    assert status(f"{address}five/api/files/read_code", b"{}") == 404
    assert status(f"{address}five/assets/no-such.js") == 404


def test_another_site_can_neither_ask_nor_listen(address: str) -> None:
    assert status(f"{address}five/api/kernel/set_ui_element_value", b"{}", Origin="http://evil.example") == 403
    assert status(address, Host="evil.example") == 400
    with pytest.raises(InvalidStatus, match="403"):
        connect(f"{address.replace('http', 'ws')}five/ws?session_id=x", origin="http://evil.example")  # type: ignore[arg-type]


def test_a_taken_port_is_one_line(address: str) -> None:
    port = address.rstrip("/").rsplit(":", 1)[1]
    with classroom("--nation", "--no-browser", "--port", port) as second:
        out, err = second.communicate(timeout=600)
    assert (second.returncode, out) == (2, "")
    assert err == f"--port {port}: address already in use; give another, or 0 for any that is free\n"


@pytest.mark.parametrize("missing", ["marimo", "vl_convert"])
@pytest.mark.parametrize("options", [(), ("--edit", "lessons")])
def test_without_the_extra_one_line_says_what_to_install(missing: str, options: tuple[str, ...]) -> None:
    found = f"lambda name, *more: None if name == '{missing}' else find(name, *more)"
    blocked = f"import importlib.util as u; find = u.find_spec; u.find_spec = {found}; sys.modules['{missing}'] = None"
    with classroom("--nation", "--no-browser", *options, before=blocked) as refused:
        out, err = refused.communicate(timeout=600)
    assert (refused.returncode, out) == (2, "")
    assert err == "the classroom needs more than is installed: pip install 'detsim[classroom]'\n"
    assert not (ROOT / "lessons").exists()


def test_a_socket_listens_on_this_machine_only() -> None:
    with bound(0) as listening:
        host, port = listening.getsockname()
        assert host == "127.0.0.1"
        with pytest.raises(InputError, match=f"--port {port}: .*; give another, or 0"), bound(port):
            pass
    with bound(port) as again, socket.create_connection(("127.0.0.1", port)):
        assert again.getsockname()[1] == port


def test_syntax_trees_are_made_by_one_thread_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    inside, most, lock = [0], [0], threading.Lock()

    def slow(source: str) -> str:
        with lock:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
        threading.Event().wait(0.002)
        with lock:
            inside[0] -= 1
        return source

    monkeypatch.setattr(ast, "parse", slow)
    parse_one_at_a_time()
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ast.parse, "abcdefgh")) == list("abcdefgh")
    assert most == [1]


# --- copies for the editor ------------------------------------------------------------------------
def test_copies_are_the_lesson_and_its_looks(tmp_path: Path) -> None:
    assert edit.copy(tmp_path / "new" / "folder") == []
    folder = tmp_path / "new" / "folder"
    assert {file.name for file in folder.iterdir()} == {
        "lesson.css",
        "lesson.html",
        *(lesson.file.name for lesson in course.lessons()),
    }
    ast.parse((folder / "five.py").read_text(encoding="utf-8"))


def test_a_copy_that_was_changed_is_kept(tmp_path: Path) -> None:
    edit.copy(tmp_path)
    (tmp_path / "five.py").write_text("mine")
    (tmp_path / "lesson.css").unlink()
    kept = edit.copy(tmp_path)
    assert "five.py" in kept and "lesson.css" not in kept
    assert (tmp_path / "five.py").read_text() == "mine" and (tmp_path / "lesson.css").stat().st_size > 100


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=r"--edit .*file/x: Not a directory; name a folder that can be written"):
        edit.copy(tmp_path / "file" / "x")
