"""What is said of a file: its size, who and when, how it stands."""

from __future__ import annotations

from channeldesk.model.notice import Notice
from ui.i18n import formats, t, tn
from ui.viewmodels.files import FileEntry, Moving

_KB = 1024
BETWEEN = " · "


def size_text(count: int) -> str:
    """Bytes as people read them."""
    if count < _KB:
        return t("{count} bytes", count=count)
    value, unit = float(count), ""
    for unit in ("kB", "MB", "GB"):
        value /= _KB
        if value < _KB or unit == "GB":
            break
    return f"{formats().number(value, 0 if value >= 100 else 1)} {unit}"


def second_line(entry: FileEntry, of_visit: bool) -> str:
    """Size, who and when, the visit it belongs to, its note."""
    row = entry.row
    day = formats().day_short(formats().local(row.added_at).date()) if row.added_at else ""
    visit = ""
    if row.visited_on and not of_visit:
        visit = t("visit of {day}", day=formats().day_short(row.visited_on))
    who = t("you") if row.mine else row.by
    shared = t("shared with the partner") if row.shared else ""
    return BETWEEN.join(filter(None, (size_text(row.size), who, day, visit, shared, row.note or "")))


def state_text(entry: FileEntry, moving: Moving) -> tuple[str, str, str]:
    """Words, tint and icon of how a file stands; nothing where all is well."""
    share = moving.share(entry.row)
    if share is not None:
        return (
            formats().percent(share, 0),
            "accent",
            "cloud-arrow-up" if _sends(entry, moving) else "cloud-arrow-down",
        )
    match entry.state:
        case "waiting":
            return t("waits to be sent"), "provisional", "cloud-arrow-up"
        case "remote" if entry.have:
            part = formats().percent(entry.have / max(1, entry.row.size), 0)
            return t("{percent} fetched", percent=part), "accent", "cloud-arrow-down"
        case "remote":
            return t("fetch"), "accent", "cloud-arrow-down"
        case "awaited":
            return t("not sent yet"), "tertiary", "hourglass"
        case "lost":
            return t("content missing"), "bad", "warning-circle"
        case "failed":
            return t("failed, try again"), "bad", "warning-circle"
        case _:
            return "", "good", "check-circle"


def explained(entry: FileEntry, moving: Moving) -> str:
    """A sentence on how the file stands, for tooltip, screen readers and the line below the list."""
    if moving.share(entry.row) is not None:
        return t("It is being sent.") if _sends(entry, moving) else t("It is being fetched. Esc stops.")
    if entry.notice is not None:
        remedy = tn(Notice(entry.remedy)) if entry.remedy else ""
        return " ".join(filter(None, (tn(entry.notice), remedy)))
    match entry.state:
        case "waiting":
            return t("It is safe here and goes to headquarters with the next synchronisation.")
        case "remote":
            return t("It is at headquarters. Enter fetches and opens it.")
        case "awaited":
            return t("Whoever added it has not sent it yet. It comes by itself.")
        case "lost":
            return t("It was never sent and is not on this laptop. Add it again from where it is kept.")
        case _ if not entry.opens:
            return not_opened()
        case _:
            return t("It is here, also without a network.")


def not_opened() -> str:
    return t("A program is not opened by a click. Save it, if you trust whoever added it.")


def _sends(entry: FileEntry, moving: Moving) -> bool:
    return entry.row.attachment_id in moving.sending
