"""The three text sizes in the system's own family, with a Chinese family behind it.

Chinese is drawn in regular and semi-bold only: the weight between looks smeared on dark ground.
"""

from __future__ import annotations

import sys
from functools import lru_cache

from PySide6.QtGui import QFont, QFontDatabase, QFontMetrics

CAPTION = 12
BODY = 13
DISPLAY = 22
REGULAR = QFont.Weight.Normal
MEDIUM = QFont.Weight.Medium
STRONG = QFont.Weight.DemiBold

_CHINESE = {
    "zh_CN": ["Microsoft YaHei UI", "PingFang SC", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC"],
    "zh_TW": [
        "Microsoft JhengHei UI",
        "PingFang TC",
        "Noto Sans CJK TC",
        "Noto Sans TC",
        "Source Han Sans TC",
    ],
}
_language = "en"


def set_language(language: str) -> None:
    """Choose the Chinese family by the language of the texts, since one character has several national
    shapes.
    """
    global _language
    _language = language
    font.cache_clear()
    metrics.cache_clear()


def current_language() -> str:
    """The language the fonts were chosen for: part of the key of whatever keeps measures of text."""
    return _language


@lru_cache(64)
def font(size: int = BODY, weight: QFont.Weight = REGULAR, *, figures: bool = False) -> QFont:
    """A font of the window; ``figures`` gives every digit the same width, for columns and
    changing numbers.
    """
    found = QFont(families())
    found.setPixelSize(size)
    if weight == MEDIUM and _language.startswith("zh"):
        weight = REGULAR
    found.setWeight(weight)
    if figures:
        found.setFeature(QFont.Tag("tnum"), 1)
    return found


@lru_cache(64)
def metrics(size: int = BODY, weight: QFont.Weight = REGULAR, *, figures: bool = False) -> QFontMetrics:
    return QFontMetrics(font(size, weight, figures=figures))


def families() -> list[str]:
    """The system's family, then Chinese ones that are installed."""
    return _families(_language)


@lru_cache(4)
def _families(language: str) -> list[str]:
    system = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()
    if sys.platform.startswith("linux") and QFontDatabase.hasFamily("Inter"):
        system = "Inter"
    wanted = _CHINESE.get(language, _CHINESE["zh_CN"])
    return [system, *(name for name in wanted if QFontDatabase.hasFamily(name))]
