"""Templates of notices about keeping a profile whole: doctor, backups, a new key; see ``messages``."""

from __future__ import annotations

from channeldesk.model.marked import N_

KEEPING: dict[str, str] = {
    # findings of the doctor
    "doctor.damaged": N_(
        "A part of the data on this laptop is damaged (pages: {count}). What was not sent yet stands in it "
        "twice and is saved by a repair; headquarters has the rest."
    ),
    "doctor.files_damaged": N_(
        "A part of the files kept on this laptop is damaged (pages: {count}). Lists and figures are not "
        "touched by it."
    ),
    "doctor.files_incomplete": N_(
        "Files that lack a part: {count}. Those that headquarters has are fetched again."
    ),
    "doctor.outbox_unreadable": N_(
        "Changes that wait to be sent and cannot be read: {count}. What they did still shows in the data, so "
        "a repair makes them again; it keeps the old file."
    ),
    "doctor.outbox_order": N_(
        "What waits to be sent is not in its right order. All of it is here; only its numbers are wrong."
    ),
    "doctor.standing": N_(
        "It is not noted rightly how far this laptop and headquarters are. Your work is kept; everything is "
        "compared with the next synchronisation."
    ),
    "doctor.other_person": N_(
        "The data on this laptop is of another person than the profile names. Nothing is sent or fetched."
    ),
    "doctor.not_signed_in": N_(
        "Headquarters wants a new sign-in. Until then your work stays on this laptop."
    ),
    "doctor.first_round": N_(
        "The first synchronisation has not ended. Lists and figures are not complete yet."
    ),
    "doctor.filling": N_(
        "Search, summaries and stock were not computed to the end. The data itself is complete; the figures "
        "shown may be wrong."
    ),
    "doctor.derived": N_(
        "Search, summaries or stock differ from the data they are computed from (rows: {count}). The data "
        "itself is right; figures shown may be wrong, and search may miss something."
    ),
    "doctor.indexes": N_("Indexes that are missing: {count}. Nothing is lost, but lists are slow."),
    "doctor.key_file": N_(
        "The file that says how the data is opened is missing or cannot be read. The data is whole, but once "
        "this program ends it cannot be opened again."
    ),
    "doctor.key_store": N_(
        "{store} does not hold the key of this profile any more. The data is whole, but without a passphrase "
        "it could not be opened the next time."
    ),
    "doctor.no_passphrase": N_(
        "The data can be opened by the key store of this computer only. A passphrase is a second way in."
    ),
    # what mending did
    "doctor.files_mended": N_(
        "Files kept: {saved}; to be fetched again: {again}. The damaged file is kept as {file}."
    ),
    "doctor.files_lost": N_(
        "Files that were added here, were not sent yet and cannot be read any more: {count}. Add them again "
        "from where you have them."
    ),
    "doctor.outbox_mended": N_("What waits to be sent is in its order again."),
    "doctor.standing_mended": N_(
        "The next synchronisation compares everything and sends what waits; nothing is sent twice."
    ),
    "doctor.derived_mended": N_("Search, summaries, stock and indexes were computed again."),
    "doctor.key_mended": N_("The key store holds the key again."),
    "doctor.compared": N_("This laptop's copy equals headquarters'."),
    "doctor.compared_mended": N_("Parts that differed from headquarters' and were fetched again: {units}."),
    "doctor.too_early": N_("Not compared with headquarters: edits wait, or it has news. Synchronise first."),
    "doctor.not_compared": N_("The data was not compared with headquarters."),
    # a profile in one file
    "backup.saved": N_(
        "The profile is saved in {file} and was verified. Changes in it that wait to be sent: {waiting}."
    ),
    "backup.restored": N_(
        "The profile is in {folder}. The next synchronisation sends what waits in it and fetches what is "
        "new; nothing is sent twice. Do not go on with the old copy of it."
    ),
    "backup.exists": N_("There is a file {file} already. Nothing was written."),
    "backup.no_folder": N_("There is no folder {folder}. Nothing was written."),
    "backup.network_drive": N_(
        "{folder} is on a network drive, where a file can be cut off unnoticed. Nothing was written."
    ),
    "backup.disk_full": N_("There is not enough room in {folder}. Nothing was written."),
    "backup.no_passphrase": N_(
        "Without a passphrase the backup could be opened on this computer only. Nothing was written."
    ),
    "backup.passphrase_needed": N_(
        "This computer does not know the key of this backup: a passphrase opens it. Nothing was restored."
    ),
    "backup.passphrase_wrong": N_("This passphrase does not open the backup. Nothing was restored."),
    "backup.not_one": N_("This is not a backup of a profile. Nothing was restored."),
    "backup.damaged": N_("The backup is damaged or not complete. Nothing was restored from it."),
    "backup.newer": N_("The backup is of a newer version of the program. Nothing was restored from it."),
    "backup.unreadable": N_("{file} cannot be read. Nothing was restored."),
    "remedy.backup_passphrase": N_(
        "Enter the passphrase of the backup, or the one that the profile had when it was saved."
    ),
    "remedy.other_backup": N_("Choose another backup file."),
    "profile.not_empty": N_("{folder} is not empty. A backup is restored into a new or empty folder only."),
    "hq.backup_postgresql": N_(
        "This headquarters is on PostgreSQL, which is saved by its own tools. Nothing was written."
    ),
    "hq.backup_failed": N_("The copy could not be made or did not verify. Nothing was written."),
    "remedy.pg_dump": N_(
        "Use “pg_dump --format=custom”, or pg_basebackup; docs/headquarters.md says how to go back."
    ),
    # a new key
    "rekey.done": N_("The data is under a new key. The same passphrase and key store open it."),
    "rekey.failed": N_("The copy under the new key could not be verified. The old key stays."),
    "remedy.mend": N_("Mend it: that changes nothing of your work."),
    "remedy.synchronise": N_("Synchronise."),
    "remedy.restore_key_now": N_("Set a passphrase now, while the data is open: that writes the file anew."),
}
