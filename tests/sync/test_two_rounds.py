"""Two rounds at once over one profile: the worker of a killed program lives on for a moment."""

from collections.abc import Callable

import pytest

from channeldesk.sync.transport import Offline
from tests.support.headquarters import Headquarters
from tests.support.rounds import Laptop, converged

Make = Callable[..., Laptop]


def test_an_older_pull_does_not_bring_back_what_a_newer_one_took_away(hq: Headquarters, laptop: Make) -> None:
    bo = laptop()
    hq.insert("contact", partner_id=hq.id_of("partner", code="P1"), name="Short-lived")
    older = bo.round().steps()
    while next(older).name != "pull started":
        pass
    hq.execute("UPDATE contact SET deleted = 1 WHERE name = 'Short-lived'")
    assert bo.sync().finished
    with pytest.raises(Offline):
        list(older)
    bo.sync()
    assert bo.rows("contact", name="Short-lived") == []
    converged(bo)
