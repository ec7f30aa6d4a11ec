"""The templates of all notices: code to English sentence.

A code is ``area.what_happened``. Each ``{name}`` is a parameter of the notice. A sentence says what happened
and, where it is not plain, what it means for the person's data. Counts are written so that one sentence
fits any number. ``remedy.*`` says what to do.

Add a code here, then run the commands of docs/translating.md; a test finds codes without a template.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from channeldesk.model.notice import Day, Instant, Money, Notice, Param, Price, Quantity, Rate, Term


def N_(text: str) -> str:
    """Mark a text for translation where it stands; it is translated where it is shown."""
    return text


MESSAGES: dict[str, str] = {
    # values
    "value.unknown_currency": N_("{currency} is not a currency of ISO 4217."),
    "value.not_a_number": N_("“{text}” is not a number."),
    "value.not_a_date": N_("“{text}” is not a date."),
    "value.too_many_decimals": N_("“{text}” has more than {decimals} decimals."),
    "value.too_large": N_("“{text}” is too large."),
    "value.inexact_conversion": N_("{quantity} cannot be expressed in the base unit without rounding."),
}


def fill(template: str, params: Mapping[str, Param], show: Callable[[Param], str]) -> str:
    """Put parameters into a template; a parameter that was not sent stays visible as ``{name}``."""
    return template.format_map(_Shown({name: show(value) for name, value in params.items()}))


class _Shown(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "{" + name + "}"


def english(notice: Notice) -> str:
    """The English sentence, without the cost of locale data."""
    template = MESSAGES.get(notice.code)
    if template is None:
        return notice.fallback or notice.code
    return fill(template, notice.params, plain_value)


def plain_value(value: Param) -> str:
    """One parameter in plain English notation; an unknown currency is shown, never an error."""
    from channeldesk.model import values

    match value:
        case Money(amount, currency):
            digits = values.CURRENCIES.get(currency, 2)
            return f"{currency} {values.to_decimal(amount, digits):,}"
        case Price(amount, currency):
            text = f"{values.to_decimal(amount, values.PRICE_SCALE):,}"
            return f"{currency} {text[:-2] if text.endswith('00') else text}"
        case Quantity(amount, unit):
            return f"{values.quantity_text(amount)} {unit}".rstrip()
        case Rate(basis_points):
            return f"{values.rate_text(basis_points)} %"
        case Day(date):
            return date
        case Instant(at):
            moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at)
            return f"{moment:%Y-%m-%d %H:%M} UTC"
        case Term(text):
            return text
        case _:
            return str(value)
