"""What is typed into a form of reference data, and what it would change."""

from datetime import date

import pytest

from channeldesk.model.i18n import Translator
from channeldesk.queries.reference_data import ReferenceForm
from ui.viewmodels.reference_form import Typed


def target(currency: str | None, value: int | None) -> Typed:
    values = {"currency": currency, "value": value, "category": None}
    form = ReferenceForm("target", b"\1" * 16 if value is not None else None, "", values, {})
    return Typed(form, Translator("en").formats, date(2026, 11, 22), "CNY")


def test_an_amount_that_stands_there_is_one_of_the_currency_that_is_chosen() -> None:
    typed = target("CNY", 100_000)
    assert typed.text("value") == "1,000.00"
    typed.put("currency", "KWD")
    assert typed.changes == {"currency": "KWD", "value": 1_000_000}
    typed.put("currency", "CNY")
    assert typed.changes == {}


def test_an_amount_is_judged_again_with_its_currency() -> None:
    typed = target("CNY", 100_000)
    typed.put("value", "99.50")
    assert typed.put("currency", "JPY") == ("currency", "value")
    assert typed.errors["value"].code == "value.too_many_decimals"
    assert not typed.ready
    typed.put("value", "99")
    assert typed.changes == {"currency": "JPY", "value": 99}


@pytest.mark.parametrize("half", ["K", "KW", ""])
def test_half_a_currency_is_wrong_by_itself_alone(half: str) -> None:
    typed = target(None, None)
    typed.put("value", "1,000")
    typed.put("currency", half)
    assert typed.errors.keys() == {"currency"}
    assert typed.changes == {}
    assert not typed.ready
    typed.put("currency", "kwd")
    assert typed.changes == {"currency": "KWD", "value": 1_000_000}
