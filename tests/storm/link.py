"""The way between a laptop and headquarters, with faults at named places."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import orjson

from channeldesk.hq import publications
from channeldesk.model.notice import Notice
from channeldesk.store.database import Database
from channeldesk.sync.tokens import Keeper
from channeldesk.sync.transport import Busy, Offline, Refused, Renew, Transport
from channeldesk.wire import SCHEMA

FAULTS = ("busy", "lost answer", "repeat", "parallel", "gap", "cut", "reorder", "garble")


class Broken(AssertionError):
    """Something that must never happen."""


class Inner(Transport, Protocol):
    """What the faults stand before."""

    renew: Renew | None


class Log(Protocol):
    def fault(self, name: str) -> None: ...

    def case(self, number: int) -> None: ...

    def trace(self, *what: Any) -> None: ...


@dataclass
class Link:
    """A transport over another one. ``armed`` faults strike at their next opportunity, once each."""

    inner: Inner
    rng: random.Random
    log: Log
    fingerprint: Callable[[], Any]
    """What headquarters holds: to see that nothing was applied, or only once."""
    armed: dict[str, int] = field(default_factory=dict)
    struck: set[str] = field(default_factory=set)
    """Faults since it was last emptied: they excuse a round that does not finish."""
    bytes_sent: int = 0
    bytes_received: int = 0

    def _strikes(self, name: str) -> bool:
        left = self.armed.get(name, 0)
        if not left:
            return False
        self.armed[name] = left - 1
        self.struck.add(name)
        self.log.fault(name)
        return True

    @property
    def token(self) -> str:
        return self.inner.token

    @token.setter
    def token(self, token: str) -> None:
        self.inner.token = token

    def renew_by(self, database: Database) -> None:
        """Tokens that ended in the middle of a round are changed, and the answer may get lost."""
        self.inner.renew = Keeper(database, self._renewing).renew

    def _renewing(self, path: str, message: Mapping[str, Any]) -> dict[str, Any]:
        answer = self.inner.post(path, message)
        self.log.trace("tokens changed")
        if self._strikes("lost answer"):
            raise Offline(Notice("sync.connection_lost"))
        return answer

    def _serve(self) -> None:
        if self._strikes("busy"):
            raise Busy(Notice("sync.busy"))

    def hello(
        self,
        cursor: str | None = None,
        schema: int = SCHEMA,
        witness: str | None = None,
        keep: Sequence[str] | None = None,
    ) -> dict[str, Any]:
        self._serve()
        answer = self.inner.hello(cursor, schema, witness, keep)
        self.log.trace("hello", answer["epoch"], answer["head"], answer["scope"], answer["news"])
        return answer

    def post(self, path: str, message: Mapping[str, Any]) -> dict[str, Any]:
        self._serve()
        answer = self.inner.post(path, message)
        self.log.trace("post", path, message, answer)
        return answer

    def push(self, request: Mapping[str, Any]) -> dict[str, Any]:
        self._serve()
        self.log.trace("push", orjson.dumps(request))
        mutations = request["mutations"]
        if len(mutations) > 1 and self._strikes("gap"):
            self._gap(request)
        if self._strikes("parallel"):
            answer = self._parallel(request)
        else:
            answer = self.inner.push(request)
            if self._strikes("repeat"):
                self._repeat(request, answer)
        self.log.trace("answer", _content(answer))
        if self._strikes("lost answer"):
            raise Offline(Notice("sync.connection_lost"))
        return answer

    def _repeat(self, request: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
        before = self.fingerprint()
        again = self.inner.push(request)
        if _content(again) != _content(answer):
            raise Broken(f"a repeated push was answered otherwise: {answer} then {again}")
        if self.fingerprint() != before:
            raise Broken("a repeated push changed headquarters")
        self.log.case(10)

    def _parallel(self, request: Mapping[str, Any]) -> dict[str, Any]:
        answers: list[Any] = [None, None]

        def send(place: int) -> None:
            try:
                answers[place] = self.inner.push(request)
            except BaseException as error:  # a kill may strike here too, where a token is changed
                answers[place] = error

        threads = [threading.Thread(target=send, args=(place,)) for place in (0, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for answer in answers:
            if isinstance(answer, BaseException):
                raise answer
        if _content(answers[0]) != _content(answers[1]):
            raise Broken(f"one push sent twice at once was answered in two ways: {answers}")
        self.log.case(10)
        return dict(min(answers, key=lambda one: sum(each["repeated"] for each in one["results"])))

    def _gap(self, request: Mapping[str, Any]) -> None:
        """Leaves the first mutation out: it must be refused with the number expected, and change nothing."""
        if self.inner.hello()["device"]["last_mid"] >= request["mutations"][0]["mid"]:
            return  # answered before, so nothing is missing without it
        before = self.fingerprint()
        rest = request["mutations"][1:]
        try:
            self.inner.push({**request, "mutations": rest})
        except Refused as refusal:
            code, params = refusal.notice.code, refusal.notice.params
            if code == "sync.gap" and params["expected"] != request["mutations"][0]["mid"]:
                raise Broken(f"a gap was refused with {params}") from refusal
            self.log.case(11)
        else:
            raise Broken("a push with a gap was taken")
        if self.fingerprint() != before:
            raise Broken("a refused push changed headquarters")

    def pull(self, request: Mapping[str, Any]) -> Iterator[bytes]:
        self._serve()
        self.log.trace("pull", orjson.dumps(request))
        chunks = self._pieces(self.inner.pull(request))
        if self._strikes("reorder"):
            chunks = self._reordered(chunks)
        if self._strikes("garble"):
            chunks = self._garbled(chunks)
        if self._strikes("cut"):
            chunks = self._cut(chunks)
        return self._traced(chunks)

    def _traced(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self.log.trace("chunk", chunk)
            yield chunk

    def _pieces(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """The network cuts where it likes, also inside a line or a character."""
        for chunk in chunks:
            start = 0
            while start < len(chunk):
                size = self.rng.choice((1, 80, 700, 5_000, 60_000))
                yield chunk[start : start + size]
                start += size

    def _cut(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        data = list(chunks)
        total = sum(map(len, data))
        left = self.rng.randrange(total) if total else 0
        silent = self.rng.random() < 0.5
        for chunk in data:
            if len(chunk) > left:
                yield chunk[:left]
                break
            left -= len(chunk)
            yield chunk
        if not silent:
            raise Offline(Notice("sync.connection_lost"))

    def _reordered(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        data = list(chunks)
        if len(data) > 1:
            one, other = self.rng.sample(range(len(data)), 2)
            data[one], data[other] = data[other], data[one]
        yield from data

    def _garbled(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        data = bytearray(b"".join(chunks))
        if data:
            place = self.rng.randrange(len(data))
            data[place] ^= 1 << self.rng.randrange(7)
        yield bytes(data)


def _content(answer: Mapping[str, Any]) -> bytes:
    """An answer but for the marks of repetition, what others made of a row that is out of sight (told when it
    was judged, and not again), and how publications stand, which are carried out as soon as they are here.
    """
    results = [
        {
            **one,
            "repeated": False,
            "conflicts": one["conflicts"]
            if one["row"] is not None
            else [{**each, "theirs": None} for each in one["conflicts"]],
            **(dict.fromkeys(("row", "rv", "deleted")) if one["entity"] in publications.NAMES else {}),
        }
        for one in answer["results"]
    ]
    return orjson.dumps({**answer, "results": results}, option=orjson.OPT_SORT_KEYS)
