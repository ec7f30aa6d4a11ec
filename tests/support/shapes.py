"""Comparing messages by their shape, and with what an OpenAPI says of them."""

import re
from collections.abc import Iterator
from typing import Any, ClassVar

MAPS = {"estimate"}
"""Objects whose keys are names of entities: an example shows a few."""
TELLING = set("t entity mode fresh filled more op status policy result kind deleted current".split())
"""Members whose value says what a message is: an example has the same."""


def differences(example: Any, real: Any, *, shortened: bool = False, at: str = "") -> Iterator[str]:
    """Where the shape of an example (names, types, their nesting) is not that of the real message."""
    if isinstance(example, dict) and isinstance(real, dict):
        some = at.rpartition(".")[2] in (MAPS | {"row"} if shortened else MAPS)
        yield from (f"{at}.{name} is no more" for name in sorted(example.keys() - real.keys()))
        yield from (f"{at}.{name} is missing" for name in sorted(real.keys() - example.keys()) if not some)
        for name in example.keys() & real.keys():
            yield from differences(example[name], real[name], shortened=shortened, at=f"{at}.{name}")
    elif isinstance(example, list) and isinstance(real, list):
        if at.endswith("[]"):  # a row: values in the order of its columns
            if len(example) != len(real):
                yield f"{at} has {len(real)} values"
            for number, (one, other) in enumerate(zip(example, real, strict=False)):
                yield from differences(one, other, shortened=shortened, at=f"{at}{number}")
            return
        if at.endswith(".columns") and example != real:
            yield f"{at} is {real!r}"
        for one in example:
            yield from closest(one, real, shortened=shortened, at=f"{at}[]")
    elif type(example) is not type(real) or (at.rpartition(".")[2] in TELLING and example != real):
        yield f"{at} is {real!r}"


def closest(example: Any, real: list[Any], *, shortened: bool = False, at: str = "") -> list[str]:
    """The fewest differences to any of the real messages: none, when it is one of them."""
    found = [list(differences(example, one, shortened=shortened, at=at)) for one in real]
    return min(found, key=len, default=[f"{at}: nothing like it was said"])


class Validator:
    """As much of JSON Schema as the OpenAPI of the server makes use of; anything else fails."""

    KNOWN = frozenset(
        "$ref type properties required additionalProperties items anyOf enum const pattern minimum maxLength "
        "maxItems title description examples default".split()
    )
    TYPES: ClassVar[dict[str, type]] = {
        "object": dict,
        "array": list,
        "string": str,
        "integer": int,
        "boolean": bool,
        "null": type(None),
    }

    def __init__(self, document: dict[str, Any]) -> None:
        self.components: dict[str, Any] = document["components"]["schemas"]

    def errors(self, value: Any, schema: dict[str, Any], at: str = "") -> list[str]:
        assert schema.keys() <= self.KNOWN, schema.keys() - self.KNOWN
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            return self.errors(value, self.components[name], at=at)
        if "anyOf" in schema:
            tried = [self.errors(value, one, at=at) for one in schema["anyOf"]]
            return min(tried, key=len)
        if "type" in schema and type(value) is not self.TYPES[schema["type"]]:
            return [f"{at}: {value!r} is no {schema['type']}"]
        found = [] if value in schema.get("enum", [value]) else [f"{at}: {value!r} is no choice"]
        found += [] if value == schema.get("const", value) else [f"{at}: {value!r} is not the constant"]
        if isinstance(value, str):
            if not re.search(schema.get("pattern", ""), value):
                found.append(f"{at}: {value!r} is malformed")
            assert len(value) <= schema.get("maxLength", len(value))
        if type(value) is int and value < schema.get("minimum", value):
            found.append(f"{at}: {value} is too small")
        if isinstance(value, list):
            for one in value:
                found += self.errors(one, schema["items"], at=f"{at}[]")
        if isinstance(value, dict):
            found += self._members(value, schema, at=at)
        return found

    def _members(self, value: dict[str, Any], schema: dict[str, Any], at: str) -> list[str]:
        properties, more = schema.get("properties", {}), schema.get("additionalProperties", False)
        missing = set(schema.get("required", ())) - value.keys()
        found = [f"{at}.{name} is missing" for name in sorted(missing)]
        for name, one in value.items():
            if name in properties:
                found += self.errors(one, properties[name], at=f"{at}.{name}")
            elif more is False:
                found.append(f"{at}.{name} is not described")
            elif isinstance(more, dict):
                found += self.errors(one, more, at=f"{at}.{name}")
        return found
