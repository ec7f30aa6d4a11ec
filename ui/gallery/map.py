"""A map of made-up partners, for the gallery and for tests."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ui.gallery.parts import section
from ui.models.columns import Column, Kind
from ui.tasks import Tasks
from ui.widgets.map.frame import MapData, MapFrame
from ui.widgets.map.legend import ClassEntry
from ui.widgets.map.shapes import Mark

_TOWNS = (
    ("杭州", 30_250_000, 120_170_000),
    ("宁波", 29_870_000, 121_540_000),
    ("绍兴", 30_000_000, 120_580_000),
    ("温州", 28_000_000, 120_670_000),
    ("金华", 29_080_000, 119_650_000),
)
_CLASSES = ("under −50%", "−50% to −10%", "−10% to +10%", "+10% to +50%", "+50% and more")
_COUNT = 36


def sample() -> MapData:
    marks = [_mark(at) for at in range(_COUNT)]
    tints = [one.tint for one in marks]
    classes = [(f"swing_{at}", text) for at, text in enumerate(_CLASSES, 1)]
    return MapData(
        "Sales against Oct 2026",
        "pro rata",
        [("change", "Sales against Oct 2026"), ("overdue", "Overdue")],
        "change",
        marks,
        [ClassEntry(tint, text, tints.count(tint)) for tint, text in [*classes, ("", "no figure")]],
        [
            Column("name", "Partner", lambda one: one.name, width=200, stretch=True),
            Column("city", "City", lambda one: one.town, width=110),
            Column("north", "Latitude", lambda one: one.place[0] / 1e6, Kind.NUMBER, 100, decimals=4),
        ],
        marks,
        "Larger points: more sales this period.",
    )


def _mark(at: int) -> Mark:
    town, north, east = _TOWNS[at % len(_TOWNS)] if at % 4 else _TOWNS[1]
    place = (north + at * 7919 % 120_000 - 60_000, east + at * 104_729 % 120_000 - 60_000)
    tint = "" if at % 9 == 8 else f"swing_{at * 7 // 3 % 5 + 1}"
    tip = (("Sales against Oct 2026", "–" if not tint else "+12%"), ("City", town))
    return Mark(at, f"Hengtai Hardware {at}", place, tint, at / _COUNT, tip, town, at % 11 == 0)


def territory(tasks: Tasks) -> QWidget:
    frame = MapFrame(tasks)
    frame.setFixedHeight(480)
    frame.show_map(sample())
    frame.view.choose(3)
    return section("A map", frame)
