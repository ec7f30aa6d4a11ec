"""Templates of what a failed round means for the person's data, and what to do; see ``messages``."""

from __future__ import annotations

from channeldesk.model.marked import N_

ROUNDS: dict[str, str] = {
    "sync.chosen_offline": N_("The open window works offline by choice. Nothing was sent or fetched."),
    "round.kept": N_("Nothing is lost: your work stays on this laptop and is sent later."),
    "round.goes_on": N_("What arrived is kept; the next try goes on from there."),
    "round.not_sent": N_("Nothing was sent. Your work stays on this laptop."),
    "round.saved_before": N_("What was saved before is safe."),
    "round.compared": N_("Your work stays on this laptop and is sent again where it is missing."),
    "remedy.work_online": N_("Turn “Work offline” off in the window."),
    "remedy.network": N_(
        "Check the network. The next try follows by itself, at once when the network is back."
    ),
    "remedy.weak_network": N_(
        "There is nothing to do. In a weak network a better place helps; the next try follows by itself."
    ),
    "remedy.wait": N_("There is nothing to do: the next try follows by itself."),
    "remedy.wait_or_report": N_(
        "Wait for the next try. If it fails for more than an hour, tell those who run headquarters."
    ),
    "remedy.guest_network": N_(
        "Guest networks often ask for a sign-in page first: open any web page, then synchronise again. "
        "If it stays, check the address of headquarters."
    ),
    "remedy.https": N_("Ask for the address that begins with https:// and use that."),
    "remedy.clock_or_it": N_(
        "If the clock is right, tell whoever runs headquarters that the certificate must be renewed."
    ),
    "remedy.clock": N_("Set date, time and time zone of this computer, then try again."),
    "remedy.address_or_network": N_(
        "Check the address. In a hotel or on a guest network, sign in there first, or use another network."
    ),
    "remedy.root_certificate": N_(
        "Ask your company's IT to install its root certificate on this computer, or for its file, and choose "
        "that as certificate file."
    ),
    "remedy.own_certificate": N_(
        "If your company's IT knows of it, ask for the certificate's file and choose that as certificate "
        "file. If not, use another network."
    ),
    "remedy.ask_it": N_("Ask your company's IT for the file again."),
    "remedy.other_network": N_(
        "Try another network. If it stays, ask those who run headquarters about its certificate."
    ),
    "remedy.own_profile": N_("Close the window and open the program with your own profile."),
    "remedy.sign_in": N_("Sign in again with your password."),
    "remedy.one_computer": N_(
        "Use this profile on one computer only. Sign in again here: this laptop then gets a number of its "
        "own."
    ),
    "remedy.update_or_report": N_(
        "Update the program. If it is up to date, copy the details and send them to support."
    ),
    "remedy.report": N_(
        "The next try follows by itself. If it fails again, copy the details and send them to support."
    ),
}
