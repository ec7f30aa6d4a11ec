"""The map of the territory as a widget: outlines, camera, points, mouse, wheel, keys, legend, export."""

from __future__ import annotations

import csv
import threading
from collections.abc import Callable, Iterator
from math import dist
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QWheelEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ui.gallery.map import sample
from ui.models.columns import Column
from ui.tasks import Tasks
from ui.theme import DARK_SCHEME, HIGH_DARK_SCHEME, HIGH_LIGHT_SCHEME, LIGHT_SCHEME, colour, theme
from ui.widgets.map import outlines
from ui.widgets.map.frame import MapData, MapFrame
from ui.widgets.map.shapes import Mark, shapes
from ui.widgets.map.view import MapView

Key = Qt.Key


def crowd(count: int = 30) -> list[Mark]:
    """Three towns with ten partners each; of the last town all at one address."""
    towns = (("A", 30_250_000, 120_170_000), ("B", 29_870_000, 121_540_000), ("C", 28_000_000, 120_670_000))
    made = []
    for at in range(count):
        name, north, east = towns[at % 3]
        near = 0 if name == "C" else 9_000 * (at // 3)
        place = (north + near, east - near)
        made.append(Mark(at, f"Partner {at}", place, f"step_{at % 5 + 1}", at / count, (), name))
    return made


@pytest.fixture
def view(qtbot: QtBot) -> MapView:
    made = MapView()
    qtbot.addWidget(made)
    made.resize(800, 600)
    made.show_levels(outlines.read())
    made.show_marks(crowd())
    made.show()
    made.activateWindow()
    made.setFocus()
    qtbot.waitUntil(made.hasFocus)
    return made


@pytest.fixture
def frame(tasks: Tasks, qtbot: QtBot, settle: Callable[[], None]) -> MapFrame:
    made = MapFrame(tasks)
    qtbot.addWidget(made)
    made.resize(800, 600)
    made.show_map(sample())
    made.show()
    settle()
    return made


def spot(view: MapView, shape: object) -> QPoint:
    return view._pixel(shape).toPoint()  # type: ignore[arg-type]


def double_click(view: MapView, at: QPoint) -> None:
    """As a hand does it: Qt's own helper sends the second press alone."""
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseDClick(view, Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=at)


# points


def test_no_point_covers_another_and_none_is_lost(view: MapView) -> None:
    while True:
        members = sorted(at for one in view.shapes for at in one.members)
        assert members == list(range(30))
        for at, one in enumerate(view.shapes):
            for other in view.shapes[at + 1 :]:
                apart = view._pixel(one) - view._pixel(other)
                assert dist((apart.x(), apart.y()), (0, 0)) >= one.radius + other.radius
        if view.camera.closest:
            break
        view.nearer()
    assert all(one.alone for one in view.shapes), "near enough everybody stands alone"


def test_ten_thousand_points_are_gathered() -> None:
    from random import Random

    chance = Random(7)
    marks = [Mark(at, "", (0, 0)) for at in range(10_000)]
    spots = [(chance.gauss(0, 100_000), chance.gauss(0, 100_000)) for _ in marks]
    found = shapes(marks, spots, 1e-3, closest=False)

    assert sorted(at for one in found for at in one.members) == list(range(10_000))
    assert len(found) < 2_000


def test_arrows_walk_to_the_nearest_that_way(view: MapView) -> None:
    view.choose(next(one for one in view.marks if one.town == "A").key)
    start = spot(view, view._current())
    QTest.keyClick(view, Key.Key_Right)
    east = spot(view, view._current())
    assert east.x() > start.x()
    QTest.keyClick(view, Key.Key_Down)
    south = spot(view, view._current())
    assert south.y() > east.y()
    assert view._tip.isVisible()


def test_page_down_reaches_every_partner(view: MapView) -> None:
    while not view.camera.closest:
        QTest.keyClick(view, Key.Key_Plus)
    chosen: list[int] = []
    view.chosen.connect(chosen.append)
    for _ in range(30):
        QTest.keyClick(view, Key.Key_PageDown)
        current = view._current()
        assert current is not None
        assert view.rect().contains(spot(view, current)), "and brings it into sight"
    assert sorted(chosen) == list(range(30))
    QTest.keyClick(view, Key.Key_PageUp)
    assert chosen[-1] == chosen[-3]


def test_plus_minus_and_nought(view: MapView) -> None:
    whole = view.camera
    QTest.keyClick(view, Key.Key_Plus)
    QTest.keyClick(view, Key.Key_Plus)
    assert view.camera.scale == pytest.approx(2 * whole.scale)
    QTest.keyClick(view, Key.Key_Minus)
    assert view.camera.scale == pytest.approx(2**0.5 * whole.scale)
    QTest.keyClick(view, Key.Key_0)
    assert view.camera == whole


def test_a_click_chooses_and_enter_or_a_double_click_opens(view: MapView) -> None:
    while not all(one.alone for one in view.shapes):
        view.nearer()
    view.choose(0)
    chosen: list[int] = []
    opened: list[int] = []
    view.chosen.connect(chosen.append)
    view.opened.connect(opened.append)
    here = next(one for one in view.shapes if view.mark_of(one).key == 0)
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=spot(view, here))
    assert chosen == [0]
    QTest.keyClick(view, Key.Key_Return)
    double_click(view, spot(view, here))
    assert opened == [0, 0]
    assert chosen == [0, 0], "once for each first click"


def test_a_click_on_a_bubble_goes_nearer_until_all_stand_alone(view: MapView) -> None:
    chosen: list[int] = []
    view.chosen.connect(chosen.append)
    for _ in range(12):
        bubble = next((one for one in view.shapes if not one.alone and view.mark_of(one).town == "C"), None)
        if bubble is None:
            break
        before = view.camera.scale
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=spot(view, bubble))
        assert view.camera.scale > before
    assert sum(view.mark_of(one).town == "C" and one.alone for one in view.shapes) == 10
    assert chosen == [], "nobody was chosen by that"


def test_a_double_click_on_a_bubble_opens_nobody(view: MapView) -> None:
    """After its first click somebody else stands under the mouse."""
    north, east = 30_000_000, 120_000_000
    ring = [(4500, 0), (-4500, 0), (0, 5200), (0, -5200), (3000, 3500), (-3000, -3500)]
    places = [(north, east), *((north + up, east + right) for up, right in ring)]
    view.show_marks([Mark(at, "", place, "step_1") for at, place in enumerate(places)])
    assert len(view.shapes) == 1
    told: list[int] = []
    view.chosen.connect(told.append)
    view.opened.connect(told.append)
    for _ in range(4):
        double_click(view, spot(view, view.shapes[0]) if len(view.shapes) == 1 else QPoint(5, 5))
    assert len(view.shapes) == 7
    assert told == []


def test_a_double_click_beside_all_points_goes_nearer_there(view: MapView) -> None:
    before = view.camera
    assert view.shape_at(QPointF(20, 580)) is None
    double_click(view, QPoint(20, 580))
    assert view.camera.scale == pytest.approx(2 * before.scale)


def test_the_mouse_over_a_point_tells_name_and_figure(view: MapView) -> None:
    mark = Mark(1, "Hengtai", (30_000_000, 120_000_000), "step_1", 0.5, (("Overdue", "¥12"),))
    view.show_marks([mark, Mark(2, "Far", (29_000_000, 121_000_000))])
    here = next(one for one in view.shapes if view.mark_of(one).key == 1)
    QTest.mouseMove(view, spot(view, here))
    assert view._tip.isVisible()
    assert view.accessibleDescription() == "Hengtai, Overdue ¥12"
    QTest.mouseMove(view, QPoint(5, 5))
    assert not view._tip.isVisible()


def test_the_wheel_comes_nearer_and_dragging_moves(view: MapView) -> None:
    before = view.camera
    here = QPointF(200, 150)
    held = before.spot(200, 150)
    down = QWheelEvent(
        here, view.mapToGlobal(here), QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QGuiApplication.sendEvent(view, down)
    assert view.camera.scale == pytest.approx(2 * before.scale)
    assert view.camera.spot(200, 150) == pytest.approx(held)
    chosen: list[int] = []
    view.chosen.connect(chosen.append)
    middle = view.camera.middle
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(400, 300))
    QTest.mouseMove(view, QPoint(420, 310))
    QTest.mouseMove(view, QPoint(440, 320))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(440, 320))
    assert view.camera.middle[0] == pytest.approx(middle[0] - 40 / view.camera.scale)
    assert view.camera.middle[1] == pytest.approx(middle[1] + 20 / view.camera.scale)
    assert chosen == []


def test_the_same_partners_in_other_colours_leave_the_eye_where_it_is(view: MapView) -> None:
    view.nearer()
    before = view.camera
    view.show_marks([Mark(one.key, one.name, one.place, "swing_1") for one in crowd()])
    assert view.camera == before
    view.show_marks(crowd(3))
    assert view.camera != before


# the frame


@pytest.mark.parametrize("scheme", [LIGHT_SCHEME, DARK_SCHEME, HIGH_LIGHT_SCHEME, HIGH_DARK_SCHEME])
def test_every_theme_colours_points_and_ground(frame: MapFrame, scheme: str) -> None:
    theme.apply(scheme)
    try:
        image = frame.view.grab().toImage()
    finally:
        theme.apply(LIGHT_SCHEME)
    expected = {mark.tint for shape in frame.view.shapes for mark in frame.view.members_of(shape)} - {""}
    theme.apply(scheme)
    wanted = {QColor(colour(tint)).name() for tint in [*expected, "land", "water"]}
    theme.apply(LIGHT_SCHEME)
    seen = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}

    assert wanted <= seen


def test_the_legend_hides_a_class(frame: MapFrame) -> None:
    shown = len(frame.view._shown)
    entry = frame.legend.items[0]
    QTest.mouseClick(entry, Qt.MouseButton.LeftButton)

    assert len(frame.view._shown) == shown - entry.entry.count
    QTest.mouseClick(entry, Qt.MouseButton.LeftButton)
    assert len(frame.view._shown) == shown


def test_another_figure_is_asked_for(frame: MapFrame) -> None:
    wanted: list[object] = []
    frame.coloured.connect(wanted.append)
    frame.choice.choose(frame.choice.options[1][0])

    assert wanted == [frame.choice.options[1][0]]


def test_table_copy_and_files_hold_the_same(
    frame: MapFrame, tmp_path: Path, settle: Callable[[], None]
) -> None:
    data = frame.data
    assert data is not None
    frame._table_button.click()
    assert frame._table is not None and frame._table.isVisible()
    assert frame._table.model().rowCount() == len(data.rows)
    frame.copy()
    assert QGuiApplication.clipboard().text().count("\n") == len(data.rows)
    frame._table_button.click()
    frame.copy()
    assert not QGuiApplication.clipboard().image().isNull()
    for kind in ("png", "svg", "csv"):
        frame.export_to(str(tmp_path / f"map.{kind}"))
        settle()
    assert QImage(str(tmp_path / "map.png")).width() >= 2 * frame.view.width()
    assert data.title in (tmp_path / "map.svg").read_text("utf-8")
    with (tmp_path / "map.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == [column.title for column in data.columns]
    assert len(rows) == len(data.rows) + 1


def test_the_outlines_are_read_beside_the_window(
    tasks: Tasks, qtbot: QtBot, settle: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    read = outlines.read
    threads: list[threading.Thread] = []

    def watched() -> object:
        threads.append(threading.current_thread())
        return read()

    monkeypatch.setattr(outlines, "read", watched)
    made = MapFrame(tasks)
    qtbot.addWidget(made)
    made.show_map(sample())
    assert made.view.shapes, "the points do not wait for the coast"
    settle()
    assert made.view._levels == read()
    assert threads and threading.main_thread() not in threads


def test_one_partner_alone_is_shown(view: MapView) -> None:
    view.show_marks([Mark(5, "Only", (30_000_000, 120_000_000), "step_1")])

    assert spot(view, view.shapes[0]) == QPoint(400, 300)
    assert view.camera.seen.right - view.camera.seen.left > 10_000, "with some land around it"


def test_nothing_to_show_is_no_error(view: MapView) -> None:
    view.show_marks([])
    view.grab()
    for key in (Key.Key_Right, Key.Key_PageDown, Key.Key_Return, Key.Key_Plus):
        QTest.keyClick(view, key)

    assert view.shapes == []


def test_a_point_without_a_figure_is_drawn_differently(qtbot: QtBot, view: MapView) -> None:
    pictures = []
    for tint in ("", "land", "step_1"):
        view.show_marks([Mark(5, "Only", (30_000_000, 118_000_000), tint)])
        pictures.append(view.grab().toImage())

    assert pictures[0] != pictures[1] != pictures[2]


@pytest.fixture(autouse=True)
def _light() -> Iterator[None]:
    yield
    theme.apply(LIGHT_SCHEME)


def test_made_up_data_is_whole() -> None:
    data = sample()

    assert isinstance(data, MapData)
    assert all(isinstance(column, Column) for column in data.columns)
    assert sum(one.count for one in data.classes) == len(data.marks)
