"""When trade happens: Spring Festival, 11.11, working days, month ends, British winters."""

from __future__ import annotations

from datetime import date, timedelta

SPRING_FESTIVAL = {
    2019: date(2019, 2, 5), 2020: date(2020, 1, 25), 2021: date(2021, 2, 12), 2022: date(2022, 2, 1),
    2023: date(2023, 1, 22), 2024: date(2024, 2, 10), 2025: date(2025, 1, 29), 2026: date(2026, 2, 17),
    2027: date(2027, 2, 6), 2028: date(2028, 1, 26), 2029: date(2029, 2, 13), 2030: date(2030, 2, 3),
    2031: date(2031, 1, 23), 2032: date(2032, 2, 11), 2033: date(2033, 1, 31), 2034: date(2034, 2, 19),
    2035: date(2035, 2, 8), 2036: date(2036, 1, 28),
}  # fmt: skip
"""First day of the lunar year, from the Chinese calendar (GB/T 33661)."""

_CHINA = (1.0, 0.92, 1.08, 1.05, 1.02, 1.1, 0.93, 0.92, 1.06, 1.02, 1.28, 1.0)
_BRITAIN = (0.86, 0.95, 1.1, 1.14, 1.12, 1.06, 1.0, 0.92, 1.04, 1.02, 1.05, 0.72)
_ONLINE = {6: 1.35, 11: 1.55, 2: 0.95}


def spring_festival(year: int) -> date:
    """The festival's day; mid February where the table ends."""
    return SPRING_FESTIVAL.get(year, date(year, 2, 10))


def month_weight(country: str, month: int, online: bool) -> float:
    """How strong a calendar month is, 1 being an average one; festivals are left to the days."""
    base = (_CHINA if country == "CN" else _BRITAIN)[month - 1]
    return base * (_ONLINE.get(month, 1.0) if online and country == "CN" else 1.0)


def day_weight(country: str, day: date) -> float:
    """How likely an order falls on a day: weekends, holidays, the rush before the festival, its silence."""
    weight = (1.15, 1.1, 1.0, 1.0, 1.05, 0.3, 0.08)[day.weekday()]
    if country == "CN":
        away = (day - spring_festival(day.year)).days
        if -4 <= away <= 9:
            return weight * 0.03
        if 10 <= away <= 18:
            weight *= 0.45
        elif -30 <= away < -10:
            weight *= 1.15
        if (day.month, day.day) >= (10, 1) and (day.month, day.day) <= (10, 7):
            weight *= 0.1
        if (day.month, day.day) in {(11, 9), (11, 10), (11, 11), (6, 16), (6, 17), (6, 18)}:
            weight *= 1.7
    else:
        if (day.month == 12 and day.day >= 22) or (day.month == 1 and day.day <= 2):
            return weight * 0.06
        if day.weekday() >= 5:
            weight *= 0.4
    return weight * (1.35 if (day + timedelta(days=4)).month != day.month else 1.0)


def trading_days(first: date, last: date) -> int:
    """Monday to Friday, without the days on which China stands still."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return sum(
        1 for day in days if day.weekday() < 5 and not -4 <= (day - spring_festival(day.year)).days <= 6
    )
