"""Templates of notices about synchronisation; see ``messages``."""

from __future__ import annotations

from channeldesk.model.marked import N_

SYNC: dict[str, str] = {
    "sync.bad_address": N_("“{server}” is not the address of a server. It begins with https://."),
    "address.space": N_("There is a space in the address; an address has none. Take it out."),
    "address.scheme": N_("The address of headquarters begins with https://, not with {scheme}."),
    "address.password": N_(
        "Take out what stands before the @: name and password are asked for on headquarters' own page."
    ),
    "address.brackets": N_(
        "An address of numbers and colons (IPv6) stands in brackets, for example https://[2001:db8::7]."
    ),
    "address.port": N_("“{port}” is not a port: after the colon stands a number up to 65535, or nothing."),
    "address.no_host": N_(
        "The name of the computer is missing, for example https://channeldesk.company.com."
    ),
    "address.host": N_(
        "“{host}” cannot be the name of a computer. Copy the address from where your company wrote it down."
    ),
    "address.too_much": N_("The address ends before “{rest}”. Take that out."),
    "address.open_line": N_(
        "Without https anyone on the way could read your password. Use an address with https://."
    ),
    "address.unknown_host": N_(
        "No computer called {host} can be found. Check how it is written, and your connection; some "
        "companies are reached only from their own network or VPN."
    ),
    "address.no_answer": N_(
        "Nothing answers at {host}. Check the address and your connection, then try again."
    ),
    "address.path": N_("Headquarters is not at “{path}”. Take that out of the address and try again."),
    "address.not_headquarters": N_(
        "Something else than ChannelDesk's headquarters answers at {host}. Check the address. In a hotel or "
        "on a guest network, sign in there first."
    ),
    "sync.not_encrypted": N_(
        "{server} is not encrypted: everybody on the way could read and change what is sent. The program "
        "speaks so to this computer only. Nothing was sent."
    ),
    "sync.unreachable": N_(
        "Headquarters ({server}) cannot be reached. Your work is kept and sent when it can."
    ),
    "sync.certificate": N_(
        "{server} cannot prove that it is headquarters: its certificate is not trusted by this computer. "
        "Nothing was sent."
    ),
    "sync.certificate_expired": N_(
        "The certificate of {server} ended on {until}; this computer's clock says {clock}. Nothing was sent."
    ),
    "sync.certificate_early": N_(
        "This computer's clock says {clock}, but the certificate of {server} counts from {since} on. The "
        "clock is most likely wrong. Nothing was sent."
    ),
    "sync.certificate_name": N_(
        "What answers at {server} proves to be another: its certificate is for {names}. Nothing was sent."
    ),
    "sync.certificate_issuer": N_(
        "“{issuer}” vouches for {server}, and this computer does not know it. A company's own certificates "
        "or its proxy look like this, and so does somebody who listens. Nothing was sent."
    ),
    "sync.certificate_self_signed": N_(
        "{server} vouches for itself only, which anybody can do. Nothing was sent."
    ),
    "sync.no_tls": N_(
        "No encrypted connection to {server} could be agreed on; perhaps something else answers there. "
        "Nothing was sent."
    ),
    "sync.no_certificates": N_("{file} cannot be read as a file of certificates (PEM or DER)."),
    "sync.connection_lost": N_("The connection broke. What had arrived is kept; the rest follows by itself."),
    "sync.too_slow": N_("The answer took too long and was given up. What had arrived is kept."),
    "sync.busy": N_("Headquarters is busy. Your work is kept; the next try follows by itself."),
    "sync.server_error": N_(
        "Headquarters answered with an error ({status}). Your work is kept; the next try follows."
    ),
    "sync.unexpected_answer": N_(
        "The answer ({status}) is not from ChannelDesk's headquarters. Check the address."
    ),
    "sync.stream_cut": N_("The answer ended early. What had arrived is kept; the rest follows by itself."),
    "sync.stream_garbled": N_(
        "The answer cannot be read. Nothing of it was taken over; the next try follows."
    ),
    "sync.stream_mismatch": N_("The answer is damaged: count or hash differ. It is fetched again."),
    "sync.protocol": N_(
        "This program speaks protocol {ours}, headquarters {theirs}. Your work is kept; please update."
    ),
    "sync.other_user": N_(
        "This profile belongs to another person. Nothing was sent; sign in with a profile of your own."
    ),
    "sync.device_renewed": N_(
        "This profile is a copy, or was restored from one. It is the device {prefix} from now on; nothing "
        "was lost, and unsent work is sent once."
    ),
    "sync.audit_differs": N_(
        "Headquarters' audit trail is not the one it was on {at}: entry {seq} has another hash. Your work is "
        "not affected. Tell whoever runs headquarters."
    ),
    "sync.audit_shorter": N_(
        "Headquarters' audit trail ends before entry {seq}, which it had on {at}: it was restored from a "
        "backup without a word, or entries were removed. Tell whoever runs headquarters."
    ),
    "sync.conflict": N_("Somebody else changed the same field. Both versions are kept."),
    "sync.rejected": N_("Headquarters rejected this. Your version is kept here."),
    "sync.row_set_aside": N_("A row of {entity} could not be stored ({problem}). The others arrived."),
    "sync.worker_died": N_(
        "The synchronisation process ended unexpectedly ({status}). What had arrived is kept."
    ),
    "sync.repaired": N_("{units} parts of this copy differed from headquarters' and were fetched again."),
    "sync.defect": N_("Synchronisation met a defect. Your work is kept; details are in the log."),
    "sync.sign_in_needed": N_("Please sign in again. Your work is kept and sent afterwards."),
}
