"""The network in the pictures: always the same, on a day and at a minute that never move."""

from __future__ import annotations

import secrets
import shutil
from datetime import datetime
from functools import partial
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import time_machine

from channeldesk.model.ids import new_id
from tests.support import demo, disputes

MOMENT = datetime(2026, 11, 18, 9, 41, tzinfo=ZoneInfo("Asia/Shanghai"))


def nothing_moves() -> None:
    """For the whole process: what is as of now, took a while or is drawn by lot is the same in every run."""
    time_machine.travel(MOMENT, tick=False).start()
    lots = Random(MOMENT.year)
    new_id.__init__(random_bits=lots.getrandbits)  # type: ignore[misc]
    secrets.choice, secrets.token_bytes = lots.choice, lots.randbytes
    secrets.token_hex = lambda size=32: lots.randbytes(size).hex()


def made(shared: Path) -> Path:
    """The folder to copy profiles from: after a first round, and one that brought disputes."""
    template = demo.template(shared)
    return demo.made_once(shared, "disputed", partial(_with_disputes, template))


def _with_disputes(template: Path, folder: Path) -> None:
    shutil.copyfile(template / "keys.json", folder / "keys.json")
    profile = demo.demo_copy(template, folder / "profile")
    with profile.serving() as headquarters, profile.open() as desk:
        disputes.make(desk, headquarters)
    profile.point_to(demo.NOWHERE)
