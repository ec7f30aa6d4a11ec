"""Planned visits as a file for the person's calendar."""

from __future__ import annotations

import argparse
from datetime import date, timedelta
from pathlib import Path

from channeldesk.cli import exit_codes
from channeldesk.cli.output import Output
from channeldesk.cli.profile import opened


def run(asked: argparse.Namespace, output: Output) -> int:
    """Writes the visits still to do from a day on."""
    from channeldesk.exchange.handing_out import hand_out_text
    from channeldesk.queries import clock, tour

    def titled(name: str, local: str | None) -> str:
        own = local or name if output.translator.language.startswith("zh") else name or local or ""
        return output.t("Visit to {partner}", partner=own)

    path = Path(asked.file)
    with opened(asked, output) as desk:
        today = date.fromisoformat(desk.ask(clock.today))
        first = output.translator.formats.read_day(asked.since, today) if asked.since else today
        last = first + timedelta(days=asked.days - 1)
        text, count = desk.ask(
            tour.calendar_of, desk.profile.user_id, first.isoformat(), last.isoformat(), titled
        )
        hand_out_text(path, text)
    output.say(output.t("{count} visits written to {file}.", count=count, file=path.name))
    output.result({"written": count, "file": str(path), "from": first.isoformat(), "to": last.isoformat()})
    return exit_codes.OK
