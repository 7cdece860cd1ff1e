"""Broken scenario files, each with exactly what the user is told (`broken.txt`)."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.scenario.errors import ScenarioError
from sim.scenario.loading import load
from sim.scenario.reading import document
from sim.scenario.schema import Beds

Case = tuple[str, list[str]]


def _cases() -> dict[str, Case]:
    cases = {}
    for block in (Path(__file__).parent / "broken.txt").read_text(encoding="utf-8").split("\n\n"):
        if block.startswith("=== "):
            name, *lines = block.splitlines()
            text = "".join(f"{line}\n" for line in lines if not line.startswith("--> "))
            cases[name[4:]] = (text, [line[4:] for line in lines if line.startswith("--> ")])
    return cases


CASES = _cases()


def told(file: Path) -> list[str]:
    """What the user is told of a file, without its name."""
    with pytest.raises(ScenarioError) as caught:
        load(file)
    return [line.removeprefix(f"{file}:").strip() for line in caught.value.lines]


def test_there_are_many_kinds() -> None:
    assert len(CASES) > 150


@pytest.mark.parametrize("name", CASES)
def test_says_what_is_wrong_and_where(tmp_path: Path, name: str) -> None:
    text, lines = CASES[name]
    file = tmp_path / "scenario.yaml"
    file.write_text(text, encoding="utf-8")
    assert told(file) == [line.replace("KEYS", ", ".join(Beds.model_fields)) for line in lines]


BYTES = {
    "empty": (b"", "1:1: the file is empty, a scenario says at least one thing"),
    "bell": (b"title: a\x07b\n", "1:9: the character U+0007 is not allowed in YAML"),
    "NUL": (b"days: 3\ntitle: a\x00b\n", "2:9: the character U+0000 is not allowed in YAML"),
    "Latin-1": (b"days: 3\ntitle: caf\xe9\n", "2:11: is not UTF-8 text, save the file as UTF-8"),
    "UTF-16": ("days: 3".encode("utf-16"), "1:1: is not UTF-8 text, save the file as UTF-8"),
    "deep": (b"title: " + b"[" * 9000, "1:48: nested deeper than 40 levels"),
    "deep and closed": (b"title: " + b"{a: " * 9000 + b"}" * 9000, "1:165: nested deeper than 40 levels"),
}


@pytest.mark.parametrize("name", BYTES)
def test_what_is_no_text_of_yaml_is_one_line(tmp_path: Path, name: str) -> None:
    content, line = BYTES[name]
    file = tmp_path / "scenario.yaml"
    file.write_bytes(content)
    assert told(file) == [line]


def test_a_byte_order_mark_and_windows_line_ends_are_fine(tmp_path: Path) -> None:
    file = tmp_path / "scenario.yaml"
    file.write_bytes(b"\xef\xbb\xbfdays: 3\r\nseed: 4\r\n")
    assert (load(file).scenario.days, load(file).scenario.seed) == (3, 4)


def test_aliases_cannot_explode(tmp_path: Path) -> None:
    levels = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    file = tmp_path / "scenario.yaml"
    file.write_text("\n".join(["a0: &a0 [x]", *levels]))
    assert told(file)[-1].endswith("more than 50,000 values, too many for a scenario")


def test_an_alias_repeats_a_value(tmp_path: Path) -> None:
    file = tmp_path / "scenario.yaml"
    file.write_text("beds: {contracted: &many 30, physical: *many}\n")
    beds = load(file).scenario.beds
    assert beds is not None and beds.physical == beds.contracted


def test_a_huge_file_is_not_read_on(tmp_path: Path) -> None:
    file = tmp_path / "scenario.yaml"
    file.write_bytes(b"#" * (document.MOST_BYTES + 1))
    assert told(file) == ["is larger than 1 MB, too large for a scenario"]


def test_a_folder(tmp_path: Path) -> None:
    assert told(tmp_path) == ["is a folder, give a scenario file"]


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("goal-30000", "goal-30000: no such file or shipped scenario, did you mean goal-3000?"),
        ("zzz", "zzz: no such file or shipped scenario, `detsim list` shows the scenarios that come with detsim"),
        ("a\0b", "a?b: no such file or shipped scenario, `detsim list` shows the scenarios that come with detsim"),
        ("x" * 5000, '"' + "x" * 57 + '...": is not the name of a file'),
    ],
)
def test_a_name_that_means_nothing(name: str, line: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(name)
    assert caught.value.lines == (line,)


def test_an_unreadable_file_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "scenario.yaml"
    file.write_text("days: 3\n")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert told(file) == ["cannot be read: permission denied"]


def test_a_consequence_of_another_mistake_is_not_told(tmp_path: Path) -> None:
    """With a goal that cannot be read nobody would be arrested; that is not the user's mistake."""
    file = tmp_path / "scenario.yaml"
    file.write_text("arrests: {goal: many, sources: {at_large: {}}}\nbeds: {ladder: [{wait: {aftr: 3}}, release]}\n")
    assert told(file) == [
        '1:17: arrests.goal: "many" is not a rate such as 3000 / d, 10 / yr or 1.2 % / d',
        "2:25: beds.ladder.0.wait.aftr: unknown key, did you mean after?",
        '2:31: beds.ladder.0.wait.after: "3" has no unit, write a duration such as 72 h, 30 min or 45 d',
    ]


def test_mistakes_across_the_file_are_told_beside_others(tmp_path: Path) -> None:
    file = tmp_path / "scenario.yaml"
    file.write_text("days: many\nbeds: {contracted: {B: 3}}\n")
    assert told(file) == [
        '1:7: days: "many" is not a whole number such as 41,500',
        "2:20: beds.contracted: says nothing for A, add them or `default`",
        '2:21: beds.contracted.B: unknown area: "B" is not one of A',
    ]
