"""Names of the choices of fields as people read them; marked, like the names of ``field_words``."""

from __future__ import annotations

from channeldesk.model.messages import N_
from channeldesk.rules.bulk.rounding import EXACT, ROUNDINGS
from channeldesk.rules.words import COUNT_REASONS, EVERY_STATUS

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
    "status": EVERY_STATUS,
    "solver": {
        "milp": N_("Search for the cheapest"),
        "greedy": N_("Order by order"),
        "person": N_("A person"),
    },
    "approval_kind": {
        "order": N_("Order beyond its limits"),
        "amendment": N_("Change of an order"),
        "cancellation": N_("Cancellation of an order"),
        "release": N_("Release of a partner"),
        "closing": N_("Letting the rest of an order go"),
        "split": N_("Splitting of an order"),
        "count": N_("Count that differs much"),
    },
    "reason_code": COUNT_REASONS,
    "block_kind": {"person": N_("A person"), "rule": N_("The rule")},
    "method": {
        "transfer": N_("Bank transfer"),
        "cash": N_("Cash"),
        "card": N_("Card"),
        "cheque": N_("Cheque"),
        "other": N_("Other"),
    },
    "order_kind": {"order": N_("Order"), "return": N_("Return")},
    "rounding": {EXACT: N_("not rounded"), **{code: one.name for code, one in ROUNDINGS.items()}},
    "what": {"price": N_("Price"), "floor": N_("Floor price"), "both": N_("Price and floor price")},
    "movement_kind": {
        "receipt": N_("Receipt"),
        "sale": N_("Sale"),
        "return": N_("Return"),
        "adjustment": N_("Adjustment"),
        "transfer": N_("Transfer"),
    },
    "draft_kind": {
        "order": N_("Order"),
        "count": N_("Stock count"),
        "visit": N_("Visit"),
        "survey": N_("Survey"),
        "template": N_("Template"),
    },
    "mix_group": {
        "direct": N_("Direct"),
        "distribution": N_("Distribution"),
        "emerging": N_("Emerging"),
    },
    "role_code": {
        "headquarters": N_("Headquarters"),
        "manager": N_("Manager"),
        "viewer": N_("Viewer"),
        "partner": N_("Partner"),
    },
    "source": {
        "field": N_("Field work"),
        "load": N_("Loaded file"),
        "portal": N_("Portal"),
        "entry": N_("Keyed in"),
        "file": N_("File"),
        "partner": N_("Partner"),
    },
    "kpi": {"net_sales": N_("Net sales")},
    "survey_kind": {
        "store": N_("Store check"),
        "mystery": N_("Mystery check"),
        "satisfaction": N_("Satisfaction"),
    },
    "answer_kind": {
        "yes_no": N_("Yes or no"),
        "scale": N_("Scale from 1 to 5"),
        "choice": N_("One of the options"),
        "number": N_("Number"),
        "text": N_("Text"),
    },
    "return_reason": {
        "damaged": N_("Damaged in transit"),
        "defective": N_("Defective"),
        "wrong_goods": N_("Wrong goods delivered"),
        "not_needed": N_("Not needed"),
        "expired": N_("Expired"),
        "recall": N_("Recall"),
        "other": N_("Other reason"),
    },
    "condition": {
        "unopened": N_("Unopened"),
        "opened": N_("Opened"),
        "damaged": N_("Damaged"),
        "defective": N_("Defective"),
    },
    "disposition": {
        "restock": N_("Back into stock"),
        "second_choice": N_("Second choice"),
        "repair": N_("Repair"),
        "scrap": N_("Scrap"),
    },
    "mechanic": {
        "percent": N_("Percentage"),
        "amount": N_("Amount off every unit"),
        "free_goods": N_("Free goods"),
        "bundle": N_("Bundle"),
        "threshold": N_("Amount off an order"),
        "tiered": N_("Percentage by steps"),
    },
    "combination": {
        "one_a_line": N_("One on a line"),
        "adds_up": N_("Adds up with others"),
        "alone": N_("Alone in an order"),
    },
    "steps_in": {"amount": N_("Amount"), "quantity": N_("Quantity")},
    "origin": {
        "own": N_("Added here"),
        "template": N_("Standard task"),
        "carried": N_("Left over from the last visit"),
    },
}
