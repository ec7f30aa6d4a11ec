"""What a page is given: who works here, how to ask and act, where to go, what to say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from channeldesk.model.changes import Done
from channeldesk.model.entities import ENTITIES
from channeldesk.rules.rights import PARTNER, ROLES, Role
from ui.i18n import t
from ui.tasks import Tasks


def role(profile: Any) -> Role:
    """The rights of whoever works here; of a role that this program does not know, none."""
    return ROLES.get(profile.role, Role(profile.role))


def _never() -> bool:
    return False


@dataclass(frozen=True)
class Context:
    """One per window.

    ``profile`` is the desk's; ``go(page id, key)`` opens a page, with a subject if it has one.

    ``say(text, tone)`` writes into the message bar (tones good, info, warning, bad); ``told(done)`` does it
    for a Done, with its undo. ``fail(error)`` shows an error that no part of the page can show.
    """

    profile: Any
    tasks: Tasks
    go: Callable[..., Any]
    say: Callable[..., None]
    told: Callable[[Done[Any]], None]
    fail: Callable[[BaseException], None]
    sync: Any = None
    """The window's :class:`ui.syncing.Syncing`; None in a window without rounds."""
    rekey: Callable[[str], None] | None = None
    """Closes the profile, gives it a new key and comes back; takes the passphrase. None: nobody can."""

    only_reads: Callable[[], bool] = _never
    """Whether the laptop may change nothing until its next contact: the strip over every page says why."""

    def may(self, entity: str, operation: str = "insert") -> bool:
        """Whether headquarters takes that from this role, and this laptop now. What is not taken is not
        offered: it would come back refused. Pages are made anew when it changes.
        """
        return not self.only_reads() and operation in role(self.profile).writes(ENTITIES[entity])

    @property
    def why_not(self) -> str:
        """The tip of what is shown and cannot be pressed; "" while the laptop writes."""
        return t("Until this laptop has synchronised it only reads.") if self.only_reads() else ""

    def sees(self, entity: str, field: str = "id") -> bool:
        """Whether rows of the entity, and the field of them, reach this role."""
        mine = role(self.profile)
        return mine.sees(ENTITIES[entity]) and field in mine.fields(ENTITIES[entity])

    @property
    def is_partner(self) -> bool:
        """Whether the person is one of a partner's own people."""
        return bool(self.profile.role == PARTNER)

    @property
    def who(self) -> str:
        """Company and person, as they stand on paper."""
        return " · ".join(filter(None, (self.profile.company, self.profile.user_name)))

    @property
    def arriving(self) -> bool:
        """Whether the first synchronisation is still to be completed: until then sums are not known."""
        return self.sync is not None and bool(self.sync.arriving)
