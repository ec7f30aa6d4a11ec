"""Headquarters in this process: its database, its clock, and the routes' own functions without a socket."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

import orjson
import sqlalchemy as sa
from pydantic import ValidationError
from starlette.requests import Request

from channeldesk.hq import admin, routes, schemas, users
from channeldesk.hq.auth import Authenticator, Device, SignedIn
from channeldesk.hq.database import Database, DatabaseBusy
from channeldesk.hq.errors import Refusal
from channeldesk.hq.hello import Greeter
from channeldesk.hq.sign_in.notary import Notary
from channeldesk.hq.sign_in.secrets import Keys
from channeldesk.model.notice import Notice
from channeldesk.sync.session import Session, Tokens
from channeldesk.sync.transport import Busy, Offline, Refused, Renew, SignInNeeded
from channeldesk.wire import SCHEMA, packing
from tests.storm.chance import Clock

PUSH_MUTATIONS = 9
"""Small, so that one round takes several pushes."""


@dataclass
class Office:
    """``life`` counts restarts: a stream of an earlier life is cut."""

    url: str
    clock: Clock
    open_database: Callable[[str], Database] = Database
    life: int = 0
    _slow: AbstractContextManager[sa.Connection] | None = None
    database: Database = field(init=False)
    door: Door = field(init=False)
    central: routes.Central = field(init=False)

    def __post_init__(self) -> None:
        self._start()

    def _start(self) -> None:
        self.database = self.open_database(self.url)
        self.door = Door(self.database, self.clock)
        self.central = routes.Central(
            keys=self.database.run(Keys.of),
            database=self.database,
            authenticator=self.door,
            greeter=Greeter(self.database),
            notary=Notary(self.database),
            now_ms=self.clock,
            push_mutations=PUSH_MUTATIONS,
            push_bytes=4_000_000,
        )

    def sign_in(self, login: str, device_id: bytes | None) -> Session:
        """What a laptop is told; a device that is not known (any more) is registered anew."""
        try:
            made = self.door.admit(login, device_id)
        except Refusal as refusal:
            if refusal.notice.code != "auth.unknown_device":
                raise
            made = self.door.admit(login, None)
        who = made.principal
        return Session(
            tokens=Tokens(made.pair.access, made.pair.refresh),
            user_id=who.user_id,
            login=who.login,
            name=who.name,
            role=who.role,
            language=who.language,
            device_id=who.device_id,
            device_prefix=made.prefix,
            last_mid=made.last_mid,
            company=made.company.name,
            currency=made.company.currency,
        )

    def close(self) -> None:
        self.finish_slow()
        self.database.close()

    def restart(self, meanwhile: Callable[[], str | None] = lambda: None) -> None:
        """A new process: nothing is kept but the database; open streams break off.

        ``meanwhile`` is done while nobody is connected; it may give another database to go on with.
        """
        self.life += 1
        self.finish_slow()
        self._cut_connections()
        self.database.close()
        self.url = meanwhile() or self.url
        self._start()

    def _cut_connections(self) -> None:
        """Those that open streams hold: a PostgreSQL database is copied only while nobody is connected."""
        if self.database.is_postgresql:
            others = "datname = current_database() AND pid <> pg_backend_pid()"
            with self.database.snapshot() as connection:
                connection.exec_driver_sql(
                    f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"
                )

    def transport(self) -> Any:
        """A way to here for one laptop."""
        return InProcess(self)

    def begin_slow(self) -> sa.Connection:
        """A write transaction of somebody who takes his time. Only PostgreSQL lets others write meanwhile."""
        assert self._slow is None
        self._slow = self.database.write()
        return self._slow.__enter__()

    def finish_slow(self) -> bool:
        """Commits it, if there is one."""
        slow, self._slow = self._slow, None
        if slow is not None:
            slow.__exit__(None, None, None)
        return slow is not None

    @property
    def is_slow(self) -> bool:
        return self._slow is not None

    def execute(self, *statements: tuple[str, Mapping[str, Any]]) -> None:
        """A company's own SQL in one transaction: no stamps, no audit, no sequencing."""
        with self.database.write() as connection:
            for statement, parameters in statements:
                connection.execute(sa.text(statement), dict(parameters))

    def rows(self, statement: str, **parameters: Any) -> list[dict[str, Any]]:
        with self.database.snapshot() as connection:
            return [dict(row) for row in connection.execute(sa.text(statement), parameters).mappings()]

    def new_epoch(self) -> None:
        admin.new_epoch(self.database)


class Door(Authenticator):
    """The real door, passed without a password here: hashing one takes longer than a round."""

    def admit(self, login: str, device_id: bytes | None) -> SignedIn:
        def work(connection: sa.Connection) -> SignedIn:
            user = users.user.c.id
            user_id = connection.execute(sa.select(user).where(users.user.c.login == login)).scalar_one()
            return self._admit(connection, user_id, Device(device_id, "storm"))

        return self._database.run(work)


class InProcess:
    """A transport: JSON bytes to the routes' functions and back."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self.token = ""
        self.renew: Renew | None = None
        self.bytes_sent = self.bytes_received = 0

    def hello(
        self,
        cursor: str | None = None,
        schema: int = SCHEMA,
        witness: str | None = None,
        keep: Sequence[str] | None = None,
    ) -> dict[str, Any]:
        told = None if keep is None else ",".join(keep)
        answer = self._call(
            lambda who: routes.hello(who, self._office.central, cursor, schema, witness, told)
        )
        return dict(orjson.loads(answer.body))

    def push(self, request: Mapping[str, Any]) -> dict[str, Any]:
        body = orjson.dumps(request)

        def work(who: Any) -> Any:
            return routes.push_route(schemas.PushRequest.model_validate_json(body), who, self._office.central)

        return dict(orjson.loads(self._call(work).body))

    def post(self, path: str, message: Mapping[str, Any]) -> dict[str, Any]:
        body = orjson.dumps(message)
        if path == "/auth/v1/token":
            return self._refreshed(schemas.RefreshGrant.model_validate_json(body))
        route, shape = _POSTS[path]
        answer = self._call(lambda who: route(shape.model_validate_json(body), who, self._office.central))
        return dict(orjson.loads(answer.model_dump_json(by_alias=True)))

    def pull(self, request: Mapping[str, Any]) -> Iterator[bytes]:
        body, life = orjson.dumps(request), self._office.life
        asking = Request({"type": "http", "headers": [(b"accept-encoding", ENCODINGS[len(body) % 3])]})

        def work(who: Any) -> Any:
            asked = schemas.PullRequest.model_validate_json(body)
            return routes.pull_route(asked, who, self._office.central, asking)

        answer = self._call(work)
        try:
            for chunk in packing.unpacked(answer.chunks, answer.encoding):
                if self._office.life != life:
                    raise Offline(Notice("sync.connection_lost"))
                if chunk:
                    yield chunk
        except DatabaseBusy as error:
            raise Offline(Notice("sync.connection_lost")) from error
        finally:
            answer.chunks.close()

    def close(self) -> None:
        """Nothing is held between requests."""

    def _refreshed(self, asked: schemas.RefreshGrant) -> dict[str, Any]:
        request_id = bytes.fromhex(asked.request_id)
        made = self._answered(lambda: self._office.door.refresh(asked.refresh_token, request_id))
        return {"access_token": made.pair.access, "refresh_token": made.pair.refresh}

    def _call(self, work: Callable[[Any], Any]) -> Any:
        try:
            return self._answered(lambda: work(self._office.door.identify(self.token)))
        except SignInNeeded:
            token = self.renew(self.token) if self.renew is not None and self.token else None
            if token is None or token == self.token:
                raise
            self.token = token
        return self._answered(lambda: work(self._office.door.identify(self.token)))

    def _answered(self, work: Callable[[], Any]) -> Any:
        try:
            return work()
        except DatabaseBusy as error:
            raise Busy(Notice("sync.busy")) from error
        except ValidationError as error:
            raise AssertionError(f"the laptop sent what the schema refuses: {error}") from error
        except Refusal as refusal:
            if refusal.status == 401:
                raise SignInNeeded(refusal.notice) from refusal
            if refusal.status in (429, 503):
                raise Busy(refusal.notice) from refusal
            raise Refused(refusal.notice) from refusal


_POSTS: dict[str, tuple[Callable[..., Any], Any]] = {
    "/sync/v1/device": (routes.device_route, schemas.DeviceRequest),
    "/sync/v1/digest": (routes.digest_route, schemas.DigestRequest),
}
ENCODINGS = (b"zstd, gzip", b"gzip", b"identity")


class Chunks:
    """Stands for the route's streaming response: keeps the iterator instead of sending it."""

    def __init__(self, *parts: Any, headers: Mapping[str, str], **options: Any) -> None:
        self.chunks, self.encoding = parts[-1], headers.get("Content-Encoding", "")


WITH_SOCKETS = {name: getattr(routes, name) for name in ("_Stream", "_stream")}


def without_sockets() -> dict[str, Any]:
    """What to put in the place of two names in ``routes``, so that ``pull_route`` hands over its chunks."""
    return {"_Stream": Chunks, "_stream": lambda chunks: chunks}
