"""Lines that are ordered again and again are kept by name."""

import pytest

from channeldesk.actions import templates as actions
from channeldesk.desk import Desk
from channeldesk.model.notice import Problem
from channeldesk.queries import drafts, status
from channeldesk.queries.templates import templates
from tests.actions.test_orders import a_draft
from tests.support.demo_laptop import every

LINES = [(b"p" * 16, 12_000), (b"q" * 16, 500)]


def test_those_for_the_partner_come_before_those_for_every_one(desk: Desk) -> None:
    partner, other = a_draft(desk).partner_id, b"o" * 16
    for name, whose, everywhere in (
        ("Zum Haus", partner, False),
        ("Every month", partner, True),
        ("春季", partner, False),
        ("Elsewhere", other, False),
    ):
        desk.act(actions.save, name, whose, LINES, everywhere)
    found = desk.ask(templates, desk.profile.user_id, partner)
    assert [one.name for one in found] == ["Zum Haus", "春季", "Every month"]
    assert {one.lines for one in found} == {tuple(LINES)}
    assert desk.ask(templates, b"x" * 16, partner) == (), "nobody else sees them"
    assert desk.ask(drafts.drafts, desk.profile.user_id, "order") == (), "no order goes on from one"
    assert desk.ask(status.waiting) == ()


def test_one_of_the_same_name_for_the_same_is_replaced(desk: Desk) -> None:
    partner = a_draft(desk).partner_id
    first = desk.act(actions.save, "Usual", partner, LINES).value
    general = desk.act(actions.save, "Usual", partner, LINES, True).value
    done = desk.act(actions.save, "  Usual ", partner, LINES[:1])
    assert done.value == first != general
    assert desk.ask(templates, desk.profile.user_id, partner)[0].lines == tuple(LINES[:1])
    assert done.undo is not None
    desk.act(done.undo.action)
    assert desk.ask(templates, desk.profile.user_id, partner)[0].lines == tuple(LINES)
    desk.act(actions.remove, first)
    assert [one.id for one in desk.ask(templates, desk.profile.user_id, partner)] == [general]


@pytest.mark.parametrize(
    ("name", "lines", "code"),
    [(" ", LINES, "template.no_name"), ("n" * 61, LINES, "view.long_name"), ("Empty", [], "order.no_lines")],
)
def test_what_cannot_be_kept_says_why(
    desk: Desk, name: str, lines: list[tuple[bytes, int]], code: str
) -> None:
    with pytest.raises(Problem) as found:
        desk.act(actions.save, name, a_draft(desk).partner_id, lines)
    assert found.value.notice.code == code
    assert desk.ask(every, "SELECT id FROM draft") == []
