"""People at a partner as contact cards. Only who agreed to be contacted is handed out: a card leaves the
program for good, and nothing here can call it back.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from channeldesk.queries.partner import Contact, PartnerDetail
from channeldesk.rules.contact_cards import Card, contact_cards
from ui.context import Context
from ui.i18n import n, own_name, t
from ui.widgets.save_text import SaveText


class SaveCards(QObject):
    def __init__(self, page: QWidget, context: Context) -> None:
        super().__init__(page)
        self._context = context
        self.saving = SaveText(page, context)

    def ask_where(self, partner: PartnerDetail, contacts: Sequence[Contact]) -> None:
        agreed = [one for one in contacts if one.consent]
        if not agreed:
            self._context.say(_nobody(contacts), "info")
            return
        text = contact_cards(_card(partner, one) for one in agreed)
        named = agreed[0].name if len(contacts) == 1 else own_name(partner.name, partner.name_local)
        file = re.sub(r'[\\/:*?"<>|\s]+', " ", named).strip(" .") or "contacts"
        told = partial(_told, len(agreed), len(contacts) - len(agreed))
        kind = t("Contact card (*.vcf)")
        self.saving.ask_where(t("Save as contact card"), f"{file}.vcf", kind, text, told)


def _card(partner: PartnerDetail, one: Contact) -> Card:
    return Card(
        one.id,
        one.name,
        own_name(partner.name, partner.name_local),
        one.job_title,
        one.phone,
        one.email,
        partner.address,
        partner.postal_code,
        partner.city,
        partner.country,
    )


def _nobody(contacts: Sequence[Contact]) -> str:
    if len(contacts) == 1:
        return t(
            "{name} has not agreed to be contacted, so no card is saved. Ask, then tick it under Change.",
            name=contacts[0].name,
        )
    return t("Nobody here has agreed to be contacted, so no card is saved. Ask, then tick it under Change.")


def _told(saved: int, left_out: int, file: str) -> str:
    if not left_out:
        return n("{count} contact saved in {file}.", "{count} contacts saved in {file}.", saved, file=file)
    return t(
        "Saved in {file}: {count}. Left out, because they have not agreed to be contacted: {left_out}.",
        file=file,
        count=saved,
        left_out=left_out,
    )
