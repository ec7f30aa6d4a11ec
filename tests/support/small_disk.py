"""A disk that is full: a small tmpfs of the test's own, which needs root on Linux."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator["SmallDisk"]:
    """Mounted on ``folder`` until the block ends; skips the test where nobody may mount."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        pytest.skip("a disk of its own needs root on Linux")
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no tmpfs can be mounted here: {done.stderr.strip()}")
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


class SmallDisk:
    """``fill`` leaves room for so many bytes; ``clear`` gives the room back."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"

    def fill(self, leaving: int = 0) -> None:
        with self._filler.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(65536))
        if leaving:
            with self._filler.open("rb+") as file:
                file.truncate(max(0, self._filler.stat().st_size - leaving))

    def clear(self) -> None:
        self._filler.unlink()
