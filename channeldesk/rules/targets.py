"""Targets: how much is reached, what is missing, and whether the pace is right."""

from __future__ import annotations

from dataclasses import dataclass

from channeldesk.model import values


@dataclass(frozen=True, slots=True)
class Progress:
    """Amounts in minor units, shares in basis points; None is 'not applicable', never zero.

    ``attainment`` actual of target; ``gap`` target less actual (negative: exceeded); ``pace`` the share of
    trading time that has passed, ``due`` the amount that would be right for it, ``ahead`` actual less due;
    ``projection`` the amount at the end if it goes on like this.
    """

    actual: int
    target: int
    attainment: int | None
    gap: int
    pace: int
    due: int
    ahead: int
    projection: int | None


def progress(actual: int, target: int, pace: int) -> Progress:
    """Compare sales with a target; ``pace`` comes from :func:`channeldesk.rules.calendar.elapsed_share`."""
    due = values.share(target, pace)
    return Progress(
        actual=actual,
        target=target,
        attainment=ratio(actual, target),
        gap=target - actual,
        pace=pace,
        due=due,
        ahead=actual - due,
        projection=values.round_half_up(actual * values.WHOLE, pace) if pace > 0 else None,
    )


def ratio(part: int, whole: int) -> int | None:
    """``part`` of ``whole`` in basis points; None where the whole is not positive."""
    return values.round_half_up(part * values.WHOLE, whole) if whole > 0 else None


def growth(now: int, before: int) -> int | None:
    """Change against ``before`` in basis points; None where there was nothing to compare with."""
    return values.round_half_up((now - before) * values.WHOLE, before) if before > 0 else None


def growth_by_day(now: int, days: int, before: int, days_before: int) -> int | None:
    """Growth per trading day, for periods of different length."""
    if days <= 0 or days_before <= 0:
        return None
    return growth(now * days_before, before * days)
