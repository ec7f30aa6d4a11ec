"""How the window is looked at: language, colours, size, scale, named such as ``zh_CN-dark-small-150``."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

LANGUAGES = ("en", "zh_CN", "zh_TW")
SCHEMES = ("light", "dark")
SIZES = {"small": (1024, 700), "usual": (1440, 900)}
SCALES = (100, 150, 200)


@dataclass(frozen=True)
class Look:
    language: str = "en"
    scheme: str = "light"
    size: str = "usual"
    percent: int = 100

    def __str__(self) -> str:
        return f"{self.language}-{self.scheme}-{self.size}-{self.percent}"

    @classmethod
    def named(cls, name: str) -> Look:
        language, scheme, size, percent = name.split("-")
        return cls(language, scheme, size, int(percent))


REVIEWED = ("en-light-usual-100", "zh_CN-dark-small-100", "gallery-light", "gallery-high_dark")
"""What is kept in ``reviewed``: pages in both sizes, on both grounds, in two scripts; the gallery's parts."""

EVERY = tuple(str(Look(*one)) for one in product(LANGUAGES, SCHEMES, SIZES, (100, 200)))
"""What a person looks at before a release."""

SCALED = tuple(
    str(Look(language, "light", "small", percent)) for percent in (150, 200) for language in LANGUAGES
)
"""Where a text is cut off first: the small window, in pixels that are no whole ones."""
