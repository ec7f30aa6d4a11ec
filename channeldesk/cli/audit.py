"""Commands over the trail of this laptop."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from channeldesk.cli import exit_codes
from channeldesk.cli.output import Output
from channeldesk.cli.profile import opened
from channeldesk.model.messages import N_

if TYPE_CHECKING:
    from channeldesk.queries.trail import Wanted

_HEADS = (N_("No."), N_("Time"), N_("Action"), N_("Entity"), N_("Row"), N_("What changed"))
_WIDTH = 60
"""Characters of what changed in a list."""


def verify(asked: argparse.Namespace, output: Output) -> int:
    from channeldesk.queries import trail

    with opened(asked, output) as desk:
        checked, witnessed = desk.ask(trail.check), desk.ask(trail.witnessed)
    if checked.broken is None:
        text = N_("The chain holds: {count} entries. Older ones that went: {gone}.")
        output.say(output.t(text, count=checked.entries, gone=checked.start))
    else:
        output.tell(checked.broken)
    for name, one in sorted(witnessed.items(), reverse=True):
        text = N_("Headquarters' trail as this laptop was told it on {at}: entry {seq}, hash {hash}.")
        if name == "disputed":
            text = N_("A later trail did not agree with what was told on {at}: entry {seq}, hash {hash}.")
        at = output.translator.formats.instant(one.at)
        output.say(output.t(text, at=at, seq=one.seq, hash=one.hash))
    told = {"entries": checked.entries, "gone": checked.start, "broken": checked.broken}
    output.result({"whole": checked.broken is None, **told, "headquarters": witnessed})
    return exit_codes.OK if checked.broken is None else exit_codes.NEEDS_YOU


def listed(asked: argparse.Namespace, output: Output) -> int:
    from channeldesk.queries import trail

    with opened(asked, output) as desk:
        found = desk.ask(trail.newest, _wanted(asked), asked.limit)
    formats = output.translator.formats
    rows = [
        [
            str(one.seq),
            formats.instant(one.at),
            one.action,
            one.entity,
            one.row_id.hex(),
            one.diff if len(one.diff) <= _WIDTH else f"{one.diff[: _WIDTH - 1]}…",
        ]
        for one in found
    ]
    output.table([output.t(head) for head in _HEADS], rows, frozenset({0}))
    output.result({"count": len(found), "entries": [one.told() for one in found]})
    return exit_codes.OK


def export(asked: argparse.Namespace, output: Output) -> int:
    from channeldesk.exchange.handing_out import hand_out
    from channeldesk.queries import trail

    path, wanted = Path(asked.file), _wanted(asked)
    with opened(asked, output) as desk, desk.database.read() as connection:
        written = hand_out(path, asked.format, (one.told() for one in trail.oldest(connection, wanted)))
    output.say(output.t("{count} entries written to {file}.", count=written, file=path.name))
    output.result({"written": written, "file": str(path), "format": asked.format})
    return exit_codes.OK


def _wanted(asked: argparse.Namespace) -> Wanted:
    from channeldesk.queries.audit_words import Span
    from channeldesk.queries.trail import Wanted

    return Wanted(asked.action, asked.entity, asked.row, Span(asked.since, asked.until), asked.text)
