"""One table of a mapping file, taken apart key by key; what is left over or of another kind is a mistake."""

from __future__ import annotations

from typing import Any

from channeldesk.exchange.problems import MappingProblem
from channeldesk.model.notice import notice

_MISSING: Any = object()


class Section:
    """``path`` names the place in the file: ``targets[3].set``."""

    def __init__(self, values: Any, file: str, path: str = "") -> None:
        self._file, self._path = file, path
        if not isinstance(values, dict):
            raise self.problem("mapping.wrong_kind", "", kind="table")
        self._values: dict[str, Any] = values
        self._taken: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def problem(self, code: str, key: str, **params: str) -> MappingProblem:
        where = ".".join(part for part in (self._path, key) if part)
        return MappingProblem(notice(code, file=self._file, where=where, **params))

    def any(self, key: str, default: Any = _MISSING) -> Any:
        self._taken.add(key)
        value = self._values.get(key, default)
        if value is _MISSING:
            raise self.problem("mapping.missing", key)
        return value

    def _of(self, kind: type, name: str, key: str, default: Any) -> Any:
        value = self.any(key, default)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.problem("mapping.wrong_kind", key, kind=name)
        return value

    def text(self, key: str, default: Any = _MISSING) -> str:
        return str(self._of(str, "text", key, default))

    def whole(self, key: str) -> int:
        return int(self._of(int, "whole number", key, _MISSING))

    def flag(self, key: str, default: bool) -> bool:
        return bool(self._of(bool, "true or false", key, default))

    def one_of(self, key: str, known: tuple[str, ...], default: Any = _MISSING) -> str:
        value = self.text(key, default)
        if value not in known:
            raise self.problem("mapping.unknown_value", key, text=value, known=", ".join(known))
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        values = self._of(list, "list of texts", key, [])
        if not all(isinstance(value, str) for value in values):
            raise self.problem("mapping.wrong_kind", key, kind="list of texts")
        return tuple(values)

    def lists(self, key: str) -> list[list[str]]:
        """A list of pairs of texts."""
        values = self._of(list, "list of pairs", key, [])
        if not all(isinstance(value, list) and len(value) == 2 for value in values):
            raise self.problem("mapping.wrong_kind", key, kind="list of pairs")
        return list(values)

    def section(self, key: str) -> Section:
        return Section(self.any(key, {}), self._file, self._below(key))

    def tables(self, key: str) -> dict[str, Section]:
        """A table of tables, each with its place."""
        values = self._of(dict, "table", key, {})
        return {
            name: Section(value, self._file, f"{self._below(key)}.{name}") for name, value in values.items()
        }

    def list_of_tables(self, key: str) -> list[Section]:
        values = self._of(list, "list of tables", key, [])
        return [
            Section(value, self._file, f"{self._below(key)}[{number}]")
            for number, value in enumerate(values, start=1)
        ]

    def everything(self) -> dict[str, Any]:
        self._taken |= set(self._values)
        return self._values

    def done(self) -> None:
        """Refuses keys that nobody asked for: a misspelt option must not be ignored in silence."""
        for key in self._values:
            if key not in self._taken:
                raise self.problem("mapping.unknown_key", key, known=", ".join(sorted(self._taken)))

    def _below(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key
