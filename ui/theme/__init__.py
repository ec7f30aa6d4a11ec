"""How the window looks: tokens, fonts, palette, style sheet, focus ring."""

from ui.theme.theme import (
    DARK_SCHEME,
    HIGH_DARK_SCHEME,
    HIGH_LIGHT_SCHEME,
    LIGHT_SCHEME,
    SYSTEM_SCHEME,
    colour,
    theme,
    tokens,
)

__all__ = [
    "DARK_SCHEME",
    "HIGH_DARK_SCHEME",
    "HIGH_LIGHT_SCHEME",
    "LIGHT_SCHEME",
    "SYSTEM_SCHEME",
    "colour",
    "theme",
    "tokens",
]
