"""The command line: the same engine without a window. ``docs/command-line.md`` describes it."""

from __future__ import annotations

from channeldesk.cli.run import main

__all__ = ["main"]
