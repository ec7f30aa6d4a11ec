"""Files of a partner and of a visit in the window: adding, opening, fetching, taking away."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QGuiApplication, QImage, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from channeldesk.actions import attachments
from channeldesk.demo import PASSWORD
from channeldesk.desk import Desk
from channeldesk.queries.attachments import FileRow, of_partner, of_visit
from channeldesk.trust.keyring_store import MemoryStore
from tests.support.demo import DemoProfile
from tests.support.demo_pages import ShowPage, settle
from ui import outside
from ui.shell.window import Window
from ui.viewmodels.files import FileEntry
from ui.widgets.button import Button
from ui.widgets.files import pictures
from ui.widgets.files.drops import Ground
from ui.widgets.files.edit_dialog import FileDialog
from ui.widgets.files.pane import FilesPane


def partner_of(desk: Desk) -> bytes:
    query = sa.text("SELECT id FROM partner ORDER BY code LIMIT 1")
    return bytes(desk.ask(lambda connection: connection.execute(query).scalar_one()))


def rows(desk: Desk, partner_id: bytes) -> tuple[FileRow, ...]:
    return desk.ask(of_partner, partner_id, desk.profile.user_id)


def open_files(qtbot: QtBot, show_page: ShowPage, desk: Desk, **more: Any) -> tuple[Window, FilesPane]:
    window = show_page("partner", partner_of(desk), desk=desk, **more)
    page: Any = window.router.page
    page.tabs.choose("files")
    settle(qtbot, window)
    return window, page.files


def picture(path: Path, colour: str = "#2A5BD0", side: int = 800) -> Path:
    image = QImage(side, side // 2, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    assert image.save(str(path))
    return path


def names(pane: FilesPane) -> list[str]:
    return [entry.row.file_name for entry in pane.list.items.entries]


def entry_of(pane: FilesPane, name: str) -> FileEntry:
    return next(entry for entry in pane.list.items.entries if entry.row.file_name == name)


def press(pane: FilesPane, key: Qt.Key) -> None:
    pane.list.setFocus()
    QTest.keyClick(pane.list, key)


def drop(target: QWidget, path: Path) -> bool:
    """Held over the widget, then let go; whether it said that it would take it."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entered = QDragEnterEvent(QPoint(9, 9), copy, mime, left, none)
    QApplication.sendEvent(target, entered)
    grounds = [one for one in target.findChildren(Ground) if one.isVisible()]
    QApplication.sendEvent(target, QDropEvent(QPointF(9, 9), copy, mime, left, none))
    return entered.isAccepted() and len(grounds) == 1 and not grounds[0].isVisible()


def test_files_are_added_shown_and_taken_back(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk, tmp_path: Path
) -> None:
    window, pane = open_files(qtbot, show_page, demo_desk)
    assert pane.face.isVisible()
    contract = tmp_path / "Contract.pdf"
    contract.write_bytes(b"%PDF" * 500)
    pane.add_paths([picture(tmp_path / "Shelf.jpg"), contract])
    settle(qtbot, window)
    assert sorted(names(pane)) == ["Contract.pdf", "Shelf.jpg"]
    assert not pane.face.isVisible()
    page: Any = window.router.page
    assert [count for key, _, count in page.tabs._items if key == "files"] == [2]
    shelf = entry_of(pane, "Shelf.jpg")
    assert shelf.state == "waiting"
    assert shelf.row.thumbnail is not None
    assert entry_of(pane, "Contract.pdf").row.thumbnail is None
    assert "safe here" in pane.about.text()
    window.messages.undo()
    settle(qtbot, window)
    assert names(pane) == []


def test_what_cannot_be_added_is_told_and_the_rest_is_added(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk, tmp_path: Path
) -> None:
    window, pane = open_files(qtbot, show_page, demo_desk)
    (tmp_path / "empty.txt").touch()
    (tmp_path / "folder").mkdir()
    good = tmp_path / "good.txt"
    good.write_text("good")
    pane.add_paths([tmp_path / "empty.txt", good, tmp_path / "folder", tmp_path / "gone.txt"])
    settle(qtbot, window)
    assert names(pane) == ["good.txt"]
    pane.add_paths([tmp_path / "empty.txt"])
    settle(qtbot, window)
    assert "“empty.txt” is empty" in pane.told.text()
    assert pane.told.property("tint") == "bad"


def test_a_picture_is_pasted_and_files_are_dropped(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk, tmp_path: Path
) -> None:
    window, pane = open_files(qtbot, show_page, demo_desk)
    image = QImage(300, 200, QImage.Format.Format_ARGB32)
    image.fill(QColor("#E69F00"))
    QGuiApplication.clipboard().setImage(image)
    pane.paste()
    settle(qtbot, window)
    (pasted,) = pane.list.items.entries
    assert pasted.row.file_name.startswith("Picture ")
    assert pasted.row.media_type == "image/png"
    assert pasted.row.thumbnail is not None

    assert drop(pane, picture(tmp_path / "Dropped.png"))
    settle(qtbot, window)
    assert "Dropped.png" in names(pane)

    QGuiApplication.clipboard().setText("only words")
    pane.paste()
    assert window.messages.isVisible()
    QGuiApplication.clipboard().clear()


def test_a_file_is_opened_from_a_copy_that_goes_with_the_program(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Path] = []

    def open_url(url: QUrl) -> bool:
        shown.append(Path(url.toLocalFile()))
        return True

    monkeypatch.setattr(outside.QDesktopServices, "openUrl", open_url)
    desk, path = demo_desk, tmp_path / "offer.txt"
    path.write_text("an offer")
    desk.act(attachments.add, partner_of(desk), desk.files.take_in(path))
    program = tmp_path / "setup.exe"
    program.write_bytes(b"MZ")
    desk.act(attachments.add, partner_of(desk), desk.files.take_in(program))
    window, pane = open_files(qtbot, show_page, desk)
    pane.open(entry_of(pane, "offer.txt"))
    settle(qtbot, window)
    (copy,) = shown
    assert (copy.name, copy.read_text()) == ("offer.txt", "an offer")
    pane.open(entry_of(pane, "setup.exe"))
    settle(qtbot, window)
    assert len(shown) == 1
    assert "A program is not opened by a click" in pane.told.text()
    pane.save_to(entry_of(pane, "setup.exe"), str(tmp_path / "saved.exe"))
    settle(qtbot, window)
    assert (tmp_path / "saved.exe").read_bytes() == b"MZ"
    desk.files.stop()  # as closing the desk does
    assert not copy.exists()


def test_name_and_note_are_changed_and_a_file_removed_by_keys(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk, tmp_path: Path
) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(b"scan")
    partner = partner_of(demo_desk)
    demo_desk.act(attachments.add, partner, demo_desk.files.take_in(path))
    window, pane = open_files(qtbot, show_page, demo_desk)
    press(pane, Qt.Key.Key_F2)
    (dialog,) = [one for one in QApplication.topLevelWidgets() if isinstance(one, FileDialog)]
    assert dialog.name.selectedText() == "scan"
    assert not dialog.main.isEnabled()
    dialog.name.setText("Framework contract")
    dialog.note.setPlainText("signed in May")
    dialog.main.click()
    settle(qtbot, window)
    (row,) = rows(demo_desk, partner)
    assert (row.file_name, row.note) == ("Framework contract.pdf", "signed in May")
    press(pane, Qt.Key.Key_Delete)
    settle(qtbot, window)
    assert rows(demo_desk, partner) == ()
    assert pane.face.isVisible()


def test_a_visit_takes_files_and_the_partner_shows_them(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk, tmp_path: Path
) -> None:
    query = "SELECT id FROM visit_plan WHERE user_id = :user AND state = 'planned' ORDER BY planned_on"
    plan: Any = demo_desk.ask(
        lambda c: c.execute(sa.text(query), {"user": demo_desk.profile.user_id}).first()
    )
    window = show_page("visits", bytes(plan.id))
    page: Any = window.router.page
    pane: FilesPane = page.pane.files
    assert pane.of is not None
    assert pane.of.plan_id == plan.id
    assert drop(page.pane, picture(tmp_path / "Display.jpg"))
    settle(qtbot, window)
    assert names(pane) == ["Display.jpg"]
    assert pane.list.height() > 0
    assert [row.file_name for row in demo_desk.ask(of_visit, bytes(plan.id))] == ["Display.jpg"]
    page.pane.clear("nothing")
    assert pane.of is None
    pane.add_paths([tmp_path / "Display.jpg"])
    settle(qtbot, window)
    assert len(demo_desk.ask(of_visit, bytes(plan.id))) == 1


@contextmanager
def shared(demo_profile: DemoProfile, desk: Desk, tmp_path: Path, path: Path) -> Iterator[Desk]:
    """Li Wei's desk, with a file that a colleague added and sent."""
    with demo_profile.serving() as headquarters:
        desk.profile = replace(desk.profile, server=headquarters.address)
        desk.sign_in(PASSWORD)
        folder = tmp_path / "colleague"
        with Desk.create(folder, headquarters.address, "chen.jing", PASSWORD, keyring=MemoryStore()) as other:
            other.sync(in_process=True)
            other.act(attachments.add, partner_of(desk), other.files.take_in(path))
            other.sync(in_process=True)
            other.files.carry()
        desk.sync(in_process=True)
        yield desk


def test_a_colleagues_file_is_fetched_by_enter_and_opens(
    qtbot: QtBot,
    show_page: ShowPage,
    demo_profile: DemoProfile,
    demo_desk: Desk,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened = threading.Event()
    monkeypatch.setattr(outside.QDesktopServices, "openUrl", lambda url: opened.set() or True)
    path = tmp_path / "video.mp4"
    path.write_bytes(bytes(5_000_000))
    with shared(demo_profile, demo_desk, tmp_path, path) as desk:
        window, pane = open_files(qtbot, show_page, desk)
        (entry,) = pane.list.items.entries
        assert (entry.state, entry.row.by) == ("remote", "Chen Jing")
        press(pane, Qt.Key.Key_Return)
        assert pane.moving.share(entry.row) is not None
        settle(qtbot, window)
        assert opened.is_set()
        assert pane.list.items.entries[0].state == "here"
        assert pane.moving.share(entry.row) is None


def test_without_headquarters_fetching_says_so_and_can_be_tried_again(
    qtbot: QtBot, show_page: ShowPage, demo_profile: DemoProfile, demo_desk: Desk, tmp_path: Path
) -> None:
    path = tmp_path / "list.pdf"
    path.write_bytes(bytes(2_000_000))
    with shared(demo_profile, demo_desk, tmp_path, path) as desk:
        address = desk.profile.server
        desk.profile = replace(desk.profile, server="http://127.0.0.1:9")
        window, pane = open_files(qtbot, show_page, desk)
        pane.open(pane.list.items.entries[0])
        settle(qtbot, window)
        assert "cannot be reached" in pane.told.text()
        assert pane.list.items.entries[0].state == "remote"
        desk.profile = replace(desk.profile, server=address)
        pane.save(pane.list.items.entries[0])
        settle(qtbot, window)
        assert pane.list.items.entries[0].state == "here"
        for dialog in QApplication.topLevelWidgets():
            if dialog is not window and dialog.isVisible():
                dialog.close()


def test_thumbnails_are_small_and_made_of_pictures_only(qtbot: QtBot, tmp_path: Path) -> None:
    from PySide6.QtGui import QImageReader

    noise = QImage(2_000, 1_500, QImage.Format.Format_RGB32)
    for x in range(0, 2_000, 10):
        for y in range(0, 1_500, 10):
            noise.setPixelColor(x, y, QColor.fromHsv((x * y) % 360, 255, 255))
    found = pictures.shrunk(noise)
    assert found is not None
    assert len(found) <= 6_000
    small = QImage.fromData(found)
    assert (small.width(), small.height()) == (96, 72)
    clear = QImage(200, 100, QImage.Format.Format_ARGB32)
    clear.fill(Qt.GlobalColor.transparent)
    found = pictures.shrunk(clear)
    assert found is not None
    assert found.startswith(b"\x89PNG")
    (tmp_path / "fake.jpg").write_bytes(b"no picture at all")
    assert pictures.thumbnail(QImageReader(str(tmp_path / "fake.jpg"))) is None


def test_whoever_only_reads_is_offered_nothing_to_write(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk, tmp_path: Path
) -> None:
    path = tmp_path / "offer.txt"
    path.write_text("an offer")
    partner = partner_of(demo_desk)
    demo_desk.act(attachments.add, partner, demo_desk.files.take_in(path))
    demo_desk.profile = replace(demo_desk.profile, role="viewer")
    window, pane = open_files(qtbot, show_page, demo_desk)
    shown = [one.text() for one in pane.findChildren(Button) if one.isVisible()]
    assert shown == ["Open", "Save as"]
    assert not drop(pane, picture(tmp_path / "Dropped.png"))
    pane.add_paths([path])
    press(pane, Qt.Key.Key_Delete)
    press(pane, Qt.Key.Key_F2)
    settle(qtbot, window)
    assert names(pane) == ["offer.txt"]
    assert not [one for one in QApplication.topLevelWidgets() if isinstance(one, FileDialog)]


def test_the_paste_key_belongs_to_the_pane(qtbot: QtBot, show_page: ShowPage, demo_desk: Desk) -> None:
    window, pane = open_files(qtbot, show_page, demo_desk)
    image = QImage(30, 20, QImage.Format.Format_RGB32)
    image.fill(QColor("#009E73"))
    QGuiApplication.clipboard().setImage(image)
    QTest.keySequence(window, QKeySequence(QKeySequence.StandardKey.Paste))
    settle(qtbot, window)
    assert len(names(pane)) == 1
    QGuiApplication.clipboard().clear()
