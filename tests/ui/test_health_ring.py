"""The ring of a health score: what it says, that nothing known is not zero, where the tick stands."""

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from ui.theme import colour
from ui.widgets.health_ring import LARGE, HealthRing


@pytest.fixture
def ring(qtbot: QtBot) -> HealthRing:
    made = HealthRing(LARGE)
    qtbot.addWidget(made)
    made.show()
    return made


def colours_on_the_ring(ring: HealthRing) -> set[str]:
    """At a quarter past, half past and a quarter to, in the middle of the ring's thickness."""
    picture = ring.grab().toImage()
    edge, middle = int(2 + ring.thickness / 2), ring.width() // 2
    places = (
        QPoint(ring.width() - 1 - edge, middle),
        QPoint(middle, ring.height() - 1 - edge),
        QPoint(edge, middle),
    )
    return {QColor(picture.pixel(place)).name() for place in places}


def test_nothing_known_is_not_zero(ring: HealthRing) -> None:
    assert ring.accessibleName() == "Health: not known"
    unknown = ring.grab().toImage()
    ring.set(0)
    assert ring.accessibleName() == "Health: 0 of 100"
    assert ring.tone == "bad"
    assert ring.grab().toImage() != unknown


@pytest.mark.parametrize(
    ("score", "tone"), [(86, "good"), (64, "warning"), (31, "bad"), (140, "good"), (-3, "bad")]
)
def test_the_colour_and_the_words_say_the_same(ring: HealthRing, score: int, tone: str) -> None:
    ring.set(score, why="Sales fell.")
    assert ring.tone == tone
    assert f"{min(100, max(0, score))} of 100" in ring.accessibleName()
    assert ring.accessibleDescription() == "Sales fell."
    assert "Sales fell." in ring.toolTip()


def test_it_fills_clockwise_from_the_top(ring: HealthRing) -> None:
    ring.set(100)
    assert colours_on_the_ring(ring) == {colour("good_graphic").name()}
    ring.set(0)
    assert colours_on_the_ring(ring) == {colour("track").name()}
    ring.set(40)
    assert colours_on_the_ring(ring) == {colour("bad_graphic").name(), colour("track").name()}


def test_a_provisional_score_is_violet_with_its_reason(ring: HealthRing) -> None:
    ring.set(58, target=70, provisional="A count waits.")
    assert ring.tone == "provisional"
    assert ring.accessibleName() == "Health: 58 of 100, target 70"
    assert "A count waits." in ring.toolTip()
    ring.set(None, provisional="A count waits.")
    assert (ring.tone, "waits" in ring.toolTip()) == ("", False), "nothing is not provisional"


def test_the_target_is_a_tick_across_the_ring(ring: HealthRing) -> None:
    ring.set(10, target=75)
    picture = ring.grab().toImage()
    at_target = QColor(picture.pixel(QPoint(int(2 + ring.thickness / 2), ring.height() // 2)))
    assert at_target.name() == colour("text").name()
