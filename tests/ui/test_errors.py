"""Exceptions in words."""

import pytest

from channeldesk.model.notice import Problem
from ui.errors import explain


def test_a_problem_speaks_for_itself() -> None:
    told = explain(Problem.of("value.not_a_number", text="12o"))
    assert told.happened == "“12o” is not a number."
    assert not told.defect


@pytest.mark.parametrize("error", [PermissionError("errno 13"), OSError("disk full"), ValueError("secret")])
def test_others_say_what_it_means_and_what_to_do(error: Exception) -> None:
    told = explain(error)
    assert told.meaning
    assert told.remedy
    assert str(error) not in told.happened + told.meaning + told.remedy
    assert str(error) in told.detail
