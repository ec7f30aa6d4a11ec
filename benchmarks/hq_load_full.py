"""Real laptops among the many: encrypted databases of their own, kept by the product's own round.

``python -m benchmarks.hq_load_full FOLDER FIRST COUNT``: told what to do by lines of JSON, like the others.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks import laptop as files
from benchmarks.hq_load_check import content
from benchmarks.hq_load_company import PASSWORD, login
from benchmarks.hq_load_talk import PATIENCE
from channeldesk.hq.database import Database as Headquarters
from channeldesk.model.declare import replicated
from channeldesk.model.ids import new_id
from channeldesk.model.tables import laptop
from channeldesk.store.database import Database
from channeldesk.sync.engine import Round
from channeldesk.sync.session import Tokens, reaching, sign_in
from channeldesk.sync.transport import Busy, HttpTransport

_RENEW = 450.0
"""Seconds after which the tokens are renewed: half of what the access token is good for."""


class RealLaptop:
    """One profile of one person."""

    def __init__(self, folder: Path, person: int) -> None:
        self.login, self._random = login(person), random.Random(person)
        self._database = Database.open(files.make(folder / f"{person}.db"), files.KEY)
        self._user, self._tokens = b"", Tokens("", "")
        self._renew_at = 0.0

    def sign_in(self, address: str) -> float:
        started = time.perf_counter()
        session = sign_in(address, self.login, PASSWORD, device_name="load")
        self._user, self._tokens = session.user_id, session.tokens
        self._renew_at = time.monotonic() + _RENEW
        return time.perf_counter() - started

    def round(self, address: str, *, work: bool) -> float:
        """The seconds it took."""
        if work:
            self._record()
        started = time.perf_counter()
        self._renew(address)
        transport = HttpTransport(address, self._tokens.access)
        try:
            result = Round(self._database, transport).run()
        finally:
            transport.close()
        if not result.finished or result.set_aside:
            raise RuntimeError(f"{self.login}: the round did not come to its end: {result}")
        return time.perf_counter() - started

    def _renew(self, address: str) -> None:
        if time.monotonic() < self._renew_at:
            return
        asked = {"grant_type": "refresh_token", "refresh_token": self._tokens.refresh}
        with reaching(address) as transport:
            answer = transport.post("/auth/v1/token", {**asked, "request_id": new_id().hex()})
        self._tokens, self._renew_at = Tokens.of(answer), time.monotonic() + _RENEW

    def differences(self, hq: Headquarters) -> dict[str, int]:
        """Rows by entity that are not exactly as at headquarters, all fields and ``rv`` compared."""
        wrong: dict[str, int] = {}
        for entity in replicated():
            table = laptop.tables[entity.__entity__]
            with self._database.read() as connection:
                ours = {row["id"]: dict(row) for row in connection.execute(sa.select(table)).mappings()}
            theirs = content(hq, self.login, entity)
            count = sum(ours.get(row_id) != theirs.get(row_id) for row_id in ours.keys() | theirs.keys())
            if count:
                wrong[entity.__entity__] = count
        return wrong

    def close(self) -> None:
        self._database.close()

    def _record(self) -> None:
        """A contact's telephone, and a visit: the capture of the storage makes the mutations."""
        partner, contact, visit = (laptop.tables[name] for name in ("partner", "contact", "visit"))
        with self._database.write() as connection:
            one = self._random.choice(connection.scalars(sa.select(partner.c.id)).all())
            phone = f"{self.login} {self._random.randrange(10**6)}"
            own = sa.select(contact.c.id).where(contact.c.partner_id == one).limit(1).scalar_subquery()
            connection.execute(sa.update(contact).where(contact.c.id == own).values(phone=phone))
            today = datetime.now(UTC).date().isoformat()
            row = {"id": new_id(), "partner_id": one, "user_id": self._user, "visited_on": today}
            connection.execute(sa.insert(visit).values(row))


class Clients:
    """The laptops of this process, a thread each."""

    def __init__(self, folder: Path, first: int, count: int) -> None:
        self._laptops = [RealLaptop(folder, n) for n in range(first, first + count)]
        self._pool = ThreadPoolExecutor(count)

    def sign_in(self, address: str) -> dict[str, Any]:
        return self._each(lambda one: [one.sign_in(address)])

    def settle(self, address: str) -> dict[str, Any]:
        return self._each(lambda one: [one.round(address, work=False)])

    def run(self, address: str, seconds: float, every: float) -> dict[str, Any]:
        """A round every so many seconds, one at least."""
        until = time.perf_counter() + seconds

        def work(one: RealLaptop) -> list[float]:
            times = []
            while not times or time.perf_counter() < until:
                times.append(one.round(address, work=True))
                time.sleep(max(0.0, min(every, until - time.perf_counter())))
            return times

        return self._each(work)

    def compare(self, url: str) -> dict[str, Any]:
        hq = Headquarters(url)
        try:
            return {one.login: one.differences(hq) for one in self._laptops}
        finally:
            hq.close()

    def close(self) -> None:
        for one in self._laptops:
            one.close()

    def _each(self, work: Callable[[RealLaptop], list[float]]) -> dict[str, Any]:
        started = time.perf_counter()

        def tried(one: RealLaptop) -> tuple[list[float], list[str]]:
            try:
                return _patiently(one, work), []
            except Exception as error:  # whatever it is: it counts as an error, with its text
                return [], [f"{type(error).__name__}: {error}"]

        found = list(self._pool.map(tried, self._laptops))
        return {
            "seconds": time.perf_counter() - started,
            "rounds": [one for times, _ in found for one in times],
            "errors": [one for _, failures in found for one in failures],
        }


def _patiently(one: RealLaptop, work: Callable[[RealLaptop], list[float]]) -> list[float]:
    """As the program's schedule does: a busy headquarters is asked again."""
    for _ in range(PATIENCE):
        try:
            return work(one)
        except Busy as busy:
            time.sleep(busy.retry_after or 5.0)
    return work(one)


def main() -> None:
    clients = Clients(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps(getattr(clients, asked.pop("do"))(**asked)), flush=True)
    clients.close()


if __name__ == "__main__":
    main()
