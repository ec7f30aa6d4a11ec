"""Writes ``docs/entities.md`` from the declarations: ``python -m channeldesk.model.entity_page``."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

from channeldesk.model.declare import SYSTEM_FIELDS, Entity, Field, Type
from channeldesk.model.entities import ENTITIES

PAGE = Path(__file__).resolve().parents[2] / "docs" / "entities.md"

_HEAD = """# Entities

Generated from the declarations in `channeldesk/model/` by `python -m channeldesk.model.entity_page`; a test
fails when it is stale.

*Kind* says who may change rows and how they merge: **reference** (written by headquarters), **fact**
(appended, never edited), **record** (merges field by field), **request** (asked on the laptop, decided at
headquarters). *Unit* is what replicates together: a partner, a territory, everyone (global), one person
(private); rows of unit server stay at headquarters. Fields of one *merge group* are decided together. On a
conflict *server* keeps headquarters' value, *client* takes the laptop's, *ask* waits for a person; where
nothing is said it is *server*. *Sensitive* fields are left out for roles that may not see them.

Every row also has `id`, `created_at`, `created_by`, `updated_at`, `updated_by`; on a laptop `rv`
(headquarters' version, 0 before it was confirmed), at headquarters `deleted`.
"""


def render() -> str:
    """The whole page."""
    summary = [
        "| entity | kind | unit | business key | conflicts | sensitive |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    summary += [_summary(entity) for entity in ENTITIES.values()]
    return "\n".join([_HEAD, *summary, "", *(_section(entity) for entity in ENTITIES.values())])


def _summary(entity: type[Entity]) -> str:
    name = entity.__entity__
    policies = ", ".join(f"{field}: {policy}" for field, policy in entity.policies.items())
    owner = f" by `{entity.owner}`" if entity.owner else ""
    cells = [
        f"[{name}](#{name})",
        entity.kind.value,
        entity.unit.value + owner,
        ", ".join(f"`{field}`" for field in entity.key),
        policies,
        ", ".join(f"`{field}`" for field in sorted(entity.sensitive)),
    ]
    return "| " + " | ".join(cells) + " |"


def _section(entity: type[Entity]) -> str:
    system = {field.name for field in SYSTEM_FIELDS}
    lines = [f"## {entity.__entity__}", "", " ".join(inspect.cleandoc(entity.__doc__ or "").split()), ""]
    for group in entity.groups:
        lines += ["Merge group: " + ", ".join(f"`{field}`" for field in group) + ".", ""]
    lines += ["| field | type | required | about |", "| --- | --- | --- | --- |"]
    lines += [_field(field) for name, field in entity.fields.items() if name not in system]
    return "\n".join([*lines, ""])


def _field(field: Field) -> str:
    kind = field.type.value
    if field.type is Type.REF:
        kind = f"→ {field.target}" if field.target != "*" else "→ any row"
    elif field.type is Type.CHOICE:
        kind = " / ".join(field.choices)
    elif field.shape is not None:
        kind = f"{kind}: {field.shape.value.replace('_', ' ')}"
    about = "; ".join(one for one in (field.about, *_limits(field)) if one)
    if field.default not in (None, 0, "{}"):
        about = f"{about} (default {field.default})".strip()
    return f"| `{field.name}` | {kind} | {'yes' if field.required else ''} | {about} |"


def _limits(field: Field) -> Iterator[str]:
    if field.longest is not None:
        yield f"at most {field.longest} characters"
    if field.within is not None:
        yield "{} to {} as stored".format(*field.within)


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
