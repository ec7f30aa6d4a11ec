"""A statement counts when headquarters signed it, as this kind, to this device; nothing else does."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest

from channeldesk.trust import signing

SEED, DEVICE = bytes(range(32)), bytes(16)
KEY = signing.public_key(SEED)


def test_what_was_signed_is_read() -> None:
    said = signing.signed(SEED, signing.LEASE, DEVICE, ends_at=7)
    assert signing.read(said, KEY, signing.LEASE, DEVICE) == {
        "kind": "lease",
        "device": DEVICE.hex(),
        "ends_at": 7,
    }


def test_it_is_of_one_kind_for_one_device_by_one_key() -> None:
    said = signing.signed(SEED, signing.WIPE, DEVICE)
    assert signing.read(said, KEY, signing.LEASE, DEVICE) is None
    assert signing.read(said, KEY, signing.WIPE, bytes(15) + b"\1") is None
    assert signing.read(said, signing.public_key(bytes(32)), signing.WIPE, DEVICE) is None
    assert signing.read(said, None, signing.WIPE, DEVICE) is None
    assert signing.read(said, b"short", signing.WIPE, DEVICE) is None


def test_no_sign_of_it_can_be_changed() -> None:
    said = signing.signed(SEED, signing.WIPE, DEVICE, at_once=True)
    for place, sign in enumerate(said):
        other = said[:place] + ("A" if sign != "A" else "B") + said[place + 1 :]
        found = signing.read(other, KEY, signing.WIPE, DEVICE)
        assert found is None or _bytes(other) == _bytes(said), place  # spare bits of the last letter


def _bytes(said: str) -> list[bytes]:
    return [urlsafe_b64decode(part + "==") for part in said.split(".")]


@pytest.mark.parametrize(
    "said", [None, 7, "", ".", "a", "a.b.c", "ä.ö", {}, "e30." + "A" * 86, f"{'A' * 90}.{'A' * 86}"]
)
def test_what_is_no_statement_says_nothing(said: object) -> None:
    assert signing.read(said, KEY, signing.WIPE, DEVICE) is None


def test_a_signature_under_something_else_is_none() -> None:
    """The key signs statements alone: a signature got for other bytes is worth nothing."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    payload = json.dumps({"kind": "wipe", "device": DEVICE.hex()}).encode()
    other = Ed25519PrivateKey.from_private_bytes(SEED).sign(payload)
    said = ".".join(urlsafe_b64encode(part).rstrip(b"=").decode() for part in (payload, other))
    assert signing.read(said, KEY, signing.WIPE, DEVICE) is None
