"""Notices of a laptop's standing: how long it may work alone, the lock, orders to destroy, signing out."""

from __future__ import annotations

from channeldesk.model.marked import N_

DEVICE: dict[str, str] = {
    "trust.lease_ended": N_(
        "Until this laptop synchronises you can read everything and change nothing. What you did before is "
        "kept, and is sent then. The last contact was on {last}; your company lets a laptop work alone for "
        "{days} days."
    ),
    "trust.lease_ends": N_(
        "Synchronise before {until}: from then on you can read everything, but change nothing until you do."
    ),
    "trust.clock_behind": N_(
        "The clock of this computer shows {clock}, but it was {seen} already. What you do now is noted with "
        "the wrong time, and the days that you may work without headquarters are counted on all the same."
    ),
    "remedy.contact": N_("Connect to the network and synchronise."),
    "remedy.set_clock": N_("Set the clock of the computer right."),
    "sync.lease_unproven": N_(
        "What headquarters said about working offline does not carry the signature that this laptop knows, "
        "so it does not count. Tell your company's IT. Your work is sent as usual."
    ),
    "trust.key_left": N_(
        "{store} did not give up the key of this laptop's data (“ChannelDesk”, entry {entry}). Until it "
        "does, whoever uses this computer in your name could open the data without the passphrase. The "
        "program asks it again by itself."
    ),
    "trust.key_left_behind": N_(
        "{store} did not give up the key of data that was removed from this laptop (“ChannelDesk”, entry "
        "{entry}). It opens nothing here any more, only copies that somebody made before. The program asks "
        "again at every start."
    ),
    "trust.keyring_keeps": N_("The system's key store did not give up the key."),
    "remedy.remove_key": N_(
        "Unlock the key store; if that does not help, remove that entry in it yourself, or ask your IT."
    ),
    "trust.locked": N_("The data was locked. Only the passphrase opens it."),
    "trust.too_many_tries": N_(
        "{most} wrong passphrases: on this laptop alone the data does not open any more. It is kept, with "
        "what was not sent yet."
    ),
    "remedy.sign_in_online": N_(
        "Sign in at headquarters, which needs a connection; then the passphrase can be tried again."
    ),
    "profile.signed_out": N_(
        "{name} signed out on this laptop. The data is kept, encrypted, with what was not sent."
    ),
    "leaving.unsent": N_(
        "Headquarters does not have everything of this laptop yet. Changes, files and decisions that would "
        "be lost: {count}. Nothing was removed."
    ),
    "leaving.removed": N_("Signed out. The data in {folder} is removed, and nobody can read it any more."),
    "leaving.went_on": N_("Something was changed while it was saved. Nothing was removed."),
    "remedy.send_or_save": N_("Synchronise first, or save everything to a file."),
    "trust.wipe_ordered": N_("Headquarters ordered this laptop to destroy its data."),
    "trust.wiped": N_(
        "Headquarters had the data of this laptop destroyed. Nobody can read it any more. Changes that were "
        "not sent before, and that are lost: {count}."
    ),
    "trust.wiped.none": N_(
        "Headquarters had the data of this laptop destroyed. Nobody can read it any more. Headquarters had "
        "every change of yours before."
    ),
    "remedy.ask_company": N_(
        "Ask your company if you did not expect this; you can sign in again if it lets you."
    ),
    "hq.no_order": N_("There is no order to {prefix} that could be withdrawn."),
    "hq.bad_lease": N_("Laptops may work {least} to {most} days without a contact."),
}
