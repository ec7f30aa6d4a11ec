"""Templates of notices about many rows at once, files of prices and publications; see ``messages``."""

from __future__ import annotations

from channeldesk.model.marked import N_

BULK: dict[str, str] = {
    # rows that stay as they are
    "bulk.same_list": N_("It stands in this list already."),
    "bulk.no_rate": N_("There is no exchange rate from {currency} to {base}. Enter one, then look again."),
    "bulk.price_out_of_range": N_("From {price} it would come to less than nothing, or to too much."),
    "bulk.begins_later": N_("It begins after that day. Give it another validity, or delete it."),
    "bulk.no_such_day": N_("The calendar has no such day."),
    "bulk.code_too_long": N_("“{code}” has more than {most} characters."),
    "bulk.code_taken": N_("“{code}” is there already."),
    "bulk.below_a_coin": N_("{currency} has no coin so small."),
    "bulk.no_budget": N_("It has no budget."),
    "bulk.for_everything": N_("It is given for everything already."),
    "bulk.open_to_all": N_("It is open to all of these already ({sort}); naming one would shut others out."),
    "bulk.not_of_this_mechanic": N_("A promotion of the kind “{mechanic}” has no such figure."),
    "bulk.twice": N_("Another of the chosen rows comes to the same one."),
    "bulk.choose_one": N_("Choose at least one."),
    # lists for the same buyers
    "bulk.list_over": N_("From {day} on it counts instead of “{other}”."),
    "bulk.list_over_until": N_("From {day} to {last} it counts instead of “{other}”."),
    "bulk.list_under": N_("From {day} on “{other}” counts instead of it."),
    "bulk.list_under_until": N_("From {day} to {last} “{other}” counts instead of it."),
    "bulk.lists_alike": N_(
        "“{other}” begins on the same day for the same buyers. “{counts}” counts, only because its code "
        "comes first."
    ),
    # files of prices
    "sheet.missing_columns": N_(
        "{file} has no column that is called like these: {columns}. Nothing was read. Export the list to get "
        "a file with the right headings."
    ),
    "sheet.no_rows": N_("{file} has headings and no row below them. Nothing was read."),
    "sheet.empty_cell": N_("The cell “{column}” is empty."),
    "sheet.no_such_list": N_("There is no price list “{code}”."),
    "sheet.no_such_product": N_("There is no product “{code}”."),
    "sheet.twice": N_("The same list, product and quantity stand in line {line} already."),
    "sheet.bad_version": N_("“{text}” is not a version as the program writes it. Empty the cell."),
    "sheet.two_validities": N_("Line {line} says another validity for the same list."),
    "sheet.validity_of_the_list": N_(
        "“{code}” has another validity. It belongs to the list: copy or change the list, not the price."
    ),
    # publications
    "publication.over": N_("The publication is “{status}”; nothing can be done about it any more."),
    "publication.unreadable": N_("Its changes cannot be read. Take it into drafts and publish again."),
    "publication.no_right": N_("Who scheduled it may not maintain reference data any more."),
    "publication.row_gone": N_("{what} was deleted by somebody else."),
    "publication.key_taken": N_("{what} was made by somebody else meanwhile."),
    "publication.conflict": N_("{what}: “{field}” was {base} when it was scheduled, and is {theirs} now."),
    "publication.too_early": N_("That moment is over. Choose a later one, or publish at once."),
    "publication.too_far": N_("That is more than {years} years ahead. Check the year."),
    "publication.scheduled": N_(
        "Changes scheduled: {count}. Headquarters publishes all of them at {at}, or none and says why; this "
        "laptop need not be switched on then."
    ),
    "publication.sent": N_(
        "Changes to be published: {count}. They go out with the next synchronisation; headquarters takes all "
        "of them, or none and says why."
    ),
    "publication.withdrawn": N_("The publication is withdrawn. Its changes can be taken into drafts again."),
    "publication.moved": N_("The publication waits for {at} now."),
    "publication.taken_up": N_("Changes that are drafts again: {count}."),
    "publication.nothing_left": N_("Every change of it is as it would be already, or its row is gone."),
    "undo.publication": N_("Nothing is scheduled; the drafts are back."),
    "undo.publication_withdrawn": N_("The publication waits for its moment again."),
    "undo.publication_moved": N_("The publication waits for its earlier moment again."),
    # what was done
    "bulk.drafted": N_(
        "Rows changed as one batch of drafts: {count}. Nobody else sees it until you publish."
    ),
    "bulk.nothing": N_("Nothing would change, so there is nothing to keep."),
    "bulk.moved": N_(
        "Rows that changed since you looked: {count}. Nothing was kept; look at the preview again, it shows "
        "them as they are now."
    ),
    "undo.bulk": N_("The batch of drafts is taken back; rows: {count}."),
}
