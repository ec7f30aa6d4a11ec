"""Files through the desk: added, sent beside the rows, seen and fetched by a colleague."""

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from channeldesk.actions import attachments
from channeldesk.desk import Desk
from channeldesk.model.changes import Changes, Topic
from channeldesk.model.notice import Problem
from channeldesk.queries import attachments as queries
from channeldesk.queries import partners, status
from channeldesk.queries.attachments import FileRow
from channeldesk.sync.file_desk import State
from channeldesk.trust.keyring_store import MemoryStore
from tests.support.headquarters import PASSWORD, Headquarters, serving

CONTENT = os.urandom(2_500_000)


@pytest.fixture
def hq(tmp_path: Path) -> Iterator[Headquarters]:
    with serving("sqlite", tmp_path) as running:
        yield running


@pytest.fixture
def desk_of(hq: Headquarters, tmp_path: Path) -> Iterator[Callable[[str], Desk]]:
    made: list[Desk] = []

    def make(login: str) -> Desk:
        folder = tmp_path / login
        made.append(Desk.create(folder, hq.address, login, PASSWORD, keyring=MemoryStore()))
        made[-1].sync(in_process=True)
        return made[-1]

    yield make
    for desk in made:
        desk.close()


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "shelf.jpg"
    path.write_bytes(CONTENT)
    return path


def partner_of(desk: Desk) -> bytes:
    found = desk.ask(partners.by_code, "P1")
    assert found is not None
    return found


def rows(desk: Desk) -> tuple[FileRow, ...]:
    return desk.ask(queries.of_partner, partner_of(desk), desk.profile.user_id)


def states(desk: Desk) -> list[State]:
    found = rows(desk)
    standings = desk.files.standings(found)
    return [standings[row.attachment_id].state for row in found]


def add(desk: Desk, path: Path, **more: Any) -> bytes:
    return desk.act(attachments.add, partner_of(desk), desk.files.take_in(path), **more).value


def test_a_file_reaches_a_colleague(desk_of: Callable[[str], Desk], photo: Path, tmp_path: Path) -> None:
    bo, ann = desk_of("bo"), desk_of("ann")
    sent = threading.Event()
    bo.files.watch(lambda step: sent.set() if step.state == "sent" else None)
    add(bo, photo, note="Front of the shop", thumbnail=b"small picture")
    assert states(bo) == [State.WAITING]
    bo.start_sync()
    assert sent.wait(60)
    assert states(bo) == [State.HERE]

    moved: list[Changes] = []
    ann.subscribe(moved.append)
    ann.sync()
    assert any(Topic.FILES in changes for changes in moved)
    (row,) = rows(ann)
    assert (row.file_name, row.note, row.thumbnail, row.by, row.mine) == (
        "shelf.jpg",
        "Front of the shop",
        b"small picture",
        "Bo",
        False,
    )
    assert states(ann) == [State.REMOTE]
    done: list[int] = []
    with pytest.raises(Problem) as stopped:
        ann.files.fetch(row, row.file_name, row.size, cancel=lambda: True)
    assert stopped.value.notice.code == "file.stopped"
    ann.files.fetch(row, row.file_name, row.size, done.append)
    assert done == sorted(done)
    assert done[-1] == len(CONTENT)
    assert states(ann) == [State.HERE]
    ann.files.save(row.sha256, tmp_path / "saved.jpg")
    assert (tmp_path / "saved.jpg").read_bytes() == CONTENT


def test_a_file_that_was_not_sent_yet_is_awaited(desk_of: Callable[[str], Desk], photo: Path) -> None:
    bo, ann = desk_of("bo"), desk_of("ann")
    add(bo, photo)
    bo.sync()  # the row alone
    ann.sync()
    assert states(ann) == [State.AWAITED]
    (row,) = rows(ann)
    with pytest.raises(Problem) as refused:
        ann.files.fetch(row, row.file_name, row.size)
    assert (refused.value.notice.code, refused.value.remedy) == ("file.not_stored", "remedy.wait_for_sender")
    assert bo.files.carry() == 1
    ann.sync()
    assert states(ann) == [State.REMOTE]


def test_who_works_offline_by_choice_fetches_nothing(desk_of: Callable[[str], Desk], photo: Path) -> None:
    bo, ann = desk_of("bo"), desk_of("ann")
    add(bo, photo)
    bo.sync()
    bo.files.carry()
    ann.sync()
    ann.start_sync(offline=True)
    (row,) = rows(ann)
    with pytest.raises(Problem) as refused:
        ann.files.fetch(row, row.file_name, row.size)
    assert refused.value.notice.code == "sync.chosen_offline"


def test_a_content_that_is_not_sent_yet_is_said_to_wait(desk_of: Callable[[str], Desk], photo: Path) -> None:
    bo, ann = desk_of("bo"), desk_of("ann")
    assert bo.ask(status.status).waiting == 0
    add(bo, photo)
    assert bo.ask(status.status).waiting == 1
    bo.sync()  # the row is there, its content is not
    found = bo.ask(status.status)
    assert (found.waiting, found.oldest) == (1, rows(bo)[0].added_at)
    assert [(one.entity, one.rows) for one in bo.ask(status.waiting)] == [("attachment", 1)]
    bo.files.carry()
    assert (bo.ask(status.status).waiting, bo.ask(status.waiting)) == (0, ())
    ann.sync()
    assert ann.ask(status.status).waiting == 0


def test_names_and_notes_are_edited_and_taken_back(desk_of: Callable[[str], Desk], photo: Path) -> None:
    desk = desk_of("bo")
    row_id = add(desk, photo)
    renamed = desk.act(attachments.edit, row_id, "Front/window")
    assert rows(desk)[0].file_name == "window.jpg"
    desk.act(attachments.edit, row_id, None, "  in May ")
    assert rows(desk)[0].note == "in May"
    assert renamed.undo is not None
    desk.act(renamed.undo.action)
    assert rows(desk)[0].file_name == "shelf.jpg"
    with pytest.raises(Problem) as refused:
        desk.act(attachments.edit, row_id, " ")
    assert refused.value.notice.code == "file.no_name"
    removed = desk.act(attachments.remove, row_id)
    assert rows(desk) == ()
    assert removed.undo is not None
    desk.act(removed.undo.action)
    assert states(desk) == [State.WAITING]


def test_several_are_added_and_taken_back_together(desk_of: Callable[[str], Desk], photo: Path) -> None:
    desk = desk_of("bo")
    taken = [
        (desk.files.take_in(photo), None),
        (desk.files.take_in_bytes(b"pasted", "Pasted.png"), b"x" * 9_000),
    ]
    done = desk.act(attachments.add_many, partner_of(desk), taken)
    assert {row.file_name for row in rows(desk)} == {"shelf.jpg", "Pasted.png"}
    assert all(row.thumbnail is None for row in rows(desk))  # too large to travel with its row
    assert done.undo is not None
    assert done.notice is not None
    assert done.notice.code == "files.added"
    desk.act(done.undo.action)
    assert rows(desk) == ()


def test_a_visit_has_its_files_planned_and_closed(desk_of: Callable[[str], Desk], photo: Path) -> None:
    from channeldesk.actions import visits

    desk = desk_of("bo")
    plan = desk.act(visits.plan, partner_of(desk), "2026-12-01").value
    add(desk, photo, plan_id=plan)
    add(desk, photo)
    assert [row.visited_on for row in desk.ask(queries.of_visit, plan)] == ["2026-12-01"]
    desk.act(visits.check_in, plan)
    visit = desk.act(visits.close, plan).value
    add(desk, photo, visit_id=visit)
    assert len(desk.ask(queries.of_visit, plan)) == len(desk.ask(queries.of_visit, None, visit)) == 2
    assert desk.ask(queries.count_of_partner, partner_of(desk)) == 3
    assert desk.ask(queries.of_visit, None) == ()
