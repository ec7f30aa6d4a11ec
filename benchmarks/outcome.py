"""What a benchmark hands back, and how it is printed: one JSON object, or the same as a table."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

DIGITS = 4
"""Of every figure: what lies behind them is noise."""
_PACKAGES = (
    "PySide6-Essentials",
    "SQLAlchemy",
    "sqlcipher3",
    "requests",
    "orjson",
    "uvicorn",
    "fastapi",
    "scipy",
)


class CannotRun(Exception):
    """The benchmark has no way to run here; the text says why, for the person who asked."""


@dataclass(frozen=True)
class Outcome:
    """``ours`` and ``floor`` in ``unit``; ``floor`` is None where nothing comparable exists."""

    unit: str
    ours: float
    floor: float | None
    peers: Mapping[str, float] = field(default_factory=dict)
    detail: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self, name: str) -> dict[str, Any]:
        ratio = self.ours / self.floor if self.floor else None
        return {
            "name": name,
            "unit": self.unit,
            "ours": short(self.ours),
            "floor": short(self.floor),
            "ratio": short(ratio),
            "peers": short(self.peers),
            "detail": short(self.detail),
            "machine": machine(),
            "versions": versions(),
            "date": datetime.now(UTC).date().isoformat(),
        }


def short(value: Any) -> Any:
    """The value with every float in it cut to DIGITS significant digits."""
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    if isinstance(value, Mapping):
        return {key: short(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [short(one) for one in value]
    return value


def machine() -> dict[str, Any]:
    """What the figures depend on; no name of the machine or of its user."""
    return {
        "system": f"{platform.system()} {platform.release()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": _memory_gb(),
        "load": [round(one, 2) for one in os.getloadavg()] if hasattr(os, "getloadavg") else None,
    }


def versions() -> dict[str, str]:
    found = {"python": platform.python_version(), "sqlite3": sqlite3.sqlite_version}
    for package in _PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def as_table(result: Mapping[str, Any]) -> str:
    """The object as lines of name and value, nested names indented."""
    return "\n".join(_lines(result, ""))


def _lines(value: Mapping[str, Any], indent: str) -> list[str]:
    width = max((len(str(key)) for key in value), default=0)
    lines: list[str] = []
    for key, one in value.items():
        if isinstance(one, Mapping) and one:
            lines += [f"{indent}{key}", *_lines(one, indent + "  ")]
        else:
            shown = one if isinstance(one, str) else json.dumps(one, ensure_ascii=False)
            lines.append(f"{indent}{key!s:<{width}}  {shown}")
    return lines


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def _memory_gb() -> float | None:
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1)
    except (AttributeError, ValueError, OSError):
        return None
