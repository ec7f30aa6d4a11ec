"""What headquarters says to one device, signed with a key of its own: how long the device may work alone, and
that it shall destroy what it has. A laptop that knows the key obeys nobody else.

A statement is ``payload.signature``, each in base64 for addresses; the payload is JSON and names its kind and
the device, so that none stands for another. The signature is Ed25519 (RFC 8032).
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

LEASE, WIPE = "lease", "wipe"
_BOUND = b"channeldesk statement 1\n"


def public_key(seed: bytes) -> bytes:
    """32 bytes that everybody may know, of the 32 that only headquarters has."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def signed(seed: bytes, kind: str, device: bytes, **facts: int | bool | str) -> str:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    payload = json.dumps({"kind": kind, "device": device.hex(), **facts}, separators=(",", ":")).encode()
    signature = Ed25519PrivateKey.from_private_bytes(seed).sign(_BOUND + payload)
    return f"{_text(payload)}.{_text(signature)}"


def read(statement: object, key: bytes | None, kind: str, device: bytes) -> Mapping[str, Any] | None:
    """What it says; None unless the holder of ``key`` said it, as this kind and to this device."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    if key is None or not isinstance(statement, str):
        return None
    try:
        payload, signature = (_bytes(part) for part in statement.split("."))
        Ed25519PublicKey.from_public_bytes(key).verify(signature, _BOUND + payload)
        said = json.loads(payload)
        fits = said["kind"] == kind and bytes.fromhex(said["device"]) == device
    except (InvalidSignature, ValueError, KeyError, TypeError, binascii.Error):
        return None
    return said if fits else None


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
