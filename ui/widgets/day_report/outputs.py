"""The day report outside the window: as text, as a document, as a letter that its person sends."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from html import escape

from channeldesk.queries.day_report import DayReport
from ui.i18n import t
from ui.widgets.day_report import words
from ui.widgets.day_report.words import Line

_MARK = "*"
_STYLE = (
    "<style>h1 { font-size: 17pt; margin-bottom: 0 } h2 { font-size: 11pt; margin-top: 14px; "
    "margin-bottom: 2px } p { margin-top: 2px; margin-bottom: 4px } .quiet { color: #5f6368 } "
    "td { padding: 3px 8px 3px 0 }</style>"
)


def text(report: DayReport, who: str, remark: str) -> str:
    """For the clipboard, and for readers of plain letters."""
    lines = [words.title(report), who, words.as_of(report)]
    for section in words.told(report):
        lines += ["", section.title]
        for line in section.lines:
            lines.append(f"- {_one(line)}")
            lines += [f"  {part}" for part in line.note.splitlines()]
    if remark.strip():
        lines += ["", t("Closing remark"), remark.strip()]
    return "\n".join((*lines, *_footnote(report, "\n")))


def html(report: DayReport, who: str, remark: str) -> str:
    """The same as a document; every text is escaped."""
    parts = [
        f"<html><head>{_STYLE}</head><body><h1>{escape(words.title(report))}</h1>",
        f'<p class="quiet">{escape(who)}<br/>{escape(words.as_of(report))}</p>',
    ]
    for section in words.told(report):
        rows = "".join(_row(line) for line in section.lines)
        parts.append(
            f'<h2>{escape(section.title)}</h2><table width="100%" border="0" cellspacing="0">{rows}</table>'
        )
    if remark.strip():
        parts.append(f"<h2>{escape(t('Closing remark'))}</h2><p>{_lines(remark.strip())}</p>")
    parts += [f'<p class="quiet">{escape(one)}</p>' for one in _footnote(report, "")]
    return "".join((*parts, "</body></html>"))


def letter(report: DayReport, who: str, remark: str, paper: bytes, file_name: str) -> bytes:
    """A draft as mail programs read it; ``paper`` is attached. Nobody is its sender yet, nothing is sent."""
    found = EmailMessage(policy=SMTP)
    found["X-Unsent"] = "1"
    found["Subject"] = f"{words.title(report)} · {who}"
    if report.reports_to is not None and report.reports_to[1]:
        found["To"] = report.reports_to[1]
    found.set_content(text(report, who, remark))
    found.add_alternative(html(report, who, remark), subtype="html")
    found.add_attachment(paper, maintype="application", subtype="pdf", filename=file_name)
    return found.as_bytes()


def file_name(report: DayReport, ending: str) -> str:
    return f"{t('Day report {day}', day=report.day)}.{ending}"


def _marked(line: Line) -> str:
    return f"{line.entry.amount} {_MARK}" if line.entry.reason else line.entry.amount


def _one(line: Line) -> str:
    return words.BETWEEN.join(filter(None, (line.entry.title, line.entry.text, _marked(line))))


def _row(line: Line) -> str:
    entry = line.entry
    note = f"<br/>{_lines(line.note)}" if line.note else ""
    below = f'<br/><span class="quiet">{escape(entry.text)}</span>' if entry.text else ""
    return (
        f"<tr><td><b>{escape(entry.title)}</b>{below}{note}</td>"
        f'<td align="right" width="26%">{escape(_marked(line)) or "&nbsp;"}</td></tr>'
    )


def _lines(told: str) -> str:
    return "<br/>".join(escape(one) for one in told.splitlines())


def _footnote(report: DayReport, before: str) -> list[str]:
    marked = any(line.entry.reason for section in words.told(report) for line in section.lines)
    if not marked:
        return []
    return [before + t("{mark} not yet confirmed by headquarters", mark=_MARK)]
