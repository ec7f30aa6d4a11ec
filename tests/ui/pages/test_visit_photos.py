"""Photos of a visit by drop, paste and file: real pictures, through the window into the encrypted file."""

from __future__ import annotations

import random
import struct
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QGuiApplication, QImage, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from channeldesk.desk import Desk
from channeldesk.rules.photos import LARGEST
from tests.support.demo_pages import ShowPage, settle
from ui.pages.visits import VisitsPage
from ui.shell.window import Window
from ui.viewmodels.files import FileEntry
from ui.widgets.files import photos
from ui.widgets.files.pane import FilesPane

PLACE = b"GPS 30.27N 120.15E"


def noise(wide: int, high: int, seed: int = 1) -> QImage:
    """What no format makes small, with a red corner at its upper left."""
    data = random.Random(seed).randbytes(wide * high * 4)
    image = QImage(data, wide, high, QImage.Format.Format_RGB32).copy()
    for x in range(wide // 4):
        for y in range(high // 4):
            image.setPixelColor(x, y, QColor("red"))
    return image


def camera_file(path: Path, image: QImage, orientation: int) -> Path:
    """A JPEG as cameras write it: turned by a note in its EXIF, which also tells the place."""
    entries = struct.pack("<HHHIHH", 1, 0x0112, 3, 1, orientation, 0) + struct.pack("<I", 0)
    exif = b"Exif\0\0II*\0\x08\0\0\0" + entries + PLACE
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    assert image.save(buffer, "JPEG", 95)  # type: ignore[call-overload]
    plain = bytes(data.data())
    path.write_bytes(plain[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + plain[2:])
    return path


def open_files(show_page: ShowPage) -> tuple[Window, FilesPane]:
    window = show_page("visits")
    page = window.router.page
    assert isinstance(page, VisitsPage)
    return window, page.pane.files


def kept(desk: Desk, tmp_path: Path, entry: FileEntry) -> tuple[bytes, QImage]:
    """The content as it lies in the encrypted file."""
    path = tmp_path / f"kept-{entry.row.file_name}"
    desk.files.save(entry.row.sha256, path)
    return path.read_bytes(), QImage(str(path))


def only(pane: FilesPane) -> FileEntry:
    (entry,) = pane.list.items.entries
    return entry


def is_red(image: QImage, x: int, y: int) -> bool:
    found = image.pixelColor(x, y)
    return found.red() > 180 and found.green() < 90 and found.blue() < 90


def test_a_photo_becomes_small_upright_and_silent_about_the_place(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk, tmp_path: Path
) -> None:
    window, pane = open_files(show_page)
    photo = camera_file(tmp_path / "IMG_0001.jpeg", noise(2_600, 1_300), orientation=6)
    assert PLACE in photo.read_bytes() and photo.stat().st_size > LARGEST
    pane.add_paths([photo])
    settle(qtbot, window)
    entry = only(pane)
    assert (entry.row.file_name, entry.row.media_type) == ("IMG_0001.jpg", "image/jpeg")
    assert entry.row.size <= LARGEST
    assert entry.row.thumbnail is not None
    data, image = kept(demo_desk, tmp_path, entry)
    assert PLACE not in data and b"Exif" not in data
    assert image.height() == pytest.approx(2 * image.width(), abs=2), "it stands upright"
    assert max(image.width(), image.height()) <= 2_048
    assert is_red(image, image.width() - 8, 8), "a quarter turn to the right"


def test_a_photo_is_dropped_on_the_visit(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk, tmp_path: Path
) -> None:
    window, pane = open_files(show_page)
    page = window.router.page
    assert isinstance(page, VisitsPage)
    path = tmp_path / "Shelf.png"
    assert noise(900, 700).save(str(path)) and path.stat().st_size > LARGEST
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    copy = Qt.DropAction.CopyAction
    QApplication.sendEvent(page.pane, QDragEnterEvent(QPoint(9, 9), copy, mime, left, none))
    QApplication.sendEvent(page.pane, QDropEvent(QPointF(9, 9), copy, mime, left, none))
    settle(qtbot, window)
    entry = only(pane)
    assert (entry.row.file_name, entry.row.plan_id) == (
        "Shelf.jpg",
        page.pane.form and page.pane.form.visit.id,
    )
    assert entry.row.size <= LARGEST
    window.messages.undo()
    settle(qtbot, window)
    assert not pane.list.items.entries


def test_a_picture_is_pasted_small_ones_stay_sharp(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk, tmp_path: Path
) -> None:
    window, pane = open_files(show_page)
    page = window.router.page
    assert isinstance(page, VisitsPage)
    QGuiApplication.clipboard().setImage(noise(1_000, 800))
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    pane.add.setFocus()
    QTest.keySequence(pane.add, QKeySequence(QKeySequence.StandardKey.Paste))
    settle(qtbot, window)
    entry = only(pane)
    assert entry.row.media_type == "image/jpeg" and entry.row.file_name.endswith(".jpg")
    assert entry.row.size <= LARGEST
    cutting = QImage(640, 400, QImage.Format.Format_RGB32)
    cutting.fill(QColor("#FFFFFF"))
    QGuiApplication.clipboard().setImage(cutting)
    pane.paste()
    settle(qtbot, window)
    assert sorted(one.row.media_type for one in pane.list.items.entries) == ["image/jpeg", "image/png"]
    QGuiApplication.clipboard().clear()


def test_what_is_no_photo_or_small_stays_as_it_is(tmp_path: Path) -> None:
    small = tmp_path / "small.jpg"
    assert noise(200, 100).save(str(small))
    drawing = tmp_path / "plan.svg"
    drawing.write_text("<svg xmlns='http://www.w3.org/2000/svg'>" + "<g/>" * 200_000 + "</svg>")
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"no picture" * 90_000)
    contract = tmp_path / "contract.pdf"
    contract.write_bytes(b"%PDF-1.7" + b"x" * 900_000)
    for path in (small, drawing, broken, contract, tmp_path / "gone.jpg"):
        assert photos.smaller(path) is None, path.name


def test_what_is_see_through_lies_on_white() -> None:
    clear = QImage(400, 300, QImage.Format.Format_ARGB32)
    clear.fill(QColor(0, 0, 0, 0))
    image = QImage.fromData(photos.shrunk(clear))
    assert image.pixelColor(9, 9) == QColor("white")
