"""Opens every page of the window again and again, in a process of its own.

``python -m benchmarks.page_open_client PROFILE ROUNDS`` prints milliseconds per page: from the click until
every question of the page is answered and painted. ``first`` holds the opening that also imports and builds
the page; each later one asks everything anew, as after a change.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import memory, screen, window

if TYPE_CHECKING:
    from ui.app import App


def main() -> None:
    place, rounds = Path(sys.argv[1]), int(sys.argv[2])
    with window.opened(place) as app:
        found = window.subjects(app.tasks.desk.ask)
        pages = [entry.id for entry in app.window.router.entries.values() if entry.group or entry.id in found]
        built = set(app.window.router.pages)
        taken: dict[str, list[float]] = {page: [] for page in pages}
        for _ in range(rounds + 1):
            for page in pages:
                taken[page].append(_open(app, page, found.get(page)))
        skipped = sorted(set(app.window.router.entries) - set(pages))
    first = {page: times[0] for page, times in taken.items() if page not in built}
    again = {page: times[1:] for page, times in taken.items()}
    print(json.dumps({"first": first, "again": again, "skipped": skipped, "memory_mb": memory.peak_mb()}))


def _open(app: App, page_id: str, subject: bytes | None) -> float:
    router = app.window.router
    if (page := router.pages.get(page_id)) is not None:
        page.stale = True
    started = time.perf_counter()
    router.go(page_id, subject)
    screen.settle(app.tasks, app.window)
    taken = (time.perf_counter() - started) * 1000
    page = router.pages[page_id]
    if page.face.isVisible() and page.face.kind == "error":
        raise RuntimeError(f"{page_id} shows an error instead of its content")
    return taken


if __name__ == "__main__":
    main()
