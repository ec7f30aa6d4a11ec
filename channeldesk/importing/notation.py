"""How a file writes days and numbers: seen from its cells, for the whole file, never guessed cell by cell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from channeldesk.model import values
from channeldesk.model.notice import Problem

Order = Literal["ymd", "dmy", "mdy"]
ORDERS: tuple[Order, ...] = ("ymd", "dmy", "mdy")
_DAY = re.compile(r"(\d{1,4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,4})\s*日?")
_TIME = re.compile(r"[T\s]+\d{1,2}:\d{2}.*$")
_SERIAL = range(36_526, 73_051)
"""Days since 1899-12-30 from 2000 to 2099: how a spreadsheet counts, where it lost the shape of a date."""
_GROUP = 3
"""Digits of a group of thousands."""
_SIGNS = "¥￥$€£元"


@dataclass(frozen=True)
class Notation:
    """``days``: in which order day, month and year stand, where the year does not come first. ``decimal``:
    the sign before the decimals; the other one, spaces and apostrophes group thousands.
    """

    days: Order = "ymd"
    decimal: Literal[".", ","] = "."

    def day(self, text: str) -> str:
        """ISO text of '5.11.2026', '2026年11月5日', '20261105'. Raises Problem."""
        plain = _TIME.sub("", unicodedata.normalize("NFKC", text).strip())
        try:
            if re.fullmatch(r"\d{8}", plain):
                return date(int(plain[:4]), int(plain[4:6]), int(plain[6:])).isoformat()
            if plain.isdecimal() and int(plain) in _SERIAL:
                return (date(1899, 12, 30) + timedelta(days=int(plain))).isoformat()
            found = _DAY.fullmatch(plain)
            if found is None:
                raise ValueError(plain)
            year, month, day = self._parts(found)
            return date(year, month, day).isoformat()
        except ValueError:
            raise Problem.of("import.not_a_day", text=text[:80]) from None

    def _parts(self, found: re.Match[str]) -> tuple[int, int, int]:
        one, two, three = (int(part) for part in found.groups())
        if len(found[1]) == 4 or self.days == "ymd":
            return _year(one, found[1]), two, three
        day, month = (one, two) if self.days == "dmy" else (two, one)
        return _year(three, found[3]), month, day

    def number(self, text: str, scale: int) -> int:
        """A whole number at ``scale`` of '1,234.50', '(3)' or '12-'. Raises Problem."""
        plain = unicodedata.normalize("NFKC", text).strip()
        negative = False
        if plain.startswith("(") and plain.endswith(")"):
            plain, negative = plain[1:-1], True
        plain = plain.strip(_SIGNS + " ").replace("\u2212", "-")
        if plain.endswith("-"):
            plain, negative = plain[:-1], True
        digits = self._ungrouped(plain)
        if digits is None or not re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)", digits, re.ASCII):
            raise Problem.of("import.not_a_number", text=text[:80])
        result = values.scaled(digits, scale)
        return -result if negative else result

    def number_alone(self, text: str, scale: int, decimal: str = "") -> str:
        """The same number as it is read without the rest of its file: without groups, and never with three
        decimals, which could be a group. What is no number stays. ``decimal``: another sign before decimals.
        """
        try:
            value = self.number(text, scale)
        except Problem:
            return text
        whole, rest = divmod(abs(value), 10**scale)
        decimals = f"{rest:0{scale}d}".rstrip("0")
        decimals += "0" * (len(decimals) == _GROUP)
        return f"{'-' * (value < 0)}{whole}{(decimal or self.decimal) * bool(decimals)}{decimals}"

    def day_alone(self, text: str) -> str:
        """The same day, its year first. What is no day stays."""
        try:
            return self.day(text)
        except Problem:
            return text

    def _ungrouped(self, plain: str) -> str | None:
        group = "," if self.decimal == "." else "."
        whole, mark, rest = plain.partition(self.decimal)
        sign = whole[:1] if whole[:1] in ("+", "-") else ""
        for one in (group, " ", "'", "\u00a0", "\u202f"):
            if one in whole:
                if not re.fullmatch(rf"\d{{1,3}}({re.escape(one)}\d{{3}})+", whole[len(sign) :], re.ASCII):
                    return None
                whole = whole.replace(one, "")
                break
        return whole + ("." + rest if mark else "")


def seen(days: Iterable[str], numbers: Iterable[str], separator: str = "") -> Notation:
    """The notation in which these cells can be read. A sign that may mean both is taken for a group of three
    digits, unless the file is separated by semicolons, as where commas are decimals.
    """
    return Notation(_order(days), _decimal(numbers, separator))


def _order(days: Iterable[str]) -> Order:
    parts = []
    for text in days:
        found = _DAY.fullmatch(_TIME.sub("", unicodedata.normalize("NFKC", text).strip()))
        if found is not None and len(found[1]) < 4:
            parts.append([int(one) for one in found.groups()] + [len(found[3])])
    if not parts:
        return "ymd"
    if (
        all(one[3] < 4 for one in parts)
        and any(one[2] > 12 for one in parts)
        and all(one[0] > 12 for one in parts)
    ):
        return "ymd"
    return "mdy" if any(one[1] > 12 for one in parts) and not any(one[0] > 12 for one in parts) else "dmy"


def _decimal(numbers: Iterable[str], separator: str) -> Literal[".", ","]:
    comma = point = doubtful = 0
    for text in numbers:
        plain = unicodedata.normalize("NFKC", text)
        last = max(plain.rfind(","), plain.rfind("."))
        if last < 0:
            continue
        sign, after = plain[last], plain[last + 1 :]
        several = plain.count(sign) > 1
        other = "," if sign == "." else "."
        if several:
            point, comma = (point, comma + 1) if sign == "." else (point + 1, comma)
        elif len(re.sub(r"\D", "", after)) == _GROUP and other not in plain:
            doubtful += sign == ","
        else:
            point, comma = (point + 1, comma) if sign == "." else (point, comma + 1)
    if comma != point:
        return "," if comma > point else "."
    return "," if doubtful and separator == ";" else "."


def _year(number: int, text: str) -> int:
    return number if len(text) == 4 else 2000 + number
