"""A laptop reduced to the protocol: signs in, keeps what it was sent by (entity, id, rv), records, hands in.

It does what ``docs/sync-protocol.md`` asks of a client, over HTTP, with a token and a cursor of its own, and
keeps no database, so that hundreds of them fit into one machine beside the server that is measured.
"""

from __future__ import annotations

import hashlib
import time
from collections import Counter, defaultdict
from typing import Any
from urllib.parse import urlencode

from benchmarks.hq_load_talk import Failed, Talk
from benchmarks.hq_load_work import KEPT, Row, Work
from channeldesk.model.ids import new_id
from channeldesk.wire import SCHEMA
from channeldesk.wire.stream import read_stream


class Laptop:
    """One person's laptop. ``rows``: id to ``rv`` by entity, as in its last finished pull."""

    def __init__(self, login: str, password: str, seed: int) -> None:
        self.login, self._password = login, password
        self.rows: dict[str, dict[bytes, int]] = defaultdict(dict)
        self.content: dict[str, dict[str, Row]] = {name: {} for name in KEPT}
        self.work = Work(login, self.content, seed)
        self.statuses: Counter[str] = Counter()
        self.pulled = 0
        self.waits = 0
        """Times that headquarters was busy and asked to come again."""
        self._token, self._cursor = "", ""
        self._refresh, self._renew_at = "", 0.0

    def sign_in(self, address: str) -> float:
        """The seconds it took. Raises Failed."""
        started = time.perf_counter()
        device = {"id": None, "name": "load"}
        asked = {"grant_type": "password", "login": self.login, "password": self._password, "device": device}
        with Talk(address, "") as talk:
            answer = talk.json("POST", "/auth/v1/token", asked)
            self.waits += talk.waits
        device = answer["device"]
        self._keep(answer)
        self.work.on_device(answer["user"]["id"], device["prefix"], device["last_mid"])
        return time.perf_counter() - started

    def round(self, address: str, *, work: bool) -> float:
        """Greets, hands in what was recorded, takes what is new; the seconds it took. Raises Failed."""
        if work:
            self.work.record()
        started = time.perf_counter()
        self._renew(address)
        with Talk(address, self._token) as talk:
            known = {"cursor": self._cursor, "schema": SCHEMA} if self._cursor else {"schema": SCHEMA}
            hello = talk.json("GET", f"/sync/v1/hello?{urlencode(known)}")
            if self.work.waiting:
                self._push(talk, hello["epoch"])
            elif not hello["news"]:
                return time.perf_counter() - started
            while self._pull(talk):
                pass
            self.waits += talk.waits
        return time.perf_counter() - started

    def _keep(self, answer: Row) -> None:
        self._token, self._refresh = answer["access_token"], answer["refresh_token"]
        self._renew_at = time.monotonic() + answer["expires_in"] / 2

    def _renew(self, address: str) -> None:
        if time.monotonic() < self._renew_at:
            return
        asked = {"grant_type": "refresh_token", "refresh_token": self._refresh, "request_id": new_id().hex()}
        with Talk(address, "") as talk:
            self._keep(talk.json("POST", "/auth/v1/token", asked))

    def _push(self, talk: Talk, epoch: str) -> None:
        waiting = self.work.waiting
        asked = {"schema": SCHEMA, "epoch": epoch, "mutations": waiting}
        answer = talk.json("POST", "/sync/v1/push", asked)
        mids = [one["mid"] for one in waiting]
        if answer["last_mid"] != self.work.mid or [one["mid"] for one in answer["results"]] != mids:
            raise Failed(f"{self.login}: not every change was answered")
        self.statuses.update(one["status"] for one in answer["results"])
        self.work.waiting = []

    def _pull(self, talk: Talk) -> bool:
        """Whether the answer says that there is more to ask for."""
        columns: dict[str, list[str]] = {}
        more = False
        asked = {"cursor": self._cursor or None, "schema": SCHEMA}
        for message in read_stream(talk.chunks("/sync/v1/pull", asked)):
            match message["t"]:
                case "start" if message["mode"] == "units":
                    raise Failed(f"{self.login}: asked for its units, though nobody changed them")
                case "columns":
                    columns[message["entity"]] = message["columns"]
                case "rows":
                    self._take(message["entity"], columns[message["entity"]], message["rows"])
                case "gone":
                    self._drop(message["entity"], message["rows"])
                case "mark":
                    self._cursor = message["cursor"]
                case "end":
                    self._cursor, more = message["cursor"], bool(message.get("more"))
        return more

    def _take(self, entity: str, columns: list[str], rows: list[list[Any]]) -> None:
        known, content = self.rows[entity], self.content.get(entity)
        self.pulled += len(rows)
        for row in rows:
            row_id = bytes.fromhex(row[0])
            if known.get(row_id, 0) <= row[1]:
                known[row_id] = row[1]
                if content is not None:
                    content[row[0]] = dict(zip(columns, row, strict=True))

    def _drop(self, entity: str, rows: list[list[Any]]) -> None:
        known, content = self.rows[entity], self.content.get(entity, {})
        for row_id, rv in rows:
            if known.get(bytes.fromhex(row_id), 0) <= rv:
                known.pop(bytes.fromhex(row_id), None)
                content.pop(row_id, None)


def digest(rows: dict[str, dict[bytes, int]]) -> dict[str, Any]:
    """Rows by entity, and one hash over (entity, id, rv) of all of them."""
    hashed = hashlib.sha256()
    for entity in sorted(rows):
        for row_id, rv in sorted(rows[entity].items()):
            hashed.update(b"%s %s %d\n" % (entity.encode(), row_id, rv))
    counts = {entity: len(found) for entity, found in sorted(rows.items()) if found}
    return {"counts": counts, "sha256": hashed.hexdigest()}
