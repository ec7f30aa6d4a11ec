"""Tokens: contrast; the theme: switching; fonts; the focus ring."""

from itertools import combinations, pairwise
from math import dist
from typing import NamedTuple

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from ui.theme import DARK_SCHEME, LIGHT_SCHEME, colour, fonts, theme, tokens
from ui.theme.contrast import HIGH_DARK, HIGH_LIGHT
from ui.theme.focus import FocusRing
from ui.theme.tokens import DARK, LIGHT, Tokens
from ui.widgets.button import Button


class Least(NamedTuple):
    """WCAG 2.2: AA (1.4.3, 1.4.11), and AAA for text (1.4.6) where more contrast is asked for."""

    text: float
    graphic: float
    also: tuple[str, ...] = ()


AA = Least(4.5, 3.0)
HIGH = Least(7.0, 4.5, ("separator", "border", "neutral", "direct", "distribution", "emerging", "target"))
GROUNDS = ("window", "side", "hover", "raised", "selection")
THEMES = [
    pytest.param(LIGHT, AA, id="light"),
    pytest.param(DARK, AA, id="dark"),
    pytest.param(HIGH_LIGHT, HIGH, id="high_light"),
    pytest.param(HIGH_DARK, HIGH, id="high_dark"),
]


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("theme_tokens", "least"), THEMES)
def test_every_text_pair_has_contrast(theme_tokens: Tokens, least: Least) -> None:
    """At rest, under the mouse, selected, switched off (tertiary), and provisional."""
    texts = ("text", "secondary", "tertiary", "accent", "good", "warning", "bad", "provisional")
    pairs = [(text, ground) for text in texts for ground in GROUNDS]
    pairs += [(tone, f"{tone}_fill") for tone in ("good", "warning", "bad")]
    pairs += [("on_accent", "accent_fill"), ("on_tooltip", "tooltip")]
    low = {
        pair: round(contrast(getattr(theme_tokens, pair[0]), getattr(theme_tokens, pair[1])), 2)
        for pair in pairs
    }
    assert {pair: value for pair, value in low.items() if value < least.text} == {}


@pytest.mark.parametrize(("theme_tokens", "least"), THEMES)
def test_graphics_can_be_told_from_the_ground(theme_tokens: Tokens, least: Least) -> None:
    graphics = (
        "outline",
        "good_graphic",
        "warning_graphic",
        "bad_graphic",
        "fact_line",
        "fact_bar",
        "last_year",
        "below",
        *least.also,
    )
    low = {name: contrast(getattr(theme_tokens, name), theme_tokens.window) for name in graphics}
    assert {name: value for name, value in low.items() if value < least.graphic} == {}


@pytest.mark.parametrize(("theme_tokens", "least"), THEMES)
def test_marks_in_rows_can_be_told_from_every_ground(theme_tokens: Tokens, least: Least) -> None:
    """The ring of the focus, the violet mark, lines and levels in cells: in a selected row too."""
    marks = ("accent", "provisional", "good_graphic", "warning_graphic", "bad_graphic", "fact_line")
    low = {
        (mark, ground): contrast(getattr(theme_tokens, mark), getattr(theme_tokens, ground))
        for mark in marks
        for ground in GROUNDS
    }
    assert {pair: value for pair, value in low.items() if value < least.graphic} == {}


SEEN_BY = {
    "everybody": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopes": ((0.152, 1.053, -0.205), (0.115, 0.786, 0.099), (-0.004, -0.048, 1.052)),
    "deuteranopes": ((0.367, 0.861, -0.228), (0.280, 0.673, 0.047), (-0.012, 0.043, 0.969)),
    "tritanopes": ((1.256, -0.077, -0.179), (-0.078, 0.931, 0.148), (0.005, 0.691, 0.304)),
}
"""What is left of linear red, green and blue: Machado, Oliveira and Fernandes, 2009, at full severity."""


def as_seen(colour: str, by: str) -> tuple[float, float, float]:
    """CIELAB under D65."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    red, green, blue = (
        min(1.0, max(0.0, sum(share * one for share, one in zip(row, linear, strict=True))))
        for row in SEEN_BY[by]
    )
    xyz = (
        (0.4125 * red + 0.3576 * green + 0.1804 * blue) / 0.9505,
        0.2127 * red + 0.7152 * green + 0.0722 * blue,
        (0.0193 * red + 0.1192 * green + 0.9503 * blue) / 1.0888,
    )
    x, y, z = (one ** (1 / 3) if one > 0.008856 else 7.787 * one + 16 / 116 for one in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("eye", SEEN_BY)
@pytest.mark.parametrize("scale", ["step", "swing"])
@pytest.mark.parametrize(("theme_tokens", "least"), THEMES)
def test_the_classes_of_the_map_differ_for_every_eye(
    theme_tokens: Tokens, least: Least, scale: str, eye: str
) -> None:
    seen = [as_seen(getattr(theme_tokens, f"{scale}_{at}"), eye) for at in range(1, 6)]

    assert min(dist(one, other) for one, other in combinations(seen, 2)) > 12
    if scale == "step":
        lightness = [one[0] for one in seen]
        assert lightness == sorted(lightness, reverse=not theme_tokens.dark)
        assert min(abs(one - other) for one, other in pairwise(lightness)) > 9, "told apart without any hue"
    assert contrast(theme_tokens.outline, theme_tokens.land) >= 3, "the rim of every point"


@pytest.mark.usefixtures("qapp")
def test_the_theme_changes_at_run_time(qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    try:
        with qtbot.waitSignal(theme.changed):
            theme.apply(DARK_SCHEME)
        assert tokens() is DARK
        assert widget.palette().window().color() == colour("window")
    finally:
        theme.apply(LIGHT_SCHEME)
    assert tokens() is LIGHT
    assert widget.palette().window().color().name().upper() == LIGHT.window


@pytest.mark.usefixtures("qapp")
def test_chinese_is_never_drawn_in_the_weight_between() -> None:
    assert fonts.font(fonts.BODY, fonts.MEDIUM).weight() == fonts.MEDIUM
    fonts.set_language("zh_CN")
    try:
        assert fonts.font(fonts.BODY, fonts.MEDIUM).weight() == fonts.REGULAR
        assert fonts.font(fonts.BODY, fonts.STRONG).weight() == fonts.STRONG
    finally:
        fonts.set_language("en")


def test_one_ring_follows_the_focus(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    row = QHBoxLayout(window)
    button, field = Button("Save"), QLineEdit()
    row.addWidget(button)
    row.addWidget(field)
    ring = FocusRing(window)
    window.resize(400, 80)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    button.setFocus(Qt.FocusReason.TabFocusReason)
    assert not ring.isVisible(), "nothing was pressed yet"
    ring.show_for_keyboard(True)
    assert ring.isVisible()
    assert ring.geometry() == button.geometry().adjusted(-4, -4, 4, 4)
    field.setFocus()
    assert ring.geometry() == field.geometry().adjusted(-4, -4, 4, 4)
    window.resize(500, 90)
    qtbot.waitUntil(lambda: ring.geometry() == field.geometry().adjusted(-4, -4, 4, 4))
    button.setFocus()
    ring.show_for_keyboard(False)
    assert not ring.isVisible(), "a button that was clicked needs no ring"
    field.setFocus()
    assert ring.isVisible(), "a field always shows where one types"
    field.hide()
    assert not ring.isVisible()


def test_a_window_that_goes_may_move_after_its_ring_was_collected(qtbot: QtBot) -> None:
    """The collector takes the attributes of what it finds before Qt ends the widgets."""
    window = QWidget()
    qtbot.addWidget(window)
    ring = FocusRing(window)
    window.show()
    vars(ring).clear()
    window.resize(500, 90)
    assert not ring.isVisible()
