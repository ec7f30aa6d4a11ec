"""The rule that blocks: what is overdue for too long, beside what covers it and what was known before."""

from datetime import date

from channeldesk.rules.credit_blocks import Actor, Item, Status, breach, refuse_move

TODAY = date(2026, 11, 30)


def item(number: str, due: int | None, amount: int = 100, currency: str = "CNY") -> Item:
    return Item(number, None if due is None else date(2026, 11, due), amount, currency)


def test_the_longest_overdue_invoice_is_told_with_the_sum_of_all_such() -> None:
    found = breach([item("B", 5), item("A", 2), item("C", 20)], TODAY, 20)
    assert found is not None
    assert (found.number, found.days, found.amount, found.currency) == ("A", 28, 200, "CNY")
    told = found.told(20)
    assert told.code == "credit.overdue_too_long"
    assert (told.params["number"], told.params["days"], told.params["allowed"]) == ("A", 28, 20)


def test_as_many_days_as_allowed_are_not_too_many() -> None:
    assert breach([item("A", 10)], TODAY, 20) is None
    assert breach([item("A", 9)], TODAY, 20) is not None
    assert breach([item("A", 30)], TODAY, 0) is None
    assert breach([], TODAY, 0) is None


def test_money_on_account_and_credit_notes_cover_what_is_due_the_longest() -> None:
    owed = [item("A", 2), item("B", 5)]
    assert breach([*owed, item("", None, -100)], TODAY, 20).number == "B"  # type: ignore[union-attr]
    assert breach([*owed, item("", None, -150)], TODAY, 20).amount == 50  # type: ignore[union-attr]
    assert breach([*owed, item("N", 25, -200)], TODAY, 20) is None
    assert breach([*owed, item("", None, -200, "EUR")], TODAY, 20).amount == 200  # type: ignore[union-attr]


def test_what_was_known_when_a_person_released_is_not_held_against_the_partner_again() -> None:
    owed = [item("A", 2), item("B", 8)]
    assert breach(owed, TODAY, 20, date(2026, 11, 25)).number == "B"  # type: ignore[union-attr]
    assert breach(owed, TODAY, 20, TODAY) is None


def test_a_release_is_final() -> None:
    for actor in Actor:
        assert refuse_move(Status.BLOCKED, Status.RELEASED, actor) is None
        assert refuse_move(Status.RELEASED, Status.RELEASED, actor).code == "credit.released_before"  # type: ignore[union-attr]
        assert refuse_move(Status.RELEASED, Status.BLOCKED, actor) is not None
