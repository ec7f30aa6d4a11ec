"""Writes ``docs/rights.md`` from the declarations: ``python -m channeldesk.cli.rights_page``."""

from __future__ import annotations

from pathlib import Path

from channeldesk.model.declare import Entity
from channeldesk.model.entities import replicated
from channeldesk.rules.rights import HEADQUARTERS, MANAGER, PARTNER, ROLES, VIEWER

PAGE = Path(__file__).resolve().parents[2] / "docs" / "rights.md"

_HEAD = """# Rights

The tables at the end are generated from the declarations by `python -m channeldesk.cli.rights_page`; a test
fails when they are stale.

## Roles
| role | for | sees | may write |
| --- | --- | --- | --- |
| `headquarters` | staff of the company | everything that is replicated | reference data and field work |
| `manager` | regional managers | reference data; territories granted, with all below | field work there |
| `viewer` | controllers, trainees | the same rows without sensitive fields | nothing |
| `partner` | a dealer's people | itself and what concerns it | orders, arrivals, sell-out, contacts, files |

What a company set for a role (`sees_sensitive`, `writes_reference`, `writes_field` in the table `role`)
narrows or widens the first three. A role that nobody knows sees and writes nothing. Roles, passwords and
devices decide rights themselves and never change through a push; territories, users and grants are written
by headquarters' staff alone.

The demo network has somebody of each: `chen.jing`, `li.wei` and three more managers, `zhao.lei`, and
`hengtai` of Hengtai Hardware, all with the password `channeldesk-demo`.

## Rows
A row belongs to a unit: everyone's (global), a territory, a partner, one person. Territories are granted to
a user and hold for everything below them (`hq user grant`, `hq user revoke`); partners follow from their
territory. Drafts are their owner's alone, headquarters does not see them either. Rows of no unit stay at
headquarters.

## People of a partner
`hq user add LOGIN --name NAME --role partner --partner CODE`. They sign in with the same program and get
one partner: their own. Of what is everyone's they get what the table below names. *Concerns*: the reference
named must be empty or lead to the partner itself, its territory or one above, its tier, its channel type,
or a price list that is meant for these. So no dealer sees another one's people or price lists. When
something else comes to concern it (another tier, a new price list), its laptop gets everything anew, with
its outbox kept. What stops concerning it leaves its laptops; of what never did they hear nothing, not even
that it is gone.

Visits, promises, targets, exchange rates, other partners, notes about contacts and counts, floor prices,
costs, credit limits and payment terms never reach them. A file reaches them only when it is *shared*; what
was shared stays so. Their orders take the list's price: nothing below it, nothing without one, no returns.
An order over the credit limit is refused without the figures.

## How it is kept
- One function, `hq.policy.access`, is asked for every query and every write; which fields and operations a
  role has at all is said in `rules.rights`, which the window asks before it offers something, and every
  action of a laptop before it writes (`actions.write`). A write is judged as a read is answered: what is
  out of sight looks as if it were not there, in status, code and text.
- A route names who may call it (`hq.guards`); an application with a route that does not is not made.
- On PostgreSQL, row security is the second net ([headquarters.md](headquarters.md)).
- `tests/hq/test_schemathesis.py` makes requests from the description of the API, ten for each operation and
  role (350 every night), and checks every answer against it.
- `tests/hq/test_matrix.py` plants a word or number of its own in every field of every entity in every place
  and looks for it in every byte of every answer of every operation, for each role, on both databases; it
  fails when a policy is broken on purpose.
"""


def render() -> str:
    """The whole page."""
    everyone = [
        "",
        "## What each role may write",
        "| entity | headquarters | manager | viewer | partner |",
        "| --- | --- | --- | --- | --- |",
        *(_writes(entity) for entity in replicated()),
        "",
        "Sensitive fields, without which a viewer does: "
        + "; ".join(
            f"{entity.__entity__}: {_fields(sorted(entity.sensitive))}"
            for entity in replicated()
            if entity.sensitive
        )
        + ".",
        "",
        "## What the people of a partner get",
        "| entity | without | concerns | only |",
        "| --- | --- | --- | --- |",
        *(_of_partner(entity) for entity in replicated() if entity.for_partner),
    ]
    return _HEAD + "\n".join(everyone) + "\n"


def _writes(entity: type[Entity]) -> str:
    cells = [
        ", ".join(sorted(ROLES[code].writes(entity))) for code in (HEADQUARTERS, MANAGER, VIEWER, PARTNER)
    ]
    return f"| {entity.__entity__} | " + " | ".join(cells) + " |"


def _of_partner(entity: type[Entity]) -> str:
    asked = entity.for_partner
    assert asked is not None
    without = sorted({*entity.sensitive, *asked.hides})
    only = f"`{asked.flag}`" if asked.flag else ""
    return f"| {entity.__entity__} | {_fields(without)} | {_fields(asked.concerns)} | {only} |"


def _fields(names: tuple[str, ...] | list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
