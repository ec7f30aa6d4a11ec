"""The laptop keeps the head of headquarters' audit trail, and notices a trail that is another one."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from channeldesk.hq import audit
from channeldesk.hq import witness as testimony
from channeldesk.model.notice import Instant, Notice
from channeldesk.sync import witness
from tests.support import tampering
from tests.support.headquarters import Headquarters
from tests.support.rounds import Laptop

Make = Callable[..., Laptop]


def kept(laptop: Laptop) -> dict[str, str]:
    with laptop.database.read() as connection:
        rows = connection.execute(sa.text("SELECT key, value FROM local_state WHERE key LIKE 'audit%'"))
        return {row.key: row.value for row in rows}


def head(hq: Headquarters) -> audit.Head:
    with hq.database.snapshot() as connection:
        return audit.head(connection)


def rewrite(hq: Headquarters, keep: int, change: bool) -> None:
    with hq.database.write() as connection:
        rows = tampering.trail(connection)[:keep]
        if change:
            rows[0]["diff"] = "{}"
        rows = tampering.rehashed(rows)
        tampering.put(connection, rows)
        tampering.put_head(connection, len(rows), rows[-1]["hash"])


def said(laptop: Laptop) -> list[str]:
    return [one.code for one in laptop.sync().notices]


def test_a_round_keeps_the_head_and_tells_it(hq: Headquarters, laptop: Make) -> None:
    bo = laptop("bo")
    assert said(bo) == []
    seq, digest = head(hq)
    assert kept(bo)[witness.HEAD].split(" ")[0].endswith(f".{seq}.{digest.hex()}")
    hq.insert("tax_code", code="X", name="X", rate=0)
    assert said(bo) == []
    assert f".{seq + 1}." in kept(bo)[witness.HEAD]
    with hq.database.snapshot() as connection:
        (one,) = testimony.testimonies(connection)
    assert (one.told.seq, one.verdict.value) == (seq, "agrees")


@pytest.mark.parametrize("change", [True, False])
def test_another_trail_is_told_once_and_kept(hq: Headquarters, laptop: Make, change: bool) -> None:
    bo = laptop("bo")
    bo.sync()
    before = kept(bo)[witness.HEAD]
    seq = head(hq).seq
    rewrite(hq, seq if change else seq - 1, change)

    result = bo.sync()
    (notice,) = result.notices
    assert notice.code == ("sync.audit_differs" if change else "sync.audit_shorter")
    assert notice.params["seq"] == seq
    assert notice.params["at"] == Instant(int(before.split(" ")[1]))
    assert result.finished
    assert kept(bo)[witness.DISPUTED] == before
    assert said(bo) == []
    assert kept(bo)[witness.DISPUTED] == before


def test_a_restored_headquarters_is_no_dispute(hq: Headquarters, laptop: Make) -> None:
    bo = laptop("bo")
    restore = hq.backup()
    hq.insert("tax_code", code="X", name="X", rate=0)
    bo.sync()
    restore()
    assert "sync.epoch" in said(bo)
    assert witness.DISPUTED not in kept(bo)
    assert said(bo) == []


NOW = 1_795_300_000_000


def hello(seq: int, digest: str, verdict: str | None, epoch: str = "e") -> dict[str, Any]:
    return {"epoch": epoch, "audit": {"seq": seq, "hash": digest, "witness": verdict}}


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (hello(7, "bb", "agrees"), None),
        (hello(5, "aa", "agrees"), None),
        (hello(4, "bb", "agrees"), "shorter"),  # whatever headquarters says of itself
        (hello(5, "bb", "agrees"), "differs"),
        (hello(9, "bb", "differs"), "differs"),
        (hello(9, "bb", "shorter"), "shorter"),
        (hello(2, "bb", "restored", "other"), None),
        (hello(2, "bb", "differs", "other"), "differs"),
        (hello(2, "bb", "unknown", "other"), None),
        (hello(2, "bb", "a word of later", "other"), None),
    ],
)
def test_what_is_heard(answer: dict[str, Any], code: str | None) -> None:
    values, notices = witness.heard("e.5.aa 17", answer, NOW)
    expected = [] if code is None else [Notice(f"sync.audit_{code}", {"seq": 5, "at": Instant(17)})]
    assert notices == expected
    assert (
        values[witness.HEAD] == f"{answer['epoch']}.{answer['audit']['seq']}.{answer['audit']['hash']} {NOW}"
    )
    assert values.get(witness.DISPUTED) == (None if code is None else "e.5.aa 17")


@pytest.mark.parametrize(
    "answer", [{"epoch": "e"}, {"epoch": "e", "audit": {"seq": "x"}}, {"epoch": "e", "audit": None}]
)
def test_a_headquarters_without_a_chain_is_listened_to(answer: dict[str, Any]) -> None:
    assert witness.heard("e.5.aa 17", answer, NOW) == ({}, [])
    assert witness.told(None) is None
