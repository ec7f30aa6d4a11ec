"""The README's first command where there is no display: the tour, its pictures and its one line of JSON."""

import json
import os
import subprocess
import sys
from pathlib import Path

from channeldesk.rules.rights import ROLES
from ui.pages import pages_for

ROOT = Path(__file__).resolve().parents[2]


def test_the_tour_takes_an_order_offline_and_photographs_every_page(tmp_path: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
    ended = subprocess.run(
        [sys.executable, str(ROOT / "main.py"), "--demo", "--offscreen"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=170,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert "no display" in ended.stderr
    told = json.loads(ended.stdout.splitlines()[-1])
    assert told["partners"] > 20
    assert told["rows_pulled"] > 20_000
    assert told["offline_order"]
    assert told["accepted_at_hq"] is True
    assert told["pages"] == [entry.id for entry in pages_for(ROLES["manager"])]
    for page in told["pages"]:
        for look in ("en-light", "zh_CN-dark"):
            picture = tmp_path / "demo-pictures" / f"{page}-{look}.png"
            assert picture.stat().st_size > 10_000, picture
    assert "Traceback" not in ended.stderr
