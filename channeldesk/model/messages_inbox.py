"""Templates of what needs a person: what it means for the person's data, what to do; see ``messages``.

Which code gets which advice stands in ``channeldesk.rules.inbox_advice``.
"""

from __future__ import annotations

from channeldesk.model.marked import N_

INBOX: dict[str, str] = {
    # what became of a decision
    "inbox.decided": N_("Decided. What you chose is sent with the next synchronisation."),
    "inbox.decided_many": N_("Decided: {count}. What you chose is sent with the next synchronisation."),
    "inbox.recreated": N_("Made again. It is sent with the next synchronisation."),
    "inbox.resent": N_("Sent again with the next synchronisation."),
    "inbox.resent_many": N_("Sent again with the next synchronisation: {count}."),
    "inbox.discarded": N_("Given up. It is kept under Decided and can be taken back."),
    "inbox.discarded_many": N_("Given up: {count}. They are kept under Decided and can be taken back."),
    "inbox.seen": N_("Taken note of."),
    "inbox.seen_many": N_("Taken note of: {count}."),
    "inbox.fetching": N_("It is fetched again with the next synchronisation."),
    "inbox.exported": N_("Written to {file}, with all versions."),
    "inbox.reopened": N_("The conflict is open again. What was decided stays until you choose anew."),
    "undo.inbox_decided": N_("The decision was taken back."),
    # why a decision cannot be made
    "inbox.already_decided": N_("This item was decided already."),
    "inbox.not_reopened": N_("Only a decided conflict can be looked at again."),
    "inbox.nothing_left": N_("Nothing of it is left to send."),
    "inbox.undecided": N_("“{field}” is not decided yet."),
    "inbox.no_such_side": N_("“{side}” is none of base, mine and theirs."),
    "inbox.whole_only": N_("A deletion is decided as a whole: delete it, or keep it."),
    "inbox.no_conflict": N_("Only a conflict has a version of yours and one of theirs."),
    "inbox.no_rejection": N_("Only what headquarters rejected can be sent again."),
    "inbox.not_recreated": N_(
        "It cannot be made again, because not all of it is known here. Your version stays in this list."
    ),
    "inbox.not_decided": N_("This is open already. Nothing was changed."),
    "inbox.not_taken_back": N_("This decision is part of another edit and cannot be taken back by itself."),
    "inbox.edited_since": N_("It was edited after this decision; taking it back would lose that edit."),
    "inbox.not_fetched": N_("Only what could not be stored can be fetched again."),
    "remedy.decide_again": N_("Decide again instead: all versions are still here."),
    "remedy.export_and_enter": N_("Export it, then enter it anew."),
    # what could not be stored, in people's words
    "sync.row_set_aside_value": N_(
        "{entity}: “{value}” cannot be stored as “{field}” on this laptop. Everything else arrived."
    ),
    "sync.row_set_aside_missing": N_(
        "{entity}: “{field}” came without a value, so it could not be stored. Everything else arrived."
    ),
    "sync.row_set_aside_taken": N_(
        "{entity}: another one on this laptop has the same “{field}”. Everything else arrived."
    ),
    "sync.row_set_aside_torn": N_(
        "{entity}: it arrived incomplete and could not be stored. Everything else arrived."
    ),
    # what headquarters takes in no form
    "inbox.too_large": N_("This change is larger than headquarters takes in one piece."),
    "inbox.unreadable": N_("Headquarters cannot read this change as it was recorded."),
    # what it means for the person's data
    "inbox.means_rejected": N_("Nothing of it was booked. Your version is kept here until you decide."),
    "inbox.means_conflict": N_("Both versions are kept until you decide."),
    "inbox.means_deleted": N_("It is gone at headquarters. What you had edited is kept here."),
    "inbox.means_changed": N_("Nothing was deleted. The newer version is on this laptop too."),
    "inbox.means_out_of_scope": N_(
        "Headquarters did not take it, and what belongs to that area leaves this laptop. "
        "Your version is kept here in full."
    ),
    "inbox.means_aside": N_("Nothing of yours is touched. Only this one is missing, or is an older version."),
    # what to do
    "remedy.inbox_conflict": N_("Choose field by field, or keep one version whole."),
    "remedy.inbox_deleted": N_("Make it again with your edit, or let it go."),
    "remedy.inbox_changed": N_("Look at what changed, then delete it again or keep it."),
    "remedy.inbox_lines": N_("Put it right: correct or remove what is named above, then send it."),
    "remedy.inbox_compute": N_("Put it right: prices, taxes and totals are computed anew. Then send it."),
    "remedy.inbox_decided": N_("Look at the order and its requests as they are now, then discard this."),
    "remedy.inbox_shipment": N_(
        "Look at the order and its shipments as they are now. Record what really left, then discard this."
    ),
    "remedy.inbox_approver": N_("Pass the request on to a person who may decide it, then discard this."),
    "remedy.inbox_date": N_("Put it right: it gets today's date and today's prices."),
    "remedy.inbox_list_price": N_(
        "Take the order as a draft, use your list prices and place it again, or ask your contact."
    ),
    "remedy.inbox_floor": N_(
        "Put it right with a higher price, or have headquarters lower the floor price and send it again."
    ),
    "remedy.inbox_credit": N_(
        "Put it right with less, or have the limit raised or receivables paid, and send it again."
    ),
    "remedy.inbox_partner": N_("Have headquarters enter or activate the partner, then send it again."),
    "remedy.inbox_moved_on": N_("Look where the order stands at headquarters; then give this change up."),
    "remedy.inbox_by_request": N_("Give it up, and place another order or a return instead."),
    "remedy.inbox_sale": N_("Put it right and send it, or give it up and report the sale anew."),
    "remedy.inbox_reported": N_(
        "Give it up: headquarters counts the sale once. If it is another sale, give its document and send it."
    ),
    "remedy.inbox_final": N_("Give it up, and record a correction instead."),
    "remedy.inbox_not_allowed": N_(
        "Export it and have headquarters change it, or have your rights changed and send it again."
    ),
    "remedy.inbox_out_of_scope": N_(
        "Send it again once the area is yours again, or export it for the colleague who has the area now."
    ),
    "remedy.inbox_program": N_("Headquarters runs an older program. Send it again once that is updated."),
    "remedy.inbox_correct": N_("Open it, correct the field named above, then send it again."),
    "remedy.inbox_reference": N_("Send first what it points at, or open it and choose another."),
    "remedy.inbox_key": N_(
        "See whether somebody entered the same already: then give yours up. "
        "Otherwise open it, enter another one and send it again."
    ),
    "remedy.inbox_gone": N_("Give it up, or enter it anew."),
    "remedy.inbox_parts": N_("Export it, enter it anew in smaller parts, then give this one up."),
    "remedy.inbox_ask": N_("Export it and ask headquarters; then send it again, or give it up."),
    "remedy.inbox_file": N_("Add the file again, then give this one up."),
    "remedy.inbox_aside": N_("Fetch it again. If it comes back, export it and tell headquarters."),
}
