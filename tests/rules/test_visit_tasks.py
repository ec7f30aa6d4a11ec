"""Which tasks a visit begins with."""

import hypothesis.strategies as st
from hypothesis import given

from channeldesk.rules.visit_tasks import NewTask, plain, to_begin_with

_tasks = st.lists(st.sampled_from(["Photo", "photo ", "Check  tags", "check tags", "新品", "Leaflet"]))


def test_left_over_ones_come_first_and_nothing_comes_twice() -> None:
    found = to_begin_with(["Leaflet"], ["leaflet", "Train the staff"], ["Photo", "train  the staff"])
    assert found == (NewTask("Train the staff", "carried"), NewTask("Photo", "template"))


@given(_tasks, _tasks, _tasks)
def test_together_they_hold_every_task_once(there: list[str], left: list[str], standard: list[str]) -> None:
    new = [plain(one.task) for one in to_begin_with(there, left, standard)]
    assert len(new) == len(set(new))
    assert set(new) | {plain(one) for one in there} == {plain(one) for one in there + left + standard}
    assert not set(new) & {plain(one) for one in there}
