"""Alembic calls this for the laptop's schema."""

from channeldesk.model import local
from channeldesk.model.tables import laptop
from migrations.environment import run

assert local.outbox.metadata is laptop
run(laptop)
