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
from sim.classroom.serve import bound, find_lesson, parse_one_at_a_time
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
    with classroom("--no-browser", "--port", "0") as server:
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
    with classroom("--no-browser", "--port", "0", before=folder) as server:
        assert server.stdout and "lessons at" in server.stdout.readline() and any(tmp_path.glob("detsim-classroom-*"))
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
def test_the_list_names_every_lesson_and_leads_to_each(address: str) -> None:
    with urllib.request.urlopen(address, timeout=300) as got:
        page = got.read().decode()
    for lesson in course.lessons():
        assert f'<a href="{lesson.key}/">{lesson.number}. {lesson.title}</a>' in page
        assert status(f"{address}{lesson.key}/") == 200


def test_a_page_shows_no_file_of_the_machine(address: str) -> None:
    for path in (
        "two/two.py",
        "two/@file/9-passwd",
        "two/public/two.py",
        "two/assets/..%2f..%2fmarimo.toml",
        "two/api/usage",
    ):
        assert status(address + path) == 404, path
    assert status(f"{address}two/api/files/read_code", b"{}") == 404
    assert status(f"{address}two/assets/no-such.js") == 404


def test_another_site_can_neither_ask_nor_listen(address: str) -> None:
    assert status(f"{address}two/api/kernel/set_ui_element_value", b"{}", Origin="http://evil.example") == 403
    assert status(address, Host="evil.example") == 400
    with pytest.raises(InvalidStatus, match="403"):
        connect(f"{address.replace('http', 'ws')}two/ws?session_id=x", origin="http://evil.example")  # type: ignore[arg-type]


def test_a_taken_port_is_one_line(address: str) -> None:
    port = address.rstrip("/").rsplit(":", 1)[1]
    with classroom("--no-browser", "--port", port) as second:
        out, err = second.communicate(timeout=600)
    assert (second.returncode, out) == (2, "")
    assert err == f"--port {port}: address already in use; give another, or 0 for any that is free\n"


@pytest.mark.parametrize("missing", ["marimo", "vl_convert"])
@pytest.mark.parametrize("options", [(), ("--edit", "lessons")])
def test_without_the_extra_one_line_says_what_to_install(missing: str, options: tuple[str, ...]) -> None:
    found = f"lambda name, *more: None if name == '{missing}' else find(name, *more)"
    blocked = f"import importlib.util as u; find = u.find_spec; u.find_spec = {found}; sys.modules['{missing}'] = None"
    with classroom("--no-browser", *options, before=blocked) as refused:
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


@pytest.mark.parametrize("text", ["two", "TWO", "2", " two "])
def test_a_lesson_is_found_by_key_and_number(text: str) -> None:
    assert find_lesson(text).title == "One facility and its line"


def test_an_unknown_lesson_is_refused_with_those_there_are() -> None:
    with pytest.raises(InputError, match="--lesson nine: no such lesson; give one of one, two"):
        find_lesson("nine")


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
def test_copies_are_the_lessons_and_run_as_they_are(tmp_path: Path) -> None:
    assert edit.copy(tmp_path / "new" / "folder") == []
    folder = tmp_path / "new" / "folder"
    assert {file.name for file in folder.iterdir()} == {
        "lesson.css",
        "lesson.html",
        *(lesson.file.name for lesson in course.lessons()),
    }
    done = subprocess.run(
        [sys.executable, "two.py"], cwd=folder, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_copy_that_was_changed_is_kept(tmp_path: Path) -> None:
    edit.copy(tmp_path)
    (tmp_path / "two.py").write_text("mine")
    (tmp_path / "one.py").unlink()
    kept = edit.copy(tmp_path)
    assert "two.py" in kept and "one.py" not in kept
    assert (tmp_path / "two.py").read_text() == "mine" and (tmp_path / "one.py").stat().st_size > 100


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=r"--edit .*file/x: Not a directory; name a folder that can be written"):
        edit.copy(tmp_path / "file" / "x")
