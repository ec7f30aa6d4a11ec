"""One person's day from the laptop, against what was done by actions and what plain SQL says."""

from datetime import date, timedelta

import sqlalchemy as sa

from channeldesk.actions import day_report as actions
from channeldesk.desk import Desk
from channeldesk.queries import day_report as queries
from channeldesk.queries.day_report import DayReport
from channeldesk.rules.calendar import business_date, day_bounds
from tests.support import day_of_work
from tests.support.demo_laptop import DAY, NOW_MS, TODAY, every, one


def report(desk: Desk, day: str | None = None) -> DayReport:
    return desk.ask(queries.day_report, desk.profile.user_id, day, DAY)


def test_a_day_holds_what_was_done_on_it(desk: Desk) -> None:
    before = report(desk)
    worked = day_of_work.work(desk)
    found = report(desk)
    assert (found.day, found.zone) == (DAY, "Asia/Shanghai")
    planned, called = found.visits[len(before.visits) :]
    assert (planned.partner_id, planned.outcome, planned.note) == (
        worked.partner_id,
        "order_taken",
        day_of_work.NOTE,
    )
    assert (planned.checked_in_at, planned.checked_out_at) == (NOW_MS, NOW_MS)
    assert (planned.photos, planned.provisional) == (1, True)
    assert (called.partner_id, called.checked_in_at, called.photos) == (worked.called, None, 0)
    assert worked.plan_id not in {visit.id for visit in found.missed}
    assert all(visit.state in ("planned", "under_way") for visit in found.missed)
    (count,) = found.counts[len(before.counts) :]
    assert (count.partner_id, count.products, count.differing) == (worked.partner_id, 3, 3)
    order = next(placed for placed in found.orders if placed.id == worked.order_id)
    assert order.number.startswith("K7-")
    assert order.provisional and not order.rejected
    with desk.database.read() as connection:
        assert order.net == one(connection, "SELECT net FROM sales_order WHERE id = :id", id=order.id)
    assert dict(found.net)[order.currency] == dict(before.net).get(order.currency, 0) + order.net
    given = {made.promised for made in found.given}
    assert {day_of_work.PROMISED, day_of_work.KEPT} <= given
    assert [made.promised for made in found.kept if made.provisional] == [day_of_work.KEPT]
    waiting = {kind.entity: kind.rows for kind in found.waiting}
    assert (waiting["sales_order"], waiting["visit"], waiting["promise"]) == (1, 2, 2)
    assert found.as_of == NOW_MS


def test_a_day_ends_at_the_persons_midnight(desk: Desk) -> None:
    since, until = day_bounds(DAY, "Asia/Shanghai")
    assert business_date(since, "Asia/Shanghai") == business_date(until - 1, "Asia/Shanghai") == TODAY
    assert until - since == 24 * 3600 * 1000
    spring = day_bounds("2026-03-29", "Europe/Berlin")
    assert spring[1] - spring[0] == 23 * 3600 * 1000, "the clocks go forward"
    worked = day_of_work.work(desk)
    with desk.database.apply() as connection:
        for number, at in enumerate((since - 1, since, until - 1, until)):
            connection.execute(
                _MADE, {"id": bytes([number]) * 16, "p": worked.partner_id, "at": at} | me(desk)
            )
    told = {made.promised for made in report(desk).given}
    assert {str(since), str(until - 1)} <= told
    assert not {str(since - 1), str(until)} & told
    tomorrow = report(desk, (TODAY + timedelta(days=1)).isoformat())
    assert {made.promised for made in tomorrow.given} == {str(until)}
    assert not tomorrow.waiting, "what waits was recorded today"
    assert not tomorrow.visits


_MADE = sa.text(
    "INSERT INTO promise (id, rv, partner_id, owner_id, promised, due_on, created_at) "
    "VALUES (:id, 1, :p, :user, :at, '2026-12-01', :at)"
)


def me(desk: Desk) -> dict[str, bytes]:
    return {"user": desk.profile.user_id}


def test_days_before_are_as_their_rows_say(desk: Desk) -> None:
    with desk.database.read() as connection:
        days = every(
            connection,
            "SELECT visited_on, count(*) FROM visit WHERE user_id = :user GROUP BY 1 ORDER BY 1 DESC LIMIT 5",
            **me(desk),
        )
        assert len(days) == 5
        for day, count in days:
            assert len(report(desk, day).visits) == count
            planned = (
                "SELECT count(*) FROM visit_plan WHERE planned_on = :day AND user_id = :user "
                "AND state IN ('planned', 'under_way')"
            )
            assert len(report(desk, day).missed) == one(connection, planned, day=day, **me(desk))


def test_an_order_of_somebody_else_is_not_in_it(desk: Desk) -> None:
    worked = day_of_work.work(desk)
    other = sa.text("UPDATE sales_order SET salesperson_id = zeroblob(16) WHERE id = :id")
    with desk.database.apply() as connection:
        connection.execute(other, {"id": worked.order_id})
    assert worked.order_id not in {placed.id for placed in report(desk).orders}


def test_what_headquarters_refused_on_that_day_is_in_it_and_does_not_count(desk: Desk) -> None:
    worked = day_of_work.work(desk)
    refused = sa.text(
        "INSERT INTO inbox (id, kind, state, entity, row_id, notice, fields, mutations, recorded_at) "
        "VALUES (:id, 'rejection', 'open', 'sales_order', :order, :notice, '[]', '[]', :at)"
    )
    notice = '{"code": "order.over_credit", "params": {}}'
    with desk.database.apply() as connection:
        for number, at in enumerate((NOW_MS, day_bounds(DAY, "Asia/Shanghai")[0] - 1)):
            values = {"id": bytes([number]) * 16, "order": worked.order_id, "notice": notice, "at": at}
            connection.execute(refused, values)
    found = report(desk)
    assert [item.id for item in found.rejected] == [bytes(16)]
    order = next(placed for placed in found.orders if placed.id == worked.order_id)
    assert (order.rejected, order.status) == (True, "rejected")
    counted = sum(placed.net for placed in found.orders if placed.id != order.id)
    assert sum(amount for _, amount in found.net) == counted


def test_whose_report_it_is_is_known_by_the_territory(desk: Desk) -> None:
    found = report(desk)
    with desk.database.read() as connection:
        names = every(
            connection,
            "SELECT u.name FROM app_user u JOIN territory t ON t.manager_id = u.id WHERE u.id <> :user",
            **me(desk),
        )
    assert found.reports_to is not None
    assert found.reports_to[0] in {row.name for row in names}
    with desk.database.apply() as connection:
        connection.execute(sa.text("UPDATE territory SET manager_id = :user"), me(desk))
    assert report(desk).reports_to is None, "nobody reports to themselves"


def test_a_remark_is_kept_by_day_and_ends_when_it_is_emptied(desk: Desk) -> None:
    yesterday = (date.fromisoformat(DAY) - timedelta(days=1)).isoformat()
    desk.act(actions.keep_remark, DAY, "Good day")
    desk.act(actions.keep_remark, DAY, "Good day. 明天去宁波。")
    desk.act(actions.keep_remark, yesterday, "Rain")
    kept = report(desk).remark
    assert kept is not None and kept.text == "Good day. 明天去宁波。"
    earlier = report(desk, yesterday).remark
    assert earlier is not None and earlier.text == "Rain"
    assert not report(desk).waiting, "a private draft is nothing that headquarters judges"
    desk.act(actions.keep_remark, DAY, "  ")
    assert report(desk).remark is None
    desk.act(actions.keep_remark, DAY, "")
    assert report(desk, yesterday).remark is not None
