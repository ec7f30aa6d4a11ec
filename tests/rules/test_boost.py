"""What a promotion is planned to add to the demand of the days ahead."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from channeldesk.model.notice import Quantity
from channeldesk.rules.promotions.boost import Boost, boost
from channeldesk.rules.promotions.terms import Mechanic, Promotion, Scope
from channeldesk.rules.suggest import Need, suggest

PC = 1_000
TODAY = date(2026, 11, 24)
SAW = b"s" * 16


def promotion(code: str, lift: int, first: int = -5, last: int = 50, scope: Scope | None = None) -> Promotion:
    """From and until so many days from today."""
    return Promotion(
        code.encode().ljust(16),
        code,
        Mechanic.PERCENT,
        "CNY",
        scope or Scope(),
        TODAY + timedelta(days=first),
        TODAY + timedelta(days=last),
        lift=lift,
    )


def added(*promotions: Promotion, sold: int = 90 * PC, days: int = 14) -> Boost | None:
    return boost(promotions, SAW, "Saws", sold, 90, TODAY, days)


def test_it_counts_on_the_days_on_which_it_runs() -> None:
    assert added(promotion("ALL", 5_000)) == Boost("ALL", 14, 5_000, 7 * PC)
    assert added(promotion("SOON", 5_000, first=10)) == Boost("SOON", 4, 5_000, 2 * PC)
    assert added(promotion("ENDS", 5_000, last=0)) == Boost("ENDS", 1, 5_000, PC), "half a piece is one"
    assert added(promotion("OVER", 5_000, last=-1)) is None
    assert added(promotion("LATER", 5_000, first=14)) is None


def test_only_what_it_holds_and_the_strongest_alone() -> None:
    others = promotion("OTHERS", 9_000, scope=Scope(products=frozenset({b"d" * 16})))
    saws = promotion("SAWS", 1_000, scope=Scope(categories=frozenset({"Saws"})))
    assert added(others) is None
    found = added(others, saws, promotion("ALL", 2_000), promotion("NONE", 0))
    assert found is not None
    assert found.code == "ALL"
    assert added(saws, sold=0) is None


@given(st.integers(0, 900_000), st.integers(0, 40_000), st.integers(1, 60), st.integers(-30, 60))
def test_more_days_or_more_lift_never_ask_for_less(sold: int, lift: int, days: int, first: int) -> None:
    def quantity(lift: int, days: int) -> int:
        found = added(promotion("P", lift, first=first), sold=sold, days=days)
        return found.quantity if found is not None else 0

    here = quantity(lift, days)
    assert here % PC == 0
    assert here <= quantity(lift, days + 1)
    assert here <= quantity(lift + 500, days)
    assert here < sold * days * lift / 900_000 + PC


def test_the_suggestion_shows_it_as_a_step_and_adds_up() -> None:
    need = Need(90 * PC, 90, 7, 7, on_hand=4 * PC, boost=added(promotion("ALL", 5_000)))
    found = suggest(need)
    assert found.quantity == (14 + 7 - 4) * PC
    (step,) = [one for one in found.steps if one.label.code == "step.planned_promotion"]
    assert (step.sign, step.value) == ("+", Quantity(7 * PC))
    assert "50" in step.label.english()
