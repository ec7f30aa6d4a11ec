"""Money, prices, quantities and rates as whole numbers with fixed scales.

Floats never touch an amount: the laptop and headquarters must reach the same cent.

========  =======================================================  ==================
value     whole number of                                          12.5 is stored as
========  =======================================================  ==================
money     minor units of its currency (ISO 4217)                   1250 (CNY), 12500 (KWD)
price     1/10,000 of a currency unit, per base unit               125000
quantity  1/1,000 of the product's base unit                       12500
rate      basis points, 1/100 of a per cent                        1250 (of 12.5 %)
========  =======================================================  ==================

Rounding is half up by magnitude: 0.5 becomes 1 and -0.5 becomes -1, so that a return books exactly
the opposite of the sale it takes back.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from channeldesk.model.notice import Problem

PRICE_SCALE = 4
QUANTITY_SCALE = 3
RATE_SCALE = 4
"""Of a rate as a factor: 13 % is 0.1300."""
WHOLE = 10_000
"""100 % in basis points."""
DECIMAL_SCALE = 6
"""Of exchange rates and coordinates."""

LARGEST = 10**15
"""The largest amount, price or quantity that is taken in. A database column holds 9,000 times as much, so
sums do not overflow.
"""

_MINOR_UNITS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF",
    2: "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF "
    "CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG "
    "HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR "
    "MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK "
    "SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD XCG "
    "YER ZAR ZMW ZWG",
    3: "BHD IQD JOD KWD LYD OMR TND",
}
CURRENCIES: dict[str, int] = {
    code: digits for digits, codes in _MINOR_UNITS.items() for code in codes.split()
}
"""Currency code to number of decimals, the currencies of ISO 4217 in which goods are sold."""


def minor_units(currency: str) -> int:
    """Decimals of ``currency``; raises :class:`Problem` for a code that ISO 4217 does not know."""
    try:
        return CURRENCIES[currency]
    except KeyError:
        raise Problem.of("value.unknown_currency", currency=currency) from None


def round_half_up(numerator: int, denominator: int) -> int:
    """``numerator / denominator`` to the nearest whole number, halves away from zero."""
    if denominator <= 0:
        raise ValueError("denominator must be positive")
    magnitude = (2 * abs(numerator) + denominator) // (2 * denominator)
    return magnitude if numerator >= 0 else -magnitude


def line_net(quantity: int, price: int, currency: str) -> int:
    """Net amount of an order line in minor units: quantity (scale 3) x price (scale 4), rounded once."""
    return round_half_up(quantity * price, 10 ** (PRICE_SCALE + QUANTITY_SCALE - minor_units(currency)))


def share(amount: int, rate: int) -> int:
    """``rate`` basis points of ``amount``, in the amount's own unit (money or price)."""
    return round_half_up(amount * rate, 10**RATE_SCALE)


def tax(net: int, rate: int) -> int:
    """Tax in minor units on a net amount at ``rate`` basis points."""
    return share(net, rate)


def scaled(number: str | int | Decimal, scale: int, *, exact: bool = True) -> int:
    """Read a decimal number ('-12.50', no thousands separators) as a whole number at ``scale``.

    More decimals than the scale holds are refused, or rounded half up with ``exact=False`` (for foreign
    files). Raises :class:`Problem`. What people type in their own notation is read by
    :mod:`channeldesk.model.formats`.
    """
    try:
        value = number if isinstance(number, Decimal) else Decimal(number)
    except InvalidOperation:
        raise Problem.of("value.not_a_number", text=str(number)) from None
    if not value.is_finite():
        raise Problem.of("value.not_a_number", text=str(number))
    if not value:
        return 0
    if value.adjusted() + scale > 19:
        raise Problem.of("value.too_large", text=str(number))
    if value.adjusted() + scale < -1:  # below half a unit: spare the huge denominator
        if exact:
            raise Problem.of("value.too_many_decimals", text=str(number), decimals=scale)
        return 0
    above, below = value.as_integer_ratio()
    result, rest = round_half_up(above * 10**scale, below), above * 10**scale % below
    if rest and exact:
        raise Problem.of("value.too_many_decimals", text=str(number), decimals=scale)
    if abs(result) > LARGEST:
        raise Problem.of("value.too_large", text=str(number))
    return result


def to_decimal(value: int, scale: int) -> Decimal:
    """The exact decimal number with ``scale`` decimals."""
    return Decimal((int(value < 0), tuple(map(int, str(abs(value)))), -scale))


def money_from(number: str | int | Decimal, currency: str, *, exact: bool = True) -> int:
    """Minor units from a decimal number of currency units."""
    return scaled(number, minor_units(currency), exact=exact)


def price_from(number: str | int | Decimal, *, exact: bool = True) -> int:
    return scaled(number, PRICE_SCALE, exact=exact)


def quantity_from(number: str | int | Decimal, *, exact: bool = True) -> int:
    return scaled(number, QUANTITY_SCALE, exact=exact)


def rate_from(percent: str | int | Decimal, *, exact: bool = True) -> int:
    """Basis points from per cent: '13' is 1300."""
    return scaled(percent, RATE_SCALE - 2, exact=exact)


def plain(value: int, scale: int, keep: int = 0) -> str:
    """Decimal text with a point, without needless zeros but with at least ``keep`` decimals: for files."""
    sign = "-" if value < 0 else ""
    whole, part = divmod(abs(value), 10**scale)
    digits = f"{part:0{scale}d}".rstrip("0").ljust(keep, "0") if scale else ""
    return f"{sign}{whole}.{digits}" if digits else f"{sign}{whole}"


def money_text(amount: int, currency: str) -> str:
    """'1234.50', always with the currency's decimals and without the currency: for files and the wire."""
    digits = minor_units(currency)
    return plain(amount, digits, keep=digits)


def price_text(price: int) -> str:
    return plain(price, PRICE_SCALE, keep=2)


def quantity_text(quantity: int) -> str:
    return plain(quantity, QUANTITY_SCALE)


def rate_text(rate: int) -> str:
    """Per cent without the sign: 1300 is '13'."""
    return plain(rate, RATE_SCALE - 2)


@dataclass(frozen=True, slots=True)
class UnitFactor:
    """How many base units one unit holds, an exact ratio: a box of 12 is 12/1, a foot in metres 381/1250."""

    numerator: int
    denominator: int = 1

    def __post_init__(self) -> None:
        if self.numerator <= 0 or self.denominator <= 0:
            raise ValueError("a unit factor is positive")

    @property
    def ratio(self) -> Fraction:
        return Fraction(self.numerator, self.denominator)

    def to_base(self, quantity: int) -> int:
        """Quantity in base units; raises :class:`Problem` where 1/1,000 of the base unit cannot hold it."""
        result = quantity * self.ratio
        if result.denominator != 1:
            raise Problem.of("value.inexact_conversion", quantity=quantity_text(quantity))
        return result.numerator

    def from_base(self, quantity: int) -> Fraction:
        """Quantity (scale 3) in this unit, exact: a fraction, so it is for showing, not for storing."""
        return quantity / self.ratio

    def price_per_base(self, price: int) -> int:
        """Price per base unit from a price per this unit, rounded half up at scale 4."""
        return round_half_up(price * self.denominator, self.numerator)


def exchange_ratio(source: str, target: str, rate: Fraction) -> tuple[int, int]:
    """Minor units of ``target`` per minor unit of ``source``, as numerator and denominator for
    :func:`round_half_up`; ``rate`` is target units per source unit.
    """
    return (rate * Fraction(10) ** (minor_units(target) - minor_units(source))).as_integer_ratio()
