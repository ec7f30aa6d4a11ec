"""Templates about formulas of own measures."""

from __future__ import annotations

from channeldesk.model.marked import N_

FORMULA: dict[str, str] = {
    "formula.unexpected": N_("“{text}” was not expected here (character {at})."),
    "formula.ended": N_("The formula ends too early: something is missing at the end."),
    "formula.unknown": N_("“{text}” (character {at}) is no field and no function."),
    "formula.arguments": N_("“{text}” (character {at}) takes {wanted} values, not {given}."),
    "formula.unlike": N_("Things that are not alike are put together (character {at}): {one}, {other}."),
    "formula.condition": N_("A comparison stands where a number belongs, or the reverse (character {at})."),
    "formula.too_long": N_("The formula is too long: at most {most} characters."),
    "formula.too_deep": N_("The formula is nested too deeply."),
    "formula.other_unit": N_("The formula comes to {one}, but the measure is {other}."),
}
