"""How numbers, money and dates look in the reader's language, and how typed ones are read.

Everything shown passes here once per table cell, so numbers are put together from the locale's signs and
dates are cached; about a microsecond a number. Locale data comes from Babel, which is loaded at the first
use (some 50 ms) and never by importing this module.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from channeldesk.model import values
from channeldesk.model.notice import Day, Instant, Money, Param, Price, Problem, Quantity, Rate, Term, When

if TYPE_CHECKING:
    from babel.core import Locale

LOCALES = {"en": "en_GB", "zh_CN": "zh_Hans_CN", "zh_TW": "zh_Hant_TW", "qps": "en_GB"}
"""Language of the texts to locale of the figures. English is read worldwide: day before month."""

_HEADLINES = {
    "en": "EEEE, d MMMM",
    "zh_CN": "M月d日 EEEE",
    "zh_TW": "M月d日 EEEE",
    "qps": "EEEE, d MMMM",
}  # no locale data has these
_CACHED = 20_000
_HALF_A_YEAR = 183


class _Signs(NamedTuple):
    decimal: str
    group: str
    minus: str


class Formats:
    """Notation of one language.

    ``zone`` is the IANA time zone in which instants are shown, by default the computer's. ``home`` is the
    company's currency, which is shown by its short sign (¥ and not CN¥).
    """

    def __init__(self, language: str = "en", zone: str | None = None, home: str = "") -> None:
        self.language = language
        self._zone: tzinfo | None = ZoneInfo(zone) if zone else None
        self._home = home
        self._frames: dict[str, tuple[str, str]] = {}
        self._day = lru_cache(_CACHED)(self._day_uncached)
        self._compact = lru_cache(_CACHED)(self._compact_uncached)

    def in_zone(self, zone: str) -> Formats:
        """The same notation with instants in an IANA time zone, whatever the computer's is."""
        return formats_for(self.language, zone, self._home)

    @cached_property
    def locale(self) -> Locale:
        from babel.core import Locale

        return Locale.parse(LOCALES[self.language])

    @cached_property
    def _signs(self) -> _Signs:
        symbols = self.locale.number_symbols["latn"]
        return _Signs(symbols["decimal"], symbols["group"], symbols["minusSign"])

    # numbers

    def integer(self, number: int) -> str:
        signs = self._signs
        text = f"{abs(number):,}" if signs.group == "," else f"{abs(number):,}".replace(",", signs.group)
        return signs.minus + text if number < 0 else text

    def scaled(self, value: int, scale: int, decimals: int | None = None, keep: int = 0) -> str:
        """A whole number at ``scale``: with ``decimals``, or as many as it has but at least ``keep``."""
        if decimals is not None and decimals < scale:
            value, scale = values.round_half_up(value, 10 ** (scale - decimals)), decimals
        whole, part = divmod(abs(value), 10**scale)
        digits = f"{part:0{scale}d}" if scale else ""
        digits = digits.ljust(decimals, "0") if decimals is not None else digits.rstrip("0").ljust(keep, "0")
        signs = self._signs
        text = f"{whole:,}" if signs.group == "," else f"{whole:,}".replace(",", signs.group)
        if digits:
            text = f"{text}{signs.decimal}{digits}"
        return signs.minus + text if value < 0 else text

    def number(self, value: float, decimals: int = 0) -> str:
        """A computed figure (never an amount) with ``decimals``; rounded half to even of its binary value."""
        return self.scaled(int(f"{value:.{decimals}f}".replace(".", "")), decimals, decimals)

    def amount(self, amount: int, currency: str, *, whole: bool = False) -> str:
        """Money without its currency, for columns whose heading names it; ``whole`` drops the decimals."""
        digits = values.minor_units(currency)
        return self.scaled(amount, digits, 0 if whole else digits)

    def money(self, amount: int, currency: str, *, whole: bool = False) -> str:
        """'¥1,234.50' or '-¥1,234.50'; a currency we do not know is shown with two decimals."""
        before, after = self._frame(currency)
        digits = values.CURRENCIES.get(currency, 2)
        text = f"{before}{self.scaled(abs(amount), digits, 0 if whole else digits)}{after}"
        return self._signs.minus + text if amount < 0 else text

    def compact_money(self, amount: int, currency: str) -> str:
        """'¥4.86M', in Chinese '¥486万': for headlines, never where people add up."""
        return self._compact(amount, currency)

    def price(self, price: int) -> str:
        """A unit price without currency: two decimals, or up to four where it has them."""
        return self.scaled(price, values.PRICE_SCALE, keep=2)

    def unit_price(self, price: int, currency: str) -> str:
        before, after = self._frame(currency)
        text = f"{before}{self.price(abs(price))}{after}"
        return self._signs.minus + text if price < 0 else text

    def quantity(self, quantity: int, unit: str = "") -> str:
        text = self.scaled(quantity, values.QUANTITY_SCALE)
        return f"{text}\N{NO-BREAK SPACE}{unit}" if unit else text

    def rate(self, basis_points: int) -> str:
        """Basis points as per cent: '13%', '12.5%'."""
        return self.scaled(basis_points, values.RATE_SCALE - 2) + "%"

    def percent(self, share: float, decimals: int = 1) -> str:
        """A computed share, 0.402 as '40.2%'."""
        return self.number(share * 100, decimals) + "%"

    def symbol(self, currency: str) -> str:
        """The sign of a currency, short for the home currency, else unmistakable."""
        sign = str(self.locale.currency_symbols.get(currency, currency))
        if currency == self._home and not sign.isalpha():
            sign = sign.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        return sign

    def _frame(self, currency: str) -> tuple[str, str]:
        """What stands before and after the figure."""
        found = self._frames.get(currency)
        if found is None:
            pattern = self.locale.currency_formats["standard"]
            sign = self.symbol(currency)
            before, after = pattern.prefix[0].replace("¤", sign), pattern.suffix[0].replace("¤", sign)
            if before[-1:].isalpha():
                before += "\N{NO-BREAK SPACE}"
            found = self._frames[currency] = (before, after)
        return found

    def _compact_uncached(self, amount: int, currency: str) -> str:
        from babel.numbers import format_compact_decimal

        before, after = self._frame(currency)
        units = abs(amount) / 10 ** values.CURRENCIES.get(currency, 2)
        text = format_compact_decimal(units, locale=self.locale, fraction_digits=2)
        return f"{self._signs.minus if amount < 0 else ''}{before}{text}{after}"

    # dates; a business date is a date or its ISO text

    def week_start(self, day: date) -> date:
        """The first day of its week: Monday, in Taiwan Sunday."""
        return day - timedelta(days=(day.weekday() - self.locale.first_week_day) % 7)

    def day(self, day: date | str) -> str:
        """'12 Nov 2026', '2026年11月12日'."""
        return self._day(day, "medium")

    def day_short(self, day: date | str, today: date | None = None) -> str:
        """Without the year where nobody takes it for another one: '12 Nov', '11月12日'; more than half a year
        from ``today`` with it.
        """
        return self._day(day, "MMMd" if self._is_near(day, today) else "medium")

    def _is_near(self, day: date | str, today: date | None = None) -> bool:
        found = date.fromisoformat(day) if isinstance(day, str) else day
        return abs((found - (today or datetime.now(self._zone).date())).days) <= _HALF_A_YEAR

    def day_of_week(self, day: date | str) -> str:
        """A day within a week: 'Fri 13', '13日周五'."""
        return self._day(day, "Ed")

    def day_full(self, day: date | str) -> str:
        """A headline: 'Thursday, 12 November', '11月12日 星期四'."""
        return self._day(day, "headline")

    def day_brief(self, day: date | str) -> str:
        """A headline where there is less room: 'Thu 12 Nov', '11月12日周四'."""
        return self._day(day, "MMMEd")

    def day_and_time(self, day: date | str, minute: int | None) -> str:
        """'Thu, 12 Nov 2026, 07:42'; ``minute`` after midnight, None without a time."""
        full = self._day(day, "yMMMEd")
        return full if minute is None else self._joined(full, f"{minute // 60:02}:{minute % 60:02}")

    def month(self, day: date | str) -> str:
        return self._day(day, "yMMM")

    def _day_uncached(self, day: date | str, style: str) -> str:
        from babel import dates

        found = date.fromisoformat(day) if isinstance(day, str) else day
        pattern = _HEADLINES[self.language] if style == "headline" else style
        if style in ("headline", "medium"):
            return dates.format_date(found, pattern, locale=self.locale)
        return dates.format_skeleton(style, found, locale=self.locale)

    def local(self, at_ms: int) -> datetime:
        """The instant as a clock on the reader's wall shows it."""
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at_ms)).astimezone(self._zone)

    def elsewhere(self, at_ms: int) -> str:
        """The place whose clock is shown ("Shanghai"), where the computer's shows another time; else ""."""
        there = self.local(at_ms)
        if there.utcoffset() == there.astimezone().utcoffset():
            return ""
        from babel.dates import get_timezone_location

        return str(get_timezone_location(there, locale=self.locale, return_city=True))

    def time(self, at_ms: int) -> str:
        return f"{self.local(at_ms):%H:%M}"

    def instant(self, at_ms: int) -> str:
        """'12 Nov 2026, 07:42'."""
        moment = self.local(at_ms)
        return self._joined(self._day(moment.date(), "medium"), f"{moment:%H:%M}")

    def instant_short(self, at_ms: int) -> str:
        """Without the year: '12 Nov, 07:42'; what is longer ago than half a year has the year and no time."""
        moment = self.local(at_ms)
        if not self._is_near(moment.date()):
            return self.day(moment.date())
        return self._joined(self._day(moment.date(), "MMMd"), f"{moment:%H:%M}")

    def listing(self, parts: Sequence[str]) -> str:
        """'Phone, city and note', '电话、城市和备注'."""
        from babel.lists import format_list

        return format_list(list(parts), locale=self.locale)

    def ago(self, at_ms: int, now_ms: int) -> str:
        """'3 hours ago', 'in 2 days'; coarse on purpose."""
        from babel.dates import format_timedelta

        return format_timedelta(
            timedelta(milliseconds=at_ms - now_ms), add_direction=True, locale=self.locale, threshold=1.5
        )

    def _joined(self, day: str, time: str) -> str:
        pattern = str(self.locale.datetime_formats["medium"])
        return pattern.replace("{1}", day).replace("{0}", time)

    # a typed value of a notice

    def show(self, value: Param) -> str:
        """One parameter of a notice or text; terms must have been translated before."""
        match value:
            case str():
                return value
            case int():
                return self.integer(value)
            case Money(amount, currency):
                return self.money(amount, currency)
            case Price(amount, currency):
                return self.unit_price(amount, currency)
            case Quantity(amount, unit):
                return self.quantity(amount, unit)
            case Rate(basis_points):
                return self.rate(basis_points)
            case Day(text):
                return self.day(text)
            case When(text, minute):
                return self.day_and_time(text, minute)
            case Instant(at):
                return self.instant(at)
            case Term(text):
                return text

    # reading what people type

    def read(self, text: str, scale: int) -> int:
        """A number as people type it here, at ``scale``; raises :class:`Problem`.

        Full-width digits, signs and a grouping that is right are understood; '1,5' is refused where the
        comma groups thousands, since it may mean 1.5 or 15.
        """
        signs = self._signs
        typed = unicodedata.normalize("NFKC", text).strip().replace("\N{MINUS SIGN}", "-")
        group, point = re.escape(signs.group), re.escape(signs.decimal)
        if not re.fullmatch(rf"[+-]?(\d+|\d{{1,3}}({group}\d{{3}})+)?({point}\d*)?", typed, re.ASCII):
            raise Problem.of("value.not_a_number", text=text)
        if not any(map(str.isdigit, typed)):
            raise Problem.of("value.not_a_number", text=text)
        return values.scaled(typed.replace(signs.group, "").replace(signs.decimal, "."), scale)

    def read_quantity(self, text: str) -> int:
        return self.read(text, values.QUANTITY_SCALE)

    def read_price(self, text: str, currency: str = "") -> int:
        return self.read(self._without_sign(text, currency), values.PRICE_SCALE)

    def read_money(self, text: str, currency: str) -> int:
        return self.read(self._without_sign(text, currency), values.minor_units(currency))

    def read_rate(self, text: str) -> int:
        """Basis points from '13', '13%' or '13 %'."""
        return self.read(unicodedata.normalize("NFKC", text).strip().removesuffix("%"), values.RATE_SCALE - 2)

    def _without_sign(self, text: str, currency: str) -> str:
        bare = unicodedata.normalize("NFKC", text)
        full = str(self.locale.currency_symbols.get(currency, currency))
        short = full.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        signs = [re.escape(currency), re.escape(full)]
        if short:
            signs.append(rf"[A-Z]{{0,3}}{re.escape(short)}")
        return re.sub("|".join(signs), "", bare, count=1) if currency else bare

    def read_day(self, text: str, today: date) -> date:
        """A date as people type it: ISO, year first with any signs, or in the locale's order.

        Without a year the date nearest to ``today`` is meant. Raises :class:`Problem`.
        """
        parts = re.findall(r"\d+", unicodedata.normalize("NFKC", text), re.ASCII)
        order = "dm" if self.locale.date_formats["short"].pattern.startswith("d") else "md"
        try:
            match parts:
                case [year, month, day] if len(year) == 4:
                    return date(int(year), int(month), int(day))
                case [first, second, year] if len(year) in (2, 4) and order == "dm":
                    return date(int(year) + (2000 if len(year) == 2 else 0), int(second), int(first))
                case [first, second]:
                    month, day = (second, first) if order == "dm" else (first, second)
                    found = [
                        date(year, int(month), int(day))
                        for year in (today.year - 1, today.year, today.year + 1)
                        if (int(month), int(day)) != (2, 29) or year % 4 == 0
                    ]
                    return min(found, key=lambda one: abs(one - today))
                case [eight] if len(eight) == 8:
                    return date(int(eight[:4]), int(eight[4:6]), int(eight[6:]))
        except ValueError:
            pass
        raise Problem.of("value.not_a_date", text=text)


@lru_cache(16)
def formats_for(language: str, zone: str | None = None, home: str = "") -> Formats:
    """The one Formats of a language, zone and home currency, with its warm caches."""
    return Formats(language, zone, home)
