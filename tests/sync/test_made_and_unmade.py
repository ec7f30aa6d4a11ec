"""Rows made and unmade before they were sent, and what points at them."""

from channeldesk.model.ids import new_id
from channeldesk.sync import inbox
from tests.support.headquarters import Headquarters
from tests.sync.test_between_steps import rounds
from tests.sync.test_inbox import act, rejected_contact
from tests.sync.test_units import Make


def test_what_points_at_a_row_that_was_made_and_unmade_is_taken(hq: Headquarters, laptop: Make) -> None:
    bo = laptop("bo")
    bo.sync()
    partner = bo.row("partner", code="P1")["id"]
    plan = bo.insert("visit_plan", partner_id=partner, planned_on="2026-12-01", user_id=bo.session.user_id)
    task = bo.insert("visit_task", partner_id=partner, plan_id=plan, task="Look")
    bo.act("DELETE FROM visit_plan WHERE id = :id", id=plan)
    bo.sync()
    assert bo.inbox() == []
    assert len(hq.table("visit_task", id=task)) == 1


def test_made_and_unmade_while_what_points_at_it_stays_behind(hq: Headquarters, laptop: Make) -> None:
    """The task waits for a contact that was refused; the plan it points at is made and unmade."""
    bo = laptop("bo")
    bo.sync()
    partner = bo.row("partner", code="P1")["id"]
    refused, item = rejected_contact(bo)
    plan = bo.insert("visit_plan", partner_id=partner, planned_on="2026-12-01", user_id=bo.session.user_id)
    task = new_id()
    bo.act(
        "INSERT INTO visit_task (id, partner_id, plan_id, task) VALUES (:id, :p, :plan, 'Look')",
        "UPDATE contact SET phone = '5' WHERE id = :refused",
        id=task,
        p=partner,
        plan=plan,
        refused=refused,
    )
    bo.act("DELETE FROM visit_plan WHERE id = :id", id=plan)
    bo.sync()
    bo.act("UPDATE contact SET main = 0 WHERE id = :id", id=refused)
    act(bo, inbox.resend, item)
    rounds(bo)
    assert bo.inbox() == []
    assert len(hq.table("visit_task", id=task)) == 1


def test_made_and_unmade_with_all_that_pointed_at_it_is_nothing(hq: Headquarters, laptop: Make) -> None:
    bo = laptop("bo")
    bo.sync()
    partner = bo.row("partner", code="P1")["id"]
    plan = bo.insert("visit_plan", partner_id=partner, planned_on="2026-12-01", user_id=bo.session.user_id)
    task = bo.insert("visit_task", partner_id=partner, plan_id=plan, task="Look")
    bo.act("DELETE FROM visit_task WHERE id = :id", id=task)
    bo.act("DELETE FROM visit_plan WHERE id = :id", id=plan)
    pushes = len(bo.transport.pushes)
    bo.sync()
    assert len(bo.transport.pushes) == pushes
