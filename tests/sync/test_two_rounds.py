"""Two rounds at once over one profile: the worker of a killed program lives on for a moment."""

from collections.abc import Callable

import pytest

from channeldesk.hq import admin
from channeldesk.store import images
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


def test_an_older_loss_of_a_unit_ends_where_a_newer_pull_brought_it_back(
    hq: Headquarters, laptop: Make
) -> None:
    ann = laptop("ann")
    ann.sync()
    admin.revoke(hq.database, "ann", ["NORTH"])
    older = ann.round().steps()
    while next(older).name != "dropped":
        pass
    admin.grant(hq.database, "ann", ["NORTH"])
    assert ann.sync().finished
    assert [row["code"] for row in ann.rows("partner")] == ["P1", "P2", "P3"]
    with pytest.raises(Offline):
        list(older)
    ann.sync()
    assert [row["code"] for row in ann.rows("partner")] == ["P1", "P2", "P3"]
    converged(ann)


def test_an_older_comparison_ends_where_a_newer_pull_counts(hq: Headquarters, laptop: Make) -> None:
    bo = laptop()
    bo.sync()
    restore = hq.backup()
    hq.execute("UPDATE contact SET deleted = 1 WHERE name = 'Owner of Hengtai'")
    bo.sync()
    restore()
    older = bo.round().steps()
    while next(older).name != "marked":
        pass
    assert bo.sync().finished
    with pytest.raises(Offline):
        list(older)
    assert len(bo.rows("contact")) == 2
    converged(bo)


def test_an_older_comparison_does_not_begin_where_a_newer_one_runs(hq: Headquarters, laptop: Make) -> None:
    """It would take the marks over and end, and nobody would take away what is marked no more."""
    bo = laptop()
    bo.sync()
    hq.execute("UPDATE contact SET deleted = 1 WHERE name = 'Owner of Hengtai'")
    with bo.database.apply() as connection:
        images.write_state(
            connection, {"cursor": None}
        )  # as after a time longer than deletions are remembered
    older = bo.round().steps()
    while next(older).name != "pull started":
        pass
    newer = bo.round().steps()
    while next(newer).name != "marked":
        pass
    newer.close()
    with pytest.raises(Offline):
        list(older)
    bo.sync()
    assert bo.rows("contact", name="Owner of Hengtai") == []
    converged(bo)
