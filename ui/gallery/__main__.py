"""Takes the gallery's pictures: ``python -m ui.gallery docs/pictures``."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

_WIDE = 1200
_NAMES = ("light", "dark", "high_light", "high_dark")


class NoDesk:
    """The gallery asks for no data."""

    def subscribe(self, _told: Callable[..., Any]) -> Callable[[], None]:
        return lambda: None

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)


def main() -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from ui.app import make_application
    from ui.gallery import data, parts
    from ui.gallery.parts import stacked
    from ui.tasks import Tasks
    from ui.theme import theme
    from ui.tour import offscreen

    make_application(sys.argv[:1])
    tasks = Tasks(NoDesk())
    folder = Path(sys.argv[1])
    for name in _NAMES:
        theme.apply(name)
        page = stacked([made() for made in parts.SECTIONS] + data.sections(tasks))
        page.setObjectName("body")
        page.resize(_WIDE, page.sizeHint().height())
        page.show()
        offscreen.settle(lambda: tasks.idle)
        page.resize(
            _WIDE, page.heightForWidth(_WIDE) if page.hasHeightForWidth() else page.sizeHint().height()
        )
        offscreen.settle(lambda: tasks.idle)
        page.grab().save(str(folder / f"gallery-{name.replace('_', '-')}.png"))
        page.deleteLater()
    tasks.close()


if __name__ == "__main__":
    main()
