"""What a value of a declared field may be."""

from typing import Any

import pytest

from channeldesk.model.entities import entity
from channeldesk.model.i18n import Translator
from channeldesk.rules.field_limits import refuse_value


def why(name: str, field: str, value: Any, currency: str = "") -> str:
    wrong = refuse_value(entity(name).fields[field], value, currency)
    return "" if wrong is None else wrong.code


@pytest.mark.parametrize(
    ("name", "field", "right", "wrong"),
    [
        ("tier", "rank_number", 999, 10**12),
        ("tier", "rank_number", 0, -1),
        ("fiscal_period", "quarter", 4, 5),
        ("fiscal_period", "year", 2026, 26),
        ("tax_code", "rate", 10_000, 10_001),
        ("price_item", "price", 0, -1),
        ("price_item", "price", 10**13, 10**13 + 1),
        ("product", "pack_quantity", 1, 0),
        ("unit_conversion", "denominator", 1, 0),
        ("exchange_rate", "rate", 1, 0),
        ("target", "value", 10**15, -1),
        ("price_list", "valid_from", "2026-01-01", "0202-01-01"),
    ],
)
def test_numbers_and_days_have_bounds(name: str, field: str, right: Any, wrong: Any) -> None:
    assert why(name, field, right) == ""
    assert why(name, field, wrong) == "field.out_of_range"


def test_texts_have_an_end() -> None:
    assert why("product", "name", "N" * 200) == ""
    assert why("product", "name", "N" * 201) == "field.too_long"
    assert why("product", "sku", "S" * 61) == "field.too_long"


@pytest.mark.parametrize(
    ("name", "field", "right", "wrong", "told"),
    [
        ("territory", "currency", "CNY", "RMB", "value.unknown_currency"),
        ("exchange_rate", "base_currency", "KWD", "kwd", "value.unknown_currency"),
        ("territory", "time_zone", "Asia/Shanghai", "Shanghai time", "calendar.unknown_zone"),
        ("app_user", "email", "chen@company.cn", "chen at company", "partner.not_an_email"),
        ("app_user", "language", "zh_CN", "Chinese", "field.not_a_language"),
        ("app_user", "language", "zh-Hans-CN", "ZH", "field.not_a_language"),
        ("app_user", "language", "en", "e", "field.not_a_language"),
    ],
)
def test_shapes(name: str, field: str, right: str, wrong: str, told: str) -> None:
    assert why(name, field, None) == why(name, field, right) == ""
    assert why(name, field, wrong) == told


def test_bounds_are_told_in_the_fields_own_measure() -> None:
    def told(name: str, field: str, value: int, currency: str = "") -> str:
        wrong = refuse_value(entity(name).fields[field], value, currency)
        assert wrong is not None
        return Translator("en").notice(wrong)

    assert told("tax_code", "rate", -1) == "“Rate” lies between 0% and 100%."
    assert told("fiscal_period", "year", 1) == "“Year” lies between 1900 and 2200."
    assert "1,000,000,000.00" in told("price_item", "price", -1)
    assert "¥0.00" in told("target", "value", -1, "CNY")
