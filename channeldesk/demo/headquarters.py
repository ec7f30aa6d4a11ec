"""A headquarters of one's own with the demo network: ``python -m channeldesk.demo.headquarters FOLDER``.

Made on the first call, served until the process is told to end. Standard output gets one line of JSON when
requests are answered: ``{"address", "login", "password", "size"}``. With ``--order NUMBER`` nothing is
served; the line tells what headquarters knows of the order with this provisional number. With ``--disagree
PARTNER PRODUCT`` its staff change the partner's delivery note and stop selling the product. ``--held`` serves
only while somebody holds the other end of standard input.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from channeldesk.demo.fill import PASSWORD, fill
from channeldesk.hq import admin, serve
from channeldesk.hq.database import Database
from channeldesk.model.notice import Problem
from channeldesk.model.tables import hq
from channeldesk.rules.calendar import business_date

LOGIN = "li.wei"
"""The manager whose territory the demo shows."""
STAFF = "chen.jing"
"""Of headquarters."""


def database_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'headquarters.db'}"


def prepare(folder: Path, size: str = "small") -> None:
    """Makes the database unless it is there. A half-made one is not kept."""
    path = folder / "headquarters.db"
    if path.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    half = folder / "headquarters-half.db"
    half.unlink(missing_ok=True)
    today = business_date(time.time_ns() // 1_000_000, "Asia/Shanghai")
    database = admin.init(f"sqlite:///{half}", "Hengda Power Tools", "CNY", "Asia/Shanghai")
    try:
        database.run(lambda connection: fill(connection, size, today=today))
        with database.engine.connect() as connection:
            connection.rollback()
            raw = connection.connection.dbapi_connection
            assert raw is not None
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        database.close()
    half.rename(path)


def find_order(folder: Path, provisional_number: str) -> dict[str, Any]:
    """Status, number and lines of an order as headquarters has them; an empty status if it has none."""
    order, line = hq.tables["sales_order"], hq.tables["order_line"]
    database = Database(database_url(folder))
    try:
        with database.snapshot() as connection:
            here = (order.c.provisional_number == provisional_number) & (order.c.deleted == 0)
            row = connection.execute(sa.select(order).where(here)).mappings().first()
            if row is None:
                return {"status": "", "number": None, "lines": 0}
            count = sa.select(sa.func.count()).select_from(line).where(line.c.order_id == row["id"])
            lines = connection.execute(count).scalar_one()
            return {"status": row["status"], "number": row["number"], "lines": lines, "total": row["total"]}
    finally:
        database.close()


def disagree(folder: Path, partner_id: bytes, product_id: bytes) -> None:
    """As a colleague at headquarters would, who does not know what the manager is just writing."""
    database = Database(database_url(folder))
    user, partner, product = hq.tables["app_user"], hq.tables["partner"], hq.tables["product"]
    try:
        with database.write() as connection:
            by = connection.execute(sa.select(user.c.id).where(user.c.login == STAFF)).scalar_one()
            now = {"updated_by": by, "updated_at": time.time_ns() // 1_000_000}
            connection.execute(
                sa.update(partner)
                .where(partner.c.id == partner_id)
                .values(delivery_note="Gate 5, ring first", **now)
            )
            connection.execute(sa.update(product).where(product.c.id == product_id).values(active=0, **now))
    finally:
        database.close()


def _end_with_holder() -> None:
    """Also a holder that was killed has let go."""
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


def main(arguments: list[str]) -> int:
    """The command line of this module. Exit code 1: a Problem, told on standard error."""
    parser = argparse.ArgumentParser(prog="python -m channeldesk.demo.headquarters", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", choices=("small", "large"), default="small")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--order", metavar="NUMBER")
    parser.add_argument("--disagree", nargs=2, type=bytes.fromhex, metavar=("PARTNER", "PRODUCT"))
    parser.add_argument("--held", action="store_true")
    asked = parser.parse_args(arguments)
    try:
        if asked.order:
            print(json.dumps(find_order(asked.folder, asked.order)), flush=True)
            return 0
        if asked.disagree:
            disagree(asked.folder, *asked.disagree)
            return 0
        if asked.held:
            threading.Thread(target=_end_with_holder, name="holder", daemon=True).start()
        prepare(asked.folder, asked.size)

        def ready(address: str) -> None:
            told = {"address": address, "login": LOGIN, "password": PASSWORD, "size": asked.size}
            print(json.dumps(told), flush=True)

        serve.serve(database_url(asked.folder), port=asked.port, on_ready=ready)
    except Problem as problem:
        print(problem.notice.english(), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
