"""Who orders on which day: size, type, growth, seasons, and the story of the failing partner."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from channeldesk.demo.partners import FAILING, ORDERS, Partner
from channeldesk.demo.seasons import day_weight, month_weight

if TYPE_CHECKING:
    import numpy as np


def make_rhythm(partners: list[Partner], days: list[date]) -> np.ndarray:
    """How likely each partner orders on each day: size x type x growth x season, zero outside its life."""
    import numpy as np

    seasons = {
        (country, online): np.array(
            [day_weight(country, d) * month_weight(country, d.month, online) for d in days]
        )
        for country in ("CN", "GB")
        for online in (False, True)
    }
    time = np.arange(len(days)) / 365.25
    rhythm = np.zeros((len(partners), len(days)))
    for number, partner in enumerate(partners):
        if not partner.buys:
            continue
        trend = (1 + partner.growth) ** (time - time[-1] / 2)
        if number == FAILING:
            trend = trend * decline(time)
        alive = np.array([partner.first_order <= d <= partner.last_order for d in days])
        season = seasons[partner.country, partner.type in ("ecommerce", "live")]
        rhythm[number] = ORDERS[partner.type] * partner.size**0.75 * season * trend * alive
    return rhythm


def decline(time: np.ndarray) -> np.ndarray:
    """The failing partner: steady until ten months ago, then down to two fifths."""
    import numpy as np

    return np.asarray(np.clip(1 - (time - (time[-1] - 10 / 12)) * 0.75, 0.4, 1.0))
