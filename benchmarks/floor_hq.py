"""The floor's headquarters: the least a server can do and still hand out rows, changes, and take edits in.

``python -m benchmarks.floor_hq FILE DATABASE`` prints its address. ``FILE`` is the prepared first answer,
whose contacts it keeps in a plain ``DATABASE``, since edits are to arrive somewhere. ``PUT /changes`` hands
it what the next laptop shall get.
"""

from __future__ import annotations

import gzip
import json
import sqlite3
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import orjson

from benchmarks import floor_client

CHUNK = 64 * 1024


class Central:
    def __init__(self, packed: Path, database: Path) -> None:
        self.first = packed.read_bytes()
        self.version, self.changes = 0, b""
        self._file, self._lane = database, threading.Lock()
        connection = self._connect()
        for statement in floor_client.statements():
            connection.execute(statement)
        connection.execute("BEGIN")
        insert = ""
        with gzip.open(packed) as lines:
            for line in lines:
                message = orjson.loads(line)
                if message["entity"] != "contact":
                    continue
                if message["t"] == "columns":
                    insert = floor_client.insert("contact", message["columns"])
                else:
                    connection.executemany(insert, message["rows"])
        connection.execute("COMMIT")
        self._database = connection

    def _connect(self) -> Any:
        connection = sqlite3.connect(self._file, isolation_level=None, check_same_thread=False)
        for setting in floor_client.SETTINGS:
            connection.execute(f"PRAGMA {setting}")
        connection.execute("PRAGMA synchronous = FULL")  # what was answered survives a power cut
        return connection

    def take(self, body: bytes) -> bytes:
        edits = orjson.loads(gzip.decompress(body))
        with self._lane:
            run = self._database
            run.execute("BEGIN IMMEDIATE")
            run.executemany(floor_client.insert("contact", edits["columns"]), edits["rows"])
            run.execute("COMMIT")
        return orjson.dumps({"taken": len(edits["rows"])})


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    central: Central

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/push":
            self._answer(self.central.take(body), packed=False)
        elif self.path == "/changes":
            news = json.loads(body)["since"] < self.central.version
            self._answer(self.central.changes if news else b"", packed=news)
        else:
            self._answer(self.central.first, packed=True)

    def do_PUT(self) -> None:
        self.central.changes = self.rfile.read(int(self.headers["Content-Length"]))
        self.central.version += 1
        self._answer(b"", packed=False)

    def _answer(self, body: bytes, *, packed: bool) -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n"
        head += "Content-Encoding: gzip\r\n\r\n" if packed else "\r\n"
        self.wfile.write(head.encode() + body[:CHUNK])
        for start in range(CHUNK, len(body), CHUNK):
            self.wfile.write(body[start : start + CHUNK])

    def log_message(self, *arguments: object) -> None:
        """Nothing is logged: it would be measured."""


def main() -> None:
    _Handler.central = Central(Path(sys.argv[1]), Path(sys.argv[2]))
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
