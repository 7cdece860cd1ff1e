"""People on each line."""

from __future__ import annotations

import pytest

from sim.report.figures import lines
from tests.report.figures.seen import drawn, file_series, line, means, texts, weekly
from tests.report.figures.worlds import endless, nation, one_area


@pytest.mark.parametrize("queue", lines.QUEUES)
def test_people_are_those_of_the_file(queue):
    figure, wanted = lines.Queues().draw([nation()]), means(file_series(queue))
    if not any(wanted.values()):
        assert queue not in figure.data["series"]
        return
    wanted = weekly(wanted)
    assert line(figure, queue) == pytest.approx(wanted)
    assert any(rows == pytest.approx(wanted, rel=1e-5) for rows in drawn(figure) if rows.keys() == wanted.keys())
    assert lines.QUEUES[queue] in texts(figure)


def test_lines_that_nobody_is_on_are_left_out():
    assert lines.Queues().draw([endless()]) is None
    assert set(lines.Queues().draw([one_area()]).data["series"]) <= {"intake_queue", "bed_queue"}
    assert len(set(lines.Queues().draw([one_area(), nation()]).data["scenario"])) == 2
