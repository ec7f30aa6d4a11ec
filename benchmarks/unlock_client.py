"""A window over a profile that is opened in one of several ways, each in a process of its own.

``python -m benchmarks.unlock_client WAY PROFILE``. ``session`` starts a bus with a Secret Service of its own,
puts the key there (``keep``) and measures in it (``key store``).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from benchmarks import demo_profile, screen, startup_client
from benchmarks.process import MEASURED_SECONDS, ROOT, measured
from benchmarks.unlock import CLIENT, PHRASE

_SERVICE = 'printf secret | gnome-keyring-daemon --unlock --components=secrets >/dev/null; exec "$@"'


def main() -> None:
    way, place = sys.argv[1], Path(sys.argv[2])
    if way == "session":
        _in_a_session(place)
    elif way == "keep":
        _keep(place)
    elif way == "prepare":
        _only_a_passphrase(place)
    elif way == "passphrase":
        print(json.dumps(startup_client.ours(place, PHRASE, keyring=None)))
    elif way == "floor":
        print(json.dumps(startup_client.ours(place)))
    else:
        from channeldesk.trust.keyring_store import SYSTEM

        print(json.dumps(startup_client.ours(place, keyring=SYSTEM)))


def _in_a_session(place: Path) -> None:
    command = ["dbus-run-session", "--", "sh", "-c", _SERVICE, "sh", sys.executable, "-m", CLIENT, "keep"]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHON_KEYRING_BACKEND"}
    done = subprocess.run(
        [*command, str(place)],
        cwd=ROOT,
        env=environment | {"XDG_DATA_HOME": str(place / "session")},
        stdout=subprocess.PIPE,
        text=True,
        timeout=MEASURED_SECONDS,
        check=True,
    )
    print(done.stdout)


def _keep(place: Path) -> None:
    from channeldesk.trust import keys

    keys.add_keyring(place, _key(place))
    started = {startup_client.STARTED_NS: str(time.monotonic_ns())}
    print(json.dumps(measured(CLIENT, "key store", place, environment=screen.environment() | started)))


def _only_a_passphrase(place: Path) -> None:
    from dataclasses import replace

    from channeldesk.trust import keys

    keys.add_passphrase(place, _key(place), PHRASE)
    keys.save(place, replace(keys.load(place), keyring=None))
    print("{}")


def _key(place: Path) -> bytes:
    from channeldesk.trust import keys

    key = demo_profile.FileStore(place).get(keys.load(place).entry)
    assert key is not None
    return key


if __name__ == "__main__":
    main()
