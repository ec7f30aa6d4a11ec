"""A laptop that keeps less than its person may see."""

from collections.abc import Callable, Collection
from typing import Any

import pytest
import sqlalchemy as sa

from channeldesk.actions import keeping
from channeldesk.model.notice import Problem
from channeldesk.queries import kept
from channeldesk.sync import sizes
from tests.support.headquarters import Headquarters
from tests.support.rounds import Laptop, converged
from tests.sync.test_drafts import does, undo

Make = Callable[..., Laptop]


def partners(one: Laptop) -> list[str]:
    return sorted(row["code"] for row in one.rows("partner"))


def keep(one: Laptop, *codes: str) -> Any:
    wanted: Collection[bytes] = [one.row("territory", code=code)["id"] for code in codes]
    return does(one, keeping.keep, wanted)


@pytest.fixture
def hana(laptop: Make) -> Laptop:
    one = laptop("hana")
    one.sync()
    return one


def test_what_is_not_kept_goes_and_comes_again(hq: Headquarters, hana: Laptop) -> None:
    assert partners(hana) == ["P1", "P2", "P3"]
    narrowed = keep(hana, "SOUTH")
    result = hana.sync()
    assert (partners(hana), [row["name"] for row in hana.rows("contact")]) == (["P3"], ["Owner of Oujiang"])
    assert (result.dropped, result.finished) == (3, True)
    assert (hana.sync().mode, hana.round().run().pulled) == ("", 0)
    hq.execute("UPDATE partner SET phone = 'new' WHERE code IN ('P1', 'P3')")
    assert hana.sync().pulled == 1
    assert hana.row("partner", code="P3")["phone"] == "new"

    undo(hana, narrowed)
    hana.sync()
    assert partners(hana) == ["P1", "P2", "P3"]
    assert hana.row("partner", code="P1")["phone"] == "new"
    converged(hana)


def test_a_check_of_a_narrowed_copy_finds_nothing(hana: Laptop) -> None:
    keep(hana, "NORTH")
    hana.sync()
    check = hana.round()
    check.check = True
    assert check.run().checked == 0
    assert partners(hana) == ["P1", "P2"]


def test_work_on_what_goes_is_sent_first_and_kept_by_headquarters(hq: Headquarters, hana: Laptop) -> None:
    hana.act("UPDATE partner SET phone = 'mine' WHERE code = 'P1'")
    keep(hana, "SOUTH")
    hana.sync()
    assert partners(hana) == ["P3"]
    assert hq.table("partner", code="P1")[0]["phone"] == "mine"
    assert (hana.inbox(), hana.waiting()) == ([], 0)


def test_an_edit_made_while_its_territory_goes_is_not_lost(hq: Headquarters, hana: Laptop) -> None:
    keep(hana, "SOUTH")
    one = hana.round()
    for step in one.steps():
        if step.name == "pull started":
            hana.act("UPDATE partner SET phone = 'late' WHERE code = 'P1'")
    hana.sync()
    assert hq.table("partner", code="P1")[0]["phone"] == "late"
    assert partners(hana) == ["P3"]
    assert (hana.inbox(), hana.waiting()) == ([], 0)


def test_a_first_pull_brings_only_what_is_kept(hq: Headquarters, laptop: Make) -> None:
    one = laptop("hana")
    south = hq.id_of("territory", code="SOUTH")
    does(one, keeping.keep, [south])
    one.sync()
    assert partners(one) == ["P3"]
    assert len(one.rows("territory")) == 2
    with one.database.read() as connection:
        found = kept.keeping(connection)
    assert found.chosen == {south}
    assert [(row.code, row.partners) for row in found.territories] == [("NORTH", 0), ("SOUTH", 1)]


def test_a_manager_cannot_keep_more_than_is_granted(hq: Headquarters, laptop: Make) -> None:
    bo = laptop("bo")
    does(bo, keeping.keep, [hq.id_of("territory", code=code) for code in ("NORTH", "SOUTH")])
    bo.sync()
    assert partners(bo) == ["P1", "P2"]


def test_too_many_territories_are_refused_here(hana: Laptop) -> None:
    with pytest.raises(Problem) as problem:
        does(hana, keeping.keep, [bytes([at % 256, at // 256]) * 8 for at in range(kept.MOST + 1)])
    assert problem.value.notice.code == "keep.too_many"


def test_sizes_of_what_there_is(hq: Headquarters, hana: Laptop, laptop: Make) -> None:
    """What headquarters tells fits what is here when everything is kept."""
    with hana.database.apply() as connection:
        connection.execute(
            sa.text("INSERT OR REPLACE INTO local_state VALUES ('access_token', :token)"),
            {"token": hana.session.token},
        )
    told = sizes.ask(hana.database, hq.address)
    assert [(one.code, one.partners) for one in told.territories] == [("NORTH", 2), ("SOUTH", 1)]
    north = next(one for one in told.territories if one.code == "NORTH")
    mine = [
        row
        for row in hana.rows("contact")
        if hana.row("partner", id=row["partner_id"])["territory_id"] == north.id
    ]
    assert north.rows == 2 + len(mine)
    assert told.shared > 0
