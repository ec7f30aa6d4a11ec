"""Partners that are blocked and released; and what has to hold of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from channeldesk.actions import credit_blocks
from channeldesk.hq import blocks
from tests.storm.acting import STAFF, may, through
from tests.storm.history import Version
from tests.storm.link import Broken
from tests.storm.profile import Profile

if TYPE_CHECKING:
    from tests.storm.oracles import Headquarters
    from tests.storm.world import World


def rule(world: World) -> bool:
    """From how many days overdue on headquarters blocks by itself, or that it does not."""
    world.office.finish_slow()
    days = world.rng.choice((None, 0, 30, 400))
    blocks.set_rule(world.office.database, days, world.office.clock())
    return True


def block(world: World, who: Profile) -> bool:
    partners = who.ids_of("partner")
    if not partners or not may(world, who):
        return False
    partner, reason = world.rng.choice(partners), f"reason {world.number()}"
    return through(world, who, lambda tx: credit_blocks.block(tx, partner, reason))


def release(world: World, who: Profile) -> bool:
    """A release, or the request for one."""
    held = who.ids_of("credit_block", "status = 'blocked'")
    if not held:
        return False
    one, note = world.rng.choice(held), f"release {world.number()}"
    key = ("credit_block", one.hex())
    if may(world, who) and world.rng.random() < 0.5:
        world.touch(key)
        return through(world, who, lambda tx: credit_blocks.release(tx, one, note), key)
    return through(world, who, lambda tx: credit_blocks.ask_release(tx, one, note))


def holds(world: World, office: Headquarters, versions: Iterable[Version]) -> None:
    """One block at a time, let go by who may; no order passes it that nobody approved."""
    staff = {one["id"] for one in office.tables["app_user"].values() if one["login"] in STAFF}
    said = {
        edit.key[1]
        for edit in world.book.edits
        if edit.key[0] == "credit_block" and edit.values.get("status") == "released"
    }
    approvals = office.alive("approval").values()
    force: Counter[str] = Counter()
    for row_id, row in office.alive("credit_block").items():
        asked = [one for one in approvals if one["block_id"] == row_id]
        if row["status"] == "blocked":
            force[row["partner_id"]] += 1
            if row["released_at"] is not None or any(one["status"] == "approved" for one in asked):
                raise Broken(f"block {row_id} was released and holds: {row}, {asked}")
            continue
        if any(one["status"] == "asked" for one in asked):
            raise Broken(f"block {row_id} is released, and somebody is asked: {asked}")
        by = row["released_by"]
        agreed = any((one["status"], one["decided_by"]) == ("approved", by) for one in asked)
        by_rule = by is None and row["block_kind"] == "rule"
        if not (agreed or by_rule or (by in staff and row_id in said)):
            raise Broken(f"block {row_id} was released by {by}: {row}, {asked}")
    for partner, number in force.items():
        if number > 1:
            raise Broken(f"partner {partner} is blocked {number} times")
    _orders_wait(office, versions)


def _orders_wait(office: Headquarters, versions: Iterable[Version]) -> None:
    """Of every order that headquarters took while its partner was blocked, somebody said that it may."""
    approved = {
        one["order_id"]
        for one in office.alive("approval").values()
        if (one["approval_kind"], one["status"]) == ("order", "approved")
    }
    force: dict[str, str] = {}
    for one in versions:
        (entity, row_id), new = one.key, one.new
        if new is None:
            continue
        if entity == "credit_block":
            if new["status"] == "blocked":
                force[row_id] = new["partner_id"]
            else:
                force.pop(row_id, None)
        elif entity == "sales_order" and (one.old or {}).get("status") in (None, "placed"):
            apart = new["order_kind"] == "return" or new["split_from_id"] is not None or row_id in approved
            if new["status"] == "accepted" and new["partner_id"] in force.values() and not apart:
                raise Broken(f"order {row_id} of a blocked partner was accepted: {new}")
