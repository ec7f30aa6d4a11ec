"""Reads the arguments, runs the command, turns what went wrong into a sentence and an exit code."""

from __future__ import annotations

import argparse
import importlib
import logging
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from channeldesk.cli import exit_codes
from channeldesk.cli.parser import build
from channeldesk.trust import redaction

if TYPE_CHECKING:
    from channeldesk.cli.output import Output

Command = Callable[[argparse.Namespace, "Output"], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is the answer (see ``exit_codes``)."""
    parser = build()
    asked = parser.parse_args(arguments)
    if not hasattr(asked, "command"):
        asked.help_of.print_help()
        return exit_codes.USAGE
    unreadable = [name for name, value in vars(asked).items() if not _is_text(name, value)]
    if unreadable:
        parser.error(f"not text in this system's encoding: {', '.join(unreadable)}")
    redaction.to_stderr()
    output = _output(asked)
    return _guarded(asked, output)


_PATHS = ("profile", "folder")


def _is_text(name: str, value: object) -> bool:
    """Whether an argument can be stored; bytes of another encoding arrive as halves of characters."""
    if isinstance(value, list):
        return all(_is_text(name, one) for one in value)
    return not isinstance(value, str) or name in _PATHS or _encodable(value)


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _output(asked: argparse.Namespace) -> Output:
    from channeldesk.cli.output import Output
    from channeldesk.model.i18n import best_language, system_language

    language = best_language([asked.language]) if asked.language else system_language()
    return Output(language, asked.json)


def _guarded(asked: argparse.Namespace, output: Output) -> int:
    from channeldesk.model.notice import Notice, Problem

    try:
        return _command(asked.command)(asked, output)
    except Problem as problem:
        code = exit_codes.of(problem)
        output.problem(problem, code)
        return code
    except KeyboardInterrupt:
        output.problem(Problem(Notice("cli.interrupted")), exit_codes.INTERRUPTED)
        return exit_codes.INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return exit_codes.OK
    except Exception as error:
        logging.getLogger(__name__).exception("a defect")
        place = redaction.place_of(error)
        output.problem(Problem(Notice("cli.defect", {"error": place})), exit_codes.DEFECT)
        return exit_codes.DEFECT


def _command(name: str) -> Command:
    """The function called ``module:function``: a module is imported when its command runs."""
    module, function = name.split(":")
    found: Command = getattr(importlib.import_module(f"channeldesk.cli.{module}"), function)
    return found
