"""The bill of materials (CycloneDX) of what the program ships, out of the locked file; needs no network.

    python requirements/bill.py sbom.json

Every package with version, hashes and licence. Fails for a licence under which the program, itself under
Apache 2.0 beside Qt under the LGPL, may not be handed on, and for one that nobody looked up.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

from license_expression import ExpressionError, get_spdx_licensing

FOLDER = Path(__file__).resolve().parent
ALLOWED = frozenset(
    """
    0BSD Apache-2.0 BSD-2-Clause BSD-3-Clause CC0-1.0 ISC LGPL-3.0-only MIT MIT-0 MPL-2.0 PSF-2.0 Zlib
    """.split()
)
"""Kept apart and replaceable where the licence wants that (LGPL, MPL): one folder, nothing linked in."""
LOOKED_UP = {
    "backports-tarfile": "MIT",
    "colorama": "BSD-3-Clause",
    "jaraco-classes": "MIT",
    "jinja2": "BSD-3-Clause",
    "pywin32-ctypes": "BSD-3-Clause",
    "scipy": "BSD-3-Clause",
    "sqlcipher3": "Zlib AND BSD-3-Clause AND Apache-2.0",
}
"""Of packages that do not tell it in a form for machines, or are for another system than this one.

The wheels of numpy and scipy carry run-time libraries of GCC as files of their own: libgfortran under the GPL
with the exception that lets it go along with anything, libquadmath under the LGPL (2.1 or later).
"""
_SPDX = get_spdx_licensing()
_CLASSES = {
    "License :: OSI Approved :: MIT License": "MIT",
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}


def bill(locked: Path) -> dict[str, Any]:
    """The bill of a locked file, without licences."""
    command = [sys.executable, "-m", "cyclonedx_py", "requirements", str(locked)]
    options = ["--pyproject", str(FOLDER.parent / "pyproject.toml"), "--output-reproducible", "--of", "JSON"]
    done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def licence(name: str) -> str | None:
    """An SPDX expression; None where nobody knows it."""
    if name in LOOKED_UP:
        return LOOKED_UP[name]
    try:
        told = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return None
    for text in (told.get("License-Expression"), told.get("License")):
        if text and _parsed(text) is not None:
            return text
    known = {_CLASSES.get(one) for one in told.get_all("Classifier") or []} - {None}
    return known.pop() if len(known) == 1 else None


def _parsed(expression: str) -> Any:
    try:
        return _SPDX.parse(expression, validate=True, strict=True)
    except ExpressionError:
        return None


def allows(expression: str, allowed: frozenset[str] = ALLOWED) -> bool:
    """Whether one of the choices that an expression gives is allowed in all its parts."""
    parsed = _parsed(expression)
    if parsed is None:
        return False
    truth = {symbol: _SPDX.TRUE if symbol.key in allowed else _SPDX.FALSE for symbol in parsed.symbols}
    return bool(parsed.subs(truth, simplify=True) == _SPDX.TRUE)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="bill", description="Write the bill of materials.")
    parser.add_argument("file", type=Path, help="where it goes, JSON")
    parser.add_argument("--locked", type=Path, default=FOLDER / "run.txt", help="default: what is shipped")
    asked = parser.parse_args(arguments)
    found, wrong = bill(asked.locked), []
    for component in found["components"]:
        expression = licence(component["name"])
        if expression is not None:
            component["licenses"] = [{"expression": expression}]
        if expression is None or not allows(expression):
            wrong.append(f"{component['name']} {component['version']}: {expression or 'licence unknown'}")
    asked.file.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    for line in sorted(set(wrong)):
        print(line, file=sys.stderr)
    print(f"{len(found['components'])} packages, {len(set(wrong))} with a licence that is not allowed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
