"""What people do about their inbox."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from channeldesk.sync import inbox
from tests.storm.profile import Profile, deleted, local
from tests.storm.values import Key

if TYPE_CHECKING:
    from tests.storm.world import World


def decide(world: World, who: Profile) -> bool:
    """One open item: mine or theirs for a conflict; resend, mend or discard for a rejection."""
    if world.rng.random() < 0.15:
        return take_back(world, who)
    items = [item for item in who.inbox() if item["kind"] != "set_aside"]
    if not items:
        return False
    item = world.rng.choice(items)
    if item["kind"] == "conflict":
        if json.loads(item["notice"])["code"] == "sync.row_changed" and world.rng.random() < 0.5:
            return delete_again(world, who, item)
        return settle(world, who, item, mine=world.rng.random() < 0.5)
    if world.rng.random() < 0.5:
        return resend(world, who, item)
    return discard(world, who, item)


def settle(world: World, who: Profile, item: dict[str, Any], *, mine: bool) -> bool:
    choices: dict[str, Any] = {}
    for one in json.loads(item["fields"]):
        if mine and one["result"] != "mine":
            choices |= one["mine"]
    key = (item["entity"], item["row_id"].hex())
    if json.loads(item["notice"])["code"] == "sync.row_changed":
        choices = {}  # "mine" is a deletion: nothing of it can be chosen field by field

    def work(connection: sa.Connection) -> None:
        inbox.decide(connection, item["id"], choices, who.clock())

    return world.act(who, [key], work)


def delete_again(world: World, who: Profile, item: dict[str, Any]) -> bool:
    key = (item["entity"], item["row_id"].hex())

    def work(connection: sa.Connection) -> None:
        inbox.delete_again(connection, item["id"], who.clock())

    return world.act(who, [key], work)


def take_back(world: World, who: Profile) -> bool:
    """Undoes a decision, as if it had not been made."""
    items = [item for item in who.inbox(everything=True) if item["state"] == "decided"]
    if not items:
        return False
    item = world.rng.choice(items)
    keys, withdrawn = _keys(item), list[Key]()

    def work(connection: sa.Connection) -> None:
        before = local(connection, keys)
        inbox.take_back(connection, item["id"])
        after = local(connection, keys)
        gone = [key for key in keys if before[key] is not None and after[key] is None]
        withdrawn.extend(key for key in gone if not deleted(connection, key))

    done = world.act(who, keys, work)
    if done and json.loads(item["decision"]).get("discarded"):
        world.book.give_up(who.name, _made(item), given_up=False)
    if done:
        world.book.give_up(who.name, withdrawn)  # made again, and that was never sent
    return done


def resend(world: World, who: Profile, item: dict[str, Any]) -> bool:

    def work(connection: sa.Connection) -> None:
        inbox.resend(connection, item["id"], who.clock())

    acted = world.act(who, _keys(item), work)
    if acted:
        world.case(13)
    return acted


def discard(world: World, who: Profile, item: dict[str, Any]) -> bool:
    def work(connection: sa.Connection) -> None:
        inbox.discard(connection, item["id"], who.clock())

    acted = world.act(who, [], work)
    if acted:
        world.book.give_up(who.name, _made(item))
    return acted


def _keys(item: dict[str, Any]) -> list[Key]:
    return list(dict.fromkeys((one["entity"], one["id"]) for one in json.loads(item["mutations"])))


def _made(item: dict[str, Any]) -> list[Key]:
    return [(one["entity"], one["id"]) for one in json.loads(item["mutations"]) if one["op"] == "insert"]


def decide_everything(world: World) -> bool:
    """After the storm: every conflict is settled and every rejection given up, so that nothing is excused;
    what waited for that is sent, and may be rejected as well.

    Whether there was anything to decide.
    """
    decided = False
    for who in world.profiles:
        for _ in range(50):
            items = [item for item in who.inbox() if item["kind"] != "set_aside"]
            if not items and not who.waiting():
                break
            decided = True
            for item in items:
                if item["kind"] == "conflict":
                    settle(world, who, item, mine=False)
                else:
                    discard(world, who, item)
            world.time.pass_by(1_000)
            who.start_round()
            world.advance(who)
    return decided
