"""The comparison has teeth: faults planted in real parts of the window are found, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QWidget

from tests.pictures import compare, studio
from tests.pictures.__main__ import differences
from ui.gallery import parts
from ui.theme import LIGHT_SCHEME, theme
from ui.theme.tokens import LIGHT
from ui.widgets.button import Button, IconButton
from ui.widgets.chip import Chip
from ui.widgets.figure import KeyFigure
from ui.widgets.label import Label

WIDE = 1200
THEMES = import_module("ui.theme.theme")._TOKENS
Some = TypeVar("Some", bound=QWidget)


@pytest.fixture
def part(qapp: QApplication) -> Iterator[QWidget]:
    made = parts.stacked([parts.buttons(), parts.marks(), parts.figures(), parts.texts()])
    made.setObjectName("body")
    made.resize(WIDE, made.sizeHint().height())
    made.show()
    qapp.processEvents()
    yield made
    made.hide()
    made.deleteLater()
    theme.apply(LIGHT_SCHEME)


def picture(part: QWidget) -> QImage:
    QApplication.processEvents()
    return part.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def first(part: QWidget, kind: type[Some], text: str = "") -> Some:
    return next(one for one in part.findChildren(kind) if text in (one.accessibleName() or one.text()))


def moved_across(part: QWidget) -> None:
    label = first(part, Label, "body:")
    label.move(label.x() + 4, label.y())


def moved_down(part: QWidget) -> None:
    label = first(part, Label, "caption:")
    label.move(label.x(), label.y() + 2)


def another_accent(part: QWidget) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(THEMES, LIGHT_SCHEME, replace(LIGHT, accent_fill="#2A6BD0"))
        theme.apply(LIGHT_SCHEME)


def another_tint(part: QWidget) -> None:
    first(part, Label, "warning").set_tint("bad")


def cut_off(part: QWidget) -> None:
    label = first(part, Label, "strong:")
    label.setFixedWidth(label.fontMetrics().horizontalAdvance(label.text()) - 8)


def another_figure(part: QWidget) -> None:
    figure = first(part, KeyFigure, "Net sales")
    figure.set("¥2.08M", "59.7% of ¥3.5M", line=parts.TREND, target=3.0, provisional="not confirmed yet")


def no_longer_provisional(part: QWidget) -> None:
    figure = first(part, KeyFigure, "Net sales")
    figure.set("¥2.09M", "59.7% of ¥3.5M", line=parts.TREND, target=3.0)


def another_icon(part: QWidget) -> None:
    first(part, IconButton, "Copy").set_icon("export")


def switched_off(part: QWidget) -> None:
    first(part, Button, "normal").setEnabled(False)


def gone(part: QWidget) -> None:
    first(part, Chip, "with an icon").hide()


FAULTS = (
    moved_across,
    moved_down,
    another_accent,
    another_tint,
    cut_off,
    another_figure,
    no_longer_provisional,
    another_icon,
    switched_off,
    gone,
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda one: one.__name__)
def test_a_planted_fault_is_found(fault: Callable[[QWidget], None], part: QWidget, tmp_path: Path) -> None:
    reviewed = picture(part)
    fault(part)
    now = picture(part)

    found = compare.difference(reviewed, now)

    assert found, f"{found.pixels} pixels differ, in no field enough of them"
    assert compare.side_by_side(reviewed, now, found).width() > 3 * WIDE


def test_the_same_is_found_the_same(part: QWidget) -> None:
    found = compare.difference(picture(part), picture(part))

    assert (found.pixels, str(found)) == (0, "the same")


def test_other_smoothing_is_no_fault(part: QWidget) -> None:
    """Half a pixel aside and a little lighter, as another renderer would have it."""
    reviewed = picture(part)
    now = QImage(reviewed)
    with QPainter(now) as painter:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(QPointF(0.5, 0), reviewed)
    noise = np.random.default_rng(5).integers(-3, 4, (now.height(), now.width(), 4))
    seen = np.clip(np.frombuffer(now.constBits(), np.uint8).reshape(noise.shape) + noise, 0, 255)
    bytes_now = seen.astype(np.uint8).tobytes()
    now = QImage(bytes_now, reviewed.width(), reviewed.height(), QImage.Format.Format_RGB32)

    assert not (found := compare.difference(reviewed, now)), str(found)


def test_another_size_is_a_fault(part: QWidget) -> None:
    reviewed = picture(part)

    assert compare.difference(reviewed, reviewed.copy(0, 0, WIDE, reviewed.height() - 1))
    assert compare.difference(reviewed.copy(0, 0, WIDE - 1, reviewed.height()), reviewed)


def test_a_picture_too_many_or_missing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(studio, "REVIEWED_FOLDER", tmp_path / "reviewed")
    for place, names in (("reviewed", ("both", "gone")), ("now", ("both", "new"))):
        (tmp_path / place / "look").mkdir(parents=True)
        for name in names:
            drawn = QImage(64, 32, QImage.Format.Format_RGB32)
            drawn.fill(QColor("white"))
            with QPainter(drawn) as painter:
                painter.fillRect(16 if place == "now" else 32, 0, 16, 32, QColor("black"))
            assert drawn.save(str(tmp_path / place / "look" / f"{name}.webp"), "WEBP", 100)

    both, missing, new = differences("look", tmp_path / "now" / "look", tmp_path / "into")

    assert both.startswith("look/both.webp: 960 pixels between (16, 0) and (48, 32)")
    assert (tmp_path / "into" / "both.png").exists()
    assert "no page draws it" in missing
    assert "nobody reviewed" in new
