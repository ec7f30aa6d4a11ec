"""Pushing, the rarer ways: edits taken back, work that waits for other work, what no message can carry."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from channeldesk.hq import retention
from channeldesk.model.entities import ENTITIES
from channeldesk.sync import inbox
from channeldesk.wire import SCHEMA
from tests.support.headquarters import Headquarters
from tests.support.rounds import Laptop, converged

Make = Callable[..., Laptop]


def test_an_edit_taken_back_yields_to_what_others_wrote(hq: Headquarters, laptop: Make) -> None:
    bo = laptop()
    bo.sync()
    before = bo.row("partner", code="P1")["phone"]
    bo.act("UPDATE partner SET phone = 'slip' WHERE code = 'P1'")
    bo.act("UPDATE partner SET phone = :before WHERE code = 'P1'", before=before)
    hq.execute("UPDATE partner SET phone = 'theirs' WHERE code = 'P1'")
    bo.sync()
    assert bo.inbox() == []
    assert bo.row("partner", code="P1")["phone"] == "theirs"


def test_an_edit_taken_back_before_it_was_sent_leaves_headquarters_version(
    hq: Headquarters, laptop: Make
) -> None:
    bo = laptop()
    bo.sync()
    gone = bo.row("contact", name="Owner of Hengtai")
    bo.act("UPDATE contact SET phone = 'mine' WHERE name = 'Owner of Hengtai'")
    one = bo.round()
    for step in one.steps():
        if step.name == "greeted":
            hq.execute("UPDATE contact SET deleted = 1 WHERE name = 'Owner of Hengtai'")
            break
    list(pulled(bo))
    bo.act("UPDATE contact SET phone = :phone WHERE id = :id", phone=gone["phone"], id=gone["id"])
    bo.sync()
    assert [row["name"] for row in bo.rows("contact")] == ["Owner of Qianjiang"]
    assert bo.waiting() == 0
    converged(bo)


def pulled(one: Laptop) -> Iterator[object]:
    """A pull without the push before it."""
    from channeldesk.sync import pulling

    work = one.round()
    yield from pulling.pull(
        one.database, one.transport, work.result, now_ms=work.now_ms, new_id=work.new_id, schema=SCHEMA
    )


def test_an_edit_taken_back_of_a_row_that_a_comparison_missed_leaves_nothing(
    hq: Headquarters, laptop: Make
) -> None:
    """The deletion itself was forgotten long ago; only the edit kept the row."""
    bo = laptop()
    bo.sync()
    gone = bo.row("contact", name="Owner of Hengtai")
    hq.execute("UPDATE contact SET deleted = 1 WHERE name = 'Owner of Hengtai'")
    laptop("ann").sync()
    retention.prune(hq.database, hq.now_ms() + 200 * 86_400_000)
    retention.prune(hq.database, hq.now_ms() + 400 * 86_400_000)
    one = bo.round()
    for step in one.steps():
        if step.name == "pull started":
            bo.act("UPDATE contact SET phone = 'mine' WHERE id = :id", id=gone["id"])
    assert one.result.mode == "backfill"
    assert bo.row("contact", id=gone["id"])["phone"] == "mine"
    bo.act("UPDATE contact SET phone = :phone WHERE id = :id", phone=gone["phone"], id=gone["id"])
    bo.sync()
    assert bo.rows("contact", id=gone["id"]) == []
    assert bo.waiting() == 0
    converged(bo)


def test_what_points_at_held_back_work_is_held_back_too(hq: Headquarters, laptop: Make) -> None:
    bo = laptop()
    bo.sync()
    hq.insert(
        "partner", code="TAKEN", name="x", territory_id=hq.id_of("territory", code="SOUTH"), currency="CNY"
    )
    territory = bo.row("partner", code="P1")["territory_id"]
    partner = bo.insert("partner", code="TAKEN", name="New", territory_id=territory, currency="CNY")
    bo.sync()
    user = bo.session.user_id
    plan = bo.insert("visit_plan", partner_id=partner, user_id=user, planned_on="2026-11-24")
    bo.insert("visit", partner_id=partner, plan_id=plan, user_id=user, visited_on="2026-11-24", outcome="met")
    bo.sync()
    assert [item["entity"] for item in bo.inbox()] == ["partner"]
    assert bo.waiting() == 2


@pytest.mark.parametrize("sent_between", [False, True])
def test_what_builds_on_an_edit_that_waits_for_a_rejected_row_waits_as_well(
    hq: Headquarters, laptop: Make, sent_between: bool
) -> None:
    bo = laptop()
    bo.sync()
    hq.insert(
        "partner", code="TAKEN", name="x", territory_id=hq.id_of("territory", code="SOUTH"), currency="CNY"
    )
    territory = bo.row("partner", code="P1")["territory_id"]
    new = bo.insert("partner", code="TAKEN", name="New", territory_id=territory, currency="CNY")
    before = bo.row("contact", name="Owner of Hengtai")["phone"]
    bo.act(
        "UPDATE contact SET partner_id = :new WHERE name = 'Owner of Qianjiang'",
        "UPDATE contact SET phone = 'first' WHERE name = 'Owner of Hengtai'",
        new=new,
    )
    if sent_between:
        bo.sync()
    bo.act("UPDATE contact SET phone = 'second' WHERE name = 'Owner of Hengtai'")
    bo.act("UPDATE partner SET city = 'free' WHERE code = 'P1'")
    bo.sync()
    assert [(item["kind"], item["entity"]) for item in bo.inbox()] == [("rejection", "partner")]
    assert hq.table("contact", name="Owner of Hengtai")[0]["phone"] == before
    assert hq.table("partner", code="P1")[0]["city"] == "free"
    assert (bo.row("contact", name="Owner of Hengtai")["phone"], bo.waiting()) == ("second", 3)
    bo.act("UPDATE partner SET code = 'FREE' WHERE id = :new", new=new)
    with bo.database.write() as connection:
        inbox.resend(connection, bytes(bo.inbox()[0]["id"]), now_ms=0)
    bo.sync()
    assert (bo.waiting(), bo.inbox()) == (0, [])
    assert hq.table("contact", name="Owner of Hengtai")[0]["phone"] == "second"
    converged(bo)


@pytest.mark.parametrize("value", ["1180591620717411303424", '"\\ud800"', "18446744073709551615"])
def test_what_no_message_can_carry_stands_in_the_inbox_and_blocks_nothing(
    hq: Headquarters, laptop: Make, value: str
) -> None:
    bo = laptop()
    bo.sync()
    bo.act("UPDATE contact SET phone = '8' WHERE name = 'Owner of Qianjiang'")
    bo.act(f"""UPDATE partner SET custom = '{{"a": {value}}}' WHERE code = 'P1'""")
    bo.act("UPDATE contact SET phone = '9' WHERE name = 'Owner of Hengtai'")
    assert bo.sync().finished
    assert {row["phone"] for row in hq.table("contact")} == {"8", "9", "1"}
    assert bo.waiting() == 0
    stored = hq.table("partner", code="P1")[0]["custom"]
    if stored == "{}":
        (item,) = bo.inbox()
        assert "custom.a" in item["mutations"]
    else:
        assert value in stored
    assert bo.sync().finished


def test_a_field_that_headquarters_does_not_know_yet_waits_for_it(
    hq: Headquarters, laptop: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = ENTITIES["contact"].fields
    monkeypatch.setitem(fields, "email", replace(fields["email"], since=SCHEMA + 1))
    bo = laptop()
    bo.sync()
    bo.act("UPDATE contact SET email = 'new' WHERE name = 'Owner of Hengtai'")
    bo.act("UPDATE contact SET phone = '9' WHERE name = 'Owner of Qianjiang'")
    bo.sync()
    bo.insert("contact", partner_id=bo.row("partner", code="P1")["id"], name="without")
    bo.sync()
    assert hq.table("contact", name="Owner of Qianjiang")[0]["phone"] == "9"
    assert len(hq.table("contact", name="without")) == 1
    assert (bo.waiting(), bo.inbox()) == (1, [])
