"""What laptops were told of the audit trail, and what that tells of a trail that is whole in itself."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from channeldesk.hq import admin, audit, audit_check, witness
from channeldesk.hq.database import Database
from channeldesk.hq.tables import audit_entry, audit_witness
from channeldesk.hq.witness import REMEMBERED_MS, Seen, Verdict
from tests.support import central, tampering
from tests.support.central import Laptop, Server
from tests.support.tampering import Rows


def witnessed(laptop: Laptop) -> str:
    """What the laptop is told now, as it tells it the next time."""
    hello = laptop.hello()
    return f"{hello['epoch']}.{hello['audit']['seq']}.{hello['audit']['hash']}"


def verdicts(database: Database) -> list[str]:
    with database.snapshot() as connection:
        return [one.verdict.value for one in witness.testimonies(connection)]


def alarms(database: Database) -> list[Any]:
    with database.snapshot() as connection:
        query = sa.select(audit_entry).where(audit_entry.c.action == "witness_differs")
        return list(connection.execute(query).all())


def rewrite(database: Database, change: Callable[[Rows], Rows]) -> None:
    """As somebody who knows how: with all hashes and the head, so that the chain is whole again."""
    with database.write() as connection:
        rows = tampering.rehashed(change(tampering.trail(connection)))
        tampering.put(connection, rows)
        tampering.put_head(connection, len(rows), rows[-1]["hash"])


def is_whole(database: Database) -> bool:
    with database.snapshot() as connection:
        return audit_check.check(connection).broken is None


def test_the_head_is_told_and_told_back(server: Server, database: Database) -> None:
    laptop = server.laptop("east")
    hello = laptop.hello()
    with database.snapshot() as connection:
        head = audit.head(connection)
    assert hello["audit"] == {"seq": head.seq, "hash": head.hash.hex(), "witness": None}
    told = witnessed(laptop)
    admin.add_territory(database, "X", "X")

    later = laptop.hello(told)
    assert (later["audit"]["witness"], later["audit"]["seq"]) == ("agrees", head.seq + 1)
    assert verdicts(database) == ["agrees"]
    assert alarms(database) == []


def test_an_agreeing_head_is_written_down_once_an_hour(hq_url: str, database: Database) -> None:
    clock = [admin.now_ms()]
    with central.running(hq_url, now_ms=lambda: clock[0]) as server:
        laptop = server.laptop("east")
        seen = []
        for passed in (0, 1, REMEMBERED_MS - 1, REMEMBERED_MS, 1):
            clock[0] += passed
            laptop = server.laptop("east", device=laptop.device)
            laptop.hello(witnessed(laptop))
            server.laptop("west")
            with database.snapshot() as connection:
                seen.append(connection.execute(sa.select(audit_witness.c.seq)).scalar_one())
    assert seen[0] == seen[1] < seen[2] < seen[3] == seen[4]


def test_a_rewritten_trail_is_whole_and_not_what_the_laptop_was_told(
    server: Server, database: Database
) -> None:
    laptop = server.laptop("east")
    told = witnessed(laptop)
    laptop.hello(told)
    rewrite(database, lambda trail: [{**trail[0], "diff": "{}"}, *trail[1:]])

    assert is_whole(database)
    assert verdicts(database) == ["differs"]
    assert laptop.hello(told)["audit"]["witness"] == "differs"
    (entry,) = alarms(database)
    assert (entry.user_id, entry.device_id) == (laptop.user_id, bytes.fromhex(laptop.device))
    assert told.split(".")[2] in entry.diff

    assert laptop.hello(told)["audit"]["witness"] == "differs"
    assert len(alarms(database)) == 1
    assert verdicts(database) == ["differs", "differs"]
    assert is_whole(database)


def test_a_trail_that_was_cut_at_its_end(server: Server, database: Database) -> None:
    laptop = server.laptop("east")
    told = witnessed(laptop)
    rewrite(database, lambda trail: trail[:-1])

    assert is_whole(database)
    assert laptop.hello(told)["audit"]["witness"] == "shorter"
    assert len(alarms(database)) == 1  # which takes the number of the one that was cut
    assert laptop.hello(told)["audit"]["witness"] == "differs"
    assert verdicts(database) == ["differs"]


def test_a_restored_backup_is_told_as_one(server: Server, database: Database) -> None:
    """What was told before the backup still has to agree; what came after it was lost, without blame."""
    early, late = server.laptop("east"), server.laptop("west")
    told_early = witnessed(early)
    admin.add_territory(database, "X", "X")
    told_late = witnessed(late)
    rewrite(database, lambda trail: trail[:-1])
    admin.new_epoch(database)

    assert is_whole(database)
    assert early.hello(told_early)["audit"]["witness"] == "agrees"
    assert late.hello(told_late)["audit"]["witness"] == "restored"
    assert verdicts(database) == ["agrees"]
    assert alarms(database) == []
    assert late.hello(witnessed(late))["audit"]["witness"] == "agrees"


def test_a_restored_backup_covers_nothing_before_it(server: Server, database: Database) -> None:
    laptop = server.laptop("east")
    told = witnessed(laptop)
    admin.add_territory(database, "X", "X")
    rewrite(database, lambda trail: [trail[0], {**trail[1], "at": 1}, *trail[2:]])
    admin.new_epoch(database)
    assert laptop.hello(told)["audit"]["witness"] == "differs"


def test_an_epoch_that_the_trail_does_not_name(server: Server, database: Database) -> None:
    laptop = server.laptop("east")
    told = f"{'0' * 32}.1.{'0' * 64}"
    assert laptop.hello(told)["audit"]["witness"] == "unknown"
    assert verdicts(database) == ["unknown"]
    assert len(alarms(database)) == 1


@pytest.mark.parametrize(
    "told", ["", "x", "a.b.c", "e.0." + "0" * 64, "e.1.00", f"e.{2**63}.{'0' * 64}", "\0.1." + "0" * 64]
)
def test_what_is_no_head_keeps_nobody_from_work(server: Server, database: Database, told: str) -> None:
    assert server.laptop("east").hello(told)["audit"]["witness"] is None
    assert verdicts(database) == []


def test_a_head_of_an_older_hello_does_not_replace_a_newer_one(database: Database) -> None:
    with database.write() as connection:
        device = central.add(
            connection,
            "device",
            user_id=central.find(connection, "app_user", login="east")["id"],
            prefix="ZZ",
        )
        for seq in (5, 4):
            witness.remember(
                connection, audit.Actor(None, device), Seen("e", seq, bytes(32)), Verdict.AGREES, seq
            )
    with database.snapshot() as connection:
        assert connection.execute(sa.select(audit_witness.c.seq)).scalar_one() == 5
