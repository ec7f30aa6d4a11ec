"""Starts the processes that draw, on the ground that the pictures rest on."""

from __future__ import annotations

import ctypes
import ctypes.util
import hashlib
import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.support import project

HERE = Path(__file__).parent
REVIEWED_FOLDER = HERE / "reviewed"
GROUND_FILE = REVIEWED_FOLDER / "drawn-with.json"
_FONTS = Path("/usr/share/fonts/opentype")
_FILES = (
    "inter/Inter-Regular.otf",
    "inter/Inter-Medium.otf",
    "inter/Inter-SemiBold.otf",
    "noto/NotoSansCJK-Regular.ttc",
    "noto/NotoSansCJK-Bold.ttc",
)
_NO_MANAGER = "This plugin does not support propagateSizeHints()"
"""The platform without a screen has no window manager to give sizes to: a window of a least size says so."""
_MINUTES = 15


def draw(looks: tuple[str, ...], folder: Path, shared: Path) -> dict[str, list[str]]:
    """``folder/look/page.webp`` for every page; answers what is cut off on which."""
    found: dict[str, list[str]] = {}
    for look in looks:
        done = subprocess.run(
            [sys.executable, "-m", "tests.pictures.draw", str(folder), str(shared), look],
            cwd=project.ROOT,
            env=_environment(shared, _percent(look)),
            capture_output=True,
            text=True,
            timeout=_MINUTES * 60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        said = [line for line in done.stderr.splitlines() if line != _NO_MANAGER]
        assert not said, "\n".join(said)
        found |= json.loads(done.stdout.splitlines()[-1])
    return found


def _percent(look: str) -> int:
    last = look.rpartition("-")[2]
    return int(last) if last.isdigit() else 100


def _environment(shared: Path, percent: int) -> dict[str, str]:
    home = str(shared / "home")
    own = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("QT_", "XDG_", "CHANNELDESK_"))
    }
    return own | {
        "PYTHONPATH": str(project.ROOT),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        "QT_QPA_PLATFORM": "offscreen",
        "QT_SCALE_FACTOR": f"{percent / 100:g}",
        "FONTCONFIG_FILE": str(HERE / "fonts.conf"),
        "HOME": home,
        "XDG_CACHE_HOME": home,
        "XDG_CONFIG_HOME": home,
        "XDG_DATA_HOME": home,
        "TZ": "Asia/Shanghai",
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
    }


def ground() -> dict[str, Any]:
    """What decides how the same window looks in pixels."""
    from PySide6.QtCore import qVersion

    return {
        "system": f"{platform.system()} {platform.machine()}",
        "freetype": _freetype(),
        "fonts": {name: _digest(_FONTS / name) for name in _FILES},
        "qt": qVersion(),
    }


def other_ground() -> str:
    """Why the pictures cannot be compared here, or nothing. Another Qt is no reason: its version is locked,
    and with a new one the pictures are looked at and made anew.
    """
    reviewed, here = json.loads(GROUND_FILE.read_text("utf-8")), ground()
    differ = [f"{name}: {here[name]}, not {reviewed[name]}" for name in here if here[name] != reviewed[name]]
    return "; ".join(one for one in differ if not one.startswith("qt:"))


def _freetype() -> str:
    name = ctypes.util.find_library("freetype") if sys.platform.startswith("linux") else None
    if name is None:
        return ""
    library, handle = ctypes.CDLL(name), ctypes.c_void_p()
    parts = [ctypes.c_int() for _ in range(3)]
    library.FT_Init_FreeType(ctypes.byref(handle))
    library.FT_Library_Version(handle, *(ctypes.byref(one) for one in parts))
    library.FT_Done_FreeType(handle)
    return ".".join(str(one.value) for one in parts)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16] if path.exists() else ""
