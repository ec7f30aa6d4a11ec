"""Whom this laptop believes that it is headquarters, and in words why it does not believe another.

The system's trust store counts, as the company's IT keeps it; beside it a file of certificates that the
company gave out, where they are not in that store. Nobody can go on without either.
"""

from __future__ import annotations

import os
import ssl
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from channeldesk.model.notice import Instant, Notice, Problem
from channeldesk.trust.files import write_atomically

if TYPE_CHECKING:
    import requests
    from cryptography import x509

FILE = "certificates.pem"
"""In a profile's folder: certificates that count for its headquarters, beside the system's."""
VARIABLE = "CHANNELDESK_CERTIFICATES"
"""Names such a file for every profile, and for the first sign-in."""
LOOKING_SECONDS = 10.0
_LARGEST_FILE = 4 * 1024**2
_chosen: dict[str, Path] = {}
_held: dict[str, str] = {}


def is_open_line(server: str) -> bool:
    """Whether what is sent there goes over a network unencrypted. This laptop itself is no network."""
    parts = urlsplit(server)
    return parts.scheme == "http" and not _is_here(parts.hostname or "")


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def use(server: str, folder: Path) -> None:
    """From now on the file in a profile's folder counts for its server, in this process."""
    _chosen[server.rstrip("/")] = folder / FILE


def hold(server: str, folder: Path) -> None:
    """The file in a profile's folder counts for its server although the folder's files are about to go."""
    with suppress(Problem):
        _held[server.rstrip("/")] = checked(folder / FILE).decode("ascii")


def choose(server: str, folder: Path, source: Path | None) -> None:
    """Keeps a copy of ``source`` in the profile's folder; None: the system's store is enough.

    Raises Problem for what is no file of certificates; then all is as before.
    """
    if source is None:
        (folder / FILE).unlink(missing_ok=True)
    else:
        write_atomically(folder / FILE, checked(source).decode("ascii"))
    use(server, folder)


def checked(source: Path) -> bytes:
    """The certificates of a file, PEM or DER, as PEM. Raises Problem for anything else."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    try:
        with source.open("rb") as file:
            data = file.read(_LARGEST_FILE)
        pem = b"-----BEGIN" in data
        found = x509.load_pem_x509_certificates(data) if pem else [x509.load_der_x509_certificate(data)]
    except (OSError, ValueError) as error:
        raise Problem.of("sync.no_certificates", file=source.name, remedy="remedy.ask_it") from error
    return b"".join(one.public_bytes(Encoding.PEM) for one in found)


def chosen_for(server: str) -> Path | None:
    """The file that counts for this server beside the system's store, if there is one."""
    kept = _chosen.get(server.rstrip("/"))
    if kept is not None and kept.exists():
        return kept
    named = os.environ.get(VARIABLE)
    return Path(named).expanduser() if named else None


def context_for(server: str) -> ssl.SSLContext:
    """Raises Problem when the chosen file cannot be read."""
    held, file = _held.get(server.rstrip("/")), chosen_for(server)
    if held is not None:
        return _context(held)
    return _context(checked(file).decode("ascii") if file is not None else "")


@lru_cache(4)
def _context(certificates: str) -> ssl.SSLContext:
    """Reading the system's store takes as long as a request, so it is done once."""
    import truststore

    made = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    if certificates:
        made.load_verify_locations(cadata=certificates)
    return made


def explained(server: str, failure: BaseException, session: requests.Session) -> Notice:
    """Why a TLS connection to ``server`` failed; where it is about the certificate, that is looked at."""
    said = _verdict(failure)
    if said is None:
        return Notice("sync.no_tls", {"server": server})
    certificate = None if "revoked" in said.verify_message.lower() else _presented(server, session)
    if certificate is None:
        return Notice("sync.certificate", {"server": server})
    return _reason(server, certificate, datetime.now(UTC))


def _verdict(failure: BaseException | None) -> ssl.SSLCertVerificationError | None:
    """What the system said of a certificate, somewhere below what the libraries made of it."""
    seen: list[BaseException] = []
    while failure is not None and failure not in seen:
        if isinstance(failure, ssl.SSLCertVerificationError):
            return failure
        seen.append(failure)
        inner = [getattr(failure, "reason", None), *failure.args, failure.__cause__, failure.__context__]
        failure = next((one for one in inner if isinstance(one, BaseException)), None)
    return None


class _Seen(Exception):
    """Ends a connection as soon as the certificate is known."""


def _presented(server: str, session: requests.Session) -> x509.Certificate | None:
    """What the server shows as its certificate, whoever made it. Nothing else is said to it."""
    import requests
    from cryptography import x509

    from channeldesk.sync.deadline import Connections

    looking = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    looking.check_hostname, looking.verify_mode = False, ssl.CERT_NONE
    shown: list[bytes] = []

    def look(secured: ssl.SSLSocket) -> None:
        shown.append(secured.getpeercert(binary_form=True) or b"")
        raise _Seen

    connections = Connections()
    with requests.Session() as other, connections.ending_after(LOOKING_SECONDS):
        other.proxies, other.trust_env = session.proxies, False
        connections.watch(other, looking, look)
        with suppress(_Seen, requests.RequestException, OSError, ValueError):
            other.head(server, timeout=LOOKING_SECONDS)
    connections.forget(every=True)
    try:
        return x509.load_der_x509_certificate(shown[0]) if shown else None
    except ValueError:
        return None


def _reason(server: str, certificate: x509.Certificate, now: datetime) -> Notice:
    """What a person can do something about comes first."""
    told: dict[str, str | Instant] = {"server": server}
    clock = Instant(int(now.timestamp() * 1000))
    if now < certificate.not_valid_before_utc:
        since = Instant(int(certificate.not_valid_before_utc.timestamp() * 1000))
        return Notice("sync.certificate_early", {**told, "since": since, "clock": clock})
    if now > certificate.not_valid_after_utc:
        until = Instant(int(certificate.not_valid_after_utc.timestamp() * 1000))
        return Notice("sync.certificate_expired", {**told, "until": until, "clock": clock})
    names = _names(certificate)
    host = urlsplit(server).hostname or ""
    if not any(_fits(host, name) for name in names):
        shown = ", ".join(names[:5]) or certificate.subject.rfc4514_string()
        return Notice("sync.certificate_name", {**told, "names": shown})
    if certificate.issuer == certificate.subject:
        return Notice("sync.certificate_self_signed", told)
    return Notice("sync.certificate_issuer", {**told, "issuer": _name(certificate.issuer)})


def _names(certificate: x509.Certificate) -> list[str]:
    from cryptography import x509

    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return []
    return [*found.get_values_for_type(x509.DNSName), *map(str, found.get_values_for_type(x509.IPAddress))]


def _fits(host: str, name: str) -> bool:
    host, name = host.lower(), name.lower()
    if name.startswith("*."):
        return host.partition(".")[2] == name[2:]
    return host == name


def _name(of: x509.Name) -> str:
    from cryptography.x509.oid import NameOID

    for kind in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        for part in of.get_attributes_for_oid(kind):
            return str(part.value)
    return of.rfc4514_string()
