"""Digests and their repair; laptops and headquarters of different versions: cases 35 to 37."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from channeldesk.hq.app import Settings, create_app
from channeldesk.hq.skew import Skew
from channeldesk.model.entities import ENTITIES
from channeldesk.model.notice import Problem
from channeldesk.sync.engine import Round, RoundResult
from channeldesk.wire import SCHEMA
from tests.support.headquarters import Headquarters, furnished
from tests.support.rounds import Laptop, converged

Make = Callable[..., Laptop]


def run(one: Laptop, **options: Any) -> RoundResult:
    return Round(one.database, one.transport, rng=one.rng, **options).run()


def test_case_37_only_the_damaged_unit_is_fetched_again(hq: Headquarters, laptop: Make) -> None:
    ann = laptop("ann")
    for code in ("P1", "P2", "P3"):
        for number in range(20):
            hq.insert("contact", partner_id=hq.id_of("partner", code=code), name=f"{code} {number}")
    ann.sync()
    assert run(ann, check=True).checked == 0
    damage = (
        "DELETE FROM contact WHERE name = 'P1 3'",
        "UPDATE contact SET rv = rv + 1000, phone = 'damaged' WHERE name = 'P1 4'",
        "INSERT INTO contact (id, partner_id, name, rv) SELECT x'0123', id, 'no', 7 FROM partner LIMIT 1",
    )
    with ann.database.apply() as connection:
        for statement in damage:
            connection.exec_driver_sql(statement)

    result = run(ann, check=True)

    assert result.checked == 1
    assert [notice.code for notice in result.notices] == ["sync.repaired"]
    assert result.pulled == 22  # the partner and its contacts: nothing of the other two
    converged(ann)
    again = run(ann, check=True)
    assert (again.checked, again.pulled) == (0, 0)


def test_case_37_damaged_reference_data_is_fetched_again(hq: Headquarters, laptop: Make) -> None:
    bo = laptop("bo")
    bo.sync()
    with bo.database.apply() as connection:
        connection.exec_driver_sql("DELETE FROM product WHERE sku = 'SAW'")
    result = run(bo, check=True)
    assert result.checked == 1
    assert [row["sku"] for row in bo.rows("product")] == ["DR-18", "SAW"]
    assert bo.rows("contact") != []
    assert run(bo, check=True).checked == 0


def test_an_edit_that_waits_is_no_damage(hq: Headquarters, laptop: Make) -> None:
    bo = laptop("bo")
    bo.sync()
    one = Round(bo.database, bo.transport, check=True)
    for step in one.steps():
        if step.name == "marked" or step.name == "frozen":
            bo.act("UPDATE contact SET phone = phone || '1' WHERE name = 'Owner of Hengtai'")
    assert one.result.checked == 0
    bo.act("DELETE FROM contact WHERE name = 'Owner of Qianjiang'")
    assert Round(bo.database, bo.transport).run().finished
    bo.insert(
        "partner",
        code="P1",
        name="taken key",
        currency="CNY",
        territory_id=bo.row("partner", code="P2")["territory_id"],
    )
    bo.sync()
    held = bo.row("partner", name="taken key")["id"]
    bo.insert("contact", partner_id=held, name="held back")
    with bo.database.apply() as connection:
        connection.exec_driver_sql("DELETE FROM product WHERE sku = 'SAW'")
    assert run(bo, check=True).checked == 1
    assert bo.waiting() == 1
    assert len(bo.rows("product")) == 2


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next version of the entities brought ``partner.phone`` and ``contact.email``."""
    for entity, name in (("partner", "phone"), ("contact", "email")):
        fields = ENTITIES[entity].fields
        monkeypatch.setitem(fields, name, replace(fields[name], since=SCHEMA + 1))


@pytest.fixture(params=["sqlite", "postgresql"])
def skewed(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Headquarters]:
    """A headquarters that a test may bring to another version while it runs."""
    with furnished(request.param, tmp_path, lambda: request.getfixturevalue("postgres")) as url:
        running = Headquarters(url)
        yield running
        running.close()


def serve(hq: Headquarters, monkeypatch: pytest.MonkeyPatch, skew: Skew) -> None:
    hq.stop()
    monkeypatch.setattr(
        "tests.support.headquarters.create_app",
        lambda settings: create_app(Settings(settings.url, now_ms=settings.now_ms, skew=skew)),
    )
    hq.start()


def test_case_35_a_new_column_is_ignored_and_arrives_after_the_upgrade(
    skewed: Headquarters, newer: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hq = skewed
    serve(hq, monkeypatch, Skew(schema=SCHEMA + 1))
    bo = Laptop(hq, tmp_path / "bo", "bo")
    try:
        run(bo, schema=SCHEMA)
        assert {row["phone"] for row in bo.rows("partner")} == {None}
        assert {row["email"] for row in bo.rows("contact")} == {None}
        assert {row["phone"] for row in bo.rows("contact")} == {"1"}
        assert run(bo, schema=SCHEMA).pulled == 0
        bo.act("UPDATE partner SET city = 'Hangzhou' WHERE code = 'P1'")
        run(bo, schema=SCHEMA)

        upgraded = run(bo, schema=SCHEMA + 1)

        assert {row["phone"] for row in bo.rows("partner")} == {"0571"}
        assert {row["email"] for row in bo.rows("contact")} == {"a@b.cn"}
        assert upgraded.mode == "backfill"
        assert upgraded.pulled == 4  # two partners and their contacts; nothing else came again
        assert run(bo, schema=SCHEMA + 1).pulled == 0
        converged(bo)
    finally:
        bo.close()


def test_case_35_a_newer_laptop_waits_for_headquarters_to_follow(
    skewed: Headquarters, newer: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hq = skewed
    serve(hq, monkeypatch, Skew(schema=SCHEMA))
    bo = Laptop(hq, tmp_path / "bo", "bo")
    try:
        run(bo, schema=SCHEMA + 1)
        assert {row["phone"] for row in bo.rows("partner")} == {None}
        serve(hq, monkeypatch, Skew(schema=SCHEMA + 1))
        run(bo, schema=SCHEMA + 1)
        assert {row["phone"] for row in bo.rows("partner")} == {"0571"}
        converged(bo)
    finally:
        bo.close()


def test_case_36_a_laptop_too_old_reads_on_and_sends_after_its_upgrade(
    skewed: Headquarters, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hq = skewed
    serve(hq, monkeypatch, Skew(schema=SCHEMA))
    bo = Laptop(hq, tmp_path / "bo", "bo")
    try:
        run(bo)
        bo.act("UPDATE contact SET phone = 'waits' WHERE name = 'Owner of Hengtai'")
        hq.execute("UPDATE contact SET note = 'news' WHERE name = 'Owner of Qianjiang'")
        serve(hq, monkeypatch, Skew(schema=SCHEMA + 1, oldest=SCHEMA + 1))

        with pytest.raises(Problem) as refused:
            run(bo)

        assert refused.value.notice.code == "sync.upgrade_needed"
        assert bo.row("contact", name="Owner of Qianjiang")["note"] == "news"
        assert bo.row("contact", name="Owner of Hengtai")["phone"] == "waits"
        assert bo.waiting() == 1
        run(bo, schema=SCHEMA + 1)
        assert bo.waiting() == 0
        assert hq.table("contact", name="Owner of Hengtai")[0]["phone"] == "waits"
        converged(bo)
    finally:
        bo.close()


def test_changes_of_an_older_version_are_converted(
    skewed: Headquarters, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next version renamed ``contact.nickname`` to ``contact.note``."""

    def renamed(sent: dict[str, Any]) -> dict[str, Any]:
        if sent["entity"] == "contact":
            for part in ("base", "set"):
                sent[part] = {("note" if k == "nickname" else k): v for k, v in sent[part].items()}
        return sent

    hq = skewed
    serve(hq, monkeypatch, Skew(schema=SCHEMA + 1, conversions={SCHEMA: renamed}))
    bo = Laptop(hq, tmp_path / "bo", "bo")
    try:
        run(bo)
        bo.act("UPDATE contact SET note = 'Lao Wang' WHERE name = 'Owner of Hengtai'")
        push = bo.transport.inner.push

        def as_version_1(request: Any) -> Any:
            (mutation,) = request["mutations"]
            mutation = {**mutation, "base": {"nickname": "calm"}, "set": {"nickname": "Lao Wang"}}
            return push({**request, "mutations": [mutation]})

        monkeypatch.setattr(bo.transport.inner, "push", as_version_1)
        run(bo)
        assert hq.table("contact", name="Owner of Hengtai")[0]["note"] == "Lao Wang"
        assert bo.inbox() == []
    finally:
        bo.close()
