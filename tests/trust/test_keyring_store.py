"""Only named key stores count. The real Secret Service is tested where its daemon is installed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from keyring import errors
from keyring.backends import fail, null

from channeldesk.model.notice import Problem
from channeldesk.trust import keyring_store
from channeldesk.trust.keyring_store import SystemStore


class FaultyBackend:
    """A backend as the keyring package describes them, which answers as told."""

    def __init__(self, error: Exception | None = None, forgets: bool = False) -> None:
        self.error, self.forgets = error, forgets
        self.kept: dict[tuple[str, str], str] = {}

    def _fail(self) -> None:
        if self.error is not None:
            raise self.error

    def get_password(self, service: str, name: str) -> str | None:
        self._fail()
        return self.kept.get((service, name))

    def set_password(self, service: str, name: str, password: str) -> None:
        self._fail()
        if not self.forgets:
            self.kept[service, name] = password

    def delete_password(self, service: str, name: str) -> None:
        self._fail()
        if self.kept.pop((service, name), None) is None:
            raise errors.PasswordDeleteError


@pytest.mark.parametrize(
    "backend",
    [
        f"{fail.Keyring.__module__}.Keyring",
        f"{null.Keyring.__module__}.Keyring",
        "keyrings.alt.file.PlaintextKeyring",
        "keyring.backends.chainer.ChainerBackend",
    ],
)
def test_a_backend_that_is_not_on_the_list_is_never_used(
    monkeypatch: pytest.MonkeyPatch, backend: str
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", backend)

    assert keyring_store.system() is None


def test_what_was_written_is_read_back() -> None:
    store = SystemStore(FaultyBackend(), "Test")

    store.put("entry", bytes(32))
    assert store.get("entry") == bytes(32)
    store.remove("entry")
    store.remove("entry")
    assert store.get("entry") is None


def test_a_backend_that_forgets_is_found_out() -> None:
    with pytest.raises(Problem) as caught:
        SystemStore(FaultyBackend(forgets=True), "Test").put("entry", bytes(32))

    assert caught.value.notice.code == "trust.keyring_failed"


def test_a_backend_that_keeps_what_is_to_go_is_found_out() -> None:
    """The same error means "not there" and "refused", so the answer is looked for in the store."""

    class Keeping(FaultyBackend):
        def delete_password(self, service: str, name: str) -> None:
            raise errors.PasswordDeleteError("denied")

    store = SystemStore(Keeping(), "Test")
    store.remove("entry")
    store.put("entry", bytes(32))
    with pytest.raises(Problem) as caught:
        store.remove("entry")
    assert caught.value.notice.code == "trust.keyring_keeps"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.KeyringLocked("locked"), "trust.keyring_locked"),
        (errors.InitError("no bus"), "trust.keyring_absent"),
        (errors.NoKeyringError("none"), "trust.keyring_absent"),
        (errors.KeyringError("denied"), "trust.keyring_failed"),
        (RuntimeError("bus died"), "trust.keyring_failed"),
    ],
)
def test_locked_is_told_from_absent(error: Exception, code: str) -> None:
    store = SystemStore(FaultyBackend(error), "Test")

    for use in (
        lambda: store.get("entry"),
        lambda: store.put("entry", bytes(32)),
        lambda: store.remove("entry"),
    ):
        with pytest.raises(Problem) as caught:
            use()
        assert caught.value.notice.code == code


def test_an_entry_that_is_not_ours_counts_as_none() -> None:
    backend = FaultyBackend()
    backend.kept[keyring_store.SERVICE, "entry"] = "not base 64!"

    assert SystemStore(backend, "Test").get("entry") is None


ROUND_TRIP = """
from pathlib import Path
import sys
from channeldesk.trust import keys
folder = Path(sys.argv[1])
key = keys.create(folder, "profile-1")
assert keys.load(folder).keyring == "Secret Service", keys.load(folder)
assert keys.unlock(folder) == key
keys.destroy(folder)
print("kept and found")
"""

LOCKED = """
from pathlib import Path
import sys
import secretstorage
from channeldesk.model.notice import Problem
from channeldesk.trust import keys
folder, phrase = Path(sys.argv[1]), "a long passphrase"
key = keys.create(folder, "profile-1", passphrase=phrase)
def told():
    try:
        keys.unlock(folder)
    except Problem as problem:
        return problem.notice.code
keys.lock_away(folder)
print(told())
keys.bring_back(folder, keys.unlock(folder, passphrase=phrase))
print("open" if keys.unlock(folder) == key else "another key")
secretstorage.get_default_collection(secretstorage.dbus_init()).lock()
print(told())
keys.lock_away(folder)
print(keys.still_left(folder).notice.code)
"""


@pytest.mark.skipif(
    not (shutil.which("dbus-run-session") and shutil.which("gnome-keyring-daemon")),
    reason="needs dbus-run-session and gnome-keyring-daemon",
)
@pytest.mark.parametrize(
    ("program", "said"),
    [
        (ROUND_TRIP, ["kept and found"]),
        (LOCKED, ["trust.locked", "open", "trust.keyring_locked", "trust.key_left"]),
    ],
)
def test_a_real_secret_service_keeps_the_key(tmp_path: Path, program: str, said: list[str]) -> None:
    """And gives it away while the person locks the data; locked by the person it is told from not there."""
    script = 'printf secret | gnome-keyring-daemon --unlock --components=secrets >/dev/null; exec "$@"'
    environment = {k: v for k, v in os.environ.items() if k != "PYTHON_KEYRING_BACKEND"}

    answer = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", script, "sh", sys.executable, "-c", program, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
        env=environment | {"XDG_DATA_HOME": str(tmp_path / "data"), "HOME": str(tmp_path)},
        cwd=Path(__file__).resolve().parents[2],
    )

    assert answer.stdout.split("\n")[:-1] == said, answer.stderr
