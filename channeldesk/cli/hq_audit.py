"""Commands over headquarters' audit trail."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from channeldesk.cli import exit_codes
from channeldesk.cli.hq import url
from channeldesk.cli.output import Output
from channeldesk.model.messages import N_
from channeldesk.model.notice import Instant, Notice, Param

if TYPE_CHECKING:
    from channeldesk.hq.audit_search import Wanted
    from channeldesk.hq.witness import Testimony

_HEADS = (
    N_("No."),
    N_("Time"),
    N_("User"),
    N_("Device"),
    N_("Action"),
    N_("Entity"),
    N_("Row"),
    N_("What changed"),
)
_WIDTH = 60
"""Characters of what changed in a list."""


def verify(asked: argparse.Namespace, output: Output) -> int:
    """Says the first link that does not hold, and which laptops were told another trail."""
    from channeldesk.hq import audit_check, witness
    from channeldesk.hq.database import Database

    database = Database(url(asked))
    try:
        with database.snapshot() as connection:
            checked = audit_check.check(connection)
            heard = witness.testimonies(connection)
    finally:
        database.close()
    notices = [] if checked.broken is None else [checked.broken.notice()]
    notices += [_notice(one) for one in heard if one.verdict is not witness.Verdict.AGREES]
    broken = checked.broken is not None or any(one.verdict.alarming for one in heard)
    if checked.broken is None:
        head = checked.head.hash.hex()
        output.say(
            output.t("The chain holds: {count} entries, head {hash}.", count=checked.entries, hash=head)
        )
    for notice in notices:
        output.tell(notice)
    agreeing = sum(one.verdict is witness.Verdict.AGREES for one in heard)
    output.say(
        output.t("Heads told by laptops that agree: {agreeing} of {all}.", agreeing=agreeing, all=len(heard))
    )
    output.result(
        {
            "whole": not broken,
            "entries": checked.entries,
            "head": {"seq": checked.head.seq, "hash": checked.head.hash},
            "first_broken": checked.broken,
            "witnesses": heard,
            "notices": notices,
        }
    )
    return exit_codes.NEEDS_YOU if broken else exit_codes.OK


def _notice(one: Testimony) -> Notice:
    params: dict[str, Param] = {"device": one.device, "seq": one.told.seq, "at": Instant(one.told_at)}
    return Notice(f"audit.witness_{one.verdict.value}", params)


def listed(asked: argparse.Namespace, output: Output) -> int:
    from channeldesk.hq import audit_search, state
    from channeldesk.hq.database import Database

    database = Database(url(asked))
    try:
        with database.snapshot() as connection:
            zone = state.company(connection).time_zone
            found = audit_search.newest(connection, _wanted(asked), zone, asked.limit)
    finally:
        database.close()
    formats = output.translator.formats
    rows = [
        [
            str(one.seq),
            formats.instant(one.at),
            one.user or "–",
            one.device or "–",
            one.action,
            one.entity or "–",
            "–" if one.row_id is None else one.row_id.hex(),
            one.diff if len(one.diff) <= _WIDTH else f"{one.diff[: _WIDTH - 1]}…",
        ]
        for one in found
    ]
    output.table([output.t(head) for head in _HEADS], rows, frozenset({0}))
    output.result({"count": len(found), "entries": [audit_search.told(one) for one in found]})
    return exit_codes.OK


def export(asked: argparse.Namespace, output: Output) -> int:
    from channeldesk.hq import audit_search, state
    from channeldesk.hq.database import Database

    path, form = Path(asked.file), asked.format
    database = Database(url(asked))
    try:
        with database.snapshot() as connection:
            zone = state.company(connection).time_zone
            written = audit_search.export(connection, _wanted(asked), zone, path, form)
    finally:
        database.close()
    output.say(output.t("{count} entries written to {file}.", count=written, file=path.name))
    output.result({"written": written, "file": str(path), "format": form})
    return exit_codes.OK


def _wanted(asked: argparse.Namespace) -> Wanted:
    from channeldesk.hq.audit_search import Wanted

    names = ("user", "device", "action", "entity", "row", "since", "until", "text")
    values: dict[str, Any] = {name: getattr(asked, name) for name in names}
    return Wanted(**values)
