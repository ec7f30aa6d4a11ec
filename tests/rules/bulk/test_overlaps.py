"""Lists for the same buyers on the same days: what is told is what an order would be priced with."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channeldesk.model.notice import Day, Notice
from channeldesk.rules.bulk.overlaps import overlaps
from channeldesk.rules.pricing import Buyer, PriceList, applicable


def a_list(code: str, first: str | None = None, last: str | None = None, **other: Any) -> dict[str, Any]:
    row = {"code": code, "currency": "CNY", "valid_from": first, "valid_to": last}
    return {
        **row,
        "partner_id": None,
        "tier_id": None,
        "channel_type_id": None,
        "territory_id": None,
        **other,
    }


def codes(found: tuple[Notice, ...]) -> list[str]:
    return [one.code for one in found]


def test_the_next_list_stands_before_the_one_it_follows() -> None:
    now, following = a_list("STD"), a_list("STD-27", "2027-01-01")
    (told,) = overlaps(following, [now, following])
    assert told == Notice("bulk.list_over", {"other": "STD", "day": Day("2027-01-01")})
    (told,) = overlaps(now, [now, following])
    assert told == Notice("bulk.list_under", {"other": "STD-27", "day": Day("2027-01-01")})


def test_it_is_told_until_when() -> None:
    now, summer = a_list("STD", "2026-01-01", "2026-12-31"), a_list("SUM", "2026-06-01", "2026-08-31")
    (told,) = overlaps(summer, [now])
    assert told == Notice(
        "bulk.list_over_until", {"other": "STD", "day": Day("2026-06-01"), "last": Day("2026-08-31")}
    )
    assert codes(overlaps(now, [summer])) == ["bulk.list_under_until"]


@pytest.mark.parametrize("first", [None, "2026-01-01"])
def test_where_only_the_code_decides(first: str | None) -> None:
    told = overlaps(a_list("B", first), [a_list("A", first), a_list("C", first)])
    assert told == (Notice("bulk.lists_alike", {"other": "A", "counts": "A"}),)
    (told_of_a,) = overlaps(a_list("A", first), [a_list("B", first)])
    assert told_of_a.params["counts"] == "A"


@pytest.mark.parametrize(
    "other",
    [
        a_list("OTHER", "2025-01-01", "2025-12-31"),
        a_list("OTHER", "2027-01-01"),
        a_list("OTHER", "2026-01-01", currency="EUR"),
        a_list("OTHER", "2026-01-01", tier_id=b"1" * 16),
        a_list("OTHER", "2026-01-01", territory_id=b"1" * 16),
        a_list("OTHER", "2026-01-01", partner_id=b"1" * 16),
        a_list("OTHER", "2026-01-01", channel_type_id=b"1" * 16),
        a_list("OTHER", "2026-12-31", "2026-01-01"),
        a_list("STD", "2026-01-01"),
    ],
)
def test_lists_that_do_not_meet(other: dict[str, Any]) -> None:
    assert overlaps(a_list("STD", "2026-01-01", "2026-12-31"), [other]) == ()


def test_of_many_the_nearest_are_told() -> None:
    years = [a_list(f"STD-{year}", f"{year}-01-01") for year in range(2020, 2031)]
    told = overlaps(years[6], years)
    assert [(one.code, one.params["other"]) for one in told] == [
        ("bulk.list_over", "STD-2025"),
        ("bulk.list_under", "STD-2027"),
    ]


_DAYS = st.none() | st.integers(0, 40).map(lambda at: (date(2026, 1, 1) + timedelta(at)).isoformat())


@given(_DAYS, _DAYS, _DAYS, _DAYS, st.booleans())
def test_what_is_told_is_what_prices_go_by(
    one_first: str | None, one_last: str | None, two_first: str | None, two_last: str | None, swap: bool
) -> None:
    rows = [
        a_list("B" if swap else "A", one_first, one_last),
        a_list("A" if swap else "B", two_first, two_last),
    ]
    lists = [_priced(row) for row in rows]
    days = [date(2025, 12, 31) + timedelta(at) for at in range(45)]
    both = [day for day in days if len(applicable(lists, Buyer(b"p"), day, "CNY")) == 2]
    told = overlaps(rows[0], rows)
    assert bool(told) == bool(both)
    for notice in told:
        first = {applicable(lists, Buyer(b"p"), day, "CNY")[0].code for day in both}
        mine = rows[0]["code"]
        counts = notice.params.get("counts", mine if "list_over" in notice.code else notice.params["other"])
        assert first == {counts}
        if isinstance(day := notice.params.get("day"), Day):
            assert day.date == both[0].isoformat()
        if isinstance(day := notice.params.get("last"), Day):
            assert day.date == both[-1].isoformat()


def _priced(row: dict[str, Any]) -> PriceList:
    first, last = (row[name] and date.fromisoformat(row[name]) for name in ("valid_from", "valid_to"))
    return PriceList(row["code"].encode(), row["code"], "CNY", valid_from=first, valid_to=last)
