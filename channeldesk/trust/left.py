"""Keys that a key store would not give up: noted, asked for again, and told until it does.

The note stands beside the profile's folder, since that may have gone with everything in it. It names entries
of the key store, and holds no secret.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path

from channeldesk.model.notice import Problem
from channeldesk.trust.files import write_atomically
from channeldesk.trust.keyring_store import KeyStore

_log = logging.getLogger(__name__)


def note_of(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.key-left.json")


def read(folder: Path) -> dict[str, str]:
    """Entries that are to go, with the names of their key stores."""
    try:
        plain = json.loads(note_of(folder).read_text("utf-8"))
        return {str(entry): str(store) for entry, store in plain.items()}
    except (OSError, ValueError, AttributeError):
        return {}


def take_out(folder: Path, entry: str, name: str, store: KeyStore | None) -> bool:
    """Takes ``entry`` out of the key store ``name``; where that cannot be, it is noted. ``store``: that of
    this session.
    """
    try:
        if store is None or store.name != name:
            raise Problem.of("trust.keyring_absent")
        store.remove(entry)
    except Problem as problem:
        _log.info("%s keeps the entry %s: %s", name, entry, problem)
        _write(folder, {**read(folder), entry: name})
        return False
    forget(folder, entry)
    return True


def forget(folder: Path, entry: str) -> None:
    """It is out, or in use again."""
    noted = read(folder)
    if noted.pop(entry, None) is not None:
        _write(folder, noted)


def told(folder: Path, here: str | None) -> Problem | None:
    """What a person has to know and can do. ``here``: the entry of the key of the data that is here."""
    noted = read(folder)
    if not noted:
        return None
    entry = here if here in noted else next(iter(noted))
    code = "trust.key_left" if entry == here else "trust.key_left_behind"
    return Problem.of(code, store=noted[entry], entry=entry, remedy="remedy.remove_key")


def _write(folder: Path, noted: dict[str, str]) -> None:
    path = note_of(folder)
    try:
        if noted:
            write_atomically(path, json.dumps(noted) + "\n")
        else:
            path.unlink(missing_ok=True)
    except OSError:
        _log.warning("what the key store keeps cannot be noted in %s", path, exc_info=True)
