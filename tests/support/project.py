"""What the project says about itself, for the tests that hold it to that."""

import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

_contracts = SETTINGS["tool"]["importlinter"]["contracts"]
_layers = next(contract for contract in _contracts if contract["type"] == "layers")["layers"]

ROOMS = sorted(name for layer in _layers for name in re.findall(r"\w+", layer))
"""The packages and modules directly inside channeldesk, as the layers name them."""


def files(*suffixes: str) -> Iterator[Path]:
    """Our own files; found without git, so that a downloaded archive can be tested too."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if not _is_product(name)]
        yield from (Path(folder, name) for name in names if Path(name).suffix in suffixes)


def packages(parent: str) -> set[str]:
    """The names of the packages directly inside a package."""
    return {path.parent.name for path in (ROOT / parent).glob("*/__init__.py")}


def modules(parent: str) -> list[str]:
    """The dotted names of everything importable inside a package."""
    paths = (path.relative_to(ROOT).with_suffix("") for path in (ROOT / parent).rglob("*.py"))
    names = (".".join(path.parts).removesuffix(".__init__") for path in paths)
    return sorted(name for name in names if not name.endswith("__main__"))


def _is_product(folder: str) -> bool:
    if folder.startswith("."):
        return folder != ".ci"
    return folder in {"__pycache__", "build", "dist", "demo-pictures"} or folder.endswith(".egg-info")
