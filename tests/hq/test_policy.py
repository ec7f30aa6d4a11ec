"""Who sees and writes what: canaries in forbidden rows and fields, looked for in every answered byte."""

import pytest
import requests
import sqlalchemy as sa
from starlette.routing import Mount, Route

from channeldesk.hq import guards, policy
from channeldesk.hq.app import Settings, create_app
from channeldesk.hq.database import Database
from channeldesk.hq.policy import Principal, Scope
from channeldesk.model.declare import Entity, Kind, Unit, replicated
from channeldesk.model.entities import ENTITIES
from channeldesk.model.ids import new_id
from channeldesk.model.tables import hq
from tests.support.central import PASSWORD, YEAR, Laptop, Server, add, contact, id_of, order, stored


@pytest.fixture
def canaries(database: Database) -> dict[str, str]:
    """A word in each place that somebody must not see."""
    east, west = (id_of(database, "partner", code=code) for code in ("P-E", "P-W"))
    territory, boss = id_of(database, "territory", code="W"), id_of(database, "app_user", login="boss")
    product, period = (
        id_of(database, "product", sku="SKU-1"),
        id_of(database, "fiscal_period", code=f"{YEAR}-P01"),
    )
    partner = hq.tables["partner"]
    with database.write() as connection:
        add(connection, "contact", partner_id=east, name="canary-east")
        add(connection, "contact", partner_id=west, name="canary-west")
        add(connection, "promise", partner_id=west, promised="canary-west", due_on="2026-12-01")
        add(connection, "target", territory_id=territory, period_id=period, currency="CNY", value=770_077)
        add(connection, "draft", user_id=boss, draft_kind="order", body="canary-private")
        secret = connection.execute(sa.select(hq.tables["credential"].c.password_hash)).scalars().first()
        limits = {"credit_limit": 771_177, "name": "Visible partner"}
        connection.execute(sa.update(partner).where(partner.c.id == east).values(limits))
        connection.execute(sa.update(hq.tables["product"]).values(cost=772_277))
        connection.execute(sa.update(hq.tables["app_user"]).values(email="canary-mail"))
        add(
            connection,
            "stock_movement",
            product_id=product,
            movement_kind="receipt",
            quantity=773_377,
            happened_at=1,
            happened_on="2026-01-01",
        )
    return {
        "west": "canary-west",
        "east": "canary-east",
        "target": "770077",
        "private": "canary-private",
        "limit": "771177",
        "cost": "772277",
        "mail": "canary-mail",
        "own stock": "773377",
        "hash": str(secret)[:40],
    }


SEEN = {
    "boss": {"west", "east", "target", "private", "limit", "cost", "mail"},
    "east": {"east", "limit", "cost", "mail"},
    "west": {"west", "target", "cost", "mail"},
    "view": {"east"},
    "shop": {"east"},
}


def everything(laptop: Laptop) -> str:
    """Every byte that the read routes answer."""
    pulled = laptop.pull_response(None)
    totals = laptop.server.get("/api/v1/totals", headers=laptop.headers)
    return f"{pulled.text}\n{totals.text}\n{laptop.hello()}"


@pytest.mark.parametrize("login", list(SEEN))
def test_reads_hold_what_the_role_may_see(server: Server, canaries: dict[str, str], login: str) -> None:
    text = everything(server.laptop(login))

    assert {name for name, word in canaries.items() if word in text} == SEEN[login]


@pytest.mark.parametrize("login", ["east", "view", "shop"])
@pytest.mark.parametrize("op", ["patch", "delete", "insert"])
def test_rows_out_of_scope_look_as_if_they_were_not_there(
    server: Server, database: Database, canaries: dict[str, str], login: str, op: str
) -> None:
    laptop, west = server.laptop(login), id_of(database, "partner", code="P-W")
    hidden = id_of(database, "contact", name="canary-west")
    parts = {"set": contact(west)} if op == "insert" else {"set": {"phone": "1"}} if op == "patch" else {}
    there = laptop.one("contact", hidden, op, **parts)
    nowhere = laptop.one("contact", new_id(), op, **parts)

    for result in (there, nowhere):
        result.pop("id")
        result.pop("mid")
        result.pop("uuid")
    assert there == nowhere
    assert there["status"] == "rejected"
    assert there["row"] is None
    row = stored(database, "contact", hidden)
    assert row is not None
    assert (row["phone"], row["deleted"]) == (None, 0)


def test_nobody_moves_a_row_into_a_foreign_partner(server: Server, database: Database) -> None:
    laptop = server.laptop("east")
    east, west = (id_of(database, "partner", code=code) for code in ("P-E", "P-W"))
    row_id = new_id()
    laptop.one("contact", row_id, "insert", set=contact(east))
    result = laptop.one(
        "contact", row_id, "patch", base={"partner_id": east.hex()}, set={"partner_id": west.hex()}
    )
    assert (result["status"], result["notice"]["code"]) == ("rejected", "sync.out_of_scope")

    territory = id_of(database, "territory", code="W")
    fields = {"name": "Mine", "territory_id": territory.hex(), "currency": "CNY", "stage": "active"}
    result = laptop.one("partner", new_id(), "insert", set=fields)
    assert (result["status"], result["notice"]["code"]) == ("rejected", "sync.out_of_scope")


def test_nobody_points_at_a_foreign_row(server: Server, database: Database) -> None:
    laptop = server.laptop("east")
    east, west = (id_of(database, "partner", code=code) for code in ("P-E", "P-W"))
    results = [
        laptop.one("partner", east, "patch", base={"parent_id": None}, set={"parent_id": target.hex()})
        for target in (west, new_id())
    ]
    assert [one["notice"]["code"] for one in results] == ["sync.missing_reference"] * 2


def test_ones_own_edit_may_move_a_partner_away(server: Server, database: Database) -> None:
    """Case 31, the server's half: the mover is told to remove it."""
    laptop, partner = server.laptop("east"), id_of(database, "partner", code="P-E")
    codes = [id_of(database, "territory", code=code).hex() for code in ("E", "W")]
    result = laptop.one(
        "partner", partner, "patch", base={"territory_id": codes[0]}, set={"territory_id": codes[1]}
    )
    assert (result["deleted"], result["row"], result["conflicts"]) == (True, None, [])


def test_drafts_are_their_owners(server: Server, database: Database) -> None:
    mine, other = server.laptop("east"), server.laptop("boss")
    row_id, fields = new_id(), {"user_id": mine.user_id.hex(), "draft_kind": "order", "body": "{}"}
    assert mine.one("draft", row_id, "insert", set=fields)["status"] == "applied"
    assert other.one("draft", row_id, "patch", base={"body": "{}"}, set={"body": "x"})["status"] == "rejected"
    assert other.one("draft", new_id(), "insert", set=fields)["status"] == "rejected"
    assert row_id.hex() in server.laptop("east").pull().rows["draft"]
    assert "draft" not in other.pull().rows


def test_headquarters_publishes_and_managers_do_not(server: Server, database: Database) -> None:
    fields = {"sku": "NEW", "name": "New", "base_unit": "pc", "pack_quantity": 1000, "active": 1}
    assert server.laptop("boss").one("product", new_id(), "insert", set=fields)["status"] == "applied"
    product = id_of(database, "product", sku="SKU-1")
    for op, parts in (
        ("insert", {"set": {**fields, "sku": "X"}}),
        ("patch", {"set": {"name": "X"}}),
        ("delete", {}),
    ):
        result = server.laptop("east").one("product", product if op != "insert" else new_id(), op, **parts)
        assert result["notice"]["code"] == "sync.not_allowed"


_OF_RIGHTS = {"app_user", "territory", "scope_grant"}
"""Of what the staff alone writes; tests of payments, blocks and publications ask the same of the others."""


@pytest.mark.parametrize(
    ("login", "entity"),
    [("boss", "role")]
    + [(login, entity) for login in ("east", "view", "shop") for entity in ("role", *sorted(_OF_RIGHTS))],
)
def test_rights_never_change_through_the_push_of_another_role(
    server: Server, database: Database, login: str, entity: str
) -> None:
    laptop = server.laptop(login)
    fields = {
        "role": {"sees_sensitive": 1},
        "app_user": {"role_code": "headquarters"},
        "territory": {"path": "CN/"},
        "scope_grant": {"territory_id": id_of(database, "territory", code="CN").hex()},
    }[entity]
    table = hq.tables[entity]
    with database.snapshot() as connection:
        row_id = connection.execute(sa.select(table.c.id).limit(1)).scalar_one()
    for op in ("insert", "patch", "delete"):
        assert laptop.one(entity, row_id, op, set=fields)["notice"]["code"] == "sync.not_allowed"


def test_a_hidden_field_is_neither_written_nor_answered(server: Server, database: Database) -> None:
    """A manager whose role lost the right to sensitive fields."""
    role, partner = hq.tables["role"], id_of(database, "partner", code="P-E")
    laptop = server.laptop("east")
    laptop.pull()
    with database.write() as connection:
        connection.execute(sa.update(role).where(role.c.code == "manager").values(sees_sensitive=0))
    pulled = laptop.pull()
    assert pulled.mode == "backfill"
    assert "credit_limit" not in pulled.rows["partner"][partner.hex()]

    refused = laptop.one("partner", partner, "patch", base={"credit_limit": None}, set={"credit_limit": 5})
    assert refused["notice"]["code"] == "sync.not_allowed"
    allowed = laptop.one("partner", partner, "patch", base={"phone": None}, set={"phone": "1"})
    assert allowed["status"] in ("applied", "merged")
    assert "credit_limit" not in allowed["row"]
    grouped = laptop.one("partner", partner, "patch", base={"currency": "CNY"}, set={"currency": "USD"})
    assert grouped["conflicts"] == []


def test_a_refused_order_does_not_tell_a_hidden_limit(server: Server, database: Database) -> None:
    role, partner = hq.tables["role"], id_of(database, "partner", code="P-E")
    product = id_of(database, "product", sku="SKU-1")
    with database.write() as connection:
        connection.execute(sa.update(role).where(role.c.code == "manager").values(sees_sensitive=0))
    laptop = server.laptop("east")
    answer = laptop.send(*order(laptop, partner, product, quantity=500_000))

    assert answer.json()["results"][0]["notice"] == {
        "code": "order.credit_exceeded",
        "params": {},
        "text": "The partner's credit limit would be exceeded.",
    }
    assert "1000000" not in answer.text.replace('"list_price":1000000', "").replace(
        '"unit_price":1000000', ""
    )


def principal(role: str, **rights: bool) -> Principal:
    none = {"sees_sensitive": False, "writes_reference": False, "writes_field": False}
    return Principal(new_id(), new_id(), "x", "X", role, None, **{**none, **rights})


@pytest.mark.parametrize("entity", replicated(), ids=lambda entity: entity.__entity__)
@pytest.mark.parametrize("role", ["headquarters", "manager", "viewer", "partner", "unheard of"])
def test_nothing_is_allowed_that_is_not_said(entity: type[Entity], role: str) -> None:
    rights = {"writes_field": True, "writes_reference": role == "headquarters"}
    scope = Scope(principal(role, **rights), frozenset({new_id()}))
    allowed = policy.access(scope, entity)

    hidden = set(entity.fields) - set(allowed.fields)
    assert hidden >= set(entity.sensitive)
    if role in ("viewer", "unheard of") or entity.__entity__ in policy.ADMINISTERED:
        assert allowed.writes == frozenset()
    if entity.kind is Kind.REFERENCE and role in ("manager", "partner"):
        assert allowed.writes == frozenset()
    if role == "unheard of" or (role == "partner" and entity.for_partner is None):
        assert str(allowed.units) in ("false", "0 = 1")
    if role == "partner" and entity.for_partner is None:
        assert allowed.fields == ("id",)


def test_what_stays_at_headquarters_is_visible_to_nobody() -> None:
    for entity in ENTITIES.values():
        if entity.unit is Unit.SERVER:
            allowed = policy.access(Scope(principal("headquarters"), frozenset()), entity)
            assert str(allowed.units) in ("false", "0 = 1")


def test_an_application_with_a_route_that_nobody_guards_is_not_made(sqlite_hq: str) -> None:
    app = create_app(Settings(sqlite_hq))
    guards.check(app.routes)

    @app.get("/report")
    def report() -> str:
        return "everything"

    async def page(request: object) -> None: ...

    for forgotten in (app.routes[-1], Route("/page", page), Mount("/static", routes=[])):
        with pytest.raises(TypeError, match=forgotten.path):
            guards.check([*app.routes[:-1], forgotten])


def test_only_declared_routes_answer_without_a_token(server: Server) -> None:
    """Walks what the running server describes: nothing is served beside the router."""
    described = server.get("/openapi.json").json()
    open_paths = set()
    for path, methods in described["paths"].items():
        for method in methods:
            for headers in ({}, {"Authorization": "Bearer nonsense"}):
                body = None if method == "get" else {}
                answer = requests.request(
                    method, server.address + path, headers=headers, json=body, timeout=30
                )
                if answer.status_code not in (401, 422):
                    open_paths.add(path)
                if answer.status_code == 422:
                    assert path == "/auth/v1/token" or path.startswith("/auth/v1/devices/{device_id}/")
    assert open_paths == {"/health", "/auth/v1/device_authorization"}
    assert PASSWORD not in str(described)


@pytest.mark.parametrize(
    "text", ['{"a":"\\ud800"}', '{"a":123456789012345678901234567890}', '{"a":NaN}', '{"a":1e999}']
)
def test_a_document_that_no_answer_can_carry_is_refused(
    server: Server, database: Database, text: str
) -> None:
    """Taken, it could never be merged with, and every answer that tells it would fail."""
    east, row_id = server.laptop("east"), new_id()
    territory = id_of(database, "territory", code="E").hex()
    said = {"code": "N1", "name": "N1", "territory_id": territory, "currency": "CNY", "custom": text}
    made = east.one("partner", row_id, "insert", set=said)
    if made["status"] == "rejected":
        assert made["notice"]["code"] == "sync.malformed_value"
        return
    boss = server.laptop("boss")
    edit = boss.one("partner", row_id, "patch", base={"custom.b": None}, set={"custom.b": 2})
    assert edit["status"] == "merged"


def test_a_counter_steps_only_where_it_stands(server: Server, database: Database) -> None:
    """A new row has a value, not a step of none: a step with it would be lost without a word."""
    east, partner, row_id = server.laptop("east"), id_of(database, "partner", code="P-E"), new_id()
    said = {"partner_id": partner.hex(), "promised": "Shelf", "due_on": "2026-12-01"}
    told = east.one("promise", row_id, "insert", set=said, inc={"postponed": 1})
    assert (told["status"], told["notice"]["code"]) == ("rejected", "sync.malformed_value")
