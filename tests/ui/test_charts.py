"""Charts: drawn from chart data, tooltip, legend, table, export; many repaints keep Python's None alive."""

import csv
import importlib
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QImage
from pytestqt.qtbot import QtBot

from channeldesk.analytics.chart import (
    CategoryKind,
    ChartData,
    ChartShape,
    ChartUnit,
    Label,
    Series,
    SeriesRole,
)
from channeldesk.model.i18n import Translator
from tests.support import project
from ui.charts import frame as frames
from ui.charts import scale, texts
from ui.charts.frame import ChartFrame
from ui.gallery.data import mix, sales, way
from ui.i18n import set_translator
from ui.tasks import Tasks
from ui.theme import DARK_SCHEME, LIGHT_SCHEME, theme


@pytest.fixture
def frame(tasks: Tasks, qtbot: QtBot) -> ChartFrame:
    importlib.import_module("ui.charts.plot")
    made = ChartFrame(tasks)
    qtbot.addWidget(made)
    made.resize(640, 320)
    made.show()
    return made


@pytest.mark.parametrize(
    "data", [sales(), sales(ChartShape.LINES), mix(), mix(ChartShape.GAUGE), way()], ids=lambda d: d.shape
)
@pytest.mark.parametrize("scheme", [LIGHT_SCHEME, DARK_SCHEME])
def test_every_shape_draws_in_both_themes(
    frame: ChartFrame, qtbot: QtBot, data: ChartData, scheme: str
) -> None:
    try:
        frame.show_data(data)
        theme.apply(scheme)
        qtbot.wait(20)
        picture = frame.grab().toImage()
    finally:
        theme.apply(LIGHT_SCHEME)
    inks = {picture.pixelColor(x, y).name() for x in range(0, 640, 2) for y in range(40, 280, 2)}
    assert len(inks) > 8


def test_what_draws_is_imported_beside_the_window(
    frame: ChartFrame, qtbot: QtBot, tasks: Tasks, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(frames, "_at_hand", lambda shape: False)
        frame.show_data(sales())
        frame.show_data(sales(months=6))
        assert (frame.plot, frame.face.kind, tasks.idle, tasks.answered) == (None, "loading", False, True)

    qtbot.waitUntil(lambda: frame.plot is not None)
    assert len(frame.plot.chart.categories) == 6, "the newest data is drawn"


def test_what_stands_there_already_is_not_drawn_again(frame: ChartFrame, qtbot: QtBot) -> None:
    frame.show_data(sales())
    qtbot.waitUntil(lambda: frame.plot is not None)
    drawn = [item for parts in frame.plot._parts.values() for item in parts]

    frame.show_data(sales())
    assert [item for parts in frame.plot._parts.values() for item in parts] == drawn

    frame.show_data(sales(months=6))
    assert len(frame.plot.chart.categories) == 6
    assert not {item for parts in frame.plot._parts.values() for item in parts} & set(drawn)


def test_imports_may_be_overtaken_at_any_moment(
    frame: ChartFrame, qtbot: QtBot, tasks: Tasks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last reference to what the import waits for goes on a worker thread, while Qt's timer runs or ends:
    a timer connected to a method of it ended the whole process here.
    """
    monkeypatch.setattr(frames, "_at_hand", lambda shape: False)
    monkeypatch.setattr(frames, "_PAINT_FIRST_MS", 1)
    for turn in range(1_500):
        frame._import_beside(ChartShape.BARS)
        if turn % 20 == 0:
            qtbot.wait(2)
    qtbot.waitUntil(lambda: tasks.idle)


def test_data_without_values_draws_nothing_after_the_import(
    frame: ChartFrame, qtbot: QtBot, tasks: Tasks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frames, "_at_hand", lambda shape: False)
    frame.show_data(sales())
    frame.show_data(replace(sales(), series=()))

    qtbot.waitUntil(lambda: tasks.idle)
    assert (frame.plot, frame.face.kind) == (None, "empty")


def test_a_chart_that_was_large_asks_for_no_more_room(frame: ChartFrame, qtbot: QtBot) -> None:
    frame.show_data(sales())
    qtbot.waitUntil(lambda: frame.plot is not None)
    wanted = frame.plot.sizeHint()
    frame.resize(1_200, 900)
    qtbot.waitUntil(lambda: frame.plot.height() > 700)
    assert frame.plot.sizeHint() == wanted


def test_the_tooltip_names_every_series_and_the_gap(frame: ChartFrame, qtbot: QtBot) -> None:
    frame.show_data(sales())
    qtbot.wait(20)
    frame.plot.setFocus()
    qtbot.keyClick(frame.plot, Qt.Key.Key_Left)
    assert frame.plot._tip.isVisible()
    lines = texts.tip_lines(sales(), 0)
    assert lines[0] == ("Fact", "¥9,000,000")
    assert lines[-1] == ("Gap", "0.0%")
    assert texts.category(sales(), 8) == "Sept 2026"


def test_the_axis_names_the_year_where_it_fits(frame: ChartFrame, qtbot: QtBot) -> None:
    frame.show_data(sales(months=14))
    qtbot.wait(20)

    def labels() -> list[str]:
        return [text for _, text in frame.plot.getPlotItem().getAxis("bottom")._tickLevels[0]]

    assert labels()[:3] == ["Jan 26", "Feb", "Mar"]
    assert labels()[12] == "Jan 27"
    frame.resize(520, 320)
    qtbot.waitUntil(lambda: len(labels()) == 14 and labels()[0] == "Jan")
    assert labels()[12] == "\u201927", "where a year begins it is named, in place of its first month"
    frame.resize(300, 320)
    qtbot.waitUntil(lambda: len(labels()) < 14)


def test_the_ground_of_a_chart_follows_the_theme(frame: ChartFrame, qtbot: QtBot) -> None:
    theme.apply(LIGHT_SCHEME)
    frame.show_data(sales())
    qtbot.waitUntil(lambda: frame.plot is not None)
    qtbot.wait(20)
    light = frame.plot.grab().toImage().pixelColor(2, 2).lightness()
    theme.apply(DARK_SCHEME)
    qtbot.wait(20)
    dark = frame.plot.grab().toImage().pixelColor(2, 2).lightness()
    theme.apply(LIGHT_SCHEME)
    assert light > 200
    assert dark < 60


def test_the_bar_of_a_running_period_is_another(frame: ChartFrame, qtbot: QtBot) -> None:
    frame.show_data(sales())
    qtbot.waitUntil(lambda: frame.plot is not None)
    bars = frame.plot._parts[0][0].opts
    running = sales().open_category
    fills = {brush.alphaF() for at, brush in enumerate(bars["brushes"]) if at != running}
    assert fills == {1.0}
    assert bars["brushes"][running].alphaF() < 0.5


def test_a_click_or_enter_opens_the_category(frame: ChartFrame, qtbot: QtBot) -> None:
    frame.show_data(sales())
    qtbot.wait(20)
    frame.plot.setFocus()
    qtbot.keyClick(frame.plot, Qt.Key.Key_Left)
    with qtbot.waitSignal(frame.picked) as picked:
        qtbot.keyClick(frame.plot, Qt.Key.Key_Return)
    assert picked.args == ["P11"]


def test_the_legend_hides_a_series(frame: ChartFrame, qtbot: QtBot) -> None:
    frame.show_data(sales())
    frame.legend.items[0].click()
    assert all(not part.isVisible() for part in frame.plot._parts[0])
    assert all(part.isVisible() for part in frame.plot._parts[1])
    frame.plot.draw()
    assert all(not part.isVisible() for part in frame.plot._parts[0]), "a new theme keeps it hidden"


def test_the_same_figures_as_a_table_and_as_files(
    frame: ChartFrame, qtbot: QtBot, settle: Callable[[], None], tmp_path: Path
) -> None:
    frame.show_data(sales())
    frame._table_button.setChecked(True)
    assert frame._table is not None
    assert frame._table.model().index(0, 1).data() == "9,000,000.00"
    assert frame._table.model().index(11, 1).data() == "–"
    frame.copy()
    assert QGuiApplication.clipboard().text().splitlines()[1].split("\t")[:2] == ["Jan 2026", "9000000.00"]
    frame._table_button.setChecked(False)
    for kind in ("png", "svg", "csv"):
        frame.export_to(str(tmp_path / f"chart.{kind}"))
        settle()
    image = QImage(str(tmp_path / "chart.png"))
    assert image.width() == 2 * (640 + 32)
    drawing = (tmp_path / "chart.svg").read_text(encoding="utf-8")
    assert drawing.count("<path") > 10, "the plot is drawn as vectors"
    assert "Net sales against target" in drawing
    rows = list(csv.reader(StringIO((tmp_path / "chart.csv").read_text(encoding="utf-8-sig"))))
    assert rows[0] == ["Period", "Fact", "Target", "Last year", "Forecast P10–P90"]
    assert rows[12][1] == "", "missing is not zero"
    frame.copy()
    assert not QGuiApplication.clipboard().image().isNull()


def test_no_data_shows_a_face_and_no_axes(frame: ChartFrame) -> None:
    empty = ChartData(
        Label("Nothing"), ChartShape.BARS, ChartUnit.COUNT, ("a",), (Series("x", SeriesRole.FACT, (None,)),)
    )
    frame.show_data(empty)
    assert frame.face.isVisible()
    assert frame.plot is None


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 12.1, [0, 4, 8, 12, 16]),
        (0, 1, [0, 0.25, 0.5, 0.75, 1]),
        (-3, 7, [-5, -2.5, 0, 2.5, 5, 7.5]),
        (0, 0, [0, 0.25, 0.5, 0.75, 1]),
    ],
)
def test_ticks_are_round(low: float, high: float, expected: list[float]) -> None:
    assert scale.ticks(low, high) == expected


def test_the_axis_is_named_by_its_size() -> None:
    assert scale.scale_for(sales()) == scale.Scale(1e8, "CNY million")


@pytest.mark.parametrize(
    ("language", "currency", "named"),
    [
        ("zh_CN", "CNY", "万元"),
        ("zh_TW", "CNY", "萬元"),
        ("zh_CN", "USD", "万 USD"),
        ("en", "CNY", "CNY million"),
    ],
)
def test_the_axis_is_named_as_people_say_it(language: str, currency: str, named: str) -> None:
    set_translator(Translator(language))
    assert scale.scale_for(replace(sales(), currency=currency)).unit == named


def test_many_points_are_drawn(frame: ChartFrame, qtbot: QtBot) -> None:
    count = 20_000
    data = ChartData(
        Label("Long"),
        ChartShape.LINES,
        ChartUnit.COUNT,
        tuple(map(str, range(count))),
        (Series("Fact", SeriesRole.FACT, tuple(float(at % 97) for at in range(count))),),
    )
    frame.show_data(data)
    qtbot.wait(20)
    frame.plot.viewport().repaint()
    assert len(frame.plot.chart.categories) == count


def test_two_hundred_repaints_drop_no_reference_to_none(frame: ChartFrame, qtbot: QtBot) -> None:
    """PySide6 6.12 on Python 3.11 loses one per painter call, which aborts the process after some 150
    repaints.
    """
    frame.show_data(sales())
    qtbot.wait(50)
    frame.plot.viewport().repaint()
    before = sys.getrefcount(None)
    for _ in range(200):
        frame.plot.viewport().repaint()
    assert sys.getrefcount(None) > before - 500


def test_pyqtgraph_loads_with_the_first_plot() -> None:
    code = (
        "import sys; from ui.app import App; import ui.charts.frame;"
        "heavy = ('pyqtgraph', 'numpy', 'pandas', 'sqlalchemy', 'babel');"
        "print([name for name in heavy if name in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert out.stdout.strip() == "[]"


_THICKNESS = """
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication
from ui.charts.pens import steady
application = QApplication([])
image = QImage(40, 40, QImage.Format.Format_ARGB32)
image.setDevicePixelRatio(application.devicePixelRatio())
image.fill(0)
with QPainter(image) as painter:
    painter.setPen(steady(QColor("black"), 2))
    painter.drawLine(0, 8, 20, 8)
print(sum(image.pixelColor(4, y).alpha() > 0 for y in range(40)))
"""


@pytest.mark.parametrize("scale", [1, 2])
def test_a_line_is_as_wide_in_the_window_at_every_scale(scale: int) -> None:
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": str(scale)}
    done = subprocess.run(
        [sys.executable, "-c", _THICKNESS],
        capture_output=True,
        text=True,
        check=True,
        cwd=project.ROOT,
        env=environment,
    )
    assert int(done.stdout) == 2 * scale, "pixels of the screen"


def test_a_waterfall_is_read_and_walked_by_keyboard(frame: ChartFrame, qtbot: QtBot) -> None:
    frame.show_data(way())
    plot = frame.plot
    told = plot.accessibleDescription()
    assert "List price ¥5,120" in told
    assert "DRILL-STEPS \N{MINUS SIGN}¥256.00" in told
    assert "Tax 13% +¥612.30" in told
    assert plot.toolTip().splitlines()[-1] == "To pay ¥5,322"
    assert not frame.legend.isVisible()
    picked: list[object] = []
    frame.picked.connect(picked.append)
    plot.setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Return):
        qtbot.keyClick(plot, key)
    qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=plot.rect().topLeft() + QPoint(5, 5))
    assert picked == [1, 0]


def test_a_waterfall_is_a_table_of_sums_and_changes(frame: ChartFrame, tmp_path: Path, qtbot: QtBot) -> None:
    frame.show_data(way())
    columns, rows = frame.table_content()
    assert [one.title for one in columns] == ["Name", "Comes to", "Change"]
    assert rows[1] == ("From a quantity of 40", None, -15_400)
    for kind in ("png", "svg", "csv"):
        frame.export_to(str(tmp_path / f"way.{kind}"))
        qtbot.waitUntil(lambda: frame._tasks.idle)
        assert (tmp_path / f"way.{kind}").stat().st_size > 50


def test_days_are_written_as_days_and_prices_with_their_currency() -> None:
    data = ChartData(
        Label("Prices"),
        ChartShape.BARS,
        ChartUnit.PRICE,
        ("2026-09-07", "2026-09-14"),
        (Series("Price", SeriesRole.FACT, (12_3450, None)),),
        CategoryKind.DAY,
        currency="CNY",
    )
    assert texts.category(data, 0) == "7 Sept 2026"
    assert texts.category_short(data, 0) == ("7 Sept", "")
    assert texts.value(data, 12_3450) == "¥12.345"
    assert scale.scale_for(data).divisor == 10_000
    assert [one.title for one in texts.table_columns(data)] == ["Day", "Price"]
    assert texts.table_rows(data)[0] == ("7 Sept 2026", 12_3450)
