"""Templates of notices about files of partners and visits; see ``messages``."""

from __future__ import annotations

from channeldesk.model.marked import N_

FILES: dict[str, str] = {
    "file.unknown": N_("There is no such file, or it is not yours to see."),
    "file.not_stored": N_("Headquarters does not have this file yet: whoever added it has not sent it."),
    "file.not_yours": N_("Only who added a file sends it."),
    "file.gap": N_("A part of the file is missing: headquarters goes on at byte {expected}."),
    "file.part_too_large": N_("A part of a file is larger than {limit} bytes."),
    "file.hash_differs": N_("The file arrived damaged and is sent again."),
    "file.bad_description": N_("What is said of the file cannot be right: {field}."),
    "file.bad_range": N_("The file does not have this range."),
    "file.empty": N_("“{name}” is empty. Nothing was added."),
    "file.too_large": N_("“{name}” is larger than {limit} MB. Nothing was added."),
    "file.not_a_file": N_("“{name}” is no file but a folder or a device. Nothing was added."),
    "file.not_found": N_("“{name}” is no longer there. Nothing was added."),
    "file.unreadable": N_("“{name}” cannot be read. Nothing was added."),
    "file.changed": N_("“{name}” was changed while it was read. Nothing was added."),
    "file.lost": N_("The content of “{name}” was never sent and is not on this laptop."),
    "file.not_here": N_("The content of “{name}” is not on this laptop yet."),
    "file.cannot_write": N_("“{name}” cannot be written there."),
    "export.too_many": N_("A sheet of Excel holds {most} rows. Export as CSV, or filter the list."),
    "file.stopped": N_("Stopped. What had arrived is kept; the rest follows when you ask again."),
    "file.no_name": N_("Enter a name."),
    "file.added": N_("“{name}” added. It is sent with the next synchronisation."),
    "files.added": N_("Files added: {count}. They are sent with the next synchronisation."),
    "file.renamed": N_("The file is called “{name}”."),
    "file.shared": N_("“{name}” is shared: the partner's own people get it with their next synchronisation."),
    "file.noted": N_("Note on “{name}” changed."),
    "file.removed": N_("“{name}” removed."),
    "undo.file_added": N_("The file was taken back."),
    "undo.files_added": N_("Files taken back: {count}."),
    "undo.file_edited": N_("The file is as before."),
    "undo.file_removed": N_("The file is back."),
    "remedy.save_elsewhere": N_("Choose another folder or another name."),
    "remedy.smaller_file": N_("Choose a smaller file, or make the picture smaller."),
    "remedy.check_rights": N_("Check that you may read it, and that no other program holds it."),
    "remedy.add_again": N_("Add the file again from where it is kept."),
    "remedy.wait_for_sender": N_("It comes as soon as its laptop has synchronised."),
}
