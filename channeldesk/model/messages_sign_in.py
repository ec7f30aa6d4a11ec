"""Templates of what signing in says, in the program and on headquarters' pages; see ``messages``."""

from __future__ import annotations

from channeldesk.model.marked import N_

SIGN_IN: dict[str, str] = {
    "auth.wrong_password": N_("Login or password is wrong."),
    "auth.too_many_failures": N_("Too many wrong tries. Try again in {seconds} s."),
    "auth.sign_in_needed": N_("Sign in again."),
    "auth.session_ended": N_("It is a while since you signed in on this device. Sign in again."),
    "auth.token_reused": N_(
        "Somebody used this device's access a second time: a copy of this profile, perhaps. To be safe the "
        "device was signed out. Sign in again; your work is kept."
    ),
    "auth.unknown_device": N_("This device is not known at headquarters. Sign in again as a new device."),
    "auth.no_passwords": N_(
        "Headquarters takes no passwords here. Sign in with the browser, or with a code: “sign-in --code”."
    ),
    "auth.no_codes": N_("Headquarters lets nobody sign in by a code. Sign in with the browser."),
    "auth.code_not_valid": N_("This sign-in has ended or was used already. Sign in again."),
    "auth.not_yet": N_("Nobody has typed the code yet."),
    "auth.slow_down": N_("The code is asked for too often."),
    "auth.bad_request": N_(
        "Something is wrong with the address that brought you here. Begin again in the program."
    ),
    "auth.page_too_old": N_(
        "The page was open for too long, or the browser keeps no cookies. Nothing happened; try again."
    ),
    "auth.unknown_typed_code": N_(
        "There is no such code, or it has ended. Look at the program and try again."
    ),
    "auth.company_away": N_("Your company's sign-in does not answer. Try again later."),
    "auth.company_failed": N_(
        "Your company's sign-in did not answer as it should. If that goes on, tell your administrator."
    ),
    "auth.company_refused": N_("Your company's sign-in did not let you in."),
    "auth.company_unknown": N_(
        "Your company knows you as “{login}”, but headquarters has no such user. Ask those who run it."
    ),
    "sign_in.cancelled": N_("Signing in was called off. Nothing was changed."),
    "sign_in.timed_out": N_("Nobody signed in for a long while. Nothing was changed; try again."),
    "hq.unsafe_address": N_("{address} is no address with https."),
    "hq.half_a_company": N_("A company's sign-in needs its issuer and a client id."),
    "hq.no_way_in": N_("Nobody could sign in any more: set up the company's sign-in first."),
}
