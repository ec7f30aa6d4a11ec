"""Names of entities, fields and choices as people read them; marked: ``t(field_name(name))`` translates."""

from __future__ import annotations

from channeldesk.model.messages import N_

ENTITY_NAMES = {
    "partner": N_("Partner"),
    "contact": N_("Contact"),
    "sales_order": N_("Order"),
    "order_line": N_("Order line"),
    "visit_plan": N_("Planned visit"),
    "visit": N_("Visit"),
    "promise": N_("Promise"),
    "stock_count": N_("Stock count"),
    "stock_count_line": N_("Counted product"),
    "stock_movement": N_("Stock movement"),
    "draft": N_("Draft"),
    "attachment": N_("File"),
}

FIELD_NAMES = {
    "address": N_("Address"),
    "amount": N_("Amount"),
    "body": N_("Content"),
    "channel_type_id": N_("Channel type"),
    "checked_in_at": N_("Checked in"),
    "checked_out_at": N_("Checked out"),
    "city": N_("City"),
    "code": N_("Code"),
    "consent": N_("Agreed to be contacted"),
    "country": N_("Country"),
    "credit_limit": N_("Credit limit"),
    "currency": N_("Currency"),
    "delivery_note": N_("Delivery note"),
    "done_on": N_("Kept on"),
    "due_on": N_("Due on"),
    "duration_minutes": N_("Duration, minutes"),
    "email": N_("E-mail"),
    "file_name": N_("File name"),
    "job_title": N_("Job title"),
    "joined_on": N_("Partner since"),
    "latitude": N_("Latitude"),
    "longitude": N_("Longitude"),
    "main": N_("Main contact"),
    "media_type": N_("Kind of file"),
    "name": N_("Name"),
    "name_local": N_("Local name"),
    "net": N_("Net"),
    "note": N_("Note"),
    "order_date": N_("Order date"),
    "outcome": N_("Outcome"),
    "owner_id": N_("Owner"),
    "parent_id": N_("Distributor"),
    "partner_id": N_("Partner"),
    "payment_days": N_("Payment terms, days"),
    "phone": N_("Phone"),
    "plan_id": N_("Planned visit"),
    "planned_on": N_("Planned for"),
    "postal_code": N_("Postal code"),
    "postponed": N_("Times postponed"),
    "price": N_("Price"),
    "product_id": N_("Product"),
    "promised": N_("Promised"),
    "purpose": N_("Purpose"),
    "quantity": N_("Quantity"),
    "reference": N_("Reference"),
    "requested_on": N_("Requested for"),
    "salesperson_id": N_("Salesperson"),
    "sha256": N_("Content"),
    "size": N_("Size, bytes"),
    "stage": N_("Stage"),
    "start_minute": N_("Start"),
    "state": N_("State"),
    "status": N_("Status"),
    "tax": N_("Tax"),
    "tax_number": N_("Tax number"),
    "territory_id": N_("Territory"),
    "thumbnail": N_("Small picture"),
    "tier_id": N_("Tier"),
    "total": N_("Total"),
    "unit_price": N_("Unit price"),
    "user_id": N_("Person"),
    "visit_id": N_("Visit"),
    "visited_on": N_("Visited on"),
}

CHOICE_NAMES = {
    "stage": {
        "prospect": N_("Prospect"),
        "onboarding": N_("Onboarding"),
        "active": N_("Active"),
        "dormant": N_("Dormant"),
        "left": N_("Left"),
    },
    "state": {
        "planned": N_("Planned"),
        "under_way": N_("Under way"),
        "done": N_("Done"),
        "cancelled": N_("Cancelled"),
    },
    "outcome": {
        "met": N_("Met"),
        "not_met": N_("Not met"),
        "order_taken": N_("Order taken"),
        "issue_open": N_("Issue open"),
    },
}


def entity_name(entity: str) -> str:
    """The msgid for an entity; an entity nobody edits goes by its code."""
    return ENTITY_NAMES.get(entity, entity.replace("_", " ").capitalize())


def field_name(field: str) -> str:
    """The msgid for a field; a customer's own field (``custom.key``) goes by its key."""
    known = FIELD_NAMES.get(field)
    return known if known is not None else field.removeprefix("custom.").replace("_", " ").capitalize()
