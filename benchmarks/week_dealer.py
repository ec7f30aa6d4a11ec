"""Steps of the week at the dealer: brief, check-in, count, order, promise, day report."""

from __future__ import annotations

from PySide6.QtCore import Qt

from benchmarks.week_scene import Scene
from channeldesk.model.values import QUANTITY_SCALE
from channeldesk.queries.count_sheet import CountLine

_Key = Qt.Key
_CONTROL = Qt.KeyboardModifier.ControlModifier
COUNTED, BY_SCANNER = 40, 20
PROMISE = "Send the new price list by mail"
_PARTNER = """
SELECT p.id FROM partner p WHERE p.stage = 'active' AND p.currency = 'CNY'
  AND (SELECT count(*) FROM stock_position s WHERE s.partner_id = p.id) BETWEEN 20 AND 40
ORDER BY p.credit_limit - (SELECT coalesce(sum(r.open_amount), 0) FROM receivable r WHERE r.partner_id = p.id)
  DESC, p.code LIMIT 1
"""
"""Much to count, and room for an order."""
_IN_THE_WAY = """
SELECT id FROM visit_plan WHERE state = 'under_way' OR planned_on = ? AND state = 'planned'
"""
_OTHERS = """
SELECT d.barcode FROM product d WHERE d.active = 1 AND d.barcode IS NOT NULL
AND NOT EXISTS (SELECT 1 FROM stock_position s WHERE s.partner_id = ? AND s.product_id = d.id)
ORDER BY d.sku LIMIT ?
"""


def before_the_door(scene: Scene) -> None:
    """A visit at the partner is today's first; there is no network any more."""
    from channeldesk.actions import visits
    from channeldesk.queries import clock

    scene.work_offline(True)
    today = scene.desk.ask(clock.today)
    for (plan,) in scene.rows(_IN_THE_WAY, today):
        scene.desk.act(visits.cancel, bytes(plan))
    scene.partner = bytes(scene.here(_PARTNER))
    scene.plan = scene.desk.act(visits.plan, scene.partner, today, 1, 45, "Count and order").value
    scene.go("today")
    scene.settle()


def brief(scene: Scene) -> None:
    scene.hand.key(_Key.Key_Space)


def briefed(scene: Scene) -> None:
    dialog = scene.hand.front
    name = scene.here("SELECT name FROM partner WHERE id = ?", scene.partner)
    assert name in getattr(dialog, "text", ""), f"the brief of {name} is not open, but {dialog}"


def brief_closed(scene: Scene) -> None:
    scene.hand.key(_Key.Key_Escape)
    scene.settle()


def check_in(scene: Scene) -> None:
    scene.hand.key(_Key.Key_Return)


def checked_in(scene: Scene) -> None:
    state = scene.here("SELECT state FROM visit_plan WHERE id = ?", scene.plan)
    assert state == "under_way", f"the visit is {state}"


def on_today(scene: Scene) -> None:
    scene.page("today")


def at_the_visit(scene: Scene) -> None:
    """The step before ended there."""
    assert scene.page("visits").pane.form.visit.id == scene.plan


def count(scene: Scene) -> None:
    """Half of it by scanner, box by box with the number; the rest down the sheet. The shop has what the books
    say, so nobody has to give reasons.
    """
    hand = scene.hand
    hand.key(_Key.Key_Return)
    hand.key(_Key.Key_C)
    sheet = scene.sheet()
    others = [code for (code,) in scene.rows(_OTHERS, scene.partner, COUNTED - len(sheet))]
    by_scanner = sheet[: BY_SCANNER - len(others)]
    for code, there in [
        *((line.barcode, _there(line)) for line in by_scanner),
        *((one, 0) for one in others),
    ]:
        hand.scan(code)
        hand.enter(str(there))
    for line in sheet[len(by_scanner) :]:
        hand.enter(f"{line.sku}*{_there(line)}")
    hand.key(_Key.Key_Return, _CONTROL)


def _there(line: CountLine) -> int:
    return max(0, line.expected or 0) // 10**QUANTITY_SCALE


def counted(scene: Scene) -> None:
    count_id = scene.here(
        "SELECT id FROM stock_count WHERE partner_id = ? ORDER BY counted_at DESC, id DESC LIMIT 1",
        scene.partner,
    )
    scene.found["count"] = count_id
    lines = scene.here("SELECT count(*) FROM stock_count_line WHERE stock_count_id = ?", count_id)
    assert lines == COUNTED, f"{lines} products counted"


def order(scene: Scene) -> None:
    """The whole suggestion, two quantities made other, placed."""
    hand = scene.hand
    hand.key(_Key.Key_O)
    hand.key(_Key.Key_F4)
    hand.key(_Key.Key_F2)
    hand.enter("24")
    hand.key(_Key.Key_Up)
    hand.key(_Key.Key_Up)
    hand.enter("6")
    hand.key(_Key.Key_Return, _CONTROL)


def ordered(scene: Scene) -> None:
    sql = """
    SELECT o.id, o.provisional_number, count(l.id),
      sum(l.quantity = 24000), sum(l.quantity = 6000) FROM sales_order o
    JOIN order_line l ON l.order_id = o.id WHERE o.partner_id = ? AND o.rv = 0 GROUP BY o.id
    """
    rows = scene.rows(sql, scene.partner)
    assert len(rows) == 1, f"{len(rows)} orders were placed"
    scene.found["order"], scene.found["number"], lines, of_24, of_6 = rows[0]
    assert lines > 2, "the suggestion was not taken"
    assert of_24 and of_6, "a quantity was not adjusted"


def promise(scene: Scene) -> None:
    scene.hand.click(scene.page("visits").pane.promise)
    scene.hand.enter(PROMISE)


def promised(scene: Scene) -> None:
    due = scene.here(
        "SELECT due_on FROM promise WHERE partner_id = ? AND promised = ?", scene.partner, PROMISE
    )
    assert due, "the promise was not recorded"


def checked_out(scene: Scene) -> None:
    """The visit is over; the report is asked for from the page of visits."""
    at_the_visit(scene)
    scene.hand.press("Check out")
    scene.settle()
    state = scene.here("SELECT state FROM visit_plan WHERE id = ?", scene.plan)
    assert state == "done", f"the visit is {state}"


def day_report(scene: Scene) -> None:
    scene.hand.key(_Key.Key_S)
    scene.hand.key(_Key.Key_E)
    scene.hand.until(lambda: bool(scene.mail.opened))


def reported(scene: Scene) -> None:
    """The mail program got a letter with the report as PDF, which names what was done."""
    from email import message_from_bytes
    from email.policy import default

    (path,) = scene.mail.opened
    letter = message_from_bytes(path.read_bytes(), policy=default)
    body = letter.get_body(("plain",))
    attached = [part.get_content_type() for part in letter.iter_attachments()]
    told = body.get_content() if body is not None else ""
    assert "application/pdf" in attached, attached
    assert PROMISE in told, told
    assert str(scene.found["number"]) in told, told
