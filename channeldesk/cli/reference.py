"""Writes ``docs/command-line.md`` from the commands: ``python -m channeldesk.cli.reference FILE``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from channeldesk.cli.exit_codes import MEANINGS
from channeldesk.cli.parser import build

_HEAD = """\
# The command line

Written from the program by `python -m channeldesk.cli.reference docs/command-line.md`; a test compares them.

`python -m channeldesk COMMAND` does without a window what the window does, on the same profile, and runs
headquarters. Every command takes `--help`.

| everywhere | |
| --- | --- |
| `--profile DIR` | the profile's folder; else `CHANNELDESK_PROFILE`, else this system's place for data |
| `--json` | exactly one JSON object on the last line of standard output, also for errors |
| `--language TAG` | language of the sentences: `en`, `zh_CN`, `zh_TW`; else that of the system |

Several laptops live on one machine as several folders. A profile is open in one program at a time.
Passwords and passphrases are never arguments: they are asked for, or come from `CHANNELDESK_PASSWORD` and
`CHANNELDESK_PASSPHRASE`. Headquarters' database comes from `--database` or `CHANNELDESK_DATABASE`.

In JSON, ids are hexadecimal digits, amounts whole minor units of the currency beside them, unit prices whole
numbers at scale 4, quantities at scale 3, instants milliseconds since 1970-01-01 UTC, dates ISO 8601. An
error is `{"error": {"code", "params", "text", "exit_code", "remedy"}}`.
"""


def markdown() -> str:
    """The whole page."""
    codes = "\n".join(f"| {code} | {meaning} |" for code, meaning in MEANINGS.items())
    parts = [_HEAD, f"## Exit codes\n\n| code | meaning |\n| --- | --- |\n{codes}\n"]
    parts += [_section(name, parser) for name, parser in _commands(build(), "")]
    return "\n".join(parts)


def _commands(parser: argparse.ArgumentParser, path: str) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, below in action.choices.items():
                if below.get_default("command"):
                    yield f"{path}{name}", below
                yield from _commands(below, f"{path}{name} ")


def _section(name: str, parser: argparse.ArgumentParser) -> str:
    lines = [f"## {name}", "", (parser.description or "").replace("\n", " ").strip(), ""]
    shown = [one for one in parser._actions if one.dest not in ("help", "profile", "json", "language")]
    if shown:
        lines += ["| argument | |", "| --- | --- |"]
        lines += [f"| `{_name(one)}` | {(one.help or '').replace('|', '&#124;')} |" for one in shown]
        lines.append("")
    if parser.epilog:
        examples = parser.epilog.removeprefix("examples:\n")
        lines += ["```sh", *(line.removeprefix("  ") for line in examples.split("\n")), "```", ""]
    return "\n".join(lines)


def _listed(action: argparse.Action) -> str:
    return "{" + ",".join(map(str, action.choices or ())) + "}"


def _name(action: argparse.Action) -> str:
    if not action.option_strings:
        listed = _listed(action) if action.choices else ""
        name = listed or str(action.metavar or action.dest)
        return f"[{name}]" if action.nargs == "?" else name
    option = action.option_strings[0]
    if action.nargs == 0:
        return f"[{option}]"
    value = action.metavar or (_listed(action) if action.choices else action.dest.upper())
    text = f"{option} {value}"
    return text if action.required else f"[{text}]"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(markdown(), encoding="utf-8")
