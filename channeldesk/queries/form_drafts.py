"""What was typed into a form that was neither saved nor given up; on this laptop only."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from channeldesk.queries import clock

PREFIX = "form."
"""Keys of ``local_state``, followed by the form and what it is about."""


@dataclass(frozen=True)
class FormDraft:
    """``typed`` by field, only what differs from what is stored; ``at``: when (ms UTC)."""

    typed: dict[str, Any]
    at: int


def form_draft(connection: sa.Connection, form: str) -> FormDraft | None:
    kept = json.loads(clock.state(connection, PREFIX + form) or "{}")
    return FormDraft(kept["typed"], kept["at"]) if kept else None
