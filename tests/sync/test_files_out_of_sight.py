"""The content of a file is not lost where its row was away, or deleted, for a while."""

from pathlib import Path

import pytest

from channeldesk.hq import admin, retention
from channeldesk.store import images
from channeldesk.sync import files
from tests.support.headquarters import Headquarters
from tests.support.rounds import Laptop
from tests.sync.test_attachments import add, carry, content, fetch, sha
from tests.sync.test_between_steps import rounds
from tests.sync.test_units import Make


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"x" * 1000)
    return path


def test_a_file_made_again_can_be_fetched_while_who_added_it_is_away(
    hq: Headquarters, laptop: Make, photo: Path
) -> None:
    ann, bo = laptop("ann"), laptop("bo")
    rounds(ann, bo)
    row_id = add(ann, photo)
    ann.sync()
    carry(ann)
    rounds(ann, bo)
    before = bo.row("attachment", id=row_id)
    assert before["stored_at"] is not None
    bo.act("DELETE FROM attachment WHERE id = :id", id=row_id)
    bo.sync()
    bo.insert("attachment", **{**before, "rv": 0})
    bo.sync()
    assert hq.table("attachment", id=row_id)[0]["stored_at"] == before["stored_at"]
    fetch(bo, row_id)
    assert content(bo.database, sha(photo)) == photo.read_bytes()


@pytest.mark.parametrize("removed", [False, True])
def test_a_file_not_yet_sent_waits_for_its_area(
    hq: Headquarters, tmp_path: Path, photo: Path, removed: bool
) -> None:
    """For longer than orphans are kept; one whose row the person removed itself is an orphan."""
    now = [hq.now_ms()]
    bo = Laptop(hq, tmp_path / "bo", "bo", now_ms=lambda: now[0])
    try:
        bo.sync()
        with bo.database.apply() as connection:
            images.write_state(connection, {"user_id": bo.session.user_id.hex()})
        row_id = add(bo, photo)
        bo.sync()  # the row went, its content did not
        if removed:
            bo.act("DELETE FROM attachment WHERE id = :id", id=row_id)
            bo.sync()
        admin.revoke(hq.database, "bo", ["NORTH"])
        bo.sync()
        now[0] += 15 * retention.DAY_MS
        files.tidy(bo.database)
        assert (sha(photo) in bo.database.files.all_held()) is not removed
        admin.grant(hq.database, "bo", ["NORTH"])
        bo.sync()
        assert [step.state for step in carry(bo)][-1:] == ([] if removed else ["sent"])
    finally:
        bo.close()
