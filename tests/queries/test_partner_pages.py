"""What the pages about partners ask: counts of views, overdue sums, edits that wait, previews."""

import sqlalchemy as sa

from channeldesk.actions import partners as actions
from channeldesk.actions import visits
from channeldesk.desk import Desk
from channeldesk.queries import partner_edit, partner_page, partners
from channeldesk.queries.views import ListView
from tests.support.demo_laptop import DAY, one


def test_view_counts_are_those_of_the_lists(reader: sa.Connection) -> None:
    views = [ListView(), ListView({"overdue": "> 0"}), ListView({"visit_days": "> 45"})]
    rows = partners.rows(reader, partners.keys(reader, today=DAY), DAY)

    found = partners.view_counts(reader, views, DAY)

    late = [row for row in rows if row.visit_days is None or row.visit_days > 45]
    assert found == (len(rows), sum(bool(row.overdue) for row in rows), len(late))


def test_overdue_adds_up_by_currency(reader: sa.Connection) -> None:
    keys = partners.keys(reader, today=DAY)
    found = partners.overdue_of(reader, keys, DAY)
    assert sum(found.values()) == sum(row.overdue or 0 for row in partners.rows(reader, keys, DAY)) > 0


def test_edits_that_wait_stand_beside_headquarters_values(desk: Desk) -> None:
    partner_id = bytes(desk.ask(lambda c: one(c, "SELECT id FROM partner WHERE tier_id IS NOT NULL LIMIT 1")))
    before = desk.ask(partner_edit.form, partner_id)
    assert before is not None
    assert not before.theirs
    other = next(tier.id for tier in before.tiers if tier.id != before.values["tier_id"])

    done = desk.act(actions.edit, partner_id, {"tier_id": other, "phone": "110"})

    theirs = {name: before.values[name] for name in ("tier_id", "phone")}
    assert desk.ask(partner_edit.waiting, partner_id) == theirs
    page = desk.ask(partner_page.read, partner_id)
    assert page is not None
    assert page.theirs == theirs
    assert done.undo is not None
    desk.act(done.undo.action)
    assert desk.ask(partner_edit.waiting, partner_id) == {}


def test_a_partner_that_is_gone_has_no_page(reader: sa.Connection) -> None:
    assert partner_page.read(reader, b"none") is None
    assert partner_edit.form(reader, b"none") is None
    assert partner_edit.waiting(reader, b"none") == {}


def test_planned_visits_show_in_the_preview_and_one_undo_takes_all_back(desk: Desk) -> None:
    keys = list(desk.ask(partners.keys))[:3]
    rows = desk.ask(partner_edit.preview, keys, "stage", DAY)
    assert [row.key for row in rows] == keys

    done = desk.act(visits.plan_many, [row.id for row in rows], [DAY] * 3, "rack")

    assert [row.next_visit for row in desk.ask(partner_edit.preview, keys, "stage", DAY)] == [DAY] * 3
    assert done.undo is not None
    desk.act(done.undo.action)
    assert desk.ask(partner_edit.preview, keys, "stage", DAY) == rows
