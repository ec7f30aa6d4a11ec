"""Declarations say everything once: what is generated from them is up to date, and nonsense is refused."""

import pytest

from channeldesk.model import declare as d
from channeldesk.model import entity_page
from channeldesk.model.changes import Topic
from channeldesk.model.declare import ENTITIES, Entity, Kind, Type, Unit
from channeldesk.model.entities import entity, replicated


def test_the_page_of_entities_is_up_to_date() -> None:
    assert entity_page.PAGE.read_text(encoding="utf-8") == entity_page.render()


def test_parents_rank_before_what_points_at_them() -> None:
    for declaration in ENTITIES.values():
        for field in declaration.fields.values():
            if (
                field.type is Type.REF
                and field.target != "*"
                and field.name not in ("created_by", "updated_by")
            ):
                assert entity(str(field.target)).rank <= declaration.rank, (declaration, field.name)


def test_whatever_belongs_to_a_partner_names_the_partner_itself() -> None:
    for declaration in replicated():
        if declaration.unit is Unit.PARTNER and declaration.__entity__ != "partner":
            assert declaration.owner == "partner_id"
            assert declaration.fields["partner_id"].target == "partner"


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"groups": (("a", "b"),)}, id="group of unknown fields"),
        pytest.param({"sensitive": ("secret",)}, id="unknown sensitive field"),
        pytest.param({"unit": Unit.PARTNER}, id="unit without owner"),
        pytest.param({"parent": "nobody"}, id="unknown parent"),
    ],
)
def test_a_wrong_declaration_is_refused(wrong: dict) -> None:
    said = {
        "name": "wrong",
        "kind": Kind.RECORD,
        "unit": Unit.GLOBAL,
        "topic": Topic.SETTINGS,
        "rank": 99,
    } | wrong
    with pytest.raises(TypeError):
        type("Wrong", (Entity,), {"a": d.text()}, **said)
    assert "wrong" not in ENTITIES
