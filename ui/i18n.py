"""The reader's language in the window: ``t("Partners")``, ``t("{count} shown", count=3)``.

Texts are literal and whole, so that they can be collected and reordered. ``N_`` marks a text that stands in a
class attribute or table and is translated where it is shown, by ``t(text)``.
"""

from __future__ import annotations

from datetime import date
from time import time_ns
from typing import TYPE_CHECKING

from channeldesk.model.i18n import Translator
from channeldesk.model.messages import N_
from channeldesk.model.notice import Notice, Param
from ui.theme import fonts

if TYPE_CHECKING:
    from channeldesk.model.formats import Formats

__all__ = [
    "N_",
    "clock_note",
    "formats",
    "language",
    "n",
    "own_name",
    "set_translator",
    "t",
    "tc",
    "tn",
    "today_here",
    "today_text",
    "two_names",
    "unit_name",
]

_translator = Translator("en")


def set_translator(translator: Translator) -> None:
    """Speak another language from now on; what is already on screen is built again by the application."""
    global _translator
    _translator = translator
    fonts.set_language(translator.language)


def language() -> str:
    return _translator.language


def t(msgid: str, /, **params: Param) -> str:
    """A text in the reader's language."""
    return _translator.text(msgid, **params)


def n(singular: str, several: str, count: int, /, **params: Param) -> str:
    """The form for a count, which fills ``{count}``."""
    return _translator.plural(singular, several, count, **params)


def tc(context: str, msgid: str, /, **params: Param) -> str:
    """For an English word with two meanings."""
    return _translator.in_context(context, msgid, **params)


def tn(notice: Notice) -> str:
    """The sentence of a notice."""
    return _translator.notice(notice)


def today_text(day: date, today: date) -> str:
    """'Today', 'Fri 13', '12 Nov'."""
    return _translator.relative_day(day, today)


def formats() -> Formats:
    """Numbers, money and dates in the reader's notation."""
    return _translator.formats


def today_here() -> date:
    """The date on the clock that is shown, whatever the laptop's says."""
    return formats().local(time_ns() // 1_000_000).date()


def clock_note() -> str:
    """'Shanghai time' where times are not those of this laptop's clock, else ''."""
    city = formats().elsewhere(time_ns() // 1_000_000)
    return t("{city} time", city=city) if city else ""


def own_name(name: str | None, local: str | None) -> str:
    """The one of two names in the reader's script: of a tier, a channel type, a product; "" without any."""
    return two_names(name, local)[0] if name or local else ""


def two_names(name: str | None, local: str | None) -> tuple[str, str]:
    """The name in the reader's own script first, the other one (or "") second."""
    first, second = (local, name) if language().startswith("zh") else (name, local)
    return (first or second or "–"), ((second or "") if first and second != first else "")


def unit_name(code: str | None) -> str:
    """A base unit as people write it."""
    known = {"pc": t("pc"), "box": t("box"), "set": t("set"), "m": t("m"), "kg": t("kg")}
    return known.get(code or "", code or "")
