"""Settings: one declaration, kept with the data."""

import pytest

from channeldesk.actions.settings import put
from channeldesk.desk import Desk
from channeldesk.model.changes import Topic
from channeldesk.model.notice import Problem
from channeldesk.queries.settings import settings
from channeldesk.queries.status import status


def test_a_choice_is_kept_and_sent_to_nobody(desk: Desk) -> None:
    before = desk.ask(settings)
    assert (before["language"], before["colours"], before["work_offline"]) == ("", "system", "no")
    done = desk.act(put, "colours", "dark")
    assert done.changes == {Topic.SETTINGS}
    assert desk.ask(settings)["colours"] == "dark"
    assert desk.ask(status).waiting == 0
    desk.act(put, "colours", "system")
    assert desk.ask(settings)["colours"] == "system"


def test_only_declared_options_are_taken(desk: Desk) -> None:
    with pytest.raises(Problem) as refused:
        desk.act(put, "colours", "pink")
    assert refused.value.notice.code == "edit.not_a_choice"
