"""Whether two pictures show the same, and a picture of where they do not.

A pixel is the same where its colour lies between the darkest and the lightest of the other picture's
pixel and its eight neighbours, each channel by itself, give or take ``CHANNEL``: edges may be smoothed
otherwise or fall on the next pixel. It is asked both ways, so that neither a thing gone nor a thing come is
hidden in its surroundings. Some pixels may differ all the same, as long as they are not together: at most
``SPECKS`` in any field of ``FIELD``. tests/ui/test_picture_faults.py plants faults and finds them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter

CHANNEL = 12  # of 255
SPECKS = 4  # pixels
FIELD = 16  # pixels each way
_GAP = 16


@dataclass(frozen=True)
class Difference:
    """``places`` are the corners of the fields that differ; none where the pictures show the same."""

    pixels: int
    places: tuple[tuple[int, int], ...]
    mask: np.ndarray

    def __bool__(self) -> bool:
        return bool(self.places)

    def __str__(self) -> str:
        if not self:
            return "the same"
        left, top = (min(one[at] for one in self.places) for at in (0, 1))
        right, bottom = (max(one[at] for one in self.places) + FIELD for at in (0, 1))
        return f"{self.pixels} pixels between ({left}, {top}) and ({right}, {bottom})"


def difference(reviewed: QImage, now: QImage) -> Difference:
    """Pictures of different sizes differ where only one of them is, and are compared where both are."""
    wide, high = max(reviewed.width(), now.width()), max(reviewed.height(), now.height())
    one, other = _spread(pixels(reviewed), wide, high), _spread(pixels(now), wide, high)
    mask = _outside(one, other) | _outside(other, one)
    fields = _counted(mask) > SPECKS
    places = tuple((int(x) * FIELD, int(y) * FIELD) for y, x in np.argwhere(fields))
    return Difference(int(mask.sum()), places, mask)


def pixels(picture: QImage) -> np.ndarray:
    full = picture.convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(full.constBits(), np.uint8).reshape(full.height(), full.width(), 4)[..., :3]


def _spread(found: np.ndarray, wide: int, high: int) -> np.ndarray:
    """Filled up to a size, in a colour that no theme has."""
    made = np.zeros((high, wide, 3), np.int16)
    made[:] = (255, 0, 255)
    made[: found.shape[0], : found.shape[1]] = found
    return made


def _outside(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Where ``one`` is no colour of the neighbourhood in ``other``. Most pixels are equal: no look around."""
    found = np.zeros(one.shape[:2], bool)
    rows, columns = np.nonzero((np.abs(one - other) > CHANNEL).any(axis=2))
    if rows.size:
        around = sliding_window_view(
            np.pad(other, ((1, 1), (1, 1), (0, 0)), mode="edge"), (3, 3), axis=(0, 1)
        )
        near = around[rows, columns].reshape(rows.size, 3, 9)
        here = one[rows, columns]
        low, high = near.min(axis=2) - CHANNEL, near.max(axis=2) + CHANNEL
        found[rows, columns] = ((here < low) | (here > high)).any(axis=1)
    return found


def _counted(mask: np.ndarray) -> np.ndarray:
    high, wide = (-(-side // FIELD) for side in mask.shape)
    whole = np.zeros((high * FIELD, wide * FIELD), np.int32)
    whole[: mask.shape[0], : mask.shape[1]] = mask
    return whole.reshape(high, FIELD, wide, FIELD).sum(axis=(1, 3))


def side_by_side(reviewed: QImage, now: QImage, found: Difference) -> QImage:
    """Reviewed, now, and now in pale grey with the differing pixels in red and their fields framed."""
    high, wide = found.mask.shape
    marked = now.convertToFormat(QImage.Format.Format_Grayscale8).convertToFormat(QImage.Format.Format_RGB32)
    sheet = QImage(3 * wide + 2 * _GAP, high, QImage.Format.Format_RGB32)
    sheet.fill(QColor("#808080"))
    red = QImage(wide, high, QImage.Format.Format_ARGB32)
    red.fill(Qt.GlobalColor.transparent)
    for y, x in np.argwhere(found.mask):
        red.setPixelColor(int(x), int(y), QColor("#FF0000"))
    with QPainter(sheet) as painter:
        painter.drawImage(0, 0, reviewed)
        painter.drawImage(wide + _GAP, 0, now)
        painter.translate(2 * (wide + _GAP), 0)
        painter.setOpacity(0.3)
        painter.drawImage(0, 0, marked)
        painter.setOpacity(1.0)
        painter.drawImage(0, 0, red)
        painter.setPen(QColor("#FF00FF"))
        for x, y in found.places:
            painter.drawRect(x, y, FIELD, FIELD)
    return sheet


def show(reviewed: Path, now: Path, into: Path) -> Difference:
    """Compare two files; where they differ, ``into`` gets the picture of it."""
    one, other = QImage(str(reviewed)), QImage(str(now))
    assert not one.isNull(), reviewed
    assert not other.isNull(), now
    found = difference(one, other)
    if found:
        into.parent.mkdir(parents=True, exist_ok=True)
        side_by_side(one, other, found).save(str(into))
    return found
