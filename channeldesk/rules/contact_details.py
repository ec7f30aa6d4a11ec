"""Whether what people type about partners and contacts can be right. Strict enough to catch slips only."""

from __future__ import annotations

import re

from channeldesk.model.notice import Notice, notice

MOST_PAYMENT_DAYS = 365

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]{2,}")
_PHONE = re.compile(r"[+(]?\d[\d\s().+/-]*(\s*(x|ext\.?|转)\s*\d+)?", re.IGNORECASE)
_COUNTRY = re.compile(r"[A-Z]{2}")


def email(text: str) -> Notice | None:
    """What is wrong with an e-mail address; None when nothing is."""
    return None if not text or _EMAIL.fullmatch(text) else notice("partner.not_an_email", text=text)


def phone(text: str) -> Notice | None:
    """What is wrong with a phone number; None when nothing is."""
    return None if not text or _PHONE.fullmatch(text) else notice("partner.not_a_phone", text=text)


def country(text: str) -> Notice | None:
    """What is wrong with a country code (ISO 3166, two letters); None when nothing is."""
    return None if not text or _COUNTRY.fullmatch(text) else notice("partner.not_a_country")


def payment_days(days: int | None) -> Notice | None:
    """What is wrong with payment terms in days; None when nothing is."""
    if days is None or 0 <= days <= MOST_PAYMENT_DAYS:
        return None
    return notice("partner.payment_days_range", most=MOST_PAYMENT_DAYS)


def credit_limit(amount: int | None) -> Notice | None:
    """What is wrong with a limit in minor units; None (no limit) and 0 (prepayment) are right."""
    return notice("partner.limit_negative") if amount is not None and amount < 0 else None
