"""What roles may see and write at all."""

import pytest

from channeldesk.cli import rights_page
from channeldesk.model.declare import ENTITIES, Unit, replicated
from channeldesk.rules.rights import ROLES, Role


def test_the_page_of_rights_is_up_to_date() -> None:
    assert rights_page.PAGE.read_text(encoding="utf-8") == rights_page.render()


@pytest.mark.parametrize("code", list(ROLES))
def test_what_stays_at_headquarters_is_nobodys(code: str) -> None:
    for entity in ENTITIES.values():
        if entity.unit is Unit.SERVER:
            assert not ROLES[code].sees(entity)
            assert ROLES[code].writes(entity) == frozenset()


def test_nobody_writes_what_it_does_not_see() -> None:
    for role in (*ROLES.values(), Role("unheard of", True, True, True)):
        for entity in replicated():
            assert role.sees(entity) or not role.writes(entity)


def test_a_viewer_writes_nothing_whatever_its_role_says() -> None:
    generous = Role("viewer", True, True, True)
    assert not any(generous.writes(entity) for entity in replicated())


def test_the_people_of_a_partner_order_report_sales_and_do_not_record_visits() -> None:
    own = {entity.__entity__: ROLES["partner"].writes(entity) for entity in replicated()}
    assert {name for name, writes in own.items() if writes} == {
        "sales_order",
        "order_line",
        "order_discount",
        "shipment",
        "contact",
        "attachment",
        "draft",
        "sell_out",
    }
