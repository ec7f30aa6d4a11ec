"""The door: the window, the demo, or the worker for bulk synchronisation. Nothing else."""

from __future__ import annotations

import gc
import sys


def main(arguments: list[str]) -> int:
    """Starts what the arguments ask for and returns its exit code."""
    from channeldesk.trust import redaction

    redaction.to_stderr()
    if arguments[:1] == ["--worker"]:
        from channeldesk.sync.worker import main as worker

        return worker(sys.stdin, sys.stdout)
    if arguments[:1] == ["--demo"]:
        from ui.tour.command import main as demo

        return demo(arguments[1:])
    gc.disable()  # until the window stands: it would search all that is loaded, again and again
    from ui import system_libraries

    if not system_libraries.require(display=True):
        return 1
    from ui.app import main as window

    return window(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
