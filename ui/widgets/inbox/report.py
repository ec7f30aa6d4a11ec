"""Items as a file: one that people read (HTML), or everything as this laptop keeps it (JSON)."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from channeldesk.queries.inbox import InboxItem, Mutation
from channeldesk.rules.inbox_advice import advice
from ui.i18n import formats, language, t, tn
from ui.widgets.inbox import words
from ui.widgets.save_text import write_whole

Report = Sequence[tuple[InboxItem, Any]]

_STYLE = """
body { font: 14px/1.5 system-ui, sans-serif; max-width: 1100px; margin: 32px auto; padding: 0 24px; }
table { border-collapse: collapse; width: 100%; margin: 12px 0 28px; }
th, td { text-align: left; vertical-align: top; padding: 6px 10px; border-bottom: 1px solid #ccc; }
td { white-space: pre-wrap; overflow-wrap: anywhere; }
h2 { margin-top: 40px; } .quiet { color: #555; }
details pre { white-space: pre-wrap; overflow-wrap: anywhere; }
"""


def write(path: str, report: Report) -> str:
    """Writes the file, by its ending; returns its name. Raises Problem where it cannot be written."""
    target = Path(path)
    text = as_json(report) if target.suffix.lower() == ".json" else as_html(report)
    return write_whole(target, text)


def as_json(report: Report) -> str:
    return json.dumps([raw for _, raw in report], ensure_ascii=False, indent=2)


def as_html(report: Report) -> str:
    """One page that needs nothing else; what the laptop keeps of each item is folded in."""
    parts = [
        f'<!doctype html><html lang="{language().replace("_", "-")}"><meta charset="utf-8">',
        f"<title>{_text(t('Needs you'))}</title><style>{_STYLE}</style><h1>{_text(t('Needs you'))}</h1>",
    ]
    for item, raw in report:
        parts.append(_item(item))
        kept = _text(json.dumps(raw, ensure_ascii=False, indent=2))
        summary = _text(t("Everything this laptop keeps of it"))
        parts.append(f"<details><summary>{summary}</summary><pre>{kept}</pre></details>")
    return "\n".join(parts) + "</html>\n"


def _item(item: InboxItem) -> str:
    row = item.row
    told = advice(row.kind, row.notice)
    lines = [
        f"<h2>{_text(words.row_title(row))}</h2>",
        f"<p>{_text(words.kind_name(row))}. {_text(tn(row.notice))}<br>{_text(tn(told.means))}</p>",
        f'<p class="quiet">{_text(_moments(item))}</p>',
    ]
    if item.fields:
        lines.append(_conflict(item))
    else:
        lines += [_mutation(item, one) for one in item.mutations]
    if item.raw:
        lines.append(
            _table((t("Field"), t("What arrived")), [(name, str(value)) for name, value in item.raw])
        )
    return "\n".join(lines)


def _moments(item: InboxItem) -> str:
    form, row = formats(), item.row
    met = t("{moment}: it came up", moment=form.instant_short(row.recorded_at))
    if row.decided_at is None:
        return met
    decided = t(
        "{moment}: {decision}", moment=form.instant_short(row.decided_at), decision=words.decided_text(row)
    )
    return f"{met}. {decided}"


def _conflict(item: InboxItem) -> str:
    chosen = (item.decision or {}).get("choices", {})
    rows = []
    for field in item.fields:
        sides = [words.version_text(item, field, side) for side in ("base", "mine", "theirs")]
        decided = words.value_text(item, field, chosen[field.name], "mine") if field.name in chosen else ""
        rows.append((words.field_title(field.name), *sides, decided))
    return _table((t("Field"), t("Base"), t("Mine"), t("Theirs"), t("Result")), rows)


def _mutation(item: InboxItem, one: Mutation) -> str:
    rows = []
    for name in dict.fromkeys((*one.base, *one.changes)):
        kind = words.type_of(one.entity, name)
        base, mine = (
            words.plain(name, kind, side.get(name), item.currency or "", item.names)
            for side in (one.base, one.changes)
        )
        if (base, mine) != (words.NOTHING, words.NOTHING):
            rows.append((words.field_title(name), base, mine))
    title = words.entity_title(one.entity)
    return f"<h3>{_text(title)}</h3>" + _table((t("Field"), t("Base"), t("Mine")), rows)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{_text(one)}</th>" for one in heads)
    body = "".join("<tr>" + "".join(f"<td>{_text(one)}</td>" for one in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _text(text: str) -> str:
    return html.escape(text)
