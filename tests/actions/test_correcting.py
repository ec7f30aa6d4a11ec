"""What has left the laptop is put right by a counterpart: both stay, the later one counts."""

from typing import Any

import pytest

from channeldesk.actions import promises, visits
from channeldesk.desk import Desk
from channeldesk.model.notice import Problem
from channeldesk.queries import day_report, partner, timeline, told_visits
from channeldesk.queries import promises as promises_query
from channeldesk.queries import visits as visits_query
from channeldesk.queries.visits import VisitRow
from tests.support.demo_laptop import DAY, one
from tests.support.headquarters import Headquarters


def partner_of(desk: Desk) -> bytes:
    return bytes(desk.ask(one, "SELECT id FROM partner ORDER BY code LIMIT 1"))


def past(desk: Desk, partner_id: bytes) -> list[VisitRow]:
    return desk.ask(lambda c: visits_query.rows(c, visits_query.keys(c, partner_id=partner_id)))


def told(desk: Desk, visit_id: bytes) -> Any:
    return desk.ask(told_visits.of_visit, visit_id, desk.profile.user_id)


def test_a_visit_that_headquarters_has_is_told_anew(hq: Headquarters, at_headquarters: Desk) -> None:
    desk = at_headquarters
    where = partner_of(desk)
    today = desk.act(visits.plan, where, "2030-01-01").value  # the day is its own, whatever today is
    desk.act(visits.check_in, today)
    visit_id = desk.act(visits.close, today, "met", "Six racks wanted").value
    noted = desk.act(visits.note, where, "Called about the fair").value
    desk.sync(in_process=True)

    again = desk.act(visits.correct, visit_id, "issue_open", "Sixteen racks wanted")
    fixed = again.value
    assert again.notice is not None and again.notice.code == "visit.corrected"
    assert {row.id: (row.outcome, row.note, row.corrected) for row in past(desk, where)} == {
        fixed: ("issue_open", "Sixteen racks wanted", True),
        noted: ("met", "Called about the fair", False),
    }
    assert again.undo is not None
    desk.act(again.undo.action)
    assert {row.id for row in past(desk, where)} == {visit_id, noted}
    assert not told(desk, visit_id).before

    fixed = desk.act(visits.correct, visit_id, "issue_open", "Sixteen racks wanted").value
    desk.sync(in_process=True)
    theirs = {row["id"]: row for row in hq.table("visit")}
    assert theirs.keys() == {visit_id, noted, fixed}
    assert theirs[visit_id]["note"] == "Six racks wanted"
    for same in ("partner_id", "plan_id", "user_id", "visited_on", "checked_in_at", "checked_out_at"):
        assert theirs[fixed][same] == theirs[visit_id][same]

    once_more = desk.act(visits.correct, fixed, "met", "").value
    assert desk.ask(told_visits.of_plan, today, desk.profile.user_id) == told(desk, once_more)
    assert [(one.outcome, one.note) for one in told(desk, once_more).before] == [
        ("issue_open", "Sixteen racks wanted"),
        ("met", "Six racks wanted"),
    ]
    assert told(desk, visit_id) is None, "it does not count any more"


def test_a_corrected_visit_is_one_visit_everywhere(desk: Desk) -> None:
    where = bytes(
        desk.ask(one, "SELECT partner_id FROM stock_count GROUP BY 1 ORDER BY count(*) DESC LIMIT 1")
    )
    before = desk.ask(partner.detail, where, DAY)
    assert before is not None
    visit_id = desk.act(visits.note, where, "Called").value
    fixed = desk.act(visits.correct, visit_id, "not_met", "Nobody there").value

    after = desk.ask(partner.detail, where, DAY)
    assert after is not None
    assert after.counts["visits"] == before.counts["visits"] + 1
    (event, *_) = desk.ask(timeline.events, where, frozenset({"visit"}), today=DAY)
    assert (event.id, event.title, event.note) == (fixed, "corrected", "Nobody there")
    report = desk.ask(day_report.day_report, desk.profile.user_id, DAY, DAY)
    (made,) = [one for one in report.visits if one.partner_id == where]
    assert (made.id, made.corrected, made.outcome) == (fixed, True, "not_met")


def test_what_was_counted_stays_with_a_corrected_visit(desk: Desk) -> None:
    mine = "SELECT v.id FROM visit v JOIN stock_count c ON c.visit_id = v.id WHERE v.user_id = :user LIMIT 1"
    visit_id = bytes(desk.ask(one, mine, user=desk.profile.user_id))
    row = desk.ask(one, "SELECT rowid FROM visit WHERE id = :id", id=visit_id)
    counted = desk.ask(visits_query.rows, [row])[0].counted
    assert counted > 0
    fixed = desk.act(visits.correct, visit_id, "met", "As it was").value
    row = desk.ask(one, "SELECT rowid FROM visit WHERE id = :id", id=fixed)
    assert desk.ask(visits_query.rows, [row])[0].counted == counted


def test_only_whoever_made_a_visit_corrects_it(desk: Desk) -> None:
    others = "SELECT id FROM visit WHERE user_id <> :user LIMIT 1"
    theirs = bytes(desk.ask(one, others, user=desk.profile.user_id))
    assert not told(desk, theirs).mine
    with pytest.raises(Problem) as caught:
        desk.act(visits.correct, theirs, "met", "Not so")
    assert caught.value.notice.code == "visit.not_yours"
    mine = desk.act(visits.note, partner_of(desk), "Called").value
    assert told(desk, mine).mine
    with pytest.raises(Problem) as caught:
        desk.act(visits.correct, mine, "perhaps", "")
    assert caught.value.notice.code == "edit.not_a_choice"


def test_a_promise_that_headquarters_has_is_changed_removed_and_brought_back(
    hq: Headquarters, at_headquarters: Desk
) -> None:
    desk = at_headquarters
    where = partner_of(desk)
    promise_id = desk.act(promises.make, where, "A rack", "2030-03-01").value
    desk.sync(in_process=True)

    changed = desk.act(promises.edit, promise_id, " Two racks ", "2030-03-08")
    found = desk.ask(promises_query.one, promise_id)
    assert found is not None
    assert (found.promised, found.due_on, found.postponed) == ("Two racks", "2030-03-08", 1)
    assert changed.undo is not None
    desk.act(changed.undo.action)
    found = desk.ask(promises_query.one, promise_id)
    assert found is not None
    assert (found.promised, found.due_on, found.postponed) == ("A rack", "2030-03-01", 0)
    desk.act(promises.edit, promise_id, "Two racks", "2030-03-01")
    desk.act(promises.done, promise_id)
    desk.sync(in_process=True)
    desk.act(promises.reopen, promise_id)
    desk.sync(in_process=True)
    (theirs,) = hq.table("promise", id=promise_id)
    assert (theirs["promised"], theirs["postponed"], theirs["done_on"]) == ("Two racks", 0, None)

    removed = desk.act(promises.remove, promise_id)
    assert desk.ask(promises_query.one, promise_id) is None
    desk.sync(in_process=True)
    assert [row["deleted"] for row in hq.table("promise", id=promise_id)] in ([1], [])
    assert removed.undo is not None
    desk.act(removed.undo.action)
    desk.sync(in_process=True)
    (back,) = desk.ask(promises_query.of_partner, where)
    assert (back.promised, back.provisional) == ("Two racks", False)


def test_a_promise_says_something(desk: Desk) -> None:
    promise_id = desk.act(promises.make, partner_of(desk), "A rack", "2030-03-01").value
    with pytest.raises(Problem) as caught:
        desk.act(promises.edit, promise_id, "  ", "2030-03-01")
    assert caught.value.notice.code == "edit.field_required"
