"""Wrapping a key by a passphrase: Argon2id makes the wrapping key, AES-GCM seals and proves.

The passphrase takes part in the key; it is never compared with anything stored.
"""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass
from typing import Any

from channeldesk.model.notice import Problem
from channeldesk.rules.passphrases import LEAST

_KDF = "argon2id"
_SALT_BYTES, _NONCE_BYTES, _KEY_BYTES = 16, 12, 32
_MOST_MEMORY_KIB, _MOST_WORK_KIB, _MOST_LANES = 1 << 20, 1 << 22, 64
"""What a file may ask of this computer: a GB at once, four GB to go through."""


@dataclass(frozen=True)
class Cost:
    """How much a guess costs. The default (RFC 9106, second choice) takes about 0.1 s and 64 MB."""

    memory_kib: int = 64 * 1024
    passes: int = 3
    lanes: int = 4

    @property
    def is_bearable(self) -> bool:
        """Whether to take it from a file that anybody may have written."""
        return (
            0 < self.lanes <= _MOST_LANES
            and 8 * self.lanes <= self.memory_kib <= _MOST_MEMORY_KIB
            and 0 < self.passes <= _MOST_WORK_KIB // self.memory_kib
        )


def check(passphrase: str) -> None:
    """Raise :class:`Problem` for a passphrase that is too short to protect anything."""
    if len(passphrase) < LEAST:
        raise Problem.of("trust.passphrase_short", least=LEAST, remedy="remedy.set_passphrase")


def wrap(key: bytes, passphrase: str, context: str, cost: Cost | None = None) -> dict[str, Any]:
    """Seal ``key``; the result is ready for JSON. ``context`` (the profile's id) must be given again."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    cost = cost or Cost()
    salt, nonce = secrets.token_bytes(_SALT_BYTES), secrets.token_bytes(_NONCE_BYTES)
    sealed = AESGCM(_derive(passphrase, salt, cost)).encrypt(nonce, key, context.encode())
    return {
        "kdf": _KDF,
        "memory_kib": cost.memory_kib,
        "passes": cost.passes,
        "lanes": cost.lanes,
        "salt": salt.hex(),
        "nonce": nonce.hex(),
        "sealed": sealed.hex(),
    }


def unwrap(wrapped: dict[str, Any], passphrase: str, context: str) -> bytes:
    """The key again. Raises :class:`Problem` for a wrong passphrase, ValueError or KeyError for nonsense."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    cost = Cost(int(wrapped["memory_kib"]), int(wrapped["passes"]), int(wrapped["lanes"]))
    salt, nonce, sealed = (bytes.fromhex(wrapped[name]) for name in ("salt", "nonce", "sealed"))
    if (
        wrapped["kdf"] != _KDF
        or not cost.is_bearable
        or (len(salt), len(nonce)) != (_SALT_BYTES, _NONCE_BYTES)
    ):
        raise ValueError("unknown parameters")
    try:
        return AESGCM(_derive(passphrase, salt, cost)).decrypt(nonce, sealed, context.encode())
    except InvalidTag:
        raise Problem.of("trust.passphrase_wrong", remedy="remedy.enter_passphrase") from None


def _derive(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    from argon2.low_level import Type, hash_secret_raw

    # One passphrase has several encodings (é as one or two characters, full-width digits): all must do.
    secret = unicodedata.normalize("NFKC", passphrase).encode()
    return hash_secret_raw(
        secret,
        salt,
        time_cost=cost.passes,
        memory_cost=cost.memory_kib,
        parallelism=cost.lanes,
        hash_len=_KEY_BYTES,
        type=Type.ID,
    )
