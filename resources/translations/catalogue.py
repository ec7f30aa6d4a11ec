"""Collect, translate and compile the texts of the program: docs/translating.md.

    python resources/translations/catalogue.py              collect and compile
    python resources/translations/catalogue.py --add FILE   the same, with translations from a JSON file
    python resources/translations/catalogue.py --check      change nothing; list what is wrong, exit code 1

The files carry no dates and no line numbers, so that they change only when a text does.
"""

from __future__ import annotations

import argparse
import io
import json
import string
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parents[1]
SOURCES = ("channeldesk", "ui")
LANGUAGES = ("zh_CN", "zh_TW")
FILES = [("**.py", "python"), ("**.html", "jinja2")]
KEYWORDS: dict[str, Any] = {"t": None, "N_": None, "n": (1, 2), "tc": ((1, "c"), 2)}
_DATE = datetime(2026, 1, 1, tzinfo=UTC)  # a header must have one; it says nothing
_NOISE = tuple(f'"{name}'.encode() for name in ("Report-", "POT-", "PO-", "Last-", "Language-T", "Generated"))
_HEADER = "# Texts of ChannelDesk. Edit the translations only; docs/translating.md says how."


def collect() -> Catalog:
    """Every text marked in the program, with the files that hold it."""
    found = _empty(None)
    for source in SOURCES:
        if not (ROOT / source).is_dir():
            continue
        for name, _line, msgid, _comments, context in extract_from_dir(
            ROOT / source, FILES, keywords=KEYWORDS
        ):
            place = f"{source}/{name}".replace("\\", "/")
            found.add(msgid, locations=[(place, 0)], context=context)
    return found


def load(language: str) -> Catalog:
    """The translations as they stand; an empty catalogue if there are none yet."""
    path = _po(language)
    if not path.exists():
        return _empty(language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update(template: Catalog, language: str, added: dict[str, str]) -> Catalog:
    """The marked texts with the translations we have; those of texts that are gone are kept as obsolete.

    ``added`` goes by English text, or by ``context|text``; a text without its context does not replace what a
    text with context has.
    """
    old, new = load(language), _empty(language)
    known = {_key(message): message.string for message in _messages(old)}
    gone = {_key(message): message.string for message in old.obsolete.values()}
    for message in _messages(template):
        key = _key(message)
        text: Any = known.get(key) or gone.get(key) or ""
        first = message.id[0] if isinstance(message.id, tuple) else message.id
        given = added.get(f"{key[1]}|{first}") if key[1] else added.get(first)
        if given is None and not _translated(text):
            given = added.get(first)
        if given is not None:
            text = (given,) if isinstance(message.id, tuple) else given
        new.add(message.id, text, locations=message.locations, context=message.context)
    present = {_key(message) for message in _messages(new)}
    for (msgid, context), text in sorted((gone | known).items(), key=str):
        if (msgid, context) not in present and _translated(text):
            new.obsolete[new._key_for(msgid, context)] = Message(msgid, text, context=context)
    return new


def write(language: str, catalog: Catalog) -> None:
    """Write .po and .mo, only where they change."""
    _po(language).parent.mkdir(parents=True, exist_ok=True)
    text = io.BytesIO()
    write_po(text, catalog, width=110, sort_output=True, include_lineno=False, include_previous=False)
    lines = text.getvalue().splitlines(keepends=True)
    _replace(_po(language), b"".join(line for line in lines if not line.startswith(_NOISE)))
    translated = _empty(language)
    for message in _messages(catalog):
        if _translated(message.string):
            translated.add(message.id, message.string, context=message.context)
    binary = io.BytesIO()
    write_mo(binary, translated)
    _replace(_mo(language), binary.getvalue())


def faults(language: str) -> Iterator[str]:
    """What a language lacks: texts without translation, wrong placeholders, a stale .mo."""
    catalog = load(language)
    known = {_key(message): message for message in _messages(catalog)}
    for wanted in _messages(collect()):
        message = known.get(_key(wanted))
        where = ", ".join(sorted({str(place[0]) for place in wanted.locations}))
        if message is None or not _translated(message.string):
            yield f"{language}: no translation of {wanted.id!r} ({where})"
        elif _placeholders(message.string) - _placeholders(wanted.id) or (
            isinstance(wanted.id, str) and _placeholders(message.string) != _placeholders(wanted.id)
        ):
            yield f"{language}: other placeholders in {message.string!r} than in {wanted.id!r}"
    if not _mo(language).exists():
        yield f"{language}: {_mo(language).name} is missing"
        return
    with _mo(language).open("rb") as file:
        compiled = {_key(one): _plain(one.string) for one in _messages(read_mo(file))}
    expected = {key: _plain(one.string) for key, one in known.items() if _translated(one.string)}
    if compiled != expected:
        odd = sorted(str(key[0]) for key, _ in compiled.items() ^ expected.items())
        yield f"{language}: the .mo does not match the .po, for example {odd[0]!r}"


def main() -> int:
    parser = argparse.ArgumentParser(description="Collect and compile the texts of the program.")
    parser.add_argument("--check", action="store_true", help="change nothing, list what is wrong")
    parser.add_argument("--add", type=Path, metavar="FILE", help='{"zh_CN": {"English": "translation"}}')
    options = parser.parse_args()
    if not options.check:
        added: dict[str, dict[str, str]] = json.loads(options.add.read_text("utf-8")) if options.add else {}
        for language in LANGUAGES:
            write(language, update(collect(), language, added.get(language, {})))
    found = [fault for language in LANGUAGES for fault in faults(language)]
    for fault in found:
        print(fault)
    return 1 if found else 0


def _empty(language: str | None) -> Catalog:
    return Catalog(
        locale=language,
        domain="channeldesk",
        header_comment=_HEADER,
        project="channeldesk",
        version="1",
        copyright_holder="",
        msgid_bugs_address="",
        creation_date=_DATE,
        revision_date=_DATE,
        last_translator="",
        language_team="",
        fuzzy=False,
    )


def _messages(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def _key(message: Message) -> tuple[Any, str | None]:
    context: Any = message.context  # Babel reads it from a .mo as bytes
    return _plain(message.id), (context.decode() if isinstance(context, bytes) else context) or None


def _plain(text: Any) -> Any:
    """A text, or the tuple of its plural forms; of one form alone the form itself."""
    if isinstance(text, (tuple, list)):
        return tuple(text) if len(text) > 1 else text[0]
    return text


def _translated(text: Any) -> bool:
    return all(text) if isinstance(text, (tuple, list)) and text else bool(text)


def _placeholders(text: Any) -> set[str]:
    parts = text if isinstance(text, (tuple, list)) else (text,)
    return {name for part in parts for _, name, _, _ in string.Formatter().parse(part) if name is not None}


def _po(language: str) -> Path:
    return FOLDER / language / "LC_MESSAGES" / "channeldesk.po"


def _mo(language: str) -> Path:
    return _po(language).with_suffix(".mo")


def _replace(path: Path, content: bytes) -> None:
    if not path.exists() or path.read_bytes() != content:
        path.write_bytes(content)


if __name__ == "__main__":
    sys.exit(main())
