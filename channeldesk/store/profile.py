"""A profile: one user on one server on this device, in one folder.

====================  ================================================================
``profile.json``      who and where; nothing secret
``key.json``          how the database key is kept (``channeldesk.trust.keys``)
``cache.db``          the encrypted database
``files.db``          the content of files, encrypted with the same key
``certificates.pem``  the company's certificates, where a person chose a file of them
``backups/``          encrypted copies, made before a migration
``lock``              held by the process that owns the profile (``channeldesk.store.lock``)
====================  ================================================================
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from channeldesk.model.notice import Problem
from channeldesk.store.drives import is_network_drive
from channeldesk.trust.files import write_atomically

VERSION = 1
_FILE = "profile.json"


@dataclass(frozen=True)
class Profile:
    """Who works here and where headquarters is. Times are milliseconds UTC; ids are 16 bytes."""

    id: str
    """Names the keyring's entry; new with every profile, also on the same device."""
    server: str
    user_id: bytes
    login: str
    user_name: str
    role: str
    device_id: bytes
    device_prefix: str
    created_at: int
    language: str | None = None
    company: str = ""
    currency: str = ""
    signed_out: bool = False
    """The person signed out: nothing opens before another sign-in."""

    def to_json(self) -> str:
        plain = {
            name: value.hex() if isinstance(value, bytes) else value for name, value in asdict(self).items()
        }
        return json.dumps({"version": VERSION, **plain}, ensure_ascii=False, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Profile:
        """Read what :meth:`to_json` wrote; raises ValueError, KeyError or TypeError for anything else."""
        plain: dict[str, Any] = json.loads(text)
        known = {field.name: plain[field.name] for field in fields(cls) if field.name in plain}
        for name in ("user_id", "device_id"):
            known[name] = bytes.fromhex(known[name])
        return cls(**known)

    def facts(self) -> dict[str, str]:
        """What the local state holds of it, too."""
        return {
            "user_id": self.user_id.hex(),
            "role": self.role,
            "device_id": self.device_id.hex(),
            "device_prefix": self.device_prefix,
            "company": self.company,
            "company_currency": self.currency,
        }

    def save(self, folder: Path) -> None:
        """Write it all or not at all, also when the power fails."""
        write_atomically(folder / _FILE, self.to_json())


def usual_folder() -> Path:
    """Where this user's profile lives: CHANNELDESK_PROFILE, else the usual place of this system."""
    if named := os.environ.get("CHANNELDESK_PROFILE"):
        return Path(named).expanduser()
    home = Path.home()
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = home / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    return base / "ChannelDesk" / "profile"


def load(folder: Path) -> Profile:
    """The profile in ``folder``. Raises :class:`Problem` when there is none or it cannot be read."""
    try:
        text = (folder / _FILE).read_text("utf-8")
        if json.loads(text)["version"] > VERSION:
            raise Problem.of("profile.newer", folder=str(folder), remedy="remedy.update_program")
        return Profile.from_json(text)
    except FileNotFoundError:
        raise Problem.of("profile.not_found", folder=str(folder)) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Problem.of("profile.unreadable", folder=str(folder)) from error


def exists(folder: Path) -> bool:
    return (folder / _FILE).exists()


def prepare(folder: Path) -> None:
    """Make the folder, readable for its user only. Raises :class:`Problem` where no profile may be made."""
    if exists(folder):
        raise Problem.of("profile.exists", folder=str(folder))
    if any((folder / name).exists() for name in ("key.json", "cache.db")):  # may hold unsent work
        raise Problem.of("profile.remains", folder=str(folder), remedy="remedy.other_folder")
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise Problem.of("profile.no_folder", folder=str(folder), remedy="remedy.check_disk") from error
    if is_network_drive(folder):
        raise Problem.of("profile.network_drive", folder=str(folder), remedy="remedy.local_folder")


def check_database(folder: Path) -> None:
    """Raises :class:`Problem` when the database of a made profile is gone.

    A new, empty one in its place would hide that work which was not sent is lost.
    """
    path = database_path(folder)
    if not path.exists() or path.stat().st_size == 0:
        raise Problem.of("store.no_database", file=path.name, remedy="remedy.restore_file")


def database_path(folder: Path) -> Path:
    return folder / "cache.db"


def files_path(folder: Path) -> Path:
    return folder / "files.db"
