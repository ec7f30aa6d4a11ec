"""Words that stand for a customer's data, and a search for them in every byte of some folders."""

import base64
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path

_HAN = "恒泰五金店瑞安温州滨江钱塘西湖萧余杭临平富阳建德桐庐淳"


class Canaries:
    """``plant(name)`` gives a word that occurs nowhere else; ``watch`` adds one that exists already."""

    def __init__(self) -> None:
        self._forms: dict[str, list[tuple[str, bytes, bool]]] = {}

    def plant(self, name: str) -> str:
        word = f"Kanarie{secrets.token_hex(8)}q"
        self.watch(name, word)
        return word

    def plant_han(self, name: str) -> str:
        """The same in Chinese characters."""
        word = "".join(secrets.choice(_HAN) for _ in range(12))
        self.watch(name, word)
        return word

    def watch(self, name: str, word: str | bytes) -> None:
        """Looked for from now on; bytes as they are, as hexadecimal digits and in base64."""
        plain = {"bytes": word} if isinstance(word, bytes) else _encoded(word)
        forms = [(form, value, True) for form, value in plain.items()]
        first = next(iter(plain.values()))
        forms.append(("hexadecimal", first.hex().encode(), True))
        for shift in range(3):
            core = base64.b64encode(bytes(shift) + first)[-(-8 * shift // 6) : -4]
            forms.append((f"base64 at {shift}", core, False))
            forms.append((f"base64 for addresses at {shift}", core.translate(_URL), False))
        self._forms[name] = forms

    def found(self, folders: Iterable[Path], spare: Iterable[Path] = ()) -> list[str]:
        """Each place where one of the words stands: in a name or in the bytes of a file."""
        told = []
        for path in _files(folders, set(spare)):
            content = path.read_bytes()
            told += [f"{name} in the name of {path.name}" for name in self._in(str(path).encode())]
            told += [f"{name} in {path}" for name in self._in(content)]
        return told

    def _in(self, content: bytes) -> Iterator[str]:
        lowered = content.lower()
        for name, forms in self._forms.items():
            for form, value, any_case in forms:
                if (value.lower() in lowered) if any_case else (value in content):
                    yield f"{name} ({form})"


_URL = bytes.maketrans(b"+/", b"-_")


def _encoded(word: str) -> dict[str, bytes]:
    forms = {name: word.encode(name) for name in ("utf-8", "utf-16-le", "utf-16-be")}
    if not word.isascii():
        forms["gb18030"] = word.encode("gb18030")
        forms["escaped"] = word.encode("unicode_escape")
    return forms


def _files(folders: Iterable[Path], spare: set[Path]) -> Iterator[Path]:
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not any(one == path or one in path.parents for one in spare):
                yield path
