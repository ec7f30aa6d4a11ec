"""The Alembic environment of both sides. A side's ``env.py`` calls :func:`run` with its metadata.

The caller opens the connection and its transaction: a migration happens all or not at all, and the caller's
checks are part of it.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext

from channeldesk.model.tables import Day, Id


def run(metadata: sa.MetaData) -> None:
    """Run the asked-for operation on ``config.attributes["connection"]``, inside its transaction."""
    context.configure(connection=context.config.attributes["connection"], **options(metadata))
    context.run_migrations()


def options(metadata: sa.MetaData) -> dict[str, Any]:
    """How models and schema are compared and written down, here and in the tests."""
    return {
        "target_metadata": metadata,
        "compare_type": True,
        "compare_server_default": True,
        "include_name": _is_ours,
        "render_item": _render,
        "render_as_batch": True,
    }


def _is_ours(name: str | None, kind: str, parents: Any) -> bool:
    """Full-text indexes are virtual tables, written by hand in a revision and unknown to the models."""
    return not (kind == "table" and name is not None and name.startswith("search_index"))


def _render(kind: str, item: Any, autogen: AutogenContext) -> str | bool:
    if kind == "type" and isinstance(item, Id | Day):
        autogen.imports.add("from migrations import types")
        return "types.ID" if isinstance(item, Id) else "types.DAY"
    return False
