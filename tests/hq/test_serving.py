"""What a server needs before it starts, and what it does when more is asked of it than it has."""

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import anyio
import httpx
import pytest
import sqlalchemy as sa

from channeldesk.hq import admin, room, sequencer, users
from channeldesk.hq import database as databases
from channeldesk.hq.app import FEWEST_CONNECTIONS, SPARE, THREADS, Settings, create_app
from channeldesk.hq.auth import Authenticator, SignIn
from channeldesk.hq.database import Database, DatabaseBusy
from channeldesk.hq.errors import Refusal
from channeldesk.hq.listening import listening_on
from channeldesk.hq.serve import serve
from channeldesk.hq.sign_in.tables import sign_in_tally
from channeldesk.hq.tables import number_counter
from channeldesk.model.notice import Problem
from channeldesk.model.tables import hq
from tests.support import central
from tests.support.central import PASSWORD, by_password, id_of, order


@pytest.mark.parametrize("workers", [1, 2])
def test_a_database_that_is_not_set_up_is_told_once(tmp_path: Path, workers: int) -> None:
    """Not by workers that die and are started again."""
    with pytest.raises(Problem) as refused:
        serve(f"sqlite:///{tmp_path / 'empty.db'}", port=0, workers=workers)
    assert refused.value.notice.code == "hq.not_set_up"


@pytest.mark.parametrize("workers", [0, -3])
def test_no_process_at_all_is_refused(sqlite_hq: str, workers: int) -> None:
    with pytest.raises(Problem) as refused:
        serve(sqlite_hq, port=0, workers=workers)
    assert refused.value.notice.code == "hq.no_process"


def test_answers_are_not_held_back_for_an_acknowledgement() -> None:
    """asyncio turns Nagle's algorithm off only for sockets that name their protocol."""
    listening = listening_on("127.0.0.1", 0)
    with listening, socket.create_connection(listening.getsockname()), listening.accept()[0] as accepted:
        assert accepted.proto == socket.IPPROTO_TCP


def test_too_few_connections_are_told_before_anything_starts(postgres_hq: str) -> None:
    with pytest.raises(Problem) as refused:
        serve(postgres_hq, port=0, workers=4, connections=20)
    assert refused.value.notice.params == {
        "allowed": 20,
        "processes": 4,
        "needed": 4 * FEWEST_CONNECTIONS,
    }


def test_pulls_beyond_the_room_wait_without_a_thread(hq_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """While others are sent, everything else is answered; who waited long enough is asked to come again."""
    app = create_app(Settings(hq_url, FEWEST_CONNECTIONS))
    streams = app.state.central.streams
    assert streams.total_tokens == FEWEST_CONNECTIONS - THREADS - SPARE
    others = [object() for _ in range(int(streams.total_tokens))]

    async def talk() -> None:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://hq", timeout=30) as client:
            proof = await client.post("/auth/v1/token", json=by_password("east"))
            headers = {"Authorization": f"Bearer {proof.json()['access_token']}"}

            async def pull() -> httpx.Response:
                asked = {"cursor": None, "schema": 1}
                return await client.post("/sync/v1/pull", json=asked, headers=headers)

            for one in others:
                streams.acquire_on_behalf_of_nowait(one)
            monkeypatch.setattr(room, "SECONDS", 0.2)
            refused = await pull()
            assert (refused.status_code, refused.json()["code"]) == (503, "hq.busy")
            assert refused.headers["Retry-After"] == "5"

            monkeypatch.setattr(room, "SECONDS", 20.0)
            found: list[int] = []

            async def wait() -> None:
                found.append((await pull()).status_code)

            async with anyio.create_task_group() as tasks:
                tasks.start_soon(wait)
                while not streams.statistics().tasks_waiting:
                    await anyio.sleep(0.01)
                assert (await client.get("/sync/v1/hello", headers=headers)).status_code == 200
                assert found == []
                for one in others:
                    streams.release_on_behalf_of(one)
            assert found == [200]

    anyio.run(talk)
    assert streams.borrowed_tokens == 0
    app.state.central.database.close()


def test_a_lock_that_others_keep_is_not_waited_for_for_ever(
    postgres_hq: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "BUSY_SECONDS", 1.0)
    database, partner = Database(postgres_hq), hq.tables["partner"]
    everybody = sa.update(partner).values(city="Ningbo")
    with database.write() as first:
        first.execute(everybody)
        with pytest.raises(DatabaseBusy), database.write() as second:
            second.execute(everybody)
    database.close()


def test_a_waiting_order_keeps_no_number_from_others(postgres_hq: str) -> None:
    """Numbers are given under the sequencer's lock, when all else of the push is done."""
    database = Database(postgres_hq)
    partner, product = id_of(database, "partner", code="P-E"), id_of(database, "product", sku="SKU-1")
    with central.running(postgres_hq) as server:
        laptop = server.laptop("east")
        laptop.push(*order(laptop, partner, product))
        pushed: list[str] = []
        waiting = threading.Thread(
            target=lambda: pushed.append(laptop.push(*order(laptop, partner, product))[0]["row"]["number"])
        )
        with database.write() as holder:
            sequencer.lock(holder)
            waiting.start()
            while not _waits_for_the_lock(database):
                pass
            with database.write() as other:
                held = sa.select(number_counter.c.value).with_for_update(nowait=True)
                assert other.execute(held).scalar_one() == 1
        waiting.join(20)
    assert pushed[0].endswith("-000002")
    database.close()


def _waits_for_the_lock(database: Database) -> bool:
    with database.glance() as connection:
        query = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        return bool(connection.exec_driver_sql(query).scalar())


def test_several_orders_of_one_push_are_numbered_in_their_order(hq_url: str) -> None:
    database = Database(hq_url)
    partner, product = id_of(database, "partner", code="P-E"), id_of(database, "product", sku="SKU-1")
    with central.running(hq_url) as server:
        laptop = server.laptop("east")
        sent = [one for _ in range(3) for one in order(laptop, partner, product)]
        results = [one for one in laptop.push(*sent) if one["entity"] == "sales_order"]
        assert [one["row"]["number"][-6:] for one in results] == ["000001", "000002", "000003"]
        rows = laptop.pull().rows["sales_order"]
        assert {i: row["number"] for i, row in rows.items()} == {
            one["id"]: one["row"]["number"] for one in results
        }
        assert {i: row["rv"] for i, row in rows.items()} == {one["id"]: one["rv"] for one in results}
    database.close()


def test_two_who_draw_the_same_prefix_both_get_a_device(hq_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database(hq_url)
    drawn = iter(["QA", "QA", "QB"])
    monkeypatch.setattr(users, "free_prefix", lambda taken: next(drawn))
    authenticator = Authenticator(database, admin.now_ms)
    signed_in = [authenticator.sign_in(SignIn(login, PASSWORD)) for login in ("east", "west")]
    assert [one.prefix for one in signed_in] == ["QA", "QB"]
    database.close()


def test_wrong_passwords_of_the_same_moment_are_all_counted(hq_url: str) -> None:
    database = Database(hq_url)
    authenticator = Authenticator(database, admin.now_ms)

    def guess(_: int) -> str:
        with pytest.raises(Refusal) as refused:
            authenticator.sign_in(SignIn("east", "not the password"))
        return refused.value.notice.code

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(guess, range(4))) == {"auth.wrong_password"}
    with database.snapshot() as connection:
        assert connection.execute(sa.select(sa.func.max(sign_in_tally.c.failures))).scalar_one() == 4
    database.close()
