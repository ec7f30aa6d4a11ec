"""The one set of paint helpers.

Widgets and table cells use the same ones, so the same thing looks the same.
"""

from ui.paint.bars import gap_bar, hatched, level_bar, share_bar, sparkline
from ui.paint.marks import chip, chip_width, health, key_cap, key_cap_width, provisional, ring, trend
from ui.paint.text import elided, lines, runs, text, width

__all__ = [
    "chip",
    "chip_width",
    "elided",
    "gap_bar",
    "hatched",
    "health",
    "key_cap",
    "key_cap_width",
    "level_bar",
    "lines",
    "provisional",
    "ring",
    "runs",
    "share_bar",
    "sparkline",
    "text",
    "trend",
    "width",
]
