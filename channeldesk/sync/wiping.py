"""Headquarters orders this laptop to destroy what it has: the key first, then the files.

Only an order for this device counts, signed by the key pinned at the first contact (``trust.signing``): a
refusal alone, or whoever answers at headquarters' address, never costs a byte. A marker is written before
anything goes, so that a kill at any step ends in the same: the next start goes on.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from channeldesk.model.notice import Notice, Problem
from channeldesk.store import images, outbox
from channeldesk.sync import certificates, files, leaving
from channeldesk.sync.lease import KEY, STATEMENT
from channeldesk.sync.transport import HttpTransport
from channeldesk.trust import keys, signing
from channeldesk.trust.files import write_atomically

if TYPE_CHECKING:
    from channeldesk.store.database import Database
    from channeldesk.trust.keyring_store import KeyStore

_MARKER = "wiping.json"
_OURS = (
    "cache.*", "cache-damaged-*", ".cache.*", "files.*", "files-damaged-*", ".files.*", "backups", "open",
    ".restoring", "key.json", ".key.json-*", "window.ini", "door.json", "profile.json", ".profile.json-*",
    "certificates.pem", ".certificates.pem-*",
)  # fmt: skip
"""What the program makes in a profile's folder. Anything else there is not its own."""

Step = Callable[[str], None]


class WipeOrdered(Problem):
    """A contact brought a valid order."""

    @classmethod
    def by(cls, order: Order) -> WipeOrdered:
        return cls(Notice("trust.wipe_ordered", {"order": order.statement}))


@dataclass(frozen=True)
class Order:
    """``at_once``: headquarters takes nothing more from this device."""

    statement: str
    at_once: bool


def read(known: Mapping[str, str], statement: object) -> Order | None:
    """The order to this device; None unless headquarters signed it. ``known``: the local state."""
    try:
        key, device = bytes.fromhex(known[KEY]), bytes.fromhex(known["device_id"])
    except (KeyError, ValueError):
        return None
    said = signing.read(statement, key, signing.WIPE, device)
    return None if said is None else Order(str(statement), bool(said.get("at_once")))


def look(database: Database, server: str) -> None:
    """Asks headquarters for an order, without a token: it may not give one any more. Raises WipeOrdered,
    unless something is to be handed in first: that takes a session, so the order waits for the next one.
    """
    with database.read() as connection:
        known = images.read_states(connection)
    order = _asked(server, known) if KEY in known and "device_id" in known else None
    if order is not None and (order.at_once or not _unsent(database)):
        raise WipeOrdered.by(order)


def _unsent(database: Database) -> int:
    with database.read() as connection:
        return outbox.count(connection) + len(files.unsent(connection))


def _asked(server: str, known: Mapping[str, str]) -> Order | None:
    transport = HttpTransport(server, "")
    try:
        answer = transport.get(f"/auth/v1/devices/{known['device_id']}/order")
    except Problem:
        return None
    finally:
        transport.close()
    return read(known, answer.get("order"))


def obey(
    ordered: WipeOrdered,
    database: Database,
    server: str,
    keyring: KeyStore | None,
    carry: Callable[[], object],
    step: Step = lambda name: None,
) -> Problem:
    """Hands in the content of files, if headquarters takes it, and destroys the key. From here on nobody
    reads the data, whatever happens next. Returns what to tell the person.

    Raises Problem where the content could not be handed in now: nothing is destroyed, the order waits.
    """
    with database.read() as connection:
        known = images.read_states(connection)
    order = read(known, ordered.notice.params.get("order"))
    if order is None:
        return Problem.of("sync.defect")
    if not order.at_once and _unsent(database):
        carry()
    left = leaving.unsent(database)
    marker = {
        "server": server,
        "device": known["device_id"],
        "order": order.statement,
        "lease": known.get(STATEMENT, ""),
        "destroyed": left,
    }
    folder = database.path.parent
    write_atomically(folder / _MARKER, json.dumps(marker))
    step("marked")
    _destroy_key(folder, keyring)
    step("key destroyed")
    return _told(marker)


def is_begun(folder: Path) -> bool:
    return (folder / _MARKER).exists()


def finish(folder: Path, keyring: KeyStore | None, step: Step = lambda name: None) -> Problem:
    """Removes the files of a closed profile and says so to headquarters; what to tell the person."""
    try:
        marker = json.loads((folder / _MARKER).read_text("utf-8"))
    except (OSError, ValueError):
        marker = {}
    _destroy_key(folder, keyring)
    certificates.hold(str(marker.get("server", "")), folder)
    remove_files(folder)
    step("files removed")
    _report(marker)
    step("reported")
    (folder / _MARKER).unlink(missing_ok=True)
    return _told(marker)


def remove_all(folder: Path, keyring: KeyStore | None) -> None:
    """Key first, then files, of a closed profile from which nothing is missed."""
    _destroy_key(folder, keyring)
    remove_files(folder)


def remove_files(folder: Path) -> None:
    """Everything that the program made in a profile's folder but the lock; databases before the rest."""
    for pattern in _OURS:
        for path in folder.glob(pattern):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                with suppress(OSError):  # open elsewhere on Windows: without the key it says nothing
                    path.unlink(missing_ok=True)


def _destroy_key(folder: Path, keyring: KeyStore | None) -> None:
    """A locked or broken key store does not save the rest: the file with the other wrap goes all the same."""
    path = folder / "key.json"
    with suppress(Problem):
        keys.destroy(folder, keyring=keyring)
    with suppress(OSError):
        path.unlink(missing_ok=True)


def _report(marker: Mapping[str, Any]) -> None:
    with suppress(Problem, KeyError):
        transport = HttpTransport(marker["server"], "")
        try:
            told = {name: marker[name] for name in ("order", "lease", "destroyed")}
            transport.post(f"/auth/v1/devices/{marker['device']}/obeyed", told)
        finally:
            transport.close()


def _told(marker: Mapping[str, Any]) -> Problem:
    return Problem.of("trust.wiped", count=int(marker.get("destroyed", 0)), remedy="remedy.ask_company")
