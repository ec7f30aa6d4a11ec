"""What is typed into the forms of partners and contacts: read, checked, and what it would change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from channeldesk.model.formats import Formats
from channeldesk.model.notice import Notice, Problem
from channeldesk.queries.partner_edit import PartnerForm
from channeldesk.rules import contact_details

CHOICES = frozenset({"channel_type_id", "tier_id", "stage"})
"""Fields whose typed value is the code or id itself."""
_TEXT_RULES: Mapping[str, Callable[[str], Notice | None]] = {
    "email": contact_details.email,
    "phone": contact_details.phone,
    "country": contact_details.country,
}
_NUMBER_RULES: Mapping[str, Callable[[int | None], Notice | None]] = {
    "payment_days": contact_details.payment_days,
    "credit_limit": contact_details.credit_limit,
}


def shown(name: str, value: Any, currency: str, form: Formats) -> str:
    """A stored value as it stands in its field."""
    if value is None:
        return ""
    if name == "credit_limit":
        return form.amount(value, currency)
    return form.integer(value) if name == "payment_days" else str(value)


def read(name: str, typed: Any, currency: str, form: Formats) -> Any:
    """The value to store for what was typed; raises Problem when it cannot be right."""
    if name in CHOICES:
        return typed
    text = str(typed).strip()
    if name == "country":
        text = text.upper()
    wrong = _TEXT_RULES[name](text) if name in _TEXT_RULES else None
    if name == "name" and not text:
        wrong = Notice("partner.name_missing")
    if wrong is not None:
        raise Problem(wrong)
    if name not in _NUMBER_RULES:
        return text or None
    number = None
    if text:
        number = form.read_money(text, currency) if name == "credit_limit" else form.read(text, 0)
    if (wrong := _NUMBER_RULES[name](number)) is not None:
        raise Problem(wrong)
    return number


class Draft:
    """A form being filled in: what is typed beside what is stored.

    A field that was not touched is never a change, even where its stored value breaks a rule.
    """

    def __init__(self, stored: Mapping[str, Any], currency: str, form: Formats) -> None:
        self._stored, self._currency, self._form = dict(stored), currency, form
        self._values: dict[str, Any] = {}
        self.errors: dict[str, Notice] = {}

    @classmethod
    def of_partner(cls, partner: PartnerForm, form: Formats) -> Draft:
        return cls(partner.values, partner.currency, form)

    def text(self, name: str) -> str:
        """What the field shows at first."""
        return shown(name, self._stored.get(name), self._currency, self._form)

    def put(self, name: str, typed: Any) -> Notice | None:
        """Something was typed; returns what is wrong with it."""
        self.errors.pop(name, None)
        self._values.pop(name, None)
        if name not in CHOICES and str(typed).strip() == self.text(name):
            return None
        try:
            value = read(name, typed, self._currency, self._form)
        except Problem as problem:
            self.errors[name] = problem.notice
            return problem.notice
        if value != self._stored.get(name):
            self._values[name] = value
        return None

    @property
    def changes(self) -> Mapping[str, Any]:
        """The fields that differ from what is stored."""
        return dict(self._values)

    @property
    def ready(self) -> bool:
        """Whether there is something to store, and nothing wrong."""
        return bool(self._values) and not self.errors
