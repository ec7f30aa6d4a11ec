"""Visits as a calendar file (RFC 5545) that any calendar takes in, and takes in again when they moved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from channeldesk.rules.calendar import instant
from channeldesk.rules.content_lines import document, escaped
from channeldesk.rules.route import Place


@dataclass(frozen=True, slots=True)
class Appointment:
    """``start`` in minutes after midnight in ``zone``, None for any time of the day. ``id`` stays the same
    for life, so that a later file changes the entry and adds none. Instants in ms UTC.
    """

    id: bytes
    title: str
    day: str
    start: int | None
    minutes: int
    zone: str
    about: str | None
    address: str
    place: Place | None
    created_at: int
    changed_at: int


def calendar_file(appointments: Iterable[Appointment], now_ms: int) -> str:
    """The text of the file, to be written as UTF-8. Raises Problem for a time zone nobody knows."""
    lines = [("BEGIN", "VCALENDAR"), ("VERSION", "2.0"), ("PRODID", "-//ChannelDesk//Visits//EN")]
    for one in appointments:
        lines += _event(one, now_ms)
    return document([*lines, ("END", "VCALENDAR")])


def _event(one: Appointment, now_ms: int) -> Iterator[tuple[str, str]]:
    yield "BEGIN", "VEVENT"
    yield "UID", str(UUID(bytes=one.id))
    yield "DTSTAMP", _instant(now_ms)
    yield "CREATED", _instant(one.created_at)
    yield "LAST-MODIFIED", _instant(one.changed_at)
    # Seconds from planning to this file: nothing here counts revisions, and the latest file is to win.
    yield "SEQUENCE", str(max(0, now_ms - one.created_at) // 1_000)
    yield from _when(one)
    yield "SUMMARY", escaped(one.title)
    if one.about:
        yield "DESCRIPTION", escaped(one.about)
    if one.address:
        yield "LOCATION", escaped(one.address)
    if one.place is not None:
        yield "GEO", f"{one.place[0] / 1_000_000:.6f};{one.place[1] / 1_000_000:.6f}"
    yield "END", "VEVENT"


def _when(one: Appointment) -> Iterator[tuple[str, str]]:
    day = date.fromisoformat(one.day)
    if one.start is None:
        yield "DTSTART;VALUE=DATE", f"{day:%Y%m%d}"
        yield "DTEND;VALUE=DATE", f"{day + timedelta(days=1):%Y%m%d}"
        yield "TRANSP", "TRANSPARENT"
        return
    begins = instant(day, one.start, one.zone)
    yield "DTSTART", _utc(begins)
    yield "DTEND", _utc(begins + timedelta(minutes=max(1, one.minutes)))


def _instant(at_ms: int) -> str:
    return _utc(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at_ms))


def _utc(at: datetime) -> str:
    return f"{at:%Y%m%dT%H%M%SZ}"
