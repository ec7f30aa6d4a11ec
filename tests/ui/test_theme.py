"""Tokens: contrast; the theme: switching; fonts; the focus ring."""

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
    grounds = ("window", "side", "hover", "raised", "selection")
    pairs = [(text, ground) for text in ("text", "secondary", "tertiary") for ground in grounds]
    pairs += [
        (tone, ground)
        for tone in ("good", "warning", "bad", "provisional")
        for ground in ("window", "raised")
    ]
    pairs += [(tone, f"{tone}_fill") for tone in ("good", "warning", "bad")]
    pairs += [
        ("accent", "window"),
        ("accent", "selection"),
        ("on_accent", "accent_fill"),
        ("on_tooltip", "tooltip"),
    ]
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
