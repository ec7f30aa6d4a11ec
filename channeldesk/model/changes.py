"""What moved: the one vocabulary by which actions, sync rounds and imports tell open pages to refresh."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from channeldesk.model.notice import Notice

T = TypeVar("T")


class Topic(StrEnum):
    """A subject that a page may show. Every entity names its topic in its declaration."""

    ORGANISATION = "organisation"
    PARTNERS = "partners"
    CONTACTS = "contacts"
    PRODUCTS = "products"
    PRICES = "prices"
    STOCK = "stock"
    ORDERS = "orders"
    RECEIVABLES = "receivables"
    APPROVALS = "approvals"
    VISITS = "visits"
    PROMISES = "promises"
    FILES = "files"
    TARGETS = "targets"
    INBOX = "inbox"
    SYNC = "sync"
    SETTINGS = "settings"


Changes = frozenset[Topic]


@dataclass(frozen=True)
class Undo:
    """How to take an action back: a function of a transaction, and what the message bar says about it.

    ``unsent``: entity and id of a row; once its change was sent to headquarters, nothing can be taken back.
    """

    label: Notice
    action: Callable[[Any], Done[Any]]
    unsent: tuple[str, bytes] | None = None


@dataclass(frozen=True)
class Done(Generic[T]):
    """What an action returns: its value, the topics it moved, what to tell the person and how to undo it."""

    value: T
    changes: Changes = frozenset()
    notice: Notice | None = None
    undo: Undo | None = None
