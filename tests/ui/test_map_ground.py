"""What lies under the points of the map: outlines from the file, the eye that looks at them, the scale."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from channeldesk.rules.mercator import Projection
from ui.theme import LIGHT_SCHEME, colour, theme
from ui.widgets.map import labels, outlines
from ui.widgets.map.camera import CLOSEST, Camera, box_of
from ui.widgets.map.ground import Ground

SHANGHAI, LAKE_TAI = (31.2, 121.4), (31.2, 120.2)
LAND = (
    (29.3, 117.5),
    (24, 10),
    (66, 100),
    (67, 27),
    (71, 100),
    (40, -100),
    (-25, 134),
    (67.4, -179),
    (67, 178),
)
SEA = ((29.5, 125), (67, 5), (71, 0), (70.5, -15), (-17, 0), (-16, -100), (0, -179), (-17, 172), (45, -170))
"""Among them what lies on both sides of the date line, and level with it."""


def test_the_outlines_are_physical_only_and_small() -> None:
    levels = outlines.read()

    assert [one.degrees for one in levels] == [60, 10]
    layers = [{name for tile in level.tiles.values() for name in tile if name != "at"} for level in levels]
    assert layers == [{"land", "lakes"}, {"land", "lakes", "rivers"}], "no line that people drew"
    assert outlines.FILE.stat().st_size < 500_000
    for level in levels:
        for tile in level.tiles:
            west, south = tile[0] * level.degrees - 180, tile[1] * level.degrees - 90
            for layer in layers[1]:
                for xs, ys in level.lines(tile, layer):
                    assert len(xs) == len(ys) >= 2
                    assert west <= min(xs) and max(xs) <= west + level.degrees
                    assert south <= min(ys) and max(ys) <= south + level.degrees


@pytest.mark.parametrize("wide", [400_000.0, 9_000_000.0], ids=["near", "far"])
def test_land_sea_and_lakes_are_where_they_are(wide: float, qapp: QApplication) -> None:
    theme.apply(LIGHT_SCHEME)
    places = dict.fromkeys(LAND, "land") | dict.fromkeys(SEA, "water")
    if wide < 1e6:
        places |= {SHANGHAI: "land", LAKE_TAI: "water"}
    for place, wanted in places.items():
        projection = Projection(*place)
        image = QImage(200, 200, QImage.Format.Format_RGB32)
        camera = Camera(200, 200, box_of([]), (0.0, 0.0), 200 / wide)
        with QPainter(image) as painter:
            Ground(projection, outlines.read()).paint(painter, camera)
        assert image.pixelColor(100, 100) == colour(wanted), place


@pytest.mark.parametrize("middle", [179.0, -179.0])
def test_the_far_side_of_the_earth_is_whole(middle: float, qapp: QApplication) -> None:
    """Fiji's Vanua Levu and the sea around it stand on both sides of the date line; no stripe of land."""
    theme.apply(LIGHT_SCHEME)
    image = QImage(300, 300, QImage.Format.Format_RGB32)
    camera = Camera(300, 300, box_of([]), (0.0, 0.0), 300 / 600_000)
    with QPainter(image) as painter:
        Ground(Projection(-16.6, middle), outlines.read()).paint(painter, camera)
    seen = {image.pixelColor(x, y).name() for x in range(0, 300, 5) for y in range(0, 300, 5)}

    assert {colour("land").name(), colour("water").name()} <= seen
    wet = sum(image.pixelColor(x, 8) == colour("water") for x in range(300))
    assert wet > 250


# the eye


def test_the_eye_goes_no_further_than_there_is_something_to_see() -> None:
    camera = Camera(800, 600, box_of([(0.0, 0.0), (100_000.0, 50_000.0)])).fitted()

    assert camera.moved(-1_000_000, 1_000_000).middle == (100_000.0, 50_000.0)
    assert camera.zoomed(1e9).scale == CLOSEST
    assert camera.zoomed(1e-9).scale == camera.fitted_scale / 2
    assert camera.zoomed(1e-9).zoomed(2).scale == pytest.approx(camera.fitted_scale)


def test_what_lies_under_the_mouse_stays_there() -> None:
    camera = Camera(800, 600, box_of([(-200_000.0, -200_000.0), (200_000.0, 200_000.0)])).fitted()
    before = camera.spot(300, 200)

    assert camera.zoomed(1.7, 300, 200).spot(300, 200) == pytest.approx(before)
    assert camera.pixel(camera.spot(17, 23)) == pytest.approx((17, 23))


def test_everything_fits_with_a_margin() -> None:
    spots = [(0.0, 0.0), (300_000.0, 20_000.0), (90_000.0, 180_000.0)]
    camera = Camera(800, 600, box_of(spots)).fitted()

    for x, y in map(camera.pixel, spots):
        assert 40 <= x <= 760 and 40 <= y <= 560


def test_the_bar_tells_the_ground_also_away_from_the_middle() -> None:
    projection = Projection(30, 120)
    north = projection.spot(60, 120)
    camera = Camera(800, 600, box_of([north, (0.0, 0.0)]), (0.0, 0.0), 1e-3)
    length, wide = labels.bar(camera, projection)
    far, its_wide = labels.bar(Camera(800, 600, box_of([north]), north, 1e-3), projection)

    assert length / wide == pytest.approx(1000, rel=0.02)
    assert far / its_wide == pytest.approx(1000 * 0.5 / 0.866, rel=0.02)
