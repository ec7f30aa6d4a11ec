"""How a trip pack is spoken of: what is ready, what is missing and why, what else is worth knowing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channeldesk.queries.trip import TripPartner
from ui.i18n import formats, n, t, tn

if TYPE_CHECKING:
    from channeldesk.sync.trip import MissingFile, TripReport

BETWEEN = "  ·  "
_NAMED = 3
"""So many missing files are named in the total, the others counted."""


def spans() -> list[tuple[object, str]]:
    return [
        ("next", t("a week from the next visit on")),
        ("tomorrow", t("tomorrow")),
        ("week", t("until Sunday")),
        ("fortnight", t("two weeks")),
    ]


def total(report: TripReport) -> str:
    """One line: for how many visits until when, and what is missing."""
    pack, ready = report.pack, report.ready_visits
    until = formats().day_of_week(max(day for one in pack.partners for day in one.days))
    if ready == pack.visits:
        return n(
            "Ready for {count} visit until {day}", "Ready for {count} visits until {day}", ready, day=until
        )
    return t("Ready for {ready} of {count} visits until {day}", ready=ready, count=pack.visits, day=until)


def missing(report: TripReport) -> str:
    """What keeps the journey from being complete; "" if nothing does."""
    parts = []
    rows = sum(not one.complete for one in report.pack.partners)
    if rows:
        parts.append(n("{count} partner is not complete", "{count} partners are not complete", rows))
    files = report.missing
    if files:
        names = [one.file_name for one in files[:_NAMED]]
        if len(files) > _NAMED:
            names.append(n("{count} more", "{count} more", len(files) - _NAMED))
        told = formats().listing(names)
        parts.append(
            n("{count} file missing: {names}", "{count} files missing: {names}", len(files), names=told)
        )
    return BETWEEN.join(parts)


def lacking(report: TripReport, one: TripPartner) -> str:
    """Of one partner: what is missing, then what is worth knowing."""
    parts = []
    if not one.complete:
        parts.append(t("not all of it is on this laptop"))
    parts += [
        t("{file}: {why}", file=gone.file_name, why=why(gone)) for gone in report.missing_of(one.partner_id)
    ]
    if not one.contacts:
        parts.append(t("no contact is known"))
    if not one.prices:
        parts.append(t("no price list is open to it"))
    if one.waiting:
        parts.append(n("{count} change not sent yet", "{count} changes not sent yet", one.waiting))
    return BETWEEN.join(parts)


def _told(gone: MissingFile) -> str:
    """A reason that headquarters or the disk gave names the file itself."""
    return (
        tn(gone.notice) if gone.notice is not None else t("{file}: {why}", file=gone.file_name, why=why(gone))
    )


def why(gone: MissingFile) -> str:
    return {
        "remote": t("not fetched yet"),
        "awaited": t("its author has not sent it"),
        "lost": t("it is on another of your devices"),
    }.get(gone.state, t("it could not be fetched"))


def days(one: TripPartner) -> str:
    return formats().listing([formats().day_brief(day) for day in one.days])
