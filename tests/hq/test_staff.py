"""What headquarters' staff does from a laptop: territories, people, grants, and what of it is refused."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from channeldesk.hq import admin
from channeldesk.hq.database import Database
from channeldesk.model.ids import new_id
from channeldesk.model.messages_staff import STAFF
from channeldesk.model.tables import hq
from tests.support.central import PASSWORD, Laptop, Server, count, id_of, stored

NEW_USER = {"login": "new", "name": "New", "role_code": "manager", "active": 1}


def code(result: dict[str, Any]) -> str:
    """Why it was refused; "taken" if it was not (merged: this laptop tells no version)."""
    taken = result["status"] in ("applied", "merged")
    return "taken" if taken else str(result["notice"]["code"])


def place(name: str, parent: bytes | None, **more: Any) -> dict[str, Any]:
    """Wire fields of a territory, with a path that headquarters does not believe."""
    above = None if parent is None else parent.hex()
    return {"code": name, "name": name, "parent_id": above, "path": "nonsense/", "time_zone": "UTC", **more}


def test_paths_of_territories_are_derived_at_headquarters(server: Server, database: Database) -> None:
    boss, east, west = server.laptop("boss"), *(id_of(database, "territory", code=one) for one in "EW")
    new, below = new_id(), new_id()
    txn = new_id().hex()
    results = boss.push(
        boss.mutation("territory", below, "insert", set=place("E31", new), txn=txn),
        boss.mutation("territory", new, "insert", set=place("E3", east), txn=txn),
    )
    assert [one["status"] for one in results] == ["applied", "applied"]
    assert stored(database, "territory", below)["path"] == "CN/E/E3/E31/"

    moved = boss.one(
        "territory", new, "patch", base={"parent_id": east.hex()}, set={"parent_id": west.hex(), "path": "x/"}
    )
    assert (code(moved), moved["row"]["path"]) == ("taken", "CN/W/E3/")
    assert stored(database, "territory", below)["path"] == "CN/W/E3/E31/"
    renamed = boss.one("territory", west, "patch", base={"code": "W"}, set={"code": "WEST"})
    assert renamed["row"]["path"] == "CN/WEST/"
    assert stored(database, "territory", below)["path"] == "CN/WEST/E3/E31/"


def test_a_moved_territory_moves_with_its_partners(server: Server, database: Database) -> None:
    """The manager of East loses East 2, the manager of West gets it."""
    boss, east, west = (server.laptop(login) for login in ("boss", "east", "west"))
    partner = id_of(database, "partner", code="P-E2").hex()
    assert partner in east.pull().rows["partner"]
    assert partner not in west.pull().rows["partner"]
    e, e2, w = (id_of(database, "territory", code=one) for one in ("E", "E2", "W"))
    boss.one("territory", e2, "patch", base={"parent_id": e.hex()}, set={"parent_id": w.hex()})

    assert partner in east.pull().drop["partner"]
    assert partner in west.pull().rows["partner"]


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        ({"parent_id": "itself"}, "staff.own_ancestor"),
        ({"parent_id": "below"}, "staff.own_ancestor"),
        ({"code": "a/b"}, "staff.bad_code"),
        ({"time_zone": "Mars/Olympus"}, "calendar.unknown_zone"),
        ({"currency": "XXZ"}, "value.unknown_currency"),
        ({"code": "W"}, "sync.key_taken"),
    ],
)
def test_a_territory_that_cannot_be_is_refused(
    server: Server, database: Database, fields: dict[str, str], refused: str
) -> None:
    boss = server.laptop("boss")
    east, below = (id_of(database, "territory", code=one) for one in ("E", "E2"))
    before = stored(database, "territory", east)
    wanted = {name: {"itself": east.hex(), "below": below.hex()}.get(v, v) for name, v in fields.items()}
    base = {name: before[name].hex() if name == "parent_id" else before[name] for name in fields}
    assert code(boss.one("territory", east, "patch", base=base, set=wanted)) == refused
    assert stored(database, "territory", east) == before


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        ({"rank_number": 10**12}, "field.out_of_range"),
        ({"rank_number": -1}, "field.out_of_range"),
        ({"name": "N" * 320}, "field.too_long"),
        ({"code": "C" * 61}, "field.too_long"),
        ({"name": "N" * 200, "rank_number": 999}, "taken"),
    ],
)
def test_a_silly_value_is_refused_at_headquarters_too(
    server: Server, database: Database, fields: dict[str, Any], refused: str
) -> None:
    boss, tier = server.laptop("boss"), new_id()
    given = {"code": "T", "name": "Tier", "rank_number": 1}
    assert code(boss.one("tier", tier, "insert", set={**given, **fields})) == refused
    assert count(database, "tier", code=fields.get("code", "T")) == int(refused == "taken")


def test_a_value_that_was_loaded_before_does_not_stop_other_edits(server: Server, database: Database) -> None:
    boss, east = server.laptop("boss"), id_of(database, "app_user", login="east")
    table = hq.tables["app_user"]
    with database.write() as connection:
        connection.execute(sa.update(table).where(table.c.id == east).values(name="N" * 320))
    assert code(boss.one("app_user", east, "patch", base={"title": None}, set={"title": "Boss"})) == "taken"
    longer = {"base": {"name": "N" * 320}, "set": {"name": "N" * 201}}
    assert code(boss.one("app_user", east, "patch", **longer)) == "field.too_long"


def test_two_moves_of_one_push_cannot_make_a_circle(server: Server, database: Database) -> None:
    boss = server.laptop("boss")
    cn, east, west = (id_of(database, "territory", code=one) for one in ("CN", "E", "W"))
    results = boss.push(
        *(
            boss.mutation(
                "territory", one, "patch", base={"parent_id": cn.hex()}, set={"parent_id": other.hex()}
            )
            for one, other in ((east, west), (west, east))
        )
    )
    assert [code(one) for one in results] == ["taken", "staff.own_ancestor"]


def test_what_is_in_use_is_not_deleted(server: Server, database: Database) -> None:
    boss, west = server.laptop("boss"), id_of(database, "territory", code="W")
    row = stored(database, "territory", west)
    seen = {name: row[name] for name in ("code", "name", "time_zone", "currency")}
    seen["parent_id"] = row["parent_id"].hex()
    assert code(boss.one("territory", west, "delete", base=seen)) == "staff.in_use"
    grant, partner = id_of(database, "scope_grant", territory_id=west), id_of(database, "partner", code="P-W")
    east = id_of(database, "territory", code="E")
    moved = boss.mutation(
        "partner", partner, "patch", base={"territory_id": west.hex()}, set={"territory_id": east.hex()}
    )
    txn = new_id().hex()
    held = stored(database, "scope_grant", grant)
    results = boss.push(
        moved,
        boss.mutation(
            "scope_grant",
            grant,
            "delete",
            txn=txn,
            base={name: held[name].hex() for name in ("user_id", "territory_id")},
        ),
        boss.mutation("territory", west, "delete", txn=txn, base=seen),
    )
    assert [code(one) for one in results] == ["taken"] * 3
    assert stored(database, "territory", west)["deleted"] == 1


def test_people_are_added_without_a_secret_and_sign_in_when_they_got_one(
    server: Server, database: Database
) -> None:
    boss, person, grant = server.laptop("boss"), new_id(), new_id()
    east = id_of(database, "territory", code="E")
    txn = new_id().hex()
    given = {"user_id": person.hex(), "territory_id": east.hex()}
    results = boss.push(
        boss.mutation("app_user", person, "insert", set=NEW_USER, txn=txn),
        boss.mutation("scope_grant", grant, "insert", set=given, txn=txn),
    )
    assert [one["status"] for one in results] == ["applied", "applied"]
    refused = {"grant_type": "password", "login": "new", "password": PASSWORD, "device": {"id": None}}
    assert server.post("/auth/v1/token", json=refused).status_code == 401

    admin.set_password(database, "new", PASSWORD)
    mine = server.laptop("new").pull()
    assert id_of(database, "partner", code="P-E").hex() in mine.rows["partner"]
    assert mine.rows["scope_grant"].keys() == {grant.hex()}


@pytest.mark.parametrize(
    ("who", "fields", "refused"),
    [
        ("boss", {"role_code": "manager"}, "staff.own_rights"),
        ("boss", {"active": 0}, "staff.own_rights"),
        ("boss", {"name": "The boss"}, "taken"),
        ("east", {"login": "WEST"}, "hq.login_taken"),
        ("east", {"login": " east"}, "hq.bad_login"),
        ("east", {"login": "Élodie"}, "hq.bad_login"),
        ("east", {"login": "e\u0301lodie"}, "hq.bad_login"),
        ("east", {"login": "straße"}, "hq.bad_login"),
        ("east", {"login": "élodie.王"}, "taken"),
        ("east", {"role_code": "headquarters"}, "taken"),
        ("east", {"role_code": "partner"}, "hq.partner_and_role"),
        ("east", {"active": 0}, "taken"),
    ],
)
def test_rules_of_people(
    server: Server, database: Database, who: str, fields: dict[str, Any], refused: str
) -> None:
    boss, person = server.laptop("boss"), id_of(database, "app_user", login=who)
    before = stored(database, "app_user", person)
    base = {name: before[name] for name in fields}
    assert code(boss.one("app_user", person, "patch", base=base, set=fields)) == refused


def test_nobody_takes_the_last_of_headquarters_away(server: Server, database: Database) -> None:
    """Two of them cannot put each other out, one after the other either."""
    boss, person = server.laptop("boss"), new_id()
    second = {**NEW_USER, "login": "second", "role_code": "headquarters"}
    boss.one("app_user", person, "insert", set=second)
    admin.set_password(database, "second", PASSWORD)
    other, first = server.laptop("second"), id_of(database, "app_user", login="boss")
    assert code(other.one("app_user", first, "patch", base={"active": 1}, set={"active": 0})) == "taken"
    assert boss.send(boss.mutation("app_user", person, "patch", set={"active": 0})).status_code == 401
    parts = {"base": {"active": 1}, "set": {"active": 0}}
    assert code(other.one("app_user", person, "patch", **parts)) == "staff.own_rights"
    assert code(other.one("app_user", person, "delete")) == "sync.not_allowed"


def test_a_person_put_out_is_out_at_once(server: Server, database: Database) -> None:
    boss, east = server.laptop("boss"), server.laptop("east")
    person = id_of(database, "app_user", login="east")
    boss.one("app_user", person, "patch", base={"active": 1}, set={"active": 0})
    assert east.pull_response(None).status_code == 401


def test_grants_of_everybody_reach_headquarters_alone(server: Server, database: Database) -> None:
    boss, east = server.laptop("boss"), server.laptop("east")
    mine, all_of_them = east.pull().rows["scope_grant"], boss.pull().rows["scope_grant"]
    assert {one["user_id"] for one in mine.values()} == {east.user_id.hex()}
    assert len(all_of_them) == count(database, "scope_grant") > len(mine)
    digest = server.post("/sync/v1/digest", json={"cursor": boss.cursor}, headers=boss.headers).json()
    own = [one for one in digest["units"] if one["kind"] == "private"]
    assert digest["current"]
    assert sum(one["rows"] for one in own) == len(all_of_them)

    admin.add_user(database, "late", "Late", "manager", ["W"])
    later = boss.pull()
    assert id_of(database, "app_user", login="late").hex() in later.born["private"]
    assert len(later.rows["scope_grant"]) == 1


def keeping(laptop: Laptop, database: Database, *codes: str) -> Laptop:
    laptop.keep = [id_of(database, "territory", code=one).hex() for one in codes]
    return laptop


def test_a_laptop_narrows_its_copy_and_widens_it_again(server: Server, database: Database) -> None:
    boss = server.laptop("boss")
    partners = {one: id_of(database, "partner", code=one).hex() for one in ("P-E", "P-E2", "P-W")}
    assert boss.pull().rows["partner"].keys() == set(partners.values())
    assert boss.hello()["news"] is False

    keeping(boss, database, "E")
    assert boss.hello()["news"] is True
    narrowed = boss.pull()
    assert narrowed.drop["partner"] == [partners["P-W"]]
    assert "partner" not in narrowed.rows
    assert boss.hello()["news"] is False
    assert {one["code"] for one in boss.hello()["territories"]} == {"E", "E2"}
    digest = server.post(
        "/sync/v1/digest", json={"cursor": boss.cursor, "keep": boss.keep}, headers=boss.headers
    ).json()
    assert digest["current"]
    assert partners["P-W"] not in {one["id"] for one in digest["units"]}

    keeping(boss, database, "E2", "W")
    changed = boss.pull()
    assert (changed.drop["partner"], changed.fill["partner"]) == ([partners["P-E"]], [partners["P-W"]])
    keeping(boss, database)
    assert set(boss.pull().drop["partner"]) == {partners["P-E2"], partners["P-W"]}
    boss.keep = None
    assert boss.pull().rows["partner"].keys() == set(partners.values())
    assert boss.hello()["news"] is False


def test_sizes_tell_of_what_is_in_sight(server: Server) -> None:
    def told(login: str) -> dict[str, Any]:
        answer = server.get("/sync/v1/sizes", headers=server.laptop(login).headers)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    assert {one["code"]: one["partners"] for one in told("boss")["territories"]} == {
        "CN": 0,
        "E": 1,
        "E2": 1,
        "W": 1,
    }
    assert {one["code"] for one in told("west")["territories"]} == {"W"}
    assert told("shop") == {"shared": 0, "territories": []}


def test_a_wish_never_widens(server: Server, database: Database) -> None:
    east = keeping(server.laptop("east"), database, "CN", "W", "E2")
    pulled = east.pull()
    assert pulled.rows["partner"].keys() == {
        id_of(database, "partner", code=one).hex() for one in ("P-E", "P-E2")
    }
    assert keeping(server.laptop("east"), database, "W").pull().rows.get("partner", {}) == {}


def test_an_edit_of_what_is_not_kept_counts_all_the_same(server: Server, database: Database) -> None:
    boss = keeping(server.laptop("boss"), database, "E")
    boss.pull()
    west = id_of(database, "partner", code="P-W")
    assert code(boss.one("partner", west, "patch", base={"phone": None}, set={"phone": "1"})) == "taken"


def test_too_many_territories_are_malformed(server: Server) -> None:
    boss = server.laptop("boss")
    boss.keep = [new_id().hex() for _ in range(301)]
    assert boss.pull_response(None).json()["code"] == "request.malformed"
    params = {"keep": ",".join(boss.keep)}
    answer = server.get("/sync/v1/hello", headers=boss.headers, params=params)
    assert answer.json()["code"] == "request.malformed"


@pytest.mark.parametrize("login", ["east", "view", "shop"])
@pytest.mark.parametrize("entity", ["territory", "app_user", "scope_grant", "product", "target", "tier"])
def test_others_publish_nothing(server: Server, database: Database, login: str, entity: str) -> None:
    laptop = server.laptop(login)
    fields = {
        "territory": place("X", None),
        "app_user": NEW_USER,
        "scope_grant": {
            "user_id": laptop.user_id.hex(),
            "territory_id": id_of(database, "territory", code="W").hex(),
        },
        "product": {"sku": "X", "name": "X"},
        "target": {"value": 1},
        "tier": {"code": "X", "name": "X", "rank_number": 1},
    }[entity]
    assert code(laptop.one(entity, new_id(), "insert", set=fields)) == "sync.not_allowed"


def test_every_reason_stands_in_the_protocol() -> None:
    document = (Path(__file__).parents[2] / "docs" / "sync-protocol.md").read_text("utf-8")
    local = {"staff.not_yours", "staff.people_stay", "staff.grants_are_given"}  # said before anything is sent
    told = {code for code in STAFF if code.startswith("staff.")} - local
    told |= {code for code in STAFF if code.startswith("field.")}
    wanted = told | {"hq.bad_login", "hq.login_taken", "hq.partner_and_role"}
    assert {code for code in wanted if f"| `{code}` |" not in document} == set()
