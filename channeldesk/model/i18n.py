"""Texts in the reader's language.

English in the code is the key; one gettext catalogue per language serves window, rules, command line and
printed pages. ``t = Translator("zh_CN").text`` and ``t("{count} shown", count=3)``: the text is literal, so
that it can be collected, and whole, so that it can be reordered. How to translate: docs/translating.md.
"""

from __future__ import annotations

import gettext
import locale
import os
import re
from collections.abc import Iterable
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from channeldesk.model.messages import N_, fill, template_of
from channeldesk.model.notice import Notice, Param, Problem, Term

if TYPE_CHECKING:
    from channeldesk.model.formats import Formats

__all__ = [
    "HTML_LANGUAGES",
    "LANGUAGES",
    "N_",
    "PSEUDO",
    "Translator",
    "best_language",
    "known_language",
    "pseudo",
    "system_language",
]

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "translations"
DOMAIN = "channeldesk"
LANGUAGES = {"en": "English", "zh_CN": "简体中文", "zh_TW": "繁體中文"}
"""Languages people may choose, each by its own name."""
HTML_LANGUAGES = {"en": "en", "zh_CN": "zh-Hans", "zh_TW": "zh-Hant"}
"""As a page in a browser names them."""
_TRADITIONAL = {"hant", "tw", "hk", "mo"}
PSEUDO = "qps"
"""A made-up language that shows texts which are not translated or have no room to grow."""

_ACCENTS = str.maketrans("aceinosuyzACEINOSUYZ", "áçéíñóšúýžÁÇÉÍÑÓŠÚÝŽ")
_PLACEHOLDER = re.compile(r"(\{[^{}]*\}|&(?=\w))")


class Translator:
    """One language: its texts, and through ``formats`` its figures and dates.

    ``zone`` and ``home`` are those of :class:`~channeldesk.model.formats.Formats`. Raises ValueError for a
    language we do not have; choose with :func:`best_language`.
    """

    def __init__(self, language: str = "en", zone: str | None = None, home: str = "") -> None:
        if language not in LANGUAGES and language != PSEUDO:
            raise ValueError(f"no texts in {language!r}")
        self.language = language
        self._zone, self._home = zone, home
        self._texts = _texts(language)

    @cached_property
    def formats(self) -> Formats:
        """Made when the first figure is shown: a window without one is painted before."""
        from channeldesk.model.formats import formats_for

        return formats_for(self.language, self._zone, self._home)

    def text(self, msgid: str, /, **params: Param) -> str:
        """The translation of a literal text, its parameters filled in, figures in this language's form."""
        return self._filled(self._texts.gettext(msgid), params)

    def plural(self, singular: str, several: str, count: int, /, **params: Param) -> str:
        """The form for ``count``, which fills ``{count}``: '{count} line', '{count} lines'."""
        return self._filled(self._texts.ngettext(singular, several, count), {"count": count, **params})

    def in_context(self, context: str, msgid: str, /, **params: Param) -> str:
        """For one English word with two meanings: ``tc("status", "Open")`` and ``tc("verb", "Open")``."""
        return self._filled(self._texts.pgettext(context, msgid), params)

    def notice(self, notice: Notice) -> str:
        """The sentence of a notice; of one that this program does not know, what its sender wrote."""
        template = template_of(notice)
        if template is None:
            return notice.fallback or notice.code
        return fill(self._texts.gettext(template), notice.params, self._show)

    def problem(self, problem: Problem) -> tuple[str, str]:
        """What happened, and what to do about it (may be empty)."""
        return self.notice(problem.notice), self.notice(Notice(problem.remedy)) if problem.remedy else ""

    def relative_day(self, day: date, today: date) -> str:
        """'Today', 'Fri 13' within a week, 'Tue 24 Nov' later on, else the date; a year where it is far."""
        match (day - today).days:
            case 0:
                return self.text(N_("Today"))
            case 1:
                return self.text(N_("Tomorrow"))
            case -1:
                return self.text(N_("Yesterday"))
            case days if 0 < days < 7:
                return self.formats.day_of_week(day)
            case days if 0 < days <= 183:
                return self.formats.day_brief(day)
            case _:
                return self.formats.day_short(day, today)

    def _filled(self, template: str, params: dict[str, Param]) -> str:
        return fill(template, params, self._show) if params else template

    def _show(self, value: Param) -> str:
        return self._texts.gettext(value.text) if isinstance(value, Term) else self.formats.show(value)


class _Pseudo(gettext.NullTranslations):
    """Accents and lengthens every text that passes through translation."""

    def gettext(self, message: str) -> str:
        return pseudo(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return pseudo(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        return pseudo(message)


def pseudo(text: str) -> str:
    """The text accented and two fifths longer, its {placeholders} and &shortcuts untouched."""
    if not text.strip():
        return text
    parts = _PLACEHOLDER.split(text)
    accented = "".join(part if at % 2 else part.translate(_ACCENTS) for at, part in enumerate(parts))
    return f"[{accented}{'~' * max(2, len(text) * 2 // 5)}]"


@lru_cache(8)
def _texts(language: str) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    if language == PSEUDO:
        return _Pseudo()
    with (FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.mo").open("rb") as file:
        return gettext.GNUTranslations(file)


def best_language(wanted: Iterable[str]) -> str:
    """The first language we have among those wanted ('zh-Hant-TW', 'zh_CN.UTF-8', 'en'), else English."""
    return next((found for name in wanted if (found := known_language(name))), "en")


def known_language(tag: str) -> str:
    """The language we have for a tag; empty if we have none."""
    first, *rest = re.split(r"[-_.@]", tag.strip().lower())
    if first == "zh":
        return "zh_TW" if _TRADITIONAL & set(rest) and "hans" not in rest else "zh_CN"
    return first if first in ("en", PSEUDO) else ""


def system_language() -> str:
    """The language of the computer, for a command line without a profile."""
    names = [os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    return best_language([name for name in names if name] or [locale.getlocale()[0] or "en"])
