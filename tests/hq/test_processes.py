"""Real server processes: several on one database, ended and killed."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from channeldesk.hq.database import Database
from channeldesk.model.ids import new_id
from tests.support.central import YEAR, Laptop, Server, contact, count, id_of, order

ROOT = Path(__file__).parents[2]
CODE = (
    "import sys; from channeldesk.hq.serve import serve; serve(sys.argv[1], port=0, workers=int(sys.argv[2]))"
)


@contextmanager
def process(url: str, workers: int = 1) -> Iterator[tuple[Server, subprocess.Popen[str]]]:
    started = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", CODE, url, str(workers)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with started:
        try:
            assert started.stdout is not None
            line = started.stdout.readline()
            assert line.startswith("Listening on http://127.0.0.1:"), line
            yield Server(line.split()[-1], url), started
        finally:
            if started.poll() is None:
                started.kill()


def ended(started: subprocess.Popen[str]) -> str:
    """What a process that was told to end wrote to its standard error."""
    started.send_signal(signal.SIGTERM)
    _, errors = started.communicate(timeout=30)
    assert started.returncode in (0, -signal.SIGTERM)
    return errors


def elsewhere(laptop: Laptop, server: Server) -> Laptop:
    """The same device, talking to another process."""
    return Laptop(server, laptop.headers, laptop.user_id, laptop.device, laptop.last_mid, epoch=laptop.epoch)


def test_two_processes_on_one_database(hq_url: str, database: Database) -> None:
    """Case 10 across processes, and each sees what the other wrote."""
    partner, product = id_of(database, "partner", code="P-E"), id_of(database, "product", sku="SKU-1")
    with process(hq_url) as (one, first), process(hq_url) as (other, second):
        here = one.laptop("east")
        here.epoch = here.hello()["epoch"]
        there = elsewhere(here, other)
        here.pull()
        there.cursor = here.cursor
        mutations = order(here, partner, product, lines=3)
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda n: (here, there)[n % 2].push(*mutations), range(8)))
        plain = [[{**result, "repeated": None} for result in answer] for answer in answers]
        assert all(answer == plain[0] for answer in plain)
        assert len(there.pull().rows["order_line"]) == 3
        assert len(here.pull().rows["order_line"]) == 3
        assert (ended(first), ended(second)) == ("", "")
    assert count(database, "sales_order") == 1


def test_orders_from_everywhere_get_different_numbers(hq_url: str, database: Database) -> None:
    partner, product = id_of(database, "partner", code="P-E"), id_of(database, "product", sku="SKU-1")
    with process(hq_url) as (one, _), process(hq_url) as (other, _):
        laptops = [server.laptop("east") for server in (one, other) for _ in range(3)]

        def place(laptop: Laptop) -> list[str]:
            return [laptop.push(*order(laptop, partner, product))[0]["row"]["number"] for _ in range(4)]

        with ThreadPoolExecutor(6) as pool:
            numbers = [number for made in pool.map(place, laptops) for number in made]
    assert sorted(numbers) == [f"SO-{YEAR}-{number:06}" for number in range(1, 25)]


def test_the_last_credit_is_given_once(hq_url: str, database: Database) -> None:
    """Two laptops order at the same moment; the limit allows one of them."""
    partner, product = id_of(database, "partner", code="P-E"), id_of(database, "product", sku="SKU-1")
    with process(hq_url) as (one, _), process(hq_url) as (other, _):
        laptops = [server.laptop("east") for server in (one, other) for _ in range(2)]

        def place(laptop: Laptop) -> str:
            return str(laptop.push(*order(laptop, partner, product, quantity=60_000))[0]["status"])

        with ThreadPoolExecutor(4) as pool:
            assert sorted(pool.map(place, laptops)) == ["applied", "rejected", "rejected", "rejected"]


def test_workers_share_a_port_and_end_together(hq_url: str, database: Database) -> None:
    partner = id_of(database, "partner", code="P-E")
    with process(hq_url, workers=2) as (server, started):
        children = psutil.Process(started.pid).children(recursive=True)
        laptop = server.laptop("east")
        for _ in range(6):
            assert laptop.one("contact", new_id(), "insert", set=contact(partner))["status"] == "applied"
        assert len(laptop.pull().rows["contact"]) == 6
        started.send_signal(signal.SIGTERM)
        started.wait(30)
        _, alive = psutil.wait_procs(children, timeout=10)
        assert alive == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere they have one queue in common")
def test_connections_of_the_same_moment_are_dealt_out(sqlite_hq: str) -> None:
    """From a common queue the first worker to wake would take all of them."""
    with process(sqlite_hq, workers=2) as (server, started):
        host, port = server.address.removeprefix("http://").split(":")

        def shares(status: str) -> list[int]:
            """How many connections of this kind each worker has on the port."""
            workers = psutil.Process(started.pid).children(recursive=True)
            found = [[c for c in one.net_connections("tcp") if c.status == status] for one in workers]
            return sorted(sum(c.laddr.port == int(port) for c in some) for some in found)[-2:]

        while shares(psutil.CONN_LISTEN) != [1, 1]:
            time.sleep(0.05)
        open_ones = [socket.create_connection((host, int(port))) for _ in range(60)]
        try:
            for one in open_ones:
                one.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
            for one in open_ones:
                assert one.recv(12) == b"HTTP/1.1 200"
            assert min(shares(psutil.CONN_ESTABLISHED)) > 5
        finally:
            for one in open_ones:
                one.close()


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_workers_do_not_outlive_a_killed_supervisor(sqlite_hq: str) -> None:
    with process(sqlite_hq, workers=2) as (server, started):
        children = psutil.Process(started.pid).children(recursive=True)
        assert server.get("/health").status_code == 200
        started.kill()
        _, alive = psutil.wait_procs(children, timeout=20)
        assert alive == []


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_killed_server_answers_as_before(hq_url: str, database: Database) -> None:
    """What was acknowledged is there; what was not is sent again, and has one effect."""
    partner = id_of(database, "partner", code="P-E")
    with process(hq_url) as (server, started):
        laptop = server.laptop("east")
        laptop.epoch = laptop.hello()["epoch"]
        sent = [laptop.mutation("contact", new_id(), "insert", set=contact(partner)) for _ in range(400)]
        acknowledged = laptop.push(*sent[:100])
        with ThreadPoolExecutor(1) as pool:
            cut = pool.submit(lambda: laptop.send(*sent[100:]))
            time.sleep(0.05)
            started.kill()
            cut.exception(timeout=30)
    with process(hq_url) as (server, _):
        again = elsewhere(laptop, server)
        assert [one["repeated"] for one in again.push(*sent[:100])] == [True] * 100
        results = again.push(*sent)
        assert {one["status"] for one in results} == {"applied"}
        assert results[:100] == [{**one, "repeated": True} for one in acknowledged]
    assert count(database, "contact") == 400
