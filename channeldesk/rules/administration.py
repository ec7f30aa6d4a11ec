"""What headquarters' staff may do to territories, people and their grants: asked on the laptop before a draft
is recorded, and at headquarters before it counts.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from channeldesk.model.notice import Notice
from channeldesk.model.organisation import LONGEST_LOGIN
from channeldesk.rules.promotions.declared import refuse_buyer, refuse_item, refuse_promotion
from channeldesk.rules.promotions.declared import unasked as promotion_unasked
from channeldesk.rules.surveys import refuse_question

HEADQUARTERS, PARTNER = "headquarters", "partner"
KINDS = (
    "territory",
    "channel_type",
    "tier",
    "product",
    "unit_conversion",
    "warehouse",
    "count_limit",
    "tax_code",
    "price_list",
    "price_item",
    "promotion",
    "promotion_buyer",
    "promotion_item",
    "exchange_rate",
    "fiscal_period",
    "target",
    "survey",
    "survey_question",
    "task_template",
    "app_user",
    "scope_grant",
)
"""Reference data that the staff edits, in the order in which it is shown. Roles are the administration's."""
GRANTED = frozenset({"scope_grant"})
"""What is given and taken, never changed."""
KEPT = frozenset({"app_user"})
"""What is deactivated, never deleted."""


@dataclass(frozen=True)
class Node:
    """A territory of the tree."""

    code: str
    parent: bytes | None


Tree = Mapping[bytes, Node]


def paths(tree: Tree) -> dict[bytes, str]:
    """The path of every territory: the codes from the root, each followed by ``/``. A territory in a circle,
    or below one that is gone, has none.
    """
    found: dict[bytes, str] = {}
    for one in tree:
        line = list(_upwards(tree, one))
        top = tree[line[-1]].parent
        if top is None:
            found[one] = "".join(f"{tree[above].code}/" for above in reversed(line))
    return found


def _upwards(tree: Tree, start: bytes) -> Iterator[bytes]:
    """A territory and those above it; ends where it comes round."""
    seen: set[bytes] = set()
    at: bytes | None = start
    while at is not None and at in tree and at not in seen:
        seen.add(at)
        yield at
        at = tree[at].parent


def refuse_territory(territory: bytes, tree: Tree) -> tuple[str, Notice] | None:
    """What is wrong with a territory of the tree as it would be: the field and why."""
    node = tree[territory]
    if not node.code.strip() or "/" in node.code:
        return "code", Notice("staff.bad_code")
    if node.parent is not None and node.parent not in tree:
        return "parent_id", Notice("staff.no_such_parent")
    if node.parent is not None and territory in _upwards(tree, node.parent):
        return "parent_id", Notice("staff.own_ancestor")
    return None


@dataclass(frozen=True)
class Account:
    """What decides about a person's rights."""

    login: str
    role: str
    active: bool
    partner: bool = False
    """Whether it is one of a partner's people."""

    @property
    def runs_headquarters(self) -> bool:
        return self.role == HEADQUARTERS and self.active


def plain_login(login: str) -> str:
    """How a login is compared, however it was typed."""
    return unicodedata.normalize("NFC", login.strip()).casefold()


def is_login(login: str) -> bool:
    """Whether a person can be found by it. Databases know small letters of ASCII only, so others are to be
    small from the beginning.
    """
    findable = all(sign.isascii() or sign == sign.casefold() for sign in login)
    whole = login == unicodedata.normalize("NFC", login.strip())
    return 0 < len(login) <= LONGEST_LOGIN and login.isprintable() and findable and whole


def refuse_user(
    user: bytes, before: Account | None, after: Account, others: Mapping[bytes, Account], actor: bytes
) -> tuple[str, Notice] | None:
    """What is wrong with a person as it would be. ``before`` is None for a new one; ``others``: everybody
    else as they would be.
    """
    login = after.login
    if not is_login(login):
        return "login", Notice("hq.bad_login", {"most": LONGEST_LOGIN})
    if any(plain_login(login) == plain_login(other.login) for other in others.values()):
        return "login", Notice("hq.login_taken", {"login": login})
    if (after.role == PARTNER) != after.partner:
        return "partner_id", Notice("hq.partner_and_role")
    if before is None:
        return None
    if user == actor and (before.role, before.active) != (after.role, after.active):
        return "role_code" if before.role != after.role else "active", Notice("staff.own_rights")
    remains = any(other.runs_headquarters for other in others.values()) or after.runs_headquarters
    if before.runs_headquarters and not remains:
        return "role_code", Notice("staff.last_headquarters")
    return None


def refuse_values(entity: str, values: Mapping[str, Any]) -> tuple[str, Notice] | None:
    """What is wrong with fields of a row of reference data beside each other: the first such one and why."""
    for first, last in (("valid_from", "valid_to"), ("starts_on", "ends_on")):
        if values.get(first) and values.get(last) and values[last] < values[first]:
            return last, Notice("staff.ends_before_it_begins")
    judge = _BY_KIND.get(entity)
    return None if judge is None else judge(values)


def unasked(entity: str, values: Mapping[str, Any]) -> frozenset[str]:
    """Fields of a row that mean nothing beside what the others say: a form does without them."""
    match entity:
        case "promotion":
            return promotion_unasked(values["mechanic"])
        case "survey_question" if values["answer_kind"] != "choice":
            return frozenset({"options", "options_local"})
        case _:
            return frozenset()


def _question(values: Mapping[str, Any]) -> tuple[str, Notice] | None:
    return refuse_question(values["answer_kind"], values.get("options"), values.get("options_local"))


_BY_KIND: dict[str, Callable[[Mapping[str, Any]], tuple[str, Notice] | None]] = {
    "survey_question": _question,
    "promotion": refuse_promotion,
    "promotion_buyer": refuse_buyer,
    "promotion_item": refuse_item,
}
