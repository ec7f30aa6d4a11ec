"""The closing remark of a day report."""

from __future__ import annotations

from channeldesk.actions import write
from channeldesk.actions.tx import Tx
from channeldesk.model.changes import Changes, Done, Topic
from channeldesk.queries.day_report import remark, remark_body

_DRAFTS: Changes = frozenset({Topic.SYNC})


def keep_remark(tx: Tx, day: str, text: str) -> Done[None]:
    """Saves without a word what is written below the report of a business date; an empty text ends it."""
    known = remark(tx.connection, tx.user_id, day)
    if not text.strip():
        if known is not None:
            write.remove(tx, "draft", known.draft_id)
    elif known is not None:
        write.patch(tx, "draft", known.draft_id, {"body": remark_body(day, text)})
    else:
        values = {"user_id": tx.user_id, "draft_kind": "visit", "body": remark_body(day, text)}
        write.insert(tx, "draft", values)
    return Done(None, _DRAFTS)
