"""Templates of notices about reference data and its drafts; see ``messages``."""

from __future__ import annotations

from channeldesk.model.marked import N_

STAFF: dict[str, str] = {
    "staff.bad_code": N_("A territory needs a code, and no “/” in it: codes make up its path."),
    "staff.no_such_parent": N_("The territory above this one is gone. Choose another."),
    "staff.own_ancestor": N_("A territory cannot lie below itself. Choose another one above it."),
    "staff.own_rights": N_(
        "You cannot change your own role or deactivate yourself. Ask another person at headquarters."
    ),
    "staff.last_headquarters": N_(
        "This is the last active person of headquarters; without one nobody could publish anything."
    ),
    "staff.ends_before_it_begins": N_("It ends before it begins."),
    "field.too_long": N_("“{field}” takes at most {most} characters; these are {count}."),
    "field.out_of_range": N_("“{field}” lies between {least} and {most}."),
    "field.not_a_language": N_("“{text}” is not a language tag. It looks like zh_CN or en."),
    "staff.in_use": N_("It is still in use (by: {by}), so it cannot be deleted."),
    "staff.people_stay": N_(
        "People are deactivated, not deleted: what they wrote goes on naming them. Nothing was changed."
    ),
    "staff.grants_are_given": N_("An area is given or taken away, not changed. Nothing was changed."),
    "draft.added": N_("{what} added as a draft; nobody else sees it until you publish."),
    "draft.edited": N_("{what} changed as a draft; nobody else sees it until you publish."),
    "draft.removed": N_("{what} deleted as a draft; nobody else notices until you publish."),
    "draft.discarded": N_("Drafts discarded: {count}."),
    "draft.published": N_(
        "Changes published: {count}. They go out together with the next synchronisation; headquarters takes "
        "all of them, or none and says why."
    ),
    "draft.none": N_("There is nothing to publish or to discard: no draft is left."),
    "draft.built_on": N_(
        "Something you recorded uses what this draft makes, for example an order of a new product. "
        "Take that back first; nothing was changed."
    ),
    "undo.draft": N_("{what}: the draft is taken back."),
    "undo.drafts_discarded": N_("Discarded drafts are back: {count}."),
    "undo.drafts_published": N_("Drafts that are not published after all: {count}."),
    "keep.everything": N_(
        "This laptop keeps everything that you may see. The next synchronisation brings the rest."
    ),
    "keep.chosen": N_(
        "Territories that this laptop keeps, with all below them: {count}. The next synchronisation fetches "
        "what is new and takes the rest off; what you recorded is sent first."
    ),
    "keep.too_many": N_(
        "That is more than {most} territories one by one. Choose the ones above them; nothing was changed."
    ),
    "undo.keep": N_("This laptop keeps what it kept before."),
    "edit.not_in_list": N_("Choose one of the list."),
    "staff.not_yours": N_("Reference data is changed by the staff of headquarters. Nothing was changed."),
}
