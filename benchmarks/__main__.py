"""``python -m benchmarks NAME [options] [--json]``."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from importlib import import_module

from benchmarks.outcome import CannotRun, as_table
from benchmarks.samples import FEWEST_RUNS
from benchmarks.say import say

NAMES = (
    "first_sync",
    "incremental_sync",
    "push",
    "idle_sync",
    "bytes",
    "stall",
    "startup",
    "unlock",
    "page_open",
    "scroll",
    "palette",
    "memory",
    "week",
    "encryption",
    "row_security",
    "sign_in",
    "hq_load",
    "pricing",
    "routing",
    "accuracy",
)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks", description="Our figures, each beside its floor.")
    names = parser.add_subparsers(dest="name", required=True, metavar="NAME")
    for name in NAMES:
        module = import_module(f"benchmarks.{name}")
        about = (module.__doc__ or "").partition(": ")[2]
        one = names.add_parser(name, help=about, description=about)
        one.add_argument("--json", action="store_true", help="one JSON object as the last line of output")
        one.add_argument(
            "--runs", type=_runs, default=5, help="after a warm-up, at least 3 (default %(default)s)"
        )
        module.add_options(one)
        one.set_defaults(run=module.run)
    options = parser.parse_args(arguments)
    try:
        result = options.run(options).to_json(options.name)
    except (CannotRun, OSError, subprocess.SubprocessError) as reason:
        say(f"{options.name} cannot run: {reason}")
        return 1
    print(json.dumps(result, ensure_ascii=False) if options.json else as_table(result))
    return 0


def _runs(text: str) -> int:
    if int(text) < FEWEST_RUNS:
        raise argparse.ArgumentTypeError(f"a median of fewer than {FEWEST_RUNS} runs says nothing")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
