"""Steps of the week at a desk: Sunday's pack and plan, the evening in the hotel, the office."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QPoint, Qt

from benchmarks.week_dealer import PROMISE
from benchmarks.week_scene import Scene

_Key = Qt.Key
_SHIFT = Qt.KeyboardModifier.ShiftModifier
MINE, THEIRS = "Prefers WeChat, mornings", "Prefers e-mail"
BULK, NEW_NOTE = 20, "Gate 3, before 10:00"
WEEK, A_DAY, SATURDAY = 20, 4, 5

_TO_COME = "SELECT id FROM visit_plan WHERE user_id = ? AND state = 'planned' AND planned_on > ?"


def sunday(scene: Scene) -> None:
    scene.go("today")


def pack(scene: Scene) -> None:
    scene.hand.press("Trip pack")
    scene.hand.until(lambda: not scene.page("trip").running)


def packed(scene: Scene) -> None:
    report = scene.page("trip").report
    assert report is not None
    assert report.fresh, report.problem
    assert report.pack.visits > 0, "no visit is planned"
    assert report.ready_visits == report.pack.visits, report.missing


def to_plan(scene: Scene) -> None:
    """Nothing is planned yet after today."""
    from channeldesk.actions import visits as actions
    from channeldesk.queries import clock, visits

    me, today = scene.desk.profile.user_id, scene.desk.ask(clock.today)
    for (plan,) in scene.rows(_TO_COME, me, today):
        scene.desk.act(actions.cancel, bytes(plan))
    ranked = scene.desk.ask(visits.suggestions, limit=1_000)
    scene.found["free"] = [one.partner_id for one in ranked if one.planned_on is None]
    sunday(scene)


def plan_week(scene: Scene) -> None:
    scene.hand.press("Plan visits")
    scene.hand.press("Plan the week")
    scene.hand.key(_Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def week_planned(scene: Scene) -> None:
    """The most urgent of those without a visit, four on each working day to come."""
    wanted = scene.found["free"][:WEEK]
    new = scene.rows("SELECT partner_id, planned_on FROM visit_plan WHERE created_at >= ?", scene.began)
    assert len(new) == len(wanted) > 0, f"{len(new)} visits were planned"
    assert {bytes(partner) for partner, _ in new} == set(wanted)
    days = [date.fromisoformat(day) for _, day in new]
    assert len(set(days)) == -(-len(wanted) // A_DAY), sorted(days)
    assert all(day.weekday() < SATURDAY for day in days), sorted(days)


def hotel(scene: Scene) -> None:
    """The network is back, and the program still works offline by choice."""
    scene.go("today")


def send(scene: Scene) -> None:
    scene.hand.key(_Key.Key_F9)
    scene.hand.until(scene.all_sent)


def received(scene: Scene) -> None:
    """Headquarters has, and accepted, what was done at the dealer."""
    there, found = scene.there, scene.found
    assert there("SELECT state FROM visit_plan WHERE id = ?", scene.plan) == "done"
    sql = "SELECT count(*) FROM stock_count_line WHERE stock_count_id = ?"
    assert there(sql, found["count"]) == 40
    status = there("SELECT status FROM sales_order WHERE provisional_number = ?", found["number"])
    assert status == "accepted", status
    sql = "SELECT count(*) FROM promise WHERE partner_id = ? AND promised = ?"
    assert there(sql, scene.partner, PROMISE) == 1


def in_conflict(scene: Scene) -> None:
    """A contact was changed here and, meanwhile, by a colleague at headquarters; the inbox is open at it."""
    from channeldesk.actions import contacts

    contact = scene.here("SELECT id FROM contact WHERE partner_id = ? ORDER BY id LIMIT 1", scene.partner)
    scene.found["contact"] = contact
    scene.work_offline(True)
    scene.desk.act(contacts.edit, contact, {"note": MINE})
    scene.there("UPDATE contact SET note = ? WHERE id = ?", THEIRS, contact)
    scene.work_offline(False)
    scene.until(lambda: scene.desk.ask(_conflicts) == 1)
    scene.go("inbox")


def decide(scene: Scene) -> None:
    scene.hand.key(_Key.Key_M)


def decided(scene: Scene) -> None:
    assert scene.desk.ask(_conflicts) == 0
    scene.synchronised()
    note = scene.there("SELECT note FROM contact WHERE id = ?", scene.found["contact"])
    assert note == MINE, note


def partners(scene: Scene) -> None:
    scene.go("today")


def set_field(scene: Scene) -> None:
    """The first twenty of the list get another note for deliveries."""
    hand = scene.hand
    hand.click(scene.window.nav.items["partners"])
    view = scene.page("partners").table.view
    model = view.model()
    for at, modifiers in ((0, Qt.KeyboardModifier.NoModifier), (BULK - 1, _SHIFT)):
        place = view.visualRect(model.index(at, 0)).center()
        hand.click(view.viewport(), QPoint(place.x(), place.y()), modifiers)
    hand.key(_Key.Key_E)
    hand.click(hand.front.field)
    hand.pick("Note for deliveries")
    hand.click(hand.front.typed)
    hand.enter(NEW_NOTE, end=None)
    hand.key(_Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def field_set(scene: Scene) -> None:
    sql = "SELECT count(*) FROM partner WHERE delivery_note = ?"
    here = scene.here(sql, NEW_NOTE)
    assert here == BULK, f"{here} partners were set"
    scene.synchronised()
    assert scene.there(sql, NEW_NOTE) == BULK


def _conflicts(connection: object) -> int:
    from channeldesk.queries.status import status

    return status(connection).conflicts  # type: ignore[arg-type]
