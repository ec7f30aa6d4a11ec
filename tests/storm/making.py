"""What people and headquarters write into fields: values that tell by themselves who wrote them."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

EDITED: dict[str, tuple[tuple[str, ...], ...]] = {
    # Fields that are edited together stand together.
    "partner": (
        ("phone",),
        ("email",),
        ("tax_number",),
        ("delivery_note",),
        ("stage",),
        ("payment_days",),
        ("credit_limit",),
        ("address", "city"),
        ("city",),
        ("postal_code",),
        ("custom.k1",),
        ("custom.k2",),
    ),
    "contact": (("job_title",), ("phone",), ("email",), ("note",), ("main",), ("phone", "email")),
    "promise": (("promised",), ("due_on",), ("done_on",), ("postponed",)),
    "visit_plan": (("purpose",), ("planned_on",), ("start_minute", "duration_minutes"), ("state",)),
    "draft": (("body",),),
    "payment_promise": (("amount",), ("promised_on",), ("withdrawn_on",), ("note",)),
}
COUNTERS = frozenset({"postponed"})
_DAY_ONE = date(2027, 1, 1)
_CHOICES = {
    "stage": ("prospect", "onboarding", "active", "dormant"),
    "state": ("planned", "under_way", "done"),
    "main": (0, 1),
}
_NUMBERS = frozenset({"payment_days", "start_minute", "duration_minutes", "amount"})


def value(rng: random.Random, name: str, number: int) -> Any:
    """For a field; ``number`` is used once in a storm, so texts, numbers and days are too."""
    if name in _CHOICES:
        return rng.choice(_CHOICES[name])
    if name == "credit_limit":
        return 5_000_000 + number
    if name in _NUMBERS:
        return number
    if name.endswith("_on"):
        return (_DAY_ONE + timedelta(days=number)).isoformat()
    if name == "body":
        return f'{{"n":{number}}}'
    return f"{name.removeprefix('custom.')} {number}"
