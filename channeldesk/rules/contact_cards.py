"""People as contact cards (vCard 4.0, RFC 6350) for the phone or the address book."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from channeldesk.rules.content_lines import document, escaped, structured


@dataclass(frozen=True, slots=True)
class Card:
    """A person at ``company``, with the company's address. What was noted about somebody is no part of it:
    cards are passed on, also to whom they describe.
    """

    id: bytes
    name: str
    company: str
    job_title: str | None = None
    phone: str | None = None
    email: str | None = None
    street: str | None = None
    postal_code: str | None = None
    city: str | None = None
    country: str | None = None


def contact_cards(cards: Iterable[Card]) -> str:
    """The text of the file, one card after the other, to be written as UTF-8."""
    return document(line for one in cards for line in _card(one))


def _card(one: Card) -> Iterator[tuple[str, str]]:
    yield "BEGIN", "VCARD"
    yield "VERSION", "4.0"
    yield "PRODID", "-//ChannelDesk//Contacts//EN"
    yield "UID", f"urn:uuid:{UUID(bytes=one.id)}"
    yield "KIND", "individual"
    yield "FN", escaped(one.name)
    yield "N", structured(("", one.name, "", "", ""))
    yield "ORG", escaped(one.company)
    if one.job_title:
        yield "TITLE", escaped(one.job_title)
    if one.phone:
        yield "TEL;TYPE=work;VALUE=text", escaped(one.phone)
    if one.email:
        yield "EMAIL;TYPE=work", escaped(one.email)
    if one.street or one.city:
        parts = ("", "", one.street, one.city, "", one.postal_code, one.country)
        yield "ADR;TYPE=work", structured(parts)
    yield "END", "VCARD"
