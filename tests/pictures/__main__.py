"""``python -m tests.pictures WHAT``: the reviewed pictures, and those to look at before a release.

check     draws the window and compares; what differs is saved as a picture: reviewed, now, difference
remake    the same, then keeps what is drawn now; contact sheets of it are saved beside the differences
sheets    writes contact sheets of every page in every look to docs/pictures/sheets
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path

from PySide6.QtGui import QGuiApplication

from tests.pictures import compare, sheet, studio
from tests.pictures.looks import EVERY, LANGUAGES, REVIEWED, SCHEMES
from tests.support import project

SHEETS = project.ROOT / "docs" / "pictures" / "sheets"
_WIDE, _AT_ONCE = 380, 3


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.pictures", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("what", choices=("check", "remake", "sheets"))
    parser.add_argument(
        "--into", type=Path, default=Path("picture-differences"), help="where check puts what differs"
    )
    asked = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    _application = QGuiApplication(sys.argv[:1])  # its fonts write on the sheets
    with tempfile.TemporaryDirectory(prefix="channeldesk-studio-") as place:
        if asked.what == "sheets":
            return _sheets(Path(place))
        studio.draw(REVIEWED, Path(place) / "now", Path(place) / "shared")
        differ = _check(Path(place) / "now", asked.into)
        return _remake(Path(place) / "now", asked.into) if asked.what == "remake" else differ


def _check(now: Path, into: Path) -> int:
    if studio.GROUND_FILE.exists() and (reason := studio.other_ground()):
        print(f"The reviewed pictures were drawn on another ground: {reason}", file=sys.stderr)
    shutil.rmtree(into, ignore_errors=True)
    told = [line for look in REVIEWED for line in differences(look, now / look, into / look)]
    print("\n".join(told) if told else "Every picture is as it was reviewed.")
    return 1 if told else 0


def differences(look: str, now: Path, into: Path) -> list[str]:
    """A line for each picture that is not as reviewed; pictures of them go to ``into``."""
    reviewed = studio.REVIEWED_FOLDER / look
    names = sorted({path.name for path in (*reviewed.glob("*.webp"), *now.glob("*.webp"))})
    told = []
    for name in names:
        if not (reviewed / name).exists():
            told.append(f"{look}/{name}: nobody reviewed it yet")
        elif not (now / name).exists():
            told.append(f"{look}/{name}: no page draws it any more")
        elif found := compare.show(reviewed / name, now / name, into / f"{Path(name).stem}.png"):
            told.append(f"{look}/{name}: {found}; see {into / Path(name).stem}.png")
    return told


def _remake(now: Path, into: Path) -> int:
    shutil.rmtree(studio.REVIEWED_FOLDER, ignore_errors=True)
    shutil.copytree(now, studio.REVIEWED_FOLDER)
    studio.GROUND_FILE.write_text(json.dumps(studio.ground(), indent=2) + "\n", "utf-8")
    into.mkdir(parents=True, exist_ok=True)
    for look in REVIEWED:
        pictures = [(path.stem, path) for path in sorted((studio.REVIEWED_FOLDER / look).glob("*.webp"))]
        sheet.save(sheet.contact(pictures), into / f"{look}.png")
    size = sum(path.stat().st_size for path in studio.REVIEWED_FOLDER.rglob("*.webp"))
    print(f"{size / 1e6:.1f} MB of pictures. Look at {into} before you commit them.")
    return 0


def _sheets(place: Path) -> int:
    now = place / "now"
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        tuple(pool.map(lambda look: studio.draw((look,), now, place / "shared"), EVERY))
    shutil.rmtree(SHEETS, ignore_errors=True)
    for language, scheme in product(LANGUAGES, SCHEMES):
        looks = [one for one in EVERY if one.startswith(f"{language}-{scheme}-")]
        pages = sorted(path.stem for path in (now / looks[0]).glob("*.webp"))
        pictures = [
            (f"{page} · {look.partition(f'{scheme}-')[2]} %", now / look / f"{page}.webp")
            for page in pages
            for look in looks
        ]
        sheet.save(sheet.contact(pictures, _WIDE, len(looks)), SHEETS / f"{language}-{scheme}.webp")
    size = sum(path.stat().st_size for path in SHEETS.iterdir())
    print(f"{len(EVERY)} looks in {SHEETS}, {size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
