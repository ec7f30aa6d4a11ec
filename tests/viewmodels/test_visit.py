"""A visit's form: minutes, outcome, what to speak about."""

from dataclasses import replace

import pytest

from channeldesk.model.entities import entity
from channeldesk.queries.promises import PromiseRow
from channeldesk.queries.visits import PlannedVisit
from channeldesk.rules.visits import Due
from ui.viewmodels.visit import OUTCOMES, Happened, VisitForm

ID = bytes(16)
PLANNED = PlannedVisit(
    ID,
    ID,
    "Hengtai",
    None,
    "Gold",
    None,
    None,
    "2026-11-12",
    540,
    45,
    None,
    "planned",
    None,
    None,
    None,
    None,
    "CNY",
    0,
    False,
)
UNDER_WAY = replace(PLANNED, state="under_way", checked_in_at=1_000_000)


def promise(text: str, due_on: str, due: Due) -> PromiseRow:
    return PromiseRow(ID, ID, None, None, text, due_on, None, 0, None, None, due, False)


def test_outcomes_are_those_of_the_declaration() -> None:
    assert set(OUTCOMES) == set(entity("visit").fields["outcome"].choices)


def test_minutes_count_from_check_in() -> None:
    assert VisitForm(PLANNED).minutes(5_000_000) is None
    form = VisitForm(UNDER_WAY)
    assert form.minutes(1_000_000 + 61 * 60_000) == 61
    assert form.minutes(0) == 0
    assert form.under_way
    assert not form.can_check_in


def test_the_outcome_follows_what_happened_until_one_is_chosen() -> None:
    form = VisitForm(PLANNED)
    assert (form.outcome, form.can_check_in) == ("not_met", True)
    form.refresh(UNDER_WAY, (), Happened())
    assert form.outcome == "met"
    form.refresh(UNDER_WAY, (), Happened(orders=1))
    assert form.outcome == "order_taken"
    form.choose("issue_open")
    form.note = "Rack is broken"
    form.refresh(UNDER_WAY, (), Happened(orders=2))
    assert (form.outcome, form.note) == ("issue_open", "Rack is broken")
    with pytest.raises(ValueError, match="splendid"):
        form.choose("splendid")


def test_promises_to_speak_about() -> None:
    late, now, later = (
        promise("late", "2026-11-01", Due.OVERDUE),
        promise("now", "2026-11-12", Due.TODAY),
        promise("later", "2026-11-15", Due.SOON),
    )
    assert [one.promised for one in VisitForm(UNDER_WAY, (later, now, late)).to_keep] == ["late", "now"]
