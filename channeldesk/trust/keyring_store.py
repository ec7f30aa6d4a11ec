"""The operating system's key store, and only that.

The ``keyring`` package takes whatever backend is installed, also one that writes plain files. Here the
backends are named one by one, what was written is read back, and "locked" is told from "not there".
"""

from __future__ import annotations

import base64
import binascii
import importlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Protocol

from channeldesk.model.notice import Problem

SERVICE = "ChannelDesk"
SYSTEM: Any = object()
"""Stands for the store of this session, whichever that is."""
ALLOWED = {
    "keyring.backends.SecretService.Keyring": "Secret Service",
    "keyring.backends.kwallet.DBusKeyring": "KWallet",
    "keyring.backends.macOS.Keyring": "macOS Keychain",
    "keyring.backends.Windows.WinVaultKeyring": "Windows Credential Manager",
}
"""Class to the name that people know. keyrings.alt, null, fail and chainers are not here on purpose."""


class KeyStore(Protocol):
    """Where wrap A lives. ``name`` says to a person which store it is."""

    name: str

    def get(self, entry: str) -> bytes | None:
        """The key under ``entry``, None when there is none; :class:`Problem` when the store is locked."""

    def put(self, entry: str, key: bytes) -> None:
        """Keep ``key`` and prove that it is kept; :class:`Problem` otherwise."""

    def remove(self, entry: str) -> None:
        """Forget ``entry`` and prove that it is gone; harmless when it is not there. :class:`Problem` where
        the store keeps it.
        """


class MemoryStore:
    """A store for tests and for nothing else: it must be handed in, nothing selects it."""

    def __init__(self, name: str = "memory") -> None:
        self.name = name
        self.entries: dict[str, bytes] = {}

    def get(self, entry: str) -> bytes | None:
        return self.entries.get(entry)

    def put(self, entry: str, key: bytes) -> None:
        self.entries[entry] = key

    def remove(self, entry: str) -> None:
        self.entries.pop(entry, None)


class SystemStore:
    """One allowed backend of the ``keyring`` package."""

    def __init__(self, backend: Any, name: str) -> None:
        self.name = name
        self._backend = backend

    def get(self, entry: str) -> bytes | None:
        with _problems():
            text = self._backend.get_password(SERVICE, entry)
        try:
            return None if text is None else base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            return None

    def put(self, entry: str, key: bytes) -> None:
        with _problems():
            self._backend.set_password(SERVICE, entry, base64.b64encode(key).decode())
        if self.get(entry) != key:
            raise Problem.of("trust.keyring_failed", remedy="remedy.set_passphrase")

    def remove(self, entry: str) -> None:
        from keyring.errors import PasswordDeleteError

        with _problems():
            with suppress(PasswordDeleteError):  # it is not there, or stays: the backends say no more
                self._backend.delete_password(SERVICE, entry)
            if self._backend.get_password(SERVICE, entry) is not None:
                raise Problem.of("trust.keyring_keeps", remedy="remedy.unlock_keyring")


def system() -> KeyStore | None:
    """The best allowed store of this session, None when there is none.

    ``PYTHON_KEYRING_BACKEND`` is respected: it may choose among the allowed ones, or switch them off.
    """
    chosen = os.environ.get("PYTHON_KEYRING_BACKEND")
    wanted = list(ALLOWED) if not chosen else [chosen] if chosen in ALLOWED else []
    viable = [(backend.priority, path, backend) for path in wanted if (backend := _backend(path)) is not None]
    if not viable:
        return None
    _, path, backend = max(viable, key=lambda one: one[0])
    return SystemStore(backend(), ALLOWED[path])


def chosen(keyring: KeyStore | None) -> KeyStore | None:
    """``keyring``, or the session's store where :data:`SYSTEM` stands for it."""
    return system() if keyring is SYSTEM else keyring


def _backend(path: str) -> Any:
    """The backend's class if it works here."""
    module, _, name = path.rpartition(".")
    try:
        backend = getattr(importlib.import_module(module), name)
    except ImportError:
        return None
    return backend if backend.viable else None


@contextmanager
def _problems() -> Iterator[None]:
    """Say what a store's error means; its own text may hold the secret, so it does not travel."""
    from keyring import errors

    try:
        yield
    except Problem:
        raise
    except errors.KeyringLocked:
        raise Problem.of("trust.keyring_locked", remedy="remedy.unlock_keyring") from None
    except (errors.InitError, errors.NoKeyringError):
        raise Problem.of("trust.keyring_absent", remedy="remedy.enter_passphrase") from None
    except errors.PasswordDeleteError:
        raise
    except Exception as error:
        raise Problem.of("trust.keyring_failed", remedy="remedy.enter_passphrase") from error
