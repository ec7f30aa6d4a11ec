"""Alembic calls this for the schema of headquarters."""

from channeldesk.hq import tables
from channeldesk.model.tables import hq
from migrations.environment import run

assert tables.feed.metadata is hq
run(hq)
