"""Everything a person does can be taken back while it has not left the laptop, and has a counterpart in the
window afterwards. A new action fails here until it says how.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
import sqlalchemy as sa

from channeldesk import actions as package
from channeldesk.actions import (
    attachments,
    credit_blocks,
    orders,
    payments,
    promises,
    reference,
    saved_views,
    sell_out,
    stock,
    surveys,
    templates,
    visit_tasks,
    visits,
)
from channeldesk.actions.stock import Counted
from channeldesk.desk import Desk
from channeldesk.model.changes import Done
from channeldesk.model.declare import replicated
from channeldesk.model.ids import new_id
from channeldesk.model.local import outbox, state
from channeldesk.model.notice import Quantity
from channeldesk.queries import surveys as surveys_query
from channeldesk.queries.count_drafts import CountDraft
from channeldesk.queries.drafts import DraftLine, OrderDraft
from channeldesk.queries.surveys import SurveyDraft
from channeldesk.rules.amending import Wanted
from channeldesk.rules.surveys import YES, Answer
from tests.actions.without_undo import NOTHING_UNDOES
from tests.support import many_prices, project, routed, shipped
from tests.support.counterparts import COUNTERPARTS
from tests.support.demo_laptop import DAY, every, one

Act = Callable[[], Done[Any]]


def _declared() -> dict[str, Any]:
    """Every function of ``channeldesk.actions`` that a person's step calls, by module and name."""
    found = {}
    for info in pkgutil.iter_modules(package.__path__):
        module = importlib.import_module(f"{package.__name__}.{info.name}")
        for name, made in inspect.getmembers(module, inspect.isfunction):
            given = inspect.get_annotations(made)
            if (
                made.__module__ == module.__name__
                and not name.startswith("_")
                and str(given.get("return", "")).startswith("Done[")
            ):
                found[f"{info.name}.{name}"] = made
    return found


DECLARED = _declared()

DECISIONS = {"decide", "discard", "keep_mine", "recreate", "resend", "take_theirs"}
"""Of the inbox: ``test_inbox`` takes them back, beside the headquarters that they need."""


def _partner(desk: Desk) -> bytes:
    return bytes(
        desk.ask(one, "SELECT partner_id FROM stock_position GROUP BY 1 ORDER BY count(*) DESC LIMIT 1")
    )


def _plan(desk: Desk) -> bytes:
    return desk.act(visits.plan, _partner(desk), DAY).value


def _begun(desk: Desk) -> bytes:
    under_way = "SELECT id FROM visit_plan WHERE state = 'under_way' AND user_id = :user"
    for other in desk.ask(every, under_way, user=desk.profile.user_id):
        desk.act(visits.cancel, other.id)
    plan = _plan(desk)
    desk.act(visits.check_in, plan)
    return plan


def _task(desk: Desk) -> bytes:
    return desk.act(visit_tasks.add, _plan(desk), "Ask for the window").value


def _promise(desk: Desk) -> bytes:
    return desk.act(promises.make, _partner(desk), "A rack", DAY).value


def _contact(desk: Desk) -> bytes:
    """One that headquarters has."""
    return bytes(desk.ask(one, "SELECT id FROM contact WHERE rv > 0 ORDER BY main DESC, id LIMIT 1"))


def _product(desk: Desk) -> bytes:
    return bytes(
        desk.ask(one, "SELECT product_id FROM stock_position WHERE partner_id = :p LIMIT 1", p=_partner(desk))
    )


def _template(desk: Desk) -> bytes:
    return desk.act(templates.save, "Usual", _draft(desk).partner_id, [(b"p", 1_000)]).value


def _draft(desk: Desk) -> OrderDraft:
    priced = """SELECT s.partner_id, l.product_id FROM sales_order s JOIN order_line l ON l.order_id = s.id
        JOIN partner p ON p.id = s.partner_id AND p.stage = 'active' JOIN product q ON q.id = l.product_id
        WHERE q.active = 1 ORDER BY s.placed_at DESC, l.line_number LIMIT 1"""
    partner_id, product_id = desk.ask(every, priced)[0]
    made = OrderDraft(partner_id, (DraftLine(product_id, 1_000, 50_000_000),))
    return desk.act(orders.save_draft, made).value


def _accepted(desk: Desk) -> bytes:
    sql = "SELECT id FROM sales_order WHERE status = 'accepted' AND order_kind = 'order' LIMIT 1"
    return bytes(desk.ask(one, sql))


def _asked(desk: Desk, author: str = "wang.fang") -> bytes:
    """A request about an accepted order, as headquarters told it; everybody may decide."""
    order, request = _accepted(desk), new_id()
    sql = """
    INSERT INTO approval
        (id, rv, created_at, created_by, partner_id, approval_kind, order_id, because, status)
    SELECT ?, 1, 1, (SELECT id FROM app_user WHERE login = ?), partner_id, 'cancellation', id, 'Why', 'asked'
    FROM sales_order WHERE id = ?
    """
    with desk.database.apply() as connection:
        connection.exec_driver_sql("UPDATE app_user SET approves = 1")
        connection.exec_driver_sql(sql, (request, author, order))
    return request


def _rejected(desk: Desk) -> tuple[bytes, OrderDraft]:
    """As a round leaves it: the rows stand, nothing of them waits, the item is open."""
    draft = _draft(desk)
    order_id = desk.act(orders.place, draft).value.order_id
    item = {"id": bytes(16), "kind": "rejection", "entity": "sales_order", "row_id": order_id}
    with desk.database.apply() as connection:
        waits = connection.execute(
            sa.select(outbox).where(outbox.c.entity.in_(("sales_order", "order_line")))
        )
        sent = [
            {
                "entity": one.entity,
                "id": bytes(one.row_id).hex(),
                "op": "insert",
                "set": json.loads(one.changes),
            }
            for one in waits
        ]
        connection.execute(sa.delete(outbox))
        sql = """INSERT INTO inbox (id, kind, state, entity, row_id, notice, fields, mutations, recorded_at)
            VALUES (:id, :kind, 'open', :entity, :row_id, '{"code": "credit.exceeded", "params": {}}', '[]',
            :mutations, 1)"""
        connection.execute(sa.text(sql), {**item, "mutations": json.dumps(sent)})
    return order_id, _draft(desk)


def _survey(desk: Desk) -> tuple[bytes, bytes, dict[bytes, Answer]]:
    plan = _plan(desk)
    asked = next(row for row in desk.ask(surveys_query.of_visit, plan) if row.kind == "satisfaction")
    given = {}
    for question in desk.ask(surveys_query.questions, asked.id):
        kind = question.rule.kind
        if kind in ("scale", "yes_no"):
            given[question.rule.id] = Answer(YES if kind == "yes_no" else 3 * YES)
    return plan, asked.id, given


def _begun_survey(desk: Desk) -> tuple[bytes, bytes]:
    plan, survey, given = _survey(desk)
    typed = dict.fromkeys(given, "3")
    desk.act(surveys.keep_draft, SurveyDraft(survey, plan, _partner(desk), typed))
    return plan, survey


@dataclass(frozen=True)
class _File:
    file_name: str = "rack.jpg"
    media_type: str = "image/jpeg"
    size: int = 10
    sha256: str = "a" * 64


def _file(desk: Desk) -> bytes:
    return desk.act(attachments.add, _partner(desk), _File()).value


def _staff(desk: Desk) -> bytes:
    """A tier, for somebody of headquarters."""
    desk.profile = replace(desk.profile, role="headquarters")
    return bytes(desk.ask(one, "SELECT id FROM tier ORDER BY code LIMIT 1"))


def _drafted(desk: Desk) -> bytes:
    """The transaction of a change that is not published."""
    tier = _staff(desk)
    desk.act(reference.edit, "tier", tier, {"name": "Platinum"})
    return bytes(desk.ask(one, "SELECT txn FROM outbox WHERE draft = 1"))


def _unused(desk: Desk) -> bytes:
    _staff(desk)
    return desk.act(reference.add, "tax_code", {"code": "X9", "name": "Nine", "rate": 900}).value


def _sold(desk: Desk) -> tuple[bytes, list[sell_out.Sold]]:
    return _partner(desk), [sell_out.Sold(_product(desk), 3_000, DAY, DAY)]


def _reported(desk: Desk) -> list[bytes]:
    desk.act(sell_out.report, *_sold(desk))
    return [desk.ask(one, "SELECT id FROM sell_out WHERE rv = 0")]


_MONEY = payments.NewPayment(DAY, "CNY", 10_000)
_OWES = "SELECT {0} FROM receivable WHERE open_amount > 1000 AND currency = 'CNY' ORDER BY due_on LIMIT 1"


def _treasurer(desk: Desk) -> bytes:
    """Who records money and blocks partners; a partner."""
    desk.profile = replace(desk.profile, role="headquarters")
    return _partner(desk)


def _partner_owing(desk: Desk) -> bytes:
    _treasurer(desk)
    return bytes(desk.ask(one, _OWES.format("partner_id")))


def _invoice(desk: Desk) -> bytes:
    return bytes(desk.ask(one, _OWES.format("id")))


def _sent(desk: Desk) -> None:
    """What waits is at headquarters."""
    with desk.database.apply() as connection:
        connection.execute(sa.delete(outbox))
        for name in ("payment", "payment_allocation", "credit_block", "payment_promise"):
            connection.exec_driver_sql(f"UPDATE {name} SET rv = 1 WHERE rv = 0")


def _payment(desk: Desk, part: int = 0) -> bytes:
    """One that headquarters has; it has not set it against anything there."""
    parts = [(_invoice(desk), part)] if part else []
    made = desk.act(payments.record, _partner_owing(desk), _MONEY, parts).value
    _sent(desk)
    return made


def _block(desk: Desk) -> bytes:
    _treasurer(desk)
    made = desk.act(credit_blocks.block, _partner(desk), "Does not pay").value
    _sent(desk)
    return made


def _promise_to_pay(desk: Desk) -> bytes:
    return desk.act(payments.promise, _partner_owing(desk), 5_000, "CNY", DAY).value


Prepared = Callable[[Desk], tuple[Any, ...]]
CASES: dict[str, Prepared] = {
    "approvals.ask_amendment": lambda d: (
        _accepted(d),
        [Wanted(None, d.ask(one, "SELECT id FROM product WHERE active = 1"), 1_000)],
        "They want more",
    ),
    "approvals.ask_cancellation": lambda d: (_accepted(d), "They closed"),
    "approvals.decide": lambda d: ([_asked(d)], False, "No"),
    "approvals.pass_on": lambda d: (
        [_asked(d)],
        d.ask(one, "SELECT id FROM app_user WHERE login = 'chen.jing'"),
    ),
    "approvals.withdraw": lambda d: (_asked(d, "li.wei"),),
    "attachments.add": lambda d: (_partner(d), _File()),
    "attachments.add_many": lambda d: (_partner(d), [(_File(), None), (_File("other.jpg"), None)]),
    "attachments.edit": lambda d: (_file(d), "other", "The rack"),
    "attachments.remove": lambda d: (_file(d),),
    "attachments.share": lambda d: (_file(d),),
    "contacts.add": lambda d: (_partner(d), {"name": "Wang", "main": True}),
    "contacts.edit": lambda d: (_contact(d), {"name": "Wang", "main": True}),
    "contacts.remove": lambda d: (_contact(d),),
    "credit_blocks.ask_release": lambda d: (_block(d), "They pay on Friday"),
    "credit_blocks.block": lambda d: (_treasurer(d), "Does not pay"),
    "credit_blocks.release": lambda d: (_block(d), "They paid"),
    "keeping.keep": lambda d: ([bytes(16)],),
    "orders.cancel": lambda d: (d.act(orders.place, _draft(d)).value.order_id,),
    "orders.discard_draft": lambda d: (_draft(d).id,),
    "orders.place": lambda d: (_draft(d),),
    "orders.revise": _rejected,
    "partners.edit": lambda d: (_partner(d), {"city": "Ningbo", "delivery_note": "Gate 3"}),
    "partners.edit_many": lambda d: (
        [row.id for row in d.ask(every, "SELECT id FROM partner LIMIT 5")],
        {"city": "Ningbo"},
    ),
    "payments.allocate": lambda d: (_payment(d), [(_invoice(d), 100)]),
    "payments.promise": lambda d: (_partner_owing(d), 5_000, "CNY", DAY, _invoice(d), "By phone"),
    "payments.record": lambda d: (_partner_owing(d), _MONEY, [(_invoice(d), 100)]),
    "payments.reverse": lambda d: (_payment(d, 100),),
    "payments.take_off": lambda d: (_payment(d, 100), _invoice(d)),
    "payments.withdraw_promise": lambda d: (_promise_to_pay(d),),
    "promises.done": lambda d: (_promise(d),),
    "promises.edit": lambda d: (_promise(d), "Two racks", "2027-01-01"),
    "promises.make": lambda d: (_partner(d), "A rack", DAY),
    "promises.postpone": lambda d: (_promise(d), "2027-01-01"),
    "promises.remove": lambda d: (_promise(d),),
    "promises.reopen": lambda d: ((kept := _promise(d)), d.act(promises.done, kept))[:1],
    "bulk.keep": lambda d: _staff(d) and (many_prices.edits(d), "Spring"),
    "bulk.take_back_rows": lambda d: _staff(d) and many_prices.batch(d),
    "publications.move": lambda d: (
        _staff(d) and many_prices.publication(d, "scheduled"),
        many_prices.MOMENT + 1,
    ),
    "publications.schedule": lambda d: _staff(d) and many_prices.batch(d) and ("Spring", many_prices.MOMENT),
    "publications.take_up": lambda d: (_staff(d) and many_prices.publication(d, "refused"),),
    "publications.withdraw": lambda d: (_staff(d) and many_prices.publication(d, "scheduled"),),
    "reference.add": lambda d: (_staff(d), "tax_code", {"code": "X9", "name": "Nine", "rate": 900})[1:],
    "reference.discard_all": lambda d: (_drafted(d),)[:0],
    "reference.edit": lambda d: ("tier", _staff(d), {"name": "Platinum"}),
    "reference.publish": lambda d: (_drafted(d),)[:0],
    "reference.remove": lambda d: ("tax_code", _unused(d)),
    "reference.take_back": lambda d: ({_drafted(d)},),
    "saved_views.remove": lambda d: (d.act(saved_views.save, "orders", "Mine", {}), "orders", "Mine")[1:],
    "saved_views.save": lambda d: ("orders", "Mine", {"sort": "date"}),
    "sell_out.report": _sold,
    "sell_out.take_back": lambda d: (_reported(d),),
    "templates.remove": lambda d: (_template(d),),
    "templates.save": lambda d: (_template(d), ("Usual", _draft(d).partner_id, [(b"p", 2_000)]))[1],
    "stock.discard_draft": lambda d: (
        d.act(stock.keep_draft, CountDraft(_partner(d), (Counted(_product(d), 1_000),))).value.id,
    ),
    "stock.record_count": lambda d: (_partner(d), [Counted(_product(d), 1_000, None, "lost")]),
    "surveys.discard": _begun_survey,
    "surveys.record": _survey,
    "visit_tasks.add": lambda d: (_plan(d), "Ask for the window"),
    "visit_tasks.arrange": lambda d: (
        (plan := _plan(d)),
        [d.act(visit_tasks.add, plan, text).value for text in ("One", "Two")][::-1],
    ),
    "visit_tasks.remove": lambda d: (_task(d),),
    "visit_tasks.tick": lambda d: (_task(d),),
    "visit_tasks.word": lambda d: (_task(d), "Ask for the door"),
    "visits.cancel": lambda d: (_plan(d),),
    "visits.check_in": lambda d: (d.act(visits.cancel, _begun(d)), _plan(d))[1:],
    "visits.close": lambda d: (_begun(d), "met", "Six racks"),
    "visits.correct": lambda d: (d.act(visits.note, _partner(d), "Six racks").value, "not_met", "None"),
    "visits.move": lambda d: (_plan(d), "2026-11-20", 600, "A rack", 30),
    "visits.not_checked_in": lambda d: (_begun(d),),
    "visits.note": lambda d: (_partner(d), "Called"),
    "visits.plan": lambda d: (_partner(d), DAY),
    "visits.plan_many": lambda d: ([_partner(d)] * 2, [DAY, "2026-11-13"]),
    "visits.reorder": lambda d: (DAY, [(_plan(d), None, 540)], Quantity(1_000, "km")),
    "visits.set_purpose": lambda d: (_plan(d), "A rack"),
    **shipped.CASES,
    **routed.CASES,
}
"""What each action is called with, after what has to be there before."""


def _laptop(desk: Desk) -> dict[str, Any]:
    """All rows that are synchronised, and the laptop's own notes."""

    def read(connection: sa.Connection) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for entity in replicated():
            rows = connection.exec_driver_sql(f'SELECT * FROM "{entity.__entity__}"')
            found[entity.__entity__] = {tuple(row) for row in rows}
        notes = connection.execute(sa.select(state).where(state.c.key != orders.COUNTER))
        found["notes"] = {tuple(row) for row in notes}
        drafts = "SELECT uuid, entity, row_id, op, changes FROM outbox WHERE draft = 1"
        found["unpublished"] = {tuple(row) for row in connection.execute(sa.text(drafts))}
        found["open"] = set(
            connection.execute(sa.text("SELECT id FROM inbox WHERE state = 'open'")).scalars()
        )
        return found

    return desk.ask(read)


@pytest.mark.parametrize("name", sorted(CASES))
def test_what_has_not_left_the_laptop_is_taken_back(desk: Desk, name: str) -> None:
    given = CASES[name](desk)
    before = _laptop(desk)
    done = desk.act(DECLARED[name], *given)
    assert _laptop(desk) != before, "it did something"
    assert done.undo is not None
    desk.act(done.undo.action)
    after = _laptop(desk)
    for part, rows in before.items():
        assert after[part] == rows, part


def test_every_action_is_taken_back_or_says_why_not() -> None:
    said = {*CASES, *NOTHING_UNDOES, *(f"inbox.{name}" for name in DECISIONS)}
    assert said == DECLARED.keys()
    assert not CASES.keys() & NOTHING_UNDOES.keys()


def test_every_action_that_is_sent_has_a_counterpart_in_the_window() -> None:
    """``NOTHING_UNDOES`` says of the others why there is nothing to put right."""
    assert COUNTERPARTS.keys() | NOTHING_UNDOES.keys() == DECLARED.keys()
    offered = _used_by_the_window()
    missing = {one for names in COUNTERPARTS.values() for one in names} - offered
    assert not missing, "nothing in ui/ calls it"


def _used_by_the_window() -> set[str]:
    found = set()
    for path in (project.ROOT / "ui").rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        modules = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module == package.__name__:
                modules |= {one.asname or one.name: one.name for one in node.names}
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{package.__name__}."):
                found |= {f"{str(node.module).rpartition('.')[2]}.{one.name}" for one in node.names}
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Name)
                and node.value.id in modules
            ):
                found.add(f"{modules[node.value.id]}.{node.attr}")
    return found
