"""The messages both ends speak. ``docs/sync-protocol.md`` is their description."""

PROTOCOL = 1
SCHEMA = 4
"""Version of the entity declarations as seen on the wire: raised when a field or an entity is added."""
