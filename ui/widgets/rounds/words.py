"""How rounds are spoken of: why they ran, what came of them, bytes on the wire, how long they took."""

from __future__ import annotations

from channeldesk.model.notice import Notice
from channeldesk.queries.rounds import RoundRow
from channeldesk.rules.rounds import advice
from ui.i18n import formats, n, t, tn

BETWEEN = "  ·  "
TONES = {"finished": "good", "quiet": "outline", "cancelled": "warning", "failed": "bad"}
_KB = 1_000


def reasons() -> list[tuple[str, str]]:
    """Every reason a round runs for."""
    return [
        ("start", t("program started")),
        ("interval", t("at intervals")),
        ("work", t("after your work")),
        ("person", t("you asked")),
        ("reconnect", t("network is back")),
        ("sleep", t("before sleep")),
        ("resume", t("after sleep")),
        ("retry", t("tried again")),
        ("sign_in", t("after signing in")),
        ("trip", t("trip pack")),
        ("check", t("comparison")),
        ("command", t("command line")),
    ]


def results() -> list[tuple[str, str]]:
    return [
        ("finished", t("Done")),
        ("quiet", t("Nothing new")),
        ("cancelled", t("Stopped")),
        ("failed", t("Failed")),
    ]


def reason(row: RoundRow) -> str:
    return dict(reasons()).get(row.reason, row.reason)


def result(row: RoundRow) -> str:
    return dict(results()).get(row.result, row.result)


def tone(row: RoundRow) -> str:
    return TONES.get(row.result, "outline")


def happened(row: RoundRow) -> str:
    """One line: why it failed, what is left to the person, what it moved. The counts stand in columns of
    their own, so that the line may lose its end.
    """
    parts = [tn(one) for one in row.notices]
    if row.needs_you:
        parts.append(n("{count} needs you", "{count} need you", row.needs_you))
    if row.pushed:
        parts.append(n("{count} change sent", "{count} changes sent", row.pushed))
    if row.pulled:
        parts.append(n("{count} row fetched", "{count} rows fetched", row.pulled))
    if row.result == "cancelled":
        parts.append(t("it goes on from there"))
    return BETWEEN.join(parts) or "–"


def consequences(row: RoundRow) -> list[tuple[str, str]]:
    """Of a failure: what happened, what it means for the data, what to do, each with its icon."""
    if row.result != "failed":
        return [("info", tn(one)) for one in row.notices]
    return [line for one in row.notices for line in explained(one)]


def explained(notice: Notice) -> list[tuple[str, str]]:
    said = advice(notice.code)
    meant = said.meant()
    kept = [("shield-check", tn(meant))] if meant is not None else []
    return [("warning-circle", tn(notice)), *kept, ("arrow-right", tn(said.remedied()))]


def size_text(count: int) -> str:
    """Bytes as people read them."""
    value, unit = float(count), "B"
    for unit in ("B", "kB", "MB", "GB"):
        if value < _KB or unit == "GB":
            break
        value /= _KB
    decimals = 0 if unit == "B" or value >= 100 else 1
    return f"{formats().number(value, decimals)} {unit}"


def took_text(milliseconds: int) -> str:
    """A duration to the tenth of a second below ten, in minutes or hours above."""
    seconds = milliseconds / 1000
    if seconds < 10:
        return t("{seconds} s", seconds=formats().number(seconds, 1))
    if seconds < 60:
        return t("{seconds} s", seconds=round(seconds))
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 10 and rest:
        return t("{minutes} min {seconds} s", minutes=minutes, seconds=rest)
    if minutes < 60:
        return n("{count} min", "{count} min", minutes)
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return t("{hours} h {minutes} min", hours=hours, minutes=minutes)
    return n("{count} day", "{count} days", hours // 24)
