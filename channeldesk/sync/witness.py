"""The laptop as a witness of headquarters' audit trail: it keeps the head that hello told, and tells it with
the next hello. Should the two not agree, the person is told, and the head that does not fit is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from channeldesk.model.notice import Instant, Notice

HEAD, DISPUTED = "audit_head", "audit_disputed"
"""In the local state: ``epoch.seq.hash at``, the time by this laptop's clock."""


def told(kept: str | None) -> str | None:
    """What to tell headquarters of the head that is kept."""
    return kept.partition(" ")[0] if kept else None


def heard(kept: str | None, hello: Mapping[str, Any], now: int) -> tuple[dict[str, str], list[Notice]]:
    """What to write into the local state, and to tell the person. ``now`` in ms UTC."""
    try:
        epoch, audit = str(hello["epoch"]), hello["audit"]
        seq, digest, verdict = int(audit["seq"]), str(audit["hash"]), audit["witness"]
    except (KeyError, TypeError, ValueError):  # a headquarters from before the trail was a chain
        return {}, []
    found = {HEAD: f"{epoch}.{seq}.{digest} {now}"}
    if kept is None:
        return found, []
    head, _, at = kept.partition(" ")
    old_epoch, old_seq, old_digest = head.rsplit(".", 2)
    if old_epoch == epoch and seq < int(old_seq):
        verdict = "shorter"
    elif old_epoch == epoch and seq == int(old_seq) and digest != old_digest:
        verdict = "differs"
    if verdict not in ("differs", "shorter"):
        return found, []
    notice = Notice(f"sync.audit_{verdict}", {"seq": int(old_seq), "at": Instant(int(at))})
    return found | {DISPUTED: kept}, [notice]
