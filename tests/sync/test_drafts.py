"""Reference data that headquarters' staff edits: held as drafts, taken back, published all at once."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from channeldesk.actions import inbox as inbox_actions
from channeldesk.actions import reference
from channeldesk.desk import Transaction
from channeldesk.hq.tables import audit_entry
from channeldesk.model.changes import Done
from channeldesk.model.ids import new_id
from channeldesk.model.local import outbox
from channeldesk.model.notice import Problem
from channeldesk.queries import inbox
from channeldesk.queries.status import status
from channeldesk.store import outbox_check, recapture
from channeldesk.store.profile import Profile
from tests.support.headquarters import Headquarters
from tests.support.rounds import Laptop

Make = Callable[..., Laptop]
TIER = {"code": "GOLD", "name": "Gold", "rank_number": 1}
PRODUCT = {"sku": "NEW", "name": "New one", "base_unit": "pc", "pack_quantity": 1000}


def does(one: Laptop, action: Callable[..., Done[Any]], *args: Any) -> Done[Any]:
    """An action as the desk runs it."""
    mine = one.session
    profile = Profile(
        id=mine.device_id.hex(),
        server=one.hq.address,
        user_id=mine.user_id,
        login=mine.login,
        user_name=mine.name,
        role=mine.role,
        device_id=mine.device_id,
        device_prefix=mine.device_prefix,
        created_at=0,
    )
    with one.database.write() as connection:
        return action(Transaction(connection, profile, lambda: 1_795_300_000_000, new_id), *args)


def undo(one: Laptop, done: Done[Any]) -> Done[Any]:
    assert done.undo is not None
    return does(one, done.undo.action)


@pytest.fixture
def hana(laptop: Make) -> Laptop:
    one = laptop("hana")
    one.sync()
    return one


def state(one: Laptop) -> tuple[int, int]:
    """Things to be sent, and things not published."""
    with one.database.read() as connection:
        found = status(connection)
    return found.waiting, found.unpublished


def trail(one: Laptop) -> list[str]:
    with one.database.read() as connection:
        return list(connection.execute(sa.text("SELECT action FROM trail ORDER BY seq")).scalars())


def test_a_draft_shows_here_and_goes_nowhere(hq: Headquarters, hana: Laptop) -> None:
    drill = hana.row("product", sku="DR-18")["id"]
    does(hana, reference.add, "tier", TIER)
    does(hana, reference.edit, "product", drill, {"name": "Drill 2"})
    hana.sync()

    assert hana.row("tier", code="GOLD")["rv"] == 0
    assert hana.row("product", sku="DR-18")["name"] == "Drill 2"
    assert hq.table("tier") == []
    assert hq.table("product", sku="DR-18")[0]["name"] == "Drill"
    assert state(hana) == (0, 2)
    assert hana.transport.pushes == []


def test_drafts_arrive_together_when_they_are_published(hq: Headquarters, hana: Laptop, laptop: Make) -> None:
    drill = hana.row("product", sku="DR-18")["id"]
    product = does(hana, reference.add, "product", PRODUCT).value
    prices = hana.row("price_list", code="STD")["id"]
    price = {"price_list_id": prices, "product_id": product, "price": 10_0000}
    does(hana, reference.add, "price_item", price)
    does(hana, reference.edit, "product", drill, {"name": "Drill 2"})
    does(hana, reference.edit, "product", drill, {"active": 0})
    hana.act("UPDATE partner SET phone = 'between' WHERE code = 'P1'")
    does(hana, reference.edit, "product", product, {"name": "Newest"})
    assert does(hana, reference.publish).value == 5
    hana.sync()

    (pushed,) = hana.transport.pushes
    assert len({one["txn"] for one in pushed["mutations"] if one["entity"] != "partner"}) == 1
    assert hq.table("product", sku="NEW")[0]["name"] == "Newest"
    changed = hq.table("product", sku="DR-18")[0]
    assert (changed["name"], changed["active"]) == ("Drill 2", 0)
    assert (state(hana), hana.waiting(), hana.inbox()) == ((0, 0), 0, [])
    assert trail(hana).count("published") == 5
    with hq.database.snapshot() as connection:
        query = sa.select(audit_entry.c.user_id).where(audit_entry.c.entity == "price_item")
        who = connection.scalars(query.order_by(audit_entry.c.seq)).all()
    assert bytes(who[-1]) == hana.session.user_id
    bo = laptop()
    bo.sync()
    assert bo.row("product", sku="NEW")["name"] == "Newest"


def test_headquarters_takes_all_drafts_or_none(hq: Headquarters, hana: Laptop) -> None:
    """Somebody else took the code meanwhile: the price stays away as well, and the inbox has both."""
    drill = hana.row("product", sku="DR-18")["id"]
    does(hana, reference.edit, "product", drill, {"name": "Drill 2"})
    does(hana, reference.add, "tier", TIER)
    hq.insert("tier", **{**TIER, "name": "Theirs"})
    does(hana, reference.publish)
    hana.sync()

    assert hq.table("product", sku="DR-18")[0]["name"] == "Drill"
    assert hana.row("product", sku="DR-18")["name"] == "Drill"
    (item,) = hana.inbox()
    assert (item["kind"], "sync.key_taken" in item["notice"]) == ("rejection", True)
    assert "Drill 2" in item["mutations"]
    with hana.database.read() as connection:
        (listed,) = inbox.items(connection)
        shown = inbox.item(connection, listed.id)
    assert shown is not None
    assert {one.entity for one in shown.mutations} == {"product", "tier"}
    hq.execute("UPDATE tier SET code = 'OTHER', deleted = 0")
    does(hana, inbox_actions.resend, item["id"])
    hana.sync()
    assert hq.table("product", sku="DR-18")[0]["name"] == "Drill 2"
    assert hana.inbox() == []


def test_drafts_are_taken_back_one_by_one(hq: Headquarters, hana: Laptop) -> None:
    drill = hana.row("product", sku="DR-18")["id"]
    first = does(hana, reference.edit, "product", drill, {"name": "Drill 2"})
    second = does(hana, reference.edit, "product", drill, {"category": "Machines"})
    tier = does(hana, reference.add, "tier", TIER)
    hq.execute("UPDATE product SET barcode = '4711' WHERE sku = 'DR-18'")
    hana.sync()

    undo(hana, first)
    row = hana.row("product", sku="DR-18")
    assert (row["name"], row["category"], row["barcode"]) == ("Drill", "Machines", "4711")
    undo(hana, tier)
    assert hana.rows("tier") == []
    undo(hana, second)
    assert (hana.row("product", sku="DR-18")["category"], state(hana)) == ("Tools", (0, 0))
    assert hana.waiting() == 0
    assert trail(hana).count("discarded") == 3


def test_a_change_of_a_new_row_is_taken_back(hana: Laptop) -> None:
    tier = does(hana, reference.add, "tier", TIER)
    name = does(hana, reference.edit, "tier", tier.value, {"name": "First"})
    undo(hana, name)
    assert (state(hana)[1], hana.row("tier", code="GOLD")["name"]) == (1, TIER["name"])
    undo(hana, tier)
    assert (state(hana), hana.rows("tier")) == ((0, 0), [])


def test_what_builds_on_a_draft_goes_with_it(hana: Laptop) -> None:
    made = does(hana, reference.add, "tier", TIER)
    does(hana, reference.edit, "tier", made.value, {"name": "Gold+"})
    undo(hana, made)
    assert (hana.rows("tier"), hana.waiting()) == ([], 0)


def test_a_deleted_row_comes_back_with_its_parts(hq: Headquarters, hana: Laptop) -> None:
    before = hana.rows("price_item")
    done = does(hana, reference.remove, "price_list", hana.row("price_list", code="STD")["id"])
    assert (hana.rows("price_list"), hana.rows("price_item")) == ([], [])
    undo(hana, done)
    assert hana.rows("price_item") == before
    does(hana, reference.remove, "price_list", hana.row("price_list", code="STD")["id"])
    does(hana, reference.publish)
    hana.sync()
    assert (hq.table("price_list"), hq.table("price_item"), hana.inbox()) == ([], [], [])


def test_everything_is_discarded_and_that_is_undone(hq: Headquarters, hana: Laptop) -> None:
    drill = hana.row("product", sku="DR-18")["id"]
    does(hana, reference.edit, "product", drill, {"name": "Drill 2"})
    tier = does(hana, reference.add, "tier", TIER).value
    gone = does(hana, reference.discard_all)
    assert (gone.value, state(hana), hana.rows("tier")) == (2, (0, 0), [])
    hq.execute("UPDATE product SET barcode = '4711' WHERE sku = 'DR-18'")
    hana.sync()
    undo(hana, gone)
    assert state(hana) == (0, 2)
    row = hana.row("product", sku="DR-18")
    assert (row["name"], row["barcode"]) == ("Drill 2", "4711")
    does(hana, reference.publish)
    hana.sync()
    assert hq.table("product", sku="DR-18")[0]["name"] == "Drill 2"
    assert hq.table("tier")[0]["id"] == tier


def test_published_is_published(hana: Laptop) -> None:
    done = does(hana, reference.add, "tier", TIER)
    does(hana, reference.publish)
    with pytest.raises(Problem) as problem:
        undo(hana, done)
    assert problem.value.notice.code == "undo.too_late"
    for action in (reference.publish, reference.discard_all):
        with pytest.raises(Problem) as problem:
            does(hana, action)
        assert problem.value.notice.code == "draft.none"


def test_publishing_is_taken_back_until_it_is_sent(hq: Headquarters, hana: Laptop) -> None:
    """Each draft is one for itself again; work that stood between them waits again."""
    tier = does(hana, reference.add, "tier", TIER)
    hana.act("UPDATE partner SET tier_id = :tier WHERE code = 'P1'", tier=tier.value)
    name = does(hana, reference.edit, "tier", tier.value, {"name": "First"})
    published = does(hana, reference.publish)
    assert state(hana)[1] == 0
    undo(hana, published)
    assert state(hana)[1] == 2
    with hana.database.read() as connection:
        assert outbox_check.examine(connection) == outbox_check.Flaws()
    hana.sync()
    assert (hq.table("tier"), hq.table("partner", code="P1")[0]["tier_id"]) == ([], None)
    undo(hana, name)
    assert (state(hana)[1], hana.row("tier", code="GOLD")["name"]) == (1, TIER["name"])
    assert trail(hana).count("restored") == 2

    again = does(hana, reference.publish)
    hana.sync()
    assert hq.table("partner", code="P1")[0]["tier_id"] == tier.value
    with pytest.raises(Problem) as problem:
        undo(hana, again)
    assert problem.value.notice.code == "undo.too_late"
    assert (hana.waiting(), hana.inbox()) == (0, [])


def test_work_that_needs_a_draft_waits_for_it(hq: Headquarters, hana: Laptop) -> None:
    """A partner in a tier that is not published: taking the tier back is refused, publishing sends both."""
    tier = does(hana, reference.add, "tier", TIER)
    hana.act("UPDATE partner SET tier_id = :tier WHERE code = 'P1'", tier=tier.value)
    hana.act("UPDATE partner SET phone = '2' WHERE code = 'P2'")
    hana.sync()
    assert [row["phone"] for row in hq.table("partner", code="P2")] == ["2"]
    assert hq.table("partner", code="P1")[0]["tier_id"] is None
    with pytest.raises(Problem) as problem:
        undo(hana, tier)
    assert problem.value.notice.code == "draft.built_on"

    does(hana, reference.publish)
    with hana.database.read() as connection:
        assert outbox_check.examine(connection) == outbox_check.Flaws()
    hana.sync()
    assert hq.table("partner", code="P1")[0]["tier_id"] == tier.value
    assert (hana.waiting(), hana.inbox()) == (0, [])


def test_what_stands_between_two_drafts_goes_with_them(hq: Headquarters, hana: Laptop) -> None:
    """It builds on the first, and the last builds on it: none can wait for the other, and the last stands."""
    tier = does(hana, reference.add, "tier", TIER)
    does(hana, reference.publish)
    hana.sync()
    does(hana, reference.edit, "tier", tier.value, {"name": "First"})
    hana.act("UPDATE tier SET name = 'Between' WHERE code = 'GOLD'")
    hana.act("UPDATE partner SET phone = '2' WHERE code = 'P2'")
    does(hana, reference.edit, "tier", tier.value, {"name": "Last"})
    does(hana, reference.publish)
    with hana.database.read() as connection:
        assert outbox_check.examine(connection) == outbox_check.Flaws()
    hana.sync()
    assert (hq.table("tier")[0]["name"], hana.row("tier", code="GOLD")["name"]) == ("Last", "Last")
    assert hq.table("partner", code="P2")[0]["phone"] == "2"
    assert (hana.waiting(), hana.inbox()) == (0, [])


def test_a_territory_moves_with_all_below_it(hq: Headquarters, hana: Laptop) -> None:
    north, south = (hana.row("territory", code=code)["id"] for code in ("NORTH", "SOUTH"))
    below = does(
        hana, reference.add, "territory", {"code": "N1", "name": "N1", "parent_id": north, "time_zone": "UTC"}
    ).value
    does(hana, reference.edit, "territory", north, {"parent_id": south})
    assert hana.row("territory", id=below)["path"] == "SOUTH/NORTH/N1/"
    with pytest.raises(Problem) as problem:
        does(hana, reference.edit, "territory", south, {"parent_id": below})
    assert problem.value.notice.params["field"] == "parent_id"
    does(hana, reference.publish)
    hana.sync()
    assert {row["path"] for row in hq.table("territory")} == {"SOUTH/", "SOUTH/NORTH/", "SOUTH/NORTH/N1/"}
    assert (hana.waiting(), hana.inbox()) == (0, [])
    cai = hq.id_of("app_user", login="cai")
    assert [row["user_id"] for row in hana.rows("scope_grant", user_id=cai)] == [cai]


@pytest.mark.parametrize(
    ("entity", "values", "field"),
    [
        ("tier", {"code": "", "name": "x", "rank_number": 1}, "code"),
        ("tier", {"code": "A", "name": "x"}, "rank_number"),
        ("price_list", {"code": "STD", "name": "x", "currency": "CNY"}, "code"),
        ("price_list", {"code": "X", "name": "x", "currency": "???"}, "currency"),
        ("territory", {"code": "A/B", "name": "x", "time_zone": "UTC"}, "code"),
        ("territory", {"code": "A", "name": "x", "time_zone": "Moon"}, "time_zone"),
        ("app_user", {"login": "BO", "name": "x", "role_code": "manager"}, "login"),
    ],
)
def test_what_headquarters_would_refuse_is_refused_here(
    hana: Laptop, entity: str, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(Problem) as problem:
        does(hana, reference.add, entity, values)
    told = problem.value.notice.params
    assert field in (told.get("field"), told.get("currency") and "currency")
    assert hana.waiting() == 0


def test_managers_have_no_drafts(laptop: Make) -> None:
    bo = laptop()
    bo.sync()
    drill = bo.row("product", sku="DR-18")["id"]
    for action, *args in (
        (reference.add, "tier", TIER),
        (reference.edit, "product", drill, {"name": "x"}),
        (reference.remove, "product", drill),
        (reference.publish,),
        (reference.discard_all,),
    ):
        with pytest.raises(Problem):
            does(bo, action, *args)
    assert bo.waiting() == 0


def test_a_rescue_never_publishes_by_itself(hana: Laptop) -> None:
    """Entries that are made again from rows are drafts, for all that is known."""
    does(hana, reference.add, "tier", TIER)
    with hana.database.apply() as connection:
        connection.execute(sa.delete(outbox))
        assert recapture.make_again(connection, lambda entity: True, new_id=new_id, now_ms=lambda: 0) == 1
    assert state(hana) == (0, 1)


def test_a_kill_between_freezing_and_the_answer_sends_the_same_once(hq: Headquarters, hana: Laptop) -> None:
    does(hana, reference.add, "tier", TIER)
    does(hana, reference.publish)
    for step in hana.round().steps():
        if step.name == "answered":
            break
    does(hana, reference.edit, "tier", hana.row("tier", code="GOLD")["id"], {"name": "Later"})
    hana.reopen()
    hana.sync()
    assert (hq.table("tier")[0]["name"], hana.row("tier", code="GOLD")["name"]) == ("Gold", "Later")
    assert state(hana) == (0, 1)
    does(hana, reference.publish)
    hana.sync()
    assert (hq.table("tier")[0]["name"], hana.inbox()) == ("Later", [])


def test_publishing_while_other_work_is_on_its_way(hq: Headquarters, hana: Laptop) -> None:
    """That work was recorded after the draft and is numbered already; its answer has not come."""
    does(hana, reference.add, "tier", TIER)
    hana.act("UPDATE partner SET phone = '9' WHERE code = 'P1'")
    for step in hana.round().steps():
        if step.name == "frozen":
            break
    assert state(hana) == (1, 1)
    does(hana, reference.publish)
    hana.sync()
    assert (hq.table("tier")[0]["name"], hq.table("partner", code="P1")[0]["phone"]) == ("Gold", "9")
    assert (state(hana), hana.inbox()) == ((0, 0), [])


def test_a_draft_that_points_at_what_its_transaction_makes_after_it_is_taken(
    hq: Headquarters, laptop: Make
) -> None:
    bo, new = laptop("bo"), new_id()
    bo.sync()
    user, north = bo.session.user_id, bo.row("territory", code="NORTH")["id"]
    bo.act(
        "INSERT INTO draft (id, user_id, draft_kind, partner_id, body) "
        "VALUES (:draft, :user, 'order', :new, '{}')",
        "INSERT INTO partner (id, code, name, territory_id, currency) "
        "VALUES (:new, 'P8', 'N', :north, 'CNY')",
        draft=new_id(),
        user=user,
        new=new,
        north=north,
    )
    bo.sync()
    assert (bo.inbox(), len(hq.table("draft")), len(hq.table("partner", code="P8"))) == ([], 1, 1)
