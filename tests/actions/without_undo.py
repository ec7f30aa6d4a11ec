"""What ``test_taking_back`` does not ask for."""

AS_YOU_TYPE = "kept while it is typed: the form has its own steps back, and typing on is the way"
NOTHING_UNDOES = {
    "day_report.keep_remark": AS_YOU_TYPE,
    "form_drafts.drop": AS_YOU_TYPE,
    "form_drafts.keep": AS_YOU_TYPE,
    "orders.keep_draft": AS_YOU_TYPE,
    "orders.save_draft": AS_YOU_TYPE,
    "stock.keep_draft": AS_YOU_TYPE,
    "surveys.keep_draft": AS_YOU_TYPE,
    "visits.keep_note": AS_YOU_TYPE,
    "orders.copy_last": "makes a draft, which is discarded",
    "sell_out.keep_columns": "how the next file is read; seen there and chosen anew",
    "settings.put": "seen at once and changed back as easily",
    "settings.keep_folder": "where the next file is asked for; no data of the person",
    "inbox.fetch_again": "asks headquarters for what it has; nothing is lost",
    "inbox.reopen": "what was decided stands until something else is chosen",
    "inbox.take_back": "is itself how decisions are taken back",
}
"""Actions without an undo, and why that is right."""
